#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# bench.sh [KERNEL...]: what the module costs, counted in instructions, in a
# guest on each of these kernels (without: armhf 5.10, 6.1, 6.12 and newest).
#
# SAVE=1: the figures become those of selftests/bench/results, that later runs
# are compared with, and docs/speed.md and its plot are made from them.
#
# Promises: build/bench/KERNEL/results holds `KEY VALUE` lines, sorted. Each
# figure that is more than 1 % worse than the saved one is named, and so is each
# that did not repeat within the run. Exit status 0 only if every timed call did
# what it must, and nothing is named.

. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/parts.sh"

saved=$top/selftests/bench/results
arch=armhf
named=0

# guest NAME KERNEL "QEMU..." TEST...: boots into $build/bench/KERNEL/NAME
guest()
{
	local out=$build/bench/$2/$1 kernel=$2 qemu=$3 test
	local mmz_phys mmz_len hide console _
	local -a args

	shift 3
	read -r mmz_phys mmz_len hide console _ < <(table machines virt "$arch")
	read -r -a args <<<"$qemu"
	mkdir -p "$out"
	rm -f "$out/console"
	for test; do
		echo "$test -"
	done >"$out/plan"
	(
		build=$build/bench
		make_initramfs "$out" "$build/$kernel/modules" "$arch"
	)
	say "booting $kernel for $*"
	boot "$out" "$cache/kernels/$kernel/vmlinuz" \
		"console=$console $hide MMZ_PHYS=$mmz_phys MMZ_LEN=$mmz_len" \
		"${args[@]}"
	"$run/judge.sh" "$out" >"$out/judged" || {
		cat "$out/judged" >&2
		die "$kernel: a timed call did not do what it must"
	}
}

# modules KERNEL: build/bench/KERNEL/modules, the module and what is timed
modules()
{
	local kernel=$1 out=$build/bench/$1 part karch cross _

	"$run/kernel.sh" fetch "$kernel"
	read -r _ karch cross _ < <(table archs "$arch")
	say "building the modules for $kernel"
	copy_sources "$out/src"
	copy_new "$top/selftests/bench" "$out/src/bench"
	rm -rf "$out/modules"
	mkdir "$out/modules"
	for part in main vendor bench; do
		quietly "$out/$part.log" make M="$out/src/$part" \
			-C "$cache/kernels/$kernel/headers" ARCH="$karch" \
			CROSS_COMPILE="$cross-" CC="$cross-gcc-12" modules
	done
	cp "$out/src/main/hisi_venc_compat.ko" "$out/src/vendor/hvc_base.ko" \
		"$out"/src/bench/*.ko "$out/modules/"
}

# programs: build/bench/guest-ARCH, what is timed and the shim
programs()
{
	local out=$build/bench/guest-$arch abi cross _
	local musl=$build/toolchain/musl-$arch-gcc

	hold "$out"
	"$run/userland.sh" "$arch"
	say "building the programs"
	read -r abi _ cross _ < <(table archs "$arch")
	quietly "$out/bench.log" make -C "$top/selftests/bench" OUT="$out" \
		MUSL_CC="$musl" VENDOR_CC="$cross-gcc-12" all
	quietly "$out/shim.log" make -C "$top/selftests/guest" OUT="$out" \
		ABI="$abi" MUSL_CC="$musl" VENDOR_CC="$cross-gcc-12" \
		"$out/tests/libshim-glibc.so" "$out/tests/liboff32-compat.so"
}

# sizes KERNEL: text, data and bss of the module and of each of its objects
sizes()
{
	local out=$build/bench/$1 cross _

	read -r _ _ cross _ < <(table archs "$arch")
	"$cross-size" "$out/modules/hisi_venc_compat.ko" \
		"$out"/src/main/kmod/*.o |
		awk 'NR > 1 {
			sub(/.*\//, "", $6)
			if ($6 ~ /^hisi_venc_compat\.(mod\.)?o$/)
				next
			print "size/" $6 "/text", $1
			print "size/" $6 "/data", $2
			print "size/" $6 "/bss", $3
		}'
}

# host: the decision alone, by this machine's wall clock; not compared
host()
{
	quietly "$build/bench/decide.log" gcc -O2 -Wall -Wextra -Werror \
		-I"$top/kmod" "$top/selftests/bench/decide.c" \
		"$top/kmod/decide.c" "$top/kmod/ranges.c" \
		-o "$build/bench/decide"
	"$build/bench/decide" >"$build/bench/decide.txt"
}

# figures KERNEL: `KEY VALUE` of what the guests printed
figures()
{
	local out=$build/bench/$1

	tr -d '\r' <"$out/counted/console" | awk '
		$1 == "HVC-BEGIN" { from = $2 == "bench" ? "" : $2 "/" }
		$1 == "bench" && NF == 3 { print from $2, $3 }
		$1 == "alternative" {
			print "case/" $2 "/" $3, $4 ($5 == "" ? "" : "-" $5)
		}'
	sizes "$1"
}

# compare KERNEL: names what is worse than it was, or did not repeat
compare()
{
	local kernel=$1 now=$build/bench/$1/results

	awk -v kernel="$kernel" '
		function name(text) { print kernel ": " text; bad = 1 }
		{ value[$1] = $2 }
		END {
			for (key in value) {
				again = key
				if (!sub(/^(none|repair)\//, "&", again))
					continue
				sub(/\//, "-again/", again)
				if (!(again in value))
					continue
				off = value[again] / value[key] - 1
				if (off > 0.01 || off < -0.01)
					name(sprintf("%s: %d, and again: %d",
						key, value[key], value[again]))
			}
			exit bad
		}' "$now" || return 1
	[ -e "$saved/$kernel" ] || return 0
	awk -v kernel="$kernel" '
		NR == FNR { was[$1] = $2; next }
		$1 in was && $2 + 0 > 0 && $2 > was[$1] * 1.01 {
			printf "%s: %s: %d, was %d (+%.1f %%)\n", kernel, $1,
				$2, was[$1], ($2 / was[$1] - 1) * 100
			bad = 1
		}
		$1 in was && $1 ~ /^case\// && $2 != was[$1] {
			print kernel ": " $1 ": " $2 ", was " was[$1]
			bad = 1
		}
		END { exit bad }' "$saved/$kernel" "$now"
}

[ $# -gt 0 ] || set -- 5.10-armmp 6.1-armmp 6.12-armmp newest-armmp
mkdir -p "$build/bench" "$saved"
counted="qemu-system-arm -M virt -cpu cortex-a15 -smp 1 -m 256 -icount shift=0"
host
[ -z "${SAVE-}" ] || cp "$build/bench/decide.txt" "$saved/decide"
for kernel; do
	hold "$build/bench/$kernel"
	modules "$kernel"
	(programs)
	guest counted "$kernel" "$counted" bench alternatives
	if [ "$kernel" = 6.1-armmp ]; then
		guest cpus "$kernel" "${counted/-smp 1 -m 256 -icount shift=0/-smp 4 -m 256}" \
			cpus
	fi
	figures "$kernel" | sort >"$build/bench/$kernel/results"
	if [ "$kernel" = 6.1-armmp ]; then
		tr -d '\r' <"$build/bench/$kernel/cpus/console" |
			grep '^cpus ' >"$build/bench/cpus.txt"
	fi
	say "$kernel: $(wc -l <"$build/bench/$kernel/results") figures"
	compare "$kernel" || named=1
	if [ -n "${SAVE-}" ]; then
		cp "$build/bench/$kernel/results" "$saved/$kernel"
		[ "$kernel" != 6.1-armmp ] ||
			cp "$build/bench/cpus.txt" "$saved/cpus"
	fi
done
[ -z "${SAVE-}" ] || "$run/bench-report.sh"
exit "$named"
