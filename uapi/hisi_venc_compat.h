/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * hisi_venc_compat.h - ioctls of /dev/hisi_venc_compat.
 *
 * Promise: fixed-width fields, no implicit padding, the same layout for 32-bit
 * and 64-bit tasks. Commands never change. A command that this header does not
 * name is -ENOTTY, a flag it does not name or a reserved field that is not zero
 * is -EINVAL, memory that is not there is -EFAULT; a refused call changes
 * nothing. docs/control.md says who may do what.
 */
#ifndef HISI_VENC_COMPAT_H
#define HISI_VENC_COMPAT_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* The one place that holds the version of the project. */
#define HISI_VENC_COMPAT_VERSION	"0.1.0"
#define HISI_VENC_COMPAT_VERSION_CODE	((0 << 16) | (1 << 8) | 0)

/* Counts up when a command is added. */
#define HISI_VENC_COMPAT_INTERFACE	2

#define HISI_VENC_COMPAT_IOC_MAGIC	'V'

/* What a call of mmap() turned out to be, see docs/decision.md. */
#define HISI_VENC_COMPAT_SHAPE_OFF		0
#define HISI_VENC_COMPAT_SHAPE_ODD		1
#define HISI_VENC_COMPAT_SHAPE_VALID		2
#define HISI_VENC_COMPAT_SHAPE_UNLISTED		3
#define HISI_VENC_COMPAT_SHAPE_DISPLACED	4
#define HISI_VENC_COMPAT_SHAPE_HIGH_BITS	5
#define HISI_VENC_COMPAT_SHAPE_SIGN_EXTENDED	6
#define HISI_VENC_COMPAT_SHAPE_BYTE_OFFSET	7
#define HISI_VENC_COMPAT_SHAPE_AMBIGUOUS	8
#define HISI_VENC_COMPAT_SHAPE_OUTSIDE		9

/* What became of it, see docs/report.md. */
#define HISI_VENC_COMPAT_ACTION_PASSED		0
#define HISI_VENC_COMPAT_ACTION_REPAIRED	1
#define HISI_VENC_COMPAT_ACTION_REFUSED		2
#define HISI_VENC_COMPAT_ACTION_WOULD_REPAIR	3
#define HISI_VENC_COMPAT_ACTION_WOULD_REFUSE	4
#define HISI_VENC_COMPAT_ACTION_CONTESTED	5
#define HISI_VENC_COMPAT_ACTION_EOVERFLOW	6

/**
 * struct hisi_venc_compat_version - who is there
 * @interface:	HISI_VENC_COMPAT_INTERFACE of the loaded module
 * @module:	HISI_VENC_COMPAT_VERSION_CODE of the loaded module
 */
struct hisi_venc_compat_version {
	__u32 interface;
	__u32 module;
};

#define HISI_VENC_COMPAT_IOC_VERSION \
	_IOR(HISI_VENC_COMPAT_IOC_MAGIC, 0x40, struct hisi_venc_compat_version)

#define HISI_VENC_COMPAT_CANDIDATES	4

/**
 * struct hisi_venc_compat_resolve - which of these offsets is the right one?
 * @fd:		open file of a device that the module has taken over
 * @flags:	0
 * @length:	bytes that would be mapped, rounded up to pages
 * @count:	candidates, 1 to HISI_VENC_COMPAT_CANDIDATES
 * @reserved:	0
 * @candidate:	byte offsets; those from @count on are 0
 * @offset:	out: the right one in bytes
 * @index:	out: the first candidate that gives it
 * @shape:	out: _SHAPE_VALID if that candidate is in range as it is,
 *		_SHAPE_HIGH_BITS or _SHAPE_SIGN_EXTENDED if without its bits
 *		above the device's offset_bits
 *
 * The out fields are 0 on the way in, and are not written on an error.
 * -EBADF: not such a file. -ENOENT: none is in range, or the device is in mode
 * 0. -ENOTUNIQ: two different ones are. -EINVAL: see above, @length is 0 or
 * does not divide by the device's repeat.
 */
struct hisi_venc_compat_resolve {
	__s32 fd;
	__u32 flags;
	__u64 length;
	__u32 count;
	__u32 reserved;
	__u64 candidate[HISI_VENC_COMPAT_CANDIDATES];
	__u64 offset;
	__u32 index;
	__u32 shape;
};

#define HISI_VENC_COMPAT_IOC_RESOLVE \
	_IOWR(HISI_VENC_COMPAT_IOC_MAGIC, 0x41, struct hisi_venc_compat_resolve)

/* One object (executable or library) only, not the whole process. */
#define HISI_VENC_COMPAT_ABI_OBJECT	1

/**
 * struct hisi_venc_compat_abi - how the calling process passes offsets
 * @flags:	HISI_VENC_COMPAT_ABI_OBJECT or 0
 * @offset_bits: 32: calls are taken for ones with a 32-bit off_t, from the
 *		first on; 64: frame evidence never changes them; 0: take an
 *		earlier declaration back
 * @address:	with _ABI_OBJECT, any address where the object is mapped; else 0
 * @reserved:	0
 *
 * What is said of an object goes before what is said of the process, and both
 * before legacy_objects and what was detected. A child has what its parent said
 * up to the child's first call, exec forgets it.
 * -ENOENT: no file is mapped at @address. -ENOSPC: no room, in the table of
 * processes or for one more object of this process. -ENOMEM.
 */
struct hisi_venc_compat_abi {
	__u32 flags;
	__u32 offset_bits;
	__u64 address;
	__u64 reserved;
};

#define HISI_VENC_COMPAT_IOC_ABI \
	_IOW(HISI_VENC_COMPAT_IOC_MAGIC, 0x42, struct hisi_venc_compat_abi)

#define HISI_VENC_COMPAT_NAME_LEN	32
#define HISI_VENC_COMPAT_COUNTS		16

/**
 * struct hisi_venc_compat_stats - counts of one device
 * @size:	in: bytes of the caller's structure; out: how many of them the
 *		module knows, those behind are set to 0
 * @flags:	0
 * @name:	of the device as in devices=, with a NUL
 * @shape:	mappings by _SHAPE_*; the rest is 0
 * @action:	mappings by _ACTION_*; the rest is 0
 *
 * Later versions may be longer. Counts wrap at 2^32 on 32-bit kernels.
 * -EINVAL: see above, or @size is less than HISI_VENC_COMPAT_STATS_SIZE_MIN.
 * -E2BIG: @size is more than HISI_VENC_COMPAT_STATS_SIZE_MAX. -ENODEV: the
 * module was not asked to take such a device over.
 */
struct hisi_venc_compat_stats {
	__u32 size;
	__u32 flags;
	char name[HISI_VENC_COMPAT_NAME_LEN];
	__u64 shape[HISI_VENC_COMPAT_COUNTS];
	__u64 action[HISI_VENC_COMPAT_COUNTS];
};

#define HISI_VENC_COMPAT_STATS_SIZE_MIN	296	/* of the first version */
#define HISI_VENC_COMPAT_STATS_SIZE_MAX	4096

/* Its number does not hold the size: the structure says it itself. */
#define HISI_VENC_COMPAT_IOC_STATS \
	_IOC(_IOC_READ | _IOC_WRITE, HISI_VENC_COMPAT_IOC_MAGIC, 0x43, 0)

#endif /* HISI_VENC_COMPAT_H */
