// SPDX-License-Identifier: GPL-2.0
/* judge.c - see judge.h. */
#include <stdio.h>

#include "judge.h"
#include "oracle.h"

const char *const property_text[PROPERTIES] = {
	[P_ORACLE] = "every verdict is the oracle's",
	[P_USE_INSIDE] = "only another page that lies in range is used",
	[P_NO_LOOP] = "a frame that was looked at is not asked for again",
	[P_RIGHT_STAYS] = "in range without legacy evidence always passes",
	[P_OBSERVES] = "off, observe and no known range change nothing",
	[P_NATIVE] = "native 64-bit requests are only passed or refused",
	[P_REFUSES] = "only guard refuses, and repair an odd count",
	[P_AS_ARRIVED] = "what passes keeps the offset that arrived",
};

unsigned int judge(const struct hvc_request *rq, struct hvc_verdict *got)
{
	const struct hvc_frame *fr = &rq->frame;
	bool odd = rq->pages % rq->repeat;
	unsigned long extent = rq->pages / rq->repeat;
	struct hvc_verdict want;
	unsigned int broken = 0;

	/* "Written completely": leftovers would show as a wrong verdict. */
	memset(got, 0xa5, sizeof(*got));
	hvc_decide(rq, got);

	oracle_judge(rq, &want);
	if (!oracle_agrees(&want, got))
		broken |= 1 << P_ORACLE;

	if (got->action == HVC_USE &&
	    (got->pgoff == rq->raw || odd ||
	     !rq->known(rq->ranges, got->pgoff, extent)))
		broken |= 1 << P_USE_INSIDE;
	if (got->would == HVC_USE && got->action != HVC_LOOK &&
	    (got->would_pgoff == rq->raw || odd ||
	     !rq->known(rq->ranges, got->would_pgoff, extent)))
		broken |= 1 << P_USE_INSIDE;

	if (got->action == HVC_LOOK && (fr->looked || !rq->can_look))
		broken |= 1 << P_NO_LOOP;

	if (!odd && rq->mode != HVC_MODE_OFF &&
	    !(fr->found && (fr->declared || fr->site == HVC_SITE_LEGACY)) &&
	    rq->known(rq->ranges, rq->raw, extent) &&
	    got->action != HVC_LOOK &&
	    (got->action != HVC_PASS || got->shape != HVC_VALID ||
	     got->would != HVC_PASS))
		broken |= 1 << P_RIGHT_STAYS;

	if ((rq->mode == HVC_MODE_OFF || rq->mode == HVC_MODE_OBSERVE ||
	     !rq->anything_known) &&
	    got->action != HVC_PASS && got->action != HVC_LOOK)
		broken |= 1 << P_OBSERVES;

	if (!rq->mask && !rq->units && !rq->can_look &&
	    got->action != HVC_PASS && got->action != HVC_REFUSE)
		broken |= 1 << P_NATIVE;

	if (got->action == HVC_REFUSE && rq->mode != HVC_MODE_GUARD &&
	    !(odd && rq->mode == HVC_MODE_REPAIR))
		broken |= 1 << P_REFUSES;

	if (got->action == HVC_PASS && got->pgoff != rq->raw)
		broken |= 1 << P_AS_ARRIVED;

	return broken;
}

static void explain_verdict(const char *whose, const struct hvc_verdict *v)
{
	printf("#   %s: action=%d shape=%d pgoff=%#lx would=%d would_pgoff=%#lx"
	       " contested=%d proves=%d wide=%d\n", whose, v->action, v->shape,
	       v->pgoff, v->would, v->would_pgoff, v->contested, v->proves,
	       v->wide);
}

void judge_explain(const struct hvc_request *rq, const struct hvc_verdict *got)
{
	const struct hvc_frame *fr = &rq->frame;
	struct hvc_verdict want;

	printf("# raw=%#lx pages=%lu repeat=%u mode=%d exclusive=%d"
	       " anything_known=%d managed_ram=%d units=%d can_look=%d"
	       " look_valid=%d\n", rq->raw, rq->pages, rq->repeat, rq->mode,
	       rq->exclusive, rq->anything_known, rq->managed_ram, rq->units,
	       rq->can_look, rq->look_valid);
	printf("#   page_shift=%u mask=%#lx pgoff_max=%#lx phys_pages=%#llx"
	       " R(raw)=%d looked=%d found=%d full=%d declared=%d site=%d"
	       " x=%#x\n", rq->page_shift, rq->mask, rq->pgoff_max,
	       (unsigned long long)rq->phys_pages,
	       rq->known(rq->ranges, rq->raw, rq->pages / rq->repeat),
	       fr->looked, fr->found, fr->full, fr->declared, fr->site, fr->x);
	explain_verdict("decide", got);
	oracle_judge(rq, &want);
	explain_verdict("oracle", &want);
}
