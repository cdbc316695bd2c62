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

#include "abi.h"

#define VSITES	8
#define NSITES	4

/*
 * @off: what the vendor means; @w1, @w2: low and high word of what libc takes
 * for the offset. On i386 libc takes @off for the low word and @w1 for the
 * high one.
 */
typedef void *vmap_fn(int fd, size_t len, long off, long w1, long w2);
typedef void *vhonest_fn(int fd, size_t len, long off, int fill);
/*
 * @pad: the word that a 32-bit off_t caller would have put the offset in; there
 * is none on i386.
 */
typedef void *nmap_fn(int fd, size_t len, long pad, uint64_t off);

/* One build of vendor.c. */
struct vendor_lib {
	const char *name;	/* "arm-O0" */
	void *handle;
	vmap_fn *map[VSITES];
	vhonest_fn *honest;
};

extern struct vendor_lib vendor_libs[VENDOR_LIBS];

/* Two of them. */
#define VENDOR_LAST	(&vendor_libs[VENDOR_LIBS - 1])
#define VENDOR_OTHER	(&vendor_libs[VENDOR_LIBS - 2])

/* dlopens all of them; bails out. */
void vendor_libs_open(void);
/* "libvendor-arm-O0.so"; valid until the next call. */
const char *vendor_lib_file(const struct vendor_lib *lib);

/* In programs that vendor.o and native.o are linked into. */
extern vmap_fn *const linked_sites[VSITES];
extern nmap_fn *const native_sites[NSITES];

/* ---- raw system calls (rawcall_*.S) ---- */

/**
 * struct raw_call - an mmap2 with every register and the stack as wanted
 * @fd, @pgoff: arguments 5 and 6
 * @nr:    system call number, normally SYS_mmap2
 * @sp:    stack pointer for it, NULL: the normal one; on i386 always that. With
 *         one of its own the caller has seen to stack_args().
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

/*
 * MAP_FAILED and errno, like mmap(). MAP_SHARED, read and write. @sp NULL: a
 * stack without any argument block.
 */
void *raw_mmap2(int fd, size_t len, unsigned long pgoff, void *sp);

/*
 * Return addresses that a crafted stack may name are in abi.h. This one is of
 * writable data with a call instruction just before it.
 */
extern char ra_data[];

#endif
