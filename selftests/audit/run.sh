#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# run.sh - compile what there is to audit, audit it, compare; print KTAP.
#
# What is expected follows from how a file was compiled, never from the tool.
#
# Environment: O (build directory), MUSL (where musl-armhf-gcc is), ONLY
# (functions whose tests are run, else all), FUZZ_SECONDS (60), FUZZ_SEED.
# Exit status as of kselftest: 0 passed, 1 failed.

set -u
here=$(cd "$(dirname "$0")" && pwd)
source=$here/../../userspace
mkdir -p "$O" && cd "$O" || exit 1
rm -rf ./work && mkdir work && cd work || exit 1
export TMPDIR=$PWD LC_ALL=C
unset MAKEFLAGS MAKELEVEL CROSS_COMPILE

fatal()
{
	echo "Bail out! $*"
	exit 1
}

sane="-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all"
make -s -C "$source/audit" O="$O/tool" CFLAGS="$sane -Werror" ||
	fatal "off32-audit does not build"
make -s -C "$source/audit" O="$O/plain" CFLAGS="-O2 -Werror" ||
	fatal "off32-audit does not build with -O2"
tool=$O/tool/off32-audit

arm=arm-linux-gnueabihf-gcc-12
musl=$MUSL/musl-armhf-gcc
freestanding="-w -fno-builtin -ffreestanding -nostdlib -fPIC"
# each call in the source is one call in the code
freestanding="$freestanding -fno-crossjumping -fno-tree-tail-merge"

compile()	# COMMAND...
{
	"$@" 2>cc.err && return
	sed 's/^/# /' cc.err
	fatal "cannot compile: $*"
}

# --- what is tested ---

tests=()
add()	# DESCRIPTION FUNCTION [ARG...]
{
	case " ${ONLY:-$2} " in
	*" $2 "*) ;;
	*) return ;;
	esac
	tests+=("$(printf '%q ' "$@")")
}

note()
{
	sed 's/^/# /' <<<"$*"
}

want()	# WHAT EXPECTED GOT
{
	[ "$2" = "$3" ] && return
	note "$1: expected '$2'"
	note "$1: got '$3'"
	return 1
}

# audit STATUS FILE...: the flat lines go to ./flat
audit()
{
	local expected=$1 status=0

	shift
	"$tool" -j "$@" >json 2>err || status=$?
	if ! want "exit status" "$expected" "$status"; then
		head -n 5 err | sed 's/^/# /'
		return 1
	fi
	"$here/flat.pl" <json >flat 2>err && return
	note "not JSON: $(head -n 1 err)"
	return 1
}

line()	# WORD...: the flat line that begins so, without these words
{
	sed -n "s|^$* ||p" flat
}

# All calls of calls.c, as told to the compiler.
cell()	# WIDTH CC-AND-FLAGS...
{
	local width=$1 type=int n zero expected got form bad=0

	shift
	[ "$width" = 32 ] || type="long long"
	for form in -c -shared; do
		# shellcheck disable=SC2086
		compile "$@" $freestanding -DOFF_T="$type" $form -o cell \
			"$here/calls.c"
		# exit status 0: a library that names no libc and passes 64 bits
		if [ "$width" = 32 ]; then audit 1 cell; else audit 0 cell; fi ||
			bad=1
		expected=$(for n in "ftruncate 3" "lseek 5" "mmap 13" \
				"pread 2" "pwrite 1" "truncate 1"; do
			zero="${n#* } 0 0"
			[ "$width" = 32 ] || zero="0 ${n#* } 0"
			echo "${n% *} $width $zero"
		done)
		got=$(sed -n 's/^call cell //p' flat | sort)
		want "$form" "$expected" "$got" || bad=1
	done
	return $bad
}

for cc in "$arm -marm" "$arm -mthumb" "arm-linux-gnueabi-gcc-12 -marm" \
	"arm-linux-gnueabi-gcc-12 -mthumb" \
	"mipsel-linux-gnu-gcc-12 -mips32r2" "mips-linux-gnu-gcc-12 -mips32"
do
	for o in -O0 -O1 -O2 -O3 -Os; do
		for width in 32 64; do
			# shellcheck disable=SC2086
			add "each of 25 calls is $width-bit: $cc $o" \
				cell $width $cc $o
		done
	done
done

# Both widths may compile to the same; never the wrong one.
wrappers()	# WIDTH CC-AND-FLAGS...
{
	local width=$1 type=int wrong=64 o bad=0

	shift
	[ "$width" = 32 ] || type="long long" wrong=32
	for o in -O0 -O1 -O2 -O3 -Os; do
		# shellcheck disable=SC2086
		compile "$@" $o $freestanding -DOFF_T="$type" -shared -o wrap \
			"$here/wrappers.c"
		"$tool" -j wrap >json
		"$here/flat.pl" <json >flat || return 1
		if awk -v w=$wrong '$1 == "call" && ($4 == w || $4 == "mixed")' \
			flat | grep .; then
			note "$o: wrong"
			bad=1
		fi
		want "$o calls" 6 "$(awk '$1 == "call" {
			n += $5 + $6 + $7 } END { print n }' flat)" || bad=1
	done
	return $bad
}
for cc in "$arm -marm" "$arm -mthumb" "arm-linux-gnueabi-gcc-12 -mthumb" \
	"mipsel-linux-gnu-gcc-12 -mips32r2"
do
	for width in 32 64; do
		# shellcheck disable=SC2086
		add "wrappers are $width-bit or unknown: $cc" \
			wrappers $width $cc
	done
done

# --- which libc ---

stub()	# FILE SONAME [LINKER-FLAG...]
{
	local file=$1 soname=$2

	shift 2
	compile $arm -shared -nostdlib -fno-builtin -w -o "$file" stub.c \
		-Wl,-soname,"$soname" "$@"
}
{
	for f in mmap lseek ftruncate truncate pread pwrite __fdelt_chk \
		__dlsym_time64; do
		echo "void $f(void) {}"
	done
} >stub.c
echo 'GLIBC_2.4 { *; };' >stub.map
stub stub-glibc.so libc.so.6 -Wl,--version-script=stub.map
stub stub-uclibc.so libc.so.0
stub stub-uclibc-ld.so ld-uClibc.so.0
stub stub-musl.so libc.so
echo 'LIBC { *; };' >stub-bionic.map
stub stub-bionic.so libc.so -Wl,--version-script=stub-bionic.map
stub stub-libdl.so libdl.so
stub stub-renamed.so libc.so -Wl,--version-script=stub.map

# library NAME WIDTH LINKED-WITH...
library()
{
	local name=$1 type=int

	[ "$2" = 32 ] || type="long long"
	shift 2
	# shellcheck disable=SC2086
	compile $arm -O2 $freestanding -DOFF_T="$type" -shared -o "$name" \
		"$here/calls.c" "$@"
}

form()	# WIDTH STATUS EXPECTED-OBJECT-LINE LINKED-WITH...
{
	local width=$1 status=$2 expected=$3

	shift 3
	library libform.so "$width" "$@"
	audit "$status" libform.so || return
	want "object" "$expected" "$(line object libform.so)" &&
		want "mmap" "$width" "$(line call libform.so mmap |
			cut -d' ' -f1)"
}
shim="static-shim preload module"
add "needs libc.so.6 with GLIBC_2.4: 32-bit" form 32 1 \
	"shared_library glibc 32 not-asked $shim" stub-glibc.so
add "needs libc.so.0 and ld-uClibc.so.0: 32-bit" form 32 1 \
	"shared_library uClibc 32 not-asked $shim" \
	-Wl,--no-as-needed stub-uclibc.so stub-uclibc-ld.so
add "names no libc, 32-bit calls: to be declared" form 32 1 \
	"shared_library - unknown not-asked $shim declare"
add "names no libc, 64-bit calls: nothing to do" form 64 0 \
	"shared_library - unknown not-asked"
add "needs musl's libc.so: 64-bit" form 64 0 \
	"shared_library musl 64 not-asked" stub-musl.so
add "libc.so with versions of glibc: 32-bit" form 32 1 \
	"shared_library glibc 32 not-asked $shim" stub-renamed.so
add "two kinds of libc, no versions: to be declared" form 32 1 \
	"shared_library - unknown not-asked $shim declare" \
	-Wl,--no-as-needed stub-uclibc.so stub-musl.so
add "Android's libc.so with its versions: 32-bit" form 32 1 \
	"shared_library bionic 32 not-asked $shim" stub-bionic.so
add "Android's libc.so without versions: to be declared" form 32 1 \
	"shared_library - unknown not-asked $shim declare" \
	-Wl,--no-as-needed stub-musl.so stub-libdl.so
add "needs musl's libc.so, 32-bit calls: to be looked at" form 32 1 \
	"shared_library musl 64 not-asked $shim look" stub-musl.so

imports()	# FUNCTION WIDTH-OF-RULE
{
	echo "void $1(void); void f(void) { $1(); }" >import.c
	# shellcheck disable=SC2086
	compile $arm -O2 $freestanding -DOFF_T=int -shared -o libimport.so \
		import.c
	audit 0 libimport.so || return
	want object "shared_library - $2 not-asked" \
		"$(line object libimport.so)"
}
add "an import that only narrow libcs have" imports __fdelt_chk 32
add "an import that only Android's libc has" imports __errno 32
add "an import that only musl has" imports __dlsym_time64 64
add "an import that says nothing" imports mmap64 unknown

without_sections()
{
	library libbare.so 32 stub-glibc.so
	# as sstrip does: no section headers, and nothing points to them
	printf '\0\0\0\0' | dd of=libbare.so bs=1 seek=32 conv=notrunc status=none
	printf '\0\0\0\0\0\0' |
		dd of=libbare.so bs=1 seek=46 conv=notrunc status=none
	audit 1 libbare.so || return
	want object "shared_library glibc 32 not-asked $shim" \
		"$(line object libbare.so)" &&
		want mmap "32 13 0 0" "$(line call libbare.so mmap)"
}
add "a library without section headers" without_sections

stripped()
{
	library libstripped.so 32 stub-glibc.so -s
	audit 1 libstripped.so &&
		want mmap "32 13 0 0" "$(line call libstripped.so mmap)"
}
add "a stripped library" stripped

# --- a libc's own headers ---

headers()	# EXPECTED CC-AND-FLAGS...
{
	local expected=$1

	shift
	compile "$@" -O2 -c -o headers.o "$here/headers.c"
	"$tool" -j headers.o >json
	"$here/flat.pl" <json >flat || return 1
	want calls "$expected" \
		"$(sed -n 's/^call headers.o //p' flat | sort | paste -sd' ')"
}
narrow="lseek 32 1 0 0 mmap 32 1 0 0 readdir 32 0 0 1 stat 32 0 0 1"
wide="lseek64 64 0 1 0 mmap64 64 0 1 0 readdir64 64 0 0 1 stat64 64 0 0 1"
wide=${wide//0 0 1/0 1 0}
add "glibc's headers: 32-bit" headers "$narrow" $arm
add "glibc's headers, Thumb-1: 32-bit" headers "$narrow" \
	arm-linux-gnueabi-gcc-12 -mthumb
add "glibc's headers, MIPS: 32-bit" headers "$narrow" mipsel-linux-gnu-gcc-12
add "glibc's headers with _FILE_OFFSET_BITS=64: the 64 names" \
	headers "$wide" $arm -D_FILE_OFFSET_BITS=64
add "musl's headers: 64-bit under plain names" headers \
	"__stat_time64 64 0 1 0 lseek 64 0 1 0 mmap 64 0 1 0 readdir 64 0 0 1" \
	"$musl"

host()
{
	compile gcc -O2 -c -o host.o "$here/headers.c"
	audit 0 host.o &&
		want object "object_file - 64 not-asked" "$(line object host.o)"
}
add "a 64-bit object: nothing to do" host

# --- programs and the shim ---

make -s -C "$source" O="$O/shim" CC="$musl" AR=arm-linux-gnueabihf-ar \
	NM=arm-linux-gnueabihf-nm PREFIX=/usr DESTDIR="$O/stage" install \
	>shim.log 2>&1 || fatal "the shim does not build"
libs=$(sed -n 's/^Libs: //p' "$O/stage/usr/lib/pkgconfig/off32-compat.pc")
libs=${libs//'${libdir}'/$O/stage/usr/lib}

cat >program.c <<'END'
#include <sys/mman.h>
#include <stdio.h>
void *map_register(void);
int device;
volatile int state;
int main(void)
{
	void *p = mmap(0, 4096, 3, 2, device, 4096);

	printf("%p %p\n", p, NEEDS);
	return 0;
}
END
# program NAME [FLAG...]: NEEDS is 0 unless the flags say otherwise
program()
{
	local name=$1

	shift
	compile "$musl" -O2 -o "$name" program.c "$@"
}

shim_state()	# STATUS SHIM DO FLAG...
{
	local status=$1 shim=$2 todo=$3

	shift 3
	program prog -DNEEDS=0 "$@"
	audit "$status" prog &&
		want object "program musl 64 $shim$todo" "$(line object prog)"
}
# shellcheck disable=SC2086
{
add "a program without the shim" shim_state 0 absent "" -rdynamic
add "a program with the shim's entry points in .dynsym" \
	shim_state 0 full "" $libs
add "the same, stripped" shim_state 0 full "" $libs -s
add "--exclude-libs hides the entry points: named" \
	shim_state 1 hidden " static-shim" $libs -Wl,--exclude-libs,ALL
}

# The advice has to name the cause.
named()
{
	# shellcheck disable=SC2086
	program prog -DNEEDS=0 $libs -Wl,--exclude-libs,ALL
	"$tool" prog >table
	grep -q -e '--exclude-libs' table && grep -q '\.dynsym' table
}
add "the table names --exclude-libs and .dynsym" named

itself()
{
	audit 0 "$O/shim/liboff32-compat.so"
}
add "the shim itself: nothing to do" itself

# A folder as of a board: who loads what, links, copies, other files.
folder()	# STATUS DO-OF-PROGRAM DO-OF-LIBRARY FLAG...
{
	local status=$1 program=$2 library=$3

	shift 3
	rm -rf root && mkdir -p root/bin root/lib root/etc root/dev
	library root/lib/libmpi.so 32 stub-glibc.so -Wl,-soname,libmpi.so
	# shellcheck disable=SC2086
	compile $arm -shared -fPIC -nostdlib -o root/lib/libmiddle.so \
		-x c /dev/null -x none -Wl,-soname,libmiddle.so \
		-Wl,--no-as-needed root/lib/libmpi.so
	program root/bin/streamer -DNEEDS=0 -Wl,--no-as-needed \
		root/lib/libmiddle.so -Wl,--allow-shlib-undefined \
		-Wl,-rpath-link,root/lib "$@"
	echo hello >root/etc/motd
	ln -s /nowhere root/etc/broken
	ln -s .. root/lib/loop
	mkfifo root/dev/pipe
	ln root/bin/streamer root/bin/again
	: >root/etc/empty
	audit "$status" root || return
	want "number of objects" 3 "$(grep -c ^object flat)" &&
		want program "$program" "$(line object again program musl 64)" &&
		want library "$library" \
			"$(line object libmpi.so shared_library glibc 32)"
}
# shellcheck disable=SC2086
{
add "a folder: a program loads a 32-bit library without the shim" folder 1 \
	"absent static-shim preload" "not-asked $shim"
add "a folder: the program has the shim, nothing to do" folder 0 \
	"full" "not-asked" $libs
}

# --- archives and static programs ---

archive()	# WIDTH
{
	local type=int

	[ "$1" = 32 ] || type="long long"
	rm -f libvendor.a
	# shellcheck disable=SC2086
	compile $arm -O2 $freestanding -DOFF_T="$type" -c -o vendor_calls.o \
		"$here/calls.c"
	echo 'int other(void) { return 1; }' >other.c
	compile $arm -O2 -c -o a_member_with_a_rather_long_name.o other.c
	arm-linux-gnueabihf-ar rcs libvendor.a vendor_calls.o \
		a_member_with_a_rather_long_name.o
}

archive_line()
{
	local expected line

	archive 32
	audit 1 libvendor.a || return
	expected='${CROSS_COMPILE}objcopy'
	for f in mmap lseek ftruncate truncate pread pwrite; do
		expected="$expected --redefine-sym $f=off32_$f"
	done
	line=$(perl -MJSON::PP -0ne \
		'print decode_json($_)->{archives}[0]{redefine_sym}' json)
	want members "2 1 0" "$(line archive libvendor.a)" &&
		want member "object_file - unknown not-asked redefine-sym" \
			"$(line object 'libvendor.a(vendor_calls.o)')" &&
		want "long name" "object_file - unknown not-asked" "$(line \
		object 'libvendor.a(a_member_with_a_rather_long_name.o)')" &&
		want words "$(tr ' ' '\n' <<<"$expected libvendor.a" | sort)" \
			"$(tr ' ' '\n' <<<"$line" | sort)"
}
add "a 32-bit archive: the exact objcopy line" archive_line

archive_wide()
{
	archive 64
	audit 0 libvendor.a &&
		want members "2 0 0" "$(line archive libvendor.a)"
}
add "a 64-bit archive: nothing to do" archive_wide

archive_mixed()
{
	archive 32
	# shellcheck disable=SC2086
	compile $arm -O2 $freestanding -DOFF_T="long long" -c -o wide_calls.o \
		"$here/calls.c"
	arm-linux-gnueabihf-ar q libvendor.a wide_calls.o
	audit 1 libvendor.a &&
		want members "3 1 1" "$(line archive libvendor.a)"
}
add "an archive of both kinds: the members to be spared are counted" \
	archive_mixed

# glibc's old names have explicit ones, too.
archive_xstat()
{
	archive 32
	echo 'int __xstat(int, const char *, void *);
	int old(void *to) { return __xstat(3, "/", to); }' >old.c
	# shellcheck disable=SC2086
	compile $arm -O2 $freestanding -c -o old.o old.c
	arm-linux-gnueabihf-ar q libvendor.a old.o
	audit 1 libvendor.a &&
		perl -MJSON::PP -0ne \
			'print decode_json($_)->{archives}[0]{redefine_sym}' \
			json >said && grep -q -e \
			'--redefine-sym __xstat=off32___xstat' said
}
add "an archive with __xstat: its explicit name" archive_xstat

# The row of the table: static musl, vendor archive; then do what it says.
static_program()
{
	local line

	archive 32
	program static -DNEEDS='map_register()' -static libvendor.a
	audit 1 static || return
	want before "static_program musl 64 not-asked module redefine-sym" \
		"$(line object static)" || return
	"$tool" -j libvendor.a >json
	line=$(perl -MJSON::PP -0ne \
		'print decode_json($_)->{archives}[0]{redefine_sym}' json)
	CROSS_COMPILE=arm-linux-gnueabihf- bash -c "$line" || return
	program static -DNEEDS='map_register()' -static libvendor.a \
		"$O/stage/usr/lib/liboff32-compat.a"
	audit 0 static &&
		want after "static_program musl 64 not-asked" \
			"$(line object static)"
}
add "a vendor archive in a static musl program, before and after objcopy" \
	static_program

archive_in_dynamic()
{
	archive 32
	program prog -DNEEDS='map_register()' libvendor.a
	audit 1 prog &&
		want object "program musl 64 absent module redefine-sym" \
			"$(line object prog)"
}
add "a vendor archive in a dynamic musl program" archive_in_dynamic

static_glibc()
{
	compile $arm -O2 -static -o static program.c -DNEEDS=0
	"$tool" -j static >json
	"$here/flat.pl" <json >flat || return
	want object "static_program glibc 32 not-asked" \
		"$(line object static | sed 's/ module$//')"
}
add "a static glibc program agrees with itself" static_glibc

static_stripped()
{
	program static -DNEEDS=0 -static -s
	audit 0 static && grep -q 'its calls cannot be found' json
}
add "a stripped static program says that its calls cannot be found" \
	static_stripped

# --- kernel modules ---

module()	# KERNEL MMAP-SLOT PGOFF FLAG...
{
	local kernel=$1 slot=$2 pgoff=$3 expected

	shift 3
	compile $arm -w -fno-pic -ffreestanding "$@" -DKERNEL="\"$kernel\"" \
		-DMMAP_SLOT="$slot" -DPGOFF="$pgoff" -c -o driver.ko \
		"$here/handlers.c"
	audit 1 driver.ko || return
	expected="adec aenc himedia lazy venc"
	want object "kernel_module - unknown not-asked module" \
		"$(line object driver.ko)" &&
		want devices "$expected" "$(line module driver.ko |
			cut -d' ' -f1 | tr , '\n' | sort | paste -sd' ')" ||
		return
	expected="compared_mmap=compares/1 kernel_mmap=kernel-checks/1"
	expected="$expected lazy_mmap=no-mapping/0 passed_mmap=passed-on/1"
	expected="$expected unchecked_mmap=not-seen-to-check/2"
	want handlers "$expected" "$(line module driver.ko | cut -d' ' -f2- |
		tr ' ' '\n' | sort | paste -sd' ')"
}
for o in -O1 -O2 -Os; do
	add "handlers of a 3.0.8 module, $o" module 3.0.8 10 72 $o -marm
	add "handlers of a 3.18 module, $o" module 3.18.20 12 76 $o -marm
	add "handlers of a 4.9 module, $o" module 4.9.37 11 76 $o -marm
	add "handlers of a 5.10 module, $o" module 5.10.0 12 76 $o -marm
	add "handlers of a 3.0.8 ARMv5 module, $o" module 3.0.8 10 72 $o \
		-marm -march=armv5te -mfloat-abi=soft
	add "handlers of a 4.9 Thumb-2 module, $o" module 4.9.84 11 76 $o \
		-mthumb
done

# --- the tool itself ---

status()	# STATUS ARG...
{
	local expected=$1 status=0

	shift
	"$tool" "$@" >out 2>err || status=$?
	want "exit status" "$expected" "$status"
}
fails_loudly()
{
	echo text >text
	status 2 && grep -q usage err && status 2 --nonsense &&
		status 2 nowhere && grep -q nowhere out && status 2 text &&
		status 0 -V && grep -q '[0-9]' out && status 0 --help
}
add "exit status 2: no argument, bad option, no file, no ELF" fails_loudly

both()
{
	library libform.so 32 stub-glibc.so
	status 2 libform.so nowhere && grep -q 'libmpi\|libform' out &&
		status 1 -q libform.so && want quiet "" "$(cat out)"
}
add "what can be read is reported beside what cannot" both

full()
{
	library libform.so 32 stub-glibc.so
	"$tool" libform.so >/dev/full 2>err
	want "exit status" 2 $? && grep -q 'cannot write' err
}
add "a full disk is an error" full

names()
{
	local n i=0

	library libform.so 32 stub-glibc.so
	rm -rf names && mkdir names
	for n in 'a"b' 'back\slash' $'new\nline' $'tab\t' $'bad\xff\xfeutf8' \
		$'cut\xe2\x82' $'over\xc0\xafl' $'surr\xed\xa0\x80' \
		$'del\x7f\x01' 'émoji-😀' ' ' '-j' "it's" \
		"$(printf '%0250d' 7)"; do
		cp libform.so "names/$n"
		i=$((i + 1))
	done
	audit 1 names || return
	want objects $i "$(grep -c ^object flat)" || return
	(cd names && "$tool" -j -- *) >json
	perl -MJSON::PP -0ne 'for (@{decode_json($_)->{objects}}) {
		my $p = $_->{path_hex} ? pack("H*", $_->{path_hex}) :
			do { my $s = $_->{path}; utf8::encode($s); $s };
		-e "names/$p" or die "no file of that name\n"; $n++ }
		print "$n\n"' json >count 2>err
	want "names that come back" $i "$(cat count err)" || return
	"$tool" names >table
	! LC_ALL=C grep -q $'[\x01-\x09\x0b-\x1f\x7f]' table
}
add "JSON is valid and the table clean, whatever a file is called" names

columns()
{
	library libform.so 32 stub-glibc.so
	"$tool" -a -s libform.so "$O/shim/liboff32-compat.so" cell wrap \
		>table
	[ -s table ] && want "longest line" 1 \
		"$(awk 'length > n { n = length } END { print n <= 80 }' table)"
}
add "the table fits 80 columns" columns

installed()
{
	local stage=$PWD/stage

	make -s -C "$source/audit" O="$O/plain" PREFIX=/usr DESTDIR="$stage" \
		install >install.log 2>&1 || return 1
	"$stage/usr/bin/off32-audit" -V >/dev/null &&
		[ -s "$stage/usr/share/man/man1/off32-audit.1" ]
}
add "make install with DESTDIR and PREFIX" installed

# Lint knows the manuals of this machine only: ours are not installed.
manual()
{
	local f said

	for f in "$source"/audit/*.1 "$here"/../../docs/man/*.[1-9]; do
		[ -e "$f" ] || continue
		said=$(mandoc -T lint "$f" 2>&1 | grep -v \
			-e 'referenced manual not found' \
			-e 'outdated mandoc.db' | head -n 5)
		want "$f" "" "$said" || return
	done
}
add "man pages: mandoc finds nothing" manual

# --- hostile files ---

fuzzer()
{
	# shellcheck disable=SC2086
	compile gcc $sane -std=gnu11 -D_GNU_SOURCE -I"$source/audit" -I"$O/tool" \
		-o fuzz "$here/fuzz.c" $(ls "$O"/tool/*.o | grep -v /main.o) \
		-lelf
}

# Small, one of each kind: what is read first decides what can break.
corpus()
{
	rm -rf corpus && mkdir corpus
	# shellcheck disable=SC2086
	{
	library corpus/glibc.so 32 stub-glibc.so -s
	library corpus/musl.so 64 stub-musl.so
	compile $arm -mthumb -Os $freestanding -DOFF_T=int -c -o corpus/thumb.o \
		"$here/calls.c"
	compile mipsel-linux-gnu-gcc-12 -Os $freestanding -DOFF_T=int -shared \
		-o corpus/mips.so "$here/calls.c"
	compile mips-linux-gnu-gcc-12 -Os $freestanding -DOFF_T=int -c \
		-o corpus/mips.o "$here/wrappers.c"
	compile $arm -marm -w -fno-pic -ffreestanding -O2 -DKERNEL='"4.9.37"' \
		-DMMAP_SLOT=11 -DPGOFF=76 -c -o corpus/driver.ko \
		"$here/handlers.c"
	compile gcc -O2 -shared -fPIC -nostdlib -o corpus/host.so "$here/headers.c"
	}
	archive 32
	cp libvendor.a corpus
	program corpus/program -DNEEDS=0 -Wl,-z,max-page-size=256
	sed 's/^/x/' /dev/null
}

fuzzed()
{
	local seed=${FUZZ_SEED:-$(date +%s)} seconds=${FUZZ_SECONDS:-60}

	./fuzz "$seconds" "$seed" corpus/* >count 2>err
	want "seed $seed: exit status" 0 $? || {
		grep -m 6 -E 'ERROR|runtime error|#[0-4] ' err | sed 's/^/# /'
		return 1
	}
	note "seed $seed, $seconds s: $(cat count)"
	# a fuzzer whose files are all refused tests the magic number
	awk '{ exit !($1 >= 200 && $3 * 4 >= $1) }' count
}
fuzzed_json()
{
	local seed=${FUZZ_SEED:-$(date +%s)}

	./fuzz json 1500 "$seed" corpus/* >json 2>err
	want "seed $seed: exit status" 0 $? || return
	perl -MJSON::PP -ne 'decode_json($_); $n++; END { print "$n\n" }' \
		json >count 2>err
	want "seed $seed: documents" 1500 "$(cat count err)"
}
[ -n "${ONLY-}" ] || { fuzzer; corpus; }
add "hostile files: no crash, nothing undefined, no leak" fuzzed
add "hostile files: valid JSON" fuzzed_json

echo "TAP version 13"
echo "1..${#tests[@]}"
i=0 failed=0
for t in "${tests[@]}"; do
	eval "call=($t)"
	i=$((i + 1))
	if "${call[@]:1}"; then
		echo "ok $i - ${call[0]}"
	else
		echo "not ok $i - ${call[0]}"
		failed=$((failed + 1))
	fi
done
note "$((i - failed)) passed, $failed failed"
[ $failed = 0 ]
