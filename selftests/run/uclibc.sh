#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# uclibc.sh: the headers of uClibc-ng for ARM, from Debian's uclibc-source. Says
# where they are.
#
# Promises: $cache/userland/armhf/uclibc, complete or absent.

. "$(dirname "$0")/common.sh"
. "$run/apt.sh"

dir=$cache/userland/armhf
headers=$dir/uclibc
work=$dir/uclibc.work
cross=arm-linux-gnueabihf

build()
{
	local make

	apt_open bookworm armhf
	hold "$dir"
	[ ! -e "$headers" ] || return 0
	rm -rf "$work"
	mkdir -p "$work/kernel" "$work/source"
	apt_unpack "$work" uclibc-source:all
	say "configuring uClibc-ng"
	cp -r /usr/$cross/include/{asm,asm-generic,linux} "$work/kernel"
	tar -C "$work/source" --strip-components=1 -xf \
		"$work"/usr/src/uClibc-ng-*.tar.xz
	make=(make -C "$work/source" ARCH=arm "CROSS=$cross-"
		"CC=$cross-gcc-12" "PREFIX=$work/installed")
	quietly "$dir/uclibc-configure.log" "${make[@]}" defconfig
	sed -i -e "s|^KERNEL_HEADERS=.*|KERNEL_HEADERS=\"$work/kernel\"|" \
		-e 's|^# CONFIG_ARM_EABI is not set|CONFIG_ARM_EABI=y|' \
		"$work/source/.config"
	quietly "$dir/uclibc-configure.log" "${make[@]}" silentoldconfig \
		</dev/null
	quietly "$dir/uclibc-install.log" "${make[@]}" install_headers
	mv "$work"/installed/usr/*/usr/include "$work/headers"
	cp -r "$work"/kernel/* "$work/headers"
	mv "$work/headers" "$headers"
	rm -r "$work"
}

[ -e "$headers" ] || build >&2
echo "$headers"
