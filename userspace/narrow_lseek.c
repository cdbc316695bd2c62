// SPDX-License-Identifier: MIT
/*
 * narrow_lseek.c - lseek for callers that are known to have a 32-bit off_t.
 */
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "off32_compat.h"
#include "shim.h"

int64_t off32_do_lseek(int fd, int64_t off, int whence)
{
	int64_t result;

	if (syscall(SYS__llseek, fd, (long)(off >> 32), (long)off, &result,
		    whence))
		return -1;
	return result;
}

OFF32_PUBLIC int32_t off32_lseek(int fd, int32_t off, int whence)
{
	int64_t result = off32_do_lseek(fd, off, whence);

	if (result != (int32_t)result) {
		errno = EOVERFLOW;
		return -1;
	}
	return result;
}
