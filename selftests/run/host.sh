#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# host.sh OUTDIR [GROUP...]: the module's pure parts, tested here, or some
# groups of those tests. Promises what tap.sh does.

. "$(dirname "$0")/common.sh"

out=${1:?host.sh OUTDIR [GROUP...]}
shift
exec "$run/tap.sh" "$out" host make --no-print-directory \
	-C "$top/selftests/host" BUILD="$build/host" GROUPS="$*" check
