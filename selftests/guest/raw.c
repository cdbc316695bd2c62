// SPDX-License-Identifier: GPL-2.0
/* mmap2 by the system call instruction. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "sites.h"

#ifndef SYS_mmap2
#include <sys/syscall.h>
#endif

void *raw_mmap2(int fd, size_t len, unsigned long pgoff, void *sp)
{
	/* Zeros above sp: no argument block lies there by accident. */
	static __thread uint32_t empty[1024] __attribute__((aligned(8)));
	struct raw_call c = {
		.len = len, .prot = PROT_READ | PROT_WRITE,
		.flags = MAP_SHARED, .fd = fd, .pgoff = pgoff,
		.nr = SYS_mmap2, .sp = sp ? sp : empty + 256,
	};
	long ret;

	if (!sp)
		stack_args(empty + 256, fd, pgoff);
	ret = raw_syscall(&c);

	if (ret < 0 && ret > -4096) {
		errno = -ret;
		return MAP_FAILED;
	}
	return (void *)ret;
}
