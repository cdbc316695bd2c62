/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ranges.h - sorted, merged sets of page-frame ranges, and their text form.
 *
 * Promise: pure functions. A set is immutable once it is built, so readers need
 * nothing but a pointer that stays valid (RCU in the module). Bad text yields
 * an error and a reason, and leaves nothing half done.
 */
#ifndef HVC_RANGES_H
#define HVC_RANGES_H

#include "pure.h"

/* Items in one text; longer lists are -E2BIG. */
#define HVC_RANGES_MAX 4096U

/** struct hvc_range - page frames first..last, both included */
struct hvc_range {
	unsigned long first;
	unsigned long last;
};

/** struct hvc_ranges - ascending, disjoint, not adjacent */
struct hvc_ranges {
	unsigned int count;
	struct hvc_range r[];
};

/**
 * struct hvc_bounds - what a byte address may be on this machine
 * @page_shift:	log2 of the page size in bytes
 * @phys_pages:	page frames of the physical address space
 */
struct hvc_bounds {
	unsigned int page_shift;
	u64 phys_pages;
};

/**
 * hvc_ranges_contain() - does [first, first + pages) lie inside one range?
 * @set:	the set, or NULL for an empty one
 * @first:	page frame
 * @pages:	count, at least 1
 *
 * O(log n). An extent that wraps is never inside.
 */
bool hvc_ranges_contain(const struct hvc_ranges *set, unsigned long first,
			unsigned long pages);

/**
 * hvc_ranges_merge() - sort, and join what overlaps or touches
 * @set:	any ranges with first <= last; changed in place
 */
void hvc_ranges_merge(struct hvc_ranges *set);

/**
 * hvc_ranges_parse() - "start-end" and "start+size", comma or newline between
 * @text:	NUL-terminated; "none" is the empty set
 * @bounds:	what an address may be
 * @set:	room for HVC_RANGES_MAX ranges; gets the merged result
 * @why:	on error, what is wrong (static text)
 *
 * Numbers are base 0 with an optional k, m or g (either case). Start, size and
 * end + 1 are multiples of the page size; end is included.
 * Return: 0, -EINVAL, or -E2BIG for more than HVC_RANGES_MAX items.
 */
int hvc_ranges_parse(const char *text, const struct hvc_bounds *bounds,
		     struct hvc_ranges *set, const char **why);

/**
 * hvc_ranges_parse_ram() - the same, where an item may end in "!"
 * @text:	as above; "!" says that the range may be RAM the kernel manages
 * @bounds:	what an address may be
 * @set:	gets all items
 * @ram:	room as @set; gets the items with "!", too
 * @why:	on error, what is wrong (static text)
 */
int hvc_ranges_parse_ram(const char *text, const struct hvc_bounds *bounds,
			 struct hvc_ranges *set, struct hvc_ranges *ram,
			 const char **why);

/**
 * hvc_ranges_add_bytes() - append start..start + size - 1 to a set
 * @set:	has room for HVC_RANGES_MAX ranges; not merged here
 * @start:	byte address, page-aligned
 * @size:	bytes, multiple of the page size, not 0
 * @bounds:	what an address may be
 * @why:	on error, what is wrong (static text)
 *
 * Return: 0, -EINVAL or -E2BIG.
 */
int hvc_ranges_add_bytes(struct hvc_ranges *set, u64 start, u64 size,
			 const struct hvc_bounds *bounds, const char **why);

/**
 * hvc_parse_bytes() - one number, base 0, with k, m, g
 * @pos:	where to read; moved behind what was read
 * @value:	the result in bytes
 *
 * Return: 0, or -EINVAL for no digit or a value above 2^64 - 1.
 */
int hvc_parse_bytes(const char **pos, u64 *value);

#endif /* HVC_RANGES_H */
