#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# mutants.sh: put each fault of selftests/mutants into a copy of the tree and
# see that the test which is there for it fails.
#
# A file NAME.mutant has comments and these lines:
#   file PATH                      where the fault goes
#   sed EXPRESSION                 the fault; several lines are one script
#   test host GROUP PATTERN        a group of selftests/host, or
#   test guest TEST PATTERN        a test of selftests/guest, or
#   test userspace PART PATTERN    selftests/userspace/t_PART.sh, as ARM, or
#   test audit FUNCTION PATTERN    checks of selftests/audit/run.sh, or
#   test fuzz TARGET PATTERN       a target of selftests/fuzz
# PATTERN is an extended regular expression for a failed result's line as
# host.sh and guest.sh print it: `failed TEST: DESCRIPTION`.
# MUTANTS: names, to run only these.
#
# Promises: the tree is not touched. A fault counts as caught only if it
# changed its file, was built, and a result that PATTERN names failed, while
# the same tests pass without it. stdout ends with `N passed, N failed,
# N skipped`; a survivor is a failure.

. "$(dirname "$0")/common.sh"

out=$build/mutants
source=$out/source	# all faults go into the same state of the tree
kernel=6.1-armmp
machine=virt
# what runs in the background ignores an interrupt from the keyboard
trap 'trap - INT TERM; kill 0' INT
workers=$(nproc)
[ "$workers" -le 4 ] || workers=4
export HVC_BOOT_LIMIT=${HVC_BOOT_LIMIT:-300}

# field NAME KEY: the values of KEY
field()
{
	sed -n "s/^$2 //p" "$source/selftests/mutants/$1.mutant"
}

# copy_tree FROM DIR: what is built and tested, without what was built
copy_tree()
{
	local from=$1 dir=$2

	mkdir -p "$dir"
	find "$dir" -mindepth 1 -maxdepth 1 ! -name build \
		-exec rm -rf {} +
	# -m: newer than what a former run built from a fault
	tar -C "$from" -c --exclude=./build --exclude=./.git \
		--exclude='*.o' --exclude='*.ko' --exclude='*.so' \
		--exclude='.*.cmd' . | tar -C "$dir" -x -m
}

# result FILE WHAT NAME TEXT
result()
{
	echo "$2 $3: $4" >>"$1"
	printf '%-7s %s: %s\n' "$2" "$3" "$4" >&2
}

# run_test TREE OUTDIR KIND NAME...: its results land in OUTDIR/results
run_test()
{
	local tree=$1 dir=$2 kind=$3

	shift 3
	case $kind in
	host)
		"$tree/selftests/run/host.sh" "$dir" "$@"
		;;
	guest)
		FAULTY=1 "$tree/selftests/run/build.sh" "$kernel" || return
		BUILT=1 "$tree/selftests/run/guest.sh" "$kernel" "$machine" \
			"$dir" "$@"
		;;
	userspace)
		ARCHS=armhf "$tree/selftests/run/userspace.sh" "$dir" "$@"
		;;
	audit)
		"$tree/selftests/run/audit.sh" "$dir" "$@"
		;;
	fuzz)
		# what the corpora do not find at once is not found reliably
		HVC_FUZZ_SECONDS=0 "$tree/selftests/run/fuzz.sh" "$dir" "$@"
		;;
	*)
		die "test $kind: host, guest, userspace, audit or fuzz is expected"
		;;
	esac
}

# one TREE NAME RESULTS: with the fault in the tree, then without it again
one()
{
	local tree=$1 name=$2 results=$3 dir=$out/$2 file kind test pattern

	file=$(field "$name" file)
	read -r kind test pattern < <(field "$name" test)
	mkdir -p "$dir"
	rm -f "$dir/results"
	if grep -s '^failed ' "$out/baseline.$kind/results" |
			grep -Eq -- "$pattern"; then
		result "$results" failed "$name" "its test fails without it, too"
		return
	fi
	field "$name" sed >"$dir/sed"
	sed -f "$dir/sed" "$source/$file" >"$dir/faulty" || {
		result "$results" failed "$name" "its sed script is wrong"
		return
	}
	if diff -u "$source/$file" "$dir/faulty" >"$dir/diff"; then
		result "$results" failed "$name" "changes nothing in $file"
		return
	fi
	cp "$dir/faulty" "$tree/$file"
	run_test "$tree" "$dir" "$kind" "$test" >"$dir/log" 2>&1 || true
	cp "$source/$file" "$tree/$file"

	if [ ! -s "$dir/results" ]; then
		result "$results" failed "$name" "was not built or not run, see $dir/log"
	elif grep '^failed ' "$dir/results" | grep -Eq -- "$pattern"; then
		result "$results" passed "$name" "caught by $kind $test"
	else
		result "$results" failed "$name" "SURVIVED $kind $test, see $dir"
	fi
}

# The tests that are named must pass without a fault.
baseline()
{
	local kind names tree=$out/tree.0

	for kind in host guest userspace audit fuzz; do
		names=$(for name in "${mutants[@]}"; do
			field "$name" test
		done | awk -v kind="$kind" '$1 == kind && !n[$2]++ { print $2 }')
		[ -n "$names" ] || continue
		say "the tests without a fault, $kind:" $names
		mkdir -p "$out/baseline.$kind"
		# shellcheck disable=SC2086 # a list of names
		run_test "$tree" "$out/baseline.$kind" "$kind" $names \
			>"$out/baseline.$kind/log" 2>&1 || {
			grep '^failed ' "$out/baseline.$kind/log" >&2 ||
				tail -n 20 "$out/baseline.$kind/log" >&2
			result "$out/results.own" failed "no fault" \
				"the $kind tests must pass, see $out/baseline.$kind"
			continue
		}
		result "$out/results.own" passed "no fault" \
			"the $kind tests pass"
	done
}

# worker I: each of the mutants whose turn it is
worker()
{
	local i=$1 n

	[ "$i" = 0 ] || copy_tree "$source" "$out/tree.$i"
	for ((n = i; n < ${#mutants[@]}; n += workers)); do
		one "$out/tree.$i" "${mutants[n]}" "$out/results.$i"
	done
}

"$run/setup.sh"
mkdir -p "$out"
rm -f "$out"/results.*
: >"$out/results.own"
copy_tree "$top" "$source"
copy_tree "$source" "$out/tree.0"
if [ -n "${MUTANTS-}" ]; then
	read -r -a mutants <<<"$MUTANTS"
else
	mapfile -t mutants < <(cd "$source/selftests/mutants" &&
		ls -- *.mutant | sed 's/\.mutant$//')
fi
for name in "${mutants[@]}"; do
	[ -e "$source/selftests/mutants/$name.mutant" ] ||
		die "no selftests/mutants/$name.mutant"
done

baseline
say "${#mutants[@]} faults, $workers at a time"
for ((i = 0; i < workers; i++)); do
	worker "$i" &
done
wait
seen=$(cat "$out"/results.[0-9]* | wc -l)
[ "$seen" = "${#mutants[@]}" ] || result "$out/results.own" failed \
	"mutants" "$seen of ${#mutants[@]} were judged"
say "$SECONDS s"
"$run/total.sh" "$out"/results.*
