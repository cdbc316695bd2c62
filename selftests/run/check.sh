#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# check.sh [quick|all|debug]: the tests of the host, and guests: the required ones,
# the newest ARM kernel, and short the ARM debug kernel; one guest; every kernel
# on every machine; or the debug kernels only, in guests.
#
# KERNELS: only guests with these, by a name of selftests/run/kernels or as
# VERSION-FLAVOUR. HVC_SCALE: how long storms and fuzzers are, 1 or more.
# HVC_JOBS: how many guests and suites run at a time (one for each core).
#
# Promises: stdout ends with the time of each stage, the skips, the failures
# and `N passed, N failed, N skipped`; exit status 0 only if nothing failed. A
# required guest that did not run is a failure; any other kernel that cannot
# be fetched is a skip with its reason; one that was fetched must boot.
# build/check/NAME/ has the logs of each guest and suite. `all` writes the
# table of docs/kernels.md.

. "$(dirname "$0")/common.sh"

mode=${1-}
required="6.1-armmp 6.1-amd64 6.1-arm64 6.1-686"
newest=newest-armmp
debug=$(awk '$2 == "source" { printf "%s ", $1 }' "$run/kernels")
out=$build/check
# what runs in the background ignores an interrupt from the keyboard
trap 'trap - INT TERM; kill 0' INT

# stage NAME COMMAND...: its output goes to OUT/log/NAME, its time is kept; its
# status is ours
stage()
{
	local name=$1 started=$SECONDS status=0 log=$out/log/${1// /-} count

	shift
	say "       ... $name"
	"$@" >"$log" 2>&1 || status=$?
	printf '%6d s  %s\n' $((SECONDS - started)) "$name" >>"$out/times"
	count=$(grep -E '^[0-9]+ passed, ' "$log" | tail -n 1 || true)
	[ "$status" = 0 ] || count+=", see ${log#"$top"/}"
	say "$(printf '%6d s  %s' $((SECONDS - started)) "$name")" "$count"
	return "$status"
}

# job COMMAND...: in the background, as soon as one of the slots is free
job()
{
	(
		read -r -n 1 -u 9 _
		trap 'printf . >&9' EXIT
		"$@"
	) &
}

# result WHAT NAME TEXT: a result of this script's own
result()
{
	echo "$1 $2: $3" >>"$out/results.own"
}

prepare()
{
	local kernel=$1 verdict=skipped

	case " $required $debug " in
	*" $kernel "*) verdict=failed ;;
	esac
	if ! stage "fetch $kernel" "$run/kernel.sh" fetch "$kernel"; then
		result $verdict "$kernel" "cannot be fetched: $(grep . \
			"$out/log/fetch-$kernel" | tail -n 1 | cut -c 1-200)"
		return 1
	fi
	if ! stage "build $kernel" "$run/build.sh" "$kernel"; then
		result failed "$kernel" "does not build"
		for machine in $machines; do
			"$run/table.sh" row "$kernel" "$machine" no /dev/null \
				>>"$out/rows"
		done
		return 1
	fi
	result passed "$kernel" "builds without a warning"
}

boot()
{
	local kernel=$1 machine=$2 dir=$out/$1-$2 calls=$HVC_FUZZ_CALLS
	local cases=$HVC_ORACLE_CASES cycles=$HVC_CYCLES limit=${HVC_BOOT_LIMIT-}
	local step=${HVC_FAIL_STEP-}
	local tests=()

	mkdir -p "$dir"
	case "$mode $kernel $machine" in
	"all 6.1-armmp virt")
		calls=$full_calls
		cases=$full_cases
		;;
	"all 6.1-armmp vexpress-a9") ;;
	"all 6.1-"*) cases=$full_cases ;;
	esac
	case " $debug ,$mode" in
	*" $kernel "*,all | *" $kernel "*,debug)
		cycles=$full_cycles
		cases=$slow_cases
		limit=${limit:-14400}
		;;
	*" $kernel "*)
		mapfile -t tests < <(sed '/^#/d' "$run/debug/short")
		step=${step:-16}
		cycles=5
		;;
	esac
	BUILT=1 HVC_FUZZ_CALLS=$calls HVC_ORACLE_CASES=$cases \
		HVC_CYCLES=$cycles HVC_BOOT_LIMIT=$limit HVC_FAIL_STEP=$step \
		stage "guest $kernel $machine" \
		"$run/guest.sh" "$kernel" "$machine" "$dir" "${tests[@]}" || true
	if [ -s "$dir/results" ]; then
		sed "s/^\(passed\|failed\|skipped\) /&$kernel $machine /" \
			"$dir/results" >"$out/results.$kernel-$machine"
	else
		: >"$dir/results"
		result failed "$kernel $machine" "the guest could not be run"
	fi
	"$run/table.sh" row "$kernel" "$machine" yes "$dir/results" >>"$out/rows"
}

# suite NAME [ARGUMENT...]: the tests that NAME.sh runs without a guest
suite()
{
	local name=$1 dir=$out/$1

	shift
	mkdir -p "$dir"
	# what failed is shown once, at the end
	stage "$name tests" "$run/$name.sh" "$dir" "$@" || true
	if [ -s "$dir/results" ]; then
		cp "$dir/results" "$out/results.$name"
	else
		result failed "$name" "the tests could not be run"
	fi
}

"$run/setup.sh"
rm -rf "$out"
mkdir -p "$out/log"
: >"$out/results.own"
: >"$out/rows"
: >"$out/times"

kernels="$required $newest"
scale=1
case $mode in
quick)
	kernels=6.1-armmp
	;;
all)
	kernels=$(sed -n 's/^\([^# \t][^ \t]*\).*/\1/p' "$run/kernels")
	scale=10
	;;
debug)
	kernels=$debug
	scale=10
	;;
'')
	kernels+=" ${debug%% *}"
	;;
*)
	die "check.sh [quick|all|debug]"
	;;
esac
scale=${HVC_SCALE:-$scale}
if [ -n "${KERNELS-}" ]; then
	kernels=
	for word in $KERNELS; do
		if kernel=$("$run/kernel.sh" name "$word" 2>"$out/log/name"); then
			kernels+=" $kernel"
		else
			result failed "$word" "$(tail -n 1 "$out/log/name")"
		fi
	done
fi
# In full length a million ioctls on one kernel, a million cases of the mmap
# path on each architecture, and a thousand loads where faults are seen.
full_calls=${HVC_FUZZ_CALLS:-$((100000 * scale))}
full_cases=${HVC_ORACLE_CASES:-$((100000 * scale))}
full_cycles=${HVC_CYCLES:-$((100 * scale))}
# There a case takes forty times as long; in fewer than 5000 some never come up.
slow_cases=${HVC_ORACLE_CASES:-$((scale > 2 ? 2000 * scale : 5000))}
export HVC_STORM_SECONDS=${HVC_STORM_SECONDS:-$((2 * scale))}
export HVC_CYCLES=${HVC_CYCLES:-$((10 * scale))}
export HVC_FUZZ_CALLS=${HVC_FUZZ_CALLS:-$((20000 * scale))}
export HVC_FUZZ_SECONDS=${HVC_FUZZ_SECONDS:-$((60 * scale))}
export HVC_ORACLE_CASES=${HVC_ORACLE_CASES:-$((20000 * scale))}
export AUDIT_SECONDS=${AUDIT_SECONDS:-$((10 * scale))}
if [ "$mode" = quick ]; then
	# under three minutes is the point of it
	kernels=${kernels%% *}
	HVC_STORM_SECONDS=1
	HVC_FUZZ_CALLS=2000
	HVC_ORACLE_CASES=5000
fi
say "storms of $HVC_STORM_SECONDS s, $HVC_FUZZ_CALLS fuzzed calls (HVC_SCALE)"

mkfifo "$out/slots"
exec 9<>"$out/slots"
rm "$out/slots"
for ((i = 0; i < ${HVC_JOBS:-$(nproc)}; i++)); do
	printf . >&9
done

if [ "$mode" != debug ]; then
	job suite host
	job suite compat
	job suite speed
fi
if [ "$mode" != quick ] && [ "$mode" != debug ]; then
	job suite userspace
	job suite audit
	job suite packages ${mode:+"$mode"}
	job suite fuzz
fi
style=
for kernel in $kernels; do
	machines=$("$run/kernel.sh" get "$kernel" machines)
	machines=${machines//,/ }
	prepare "$kernel" || continue
	case $kernel in
	6.1-armmp | newest-armmp) style+=" $kernel" ;;
	6.1-amd64 | newest-amd64) [ "$mode" != all ] || style+=" $kernel" ;;
	esac
	[ "$mode" != quick ] || machines=${machines%% *}
	case $mode,$kernel in
	quick,* | debug,*) ;;
	*,6.1-armmp) job suite docs ;;
	esac
	for machine in $machines; do
		job boot "$kernel" "$machine"
	done
done
if [ "$mode" != quick ]; then
	if "$run/judge_test.sh" >"$out/log/judge" 2>&1; then
		result passed judge "tells whose a data race is"
	else
		result failed judge "$(head -n 1 "$out/log/judge")"
	fi
	# shellcheck disable=SC2086 # a list
	[ -z "$style" ] || job suite style $style
	case " $style " in
	*" 6.1-armmp "*) job suite static ;;
	esac
	if "$run/table.sh" check >"$out/log/table" 2>&1; then
		result passed docs "the table of kernels is well-formed"
	else
		result failed docs "$(tail -n 1 "$out/log/table")"
	fi
	if "$run/robustness.sh" check >"$out/log/robustness" 2>&1; then
		result passed docs "the table of figures is well-formed"
	else
		result failed docs "$(tail -n 1 "$out/log/robustness")"
	fi
fi
wait

case $mode in
all | debug) "$run/robustness.sh" write "$out" ;;
esac
[ "$mode" != all ] || "$run/table.sh" write "$out/rows"
"$run/total.sh" "$out"/results.* >"$out/summary" && status=0 || status=1
sort -k 3 "$out/times"
printf '%6d s  in all\n' "$SECONDS"
cat "$out/summary"
exit "$status"
