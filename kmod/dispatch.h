/* SPDX-License-Identifier: GPL-2.0 */
/*
 * dispatch.h - devices behind a major whose open() looks the minor up and gives
 * the file another table: the vendor's "himedia" devices, /dev/mem, /dev/vencmem.
 *
 * Promise: a cdev of our own is added over exactly the asked minor; the kernel's
 * map prefers the smallest range. Other minors never enter our code. Our open
 * calls the original open, then gives the file a shadow of the table which that
 * open left. The driver's own cdev is never changed.
 *
 * Known limits: an inode that was opened before keeps the driver's cdev until
 * its node is made anew (said in the log and the report). A driver that has a
 * cdev for exactly one minor is left alone. One whose open looks at
 * inode->i_cdev cannot be served: majors other than those that are known to
 * dispatch are only taken if they were asked for by number.
 */
#ifndef HVC_DISPATCH_H
#define HVC_DISPATCH_H

#include <linux/seq_file.h>

#include "devices.h"

/** hvc_dispatch_init() - memory only; Return: 0 or -ENOMEM */
int hvc_dispatch_init(void);

/** hvc_dispatch_exit() - after hvc_dispatch_stop(), and after the report */
void hvc_dispatch_exit(void);

/**
 * hvc_dispatch_start() - take over what is there, and what comes
 *
 * Cannot fail: a device that cannot be taken over is left alone and reported.
 */
void hvc_dispatch_start(void);

/** hvc_dispatch_stop() - give all back; module exit only */
void hvc_dispatch_stop(void);

/**
 * hvc_dispatch_show() - one line for the report
 *
 * Return: false, and nothing shown, if the device is not of this kind.
 */
bool hvc_dispatch_show(struct seq_file *m, const struct hvc_device *dev);

#endif /* HVC_DISPATCH_H */
