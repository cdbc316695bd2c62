// SPDX-License-Identifier: MIT
/*
 * present.c - did the entry points make it into the dynamic symbols?
 */
#include <dlfcn.h>

#include "off32_compat.h"
#include "shim.h"

/* By label: dlsym() of musl 1.2's headers looks for other names. */
void *off32_dlsym(void *handle, const char *name) __asm__("dlsym");

#define ENTRY_POINT(name) extern const char entry_##name[] __asm__(#name);
#include "entry-points.h"
#undef ENTRY_POINT

OFF32_PUBLIC int off32_compat_present(void)
{
#define ENTRY_POINT(name) { #name, entry_##name },
	static const struct {
		char name[12];
		const char *address;
	} all[] = {
#include "entry-points.h"
	}, *e;

	for (e = all; e < all + sizeof(all) / sizeof(*all); e++)
		if (off32_dlsym(RTLD_DEFAULT, e->name) != e->address)
			return 0;
	return 1;
}
