// SPDX-License-Identifier: MIT
/*
 * scandir.c - scandir.
 */
#include "off32_compat.h"
#include "shim.h"

int off32_entry_scandir(const char *path, void ***list,
			int (*select)(const void *),
			int (*compare)(const void *, const void *))
	OFF32_ENTRY("scandir");

static void *next(DIR *dir)
{
	return off32_libc_readdir(dir);
}

static size_t size(const void *entry)
{
	return ((const struct dirent *)entry)->d_reclen;
}

static const struct off32_dirent_kind wide = { next, size };

int off32_entry_scandir(const char *path, void ***list,
			int (*select)(const void *),
			int (*compare)(const void *, const void *))
{
	OFF32_CALL_NO_WORDS(c, "scandir",
						  off32_entry_scandir, -1);
	int n = off32_do_scandir(path, list, select, compare,
				 off32_is_narrow(&c) ? &off32_narrow_kind :
				 &wide);

	off32_trace(&c, 0, n);
	return n;
}
