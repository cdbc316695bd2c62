// SPDX-License-Identifier: GPL-2.0
/*
 * mapping.c - gather the request, ask, act, record. See mapping.h for what it
 * promises.
 */
#include "evidence.h"
#include "live.h"
#include "mapping.h"
#include "process.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

/* The last question of one call is often the next one, too. */
struct answer {
	unsigned long first;
	unsigned long pages;	/* 0: nothing was asked yet */
	bool is;
	unsigned long live_at;	/* the last one that only live blocks knew */
};

/* One call on its way: what was gathered and what came of it. */
struct call {
	struct hvc_request rq;
	struct hvc_verdict verdict;
	struct hvc_evidence evidence;
	struct answer answer;
	bool by_process;	/* it has declared how it passes offsets */
};

/* What known_contains() looks into, and where it keeps what it found. */
struct sources {
	const struct hvc_known *known;
	bool guard;
	struct answer *last;
};

/* Page frames that the kernel manages, and that no range names as such. */
static bool forbidden(const struct sources *s, unsigned long first,
		      unsigned long pages)
{
	return !(s->known && hvc_ranges_contain(s->known->ram, first, pages)) &&
	       hvc_any_ram(first, pages);
}

/* Listed ranges first: they cost no lock and never sleep. */
static bool known_contains(const void *ranges, unsigned long first,
			   unsigned long pages)
{
	const struct sources *s = ranges;
	struct answer *last = s->last;
	bool is;

	if (last->pages == pages && last->first == first)
		return last->is;
	is = s->known && hvc_ranges_contain(&s->known->set, first, pages);
	if (!is && hvc_live_available() && hvc_live_contains(first, pages)) {
		last->live_at = first;
		is = true;
	}
	last->first = first;
	last->pages = pages;
	last->is = is && !(s->guard && forbidden(s, first, pages));
	return last->is;
}

/* Asking the kernel about a frame is slow: not for what is listed anyway. */
static bool maybe_ram(const struct hvc_device *dev, const struct sources *s,
		      const struct hvc_request *rq)
{
	if (s->guard)
		return true;
	return dev->physical &&
	       !(s->known && hvc_ranges_contain(&s->known->set, rq->raw,
						rq->pages));
}

static unsigned long offset_mask(const struct hvc_device *dev)
{
	unsigned int bits = READ_ONCE(dev->knob[HVC_KNOB_OFFSET_BITS]);

	/* Where addresses are wider than 32 bits, only who says so by hand. */
	if (HVC_WIDE_PHYS && !READ_ONCE(dev->offset_bits_set))
		return 0;
	bits -= PAGE_SHIFT;
	return bits >= BITS_PER_LONG ? ~0UL : (1UL << bits) - 1;
}

static void gather(const struct hvc_mapping *m, const struct sources *s,
		   struct hvc_request *rq)
{
	struct hvc_device *dev = m->dev;
	bool narrow = hvc_abi_is_32bit();

	rq->raw = m->raw;
	rq->pages = m->len >> PAGE_SHIFT;
	rq->repeat = READ_ONCE(dev->knob[HVC_KNOB_REPEAT]);
	rq->exclusive = READ_ONCE(dev->knob[HVC_KNOB_EXCLUSIVE]);
	rq->anything_known = s->known || hvc_live_available();
	rq->managed_ram = maybe_ram(dev, s, rq) && forbidden(s, m->raw, 1);
	rq->units = narrow;
	rq->can_look = narrow && READ_ONCE(dev->knob[HVC_KNOB_FRAME]);
	rq->page_shift = PAGE_SHIFT;
	rq->mask = narrow ? offset_mask(dev) : 0;
	rq->pgoff_max = narrow ? 0xffffffffUL >> (PAGE_SHIFT - 12) : ~0UL;
	rq->phys_pages = hvc_phys_pages();
	rq->known = known_contains;
	rq->ranges = s;
	rq->frame.looked = false;
	rq->frame.found = false;
	/* Only of use where the call would pass: see rule 3. */
	rq->look_valid = rq->can_look && !(rq->pages % rq->repeat) &&
			 known_contains(s, m->raw, rq->pages / rq->repeat) &&
			 (hvc_any_legacy_object() || hvc_process_to_watch());
}

static void look(const struct hvc_mapping *m, struct call *c)
{
	struct hvc_frame *frame = &c->rq.frame;
	struct hvc_evidence *ev = &c->evidence;
	unsigned int bits;

	frame->looked = true;
	hvc_evidence_read(m->file, m->raw, m->len, ev);
	if (!ev->found)
		return;
	frame->full = ev->full;
	frame->declared = ev->declared;
	frame->x = ev->x;
	frame->site = hvc_process_site(&ev->site, &bits);
	if (frame->site == HVC_SITE_UNKNOWN || hvc_trace_is_on())
		hvc_evidence_name(ev);
	/* What the process says of itself goes before names and evidence. */
	c->by_process = bits;
	if (bits)
		frame->declared = bits == 32;
	frame->found = bits != 64;
}

static void judge(const struct hvc_mapping *m, struct call *c)
{
	struct hvc_known *known;
	struct sources s;

	c->evidence.found = false;
	c->by_process = false;
	c->answer.pages = 0;
	c->answer.live_at = ~0UL; /* beyond what the look-up can be asked for */
	c->rq.mode = READ_ONCE(m->dev->knob[HVC_KNOB_MODE]);
	if (c->rq.mode == HVC_MODE_OFF) {
		c->rq.raw = m->raw;
		c->rq.frame.looked = false;
		hvc_decide(&c->rq, &c->verdict);
		return;
	}
	known = hvc_known_get(m->dev);
	s.known = known;
	s.guard = c->rq.mode == HVC_MODE_GUARD;
	s.last = &c->answer;
	gather(m, &s, &c->rq);
	hvc_decide(&c->rq, &c->verdict);
	if (c->verdict.action == HVC_LOOK) {
		look(m, c);
		hvc_decide(&c->rq, &c->verdict);
		/* A declaration proves nothing: it can be taken back. */
		c->verdict.proves &= !c->by_process;
	}
	hvc_known_put(known);
}

static void count(struct hvc_device *dev, const struct call *c)
{
	const struct hvc_verdict *v = &c->verdict;

	atomic_long_inc(&dev->shapes[v->shape]);
	if (v->would_pgoff == c->answer.live_at &&
	    (v->shape == HVC_VALID || v->action == HVC_USE ||
	     v->would == HVC_USE))
		atomic_long_inc(&dev->live);
	if (v->action == HVC_PASS && v->would == HVC_PASS && !v->contested)
		return;
	smp_wmb();	/* pairs with hvc_device_count() */
	if (v->action == HVC_USE)
		atomic_long_inc(&dev->counts[HVC_COUNT_REPAIRED]);
	if (v->action == HVC_REFUSE)
		atomic_long_inc(&dev->counts[HVC_COUNT_REFUSED]);
	if (v->would == HVC_USE)
		atomic_long_inc(&dev->counts[HVC_COUNT_WOULD_REPAIR]);
	if (v->would == HVC_REFUSE)
		atomic_long_inc(&dev->counts[HVC_COUNT_WOULD_REFUSE]);
	if (v->contested)
		atomic_long_inc(&dev->counts[HVC_COUNT_CONTESTED]);
}

/* A process calls itself what it likes: the log gets no control characters. */
static const char *caller(char name[TASK_COMM_LEN])
{
	char *c;

	memcpy(name, current->comm, TASK_COMM_LEN);
	name[TASK_COMM_LEN - 1] = '\0';
	for (c = name; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return name;
}

static void tell_repair(const struct hvc_mapping *m,
			const struct hvc_verdict *v)
{
	char name[TASK_COMM_LEN];

	pr_info_ratelimited("%s[%d]: /dev/%s: offset 0x%llx %s 0x%llx (%s)\n",
			    caller(name), task_tgid_nr(current), m->dev->name,
			    (u64)m->raw << PAGE_SHIFT,
			    v->action == HVC_USE ? "repaired to" :
						   "would be repaired to",
			    (u64)v->would_pgoff << PAGE_SHIFT,
			    hvc_shape_name[v->shape]);
}

static void tell_refusal(const struct hvc_mapping *m,
			 const struct hvc_verdict *v)
{
	char name[TASK_COMM_LEN];

	pr_warn_ratelimited("%s[%d]: /dev/%s: mmap of %lu bytes at 0x%llx refused: %s; see /proc/hisi_venc_compat\n",
			    caller(name), task_tgid_nr(current), m->dev->name,
			    m->len, (u64)m->raw << PAGE_SHIFT,
			    v->shape == HVC_ODD ?
			    "the length does not divide by repeat" :
			    v->shape == HVC_AMBIGUOUS ?
			    "two different offsets fit" :
			    "no offset fits the known ranges");
}

/* In range and not looked at: nothing beyond the device's counters. */
static void remember(const struct hvc_mapping *m, const struct call *c)
{
	bool news = c->evidence.found &&
		    (c->rq.frame.site == HVC_SITE_UNKNOWN || c->verdict.wide);
	struct hvc_event event = {
		.dev = m->dev,
		.verdict = &c->verdict,
		.raw = m->raw,
		.site = news ? &c->evidence.site : NULL,
		.watched = c->verdict.shape == HVC_VALID,
	};

	if (c->verdict.shape == HVC_OFF || c->verdict.shape == HVC_UNLISTED)
		return;
	if (c->verdict.shape == HVC_VALID && !c->rq.frame.looked)
		return;
	if (hvc_process_record(&event))
		tell_repair(m, &c->verdict);
}

/* The kernel's own limit, see file_mmap_ok() in its mm/mmap.c. */
static bool beyond_limit(unsigned long pgoff, unsigned long len)
{
	return pgoff > (ULONG_MAX - len) >> PAGE_SHIFT;
}

/*
 * Rule 3 for nearly every call, without the words around it: hvc_decide()
 * would say the same. What it takes to be sure is all that is asked.
 */
bool hvc_mapping_plain(struct hvc_device *dev, unsigned long raw,
		       unsigned long len)
{
	unsigned int repeat = READ_ONCE(dev->knob[HVC_KNOB_REPEAT]);
	unsigned int mode = READ_ONCE(dev->knob[HVC_KNOB_MODE]);
	unsigned long pages = len >> PAGE_SHIFT;
	const struct hvc_known *known;
	bool plain;

	if ((mode != HVC_MODE_OBSERVE && mode != HVC_MODE_REPAIR) ||
	    repeat > 2 || (pages & (repeat - 1)) ||
	    beyond_limit(raw, len) || hvc_trace_is_on())
		return false;
	rcu_read_lock();
	known = rcu_dereference(dev->known);
	plain = known &&
		hvc_ranges_contain(&known->set, raw, pages >> (repeat - 1)) &&
		(!hvc_abi_is_32bit() || !READ_ONCE(dev->knob[HVC_KNOB_FRAME]) ||
		 (hvc_process_is_settled() && !hvc_any_legacy_object()));
	rcu_read_unlock();
	if (plain)
		atomic_long_inc(&dev->shapes[HVC_VALID]);
	return plain;
}

int hvc_mapping_judge(const struct hvc_mapping *m, unsigned long *pgoff)
{
	struct hvc_verdict *v;
	struct call c HVC_UNCLEARED;

	judge(m, &c);
	v = &c.verdict;
	count(m->dev, &c);
	trace_hvc_mmap(m, v, c.evidence.found ? &c.evidence.site : NULL);
	remember(m, &c);
	if (v->action == HVC_REFUSE) {
		tell_refusal(m, v);
		return -EINVAL;
	}
	*pgoff = v->pgoff;
	if (v->action == HVC_PASS && m->lifted &&
	    beyond_limit(m->raw, m->len)) {
		atomic_long_inc(&m->dev->counts[HVC_COUNT_EOVERFLOW]);
		return -EOVERFLOW;
	}
	return 0;
}

unsigned long hvc_mapping_preview(const struct hvc_mapping *m)
{
	struct call c HVC_UNCLEARED;

	judge(m, &c);
	return c.verdict.pgoff;
}

static bool bytes_known(const struct sources *s, u64 offset,
			unsigned long pages)
{
	u64 pgoff = offset >> PAGE_SHIFT;

	return !(offset & ~PAGE_MASK) && pgoff == (unsigned long)pgoff &&
	       known_contains(s, pgoff, pages);
}

int hvc_mapping_resolve(struct hvc_device *dev, u64 len, u64 *offset,
			enum hvc_shape *shape)
{
	unsigned int repeat = READ_ONCE(dev->knob[HVC_KNOB_REPEAT]);
	enum hvc_mode mode = READ_ONCE(dev->knob[HVC_KNOB_MODE]);
	unsigned long frames = hvc_abi_is_32bit() ? offset_mask(dev) : 0;
	u64 mask = frames ? ((u64)frames << PAGE_SHIFT) | ~PAGE_MASK : ~0ULL;
	u64 pages = (len >> PAGE_SHIFT) + !!(len & ~PAGE_MASK);
	u64 masked = *offset & mask;
	struct hvc_known *known;
	struct answer last = { .pages = 0 };
	unsigned long extent;
	struct sources s;

	if (!pages || pages > ULONG_MAX >> PAGE_SHIFT ||
	    (unsigned long)pages % repeat)
		return -EINVAL;
	extent = (unsigned long)pages / repeat;
	*shape = HVC_OUTSIDE;
	if (mode == HVC_MODE_OFF)
		return 0;
	known = hvc_known_get(dev);
	s.known = known;
	s.guard = mode == HVC_MODE_GUARD;
	s.last = &last;
	if (bytes_known(&s, *offset, extent)) {
		*shape = HVC_VALID;
	} else if (masked != *offset && bytes_known(&s, masked, extent)) {
		*shape = (*offset | mask) == ~0ULL ? HVC_SIGN_EXTENDED :
						     HVC_HIGH_BITS;
		*offset = masked;
	}
	hvc_known_put(known);
	return 0;
}
