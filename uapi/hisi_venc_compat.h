/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * hisi_venc_compat.h - ioctls of /dev/hisi_venc_compat.
 *
 * Fixed-width fields, no implicit padding, the same layout for 32-bit and
 * 64-bit tasks. A command that this header does not name is -ENOTTY.
 */
#ifndef HISI_VENC_COMPAT_H
#define HISI_VENC_COMPAT_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* The one place that holds the version of the project. */
#define HISI_VENC_COMPAT_VERSION	"0.1.0"
#define HISI_VENC_COMPAT_VERSION_CODE	((0 << 16) | (1 << 8) | 0)

/* Counts up when a command is added; commands never change. */
#define HISI_VENC_COMPAT_INTERFACE	1

/**
 * struct hisi_venc_compat_version - who is there
 * @interface:	HISI_VENC_COMPAT_INTERFACE of the loaded module
 * @module:	HISI_VENC_COMPAT_VERSION_CODE of the loaded module
 */
struct hisi_venc_compat_version {
	__u32 interface;
	__u32 module;
};

#define HISI_VENC_COMPAT_IOC_MAGIC	'V'

/* Never fails on a valid pointer; -EFAULT otherwise. */
#define HISI_VENC_COMPAT_IOC_VERSION \
	_IOR(HISI_VENC_COMPAT_IOC_MAGIC, 0x40, struct hisi_venc_compat_version)

#endif /* HISI_VENC_COMPAT_H */
