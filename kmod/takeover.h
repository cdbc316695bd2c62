/* SPDX-License-Identifier: GPL-2.0 */
/*
 * takeover.h - taking over misc devices, and giving them back.
 *
 * Promise: a driver's table is exchanged only while the kernel holds misc_mtx
 * for a registration of our own, or for the driver's; so no misc_open() ever
 * sees half of it. Everything that can fail comes before the first exchange.
 * After hvc_takeover_stop() no misc_open() holds one of our tables.
 */
#ifndef HVC_TAKEOVER_H
#define HVC_TAKEOVER_H

#include <linux/seq_file.h>

#include "devices.h"

/** hvc_takeover_init() - memory only; Return: 0 or -ENOMEM */
int hvc_takeover_init(void);

/** hvc_takeover_exit() - after hvc_takeover_stop(), and after the report */
void hvc_takeover_exit(void);

/**
 * hvc_takeover_start() - take over the asked devices, now and as they come
 * @control:	file operations of our own control device
 *
 * The exchange is the last step and cannot fail. Return: 0 or an error, and
 * then nothing was exchanged and nothing is registered.
 */
int hvc_takeover_start(const struct file_operations *control);

/** hvc_takeover_stop() - give all devices back; module exit only */
void hvc_takeover_stop(void);

/** hvc_takeover_show() - for the report: how a device is held */
void hvc_takeover_show(struct seq_file *m, const struct hvc_device *dev);

#endif /* HVC_TAKEOVER_H */
