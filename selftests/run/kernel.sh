#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernel.sh list: which kernels there are, and what is cached of them.
# kernel.sh fetch NAME: put a kernel of the table into the cache.
# kernel.sh get NAME KEY: suite, arch, flavour, programs, machines; release once cached.
#
# Promises: $cache/kernels/NAME is complete or absent. It holds vmlinuz,
# config, release, headers (builds modules where it lies) and the dtbs.

. "$(dirname "$0")/common.sh"
. "$run/apt.sh"

# look NAME: suite, arch, flavour, programs and machines of a kernel
look()
{
	read -r suite arch flavour programs machines < <(table kernels "$1") ||
		die "no kernel $1 in selftests/run/kernels"
}

list()
{
	local name rest state

	while read -r name rest; do
		case $name in
		'' | '#'*) continue ;;
		esac
		look "$name"
		state="not fetched"
		if [ -e "$cache/kernels/$name/release" ]; then
			state="cached, $(cat "$cache/kernels/$name/release")"
		fi
		printf '%-12s %-19s %-6s %-17s %s\n' \
			"$name" "$suite" "$arch" "$machines" "$state"
	done <"$run/kernels"
}

# The packages below a metapackage that carry the kernel and its headers
kernel_packages()
{
	apt-cache "${apt_options[@]}" depends --recurse --no-recommends \
		--no-suggests --no-conflicts --no-breaks --no-replaces \
		--no-enhances "linux-image-$flavour" "linux-headers-$flavour" |
	sed -n 's/:.*//; /^linux-\(image\|binary\|base\|headers\|kbuild\)-[0-9]\+\./p' |
	sort -u | while read -r package; do
		case $package in
		# its programs run here, not in the guest
		linux-kbuild-*) echo "$package:$host_arch" ;;
		*) echo "$package" ;;
		esac
	done
}

fetch()
{
	local name=$1 dir=$cache/kernels/$1 new=$cache/kernels/$1.new
	local packages headers release

	look "$name"
	[ ! -e "$dir/release" ] || return 0
	apt_open "$suite" "$arch"
	# whoever held the lock before us may have fetched it
	[ ! -e "$dir/release" ] || return 0
	mapfile -t packages < <(kernel_packages)
	[ ${#packages[@]} -gt 0 ] ||
		die "$suite has no linux-image-$flavour for $arch"
	rm -rf "$new" "$dir"
	apt_unpack "$new" "${packages[@]}"

	headers=$(cd "$new/usr/src" && ls -d linux-headers-*-"$flavour")
	release=${headers#linux-headers-}
	sed -i "s#\([ =]\)/usr/src/#\1$dir/usr/src/#" \
		"$new/usr/src/$headers/Makefile"
	ln -s "usr/src/$headers" "$new/headers"
	link "$new" vmlinuz "boot/vmlinuz-$release" \
		"usr/lib/modules/$release/vmlinuz"
	link "$new" dtbs "usr/lib/linux-image-$release" \
		"usr/lib/modules/$release/dtbs"
	link "$new" config "boot/config-$release" \
		"usr/lib/modules/$release/config"
	echo "$release" >"$new/release"
	mv "$new" "$dir"
	say "kernel $name: $release"
}

# link ROOT NAME PATH...: the first PATH that is there is called NAME
link()
{
	local root=$1 name=$2 path

	shift 2
	for path; do
		if [ -e "$root/$path" ]; then
			ln -s "$path" "$root/$name"
			return
		fi
	done
	[ "$name" = dtbs ] || die "the packages have no $name: $*"
}

case ${1-} in
list)
	list
	;;
fetch)
	fetch "$2"
	;;
get)
	case $3 in
	release)
		cat "$cache/kernels/$2/release"
		;;
	suite | arch | flavour | programs | machines)
		look "$2"
		echo "${!3}"
		;;
	*)
		die "kernel.sh get NAME suite|arch|flavour|programs|machines|release"
		;;
	esac
	;;
*)
	die "kernel.sh list | fetch NAME | get NAME KEY"
	;;
esac
