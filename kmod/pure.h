/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pure.h - what the pure parts (decide, ranges, mmz) may use of the world:
 * integer types, error numbers and memmove. The same files compile for the
 * host, where the unit tests and the fuzzer drive them.
 */
#ifndef HVC_PURE_H
#define HVC_PURE_H

#ifdef __KERNEL__
#include <linux/types.h>
#include <linux/errno.h>
#include <linux/string.h>
#else
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;
#endif

#endif /* HVC_PURE_H */
