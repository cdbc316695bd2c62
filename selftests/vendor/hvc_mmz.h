/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stand-in for the vendor's GPL allocator of media memory: what tests ask of
 * it through /dev/hvc_mmz, and what other modules call. Fixed-width members:
 * the same layout for 32-bit tasks on 64-bit kernels.
 */
#ifndef HVC_MMZ_H
#define HVC_MMZ_H

#ifdef __KERNEL__
#include <linux/ioctl.h>
#include <linux/types.h>
#else
#include "hvc_vendor.h"
#endif

#define HVC_MMZ_NAME	32

/**
 * struct hvc_mmb - one block
 * @zone:  in for ALLOC: the zone's name, "" for any
 * @name:  in for ALLOC: the block's name
 * @phys:  bytes; out of ALLOC, in for FREE; for LOOKUP in: any address, out:
 *         where the block begins
 * @len:   bytes; in for ALLOC (rounded up to pages), out of LOOKUP
 * @align: in for ALLOC: bytes, a power of two, 0 for pages
 * @offset: out of LOOKUP: the address in the block
 */
struct hvc_mmb {
	char zone[HVC_MMZ_NAME];
	char name[HVC_MMZ_NAME];
	__u64 phys;
	__u64 len;
	__u64 align;
	__u64 offset;
};

/* /dev/hvc_mmz; no block: -ENOENT, no room: -ENOMEM */
#define HVC_MMZ_ALLOC	_IOWR('M', 1, struct hvc_mmb)
#define HVC_MMZ_FREE	_IOW('M', 2, struct hvc_mmb)
#define HVC_MMZ_LOOKUP	_IOWR('M', 3, struct hvc_mmb)	/* by the export */

#ifdef __KERNEL__
struct hil_media_memory_block;

/* What this build of it exports, and to whom; hvc_mmz itself as vendors do. */
#ifndef HVC_MMZ_LOOKUP_NAME
#define HVC_MMZ_LOOKUP_NAME	hil_mmb_getby_phys_2
#define HVC_MMZ_EXPORT(symbol)	EXPORT_SYMBOL(symbol)
#endif

/**
 * hil_mmb_getby_phys_2() - the live block that holds an address
 * @addr:   physical, bytes
 * @offset: out, only if there is one: the address in the block
 *
 * The vendor's name and its semantics. Context: may sleep.
 * Return: the block, without a reference; NULL: none.
 */
struct hil_media_memory_block *HVC_MMZ_LOOKUP_NAME(unsigned long addr,
						   unsigned long *offset);
#endif

#endif
