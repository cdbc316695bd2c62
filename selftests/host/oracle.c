// SPDX-License-Identifier: GPL-2.0
/*
 * oracle.c - the decision once more, as a list of facts and a table.
 *
 * Every fact of the rules is worked out for every request, needed or not; the
 * rules then only pick. That is slow, which does not matter here, and has no
 * order of evaluation to get wrong, which does.
 */
#include "oracle.h"

struct facts {
	bool odd;		/* rule 2 */
	bool listed;		/* R(raw) */
	bool legacy;		/* site proven, or object declared */
	bool frame_counts;	/* not a site known to be 64-bit */
	bool x_fits;		/* R(X), X on a page */
	bool x_is_raw;
	bool may_be_right;	/* rule 4 */
	bool cut_fits;		/* rule 6 */
	bool cut_all_ones;
	bool bytes_fit;		/* rule 7 */
	unsigned long x;
	unsigned long cut;
	unsigned long bytes;
};

static bool r(const struct hvc_request *rq, unsigned long first)
{
	return rq->known(rq->ranges, first, rq->pages / rq->repeat);
}

static void find_facts(const struct hvc_request *rq, struct facts *f)
{
	const struct hvc_frame *fr = &rq->frame;
	unsigned long page_bytes = 1UL << rq->page_shift;
	unsigned long upper = rq->pgoff_max & ~rq->mask;
	bool x_on_page = fr->x % page_bytes == 0;

	f->odd = rq->pages % rq->repeat != 0;
	if (f->odd)
		return;		/* no extent, so no R() either */

	f->listed = r(rq, rq->raw);
	/* Without a block nobody knows who called, hence no site, no object. */
	f->legacy = fr->looked && fr->found &&
		    (fr->declared || fr->site == HVC_SITE_LEGACY);
	f->frame_counts = fr->looked && fr->found &&
			  (fr->declared || fr->site != HVC_SITE_WIDE);
	f->x = fr->x / page_bytes;
	f->x_fits = x_on_page && r(rq, f->x);
	f->x_is_raw = x_on_page && f->x == rq->raw;

	f->may_be_right = !rq->exclusive && rq->raw != 0 && !f->listed &&
			  rq->raw < rq->phys_pages && !rq->managed_ram;

	f->cut = rq->raw & rq->mask;
	f->cut_fits = rq->mask != 0 && f->cut != rq->raw && r(rq, f->cut);
	f->cut_all_ones = (rq->raw & upper) == upper;

	/*
	 * mmap2 counts 4 KiB whatever the page size is. A byte address B in
	 * its place arrives as B >> (page_shift - 12); a page-aligned B is a
	 * multiple of 4096 there, and the frame it meant, B >> page_shift, is
	 * a 4096th.
	 */
	f->bytes = rq->raw / 4096;
	f->bytes_fit = rq->units && rq->raw % 4096 == 0 &&
		       f->bytes != rq->raw && r(rq, f->bytes);
}

/* A repair: done where the mode allows it, else only noted. */
static void repair(bool allowed, unsigned long pgoff, struct hvc_verdict *want)
{
	if (allowed) {
		want->action = HVC_USE;
		want->pgoff = pgoff;
	} else {
		want->would = HVC_USE;
		want->would_pgoff = pgoff;
	}
}

static void refuse(bool allowed, struct hvc_verdict *want)
{
	if (allowed)
		want->action = HVC_REFUSE;
	else
		want->would = HVC_REFUSE;
}

void oracle_judge(const struct hvc_request *rq, struct hvc_verdict *want)
{
	const struct hvc_frame *fr = &rq->frame;
	bool may_repair = rq->anything_known &&
			  (rq->mode == HVC_MODE_REPAIR ||
			   rq->mode == HVC_MODE_GUARD);
	bool may_guard = rq->anything_known && rq->mode == HVC_MODE_GUARD;
	bool askable = rq->can_look && !fr->looked;
	struct facts f = { 0 };

	*want = (struct hvc_verdict) {
		.action = HVC_PASS,
		.pgoff = rq->raw,
		.would = HVC_PASS,
	};

	/* 1 */
	if (rq->mode == HVC_MODE_OFF) {
		want->shape = HVC_OFF;
		return;
	}

	find_facts(rq, &f);

	/* 2: the one refusal that repair mode may make */
	if (f.odd) {
		want->shape = HVC_ODD;
		refuse(may_repair, want);
		return;
	}

	/* 3, with what the frame may say about a call that is in range */
	if (f.listed) {
		bool block = fr->looked && fr->found;
		bool says_wide = block && fr->full && !f.x_fits &&
				 !fr->declared;

		if (askable && rq->look_valid) {
			want->action = HVC_LOOK;
			return;
		}
		if (!f.legacy || says_wide || (f.frame_counts && f.x_is_raw)) {
			want->shape = HVC_VALID;
			want->wide = says_wide;
			want->contested = block && f.x_fits && !f.x_is_raw;
			return;
		}
	}

	/* 4 */
	if (f.may_be_right) {
		want->shape = HVC_UNLISTED;
		return;
	}

	if (askable && !f.listed) {
		want->action = HVC_LOOK;
		return;
	}

	/* 5 */
	if (f.frame_counts && f.x_fits) {
		want->shape = HVC_DISPLACED;
		want->proves = fr->full && fr->site != HVC_SITE_WIDE;
		repair(may_repair, f.x, want);
		return;
	}

	/* 6, 7, 8 */
	if (f.cut_fits && f.bytes_fit && f.cut != f.bytes) {
		want->shape = HVC_AMBIGUOUS;
		refuse(may_guard, want);
	} else if (f.cut_fits) {
		want->shape = f.cut_all_ones ? HVC_SIGN_EXTENDED :
					       HVC_HIGH_BITS;
		repair(may_repair, f.cut, want);
	} else if (f.bytes_fit) {
		want->shape = HVC_BYTE_OFFSET;
		repair(may_repair, f.bytes, want);
	} else {
		want->shape = HVC_OUTSIDE;
		refuse(may_guard, want);
	}
}

bool oracle_agrees(const struct hvc_verdict *want,
		   const struct hvc_verdict *got)
{
	if (got->action != want->action)
		return false;
	if (want->action == HVC_LOOK)
		return true;
	if ((want->action == HVC_PASS || want->action == HVC_USE) &&
	    got->pgoff != want->pgoff)
		return false;
	if (want->would == HVC_USE && got->would_pgoff != want->would_pgoff)
		return false;
	return got->shape == want->shape && got->would == want->would &&
	       got->contested == want->contested &&
	       got->proves == want->proves && got->wide == want->wide;
}
