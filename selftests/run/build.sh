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

kernel=${1:?build.sh KERNEL}
arch=$("$run/kernel.sh" get "$kernel" arch)
programs=$("$run/kernel.sh" get "$kernel" programs)
out=$build/$kernel
werror=-Werror
[ -z "${FAULTY-}" ] || werror=
headers=$cache/kernels/$kernel/headers
read -r _ karch cross _ < <(table archs "$arch") ||
	die "no architecture $arch in selftests/run/archs"

# copy_new FROM TO: TO becomes a copy of the sources; same files stay as old
copy_new()
{
	local from=$1 to=$2 file

	mkdir -p "$to"
	while read -r -d '' file; do
		cmp -s "$from/$file" "$to/$file" && continue
		mkdir -p "$to/${file%/*}"
		cp "$from/$file" "$to/$file"
	done < <(cd "$from" && find . -type f \
		\( -name '*.[chS]' -o -name Kbuild \) -print0)
	# a source that is gone must not be built again
	while read -r -d '' file; do
		[ -e "$from/$file" ] || rm "$to/$file"
	done < <(cd "$to" && find . -type f \
		\( -name '*.[chS]' ! -name '*.mod.c' -o -name Kbuild \) -print0)
}

# modules NAME: build the modules in $out/src/NAME, put them into place
modules()
{
	local name=$1 src=$out/src/$1 log=$out/$1.log

	quietly "$log" make -C "$headers" M="$src" ARCH="$karch" \
		CROSS_COMPILE="$cross-" CC="$cross-gcc-12" W=1 \
		KCFLAGS="$werror" \
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
mkdir -p "$out/src/main" "$out/modules.new"

say "building the modules for $kernel"
for part in kmod uapi; do
	copy_new "$top/$part" "$out/src/main/$part"
done
cmp -s "$top/Kbuild" "$out/src/main/Kbuild" ||
	cp "$top/Kbuild" "$out/src/main/Kbuild"
modules main
copy_new "$top/selftests/vendor" "$out/src/vendor"
modules vendor
rm -rf "$out/modules"
mv "$out/modules.new" "$out/modules"

# the ABI under test gets all programs, the others what is native to them
target=all
for program_arch in ${programs//,/ }; do
	read -r abi _ cross _ < <(table archs "$program_arch")
	say "building the guest programs for $program_arch"
	hold "$build/guest-$program_arch"
	quietly "$build/guest-$program_arch.log" \
		make -C "$top/selftests/guest" \
		OUT="$build/guest-$program_arch" ABI="$abi" \
		MUSL_CC="$build/toolchain/musl-$program_arch-gcc" \
		VENDOR_CC="$cross-gcc-12" "$target"
	target=native
done
