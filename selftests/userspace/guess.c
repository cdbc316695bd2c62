// SPDX-License-Identifier: GPL-2.0
/*
 * guess.c - the two guesses found in the field, for comparison.
 *
 * GUESS=8: the word at sp+8 if it is page-aligned, else the one at sp+4.
 * GUESS=4: the word at sp+4 if it is page-aligned, else the one at sp+8.
 * As they are: nothing else is looked at, native callers suffer alike.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

void *guess(void *addr, size_t len, int prot, int flags, int fd, uint32_t w0,
	    uint32_t w1, uint32_t w2)
	__asm__("mmap") __attribute__((visibility("default")));

void *guess(void *addr, size_t len, int prot, int flags, int fd, uint32_t w0,
	    uint32_t w1, uint32_t w2)
{
	uint32_t first = GUESS == 8 ? w1 : w0, second = GUESS == 8 ? w0 : w1;
	uint32_t off = first & 0xfff ? second : first;

	(void)w2;
	return (void *)syscall(SYS_mmap2, addr, len, prot, flags, fd, off >> 12);
}
