/* SPDX-License-Identifier: GPL-2.0 */
/*
 * judge.h - holds one verdict of hvc_decide() against everything promised.
 *
 * Promise: the request's known() is the only thing believed; the oracle and the
 * properties below are checked for every request that obeys decide.h.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include "decide.h"

/** enum property - what must hold for every request */
enum property {
	P_ORACLE,	/* the oracle says the same */
	P_USE_INSIDE,	/* what is used is another page, wholly in range */
	P_NO_LOOP,	/* no HVC_LOOK once the frame was looked at */
	P_RIGHT_STAYS,	/* R(raw) without legacy evidence passes */
	P_OBSERVES,	/* modes off and observe, no range known: passes */
	P_NATIVE,	/* 64-bit requests are passed or refused */
	P_REFUSES,	/* refused: only guard, or an odd count by repair */
	P_AS_ARRIVED,	/* passed: the offset that arrived */
	PROPERTIES
};

/** property_text - for results and messages */
extern const char *const property_text[PROPERTIES];

/**
 * judge() - decide a request and check the verdict
 * @rq:		the request
 * @got:	the verdict
 *
 * Return: a bit (1 << property) for each one broken.
 */
unsigned int judge(const struct hvc_request *rq, struct hvc_verdict *got);

/** judge_explain() - print request, verdict and oracle as notes */
void judge_explain(const struct hvc_request *rq, const struct hvc_verdict *got);

#endif /* JUDGE_H */
