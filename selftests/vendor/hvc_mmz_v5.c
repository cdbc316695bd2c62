// SPDX-License-Identifier: GPL-2.0
/* hvc_mmz with the look-up's name of V5, for GPL modules only. */
#define HVC_MMZ_LOOKUP_NAME	ot_mmb_getby_phys_2
#define HVC_MMZ_EXPORT(symbol)	EXPORT_SYMBOL_GPL(symbol)
#include "hvc_mmz.c"
