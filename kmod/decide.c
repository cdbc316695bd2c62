// SPDX-License-Identifier: GPL-2.0
/*
 * decide.c - the order of decisions, and nothing else. See decide.h for what
 * it promises and docs/decision.md for why the order is this one.
 */
#include "decide.h"

static bool known(const struct hvc_request *rq, unsigned long first)
{
	return rq->known(rq->ranges, first, rq->pages / rq->repeat);
}

static bool padding_known(const struct hvc_request *rq)
{
	return rq->frame.found &&
	       !(rq->frame.x & ((1UL << rq->page_shift) - 1)) &&
	       known(rq, rq->frame.x >> rq->page_shift);
}

/*
 * A 64-bit caller's padding word is whatever the stack held. Seen beside a
 * right offset it says what the call instruction was compiled with.
 */
static bool seen_wide(const struct hvc_request *rq)
{
	return rq->frame.found && rq->frame.full && !rq->frame.declared &&
	       !padding_known(rq);
}

static bool legacy(const struct hvc_request *rq)
{
	return rq->frame.found &&
	       (rq->frame.declared || rq->frame.site == HVC_SITE_LEGACY);
}

static bool maybe_unlisted(const struct hvc_request *rq)
{
	return !rq->exclusive && rq->raw && !rq->managed_ram &&
	       rq->raw < rq->phys_pages;
}

static void pass(struct hvc_verdict *v, enum hvc_shape shape)
{
	v->shape = shape;
	v->action = HVC_PASS;
}

static void use(const struct hvc_request *rq, struct hvc_verdict *v,
		enum hvc_shape shape, unsigned long pgoff)
{
	v->shape = shape;
	v->would_pgoff = pgoff;
	if (rq->mode < HVC_MODE_REPAIR || !rq->anything_known) {
		v->would = HVC_USE;
		return;
	}
	v->action = HVC_USE;
	v->pgoff = pgoff;
}

static void refuse(const struct hvc_request *rq, struct hvc_verdict *v,
		   enum hvc_shape shape, enum hvc_mode from)
{
	v->shape = shape;
	if (rq->mode < from || !rq->anything_known)
		v->would = HVC_REFUSE;
	else
		v->action = HVC_REFUSE;
}

/* The offset stood where a 64-bit callee expects padding (frame evidence). */
static bool displaced(const struct hvc_request *rq, struct hvc_verdict *v)
{
	if (!padding_known(rq))
		return false;
	if (rq->frame.site == HVC_SITE_WIDE && !rq->frame.declared)
		return false;
	/* Both words the same page says nothing about the caller's off_t. */
	if (rq->frame.x >> rq->page_shift == rq->raw) {
		pass(v, HVC_VALID);
		return true;
	}
	use(rq, v, HVC_DISPLACED, rq->frame.x >> rq->page_shift);
	v->proves = rq->frame.full && rq->frame.site != HVC_SITE_WIDE;
	return true;
}

/* What can be rebuilt from the value alone. */
static void from_value(const struct hvc_request *rq, struct hvc_verdict *v)
{
	unsigned long masked = rq->raw & rq->mask;
	unsigned long units = rq->raw >> 12;
	bool cut = rq->mask && masked != rq->raw && known(rq, masked);
	bool byte = rq->units && rq->raw && !(rq->raw & 0xfff) &&
		    known(rq, units);

	if (cut && byte && masked != units)
		refuse(rq, v, HVC_AMBIGUOUS, HVC_MODE_GUARD);
	else if (cut && (rq->raw | rq->mask) == rq->pgoff_max)
		use(rq, v, HVC_SIGN_EXTENDED, masked);
	else if (cut)
		use(rq, v, HVC_HIGH_BITS, masked);
	else if (byte)
		use(rq, v, HVC_BYTE_OFFSET, units);
	else
		refuse(rq, v, HVC_OUTSIDE, HVC_MODE_GUARD);
}

void hvc_decide(const struct hvc_request *rq, struct hvc_verdict *v)
{
	/* One by one: a call of memset() costs more. */
	v->action = HVC_PASS;
	v->shape = HVC_OUTSIDE;
	v->pgoff = rq->raw;
	v->would = HVC_PASS;
	v->would_pgoff = rq->raw;
	v->contested = false;
	v->proves = false;
	v->wide = false;

	if (rq->mode == HVC_MODE_OFF) {
		pass(v, HVC_OFF);
		return;
	}

	/* A doubling handler takes the kernel down with an odd page count. */
	if (rq->repeat > 1 && rq->pages % rq->repeat) {
		refuse(rq, v, HVC_ODD, HVC_MODE_REPAIR);
		return;
	}

	if (known(rq, rq->raw)) {
		if (rq->look_valid && rq->can_look && !rq->frame.looked) {
			v->action = HVC_LOOK;
			return;
		}
		v->wide = seen_wide(rq);
		if (v->wide || !legacy(rq)) {
			pass(v, HVC_VALID);
			v->contested = padding_known(rq) &&
				       rq->frame.x >> rq->page_shift != rq->raw;
			return;
		}
	} else if (maybe_unlisted(rq)) {
		pass(v, HVC_UNLISTED);
		return;
	}

	if (rq->can_look && !rq->frame.looked) {
		v->action = HVC_LOOK;
		return;
	}
	if (displaced(rq, v))
		return;

	from_value(rq, v);
}
