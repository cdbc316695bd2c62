#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# total.sh RESULTS...: skips, failures in full, `N passed, N failed, N skipped`.
#
# Promises: no result at all is a failure; exit status 1 if anything failed.

awk '
	/^(passed|failed|skipped) / { n[$1]++ }
	/^failed / || /^  # / { fail[++failures] = $0 }
	/^skipped / { skip[++skips] = $0 }
	END {
		for (i = 1; i <= skips; i++)
			print skip[i]
		for (i = 1; i <= failures; i++)
			print fail[i]
		if (!NR) {
			print "failed nothing was reported"
			n["failed"]++
		}
		printf "%d passed, %d failed, %d skipped\n",
			n["passed"], n["failed"], n["skipped"]
		exit n["failed"] > 0
	}' /dev/null "$@"
