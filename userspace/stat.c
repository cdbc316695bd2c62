// SPDX-License-Identifier: MIT
/*
 * stat.c - stat, lstat, fstat and glibc's old __xstat, __lxstat, __fxstat.
 *
 * In musl 1.2 the plain names belong to objects of musl 1.1 and have a
 * struct stat with 32-bit times: today's up to st_atim. Native objects use
 * other names. The __xstat trio only ever had narrow callers.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "off32_compat.h"
#include "shim.h"

#ifdef _REDIR_TIME64
#define WIDE_SIZE offsetof(struct stat, st_atim)
#else
#define WIDE_SIZE sizeof(struct stat)
#endif

int off32_entry_stat(const char *path, void *buf) OFF32_ENTRY("stat");
int off32_entry_lstat(const char *path, void *buf) OFF32_ENTRY("lstat");
int off32_entry_fstat(int fd, void *buf) OFF32_ENTRY("fstat");
int off32_entry_xstat(int version, const char *path, void *buf)
	OFF32_ENTRY("__xstat");
int off32_entry_lxstat(int version, const char *path, void *buf)
	OFF32_ENTRY("__lxstat");
int off32_entry_fxstat(int version, int fd, void *buf)
	OFF32_ENTRY("__fxstat");

static int any_stat(struct off32_call *c, int fd, const char *path, int flags,
		    void *buf)
{
	struct stat st;
	int result;

	if (off32_is_narrow(c)) {
		result = off32_narrow_stat(fd, path, flags, buf);
	} else {
		result = fstatat(fd, path, &st, flags);
		if (!result)
			memcpy(buf, &st, WIDE_SIZE);
	}
	off32_trace(c, 0, result);
	return result;
}

int off32_entry_stat(const char *path, void *buf)
{
	OFF32_CALL_NO_WORDS(c, "stat", off32_entry_stat, -1);

	return any_stat(&c, AT_FDCWD, path, 0, buf);
}

int off32_entry_lstat(const char *path, void *buf)
{
	OFF32_CALL_NO_WORDS(c, "lstat", off32_entry_lstat,
						  -1);

	return any_stat(&c, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, buf);
}

int off32_entry_fstat(int fd, void *buf)
{
	OFF32_CALL_NO_WORDS(c, "fstat", off32_entry_fstat,
						  fd);

	if (fd < 0) {
		errno = EBADF;
		return -1;
	}
	return any_stat(&c, fd, "", AT_EMPTY_PATH, buf);
}

int off32_entry_xstat(int version, const char *path, void *buf)
{
	return off32___xstat(version, path, buf);
}

int off32_entry_lxstat(int version, const char *path, void *buf)
{
	return off32___lxstat(version, path, buf);
}

int off32_entry_fxstat(int version, int fd, void *buf)
{
	return off32___fxstat(version, fd, buf);
}
