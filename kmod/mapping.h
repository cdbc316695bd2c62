/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mapping.h - one mmap() on a taken-over device, from request to answer.
 *
 * Promise: gathers the request, asks hvc_decide(), counts and remembers. It is
 * the only part that knows all the others; nothing below calls up.
 */
#ifndef HVC_MAPPING_H
#define HVC_MAPPING_H

#include "devices.h"

/**
 * struct hvc_mapping - what is being mapped
 * @dev:	the device
 * @file:	its open file
 * @raw:	pgoff as it arrived
 * @len:	of the VMA in bytes, a multiple of the page size
 * @lifted:	we lifted the kernel's offset limit for this file
 */
struct hvc_mapping {
	struct hvc_device *dev;
	struct file *file;
	unsigned long raw;
	unsigned long len;
	bool lifted;
};

/**
 * hvc_mapping_plain() - is it right as it came, with nothing more to ask?
 * @dev:	the device
 * @raw:	pgoff as it arrived
 * @len:	of the VMA in bytes, a multiple of the page size
 *
 * The short way for what is asked most: in a listed range, by a process of
 * which nothing is to be learnt. Counts the call if so.
 * Context: the mmap lock is held; does not sleep.
 * Return: true: pass it on; false: ask hvc_mapping_judge().
 */
bool hvc_mapping_plain(struct hvc_device *dev, unsigned long raw,
		       unsigned long len);

/**
 * hvc_mapping_judge() - the offset the driver is to see
 * @m:		the mapping
 * @pgoff:	gets the offset; @m->raw where nothing is changed
 *
 * Context: the mmap lock is held; may sleep.
 * Return: 0, -EINVAL (refused), or -EOVERFLOW where the kernel itself would
 * have said so, had its limit not been lifted.
 */
int hvc_mapping_judge(const struct hvc_mapping *m, unsigned long *pgoff);

/**
 * hvc_mapping_preview() - the same offset, without counting or remembering
 * @m:		the mapping
 *
 * For .get_unmapped_area, which sees pgoff first (and again at mremap()).
 * Context: the mmap lock may be held; may sleep.
 */
unsigned long hvc_mapping_preview(const struct hvc_mapping *m);

/**
 * hvc_mapping_resolve() - what is in range for a device, by the value alone
 * @dev:	the device
 * @len:	bytes that would be mapped
 * @offset:	byte offset; changed to the one that is in range
 * @shape:	gets what @offset was: HVC_VALID, HVC_HIGH_BITS,
 *		HVC_SIGN_EXTENDED, or HVC_OUTSIDE if nothing is in range, as
 *		always in mode off
 *
 * Counts and remembers nothing. Context: may sleep.
 * Return: 0, or -EINVAL if @len is 0 or does not divide by repeat.
 */
int hvc_mapping_resolve(struct hvc_device *dev, u64 len, u64 *offset,
			enum hvc_shape *shape);

#endif /* HVC_MAPPING_H */
