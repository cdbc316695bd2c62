// SPDX-License-Identifier: GPL-2.0
/* control.c - ioctls of the control device. See control.h. */
#include <linux/file.h>
#include <linux/uaccess.h>

#include "control.h"
#include "hisi_venc_compat.h"
#include "mapping.h"
#include "process.h"
#include "shadow.h"

static long version(void __user *to)
{
	const struct hisi_venc_compat_version v = {
		.interface = HISI_VENC_COMPAT_INTERFACE,
		.module = HISI_VENC_COMPAT_VERSION_CODE,
	};

	return copy_to_user(to, &v, sizeof(v)) ? -EFAULT : 0;
}

static bool resolve_well_formed(const struct hisi_venc_compat_resolve *r)
{
	unsigned int i;

	if (r->flags || r->reserved || r->offset || r->index || r->shape ||
	    !r->count || r->count > HISI_VENC_COMPAT_CANDIDATES)
		return false;
	for (i = r->count; i < HISI_VENC_COMPAT_CANDIDATES; i++)
		if (r->candidate[i])
			return false;
	return true;
}

/* Two different answers are no answer, whatever their shapes. */
static int pick(struct hvc_device *dev, struct hisi_venc_compat_resolve *r)
{
	enum hvc_shape shape;
	bool found = false;
	unsigned int i;
	u64 offset;
	int err;

	for (i = 0; i < r->count; i++) {
		offset = r->candidate[i];
		err = hvc_mapping_resolve(dev, r->length, &offset, &shape);
		if (err)
			return err;
		if (shape == HVC_OUTSIDE)
			continue;
		if (found && offset != r->offset)
			return -ENOTUNIQ;
		if (found)
			continue;
		found = true;
		r->offset = offset;
		r->index = i;
		r->shape = shape;
	}
	return found ? 0 : -ENOENT;
}

static long resolve(void __user *arg)
{
	struct hisi_venc_compat_resolve r;
	struct hvc_device *dev;
	struct file *file;
	int err;

	if (copy_from_user(&r, arg, sizeof(r)))
		return -EFAULT;
	if (!resolve_well_formed(&r))
		return -EINVAL;
	/* Not one that was opened with O_PATH only: fget() refuses those. */
	file = fget(r.fd);
	if (!file)
		return -EBADF;
	dev = hvc_shadow_device(file);
	err = dev ? pick(dev, &r) : -EBADF;
	fput(file);
	if (err)
		return err;
	return copy_to_user(arg, &r, sizeof(r)) ? -EFAULT : 0;
}

static long declare_abi(const void __user *arg)
{
	struct hvc_call_site object;
	struct hisi_venc_compat_abi a;

	if (copy_from_user(&a, arg, sizeof(a)))
		return -EFAULT;
	if (a.flags & ~HISI_VENC_COMPAT_ABI_OBJECT || a.reserved ||
	    (a.offset_bits && a.offset_bits != 32 && a.offset_bits != 64))
		return -EINVAL;
	if (!(a.flags & HISI_VENC_COMPAT_ABI_OBJECT))
		return a.address ? -EINVAL :
				   hvc_process_declare(NULL, a.offset_bits);
	if (a.address != (unsigned long)a.address ||
	    !hvc_object_at(a.address, &object))
		return -ENOENT;
	return hvc_process_declare(&object, a.offset_bits);
}

static long stats(void __user *arg)
{
	struct hisi_venc_compat_stats s;
	struct hvc_device *dev;
	unsigned int i, size, known;

	BUILD_BUG_ON(sizeof(s) < HISI_VENC_COMPAT_STATS_SIZE_MIN);
	BUILD_BUG_ON(HVC_SHAPES > HISI_VENC_COMPAT_COUNTS ||
		     HVC_COUNTS > HISI_VENC_COMPAT_COUNTS);
	BUILD_BUG_ON((int)HVC_OUTSIDE != HISI_VENC_COMPAT_SHAPE_OUTSIDE ||
		     (int)HVC_VALID != HISI_VENC_COMPAT_SHAPE_VALID ||
		     (int)HVC_COUNT_EOVERFLOW !=
			     HISI_VENC_COMPAT_ACTION_EOVERFLOW);

	memset(&s, 0, sizeof(s));
	if (copy_from_user(&s, arg,
			   offsetof(struct hisi_venc_compat_stats, shape)))
		return -EFAULT;
	size = s.size;
	if (size > HISI_VENC_COMPAT_STATS_SIZE_MAX)
		return -E2BIG;
	if (size < HISI_VENC_COMPAT_STATS_SIZE_MIN || s.flags ||
	    !memchr(s.name, '\0', sizeof(s.name)))
		return -EINVAL;
	dev = hvc_device_find(s.name);
	if (!dev)
		return -ENODEV;
	known = min_t(unsigned int, size, sizeof(s));
	s.size = known;
	for (i = 0; i < HVC_SHAPES; i++)
		s.shape[i] = (unsigned long)atomic_long_read(&dev->shapes[i]);
	for (i = 0; i < HVC_COUNTS; i++)
		s.action[i] = hvc_device_count(dev, i);
	if (clear_user(arg + known, size - known) ||
	    copy_to_user(arg, &s, known))
		return -EFAULT;
	return 0;
}

static long control_ioctl(struct file *file, unsigned int command,
			  unsigned long arg)
{
	void __user *user = (void __user *)arg;

	switch (command) {
	case HISI_VENC_COMPAT_IOC_VERSION:
		return version(user);
	case HISI_VENC_COMPAT_IOC_RESOLVE:
		return resolve(user);
	case HISI_VENC_COMPAT_IOC_ABI:
		return declare_abi(user);
	case HISI_VENC_COMPAT_IOC_STATS:
		return stats(user);
	}
	return -ENOTTY;
}

#ifdef CONFIG_COMPAT
static long control_compat_ioctl(struct file *file, unsigned int command,
				 unsigned long arg)
{
	return control_ioctl(file, command, (unsigned long)compat_ptr(arg));
}
#endif

const struct file_operations hvc_control_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = control_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl = control_compat_ioctl,
#endif
};
