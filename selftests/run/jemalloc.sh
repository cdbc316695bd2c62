#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# jemalloc.sh ARCH: jemalloc for that architecture's musl; Debian's own is for
# glibc. Says where it is.
#
# Promises: $cache/userland/ARCH/libjemalloc.so.2, complete or absent.

. "$(dirname "$0")/common.sh"
. "$run/apt.sh"

arch=${1:?jemalloc.sh ARCH}
dir=$cache/userland/$arch
library=$dir/libjemalloc.so.2
work=$dir/jemalloc
read -r _ _ cross _ < <(table archs "$arch") ||
	die "no architecture $arch in selftests/run/archs"

build()
{
	"$run/userland.sh" "$arch"
	apt_source jemalloc
	hold "$dir"
	[ ! -e "$library" ] || return 0
	say "building jemalloc for $arch"
	rm -rf "$work"
	mkdir -p "$work"
	(
		cd "$work"
		quietly "$dir/jemalloc-configure.log" \
			"$cache/source/jemalloc/configure" --host="$cross" \
			CC="$build/toolchain/musl-$arch-gcc" CFLAGS=-O1 \
			--disable-cxx --disable-static --with-lg-page=12
		quietly "$dir/jemalloc-make.log" \
			make -j"$(nproc)" build_lib_shared
	)
	"$cross-strip" -o "$library.new" "$work/lib/libjemalloc.so.2"
	rm -r "$work"
	mv "$library.new" "$library"
}

[ -e "$library" ] || build >&2
echo "$library"
