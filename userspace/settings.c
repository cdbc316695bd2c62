// SPDX-License-Identifier: MIT
/*
 * settings.c - what users say: the environment and the link-time list.
 */
#include <stdlib.h>
#include <sys/auxv.h>

#include "off32_compat.h"
#include "shim.h"

extern const char off32_compat_legacy_objects[] __attribute__((weak));

const char *off32_setting(const char *name)
{
	return getauxval(AT_SECURE) ? NULL : getenv(name);
}

/*
 * @list: names with colons between them. An entry may be longer than @name,
 * which is cut off: then what there is must match.
 */
static int listed(const char *list, const char *name)
{
	const char *p;

	while (list && *list) {
		for (p = name; *p && *p == *list; p++, list++)
			;
		if (!*p && (!*list || *list == ':' || p - name ==
			    sizeof(((struct off32_object *)0)->name) - 1))
			return 1;
		while (*list && *list++ != ':')
			;
	}
	return 0;
}

enum off32_abi off32_declared(const char *name)
{
	if (listed(off32_setting("OFF32_COMPAT_WIDE"), name))
		return OFF32_WIDE;
	if (listed(off32_setting("OFF32_COMPAT_LEGACY"), name) ||
	    listed(off32_compat_legacy_objects, name))
		return OFF32_NARROW;
	return OFF32_UNDECIDED;
}
