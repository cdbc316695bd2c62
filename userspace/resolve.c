// SPDX-License-Identifier: MIT
/*
 * resolve.c - the kernel module's opinion on two candidate offsets.
 *
 * Of the two readings of a call, one in the ranges of the device it maps is
 * the right one. Nobody to ask, or no single answer: undecided. Asked anew for
 * each call; what holds for one call is no proof for the next.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hisi_venc_compat.h"
#include "shim.h"

enum off32_abi off32_resolve(int fd, size_t len, uint64_t narrow, uint64_t wide)
{
	struct hisi_venc_compat_resolve r = {
		.fd = fd,
		.length = len,
		.count = 2,
		.candidate = { narrow, wide },
	};
	int control, saved = errno;
	long result;

	control = syscall(SYS_openat, AT_FDCWD, "/dev/hisi_venc_compat",
			  O_RDONLY | O_CLOEXEC);
	if (control < 0) {
		errno = saved;
		return OFF32_UNDECIDED;
	}
	result = syscall(SYS_ioctl, control, HISI_VENC_COMPAT_IOC_RESOLVE, &r);
	syscall(SYS_close, control);
	errno = saved;
	if (result)
		return OFF32_UNDECIDED;
	return r.index ? OFF32_WIDE : OFF32_NARROW;
}
