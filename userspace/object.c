// SPDX-License-Identifier: MIT
/*
 * object.c - which object an address belongs to, and what it was linked with.
 *
 * Entries of the table are written once and published by one atomic store. An
 * entry is believed only while the memory it was read from still says the
 * same: where a libc unmaps objects, another may stand at the same place. If
 * the table is full, objects are looked up anew each time; nothing else
 * changes.
 */
#include <elf.h>
#include <link.h>

#include "shim.h"

#define ENTRIES 64

static struct entry {
	unsigned char ready;
	struct off32_notes notes;
	struct off32_object object;
} entries[ENTRIES];

static unsigned int claimed;
static struct off32_notes notes_of_the_rest;

/* One object's dynamic section. */
struct dynamic {
	uintptr_t start, end;		/* its memory */
	uintptr_t bias;
	const ElfW(Dyn) *dyn;
};

/* A pointer the loader may or may not have relocated in place. */
static const void *at(const struct dynamic *d, uintptr_t value)
{
	if (value < d->start)
		value += d->bias;
	return value < d->end ? (const void *)value : NULL;
}

static uintptr_t tag(const struct dynamic *d, uintptr_t wanted)
{
	const ElfW(Dyn) *dyn;

	for (dyn = d->dyn; dyn->d_tag != DT_NULL; dyn++)
		if ((uintptr_t)dyn->d_tag == wanted)
			return dyn->d_un.d_val;
	return 0;
}

static const void *table(const struct dynamic *d, uintptr_t wanted)
{
	uintptr_t value = tag(d, wanted);

	return value ? at(d, value) : NULL;
}

static const ElfW(Phdr) *program_headers(const ElfW(Ehdr) *ehdr)
{
	return (const void *)((uintptr_t)ehdr + ehdr->e_phoff);
}

/* Returns 0 unless an executable segment of this ELF image holds @pc. */
static int read_headers(const ElfW(Ehdr) *ehdr, uintptr_t pc,
			struct off32_object *o, struct dynamic *d)
{
	const ElfW(Phdr) *ph = program_headers(ehdr);
	const ElfW(Phdr) *end = ph + ehdr->e_phnum;
	uintptr_t bias = (uintptr_t)ehdr;
	const unsigned char *magic = ehdr->e_ident;
	int first = 1;

	if (magic[0] != ELFMAG0 || magic[1] != 'E' || magic[2] != 'L' ||
	    magic[3] != 'F' || ehdr->e_phentsize != sizeof(*ph))
		return 0;
	for (; ph < end; ph++) {
		if (ph->p_type == PT_DYNAMIC)
			d->dyn = (const void *)ph->p_vaddr;
		if (ph->p_type != PT_LOAD)
			continue;
		if (first)
			bias -= ph->p_vaddr - ph->p_offset;
		first = 0;
		d->end = bias + ph->p_vaddr + ph->p_memsz;
		if ((ph->p_flags & PF_X) && pc - bias >= ph->p_vaddr &&
		    pc - bias - ph->p_vaddr < ph->p_memsz) {
			o->lo = bias + ph->p_vaddr;
			o->hi = o->lo + ph->p_memsz;
		}
	}
	d->start = (uintptr_t)ehdr;
	d->bias = bias;
	if (d->dyn)
		d->dyn = (const void *)((uintptr_t)d->dyn + bias);
	return o->hi != 0;
}

static void note(struct off32_object *o, unsigned int facts, const char *why)
{
	if (facts && !(o->facts & facts) &&
	    (!o->why || facts == OFF32_VERSION_NARROW))
		o->why = why;
	o->facts |= facts;
}

static void read_versions(const struct dynamic *d, const char *strings,
			  struct off32_object *o)
{
	const char *p = table(d, DT_VERNEED);
	uintptr_t n = tag(d, DT_VERNEEDNUM);

	for (; p && n; n--) {
		const ElfW(Verneed) *need = (const void *)p;
		const char *q = p + need->vn_aux;
		unsigned int left = need->vn_cnt;

		note(o, off32_fact_needed(strings + need->vn_file),
		     strings + need->vn_file);
		for (; left; left--) {
			const ElfW(Vernaux) *aux = (const void *)q;
			const char *version = strings + aux->vna_name;

			note(o, off32_fact_version(version), version);
			q += aux->vna_next;
		}
		p += need->vn_next;
	}
}

static void read_imports(const struct dynamic *d, const char *strings,
			 struct off32_object *o)
{
	const ElfW(Sym) *sym = table(d, DT_SYMTAB);
	const uint32_t *hash = table(d, DT_HASH);
	const uint32_t *gnu = table(d, DT_GNU_HASH);
	uint32_t i, n = 0;

	if (hash)
		n = hash[1];
	else if (gnu)
		n = gnu[1];		/* the undefined come before these */
	for (i = 1; sym && i < n; i++) {
		const char *name = strings + sym[i].st_name;

		if (sym[i].st_shndx == SHN_UNDEF)
			note(o, off32_fact_import(name), name);
	}
}

/*
 * What tells one object from another in its place, in as few words as will do,
 * since every call looks: where its section headers lie (behind everything
 * else in the file), its entry point, the sizes of its segments, and the
 * string that decided: as long as that is there, the answer is the same.
 */
static uint32_t fingerprint(const ElfW(Ehdr) *ehdr, const char *why)
{
	const ElfW(Phdr) *ph = program_headers(ehdr);
	uint32_t h = ehdr->e_shoff ^ ehdr->e_entry << 7;
	int i;

	for (i = 0; i < 4; i++)
		h = (h ^ ph[i].p_filesz) * 16777619;
	for (; why && *why; why++)
		h = (h ^ (unsigned char)*why) * 16777619;
	return h;
}

static void read_object(struct off32_object *o, struct dynamic *d)
{
	const char *strings = table(d, DT_STRTAB);
	const ElfW(Dyn) *dyn = d->dyn;
	const char *name;

	o->got = (uintptr_t)table(d, DT_PLTGOT);
	if (!strings)
		return;
	for (; dyn->d_tag != DT_NULL; dyn++) {
		name = strings + dyn->d_un.d_val;
		if (dyn->d_tag == DT_NEEDED)
			note(o, off32_fact_needed(name), name);
	}
	read_versions(d, strings, o);
	o->needs = off32_rule_needs(o->facts);
	o->rule = o->facts & OFF32_VERSION_NARROW ?
		OFF32_BY_VERSION : OFF32_BY_NEEDS;
	if (o->needs == OFF32_UNDECIDED)
		read_imports(d, strings, o);
}

/* The shim is compiled with the libc of the object that it is linked into. */
static int is_own(const struct off32_object *o)
{
	uintptr_t here = (uintptr_t)off32_object_of;

	return (here >= o->lo && here < o->hi) ||
		off32_fact_needed(o->name) == OFF32_NEEDS_WIDE;
}

static int find_out(uintptr_t pc, struct off32_object *o)
{
	struct dynamic d = { 0 };
	const ElfW(Ehdr) *ehdr;

	*o = (struct off32_object){ 0 };
	ehdr = (const void *)off32_map_of(pc, o->name, sizeof(o->name));
	if (!ehdr || !read_headers(ehdr, pc, o, &d)) {
		o->name[0] = '\0';
		return 0;
	}
	o->ehdr = ehdr;
	o->end = d.end;
	if (d.dyn)
		read_object(o, &d);
	if (is_own(o)) {
		o->needs = OFF32_WIDE;
		o->rule = OFF32_BY_OWN;
	}
	o->declared = off32_declared(o->name);
	o->print = fingerprint(ehdr, o->why);
	return 1;
}

const struct off32_object *
off32_object_of(uintptr_t pc, struct off32_object *spare,
		struct off32_notes **notes)
{
	unsigned int i, n = __atomic_load_n(&claimed, __ATOMIC_RELAXED);
	struct entry *e;

	for (i = 0; i < n && i < ENTRIES; i++) {
		e = &entries[i];
		if (!__atomic_load_n(&e->ready, __ATOMIC_ACQUIRE) ||
		    pc < e->object.lo || pc >= e->object.hi ||
		    e->object.print != fingerprint(e->object.ehdr,
						   e->object.why))
			continue;
		*notes = &e->notes;
		return &e->object;
	}
	*notes = &notes_of_the_rest;
	if (!find_out(pc, spare))
		return NULL;
	i = ENTRIES;
	if (n < ENTRIES)
		i = __atomic_fetch_add(&claimed, 1, __ATOMIC_RELAXED);
	if (i >= ENTRIES)
		return spare;
	e = &entries[i];
	e->object = *spare;
	__atomic_store_n(&e->ready, 1, __ATOMIC_RELEASE);
	*notes = &e->notes;
	return &e->object;
}
