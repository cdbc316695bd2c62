// SPDX-License-Identifier: MIT
/*
 * narrow_scandir.c - scandir, for either struct dirent.
 *
 * libc's calls its own readdir, hence a scandir of our own. The entries, and
 * the list of them, are freed by the caller, so they come from malloc.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "off32_compat.h"
#include "shim.h"

int off32_do_scandir(const char *path, void ***list,
		     int (*select)(const void *),
		     int (*compare)(const void *, const void *),
		     const struct off32_dirent_kind *kind)
{
	void **entries = NULL, **more, *entry;
	size_t n = 0, room = 0, bytes;
	int saved = errno;
	DIR *dir = opendir(path);

	if (!dir)
		return -1;
	while (errno = 0, entry = kind->next(dir)) {
		if (select && !select(entry))
			continue;
		if (n == room) {
			room = 2 * room + 16;
			more = realloc(entries, room * sizeof(*entries));
			if (!more)
				break;
			entries = more;
		}
		bytes = kind->size(entry);
		entries[n] = malloc(bytes);
		if (!entries[n])
			break;
		memcpy(entries[n++], entry, bytes);
	}
	if (entry || errno) {
		saved = entry ? ENOMEM : errno;
		while (n)
			free(entries[--n]);
		free(entries);
		closedir(dir);
		errno = saved;
		return -1;
	}
	closedir(dir);
	if (compare && n)
		qsort(entries, n, sizeof(*entries), compare);
	*list = entries;
	errno = saved;
	return n;
}

static void *next(DIR *dir)
{
	return off32_readdir(dir);
}

static size_t size(const void *entry)
{
	return ((const struct off32_dirent *)entry)->d_reclen;
}

const struct off32_dirent_kind off32_narrow_kind = { next, size };

OFF32_PUBLIC int
off32_scandir(const char *path, struct off32_dirent ***list,
	      int (*select)(const struct off32_dirent *),
	      int (*compare)(const struct off32_dirent **,
			     const struct off32_dirent **))
{
	return off32_do_scandir(path, (void ***)list,
				(int (*)(const void *))select,
				(int (*)(const void *, const void *))compare,
				&off32_narrow_kind);
}
