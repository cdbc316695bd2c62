#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# guest.sh KERNEL MACHINE OUTDIR [TEST...]: boot it, run the tests of
# selftests/guest/plan, or those named, and judge what they say.
#
# Promises: OUTDIR/console is all that the guest printed (OUTDIR/TEST/console for
# a test that wants a boot of its own), OUTDIR/results one line for each result; the summary goes to stdout. Exit status 0 only if the
# guest reported to the end and nothing failed. BUILT=1: do not build first.
# HVC_BOOT_LIMIT: seconds until a guest that does not end is stopped.
# HVC_STORM_SECONDS, HVC_CYCLES, HVC_FUZZ_CALLS, HVC_ORACLE_CASES, HVC_FAIL_STEP
# and HVC_FUZZ_SEED are handed to the tests.

. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/parts.sh"

[ $# -ge 3 ] || die "guest.sh KERNEL MACHINE OUTDIR [TEST...]"
kernel=$1
machine=$2
out=$3
shift 3

arch=$("$run/kernel.sh" get "$kernel" arch)
programs=$("$run/kernel.sh" get "$kernel" programs)
read -r mmz_phys mmz_len hide console dtb qemu \
	< <(table machines "$machine" "$arch") ||
	die "no machine $machine for $arch kernels in selftests/run/machines"
read -r abi _ < <(table archs "$arch") ||
	die "no architecture $arch in selftests/run/archs"
[ -n "${BUILT-}" ] || "$run/build.sh" "$kernel"

image=$cache/kernels/$kernel
columns=$abi
! grep -q '^CONFIG_ARM_LPAE=y' "$image/config" || columns="lpae $abi"
read -r -a args <<<"$qemu"
[ "$dtb" = - ] || args+=(-dtb "$image/dtbs/$dtb")

mkdir -p "$out"
out=$(cd "$out" && pwd)
make_plan "$columns" "$(cat "$image/release")" "$@" >"$out/plan.named" ||
	die "no column $abi in selftests/guest/plan"
# those that debug kernels have besides may be named for any kernel
awk 'FNR == NR { if (!/^#/) count[$1] = $2; next }
	$2 == "-" && $1 in count { $2 = count[$1] }
	{ print }' "$top/selftests/guest/plan.debug" "$out/plan.named" \
	>"$out/plan"
[ -s "$out/plan" ] || die "no test to run: selftests/guest/plan is empty"
# what a debug kernel must have been built with, asserted there
"$run/kernel.sh" asked "$kernel" >"$out/asked"
rm -rf "$out/extra/asked" "$out/extra/stress"
if [[ " $* " = *" stress "* ]] || { [ $# = 0 ] && [ -s "$out/asked" ]; }; then
	"$run/stress.sh" "${programs%%,*}"
	mkdir -p "$out/extra"
	cp -a "$cache/userland/${programs%%,*}/stress" "$out/extra/"
fi
if [ -s "$out/asked" ]; then
	mkdir -p "$out/extra"
	cp "$out/asked" "$out/extra/asked"
	races=$(grep -c '^CONFIG_KCSAN=' "$out/asked" || true)
	sed -i "1i debugkernel $(($(wc -l <"$out/asked") + 5 + races))" \
		"$out/plan"
	[ $# != 0 ] ||
		sed '/^#/d; s/[ \t]\+/ /' "$top/selftests/guest/plan.debug" \
			>>"$out/plan"
	echo "debugend $((4 + races))" >>"$out/plan"
fi
say "booting $kernel on $machine"
run_guest "$out" "$build/$kernel/modules" "$programs" "$image/vmlinuz" \
	"console=$console ${hide//+/ } $("$run/kernel.sh" get "$kernel" arguments) MMZ_PHYS=$mmz_phys MMZ_LEN=$mmz_len" \
	"${args[@]}"
