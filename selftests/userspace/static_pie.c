// SPDX-License-Identifier: GPL-2.0
/* static_pie.c - entry points where there is no libc behind them. */
#include <dirent.h>
#include <string.h>

#include "off32_compat.h"
#include "world.h"

int main(void)
{
	struct score s = { 0 };
	int fd = world_open(), i;
	DIR *dir = opendir("/");

	printf("present %d\n", off32_compat_present());
	world_judge(&s, fd, mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd,
				 0x84005000), 0x84005000);
	printf("mmap %s\n", s.right ? "right" : "wrong");
	for (i = 0; i < 2; i++) {
		errno = 0;
		if (dir && readdir(dir))
			break;
	}
	printf("readdir %s\n", i < 2 ? "works" :
	       errno == ENOSYS ? "ENOSYS" : strerror(errno));
	return 0;
}
