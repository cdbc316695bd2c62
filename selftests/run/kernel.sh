#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernel.sh list: which kernels there are, and what is cached of them.
# kernel.sh fetch NAME: put a kernel of the table into the cache.
# kernel.sh name WORD: the name in the table of a kernel that is called by
#   that name or by VERSION-FLAVOUR, as 7.2-amd64.
# kernel.sh get NAME KEY: suite, arch, flavour, programs, machines, arguments (that
#   it is booted with besides the machine's); release once cached.
#
# A kernel of suite `source' is built from Debian's source (debug.sh); `fetch'
# of it ends at once where nothing has changed. kernel.sh asked NAME: the options
# that it must have when it runs.
#
# Promises: $cache/kernels/NAME is complete or absent. It holds vmlinuz,
# config, release, headers (builds modules where it lies), the dtbs and, where the
# machine's own is too old for the headers, host/usr/bin/sparse.

. "$(dirname "$0")/common.sh"
. "$run/apt.sh"
. "$run/debug.sh"

# look NAME: suite, arch, flavour, programs and machines of a kernel
look()
{
	read -r suite arch flavour programs machines < <(table kernels "$1") ||
		die "no kernel $1 in selftests/run/kernels"
}

# release_of NAME: of the cached kernel, or what a fetch would get
release_of()
{
	if [ -e "$cache/kernels/$1/release" ]; then
		cat "$cache/kernels/$1/release"
		return
	fi
	look "$1"
	[ "$suite" != source ] || return 0
	apt_open "$suite" "$arch"
	kernel_packages | sed -n "s/^linux-headers-\(.*-$flavour\)\$/\1/p"
}

name()
{
	local word=$1 version=${1%%-*} flavour_asked=${1#*-} name rest

	if table kernels "$word" >/dev/null; then
		echo "$word"
		return
	fi
	while read -r name rest; do
		case $name in
		'' | '#'*) continue ;;
		# these carry their version in the name
		[0-9]*) continue ;;
		esac
		look "$name"
		[ "$flavour" = "$flavour_asked" ] || continue
		case $(release_of "$name") in
		"$version".*)
			echo "$name"
			return
			;;
		esac
	done <"$run/kernels"
	die "no kernel $word: \`make kernels' lists them"
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
		printf '%-17s %-6s %-16s %s\n' \
			"$name" "$arch" "$machines" "$state"
	done <"$run/kernels"
}

# The packages below a metapackage that carry the kernel and its headers
kernel_packages()
{
	local package

	depends "linux-image-$flavour" "linux-headers-$flavour" |
	sed -n 's/:.*//
		/^linux-\(image\|binary\|base\|headers\|kbuild\)-[0-9]\+\./p' |
	sort -u | while read -r package; do
		case $package in
		# its programs run here, not in the guest
		linux-kbuild-*) echo "$package:$host_arch" ;;
		*) echo "$package" ;;
		esac
	done
}

# elf_programs DIR: the programs in it
elf_programs()
{
	local file magic

	while read -r -d '' file; do
		IFS= read -r -d '' -n 4 magic <"$file" || true
		[ "$magic" != $'\177ELF' ] || printf '%s\0' "$file"
	done < <(find "$1" -type f -perm -u+x -print0)
}

# host_tools ROOT DIR KBUILD-PACKAGE: where the programs of kbuild want a newer
# C library than this machine has, they get the one of their suite, and sparse
# comes from there as well. ROOT is going to be called DIR.
host_tools()
{
	local root=$1 dir=$2 kbuild=$3 programs missing libs file loader path

	mapfile -d '' -t programs < <(elf_programs "$root"/usr/lib/linux-kbuild-*)
	[ ${#programs[@]} -gt 0 ] || die "no program in $kbuild"
	missing=$(ldd "${programs[@]}" 2>&1 | grep 'GLIBC_.* not found' || true)
	[ -n "$missing" ] || return 0
	mapfile -t libs < <(apt-cache "${apt_options[@]}" show "$kbuild" |
		sed -n 's/^Depends: //p' | tr ',' '\n' |
		sed -n 's/^ *\(z\?lib[^ (|:]*\).*/\1/p' | sort -u)
	mapfile -t libs < <(depends "${libs[@]/%/:$host_arch}" |
		sed "s/:.*//; s/\$/:$host_arch/" | sort -u)
	# sparse must know the suite's headers, too
	apt_unpack "$root/host" "${libs[@]}" "sparse:$host_arch"
	programs+=("$root/host/usr/bin/sparse")
	loader=$(find "$root/host" -name 'ld-linux*.so.*' | head -n 1)
	path=$(find "$root/host" -name libc.so.6 | head -n 1)
	[ -n "$loader" ] && [ -n "$path" ] || die "no C library in ${libs[*]}"
	loader=$dir${loader#"$root"}
	path=$dir${path#"$root"}
	for file in "${programs[@]}"; do
		mv "$file" "$file.elf"
		# --argv0: modpost and objtool look at their own name
		cat >"$file" <<-END
		#!/bin/sh
		exec $loader --library-path ${path%/*} \\
			--argv0 "\$0" "\$0.elf" "\$@"
		END
		chmod +x "$file"
	done
}

# Take back what the kernel's configuration found in another compiler than
# gcc-12; headers and Makefiles would use it.
our_compiler()
{
	local headers=$1 symbol

	for symbol in CC_HAS_MIN_FUNCTION_ALIGNMENT CC_HAS_COUNTED_BY \
			CC_HAS_COUNTED_BY_PTR; do
		sed -i "/^CONFIG_$symbol=/d" "$headers/include/config/auto.conf"
		sed -i "/^#define CONFIG_$symbol /d" \
			"$headers/include/generated/autoconf.h"
	done
	# No pahole here either: modules get no BTF. What the headers say must
	# stay, struct module depends on it.
	sed -i -e 's/^\(CONFIG_PAHOLE_VERSION=\).*/\10/' \
		-e '/^CONFIG_DEBUG_INFO_BTF_MODULES=/d' \
		"$headers/include/config/auto.conf"
}

fetch()
{
	local name=$1 dir=$cache/kernels/$1 new=$cache/kernels/$1.new
	local packages headers release kbuild

	look "$name"
	if [ "$suite" = source ]; then
		debug_build "$name" "$dir"
		return
	fi
	[ ! -e "$dir/release" ] || return 0
	apt_open "$suite" "$arch"
	# whoever held the lock before us may have fetched it
	[ ! -e "$dir/release" ] || return 0
	mapfile -t packages < <(kernel_packages)
	[ ${#packages[@]} -gt 0 ] ||
		die "$suite has no linux-image-$flavour for $arch"
	rm -rf "$new" "$dir"
	apt_unpack "$new" "${packages[@]}"
	for kbuild in "${packages[@]}"; do
		case $kbuild in
		linux-kbuild-*) host_tools "$new" "$dir" "$kbuild" ;;
		esac
	done

	headers=$(cd "$new/usr/src" && ls -d linux-headers-*-"$flavour")
	release=${headers#linux-headers-}
	sed -i "s#\([ =]\)/usr/src/#\1$dir/usr/src/#" \
		"$new/usr/src/$headers/Makefile"
	our_compiler "$new/usr/src/$headers"
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
name)
	name "$2"
	;;
asked)
	look "$2"
	[ "$suite" != source ] || debug_asked
	;;
get)
	case $3 in
	release)
		cat "$cache/kernels/$2/release"
		;;
	arguments)
		look "$2"
		[ "$suite" != source ] || debug_arguments
		;;
	suite | arch | flavour | programs | machines)
		look "$2"
		echo "${!3}"
		;;
	*)
		die "kernel.sh get NAME suite|arch|flavour|programs|machines|arguments|release"
		;;
	esac
	;;
*)
	die "kernel.sh list | fetch NAME | name WORD | asked NAME | get NAME KEY"
	;;
esac
