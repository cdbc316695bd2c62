/* SPDX-License-Identifier: GPL-2.0 */
/*
 * control.h - /dev/hisi_venc_compat, see uapi/hisi_venc_compat.h.
 *
 * Promise: unknown commands are -ENOTTY, unknown flags and reserved fields that
 * are not zero -EINVAL, and they change nothing. The layout is the same for
 * 32-bit tasks on a 64-bit kernel. What user space gave is copied in once; no
 * lock is held over a copy. A caller changes nothing but its own record.
 */
#ifndef HVC_CONTROL_H
#define HVC_CONTROL_H

#include <linux/fs.h>

/*
 * Anybody may ask: nothing here shows a physical address that the caller did
 * not name, or changes another process. docs/control.md weighs it.
 */
#define HVC_CONTROL_MODE 0666

extern const struct file_operations hvc_control_fops;

#endif /* HVC_CONTROL_H */
