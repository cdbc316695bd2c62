#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# fuzz.sh OUTDIR [TARGET...]: the fuzzers of selftests/fuzz, all or some of
# them. Promises what tap.sh does; OUTDIR/log has the figures.
#
# HVC_FUZZ_SECONDS: for all of them together (60); 0 replays the corpora only.

. "$(dirname "$0")/common.sh"

out=${1:?fuzz.sh OUTDIR [TARGET...]}
shift
mkdir -p "$out"
only=()
[ $# = 0 ] || only=(TARGETS="$*")
exec "$run/tap.sh" "$out" fuzz make --no-print-directory \
	-C "$top/selftests/fuzz" BUILD="$build/fuzz" "${only[@]}" \
	FUZZ_SECONDS="${HVC_FUZZ_SECONDS:-60}" check
