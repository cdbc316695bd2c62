#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# userspace.sh OUTDIR [PART...]: the tests of userspace/, or some parts of
# them, as programs of other machines in QEMU's user emulation.
#
# ARCHS: which machines, as in selftests/run/archs.
#
# Promises: OUTDIR/ARCH/log is what each printed, OUTDIR/results one line for
# each result; the summary goes to stdout; exit status 0 only if nothing
# failed.

. "$(dirname "$0")/common.sh"

out=${1:?userspace.sh OUTDIR [PART...]}
shift
read -r -a archs <<<"${ARCHS:-armhf armel i386 mipsel mips}"
mkdir -p "$out"
rm -f "$out/results"
results=()
for arch in "${archs[@]}"; do
	"$run/userland.sh" "$arch"
	hold "$build/userspace-$arch"
	read -r _ _ cross _ < <(table archs "$arch") ||
		die "no architecture $arch in selftests/run/archs"
	results+=("$out/$arch/results")
	# one of them is enough, these take a minute to build
	jemalloc= uclibc=
	if [ "$arch" = armhf ]; then
		jemalloc=$("$run/jemalloc.sh" "$arch")
		uclibc=$("$run/uclibc.sh")
	fi
	"$run/tap.sh" "$out/$arch" "userspace-$arch" \
		make --no-print-directory -C "$top/selftests/userspace" \
		O="$build/userspace-$arch" PARTS="$*" \
		JEMALLOC="$jemalloc" UCLIBC="$uclibc" \
		MUSL_CC="$build/toolchain/musl-$arch-gcc" \
		VENDOR_CC="$cross-gcc-12" check >"$out/$arch.summary" || true
done
cat "${results[@]}" >"$out/results"
exec "$run/total.sh" "$out/results"
