// SPDX-License-Identifier: GPL-2.0
/* hvc_mmz with the look-up's name of Goke, for GPL modules only. */
#define HVC_MMZ_LOOKUP_NAME	mmz_mmb_getby_phys_2
#define HVC_MMZ_EXPORT(symbol)	EXPORT_SYMBOL_GPL(symbol)
#include "hvc_mmz.c"
