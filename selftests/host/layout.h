/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The layout of uapi/hisi_venc_compat.h as numbers, for every compiler that
 * selftests/host/layout finds. Compiles as C and as C++; nothing is run.
 */
#include "hisi_venc_compat.h"

#ifdef __cplusplus
#define ASSERT(e) static_assert(e, #e)
#else
#define ASSERT(e) _Static_assert(e, #e)
#endif

#define SIZE(name, size) ASSERT(sizeof(struct hisi_venc_compat_##name) == size)
#define AT(name, member, offset) ASSERT(__builtin_offsetof( \
	struct hisi_venc_compat_##name, member) == offset)

SIZE(version, 8);
AT(version, interface, 0);
AT(version, module, 4);

SIZE(resolve, 72);
AT(resolve, fd, 0);
AT(resolve, flags, 4);
AT(resolve, length, 8);
AT(resolve, count, 16);
AT(resolve, reserved, 20);
AT(resolve, candidate, 24);
AT(resolve, offset, 56);
AT(resolve, index, 64);
AT(resolve, shape, 68);

SIZE(abi, 24);
AT(abi, flags, 0);
AT(abi, offset_bits, 4);
AT(abi, address, 8);
AT(abi, reserved, 16);

SIZE(stats, HISI_VENC_COMPAT_STATS_SIZE_MIN);
AT(stats, size, 0);
AT(stats, flags, 4);
AT(stats, name, 8);
AT(stats, shape, 40);
AT(stats, action, 168);

#ifndef __mips__
ASSERT(HISI_VENC_COMPAT_IOC_VERSION == 0x80085640u);
ASSERT(HISI_VENC_COMPAT_IOC_RESOLVE == 0xc0485641u);
ASSERT(HISI_VENC_COMPAT_IOC_ABI == 0x40185642u);
ASSERT(HISI_VENC_COMPAT_IOC_STATS == 0xc0005643u);
#elif defined(NUMBERS_OF_ITS_OWN)	/* other direction bits */
ASSERT(HISI_VENC_COMPAT_IOC_VERSION == 0x40085640u);
ASSERT(HISI_VENC_COMPAT_IOC_RESOLVE == 0xc0485641u);
ASSERT(HISI_VENC_COMPAT_IOC_ABI == 0x80185642u);
ASSERT(HISI_VENC_COMPAT_IOC_STATS == 0xc0005643u);
#endif
