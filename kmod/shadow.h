/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shadow.h - copies of a driver's file operations with our members in them.
 *
 * Promise: slots are type-stable. __fput() reads file->f_op->owner after
 * .release, so the memory of a shadow is freed in module exit only; a slot
 * without files may be filled again. While a file is open through a shadow,
 * neither this module nor the driver can be unloaded.
 */
#ifndef HVC_SHADOW_H
#define HVC_SHADOW_H

#include <linux/atomic.h>
#include <linux/fs.h>

#include "devices.h"

/**
 * struct hvc_shadow - one slot
 * @fops:	what files get as their f_op
 * @original:	the driver's own table; NULL: the slot was never used
 * @dev:	the device it serves
 * @rdev:	device number of its node
 * @also:	module that an open file holds beside the owner of @original
 * @in_use:	stands in place of @original somewhere
 * @lifted:	the kernel's offset limit is lifted by us
 * @files:	open files
 * @opens:	successful opens since the slot was filled
 */
struct hvc_shadow {
	struct file_operations fops;
	const struct file_operations *original;
	struct hvc_device *dev;
	dev_t rdev;
	struct module *also;
	bool in_use;
	bool lifted;
	atomic_t files;
	atomic_long_t opens;
};

/** hvc_shadows_init() - room for @devices devices; Return: 0 or -ENOMEM */
int hvc_shadows_init(unsigned int devices);

/** hvc_shadows_exit() - free the slots; module exit only */
void hvc_shadows_exit(void);

/**
 * hvc_shadow_make() - the slot for a driver's table, filled if need be
 * @dev:	the device
 * @original:	the driver's table; has .mmap or .mmap_prepare
 * @rdev:	device number of its node
 * @also:	module to give back at release beside the owner of @original;
 *		NULL for none
 *
 * Context: any; takes a spinlock.
 * Return: the shadow, or NULL if every slot is in use or still has files.
 */
struct hvc_shadow *hvc_shadow_make(struct hvc_device *dev,
				   const struct file_operations *original,
				   dev_t rdev, struct module *also);

/**
 * hvc_shadow_adopt() - put a shadow in place of the table that an open left
 * @dev:	the device
 * @file:	the driver's open has succeeded; f_op is its table, and as for
 *		the VFS one reference is held on that table's owner
 * @rdev:	device number of the node
 * @also:	module to give back at release beside that owner; NULL for none
 *
 * The file then holds the reference on this module that its caller has taken;
 * its release gives back those on the owner and on @also. Lifts the kernel's
 * offset limit where that is ours to lift.
 * Return: false, and nothing changed, if the table cannot be taken over.
 */
bool hvc_shadow_adopt(struct hvc_device *dev, struct file *file, dev_t rdev,
		      struct module *also);

/**
 * hvc_shadow_device() - the device that a file is open on through a shadow
 * @file:	any file, held by the caller
 *
 * Return: the device, or NULL if the file does not carry one of our tables.
 */
struct hvc_device *hvc_shadow_device(const struct file *file);

/** hvc_shadows_retire() - a device's shadows stand nowhere any more */
void hvc_shadows_retire(const struct hvc_device *dev);

/** hvc_shadows_files() - files that are open on a device, and opens so far */
void hvc_shadows_files(const struct hvc_device *dev, long *files, long *opens);

/** hvc_table_maps() - has this table a member that we could take over? */
bool hvc_table_maps(const struct file_operations *fops);

/**
 * hvc_stay_loaded() - somebody else holds pointers into our text
 *
 * Takes a reference on this module that is never given back, and says so.
 */
void hvc_stay_loaded(const char *device);

/** hvc_staying() - was hvc_stay_loaded() ever called? */
bool hvc_staying(void);

#endif /* HVC_SHADOW_H */
