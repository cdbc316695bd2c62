// SPDX-License-Identifier: MIT
/* kmod.c - what kmod.h promises. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "insn.h"
#include "kmod.h"
#include "mem.h"

#define NAME_MOST 31		/* characters of a device's name */
#define HANDLER_LONGEST 8192	/* bytes of a function without a size */

/* Where in the arguments a registration's name is, and in what form. */
enum how {
	HOW_TEXT,		/* the argument is the name */
	HOW_MISC,		/* struct miscdevice: minor, name, fops */
	HOW_INLINE,		/* a structure that begins with the name */
	HOW_UNKNOWN,
};

static const struct registration {
	const char *function;
	enum how how;
	unsigned int argument;
} registrations[] = {
	{ "misc_register", HOW_MISC, 0 },
	{ "himedia_register", HOW_INLINE, 0 },
	{ "register_chrdev", HOW_TEXT, 1 },
	{ "__register_chrdev", HOW_TEXT, 3 },
	{ "alloc_chrdev_region", HOW_TEXT, 3 },
	{ "register_chrdev_region", HOW_TEXT, 2 },
	{ "cdev_add", HOW_UNKNOWN, 0 },
	{ "CMPI_RegisterDevice", HOW_INLINE, 0 },
	{ "osal_createdev", HOW_TEXT, 0 },
	{ "osal_dev_create", HOW_TEXT, 0 },
	{ "osal_registerdevice", HOW_UNKNOWN, 0 },
	{ "osal_dev_register", HOW_UNKNOWN, 0 },
	{ "MI_DEVICE_Register", HOW_UNKNOWN, 0 },
	{ "mi_sys_RegisterDev", HOW_UNKNOWN, 0 },
};

static const struct registration *registration(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(registrations) / sizeof(*registrations); i++)
		if (!strcmp(registrations[i].function, name))
			return &registrations[i];
	return NULL;
}

static const char *mapper(const char *name)
{
	static const char *const mappers[] = {
		"remap_pfn_range", "io_remap_pfn_range", "osal_remap_pfn_range",
		"osal_io_remap_pfn_range", "vm_iomap_memory", "vm_insert_page",
		"remap_vmalloc_range", "dma_mmap_coherent", "vm_insert_pfn",
		"vmf_insert_pfn", "dma_mmap_attrs", "cmpi_remap_pfn_range",
	};
	size_t i;

	for (i = 0; i < sizeof(mappers) / sizeof(*mappers); i++)
		if (!strcmp(mappers[i], name))
			return mappers[i];
	return NULL;
}

/* --- references: what each relocated word or instruction points to --- */

struct ref {
	size_t section;			/* of the place */
	uint64_t offset;
	unsigned int type;
	const struct symbol *symbol;
	const struct region *to;	/* NULL: imported */
	uint64_t at;			/* in @to */
};

struct reader {
	const struct image *image;
	struct kmod *kmod;
	struct ref *refs;
	size_t nrefs;
	unsigned int version;		/* major << 8 | minor */
	const char *composed;		/* what the last snprintf was given */
};

enum {
	ARM_PC24 = 1, ARM_ABS32 = 2, ARM_THM_CALL = 10, ARM_PLT32 = 27,
	ARM_CALL = 28, ARM_JUMP24 = 29, ARM_THM_JUMP24 = 30, ARM_MOVW = 43,
	ARM_MOVT = 44, ARM_THM_MOVW = 47, ARM_THM_MOVT = 48,
	MIPS_32 = 2,
};

static int compare_refs(const void *a, const void *b)
{
	const struct ref *x = a, *y = b;

	if (x->section != y->section)
		return x->section < y->section ? -1 : 1;
	return (x->offset > y->offset) - (x->offset < y->offset);
}

static bool is_word(const struct reader *rd, const struct ref *ref)
{
	return ref->type == (rd->image->arch == ARCH_ARM ? ARM_ABS32 : MIPS_32);
}

static void list_refs(struct reader *rd)
{
	const struct image *image = rd->image;
	size_t i;

	for (i = 0; i < image->nrelocs; i++) {
		const struct reloc *rel = &image->relocs[i];
		const struct region *r = image_section(image, rel->section);
		struct ref *ref;
		uint32_t word = 0;

		if (!r)
			continue;
		ref = SCRATCH_ADD(rd->refs, rd->nrefs);
		ref->section = rel->section;
		ref->offset = rel->offset;
		ref->type = rel->type;
		ref->symbol = &image->syms[rel->symbol];
		ref->to = image_section(image, ref->symbol->section);
		ref->at = ref->symbol->value;
		if (rel->has_addend) {
			ref->at += (uint64_t)rel->addend;
		} else if (is_word(rd, ref)) {
			region_u32(image, r, rel->offset, &word);
			ref->at += word;
		} else if (ref->type == ARM_MOVW || ref->type == ARM_MOVT) {
			code_u32(image, r, rel->offset, &word);
			ref->at += BITS(word, 19, 16) << 12 | BITS(word, 11, 0);
		} else if (ref->type == ARM_THM_MOVW ||
			   ref->type == ARM_THM_MOVT) {
			uint16_t high = 0, low = 0;

			code_u16(image, r, rel->offset, &high);
			code_u16(image, r, rel->offset + 2, &low);
			ref->at += (uint64_t)(BITS(high, 3, 0) << 12 |
					      BITS(high, 10, 10) << 11 |
					      BITS(low, 14, 12) << 8 |
					      BITS(low, 7, 0));
		}
		ref->at &= 0xffffffff;
	}
	if (rd->nrefs)
		qsort(rd->refs, rd->nrefs, sizeof(*rd->refs), compare_refs);
}

static const struct ref *ref_at(const struct reader *rd, size_t section,
				uint64_t offset)
{
	struct ref key = { .section = section, .offset = offset };

	if (!rd->nrefs)
		return NULL;
	return bsearch(&key, rd->refs, rd->nrefs, sizeof(key), compare_refs);
}

static const char *device_text(const struct region *r, uint64_t offset)
{
	const char *s = region_text(r, offset), *p;

	if (!s || !*s || strlen(s) > NAME_MOST)
		return NULL;
	for (p = s; *p; p++)
		if (!isgraph((unsigned char)*p))
			return NULL;
	return s;
}

static void add_device(struct reader *rd, const char *name, const char *how,
		       bool composed)
{
	struct kmod *k = rd->kmod;
	struct kmod_device *d;
	size_t i;

	for (i = 0; i < k->ndevices; i++) {
		d = &k->devices[i];
		if (d->name && name ? !strcmp(d->name, name) :
		    !d->name && !name && !strcmp(d->how, how))
			return;
	}
	if (k->ndevices >= 256)
		return;
	d = KEEP_ADD(k->devices, k->ndevices);
	d->name = name ? mem_text("%s", name) : NULL;
	d->how = mem_text("%s", how);
	d->composed = composed;
}

/* The name in a struct miscdevice: the second word. */
static const char *misc_name(const struct reader *rd, const struct region *r,
			     uint64_t at)
{
	const struct ref *name = ref_at(rd, r->section, at + 4);

	return name && name->to && is_word(rd, name) ?
		device_text(name->to, name->at) : NULL;
}

/* --- constants on their way into a call --- */

struct constants {
	bool known[16];
	const struct region *to[16];
	uint64_t at[16];
};

static void set_constant(struct constants *c, unsigned int r,
			 const struct region *to, uint64_t at)
{
	c->known[r] = to;
	c->to[r] = to;
	c->at[r] = at;
}

static const char *text_of(const struct constants *c, unsigned int r)
{
	return c->known[r] ? device_text(c->to[r], c->at[r]) : NULL;
}

static void called(struct reader *rd, const struct constants *c,
		   const char *name)
{
	const struct registration *how = registration(name);
	const char *device = NULL;

	if (!strcmp(name, "snprintf") || !strcmp(name, "sprintf")) {
		unsigned int format = name[1] == 'n' ? 2 : 1;

		rd->composed = NULL;
		if (c->known[format]) {
			const char *f = region_text(c->to[format],
						    c->at[format]);

			if (f && !strcmp(f, "%s"))
				rd->composed = text_of(c, format + 1);
			else if (f && !strchr(f, '%'))
				rd->composed = f;
		}
		return;
	}
	if (!how)
		return;
	switch (how->how) {
	case HOW_TEXT:
		device = text_of(c, how->argument);
		break;
	case HOW_MISC:
		if (c->known[0])
			device = misc_name(rd, c->to[0], c->at[0]);
		break;
	case HOW_INLINE:
		device = text_of(c, 0);
		break;
	case HOW_UNKNOWN:
		return;
	}
	if (!device && rd->composed && how->how == HOW_INLINE)
		add_device(rd, rd->composed, how->function, true);
	else if (device)
		add_device(rd, device, how->function, false);
	rd->composed = NULL;
}

static bool is_call_reloc(unsigned int type)
{
	return type == ARM_PC24 || type == ARM_PLT32 || type == ARM_CALL ||
	       type == ARM_JUMP24 || type == ARM_THM_CALL ||
	       type == ARM_THM_JUMP24;
}

static bool is_address_reloc(unsigned int type)
{
	return type == ARM_MOVW || type == ARM_MOVT || type == ARM_THM_MOVW ||
	       type == ARM_THM_MOVT;
}

/* A kernel's modules are all ARM or all Thumb, whatever their assembler is. */
static enum isa isa_of(const struct image *image, const struct region *r)
{
	size_t i;

	for (i = 0; i < image->nsyms; i++) {
		const struct symbol *s = &image->syms[i];

		if (s->type == STT_FUNC && s->section == r->section)
			return s->value & 1 ? ISA_THUMB : ISA_ARM;
	}
	return ISA_ARM;
}

static void follow_constants(struct reader *rd, const struct region *r)
{
	enum isa isa = isa_of(rd->image, r);
	struct constants c;
	struct insn i;
	uint64_t at;

	memset(&c, 0, sizeof(c));
	for (at = 0; insn_decode(rd->image, r, at, isa, &i); at += i.size) {
		const struct ref *ref = ref_at(rd, r->section, at), *pool;
		const struct region *to = NULL;
		uint64_t value = 0;
		unsigned int n;

		if (ref && is_call_reloc(ref->type)) {
			called(rd, &c, ref->symbol->name);
			for (n = 0; n < 4; n++)
				c.known[n] = false;
			c.known[12] = false;
			continue;
		}
		if (i.has_literal && i.writes) {
			pool = ref_at(rd, r->section, (uint64_t)i.literal);
			if (pool && is_word(rd, pool))
				to = pool->to, value = pool->at;
			i.dst = (unsigned int)__builtin_ctz(i.writes);
		} else if (ref && is_address_reloc(ref->type) && i.writes) {
			to = ref->to;
			value = ref->at;
			i.dst = (unsigned int)__builtin_ctz(i.writes);
		} else if (i.copy && i.src < 16 && i.dst < 16 &&
			   c.known[i.src]) {
			to = c.to[i.src];
			value = c.at[i.src] + (uint64_t)(int64_t)i.add;
		}
		for (n = 0; n < 16; n++)
			if (i.writes & REG(n))
				c.known[n] = false;
		if (to && i.dst < 16)
			set_constant(&c, i.dst, to, value);
		if (i.flow == FLOW_END) {
			memset(&c, 0, sizeof(c));
			rd->composed = NULL;
		}
	}
}

/* --- mmap handlers --- */

/* Offset of .mmap in struct file_operations, in words. */
static unsigned int mmap_slot(unsigned int version)
{
	if (version >= 0x060c)		/* fop_flags */
		return 12;
	if (version >= 0x0606)		/* iterate is gone */
		return 11;
	if (version >= 0x0501)		/* iopoll */
		return 12;
	if (version >= 0x0407)		/* iterate_shared */
		return 11;
	if (version >= 0x0401)		/* aio_read, aio_write are gone */
		return 10;
	if (version >= 0x0310)		/* read_iter, write_iter */
		return 12;
	return 10;
}

/* Offset of .vm_pgoff in struct vm_area_struct, in bytes (32-bit kernels). */
static int vm_pgoff_at(unsigned int version)
{
	if (version >= 0x0601)
		return 0;		/* depends on the configuration */
	return version >= 0x0308 ? 76 : 72;
}

static unsigned int kernel_version(const char *vermagic)
{
	unsigned int major, minor;

	if (!vermagic || sscanf(vermagic, "%3u.%3u", &major, &minor) != 2 ||
	    minor > 255)
		return 0;
	return major << 8 | minor;
}

static uint64_t function_end(const struct image *image, const struct region *r,
			     uint64_t start)
{
	uint64_t most = start + HANDLER_LONGEST, end;
	size_t i;

	for (i = 0; i < image->nsyms; i++) {
		const struct symbol *s = &image->syms[i];

		if (s->type == STT_FUNC && s->section == r->section &&
		    (s->value & ~1ULL) == start && s->size &&
		    s->size <= HANDLER_LONGEST)
			return start + s->size;
	}
	for (end = start + 2; end < most && end < r->size; end += 2)
		if (image_is_start(image, r, end))
			break;
	return end;
}

static const char *function_name(const struct image *image,
				 const struct region *r, uint64_t start)
{
	size_t i;

	for (i = 0; i < image->nsyms; i++) {
		const struct symbol *s = &image->syms[i];

		if (s->type == STT_FUNC && s->section == r->section &&
		    (s->value & ~1ULL) == start && *s->name)
			return mem_text("%s", s->name);
	}
	return mem_text("%s+0x%llx", image_section_name(image, r->section),
			(unsigned long long)start);
}

/* .mmap(file, vma), or osal's (vm, start, end, pgoff, data), or who knows. */
enum takes {
	TAKES_UNKNOWN,
	TAKES_VMA,
	TAKES_PGOFF,
};

/* Follows vm_pgoff through registers, straight through the function. */
static void read_handler(struct reader *rd, struct kmod_handler *h,
			 const struct region *r, uint64_t start, enum isa isa,
			 enum takes takes)
{
	uint64_t end = function_end(rd->image, r, start), at;
	uint32_t vma = takes == TAKES_VMA ? REG(1) : 0;
	uint32_t pgoff = takes == TAKES_PGOFF ? REG(3) : 0;
	int vm_pgoff = vm_pgoff_at(rd->version);
	bool seen = pgoff, compared = false;
	const char *passed = NULL;
	unsigned int size;

	for (at = start; at < end; at += size) {
		const struct ref *ref = ref_at(rd, r->section, at);
		uint32_t new_pgoff = 0, new_vma = 0;
		struct insn i;

		if (!insn_decode(rd->image, r, at, isa, &i))
			break;
		size = i.size;
		if (ref && is_call_reloc(ref->type)) {
			const char *with = mapper(ref->symbol->name);

			if (with) {
				h->maps_with = with;
				h->remaps++;
			} else if (!h->remaps && (pgoff | vma) & 15) {
				if (!passed)
					passed = mem_text("%s",
							ref->symbol->name);
			}
			pgoff &= 0x0ff0;
			vma &= 0x0ff0;
			continue;
		}
		if (i.load && vma & REG(i.base) && vm_pgoff &&
		    i.offset == vm_pgoff) {
			new_pgoff = REG(i.loaded);
			seen = seen || !h->remaps;
		} else if (i.copy && !i.add && vma & REG(i.src)) {
			new_vma = REG(i.dst);
		} else if (!i.load && !i.store && pgoff & i.reads) {
			new_pgoff = i.writes;
			if (i.compare && !h->remaps)
				compared = true;
		}
		pgoff = (pgoff & ~i.writes) | new_pgoff;
		vma = (vma & ~i.writes) | new_vma;
	}
	if (!h->remaps) {
		h->check = KMOD_NO_REMAP;
		h->passed_to = passed;
	} else if (!strcmp(h->maps_with, "vm_iomap_memory")) {
		h->check = KMOD_BY_KERNEL;
	} else if (compared) {
		h->check = KMOD_COMPARED;
	} else if (passed) {
		h->check = KMOD_PASSED;
		h->passed_to = passed;
	} else {
		h->check = seen ? KMOD_NOT_SEEN : KMOD_UNREAD;
	}
}

static void add_handler(struct reader *rd, const struct region *r,
			uint64_t start, enum takes takes)
{
	struct kmod *k = rd->kmod;
	enum isa isa = start & 1 ? ISA_THUMB : ISA_ARM;
	struct kmod_handler *h;
	const char *name;
	size_t i;

	start &= ~1ULL;
	if ((isa == ISA_ARM && start & 3) || start >= r->size || k->nhandlers >= 64)
		return;
	name = function_name(rd->image, r, start);
	for (i = 0; i < k->nhandlers; i++)
		if (!strcmp(k->handlers[i].name, name))
			return;
	h = KEEP_ADD(k->handlers, k->nhandlers);
	h->name = name;
	read_handler(rd, h, r, start, isa, takes);
}

static bool says_mmap(const char *name)
{
	for (; *name; name++)
		if (!strncasecmp(name, "mmap", 4))
			return true;
	return false;
}

static bool imports_osal(const struct reader *rd)
{
	size_t i;

	for (i = 0; i < rd->kmod->nregisters; i++)
		if (!strncmp(rd->kmod->registers[i], "osal_", 5))
			return true;
	return false;
}

/* After the owner, a file_operations holds functions and nothing else. */
static bool only_functions(const struct reader *rd, const struct region *r,
			   uint64_t at, uint64_t len)
{
	const struct ref *ref;
	uint32_t word;

	for (; len; at += 4, len -= 4) {
		if (!region_u32(rd->image, r, at, &word))
			return false;
		ref = ref_at(rd, r->section, at);
		if (ref ? ref->to && !ref->to->exec : word)
			return false;
	}
	return true;
}

/*
 * A file_operations is what has THIS_MODULE in its first word; osal's table,
 * which has no owner, is known only by the name of what it points to.
 */
static void find_handlers(struct reader *rd)
{
	uint64_t slot = 4 * mmap_slot(rd->version);
	enum takes table = imports_osal(rd) ? TAKES_PGOFF : TAKES_UNKNOWN;
	size_t i;

	for (i = 0; i < rd->nrefs; i++) {
		const struct ref *ref = &rd->refs[i], *handler;
		const struct region *r;

		if (!is_word(rd, ref))
			continue;
		r = image_section(rd->image, ref->section);
		if (!r || r->exec)
			continue;
		if (rd->version && !strcmp(ref->symbol->name, "__this_module")) {
			handler = ref_at(rd, ref->section, ref->offset + slot);
			if (handler && is_word(rd, handler) && handler->to &&
			    handler->to->exec &&
			    only_functions(rd, r, ref->offset + 4, slot + 12))
				add_handler(rd, handler->to, handler->at,
					    TAKES_VMA);
		} else if (ref->to && ref->to->exec &&
			   says_mmap(ref->symbol->name) &&
			   ref->symbol->value == ref->at) {
			add_handler(rd, ref->to, ref->at, table);
		}
	}
}

/* misc_register() may be called in a loop over an array. */
static void find_misc_devices(struct reader *rd)
{
	size_t i;

	for (i = 0; i < rd->nrefs; i++) {
		const struct ref *name = &rd->refs[i], *fops;
		const struct region *r;
		const char *text;
		uint32_t minor;

		if (!is_word(rd, name) || !name->to || name->to->exec ||
		    name->offset < 4)
			continue;
		r = image_section(rd->image, name->section);
		fops = ref_at(rd, name->section, name->offset + 4);
		if (!r || r->exec || !fops || !is_word(rd, fops) ||
		    !fops->to || fops->to->exec ||
		    !region_u32(rd->image, r, name->offset - 4, &minor) ||
		    minor != 255 || ref_at(rd, name->section, name->offset - 4))
			continue;
		text = device_text(name->to, name->at);
		if (text)
			add_device(rd, text, "misc_register", false);
	}
}

/* --- all of it --- */

static void read_modinfo(const struct image *image, struct kmod *k)
{
	size_t i;

	for (i = 0; i < image->nregions; i++) {
		const struct region *r = &image->regions[i];
		uint64_t at = 0;

		if (strcmp(image_section_name(image, r->section), ".modinfo"))
			continue;
		while (at < r->size) {
			const char *s = region_text(r, at);

			if (!s)
				break;
			if (!strncmp(s, "vermagic=", 9))
				k->version = mem_text("%s", s + 9);
			else if (!strncmp(s, "depends=", 8))
				k->depends = mem_text("%s", s + 8);
			else if (!strncmp(s, "license=", 8))
				k->license = mem_text("%s", s + 8);
			at += strlen(s) + 1;
		}
	}
}

bool kmod_is(const struct image *image)
{
	size_t i;

	if (image->header.e_type != ET_REL)
		return false;
	for (i = 0; i < image->nregions; i++) {
		const char *name = image_section_name(image,
						image->regions[i].section);

		if (!strcmp(name, ".modinfo") ||
		    !strcmp(name, ".gnu.linkonce.this_module"))
			return true;
	}
	return false;
}

void kmod_read(const struct image *image, struct kmod *k)
{
	struct reader rd = { .image = image, .kmod = k };
	size_t i;

	read_modinfo(image, k);
	for (i = 0; i < image->nsyms; i++) {
		const struct symbol *s = &image->syms[i];

		if (s->section == SHN_UNDEF && registration(s->name) &&
		    k->nregisters < 64)
			*KEEP_ADD(k->registers, k->nregisters) =
				mem_text("%s", s->name);
	}
	rd.version = kernel_version(k->version);
	if (image->arch == ARCH_OTHER)
		return;
	list_refs(&rd);
	if (image->arch == ARCH_ARM) {
		k->decoded = true;
		for (i = 0; i < image->nregions; i++)
			if (image->regions[i].exec)
				follow_constants(&rd, &image->regions[i]);
		find_handlers(&rd);
	}
	if (k->nregisters)
		find_misc_devices(&rd);
	for (i = 0; i < k->nregisters && !k->ndevices; i++)
		add_device(&rd, NULL, k->registers[i], false);
}

const char *kmod_check_word(enum kmod_check check)
{
	static const char *const words[] = {
		[KMOD_NO_REMAP] = "no-mapping",
		[KMOD_UNREAD] = "cannot-tell",
		[KMOD_NOT_SEEN] = "not-seen-to-check",
		[KMOD_PASSED] = "passed-on",
		[KMOD_COMPARED] = "compares",
		[KMOD_BY_KERNEL] = "kernel-checks",
	};

	return words[check];
}

const char *kmod_check_text(const struct kmod_handler *h)
{
	const char *with = h->maps_with ? h->maps_with : "";

	switch (h->check) {
	case KMOD_NO_REMAP:
		if (h->passed_to)
			return mem_text("maps nothing itself; calls %s with the mapping",
					h->passed_to);
		return "maps nothing itself";
	case KMOD_UNREAD:
		return mem_text("calls %s; where its offset comes from was not seen",
				with);
	case KMOD_NOT_SEEN:
		return mem_text("vm_pgoff goes into %s; not seen to check it",
				with);
	case KMOD_PASSED:
		return mem_text("calls %s before %s; that may check, it was not followed",
				h->passed_to, with);
	case KMOD_COMPARED:
		return mem_text("compares vm_pgoff before %s; with what was not followed",
				with);
	case KMOD_BY_KERNEL:
		return "vm_iomap_memory: the kernel checks the range";
	}
	return "";
}
