#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# speed.sh OUTDIR: is a regression of speed or size named? Promises what tap.sh
# does.

. "$(dirname "$0")/common.sh"

exec "$run/tap.sh" "${1:?speed.sh OUTDIR}" speed \
	"$top/selftests/bench/compare_test.sh"
