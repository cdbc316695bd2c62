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

/* A physical address as a parameter; of 64 bits where there is such a type. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(3, 18, 0)
#define vc_phys_param	unsigned long long
#define VC_PHYS_PARAM	ullong
#else
#define vc_phys_param	unsigned long
#define VC_PHYS_PARAM	ulong
#endif

/*
 * .mmap_prepare, without .mmap beside it. The flags of a mapping of page
 * frames are set by a macro since they are no longer one word.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
#define VC_MMAP_PREPARE	1
#ifdef vma_desc_set_flags
#define vc_desc_maps_frames(desc) \
	vma_desc_set_flags(desc, VMA_IO_BIT, VMA_PFNMAP_BIT, \
			   VMA_DONTEXPAND_BIT, VMA_DONTDUMP_BIT)
#else
#define vc_desc_maps_frames(desc) \
	((desc)->vm_flags |= VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP)
#endif
#else
#define VC_MMAP_PREPARE	0
#endif

/* file_inode() is younger than 3.0; this works everywhere. */
#define vc_inode(file)	((file)->f_path.dentry->d_inode)

#endif
