// SPDX-License-Identifier: GPL-2.0
/*
 * What a module looks like that was built for another configuration of the
 * kernel, where struct module has its members elsewhere: insmod succeeds, and
 * nothing of it ever runs.
 */
#include <linux/module.h>

/* Kernels before 3.11 refuse parameters that a module has not. */
static char *devices, *modes, *ranges;
module_param(devices, charp, 0000);
module_param(modes, charp, 0000);
module_param(ranges, charp, 0000);

MODULE_DESCRIPTION("stand-in for a module whose init is never called");
MODULE_LICENSE("GPL");
