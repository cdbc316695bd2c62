/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vendor.h - what the vendor-like library offers the tests.
 *
 * Compiled twice: with glibc's headers and a 32-bit off_t (the vendor), and
 * with musl's (a native library). Nothing in here depends on off_t.
 */
#ifndef VENDOR_H
#define VENDOR_H

#include <stddef.h>
#include <stdint.h>

/* What vendor_map() returns if the call changed its caller's own words. */
#define VENDOR_FRAME_CHANGED ((void *)8)

/*
 * Map @len bytes at @off. Where the compiler puts a local array right above
 * the outgoing arguments, @near are the words that a callee with a 64-bit
 * off_t takes for the offset.
 */
void *vendor_map(int fd, size_t len, uint64_t off, const uint32_t near[2]);

/* The same through the address of mmap, and by a call in tail position. */
void *vendor_map_pointer(int fd, size_t len, uint64_t off);
void *vendor_map_sibling(void *addr, size_t len, int prot, int flags, int fd,
			 long off);

/* What the constructor mapped, if VENDOR_CONSTRUCTOR named a file. */
extern void *vendor_constructed;

#endif
