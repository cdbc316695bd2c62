/* SPDX-License-Identifier: MIT */
/*
 * functions.h - libc's functions whose interface depends on off_t, and what
 * the code before a call to one says about it.
 */
#ifndef AUDIT_FUNCTIONS_H
#define AUDIT_FUNCTIONS_H

#include <stdbool.h>

#include "../rules.h"
#include "image.h"
#include "insn.h"

/** enum shape - where a call shows its off_t */
enum shape {
	SHAPE_NONE,		/* a structure or a result: not at the call */
	SHAPE_MAP,		/* (6 words: the last on the stack) */
	SHAPE_SEEK,		/* (int, off_t, int) */
	SHAPE_TRUNCATE,		/* (int, off_t) */
	SHAPE_PREAD,		/* (int, void *, size_t, off_t) */
};

/**
 * struct function
 * @name: the plain one; with "64" behind it, it is wide whoever calls
 * @carries: what of it is an off_t
 * @shim: the shim has an entry point of this name
 * @redefine: the explicit-ABI name, or NULL
 */
struct function {
	const char *name;
	const char *carries;
	enum shape shape;
	bool shim;
	const char *redefine;
};

/**
 * function_find() - by an imported name
 * @wide: set to whether the name alone says 64 bits
 */
const struct function *function_find(const char *name, bool *wide);

/**
 * function_width() - what the code before one call shows
 * @offset: of the call instruction
 * @tail: the call is a jump (a sibling call)
 * @why: set to the reason, in words; never NULL afterwards
 */
enum off32_abi function_width(const struct function *f,
			      const struct image *image,
			      const struct region *r, uint64_t offset,
			      enum isa isa, bool tail, const char **why);

#endif
