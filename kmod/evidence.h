/* SPDX-License-Identifier: GPL-2.0 */
/*
 * evidence.h - frame evidence: what the caller of mmap() really passed.
 *
 * A caller with a 32-bit off_t leaves "fd, offset" on the stack where a callee
 * with a 64-bit one expects "fd, padding, low word, high word". While the
 * system call is in progress that block is still on the user's stack, a few
 * words above sp, with the return address into the caller right below it.
 *
 * Promise: never faults, never sleeps, reads each word once, reads nothing but
 * the current task's own stack and code. What is not there is no evidence. The
 * nearest block is the caller's; no farther one is ever tried instead.
 *
 * ABIs: ARM EABI, as the kernel's own and as 32-bit tasks of arm64; MIPS o32 on
 * 32-bit kernels. Others have no padding word (i386) or are not covered.
 */
#ifndef HVC_EVIDENCE_H
#define HVC_EVIDENCE_H

#include <linux/path.h>

#include "decide.h"

#define HVC_SITE_NAME_LEN 24U	/* bytes with the NUL */

struct mm_struct;
struct vm_area_struct;

/**
 * struct hvc_call_site - one call instruction, in whatever process
 * @dev:	device of the file system that holds the object
 * @ino:	inode of the object
 * @generation:	of that inode
 * @offset:	of the return address in the object's file, bytes
 * @name:	the object's file name, cut to fit; for people only
 */
struct hvc_call_site {
	dev_t dev;
	unsigned long long ino;
	u32 generation;
	unsigned long long offset;
	char name[HVC_SITE_NAME_LEN];
};

/**
 * struct hvc_evidence - what the stack says
 * @found:	a block was found, with a return address below it
 * @full:	both offset words gave the arrived pgoff
 * @declared:	the object that called is declared legacy
 * @x:		the padding word
 * @distance:	of the block from sp, bytes
 * @site:	the call instruction; valid if @found, its name empty
 * @vma:	where it is mapped; stays as long as the mmap lock is held
 */
struct hvc_evidence {
	bool found;
	bool full;
	bool declared;
	u32 x;
	unsigned int distance;
	struct hvc_call_site site;
	const struct vm_area_struct *vma;
};

/**
 * hvc_object_at() - the file that is mapped at a user address
 * @addr:	in the current process
 * @object:	gets the file, and where in it @addr is
 *
 * Context: may sleep; takes the mmap lock.
 * Return: false if no file is mapped there.
 */
bool hvc_object_at(unsigned long addr, struct hvc_call_site *object);

/**
 * hvc_object_path() - where a process has an object mapped from
 * @mm:		of that process
 * @object:	a place in the object
 * @path:	gets the file's path, with a reference
 *
 * Context: may sleep; only tries the mmap lock, as whoever holds it may never
 * let go (a driver that died in its mmap handler).
 * Return: false if it is not mapped there (any more), or was not found out.
 */
bool hvc_object_path(struct mm_struct *mm, const struct hvc_call_site *object,
		     struct path *path);

/**
 * hvc_abi_is_32bit() - does the current task pass offsets as 32-bit tasks do?
 *
 * True on 32-bit kernels, and for 32-bit tasks on 64-bit ones.
 */
static inline bool hvc_abi_is_32bit(void)
{
	return hvc_task_is_32bit();
}

/**
 * hvc_evidence_read() - look for the caller's argument block
 * @file:	the file that is being mapped
 * @raw:	pgoff as it arrived
 * @len:	length of the VMA in bytes
 * @ev:		where the result goes
 *
 * There is one only if the system call in progress is mmap2 itself, and its
 * registers are the ones of this mapping: that leaves out a driver which maps
 * from inside an ioctl, and kernel threads.
 * Context: the mmap lock is held.
 */
void hvc_evidence_read(struct file *file, unsigned long raw, unsigned long len,
		       struct hvc_evidence *ev);

/**
 * hvc_evidence_name() - fill in the object's file name
 * @ev:		@ev->found
 *
 * Apart from hvc_evidence_read() as few calls need it. Context: the same.
 */
void hvc_evidence_name(struct hvc_evidence *ev);

#endif /* HVC_EVIDENCE_H */
