/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stand-in base module, seen from the drivers above it: as in vendor
 * stacks, they register their misc devices through it.
 */
#ifndef HVC_BASE_H
#define HVC_BASE_H

#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/spinlock.h>

#include "hvc_vendor.h"

/**
 * struct hvc_dev - one stand-in device
 * @misc: registered by hvc_base_register(), with a dynamic minor
 * @own:  the table the driver registered
 * @list: on the base's list while registered
 * @name: what @misc.name points to
 * @lock: guards @st
 * @st:   what tests read
 */
struct hvc_dev {
	struct miscdevice misc;
	const struct file_operations *own;
	struct list_head list;
	char name[HVC_NAME_LEN];
	spinlock_t lock;
	struct hvc_stat st;
};

/**
 * hvc_base_register() - register a misc device and keep its record
 * @dev:  zeroed, with @dev->name set
 * @fops: the driver's table
 *
 * Context: process. Return: 0 or what misc_register() said.
 */
int hvc_base_register(struct hvc_dev *dev, const struct file_operations *fops);

/**
 * hvc_base_unregister() - undo it; open files stay usable
 * @dev: registered device
 */
void hvc_base_unregister(struct hvc_dev *dev);

/**
 * hvc_base_find() - the registered device behind an open file, by its minor
 * @file: a file of a misc device
 *
 * By minor and not by private_data: what the latter holds is itself tested.
 * Return: the device, or NULL once it is unregistered.
 */
struct hvc_dev *hvc_base_find(struct file *file);

/**
 * hvc_base_in_mmz() - does a physical extent lie in the stand-in MMZ?
 * @phys: bytes
 * @len:  bytes
 */
bool hvc_base_in_mmz(u64 phys, u64 len);

#endif
