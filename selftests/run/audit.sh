#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# audit.sh OUTDIR: the tests of userspace/audit, on this machine. Promises what
# tap.sh does.
#
# AUDIT_SECONDS: how long hostile files are thrown at it (60).

. "$(dirname "$0")/common.sh"

out=${1:?audit.sh OUTDIR}
"$run/userland.sh" armhf
exec "$run/tap.sh" "$out" audit make --no-print-directory \
	-C "$top/selftests/audit" O="$build/audit-tests" \
	MUSL="$build/toolchain" SECONDS="${AUDIT_SECONDS:-60}" check
