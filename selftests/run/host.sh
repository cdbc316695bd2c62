#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# host.sh OUTDIR [GROUP...]: the tests that need no guest, or some groups of
# them, judged like a guest's.
#
# Promises: OUTDIR/host.log is what they printed, OUTDIR/results one line for
# each result; the summary goes to stdout; exit status 0 only if none failed.

. "$(dirname "$0")/common.sh"

out=${1:?host.sh OUTDIR}
shift
mkdir -p "$out"
status=0
make --no-print-directory -C "$top/selftests/host" BUILD="$build/host" \
	GROUPS="$*" check </dev/null >"$out/host.log" 2>&1 || status=$?
# make answers 2 where the tests said 1
[ "$status" -lt 2 ] || status=1
awk -f "$run/tap.awk" -f "$run/host.awk" -v status="$status" \
	"$out/host.log" >"$out/results"
"$run/total.sh" "$out/results" || {
	say "whole output: $out/host.log"
	exit 1
}
