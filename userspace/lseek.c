// SPDX-License-Identifier: MIT
/*
 * lseek.c - lseek: the offset's width moves whence, and the result's decides
 * how many registers come back.
 */
#include "off32_compat.h"
#include "shim.h"

uint64_t off32_entry_lseek(int fd, uint32_t w0, uint32_t w1, uint32_t w2,
			   uint32_t w3)
	OFF32_ENTRY("lseek");

/* A 32-bit result lies in the first of the registers of a 64-bit one. */
static uint64_t first_register(int32_t v)
{
	return off32_pair(v, v < 0 ? -1 : 0);
}

uint64_t off32_entry_lseek(int fd, uint32_t w0, uint32_t w1, uint32_t w2,
			   uint32_t w3)
{
	OFF32_CALL(c, "lseek", off32_entry_lseek, fd, 0,
					 w0, w1, w2);
	uint64_t result;

	if (off32_is_narrow(&c)) {
		int32_t narrow = off32_lseek(fd, w0, w1);

		off32_trace(&c, w0, narrow);
		return first_register(narrow);
	}
	result = off32_do_lseek(fd, off32_wide(&c), OFF32_PAD ? w3 : w2);
	off32_trace(&c, off32_wide(&c), result);
	return result;
}
