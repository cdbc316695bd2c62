/* SPDX-License-Identifier: GPL-2.0 */
/*
 * control.h - /dev/hisi_venc_compat, see uapi/hisi_venc_compat.h.
 *
 * Promise: unknown commands are -ENOTTY and change nothing; the layout is the
 * same for 32-bit tasks on a 64-bit kernel.
 */
#ifndef HVC_CONTROL_H
#define HVC_CONTROL_H

#include <linux/fs.h>

extern const struct file_operations hvc_control_fops;

#endif /* HVC_CONTROL_H */
