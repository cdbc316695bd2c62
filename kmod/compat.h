/* SPDX-License-Identifier: GPL-2.0 */
/*
 * compat.h - every difference between kernels that this module meets.
 *
 * Force-included before every file, so that the rest reads as if written for
 * one kernel. Features are tested for where a header shows them, versions only
 * where none does. Supported: Linux 3.0 to 7.x; the range stands here only.
 */
#ifndef HVC_COMPAT_H
#define HVC_COMPAT_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(3, 0, 0)
#error "hisi_venc_compat needs Linux 3.0 or newer"
#endif

#define pr_fmt(fmt) "hisi_venc_compat: " fmt

#include <linux/cred.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/sysctl.h>
#include <linux/uaccess.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(4, 11, 0)
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#endif

/* ---- names that came later than 3.0 ---- */

#ifndef READ_ONCE
#define READ_ONCE(x) ACCESS_ONCE(x)
#endif
#ifndef WRITE_ONCE
#define WRITE_ONCE(x, val) (ACCESS_ONCE(x) = (val))
#endif

/*
 * Large local variables that are written before they are read: where the kernel
 * has the compiler clear such (gcc 12, clang), each mmap() would pay for it.
 */
#ifdef CONFIG_INIT_STACK_ALL_ZERO
#define HVC_UNCLEARED __attribute__((uninitialized))
#else
#define HVC_UNCLEARED
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(3, 9, 0)
static inline struct inode *file_inode(const struct file *file)
{
	return file->f_path.dentry->d_inode;
}
#endif

#ifndef _LINUX_MMAP_LOCK_H	/* 5.8; linux/mm.h includes it */
static inline void mmap_read_lock(struct mm_struct *mm)
{
	down_read(&mm->mmap_sem);
}

static inline bool mmap_read_trylock(struct mm_struct *mm)
{
	return down_read_trylock(&mm->mmap_sem);
}

static inline void mmap_read_unlock(struct mm_struct *mm)
{
	up_read(&mm->mmap_sem);
}
#endif

/* rcu_access_pointer() is older than 3.0; the rest of RCU is used as it was. */

/* ---- character devices ---- */

/*
 * Until 4.1 misc_open() set private_data only for a driver that has an .open;
 * one without must go on to see what it saw.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(4, 1, 0)
#define HVC_MISC_OPEN_SETS_DATA 0
#else
#define HVC_MISC_OPEN_SETS_DATA 1
#endif

/*
 * 32-bit kernels limit the offset before the driver is asked (file_mmap_ok(),
 * commit be83bbf80682): since 4.17, and stable ones since summer 2018. It is
 * code alone, so Kbuild looks into the tree's mm/mmap.c; where the headers came
 * without it the version decides. The flag that lifts the limit moved into the
 * table in 6.12. A tree older than 3.16 that took the limit keeps it.
 */
#define HVC_STABLE_SINCE(major, minor, patch) \
	(LINUX_VERSION_CODE >= KERNEL_VERSION(major, minor, patch) && \
	 LINUX_VERSION_CODE < KERNEL_VERSION(major, minor + 1, 0))

#if BITS_PER_LONG != 32 || LINUX_VERSION_CODE < KERNEL_VERSION(3, 16, 0)
#define HVC_OFFSET_LIMIT 0
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(4, 17, 0)
#define HVC_OFFSET_LIMIT 1
#elif defined(HVC_TREE_OFFSET_LIMIT)
#define HVC_OFFSET_LIMIT (HVC_TREE_OFFSET_LIMIT > 0)
#else
#define HVC_OFFSET_LIMIT \
	(HVC_STABLE_SINCE(3, 16, 60) || HVC_STABLE_SINCE(3, 18, 113) || \
	 HVC_STABLE_SINCE(4, 4, 137) || HVC_STABLE_SINCE(4, 9, 108) || \
	 HVC_STABLE_SINCE(4, 14, 49) || HVC_STABLE_SINCE(4, 16, 15))
#endif

static inline bool hvc_table_unsigned(const struct file_operations *fops)
{
#ifdef FOP_UNSIGNED_OFFSET
	return fops->fop_flags & FOP_UNSIGNED_OFFSET;
#else
	return false;
#endif
}

static inline void hvc_table_set_unsigned(struct file_operations *fops)
{
#ifdef FOP_UNSIGNED_OFFSET
	fops->fop_flags |= FOP_UNSIGNED_OFFSET;
#endif
}

static inline bool hvc_file_unsigned(const struct file *file)
{
#ifdef FMODE_UNSIGNED_OFFSET
	return file->f_mode & FMODE_UNSIGNED_OFFSET;
#else
	return false;
#endif
}

static inline void hvc_file_set_unsigned(struct file *file)
{
#ifdef FMODE_UNSIGNED_OFFSET
	file->f_mode |= FMODE_UNSIGNED_OFFSET;
#endif
}

/*
 * With the limit lifted a negative file position would pass, too. Members that
 * take one get a wrapper that refuses it (shadow.c); these have none.
 */
static inline bool hvc_table_takes_ranges(const struct file_operations *f)
{
#if !HVC_OFFSET_LIMIT
	return false;
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(4, 20, 0)
	return f->splice_read || f->splice_write || f->fallocate ||
	       f->copy_file_range || f->remap_file_range;
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(4, 5, 0)
	return f->splice_read || f->splice_write || f->fallocate ||
	       f->copy_file_range || f->clone_file_range ||
	       f->dedupe_file_range;
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(4, 1, 0)
	return f->splice_read || f->splice_write || f->fallocate;
#else
	return f->splice_read || f->splice_write || f->fallocate ||
	       f->aio_read || f->aio_write;
#endif
}

/* ---- .mmap_prepare ---- */

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
#define HVC_HAS_MMAP_PREPARE 1
#else
#define HVC_HAS_MMAP_PREPARE 0
#endif

/* ---- class_interface ---- */

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define HVC_CLASS_CALLBACK(name) name(struct device *device)
#else
#define HVC_CLASS_CALLBACK(name) \
	name(struct device *device, struct class_interface *interface)
#endif

/* ---- tasks ---- */

#ifdef CONFIG_COMPAT
#include <linux/compat.h>
#endif

/* hvc_task_is_32bit() - is the system call in progress one of a 32-bit task? */
static inline bool hvc_task_is_32bit(void)
{
#if BITS_PER_LONG == 32
	return true;
#elif !defined(CONFIG_COMPAT)
	return false;
#elif defined(CONFIG_X86) && LINUX_VERSION_CODE >= KERNEL_VERSION(4, 6, 0)
	return in_ia32_syscall();
#else
	return is_compat_task();
#endif
}

static inline u32 hvc_current_uid(void)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(3, 5, 0)
	return __kuid_val(current_uid());
#else
	return current_uid();
#endif
}

/*
 * ARM keeps the number of the system call in progress only since 5.15; before,
 * syscall_get_nr() may be that of an earlier, traced call.
 */
#if defined(CONFIG_ARM) && LINUX_VERSION_CODE >= KERNEL_VERSION(5, 15, 0)
#include <asm/syscall.h>
#define hvc_arm_syscall_agrees(nr) \
	(syscall_get_nr(current, task_pt_regs(current)) == (nr))
#else
#define hvc_arm_syscall_agrees(nr) true
#endif

/* ---- user memory without a page fault ---- */

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 0, 0)
#define hvc_access_ok(addr, len) access_ok(addr, len)
#else
#define hvc_access_ok(addr, len) access_ok(VERIFY_READ, addr, len)
#endif

/* hvc_vma_at() - the mapping that holds addr; the mmap lock is held */
static inline struct vm_area_struct *hvc_vma_at(struct mm_struct *mm,
						unsigned long addr)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 14, 0)
	return vma_lookup(mm, addr);
#else
	struct vm_area_struct *vma = find_vma(mm, addr);

	return vma && vma->vm_start <= addr ? vma : NULL;
#endif
}

/**
 * hvc_read_user_nofault() - copy from the current task, never fault or sleep
 * @to:		kernel buffer
 * @from:	user address
 * @len:	bytes; [from, from + len) within one page
 *
 * Context: any that may read user memory, the mmap lock may be held.
 * Return: true if all of it was there.
 */
static __always_inline bool hvc_read_user_nofault(void *to, unsigned long from,
						  size_t len)
{
	const void __user *p = (const void __user *)from;
	unsigned long left;

	if (!hvc_access_ok(p, len))
		return false;
	pagefault_disable();
	left = __copy_from_user_inatomic(to, p, len);
	pagefault_enable();
	return !left;
}

/* ---- physical addresses ---- */

#if BITS_PER_LONG == 64 || defined(CONFIG_PHYS_ADDR_T_64BIT) || \
	defined(CONFIG_ARCH_PHYS_ADDR_T_64BIT)
#define HVC_WIDE_PHYS 1
#else
#define HVC_WIDE_PHYS 0
#endif

/* hvc_phys_bits() - width of the physical address space in bits */
static inline unsigned int hvc_phys_bits(void)
{
#if !HVC_WIDE_PHYS
	return 32;
#elif defined(CONFIG_X86)
	return boot_cpu_data.x86_phys_bits;
#elif defined(CONFIG_ARM64)
	return 48;
#elif defined(CONFIG_ARM_LPAE)
	return 40;
#else
	return 36;
#endif
}

/* hvc_phys_pages() - page frames of the physical address space */
static inline u64 hvc_phys_pages(void)
{
	return 1ULL << (hvc_phys_bits() - PAGE_SHIFT);
}

/**
 * hvc_any_ram() - is any of these page frames RAM that the kernel manages?
 * @first:	page frame
 * @pages:	count
 *
 * region_intersects() is open to modules from 4.6 (where it got its fourth
 * argument) at the latest, page_is_ram() from 3.18; before, a frame that has a
 * struct page is taken for RAM.
 */
static inline bool hvc_any_ram(unsigned long first, unsigned long pages)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(4, 6, 0)
	return region_intersects((resource_size_t)first << PAGE_SHIFT,
				 pages << PAGE_SHIFT, IORESOURCE_SYSTEM_RAM,
				 IORES_DESC_NONE) != REGION_DISJOINT;
#else
	unsigned long i;

	for (i = first; i - first < pages; i++)
#if LINUX_VERSION_CODE >= KERNEL_VERSION(3, 18, 0)
		if (page_is_ram(i))
#else
		if (pfn_valid(i))
#endif
			return true;
	return false;
#endif
}

/* anon_inode_getfile() was an option until 5.2 (commit dadd2299ab61). */
#if defined(CONFIG_ANON_INODES) || LINUX_VERSION_CODE >= KERNEL_VERSION(5, 2, 0)
#define HVC_ANON_INODES 1
#else
#define HVC_ANON_INODES 0
#endif

/* ---- sysctl ---- */

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
#define HVC_CTL_CONST const
#else
#define HVC_CTL_CONST
#endif

/* Handlers get a kernel buffer from 5.8 on, a user buffer before. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 8, 0)
#define HVC_CTL_BUFFER void *
static inline int hvc_ctl_copy_in(char *to, const void *from, size_t len)
{
	memcpy(to, from, len);
	return 0;
}

static inline int hvc_ctl_copy_out(void *to, const char *from, size_t len)
{
	memcpy(to, from, len);
	return 0;
}
#else
#define HVC_CTL_BUFFER void __user *
static inline int hvc_ctl_copy_in(char *to, const void __user *from, size_t len)
{
	return copy_from_user(to, from, len) ? -EFAULT : 0;
}

static inline int hvc_ctl_copy_out(void __user *to, const char *from,
				   size_t len)
{
	return copy_to_user(to, from, len) ? -EFAULT : 0;
}
#endif

#define HVC_CTL_HANDLER(name) \
	name(HVC_CTL_CONST struct ctl_table *ctl, int write, \
	     HVC_CTL_BUFFER buffer, size_t *lenp, loff_t *ppos)

/**
 * hvc_register_sysctl() - files below /proc/sys/dev/hisi_venc_compat
 * @directory:	name of a directory below it, or NULL; must outlive the header
 * @table:	@count entries, and an empty one behind them
 * @count:	entries in use
 *
 * Return: a header for unregister_sysctl_table(), or NULL.
 */
static inline struct ctl_table_header *
hvc_register_sysctl(const char *directory, struct ctl_table *table,
		    size_t count)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(3, 4, 0)
	char path[80];

	snprintf(path, sizeof(path), "dev/hisi_venc_compat%s%s",
		 directory ? "/" : "", directory ? directory : "");
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	return register_sysctl_sz(path, table, count);
#else
	return register_sysctl(path, table);
#endif
#else
	struct ctl_path path[] = {
		{ .procname = "dev" },
		{ .procname = "hisi_venc_compat" },
		{ .procname = directory },
		{ }
	};

	return register_sysctl_paths(path, table);
#endif
}

/* ---- /proc ---- */

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 6, 0)
#define HVC_PROC_OPS(name, open_function)		\
	static const struct proc_ops name = {		\
		.proc_open = open_function,		\
		.proc_read = seq_read,			\
		.proc_lseek = seq_lseek,		\
		.proc_release = seq_release_private,		\
	}
#else
#define HVC_PROC_OPS(name, open_function)		\
	static const struct file_operations name = {	\
		.owner = THIS_MODULE,			\
		.open = open_function,			\
		.read = seq_read,			\
		.llseek = seq_lseek,			\
		.release = seq_release_private,		\
	}
#endif

/* ---- trace event ---- */

/*
 * Only where somebody can read it: with CONFIG_TRACEPOINTS alone, as some
 * boards have it, nobody can. The macros used are the same from 3.0 on.
 */
#if defined(CONFIG_TRACEPOINTS) && defined(CONFIG_EVENT_TRACING)
#define HVC_HAS_TRACE 1
#else
#define HVC_HAS_TRACE 0
#endif

/* May somebody be listening? Without a way to ask (before 3.16): always. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(3, 16, 0)
#define hvc_trace_enabled(event) trace_##event##_enabled()
#else
#define hvc_trace_enabled(event) true
#endif

#endif /* HVC_COMPAT_H */
