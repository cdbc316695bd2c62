#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# userspace.sh OUTDIR: the tests of userspace/ as ARM programs, in QEMU's user
# emulation. Promises what tap.sh does.

. "$(dirname "$0")/common.sh"

out=${1:?userspace.sh OUTDIR}
"$run/userland.sh" armhf
exec "$run/tap.sh" "$out" userspace make --no-print-directory \
	-C "$top/selftests/userspace" O="$build/userspace-armhf" \
	MUSL_CC="$build/toolchain/musl-armhf-gcc" \
	VENDOR_CC=arm-linux-gnueabihf-gcc-12 check
