#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# static.sh OUTDIR: what analysers say of the code without running it. Beside
# style.sh, which has sparse and checkpatch:
#   cppcheck      the module, the shim and off32-audit
#   gcc           -fanalyzer on the same; the module as kbuild compiles it
#   coccinelle    the kernel's own semantic patches, on the module
#
# Promises: OUTDIR/results has one line for each analyser and source, or each
# semantic patch; the summary goes to stdout. Exit status 0 only if nothing
# failed. A finding is a failure unless selftests/run/static.excused says why it
# is right. Each analyser (and sparse) is given a file with a fault first: one
# that does not find it has failed.

. "$(dirname "$0")/common.sh"
. "$run/apt.sh"
. "$run/parts.sh"

out=${1:?static.sh OUTDIR}
mkdir -p "$out"
out=$(cd "$out" && pwd)
results=$out/results
: >"$results"
: >"$out/needed"
kernel=6.1-armmp
headers=$cache/kernels/$kernel/headers
work=$build/static

# result WHAT TEXT
result()
{
	printf '%s static: %s\n' "$1" "$2" >>"$results"
}

# excused FINDING FILE
excused()
{
	local name

	for name in "$2" ANY; do
		awk -v finding="$1" -v file="$name" '
			!/^#/ && $1 == finding && $2 == file { found = 1 }
			END { exit !found }' "$run/static.excused" || continue
		echo "$1 $name" >>"$out/needed"
		return
	done
	return 1
}

# judge TEXT FINDINGS: a file with lines `FILE:LINE: FINDING: message`
judge()
{
	local file finding verdict=passed line rest

	while IFS= read -r line; do
		file=${line%%:*}
		rest=${line#*: }
		finding=${rest%%: *}
		! excused "$finding" "$file" || continue
		verdict=failed
		echo "  # $line" >>"$results.new"
	done <"$2"
	result $verdict "$1"
	[ ! -e "$results.new" ] || cat "$results.new" >>"$results"
	rm -f "$results.new"
}

# must_find ANALYSER PATTERN OUTPUT: the fault it was given
must_find()
{
	if grep -Eq -- "$2" "$3"; then
		result passed "$1 finds the fault it is given"
	else
		result failed "$1 does not find the fault it is given"
		head -n 5 "$3" | sed 's/^/  # /' >>"$results"
	fi
}

# as_findings: gcc's `FILE:LINE:COLUMN: warning: TEXT [-WNAME]`, as judge has it
as_findings()
{
	sed -n 's/^\([^: ]*\):\([0-9]*\):[0-9]*: \(warning\|error\): \(.*\)/\1:\2: \4/p' |
		sed 's/^\([^ ]*\) \(.*\) \[-W\([^]]*\)\]$/\1 \3: \2/' |
		sort -u
}

# --- cppcheck ---

# cpp_check DIRECTORY... -- OPTION...
cpp_check()
{
	local dirs=()

	while [ "$1" != -- ]; do
		dirs+=("$1")
		shift
	done
	shift
	# the system's headers are not looked for: it knows C's functions
	cppcheck -q --enable=warning,performance,portability,style \
		--std=c11 --suppress=missingInclude \
		--suppress=missingIncludeSystem \
		--template='{file}:{line}: {id}: {message}' "$@" \
		"${dirs[@]}" 2>&1
}

run_cppcheck()
{
	local dir=$work/cppcheck

	say "cppcheck"
	rm -rf "$dir"
	mkdir -p "$dir"
	cat >"$dir/bad.c" <<-'BAD'
	int bad(int n)
	{
		int a[4] = { 0 };

		return n == 4 ? a[n] : 0;
	}
	BAD
	cpp_check "$dir/bad.c" -- >"$dir/bad"
	must_find cppcheck 'arrayIndexOutOfBounds' "$dir/bad"

	cd "$top"
	cpp_check kmod -- -D__KERNEL__ -Ikmod -Iuapi >"$dir/kmod"
	judge "cppcheck kmod" "$dir/kmod"
	cpp_check userspace/*.c userspace/arch -- -D__arm__ -D__ARM_EABI__ \
		-D_GNU_SOURCE -Iuserspace -Iuapi >"$dir/userspace"
	judge "cppcheck userspace" "$dir/userspace"
	cpp_check userspace/audit -- -Iuserspace -Iuserspace/audit \
		>"$dir/audit"
	judge "cppcheck userspace/audit" "$dir/audit"
}

# --- gcc -fanalyzer ---

# analyse FILE CC OPTION...: one source
analyse()
{
	local file=$1 log=$work/gcc/${1//\//-}

	shift
	if ! "$@" -Wall -Wextra -fanalyzer -c -o /dev/null "$file" \
			>"$log" 2>&1; then
		result failed "gcc -fanalyzer $file"
		head -n 5 "$log" | sed 's/^/  # /' >>"$results"
		return
	fi
	as_findings <"$log" >"$log.findings"
	judge "gcc -fanalyzer $file" "$log.findings"
}

run_gcc()
{
	local dir=$work/gcc file arch cross

	say "gcc -fanalyzer"
	rm -rf "$dir"
	mkdir -p "$dir"
	cat >"$dir/bad.c" <<-'BAD'
	#include <stdlib.h>

	int bad(char *text)
	{
		free(text);
		return *text;
	}
	BAD
	gcc-12 -O2 -fanalyzer -c -o /dev/null "$dir/bad.c" >"$dir/bad" 2>&1
	must_find "gcc -fanalyzer" 'Wanalyzer-use-after-free' "$dir/bad"

	cd "$top"
	sed 's/.*/ENTRY_POINT(&)/' userspace/entry-points >"$dir/entry-points.h"
	for file in decide ranges mmz; do
		analyse "kmod/$file.c" gcc-12 -std=gnu11 -O2 -Ikmod
	done
	for file in userspace/audit/*.c; do
		analyse "$file" gcc-12 -std=gnu11 -O2 -D_GNU_SOURCE \
			-D_FILE_OFFSET_BITS=64 -DAUDIT_VERSION='""' -I"$dir"
	done
	# the shim is for targets; noop.c is for all the others
	cross=arm-linux-gnueabihf
	for file in userspace/*.c userspace/arch/*/*.c; do
		arch=${file#userspace/arch/}
		case $arch in
		userspace/noop.c) continue ;;
		mips/*) cross=mipsel-linux-gnu ;;
		i386/*) cross=i686-linux-gnu ;;
		*) cross=arm-linux-gnueabihf ;;
		esac
		analyse "$file" $cross-gcc-12 -std=gnu99 -Os -fPIC \
			-DOFF32_FORCE -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 \
			-Iuserspace -Iuapi -I"$dir"
	done
}

# kbuild DIRECTORY LOG VARIABLE...: an external module
kbuild()
{
	local dir=$1 log=$2

	shift 2
	make -C "$headers" M="$dir" ARCH=arm \
		CROSS_COMPILE=arm-linux-gnueabihf- \
		CC=arm-linux-gnueabihf-gcc-12 "$@" modules >"$log" 2>&1
}

run_module()
{
	local dir=$work/module log=$work/module.log file

	say "gcc -fanalyzer, the module for $kernel"
	if [ ! -e "$cache/kernels/$kernel/release" ]; then
		result failed "the kernel $kernel could not be fetched"
		return
	fi
	hold "$work"
	rm -rf "$dir" "$work/bad"
	mkdir -p "$work/bad"
	echo 'obj-m := bad.o' >"$work/bad/Kbuild"
	cat >"$work/bad/bad.c" <<-'BAD'
	#include <linux/module.h>
	#include <linux/uaccess.h>

	int bad(int which, int __user *from);
	int bad(int which, int __user *from)
	{
		int *p = NULL;

		if (which)
			p = &which;
		return *p + *from;
	}
	MODULE_LICENSE("GPL");
	BAD
	kbuild "$work/bad" "$work/bad.log" KCFLAGS=-fanalyzer C=2 \
		KBUILD_CHECKSRC=2 CHECK=sparse || true
	must_find "gcc -fanalyzer under kbuild" \
		'Wanalyzer-(possible-)?null-dereference' "$work/bad.log"
	must_find sparse 'dereference of noderef expression' "$work/bad.log"

	copy_sources "$dir"
	if ! kbuild "$dir/main" "$log" KCFLAGS=-fanalyzer; then
		result failed "the module does not build with -fanalyzer, see $log"
		return
	fi
	sed "s#^$dir/main/##" "$log" | as_findings >"$work/module.findings"
	judge "gcc -fanalyzer, the module" "$work/module.findings"
	# a compiler that was not asked finds nothing
	for file in $(sed -n "s#.* CC \[M\] *$dir/main/##p" "$log"); do
		[ -e "$top/${file%.o}.c" ] || continue
		grep -q -e -fanalyzer "$dir/main/${file%/*}/.${file##*/}.cmd" ||
			result failed "$file was compiled without -fanalyzer"
	done
}

# --- coccinelle ---

# patched PATCH OPTION... -- SOURCE...: what one semantic patch reports
patched()
{
	local patch=$1 options

	shift
	options=$(sed -n 's/.*Options: *//p' "$patch" | tr '\n' ' ')
	# shellcheck disable=SC2086 # a list
	spatch -D report --very-quiet --no-show-diff --cocci-file "$patch" \
		$options -I "$cache/source/linux-6.1/include" "$@" </dev/null
}

run_coccinelle()
{
	local dir=$work/coccinelle patches=$cache/source/linux-6.1/scripts/coccinelle
	local patch name seen=0 left=

	say "coccinelle"
	kernel_source
	rm -rf "$dir"
	mkdir -p "$dir"
	cp -r "$top/kmod" "$dir"
	rm -f "$dir"/kmod/*.mod.c
	cat >"$dir/bad.c" <<-'BAD'
	int bad(struct device *device, char *text)
	{
		kfree(text);
		return text[0];
	}
	BAD
	cd "$dir"
	patched "$patches/free/kfree.cocci" bad.c >bad 2>&1 || true
	must_find coccinelle 'bad.c:.*preceded by free' bad

	while read -r patch; do
		name=${patch#"$patches/"}
		name=${name%.cocci}
		grep -q '^virtual.*report' "$patch" || continue
		# these need a compiler for OCaml beside coccinelle
		if grep -q '^@.*script:ocaml' "$patch"; then
			left+=" $name"
			continue
		fi
		seen=$((seen + 1))
		if ! patched "$patch" --dir kmod >said 2>err; then
			result failed "coccinelle $name"
			head -n 5 err | sed 's/^/  # /' >>"$results"
			continue
		fi
		sed -n "s/^\([^ :]*\):\([0-9]*\):[-0-9]*: /\1:\2: ${name##*/}: /p" \
			said >findings
		# what is said in another form is a finding, too
		grep -v -e '^ *$' -e '^[^ :]*:[0-9]*:[-0-9]*: ' said |
			sed "s/^/kmod:0: ${name##*/}: /" >>findings || true
		judge "coccinelle $name" findings
	done < <(find "$patches" -name '*.cocci' | sort)
	echo "not run, they need OCaml:$left" >"$out/coccinelle"
	[ "$seen" -ge 50 ] ||
		result failed "coccinelle: $seen of the kernel's patches ran"
}

run_cppcheck
run_gcc
run_module
run_coccinelle
while read -r finding file _; do
	case $finding in
	'' | '#'*) continue ;;
	esac
	grep -qxF "$finding $file" "$out/needed" ||
		result failed "static.excused: nothing needs $finding $file"
done <"$run/static.excused"
"$run/total.sh" "$results"
