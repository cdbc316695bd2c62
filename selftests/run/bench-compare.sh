#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# bench-compare.sh NAME NOW [SAVED]: names what did not repeat within a run of
# bench.sh, and what is worse than the saved figures (lines `KEY VALUE`).
#
# Promises: worse or different is what is off by more than 1 %, and by more than
# the clock's step: 16 instructions, two of them between two figures of a run. A
# saved figure that is missing is named, too, and so is each case of an
# alternative with another outcome. Of supervisors no time is: when the other
# process runs is the scheduler's choice, and differs. Exit status 0 only if
# nothing was named.

. "$(dirname "$0")/common.sh"

name=${1:?bench-compare.sh NAME NOW [SAVED]}
now=${2:?bench-compare.sh NAME NOW [SAVED]}
saved=${3-/dev/null}
[ -e "$saved" ] || saved=/dev/null

awk -v kernel="$name" '
	function name(text) { print kernel ": " text; bad = 1 }
	$1 ~ /^profile\// { next }	# what the other figures are made of
	$1 ~ /^alternatives\/(ptrace|notify)/ { $2 = 0 }
	FILENAME == ARGV[1] { now[$1] = $2; next }
	{ was[$1] = $2 }
	END {
		step = 16
		for (key in now) {
			again = key
			if (!sub(/^(none|repair)\//, "&", again))
				continue
			sub(/\//, "-again/", again)
			if (!(again in now))
				continue
			off = now[again] - now[key]
			off = off < 0 ? -off : off
			if (off > 2 * step && off > now[key] / 100)
				name(key ": " now[key] ", and again: " \
					now[again])
		}
		for (key in was) {
			if (!(key in now)) {
				name(key ": was " was[key] ", now missing")
			} else if (key ~ /^case\//) {
				if (now[key] != was[key])
					name(key ": " now[key] ", was " \
						was[key])
			} else if (now[key] > was[key] * 1.01 &&
				   now[key] > was[key] + step) {
				more = "from nothing"
				if (was[key] > 0)
					more = sprintf("+%.1f %%", (now[key] \
						/ was[key] - 1) * 100)
				name(key ": " now[key] ", was " was[key] " (" \
					more ")")
			}
		}
		exit bad
	}' "$now" "$saved" | sort
