// SPDX-License-Identifier: GPL-2.0
/*
 * test_sets.c - range sets against a bitmap, one bit a page.
 *
 * The bitmap is a window of the address space, put at page 0, at the end (where
 * first + pages wraps), and across the sign bit.
 */
#include <limits.h>
#include <stdlib.h>

#include "ranges.h"
#include "tap.h"

#define WINDOW 24

static struct hvc_ranges *room(void)
{
	struct hvc_ranges *set;

	/* One more than is promised: a range too many is then seen, not hit. */
	set = malloc(sizeof(*set) + (HVC_RANGES_MAX + 1) * sizeof(set->r[0]));
	if (!set)
		abort();
	set->count = 0;
	return set;
}

static void add(struct hvc_ranges *set, unsigned long first, unsigned long last)
{
	set->r[set->count].first = first;
	set->r[set->count].last = last;
	set->count++;
}

static bool is_canonical(const struct hvc_ranges *set)
{
	unsigned int i;

	for (i = 0; i < set->count; i++) {
		if (set->r[i].first > set->r[i].last)
			return false;
		/* A free page between neighbours; the sum cannot wrap here. */
		if (i && (set->r[i].first <= set->r[i - 1].last ||
			  set->r[i].first - 1 == set->r[i - 1].last))
			return false;
	}
	return true;
}

static bool covers(const struct hvc_ranges *set, unsigned long base,
		   unsigned long bits)
{
	unsigned long got = 0, page;
	unsigned int i;

	for (i = 0; i < set->count; i++) {
		for (page = set->r[i].first - base;
		     page <= set->r[i].last - base; page++) {
			if (page >= WINDOW)
				return false;
			got |= 1UL << page;
		}
	}
	return got == bits;
}

/* Each extent that begins in the window, past its end included. */
static bool answers_fit(const struct hvc_ranges *set, unsigned long base,
			unsigned long bits)
{
	unsigned int first, pages;

	for (first = 0; first < WINDOW; first++) {
		bool want = true;

		for (pages = 1; pages <= WINDOW + 2; pages++) {
			unsigned int last = first + pages - 1;

			want = want && last < WINDOW && bits >> last & 1;
			if (hvc_ranges_contain(set, base + first, pages) !=
			    want) {
				tap_note("base %#lx bits %#lx first %u pages %u"
					 ": wanted %d", base, bits, first,
					 pages, want);
				return false;
			}
		}
	}
	return true;
}

static const unsigned long bases[] = {
	0, 1, ULONG_MAX - WINDOW + 1, ULONG_MAX - WINDOW,
	LONG_MAX - WINDOW / 2,
};

static unsigned int next_random(unsigned int n)
{
	static unsigned int state = 12345;

	state = state * 1664525 + 1013904223;
	return (unsigned long long)state * n >> 32;
}

/* All sets of single pages among ten, given in an order that varies. */
static bool merges_every_small_set(void)
{
	struct hvc_ranges *set = room();
	unsigned int b, i, turn;
	unsigned long bits;
	bool pass = true;

	for (b = 0; b < ARRAY_SIZE(bases); b++) {
		for (bits = 0; bits < 1 << 10 && pass; bits++) {
			set->count = 0;
			turn = bits % 10;
			for (i = 0; i < 10; i++) {
				/* 3 and 10 have no common factor. */
				unsigned int page = (turn + i * 3) % 10;

				if (bits >> page & 1)
					add(set, bases[b] + page,
					    bases[b] + page);
			}
			hvc_ranges_merge(set);
			TAP_EXPECT(pass, is_canonical(set));
			TAP_EXPECT(pass, covers(set, bases[b], bits));
			TAP_EXPECT(pass, answers_fit(set, bases[b], bits));
		}
	}
	free(set);
	return pass;
}

/* Overlapping, nested, equal and touching ranges at random. */
static bool merges_random_sets(void)
{
	struct hvc_ranges *set = room();
	unsigned int round, b;
	bool pass = true;

	for (round = 0; round < 40000 && pass; round++) {
		unsigned int n = next_random(13);
		unsigned long bits = 0;

		b = round % ARRAY_SIZE(bases);
		set->count = 0;
		while (n--) {
			unsigned int first = next_random(WINDOW);
			unsigned int last = first + next_random(4);

			if (last >= WINDOW)
				last = WINDOW - 1;
			add(set, bases[b] + first, bases[b] + last);
			for (; first <= last; first++)
				bits |= 1UL << first;
		}
		hvc_ranges_merge(set);
		TAP_EXPECT(pass, is_canonical(set));
		TAP_EXPECT(pass, covers(set, bases[b], bits));
		TAP_EXPECT(pass, answers_fit(set, bases[b], bits));
		hvc_ranges_merge(set);
		TAP_EXPECT(pass, covers(set, bases[b], bits));
	}
	free(set);
	return pass;
}

static bool no_set_holds_nothing(void)
{
	struct hvc_ranges empty = { 0 };
	bool pass = true;

	TAP_EXPECT(pass, !hvc_ranges_contain(NULL, 0, 1));
	TAP_EXPECT(pass, !hvc_ranges_contain(&empty, 0, 1));
	hvc_ranges_merge(&empty);
	TAP_EXPECT(pass, !empty.count);
	return pass;
}

static bool everything_holds_all_but_wraps(void)
{
	struct hvc_ranges *set = room();
	bool pass = true;

	add(set, 0, ULONG_MAX);
	hvc_ranges_merge(set);
	TAP_EXPECT(pass, set->count == 1);
	TAP_EXPECT(pass, hvc_ranges_contain(set, 0, 1));
	TAP_EXPECT(pass, hvc_ranges_contain(set, 0, ULONG_MAX));
	TAP_EXPECT(pass, hvc_ranges_contain(set, 1, ULONG_MAX));
	TAP_EXPECT(pass, !hvc_ranges_contain(set, 2, ULONG_MAX));
	TAP_EXPECT(pass, hvc_ranges_contain(set, ULONG_MAX, 1));
	TAP_EXPECT(pass, !hvc_ranges_contain(set, ULONG_MAX, 2));
	TAP_EXPECT(pass, !hvc_ranges_contain(set, ULONG_MAX, ULONG_MAX));
	free(set);
	return pass;
}

static bool joins_at_the_end(void)
{
	struct hvc_ranges *set = room();
	bool pass = true;

	add(set, ULONG_MAX, ULONG_MAX);
	add(set, 0, 0);
	hvc_ranges_merge(set);
	TAP_EXPECT(pass, set->count == 2);
	add(set, 5, ULONG_MAX - 1);
	hvc_ranges_merge(set);
	TAP_EXPECT(pass, set->count == 2);
	TAP_EXPECT(pass, set->r[1].first == 5 && set->r[1].last == ULONG_MAX);
	add(set, 1, 4);
	hvc_ranges_merge(set);
	TAP_EXPECT(pass, set->count == 1);
	TAP_EXPECT(pass, set->r[0].first == 0 && set->r[0].last == ULONG_MAX);
	free(set);
	return pass;
}

/* Every other page: the most there can be, in three orders. */
static bool holds_4096(unsigned int order)
{
	struct hvc_ranges *set = room();
	unsigned int i;
	bool pass = true;

	for (i = 0; i < HVC_RANGES_MAX; i++) {
		unsigned int n = order == 0 ? i :
				 order == 1 ? HVC_RANGES_MAX - 1 - i :
				 i * 2731 % HVC_RANGES_MAX;

		add(set, 0x80000 + 2UL * n, 0x80000 + 2UL * n);
	}
	hvc_ranges_merge(set);
	TAP_EXPECT(pass, set->count == HVC_RANGES_MAX);
	TAP_EXPECT(pass, is_canonical(set));
	for (i = 0; i < HVC_RANGES_MAX && pass; i++) {
		unsigned long page = 0x80000 + 2UL * i;

		TAP_EXPECT(pass, hvc_ranges_contain(set, page, 1));
		TAP_EXPECT(pass, !hvc_ranges_contain(set, page, 2));
		TAP_EXPECT(pass, !hvc_ranges_contain(set, page + 1, 1));
	}
	TAP_EXPECT(pass, !hvc_ranges_contain(set, 0x7ffff, 1));

	/* The pages between, so that all become one. */
	for (i = 0; i < HVC_RANGES_MAX; i++) {
		set->r[i].first = 0x80000 + i * 2731UL % HVC_RANGES_MAX;
		set->r[i].last = set->r[i].first;
	}
	hvc_ranges_merge(set);
	TAP_EXPECT(pass, set->count == 1);
	TAP_EXPECT(pass, hvc_ranges_contain(set, 0x80000, HVC_RANGES_MAX));
	TAP_EXPECT(pass, !hvc_ranges_contain(set, 0x80000, HVC_RANGES_MAX + 1));
	free(set);
	return pass;
}

static bool adds(u64 start, u64 size, unsigned int shift, u64 phys_pages,
		 int want)
{
	const struct hvc_bounds bounds = { shift, phys_pages };
	struct hvc_ranges *set = room();
	const char *why = NULL;
	bool pass = true;
	int err;

	add(set, 7, 7);
	err = hvc_ranges_add_bytes(set, start, size, &bounds, &why);
	TAP_EXPECT(pass, err == want);
	if (err) {
		TAP_EXPECT(pass, set->count == 1);
		TAP_EXPECT(pass, why && *why);
	} else {
		TAP_EXPECT(pass, set->count == 2);
		TAP_EXPECT(pass, set->r[1].first == start >> shift);
		TAP_EXPECT(pass, set->r[1].last ==
			   ((start + size - 1) >> shift));
	}
	TAP_EXPECT(pass, set->r[0].first == 7 && set->r[0].last == 7);
	free(set);
	return pass;
}

#define MACHINE_32 12, 1ULL << 20
#define MACHINE_16K 14, 1ULL << 18
#define MACHINE_64K 16, 1ULL << 16
/* LPAE: more frames than 32-bit bytes reach, still fewer than a long counts. */
#define MACHINE_LPAE 12, 1ULL << 28
#define MACHINE_64 12, 1ULL << 52

static const struct {
	const char *what;
	u64 start, size;
	unsigned int shift;
	u64 phys_pages;
	int want;
} added[] = {
	{ "one page", 0x84000000, 0x1000, MACHINE_32, 0 },
	{ "page 0", 0, 0x1000, MACHINE_32, 0 },
	{ "all of 4 GiB", 0, 1ULL << 32, MACHINE_32, 0 },
	{ "a page more than 4 GiB", 0, (1ULL << 32) + 0x1000, MACHINE_32,
	  -EINVAL },
	{ "the last page of 4 GiB", 0xfffff000, 0x1000, MACHINE_32, 0 },
	{ "past the last page of 4 GiB", 0xfffff000, 0x2000, MACHINE_32,
	  -EINVAL },
	{ "the first page behind 4 GiB", 1ULL << 32, 0x1000, MACHINE_32,
	  -EINVAL },
	{ "size 0", 0x84000000, 0, MACHINE_32, -EINVAL },
	{ "half a page", 0x84000000, 0x800, MACHINE_32, -EINVAL },
	{ "one byte", 0x84000000, 1, MACHINE_32, -EINVAL },
	{ "a page and a byte", 0x84000000, 0x1001, MACHINE_32, -EINVAL },
	{ "start off a page", 0x84000004, 0x1000, MACHINE_32, -EINVAL },
	{ "start and size off a page", 0x84000800, 0x800, MACHINE_32,
	  -EINVAL },
	{ "sum wraps 2^64", 0x84000000, 0xffffffff84000000, MACHINE_32,
	  -EINVAL },
	{ "greatest size", 0, 0xfffffffffffff000, MACHINE_32, -EINVAL },
	{ "greatest start", 0xfffffffffffff000, 0x1000, MACHINE_32, -EINVAL },
	{ "4 KiB on 16 KiB pages", 0x84000000, 0x1000, MACHINE_16K, -EINVAL },
	{ "4 KiB in on 16 KiB pages", 0x84001000, 0x4000, MACHINE_16K,
	  -EINVAL },
	{ "16 KiB pages", 0x84004000, 0x8000, MACHINE_16K, 0 },
	{ "the last of 16 KiB pages", 0xffffc000, 0x4000, MACHINE_16K, 0 },
	{ "64 KiB pages", 0x84010000, 0x10000, MACHINE_64K, 0 },
	{ "32 KiB on 64 KiB pages", 0x84010000, 0x8000, MACHINE_64K, -EINVAL },
	{ "above 4 GiB with LPAE", 0x880000000, 0x1000, MACHINE_LPAE, 0 },
	{ "the last page of LPAE", 0xfffffff000, 0x1000, MACHINE_LPAE, 0 },
	{ "behind LPAE", 0x10000000000, 0x1000, MACHINE_LPAE, -EINVAL },
#if ULONG_MAX > 0xffffffffUL
	{ "the last page of 2^64", 0xfffffffffffff000, 0x1000, MACHINE_64,
	  0 },
	{ "past 2^64", 0xfffffffffffff000, 0x2000, MACHINE_64, -EINVAL },
#endif
};

static bool refuses_one_too_many(void)
{
	static const struct hvc_bounds bounds = { MACHINE_32 };
	struct hvc_ranges *set = room();
	const char *why = NULL;
	bool pass = true;
	unsigned int i;

	for (i = 0; i < HVC_RANGES_MAX && pass; i++)
		TAP_EXPECT(pass, !hvc_ranges_add_bytes(set, 0x2000ULL * i,
						       0x1000, &bounds, &why));
	TAP_EXPECT(pass, set->count == HVC_RANGES_MAX);
	TAP_EXPECT(pass, hvc_ranges_add_bytes(set, 0x84000000, 0x1000, &bounds,
					      &why) == -E2BIG);
	TAP_EXPECT(pass, why && *why);
	TAP_EXPECT(pass, set->count == HVC_RANGES_MAX);
	free(set);
	return pass;
}

static unsigned int sets_plan(void)
{
	return 9 + ARRAY_SIZE(added);
}

static void sets_run(void)
{
	unsigned int i;

	tap_result(merges_every_small_set(),
		   "sets: each set of ten pages at each end, each extent");
	tap_result(merges_random_sets(),
		   "sets: overlapping, nested and touching ranges at random");
	tap_result(no_set_holds_nothing(), "sets: none and empty");
	tap_result(everything_holds_all_but_wraps(),
		   "sets: all of the address space holds no extent that wraps");
	tap_result(joins_at_the_end(), "sets: joined up to the last page");
	tap_result(holds_4096(0), "sets: 4096 ranges, sorted");
	tap_result(holds_4096(1), "sets: 4096 ranges, backwards");
	tap_result(holds_4096(2), "sets: 4096 ranges, shuffled");
	tap_result(refuses_one_too_many(), "sets: range 4097 is -E2BIG");
	for (i = 0; i < ARRAY_SIZE(added); i++)
		tap_result(adds(added[i].start, added[i].size, added[i].shift,
				added[i].phys_pages, added[i].want),
			   "bytes to pages: %s", added[i].what);
}

const struct tap_group sets_group = { "sets", sets_plan, sets_run };
