#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# compat.sh OUTDIR: kmod/ type-checked for kernels that are not at hand.
# Promises what tap.sh does.

. "$(dirname "$0")/common.sh"

out=${1:?compat.sh OUTDIR}
exec "$run/tap.sh" "$out" compat "$top/selftests/compat/run.sh" "$build/compat"
