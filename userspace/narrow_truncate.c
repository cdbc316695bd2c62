// SPDX-License-Identifier: MIT
/*
 * narrow_truncate.c - ftruncate and truncate for callers that are known to
 * have a 32-bit off_t.
 */
#include <sys/syscall.h>
#include <unistd.h>

#include "off32_compat.h"
#include "shim.h"

int off32_do_ftruncate(int fd, int64_t len)
{
	return syscall(SYS_ftruncate64, fd, OFF32_ALIGNED(len));
}

int off32_do_truncate(const char *path, int64_t len)
{
	return syscall(SYS_truncate64, path, OFF32_ALIGNED(len));
}

OFF32_PUBLIC int off32_ftruncate(int fd, int32_t len)
{
	return off32_do_ftruncate(fd, len);
}

OFF32_PUBLIC int off32_truncate(const char *path, int32_t len)
{
	return off32_do_truncate(path, len);
}
