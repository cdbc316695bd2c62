// SPDX-License-Identifier: MIT
/* flow.c - what flow.h promises. */
#include <stdlib.h>
#include <string.h>

#include "flow.h"

#define WINDOW	2400		/* bytes each way */
#define MOST	(2 * WINDOW / 2 + 8)	/* instructions in the window */
#define LONGEST	500		/* instructions of a path */
#define PATHS	48
#define STEPS	20000
#define EARLY	12		/* instructions scheduled before the prologue */

struct edge {
	int from, next;
	bool used;
};

struct search {
	const struct image *image;
	const struct region *region;
	enum isa isa;
	struct insn insns[MOST];
	uint64_t offsets[MOST];
	bool data[WINDOW + 8];		/* halfwords: a literal pool */
	int heads[MOST];		/* branches to an instruction: edges */
	struct edge edges[MOST];
	int n, nedges;
	bool out_of_step;		/* the sweep ran past the call */

	int path[LONGEST];
	int call;
	int paths, steps;
	void (*visit)(void *cookie, const struct evidence *e);
	void *cookie;
};

static int find(const struct search *s, int64_t offset)
{
	int low = 0, high = s->n;

	if (offset < 0)
		return -1;
	while (low < high) {
		int middle = (low + high) / 2;

		if (s->offsets[middle] < (uint64_t)offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low < s->n && s->offsets[low] == (uint64_t)offset ? low : -1;
}

/*
 * Words that code before them loads are data. Thumb instructions have two
 * lengths: other data can put the sweep out of step. If it runs past the call, a
 * second one believes that an instruction begins wherever a branch leads.
 */
static void sweep(struct search *s, uint64_t from, uint64_t to, uint64_t call,
		  const unsigned char *begins)
{
	uint64_t at = from, unit = s->isa == ISA_THUMB ? 2 : 4;

	s->n = 0;
	memset(s->data, 0, sizeof(s->data));
	while (at < to && s->n < MOST) {
		struct insn *i = &s->insns[s->n];

		if (s->data[(at - from) / 2] && at != call) {
			memset(i, 0, sizeof(*i));
			i->size = (unsigned int)unit;
			i->flow = FLOW_END;
			s->offsets[s->n++] = at;
			at += unit;
			continue;
		}
		if (!insn_decode(s->image, s->region, at, s->isa, i))
			break;
		if (i->size == 4 && s->isa == ISA_THUMB &&
		    (at + 2 == call ||
		     image_is_start(s->image, s->region, at + 2) ||
		     (begins && begins[(at + 2 - from) / 2]))) {
			s->out_of_step |= at + 2 == call;
			memset(i, 0, sizeof(*i));
			i->size = 2;
			i->flow = FLOW_END;
		}
		if (i->has_literal && i->literal > (int64_t)at &&
		    i->literal + 4 <= (int64_t)to)
			memset(&s->data[(i->literal - (int64_t)from) / 2], true,
			       2);
		s->offsets[s->n++] = at;
		at += i->size;
	}
}

static void link_edges(struct search *s)
{
	int k;

	s->nedges = 0;
	for (k = 0; k < s->n; k++)
		s->heads[k] = -1;
	for (k = 0; k < s->n; k++) {
		const struct insn *i = &s->insns[k];
		int to;

		if ((i->flow != FLOW_BRANCH && i->flow != FLOW_JUMP) ||
		    !i->has_target)
			continue;
		to = find(s, i->target);
		if (to < 0 || to == k ||
		    !image_same_function(s->image, s->region, s->offsets[k],
					 s->offsets[to]))
			continue;
		s->edges[s->nedges].from = k;
		s->edges[s->nedges].used = false;
		s->edges[s->nedges].next = s->heads[to];
		s->heads[to] = s->nedges++;
	}
}

static void resweep(struct search *s, uint64_t from, uint64_t to, uint64_t call)
{
	unsigned char *begins = calloc(WINDOW + 8, 1);
	int k;

	if (!begins)
		return;
	for (k = 0; k < s->n; k++) {
		const struct insn *i = &s->insns[k];

		if ((i->flow == FLOW_BRANCH || i->flow == FLOW_JUMP) &&
		    i->has_target && i->target >= (int64_t)from &&
		    i->target < (int64_t)to &&
		    image_same_function(s->image, s->region, s->offsets[k],
					(uint64_t)i->target))
			begins[(i->target - (int64_t)from) / 2] = 1;
	}
	sweep(s, from, to, call, begins);
	free(begins);
}

/* --- one path, forwards --- */

struct machine {
	unsigned int sp, frame, argument;	/* register numbers */
	bool known[32];			/* holds sp + at[] */
	int32_t at[32];
	uint32_t fresh, written;
	uint32_t slots;
	uint32_t saved;			/* callee-saved, not yet touched */
	uint32_t never;			/* no argument, whatever it holds */
};

static void step(struct machine *m, const struct insn *i)
{
	bool known = false;
	int32_t at = 0;
	unsigned int r, w;

	m->fresh &= ~i->reads;
	/*
	 * Nobody passes arguments through the frame pointer, and what a
	 * function saves of its caller's registers is no argument either.
	 */
	if (i->store && m->known[i->base] && i->base != m->frame &&
	    !(i->stored && !(i->stored & ~(m->saved | m->never)))) {
		for (w = 0; w < i->words && w < 32; w++) {
			int64_t slot = ((int64_t)m->at[i->base] + i->offset) / 4
				       + w;

			if (slot >= 0 && slot < 32)
				m->slots |= 1U << slot;
		}
	}
	if (i->copy && m->known[i->src]) {
		int64_t sum = (int64_t)m->at[i->src] + i->add;

		known = sum >= -65536 && sum <= 65536;
		at = (int32_t)sum;
	}
	if (i->writes & REG(m->sp)) {
		/* Another frame: what was stored lies elsewhere now. */
		m->slots = 0;
		memset(m->known, 0, sizeof(m->known));
		m->known[m->sp] = true;
		known = false;
	}
	for (r = 0; r < 32; r++)
		if (i->writes & REG(r) && r != m->sp)
			m->known[r] = false;
	if (known && i->dst != m->sp) {
		m->known[i->dst] = true;
		m->at[i->dst] = at;
	}
	m->fresh |= i->writes;
	m->written |= i->writes;
	m->saved &= ~i->writes;
}

enum from {
	FROM_NOWHERE,			/* given up on the way */
	FROM_CALL,
	FROM_ENTRY,
};

static void evaluate(struct search *s, int len, enum from from)
{
	bool mips = s->isa == ISA_MIPS;
	struct evidence e = { 0 };
	struct machine m;

	if (s->paths >= PATHS)
		return;
	s->paths++;
	memset(&m, 0, sizeof(m));
	m.sp = mips ? 29 : 13;
	m.frame = mips ? 30 : s->isa == ISA_THUMB ? 7 : 11;
	m.argument = mips ? 4 : 0;
	m.known[m.sp] = true;
	if (from == FROM_ENTRY)
		m.saved = mips ? 0xc0ff0000 : 0x4ff0;
	m.never = mips ? REG(28) : 0;		/* $gp, for after the call */
	while (len-- > 0)
		step(&m, &s->insns[s->path[len]]);
	if (mips && s->call + 1 < s->n)
		step(&m, &s->insns[s->call + 1]);	/* its delay slot */
	e.slots = m.slots;
	e.fresh = m.fresh >> m.argument & 15;
	e.written = m.written >> m.argument & 15;
	e.complete = from != FROM_NOWHERE;
	s->visit(s->cookie, &e);
}

/* --- paths, backwards --- */

/* "mov lr, pc" and then a jump is how old ARM code calls a pointer. */
static bool returns_here(const struct search *s, int k)
{
	const struct insn *i = &s->insns[k];

	if (i->flow == FLOW_CALL)
		return true;
	if (s->isa != ISA_ARM || i->flow != FLOW_END || k < 1)
		return false;
	i = &s->insns[k - 1];
	return i->copy && i->dst == 14 && i->src == 15;
}

static bool is_delay_slot(const struct search *s, int k)
{
	return k > 0 && s->insns[k - 1].delay;
}

static void walk(struct search *s, int k, int len);

/*
 * A few instructions can be scheduled before the one that saves the return
 * address. Only where a symbol says how many: what else lies there may be data.
 */
static void enter(struct search *s, int k, int len)
{
	int n;

	for (n = 0; n <= EARLY && k - n >= 0 && len + n < LONGEST; n++) {
		if (n && s->insns[k - n].flow != FLOW_NEXT)
			break;
		if (n)
			s->path[len + n - 1] = k - n;
		if (image_is_start(s->image, s->region, s->offsets[k - n])) {
			len += n;
			break;
		}
	}
	evaluate(s, len, FROM_ENTRY);
}

static void take(struct search *s, int k, int len)
{
	if (len >= LONGEST) {
		evaluate(s, len, FROM_NOWHERE);
		return;
	}
	s->path[len++] = k;
	if (s->insns[k].entry)
		enter(s, k, len);
	else
		walk(s, k, len);
}

/* Everything that can run right before instruction k. */
static void walk(struct search *s, int k, int len)
{
	bool any = false;
	int e, before = k - 1;

	if (s->steps++ > STEPS || s->paths >= PATHS)
		return;
	if (image_is_start(s->image, s->region, s->offsets[k])) {
		evaluate(s, len, FROM_ENTRY);
		return;
	}
	for (e = s->heads[k]; e >= 0; e = s->edges[e].next) {
		int from = s->edges[e].from;

		/* A branch in another's delay slot is not code. */
		if (s->edges[e].used || is_delay_slot(s, from))
			continue;
		any = true;
		s->edges[e].used = true;
		if (!s->insns[from].delay) {
			take(s, from, len);
		} else if (len < LONGEST && from + 1 < s->n) {
			s->path[len] = from + 1;
			take(s, from, len + 1);
		}
		s->edges[e].used = false;
	}
	if (before < 0) {
		evaluate(s, len, s->offsets[k] ? FROM_NOWHERE : FROM_ENTRY);
		return;
	}
	if (is_delay_slot(s, before)) {
		const struct insn *jump = &s->insns[before - 1];

		if (jump->flow == FLOW_CALL) {
			evaluate(s, len, FROM_CALL);
		} else if (jump->flow == FLOW_BRANCH && len < LONGEST) {
			s->path[len] = before;
			take(s, before - 1, len + 1);
		} else if (!any) {
			evaluate(s, len, FROM_ENTRY);
		}
		return;
	}
	if (returns_here(s, before)) {
		evaluate(s, len, FROM_CALL);
	} else if (s->insns[before].flow == FLOW_NEXT ||
		   s->insns[before].flow == FLOW_BRANCH) {
		take(s, before, len);
	} else if (!any) {
		evaluate(s, len, FROM_ENTRY);
	}
}

bool flow_search(const struct image *image, const struct region *r,
		 uint64_t offset, enum isa isa,
		 void (*visit)(void *cookie, const struct evidence *e),
		 void *cookie)
{
	uint64_t unit = isa == ISA_THUMB ? 2 : 4;
	uint64_t from = offset > WINDOW ? offset - WINDOW : offset % unit;
	uint64_t to = offset + WINDOW;
	struct search *s = calloc(1, sizeof(*s));

	if (!s)
		return false;
	s->image = image;
	s->region = r;
	s->isa = isa;
	s->visit = visit;
	s->cookie = cookie;
	sweep(s, from, to, offset, NULL);
	if (s->out_of_step)
		resweep(s, from, to, offset);
	s->call = find(s, (int64_t)offset);
	if (s->call >= 0) {
		link_edges(s);
		walk(s, s->call, 0);
	}
	free(s);
	return true;
}
