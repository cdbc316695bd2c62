/* SPDX-License-Identifier: GPL-2.0 */
/*
 * spans.h - known ranges as plain as they can be, for struct hvc_request.
 *
 * Promise: no code of ranges.c, so that a fault there cannot hide one in
 * decide.c, nor the other way round.
 */
#ifndef SPANS_H
#define SPANS_H

#include <stdbool.h>

#define SPANS_MAX 8

/** struct spans - page frames first..last; disjoint and not adjacent */
struct spans {
	unsigned int count;
	struct {
		unsigned long first, last;
	} s[SPANS_MAX];
};

/** spans_known() - hvc_request.known for a struct spans */
static inline bool spans_known(const void *ranges, unsigned long first,
			       unsigned long pages)
{
	const struct spans *set = ranges;
	unsigned int i;

	for (i = 0; i < set->count; i++) {
		if (first >= set->s[i].first && first <= set->s[i].last)
			return pages - 1 <= set->s[i].last - first;
	}
	return false;
}

#endif /* SPANS_H */
