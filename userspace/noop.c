// SPDX-License-Identifier: MIT
/*
 * noop.c - the whole library where there is nothing to do.
 */
#include "off32_compat.h"

int off32_compat_present(void);

__attribute__((visibility("default"))) int off32_compat_present(void)
{
	return 2;
}
