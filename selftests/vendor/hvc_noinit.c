// SPDX-License-Identifier: GPL-2.0
/*
 * What a module looks like that was built for another configuration of the
 * kernel, where struct module has its members elsewhere: insmod succeeds, and
 * nothing of it ever runs.
 */
#include <linux/module.h>

MODULE_DESCRIPTION("stand-in for a module whose init is never called");
MODULE_LICENSE("GPL");
