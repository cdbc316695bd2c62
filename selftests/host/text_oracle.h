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
 * struct text_items - pages as they are written, not merged
 */
struct text_items {
	unsigned int count;
	struct hvc_range item[HVC_RANGES_MAX];
};

/**
 * struct text_answer - what a text means
 * @err:	0, -EINVAL or -E2BIG; where both may be said, @either
 * @either:	a list too long that is also wrong somewhere
 * @all:	what it names
 * @ram:	what it names with "!", where the grammar has that
 */
struct text_answer {
	int err;
	bool either;
	struct text_items all, ram;
};

/** enum grammar - which parser is asked */
enum grammar {
	RANGES,		/* hvc_ranges_parse() */
	RANGES_RAM,	/* hvc_ranges_parse_ram() */
	MMZ,		/* hvc_mmz_parse() */
	GRAMMARS
};

/** text_oracle() - what a text means in a grammar */
void text_oracle(const char *text, enum grammar grammar,
		 const struct hvc_bounds *bounds, struct text_answer *answer);

/**
 * text_check() - parse a text both ways and compare
 * @text:	NUL-terminated; copied, so that reads past it are seen
 * @grammar:	which parser
 * @bounds:	what an address may be
 *
 * Also checks: a reason beside every error, a canonical set beside every
 * success, and that the set written out is read back as the same set.
 * Return: NULL, or what does not hold.
 */
const char *text_check(const char *text, enum grammar grammar,
		       const struct hvc_bounds *bounds);

#endif /* TEXT_ORACLE_H */
