# SPDX-License-Identifier: GPL-2.0
# Sourced by every script here: where things are, and how progress is said.
#
# Promises: $top (the source tree), $build (what the build makes, removed by
# `make clean`), $cache (downloads, survives it) are absolute paths, and any
# command that fails unnoticed ends the script.

set -euo pipefail
# messages are searched, and the make that called us is not our business
export LC_ALL=C
unset MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL

run=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$run/../.." && pwd)
build=$top/build
cache=${HVC_CACHE:-$HOME/.cache/hisi-venc-compat}
case $cache in
/*) ;;
*) cache=$PWD/$cache ;;
esac

say()
{
	printf '%s\n' "$*" >&2
}

die()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# quietly LOG COMMAND...: the output goes to LOG, and its end is shown on error
quietly()
{
	local log=$1

	shift
	mkdir -p "${log%/*}"
	if ! "$@" >"$log" 2>&1; then
		tail -n 40 "$log" >&2
		die "failed: $* (whole output: $log)"
	fi
}

# hold DIR: one process at a time works on DIR; released when we exit
declare -A held
hold()
{
	local dir=$1 fd

	[ -z "${held[$dir]-}" ] || return 0
	held[$dir]=1
	mkdir -p "$dir"
	exec {fd}>"$dir/.lock"
	if ! flock -n "$fd"; then
		say "waiting for another run that uses $dir"
		flock "$fd"
	fi
}

# table FILE WORD...: the rest of the row of selftests/run/FILE whose first
# columns are these words
table()
{
	local file=$1

	shift
	awk -v key="$*" -v n=$# '
		/^[ \t]*(#|$)/ { next }
		{
			row = $1
			for (i = 2; i <= n; i++)
				row = row " " $i
			if (row != key)
				next
			for (i = 1; i <= n; i++)
				sub(/^[^ \t]+[ \t]*/, "")
			print
			found = 1
			exit
		}
		END { exit !found }' "$run/$file"
}
