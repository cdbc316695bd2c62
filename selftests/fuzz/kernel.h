/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kernel.h - as much of a kernel as kmod/evidence.c uses, force-included in
 * place of kmod/compat.h.
 *
 * Promise: user memory is what fake_read() gives; everything that the search
 * may ask of the kernel is counted or checked by evidence.c beside this file.
 * FAKE_arm, FAKE_arm64 or FAKE_mips say whose registers these are.
 */
#ifndef FAKE_KERNEL_H
#define FAKE_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#ifndef PAGE_SHIFT
#define PAGE_SHIFT 12
#endif
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define PAGE_ALIGN(x) (((x) + PAGE_SIZE - 1) & PAGE_MASK)

#define HVC_UNCLEARED
#define __rcu
#define likely(x) (x)
#define READ_ONCE(x) (x)
#define min_t(type, a, b) ((type)(a) < (type)(b) ? (type)(a) : (type)(b))

typedef uint16_t u16;
typedef struct { int n; } atomic_t;
typedef struct { long n; } atomic_long_t;
typedef struct { int n; } spinlock_t;

#define VM_WRITE 2UL
#define VM_EXEC 4UL
#define PF_KTHREAD 1U

struct super_block {
	dev_t s_dev;
};

struct inode {
	struct super_block *i_sb;
	unsigned long i_ino;
	uint32_t i_generation;
};

struct dentry {
	spinlock_t d_lock;
	struct {
		const char *name;
		unsigned int len;
	} d_name;
};

struct path {
	struct dentry *dentry;
};

struct file {
	struct path f_path;
	struct inode *inode;
	int users;
};

struct vm_area_struct {
	unsigned long vm_start, vm_end, vm_flags, vm_pgoff;
	struct file *vm_file;
};

struct mm_struct {
	struct vm_area_struct vma[4];
	unsigned int vmas;
	int locked;
};

#if defined(FAKE_arm)
#define CONFIG_ARM 1
struct pt_regs {
	unsigned long ARM_r1, ARM_r2, ARM_r4, ARM_r5, ARM_r7, ARM_sp;
	unsigned long ARM_ORIG_r0;
	bool user;
};
#define hvc_arm_syscall_agrees(nr) fake_syscall_agrees(nr)
#elif defined(FAKE_arm64)
#define CONFIG_ARM64 1
#define CONFIG_COMPAT 1
struct pt_regs {
	uint64_t regs[31], orig_x0, compat_sp;
	int syscallno;
	bool user;
};
#define compat_user_mode(r) ((r)->user)
#elif defined(FAKE_mips)
#define CONFIG_MIPS 1
#define CONFIG_32BIT 1
struct pt_regs {
	unsigned long slots[8];
	unsigned long regs[32];
	bool user;
};
#endif
#define user_mode(r) ((r)->user)

struct task_struct {
	unsigned int flags;
	struct mm_struct *mm;
};

extern struct task_struct *current;
extern struct pt_regs fake_regs;
#define task_pt_regs(task) (&fake_regs)

bool fake_syscall_agrees(int nr);
bool fake_read(void *to, unsigned long from, size_t len);
struct vm_area_struct *hvc_vma_at(struct mm_struct *mm, unsigned long addr);
struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr);
struct file *fget(unsigned int fd);
void fput(struct file *file);

static inline bool hvc_task_is_32bit(void)
{
	return true;
}

static inline bool hvc_read_user_nofault(void *to, unsigned long from,
					 size_t len)
{
	return fake_read(to, from, len);
}

static inline struct inode *file_inode(const struct file *file)
{
	return file->inode;
}

static inline void spin_lock(spinlock_t *lock)
{
	lock->n++;
}

static inline void spin_unlock(spinlock_t *lock)
{
	lock->n--;
}

static inline void mmap_read_lock(struct mm_struct *mm)
{
	mm->locked++;
}

static inline bool mmap_read_trylock(struct mm_struct *mm)
{
	mm->locked++;
	return true;
}

static inline void mmap_read_unlock(struct mm_struct *mm)
{
	mm->locked--;
}

static inline void path_get(const struct path *path)
{
	(void)path;
}

#endif /* FAKE_KERNEL_H */
