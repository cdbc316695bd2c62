/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the stand-in vendor modules tell tests: /dev/hvc_vendor (hvc_base.ko)
 * and /dev/hvc_lockprobe (hvc_lockprobe.ko). Fixed-width members, no pointers:
 * the same layout for 32-bit tasks on 64-bit kernels. Shared by the modules
 * and the guest programs.
 */
#ifndef HVC_VENDOR_H
#define HVC_VENDOR_H

#ifdef __KERNEL__
#include <linux/ioctl.h>
#include <linux/types.h>
#else	/* C libraries come without the kernel's headers; the same types */
#include <sys/ioctl.h>
typedef unsigned int __u32;
typedef signed int __s32;
typedef unsigned long long __u64;
typedef signed long long __s64;
#endif

#define HVC_NAME_LEN	32

/*
 * The first words of every stamped page: its page frame number, the
 * complement of that, this tag. Word 3 is 0. The rest is left for tests.
 */
#define HVC_STAMP_TAG	0x48564331u

/**
 * struct hvc_stat - what a stand-in device has seen since it was registered
 *                   or since HVC_IOC_RESET
 * @name:         in: device name
 * @pgoff:        pgoff of the last .mmap (page frames)
 * @pages:        pages of the last .mmap's VMA
 * @vm_flags:     vm_flags of the last .mmap's VMA
 * @private_data: file->private_data in the last .mmap
 * @gua_pgoff:    pgoff of the last .get_unmapped_area (page frames)
 * @read_pos:     position of the last .read
 * @private_misc: file->private_data was the device's struct miscdevice
 * @mmaps:        calls of .mmap
 * @odd:          .mmap calls with an odd page count on a doubling device: each
 *                of them takes a real board down
 * @guas:         calls of .get_unmapped_area
 * @opens:        calls of .open, failed ones too
 * @releases:     calls of .release
 * @reads:        calls of .read
 * @result:       what the last .mmap returned (0 or -errno)
 * @swapped:      the device's fops pointer is not the driver's own table now
 * @minor:        misc minor
 */
struct hvc_stat {
	char name[HVC_NAME_LEN];
	__u64 pgoff;
	__u64 pages;
	__u64 vm_flags;
	__u64 private_data;
	__u64 gua_pgoff;
	__s64 read_pos;
	__u32 private_misc;
	__u32 mmaps;
	__u32 odd;
	__u32 guas;
	__u32 opens;
	__u32 releases;
	__u32 reads;
	__s32 result;
	__u32 swapped;
	__u32 minor;
};

/**
 * struct hvc_peek - one 32-bit word of the stand-in MMZ, by physical address
 * @phys:  in: byte address, a multiple of 4, inside the MMZ
 * @value: out for HVC_IOC_PEEK, in for HVC_IOC_POKE
 * @zero:  must be 0
 */
struct hvc_peek {
	__u64 phys;
	__u32 value;
	__u32 zero;
};

/**
 * struct hvc_nested - a mapping that a "nested" device makes for its caller
 *                     from inside its own ioctl, as mmz_userdev does
 * @offset: in: byte offset to map
 * @len:    in: bytes
 * @addr:   out: where it was mapped
 * @fd:     in: what to map
 * @prot:   in: PROT_*
 * @flags:  in: MAP_*
 * @zero:   must be 0
 *
 * A nested device takes every request number whose low 12 bits are 0, so that
 * a test can make the number equal to the length.
 */
struct hvc_nested {
	__u64 offset;
	__u64 len;
	__u64 addr;
	__s32 fd;
	__u32 prot;
	__u32 flags;
	__u32 zero;
};

/* An "ioctls" device: 1 from .unlocked_ioctl, 2 from .compat_ioctl. */
#define HVC_WHICH_IOCTL	_IO('F', 2)

/* A "forward" device: argument: the descriptor to hand mappings on to. */
#define HVC_FORWARD_TO	_IO('F', 1)

/* /dev/hvc_vendor */
#define HVC_IOC_STAT	_IOWR('H', 1, struct hvc_stat)
#define HVC_IOC_RESET	_IOW('H', 2, struct hvc_stat)
#define HVC_IOC_PEEK	_IOWR('H', 3, struct hvc_peek)
#define HVC_IOC_POKE	_IOW('H', 4, struct hvc_peek)
#define HVC_IOC_STAMP	_IO('H', 5)

/* Whose table something has: results of the lock probe. */
#define HVC_LP_UNKNOWN	(-1)	/* not seen */
#define HVC_LP_OWN	0	/* the driver's own */
#define HVC_LP_SHADOW	1	/* owned by hisi_venc_compat */
#define HVC_LP_OTHER	2	/* somebody else's */

/* When the probe lets its waiting opener go (HVC_LP_ARM). */
#define HVC_LP_REMOVE	1	/* next .remove_dev of any other misc device */
#define HVC_LP_ADD	2	/* .add_dev of the watched device itself */
#define HVC_LP_ADD_ANY	3	/* next .add_dev of any other misc device */

/**
 * struct hvc_lockprobe - what one armed callback saw
 * @fired:   name of the device whose callback it was, "" if none came
 * @before:  watched device's table in our callback (ours runs first)
 * @after:   watched device's table after everybody's .remove_dev, still inside
 *           misc_deregister() (HVC_LP_REMOVE only)
 * @blocked: 1: the opener was seen asleep in its open during our callback
 * @still:   1: and was still asleep at the time of @after
 * @now:     watched device's table at the time of the HVC_LP_READ
 */
struct hvc_lockprobe {
	char fired[HVC_NAME_LEN];
	__s32 before;
	__s32 after;
	__s32 blocked;
	__s32 still;
	__s32 now;
	__s32 zero;
};

/*
 * /dev/hvc_lockprobe. ARM takes HVC_LP_REMOVE ... and waits for the opener, or 0
 * to disarm and forget the opener.
 */
#define HVC_LP_IOC_ARM	_IO('L', 1)
#define HVC_LP_IOC_WAIT	_IO('L', 2)	/* returns 0 when let go */
#define HVC_LP_IOC_READ	_IOR('L', 3, struct hvc_lockprobe)
#define HVC_LP_IOC_FD	_IO('L', 4)	/* argument: fd; returns HVC_LP_OWN... */
#define HVC_LP_IOC_CYCLE _IO('L', 5)	/* (de)register a device of our own */
#define HVC_LP_IOC_FREE	_IO('L', 6)	/* let the opener go, no lock held */

#endif
