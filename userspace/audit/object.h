/* SPDX-License-Identifier: MIT */
/*
 * object.h - what was found out about one ELF file or archive member, and what
 * to do about it. The report prints this and nothing else.
 */
#ifndef AUDIT_OBJECT_H
#define AUDIT_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../rules.h"
#include "insn.h"
#include "kmod.h"

enum kind {
	KIND_OBJECT,		/* .o, or a member of an archive */
	KIND_LIBRARY,
	KIND_PROGRAM,		/* dynamically linked */
	KIND_STATIC,
	KIND_MODULE,		/* of the kernel */
};

enum width {
	WIDTH_UNKNOWN,
	WIDTH_NARROW,		/* 32-bit off_t */
	WIDTH_WIDE,
	WIDTH_MIXED,		/* calls of both kinds */
};

/** struct site - one call instruction */
struct site {
	const char *function;
	const char *where;	/* address, or section+offset */
	const char *isa;
	enum off32_abi width;
	const char *why;
};

/** struct finding - one function that the object imports */
struct finding {
	const char *function;
	const char *carries;
	enum width width;
	size_t narrow, wide, undecided;		/* call sites */
	bool at_calls;		/* its calls can show the width */
	bool pointer;
	bool indirect;		/* a sibling call: the shim cannot tell whose */
	bool shim;
	const char *redefine;
	const char *why;
};

/* What to do, or-ed together; 0: nothing. */
enum {
	DO_SHIM		= 1 << 0,	/* static shim */
	DO_PRELOAD	= 1 << 1,
	DO_MODULE	= 1 << 2,
	DO_REDEFINE	= 1 << 3,
	DO_DECLARE	= 1 << 4,
	DO_LOOK		= 1 << 5,	/* cannot be decided here */
};

/** enum shim - is the shim in this program? */
enum shim {
	SHIM_NOT_ASKED,		/* not a program that could have it */
	SHIM_ABSENT,
	SHIM_FULL,		/* every entry point in .dynsym */
	SHIM_PARTIAL,
	SHIM_HIDDEN,		/* linked, and not in .dynsym */
};

struct object {
	const char *path;
	const char *member;	/* of the archive @path, or NULL */
	enum kind kind;
	const char *arch;
	bool is64;
	const char *libc;	/* "glibc", "uClibc", "musl", or NULL */
	enum off32_abi rule;	/* of the shim's rule table */
	const char *rule_why;
	const char *soname;
	const char **needed;
	size_t nneeded;

	struct finding *findings;
	size_t nfindings;
	struct site *sites;
	size_t nsites;
	bool decoded, truncated, no_symbols;

	enum shim shim;
	const char **shim_missing;
	size_t nshim_missing;
	bool asked;		/* named on the command line */
	bool is_shim;		/* liboff32-compat itself */
	size_t users, served;	/* programs that load it; with the shim */

	struct kmod kmod;

	unsigned int todo;
	const char **advice;	/* sentences */
	size_t nadvice;
	const char **notes;
	size_t nnotes;
};

/**
 * object_audit() - look at one ELF file
 * @path: as it is to be shown
 * @member: of an archive, or NULL
 * @error: why there is no result, in words
 *
 * Returns NULL with @error set.
 */
struct object *object_audit(const char *path, const char *member,
			    const unsigned char *bytes, size_t size,
			    const char **error);

/** object_narrow() - does any of its calls pass a 32-bit off_t? */
bool object_narrow(const struct object *o);

/**
 * object_archive_line() - the objcopy line for a whole archive
 *
 * Returns NULL if no member needs one. @members: how many do; @others: how
 * many import the same names with a 64-bit off_t and would be spoilt.
 */
const char *object_archive_line(struct object **objects, size_t n,
				const char *path, size_t *members,
				size_t *others);

/**
 * object_link_up() - what only all objects together show
 *
 * Programs that load objects with a 32-bit off_t, and libraries all of whose
 * programs have the shim.
 */
void object_link_up(struct object **objects, size_t n);

const char *base_name(const char *path);

#endif
