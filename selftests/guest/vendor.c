// SPDX-License-Identifier: GPL-2.0
/*
 * What a vendor ships: code compiled against glibc's headers with a 32-bit
 * off_t, with mmap left undefined. Built as a shared library in several ways
 * (libvendor-*.so) and as an object that goes into a musl program.
 *
 * Each vN_map() is a call site of its own. mmap is declared with two further
 * words so that what a 64-bit callee takes for the offset is what the test
 * says: on ARM w1 at [sp+8], w2 at [sp+12] of the call, behind the offset at
 * [sp+4]; on i386 w1 is the word behind the offset. The code of the words
 * before is exactly that of a six-argument call.
 */
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>

_Static_assert(sizeof(off_t) == 4, "vendor code has a 32-bit off_t");

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define WORDS(low, high)	high, low
#else
#define WORDS(low, high)	low, high
#endif

extern void *mmap_words(void *addr, size_t len, int prot, int flags, int fd,
			long off, long first, long second) __asm__("mmap");

#define SITE(n)								\
void *v##n##_map(int fd, size_t len, long off, long w1, long w2);	\
void *v##n##_map(int fd, size_t len, long off, long w1, long w2)	\
{									\
	void *p = mmap_words(NULL, len, PROT_READ | PROT_WRITE,		\
			     MAP_SHARED, fd, off, WORDS(w1, w2));	\
									\
	/* No sibling call, and no two sites folded into one. */	\
	__asm__ volatile("" : : "i"(n) : "memory");			\
	return p;							\
}

SITE(0) SITE(1) SITE(2) SITE(3) SITE(4) SITE(5) SITE(6) SITE(7)

/*
 * An honest six-argument call: the neighbouring words are whatever the
 * compiler put there. @fill is what the stack below held before.
 */
static __attribute__((noinline)) void soil(int fill)
{
	char below[512];

	memset(below, fill, sizeof(below));
	__asm__ volatile("" : : "r"(below) : "memory");
}

void *vh_map(int fd, size_t len, long off, int fill);

static __attribute__((noinline)) void *honest(int fd, size_t len, long off,
					      int channel)
{
	/* Locals lie next to the outgoing arguments in optimised code. */
	volatile long local[2] = { 0, channel };
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, off);

	__asm__ volatile("" : : "r"(local) : "memory");
	return p;
}

void *vh_map(int fd, size_t len, long off, int fill)
{
	soil(fill);
	return honest(fd, len, off, fill);
}
