/* SPDX-License-Identifier: MIT */
/* types.h - for compilers that come without the kernel's headers. */
#ifndef OFF32_LINUX_TYPES_H
#define OFF32_LINUX_TYPES_H

#include <stdint.h>

typedef int32_t __s32;
typedef uint32_t __u32;
typedef int64_t __s64;
typedef uint64_t __u64;

#endif
