/* SPDX-License-Identifier: MIT */
/*
 * image.h - one ELF file in memory, read as its loader would read it.
 *
 * A linked file is read through its program headers alone, so one without
 * section headers is no different; an object file and a kernel module through
 * their sections. Nothing in the file is believed: every access goes through
 * the checked functions below or through arrays that were filled by them.
 */
#ifndef AUDIT_IMAGE_H
#define AUDIT_IMAGE_H

#include <gelf.h>
#include <libelf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum arch {
	ARCH_OTHER,
	ARCH_ARM,
	ARCH_MIPS,		/* o32 */
};

/** struct region - bytes with an address: a PT_LOAD or a section */
struct region {
	uint64_t addr;		/* 0 for a section of an object file */
	const unsigned char *bytes;
	size_t size;
	size_t section;		/* its index; 0 for a PT_LOAD */
	bool exec;
};

struct symbol {
	const char *name;	/* never NULL */
	uint64_t value, size;
	unsigned int section;	/* SHN_UNDEF: imported */
	unsigned char type, bind, other;
};

struct reloc {
	uint64_t offset;	/* an address, or an offset in @section */
	size_t section;		/* 0 in a linked file */
	unsigned int type;
	size_t symbol;		/* index in the table it goes with */
	int64_t addend;
	bool has_addend;
};

struct image {
	Elf *elf;
	const unsigned char *bytes;
	size_t size;
	GElf_Ehdr header;
	enum arch arch;
	const char *arch_name;
	bool big, code_big;	/* byte order of data, of instructions */
	bool is64, linked;
	bool compressed_code;	/* microMIPS: not decoded */

	struct region *regions;
	size_t nregions;

	/* the dynamic section */
	bool dynamic;
	const char *interpreter, *soname;
	const char **needed, **version_files, **versions;
	size_t nneeded, nversion_files, nversions;
	struct symbol *dynsyms;
	size_t ndynsyms;
	uint64_t got;		/* DT_PLTGOT */
	uint64_t mips_local_got, mips_got_symbol;
	struct reloc *relocs;	/* of .dynsym if linked, else of .symtab */
	size_t nrelocs;

	struct symbol *syms;	/* .symtab */
	size_t nsyms;
	bool has_symtab;
	uint64_t *starts;	/* sorted: functions' regions and offsets */
	size_t nstarts;
};

/**
 * image_open() - read an ELF file
 * @image: filled
 * @bytes: the file, which must outlive @image
 *
 * Returns NULL, or in words why this cannot be audited. Parts of a damaged
 * file that cannot be read are left out.
 */
const char *image_open(struct image *image, const unsigned char *bytes,
		       size_t size);
/** image_other_type - what image_open() says of a core dump and the like */
extern const char image_other_type[];
void image_close(struct image *image);

/* Checked reads, in the file's byte order; false outside of the region. */
bool region_u32(const struct image *image, const struct region *r,
		uint64_t offset, uint32_t *value);
bool code_u32(const struct image *image, const struct region *r,
	      uint64_t offset, uint32_t *value);
bool code_u16(const struct image *image, const struct region *r,
	      uint64_t offset, uint16_t *value);

/** region_text() - the string at an offset; NULL if it does not end in time */
const char *region_text(const struct region *r, uint64_t offset);

/** image_region() - the region that holds an address of a linked file */
const struct region *image_region(const struct image *image, uint64_t addr);
const struct region *image_section(const struct image *image, size_t section);

/** image_is_start() - does a function symbol say that one begins here? */
bool image_is_start(const struct image *image, const struct region *r,
		    uint64_t offset);

/** image_same_function() - does no function begin between the two? */
bool image_same_function(const struct image *image, const struct region *r,
			 uint64_t a, uint64_t b);

/** image_section_name() - "" where there is none */
const char *image_section_name(const struct image *image, size_t section);

#endif
