#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# robustness.sh write OUT: put the figures of a run of check.sh, in OUT, into
#   the table of docs/robustness.md.
# robustness.sh check: is the table there well-formed?
#
# A figure is a line `# figure KEY VALUE WORDS...` that a test prints: in the
# console of a guest (OUT/KERNEL-MACHINE/console) or in the log of a suite
# (OUT/log/SUITE-tests, OUT/SUITE/*). KEY stands for one thing in the whole
# project.
#
# Promises: a row stands for one key on one kernel; rows that this run has no
# figure for stay as they are, with their own date and commit. A commit that
# ends in + had changes that were not committed. Nothing outside the markers is
# touched.

. "$(dirname "$0")/common.sh"

file=$top/docs/robustness.md
begin='<!-- figures: written by make check-all and check-debug, not by hand -->'
end='<!-- figures: end -->'
head='| key | what | where | count | date | commit |'
rule='|---|---|---|---:|---|---|'

commit()
{
	local id

	id=$(git -C "$top" rev-parse --short=10 HEAD 2>/dev/null) || {
		echo -
		return
	}
	[ -z "$(git -C "$top" status --porcelain -- Kbuild kmod uapi \
		selftests userspace)" ] || id+=+
	echo "$id"
}

# rows_of WHERE FILE...: a row for each figure in these files, the last of a key
rows_of()
{
	local where=$1

	shift
	# no test may have had a boot of its own
	{ cat "$@" 2>/dev/null || true; } | tr -d '\r' |
	awk -v where="$where" -v date="$(date -u +%F)" -v commit="$(commit)" '
		$1 == "#" && $2 == "figure" && $4 ~ /^[0-9]+$/ && NF > 4 {
			key = $3
			value = $4
			sub(/^# figure [^ ]+ [0-9]+ /, "")
			gsub(/[|]/, "/")
			row[key] = sprintf("| %s | %s | %s | %s | %s | %s |",
				key, $0, where, value, date, commit)
		}
		END { for (key in row) print row[key] }'
}

# The rows that the page has
rows()
{
	awk -v begin="$begin" -v end="$end" -v head="$head" -v rule="$rule" '
		$0 == end { inside = 0 }
		inside && $0 != head && $0 != rule && $0 != ""
		$0 == begin { inside = 1 }' "$file"
}

write()
{
	local out=$1 new=$build/robustness.md name dir log

	grep -qxF -- "$begin" "$file" && grep -qxF -- "$end" "$file" ||
		die "docs/robustness.md has lost the markers of its table"
	mkdir -p "$build"
	{
		rows
		for log in "$out"/log/*-tests; do
			[ -e "$log" ] || continue
			name=${log##*/}
			name=${name%-tests}
			rows_of "this machine, $name" "$log" \
				$(find "$out/$name" -type f 2>/dev/null)
		done
		for dir in "$out"/*/console; do
			[ -e "$dir" ] || continue
			dir=${dir%/console}
			rows_of "${dir##*/}" "$dir/console" "$dir"/*/console
		done
	} | awk -F' *[|] *' '{ at[$2 " " $4] = $0 }
		END { for (key in at) print at[key] }' | sort >"$new.rows"
	awk -v begin="$begin" -v end="$end" -v head="$head" -v rule="$rule" \
		-v rows="$new.rows" '
		$0 == end { inside = 0 }
		!inside
		$0 == begin {
			inside = 1
			printf "\n%s\n%s\n", head, rule
			while ((getline line <rows) > 0)
				print line
			print ""
		}' "$file" >"$new"
	cat "$new" >"$file"
}

check()
{
	[ "$(grep -cxF -- "$begin" "$file")" = 1 ] &&
		[ "$(grep -cxF -- "$end" "$file")" = 1 ] &&
		[ "$(grep -cxF -- "$head" "$file")" = 1 ] ||
		die "docs/robustness.md: the table's markers or its head are not as written"
	rows | awk -F' *[|] *' '
		function wrong(text) {
			print "docs/robustness.md: " text ": " $0
			bad = 1
		}
		NF != 8 { wrong("not six columns"); next }
		seen[$2 " " $4]++ { wrong("twice") }
		$5 !~ /^[0-9]+$/ { wrong("not a count") }
		$6 !~ /^20[0-9][0-9]-[01][0-9]-[0-3][0-9]$/ { wrong("date") }
		$7 !~ /^([0-9a-f]+[+]?|-)$/ { wrong("commit") }
		END { exit bad }'
}

case ${1-} in
write)
	write "${2:?robustness.sh write OUT}"
	;;
check)
	check
	;;
*)
	die "robustness.sh write OUT | check"
	;;
esac
