// SPDX-License-Identifier: GPL-2.0
/*
 * decide.c - the decision, held against the oracle and all properties. The
 * input is a request that obeys decide.h, packed.
 */
#include "input.h"
#include "judge.h"
#include "spans.h"

static void take_set(struct spans *set)
{
	unsigned long from = 0;
	unsigned int n = input_take(1) % 4;

	set->count = 0;
	while (n--) {
		unsigned long first = from + input_take(3);
		unsigned long last = first + input_take(2);

		set->s[set->count].first = first;
		set->s[set->count].last = last;
		set->count++;
		from = last + 2;
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static const unsigned int shifts[] = { 12, 14, 16, 13 };
	struct hvc_request rq = { .known = spans_known };
	struct hvc_verdict v;
	unsigned int flags, broken;
	struct spans set;

	input_start(data, size);
	take_set(&set);
	rq.ranges = &set;
	rq.page_shift = shifts[input_take(1) % 4];
	rq.pgoff_max = 0xffffffffUL >> (rq.page_shift - 12);
	rq.raw = input_take(4) & rq.pgoff_max;
	rq.repeat = 1 + input_take(1) % 4;
	rq.pages = 1 + input_take(2);
	rq.mode = input_take(1) % HVC_MODES;
	flags = input_take(2);
	rq.exclusive = flags & 1;
	rq.anything_known = flags & 2;
	rq.managed_ram = flags & 4;
	rq.units = flags & 8;
	rq.can_look = flags & 16;
	rq.look_valid = flags & 32;
	if (flags & 64)
		rq.mask = (1UL << (8 + input_take(1) % 24)) - 1;
	rq.mask &= rq.pgoff_max;
	rq.phys_pages = 1 + input_take(4);
	if (flags & 4096) {		/* a native task of a 64-bit kernel */
		rq.pgoff_max = ~0ULL >> rq.page_shift;
		rq.raw |= input_take(8) & rq.pgoff_max;
		rq.mask = 0;
		rq.units = false;
		rq.can_look = false;
	}
	broken = judge(&rq, &v);

	if (!broken && flags & 128) {
		rq.frame.looked = true;
		if (rq.can_look && flags & 256) {
			rq.frame.found = true;
			rq.frame.full = flags & 512;
			rq.frame.declared = flags & 1024;
			rq.frame.site = input_take(1) % (HVC_SITE_WIDE + 1);
			rq.frame.x = input_take(4);
			if (flags & 2048)
				rq.frame.x <<= rq.page_shift;
		}
		broken = judge(&rq, &v);
	}
	if (broken) {
		judge_explain(&rq, &v);
		abort();
	}
	return 0;
}
