/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All that differs between Linux 3.0 and 7.x for the stand-in vendor stack.
 */
#ifndef HVC_VCOMPAT_H
#define HVC_VCOMPAT_H

#include <linux/device.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/version.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(4, 11, 0)
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define VC_INTF_ARGS	struct device *dev
#else
#define VC_INTF_ARGS	struct device *dev, struct class_interface *intf
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
#define VC_UEVENT_DEV	const struct device
#else
#define VC_UEVENT_DEV	struct device
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 14, 0)
#define vc_task_state(t)	READ_ONCE((t)->__state)
#else
#define vc_task_state(t)	((t)->state)
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(3, 4, 0)
static inline unsigned long vm_mmap(struct file *file, unsigned long addr,
				    unsigned long len, unsigned long prot,
				    unsigned long flag, unsigned long offset)
{
	unsigned long ret;

	down_write(&current->mm->mmap_sem);
	ret = do_mmap(file, addr, len, prot, flag, offset);
	up_write(&current->mm->mmap_sem);
	return ret;
}
#endif

/* file_inode() is younger than 3.0; this works everywhere. */
#define vc_inode(file)	((file)->f_path.dentry->d_inode)

#endif
