// SPDX-License-Identifier: GPL-2.0
/*
 * Devices to be timed: as lean as a vendor's driver, without the records that
 * the stand-ins of selftests/vendor keep.
 *
 *   bvenc    maps its buffer twice in a row
 *   bmem     maps one to one
 *   bring, bother   the same two; nobody ever takes these over
 *
 * devices=N: instead of these, N devices b0, b1 ... that map one to one.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>

static unsigned int devices;
module_param(devices, uint, 0444);
MODULE_PARM_DESC(devices, "how many b0, b1 ... instead of the others");

static int map(struct vm_area_struct *vma, unsigned long at, unsigned long len)
{
	vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);
	return remap_pfn_range(vma, at, vma->vm_pgoff, len, vma->vm_page_prot);
}

static int double_mmap(struct file *file, struct vm_area_struct *vma)
{
	unsigned long half = (vma->vm_end - vma->vm_start) / 2;
	unsigned long pgoff = vma->vm_pgoff;
	int err;

	if (half & ~PAGE_MASK)
		return -EINVAL;
	err = map(vma, vma->vm_start, half);
	vma->vm_pgoff = pgoff;	/* before 3.7 the first half has changed it */
	return err ? err : map(vma, vma->vm_start + half, half);
}

static int plain_mmap(struct file *file, struct vm_area_struct *vma)
{
	return map(vma, vma->vm_start, vma->vm_end - vma->vm_start);
}

static int bench_open(struct inode *inode, struct file *file)
{
	return 0;
}

static const struct file_operations double_fops = {
	.owner	= THIS_MODULE,
	.open	= bench_open,
	.mmap	= double_mmap,
};

static const struct file_operations plain_fops = {
	.owner	= THIS_MODULE,
	.open	= bench_open,
	.mmap	= plain_mmap,
};

static struct miscdevice named[] = {
	{ .name = "bvenc", .fops = &double_fops },
	{ .name = "bmem", .fops = &plain_fops },
	{ .name = "bring", .fops = &double_fops },
	{ .name = "bother", .fops = &plain_fops },
};

static struct miscdevice *all = named;
static unsigned int count = ARRAY_SIZE(named);

static void forget(unsigned int registered)
{
	while (registered--) {
		misc_deregister(&all[registered]);
		if (all != named)
			kfree(all[registered].name);
	}
	if (all != named)
		kfree(all);
}

/*
 * Up to 5.x there are 64 dynamic minors, some of them are taken, and 3.0 gives
 * one twice: many devices take what is free from the other end.
 */
static int add(struct miscdevice *misc)
{
	int err = -EBUSY, minor;

	misc->minor = MISC_DYNAMIC_MINOR;
	if (!devices)
		return misc_register(misc);
	for (minor = MISC_DYNAMIC_MINOR - 1; err == -EBUSY && minor >= 64;
	     minor--) {
		misc->minor = minor;
		err = misc_register(misc);
	}
	return err;
}

static int __init hvc_bench_init(void)
{
	unsigned int i;
	int err;

	if (devices) {
		all = kcalloc(devices, sizeof(*all), GFP_KERNEL);
		if (!all)
			return -ENOMEM;
		count = devices;
	}
	for (i = 0; i < count; i++) {
		if (devices) {
			all[i].fops = &plain_fops;
			all[i].name = kasprintf(GFP_KERNEL, "b%u", i);
			if (!all[i].name) {
				forget(i);
				return -ENOMEM;
			}
		}
		err = add(&all[i]);
		if (err) {
			if (devices)
				kfree(all[i].name);
			forget(i);
			return err;
		}
	}
	return 0;
}

static void __exit hvc_bench_exit(void)
{
	forget(count);
}

module_init(hvc_bench_init);
module_exit(hvc_bench_exit);
MODULE_DESCRIPTION("Devices to be timed with and without hisi_venc_compat");
MODULE_LICENSE("GPL");
