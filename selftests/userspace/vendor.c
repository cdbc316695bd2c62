// SPDX-License-Identifier: GPL-2.0
/* vendor.c - a closed library's way of mapping physical memory. */
#include <sys/mman.h>

#include "vendor.h"

#define WORDS 8

/*
 * Memory of alloca() lies right above the outgoing arguments. Without
 * optimisation there is slack for its alignment below it, which is planted,
 * too, where the number of outgoing words is known.
 */
static inline __attribute__((always_inline)) uint32_t *lowest(uint32_t *frame)
{
#ifdef __arm__
	uint32_t *sp;
	unsigned int words = sizeof(off_t) == 4 ? 2 : 4;

	__asm__ volatile("mov %0, sp" : "=r"(sp));
#elif defined(__i386__)
	uint32_t *sp;
	unsigned int words = sizeof(off_t) == 4 ? 6 : 7;

	__asm__ volatile("mov %%esp, %0" : "=r"(sp));
#endif
#ifndef __mips__
	if (frame - sp - words < WORDS)
		return sp + words;
#endif
	return frame;
}

#ifdef NATIVE
/*
 * A 64-bit off_t with the padding word spelt out: near[0] lies where a 32-bit
 * offset would.
 */
void *words(void *addr, size_t len, int prot, int flags, int fd, uint32_t pad,
	    uint64_t off) __asm__("mmap");

void *vendor_map(int fd, size_t len, uint64_t off, const uint32_t near[2])
{
	volatile uint32_t frame = near[1];
	void *p = words(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			near[0], off);

	return frame == near[1] ? p : VENDOR_FRAME_CHANGED;
}
#else
void *vendor_map(int fd, size_t len, uint64_t off, const uint32_t near[2])
{
	uint32_t *block = __builtin_alloca(WORDS * sizeof(*block));
	volatile uint32_t *frame = lowest(block);
	void *p;
	int i;

	for (i = 0; i < WORDS; i++)
		frame[i] = near[i & 1];
	p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, off);
	for (i = 0; i < WORDS; i++)
		if (frame[i] != near[i & 1])
			return VENDOR_FRAME_CHANGED;
	return p;
}
#endif

void *vendor_map_pointer(int fd, size_t len, uint64_t off)
{
	void *(*volatile map)(void *, size_t, int, int, int, off_t) = mmap;
	volatile uint32_t frame[1] = { 0 };
	void *p;

	p = map(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, off);
	return frame[0] ? VENDOR_FRAME_CHANGED : p;
}

__attribute__((optimize("O2")))
void *vendor_map_sibling(void *addr, size_t len, int prot, int flags, int fd,
			 long off)
{
	return mmap(addr, len, prot, flags, fd, off);
}

#ifdef VENDOR_IMPORT
/* A function that musl does not have. */
extern int __fdelt_chk(long fd);
int vendor_import(void)
{
	return __fdelt_chk(0);
}
#endif

#ifdef VENDOR_CONSTRUCTOR
int vendor_constructor_fd(void);
uint64_t vendor_constructor_offset(void);
void *vendor_constructed;

__attribute__((constructor)) static void construct(void)
{
	static const uint32_t near[2] = { 0, 100 };

	vendor_constructed = vendor_map(vendor_constructor_fd(), 4096,
					vendor_constructor_offset(), near);
}
#endif
