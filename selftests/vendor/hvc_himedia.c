// SPDX-License-Identifier: GPL-2.0
/*
 * Stand-in for the vendor's "himedia" base and the drivers behind it: one major,
 * one cdev over its minors, an open() that looks the minor up and gives the
 * file the device's own table, with one reference taken on the new table's
 * owner and one dropped on the old one's.
 *
 *   variant=a  a table per device, as in the base that is built into the
 *              kernel; an unknown minor is first asked for by request_module()
 *              and then -ENODEV
 *   variant=b  one table shared by all devices, which device it is stands in
 *              private_data before its .open, and what .open put there is the
 *              file's state after it; an unknown minor is -EPERM
 *   variant=c  a table per device, put there as memory_open() does (/dev/mem,
 *              the vendor's /dev/vencmem): no reference is moved, and after an
 *              .open that failed it stays; an unknown minor is -ENXIO
 *
 * devices=name[:kind[:minor]],... with these kinds:
 *
 *   double   maps its buffer twice in a row, checks nothing, cannot survive an
 *            odd page count, MAP_PRIVATE is -EAGAIN
 *   plain    maps one to one, checks nothing
 *   eperm    maps one to one inside the MMZ, else -EPERM
 *   openfail every open fails with -EBUSY
 *   noopen   variant a: plain, but the table has no .open
 *   nommap   variant a: the table has no .mmap
 *
 * What the handlers were handed is kept by hvc_base as device NAME.st (that is
 * a misc device without any handler, there for the record only). Whether they
 * found their own table in file->f_op, and in private_data what they left
 * there, is read from the parameter "seen".
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cdev.h>
#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "hvc_base.h"
#include "vcompat_cdev.h"

#define MAX_DEVS	24
#define FILE_MAGIC	0x68696d65u

static char *variant = "a";
module_param(variant, charp, 0444);
MODULE_PARM_DESC(variant, "a, c: a table per device, b: one table for all");

static char *devices = "venc:double:5";
module_param(devices, charp, 0444);
MODULE_PARM_DESC(devices, "name[:kind[:minor]],... to register (kind double)");

static uint major = 218;
module_param(major, uint, 0444);
MODULE_PARM_DESC(major, "major number");

static uint first;
module_param(first, uint, 0444);
MODULE_PARM_DESC(first, "first minor of the cdev");

static uint minors = 256;
module_param(minors, uint, 0444);
MODULE_PARM_DESC(minors, "minors of the cdev");

static bool nodes = true;
module_param(nodes, bool, 0444);
MODULE_PARM_DESC(nodes, "make device nodes");

static int really_bug;
module_param(really_bug, int, 0644);
MODULE_PARM_DESC(really_bug, "1: BUG() on an odd page count, as real boards do");

struct hm_kind;

/* One device; slots stay until exit, so that open files may outlive it. */
struct hm_dev {
	struct hvc_dev rec;		/* its lock guards the counts, too */
	char name[HVC_NAME_LEN];
	const struct hm_kind *kind;
	unsigned int minor;
	struct file_operations table;	/* variant a: its own */
	const struct file_operations *fops;
	bool used;			/* the slot has a record */
	bool registered;		/* himedia_open() finds it */
	unsigned int failed;		/* opens that failed */
	unsigned int mmaps;
	unsigned int own;		/* mmaps that found its own table */
	unsigned int data;		/* mmaps that found what .open left */
};

/* Variant b: what private_data is after .open. */
struct hm_file {
	u32 magic;
	struct hm_dev *dev;
};

struct hm_kind {
	const char *name;
	int (*map)(struct vm_area_struct *vma, bool *odd);
	bool open_fails;
	bool no_open;
	bool no_mmap;
};

static struct hm_dev devs[MAX_DEVS];
static DEFINE_MUTEX(himedia_sem);	/* devs, as the vendor's; open runs in it */
static DEFINE_SPINLOCK(minors_lock);	/* minor and used, for handlers */
static bool shared;			/* variant b */
static bool as_memory;			/* variant c */
static bool ready;
static struct class *himedia_class;
static struct cdev *himedia_cdev;
static struct cdev static_cdev;

/* Like the real drivers: on 32 bits the high bits of pgoff are lost. */
static int map_part(struct vm_area_struct *vma, unsigned long at,
		    unsigned long size)
{
	unsigned long pfn = (vma->vm_pgoff << PAGE_SHIFT) >> PAGE_SHIFT;

	vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);
	return remap_pfn_range(vma, at, pfn, size, vma->vm_page_prot);
}

static int map_double(struct vm_area_struct *vma, bool *odd)
{
	unsigned long half = (vma->vm_end - vma->vm_start) / 2;
	int err;

	if (!(vma->vm_flags & VM_SHARED))
		return -EAGAIN;
	*odd = half & ~PAGE_MASK;
	if (*odd) {
		/* The halves do not meet: a real board is gone here. */
		pr_alert("odd page count reached the driver\n");
		BUG_ON(really_bug);
		return -EIO;
	}
	err = map_part(vma, vma->vm_start, half);
	if (!err)
		err = map_part(vma, vma->vm_start + half, half);
	return err;
}

static int map_plain(struct vm_area_struct *vma, bool *odd)
{
	return map_part(vma, vma->vm_start, vma->vm_end - vma->vm_start);
}

static int map_checked(struct vm_area_struct *vma, bool *odd)
{
	unsigned long len = vma->vm_end - vma->vm_start;

	if (!hvc_base_in_mmz((u64)vma->vm_pgoff << PAGE_SHIFT, len))
		return -EPERM;
	return map_part(vma, vma->vm_start, len);
}

static const struct hm_kind kinds[] = {
	{ .name = "double",	.map = map_double },
	{ .name = "plain",	.map = map_plain },
	{ .name = "eperm",	.map = map_checked },
	{ .name = "openfail",	.map = map_plain, .open_fails = true },
	{ .name = "noopen",	.map = map_plain, .no_open = true },
	{ .name = "nommap",	.map = map_plain, .no_mmap = true },
};

/* Variant a: a driver knows its device; here one handler serves them all. */
static struct hm_dev *by_minor(const struct file *file)
{
	struct hm_dev *found = NULL;
	int i;

	spin_lock(&minors_lock);
	for (i = 0; i < MAX_DEVS; i++)
		if (devs[i].used && devs[i].minor == iminor(vc_inode(file)))
			found = &devs[i];
	spin_unlock(&minors_lock);
	return found;
}

static struct hm_dev *dev_of(const struct file *file, bool *data)
{
	const struct hm_file *state = file->private_data;

	if (!shared) {
		*data = !state;
		return by_minor(file);
	}
	*data = state && state->magic == FILE_MAGIC;
	return *data ? state->dev : NULL;
}

static int dev_open(struct inode *inode, struct file *file)
{
	struct hm_dev *dev = shared ? file->private_data : by_minor(file);
	struct hm_file *state;
	int err = 0;

	if (shared) {
		state = kmalloc(sizeof(*state), GFP_KERNEL);
		if (!state)
			return -ENOMEM;
		state->magic = FILE_MAGIC;
		state->dev = dev;
		file->private_data = state;
	}
	if (dev->kind->open_fails)
		err = -EBUSY;
	spin_lock(&dev->rec.lock);
	dev->rec.st.opens++;
	dev->failed += !!err;
	spin_unlock(&dev->rec.lock);
	if (err && shared) {
		kfree(file->private_data);
		file->private_data = NULL;
	}
	return err;
}

static int dev_release(struct inode *inode, struct file *file)
{
	bool data;
	struct hm_dev *dev = dev_of(file, &data);

	if (dev) {
		spin_lock(&dev->rec.lock);
		dev->rec.st.releases++;
		spin_unlock(&dev->rec.lock);
	}
	if (shared && data) {
		((struct hm_file *)file->private_data)->magic = 0;
		kfree(file->private_data);
	}
	return 0;
}

static int dev_mmap(struct file *file, struct vm_area_struct *vma)
{
	bool odd = false, data;
	struct hm_dev *dev = dev_of(file, &data);
	/* remap_pfn_range() changes it on kernels before 3.7. */
	unsigned long pgoff = vma->vm_pgoff;
	struct hvc_stat *st;
	int err;

	if (!dev)
		return -ENODEV;
	err = dev->kind->map(vma, &odd);
	spin_lock(&dev->rec.lock);
	st = &dev->rec.st;
	st->pgoff = pgoff;
	st->pages = (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
	st->vm_flags = vma->vm_flags;
	st->private_data = (unsigned long)file->private_data;
	st->mmaps++;
	st->odd += odd;
	st->result = err;
	dev->mmaps++;
	dev->own += file->f_op == dev->fops;
	dev->data += data;
	spin_unlock(&dev->rec.lock);
	return err;
}

static const struct file_operations dev_fops = {
	.owner		= THIS_MODULE,
	.open		= dev_open,
	.release	= dev_release,
	.mmap		= dev_mmap,
};

static struct hm_dev *lookup(unsigned int minor)
{
	int i;

	for (i = 0; i < MAX_DEVS; i++)
		if (devs[i].registered && devs[i].minor == minor)
			return &devs[i];
	return NULL;
}

static int memory_like_open(struct inode *inode, struct file *file)
{
	struct hm_dev *dev;

	mutex_lock(&himedia_sem);
	dev = lookup(iminor(inode));
	mutex_unlock(&himedia_sem);
	if (!dev)
		return -ENXIO;
	file->f_op = dev->fops;
	return dev->fops->open ? dev->fops->open(inode, file) : 0;
}

static int himedia_open(struct inode *inode, struct file *file)
{
	const struct file_operations *new_fops = NULL, *old_fops;
	unsigned int minor = iminor(inode);
	struct hm_dev *dev;
	int err;

	if (as_memory)
		return memory_like_open(inode, file);
	mutex_lock(&himedia_sem);
	dev = lookup(minor);
	if (!dev && !shared) {
		mutex_unlock(&himedia_sem);
		request_module("char-major-%u-%u", major, minor);
		mutex_lock(&himedia_sem);
		dev = lookup(minor);
	}
	if (dev)
		new_fops = fops_get(dev->fops);
	err = shared ? -EPERM : -ENODEV;
	if (!new_fops)
		goto out;

	err = 0;
	old_fops = file->f_op;
	file->f_op = new_fops;
	if (new_fops->open) {
		if (shared)
			file->private_data = dev;
		err = new_fops->open(inode, file);
		if (err) {
			fops_put(file->f_op);
			file->f_op = fops_get(old_fops);
		}
	}
	fops_put(old_fops);
out:
	mutex_unlock(&himedia_sem);
	return err;
}

static const struct file_operations himedia_fops = {
	.owner	= THIS_MODULE,
	.open	= himedia_open,
};

static const struct file_operations record_fops = {
	.owner	= THIS_MODULE,
};

static const struct hm_kind *find_kind(const char *name)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

/* The slot that had this name, or a fresh one. */
static struct hm_dev *find_slot(const char *name)
{
	struct hm_dev *fresh = NULL;
	int i;

	for (i = MAX_DEVS - 1; i >= 0; i--) {
		if (devs[i].used && !strcmp(devs[i].name, name))
			return &devs[i];
		if (!devs[i].used)
			fresh = &devs[i];
	}
	return fresh;
}

static int fill_slot(struct hm_dev *dev, const char *name)
{
	int err;

	if (dev->used)
		return 0;
	strcpy(dev->name, name);
	snprintf(dev->rec.name, sizeof(dev->rec.name), "%s.st", name);
	err = hvc_base_register(&dev->rec, &record_fops);
	if (err)
		return err;
	spin_lock(&minors_lock);
	dev->used = true;
	spin_unlock(&minors_lock);
	return 0;
}

static void make_table(struct hm_dev *dev)
{
	dev->fops = &dev_fops;
	if (shared)
		return;
	dev->table = dev_fops;
	if (dev->kind->no_open)
		dev->table.open = NULL;
	if (dev->kind->no_mmap)
		dev->table.mmap = NULL;
	dev->fops = &dev->table;
}

/* Splits @spec, "name[:kind[:minor]]". */
static int add_device(char *spec)
{
	const char *name = strsep(&spec, ":");
	const char *kind_name = strsep(&spec, ":");
	const struct hm_kind *kind = find_kind(kind_name ? kind_name : "double");
	unsigned int minor = first;
	struct device *node;
	struct hm_dev *dev;
	int err;

	while (!spec && lookup(minor))
		minor++;
	if (spec && kstrtouint(spec, 0, &minor))
		return -EINVAL;
	if (!kind || !*name || strlen(name) + 4 > HVC_NAME_LEN ||
	    lookup(minor) || minor < first || minor - first >= minors ||
	    (shared && (kind->no_open || kind->no_mmap))) {
		pr_err("cannot make a device from \"%s\"\n", name);
		return -EINVAL;
	}
	dev = find_slot(name);
	if (!dev || dev->registered)
		return -EBUSY;
	err = fill_slot(dev, name);
	if (err)
		return err;
	spin_lock(&minors_lock);
	dev->minor = minor;
	spin_unlock(&minors_lock);
	dev->kind = kind;
	make_table(dev);
	if (nodes) {
		node = device_create(himedia_class, NULL, MKDEV(major, minor),
				     NULL, "%s", name);
		if (IS_ERR(node))
			return PTR_ERR(node);
	}
	dev->registered = true;
	return 0;
}

static void del_device(struct hm_dev *dev)
{
	if (nodes)
		device_destroy(himedia_class, MKDEV(major, dev->minor));
	dev->registered = false;
}

/* "+name:kind:minor" or "-name" at run time. */
static int ctl_set(const char *val, const struct kernel_param *kp)
{
	char buf[2 * HVC_NAME_LEN], *spec;
	struct hm_dev *dev;
	int err = -EINVAL;

	if (strlen(val) >= sizeof(buf))
		return -EINVAL;
	strcpy(buf, val);
	spec = strim(buf);
	mutex_lock(&himedia_sem);
	if (!ready) {
		err = -EAGAIN;
	} else if (*spec == '+') {
		err = add_device(spec + 1);
	} else if (*spec == '-') {
		dev = find_slot(spec + 1);
		err = dev && dev->registered ? 0 : -ENODEV;
		if (!err)
			del_device(dev);
	}
	mutex_unlock(&himedia_sem);
	return err;
}

static const struct kernel_param_ops ctl_ops = {
	.set = ctl_set,
};
module_param_cb(ctl, &ctl_ops, NULL, 0200);
MODULE_PARM_DESC(ctl, "write +name:kind:minor or -name");

static int seen_get(char *to, const struct kernel_param *kp)
{
	int i, n = 0;

	mutex_lock(&himedia_sem);
	for (i = 0; i < MAX_DEVS; i++)
		if (devs[i].used)
			n += scnprintf(to + n, PAGE_SIZE - n,
				       "%s failed=%u mmaps=%u own=%u data=%u\n",
				       devs[i].name, devs[i].failed,
				       devs[i].mmaps, devs[i].own,
				       devs[i].data);
	mutex_unlock(&himedia_sem);
	return n;
}

static const struct kernel_param_ops seen_ops = {
	.get = seen_get,
};
module_param_cb(seen, &seen_ops, NULL, 0444);
MODULE_PARM_DESC(seen, "per device, since load: what its handlers found");

static void del_all(void)
{
	int i;

	for (i = 0; i < MAX_DEVS; i++)
		if (devs[i].registered)
			del_device(&devs[i]);
}

static void drop_records(void)
{
	int i;

	for (i = 0; i < MAX_DEVS; i++)
		if (devs[i].used)
			hvc_base_unregister(&devs[i].rec);
}

static int add_list(void)
{
	char *list = kstrdup(devices, GFP_KERNEL);
	char *at = list, *spec;
	int err = 0;

	if (!list)
		return -ENOMEM;
	mutex_lock(&himedia_sem);
	while (!err && (spec = strsep(&at, ",")))
		if (*spec)
			err = add_device(spec);
	if (err)
		del_all();
	ready = !err;
	mutex_unlock(&himedia_sem);
	kfree(list);
	return err;
}

/* Both ways in which drivers come by their cdev. */
static int add_cdev(void)
{
	int err;

	if (shared) {
		cdev_init(&static_cdev, &himedia_fops);
		himedia_cdev = &static_cdev;
	} else {
		himedia_cdev = cdev_alloc();
		if (!himedia_cdev)
			return -ENOMEM;
		himedia_cdev->ops = &himedia_fops;
	}
	himedia_cdev->owner = THIS_MODULE;
	err = cdev_add(himedia_cdev, MKDEV(major, first), minors);
	if (err)
		kobject_put(&himedia_cdev->kobj);
	return err;
}

static int __init hvc_himedia_init(void)
{
	int err;

	shared = !strcmp(variant, "b");
	as_memory = !strcmp(variant, "c");
	if (!shared && !as_memory && strcmp(variant, "a")) {
		pr_err("variant is a, b or c\n");
		return -EINVAL;
	}
	err = register_chrdev_region(MKDEV(major, first), minors, "himedia");
	if (err)
		return err;
	himedia_class = vc_class_create("himedia");
	if (IS_ERR(himedia_class)) {
		err = PTR_ERR(himedia_class);
		goto drop_region;
	}
	err = add_cdev();
	if (err)
		goto drop_class;
	err = add_list();
	if (err)
		goto drop_cdev;
	return 0;

drop_cdev:
	cdev_del(himedia_cdev);
	drop_records();
drop_class:
	class_destroy(himedia_class);
drop_region:
	unregister_chrdev_region(MKDEV(major, first), minors);
	return err;
}
module_init(hvc_himedia_init);

static void __exit hvc_himedia_exit(void)
{
	mutex_lock(&himedia_sem);
	ready = false;
	del_all();
	mutex_unlock(&himedia_sem);
	cdev_del(himedia_cdev);
	drop_records();
	class_destroy(himedia_class);
	unregister_chrdev_region(MKDEV(major, first), minors);
}
module_exit(hvc_himedia_exit);

MODULE_DESCRIPTION("stand-in for the vendor's himedia major");
MODULE_LICENSE("GPL");
