/* SPDX-License-Identifier: MIT */
/* ioctl.h - for compilers that come without the kernel's headers. */
#include <sys/ioctl.h>
