# SPDX-License-Identifier: GPL-2.0
#
# The rules one by one, the overrides, the trace, and awkward moments.

# A sibling call needs ARM code on old cores; i386 has none through a PLT.
sibling="-O2 $(flag "${modes%% *}")" by_sibling=default
[ "$mode" = args ] && by_sibling=version

# shellcheck disable=SC2086
program behave-secure behave.c -pthread -DSETUID $libs
# shellcheck disable=SC2086
program behave-listed behave.c -pthread \
	-DLISTED='"libother.so:libb-none.so:libmore.so"' $libs

# shellcheck disable=SC2086
{
	vendor libb-sibling.so glibc $sibling
	vendor libb-both.so both $opt
	vendor libb-native.so native $opt
	vendor libb-import.so none $opt -DVENDOR_IMPORT
	vendor libb-renamed.so renamed $opt
	vendor libb-constructor.so glibc $opt -DVENDOR_CONSTRUCTOR
	vendor libb-linked.so glibc $opt -DVENDOR_CONSTRUCTOR \
		-Wl,-soname,libb-linked.so
	$VENDOR_CC -shared -fPIC -nostdlib -nostartfiles $opt \
		-o libb-wait.so "$here/vendor_wait.c" -lgcc || fatal libb-wait.so
}

# Both ways of having the shim, the same expectation.
both_ways()	# EXPECTED-STDOUT EXPECTED-STDERR [VAR=VALUE...] CASE [LIBRARY...]
{
	local out=$1 err=$2 set=() status=0 got

	shift 2
	while [ "${1%%=*}" != "$1" ]; do
		set+=("$1")
		shift
	done
	got=$(run "${set[@]}" ./behave-shim "$@" 2> err) || status=1
	want "linked" "$out" "$got" || status=1
	want "linked, stderr" "$err" "$(cat err)" || status=1
	got=$(run "$preload" "${set[@]}" ./behave "$@" 2> err) || status=1
	want "preloaded" "$out" "$got" || status=1
	want "preloaded, stderr" "$err" "$(cat err)" || status=1
	return $status
}

unknown()	# NAME
{
	echo "off32-compat: $1: off_t unknown, 64 bits assumed;" \
		"32: OFF32_COMPAT_LEGACY=$1"
}

indirect()	# NAME
{
	echo "off32-compat: $1: called otherwise than directly, 64-bit off_t" \
		"assumed; 32: OFF32_COMPAT_LEGACY=$1"
}

# What a 64-bit reading of a legacy call gives is what libc alone gives.
alone=$(run ./behave map ./libb-none.so)
add "libc alone maps what nobody asked for" \
	want "legacy calls without the shim" "${alone//right/}" "$alone"

right="right right"
add "version needs decide, whatever DT_NEEDED was renamed to" \
	both_ways "$right" "" map ./libb-renamed.so
add "no libc named: 64 bits, one line for any number of calls" \
	both_ways "$alone" "$(unknown libb-none.so)" map ./libb-none.so
add "both libcs named: 64 bits, one line" \
	both_ways "$alone" "$(unknown libb-both.so)" map ./libb-both.so
add "an import that only glibc has decides" \
	both_ways "$right" "" map ./libb-import.so
add "OFF32_COMPAT_LEGACY decides" \
	both_ways "$right" "" OFF32_COMPAT_LEGACY=libx.so:libb-none.so \
	map ./libb-none.so
add "OFF32_COMPAT_LEGACY: a longer and a shorter name are others" \
	both_ways "$alone" "$(unknown libb-none.so)" \
	OFF32_COMPAT_LEGACY=libb-none.so.1:libb-none.s map ./libb-none.so
add "OFF32_COMPAT_WIDE beats an import and silences the line" \
	both_ways "$alone" "" OFF32_COMPAT_WIDE=libb-import.so \
	map ./libb-import.so

listed()
{
	want "listed" "$right" "$(run ./behave-listed map ./libb-none.so 2>&1)"
}
add "the link-time list decides" listed

secure()
{
	local out

	rm -f trace
	out=$(run OFF32_COMPAT_LEGACY=libb-none.so OFF32_COMPAT_TRACE="$O/trace" \
		./behave-secure map ./libb-none.so 2> err)
	want "secure" "$alone" "$out" && want "stderr" \
		"$(unknown libb-none.so)" "$(cat err)" && [ ! -e trace ]
}
add "a setuid program ignores the environment" secure

# Indirect calls of a known object: never by that object's rule.
indirect_calls()	# LIBRARY
{
	local out status=0 who

	for who in ./behave-shim "$preload ./behave"; do
		# shellcheck disable=SC2086
		out=$(run $who calls "./$1" 2> err)
		want "direct" "direct right right" "$(head -n 1 <<< "$out")" ||
			status=1
		want "lines of $1" "$(indirect "$1")" "$(grep "$1:" err)" ||
			status=1
		rm -f trace
		# shellcheck disable=SC2086
		run OFF32_COMPAT_TRACE="$O/trace" $who calls "./$1" \
			> /dev/null 2>&1
		want "rules" "$2" "$(grep ' mmap ' trace |
			grep -v 'rule=own\|object=behave[-a-z]*+.*rule=needs' |
			sed 's/.*object=\([^+]*\).*rule=\([a-z]*\).*/\2/' |
			tr '\n' ' ')" || status=1
	done
	return $status
}
add "a function pointer and a sibling call are undecided (glibc)" \
	indirect_calls libb-sibling.so "version version default $by_sibling "

pointer16()
{
	# shellcheck disable=SC2086
	vendor libb-mips16.so glibc -O2 -mips16 &&
		indirect_calls libb-mips16.so "version version default version "
}
case " $modes " in
*" mips16 "*)
	add "a function pointer is undecided (glibc, MIPS16)" pointer16 ;;
esac

declared_pointer()
{
	local out

	out=$(run OFF32_COMPAT_LEGACY=libb-glibc.so ./behave-shim calls \
		./libb-glibc.so 2> /dev/null)
	want "pointer" "pointer right" "$(grep ^pointer <<< "$out")"
}
add "a function pointer of a declared object is legacy" declared_pointer

# The return address of the last call lies outside its segment.
last_call()
{
	local size

	$VENDOR_CC -shared -nostdlib -nostartfiles -Wl,-z,separate-code \
		-o libb-last.so "$here/vendor_last.S" stub-glibc.so || return
	size=$(($($READELF -lW libb-last.so |
		awk '$1 == "LOAD" && /R E/ { print $3 "+" $6 }')))
	want "end of the segment" "$size" "$(($($NM libb-last.so |
		sed -n 's/\(.*\) T vendor_last/0x\1/p') + 4))" &&
		both_ways right "" last ./libb-last.so
}
[ "$machine" != ARM ] ||
	add "a call as the last instruction of a segment" last_call

# --- libc's own behaviour ---

same_as_libc()
{
	local out

	out=$(run ./behave libc)
	note "$(wc -l <<< "$out") kinds of call"
	both_ways "$out" "" libc
}
add "a native caller sees libc's results and errors" same_as_libc
add "a sign-extended address of a character device, and nothing else" \
	both_ways "mapped EINVAL
mapped EINVAL
EINVAL EINVAL
EINVAL EINVAL
EINVAL EINVAL" "" signed

whole_offset()
{
	run -strace ./behave-shim libc 2> err > /dev/null
	grep -q 'mmap2(.*0x100000)' err || grep -q 'mmap2(.*1048576)' err
}
add "an offset above 4 GiB reaches the system call whole" whole_offset

# --- what it asks of libc ---

wraps=
for name in malloc calloc realloc free dlsym dl_iterate_phdr dladdr write; do
	wraps+=" -Wl,--wrap=$name"
done
quiet()
{
	# shellcheck disable=SC2086
	program quiet quiet.c $libs $wraps -fno-builtin &&
	$VENDOR_CC -shared -fPIC -nostdlib -nostartfiles -O2 \
		-fno-stack-protector -U_FORTIFY_SOURCE -I"$here" \
		-o libb-files.so "$here/files.c" stub-glibc.so -lgcc &&
	want "calls" "readdir, call 1: malloc 0 dlsym 1 write 0
13 entry points" "$(run ./quiet ./libb-glibc.so ./libb-files.so 2>&1)"
}
add "no malloc, stdio or dlsym, but for the first readdir" quiet

# --- awkward moments ---

add "fork and vfork children, before and after the first call" \
	both_ways "vfork 0 fork 0
parent right
vfork 0 fork 0
parent right" "" fork ./libb-glibc.so
add "a constructor that maps, library loaded at run time" \
	both_ways right "" constructor ./libb-constructor.so

# shellcheck disable=SC2086
program behave-linked behave.c -pthread $libs -Wl,--no-as-needed \
	-Wl,--allow-shlib-undefined ./libb-linked.so
program behave-linked-preload behave.c -pthread -Wl,--no-as-needed \
	-Wl,--allow-shlib-undefined ./libb-linked.so
linked_constructor()
{
	want "shim linked" right \
		"$(run ./behave-linked constructor libb-linked.so 2>&1)" &&
	want "shim preloaded" right "$(run "$preload" \
		./behave-linked-preload constructor libb-linked.so 2>&1)"
}
add "a constructor that maps, library linked: before the program's own" \
	linked_constructor

# An allocator that maps, before and behind the shim.
$MUSL_CC -shared -fPIC -O2 -fno-builtin -o liballocator.so \
	"$here/allocator.c" || fatal liballocator.so
allocator()
{
	local shim=${preload#*=} order

	want "linked" "$right" "$(run LD_PRELOAD=./liballocator.so \
		./behave-shim map ./libb-glibc.so 2>&1)" || return
	for order in "$shim:./liballocator.so" "./liballocator.so:$shim"; do
		want "$order" "$right" "$(run LD_PRELOAD="$order" \
			./behave map ./libb-glibc.so 2>&1)" || return
	done
}
add "an allocator that maps, preloaded beside the shim" allocator

# jemalloc itself, where there is one for this libc.
jemalloc()
{
	local shim=${preload#*=} order program
	local expected="legacy right=40 wrong=0 refused=0 frame=0
own right=40 wrong=0 refused=0 frame=0"

	for order in "./libjemalloc.so.2" "$shim:./libjemalloc.so.2" \
			"./libjemalloc.so.2:$shim"; do
		program=./behave
		[ "$order" != ./libjemalloc.so.2 ] || program=./behave-shim
		want "$order" "$expected" "$(run LD_PRELOAD="$order" $program \
			allocate ./libb-glibc.so 2>&1)" || return
		rm -f trace
		run LD_PRELOAD="$order" OFF32_COMPAT_TRACE="$O/trace" \
			$program allocate ./libb-glibc.so > /dev/null 2>&1
		grep -q ' mmap .*object=libjemalloc.*rule=needs' trace ||
			{ note "$order: jemalloc maps nothing"; return 1; }
	done
}
if [ -n "${JEMALLOC-}" ]; then
	cp "$JEMALLOC" libjemalloc.so.2 || fatal "$JEMALLOC"
	add "jemalloc preloaded beside the shim, before and behind it" jemalloc
fi

storm=()
for i in {1..40}; do
	cp libb-glibc.so "libstorm-$i.so"
	storm+=("./libstorm-$i.so")
done
add "signal handlers map through unknown objects inside dlopen" \
	both_ways "loaded 39, handled enough
legacy wrong=0 refused=0 frame=0, native wrong=0 refused=0" "" \
	signals ./libb-native.so "${storm[@]}"

waits=()
for i in {1..10}; do
	cp libb-wait.so "libwait-$i.so"
	waits+=("./libwait-$i.so")
done
add "two threads map while a constructor waits for them" \
	both_ways "loaded 10
legacy wrong=0 refused=0 frame=0
native wrong=0 refused=0 frame=0" "" \
	threads ./libb-native.so ./libb-glibc.so "${waits[@]}"

# More objects than the table holds: slower, not different.
many=()
for i in {1..90}; do
	cp libb-glibc.so "libmany-$i.so"
	many+=("./libmany-$i.so")
done
add "more objects than the table has room for" \
	both_ways "legacy right=180 wrong=0 refused=0 frame=0" "" \
	many "${many[@]}"

# --- the trace ---

trace_line()
{
	local line

	line=$(run OFF32_COMPAT_TRACE=1 ./behave-shim map ./libb-glibc.so 2>&1 |
		grep object=libb-glibc.so | head -n 1)
	note "$line"
	[[ $line =~ ^off32-compat:\ mmap\ fd=[0-9a-f]+\ words=84005000,[0-9a-f]{8}(,[0-9a-f]{8})?\ object=libb-glibc.so\+0x[0-9a-f]+\ rule=version\ offset=0x84005000\ result=0x[0-9a-f]+$ ]]
}
add "the trace has device, words, object, rule, offset and result" trace_line
trace_off()
{
	want "stderr" "" "$(run OFF32_COMPAT_TRACE=0 ./behave-shim map \
		./libb-glibc.so 2>&1 > /dev/null)"
}
add "OFF32_COMPAT_TRACE=0 prints nothing" trace_off
