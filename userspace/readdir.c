// SPDX-License-Identifier: MIT
/*
 * readdir.c - readdir.
 *
 * What a DIR holds is libc's secret, so libc's own readdir is needed, and only
 * dlsym knows it. readdir is not for signal handlers; dlsym is called once.
 *
 * A static program has no such dlsym, and no foreign objects either. It is
 * linked without -u; with it the link fails, since it has no _DYNAMIC. A static
 * PIE has one, and is told.
 */
#include <dlfcn.h>
#include <errno.h>

#include "off32_compat.h"
#include "shim.h"

void *off32_dlsym(void *handle, const char *name) __asm__("dlsym");

void *off32_entry_readdir(DIR *dir) OFF32_ENTRY("readdir");

extern const char _DYNAMIC[] OFF32_HIDDEN;

struct dirent *off32_libc_readdir(DIR *dir)
{
	static struct dirent *(*libc)(DIR *);
	static unsigned char told;
	struct dirent *(*f)(DIR *) = __atomic_load_n(&libc, __ATOMIC_RELAXED);

	if (!f) {
		__asm__ volatile("" : : "r"(_DYNAMIC));
		f = (struct dirent *(*)(DIR *))off32_dlsym(RTLD_NEXT, "readdir");
		if (!f) {
			if (!__atomic_exchange_n(&told, 1, __ATOMIC_RELAXED))
				off32_say("readdir", "static program; link it "
					  "without the flags of pkg-config", "");
			errno = ENOSYS;
			return NULL;
		}
		__atomic_store_n(&libc, f, __ATOMIC_RELAXED);
	}
	return f(dir);
}

void *off32_entry_readdir(DIR *dir)
{
	OFF32_CALL_NO_WORDS(c, "readdir",
						  off32_entry_readdir, -1);
	int narrow = off32_is_narrow(&c);
	void *entry = off32_libc_readdir(dir);

	if (entry && narrow)
		entry = off32_narrow_dirent(entry);
	off32_trace(&c, 0, (long)entry);
	return entry;
}
