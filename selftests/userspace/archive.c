// SPDX-License-Identifier: GPL-2.0
/*
 * archive.c - a vendor archive in an executable of its own libc's making.
 */
#include "vendor.h"
#include "world.h"

int main(void)
{
	static const uint32_t near[2] = { 0, 100 };
	struct score legacy = { 0 }, own = { 0 };
	int fd = world_open();
	unsigned int i;

	for (i = 0; i < WORLD_OFFSETS; i++) {
		uint64_t off = world_offsets[i];

		world_judge(&legacy, fd, vendor_map(fd, PAGE, off, near), off);
		world_judge(&own, fd, mmap(NULL, PAGE, PROT_READ, MAP_SHARED,
					   fd, off + ABOVE), off + ABOVE);
	}
	world_print("legacy", &legacy);
	world_print("own", &own);
	return 0;
}
