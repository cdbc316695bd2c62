// SPDX-License-Identifier: GPL-2.0
/*
 * Call sites of both kinds in one object: an executable or a library, see
 * bothkinds.h. The words on the stack are those of vendor.c and native.c.
 */
#include <sys/mman.h>

#include "bothkinds.h"

extern void *mmap_words(void *addr, size_t len, int prot, int flags, int fd,
			long pad, long first, long second) __asm__("mmap");

#define PROT	(PROT_READ | PROT_WRITE)

/* No sibling call, and no two sites folded into one. */
#define KEEP(i)	__asm__ volatile("" : : "i"(i) : "memory")

static void *legacy_direct(int fd, size_t len, long off, long w1, long w2)
{
	void *p = mmap_words(NULL, len, PROT, MAP_SHARED, fd, off,
			     ABI_OFFSET(w1, w2));

	KEEP(1);
	return p;
}

static void *native_direct(int fd, size_t len, long pad, uint64_t off)
{
	void *p = mmap_words(NULL, len, PROT, MAP_SHARED, fd, pad,
			     ABI_OFFSET((long)off, (long)(off >> 32)));

	KEEP(2);
	return p;
}

static map8_fn *volatile by_pointer = mmap_words;

static void *legacy_pointer(int fd, size_t len, long off, long w1, long w2)
{
	void *p = by_pointer(NULL, len, PROT, MAP_SHARED, fd, off,
			     ABI_OFFSET(w1, w2));

	KEEP(3);
	return p;
}

static void *native_pointer(int fd, size_t len, long pad, uint64_t off)
{
	void *p = by_pointer(NULL, len, PROT, MAP_SHARED, fd, pad,
			     ABI_OFFSET((long)off, (long)(off >> 32)));

	KEEP(4);
	return p;
}

/* The arguments are where mmap wants them: a jump, where the ABI has one. */
static void *legacy_tail(void *addr, size_t len, int prot, int flags, int fd,
			 long pad, long first, long second)
{
	return mmap_words(addr, len, prot, flags | MAP_SHARED, fd, pad, first,
			  second);
}

static void *native_tail(void *addr, size_t len, int prot, int flags, int fd,
			 long pad, long first, long second)
{
	return mmap_words(addr, len, prot | PROT_READ, flags, fd, pad, first,
			  second);
}

const struct bothkinds *OBJECT(void);
const struct bothkinds *OBJECT(void)
{
	static const struct bothkinds table = {
		.legacy = { legacy_direct, legacy_pointer },
		.native = { native_direct, native_pointer },
		.legacy_tail = legacy_tail,
		.native_tail = native_tail,
	};

	return &table;
}
