#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# run.sh DIR [all]: install everything in every way below DIR, say as KTAP what
# became of it. HEADERS and RELEASE: an amd64 kernel's, MUSL_ARMHF: a compiler.
#
# Promises: works on a copy of the sources; nothing outside DIR changes. DIR is
# emptied first, and its logs say what each step printed.

set -uo pipefail
export LC_ALL=C
unset MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
dir=${1:?run.sh DIR [all]}
mode=${2-}
rm -rf "$dir"
mkdir -p "$dir/log" "$dir/tmp"
dir=$(cd "$dir" && pwd)
# lintian leaves eight files where others have theirs
export TMPDIR=$dir/tmp
src=$dir/src
n=0
failed=0

# result STATUS DESCRIPTION [LOG]
result()
{
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
		return
	fi
	failed=1
	# the judge shows what stands before a failure
	[ -z "${3-}" ] || tail -n 15 "$3" | sed 's/^/# /'
	echo "not ok $n - $2"
}

# step NAME DESCRIPTION COMMAND...: its output goes to log/NAME
step()
{
	local log=$dir/log/$1 what=$2 status=0

	shift 2
	"$@" >"$log" 2>&1 || status=$?
	result "$status" "$what" "$log"
	return "$status"
}

# same WANTED GOT DESCRIPTION: two files
same()
{
	diff -u "$1" "$2" >"$dir/log/diff" 2>&1
	result $? "$3" "$dir/log/diff"
}

# is GOT WANTED DESCRIPTION
is()
{
	printf 'wanted %s\ngot    %s\n' "$2" "$1" >"$dir/log/is"
	[ "$1" = "$2" ]
	result $? "$3" "$dir/log/is"
}

# none LOG PATTERN DESCRIPTION: no line matches
none()
{
	[ -s "$1" ] && ! grep -i -E "$2" "$1" >"$dir/log/matches"
	result $? "$3" "$dir/log/matches"
}

# modes and names below a folder
tree()
{
	(cd "$1" && find . ! -type d -printf '%m %P\n' | sort -k 2)
}

# field MODULE NAME
field()
{
	/sbin/modinfo -F "$2" "$1" 2>&1
}

# The files of one install, and what can be found out about them there
installed()
{
	local root=$dir/root

	step install "make install works" \
		make -C "$src" install PREFIX=/usr DESTDIR="$root" || return
	tree "$root" >"$dir/files"
	grep -v ' usr/share/doc/' "$dir/files" >"$dir/files.own"
	same "$here/installed" "$dir/files.own" \
		"it installs what selftests/packages/installed lists"
	(cd "$src" && find README.md docs -name '*.md' -o -name '*.svg') |
		sort >"$dir/docs"
	sed -n 's,^644 usr/share/doc/hisi-venc-compat/,,p' "$dir/files" |
		sort >"$dir/docs.got"
	same "$dir/docs" "$dir/docs.got" "and every page of docs/"
	is "$(PKG_CONFIG_LIBDIR=$root/usr/lib/pkgconfig \
		pkg-config --modversion off32-compat)" "$version" \
		"pkg-config knows the version"
	is "$("$root/usr/bin/off32-audit" --version)" "off32-audit $version" \
		"off32-audit knows it, too"
	step board "make install-board works" \
		make -C "$src" install-board DESTDIR="$dir/board"
	is "$(tree "$dir/board")" "755 etc/init.d/S90hisi-venc-compat" \
		"and installs the start script"
}

# Snippets do nothing as they are, and name what the module has
snippets()
{
	local etc=$dir/root/etc file names=$dir/names

	for file in sysctl.d modprobe.d modules-load.d; do
		grep -v -E '^(#|$)' "$etc/$file/hisi-venc-compat.conf" \
			>"$dir/log/active"
		is "$(wc -l <"$dir/log/active")" 0 \
			"$file: nothing is in force as installed"
	done
	# the module's knobs by their own tables
	{
		sed -n 's/.*\[HVC_KNOB_.*\] = "\(.*\)",/venc.\1/p' \
			"$src/kmod/devices.c"
		echo venc.ranges
		sed -n 's/.*\[FILE_.*\] = "\(.*\)",/\1/p' "$src/kmod/sysctl.c"
	} | sort >"$names"
	sed -n 's/^#dev\.hisi_venc_compat\.\([a-z_.]*\) = .*/\1/p' \
		"$etc/sysctl.d/hisi-venc-compat.conf" | sort >"$names.got"
	same "$names" "$names.got" "sysctl.d: each sysctl of the module, once"
	is "$(awk '/^#dev\./ && !said { print } /^#dev\./ { said = 0 }
		/Default/ { said = 1 }' \
		"$etc/sysctl.d/hisi-venc-compat.conf")" "" \
		"sysctl.d: each says its default"
	sed -n 's/^#options hisi_venc_compat //p' \
		"$etc/modprobe.d/hisi-venc-compat.conf" | tr ' ' '\n' |
		sed 's/=.*//' | while read -r name; do
			grep -q "^module_param($name," "$src/kmod/main.c" ||
				echo "$name"
		done >"$dir/log/options"
	is "$(cat "$dir/log/options")" "" \
		"modprobe.d: the module has each parameter"
}

modules()
{
	local ko

	step modules "make modules works" make -C "$src" modules \
		KDIR="$HEADERS" CC=gcc-12 || return
	step modules_install "make modules_install works" \
		make -C "$src" modules_install KDIR="$HEADERS" CC=gcc-12 \
		INSTALL_MOD_PATH="$dir/mod"
	ko=$(find "$dir/mod/lib/modules/$RELEASE" -name 'hisi_venc_compat.ko*')
	is "$(find "$dir/mod" -name '*.ko*')" "$ko" \
		"below INSTALL_MOD_PATH, one module for that kernel"
	is "$(field "$ko" version)" "$version" "it has the version"
	make -s -C "$src" clean >/dev/null
	is "$(cd "$src" && find . -name '*.ko' -o -name '*.o' -o -name .tmp\*)" \
		"" "make clean leaves nothing of it"
}

dkms_here()
{
	local tree=$dir/dkms/tree ko
	local module="hisi-venc-compat/$version"
	local dkms="dkms --dkmstree $tree --sourcetree $dir/dkms/src
		--installtree $dir/dkms/lib --kernelsourcedir $HEADERS
		-k $RELEASE -a x86_64 --no-depmod"

	mkdir -p "$tree" "$dir/dkms/lib/$RELEASE"
	step install-dkms "make install-dkms works" \
		make -C "$src" install-dkms DESTDIR="$dir/dkms" DKMSDIR=/src ||
		return
	# shellcheck disable=SC2086 # words
	{
		step dkms-add "dkms add" $dkms add "$module"
		step dkms-build "dkms build" $dkms build "$module" ||
			cat "$tree/$module/build/make.log" >>"$dir/log/dkms-build"
		step dkms-install "dkms install" $dkms install "$module"
		is "$($dkms status "$module" 2>&1)" \
			"$module, $RELEASE, x86_64: installed" \
			"dkms status says installed"
	}
	cat "$dir"/log/dkms-* >"$dir/log/dkms"
	none "$dir/log/dkms" 'deprecated|warning|error' \
		"dkms has nothing to complain about"
	ko=$(find "$dir/dkms/lib" -name '*.ko*')
	is "$(field "$ko" name) $(field "$ko" version) $(field "$ko" license)" \
		"hisi_venc_compat $version GPL" "modinfo of what it installed"
	is "$(field "$ko" vermagic | cut -d ' ' -f 1)" "$RELEASE" \
		"for the kernel that was asked for"
	# shellcheck disable=SC2086
	step dkms-remove "dkms remove" $dkms remove "$module"
	is "$(find "$dir/dkms/lib" -name '*.ko*')" "" "takes it away"
}

# contents DEB: modes and names
contents()
{
	dpkg-deb --fsys-tarfile "$1" | tar -t -v | sed -n \
		'/^d/!s#^\([^ ]*\) .* \./\([^ ]*\)$#\1 \2#p' |
		sort -k 2
}

debian()
{
	local deb=$dir/deb changes

	step deb "the Debian packages build" \
		"$src/packaging/deb.sh" "$deb" -F || return
	changes=$deb/hisi-venc-compat_${version}_amd64.changes
	none "$dir/log/deb" 'warning' "without a warning"
	# what is excused stands, with its reason, in *.lintian-overrides
	step lintian "lintian runs" \
		lintian --allow-root -I --profile debian "$changes"
	is "$(cat "$dir/log/lintian")" "" "and has nothing to say"
	(cd "$deb" && for file in *.deb; do
		case $file in
		*-dbgsym_*) continue ;;
		esac
		echo "== ${file%%_*} $(dpkg-deb -f "$file" Architecture)"
		contents "$file" | grep -v -e ' usr/share/doc/.*/docs/' \
			-e ' usr/src/.*/kmod/' | sed "s/$version/VERSION/"
	done) >"$dir/contents"
	same "$here/debian" "$dir/contents" \
		"they hold what selftests/packages/debian lists"
	is "$(cd "$deb" && for file in *.deb; do
		dpkg-deb -f "$file" Version
	done | sort -u)" "$version" "all of this version"
	is "$(dpkg-deb --fsys-tarfile "$deb"/hisi-venc-compat-dkms_*.deb |
		tar -x -O "./usr/src/hisi-venc-compat-$version/dkms.conf" |
		sed -n 's/^PACKAGE_VERSION=//p')" "\"$version\"" \
		"DKMS is told the same"
	is "$(dpkg-deb -I "$deb"/hisi-venc-compat-dkms_*.deb conffiles |
		wc -l)" 3 "the snippets are the administrator's"
}

# The shim for ARM boards, from this machine
cross()
{
	local deb=$dir/deb-armhf root=$dir/armhf lib flags list
	local musl=arm-linux-musleabihf

	step deb-armhf "the shim's packages build for armhf" \
		env MUSL_CC="$MUSL_ARMHF" "$src/packaging/deb.sh" "$deb" \
		-B -d -a armhf -Pcross,pkg.hisi-venc-compat.noaudit || return
	is "$(cd "$deb" && for file in *.deb; do
		echo "${file%%_*} $(dpkg-deb -f "$file" Architecture)"
	done | grep -v dbgsym)" \
		"$(printf '%s\n' "liboff32-compat-dev armhf" \
			"liboff32-compat armhf")" "these, and no other"
	for file in "$deb"/lib*armhf.deb; do
		dpkg-deb -x "$file" "$root"
	done
	lib=$root/usr/lib/$musl
	readelf -h -W "$lib/liboff32-compat.so" | sed -n \
		's/.*\(Machine\|Flags\): *//p' >"$dir/log/machine"
	is "$(grep -c -e '^ARM' -e 'hard-float' "$dir/log/machine")" 2 \
		"they are for ARM with hard floats"
	flags=$(PKG_CONFIG_LIBDIR=$lib/pkgconfig pkg-config \
		--define-variable=libdir="$lib" --cflags --libs \
		--define-variable=includedir="$root/usr/include/$musl" \
		off32-compat)
	cat >"$dir/user.c" <<-END
	#include <off32_compat.h>

	int main(void)
	{
		return !off32_compat_present();
	}
	END
	# shellcheck disable=SC2086 # words
	step link "a program links with what pkg-config says" \
		"$MUSL_ARMHF" -o "$dir/user" "$dir/user.c" $flags
	readelf --dyn-syms -W "$dir/user" | awk '$7 != "UND" { print $8 }' |
		sort -u >"$dir/symbols"
	list=$(sort "$src/userspace/entry-points" |
		comm -23 - "$dir/symbols")
	is "$list" "" "and exports every entry point"
}

echo "TAP version 13"
"$top/packaging/export.sh" "$src"
version=$(make -s -C "$src" version)
[ -n "$version" ]
result $? "the sources say their version, $version"
is "$(dpkg-parsechangelog -l "$src/packaging/debian/changelog" -S Version)" \
	"$version" "the changelog of the packages has it"
installed
snippets
modules
dkms_here
debian
cross
[ "$mode" != all ] || . "$here/clean.sh"
echo "1..$n"
exit "$failed"
