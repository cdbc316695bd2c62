# SPDX-License-Identifier: GPL-2.0
#
# The shim's parts, and what leaves the library.

unit()
{
	local out

	# shellcheck disable=SC2086
	$MUSL_CC -static -O2 $2 -I"$shim" "$here/unit.c" -o unit \
		-L"$O/shim" -l:liboff32-compat.a || return
	out=$(run ./unit)
	local status=$?
	note "$out"
	return $status
}
for isa in $modes; do
	add "rules, call sites, checks and padding word ($isa)" \
		unit x "$(flag "$isa")"
done

resolve()
{
	local out

	$MUSL_CC -static -O2 -I"$shim" -I"$shim/../uapi" \
		-idirafter "$shim/without-kernel-headers" -o resolve_test \
		"$here/resolve_test.c" -L"$O/shim" -l:liboff32-compat.a ||
		return
	out=$(run ./resolve_test)
	local status=$?
	note "$out"
	return $status
}
add "what the kernel module is asked, and its answers" resolve

layout()	# FLAG...
{
	$VENDOR_CC -Wall -Wextra -Werror "$@" -I"$shim" -c -o layout.o \
		"$here/layout.c"
}
add "narrow structures are glibc's" layout
if [ -n "${UCLIBC-}" ]; then
	add "narrow structures are uClibc-ng's, whose names tell" layout \
		-DWANT_UCLIBC -nostdinc -isystem "$UCLIBC" \
		-isystem "$($VENDOR_CC -print-file-name=include)"
fi

symbols()
{
	make -s -C "$shim" O="$O/shim" CC="$MUSL_CC" AR="$AR" NM="$NM" \
		check-symbols
}
add "exported names are those of the lists" symbols

# A header may rename what C calls stat; the entry points are named by label.
hijack()
{
	want "names with time64" "" "$($NM -g --defined-only \
		"$O/shim/liboff32-compat.a" | grep time64)"
}
add "no native name is taken over" hijack

text_size()
{
	local text

	make -s -C "$shim" O="$O/small" CC="$MUSL_CC" CFLAGS=-Os AR="$AR" all ||
		return
	text=$($SIZE -t "$O/small/liboff32-compat.a" |
		awk 'END { print $1 }')
	note "$text bytes of text and constants"
	[ "$text" -le 8192 ]
}
# The budget is for ARMv7, which has Thumb-2; others are larger instructions.
if [ "$machine" = ARM ] && $MUSL_CC -dM -E - < /dev/null |
	grep -q '__ARM_ARCH 7'; then
	add "8 KiB of text are enough" text_size
fi

needs_no_libc()
{
	want "DT_NEEDED" "" "$($READELF -d "$O/shim/liboff32-compat.so" |
		grep NEEDED)" &&
	want "constructors" "" "$($READELF -d "$O/shim/liboff32-compat.so" |
		grep 'INIT\|FINI')" &&
	want "forbidden imports" "" "$($NM -D --undefined-only \
		"$O/shim/liboff32-compat.so" | awk '{ print $NF }' |
		grep -x 'pthread_.*\|printf\|fopen\|dl_iterate_phdr\|fprintf')"
}
add "the preloaded library needs no libc of its own" needs_no_libc
