/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sysctl.h - /proc/sys/dev/hisi_venc_compat, what administrators set.
 *
 * Promise: a bad value is -EINVAL or -E2BIG, changes nothing and leaves one
 * line in the log that says why. The files are made at load for every asked
 * device and removed at exit.
 */
#ifndef HVC_SYSCTL_H
#define HVC_SYSCTL_H

/** hvc_sysctl_init() - Return: 0 or -ENOMEM */
int hvc_sysctl_init(void);

/** hvc_sysctl_exit() - waits for running handlers */
void hvc_sysctl_exit(void);

#endif /* HVC_SYSCTL_H */
