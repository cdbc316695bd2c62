// SPDX-License-Identifier: GPL-2.0
/*
 * The pure decision on the host, by the wall clock: nanoseconds for each shape,
 * in pairs with the one range search that it cannot do without. Prints
 * `decide SHAPE RANGES SEARCH DECIDE LOW MIDDLE HIGH`: medians of both, and
 * the quartiles of their ratio, pair by pair.
 *
 *   cc -O2 -I../../kmod decide.c ../../kmod/decide.c ../../kmod/ranges.c
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "decide.h"
#include "ranges.h"

#define PAIRS	1001
#define CALLS	500
#define FIRST	0x84000UL	/* the last range, 64 MiB */

static struct hvc_ranges *set;

static bool contains(const void *ranges, unsigned long first,
		     unsigned long pages)
{
	return hvc_ranges_contain(ranges, first, pages);
}

static struct hvc_request request(void)
{
	struct hvc_request rq = {
		.pages = 4, .repeat = 2, .mode = HVC_MODE_GUARD,
		.exclusive = true, .anything_known = true, .units = true,
		.can_look = true, .page_shift = 12, .mask = 0xfffff,
		.pgoff_max = 0xffffffff, .phys_pages = 0x100000,
		.known = contains, .ranges = set,
		.frame = { .looked = true },
	};

	return rq;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *v)
{
	qsort(v, PAIRS, sizeof(*v), by_value);
	return v[PAIRS / 2];
}

static void pairs(const char *name, enum hvc_shape shape,
		  struct hvc_request *rq)
{
	static double search[PAIRS], decide[PAIRS], ratio[PAIRS];
	volatile bool sink;
	struct hvc_verdict v;
	double t;
	int i, n;

	hvc_decide(rq, &v);
	if (v.shape != shape) {
		fprintf(stderr, "%s: shape %d\n", name, v.shape);
		exit(1);
	}
	for (i = 0; i < PAIRS; i++) {
		t = now();
		for (n = 0; n < CALLS; n++)
			sink = rq->known(rq->ranges, rq->raw, 2);
		search[i] = (now() - t) / CALLS;
		t = now();
		for (n = 0; n < CALLS; n++) {
			hvc_decide(rq, &v);
			sink = v.contested;
		}
		decide[i] = (now() - t) / CALLS;
		ratio[i] = decide[i] / search[i];
	}
	(void)sink;
	t = median(ratio);
	printf("decide %s %u %.1f %.1f %.2f %.2f %.2f\n", name, set->count,
	       median(search), median(decide), ratio[PAIRS / 4], t, ratio[PAIRS * 3 / 4]);
}

static void shapes(unsigned int ranges)
{
	struct hvc_request rq;

	for (set->count = 0; set->count < ranges - 1; set->count++) {
		set->r[set->count].first = set->count * 2;
		set->r[set->count].last = set->count * 2;
	}
	set->r[set->count].first = FIRST;
	set->r[set->count++].last = FIRST + 0x3fff;

	rq = request();
	rq.raw = FIRST + 5;
	pairs("valid", HVC_VALID, &rq);
	rq.raw = 0x06400000;
	rq.frame.found = true;
	rq.frame.full = true;
	rq.frame.x = (FIRST + 5) << 12;
	pairs("displaced", HVC_DISPLACED, &rq);
	rq = request();
	rq.raw = (FIRST + 5) | 0x12300000;
	pairs("high_bits", HVC_HIGH_BITS, &rq);
	rq.raw = (FIRST + 5) << 12;
	pairs("byte_offset", HVC_BYTE_OFFSET, &rq);
	rq.raw = 0x20050;
	pairs("outside", HVC_OUTSIDE, &rq);
}

int main(void)
{
	set = malloc(sizeof(*set) + HVC_RANGES_MAX * sizeof(set->r[0]));
	if (!set)
		return 1;
	shapes(1);
	shapes(64);
	shapes(HVC_RANGES_MAX);
	free(set);
	return 0;
}
