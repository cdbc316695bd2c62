#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# build.sh KERNEL: everything that a guest with that kernel loads and runs.
#
# FAULTY=1: the sources hold a fault on purpose, warnings are no failure.
#
# Promises: build/KERNEL/modules holds the .ko files, built with W=1 and no
# warning; build/guest-ARCH holds tests and lib. What has not changed since
# the last run is not built again.

. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/parts.sh"

kernel=${1:?build.sh KERNEL}
arch=$("$run/kernel.sh" get "$kernel" arch)
programs=$("$run/kernel.sh" get "$kernel" programs)
out=$build/$kernel
werror=-Werror
[ -z "${FAULTY-}" ] || werror=
headers=$cache/kernels/$kernel/headers
read -r _ karch cross _ < <(table archs "$arch") ||
	die "no architecture $arch in selftests/run/archs"

# modules NAME: build the modules in $out/src/NAME, put them into place
modules()
{
	local name=$1 src=$out/src/$1 log=$out/$1.log

	# where the architecture wants each part to ask for UBSAN, we do
	quietly "$log" make -C "$headers" M="$src" ARCH="$karch" \
		CROSS_COMPILE="$cross-" CC="$cross-gcc-12" W=1 \
		KCFLAGS="$werror" UBSAN_SANITIZE=y \
		-j"$(nproc)" modules
	if [ -z "${FAULTY-}" ] && grep -i 'warning' "$log" >&2; then
		die "$name: warnings on $kernel (whole output: $log)"
	fi
	find "$src" -name '*.ko' -exec cp {} "$out/modules.new" \;
}

"$run/kernel.sh" fetch "$kernel"
for program_arch in ${programs//,/ }; do
	"$run/userland.sh" "$program_arch"
done
hold "$out"
rm -rf "$out/modules.new"
mkdir "$out/modules.new"

say "building the modules for $kernel"
copy_sources "$out/src"
modules main
modules vendor
rm -rf "$out/modules"
mv "$out/modules.new" "$out/modules"
build_programs "$programs"
