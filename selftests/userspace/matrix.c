// SPDX-License-Identifier: GPL-2.0
/*
 * matrix.c - one vendor-like library, eight patterns of neighbouring words.
 *
 *	matrix LIBRARY [NATIVE-LIBRARY]
 *
 * After each legacy call the program itself, and a native library, map above
 * 4 GiB in the same process. Prints the score of each kind of caller.
 */
#include <dlfcn.h>

#include "vendor.h"
#include "world.h"

typedef void *map_fn(int, size_t, uint64_t, const uint32_t *);

static map_fn *load(const char *name)
{
	void *lib = dlopen(name, RTLD_NOW);
	map_fn *map;

	if (!lib || !(map = (map_fn *)dlsym(lib, "vendor_map"))) {
		fprintf(stderr, "%s\n", dlerror());
		exit(2);
	}
	return map;
}

int main(int argc, char **argv)
{
	struct score legacy = { 0 }, own = { 0 }, native = { 0 };
	map_fn *map = load(argv[1]), *map_native = NULL;
	int fd = world_open();
	unsigned int i, j;

	if (argc > 2)
		map_native = load(argv[2]);
	for (i = 0; i < WORLD_OFFSETS; i++) {
		uint32_t off = world_offsets[i];
		uint64_t above = off + ABOVE;
		const uint32_t near[][2] = {
			{ 0, 0 },			/* fresh stack */
			{ 0, 100 },			/* channel * 100 */
			{ 0x7efff000, 0 },		/* aligned pointer */
			{ 0x7efff6b8, 0x40012345 },	/* pointers */
			{ 0x1000, 0 },			/* a size */
			{ 0x20050000, 0 },		/* an older offset */
			{ off, 0xffffffff },		/* sign-extended */
			{ 0xffffffff, 0xffffffff },	/* -1 */
		};

		for (j = 0; j < sizeof(near) / sizeof(*near); j++) {
			world_judge(&legacy, fd, map(fd, PAGE, off, near[j]), off);
			world_judge(&own, fd, mmap(NULL, PAGE,
						   PROT_READ | PROT_WRITE,
						   MAP_SHARED, fd, above),
				    above);
			if (map_native)
				world_judge(&native, fd,
					    map_native(fd, PAGE, above,
						       near[j]), above);
		}
	}
	world_print("legacy", &legacy);
	world_print("own", &own);
	world_print("native", &native);
	return 0;
}
