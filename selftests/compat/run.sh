#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# run.sh OUTDIR: type-check kmod/ for kernels that need not be at hand.
#
# CC32, CC64: compilers for 32 and 64 bits (no C library is used).
#
# Promises, as KTAP: each file of kmod/ compiles for each row of `rows` without
# a warning; each branch of kmod/compat.h is compiled by a row, and a condition
# without #else is false in one; an error put into a branch makes that row fail;
# below 3.0 one plain sentence says what is wrong; no file but compat.h asks for
# the version.

set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
out=${1:?run.sh OUTDIR}
CC32=${CC32:-arm-linux-gnueabihf-gcc-12}
CC64=${CC64:-gcc}
compat=$top/kmod/compat.h

number=0
failures=0

# result STATUS DESCRIPTION [FILE]: FILE says why it failed
result()
{
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number - $2"
		return
	fi
	failures=$((failures + 1))
	[ ! -s "${3-}" ] || sed -n '1,20s/^/# /p' "$3"
	echo "not ok $number - $2"
}

# code VERSION: as LINUX_VERSION_CODE has it
code()
{
	local a b c

	IFS=. read -r a b c <<<"$1"
	echo $(((a << 16) + (b << 8) + ${c:-0}))
}

table()
{
	sed -e 's/#.*//' -e '/^[ \t]*$/d' "$here/$1"
}

# Every header leads to api.h, from the version on that has it.
make_headers()
{
	local name since symbol

	while read -r name since; do
		mkdir -p "$out/include/${name%/*}"
		symbol=HVC_HEADER_${name//[!a-z_]/_}
		printf '%s\n' "#if HVC_API < $(code "$since")" \
			"#error \"<$name> is there since $since\"" \
			'#endif' "#undef $symbol" "#define $symbol" \
			'#include "api.h"' >"$out/include/$name"
	done < <(table headers)
	printf '%s\n' '#define LINUX_VERSION_CODE HVC_SAYS' \
		'#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + (c))' \
		>"$out/include/linux/version.h"
}

# row KERNEL SAYS ARCH CONFIG: sets name, and command: the compiler for it
row()
{
	local kernel=$1 says=$2 arch=$3 config=$4 word cc=$CC32 std=gnu89

	name="$kernel $arch"
	[ "$config" = - ] || name+=" $config"
	[ "$says" = - ] || name+=", says $says"
	[ "$says" != - ] || says=$kernel
	case ",$config," in
	*,64BIT,*) cc=$CC64 ;;
	esac
	[ "$(code "$kernel")" -lt "$(code 5.18)" ] || std=gnu11
	# the C dialect and the warnings that kernels ask for
	command=("$cc" -nostdinc -ffreestanding -std=$std -O1 -Wall -Werror
		-Wdeclaration-after-statement -Wstrict-prototypes
		-Wno-pointer-sign
		-Wno-unused-function -Wno-attributes -D__KERNEL__ -DMODULE
		"-DHVC_API=$(code "$kernel")" "-DHVC_SAYS=$(code "$says")"
		"-DCONFIG_${arch^^}=1" -I"$here" -I"$out/include"
		-I"$top/uapi" -I"$top/kmod")
	[ "$config" != - ] || return 0
	for word in ${config//,/ }; do
		case $word in
		HVC_*) command+=("-D$word=1") ;;
		*) command+=("-DCONFIG_$word=1") ;;
		esac
	done
}

# compat.h with conditions of two lines in one; the count of lines stays.
join_lines()
{
	awk '/^#[ \t]*(if|elif)/ && /\\$/ {
			line = $0
			sub(/\\$/, "", line)
			getline
			print line $0 "\n"
			next
		}
		{ print }' "$compat"
}

# conditions MARKS: with 1, the header with a pragma wherever a condition is
# asked and a branch is compiled; with 0, the names of those pragmas that must
# be met: `branch LINE`, and `open LINE` for a condition without #else. The
# include guard is none of them, nor is a branch that is an #error.
conditions()
{
	awk -v marks="$1" '
		function mark(text) {
			if (marks)
				print "#pragma HVC " text
			else if (text !~ /^if/)
				print text
		}
		/^#[ \t]*if/ {
			if (depth++)
				mark("if " NR)
			line[depth] = NR
			other[depth] = 0
		}
		marks
		/^#[ \t]*else/ { other[depth] = 1 }
		/^#[ \t]*(if|elif|else)/ && depth > 1 {
			mark("branch " NR)
			if (marks)
				print "#pragma HVC in " line[depth]
		}
		/^#[ \t]*endif/ {
			if (depth > 1 && !other[depth] && !marks)
				mark("open " line[depth])
			depth--
		}' "$out/joined.h"
}

# check_row I: log and status of its compiler, and the marks that it meets
check_row()
{
	local status=0

	# shellcheck disable=SC2086 # the columns of a row
	row ${rows[$1]}
	"${command[@]}" -fsyntax-only -include "$compat" "$top"/kmod/*.c \
		>"$out/$1.log" 2>&1 || status=1
	echo "$status" >"$out/$1.status"
	"${command[@]}" -E -P "$out/marked.h" 2>/dev/null |
		sed -n 's/^#pragma HVC //p' | sort -u >"$out/$1.met" || true
	# asked, but none of its branches: the condition was false
	comm -23 <(sed -n 's/^if //p' "$out/$1.met" | sort) \
		<(sed -n 's/^in //p' "$out/$1.met" | sort) |
		sed 's/^/open /' >>"$out/$1.met"
}

# rows_that_meet MARK: their indices
rows_that_meet()
{
	grep -lx -- "$1" "$out"/*.met | sed 's#.*/\([0-9]*\)\.met#\1#'
}

# break_branch LINE: no row may compile a header with an error there
break_branch()
{
	local line=$1 file=$out/broken.$1.h i

	awk -v line="$line" '
		{ print }
		NR == line { print "_Static_assert(0, \"broken\");" }' \
		"$out/joined.h" >"$file"
	i=$(rows_that_meet "branch $line" | head -n 1)
	if [ -z "$i" ]; then
		echo "no row compiles that branch"
		return 1
	fi
	# shellcheck disable=SC2086 # the columns of a row
	row ${rows[i]}
	if "${command[@]}" -fsyntax-only -x c "$file" >"$file.log" 2>&1; then
		echo "row \"$name\" compiles it, and fails to see the error"
		return 1
	fi
	rm "$file" "$file.log"
}

rm -rf "$out"
mkdir -p "$out/include"
make_headers
join_lines >"$out/joined.h"
conditions 1 >"$out/marked.h"
conditions 0 | while read -r kind line; do
	[ "$kind" = branch ] &&
		sed -n "$((line + 1))p" "$out/joined.h" | grep -q '^#error' ||
		echo "$kind $line"
done >"$out/wanted"
mapfile -t rows < <(table rows)

for i in "${!rows[@]}"; do
	check_row "$i" &
	while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do
		wait -n
	done
done
wait

mapfile -t branch < <(sed -n 's/^branch //p' "$out/wanted")
mapfile -t open < <(sed -n 's/^open //p' "$out/wanted")
echo "1..$((${#rows[@]} + ${#open[@]} + ${#branch[@]} + 4))"

for i in "${!rows[@]}"; do
	# shellcheck disable=SC2086 # the columns of a row
	row ${rows[i]}
	[ "$(cat "$out/$i.status")" = 0 ] ||
		echo "# What the kernel has and kmod/ newly uses: add it to api.h"
	result "$(cat "$out/$i.status")" "$name: every file" "$out/$i.log"
done

text()
{
	sed -n "$1{s/  */ /g;p}" "$out/joined.h" | cut -c 1-60
}

for line in "${open[@]}"; do
	status=0
	[ -n "$(rows_that_meet "open $line")" ] || status=1
	result $status "compat.h:$line false in a row: $(text "$line")"
done
for line in "${branch[@]}"; do
	status=0
	break_branch "$line" >"$out/broken.log" || status=1
	result $status "compat.h:$line an error is seen: $(text "$line")" \
		"$out/broken.log"
done

sentence='hisi_venc_compat needs Linux 3.0 or newer'
row 2.6 2.6.39 arm -
status=0
"${command[@]}" -fsyntax-only -x c "$compat" >"$out/2.6.log" 2>&1 ||
	status=$?
grep -q "#error \"$sentence\"" "$out/2.6.log" && [ "$status" != 0 ] &&
	status=0 || status=1
result $status "below 3.0: $sentence" "$out/2.6.log"

status=0
(cd "$top/kmod" && grep -n 'LINUX_VERSION_CODE\|KERNEL_VERSION' -- *.[ch] |
	grep -v '^compat\.h:') >"$out/versions" && status=1
result $status "only compat.h asks for the kernel's version" "$out/versions"

status=0
(cd "$top" && sed -n 's/^#[ \t]*include <\([a-z].*\/.*\)>.*/\1/p' kmod/*.[ch] \
	uapi/*.h) | sort -u | grep -vx 'linux/version\.h' >"$out/included"
comm -3 "$out/included" <(table headers | awk '{ print $1 }' | sort) \
	>"$out/headers"
[ ! -s "$out/headers" ] || status=1
result $status "the list of headers is what kmod/ includes" "$out/headers"

# The stand-in must not know what a kernel of that version has not.
row 3.0 - arm -
echo 'void f(struct file *f) { file_inode(f); }' >"$out/newer.c"
status=0
"${command[@]}" -fsyntax-only -include linux/fs.h "$out/newer.c" \
	>"$out/newer.log" 2>&1 && status=1
result $status "a name that came later is an error" "$out/newer.log"

[ "$failures" = 0 ]
