// SPDX-License-Identifier: GPL-2.0
/*
 * ranges.c - range sets, held against one byte a page.
 *
 * The pages lie in a window that is put at page 0, at the end of the address
 * space, across the sign bit or wherever the input says.
 */
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "input.h"
#include "ranges.h"

#define WINDOW 512U
#define ITEMS 96U

static bool page[WINDOW];	/* the naive set */

/* Are the pages from first on in the set? A wrap is never. */
static bool naive(unsigned long base, unsigned long first, unsigned long pages)
{
	unsigned long i = first - base;

	if (!pages || first + pages - 1 < first)
		return false;
	for (; pages; pages--, i++)
		if (i >= WINDOW || !page[i])
			return false;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned long bases[] = {
		0, 1, ULONG_MAX - WINDOW + 1, ULONG_MAX - WINDOW,
		LONG_MAX - WINDOW / 2,
	};
	unsigned int n, i, last, count = 0, pages = 0;
	unsigned long base;
	struct hvc_ranges *set;

	input_start(data, size);
	i = input_take(1) % 6;
	/* Wherever it is, the window itself does not wrap. */
	base = i < 5 ? bases[i] : input_take(8) % (ULONG_MAX - WINDOW);
	n = input_take(1) % ITEMS;
	/* Of exactly that size: the sanitizer guards its end. */
	set = malloc(sizeof(*set) + n * sizeof(set->r[0]));
	if (!set)
		abort();
	set->count = 0;
	memset(page, 0, sizeof(page));
	while (set->count < n) {
		i = input_take(2) % WINDOW;
		last = i + input_take(1) % 64;
		if (last >= WINDOW)
			last = WINDOW - 1;
		set->r[set->count].first = base + i;
		set->r[set->count].last = base + last;
		set->count++;
		for (; i <= last; i++)
			page[i] = true;
	}
	hvc_ranges_merge(set);

	/* As many ranges as the naive set has runs, each where a run is. */
	for (i = 0; i < WINDOW; i++) {
		pages += page[i];
		count += page[i] && (!i || !page[i - 1]);
	}
	EXPECT(set->count == count);
	for (i = 0; i < count; i++) {
		EXPECT(set->r[i].first <= set->r[i].last);
		EXPECT(!i || set->r[i - 1].last < set->r[i].first);
		EXPECT(naive(base, set->r[i].first,
			     set->r[i].last - set->r[i].first + 1));
		pages -= set->r[i].last - set->r[i].first + 1;
	}
	EXPECT(!pages);

	do {
		unsigned long first = base + (input_take(2) & 1023);
		unsigned long want = 1 + input_take(2) % (WINDOW + 8);

		if (first - base > WINDOW + 256)
			want = ULONG_MAX - want;
		EXPECT(hvc_ranges_contain(set, first, want) ==
		       naive(base, first, want));
	} while (input_left);
	free(set);
	return 0;
}
