/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mmz.h - the vendor's own description of its media memory zones.
 *
 * Promise: pure functions, the grammar that the vendor's mmz.ko takes as its
 * mmz= parameter, so that a board's existing load script value can be reused:
 *
 *	mmz=zone[:zone...]
 *	zone = name,gfp,start,size  or  name,gfp,start,size,alloc_type,align
 */
#ifndef HVC_MMZ_H
#define HVC_MMZ_H

#include "ranges.h"

/**
 * hvc_mmz_parse() - zones of the vendor's mmz= parameter as ranges
 * @text:	NUL-terminated
 * @bounds:	what an address may be
 * @set:	room for HVC_RANGES_MAX ranges; gets the merged result
 * @why:	on error, what is wrong (static text)
 *
 * Source of the grammar: the vendor's media-mem.c as shipped with the SDKs of
 * hi3516cv100 to hi3516ev300; numbers are base 0 with k, K, m or M.
 * Return: 0, -EINVAL or -E2BIG.
 */
int hvc_mmz_parse(const char *text, const struct hvc_bounds *bounds,
		  struct hvc_ranges *set, const char **why);

#endif /* HVC_MMZ_H */
