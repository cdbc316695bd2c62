# SPDX-License-Identifier: GPL-2.0
#
# The entry points that shift argument registers or fill structures.

program files_test files_test.c
# shellcheck disable=SC2086
program files_test-shim files_test.c $libs

files_library()	# NAME CC [FLAG...]
{
	local name=$1 cc=$2

	shift 2
	# shellcheck disable=SC2086
	$cc -shared -fPIC -nostdlib -nostartfiles -fno-stack-protector \
		-U_FORTIFY_SOURCE "$@" -I"$here" -o "$name" "$here/files.c" \
		-lgcc || fatal "$name does not build"
}

files()	# LIBRARY OFF-SIZE WAY
{
	local out

	if [ "$3" = preload ]; then
		out=$(run "$preload" ./files_test "./$1" "$2" 2>&1)
	else
		out=$(run ./files_test-shim "./$1" "$2" 2>&1)
	fi
	local status=$?

	[ $status = 0 ] && grep -q '^[0-9]* checks, 0 failures$' <<< "$out" ||
		{ note "$out"; status=1; }
	rm -rf files-*
	return $status
}

# What the test would say of libc alone: a check that cannot fail is none.
files_unaided()
{
	run ./files_test ./libfiles-unaided.so 4 > out 2>&1
	note "$(tail -n 1 out)"
	rm -rf files-*
	grep -q '^[0-9]* checks, [1-9][0-9]* failures$' out
}

files_library libfiles-unaided.so "$VENDOR_CC" -O2 -DNO_XSTAT stub-glibc.so
for isa in $modes; do
	for level in -O0 -O2; do
		for way in linked preload; do
			narrow=libfiles-narrow-$isa$level.so
			wide=libfiles-wide-$isa$level.so
			# shellcheck disable=SC2046
			files_library "$narrow" "$VENDOR_CC" $level \
				$(flag "$isa") stub-glibc.so
			# shellcheck disable=SC2046
			files_library "$wide" "$MUSL_CC" $level \
				$(flag "$isa") -DNO_XSTAT stub-musl.so
			add "files, 32-bit off_t $isa $level $way" \
				files "$narrow" 4 $way
			add "files, 64-bit off_t $isa $level $way" \
				files "$wide" 8 $way
		done
	done
done
add "files, 32-bit off_t: libc alone gets them wrong" files_unaided
