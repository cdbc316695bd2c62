/* SPDX-License-Identifier: MIT */
/*
 * off32_compat.h - 32-bit off_t for old objects in programs with a 64-bit one.
 *
 * Link a program with `pkg-config --cflags --libs off32-compat` and every
 * shared object in it that was built for a 32-bit off_t gets one; all others
 * keep theirs. Or preload liboff32-compat.so. Nothing needs to be called.
 */
#ifndef OFF32_COMPAT_H
#define OFF32_COMPAT_H

#include <dirent.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * off32_compat_present() - do shared objects of this program get the shim?
 *
 * Returns 1 if they do, 2 if this target needs none (64 bits, or a libc whose
 * names tell the two apart), and 0 if the entry points were linked but are not
 * in the program's dynamic symbols, so that objects loaded into it still get
 * libc's: link with the flags of pkg-config, without --exclude-libs.
 */
int off32_compat_present(void);

/**
 * off32_compat_legacy_objects - file names of objects with a 32-bit off_t
 *
 * "libmpi.so:libisp.so". A program may define it; needed only for objects that
 * do not say themselves (the shim names them on stderr). OFF32_COMPAT_LEGACY
 * and OFF32_COMPAT_WIDE in the environment say the same at run time.
 */
extern const char off32_compat_legacy_objects[];

/*
 * The same functions with an explicit 32-bit off_t, for vendor archives, which
 * become part of the executable, where callers cannot be told apart:
 *	objcopy --redefine-sym mmap=off32_mmap ... libvendor.a
 * A static program needs only these: link liboff32-compat.a, without the other
 * flags of pkg-config. An mmap offset counts as unsigned, all others as signed, as in glibc.
 */
#if defined(__arm__) || defined(__i386__) || \
	(defined(__mips__) && !defined(__LP64__))

/** struct off32_stat - struct stat of glibc and uClibc with a 32-bit off_t */
struct off32_stat {
#ifdef __mips__
	uint32_t st_dev;
	int32_t pad1[3];
	uint32_t st_ino;
	uint32_t st_mode;
	uint32_t st_nlink;
	uint32_t st_uid;
	uint32_t st_gid;
	uint32_t st_rdev;
	int32_t pad2[2];
	int32_t st_size;
	int32_t pad3;
	int32_t st_atim[2], st_mtim[2], st_ctim[2];	/* s, ns */
	int32_t st_blksize;
	int32_t st_blocks;
	int32_t pad4[14];
#else
	uint64_t st_dev;
	uint32_t pad1;
	uint32_t st_ino;
	uint32_t st_mode;
	uint32_t st_nlink;
	uint32_t st_uid;
	uint32_t st_gid;
	uint64_t st_rdev;
	uint32_t pad2;
	int32_t st_size;
	int32_t st_blksize;
	int32_t st_blocks;
	int32_t st_atim[2], st_mtim[2], st_ctim[2];	/* s, ns */
	uint32_t pad3[2];
#endif
};

/** struct off32_dirent - struct dirent likewise */
struct off32_dirent {
	uint32_t d_ino;
	int32_t d_off;
	uint16_t d_reclen;
	uint8_t d_type;
	char d_name[256];
};

void *off32_mmap(void *addr, size_t len, int prot, int flags, int fd,
		 int32_t off);
int32_t off32_lseek(int fd, int32_t off, int whence);
int off32_ftruncate(int fd, int32_t len);
int off32_truncate(const char *path, int32_t len);
ssize_t off32_pread(int fd, void *buf, size_t n, int32_t off);
ssize_t off32_pwrite(int fd, const void *buf, size_t n, int32_t off);

/*
 * EOVERFLOW if the file's size, blocks or inode number have more than 32
 * bits. Of readdir, d_off may be cut off: telldir() and seekdir() do not use
 * it.
 */
int off32_stat(const char *path, struct off32_stat *st);
int off32_lstat(const char *path, struct off32_stat *st);
int off32_fstat(int fd, struct off32_stat *st);
int off32___xstat(int version, const char *path, struct off32_stat *st);
int off32___lxstat(int version, const char *path, struct off32_stat *st);
int off32___fxstat(int version, int fd, struct off32_stat *st);
struct off32_dirent *off32_readdir(DIR *dir);
int off32_scandir(const char *path, struct off32_dirent ***list,
		  int (*select)(const struct off32_dirent *),
		  int (*compare)(const struct off32_dirent **,
				 const struct off32_dirent **));
#endif

#ifdef __cplusplus
}
#endif

#endif
