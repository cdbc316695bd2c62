// SPDX-License-Identifier: GPL-2.0
/*
 * takeover.c - misc devices. See takeover.h for what it promises.
 *
 * We cannot take misc_mtx, but misc_register() and misc_deregister() of a
 * device of our own call our class_interface for that device inside it. So:
 *
 *  - a throw-away device is registered, then the interface: the devices that
 *    are there are only listed, since that walk is not under misc_mtx;
 *  - the throw-away device is deregistered: in its remove_dev, under misc_mtx,
 *    the listed tables are exchanged;
 *  - a device that registers later is exchanged in its own add_dev;
 *  - on leaving, the control device is deregistered while the interface still
 *    stands: in its remove_dev all tables are restored.
 *
 * Every callback runs under the class mutex. Nothing here may take misc_mtx.
 */
#include <linux/jiffies.h>
#include <linux/miscdevice.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/slab.h>

#include "control.h"
#include "facts.h"
#include "shadow.h"
#include "takeover.h"

/* How one asked device is held; under the lock below. */
struct taken {
	struct miscdevice *misc;	/* NULL: not registered */
	dev_t rdev;
	struct hvc_shadow *shadow;	/* NULL: not taken over */
	unsigned long since;		/* jiffies */
	const char *why_not;
};

/* No file operations yet: nobody can open them before init has succeeded. */
static struct miscdevice throw_away = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "hisi_venc_compat_lock",
};

static struct miscdevice control = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "hisi_venc_compat",
	.mode = HVC_CONTROL_MODE,
};

static struct taken *taken;
static const struct file_operations *control_fops;
static bool armed;		/* exchange at once, do not only list */
static DEFINE_MUTEX(lock);

/* Under misc_mtx. */
static void take(struct taken *t, struct hvc_device *dev)
{
	const struct file_operations *original = t->misc->fops;

	if (!original || !hvc_table_maps(original)) {
		t->why_not = "its driver has no mmap handler";
		pr_notice("/dev/%s: %s, left alone\n", dev->name, t->why_not);
		return;
	}
	t->shadow = hvc_shadow_make(dev, original, t->rdev, NULL);
	if (!t->shadow) {
		t->why_not = "files of its former drivers are still open";
		pr_warn("/dev/%s: %s, left alone\n", dev->name, t->why_not);
		return;
	}
	if (!original->owner)
		pr_notice("/dev/%s: its table names no owner; if its driver is a module, do not unload it while the device is open\n",
			  dev->name);
	t->since = jiffies;
	t->why_not = NULL;
	t->misc->fops = &t->shadow->fops;
}

static bool replaced(const struct taken *t)
{
	return t->shadow && READ_ONCE(t->misc->fops) != &t->shadow->fops;
}

/* Under misc_mtx. What somebody else put there is left as it is. */
static void give_back(struct taken *t, const struct hvc_device *dev)
{
	if (!t->shadow)
		return;
	if (replaced(t))
		hvc_stay_loaded(dev->name);
	else
		t->misc->fops = t->shadow->original;
	hvc_shadows_retire(dev);
	t->shadow = NULL;
}

static void exchange_all(void)
{
	unsigned int i;

	for (i = 0; i < hvc_devices_count(); i++)
		if (taken[i].misc)
			take(&taken[i], hvc_device_at(i));
	control.fops = control_fops;
	armed = true;
}

static void restore_all(void)
{
	unsigned int i;

	for (i = 0; i < hvc_devices_count(); i++)
		give_back(&taken[i], hvc_device_at(i));
	armed = false;
}

static struct taken *taken_by(const struct miscdevice *misc)
{
	unsigned int i;

	for (i = 0; i < hvc_devices_count(); i++)
		if (taken[i].misc == misc)
			return &taken[i];
	return NULL;
}

static int HVC_CLASS_CALLBACK(add_device)
{
	struct miscdevice *misc = dev_get_drvdata(device);
	struct hvc_device *dev;
	struct taken *t;

	if (!misc || !misc->name)
		return 0;
	dev = hvc_device_find(misc->name);
	if (!dev)
		return 0;
	mutex_lock(&lock);
	t = &taken[dev->index];
	if (!t->misc) {
		t->misc = misc;
		t->rdev = device->devt;
		if (armed)
			take(t, dev);
	}
	mutex_unlock(&lock);
	return 0;
}

static void HVC_CLASS_CALLBACK(remove_device)
{
	struct miscdevice *misc = dev_get_drvdata(device);
	struct taken *t;

	if (!misc)
		return;
	mutex_lock(&lock);
	t = taken_by(misc);
	if (misc == &throw_away) {
		exchange_all();
	} else if (misc == &control) {
		restore_all();
	} else if (t) {
		give_back(t, hvc_device_at(t - taken));
		t->misc = NULL;
		t->why_not = NULL;
	}
	mutex_unlock(&lock);
}

static struct class_interface interface = {
	.add_dev = add_device,
	.remove_dev = remove_device,
};

/* Whoever does what we do, does it when loaded: in time to refuse rmmod. */
static int module_event(struct notifier_block *unused, unsigned long event,
			void *module)
{
	unsigned int i;

	if (event != MODULE_STATE_LIVE)
		return NOTIFY_DONE;
	mutex_lock(&lock);
	for (i = 0; i < hvc_devices_count(); i++)
		if (replaced(&taken[i]))
			hvc_stay_loaded(hvc_device_at(i)->name);
	mutex_unlock(&lock);
	return NOTIFY_DONE;
}

static struct notifier_block module_notifier = {
	.notifier_call = module_event,
};

int hvc_takeover_init(void)
{
	int err;

	taken = kcalloc(hvc_devices_count(), sizeof(*taken), GFP_KERNEL);
	if (!taken)
		return -ENOMEM;
	err = hvc_shadows_init(hvc_devices_count());
	if (err)
		kfree(taken);
	return err;
}

void hvc_takeover_exit(void)
{
	hvc_shadows_exit();
	kfree(taken);
}

int hvc_takeover_start(const struct file_operations *fops)
{
	int err;

	control_fops = fops;
	err = misc_register(&control);
	if (err)
		goto fail;
	err = misc_register(&throw_away);
	if (err)
		goto drop_control;
	interface.class = throw_away.this_device->class;
	err = class_interface_register(&interface);
	if (err)
		goto drop_throw_away;
	misc_deregister(&throw_away);
	register_module_notifier(&module_notifier);
	return 0;

drop_throw_away:
	misc_deregister(&throw_away);
drop_control:
	misc_deregister(&control);
fail:
	pr_err("the control device cannot be registered (%d)\n", err);
	return err;
}

void hvc_takeover_stop(void)
{
	unregister_module_notifier(&module_notifier);
	misc_deregister(&control);
	class_interface_unregister(&interface);
	/*
	 * Too late to refuse: all that is left is never to come back, so that
	 * our text stays where somebody may point to.
	 */
	if (hvc_staying())
		pr_err("rmmod waits for good\n");
	while (hvc_staying())
		schedule_timeout_uninterruptible(60 * HZ);
}

static void show_taken(struct seq_file *m, const struct taken *t)
{
	struct hvc_shadow *shadow = t->shadow;
	struct module *owner = shadow->original->owner;
	long files, opens;

	hvc_shadows_files(shadow->dev, &files, &opens);
	hvc_fact(m, NULL, "taken over, misc %u:%u, owner %s", MAJOR(t->rdev),
		 MINOR(t->rdev), owner ? module_name(owner) : "none");
	hvc_fact(m, "opens", "%ld", opens);
	hvc_fact(m, "files", "%ld", files);
	hvc_fact(m, "seconds", "%lu", (jiffies - t->since) / HZ);
	if (shadow->lifted)
		hvc_fact(m, "limit", "lifted");
	else if (HVC_OFFSET_LIMIT && hvc_table_takes_ranges(shadow->original))
		hvc_fact(m, "limit", "kept, its driver splices or copies ranges");
}

void hvc_takeover_show(struct seq_file *m, const struct hvc_device *dev)
{
	const struct taken *t = &taken[dev->index];

	mutex_lock(&lock);
	if (!t->misc) {
		hvc_fact(m, NULL, "not registered (no driver, or not a misc device)");
	} else if (!t->shadow) {
		hvc_fact(m, NULL, "left alone");
		hvc_fact(m, "why", "%s",
			 t->why_not ? t->why_not : "not yet taken over");
	} else if (replaced(t)) {
		hvc_stay_loaded(dev->name);
		hvc_fact(m, NULL, "replaced: somebody else put a table in our place");
	} else {
		show_taken(m, t);
	}
	mutex_unlock(&lock);
}
