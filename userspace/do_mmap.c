// SPDX-License-Identifier: MIT
/*
 * do_mmap.c - mmap() as musl does it, to the last check.
 */
#include <errno.h>
#include <limits.h>
#include <sys/mman.h>

#include "shim.h"

#define UNIT 4096u		/* of mmap2, whatever the page size */

/*
 * musl waits before MAP_FIXED until no thread is between the store that frees
 * another's memory and its last look at it (robust mutexes, barriers). That
 * wait is internal; munmap() begins with it, and this munmap() does no more.
 */
static void vm_wait(void)
{
	int saved = errno;

	munmap((void *)1, 0);
	errno = saved;
}

void *off32_do_mmap(void *addr, size_t len, int prot, int flags, int fd,
		    uint64_t off)
{
	long ret;

	if (off >> 44 || off % UNIT) {
		errno = EINVAL;
		return MAP_FAILED;
	}
	if (len >= PTRDIFF_MAX) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	if (flags & MAP_FIXED)
		vm_wait();
	ret = off32_sys_mmap2(addr, len, prot, flags, fd, off, off);
	/* The kernel's EPERM for an address below mmap_min_addr. */
	if (ret == -EPERM && !addr && (flags & MAP_ANONYMOUS) &&
	    !(flags & MAP_FIXED))
		ret = -ENOMEM;
	if ((unsigned long)ret > -4096UL) {
		errno = -ret;
		return MAP_FAILED;
	}
	return (void *)ret;
}
