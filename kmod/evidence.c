// SPDX-License-Identifier: GPL-2.0
/*
 * evidence.c - the user's stack, per ABI. See evidence.h for what it promises,
 * and docs/evidence.md for where each number was measured.
 */
#include <linux/dcache.h>
#include <linux/file.h>
#include <linux/path.h>
#include <linux/ptrace.h>

#include "devices.h"
#include "evidence.h"

#if defined(CONFIG_ARM) || (defined(CONFIG_ARM64) && defined(CONFIG_COMPAT))
#define HVC_ABI_ARM 1
#elif defined(CONFIG_MIPS) && defined(CONFIG_32BIT)
#define HVC_ABI_MIPS 1
#endif

static void describe(const struct vm_area_struct *vma, unsigned long at,
		     struct hvc_call_site *site)
{
	const struct inode *inode = file_inode(vma->vm_file);

	site->dev = inode->i_sb->s_dev;
	site->ino = inode->i_ino;
	site->generation = inode->i_generation;
	site->offset = at - vma->vm_start +
		       ((unsigned long long)vma->vm_pgoff << PAGE_SHIFT);
	site->name[0] = '\0';
}

static void name_object(const struct vm_area_struct *vma,
			struct hvc_call_site *site)
{
	struct dentry *dentry = vma->vm_file->f_path.dentry;
	size_t len;

	spin_lock(&dentry->d_lock);
	len = min_t(size_t, dentry->d_name.len, HVC_SITE_NAME_LEN - 1);
	memcpy(site->name, dentry->d_name.name, len);
	memset(site->name + len, 0, HVC_SITE_NAME_LEN - len);
	spin_unlock(&dentry->d_lock);
}

bool hvc_object_at(unsigned long addr, struct hvc_call_site *object)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	bool found;

	mmap_read_lock(mm);
	vma = hvc_vma_at(mm, addr);
	found = vma && vma->vm_file;
	if (found) {
		describe(vma, addr, object);
		name_object(vma, object);
	}
	mmap_read_unlock(mm);
	return found;
}

bool hvc_object_path(struct mm_struct *mm, const struct hvc_call_site *object,
		     struct path *path)
{
	struct vm_area_struct *vma;
	bool found = false;

	if (!mmap_read_trylock(mm))
		return false;
	for (vma = find_vma(mm, 0); vma && !found;
	     vma = find_vma(mm, vma->vm_end)) {
		const struct inode *inode = vma->vm_file ?
					    file_inode(vma->vm_file) : NULL;

		found = inode && inode->i_ino == object->ino &&
			inode->i_sb->s_dev == object->dev &&
			inode->i_generation == object->generation;
		if (found) {
			*path = vma->vm_file->f_path;
			path_get(path);
		}
	}
	mmap_read_unlock(mm);
	return found;
}

#if defined(HVC_ABI_ARM) || defined(HVC_ABI_MIPS)

/*
 * Farthest block that was measured lay at sp+80 (behind another wrapper), stale
 * ones from sp+280 on. The second step is for wrappers with larger frames; it
 * ends before the stale ones begin.
 */
#define WINDOW_STEP 128U
#define WINDOW (2 * WINDOW_STEP)
#define WORDS(bytes) ((bytes) / sizeof(u32))
#define LAST_WORD 3U	/* of a block, counted from its first */

/* The registers of the system call in progress, each copied once. */
struct call_registers {
	unsigned long number;
	unsigned long addr;
	unsigned long len;
	unsigned long prot;
	unsigned long fd;
	unsigned long offset;	/* 4 KiB units */
	unsigned long sp;
};

#endif

#ifdef HVC_ABI_ARM

#define NR_MMAP2 192		/* arch/arm/tools/syscall.tbl */
#define FIRST_BLOCK 1U		/* words from sp; the word below belongs to it */
#define RETURN_BELOW 1U		/* libc pushes lr last, right below the block */
#define LOW_WORD 2U
#define HIGH_WORD 3U

#ifdef CONFIG_ARM
static bool call_registers(struct call_registers *r)
{
	const struct pt_regs *regs = task_pt_regs(current);

	if (!user_mode(regs))
		return false;
	r->number = regs->ARM_r7;
	r->addr = regs->ARM_ORIG_r0;
	r->len = regs->ARM_r1;
	r->prot = regs->ARM_r2;
	r->fd = regs->ARM_r4;
	r->offset = regs->ARM_r5;
	r->sp = regs->ARM_sp;
	return hvc_arm_syscall_agrees(NR_MMAP2);
}
#else
static bool call_registers(struct call_registers *r)
{
	const struct pt_regs *regs = task_pt_regs(current);

	if (!compat_user_mode(regs))
		return false;
	r->number = (u32)regs->regs[7];
	r->addr = (u32)regs->orig_x0;
	r->len = (u32)regs->regs[1];
	r->prot = (u32)regs->regs[2];
	r->fd = (u32)regs->regs[4];
	r->offset = (u32)regs->regs[5];
	r->sp = (u32)regs->compat_sp;
	return regs->syscallno == NR_MMAP2;
}
#endif

/* Does a call instruction end at ret? ARM ARM A8.8.25 and A8.8.26. */
static bool follows_call(u32 ret)
{
	u16 half[2];
	u32 word;

	if (ret & 1) {
		/* Only two bytes are sure to lie on the page of the call. */
		ret &= ~1U;
		if (!hvc_read_user_nofault(&half[1], ret - 2, 2))
			return false;
		if ((half[1] & 0xff87) == 0x4780)		/* BLX Rm */
			return true;
		if (!hvc_read_user_nofault(&half[0], ret - 4, 2) ||
		    (half[0] & 0xf800) != 0xf000)
			return false;
		return (half[1] & 0xd000) == 0xd000 ||		/* BL */
		       (half[1] & 0xd001) == 0xc000;		/* BLX */
	}
	if (ret & 3 || !hvc_read_user_nofault(&word, ret - 4, 4))
		return false;
	if (word >> 28 == 0xf)
		return (word & 0xfe000000) == 0xfa000000;	/* BLX */
	return (word & 0x0f000000) == 0x0b000000 ||		/* BL */
	       (word & 0x0ffffff0) == 0x012fff30;		/* BLX Rm */
}

#endif /* HVC_ABI_ARM */

#ifdef HVC_ABI_MIPS

#define NR_MMAP2 4210		/* arch/mips/kernel/syscalls/syscall_o32.tbl */
#define FIRST_BLOCK 8U		/* below lie the kernel's own stack arguments */
#define RETURN_BELOW 5U		/* four home slots of register arguments, ra */
#ifdef CONFIG_CPU_BIG_ENDIAN
#define LOW_WORD 3U
#define HIGH_WORD 2U
#else
#define LOW_WORD 2U
#define HIGH_WORD 3U
#endif

static bool call_registers(struct call_registers *r)
{
	const struct pt_regs *regs = task_pt_regs(current);
	/* Eight argument slots come first; system call entry fills 4 to 7. */
	const unsigned long *slot = (const unsigned long *)regs;

	if (!user_mode(regs))
		return false;
	r->number = regs->regs[2];
	r->addr = regs->regs[4];
	r->len = regs->regs[5];
	r->prot = regs->regs[6];
	r->fd = slot[4];
	r->offset = slot[5];
	r->sp = regs->regs[29];
	return true;
}

/* Does a call and its delay slot end at ret? MIPS32 volume II: JAL JALR BAL. */
static bool follows_call(u32 ret)
{
	u32 word;

	if (ret & 3 || !hvc_read_user_nofault(&word, ret - 8, 4))
		return false;
	return word >> 26 == 3 || (word & 0xfc00f83f) == 0x0000f809 ||
	       (word & 0xffff0000) == 0x04110000;
}

#endif /* HVC_ABI_MIPS */

#ifdef NR_MMAP2

/* Is the system call in progress mmap2, with the arguments of this mapping? */
static bool is_this_call(unsigned long raw, unsigned long len,
			 struct call_registers *r)
{
	if ((current->flags & PF_KTHREAD) || !current->mm ||
	    !hvc_abi_is_32bit() || !call_registers(r))
		return false;
	return r->number == NR_MMAP2 && PAGE_ALIGN(r->len) == len &&
	       r->offset >> (PAGE_SHIFT - 12) == raw;
}

static bool is_this_file(struct file *file, unsigned long fd)
{
	struct file *same = fget(fd);

	if (same)
		fput(same);
	return same == file;
}

/*
 * Reads as many words more, page by page, until one is missing. Where they lie
 * on one page the length is a constant: that spares the checks of a copy whose
 * length is not (CONFIG_HARDENED_USERCOPY).
 */
static unsigned int read_stack(unsigned long sp, u32 *words, unsigned int have)
{
	unsigned long from = sp + have * sizeof(u32);
	unsigned int want = have + WORDS(WINDOW_STEP);

	if (from >= sp && (from & ~PAGE_MASK) <= PAGE_SIZE - WINDOW_STEP &&
	    hvc_read_user_nofault(&words[have], from, WINDOW_STEP))
		return want;
	while (have < want) {
		unsigned long at = sp + have * sizeof(u32);
		size_t len = PAGE_SIZE - (at & ~PAGE_MASK);

		if (len > (want - have) * sizeof(u32))
			len = (want - have) * sizeof(u32);
		if (at < sp || !hvc_read_user_nofault(&words[have], at, len))
			break;
		have += len / sizeof(u32);
	}
	return have;
}

/* The offset words of a block, as the 64-bit callee read them. */
static bool low_matches(const u32 *block, unsigned long offset)
{
	u32 low = block[LOW_WORD];

	return !(low & 0xfff) && low >> 12 == (offset & 0xfffff);
}

static bool full_matches(const u32 *block, unsigned long offset)
{
	u32 high = block[HIGH_WORD];

	return low_matches(block, offset) && high < 0x1000 &&
	       high == offset >> 20;
}

/* Is the object's name among legacy_objects? */
static bool is_legacy(const struct vm_area_struct *vma)
{
	struct dentry *dentry = vma->vm_file->f_path.dentry;
	bool legacy;

	if (!hvc_any_legacy_object())
		return false;
	spin_lock(&dentry->d_lock);
	legacy = hvc_is_legacy_object(dentry->d_name.name, dentry->d_name.len);
	spin_unlock(&dentry->d_lock);
	return legacy;
}

/* Is ret a return address in code of a file? If so it becomes the call site. */
static bool is_return_address(u32 ret, struct hvc_evidence *ev)
{
	unsigned long at = ret & ~1UL;
	struct vm_area_struct *vma;

	if (at < 4)
		return false;
	/* The call may be the last instruction of its segment. */
	vma = hvc_vma_at(current->mm, at - 2);
	if (!vma || !vma->vm_file ||
	    (vma->vm_flags & (VM_EXEC | VM_WRITE)) != VM_EXEC ||
	    !follows_call(ret))
		return false;
	describe(vma, at, &ev->site);
	ev->vma = vma;
	ev->declared = is_legacy(vma);
	return true;
}

/*
 * Unoptimised libcs keep prot, len and addr side by side in their own frame,
 * and prot 3 looks like descriptor 3.
 */
static bool is_spill(const u32 *block, const struct call_registers *r)
{
	return block[0] == r->prot && block[1] == r->len && block[2] == r->addr;
}

/* What the window holds so far; positions in words from sp, 0: none. */
struct matches {
	unsigned int full;	/* nearest block, both offset words match */
	unsigned int low;	/* nearest block, at least the low one does */
};

/*
 * Goes on from word i; a full match ends the search. Behind the count words is
 * room for one more.
 */
static unsigned int find_blocks(u32 *words, unsigned int i,
				unsigned int count,
				const struct call_registers *r,
				unsigned long offset, struct matches *found)
{
	const u32 *block, *end = words + count - LAST_WORD;
	const u32 fd = r->fd;

	if (i + LAST_WORD >= count)
		return i;
	words[count] = fd;	/* ends the inner loop */
	for (block = words + i;; block++) {
		while (*block != fd)
			block++;
		if (block >= end)
			return end - words;
		if (!low_matches(block, offset) || is_spill(block, r))
			continue;
		if (!found->low)
			found->low = block - words;
		if (full_matches(block, offset)) {
			found->full = block - words;
			return found->full;
		}
	}
}

static bool accept(const u32 *words, unsigned int at, bool full,
		   struct hvc_evidence *ev)
{
	if (!is_return_address(words[at - RETURN_BELOW], ev))
		return false;
	ev->found = true;
	ev->full = full;
	ev->x = words[at + 1];
	ev->distance = at * sizeof(u32);
	return true;
}

void hvc_evidence_read(struct file *file, unsigned long raw, unsigned long len,
		       struct hvc_evidence *ev)
{
	unsigned long offset = raw << (PAGE_SHIFT - 12);
	struct matches found = { 0, 0 };
	u32 words[WORDS(WINDOW) + 1] HVC_UNCLEARED;
	struct call_registers r HVC_UNCLEARED;
	unsigned int count, at;

	ev->found = false;
	if (!is_this_call(raw, len, &r) || r.sp & 3)
		return;

	count = read_stack(r.sp, words, 0);
	at = find_blocks(words, FIRST_BLOCK, count, &r, offset, &found);
	if (!found.full && count == WORDS(WINDOW_STEP)) {
		count = read_stack(r.sp, words, count);
		find_blocks(words, at, count, &r, offset, &found);
	}

	/* A full match is a low one, too. Most calls that look end here. */
	if (!found.low || !is_this_file(file, r.fd))
		return;

	/*
	 * A nearer call whose low word alone matches contradicts the full
	 * match: the farther block may be a stale one.
	 */
	if (!found.full)
		accept(words, found.low, false, ev);
	else if (found.low == found.full ||
		 !is_return_address(words[found.low - RETURN_BELOW], ev))
		accept(words, found.full, true, ev);
}

void hvc_evidence_name(struct hvc_evidence *ev)
{
	name_object(ev->vma, &ev->site);
}

#else /* no ABI with a padding word */

void hvc_evidence_read(struct file *file, unsigned long raw, unsigned long len,
		       struct hvc_evidence *ev)
{
	ev->found = false;
}

void hvc_evidence_name(struct hvc_evidence *ev)
{
}

#endif
