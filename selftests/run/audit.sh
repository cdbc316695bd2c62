#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# audit.sh OUTDIR [FUNCTION...]: the tests of userspace/audit, on this machine,
# or those that these functions of selftests/audit/run.sh make. Promises what
# tap.sh does.
#
# AUDIT_SECONDS: how long hostile files are thrown at it (60).

. "$(dirname "$0")/common.sh"

out=${1:?audit.sh OUTDIR [FUNCTION...]}
shift
"$run/userland.sh" armhf
ONLY="$*" exec "$run/tap.sh" "$out" audit make --no-print-directory \
	-C "$top/selftests/audit" O="$build/audit-tests" \
	MUSL="$build/toolchain" SECONDS="${AUDIT_SECONDS:-60}" check
