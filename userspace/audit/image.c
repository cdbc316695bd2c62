// SPDX-License-Identifier: MIT
/* image.c - what image.h promises. */
#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "mem.h"

#define NAME_LONGEST 4096
#define MIPS_MICROMIPS 0x02000000	/* in e_flags; not in elf.h */

const char image_other_type[] =
	"neither a program, a library nor an object file";

static bool inside(uint64_t offset, uint64_t len, uint64_t size)
{
	return offset <= size && len <= size - offset;
}

static const char *text_at(const unsigned char *bytes, size_t size,
			   uint64_t offset)
{
	size_t left;

	if (offset >= size)
		return NULL;
	left = size - offset;
	if (left > NAME_LONGEST)
		left = NAME_LONGEST;
	if (!memchr(bytes + offset, 0, left))
		return NULL;
	return (const char *)bytes + offset;
}

static uint32_t get32(const unsigned char *p, bool big)
{
	return big ? (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3] :
		     (uint32_t)p[3] << 24 | p[2] << 16 | p[1] << 8 | p[0];
}

static uint16_t get16(const unsigned char *p, bool big)
{
	return big ? p[0] << 8 | p[1] : p[1] << 8 | p[0];
}

bool region_u32(const struct image *image, const struct region *r,
		uint64_t offset, uint32_t *value)
{
	if (!inside(offset, 4, r->size))
		return false;
	*value = get32(r->bytes + offset, image->big);
	return true;
}

bool code_u32(const struct image *image, const struct region *r,
	      uint64_t offset, uint32_t *value)
{
	if (!inside(offset, 4, r->size))
		return false;
	*value = get32(r->bytes + offset, image->code_big);
	return true;
}

bool code_u16(const struct image *image, const struct region *r,
	      uint64_t offset, uint16_t *value)
{
	if (!inside(offset, 2, r->size))
		return false;
	*value = get16(r->bytes + offset, image->code_big);
	return true;
}

const char *region_text(const struct region *r, uint64_t offset)
{
	return text_at(r->bytes, r->size, offset);
}

const struct region *image_region(const struct image *image, uint64_t addr)
{
	size_t i;

	for (i = 0; i < image->nregions; i++) {
		const struct region *r = &image->regions[i];

		if (!r->section && addr >= r->addr && addr - r->addr < r->size)
			return r;
	}
	return NULL;
}

const struct region *image_section(const struct image *image, size_t section)
{
	size_t i;

	for (i = 0; section && i < image->nregions; i++)
		if (image->regions[i].section == section)
			return &image->regions[i];
	return NULL;
}

const char *image_section_name(const struct image *image, size_t section)
{
	Elf_Scn *scn = elf_getscn(image->elf, section);
	const char *name = NULL;
	size_t names;
	GElf_Shdr sh;

	if (scn && gelf_getshdr(scn, &sh) &&
	    !elf_getshdrstrndx(image->elf, &names))
		name = elf_strptr(image->elf, names, sh.sh_name);
	return name ? name : "";
}

/* --- which machine --- */

static void name_machine(struct image *image)
{
	const GElf_Ehdr *h = &image->header;

	image->big = h->e_ident[EI_DATA] == ELFDATA2MSB;
	image->code_big = image->big;
	image->is64 = h->e_ident[EI_CLASS] == ELFCLASS64;
	image->linked = h->e_type == ET_EXEC || h->e_type == ET_DYN;
	switch (h->e_machine) {
	case EM_ARM:
		image->arch_name = "ARM";
		if (image->is64)
			break;
		if ((h->e_flags & EF_ARM_EABIMASK) == EF_ARM_EABI_UNKNOWN &&
		    image->linked) {
			/* 64-bit arguments are not aligned there. */
			image->arch_name = "ARM OABI";
			break;
		}
		image->arch = ARCH_ARM;
		if (h->e_flags & EF_ARM_BE8)
			image->code_big = false;
		break;
	case EM_MIPS:
		if (image->is64) {
			image->arch_name = "MIPS";
			break;
		}
		if (h->e_flags & EF_MIPS_ABI2) {
			image->arch_name = "MIPS n32";
			break;
		}
		image->arch = ARCH_MIPS;
		image->arch_name = image->big ? "MIPS o32 big-endian" :
						"MIPS o32";
		image->compressed_code = h->e_flags & MIPS_MICROMIPS;
		break;
	case EM_AARCH64:
		image->arch_name = "AArch64";
		break;
	case EM_386:
		image->arch_name = "i386";
		break;
	case EM_X86_64:
		image->arch_name = image->is64 ? "x86-64" : "x32";
		break;
	case EM_RISCV:
		image->arch_name = image->is64 ? "RISC-V 64" : "RISC-V 32";
		break;
	default:
		image->arch_name = mem_text("machine %u", h->e_machine);
	}
}

/* --- a linked file: program headers --- */

static void read_segments(struct image *image, GElf_Phdr *dynamic)
{
	size_t n, i;

	if (elf_getphdrnum(image->elf, &n))
		return;
	for (i = 0; i < n; i++) {
		struct region *r;
		GElf_Phdr ph;

		if (i > 65535 || !gelf_getphdr(image->elf, (int)i, &ph))
			return;
		if (!inside(ph.p_offset, ph.p_filesz, image->size)) {
			if (ph.p_offset > image->size)
				continue;
			ph.p_filesz = image->size - ph.p_offset;
		}
		switch (ph.p_type) {
		case PT_LOAD:
			if (!ph.p_filesz || image->nregions > 64)
				break;
			r = SCRATCH_ADD(image->regions, image->nregions);
			r->addr = ph.p_vaddr;
			r->bytes = image->bytes + ph.p_offset;
			r->size = ph.p_filesz;
			r->exec = ph.p_flags & PF_X;
			break;
		case PT_DYNAMIC:
			image->dynamic = true;
			*dynamic = ph;
			break;
		case PT_INTERP:
			image->interpreter = text_at(image->bytes,
				ph.p_offset + ph.p_filesz, ph.p_offset);
			break;
		}
	}
}

struct tables {
	uint64_t strings, nstrings;
	uint64_t symbols, hash, gnu_hash, nmips;
	uint64_t jmprel, jmprel_size, jmprel_type;
	uint64_t rel, rel_size, rela, rela_size;
	uint64_t verneed, nverneed;
};

static const char *dynamic_text(const struct image *image,
				const struct tables *t, uint64_t index)
{
	const struct region *r = image_region(image, t->strings);
	uint64_t start, end;

	if (!r)
		return NULL;
	start = t->strings - r->addr;
	end = r->size - start < t->nstrings ? r->size : start + t->nstrings;
	return index < end - start ? text_at(r->bytes, end, start + index) :
				     NULL;
}

/* Bytes of the file at an address, up to the end of the segment. */
static const unsigned char *at(const struct image *image, uint64_t addr,
			       uint64_t *left)
{
	const struct region *r = image_region(image, addr);

	if (!r)
		return NULL;
	*left = r->size - (addr - r->addr);
	return r->bytes + (addr - r->addr);
}

static Elf_Data *table_at(struct image *image, uint64_t addr, uint64_t len,
			  uint64_t entry, Elf_Type type)
{
	uint64_t left;
	const unsigned char *p = at(image, addr, &left);

	if (!p || !entry)
		return NULL;
	if (len > left)
		len = left;
	len -= len % entry;
	if (!len)
		return NULL;
	return elf_getdata_rawchunk(image->elf, p - image->bytes, len, type);
}

static uint64_t count_gnu_hash(const struct image *image, uint64_t addr)
{
	uint64_t left, nbuckets, first, words, last = 0, i, base;
	const unsigned char *p = at(image, addr, &left);

	if (!p || left < 16)
		return 0;
	nbuckets = get32(p, image->big);
	first = get32(p + 4, image->big);
	words = get32(p + 8, image->big);
	base = 16 + words * (image->is64 ? 8 : 4);
	if (!inside(base, nbuckets * 4, left))
		return 0;
	for (i = 0; i < nbuckets; i++) {
		uint64_t b = get32(p + base + 4 * i, image->big);

		if (b > last)
			last = b;
	}
	if (last < first)
		return first;
	base += nbuckets * 4;
	while (inside(base + (last - first) * 4, 4, left) &&
	       !(get32(p + base + (last - first) * 4, image->big) & 1))
		last++;
	return last + 1;
}

static uint64_t count_symbols(const struct image *image,
			      const struct tables *t)
{
	uint64_t left;
	const unsigned char *p;

	if (t->hash) {
		p = at(image, t->hash, &left);
		if (p && left >= 8)
			return get32(p + 4, image->big);
	}
	if (t->nmips)
		return t->nmips;
	return t->gnu_hash ? count_gnu_hash(image, t->gnu_hash) : 0;
}

static void add_symbol(struct symbol *s, const GElf_Sym *sym, const char *name)
{
	s->name = name ? name : "";
	s->value = sym->st_value;
	s->size = sym->st_size;
	s->section = sym->st_shndx;
	s->type = GELF_ST_TYPE(sym->st_info);
	s->bind = GELF_ST_BIND(sym->st_info);
	s->other = sym->st_other;
}

static void read_dynamic_symbols(struct image *image, const struct tables *t)
{
	size_t entry = gelf_fsize(image->elf, ELF_T_SYM, 1, EV_CURRENT), i, n;
	uint64_t count = count_symbols(image, t);
	Elf_Data *data;
	GElf_Sym sym;

	if (count > image->size / entry)
		count = image->size / entry;
	data = table_at(image, t->symbols, count * entry, entry, ELF_T_SYM);
	if (!data)
		return;
	n = data->d_size / entry;
	image->dynsyms = mem_scratch(n, sizeof(*image->dynsyms));
	for (i = 0; i < n && gelf_getsym(data, (int)i, &sym); i++)
		add_symbol(&image->dynsyms[i], &sym,
			   dynamic_text(image, t, sym.st_name));
	image->ndynsyms = i;
}

static void add_relocs(struct image *image, Elf_Data *data, bool rela,
		       size_t section, size_t nsymbols)
{
	size_t entry, i, n;

	if (!data)
		return;
	entry = gelf_fsize(image->elf, rela ? ELF_T_RELA : ELF_T_REL, 1,
			   EV_CURRENT);
	n = data->d_size / entry;
	for (i = 0; i < n; i++) {
		struct reloc *r;
		GElf_Rela a = { 0 };
		GElf_Rel rel;

		/* Tables that overlap must not multiply. */
		if (image->nrelocs > image->size / 4)
			return;
		if (rela) {
			if (!gelf_getrela(data, (int)i, &a))
				return;
		} else {
			if (!gelf_getrel(data, (int)i, &rel))
				return;
			a.r_offset = rel.r_offset;
			a.r_info = rel.r_info;
		}
		if (GELF_R_SYM(a.r_info) >= nsymbols)
			continue;
		r = SCRATCH_ADD(image->relocs, image->nrelocs);
		r->offset = a.r_offset;
		r->section = section;
		r->type = GELF_R_TYPE(a.r_info);
		r->symbol = GELF_R_SYM(a.r_info);
		r->addend = a.r_addend;
		r->has_addend = rela;
	}
}

static void read_dynamic_relocs(struct image *image, uint64_t addr,
				uint64_t len, bool rela)
{
	Elf_Type type = rela ? ELF_T_RELA : ELF_T_REL;
	size_t entry = gelf_fsize(image->elf, type, 1, EV_CURRENT);

	add_relocs(image, table_at(image, addr, len, entry, type), rela, 0,
		   image->ndynsyms);
}

/* Elfxx_Verneed and Elfxx_Vernaux are the same in both classes. */
static void read_versions(struct image *image, const struct tables *t)
{
	uint64_t left, pos = 0, budget = 4096, i;
	const unsigned char *p = at(image, t->verneed, &left);

	for (i = 0; p && i < t->nverneed && budget; i++) {
		uint64_t aux, next, j, count;
		const char *s;

		if (!inside(pos, 16, left))
			return;
		count = get16(p + pos + 2, image->big);
		s = dynamic_text(image, t, get32(p + pos + 4, image->big));
		if (s)
			*SCRATCH_ADD(image->version_files,
				 image->nversion_files) = s;
		aux = pos + get32(p + pos + 8, image->big);
		for (j = 0; j < count && budget; j++, budget--) {
			if (!inside(aux, 16, left))
				break;
			s = dynamic_text(image, t,
					 get32(p + aux + 8, image->big));
			if (s)
				*SCRATCH_ADD(image->versions,
					 image->nversions) = s;
			next = get32(p + aux + 12, image->big);
			if (!next)
				break;
			aux += next;
		}
		next = get32(p + pos + 12, image->big);
		if (!next)
			return;
		pos += next;
		if (budget)
			budget--;
	}
}

static void read_dynamic(struct image *image, const GElf_Phdr *ph)
{
	size_t entry = gelf_fsize(image->elf, ELF_T_DYN, 1, EV_CURRENT), i, n;
	uint64_t needed[256], soname = 0;
	struct tables t = { 0 };
	size_t nneeded = 0;
	bool named = false;
	Elf_Data *data;
	GElf_Dyn d;

	n = ph->p_filesz / entry;
	if (!n)
		return;
	data = elf_getdata_rawchunk(image->elf, ph->p_offset, n * entry,
				    ELF_T_DYN);
	for (i = 0; data && i < n && gelf_getdyn(data, (int)i, &d); i++) {
		uint64_t v = d.d_un.d_val;

		if (d.d_tag == DT_NULL)
			break;
		switch (d.d_tag) {
		case DT_NEEDED:
			if (nneeded < 256)
				needed[nneeded++] = v;
			break;
		case DT_SONAME: soname = v, named = true; break;
		case DT_STRTAB: t.strings = v; break;
		case DT_STRSZ: t.nstrings = v; break;
		case DT_SYMTAB: t.symbols = v; break;
		case DT_HASH: t.hash = v; break;
		case DT_GNU_HASH: t.gnu_hash = v; break;
		case DT_JMPREL: t.jmprel = v; break;
		case DT_PLTRELSZ: t.jmprel_size = v; break;
		case DT_PLTREL: t.jmprel_type = v; break;
		case DT_REL: t.rel = v; break;
		case DT_RELSZ: t.rel_size = v; break;
		case DT_RELA: t.rela = v; break;
		case DT_RELASZ: t.rela_size = v; break;
		case DT_VERNEED: t.verneed = v; break;
		case DT_VERNEEDNUM: t.nverneed = v; break;
		case DT_PLTGOT: image->got = v; break;
		}
		if (image->arch == ARCH_MIPS)
			switch (d.d_tag) {
			case DT_MIPS_SYMTABNO: t.nmips = v; break;
			case DT_MIPS_LOCAL_GOTNO:
				image->mips_local_got = v;
				break;
			case DT_MIPS_GOTSYM:
				image->mips_got_symbol = v;
				break;
			}
	}
	for (i = 0; i < nneeded; i++) {
		const char *s = dynamic_text(image, &t, needed[i]);

		if (s)
			*SCRATCH_ADD(image->needed, image->nneeded) = s;
	}
	if (named)
		image->soname = dynamic_text(image, &t, soname);
	read_dynamic_symbols(image, &t);
	read_dynamic_relocs(image, t.jmprel, t.jmprel_size,
			    t.jmprel_type == DT_RELA);
	read_dynamic_relocs(image, t.rel, t.rel_size, false);
	read_dynamic_relocs(image, t.rela, t.rela_size, true);
	if (t.verneed)
		read_versions(image, &t);
}

/* --- sections --- */

static void read_symtab(struct image *image, Elf_Scn *scn, const GElf_Shdr *sh)
{
	size_t entry = gelf_fsize(image->elf, ELF_T_SYM, 1, EV_CURRENT), i, n;
	Elf_Data *data = elf_getdata(scn, NULL);
	GElf_Sym sym;

	if (!data || !data->d_buf || data->d_type != ELF_T_SYM)
		return;
	n = data->d_size / entry;
	image->has_symtab = true;
	image->syms = mem_scratch(n, sizeof(*image->syms));
	for (i = 0; i < n && gelf_getsym(data, (int)i, &sym); i++) {
		const char *name = elf_strptr(image->elf, sh->sh_link,
					      sym.st_name);

		if (name && strnlen(name, NAME_LONGEST) == NAME_LONGEST)
			name = NULL;
		add_symbol(&image->syms[i], &sym, name);
	}
	image->nsyms = i;
}

static void read_sections(struct image *image)
{
	Elf_Scn *scn = NULL, *symtab = NULL;
	GElf_Shdr sh, symtab_sh = { 0 };

	while ((scn = elf_nextscn(image->elf, scn))) {
		struct region *r;

		if (!gelf_getshdr(scn, &sh))
			continue;
		if (sh.sh_type == SHT_SYMTAB && !symtab) {
			symtab = scn;
			symtab_sh = sh;
		}
		if (image->linked || sh.sh_type != SHT_PROGBITS ||
		    sh.sh_flags & SHF_COMPRESSED ||
		    !inside(sh.sh_offset, sh.sh_size, image->size))
			continue;
		r = SCRATCH_ADD(image->regions, image->nregions);
		r->bytes = image->bytes + sh.sh_offset;
		r->size = sh.sh_size;
		r->section = elf_ndxscn(scn);
		r->exec = sh.sh_flags & SHF_EXECINSTR;
	}
	if (symtab)
		read_symtab(image, symtab, &symtab_sh);
	scn = NULL;
	while (!image->linked && (scn = elf_nextscn(image->elf, scn))) {
		Elf_Data *data;

		if (!gelf_getshdr(scn, &sh) ||
		    (sh.sh_type != SHT_REL && sh.sh_type != SHT_RELA) ||
		    !image_section(image, sh.sh_info))
			continue;
		data = elf_getdata(scn, NULL);
		if (!data || !data->d_buf ||
		    data->d_type != (sh.sh_type == SHT_RELA ? ELF_T_RELA :
							      ELF_T_REL))
			continue;
		add_relocs(image, data, sh.sh_type == SHT_RELA, sh.sh_info,
			   image->nsyms);
	}
}

/* --- where functions begin --- */

static uint64_t start_key(const struct image *image, const struct region *r,
			  uint64_t offset)
{
	return (uint64_t)(r - image->regions) << 40 | (offset & ~1ULL);
}

static int compare_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void add_starts(struct image *image, const struct symbol *s, size_t n)
{
	for (; n; n--, s++) {
		const struct region *r;
		uint64_t offset;

		if (s->type != STT_FUNC || s->section == SHN_UNDEF)
			continue;
		r = image->linked ? image_region(image, s->value) :
				    image_section(image, s->section);
		if (!r)
			continue;
		offset = s->value - r->addr;
		if (offset < r->size)
			*SCRATCH_ADD(image->starts, image->nstarts) =
				start_key(image, r, offset);
	}
}

bool image_is_start(const struct image *image, const struct region *r,
		    uint64_t offset)
{
	uint64_t key = start_key(image, r, offset);

	return image->nstarts &&
	       bsearch(&key, image->starts, image->nstarts, sizeof(key),
		       compare_u64);
}

bool image_same_function(const struct image *image, const struct region *r,
			 uint64_t a, uint64_t b)
{
	uint64_t from = start_key(image, r, a < b ? a : b);
	uint64_t to = start_key(image, r, a < b ? b : a);
	size_t low = 0, high = image->nstarts;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (image->starts[middle] <= from)
			low = middle + 1;
		else
			high = middle;
	}
	return low == image->nstarts || image->starts[low] > to;
}

const char *image_open(struct image *image, const unsigned char *bytes,
		       size_t size)
{
	GElf_Phdr dynamic = { 0 };

	memset(image, 0, sizeof(*image));
	image->bytes = bytes;
	image->size = size;
	image->elf = elf_memory((char *)bytes, size);
	if (!image->elf || elf_kind(image->elf) != ELF_K_ELF ||
	    !gelf_getehdr(image->elf, &image->header))
		return "not a readable ELF file";
	name_machine(image);
	if (!image->linked && image->header.e_type != ET_REL)
		return image_other_type;
	if (image->linked) {
		read_segments(image, &dynamic);
		if (!image->nregions)
			return "damaged: none of its segments is in the file";
		if (image->dynamic)
			read_dynamic(image, &dynamic);
	}
	read_sections(image);
	add_starts(image, image->dynsyms, image->ndynsyms);
	add_starts(image, image->syms, image->nsyms);
	if (image->nstarts)
		qsort(image->starts, image->nstarts, sizeof(*image->starts),
		      compare_u64);
	return NULL;
}

void image_close(struct image *image)
{
	elf_end(image->elf);
	image->elf = NULL;
}
