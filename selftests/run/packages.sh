#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# packages.sh OUTDIR [all]: what `make install' installs, the source for DKMS and
# the Debian packages; all: these also in a clean Debian. Promises what tap.sh
# does.

. "$(dirname "$0")/common.sh"

out=${1:?packages.sh OUTDIR [all]}
"$run/kernel.sh" fetch 6.1-amd64
"$run/userland.sh" armhf
mkdir -p "$out"
out=$(cd "$out" && pwd)
HEADERS=$cache/kernels/6.1-amd64/headers \
	RELEASE=$(cat "$cache/kernels/6.1-amd64/release") \
	MUSL_ARMHF=$build/toolchain/musl-armhf-gcc \
	exec "$run/tap.sh" "$out" packages \
	"$top/selftests/packages/run.sh" "$out/work" "${2-}"
