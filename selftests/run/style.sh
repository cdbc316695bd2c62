#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# style.sh OUTDIR [KERNEL...]: what the kernel's own people check a driver with:
# -Werror and sparse for these kernels (6.1 and the newest), and checkpatch.
#
# Promises: OUTDIR/results has one line for each module source and kernel that
# sparse saw, and for each source that checkpatch saw; the summary goes to
# stdout. Exit status 0 only if nothing failed. A finding is a failure unless
# selftests/run/checkpatch.excused gives the reason why it is right. A kernel
# that is not cached is a skip.

. "$(dirname "$0")/common.sh"
. "$run/apt.sh"
. "$run/parts.sh"

out=${1:?style.sh OUTDIR [KERNEL...]}
shift
[ $# -gt 0 ] || set -- 6.1-armmp newest-armmp
mkdir -p "$out"
out=$(cd "$out" && pwd)
results=$out/results
: >"$results"

# result WHAT TEXT
result()
{
	printf '%s style: %s\n' "$1" "$2" >>"$results"
}

# sparse_modules KERNEL PART: kbuild of PART with every source checked
sparse_modules()
{
	local kernel=$1 part=$2 dir=$cache/kernels/$1 work=$build/style/$1
	local log=$out/sparse-$1-$2.log checker=sparse karch cross seen source
	local finding _

	read -r _ karch cross _ \
		< <(table archs "$("$run/kernel.sh" get "$kernel" arch)")
	[ ! -e "$dir/host/usr/bin/sparse" ] ||
		checker=$dir/host/usr/bin/sparse
	# KBUILD_CHECKSRC: with C=2 kbuild asks a script that Debian's headers
	# have not, and then checks nothing
	if ! make -C "$dir/headers" M="$work/$part" ARCH="$karch" \
			CROSS_COMPILE="$cross-" CC="$cross-gcc-12" W=1 \
			KCFLAGS=-Werror KBUILD_CHECKSRC=2 CHECK="$checker" \
			modules >"$log" 2>&1; then
		grep -E '(error|warning):|\*\*\*' "$log" | sed 's/^/  # /' >>"$results"
		result failed "$part does not build on $kernel, see $log"
		return
	fi
	seen=0
	while read -r source; do
		source=${source#"$work/$part/"}
		finding=$(grep -F "$source:" "$log" | grep -E '(warning|error):' || true)
		if [ -z "$finding" ]; then
			result passed "sparse $kernel $part/$source"
		else
			result failed "sparse $kernel $part/$source"
			sed 's/^/  # /' <<<"$finding" >>"$results"
		fi
		seen=$((seen + 1))
	done < <(sed -n 's/^ *CHECK *//p' "$log")
	# headers of ours and of the kernel are no source of their own
	finding=$(grep -E '\.h:[0-9]+:[0-9]+: (warning|error):' "$log" || true)
	if [ -n "$finding" ]; then
		result failed "sparse $kernel, headers of $part"
		sed 's/^/  # /' <<<"$finding" >>"$results"
	fi
	[ "$seen" = "$(grep -c '^ *CC \[M\] .*\.o$' <(grep -v '\.mod\.o$\|module-common\.o$' "$log"))" ] ||
		result failed "sparse $kernel: $seen sources of $part were checked"
}

check_kernel()
{
	local kernel=$1 part

	if [ ! -e "$cache/kernels/$kernel/release" ]; then
		result skipped "sparse $kernel: the kernel could not be fetched"
		return
	fi
	say "sparse, $kernel"
	hold "$build/style/$kernel"
	rm -rf "$build/style/$kernel/main" "$build/style/$kernel/vendor"
	copy_sources "$build/style/$kernel"
	for part in main vendor; do
		sparse_modules "$kernel" "$part"
	done
}

# checkpatch.pl is in no package but that of the whole source
fetch_checkpatch()
{
	local dir=$cache/source/checkpatch source

	[ ! -e "$dir" ] || return 0
	source=linux-source-$(sed -n 's/^\([0-9]*\.[0-9]*\).*/\1/p' \
		"$cache/kernels/6.1-armmp/release")
	apt_open bookworm "$host_arch"
	[ ! -e "$dir" ] || return 0
	say "downloading $source"
	rm -rf "$dir.new"
	mkdir -p "$dir.new"
	(
		cd "$dir.new"
		quietly "$cache/source/checkpatch.log" \
			apt-get "${apt_options[@]}" download "$source"
		dpkg-deb --fsys-tarfile ./*.deb |
			tar -x -O "./usr/src/$source.tar.xz" | xz -dc |
			tar -x --strip-components=2 \
				"$source/scripts/checkpatch.pl" \
				"$source/scripts/const_structs.checkpatch" \
				"$source/scripts/spelling.txt"
		rm ./*.deb
	)
	mv "$dir.new" "$dir"
}

# excused FILE: the types that may be found in it
excused()
{
	awk -v file="$1" '!/^#/ && $2 == file { printf "%s ", $1 }' \
		"$run/checkpatch.excused"
}

check_patch()
{
	local file line type ok text=$out/checkpatch.log

	say "checkpatch"
	fetch_checkpatch
	: >"$text"
	cd "$top"
	while read -r file; do
		ok=1
		while read -r line; do
			type=${line#*: }
			type=${type#*:}
			type=${type%%:*}
			echo "$line" >>"$text"
			case " $(excused "$file")" in
			*" $type "*)
				echo "$type $file" >>"$out/needed"
				;;
			*)
				ok=
				echo "  # $line" >>"$results"
				;;
			esac
		done < <(perl "$cache/source/checkpatch/checkpatch.pl" \
			--no-tree --no-summary --show-types --terse \
			--file "$file" || true)
		if [ -n "$ok" ]; then
			result passed "checkpatch $file"
		else
			result failed "checkpatch $file"
		fi
	done < <(find kmod uapi selftests/vendor -name '*.[chS]' \
		! -name '*.mod.c' | sort)
	while read -r type file _; do
		case $type in
		'' | '#'*) continue ;;
		esac
		grep -qxF "$type $file" "$out/needed" ||
			result failed "checkpatch.excused: nothing needs $type $file"
	done <"$run/checkpatch.excused"
}

rm -f "$out/needed"
touch "$out/needed"
for kernel; do
	check_kernel "$kernel"
done
check_patch
"$run/total.sh" "$results"
