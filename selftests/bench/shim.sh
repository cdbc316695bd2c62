#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# shim.sh [OUTDIR]: what the shim costs, in instructions, in a guest whose clock
# counts them. A measurement, not one of the tests of `make check`.
#
# Promises: stdout has a line for each way and caller, then the total; exit
# status 0 only if none costs more than the budget in shim_bench.c.

. "$(dirname "$0")/../run/common.sh"
run=$top/selftests/run
. "$run/parts.sh"

kernel=6.1-armmp
out=${1:-$build/bench-shim}
mkdir -p "$out"
[ -n "${BUILT-}" ] || "$run/build.sh" "$kernel"
echo "shim_bench 4" >"$out/plan"
one_boot "$out" "$build/$kernel/modules" armhf \
	"$cache/kernels/$kernel/vmlinuz" \
	"console=ttyAMA0 mem=192M MMZ_PHYS=0x4c000000 MMZ_LEN=0x4000000" \
	qemu-system-arm -M virt -cpu cortex-a15 -smp 1 -m 256 -icount shift=0
grep 'shim_bench:' "$out/results" || cat "$out/stopped"
"$run/total.sh" "$out/results"
