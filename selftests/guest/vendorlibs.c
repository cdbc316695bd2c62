// SPDX-License-Identifier: GPL-2.0
/* Opens every build of the vendor-like library. */
#include <dlfcn.h>

#include "ktap.h"
#include "sites.h"

struct vendor_lib vendor_libs[VENDOR_LIBS];

static const char *const names[] = VENDOR_NAMES;

const char *vendor_lib_file(const struct vendor_lib *lib)
{
	static char file[64];

	snprintf(file, sizeof(file), "libvendor-%s.so",
		 names[lib - vendor_libs]);
	return file;
}

static void *symbol(struct vendor_lib *lib, const char *name)
{
	void *p = dlsym(lib->handle, name);

	if (!p)
		bail("%s has no %s", lib->name, name);
	return p;
}

void vendor_libs_open(void)
{
	struct vendor_lib *lib;
	char name[64];
	int n;

	for (lib = vendor_libs; lib < vendor_libs + VENDOR_LIBS; lib++) {
		lib->name = names[lib - vendor_libs];
		snprintf(name, sizeof(name), "/tests/libvendor-%s.so",
			 lib->name);
		lib->handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
		if (!lib->handle)
			bail("%s", dlerror());
		for (n = 0; n < VSITES; n++) {
			snprintf(name, sizeof(name), "v%d_map", n);
			lib->map[n] = (vmap_fn *)symbol(lib, name);
		}
		lib->honest = (vhonest_fn *)symbol(lib, "vh_map");
	}
}
