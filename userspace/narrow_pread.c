// SPDX-License-Identifier: MIT
/*
 * narrow_pread.c - pread and pwrite for callers that are known to have a
 * 32-bit off_t.
 *
 * By preadv, which is a cancellation point as pread is, and libc's own.
 */
#include <sys/uio.h>

#include "off32_compat.h"
#include "shim.h"

OFF32_PUBLIC ssize_t off32_pread(int fd, void *buf, size_t n, int32_t off)
{
	struct iovec v = { buf, n };

	return preadv(fd, &v, 1, off);
}

OFF32_PUBLIC ssize_t off32_pwrite(int fd, const void *buf, size_t n,
				  int32_t off)
{
	struct iovec v = { (void *)buf, n };

	return pwritev(fd, &v, 1, off);
}
