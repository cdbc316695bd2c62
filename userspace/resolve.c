// SPDX-License-Identifier: MIT
/*
 * resolve.c - the kernel module's opinion on two candidate offsets.
 *
 * This version asks nobody: the caller stays undecided.
 */
#include "shim.h"

enum off32_abi off32_resolve(int fd, size_t len, uint64_t narrow, uint64_t wide)
{
	(void)fd;
	(void)len;
	(void)narrow;
	(void)wide;
	return OFF32_UNDECIDED;
}
