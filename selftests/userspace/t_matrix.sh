# SPDX-License-Identifier: GPL-2.0
#
# Forms of vendor library x optimisation x instruction set, each with eight
# patterns of neighbouring words at six offsets, linked in and preloaded.

calls=48

program matrix matrix.c
# shellcheck disable=SC2086
program matrix-shim matrix.c $libs
for guess in 8 4; do
	$MUSL_CC -shared -fPIC -O1 -fno-optimize-sibling-calls -DGUESS=$guess \
		-o guess-$guess.so "$here/guess.c" || fatal "guess.c"
done
vendor libnative.so native -O2

form_is_true()	# NAME FORM
{
	local needs

	needs=$($READELF -d "$1" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' |
		tr '\n' ' ')
	case $2 in
	glibc) want needed "libc.so.6 " "$needs" &&
		$READELF -V "$1" | grep -q 'Name: GLIBC_2.4' ;;
	uclibc) want needed "libc.so.0 ld-uClibc.so.0 " "$needs" ;;
	none) want needed "" "$needs" ;;
	native) want needed "libc.so " "$needs" ;;
	esac
}

# The instruction set asked for is the one that is tested.
isa_is_true()	# MODE
{
	local lib symbol

	for lib in libvendor-*-"$1"-O*.so libnative-"$1"-O*.so; do
		symbol=$($READELF -sW "$lib" |
			grep ' vendor_map$\| \$[at]$')
		case $1 in
		thumb) [[ $symbol == *' $t'* ]] ;;
		arm) [[ $symbol == *' $a'* && $symbol != *' $t'* ]] ;;
		mips16) [[ $symbol =~ [13579bdf]\ +[0-9]+\ FUNC ]] ;;
		plain) [[ $symbol =~ [02468ace]\ +[0-9]+\ FUNC ]] ;;
		args) [[ -n $symbol ]] ;;
		esac || { note "$lib: $symbol"; return 1; }
	done
}

matrix()	# NAME FORM WAY
{
	local declared=X=1 out

	form_is_true "$1" "$2" || return
	[ "$2" = none ] && declared=OFF32_COMPAT_LEGACY=libmpi.so:$1
	if [ "$3" = preload ]; then
		out=$(run "$preload" "$declared" ./matrix "./$1" ./libnative.so)
	else
		out=$(run "$declared" ./matrix-shim "./$1" ./libnative.so)
	fi
	want "score" "legacy right=$calls wrong=0 refused=0 frame=0
own right=$calls wrong=0 refused=0 frame=0
native right=$calls wrong=0 refused=0 frame=0" "$out"
}

# The words beside the arguments are the planted ones, or nothing was tested.
planted()
{
	local lib n none=0

	for lib in libvendor-glibc-*.so; do
		rm -f trace
		run "$preload" OFF32_COMPAT_TRACE="$O/trace" \
			./matrix "./$lib" > /dev/null || return
		n=$(grep "object=$lib" trace | sed 's/.*words=\([^ ]*\).*/\1/' |
			cut -d, -f2- | sort -u | wc -l)
		note "$lib: $n different pairs of neighbouring words"
		[ "$n" -ge 8 ] || none=$((none + 1))
	done
	# i386 pushes its arguments at -Os: what lies beside them is anybody's.
	want "libraries without" $unplanted $none
}

# What the field does, over the same calls.
wrong_in()	# CALLER OUTPUT
{
	sed -n "s/^$1 .* wrong=\([0-9]*\).*/\1/p" <<< "$2"
}

guesses()
{
	local guess lib out legacy native total

	for guess in 8 4; do
		legacy=0 native=0 total=0
		for lib in libvendor-*.so; do
			out=$(run LD_PRELOAD="$O/guess-$guess.so" \
				./matrix "./$lib" ./libnative.so) || return
			legacy=$((legacy + $(wrong_in legacy "$out")))
			native=$((native + $(wrong_in native "$out")))
			total=$((total + calls))
		done
		note "guess sp+$guess: $legacy of $total legacy calls and" \
			"$native of $total native ones at a wrong offset"
		# A comparison that finds nothing compares nothing.
		[ $((legacy + native)) -gt 0 ] || return
	done
}

for isa in $modes; do
	add "the libraries of $isa are $isa" isa_is_true "$isa"
	for level in -O0 -O1 -O2 -Os; do
		for form in glibc uclibc none; do
			lib=libvendor-$form-$isa$level.so
			# shellcheck disable=SC2046
			vendor "$lib" $form $level $(flag "$isa")
			for way in linked preload; do
				add "$form $isa $level $way: every offset right" \
					matrix "$lib" $form $way
			done
		done
		lib=libnative-$isa$level.so
		# shellcheck disable=SC2046
		vendor "$lib" native $level $(flag "$isa")
		for way in linked preload; do
			add "native $isa $level $way: every offset right" \
				matrix_native "$lib" $way
		done
	done
done

# A native library has no 32-bit offsets: its calls are those of `native`.
matrix_native()	# NAME WAY
{
	local out

	form_is_true "$1" native || return
	if [ "$2" = preload ]; then
		out=$(run "$preload" ./matrix "./$1" "./$1")
	else
		out=$(run ./matrix-shim "./$1" "./$1")
	fi
	want "score" "legacy right=$calls wrong=0 refused=0 frame=0
own right=$calls wrong=0 refused=0 frame=0
native right=$calls wrong=0 refused=0 frame=0" "$out"
}

add "the neighbouring words are the planted ones" planted
# Without a padding word nothing is displaced, there is nothing to guess.
[ -z "$padded" ] ||
	add "the guesses of the field get the same calls wrong" guesses
