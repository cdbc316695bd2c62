#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# guest.sh KERNEL MACHINE OUTDIR [TEST...]: boot it, run the tests of
# selftests/guest/plan, or those named, and judge what they say.
#
# Promises: OUTDIR/console is all that the guest printed, OUTDIR/results one
# line for each result; the summary goes to stdout. Exit status 0 only if the
# guest reported to the end and nothing failed. BUILT=1: do not build first.
# HVC_BOOT_LIMIT: seconds until a guest that does not end is stopped.
# HVC_STORM_SECONDS, HVC_FUZZ_CALLS, HVC_FUZZ_SEED are handed to the tests.

. "$(dirname "$0")/common.sh"

[ $# -ge 3 ] || die "guest.sh KERNEL MACHINE OUTDIR [TEST...]"
kernel=$1
machine=$2
out=$3
shift 3
limit=${HVC_BOOT_LIMIT:-1800}

arch=$("$run/kernel.sh" get "$kernel" arch)
programs=$("$run/kernel.sh" get "$kernel" programs)
read -r mmz_phys mmz_len hide console dtb qemu \
	< <(table machines "$machine" "$arch") ||
	die "no machine $machine for $arch kernels in selftests/run/machines"
read -r abi _ < <(table archs "$arch") ||
	die "no architecture $arch in selftests/run/archs"
[ -n "${BUILT-}" ] || "$run/build.sh" "$kernel"

# The tests of the plan that this kernel's column has, and their results. A plan
# without a line of column names holds for every kernel.
plan()
{
	awk -v abi="$abi" '
		{ sub(/#.*/, "") }
		!NF { next }
		!column {
			if ($1 != "test")
				column = 2
			for (i = 2; !column && i <= NF; i++)
				if ($i == abi)
					column = i
			if (!column)
				exit 1
			if ($1 == "test")
				next
		}
		$column != "-" { print $1, $column }
		' "$top/selftests/guest/plan"
}

make_plan()
{
	local name

	if [ $# = 0 ]; then
		plan
		return
	fi
	for name; do
		if [ "$name" = demo ]; then
			echo "demo show"
			continue
		fi
		plan | awk -v name="$name" '$1 == name { print; found = 1 }
			END { if (!found) print name, "-" }' ||
			return
	done
}

make_initramfs()
{
	local root=$out/root main=${programs%%,*} lib program_arch variant

	rm -rf "$root"
	mkdir -p "$root/bin" "$root/lib" "$root/tests" "$root/modules"
	cp "$cache/userland/$main/busybox" "$root/bin/"
	cp "$run/init" "$root/init"
	cp "$top/selftests/settings" "$out/plan" "$root/"
	cp "$build/$kernel/modules/"*.ko "$root/modules/"
	for program_arch in ${programs//,/ }; do
		lib=$cache/userland/$program_arch
		cp -a "$lib/root/lib/." "$root/lib/"
		cp -a "$build/guest-$program_arch/tests/." "$root/tests/"
		if [ -d "$build/guest-$program_arch/lib" ]; then
			cp -a "$build/guest-$program_arch/lib/." "$root/lib/"
		fi
	done
	for variant in "$cache/userland/$main"/musl-*/libc.so; do
		[ -e "$variant" ] || continue
		variant=${variant%/*}
		mkdir "$root/lib/${variant##*/}"
		cp "$variant/libc.so" "$root/lib/${variant##*/}/"
	done
	(cd "$root" && find . | cpio -o -H newc -R 0:0 --quiet) |
		gzip -1 >"$out/initramfs"
	rm -r "$root"
}

boot()
{
	local image=$cache/kernels/$kernel status=0 args scale= name

	read -r -a args <<<"$qemu"
	[ "$dtb" = - ] || args+=(-dtb "$image/dtbs/$dtb")
	# --foreground: an interrupt must reach qemu, too
	# how long the storms and the fuzzer are, where that is asked for
	for name in HVC_STORM_SECONDS HVC_FUZZ_CALLS HVC_FUZZ_SEED; do
		[ -z "${!name-}" ] || scale+=" $name=${!name}"
	done
	# oops=panic: the guest ends at once instead of at its time limit
	timeout --foreground -k 5 "$limit" "${args[@]}" -accel tcg \
		-display none -monitor none -nic none -no-reboot \
		-serial "file:$out/console" \
		-kernel "$image/vmlinuz" -initrd "$out/initramfs" \
		-append "console=$console $hide panic=-1 oops=panic printk.time=1 log_buf_len=4M MMZ_PHYS=$mmz_phys MMZ_LEN=$mmz_len$scale" \
		</dev/null >"$out/qemu.log" 2>&1 || status=$?
	case $status in
	0) ;;
	124 | 137) echo "the guest did not end within $limit s" ;;
	*) echo "qemu: status $status, $(tail -n 1 "$out/qemu.log")" ;;
	esac >"$out/stopped"
}

mkdir -p "$out"
out=$(cd "$out" && pwd)
rm -f "$out/console" "$out/results"
make_plan "$@" >"$out/plan" || die "no column $abi in selftests/guest/plan"
[ -s "$out/plan" ] || die "no test to run: selftests/guest/plan is empty"
make_initramfs
say "booting $kernel on $machine ($(wc -l <"$out/plan") tests)"
started=$SECONDS
boot
say "booting $kernel on $machine: $((SECONDS - started)) s"
"$run/judge.sh" "$out"
