// SPDX-License-Identifier: MIT
/*
 * narrow_mmap.c - mmap for callers that are known to have a 32-bit off_t.
 */
#include "off32_compat.h"
#include "shim.h"

OFF32_PUBLIC void *off32_mmap(void *addr, size_t len, int prot, int flags, int fd,
		 int32_t off)
{
	return off32_do_mmap(addr, len, prot, flags, fd, (uint32_t)off);
}
