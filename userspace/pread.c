// SPDX-License-Identifier: MIT
/*
 * pread.c - pread and pwrite: the first word of the offset is the last
 * argument register, where a 64-bit offset is aligned away from it.
 */
#include <sys/uio.h>

#include "off32_compat.h"
#include "shim.h"

ssize_t off32_entry_pread(int fd, void *buf, size_t n, uint32_t w0,
			  uint32_t w1, uint32_t w2)
	OFF32_ENTRY("pread");
ssize_t off32_entry_pwrite(int fd, const void *buf, size_t n, uint32_t w0,
			   uint32_t w1, uint32_t w2)
	OFF32_ENTRY("pwrite");

static int64_t position(struct off32_call *c)
{
	return off32_is_narrow(c) ? (int32_t)c->word[0] :
		(int64_t)off32_wide(c);
}

ssize_t off32_entry_pread(int fd, void *buf, size_t n, uint32_t w0,
			  uint32_t w1, uint32_t w2)
{
	OFF32_CALL(c, "pread", off32_entry_pread, fd, 0,
					 w0, w1, w2);
	struct iovec v = { buf, n };
	int64_t off = position(&c);
	ssize_t result = preadv(fd, &v, 1, off);

	off32_trace(&c, off, result);
	return result;
}

ssize_t off32_entry_pwrite(int fd, const void *buf, size_t n, uint32_t w0,
			   uint32_t w1, uint32_t w2)
{
	OFF32_CALL(c, "pwrite", off32_entry_pwrite, fd, 0,
					 w0, w1, w2);
	struct iovec v = { (void *)buf, n };
	int64_t off = position(&c);
	ssize_t result = pwritev(fd, &v, 1, off);

	off32_trace(&c, off, result);
	return result;
}
