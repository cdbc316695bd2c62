#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# check.sh [quick]: all tests, or the host's and one guest's.
#
# KERNELS: names from selftests/run/kernels, "all" for each of them. The
# required ones are run whether named or not; of the others, one that cannot
# be fetched is a skip with its reason.
#
# Promises: stdout ends with the failures, the skips, the time of each stage
# and `N passed, N failed, N skipped`; exit status 0 only if nothing failed,
# and a required guest that did not run is a failure.

. "$(dirname "$0")/common.sh"

required="6.1-armmp"
out=$build/check
# what runs in the background ignores an interrupt from the keyboard
trap 'trap - INT TERM; kill 0' INT

# stage NAME COMMAND...: run it, keep its time; its status is ours
stage()
{
	local name=$1 started=$SECONDS status=0

	shift
	say "== $name"
	"$@" || status=$?
	printf '%6d s  %s\n' $((SECONDS - started)) "$name" >>"$out/times"
	return "$status"
}

# result WHAT NAME TEXT: a result of this script's own
result()
{
	echo "$1 $2: $3" >>"$out/results.own"
}

prepare()
{
	local kernel=$1 verdict=skipped

	case " $required " in
	*" $kernel "*) verdict=failed ;;
	esac
	if ! stage "fetch $kernel" "$run/kernel.sh" fetch "$kernel"; then
		result $verdict "$kernel" "cannot be fetched"
		return 1
	fi
	if ! stage "build for $kernel" "$run/build.sh" "$kernel"; then
		result failed "$kernel" "does not build"
		return 1
	fi
	result passed "$kernel" "builds without a warning"
}

boot()
{
	local kernel=$1 machine=$2 dir=$out/$1-$2

	mkdir -p "$dir"
	BUILT=1 stage "guest $kernel $machine" \
		"$run/guest.sh" "$kernel" "$machine" "$dir" >"$dir/summary" ||
		true
	if [ -s "$dir/results" ]; then
		sed "s/^\(passed\|failed\|skipped\) /&$kernel $machine /" \
			"$dir/results" >"$out/results.$kernel-$machine"
	else
		result failed "$kernel $machine" "the guest could not be run"
	fi
}

# suite NAME: the tests that NAME.sh runs without a guest
suite()
{
	local dir=$out/$1

	mkdir -p "$dir"
	# what failed is shown once, at the end
	stage "$1 tests" "$run/$1.sh" "$dir" >"$dir/summary" || true
	if [ -s "$dir/results" ]; then
		cp "$dir/results" "$out/results.$1"
	else
		result failed "$1" "the tests could not be run"
	fi
}

rm -rf "$out"
mkdir -p "$out"
: >"$out/results.own"
stage setup "$run/setup.sh"

kernels=$required
case ${1-} in
quick)
	[ -z "${KERNELS-}" ] || kernels=${KERNELS%% *}
	# under three minutes is the point of it: short storms
	export HVC_STORM_SECONDS=${HVC_STORM_SECONDS:-1}
	export HVC_FUZZ_CALLS=${HVC_FUZZ_CALLS:-2000}
	;;
*)
	more=${KERNELS-}
	[ "$more" != all ] ||
		more=$(sed -n 's/^\([^# \t][^ \t]*\).*/\1/p' "$run/kernels")
	for kernel in $more; do
		case " $kernels " in
		*" $kernel "*) ;;
		*) kernels="$kernels $kernel" ;;
		esac
	done
	;;
esac

# beside the guests, which keep one core busy for most of their time
{
	suite host
	[ "${1-}" = quick ] || suite userspace
} &
for kernel in $kernels; do
	if ! machines=$("$run/kernel.sh" get "$kernel" machines); then
		result failed "$kernel" "not in selftests/run/kernels"
		continue
	fi
	prepare "$kernel" || continue
	machines=${machines//,/ }
	[ "${1-}" != quick ] || machines=${machines%% *}
	for machine in $machines; do
		boot "$kernel" "$machine"
	done
done

wait
"$run/total.sh" "$out"/results.* >"$out/summary" && status=0 || status=1
sed '$d' "$out/summary"
cat "$out/times"
printf '%6d s  in all\n' "$SECONDS"
tail -n 1 "$out/summary"
exit "$status"
