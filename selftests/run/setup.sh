#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Make sure that the Debian packages which build and tests need are here.
#
# Promises: says in one line what is wrong and changes nothing where this is
# not Debian 12, or where packages are missing and we are not root. Adds no
# architecture and touches nothing below /etc/apt.

. "$(dirname "$0")/common.sh"

packages=(
	# host tests, kbuild, the scripts themselves
	make gcc libc6-dev cpio gzip xz-utils dpkg-dev
	debian-archive-keyring
	# ARM modules and guest programs: glibc's old off_t and musl's new one
	gcc-12-arm-linux-gnueabihf libc6-dev-armhf-cross
	gcc-12-arm-linux-gnueabi libc6-dev-armel-cross
	# the kernels' own architectures; the shim is for some of these, too
	gcc-12 gcc-12-aarch64-linux-gnu libc6-dev-arm64-cross
	gcc-12-i686-linux-gnu libc6-dev-i386-cross
	gcc-12-mipsel-linux-gnu libc6-dev-mipsel-cross
	gcc-12-mips-linux-gnu libc6-dev-mips-cross pkg-config
	# debug kernels, from source
	flex bison bc ccache
	# the boards, and programs for ARM and these without one
	qemu-system-arm qemu-system-x86 qemu-system-mips qemu-user
	# what the kernel's own people check with
	sparse perl cppcheck coccinelle libpython3-dev
	# off32-audit and its manual page
	libelf-dev mandoc
	# headers as C++ for every architecture; the fuzzers' run time
	clang libclang-rt-14-dev
	# the packages, and a clean Debian to install them in
	build-essential dkms dh-dkms debhelper lintian mmdebstrap musl-dev
)

os_release=/etc/os-release
codename=$(. "$os_release" 2>/dev/null; echo "${VERSION_CODENAME:-unknown}")
if [ "$codename" != bookworm ]; then
	die "this needs Debian 12 (bookworm), $os_release says $codename"
fi

missing=()
for package in "${packages[@]}"; do
	state=$(dpkg-query -W -f='${db:Status-Status}' "$package" \
		2>/dev/null || true)
	[ "$state" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" != 0 ]; then
	die "run: sudo apt-get install --no-install-recommends ${missing[*]}"
fi

say "installing ${#missing[@]} Debian packages and what they need (minutes)"
export DEBIAN_FRONTEND=noninteractive
install=(apt-get install -y --no-install-recommends "${missing[@]}")
# The lists may be empty or name versions that the mirror no longer has.
if ! "${install[@]}" --download-only >/dev/null 2>&1; then
	quietly "$build/setup-update.log" apt-get update
fi
quietly "$build/setup.log" "${install[@]}"
