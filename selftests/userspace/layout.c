// SPDX-License-Identifier: GPL-2.0
/*
 * layout.c - the narrow structures against a libc's own headers; only compiled.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "off32_compat.h"
#include "target.h"

#define STRING(x)	#x
#define EXPAND(x)	STRING(x)

/* The libc's names tell: nothing to do there. */
_Static_assert(sizeof(EXPAND(OFF32_KIND)) == sizeof("noop"), "kind");
_Static_assert(sizeof(off_t) == 4, "off_t");

#define SAME(s, member)							\
	_Static_assert(offsetof(struct s, member) ==			\
		       offsetof(struct off32_##s, member) &&		\
		       sizeof(((struct s *)0)->member) ==		\
		       sizeof(((struct off32_##s *)0)->member), #member)

_Static_assert(sizeof(struct stat) == sizeof(struct off32_stat), "stat");
#ifdef __arm__
_Static_assert(sizeof(struct stat) == 88, "what old callers reserve");
#endif
SAME(stat, st_dev);
SAME(stat, st_ino);
SAME(stat, st_mode);
SAME(stat, st_nlink);
SAME(stat, st_uid);
SAME(stat, st_gid);
SAME(stat, st_rdev);
SAME(stat, st_size);
SAME(stat, st_blksize);
SAME(stat, st_blocks);
SAME(stat, st_atim);
SAME(stat, st_mtim);
SAME(stat, st_ctim);

_Static_assert(sizeof(struct dirent) == sizeof(struct off32_dirent), "dirent");
SAME(dirent, d_ino);
SAME(dirent, d_off);
SAME(dirent, d_reclen);
SAME(dirent, d_type);
SAME(dirent, d_name);

#if defined(WANT_UCLIBC) && !defined(__UCLIBC__)
#error "these are not the headers of uClibc"
#endif
