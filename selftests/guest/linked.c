// SPDX-License-Identifier: GPL-2.0
/* The vendor call sites of an object that is linked into this program. */
#include "sites.h"

#define SITE(n) void *v##n##_map(int, size_t, long, long, long);
SITE(0) SITE(1) SITE(2) SITE(3) SITE(4) SITE(5) SITE(6) SITE(7)

vmap_fn *const linked_sites[VSITES] = {
	v0_map, v1_map, v2_map, v3_map, v4_map, v5_map, v6_map, v7_map
};
