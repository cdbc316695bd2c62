/* SPDX-License-Identifier: GPL-2.0 */
/*
 * files.h - the file functions, as a library with its own off_t calls them.
 *
 * Nothing in here depends on off_t, struct stat or struct dirent.
 */
#ifndef FILES_H
#define FILES_H

#include <stdint.h>

struct files_stat {
	int result, error;
	int canary;		/* bytes written behind the structure */
	uint64_t dev, ino, size, blocks, rdev;
	uint32_t mode, nlink, uid, gid, blksize;
	int64_t mtime;
};

enum files_stat_how {
	FILES_STAT, FILES_LSTAT, FILES_FSTAT, FILES_XSTAT, FILES_LXSTAT,
	FILES_FXSTAT,
};

struct files {
	unsigned int off_size, stat_size;
	int64_t (*lseek)(int fd, int64_t off, int whence);
	int (*ftruncate)(int fd, int64_t len);
	int (*truncate)(const char *path, int64_t len);
	int (*pread)(int fd, void *buf, unsigned int n, int64_t off);
	int (*pwrite)(int fd, const void *buf, unsigned int n, int64_t off);
	void (*stat)(enum files_stat_how how, const char *path, int fd,
		     struct files_stat *st);
	/* Names joined by spaces, each with its d_type and ':' before it. */
	int (*readdir)(const char *path, char *names);
	int (*scandir)(const char *path, char *names);
	/* Locks bytes [start, start + len) for writing; 0 or errno. */
	int (*lock)(int fd, int64_t start, int64_t len);
	/* Who holds that lock, a pid, 0 or -errno. */
	int (*locked_by)(int fd, int64_t start, int64_t len);
};

#endif
