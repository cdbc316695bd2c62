// SPDX-License-Identifier: MIT
/*
 * narrow_readdir.c - readdir for callers that are known to have a 32-bit off_t.
 */
#include <errno.h>
#include <string.h>

#include "off32_compat.h"
#include "shim.h"

/*
 * In place: the entry lies in the DIR's buffer, is not read again, and the
 * narrow form of it is shorter.
 */
struct off32_dirent *off32_narrow_dirent(struct dirent *from)
{
	struct off32_dirent *to = (void *)from;
	struct off32_dirent head = {
		.d_ino = from->d_ino,
		.d_off = from->d_off,
		.d_type = from->d_type,
	};
	size_t size = strlen(from->d_name) + 1;

	if (from->d_ino > UINT32_MAX) {
		errno = EOVERFLOW;
		return NULL;
	}
	head.d_reclen = (offsetof(struct off32_dirent, d_name) + size + 3) & ~3;
	memmove(to->d_name, from->d_name, size);
	memcpy(to, &head, offsetof(struct off32_dirent, d_name));
	return to;
}

OFF32_PUBLIC struct off32_dirent *off32_readdir(DIR *dir)
{
	struct dirent *entry = readdir(dir);

	return entry ? off32_narrow_dirent(entry) : NULL;
}
