// SPDX-License-Identifier: GPL-2.0
/*
 * Stand-in for a vendor's base module. It registers misc devices for the
 * drivers above it, keeps what their handlers saw, stamps the memory above
 * mem= so that every page can be told from every other, and shows all that to
 * tests through /dev/hvc_vendor.
 *
 * Records live here and not in the drivers, so that a test that reads them
 * pins no driver.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/io.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "hvc_base.h"
#include "vcompat.h"

static vc_phys_param mmz_phys;
module_param(mmz_phys, VC_PHYS_PARAM, 0444);
MODULE_PARM_DESC(mmz_phys, "first byte of the memory above mem= (physical)");

static unsigned long mmz_len;
module_param(mmz_len, ulong, 0444);
MODULE_PARM_DESC(mmz_len, "bytes of it");

/* All of the MMZ, where the kernel's address space has room for it. */
static u8 __iomem *mmz_all;

/* Taken in handlers that run under the mmap lock; nothing sleeps inside. */
static DEFINE_SPINLOCK(devs_lock);
static LIST_HEAD(devs);

bool hvc_base_in_mmz(u64 phys, u64 len)
{
	return len <= mmz_len && phys >= mmz_phys &&
	       phys - mmz_phys <= mmz_len - len;
}
EXPORT_SYMBOL(hvc_base_in_mmz);

int hvc_base_register(struct hvc_dev *dev, const struct file_operations *fops)
{
	int err;

	dev->own = fops;
	spin_lock_init(&dev->lock);
	dev->misc.name = dev->name;
	dev->misc.minor = MISC_DYNAMIC_MINOR;
	dev->misc.fops = fops;
	/* An open that waits for misc_register() to end must find it here. */
	spin_lock(&devs_lock);
	list_add(&dev->list, &devs);
	spin_unlock(&devs_lock);
	err = misc_register(&dev->misc);
	if (err) {
		spin_lock(&devs_lock);
		list_del(&dev->list);
		spin_unlock(&devs_lock);
	}
	return err;
}
EXPORT_SYMBOL(hvc_base_register);

void hvc_base_unregister(struct hvc_dev *dev)
{
	spin_lock(&devs_lock);
	list_del(&dev->list);
	spin_unlock(&devs_lock);
	misc_deregister(&dev->misc);
}
EXPORT_SYMBOL(hvc_base_unregister);

/*
 * The result is used without a reference: a driver unregisters from its exit,
 * which open files hold back, or when a test says so and waits.
 */
struct hvc_dev *hvc_base_find(struct file *file)
{
	struct hvc_dev *dev, *found = NULL;

	spin_lock(&devs_lock);
	list_for_each_entry(dev, &devs, list)
		if (dev->misc.minor == iminor(vc_inode(file)))
			found = dev;
	spin_unlock(&devs_lock);
	return found;
}
EXPORT_SYMBOL(hvc_base_find);

static int stamp_all(void)
{
	const unsigned long step = 1UL << 20;
	unsigned long at, off;

	for (at = 0; at < mmz_len; at += step) {
		unsigned long len = min(step, mmz_len - at);
		u8 __iomem *p = ioremap(mmz_phys + at, len);

		if (!p) {
			pr_err("cannot map 0x%llx: is it really above mem=?\n",
			       (u64)mmz_phys + at);
			return -ENOMEM;
		}
		for (off = 0; off < len; off += PAGE_SIZE) {
			u32 pfn = (mmz_phys + at + off) >> PAGE_SHIFT;

			writel(pfn, p + off);
			writel(~pfn, p + off + 4);
			writel(HVC_STAMP_TAG, p + off + 8);
			writel(0, p + off + 12);
		}
		iounmap(p);
	}
	return 0;
}

static u8 __iomem *word_get(u64 phys)
{
	u8 __iomem *p;

	if (mmz_all)
		return mmz_all + (phys - mmz_phys);
	p = ioremap(phys & ~(u64)(PAGE_SIZE - 1), PAGE_SIZE);
	return p ? p + (phys & ~PAGE_MASK) : NULL;
}

static void word_put(u8 __iomem *word)
{
	if (!mmz_all)
		iounmap((u8 __iomem *)((unsigned long)word & PAGE_MASK));
}

static int peek_poke(unsigned int cmd, void __user *arg)
{
	struct hvc_peek pk;
	u8 __iomem *p;

	if (copy_from_user(&pk, arg, sizeof(pk)))
		return -EFAULT;
	if ((pk.phys & 3) || pk.zero || !hvc_base_in_mmz(pk.phys, 4))
		return -EINVAL;
	p = word_get(pk.phys);
	if (!p)
		return -ENOMEM;
	if (cmd == HVC_IOC_POKE)
		writel(pk.value, p);
	else
		pk.value = readl(p);
	word_put(p);
	return copy_to_user(arg, &pk, sizeof(pk)) ? -EFAULT : 0;
}

static int stat(unsigned int cmd, void __user *arg)
{
	struct hvc_stat st;
	struct hvc_dev *dev;
	int err = -ENODEV;

	if (copy_from_user(&st, arg, sizeof(st)))
		return -EFAULT;
	st.name[HVC_NAME_LEN - 1] = '\0';
	spin_lock(&devs_lock);
	list_for_each_entry(dev, &devs, list) {
		if (strcmp(dev->name, st.name))
			continue;
		spin_lock(&dev->lock);
		if (cmd == HVC_IOC_RESET)
			memset(&dev->st, 0, sizeof(dev->st));
		st = dev->st;
		memcpy(st.name, dev->name, sizeof(st.name));
		st.swapped = dev->misc.fops != dev->own;
		st.minor = dev->misc.minor;
		spin_unlock(&dev->lock);
		err = 0;
		break;
	}
	spin_unlock(&devs_lock);
	if (!err && cmd == HVC_IOC_STAT && copy_to_user(arg, &st, sizeof(st)))
		err = -EFAULT;
	return err;
}

static long ctl_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case HVC_IOC_STAT:
	case HVC_IOC_RESET:
		return stat(cmd, (void __user *)arg);
	case HVC_IOC_PEEK:
	case HVC_IOC_POKE:
		return peek_poke(cmd, (void __user *)arg);
	case HVC_IOC_STAMP:
		return stamp_all();
	}
	return -ENOTTY;
}

static const struct file_operations ctl_fops = {
	.owner		= THIS_MODULE,
	.unlocked_ioctl	= ctl_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl	= ctl_ioctl,
#endif
};

static struct miscdevice ctl = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "hvc_vendor",
	.fops	= &ctl_fops,
};

static int __init hvc_base_init(void)
{
	int err;

	if ((mmz_phys | mmz_len) & ~PAGE_MASK) {
		pr_err("mmz_phys and mmz_len must be whole pages\n");
		return -EINVAL;
	}
	err = stamp_all();
	if (err)
		return err;
	if (mmz_len)
		mmz_all = ioremap(mmz_phys, mmz_len);
	err = misc_register(&ctl);
	if (err && mmz_all)
		iounmap(mmz_all);
	return err;
}
module_init(hvc_base_init);

static void __exit hvc_base_exit(void)
{
	misc_deregister(&ctl);
	if (mmz_all)
		iounmap(mmz_all);
}
module_exit(hvc_base_exit);

/* Tests ask the file: are physical addresses wider than 32 bits here? */
#if BITS_PER_LONG == 64 || defined(CONFIG_PHYS_ADDR_T_64BIT) || \
	defined(CONFIG_ARCH_PHYS_ADDR_T_64BIT)
MODULE_INFO(hvc_wide_phys, "1");
#else
MODULE_INFO(hvc_wide_phys, "0");
#endif
MODULE_DESCRIPTION("stand-in for a vendor's base module");
MODULE_LICENSE("GPL");
