// SPDX-License-Identifier: GPL-2.0
/* files.c - files.h for the off_t of the headers it is compiled with. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "files.h"

static int64_t files_lseek(int fd, int64_t off, int whence)
{
	return lseek(fd, off, whence);
}

static int files_ftruncate(int fd, int64_t len)
{
	int result = ftruncate(fd, len);

	__asm__ volatile("");		/* not a sibling call */
	return result;
}

static int files_truncate(const char *path, int64_t len)
{
	int result = truncate(path, len);

	__asm__ volatile("");
	return result;
}

static int files_pread(int fd, void *buf, unsigned int n, int64_t off)
{
	int result = pread(fd, buf, n, off);

	__asm__ volatile("");
	return result;
}

static int files_pwrite(int fd, const void *buf, unsigned int n, int64_t off)
{
	int result = pwrite(fd, buf, n, off);

	__asm__ volatile("");
	return result;
}

#ifndef NO_XSTAT
extern int __xstat(int version, const char *path, struct stat *st);
extern int __lxstat(int version, const char *path, struct stat *st);
extern int __fxstat(int version, int fd, struct stat *st);
#endif

static void files_stat(enum files_stat_how how, const char *path, int fd,
		       struct files_stat *out)
{
	struct {
		struct stat st;
		volatile unsigned char canary[256];
	} s;
	unsigned int i;
	int result = -1;

	for (i = 0; i < sizeof(s.canary); i++)
		s.canary[i] = 0xc5;
	errno = 0;
	switch (how) {
	case FILES_STAT:
		result = stat(path, &s.st);
		break;
	case FILES_LSTAT:
		result = lstat(path, &s.st);
		break;
	case FILES_FSTAT:
		result = fstat(fd, &s.st);
		break;
#ifndef NO_XSTAT
	case FILES_XSTAT:
		result = __xstat(3, path, &s.st);
		break;
	case FILES_LXSTAT:
		result = __lxstat(3, path, &s.st);
		break;
	case FILES_FXSTAT:
		result = __fxstat(3, fd, &s.st);
		break;
#endif
	default:
		break;
	}
	*out = (struct files_stat){ .result = result, .error = errno };
	for (i = 0; i < sizeof(s.canary); i++)
		out->canary += s.canary[i] != 0xc5;
	if (result)
		return;
	out->dev = s.st.st_dev;
	out->ino = s.st.st_ino;
	out->size = s.st.st_size;
	out->blocks = s.st.st_blocks;
	out->rdev = s.st.st_rdev;
	out->mode = s.st.st_mode;
	out->nlink = s.st.st_nlink;
	out->uid = s.st.st_uid;
	out->gid = s.st.st_gid;
	out->blksize = s.st.st_blksize;
	out->mtime = s.st.st_mtime;
}

static char *join(char *names, const struct dirent *entry)
{
	const char *s = entry->d_name;

	*names++ = '0' + entry->d_type / 10;
	*names++ = '0' + entry->d_type % 10;
	*names++ = ':';
	while (*s)
		*names++ = *s++;
	*names++ = ' ';
	*names = '\0';
	return names;
}

static int files_readdir(const char *path, char *names)
{
	struct dirent *entry;
	DIR *dir = opendir(path);
	int n = 0;

	if (!dir)
		return -1;
	for (errno = 0; (entry = readdir(dir)); n++)
		names = join(names, entry);
	closedir(dir);
	return errno ? -1 : n;
}

static int not_dot(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int compare(const struct dirent **a, const struct dirent **b)
{
	const char *s = (*a)->d_name, *t = (*b)->d_name;

	while (*s && *s == *t)
		s++, t++;
	return (unsigned char)*s - (unsigned char)*t;
}

extern void free(void *p);

static int files_scandir(const char *path, char *names)
{
	struct dirent **list;
	int i, n = scandir(path, &list, not_dot, compare);

	if (n < 0)
		return n;
	for (i = 0; i < n; i++) {
		names = join(names, list[i]);
		free(list[i]);
	}
	free(list);
	return n;
}

static int files_lock(int fd, int64_t start, int64_t len)
{
	struct flock lock = {
		.l_type = F_WRLCK, .l_start = start, .l_len = len,
	};

	return fcntl(fd, F_SETLK, &lock) ? errno : 0;
}

static int files_locked_by(int fd, int64_t start, int64_t len)
{
	struct flock lock = {
		.l_type = F_WRLCK, .l_start = start, .l_len = len,
	};

	if (fcntl(fd, F_GETLK, &lock))
		return -errno;
#if defined(__mips__) && !defined(NO_XSTAT)
	/* Since 5.18 kernels have these two the other way round. */
	if (lock.l_type != F_UNLCK && !lock.l_pid)
		return lock.l_sysid;
#endif
	return lock.l_type == F_UNLCK ? 0 : lock.l_pid;
}

const struct files files = {
	.off_size = sizeof(off_t),
	.stat_size = sizeof(struct stat),
	.lseek = files_lseek,
	.ftruncate = files_ftruncate,
	.truncate = files_truncate,
	.pread = files_pread,
	.pwrite = files_pwrite,
	.stat = files_stat,
	.readdir = files_readdir,
	.scandir = files_scandir,
	.lock = files_lock,
	.locked_by = files_locked_by,
};
