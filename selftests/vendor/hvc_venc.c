// SPDX-License-Identifier: GPL-2.0
/*
 * Stand-in for vendor drivers behind misc devices. Each device is of one kind:
 *
 *   double   venc, aenc, adec as seen on real boards: maps its buffer twice in
 *            a row, checks nothing, cannot survive an odd page count
 *   plain    maps one to one, checks nothing
 *   eperm    maps one to one inside the MMZ, else -EPERM
 *   einval   the same with -EINVAL
 *   noopen   plain, but the table has no .open
 *   noowner  plain, but the table has no .owner
 *   rw       plain, with .read and a .llseek that takes any position
 *   gua      plain, with .get_unmapped_area
 *   nommap   has no .mmap at all
 *   openfail every open fails with -EBUSY
 *   replace  .open puts another table into file->f_op, keeping references as
 *            they are (as memory_open does)
 *   himedia  the same, dropping a reference on the old table's owner and
 *            taking one on the new table's (as himedia_open does)
 *   nested   an ioctl maps another file for its caller (as mmz_userdev does)
 *   ioctls   plain; its ioctl says which of .unlocked_ioctl (1) and
 *            .compat_ioctl (2) was called
 *   prepare  plain, by .mmap_prepare instead of .mmap (from 6.16 on)
 *   forward  .mmap hands the mapping on to the file that HVC_FORWARD_TO named
 *            (as dma-buf exporters do)
 *
 * What the handlers were handed is remembered; tests read it through hvc_base.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/file.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "hvc_base.h"
#include "vcompat.h"

#define MAX_DEVS	64

static char *devices = "venc";
module_param(devices, charp, 0444);
MODULE_PARM_DESC(devices, "name[:kind],... to register (kind double)");

static int really_bug;
module_param(really_bug, int, 0644);
MODULE_PARM_DESC(really_bug, "1: BUG() on an odd page count, as real boards do");

static int private_errno = EAGAIN;
module_param(private_errno, int, 0644);
MODULE_PARM_DESC(private_errno, "what MAP_PRIVATE fails with, 0: let it pass");

static struct hvc_dev *devs[MAX_DEVS];
static DEFINE_MUTEX(devs_mutex);	/* devs, ready */
static bool ready;

static int note_open(struct inode *inode, struct file *file)
{
	struct hvc_dev *dev = hvc_base_find(file);

	if (dev) {
		spin_lock(&dev->lock);
		dev->st.opens++;
		spin_unlock(&dev->lock);
	}
	return 0;
}

static int note_release(struct inode *inode, struct file *file)
{
	struct hvc_dev *dev = hvc_base_find(file);

	if (dev) {
		spin_lock(&dev->lock);
		dev->st.releases++;
		spin_unlock(&dev->lock);
	}
	return 0;
}

static void note_map(struct file *file, unsigned long pages,
		     unsigned long vm_flags, unsigned long pgoff, int result,
		     bool odd)
{
	struct hvc_dev *dev = hvc_base_find(file);

	if (!dev)
		return;
	spin_lock(&dev->lock);
	dev->st.pgoff = pgoff;
	dev->st.pages = pages;
	dev->st.vm_flags = vm_flags;
	dev->st.private_data = (unsigned long)file->private_data;
	dev->st.private_misc = file->private_data == &dev->misc;
	dev->st.mmaps++;
	dev->st.odd += odd;
	dev->st.result = result;
	spin_unlock(&dev->lock);
}

/*
 * @pgoff: as the driver was handed it; before 3.7 remap_pfn_range() puts the
 * page frame into vma->vm_pgoff.
 */
static void note_mmap(struct file *file, struct vm_area_struct *vma,
		      unsigned long pgoff, int result, bool odd)
{
	note_map(file, (vma->vm_end - vma->vm_start) >> PAGE_SHIFT,
		 vma->vm_flags, pgoff, result, odd);
}

/*
 * Like the real drivers: the offset becomes a physical address, so that garbage
 * in the high bits of pgoff is lost here where such an address has 32 bits.
 */
static unsigned long vma_pfn(struct vm_area_struct *vma)
{
	return ((phys_addr_t)vma->vm_pgoff << PAGE_SHIFT) >> PAGE_SHIFT;
}

static int map_part(struct vm_area_struct *vma, unsigned long at,
		    unsigned long size)
{
	vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);
	return remap_pfn_range(vma, at, vma_pfn(vma), size, vma->vm_page_prot);
}

static int try_double(struct vm_area_struct *vma, bool *odd)
{
	unsigned long half = (vma->vm_end - vma->vm_start) / 2;
	int err;

	if (!(vma->vm_flags & VM_SHARED) && private_errno)
		return -private_errno;
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

static int double_mmap(struct file *file, struct vm_area_struct *vma)
{
	unsigned long pgoff = vma->vm_pgoff;
	bool odd = false;
	int err = try_double(vma, &odd);

	note_mmap(file, vma, pgoff, err, odd);
	return err;
}

static int plain_mmap(struct file *file, struct vm_area_struct *vma)
{
	unsigned long pgoff = vma->vm_pgoff;
	int err = map_part(vma, vma->vm_start, vma->vm_end - vma->vm_start);

	note_mmap(file, vma, pgoff, err, false);
	return err;
}

static int checked_mmap(struct file *file, struct vm_area_struct *vma, int no)
{
	unsigned long len = vma->vm_end - vma->vm_start;
	unsigned long pgoff = vma->vm_pgoff;
	int err = no;

	if (hvc_base_in_mmz((u64)pgoff << PAGE_SHIFT, len))
		err = map_part(vma, vma->vm_start, len);
	note_mmap(file, vma, pgoff, err, false);
	return err;
}

static int eperm_mmap(struct file *file, struct vm_area_struct *vma)
{
	return checked_mmap(file, vma, -EPERM);
}

static int einval_mmap(struct file *file, struct vm_area_struct *vma)
{
	return checked_mmap(file, vma, -EINVAL);
}

static ssize_t rw_read(struct file *file, char __user *buf, size_t len,
		       loff_t *pos)
{
	struct hvc_dev *dev = hvc_base_find(file);

	if (dev) {
		spin_lock(&dev->lock);
		dev->st.reads++;
		dev->st.read_pos = *pos;
		spin_unlock(&dev->lock);
	}
	return 0;
}

static loff_t rw_llseek(struct file *file, loff_t pos, int whence)
{
	if (whence != SEEK_SET)
		return -EINVAL;
	file->f_pos = pos;
	return pos;
}

/* Takes the hint as it is: tests give an address that they know to be free. */
static unsigned long gua_get(struct file *file, unsigned long addr,
			     unsigned long len, unsigned long pgoff,
			     unsigned long flags)
{
	struct hvc_dev *dev = hvc_base_find(file);

	if (dev) {
		spin_lock(&dev->lock);
		dev->st.guas++;
		dev->st.gua_pgoff = pgoff;
		spin_unlock(&dev->lock);
	}
	return addr ? addr : -ENOMEM;
}

static int fail_open(struct inode *inode, struct file *file)
{
	note_open(inode, file);
	return -EBUSY;
}

static const struct file_operations replaced_fops = {
	.owner		= THIS_MODULE,
	.open		= note_open,
	.release	= note_release,
	.mmap		= plain_mmap,
};

static int replace_open(struct inode *inode, struct file *file)
{
	file->f_op = &replaced_fops;
	return file->f_op->open(inode, file);
}

static int himedia_open(struct inode *inode, struct file *file)
{
	if (!try_module_get(replaced_fops.owner))
		return -ENODEV;
	fops_put(file->f_op);
	file->f_op = &replaced_fops;
	return file->f_op->open(inode, file);
}

static long nested_ioctl(struct file *file, unsigned int cmd,
			 unsigned long arg)
{
	struct hvc_nested n;
	struct file *target;
	unsigned long addr;

	if (cmd & ~PAGE_MASK)
		return -ENOTTY;
	if (copy_from_user(&n, (void __user *)arg, sizeof(n)))
		return -EFAULT;
	if (n.zero)
		return -EINVAL;
	target = fget(n.fd);
	if (!target)
		return -EBADF;
	addr = vm_mmap(target, 0, n.len, n.prot, n.flags, n.offset);
	fput(target);
	if (IS_ERR_VALUE(addr))
		return addr;
	n.addr = addr;
	return copy_to_user((void __user *)arg, &n, sizeof(n)) ? -EFAULT : 0;
}

static long which_unlocked(struct file *file, unsigned int cmd,
			   unsigned long arg)
{
	return cmd == HVC_WHICH_IOCTL ? 1 : -ENOTTY;
}

#ifdef CONFIG_COMPAT
static long which_compat(struct file *file, unsigned int cmd, unsigned long arg)
{
	return cmd == HVC_WHICH_IOCTL ? 2 : -ENOTTY;
}
#endif

#if VC_MMAP_PREPARE
static vm_fault_t frame_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;

	return vmf_insert_pfn(vma, vmf->address, vma->vm_pgoff +
			      ((vmf->address - vma->vm_start) >> PAGE_SHIFT));
}

static const struct vm_operations_struct frame_ops = {
	.fault = frame_fault,
};

static int prepare_mmap(struct vm_area_desc *desc)
{
	struct file *file = (struct file *)desc->file;

	vc_desc_maps_frames(desc);
	desc->page_prot = pgprot_noncached(desc->page_prot);
	desc->vm_ops = &frame_ops;
	note_map(file, (desc->end - desc->start) >> PAGE_SHIFT, 0, desc->pgoff,
		 0, false);
	return 0;
}
#endif

static int forward_open(struct inode *inode, struct file *file)
{
	file->private_data = NULL;	/* the file to forward to */
	return note_open(inode, file);
}

static int forward_release(struct inode *inode, struct file *file)
{
	if (file->private_data)
		fput(file->private_data);
	return note_release(inode, file);
}

/* Once per open file. */
static long forward_ioctl(struct file *file, unsigned int cmd,
			  unsigned long arg)
{
	if (cmd != HVC_FORWARD_TO)
		return -ENOTTY;
	if (file->private_data)
		return -EBUSY;
	file->private_data = fget(arg);
	return file->private_data ? 0 : -EBADF;
}

static int forward_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct file *target = file->private_data, *old = vma->vm_file;
	int err;

	if (!target || !target->f_op->mmap)
		return -ENODEV;
	err = target->f_op->mmap(target, vma);
	if (err)
		return err;
	get_file(target);
	vma->vm_file = target;
	fput(old);
	return 0;
}

#define COMMON_FOPS				\
	.owner		= THIS_MODULE,		\
	.open		= note_open,		\
	.release	= note_release

static const struct file_operations double_fops = {
	COMMON_FOPS,
	.mmap		= double_mmap,
};

static const struct file_operations plain_fops = {
	COMMON_FOPS,
	.mmap		= plain_mmap,
};

static const struct file_operations eperm_fops = {
	COMMON_FOPS,
	.mmap		= eperm_mmap,
};

static const struct file_operations einval_fops = {
	COMMON_FOPS,
	.mmap		= einval_mmap,
};

static const struct file_operations noopen_fops = {
	.owner		= THIS_MODULE,
	.release	= note_release,
	.mmap		= plain_mmap,
};

static const struct file_operations noowner_fops = {
	.open		= note_open,
	.release	= note_release,
	.mmap		= plain_mmap,
};

static const struct file_operations rw_fops = {
	COMMON_FOPS,
	.read		= rw_read,
	.llseek		= rw_llseek,
	.mmap		= plain_mmap,
};

static const struct file_operations gua_fops = {
	COMMON_FOPS,
	.mmap		= plain_mmap,
	.get_unmapped_area = gua_get,
};

static const struct file_operations nommap_fops = {
	COMMON_FOPS,
};

static const struct file_operations openfail_fops = {
	.owner		= THIS_MODULE,
	.open		= fail_open,
	.release	= note_release,
	.mmap		= plain_mmap,
};

static const struct file_operations replace_fops_ = {
	.owner		= THIS_MODULE,
	.open		= replace_open,
	.release	= note_release,
	.mmap		= plain_mmap,
};

static const struct file_operations himedia_fops = {
	.owner		= THIS_MODULE,
	.open		= himedia_open,
	.release	= note_release,
	.mmap		= plain_mmap,
};

static const struct file_operations nested_fops = {
	COMMON_FOPS,
	.mmap		= plain_mmap,
	.unlocked_ioctl	= nested_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl	= nested_ioctl,
#endif
};

static const struct file_operations ioctls_fops = {
	COMMON_FOPS,
	.mmap		= plain_mmap,
	.unlocked_ioctl	= which_unlocked,
#ifdef CONFIG_COMPAT
	.compat_ioctl	= which_compat,
#endif
};

#if VC_MMAP_PREPARE
static const struct file_operations prepare_fops = {
	COMMON_FOPS,
	.mmap_prepare	= prepare_mmap,
};
#endif

static const struct file_operations forward_fops = {
	.owner		= THIS_MODULE,
	.open		= forward_open,
	.release	= forward_release,
	.mmap		= forward_mmap,
	.unlocked_ioctl	= forward_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl	= forward_ioctl,
#endif
};

static const struct {
	const char *name;
	const struct file_operations *fops;
} kinds[] = {
	{ "double",	&double_fops },
	{ "plain",	&plain_fops },
	{ "eperm",	&eperm_fops },
	{ "einval",	&einval_fops },
	{ "noopen",	&noopen_fops },
	{ "noowner",	&noowner_fops },
	{ "rw",		&rw_fops },
	{ "gua",	&gua_fops },
	{ "nommap",	&nommap_fops },
	{ "openfail",	&openfail_fops },
	{ "replace",	&replace_fops_ },
	{ "himedia",	&himedia_fops },
	{ "nested",	&nested_fops },
	{ "ioctls",	&ioctls_fops },
#if VC_MMAP_PREPARE
	{ "prepare",	&prepare_fops },
#endif
	{ "forward",	&forward_fops },
};

static const struct file_operations *find_kind(const char *name)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i].name, name))
			return kinds[i].fops;
	return NULL;
}

static int find_slot(const char *name)
{
	int i;

	for (i = 0; i < MAX_DEVS; i++)
		if (name ? devs[i] && !strcmp(devs[i]->name, name) : !devs[i])
			return i;
	return -1;
}

/* Splits @spec, "name" or "name:kind". */
static int add_device(char *spec)
{
	char *kind = strchr(spec, ':');
	const struct file_operations *fops;
	int slot = find_slot(NULL);
	struct hvc_dev *dev;
	int err;

	if (kind)
		*kind++ = '\0';
	fops = find_kind(kind ? kind : "double");
	if (!fops || !*spec || strlen(spec) >= HVC_NAME_LEN || slot < 0 ||
	    find_slot(spec) >= 0) {
		pr_err("cannot make a device from \"%s\"\n", spec);
		return -EINVAL;
	}
	dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	if (!dev)
		return -ENOMEM;
	strcpy(dev->name, spec);
	err = hvc_base_register(dev, fops);
	if (err) {
		kfree(dev);
		return err;
	}
	devs[slot] = dev;
	return 0;
}

static void del_slot(int slot)
{
	hvc_base_unregister(devs[slot]);
	kfree(devs[slot]);
	devs[slot] = NULL;
}

/*
 * "+name:kind" or "-name" at run time: devices come and go without the module.
 * Remove only devices that nobody is mapping at the time; open files may stay.
 */
static int ctl_set(const char *val, const struct kernel_param *kp)
{
	char buf[2 * HVC_NAME_LEN], *spec;
	int slot, err = -EINVAL;

	if (strlen(val) >= sizeof(buf))
		return -EINVAL;
	strcpy(buf, val);
	spec = strim(buf);
	mutex_lock(&devs_mutex);
	if (!ready) {
		err = -EAGAIN;
	} else if (*spec == '+') {
		err = add_device(spec + 1);
	} else if (*spec == '-') {
		slot = find_slot(spec + 1);
		err = slot < 0 ? -ENODEV : 0;
		if (!err)
			del_slot(slot);
	}
	mutex_unlock(&devs_mutex);
	return err;
}

static const struct kernel_param_ops ctl_ops = {
	.set = ctl_set,
};
module_param_cb(ctl, &ctl_ops, NULL, 0200);
MODULE_PARM_DESC(ctl, "write +name:kind or -name");

static void del_all(void)
{
	int i;

	for (i = 0; i < MAX_DEVS; i++)
		if (devs[i])
			del_slot(i);
}

static int __init hvc_venc_init(void)
{
	char *list = kstrdup(devices, GFP_KERNEL);
	char *at = list, *spec;
	int err = 0;

	if (!list)
		return -ENOMEM;
	mutex_lock(&devs_mutex);
	while (!err && (spec = strsep(&at, ",")))
		if (*spec)
			err = add_device(spec);
	if (err)
		del_all();
	ready = !err;
	mutex_unlock(&devs_mutex);
	kfree(list);
	return err;
}
module_init(hvc_venc_init);

static void __exit hvc_venc_exit(void)
{
	mutex_lock(&devs_mutex);
	ready = false;
	del_all();
	mutex_unlock(&devs_mutex);
}
module_exit(hvc_venc_exit);

MODULE_DESCRIPTION("stand-in for vendor drivers behind misc devices");
MODULE_LICENSE("GPL");
