#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# demo.sh: what the module does for a legacy program, before and after.
#
# Promises: stdout is the demo's own table and nothing else; exit status 0
# only if the guest came to its end and every call did what the table says.

. "$(dirname "$0")/common.sh"

out=$build/demo

"$run/setup.sh"
mkdir -p "$build"
status=0
"$run/guest.sh" 6.1-armmp vexpress-a9 "$out" demo >"$out.summary" || status=$?
if [ ! -s "$out/console" ]; then
	cat "$out.summary" >&2
	die "the guest did not start"
fi
tr -d '\r' <"$out/console" | awk '
	/^HVC-BEGIN demo$/ { inside = 1; next }
	/^HVC-END demo / { exit }
	inside && !/^\[ *[0-9]+\.[0-9]+\]/'
[ "$status" = 0 ] || cat "$out.summary" >&2
exit "$status"
