/* SPDX-License-Identifier: MIT */
/*
 * rules.h - the rule table: which off_t an ELF object was compiled with.
 *
 * Pure: strings in, an answer out; no libc, no allocation, no state. The shim
 * feeds it an object in memory, the audit tool an ELF file; both get the same
 * answer, because it is the same code.
 */
#ifndef OFF32_RULES_H
#define OFF32_RULES_H

/** enum off32_abi - the off_t that a caller's plain names (mmap, lseek) take */
enum off32_abi {
	OFF32_UNDECIDED,
	OFF32_NARROW,		/* 32 bits: glibc, uClibc */
	OFF32_WIDE,		/* 64 bits: musl */
};

/* Facts about one object, or-ed together. */
enum {
	OFF32_NEEDS_NARROW	= 1 << 0,	/* DT_NEEDED glibc or uClibc */
	OFF32_NEEDS_WIDE	= 1 << 1,	/* DT_NEEDED musl */
	OFF32_VERSION_NARROW	= 1 << 2,	/* version needs of glibc */
	OFF32_IMPORT_NARROW	= 1 << 3,	/* a symbol musl does not have */
	OFF32_IMPORT_WIDE	= 1 << 4,	/* a symbol only musl has */
	OFF32_NEEDS_BIONIC	= 1 << 5,	/* DT_NEEDED beside Android's libc */
};

/* One string each; 0 if it says nothing. */
unsigned int off32_fact_needed(const char *soname);
unsigned int off32_fact_version(const char *version);
unsigned int off32_fact_import(const char *symbol);

/**
 * off32_rule_needs() - rules 2 and 3: what the object was linked against
 * @facts: of off32_fact_needed() over every DT_NEEDED and every file that has
 *	   version needs, and of off32_fact_version() over every needed version
 *
 * Version needs come first: the linker wrote them when it bound the calls to
 * a real glibc, and an editor that renames DT_NEEDED leaves them behind. Both
 * kinds of libc in DT_NEEDED and no version contradict each other: undecided.
 *
 * Android's libc is called libc.so, too, and is narrow. It comes with libm.so
 * and libdl.so, which musl does not have; newer linkers bind to its version
 * LIBC. Without one, libc.so beside these says nothing: undecided.
 */
enum off32_abi off32_rule_needs(unsigned int facts);

/**
 * off32_rule_import() - a step of rule 4: an import that only one libc has
 * @facts: of off32_fact_import() over every undefined symbol
 */
enum off32_abi off32_rule_import(unsigned int facts);

#endif
