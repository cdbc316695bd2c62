/* SPDX-License-Identifier: GPL-2.0 */
/*
 * text_oracle.h - the grammars once more, as regular expressions.
 *
 * Promise: shares no code with ranges.c and mmz.c. The text is cut at its
 * separators first and each piece is matched as a whole, where the module's
 * parsers read from left to right.
 */
#ifndef TEXT_ORACLE_H
#define TEXT_ORACLE_H

#include "ranges.h"

/**
 * struct text_answer - what a text means
 * @err:	0, -EINVAL or -E2BIG; where both may be said, @either
 * @either:	a list too long that is also wrong somewhere
 * @count:	items, not merged
 * @item:	their pages
 */
struct text_answer {
	int err;
	bool either;
	unsigned int count;
	struct hvc_range item[HVC_RANGES_MAX];
};

void text_oracle_ranges(const char *text, const struct hvc_bounds *bounds,
			struct text_answer *answer);
void text_oracle_mmz(const char *text, const struct hvc_bounds *bounds,
		     struct text_answer *answer);

/**
 * text_check() - parse a text both ways and compare
 * @text:	NUL-terminated; copied, so that reads past it are seen
 * @mmz:	the vendor's grammar, else ranges
 * @bounds:	what an address may be
 *
 * Also checks: a reason beside every error, a canonical set beside every
 * success, and that the set written out is read back as the same set.
 * Return: NULL, or what does not hold.
 */
const char *text_check(const char *text, bool mmz,
		       const struct hvc_bounds *bounds);

#endif /* TEXT_ORACLE_H */
