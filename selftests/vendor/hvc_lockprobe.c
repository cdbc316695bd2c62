// SPDX-License-Identifier: GPL-2.0
/*
 * Proves what hisi_venc_compat's take-over rests on: class_interface callbacks
 * for a misc device run inside misc_mtx, and the watched device's fops pointer
 * changes between two points that both lie inside one such callback chain.
 *
 * Load it before hisi_venc_compat: callbacks run in the order of registration,
 * so ours come first and see the state before the other's. The state after it,
 * still inside misc_deregister(), is seen from the device's removal uevent,
 * which follows every .remove_dev.
 *
 * A test task waits in HVC_LP_IOC_WAIT, is let go from inside our callback and
 * opens the watched device at once. That it then sleeps until the callback
 * chain is over is the proof that misc_mtx is held.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/device.h>
#include <linux/file.h>
#include <linux/jiffies.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include "hvc_vendor.h"
#include "vcompat.h"

static char *watch = "venc";
module_param(watch, charp, 0444);
MODULE_PARM_DESC(watch, "misc device to watch");

/* Longer than any callback should take; only a failing test waits it out. */
#define PATIENCE	(10 * HZ)

/* All below is changed inside the class mutex or under lp_mutex. */
static DEFINE_MUTEX(lp_mutex);
static struct miscdevice *watched;
static const struct file_operations *own;
static struct hvc_lockprobe seen;
static int armed;

static DECLARE_WAIT_QUEUE_HEAD(wait);
static struct task_struct *opener;
static bool let_go;

static int classify(const struct file_operations *fops)
{
	if (!fops || !own)
		return HVC_LP_UNKNOWN;
	if (fops == own)
		return HVC_LP_OWN;
	if (fops->owner && !strcmp(module_name(fops->owner), "hisi_venc_compat"))
		return HVC_LP_SHADOW;
	return HVC_LP_OTHER;
}

static int table_now(void)
{
	return watched ? classify(watched->fops) : HVC_LP_UNKNOWN;
}

static bool opener_sleeps(void)
{
	return opener && (vc_task_state(opener) & TASK_UNINTERRUPTIBLE);
}

/* Lets the opener go and waits until it is asleep in its open. */
static int release_opener(void)
{
	unsigned long end = jiffies + PATIENCE;

	if (!opener)
		return 0;
	let_go = true;
	wake_up_all(&wait);
	while (!opener_sleeps()) {
		if (time_after(jiffies, end))
			return 0;
		schedule_timeout_uninterruptible(1);
	}
	return 1;
}

static void fire(struct device *dev)
{
	armed = 0;
	snprintf(seen.fired, sizeof(seen.fired), "%s", dev_name(dev));
	seen.before = table_now();
	seen.blocked = release_opener();
}

static int removal_uevent(VC_UEVENT_DEV *dev, struct kobj_uevent_env *env)
{
	seen.after = table_now();
	seen.still = opener_sleeps();
	return 0;
}

static const struct device_type removal_type = {
	.uevent = removal_uevent,
};

static struct miscdevice ctl;
static struct miscdevice cycle;

static int lp_add(VC_INTF_ARGS)
{
	struct miscdevice *misc = dev_get_drvdata(dev);

	if (!misc || misc == &ctl)
		return 0;
	if (!strcmp(misc->name, watch)) {
		watched = misc;
		own = misc->fops;
		if (armed == HVC_LP_ADD)
			fire(dev);
	} else if (armed == HVC_LP_ADD_ANY) {
		fire(dev);
	}
	return 0;
}

static void lp_remove(VC_INTF_ARGS)
{
	struct miscdevice *misc = dev_get_drvdata(dev);

	if (!misc || misc == &ctl)
		return;
	if (misc == watched) {
		watched = NULL;
	} else if (armed == HVC_LP_REMOVE) {
		if (!dev->type)
			dev->type = &removal_type;
		fire(dev);
	}
}

static struct class_interface lp_intf = {
	.add_dev	= lp_add,
	.remove_dev	= lp_remove,
};

static long lp_wait(void)
{
	int err;

	mutex_lock(&lp_mutex);
	err = opener ? -EBUSY : 0;
	if (!err) {
		get_task_struct(current);
		let_go = false;
		opener = current;
	}
	mutex_unlock(&lp_mutex);
	if (err)
		return err;
	wake_up_all(&wait);
	return wait_event_interruptible(wait, let_go);
}

static void drop_opener(void)
{
	if (opener)
		put_task_struct(opener);
	opener = NULL;
}

static long lp_read(void __user *arg)
{
	struct hvc_lockprobe copy;

	mutex_lock(&lp_mutex);
	copy = seen;
	copy.now = table_now();
	mutex_unlock(&lp_mutex);
	return copy_to_user(arg, &copy, sizeof(copy)) ? -EFAULT : 0;
}

static long lp_fd(int fd)
{
	struct file *file = fget(fd);
	int ret;

	if (!file)
		return -EBADF;
	ret = classify(file->f_op);
	fput(file);
	return ret == HVC_LP_UNKNOWN ? -ENODEV : ret;
}

/* Arming waits for the opener; disarming (0) forgets it. */
static long lp_arm(int how)
{
	if (how && wait_event_interruptible(wait, opener))
		return -EINTR;
	mutex_lock(&lp_mutex);
	memset(&seen, 0, sizeof(seen));
	seen.before = HVC_LP_UNKNOWN;
	seen.after = HVC_LP_UNKNOWN;
	armed = how;
	if (!how)
		drop_opener();
	mutex_unlock(&lp_mutex);
	return 0;
}

static long lp_cycle(void)
{
	int err = misc_register(&cycle);

	if (!err)
		misc_deregister(&cycle);
	return err;
}

/* The counter-proof: no lock is held here, so the open must go through. */
static long lp_free(void)
{
	let_go = true;
	wake_up_all(&wait);
	return 0;
}

static long lp_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case HVC_LP_IOC_ARM:
		return lp_arm(arg);
	case HVC_LP_IOC_WAIT:
		return lp_wait();
	case HVC_LP_IOC_READ:
		return lp_read((void __user *)arg);
	case HVC_LP_IOC_FD:
		return lp_fd(arg);
	case HVC_LP_IOC_CYCLE:
		return lp_cycle();
	case HVC_LP_IOC_FREE:
		return lp_free();
	}
	return -ENOTTY;
}

static const struct file_operations lp_fops = {
	.owner		= THIS_MODULE,
	.unlocked_ioctl	= lp_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl	= lp_ioctl,
#endif
};

static struct miscdevice ctl = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "hvc_lockprobe",
	.fops	= &lp_fops,
};

static struct miscdevice cycle = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "hvc_lp_cycle",
	.fops	= &lp_fops,
};

static int __init lp_init(void)
{
	int err = misc_register(&ctl);

	if (err)
		return err;
	lp_intf.class = ctl.this_device->class;
	err = class_interface_register(&lp_intf);
	if (err)
		misc_deregister(&ctl);
	return err;
}
module_init(lp_init);

static void __exit lp_exit(void)
{
	class_interface_unregister(&lp_intf);
	misc_deregister(&ctl);
	drop_opener();
}
module_exit(lp_exit);

MODULE_DESCRIPTION("proof of what runs inside misc_mtx");
MODULE_LICENSE("GPL");
