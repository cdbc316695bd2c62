// SPDX-License-Identifier: MIT
/*
 * narrow_stat.c - stat, lstat, fstat and glibc's old __xstat trio for callers
 * that are known to have a 32-bit off_t, and so a small struct stat.
 *
 * All by fstatat, which is not an entry point: its name is libc's alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include "off32_compat.h"
#include "shim.h"

#define STAT_VER_LINUX 3	/* of glibc on all 32-bit targets here */

int off32_narrow_stat(int fd, const char *path, int flags,
		      struct off32_stat *to)
{
	struct stat st;

	if (fstatat(fd, path, &st, flags))
		return -1;
	if (st.st_ino > UINT32_MAX || st.st_size > INT32_MAX ||
	    st.st_blocks > INT32_MAX) {
		errno = EOVERFLOW;
		return -1;
	}
	*to = (struct off32_stat){
		.st_dev = st.st_dev,
		.st_ino = st.st_ino,
		.st_mode = st.st_mode,
		.st_nlink = st.st_nlink,
		.st_uid = st.st_uid,
		.st_gid = st.st_gid,
		.st_rdev = st.st_rdev,
		.st_size = st.st_size,
		.st_blksize = st.st_blksize,
		.st_blocks = st.st_blocks,
		.st_atim = { st.st_atim.tv_sec, st.st_atim.tv_nsec },
		.st_mtim = { st.st_mtim.tv_sec, st.st_mtim.tv_nsec },
		.st_ctim = { st.st_ctim.tv_sec, st.st_ctim.tv_nsec },
	};
	return 0;
}

OFF32_PUBLIC int off32_stat(const char *path, struct off32_stat *st)
{
	return off32_narrow_stat(AT_FDCWD, path, 0, st);
}

OFF32_PUBLIC int off32_lstat(const char *path, struct off32_stat *st)
{
	return off32_narrow_stat(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, st);
}

OFF32_PUBLIC int off32_fstat(int fd, struct off32_stat *st)
{
	if (fd < 0) {
		errno = EBADF;
		return -1;
	}
	return off32_narrow_stat(fd, "", AT_EMPTY_PATH, st);
}

static int known(int version)
{
	if (version == STAT_VER_LINUX)
		return 1;
	errno = EINVAL;
	return 0;
}

OFF32_PUBLIC int off32___xstat(int version, const char *path,
			       struct off32_stat *st)
{
	return known(version) ? off32_stat(path, st) : -1;
}

OFF32_PUBLIC int off32___lxstat(int version, const char *path,
				struct off32_stat *st)
{
	return known(version) ? off32_lstat(path, st) : -1;
}

OFF32_PUBLIC int off32___fxstat(int version, int fd, struct off32_stat *st)
{
	return known(version) ? off32_fstat(fd, st) : -1;
}
