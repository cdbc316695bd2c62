/* SPDX-License-Identifier: MIT */
/*
 * calls.h - where an image calls which function.
 */
#ifndef AUDIT_CALLS_H
#define AUDIT_CALLS_H

#include <stdbool.h>
#include <stddef.h>

#include "functions.h"
#include "image.h"

/** struct call - one call instruction */
struct call {
	const struct function *function;
	bool wide_name;
	bool tail;		/* a jump: a sibling call */
	const struct region *region;
	uint64_t offset;
	enum isa isa;
};

/**
 * struct callee - one imported (or, in a static program, defined) function
 * @pointer: something else than a call refers to it: calls through a pointer
 *	     are not followed
 */
struct callee {
	const struct function *function;
	const char *name;
	bool wide_name;
	bool pointer;
	size_t ncalls;
};

struct calls {
	struct callee *callees;
	size_t ncallees;
	struct call *calls;
	size_t ncalls;
	bool decoded;		/* this architecture's code was looked at */
	bool truncated;		/* too many: the rest was not looked at */
};

/** calls_find() - fill @calls */
void calls_find(const struct image *image, struct calls *calls);

#endif
