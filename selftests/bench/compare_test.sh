#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# compare_test.sh: does bench-compare.sh name what it must, and nothing else?
# KTAP on stdout; the figures are the saved ones of 6.1, changed one at a time.

. "$(dirname "$0")/../run/common.sh"

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
saved=$top/selftests/bench/results/6.1-armmp
n=0
failed=0

# change KEY VALUE: in the figures of now
change()
{
	sed -i "s,^$1 .*,$1 $2," "$dir/now"
}

# plus KEY PERCENT [MORE]: that much more than was saved
plus()
{
	awk -v key="$1" -v percent="$2" -v more="${3-0}" '
		$1 == key { print int($2 + $2 * percent / 100 + more) }' "$saved"
}

# expect WHAT [KEY]: what bench-compare.sh says: nothing, or one line on KEY
expect()
{
	local status=0 said want=${2-}

	said=$("$run/bench-compare.sh" 6.1-armmp "$dir/now" "$saved") ||
		status=$?
	n=$((n + 1))
	if [ -z "$want" ] && [ -z "$said" ] && [ "$status" = 0 ]; then
		echo "ok $n - $1"
	elif [ -n "$want" ] && [ "$status" = 1 ] &&
			[[ $said == "6.1-armmp: $want: "* ]] &&
			[ "$(wc -l <<<"$said")" = 1 ]; then
		echo "ok $n - $1: $said"
	else
		echo "not ok $n - $1"
		echo "# status $status, said: $said"
		failed=1
	fi
	cp "$saved" "$dir/now"
}

echo "TAP version 13"
echo "1..9"
cp "$saved" "$dir/now"
expect "the same figures: nothing to say"
change repair/displaced "$(plus repair/displaced 0.9)"
change repair-again/displaced "$(plus repair-again/displaced 0.9)"
expect "less than 1 % more"
change repair/displaced "$(plus repair/displaced 1.2)"
change repair-again/displaced "$(plus repair-again/displaced 0.4)"
expect "more than 1 % more" repair/displaced
change ranges/4096 "$(plus ranges/4096 -20)"
expect "better is not worse"
change repair/ring-2 "$(plus repair/ring-2 -3)"
expect "twice in a run, and not the same" repair/ring-2
change alternatives/nothing/getppid \
	"$(plus alternatives/nothing/getppid 0 16)"
expect "one step of the clock"
sed -i '/^guard\/refused /d' "$dir/now"
expect "a figure is missing" guard/refused
change case/module/displaced wrong
expect "another outcome of a case" case/module/displaced
change size/decide.o/text "$(plus size/decide.o/text 2)"
expect "the module has grown" size/decide.o/text
exit "$failed"
