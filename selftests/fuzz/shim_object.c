// SPDX-License-Identifier: GPL-2.0
/*
 * shim_object.c - what the shim makes of a loaded object and of /proc/self/maps.
 *
 * The input is a description: what an object needs, imports and is called,
 * where its tables lie, what else is mapped, how much each read() gives. From
 * it the object is laid out as a loader leaves it and the maps are written as
 * the kernel writes them; the shim's own files, compiled as they are, must find
 * what was described. The libcs' names are told apart here by wildcards of
 * fnmatch(), over a list written from docs/shim.md.
 */
#include <elf.h>
#include <fnmatch.h>
#include <link.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "input.h"

long fake_syscall(long number, ...);

/* The file itself: its table is emptied for each input. */
#include "object.c"

#define IMAGE 0x6000UL
#define STRINGS_MAX 16

enum kind { NEEDED, VERSION, IMPORT, KINDS };

static const char *const pool[KINDS][16] = {
	[NEEDED] = {
		"libc.so", "libc.so.6", "libc.so.0", "libc.so.1",
		"ld-uClibc.so.0", "ld-linux.so.3", "ld-musl-armhf.so.1",
		"libc.musl-armv7.so.1", "libpthread.so.0", "libc.so.60",
		"libmpi.so", "libc.s", "", "xlibc.so", "libm.so", "libdl.so",
	},
	[VERSION] = {
		"GLIBC_2.4", "GLIBC_", "GCC_3.5", "GLIB_2.4", "", "CXXABI_1.3",
		"GLIBC", "XGLIBC_2.4", "LIBC", "LIBC_N", "LIBCX", "LIB",
	},
	[IMPORT] = {
		"mmap", "mmap64", "__xstat", "__fxstat", "__ctype_b",
		"__fdelt_chk", "__stat_time64", "__dlsym_time64", "printf",
		"__xstat64", "__uClibc_main", "__select_time64", "", "__stat",
		"__errno", "__errno_location",
	},
};

/* What a name says; a later line is not asked. */
static const struct {
	enum kind kind;
	const char *pattern;
	unsigned int fact;
} says[] = {
	{ NEEDED, "libc.so", OFF32_NEEDS_WIDE },
	{ NEEDED, "libc.musl-*", OFF32_NEEDS_WIDE },
	{ NEEDED, "ld-musl-*", OFF32_NEEDS_WIDE },
	{ NEEDED, "libc.so.[016]", OFF32_NEEDS_NARROW },
	{ NEEDED, "ld-uClibc*", OFF32_NEEDS_NARROW },
	{ NEEDED, "ld-linux*", OFF32_NEEDS_NARROW },
	{ NEEDED, "libm.so", OFF32_NEEDS_BIONIC },
	{ NEEDED, "libdl.so", OFF32_NEEDS_BIONIC },
	{ VERSION, "GLIBC_*", OFF32_VERSION_NARROW },
	{ VERSION, "LIBC", OFF32_VERSION_NARROW },
	{ IMPORT, "__[fl]xstat", OFF32_IMPORT_NARROW },
	{ IMPORT, "__xstat", OFF32_IMPORT_NARROW },
	{ IMPORT, "__errno", OFF32_IMPORT_NARROW },
	{ IMPORT, "__ctype_b", OFF32_IMPORT_NARROW },
	{ IMPORT, "__fdelt_chk", OFF32_IMPORT_NARROW },
	{ IMPORT, "__uClibc_main", OFF32_IMPORT_NARROW },
	{ IMPORT, "__*_time64", OFF32_IMPORT_WIDE },
};

static unsigned int fact_of(enum kind kind, const char *name)
{
	unsigned int i;

	for (i = 0; i < sizeof(says) / sizeof(*says); i++)
		if (says[i].kind == kind &&
		    !fnmatch(says[i].pattern, name, 0))
			return says[i].fact;
	return 0;
}

/* ---- the object ---- */

static unsigned char *image;		/* IMAGE bytes */
static unsigned int serial;		/* no two objects are the same */

/* From the input, and what must come of it. */
struct object_described {
	char string[KINDS][STRINGS_MAX][32];
	unsigned int n[KINDS];
	const char *name;
	unsigned int hash;		/* none, DT_HASH, DT_GNU_HASH */
	bool relocated, dynamic, headless;
	uintptr_t link_address, text;
};

static struct object_described described;

static size_t add_string(unsigned char *strings, size_t *used, const char *s)
{
	size_t at = *used;

	memcpy(strings + at, s, strlen(s) + 1);
	*used += strlen(s) + 1;
	return at;
}

/*
 * Headers at 0, the text at 0x1000, read-only tables at 0x2000, the dynamic
 * section at 0x4000.
 */
static void lay_out(const struct object_described *d)
{
	ElfW(Ehdr) *ehdr = (void *)image;
	ElfW(Phdr) *ph = (void *)(image + sizeof(*ehdr));
	ElfW(Dyn) *dyn = (void *)(image + 0x4000);
	ElfW(Sym) *sym = (void *)(image + 0x2000);
	ElfW(Verneed) *need = (void *)(image + 0x2800);
	uint32_t *hash = (void *)(image + 0x2c00);
	unsigned char *strings = image + 0x3000;
	uintptr_t base = d->relocated ? (uintptr_t)image : d->link_address;
	size_t used = 1;
	unsigned int i;

	memset(image, 0, IMAGE);
	memcpy(ehdr->e_ident, ELFMAG, SELFMAG);
	ehdr->e_phoff = sizeof(*ehdr);
	ehdr->e_phentsize = sizeof(*ph);
	ehdr->e_phnum = d->dynamic ? 4 : 3;
	ehdr->e_shoff = ++serial * 64;
	for (i = 0; i < 3; i++) {
		static const size_t from[] = { 0, 0x1000, 0x2000, IMAGE };

		ph[i].p_type = PT_LOAD;
		ph[i].p_flags = i == 1 ? PF_R | PF_X : PF_R;
		ph[i].p_offset = from[i];
		ph[i].p_vaddr = d->link_address + from[i];
		ph[i].p_filesz = from[i + 1] - from[i];
		ph[i].p_memsz = ph[i].p_filesz;
	}
	ph[3].p_type = PT_DYNAMIC;
	ph[3].p_vaddr = d->link_address + 0x4000;
	if (!d->dynamic)
		return;

	for (i = 0; i < d->n[NEEDED]; i++) {
		dyn->d_tag = DT_NEEDED;
		dyn++->d_un.d_val = add_string(strings, &used,
					       d->string[NEEDED][i]);
	}
	for (i = 0; i < d->n[VERSION]; i++) {
		ElfW(Vernaux) *aux = (void *)(need + 1);

		need->vn_cnt = 1;
		need->vn_file = add_string(strings, &used, "libx.so");
		need->vn_aux = sizeof(*need);
		need->vn_next = sizeof(*need) + sizeof(*aux);
		aux->vna_name = add_string(strings, &used,
					   d->string[VERSION][i]);
		need = (void *)(aux + 1);
	}
	for (i = 0; i < d->n[IMPORT]; i++)
		sym[1 + i].st_name = add_string(strings, &used,
						d->string[IMPORT][i]);
	/* One that it defines itself: its name says nothing. */
	sym[1 + i].st_name = add_string(strings, &used, "__stat_time64");
	sym[1 + i].st_shndx = 5;
	if (d->hash == 1) {
		hash[1] = i + 2;
		*dyn++ = (ElfW(Dyn)){ DT_HASH, { base + 0x2c00 } };
	} else if (d->hash == 2) {
		hash[1] = i + 1;
		*dyn++ = (ElfW(Dyn)){ DT_GNU_HASH, { base + 0x2c00 } };
	}
	*dyn++ = (ElfW(Dyn)){ DT_SYMTAB, { base + 0x2000 } };
	*dyn++ = (ElfW(Dyn)){ DT_STRTAB, { base + 0x3000 } };
	*dyn++ = (ElfW(Dyn)){ DT_PLTGOT, { base + 0x4800 } };
	if (d->n[VERSION]) {
		*dyn++ = (ElfW(Dyn)){ DT_VERNEED, { base + 0x2800 } };
		*dyn++ = (ElfW(Dyn)){ DT_VERNEEDNUM, { d->n[VERSION] } };
	}
}

/* ---- the maps ---- */

static char maps[4096];
static size_t maps_size, maps_read, chunk;
static unsigned int opened, closed, reads;

long fake_syscall(long number, ...)
{
	va_list args;
	long result = 0;
	char *to;
	size_t n;

	va_start(args, number);
	switch (number) {
	case SYS_openat:
		opened++;
		maps_read = 0;
		result = 9;
		break;
	case SYS_close:
		EXPECT(va_arg(args, int) == 9);
		closed++;
		break;
	case SYS_read:
		EXPECT(va_arg(args, int) == 9);
		to = va_arg(args, char *);
		n = va_arg(args, size_t);
		if (n > chunk)
			n = chunk;
		if (n > maps_size - maps_read)
			n = maps_size - maps_read;
		memcpy(to, maps + maps_read, n);
		maps_read += n;
		reads++;
		result = n;
		break;
	default:
		EXPECT(!"a system call that nobody expects");
	}
	va_end(args);
	return result;
}

static void add_line(uintptr_t lo, uintptr_t hi, uintptr_t offset,
		     unsigned int inode, const char *path)
{
	maps_size += snprintf(maps + maps_size, sizeof(maps) - maps_size,
			      "%08lx-%08lx r-xp %08lx b3:0%x %-10u %s\n",
			      lo, hi, offset, inode % 9, inode, path);
	EXPECT(maps_size < sizeof(maps));
}

/* Other mappings, in order, up to an address. */
static void add_others(uintptr_t below)
{
	static const char *const paths[] = {
		"", "[heap]", "/lib/libc.so", "/a b/c (deleted)", "[vdso]",
		"/usr/lib/a\\012b.so", "//", "/memfd:x (deleted)",
	};
	unsigned int n = input_take(1) % 8, kind;
	uintptr_t at = below - 0x100000;

	while (n--) {
		kind = input_take(1);
		add_line(at, at + 0x1000, (kind >> 3 & 3) << 12, kind >> 5,
			 paths[kind & 7]);
		at += 0x2000;
	}
}

static void write_maps(const struct object_described *d)
{
	uintptr_t base = (uintptr_t)image;
	char path[400];

	maps_size = 0;
	chunk = 1 + input_take(1);
	add_others(base);
	snprintf(path, sizeof(path), "/usr/l i b/%s%s", d->name,
		 input_take(1) & 1 ? " (deleted)" : "");
	if (!d->headless)
		add_line(base, base + 0x1000, 0, 4711, path);
	add_line(base + 0x1000, base + 0x2000, 0x1000, 4711, path);
	add_line(base + 0x2000, base + 0x4000, 0x2000, 4711, path);
	add_line(base + 0x4000, base + IMAGE, 0x4000, 4711, path);
	add_others(base + 0x200000);
}

/* ---- what is expected ---- */

static enum off32_abi expected(const struct object_described *d,
			       unsigned int *facts, const char **why,
			       enum off32_abi *by_import)
{
	static const enum kind order[] = { NEEDED, VERSION, IMPORT };
	enum off32_abi needs = OFF32_UNDECIDED;
	unsigned int i, k, fact;
	bool wide, narrow;

	*facts = 0;
	*why = NULL;
	for (k = 0; d->dynamic && k < KINDS; k++) {
		if (order[k] == IMPORT) {
			wide = *facts & OFF32_NEEDS_WIDE &&
			       !(*facts & OFF32_NEEDS_BIONIC);
			narrow = *facts & OFF32_NEEDS_NARROW;
			if (*facts & OFF32_VERSION_NARROW ||
			    (narrow && !wide))
				needs = OFF32_NARROW;
			else if (wide && !narrow)
				needs = OFF32_WIDE;
			if (needs != OFF32_UNDECIDED || !d->hash)
				break;
		}
		for (i = 0; i < d->n[order[k]]; i++) {
			fact = fact_of(order[k], d->string[order[k]][i]);
			if (fact && (!*why || (fact == OFF32_VERSION_NARROW &&
					       !(*facts & fact))))
				*why = d->string[order[k]][i];
			*facts |= fact;
		}
	}
	wide = *facts & OFF32_IMPORT_WIDE;
	narrow = *facts & OFF32_IMPORT_NARROW;
	*by_import = wide == narrow ? OFF32_UNDECIDED :
		     wide ? OFF32_WIDE : OFF32_NARROW;
	return needs;
}

static enum off32_abi declared;

enum off32_abi off32_declared(const char *name)
{
	EXPECT(!strncmp(name, described.name,
			sizeof(((struct off32_object *)0)->name) - 1));
	return declared;
}

static void check(const struct object_described *d)
{
	uintptr_t base = (uintptr_t)image, pc = base + d->text;
	const struct off32_object *o, *again;
	struct off32_notes *notes, *notes_again;
	struct off32_object spare;
	enum off32_abi needs, by_import;
	unsigned int facts;
	const char *why;
	char name[31];

	needs = expected(d, &facts, &why, &by_import);
	EXPECT(off32_map_of(pc, name, sizeof(name)) ==
	       (d->headless ? 0 : base));
	reads = 0;
	o = off32_object_of(pc, &spare, &notes);
	EXPECT(opened == closed && reads);
	if (d->text < 0x1000 || d->text >= 0x2000 || d->headless) {
		EXPECT(!o);
		return;
	}
	EXPECT(o && o->lo == base + 0x1000 && o->hi == base + 0x2000);
	EXPECT(o->end == base + IMAGE && o->ehdr == image);
	EXPECT(!strncmp(o->name, d->name, sizeof(o->name) - 1));
	EXPECT(o->facts == facts);
	if (fact_of(NEEDED, o->name) == OFF32_NEEDS_WIDE)
		EXPECT(o->needs == OFF32_WIDE && o->rule == OFF32_BY_OWN);
	else
		EXPECT(o->needs == needs && o->rule != OFF32_BY_OWN);
	EXPECT(off32_rule_import(facts) == by_import);
	EXPECT(!why == !o->why && (!why || !strcmp(why, o->why)));
	EXPECT(!d->dynamic || o->got == base + 0x4800);
	EXPECT(o->declared == declared);

	/* From now on the table knows it: no system call. */
	reads = 0;
	again = off32_object_of(pc, &spare, &notes_again);
	EXPECT(again == o && notes == notes_again && !reads);
}

/* A name that says something, or one much like it. */
static void take_string(char *to, const char *name, unsigned int how)
{
	size_t len = name ? strlen(name) : 0;

	if (len)
		memcpy(to, name, len);
	if (how & 8)
		len = input_take(1) % (len + 1);
	if (how & 4)
		to[len++] = (char)input_take(1);
	to[len] = '\0';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {
		"libmpi.so", "libc.so", "x", "libc.so.6", "ld-musl-arm.so.1",
		"a-name-that-is-longer-than-thirty-characters.so",
	};
	struct object_described *d = &described;
	unsigned int objects, flags, k, pick;
	size_t i;

	if (!image) {
		/* Nothing beside it that a read past it could meet. */
		image = mmap(NULL, IMAGE, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (image == MAP_FAILED)
			abort();
	}
	memset(entries, 0, sizeof(entries));
	claimed = 0;
	input_start(data, size);
	objects = 1 + input_take(1) % 3;
	/* The next one stands where this one stood: it must not be believed */
	while (objects--) {
		memset(d, 0, sizeof(*d));
		flags = input_take(2);
		d->relocated = flags & 1;
		d->dynamic = !(flags & 2);
		d->link_address = flags & 4 ? 0x10000 : 0;
		d->hash = (flags >> 3) % 3;
		d->headless = (flags & 0x6000) == 0x6000;
		d->name = names[(flags >> 5) % 6];
		declared = (flags >> 8) % 3;
		d->text = flags & 0x8000 ? input_take(2) % 0x1800 : 0x1234;
		for (k = 0; k < KINDS; k++) {
			d->n[k] = input_take(1) % STRINGS_MAX;
			for (i = 0; i < d->n[k]; i++) {
				pick = input_take(1);
				take_string(d->string[k][i], pool[k][pick & 15],
					    pick >> 4);
			}
		}
		lay_out(d);
		write_maps(d);
		check(d);
	}
	return 0;
}
