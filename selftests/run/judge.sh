#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# judge.sh OUTDIR: what a guest said (console, plan, stopped) as results.
#
# Promises: OUTDIR/results has a line `passed|failed|skipped NAME: TEXT` for
# each result, and for each way in which the guest did not keep to the plan.
# stdout: what failed and why, then `N passed, N failed, N skipped`. The exit
# status is 0 only if nothing failed.

. "$(dirname "$0")/common.sh"

out=${1:?judge.sh OUTDIR}
touch "$out/console" "$out/stopped"
# old serial drivers send a NUL
tr -d '\r\000' <"$out/console" >"$out/console.text"
awk -f "$run/tap.awk" -f "$run/judge.awk" \
	-v stopped="$(cat "$out/stopped")" \
	"$out/plan" "$out/console.text" >"$out/results"
rm "$out/console.text"
"$run/total.sh" "$out/results" || {
	say "whole output: $out/console"
	exit 1
}
