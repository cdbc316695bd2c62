// SPDX-License-Identifier: MIT
/* archive.c - what archive.h promises. */
#include <ar.h>
#include <ctype.h>
#include <string.h>

#include "archive.h"

#define NAME_LONGEST 4096

enum archive_kind archive_kind(const unsigned char *bytes, size_t size)
{
	if (size < SARMAG)
		return ARCHIVE_NONE;
	if (!memcmp(bytes, "!<thin>\n", SARMAG))
		return ARCHIVE_THIN;
	return memcmp(bytes, ARMAG, SARMAG) ? ARCHIVE_NONE : ARCHIVE_WHOLE;
}

/* Decimal digits, then blanks; false for anything else. */
static bool decimal(const char *s, size_t n, size_t *value)
{
	size_t v = 0, i = 0;

	for (; i < n && isdigit((unsigned char)s[i]); i++)
		v = 10 * v + (size_t)(s[i] - '0');	/* 16 digits at most */
	if (!i)
		return false;
	for (; i < n; i++)
		if (s[i] != ' ')
			return false;
	*value = v;
	return true;
}

static void copy_name(char *name, const char *s, size_t n, const char *ends)
{
	size_t i;

	for (i = 0; i < n && i < NAME_LONGEST && s[i] && !strchr(ends, s[i]);
	     i++)
		name[i] = s[i];
	name[i] = '\0';
}

bool archive_each(const unsigned char *bytes, size_t size,
		  void (*visit)(void *cookie, const char *name,
				const unsigned char *bytes, size_t size),
		  void *cookie)
{
	const unsigned char *names = NULL;
	size_t at = SARMAG, nnames = 0;
	char name[NAME_LONGEST + 1];

	while (at < size) {
		const unsigned char *body;
		struct ar_hdr h;
		size_t n, where;

		if (size - at < sizeof(h))
			return false;
		memcpy(&h, bytes + at, sizeof(h));
		at += sizeof(h);
		if (memcmp(h.ar_fmag, ARFMAG, 2) ||
		    !decimal(h.ar_size, sizeof(h.ar_size), &n) ||
		    n > size - at)
			return false;
		body = bytes + at;
		at += n + (n & 1 && n < size - at);
		if (!memcmp(h.ar_name, "// ", 3)) {
			names = body;
			nnames = n;
			continue;
		}
		if (!memcmp(h.ar_name, "/ ", 2) ||
		    !memcmp(h.ar_name, "/SYM64/ ", 8))
			continue;
		if (h.ar_name[0] == '/') {
			if (!decimal(h.ar_name + 1, sizeof(h.ar_name) - 1,
				     &where) || where >= nnames)
				return false;
			copy_name(name, (const char *)names + where,
				  nnames - where, "\n");
			if (*name && name[strlen(name) - 1] == '/')
				name[strlen(name) - 1] = '\0';
		} else if (!memcmp(h.ar_name, "#1/", 3)) {
			if (!decimal(h.ar_name + 3, sizeof(h.ar_name) - 3,
				     &where) || where > n)
				return false;
			copy_name(name, (const char *)body, where, "");
			body += where;
			n -= where;
		} else {
			copy_name(name, h.ar_name, sizeof(h.ar_name), "/");
			where = strlen(name);
			while (where && name[where - 1] == ' ')
				name[--where] = '\0';
		}
		visit(cookie, name, body, n);
	}
	return true;
}
