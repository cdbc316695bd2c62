/* SPDX-License-Identifier: GPL-2.0 */
/*
 * decide.h - one mmap() request in, one verdict out.
 *
 * Promise: a pure function of its argument. No kernel call, no lock, no
 * allocation, no state. A call that was right is never changed; what is changed
 * ends up inside the known ranges; two answers are no answer.
 *
 * All offsets are page frames of the running kernel's page size (pgoff).
 */
#ifndef HVC_DECIDE_H
#define HVC_DECIDE_H

#include "pure.h"

/** enum hvc_mode - what the administrator allows, per device */
enum hvc_mode {
	HVC_MODE_OFF,		/* look at nothing */
	HVC_MODE_OBSERVE,	/* decide and count, change nothing */
	HVC_MODE_REPAIR,	/* use the one right offset where it is known */
	HVC_MODE_GUARD,		/* and refuse what fits nothing */
	HVC_MODES
};

/** enum hvc_shape - what a request turned out to be */
enum hvc_shape {
	HVC_OFF,		/* mode off: not looked at */
	HVC_ODD,		/* pages do not divide by repeat */
	HVC_VALID,		/* right as it is */
	HVC_UNLISTED,		/* may be right though nobody listed it */
	HVC_DISPLACED,		/* the offset stood in the padding word */
	HVC_HIGH_BITS,		/* garbage above offset_bits */
	HVC_SIGN_EXTENDED,	/* ones above offset_bits */
	HVC_BYTE_OFFSET,	/* bytes where mmap2 wants 4 KiB units */
	HVC_AMBIGUOUS,		/* two different repairs fit */
	HVC_OUTSIDE,		/* nothing known fits */
	HVC_SHAPES
};

/** enum hvc_action - what to do with the call */
enum hvc_action {
	HVC_PASS,		/* as it arrived */
	HVC_USE,		/* with verdict.pgoff instead */
	HVC_REFUSE,		/* -EINVAL */
	HVC_LOOK		/* read the frame, then decide again */
};

/** enum hvc_site - what is known about the call instruction */
enum hvc_site {
	HVC_SITE_UNKNOWN,
	HVC_SITE_LEGACY,	/* proven: passes a 32-bit off_t */
	HVC_SITE_WIDE		/* seen to pass a 64-bit off_t */
};

/**
 * struct hvc_frame - the caller's argument block, see evidence.h
 * @looked:	the stack was read, or reading it is pointless: do not ask
 * @found:	a block with a return address below it was found
 * @full:	both offset words of the block gave the arrived pgoff; false:
 *		only the low one did
 * @declared:	the caller's object is declared legacy
 * @site:	what the process knows about the call instruction
 * @x:		the padding word: byte address, where a 32-bit off_t was put
 */
struct hvc_frame {
	bool looked;
	bool found;
	bool full;
	bool declared;
	enum hvc_site site;
	u32 x;
};

/**
 * struct hvc_request - everything the decision may know
 * @raw:	pgoff as it arrived
 * @pages:	length of the VMA in pages, at least 1
 * @repeat:	how often the handler maps the buffer in a row, at least 1
 * @mode:	enum hvc_mode
 * @exclusive:	nothing outside the ranges is ever a right answer
 * @anything_known: at least one range is known; false: only observe
 * @managed_ram: raw is RAM that the kernel manages and the device must not
 *		take for granted (/dev/mem)
 * @units:	the task's mmap2 counts in 4 KiB units: byte offsets can occur
 * @can_look:	the frame of this call can be read (ABI, system call, knob)
 * @look_valid:	read it even if @raw is in range (the process holds proven
 *		sites, objects are declared, or its first calls are watched)
 * @page_shift:	log2 of the page size in bytes
 * @mask:	pgoff bits that an offset of offset_bits can have; 0: do not
 *		mask (native task of a 64-bit kernel, 64-bit physical addresses)
 * @pgoff_max:	greatest pgoff the task's ABI can pass (all bits set)
 * @phys_pages:	page frames the physical address space of this machine has
 * @known:	R(): [first, first + pages) lies inside the known ranges
 * @ranges:	first argument of @known
 * @frame:	evidence; zeroed before the first call of hvc_decide()
 */
struct hvc_request {
	unsigned long raw;
	unsigned long pages;
	unsigned int repeat;
	enum hvc_mode mode;
	bool exclusive;
	bool anything_known;
	bool managed_ram;
	bool units;
	bool can_look;
	bool look_valid;
	unsigned int page_shift;
	unsigned long mask;
	unsigned long pgoff_max;
	u64 phys_pages;
	bool (*known)(const void *ranges, unsigned long first,
		      unsigned long pages);
	const void *ranges;
	struct hvc_frame frame;
};

/**
 * struct hvc_verdict - what to do and what to remember
 * @action:	enum hvc_action
 * @shape:	enum hvc_shape
 * @pgoff:	the offset to use; for HVC_PASS the one that arrived
 * @would:	what repair (HVC_USE) or guard (HVC_REFUSE) would have done,
 *		where the mode did not allow it; else HVC_PASS
 * @would_pgoff: the offset for HVC_USE in @would
 * @contested:	passed as valid, but the frame holds another page in range
 * @proves:	the call site is proven legacy by this call
 * @wide:	the call site is seen to be 64-bit by this call
 */
struct hvc_verdict {
	enum hvc_action action;
	enum hvc_shape shape;
	unsigned long pgoff;
	enum hvc_action would;
	unsigned long would_pgoff;
	bool contested;
	bool proves;
	bool wide;
};

/**
 * hvc_decide() - judge one mmap() request
 * @rq:		the request, constant during the call
 * @v:		where the verdict goes; written completely
 *
 * Where @v->action is HVC_LOOK the caller fills in @rq->frame, sets
 * @rq->frame.looked and calls again; the second answer is never HVC_LOOK.
 * Context: any; @rq->known is called in the caller's context.
 */
void hvc_decide(const struct hvc_request *rq, struct hvc_verdict *v);

#endif /* HVC_DECIDE_H */
