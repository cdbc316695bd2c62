#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# userland.sh ARCH: busybox and musl for guests of that Debian architecture.
#
# Promises, in $cache/userland/ARCH, each complete or absent: busybox; root/,
# Debian's musl and its headers; musl-VARIANT/libc.so, musl built from
# Debian's source so that libc's own mmap() has a stack frame of another size.
# In $build/toolchain: musl-ARCH-gcc, which links against that musl.
# mips, big endian, is not in Debian: root/ is musl built from its source, and
# there is no busybox.

. "$(dirname "$0")/common.sh"
. "$run/apt.sh"

arch=${1:?userland.sh ARCH}
suite=bookworm
dir=$cache/userland/$arch
read -r _ _ target musl < <(table archs "$arch") ||
	die "no architecture $arch in selftests/run/archs"
cc=$target-gcc-12

packages()
{
	[ ! -e "$dir/root" ] || return 0
	apt_open "$suite" "$arch"
	[ ! -e "$dir/root" ] || return 0
	rm -rf "$dir/root.new"
	apt_unpack "$dir/root.new" musl musl-dev busybox-static
	cp "$dir/root.new/bin/busybox" "$dir/busybox"
	# beside libc.a, or the linker takes the static one
	cp "$dir/root.new/lib/$musl/libc.so" "$dir/root.new/usr/lib/$musl/"
	sed -i "s#/usr/#$dir/root/usr/#g" \
		"$dir/root.new/usr/lib/$musl/musl-gcc.specs"
	mv "$dir/root.new" "$dir/root"
}

compiler()
{
	local wrapper=$build/toolchain/musl-$arch-gcc

	mkdir -p "$build/toolchain"
	cat >"$wrapper.new" <<-END
	#!/bin/sh
	exec $cc -specs=$dir/root/usr/lib/$musl/musl-gcc.specs "\$@"
	END
	chmod +x "$wrapper.new"
	cmp -s "$wrapper.new" "$wrapper" || mv "$wrapper.new" "$wrapper"
	rm -f "$wrapper.new"
}

# variant NAME FLAGS
variant()
{
	local name=$1 flags=$2 work=$dir/musl-$1.new

	[ ! -e "$dir/musl-$name" ] || return 0
	apt_source musl
	hold "$dir"
	[ ! -e "$dir/musl-$name" ] || return 0
	say "building musl $name ($flags)"
	rm -rf "$work"
	mkdir -p "$work/obj"
	(
		cd "$work/obj"
		quietly "$work/configure.log" "$cache/source/musl/configure" \
			--target="$target" --prefix=/usr --syslibdir=/lib \
			--disable-static --disable-wrapper \
			--disable-optimize CC="$cc" CFLAGS="$flags"
		quietly "$work/make.log" make -j"$(nproc)" lib/libc.so
	)
	mv "$work/obj/lib/libc.so" "$work/libc.so"
	rm -r "$work/obj"
	mv "$work" "$dir/musl-$name"
}

# Where Debian has no musl: its own, whole, in the same places.
from_source()
{
	local new=$dir/root.new

	[ ! -e "$dir/root" ] || return 0
	apt_source musl
	hold "$dir"
	[ ! -e "$dir/root" ] || return 0
	say "building musl for $arch"
	rm -rf "$new" "$dir/obj"
	mkdir -p "$dir/obj"
	(
		cd "$dir/obj"
		quietly "$dir/configure.log" "$cache/source/musl/configure" \
			--target="$target" --prefix="$dir/root/usr" \
			--includedir="$dir/root/usr/include/$musl" \
			--libdir="$dir/root/usr/lib/$musl" \
			--syslibdir="$dir/root/lib" --enable-wrapper=gcc \
			CC="$cc" CFLAGS=-O2
		quietly "$dir/make.log" make -j"$(nproc)"
		quietly "$dir/install.log" make install DESTDIR="$new.staged"
	)
	mv "$new.staged$dir/root" "$new"
	rm -rf "$new.staged" "$dir/obj"
	mv "$new" "$dir/root"
}

if [ "$arch" = mips ]; then
	from_source
else
	packages
fi
compiler
while read -r for_arch name flags; do
	[ "$for_arch" != "$arch" ] || variant "$name" "$flags"
done <"$run/musls"
