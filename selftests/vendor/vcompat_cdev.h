/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between Linux 3.0 and 7.x for stand-ins with a major, a class
 * or a /proc file of their own; the rest is in vcompat.h.
 */
#ifndef HVC_VCOMPAT_CDEV_H
#define HVC_VCOMPAT_CDEV_H

#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include "vcompat.h"

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define vc_class_create(name)	class_create(name)
#else
#define vc_class_create(name)	class_create(THIS_MODULE, name)
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define VC_DEFINE_SEMAPHORE(name)	DEFINE_SEMAPHORE(name, 1)
#else
#define VC_DEFINE_SEMAPHORE(name)	DEFINE_SEMAPHORE(name)
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 6, 0)
#define VC_PROC_OPS(name, open_function)		\
	static const struct proc_ops name = {		\
		.proc_open	= open_function,	\
		.proc_read	= seq_read,		\
		.proc_lseek	= seq_lseek,		\
		.proc_release	= single_release,	\
	}
#else
#define VC_PROC_OPS(name, open_function)		\
	static const struct file_operations name = {	\
		.owner		= THIS_MODULE,		\
		.open		= open_function,	\
		.read		= seq_read,		\
		.llseek		= seq_lseek,		\
		.release	= single_release,	\
	}
#endif

#endif
