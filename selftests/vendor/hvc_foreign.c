// SPDX-License-Identifier: GPL-2.0
/*
 * Somebody else who does what hisi_venc_compat does, after it: puts a table of
 * its own in the place of a misc device's, or a cdev of its own over exactly
 * one minor. It asks nobody and takes no lock.
 *
 *   how=copy  a copy of the table that stands there, with its own .mmap
 *   how=own   a copy of the driver's table, with its own .mmap
 *   how=cdev  a cdev over number=, whose open succeeds and does nothing
 *
 * late=1 waits for how to be written to "go". restore=0 leaves the table without putting
 * back what was there; the device must go before this module then.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cdev.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "hvc_base.h"
#include "vcompat.h"

static char *how = "copy";
module_param(how, charp, 0444);
MODULE_PARM_DESC(how, "copy, own or cdev");

static char *device = "venc";
module_param(device, charp, 0444);
MODULE_PARM_DESC(device, "the misc device of hvc_base");

static uint major = 218;
module_param(major, uint, 0444);

static uint minor = 5;
module_param(minor, uint, 0444);

static bool late;
module_param(late, bool, 0444);

static bool restore = true;
module_param(restore, bool, 0444);

static uint opens;
module_param(opens, uint, 0444);
MODULE_PARM_DESC(opens, "of its cdev so far");

static uint mmaps;
module_param(mmaps, uint, 0444);
MODULE_PARM_DESC(mmaps, "that its table saw so far");

static struct miscdevice *misc;
static const struct file_operations *stood;	/* before ours */
static const struct file_operations *beneath;	/* whom ours asks */
static struct file_operations table;
static struct cdev *cdev;

static int foreign_mmap(struct file *file, struct vm_area_struct *vma)
{
	mmaps++;
	return beneath->mmap(file, vma);
}

static int foreign_open(struct inode *inode, struct file *file)
{
	opens++;
	return 0;
}

static const struct file_operations cdev_fops = {
	.owner	= THIS_MODULE,
	.open	= foreign_open,
};

static int put_cdev(void)
{
	int err;

	cdev = cdev_alloc();
	if (!cdev)
		return -ENOMEM;
	cdev->owner = THIS_MODULE;
	cdev->ops = &cdev_fops;
	err = cdev_add(cdev, MKDEV(major, minor), 1);
	if (err)
		kobject_put(&cdev->kobj);
	return err;
}

static int put_table(const char *which)
{
	struct hvc_dev *dev;
	struct file *file;
	char path[64];

	snprintf(path, sizeof(path), "/dev/%s", device);
	file = filp_open(path, O_RDWR, 0);
	if (IS_ERR(file))
		return PTR_ERR(file);
	dev = hvc_base_find(file);
	fput(file);
	if (!dev)
		return -ENODEV;
	misc = &dev->misc;
	stood = misc->fops;
	beneath = strcmp(which, "own") ? stood : dev->own;
	table = *beneath;
	table.owner = THIS_MODULE;
	table.mmap = foreign_mmap;
	misc->fops = &table;
	return 0;
}

static int put(const char *which)
{
	if (!strncmp(which, "cdev", 4))
		return cdev ? -EBUSY : put_cdev();
	return misc ? -EBUSY : put_table(which);
}

static int go_set(const char *val, const struct kernel_param *kp)
{
	return put(val);
}

static const struct kernel_param_ops go_ops = {
	.set = go_set,
};
module_param_cb(go, &go_ops, NULL, 0200);

static int stands_get(char *to, const struct kernel_param *kp)
{
	return sprintf(to, "%d", cdev || (misc && misc->fops == &table));
}

static const struct kernel_param_ops stands_ops = {
	.get = stands_get,
};
module_param_cb(stands, &stands_ops, NULL, 0444);

static int __init hvc_foreign_init(void)
{
	return late ? 0 : put(how);
}
module_init(hvc_foreign_init);

static void __exit hvc_foreign_exit(void)
{
	if (cdev)
		cdev_del(cdev);
	if (misc && restore && misc->fops == &table)
		misc->fops = stood;
}
module_exit(hvc_foreign_exit);

MODULE_DESCRIPTION("stand-in for somebody else who takes devices over");
MODULE_LICENSE("GPL");
