/* SPDX-License-Identifier: MIT */
/*
 * flow.h - what was put where before a call.
 *
 * Backwards from the call over every path of code that leads to it, as far as
 * the call or the function entry before it: between the two, only this call's
 * arguments are set up.
 */
#ifndef AUDIT_FLOW_H
#define AUDIT_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "image.h"
#include "insn.h"

/**
 * struct evidence - of one path
 * @slots: bit n: the word at sp + 4n was stored
 * @fresh: bit n: argument register n was set, and nobody has read it since
 * @written: bit n: argument register n was set
 * @complete: the path was followed to where it begins
 */
struct evidence {
	uint32_t slots;
	unsigned int fresh, written;
	bool complete;
};

/**
 * flow_search() - visit each path that leads to a call
 * @offset: of the call instruction in @r
 * @visit: called once a path, at most a few dozen times
 *
 * Returns false if the code before the call cannot be read.
 */
bool flow_search(const struct image *image, const struct region *r,
		 uint64_t offset, enum isa isa,
		 void (*visit)(void *cookie, const struct evidence *e),
		 void *cookie);

#endif
