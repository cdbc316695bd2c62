// SPDX-License-Identifier: GPL-2.0
/*
 * What somebody would write instead of a module that takes devices over: a
 * kprobe that puts another offset into the call. To be compared with, not to
 * be used. ARM only.
 *
 *   where=handler  on the driver's mmap handler; changes vma->vm_pgoff
 *   where=syscall  on mmap2; changes its sixth argument, for bvenc's files
 *
 * What it takes for right: the offset itself, its low 32 bits as a byte offset,
 * or the word behind the first word on the user's stack that equals the
 * descriptor; whichever comes first and lies within first=, pages=.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/ptrace.h>
#include <linux/sched/task_stack.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#define STACK_WORDS	64

static char *where = "handler";
module_param(where, charp, 0444);
MODULE_PARM_DESC(where, "handler or syscall");

static unsigned long first;
module_param(first, ulong, 0444);
MODULE_PARM_DESC(first, "first page frame that is right");

static unsigned long pages;
module_param(pages, ulong, 0444);
MODULE_PARM_DESC(pages, "how many are");

static bool right(unsigned long pgoff)
{
	return pgoff >= first && pgoff - first < pages;
}

static unsigned long from_stack(unsigned long pgoff, u32 fd)
{
	const struct pt_regs *user = task_pt_regs(current);
	u32 words[STACK_WORDS];
	unsigned int i;

	if (copy_from_user_nofault(words, (void __user *)user->ARM_sp,
				   sizeof(words)))
		return pgoff;
	for (i = 0; i + 1 < STACK_WORDS; i++)
		if (words[i] == fd && !(words[i + 1] & ~PAGE_MASK) &&
		    right(words[i + 1] >> PAGE_SHIFT))
			return words[i + 1] >> PAGE_SHIFT;
	return pgoff;
}

static unsigned long better(unsigned long pgoff, u32 fd)
{
	if (right(pgoff))
		return pgoff;
	if (right(pgoff & 0xfffff))
		return pgoff & 0xfffff;
	return from_stack(pgoff, fd);
}

/* int mmap(struct file *file, struct vm_area_struct *vma) */
static int at_handler(struct kprobe *p, struct pt_regs *regs)
{
	struct vm_area_struct *vma = (void *)regs->ARM_r1;

	vma->vm_pgoff = better(vma->vm_pgoff,
			       task_pt_regs(current)->ARM_r4);
	return 0;
}

/* sys_mmap_pgoff(addr, len, prot, flags, fd, pgoff): two are on the stack. */
static int at_syscall(struct kprobe *p, struct pt_regs *regs)
{
	unsigned long *arg = (unsigned long *)regs->ARM_sp;
	struct file *file = fget(arg[0]);

	if (!file)
		return 0;
	if (!strcmp(file->f_path.dentry->d_name.name, "bvenc"))
		arg[1] = better(arg[1], arg[0]);
	fput(file);
	return 0;
}

static struct kprobe probe;

static int __init hvc_bench_kprobe_init(void)
{
	if (!strcmp(where, "syscall")) {
		probe.symbol_name = "sys_mmap_pgoff";
		probe.pre_handler = at_syscall;
	} else {
		probe.symbol_name = "hvc_bench:double_mmap";
		probe.pre_handler = at_handler;
	}
	return register_kprobe(&probe);
}

static void __exit hvc_bench_kprobe_exit(void)
{
	unregister_kprobe(&probe);
}

module_init(hvc_bench_kprobe_init);
module_exit(hvc_bench_kprobe_exit);
MODULE_DESCRIPTION("A kprobe that repairs offsets, to be compared with");
MODULE_LICENSE("GPL");
