/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Call sites of mmap whose stack words a test chooses. Lengths and offsets in
 * bytes; what is returned is what mmap returned.
 *
 * vN_map, vh_map: vendor.c, 32-bit off_t. nN_map: native.c, 64-bit off_t.
 * Each N is a call instruction of its own.
 */
#ifndef HVC_SITES_H
#define HVC_SITES_H

#include <stddef.h>
#include <stdint.h>

#define VSITES	8
#define NSITES	4

/* @off: what the vendor means; @w1, @w2: what libc takes for the offset. */
typedef void *vmap_fn(int fd, size_t len, long off, long w1, long w2);
typedef void *vhonest_fn(int fd, size_t len, long off, int fill);
/* @pad: the word that a 32-bit off_t caller would have put the offset in. */
typedef void *nmap_fn(int fd, size_t len, long pad, uint64_t off);

/* One build of vendor.c. */
struct vendor_lib {
	const char *name;	/* "arm-O0" */
	void *handle;
	vmap_fn *map[VSITES];
	vhonest_fn *honest;
};

#define VENDOR_LIBS	6
extern struct vendor_lib vendor_libs[VENDOR_LIBS];

/* dlopens all of them; bails out. */
void vendor_libs_open(void);

/* In programs that vendor.o and native.o are linked into. */
extern vmap_fn *const linked_sites[VSITES];
extern nmap_fn *const native_sites[NSITES];

/* ---- raw system calls (rawcall.S) ---- */

/**
 * struct raw_call - an mmap2 with every register and the stack as wanted
 * @nr:    system call number (r7), normally 192
 * @sp:    stack pointer for it, NULL: the normal one
 * @fd, @pgoff: r4, r5
 */
struct raw_call {
	unsigned long addr, len, prot, flags;
	long fd;
	unsigned long pgoff;
	unsigned long nr;
	void *sp;
};

/* Returns what the kernel returned. */
long raw_syscall(const struct raw_call *c);

/* MAP_FAILED and errno, like mmap(). MAP_SHARED, read and write. */
void *raw_mmap2(int fd, size_t len, unsigned long pgoff, void *sp);

/* Return addresses that a crafted stack may name, all in this program's text. */
extern char ra_arm_bl[], ra_arm_blx[], ra_thumb_bl[], ra_thumb_blx[];
extern char ra_arm_nocall[], ra_thumb_nocall[];
/* A word of writable data with the instruction `bl` just before it. */
extern char ra_data[];

#endif
