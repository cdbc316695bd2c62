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

read -r arch mmz_phys mmz_len dtb qemu < <(awk -v name="$machine" \
	'$1 == name { sub(/^[^ \t]+[ \t]+/, ""); print }' "$run/machines") ||
	die "no machine $machine in selftests/run/machines"
[ "$("$run/kernel.sh" get "$kernel" arch)" = "$arch" ] ||
	die "$kernel is no kernel for $machine"
[ -n "${BUILT-}" ] || "$run/build.sh" "$kernel"

make_plan()
{
	local name

	if [ $# = 0 ]; then
		sed -e 's/#.*//' -e '/^[ \t]*$/d' "$top/selftests/guest/plan"
		return
	fi
	for name; do
		if [ "$name" = demo ]; then
			echo "demo show"
			continue
		fi
		awk -v name="$name" '$1 == name { print; found = 1 }
			END { if (!found) print name, "-" }' \
			"$top/selftests/guest/plan"
	done
}

make_initramfs()
{
	local root=$out/root lib=$cache/userland/$arch

	rm -rf "$root"
	mkdir -p "$root/bin" "$root/lib" "$root/tests" "$root/modules"
	cp "$lib/busybox" "$root/bin/"
	cp "$run/init" "$root/init"
	cp "$top/selftests/settings" "$out/plan" "$root/"
	cp "$build/$kernel/modules/"*.ko "$root/modules/"
	cp -a "$lib/root/lib/." "$root/lib/"
	for variant in "$lib"/musl-*/libc.so; do
		variant=${variant%/*}
		mkdir "$root/lib/${variant##*/}"
		cp "$variant/libc.so" "$root/lib/${variant##*/}/"
	done
	cp -a "$build/guest-$arch/tests/." "$root/tests/"
	if [ -d "$build/guest-$arch/lib" ]; then
		cp -a "$build/guest-$arch/lib/." "$root/lib/"
	fi
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
	timeout --foreground -k 5 "$limit" "${args[@]}" -smp 2 -m 256 -accel tcg \
		-display none -monitor none -nic none -no-reboot \
		-serial "file:$out/console" \
		-kernel "$image/vmlinuz" -initrd "$out/initramfs" \
		-append "console=ttyAMA0 mem=192M panic=-1 oops=panic printk.time=1 log_buf_len=4M MMZ_PHYS=$mmz_phys MMZ_LEN=$mmz_len$scale" \
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
make_plan "$@" >"$out/plan"
[ -s "$out/plan" ] || die "no test to run: selftests/guest/plan is empty"
make_initramfs
say "booting $kernel on $machine ($(wc -l <"$out/plan") tests)"
started=$SECONDS
boot
say "booting $kernel on $machine: $((SECONDS - started)) s"
"$run/judge.sh" "$out"
