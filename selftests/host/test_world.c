// SPDX-License-Identifier: GPL-2.0
/*
 * test_world.c - every request of a small world, and random ones of the real.
 *
 * The small world has 15-bit offsets and known pages among 0..7. "tiny" crosses
 * every value of every dimension; "wide" takes every single offset, with fewer
 * values elsewhere; "random" leaves the small world for real addresses.
 */
#include <limits.h>
#include <stdlib.h>

#include "judge.h"
#include "oracle.h"
#include "spans.h"
#include "tap.h"

#define PGOFF_MAX 0x7fffUL

/** struct tally - what a sweep has met */
struct tally {
	unsigned long long cases;
	unsigned long long broken[PROPERTIES];
	unsigned long long shape[HVC_SHAPES];
	unsigned long long action[HVC_LOOK + 1];
	unsigned long long contested, proves, wide;
	unsigned int explained;
};

static bool bitmap_known(const void *ranges, unsigned long first,
			 unsigned long pages)
{
	unsigned long bits = *(const unsigned int *)ranges;
	unsigned long all = (1UL << pages) - 1;

	return first < 8 && (bits >> first & all) == all;
}

static void count(struct tally *t, const struct hvc_request *rq)
{
	struct hvc_verdict v;
	unsigned int broken = judge(rq, &v), p;

	t->cases++;
	t->action[v.action]++;
	if (v.action != HVC_LOOK)
		t->shape[v.shape]++;
	t->contested += v.contested;
	t->proves += v.proves;
	t->wide += v.wide;
	if (!broken)
		return;
	for (p = 0; p < PROPERTIES; p++)
		t->broken[p] += broken >> p & 1;
	if (t->explained++ < 3)
		judge_explain(rq, &v);
}

static void report(const char *sweep, const struct tally *t)
{
	unsigned int i;
	bool all = true;

	tap_note("%s: %llu requests judged", sweep, t->cases);
	for (i = 0; i < PROPERTIES; i++) {
		if (t->broken[i])
			tap_note("%llu requests break this:", t->broken[i]);
		tap_result(!t->broken[i], "%s: %s", sweep, property_text[i]);
	}
	/* A sweep that never reaches a verdict proves nothing about it. */
	for (i = 0; i < HVC_SHAPES; i++)
		TAP_EXPECT(all, t->shape[i]);
	for (i = 0; i <= HVC_LOOK; i++)
		TAP_EXPECT(all, t->action[i]);
	TAP_EXPECT(all, t->contested && t->proves && t->wide);
	tap_result(all, "%s: every shape, action and flag is met", sweep);
}

/* --- the small world ------------------------------------------------------ */

/* Bitmaps of known pages: none, ends, holes, all. */
static const unsigned int sets[] = {
	0x00, 0x01, 0x81, 0x06, 0xdb, 0x7e, 0xfe, 0xff,
};

/* Pages and how often they are mapped: odd ones among them. */
static const struct {
	unsigned int pages, repeat;
} extents[] = {
	{ 1, 1 }, { 2, 1 }, { 3, 1 }, { 2, 2 }, { 4, 2 }, { 3, 2 }, { 6, 3 },
};

static const unsigned long masks[] = { 0, 0x7, 0xfff };
static const unsigned long long machines[] = { 4, 0x1000 };

/* Padding words, as byte addresses; page 9 is never known. */
static const unsigned int words[] = {
	0x0000, 0x1000, 0x2000, 0x4000, 0x7000, 0x8000, 0x9000,
	0x2004, 0x1fff, 0x1800,
};

/* Offsets of every kind. */
static const unsigned long raws[] = {
	0, 1, 2, 4, 6, 7, 8,			/* pages and the next */
	0x000a, 0x0009, 0x1001, 0x5006,		/* high bits, either mask */
	0x7ff9, 0x7001, 0x7fff,			/* all ones */
	0x1000, 0x2000, 0x4000, 0x7000,		/* bytes; all ones; both */
	0x1800,					/* half a page of bytes */
};

/* What the frame may have said; @look_valid changes nothing then. */
static void each_frame(struct hvc_request *rq, struct tally *t)
{
	struct hvc_frame *fr = &rq->frame;
	unsigned int bits, w;

	*fr = (struct hvc_frame) { 0 };
	for (bits = 0; bits < 4; bits++) {
		rq->can_look = bits & 1;
		rq->look_valid = bits & 2;
		count(t, rq);
	}

	/* Looked at in vain, or not worth looking. */
	fr->looked = true;
	for (bits = 0; bits < 4; bits++) {
		rq->can_look = bits & 1;
		rq->look_valid = bits & 2;
		count(t, rq);
	}

	rq->can_look = true;
	fr->found = true;
	for (bits = 0; bits < 8; bits++) {
		fr->full = bits & 1;
		fr->declared = bits & 2;
		rq->look_valid = bits & 4;
		for (fr->site = HVC_SITE_UNKNOWN; fr->site <= HVC_SITE_WIDE;
		     fr->site++) {
			for (w = 0; w < ARRAY_SIZE(words); w++) {
				fr->x = words[w];
				count(t, rq);
			}
			/* The page that arrived. */
			fr->x = rq->raw << 12;
			count(t, rq);
		}
	}
}

static void each_flag(struct hvc_request *rq, struct tally *t)
{
	unsigned int bits, m, p;

	for (bits = 0; bits < 16; bits++) {
		rq->exclusive = bits & 1;
		rq->anything_known = bits & 2;
		rq->managed_ram = bits & 4;
		rq->units = bits & 8;
		for (m = 0; m < ARRAY_SIZE(masks); m++) {
			rq->mask = masks[m];
			for (p = 0; p < ARRAY_SIZE(machines); p++) {
				rq->phys_pages = machines[p];
				each_frame(rq, t);
			}
		}
	}
}

static void sweep_tiny(struct tally *t)
{
	struct hvc_request rq = {
		.page_shift = 12, .pgoff_max = PGOFF_MAX,
		.known = bitmap_known,
	};
	unsigned int s, e, r;

	for (s = 0; s < ARRAY_SIZE(sets); s++) {
		rq.ranges = &sets[s];
		for (e = 0; e < ARRAY_SIZE(extents); e++) {
			rq.pages = extents[e].pages;
			rq.repeat = extents[e].repeat;
			for (r = 0; r < ARRAY_SIZE(raws); r++) {
				rq.raw = raws[r];
				for (rq.mode = HVC_MODE_OFF;
				     rq.mode < HVC_MODES; rq.mode++)
					each_flag(&rq, t);
			}
		}
	}
}

static void sweep_wide(struct tally *t)
{
	static const struct hvc_frame frames[] = {
		{ .looked = false },
		{ .looked = true },
		{ .looked = true, .found = true, .full = true, .x = 0x3000 },
		{ .looked = true, .found = true, .x = 0x3000,
		  .site = HVC_SITE_LEGACY },
		{ .looked = true, .found = true, .full = true, .x = 0x9000,
		  .site = HVC_SITE_LEGACY },
		{ .looked = true, .found = true, .full = true, .x = 0x3000,
		  .site = HVC_SITE_WIDE },
		{ .looked = true, .found = true, .full = true, .x = 0x9000,
		  .declared = true },
	};
	struct hvc_request rq = {
		.page_shift = 12, .pgoff_max = PGOFF_MAX, .phys_pages = 0x2000,
		.anything_known = true, .known = bitmap_known,
	};
	unsigned int s, e, f, bits, m;

	for (rq.raw = 0; rq.raw <= PGOFF_MAX; rq.raw++) {
		for (s = 0; s < ARRAY_SIZE(sets); s += 2) {
			rq.ranges = &sets[s];
			for (bits = 0; bits < 2 * 2 * 2 * 2; bits++) {
				e = !(bits & 1) ? 0 : rq.raw % 16 ? 4 : 5;
				rq.pages = extents[e].pages;
				rq.repeat = extents[e].repeat;
				rq.mode = bits & 2 ? HVC_MODE_GUARD :
						     rq.raw % HVC_MODE_GUARD;
				rq.exclusive = bits & 4;
				rq.units = bits & 8;
				m = rq.raw % ARRAY_SIZE(masks);
				for (f = 0; f < ARRAY_SIZE(frames); f++) {
					rq.frame = frames[f];
					rq.can_look = f || rq.raw & 1;
					rq.look_valid = rq.raw & 2;
					rq.mask = masks[m];
					count(t, &rq);
					m = (m + 1) % ARRAY_SIZE(masks);
				}
			}
		}
	}
}

/* --- the real world ------------------------------------------------------- */

static u64 random_state = 0x2545f4914f6cdd1dULL;

/* xorshift64*: the same numbers on every machine. */
static u32 random_u32(void)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return random_state * 0x2545f4914f6cdd1dULL >> 32;
}

static u32 below(u32 n)
{
	return (u64)random_u32() * n >> 32;
}

/* A page at, in or beside one of the ranges. */
static unsigned long near_a_range(const struct spans *set)
{
	unsigned int i = below(set->count);
	unsigned long page = below(2) ? set->s[i].first : set->s[i].last;

	switch (below(4)) {
	case 0:
		return page;
	case 1:
		return set->s[i].first +
		       below(set->s[i].last - set->s[i].first + 1);
	default:
		return page + below(9) - 4;
	}
}

static void random_set(struct spans *set, unsigned long limit)
{
	unsigned long from = 0;
	unsigned int n = 1 + below(4);

	set->count = 0;
	while (n--) {
		unsigned long first, last;

		if (from >= limit)
			break;
		first = from + below(limit - from);
		last = first + below(below(2) ? 16 : limit - first);
		if (last >= limit)
			last = limit - 1;
		set->s[set->count].first = first;
		set->s[set->count].last = last;
		set->count++;
		from = last + 2;
	}
}

static void random_request(struct hvc_request *rq, struct spans *set)
{
	static const unsigned int shifts[] = { 12, 12, 12, 14, 16 };
	unsigned int shift = shifts[below(ARRAY_SIZE(shifts))];
	unsigned int offset_bits = below(4) ? 32 : 28 + below(12);
	unsigned long extent, page;

	random_set(set, 1UL << (32 - shift));
	*rq = (struct hvc_request) {
		.page_shift = shift,
		.repeat = 1 + below(3),
		.mode = below(HVC_MODES),
		.exclusive = below(2),
		.anything_known = below(8),
		.managed_ram = !below(4),
		.units = below(4),
		.can_look = below(4),
		.look_valid = below(2),
		.mask = below(8) ? (1UL << (offset_bits - shift)) - 1 : 0,
		/* mmap2's argument has 32 bits and counts 4 KiB. */
		.pgoff_max = 0xffffffffUL >> (shift - 12),
		.phys_pages = 1ULL << (30 + below(3) - shift),
		.known = spans_known, .ranges = set,
	};
	extent = 1 + below(below(2) ? 4 : 4096);
	rq->pages = extent * rq->repeat;
	if (!below(16))
		rq->pages += below(rq->repeat);

	page = near_a_range(set);
	switch (below(8)) {
	case 0: case 1:
		rq->raw = page;
		break;
	case 2:
		rq->raw = (page & rq->mask) | (random_u32() & ~rq->mask);
		break;
	case 3:
		rq->raw = page | ~rq->mask;
		break;
	case 4:
		rq->raw = page << 12;
		break;
	case 5:
		rq->raw = (page << 12) + (1 << below(12));
		break;
	case 6:
		rq->raw = below(4);
		break;
	case 7:
		rq->raw = random_u32();
		break;
	}
	rq->raw &= rq->pgoff_max;
}

static void random_frame(struct hvc_request *rq, const struct spans *set)
{
	struct hvc_frame *fr = &rq->frame;

	fr->looked = true;
	if (!rq->can_look || !below(4))
		return;
	fr->found = true;
	fr->full = below(4);
	fr->declared = !below(4);
	fr->site = below(HVC_SITE_WIDE + 1);
	fr->x = near_a_range(set) << rq->page_shift;
	switch (below(8)) {
	case 0:
		fr->x += 1 + below((1 << rq->page_shift) - 1);
		break;
	case 1:
		fr->x = rq->raw << rq->page_shift;
		break;
	}
}

/* As the module does it: ask, look where told to, ask again. */
static void sweep_random(struct tally *t)
{
	unsigned int i;

	for (i = 0; i < 1500000; i++) {
		struct hvc_request rq;
		struct spans set;

		random_request(&rq, &set);
		count(t, &rq);
		random_frame(&rq, &set);
		count(t, &rq);
	}
}

static unsigned int world_plan(void)
{
	return 2 * (PROPERTIES + 1);
}

static void world_run(void)
{
	struct tally tiny = { 0 }, wide = { 0 };

	sweep_tiny(&tiny);
	report("small world, all crossed", &tiny);
	sweep_wide(&wide);
	report("small world, every offset", &wide);
}

const struct tap_group world_group = { "world", world_plan, world_run };

static unsigned int random_plan(void)
{
	return PROPERTIES + 1;
}

static void random_run(void)
{
	struct tally t = { 0 };

	sweep_random(&t);
	report("real addresses", &t);
}

const struct tap_group random_group = { "random", random_plan, random_run };
