# SPDX-License-Identifier: GPL-2.0
#
# The ways a program may be linked, and libcs other than musl.

flags_are_all()
{
	local name missing=0

	while read -r name; do
		[[ " $libs " == *" -Wl,-u,$name "* ]] || missing=1
	done < "$shim/entry-points"
	want "flags left out" 0 $missing &&
		[[ $libs == *-Wl,--dynamic-list=* ]]
}
add "pkg-config asks for every entry point" flags_are_all

installed()
{
	want "files" "./usr/include/off32_compat.h
./usr/lib/liboff32-compat.a
./usr/lib/liboff32-compat.so
./usr/lib/off32-compat.list
./usr/lib/pkgconfig/off32-compat.pc" \
		"$(cd "$O/stage" && find . -type f | sort)" &&
	want "traces of the staging directory" "" \
		"$(grep -rl "$O" "$O"/stage/usr/lib/pkgconfig)"
}
add "install puts everything under DESTDIR and PREFIX" installed

link_style()	# EXPECTED-PRESENT FLAG...
{
	local present=$1 out needed=./libb-glibc.so status=0

	shift
	# The library linked as well as loaded at run time.
	program styled behave.c -pthread "$@" || return
	out=$(run ./styled present) || return
	want "present" "present $present" "$out" || status=1
	program styled-linked behave.c -pthread "$@" -Wl,--no-as-needed \
		-Wl,--allow-shlib-undefined $needed || return
	[ "$present" = 1 ] || return $status
	out=$(run ./styled map ./libb-glibc.so 2>&1)
	want "loaded" "right right" "$out" || status=1
	out=$(run ./styled-linked map ./libb-glibc.so 2>&1)
	want "linked" "right right" "$out" || status=1
	return $status
}

# -rdynamic is program()'s; -Wl,-no-export-dynamic takes it back.
plain=-Wl,--no-export-dynamic
# shellcheck disable=SC2086
{
	add "linked with --dynamic-list alone" link_style 1 -DPRESENT $libs $plain
	add "linked with --gc-sections" link_style 1 -DPRESENT $libs $plain \
		-ffunction-sections -fdata-sections -Wl,--gc-sections
	add "linked with --as-needed" link_style 1 -DPRESENT -Wl,--as-needed $libs $plain
	add "linked with -flto" link_style 1 -DPRESENT -flto $libs $plain
	add "linked as PIE" link_style 1 -DPRESENT -fPIE -pie $libs $plain
	add "linked as non-PIE" link_style 1 -DPRESENT -fno-PIE -no-pie $libs $plain
	add "--exclude-libs is found out" link_style 0 -DPRESENT $libs $plain \
		-Wl,--exclude-libs,ALL
	add "a program without the shim is found out" link_style -1 $plain
}

preload_present()
{
	want "present" "present 1" "$(run "$preload" ./behave present)"
}
add "off32_compat_present() of the preloaded library" preload_present

static_is_refused()
{
	# shellcheck disable=SC2086
	! $MUSL_CC -static -no-pie -I"$here" -I"$shim" -o styled \
		"$here/behave.c" $libs > styled.log 2>&1 &&
		grep -q _DYNAMIC styled.log
}
# shellcheck disable=SC2086
add "entry points in a static program: refused by the linker" \
	static_is_refused

# A static PIE has a _DYNAMIC: it links, and must say what it cannot do.
static_pie()
{
	local dir=${libc%/*} gcc

	[ -e "$dir/rcrt1.o" ] || skip "no rcrt1.o beside $libc" || return
	gcc=$($VENDOR_CC -print-libgcc-file-name)
	# shellcheck disable=SC2086
	$MUSL_CC -O2 -fPIE -I"$here" -I"$shim" -c -o static-pie.o \
		"$here/static_pie.c" &&
	$MUSL_CC -nostdlib -nostartfiles -static -Wl,-pie \
		-Wl,--no-dynamic-linker -Wl,-z,text -o static-pie \
		"$dir/rcrt1.o" "$dir/crti.o" static-pie.o $libs \
		-Wl,--start-group "$dir/libc.a" "$gcc" \
		-Wl,--end-group "$dir/crtn.o" || return
	want "outcome" "present 0
mmap right
readdir ENOSYS" "$(run ./static-pie 2> err)" &&
	want "stderr" "off32-compat: readdir: static program; \
link it without the flags of pkg-config" "$(cat err)"
}
add "a static PIE says that it needs no entry points" static_pie

# --- vendor archives ---

archive()
{
	local redefine=() name

	while read -r name; do
		redefine+=(--redefine-sym "$name=off32_$name")
	done < <(sed '/^mmap64$/d; /^__/d' "$shim/entry-points")
	# shellcheck disable=SC2086
	$VENDOR_CC -c $opt -fno-stack-protector -U_FORTIFY_SOURCE -I"$here" \
		-o archive-vendor.o "$here/vendor.c" &&
	$OBJCOPY "${redefine[@]}" archive-vendor.o &&
	$MUSL_CC $1 -O2 -I"$here" -o archive "$here/archive.c" \
		archive-vendor.o -L"$O/shim" -l:liboff32-compat.a || return
	want "score" "legacy right=6 wrong=0 refused=0 frame=0
own right=6 wrong=0 refused=0 frame=0" "$(run ./archive 2>&1)"
}
add "a vendor archive in a static program: explicit names" archive -static
add "a vendor archive in a dynamic program: explicit names" archive ""

# --- other libcs ---

program behave-names behave.c -pthread -DNAMES_TELL
names_tell()
{
	rm -f world
	run WORLD="$O/world" ./behave present > /dev/null &&
	want "outcome" "right right" "$(run WORLD="$O/world" "$preload" \
		./behave-names map ./libb-none.so 2>&1)"
}
add "preloaded where names tell: the name decides" names_tell

noop()	# CC
{
	local out

	rm -rf noop && mkdir noop
	make -s -C "$shim" O="$O/noop" CC="$1" check-symbols || return
	cat > noop/main.c <<-'END'
	#include <off32_compat.h>
	#include <stdio.h>
	int main(void)
	{
		printf("present %d\n", off32_compat_present());
		return 0;
	}
	END
	make -s -C "$shim" O="$O/noop" CC="$1" PREFIX="$O/noop/usr" install ||
		return
	# shellcheck disable=SC2046
	$1 -static noop/main.c -o noop/main $(PKG_CONFIG_PATH= \
		PKG_CONFIG_LIBDIR=$O/noop/usr/lib/pkgconfig \
		pkg-config --cflags --libs off32-compat) || return
	case $2 in
	target) out=$(run noop/main) ;;
	host) out=$(noop/main) ;;
	esac
	want "present" "present 2" "$out"
}
add "glibc of the same target: nothing to do" noop "$VENDOR_CC" target
if [ "$(uname -m)" = x86_64 ] || [ "$(uname -m)" = aarch64 ]; then
	add "64-bit host: nothing to do" noop cc host
fi

# On glibc, which unmaps objects, with the decision forced.
glibc=$($VENDOR_CC -print-file-name=libc.so.6)
reuse()
{
	local root=${glibc%/lib/*}

	$VENDOR_CC probe.c -o probe-glibc 2> /dev/null && [ -e "$glibc" ] ||
		skip "$VENDOR_CC links no programs" || return
	rm -rf forced && mkdir -p forced/lib
	make -s -C "$shim" O="$O/forced" CC="$VENDOR_CC" AR="$AR" \
		CPPFLAGS=-DOFF32_FORCE all || return
	cp stub-musl.so forced/lib/libc.so
	# shellcheck disable=SC2086
	$VENDOR_CC -O2 -D_FILE_OFFSET_BITS=64 -I"$here" -I"$shim" \
		-o forced/reuse "$here/reuse.c" -Wl,-u,mmap -Wl,-u,mmap64 \
		-Wl,--dynamic-list="$O/forced/off32-compat.list" \
		-L"$O/forced" -l:liboff32-compat.a -ldl || return
	# The same place is asked for, as prelink did; qemu gives no old one.
	vendor forced/narrow.so glibc $opt -Wl,-Ttext-segment=0x68000000
	vendor forced/wide.so native $opt -Wl,-Ttext-segment=0x68000000
	want "outcome" "right right
right right
right right" "$(timeout 60 "$qemu" -L "$root" \
		-E LD_USE_LOAD_BIAS=1 \
		-E LD_LIBRARY_PATH="$O/forced/lib:$root/lib" \
		forced/reuse "$O/forced/narrow.so" "$O/forced/wide.so" 2>&1)"
}
add "another object in the place of one that was unloaded" reuse
