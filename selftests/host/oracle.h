/* SPDX-License-Identifier: GPL-2.0 */
/*
 * oracle.h - what the design says a verdict must be.
 *
 * Promise: written from the design's sections on the decision and on frame
 * evidence, before decide.c was read; shares nothing with it but the types.
 */
#ifndef ORACLE_H
#define ORACLE_H

#include "decide.h"

/**
 * oracle_judge() - the verdict that hvc_decide() must give
 * @rq:		the request; @rq->known must be a pure function
 * @want:	where the answer goes. pgoff counts only for HVC_PASS and
 *		HVC_USE, would_pgoff only where would is HVC_USE
 */
void oracle_judge(const struct hvc_request *rq, struct hvc_verdict *want);

/**
 * oracle_agrees() - is a verdict the wanted one in all that counts?
 * @want:	from oracle_judge()
 * @got:	from hvc_decide()
 */
bool oracle_agrees(const struct hvc_verdict *want,
		   const struct hvc_verdict *got);

#endif /* ORACLE_H */
