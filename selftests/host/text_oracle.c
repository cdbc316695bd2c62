// SPDX-License-Identifier: GPL-2.0
/* text_oracle.c - see text_oracle.h. */
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>

#include "mmz.h"
#include "text_oracle.h"

/* Each number is two groups: digits with their prefix, and the suffix. */
#define NUMBER "(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)([kKmMgG]?)"
#define BLANK "[ \t\r]*"
#define ITEM "^" BLANK NUMBER "([-+])" NUMBER "(!?)" BLANK "$"
#define ZONE "^[^,: \t\r\n]+," NUMBER "," NUMBER "," NUMBER \
	     "(," NUMBER "," NUMBER ")?$"

static const regex_t *compiled(regex_t *re, bool *done, const char *pattern)
{
	if (!*done && regcomp(re, pattern, REG_EXTENDED))
		abort();
	*done = true;
	return re;
}

/* Digits and suffix as bytes; false above 2^64 - 1. */
static bool number(const char *s, const regmatch_t *m, u64 *value)
{
	unsigned int shift = 0;

	errno = 0;
	*value = strtoull(s + m[0].rm_so, NULL, 0);
	if (errno)
		return false;
	if (m[1].rm_so != m[1].rm_eo) {
		switch (s[m[1].rm_so]) {
		case 'g': case 'G':
			shift += 10;
			/* fallthrough */
		case 'm': case 'M':
			shift += 10;
			/* fallthrough */
		default:
			shift += 10;
		}
	}
	return !__builtin_mul_overflow(*value, 1ULL << shift, value);
}

/* Bytes first..last, both included, as pages. */
static bool append(struct text_items *to, u64 first, u64 last,
		   const struct hvc_bounds *b)
{
	u64 page = 1ULL << b->page_shift;

	if (last < first || first % page || last % page != page - 1)
		return false;
	if (last / page >= b->phys_pages)
		return false;
	if (to->count < HVC_RANGES_MAX) {
		to->item[to->count].first = first / page;
		to->item[to->count].last = last / page;
	}
	to->count++;
	return true;
}

static bool item(struct text_answer *a, enum grammar grammar, const char *s,
		 const struct hvc_bounds *b)
{
	static regex_t re;
	static bool done;
	regmatch_t m[7];
	u64 start, other, last;
	bool ram;

	if (regexec(compiled(&re, &done, ITEM), s, 7, m, 0) ||
	    !number(s, m + 1, &start) || !number(s, m + 4, &other))
		return false;
	ram = m[6].rm_so != m[6].rm_eo;
	if (ram && grammar != RANGES_RAM)
		return false;
	if (s[m[3].rm_so] == '-') {
		/* Documented in the parser: 2^64 bytes are not a size. */
		if (start == 0 && other == ~0ULL)
			return false;
		last = other;
	} else if (!other || __builtin_add_overflow(start, other - 1, &last)) {
		return false;
	}
	return append(&a->all, start, last, b) &&
	       (!ram || append(&a->ram, start, last, b));
}

static bool zone(struct text_answer *a, const char *s,
		 const struct hvc_bounds *b)
{
	static regex_t re;
	static bool done;
	regmatch_t m[12];
	u64 start, size, last, unused;

	if (regexec(compiled(&re, &done, ZONE), s, 12, m, 0) ||
	    !number(s, m + 1, &unused) || !number(s, m + 3, &start) ||
	    !number(s, m + 5, &size))
		return false;
	if (m[7].rm_so >= 0 && (!number(s, m + 8, &unused) ||
				!number(s, m + 10, &unused)))
		return false;
	if (!size || __builtin_add_overflow(start, size - 1, &last))
		return false;
	return append(&a->all, start, last, b);
}

static char *trimmed(const char *text, bool front)
{
	size_t len;

	if (front)
		text += strspn(text, " \t\r\n");
	len = strlen(text);
	while (len && strchr(" \t\r\n", text[len - 1]))
		len--;
	return strndup(text, len);
}

void text_oracle(const char *text, enum grammar grammar,
		 const struct hvc_bounds *bounds, struct text_answer *answer)
{
	char *copy = trimmed(text, grammar != MMZ), *s = copy, *next;
	bool wrong = false;

	if (!copy)
		abort();
	answer->all.count = 0;
	answer->ram.count = 0;
	if (grammar != MMZ && !strcmp(copy, "none"))
		s = NULL;
	for (; s; s = next) {
		next = strpbrk(s, grammar == MMZ ? ":" : ",\n");
		if (next)
			*next++ = '\0';
		if (grammar == MMZ ? !zone(answer, s, bounds) :
				     !item(answer, grammar, s, bounds))
			wrong = true;
	}
	free(copy);
	answer->either = wrong && answer->all.count > HVC_RANGES_MAX;
	answer->err = wrong ? -EINVAL :
		      answer->all.count > HVC_RANGES_MAX ? -E2BIG : 0;
}

static bool in_some(const struct hvc_range *r, unsigned int count,
		    unsigned long page)
{
	while (count--) {
		if (r[count].first <= page && page <= r[count].last)
			return true;
	}
	return false;
}

/*
 * Two sets are equal if they agree at the edges of either: between two edges
 * that follow each other neither changes.
 */
static bool edges_agree(const struct hvc_ranges *set,
			const struct text_items *a)
{
	unsigned int i;

	for (i = 0; i < a->count; i++) {
		const struct hvc_range *r = &a->item[i];

		if (!hvc_ranges_contain(set, r->first, r->last - r->first + 1))
			return false;
	}
	for (i = 0; i < set->count; i++) {
		const struct hvc_range *r = &set->r[i];

		if (!in_some(a->item, a->count, r->first) ||
		    !in_some(a->item, a->count, r->last))
			return false;
		if (r->first && in_some(a->item, a->count, r->first - 1))
			return false;
		if (r->last + 1 && in_some(a->item, a->count, r->last + 1))
			return false;
	}
	/* And no hole inside: each item ends at an edge or in another item. */
	for (i = 0; i < a->count; i++) {
		unsigned long next = a->item[i].last + 1;

		if (next && !in_some(a->item, a->count, next) &&
		    hvc_ranges_contain(set, next, 1))
			return false;
	}
	return true;
}

static bool canonical(const struct hvc_ranges *set)
{
	unsigned int i;

	for (i = 0; i < set->count; i++) {
		if (set->r[i].first > set->r[i].last ||
		    (i && set->r[i].first - 1 <= set->r[i - 1].last))
			return false;
	}
	return true;
}

/* The form that the sysctl and the report write. */
static char *written(const struct hvc_ranges *set, unsigned int shift)
{
	char *text = malloc(set->count * 48 + 8), *p = text;
	unsigned int i;

	if (!text)
		abort();
	strcpy(text, "none");
	for (i = 0; i < set->count; i++)
		p += sprintf(p, "%s0x%08llx-0x%08llx", i ? "," : "",
			     (unsigned long long)set->r[i].first << shift,
			     (((unsigned long long)set->r[i].last + 1)
			      << shift) - 1);
	return text;
}

/** struct parsed - what the parsers gave; ram only where it was asked for */
struct parsed {
	struct hvc_ranges *set, *ram, *again;
};

static const char *compare(const char *text, enum grammar grammar,
			   const struct hvc_bounds *bounds,
			   const struct parsed *got, struct text_answer *a)
{
	struct hvc_ranges *set = got->set, *again = got->again;
	const char *why = NULL;
	char *out;
	int err;

	text_oracle(text, grammar, bounds, a);
	if (grammar == MMZ)
		err = hvc_mmz_parse(text, bounds, set, &why);
	else if (grammar == RANGES_RAM)
		err = hvc_ranges_parse_ram(text, bounds, set, got->ram, &why);
	else
		err = hvc_ranges_parse(text, bounds, set, &why);

	if (err && (!why || !*why || strlen(why) > 60 || strchr(why, '\n')))
		return "an error without a reason of one short line";
	if (a->either)
		return err == -EINVAL || err == -E2BIG ? NULL :
			"a long and wrong list is not refused";
	if (err != a->err)
		return a->err ? err ? "another error than the oracle's" :
				      "accepted, the oracle refuses" :
				"refused, the oracle accepts";
	if (err)
		return NULL;
	if (!canonical(set) || !canonical(got->ram))
		return "the set is not sorted and merged";
	if (!edges_agree(set, &a->all))
		return "the set is not the oracle's";
	if (!edges_agree(got->ram, &a->ram))
		return "the set of RAM is not the oracle's";

	out = written(set, bounds->page_shift);
	err = hvc_ranges_parse(out, bounds, again, &why);
	free(out);
	/* All of a 64-bit space has no text form, see the parser. */
	if (err && set->count == 1 && !set->r[0].first &&
	    set->r[0].last == ~0ULL >> bounds->page_shift)
		return NULL;
	if (err || again->count != set->count ||
	    memcmp(again->r, set->r, set->count * sizeof(set->r[0])))
		return "written out and read back it is another set";
	return NULL;
}

static struct hvc_ranges *room(void)
{
	struct hvc_ranges *set;

	set = malloc(sizeof(*set) + HVC_RANGES_MAX * sizeof(set->r[0]));
	if (!set)
		abort();
	return set;
}

const char *text_check(const char *text, enum grammar grammar,
		       const struct hvc_bounds *bounds)
{
	static struct parsed got;
	static struct text_answer answer;
	char *copy = strdup(text);
	const char *wrong;

	if (!got.set) {
		got.set = room();
		got.ram = room();
		got.again = room();
	}
	if (!copy)
		abort();
	got.set->count = 0;
	got.ram->count = 0;
	got.again->count = 0;
	wrong = compare(copy, grammar, bounds, &got, &answer);
	free(copy);
	return wrong;
}
