// SPDX-License-Identifier: GPL-2.0
/* Opens every build of the vendor-like library. */
#include <dlfcn.h>

#include "ktap.h"
#include "sites.h"

struct vendor_lib vendor_libs[VENDOR_LIBS] = {
	{ .name = "arm-O0" }, { .name = "arm-O2" }, { .name = "arm-Os" },
	{ .name = "thumb-O0" }, { .name = "thumb-O2" }, { .name = "thumb-Os" },
};

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
