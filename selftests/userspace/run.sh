#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# run.sh - build the shim, vendor-like libraries and programs; print KTAP.
# run.sh guest: build them into O/guest, for machines that run them natively.
#
# Environment: MUSL_CC, VENDOR_CC, O (build directory), PARTS (t_*.sh to run,
# all of them if it is empty), JEMALLOC (the library, or empty), UCLIBC (the
# folder of its headers, or empty). Exit status as of kselftest: 0 passed, 1
# failed, 4 skipped.

set -u
here=$(cd "$(dirname "$0")" && pwd)
shim=$here/../../userspace
mkdir -p "$O" && cd "$O" || exit 1
rm -f ./lib*.so
export TMPDIR=$O LC_ALL=C
unset "${!OFF32_COMPAT@}" LD_PRELOAD MAKEFLAGS MAKELEVEL

skip_all()
{
	echo "TAP version 13"
	echo "1..0 # SKIP $*"
	exit 4
}

fatal()
{
	echo "Bail out! $*"
	exit 1
}

# --- the target ---

tool()	# NAME: the binutils that belong to VENDOR_CC
{
	local path

	path=$($VENDOR_CC -print-prog-name="$1")
	command -v "$path" || command -v "$1"
}
READELF=$(tool readelf) AR=$(tool ar) NM=$(tool nm) OBJDUMP=$(tool objdump)
OBJCOPY=$(tool objcopy) SIZE=$(tool size)

echo 'int main(void) { return 0; }' > probe.c
$MUSL_CC probe.c -o probe 2> probe.err || skip_all "no musl compiler: $MUSL_CC"
$VENDOR_CC -c probe.c -o probe.o 2> probe.err ||
	skip_all "no glibc compiler: $VENDOR_CC"
machine=$($READELF -h probe | sed -n 's/.*Machine: *//p')
interp=$($READELF -l probe | sed -n 's/.*interpreter: \(.*\)]/\1/p')
libc=$($MUSL_CC probe.c -o probe -Wl,-t | grep -o '/.*/libc\.so$' | head -n 1)
order=$($READELF -h probe | grep -o 'little\|big')
qemu=
modes=plain padded=-DNATIVE unplanted=0
case $machine in
ARM) qemu=qemu-arm modes="arm thumb" ;;
MIPS*)
	[ "$order" = big ] && qemu=qemu-mips || qemu=qemu-mipsel
	# its third instruction set, where compiler and libraries have it
	! $VENDOR_CC -mips16 -fPIC -shared -nostdlib probe.c -o probe16.so \
		2> probe.err || modes="plain mips16"
	;;
Intel*386) qemu=qemu-i386 modes=args padded= unplanted=1 ;;
*) skip_all "$machine: nothing to test here" ;;
esac

# A root with musl as every libc that a vendor library may ask for.
mkdir -p root/lib
for name in "$(basename "$interp")" libc.so ld-uClibc.so.0 libc.so.0 libc.so.6
do
	ln -sf "$libc" "root/lib/$name"
done

if command -v $qemu-static > /dev/null; then
	qemu=$qemu-static
fi
run()	# [VAR=VALUE...] PROGRAM [ARG...]
{
	local set=()

	while :; do
		case $1 in
		*=*) set+=(-E "$1") ;;
		-strace) set+=(-strace) ;;
		*) break ;;
		esac
		shift
	done
	timeout 60 $qemu -L "$O/root" -E LD_LIBRARY_PATH="$O" "${set[@]}" "$@"
}
[ "${1-}" = guest ] || run ./probe || skip_all "$qemu cannot run a musl program"

# --- what is tested ---

make -s -C "$shim" O="$O/shim" CC="$MUSL_CC" AR="$AR" NM="$NM" all ||
	fatal "the shim does not build"
make -s -C "$shim" O="$O/shim" CC="$MUSL_CC" AR="$AR" NM="$NM" \
	PREFIX=/usr DESTDIR="$O/stage" install || fatal "install fails"

# What a consumer would do, the staging directory standing for the root.
libs=$(PKG_CONFIG_PATH=$O/stage/usr/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR= \
	pkg-config --define-variable=libdir="$O/stage/usr/lib" \
	--libs off32-compat)
preload=LD_PRELOAD=$O/shim/liboff32-compat.so

program()	# NAME SOURCE [FLAG...]
{
	local name=$1 source=$2

	shift 2
	$MUSL_CC -O2 -Wall -I"$here" -I"$shim" -o "$name" "$here/$source" \
		-rdynamic "$@" || fatal "$name does not build"
}

# The libcs that vendor libraries name: their names, and symbols to bind to.
stub()	# FILE SONAME [LINKER-FLAG...]
{
	local file=$1 soname=$2

	shift 2
	$VENDOR_CC -shared -nostdlib -fno-builtin -w -o "$file" stub.c \
		-Wl,-soname,"$soname" "$@" || fatal "$file does not build"
}
echo 'void mmap(void) {} void __fdelt_chk(void) {}' > stub.c
echo 'GLIBC_2.4 { *; };' > stub.map
stub stub-glibc.so libc.so.6 -Wl,--version-script=stub.map
stub stub-uclibc.so libc.so.0
stub stub-uclibc-ld.so ld-uClibc.so.0
stub stub-musl.so libc.so
stub stub-renamed.so libc.so -Wl,--version-script=stub.map

flag()	# MODE
{
	case $1 in	# plain: none
	arm) echo -marm ;;
	thumb) echo -mthumb ;;
	mips16) echo -mips16 ;;
	args) echo -maccumulate-outgoing-args ;;
	esac
}

vendor()	# NAME FORM [FLAG...]
{
	local name=$1 form=$2 cc=$VENDOR_CC needs

	shift 2
	case $form in
	glibc) needs="stub-glibc.so" ;;
	uclibc) needs="-Wl,--no-as-needed stub-uclibc.so stub-uclibc-ld.so" ;;
	none) needs= ;;
	renamed) needs="stub-renamed.so" ;;
	both) needs="-Wl,--no-as-needed stub-uclibc.so stub-musl.so" ;;
	native) needs="stub-musl.so $padded" cc=$MUSL_CC ;;
	esac
	# shellcheck disable=SC2086
	$cc -shared -fPIC -nostdlib -nostartfiles -fno-stack-protector \
		-U_FORTIFY_SOURCE "$@" -I"$here" -o "$name" "$here/vendor.c" \
		$needs -lgcc || fatal "$name does not build"
}

# What more than one part uses; one instruction set is enough there.
mode=${modes##* }
[ "$mode" != mips16 ] || mode=plain
opt="-O2 $(flag "$mode")"
program behave behave.c -pthread
# shellcheck disable=SC2086
program behave-shim behave.c -pthread $libs
# shellcheck disable=SC2086
vendor libb-glibc.so glibc $opt
# shellcheck disable=SC2086
vendor libb-none.so none $opt

# --- the tests ---

tests=()
add()	# DESCRIPTION FUNCTION [ARG...]
{
	tests+=("$(printf '%q ' "$@")")
}

note()
{
	sed 's/^/# /' <<< "$*"
}

skip()	# REASON: to be returned
{
	why=$*
	return 4
}

want()	# WHAT EXPECTED GOT
{
	[ "$2" = "$3" ] && return 0
	note "$1: expected '$2'"
	note "$1: got '$3'"
	return 1
}

for part in "$here"/t_*.sh; do
	name=${part##*/t_}
	case " ${PARTS:-${name%.sh}} " in
	*" ${name%.sh} "*) . "$part" ;;
	esac
done

if [ "${1-}" = guest ]; then
	rm -rf guest && mkdir guest
	cp -- shim/liboff32-compat.so libb-*.so libfiles-*.so libvendor-*.so \
		libnative*.so liballocator.so guess-*.so guest
	for name in behave matrix files_test; do
		cp -- $name $name-shim guest
	done
	cp -- behave-linked behave-linked-preload guest
	ln -s "$interp" guest/ld-uClibc.so.0
	echo "$libs" > guest.libs
	exit
fi

echo "TAP version 13"
echo "1..${#tests[@]}"
i=0 failed=0 skipped=0
for t in "${tests[@]}"; do
	eval "call=($t)"
	i=$((i + 1))
	"${call[@]:1}"
	case $? in
	0) echo "ok $i - ${call[0]}" ;;
	4)
		echo "ok $i - ${call[0]} # SKIP $why"
		skipped=$((skipped + 1)) ;;
	*)
		echo "not ok $i - ${call[0]}"
		failed=$((failed + 1)) ;;
	esac
done
note "$machine: $((i - failed - skipped)) passed, $failed failed," \
	"$skipped skipped"
[ $failed = 0 ]
