// SPDX-License-Identifier: GPL-2.0
/* control.c - ioctls of the control device. See control.h. */
#include <linux/uaccess.h>

#include "control.h"
#include "hisi_venc_compat.h"

static long control_ioctl(struct file *file, unsigned int command,
			  unsigned long arg)
{
	struct hisi_venc_compat_version version = {
		.interface = HISI_VENC_COMPAT_INTERFACE,
		.module = HISI_VENC_COMPAT_VERSION_CODE,
	};

	if (command != HISI_VENC_COMPAT_IOC_VERSION)
		return -ENOTTY;
	if (copy_to_user((void __user *)arg, &version, sizeof(version)))
		return -EFAULT;
	return 0;
}

const struct file_operations hvc_control_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = control_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl = control_ioctl,
#endif
};
