#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# userland.sh ARCH: busybox and musl for guests of that Debian architecture.
#
# Promises, in $cache/userland/ARCH, each complete or absent: busybox; root/,
# Debian's musl and its headers; musl-VARIANT/libc.so, musl built from
# Debian's source so that libc's own mmap() has a stack frame of another size.
# In $build/toolchain: musl-ARCH-gcc, which links against that musl.

. "$(dirname "$0")/common.sh"
. "$run/apt.sh"

arch=${1:?userland.sh ARCH}
suite=bookworm
dir=$cache/userland/$arch
variants=()

case $arch in
armhf)
	cc=arm-linux-gnueabihf-gcc-12
	target=arm-linux-gnueabihf
	musl=arm-linux-musleabihf
	# Frames of mmap(), in bytes: 88, 40, 48, 40, 32; Debian's own has 40.
	variants=(
		"arm-O0:-O0 -marm"
		"arm-O2:-O2 -marm"
		"arm-fp:-O2 -marm -fno-omit-frame-pointer"
		"thumb-O2:-O2 -mthumb"
		"thumb-Os:-Os -mthumb"
	)
	;;
armel)
	cc=arm-linux-gnueabi-gcc-12
	target=arm-linux-gnueabi
	musl=arm-linux-musleabi
	;;
*)
	die "no userland for $arch yet: add it here"
	;;
esac

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

source_of_musl()
{
	local src=$cache/source/musl

	[ ! -e "$src" ] || return 0
	apt_open "$suite" "$arch"
	[ ! -e "$src" ] || return 0
	rm -rf "$src.new"
	mkdir -p "$src.new"
	say "downloading the source of musl"
	(
		cd "$src.new"
		quietly "$cache/source/download.log" \
			apt-get "${apt_options[@]}" source --download-only musl
		quietly "$cache/source/unpack.log" \
			dpkg-source -x ./*.dsc musl
	)
	mv "$src.new/musl" "$src"
	rm -r "$src.new"
}

variant()
{
	local name=${1%%:*} flags=${1#*:} work=$dir/musl-${1%%:*}.new

	[ ! -e "$dir/musl-$name" ] || return 0
	source_of_musl
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

packages
compiler
for v in ${variants[@]+"${variants[@]}"}; do
	variant "$v"
done
