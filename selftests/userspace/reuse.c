// SPDX-License-Identifier: GPL-2.0
/*
 * reuse.c - one object unloaded, another loaded in its place.
 *
 *	reuse NARROW-LIBRARY WIDE-LIBRARY
 *
 * For a libc that unmaps objects, with a shim that decides there (OFF32_FORCE).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include "vendor.h"
#include "world.h"

static void *base;

static const char *map_through(const char *name, uint64_t off)
{
	static const uint32_t near[2] = { 1, 2 };
	void *(*map)(int, size_t, uint64_t, const uint32_t *);
	void *lib = dlopen(name, RTLD_NOW);
	struct score s = { 0 };
	int fd = world_open();
	Dl_info info;

	if (!lib || !(map = dlsym(lib, "vendor_map")) || !dladdr(map, &info)) {
		fprintf(stderr, "%s\n", dlerror());
		exit(2);
	}
	if (base && base != info.dli_fbase) {
		fprintf(stderr, "%s is not in the other's place\n", name);
		exit(2);
	}
	base = info.dli_fbase;
	world_judge(&s, fd, map(fd, PAGE, off, near), off);
	world_judge(&s, fd, map(fd, PAGE, off, near), off);
	close(fd);
	dlclose(lib);
	return s.right == 2 ? "right" : "wrong";
}

int main(int argc, char **argv)
{
	int i;

	/* What the second one needs must not take the place of the first. */
	if (!dlopen("libc.so", RTLD_NOW))
		return 2;
	for (i = 0; argc > 2 && i < 3; i++) {
		printf("%s ", map_through(argv[1], world_offsets[i]));
		printf("%s\n", map_through(argv[2], world_offsets[i]));
	}
	return 0;
}
