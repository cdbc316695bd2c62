// SPDX-License-Identifier: GPL-2.0
/*
 * Call sites compiled for the C library's own 64-bit off_t. mmap is declared
 * with the two halves of the offset as words and the padding word before them
 * as an argument: the stack is that of a plain call, with a chosen padding.
 */
#include <sys/mman.h>

#include "sites.h"

_Static_assert(sizeof(off_t) == 8, "native code has a 64-bit off_t");

#if ABI_FRAME
#define WORDS(pad, low, high)	pad, ABI_OFFSET(low, high)
extern void *mmap_padded(void *addr, size_t len, int prot, int flags, int fd,
			 long pad, long first, long second) __asm__("mmap");
#else
#define WORDS(pad, low, high)	ABI_OFFSET(low, high)
extern void *mmap_padded(void *addr, size_t len, int prot, int flags, int fd,
			 long first, long second) __asm__("mmap");
#endif

#define SITE(i)								\
static __attribute__((noinline))					\
void *n##i##_map(int fd, size_t len, long pad, uint64_t off)		\
{									\
	void *p = mmap_padded(NULL, len, PROT_READ | PROT_WRITE,	\
			      MAP_SHARED, fd,				\
			      WORDS(pad, (long)off, (long)(off >> 32)));	\
									\
	(void)pad;							\
	/* No sibling call, and no two sites folded into one. */	\
	__asm__ volatile("" : : "i"(i) : "memory");			\
	return p;							\
}

SITE(0) SITE(1) SITE(2) SITE(3)

nmap_fn *const native_sites[NSITES] = { n0_map, n1_map, n2_map, n3_map };
