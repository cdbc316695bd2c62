#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# bench.sh [KERNEL...]: what the module costs, counted in instructions, in a
# guest on each of these kernels (without: armhf 5.10, 6.1, 6.12 and newest), or
# on a tree of one's own: KDIR and what else check-tree takes (tree.sh).
#
# SAVE=1: the figures become those of selftests/bench/results, that later runs
# are compared with, and docs/speed.md and its plot are made from them.
#
# Promises: build/bench/NAME/results holds `KEY VALUE` lines, sorted. Each
# figure that is more than 1 % worse than the saved one is named, and so is each
# that did not repeat within the run (bench-compare.sh). Exit status 0 only if
# every timed call did what it must, and nothing is named.

. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/parts.sh"
. "$(dirname "$0")/look.sh"

saved=$top/selftests/bench/results
arch=armhf
named=0
# where the host's own figures, several processors and the profile come from
shown=6.1-armmp

# packaged KERNEL: sets what is measured to one of Debian's
packaged()
{
	name=$1
	"$run/kernel.sh" fetch "$name"
	read -r _ karch cross _ < <(table archs $arch)
	image=$cache/kernels/$name/vmlinuz
	into=(-C "$cache/kernels/$name/headers" ARCH="$karch"
		CROSS_COMPILE="$cross-" CC="$cross-gcc-12")
	programs=$arch
	append="console=ttyAMA0 mem=192M MMZ_PHYS=0x4c000000 MMZ_LEN=0x4000000"
	board=(qemu-system-arm -M virt -cpu cortex-a15)
	size=256
}

# own_tree: the same for KDIR
own_tree()
{
	local i

	look_at_all
	[ "$karch" = arm ] || die "make bench counts on ARM alone"
	name=${release%%[-+]*}-$MACHINE
	image=$IMAGE
	into=(-C "$KDIR" "${compiler[@]}")
	programs=${programs%%,*}
	append="console=$console ${hide//+/ } MMZ_PHYS=$mmz_phys MMZ_LEN=$mmz_len ${CMDLINE-}"
	# one processor, whatever the board has
	board=()
	for ((i = 0; i < ${#args[@]}; i++)); do
		case ${args[i]} in
		-smp) i=$((i + 1)) ;;
		-m)
			i=$((i + 1))
			size=${args[i]}
			;;
		*) board+=("${args[i]}") ;;
		esac
	done
}

# pack DIR TEST...: DIR/initramfs of these tests
pack()
{
	local dir=$1 test

	shift
	mkdir -p "$dir"
	rm -f "$dir/console"
	for test; do
		echo "$test -"
	done >"$dir/plan"
	(
		build=$build/bench
		make_initramfs "$dir" "$out/modules" "$programs"
	)
	say "booting $name for $*"
}

# judged DIR: whatever is timed must have been seen to be right
judged()
{
	"$run/judge.sh" "$1" >"$1/judged" || {
		cat "$1/judged" >&2
		die "$name: a timed call did not do what it must"
	}
}

modules()
{
	local part

	say "building the modules for $name"
	copy_sources "$out/src"
	copy_new "$top/selftests/bench" "$out/src/bench"
	rm -rf "$out/modules"
	mkdir "$out/modules"
	for part in main vendor bench; do
		quietly "$out/$part.log" make M="$out/src/$part" "${into[@]}" \
			modules
	done
	cp "$out/src/main/hisi_venc_compat.ko" "$out/src/vendor/hvc_base.ko" \
		"$out"/src/bench/*.ko "$out/modules/"
	# what the module keeps in memory, by its own structures
	quietly "$out/sizes.log" make M="$out/src/bench/sizes" "${into[@]}" \
		KBUILD_MODPOST_WARN=1 modules
}

# programs ARCH TARGET: build/bench/guest-ARCH, what is timed and the shim
programs()
{
	local dir=$build/bench/guest-$1 abi cross _
	local musl=$build/toolchain/musl-$1-gcc

	hold "$dir"
	"$run/userland.sh" "$1"
	say "building the programs for $1"
	read -r abi _ cross _ < <(table archs "$1")
	quietly "$dir/shim.log" make -C "$top/selftests/guest" OUT="$dir" \
		ABI="$abi" MUSL_CC="$musl" VENDOR_CC="$cross-gcc-12" \
		"$dir/tests/libshim-glibc.so" "$dir/tests/liboff32-compat.so"
	quietly "$dir/bench.log" make -C "$top/selftests/bench" OUT="$dir" \
		LINK="$(cat "$dir/guest-obj/userspace/guest.libs")" \
		MUSL_CC="$musl" VENDOR_CC="$cross-gcc-12" "$2"
}

# sizes: text, data and bss of the module, of each of its objects and of the
# shim's; bytes that the module keeps for each thing
sizes()
{
	local cross _ shim=$build/bench/guest-$programs/small

	read -r _ _ cross _ < <(table archs "$programs")
	quietly "$shim.log" make -C "$top/userspace" O="$shim" CFLAGS=-Os \
		CC="$build/toolchain/musl-$programs-gcc" AR="$cross-ar" all
	{
		"$cross-size" "$out/modules/hisi_venc_compat.ko" \
			"$out"/src/main/kmod/*.o
		"$cross-size" -t "$shim/liboff32-compat.a" | tail -n 1
	} | awk '
		$1 !~ /^[0-9]/ { next }
		{
			sub(/.*\//, "", $6)
			if ($6 ~ /^hisi_venc_compat\.(mod\.)?o$/)
				next
			sub(/^\(TOTALS\)$/, "shim", $6)
			print "size/" $6 "/text", $1
			print "size/" $6 "/data", $2
			print "size/" $6 "/bss", $3
		}'
	"$cross-nm" -S "$out/src/bench/sizes/sizes.o" | while read -r _ size _ thing; do
		case $thing in
		hvc_size_*) echo "memory/${thing#hvc_size_} $((16#$size))" ;;
		esac
	done
}

# host: the decision and the shim by this machine's wall clock; not compared
host()
{
	local tests=$build/bench/guest-i386/tests
	local loader=$cache/userland/i386/root/lib/ld-musl-i386.so.1

	quietly "$build/bench/decide.log" gcc -O2 -Wall -Wextra -Werror \
		-I"$top/kmod" "$top/selftests/bench/decide.c" \
		"$top/kmod/decide.c" "$top/kmod/ranges.c" \
		-o "$build/bench/decide"
	say "timing the decision on this machine"
	"$build/bench/decide" >"$build/bench/decide.txt"
	(programs i386 host)
	say "timing the shim on this machine"
	"$loader" "$tests/shim_pairs" "$loader" "$tests/shim_pairs" "$tests/shim_pairs-linked" \
		"$tests/libshim-glibc.so" "$tests/liboff32-compat.so" \
		>"$build/bench/shim.txt"
}

# figures: `KEY VALUE` of what the guests printed
figures()
{
	local consoles=("$out"/counted/console)

	[ ! -e "$out/crowd/console" ] || consoles+=("$out/crowd/console")
	cat "${consoles[@]}" | tr -d '\r' | awk '
		$1 == "HVC-BEGIN" {
			from = $2 == "alternatives" ? "alternatives/" : ""
		}
		$1 == "bench" && NF == 3 { print from $2, $3 }
		$1 == "alternative" {
			print "case/" $2 "/" $3, $4 ($5 == "" ? "" : "-" $5)
		}'
	[ ! -e "$out/profile/figures" ] || cat "$out/profile/figures"
	sizes
}

# measure: all figures of the target
measure()
{
	out=$build/bench/$name
	hold "$out"
	modules
	(programs "$programs" all)
	pack "$out/counted" bench alternatives
	boot "$out/counted" "$image" "$append" "${board[@]}" -m "$size" \
		-icount shift=0
	judged "$out/counted"
	if [ "$name" = "$shown" ]; then
		# room for thousands; memory above 760 MiB makes each call dearer
		pack "$out/crowd" crowd
		boot "$out/crowd" "$image" \
			"$(sed 's/=192M/=960M/; s/=0x4c/=0x7c/' <<<"$append")" \
			"${board[@]}" -m 1024 -icount shift=0
		judged "$out/crowd"
		pack "$out/cpus" cpus
		boot "$out/cpus" "$image" "$append" "${board[@]}" -m "$size" \
			-smp 4
		judged "$out/cpus"
		tr -d '\r' <"$out/cpus/console" |
			grep '^cpus ' >"$build/bench/cpus.txt"
		pack "$out/profile" profile
		"$run/bench-profile.sh" "$out" "$image" "$append" \
			"${board[@]}" -m "$size"
		judged "$out/profile"
	fi
	figures | sort >"$out/results"
	say "$name: $(wc -l <"$out/results") figures"
	"$run/bench-compare.sh" "$name" "$out/results" "$saved/$name" || named=1
	[ -z "${SAVE-}" ] || cp "$out/results" "$saved/$name"
}

mkdir -p "$build/bench" "$saved"
if [ -n "${KDIR-}" ]; then
	own_tree
	measure
else
	[ $# -gt 0 ] || set -- 5.10-armmp 6.1-armmp 6.12-armmp newest-armmp
	for kernel; do
		packaged "$kernel"
		measure
		[ "$kernel" = "$shown" ] || continue
		host
		if [ -n "${SAVE-}" ]; then
			for part in cpus decide shim; do
				cp "$build/bench/$part.txt" "$saved/$part"
			done
		fi
	done
fi
[ -z "${SAVE-}" ] || "$run/bench-report.sh"
exit "$named"
