#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tap.sh OUTDIR NAME COMMAND...: judge a command that prints one KTAP stream.
#
# Promises: OUTDIR/log is what it printed, OUTDIR/results one line for each
# result of test NAME; the summary goes to stdout; exit status 0 only if
# nothing failed.

. "$(dirname "$0")/common.sh"

[ $# -ge 3 ] || die "tap.sh OUTDIR NAME COMMAND..."
out=$1
name=$2
shift 2
mkdir -p "$out"
status=0
"$@" </dev/null >"$out/log" 2>&1 || status=$?
# where a test says 1 or 4, the make around it says 2
case $status in
0 | 1 | 4) ;;
*) status=1 ;;
esac
awk -f "$run/tap.awk" -f "$run/tap-one.awk" -v name="$name" \
	-v status="$status" "$out/log" >"$out/results"
"$run/total.sh" "$out/results" || {
	say "whole output: $out/log"
	exit 1
}
