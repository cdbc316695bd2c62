// SPDX-License-Identifier: GPL-2.0
/* dispatch.c - dispatching majors. See dispatch.h for what it promises. */
#include <linux/anon_inodes.h>
#include <linux/cdev.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/major.h>
#include <linux/mutex.h>
#include <linux/namei.h>
#include <linux/notifier.h>
#include <linux/slab.h>

#include "dispatch.h"
#include "facts.h"
#include "shadow.h"

/* One asked device; under the lock below. */
struct dispatched {
	struct hvc_device *dev;
	dev_t number;			/* 0: not known (yet) */
	struct cdev *cdev;		/* ours; NULL: not taken over */
	struct cdev *original;		/* the driver's, kobject referenced */
	bool cached;			/* its node had the driver's cdev */
	bool replaced;			/* somebody else's cdev stands before ours */
	const char *why_not;
};

/* Majors whose open() is known to dispatch: the vendor's himedia module. */
#define HIMEDIA_MAJOR 218

static struct dispatched *dispatched;
static bool leaving;
static DEFINE_MUTEX(lock);

/* What cdev_behind() gives its files: nobody else's have it. */
static const struct file_operations nothing;

static struct dispatched *by_number(dev_t number)
{
	unsigned int i;

	for (i = 0; i < hvc_devices_count(); i++)
		if (dispatched[i].cdev && dispatched[i].number == number)
			return &dispatched[i];
	return NULL;
}

/* The driver's cdev with a reference on its owner, for the life of a file. */
static struct cdev *original_get(dev_t number, struct dispatched **d)
{
	struct cdev *original = NULL;

	mutex_lock(&lock);
	*d = by_number(number);
	if (*d && try_module_get((*d)->original->owner))
		original = (*d)->original;
	mutex_unlock(&lock);
	return original;
}

/*
 * As chrdev_open() would have done it: the file gets the driver's table with a
 * reference, and the driver's open may put another in its place. Whether it
 * took a reference for that or not, the VFS will give back exactly one on the
 * owner of the table that stands there in the end: that one is ours to give
 * back once a shadow stands there instead.
 */
static int dispatch_open(struct inode *inode, struct file *file)
{
	const struct file_operations *fops;
	struct cdev *original;
	struct dispatched *d;
	struct module *owner;
	int err = 0;

	if (file->private_data == &nothing)
		return -ENXIO;
	original = original_get(inode->i_rdev, &d);
	if (!original)
		return -ENXIO;
	owner = original->owner;
	fops = fops_get(original->ops);
	if (!fops) {
		module_put(owner);
		return -ENXIO;
	}
	fops_put(file->f_op);
	file->f_op = fops;
	if (fops->open)
		err = fops->open(inode, file);
	if (err) {
		module_put(owner);
		return err;
	}

	__module_get(THIS_MODULE);
	if (!hvc_shadow_adopt(d->dev, file, inode->i_rdev, owner)) {
		module_put(owner);
		/* Our cdev's reference keeps us until we have returned. */
		module_put(THIS_MODULE);
	}
	return 0;
}

static const struct file_operations dispatch_fops = {
	.owner = THIS_MODULE,
	.open = dispatch_open,
};

static void original_put(struct cdev *original)
{
	struct module *owner = original->owner;

	kobject_put(&original->kobj);
	module_put(owner);
}

/*
 * The cdev that serves a device number, with references on it and its owner.
 * The kernel's map is closed to modules, but an inode of our own that is opened
 * has the cdev in i_cdev afterwards, whatever the driver's open says. The inode
 * belongs to no node. Ours, behind an asked minor, calls no driver's open.
 *
 * chrdev_open() leaves the file its reference on the owner of the driver's
 * table after an open that failed, too: while we hold it that module stays,
 * and its cdev with it.
 */
static struct cdev *cdev_behind(dev_t number)
{
	const struct file_operations *kernels;
	struct cdev *cdev = NULL;
	struct inode *inode;
	struct file *file;
	int err;

	if (!HVC_ANON_INODES)
		return NULL;
	file = anon_inode_getfile("[hisi_venc_compat]", &nothing,
				  (void *)&nothing, O_RDWR);
	if (IS_ERR(file))
		return NULL;
	/* The last of fput() comes late, perhaps when we are gone. */
	kernels = file_inode(file)->i_fop;
	file->f_op = kernels;
	inode = new_inode(file_inode(file)->i_sb);
	if (!inode)
		goto put_file;
	init_special_inode(inode, S_IFCHR | 0600, number);
	err = inode->i_fop->open(inode, file);
	/* Otherwise the driver, or we, are on the way out. */
	if (file->f_op && file->f_op != kernels)
		cdev = inode->i_cdev;
	if (cdev && try_module_get(cdev->owner))
		kobject_get(&cdev->kobj);
	else
		cdev = NULL;
	if (!err) {
		if (file->f_op->release)
			file->f_op->release(inode, file);
		/* chrdev_open() took these for the life of the file. */
		original_put(inode->i_cdev);
	}
	fops_put(file->f_op);
	file->f_op = kernels;
	iput(inode);
put_file:
	fput(file);
	return cdev;
}

static bool serves(const struct cdev *cdev, dev_t number)
{
	return number >= cdev->dev && number - cdev->dev < cdev->count;
}

/*
 * Never the asked minor itself: its open may do something. The last one of a
 * major is hardly ever in use; a driver with fewer has a neighbour. A cdev for
 * one minor alone is not found so, and must not be: its cdev_del() would take
 * ours out of the kernel's map instead.
 */
static struct cdev *find_original(dev_t number)
{
	const dev_t others[] = {
		MKDEV(MAJOR(number), MINOR(number) == 255 ? 254 : 255),
		number + 1,
		number - 1,
	};
	struct cdev *cdev;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(others); i++) {
		cdev = cdev_behind(others[i]);
		if (cdev && serves(cdev, number))
			return cdev;
		if (cdev)
			original_put(cdev);
	}
	return NULL;
}

/* The node as applications see it. Return: its number, or 0. */
static dev_t node_number(const struct hvc_device *dev, struct cdev **cached)
{
	char name[HVC_NAME_LEN + 8];
	struct inode *inode;
	struct path path;
	dev_t number = 0;

	*cached = NULL;
	snprintf(name, sizeof(name), "/dev/%s", dev->name);
	if (kern_path(name, LOOKUP_FOLLOW, &path))
		return 0;
	inode = path.dentry->d_inode;
	if (S_ISCHR(inode->i_mode)) {
		number = inode->i_rdev;
		*cached = READ_ONCE(inode->i_cdev);
	}
	path_put(&path);
	return number;
}

/* Under the lock. Return: NULL, or why the device is left alone. */
static const char *install(struct dispatched *d, struct cdev *original)
{
	struct cdev *cdev;

	if (by_number(d->number))
		return "another name has this number already";
	if (!HVC_ANON_INODES)
		return "the kernel was built without CONFIG_ANON_INODES";
	if (!original)
		return "no driver, or one with a cdev for this minor alone";
	cdev = cdev_alloc();
	if (!cdev)
		return "out of memory";
	cdev->owner = THIS_MODULE;
	cdev->ops = &dispatch_fops;
	if (cdev_add(cdev, d->number, 1)) {
		kobject_put(&cdev->kobj);
		return "out of memory";
	}
	kobject_get(&original->kobj);
	d->original = original;
	d->cdev = cdev;
	return NULL;
}

static void tell_cached(const struct dispatched *d)
{
	const char *name = d->dev->name;

	pr_warn("/dev/%s was opened before: make its node anew (rm /dev/%s; mknod /dev/%s c %u %u)\n",
		name, name, name, MAJOR(d->number), MINOR(d->number));
}

/* Whose open looks at inode->i_cdev would find ours: only by its number. */
static bool dispatches(const struct hvc_device *dev, dev_t number)
{
	return dev->number || MAJOR(number) == MEM_MAJOR ||
	       MAJOR(number) == HIMEDIA_MAJOR;
}

/*
 * The driver's open may load modules, whose notification comes back to us: the
 * lock is not held while the driver is looked for.
 */
static void take(struct dispatched *d)
{
	struct cdev *original = NULL, *cached;
	dev_t node = node_number(d->dev, &cached);
	dev_t number = d->dev->number ? d->dev->number : node;
	bool known = dispatches(d->dev, number);

	if (!number || MAJOR(number) == MISC_MAJOR)
		return;
	if (known)
		original = find_original(number);
	mutex_lock(&lock);
	if (!d->cdev && !leaving) {
		d->number = number;
		d->why_not = known ? install(d, original) :
			     "not known to dispatch; ask for it by number";
		d->cached = d->cdev && node == number && cached;
		if (d->cached)
			tell_cached(d);
	}
	mutex_unlock(&lock);
	if (original)
		original_put(original);
}

static bool is_taken(struct dispatched *d)
{
	bool is;

	mutex_lock(&lock);
	is = d->cdev;
	mutex_unlock(&lock);
	return is;
}

static void take_all(void)
{
	unsigned int i;

	for (i = 0; i < hvc_devices_count(); i++)
		if (!is_taken(&dispatched[i]))
			take(&dispatched[i]);
}

/*
 * Another cdev over exactly this minor, added after ours, is what opens find
 * now, and cdev_del() of ours would remove that one. Not under the lock: its
 * open may load modules, too.
 */
static void look_for_others(struct dispatched *d)
{
	struct cdev *ours, *first;
	dev_t number;

	mutex_lock(&lock);
	ours = d->cdev;
	number = d->number;
	/* On the way out we are not found any more; the cdev itself may be. */
	if (ours && leaving)
		ours->owner = NULL;
	mutex_unlock(&lock);
	if (!ours)
		return;
	first = cdev_behind(number);
	mutex_lock(&lock);
	if (d->cdev == ours) {
		d->replaced = first && first != ours;
		if (d->replaced)
			hvc_stay_loaded(d->dev->name);
	}
	mutex_unlock(&lock);
	if (first)
		original_put(first);
}

static void look_for_others_all(void)
{
	unsigned int i;

	for (i = 0; i < hvc_devices_count(); i++)
		look_for_others(&dispatched[i]);
}

static void give_back(struct dispatched *d)
{
	if (!d->cdev)
		return;
	if (!d->replaced)
		cdev_del(d->cdev);
	kobject_put(&d->original->kobj);
	hvc_shadows_retire(d->dev);
	d->cdev = NULL;
	d->original = NULL;
	d->cached = false;
	d->replaced = false;
	d->why_not = "its driver is gone";
}

static int module_event(struct notifier_block *unused, unsigned long event,
			void *module)
{
	unsigned int i;

	if (module == THIS_MODULE || event == MODULE_STATE_COMING)
		return NOTIFY_DONE;
	look_for_others_all();
	if (event == MODULE_STATE_LIVE)
		take_all();
	if (event != MODULE_STATE_GOING)
		return NOTIFY_DONE;
	mutex_lock(&lock);
	for (i = 0; i < hvc_devices_count(); i++)
		if (dispatched[i].cdev &&
		    dispatched[i].original->owner == module)
			give_back(&dispatched[i]);
	mutex_unlock(&lock);
	return NOTIFY_DONE;
}

static struct notifier_block module_notifier = {
	.notifier_call = module_event,
};

int hvc_dispatch_init(void)
{
	unsigned int i;

	dispatched = kcalloc(hvc_devices_count(), sizeof(*dispatched),
			     GFP_KERNEL);
	if (!dispatched)
		return -ENOMEM;
	for (i = 0; i < hvc_devices_count(); i++)
		dispatched[i].dev = hvc_device_at(i);
	return 0;
}

void hvc_dispatch_exit(void)
{
	kfree(dispatched);
}

void hvc_dispatch_start(void)
{
	register_module_notifier(&module_notifier);
	take_all();
}

void hvc_dispatch_stop(void)
{
	unsigned int i;

	/* While we listen no driver can leave unseen. */
	mutex_lock(&lock);
	leaving = true;
	mutex_unlock(&lock);
	look_for_others_all();
	mutex_lock(&lock);
	for (i = 0; i < hvc_devices_count(); i++)
		give_back(&dispatched[i]);
	mutex_unlock(&lock);
	unregister_module_notifier(&module_notifier);
}

bool hvc_dispatch_show(struct seq_file *m, const struct hvc_device *dev)
{
	struct dispatched *d = &dispatched[dev->index];
	long files, opens;
	bool ours;

	look_for_others(d);
	mutex_lock(&lock);
	ours = d->number;
	if (d->replaced) {
		hvc_fact(m, NULL, "replaced: somebody else put a cdev in our place");
	} else if (d->cdev) {
		hvc_shadows_files(dev, &files, &opens);
		hvc_fact(m, NULL, "taken over, major %u:%u, owner %s",
			 MAJOR(d->number), MINOR(d->number),
			 d->original->owner ?
			 module_name(d->original->owner) : "the kernel");
		hvc_fact(m, "opens", "%ld", opens);
		hvc_fact(m, "files", "%ld", files);
		if (d->cached)
			hvc_fact(m, "node", "opened before: make it anew");
	} else if (ours) {
		hvc_fact(m, NULL, "left alone, major %u:%u", MAJOR(d->number),
			 MINOR(d->number));
		hvc_fact(m, "why", "%s", d->why_not);
	}
	mutex_unlock(&lock);
	return ours;
}
