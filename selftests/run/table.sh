#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# table.sh row KERNEL MACHINE BUILT RESULTS [RELEASE ARCH]: print the row of a
#   guest run; BUILT is yes or no, RESULTS what guest.sh left. RELEASE and ARCH
#   are given for a kernel that is not in selftests/run/kernels; the name of
#   such a one begins with `tree-'.
# table.sh write ROWS: put these rows into the table of docs/kernels.md.
# table.sh check: is the table there well-formed?
#
# Promises: a row stands for one run; rows of kernels that did not run stay as
# they are, with their own date and commit. A commit that ends in + had changes
# that were not committed. Nothing outside the markers is touched.

. "$(dirname "$0")/common.sh"

file=$top/docs/kernels.md
begin='<!-- kernels: written by make check-all and check-tree, not by hand -->'
end='<!-- kernels: end -->'
head='| kernel | version | arch | machine | built | booted | passed | failed | skipped | date | commit |'
rule='|---|---|---|---|---|---|---|---|---|---|---|'

commit()
{
	local id

	id=$(git -C "$top" rev-parse --short=10 HEAD 2>/dev/null) || {
		echo -
		return
	}
	[ -z "$(git -C "$top" status --porcelain -- Kbuild kmod uapi \
		selftests)" ] || id+=+
	echo "$id"
}

row()
{
	local kernel=$1 machine=$2 built=$3 results=$4 release=${5-} arch=${6-}
	local booted=no

	[ -n "$release" ] || release=$("$run/kernel.sh" get "$kernel" release)
	[ -n "$arch" ] || arch=$("$run/kernel.sh" get "$kernel" arch)
	! grep -q '^passed guest: reported to the end' "$results" || booted=yes
	awk -v row="| $kernel | $release | $arch | $machine | $built | $booted |" \
		-v date="$(date -u +%F)" -v commit="$(commit)" '
		{ n[$1]++ }
		END {
			printf "%s %d | %d | %d | %s | %s |\n", row,
				n["passed"], n["failed"], n["skipped"],
				date, commit
		}' "$results"
}

# The rows that docs/kernels.md has
rows()
{
	awk -v begin="$begin" -v end="$end" -v head="$head" -v rule="$rule" '
		$0 == end { inside = 0 }
		inside && $0 != head && $0 != rule && $0 != ""
		$0 == begin { inside = 1 }' "$file"
}

# KERNEL MACHINE of each guest of the tables, in order
guests()
{
	local name suite arch flavour programs machines machine

	while read -r name suite arch flavour programs machines; do
		case $name in
		'' | '#'*) continue ;;
		esac
		for machine in ${machines//,/ }; do
			echo "$name $machine"
		done
	done <"$run/kernels"
}

write()
{
	local new=$build/kernels.md

	grep -qxF -- "$begin" "$file" && grep -qxF -- "$end" "$file" ||
		die "docs/kernels.md has lost the markers of its table"
	mkdir -p "$build"
	rows | cat - "$1" | awk -F' *[|] *' '
		FILENAME != "-" { order[$1] = ++n; next }
		{
			key = $2 " " $5
			if (!(key in at))
				keys[++m] = key
			at[key] = $0
		}
		END {
			# the table of kernels comes first, in its order
			for (key in order)
				by[order[key]] = key
			for (i = 1; i <= n; i++)
				if (by[i] in at)
					print at[by[i]]
			for (i = 1; i <= m; i++)
				if (!(keys[i] in order))
					print at[keys[i]]
		}' <(guests) - >"$new.rows"
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
		die "docs/kernels.md: the table's markers or its head are not as written"
	rows | awk -F' *[|] *' '
		function wrong(text) {
			print "docs/kernels.md: " text ": " $0
			bad = 1
		}
		FILENAME != "-" { wanted[$1] = 1; next }
		NF != 13 { wrong("not eleven columns"); next }
		seen[$2 " " $5]++ { wrong("twice") }
		$6 !~ /^(yes|no)$/ || $7 !~ /^(yes|no)$/ { wrong("yes or no") }
		$8 !~ /^[0-9]+$/ || $9 !~ /^[0-9]+$/ || $10 !~ /^[0-9]+$/ {
			wrong("not a count")
		}
		$7 == "yes" && $6 == "no" { wrong("booted, but not built") }
		$7 == "yes" && !$8 { wrong("booted, and nothing passed") }
		$7 == "no" && $6 == "yes" && !$9 { wrong("no boot is a failure") }
		$11 !~ /^20[0-9][0-9]-[01][0-9]-[0-3][0-9]$/ { wrong("date") }
		$12 !~ /^([0-9a-f]+[+]?|-)$/ || length($12) > 11 { wrong("commit") }
		$2 ~ /^[0-9]/ {
			split($2, v, "-")
			if (index($3, v[1] ".") != 1)
				wrong("not that version")
		}
		$2 !~ /^tree-/ && !(($2 " " $5) in wanted) {
			wrong("no such guest in selftests/run/kernels")
		}
		END { exit bad }
		' <(guests) -
}

case ${1-} in
row)
	shift
	row "$@"
	;;
write)
	write "${2:?table.sh write ROWS}"
	;;
check)
	check
	;;
*)
	die "table.sh row KERNEL MACHINE BUILT RESULTS | write ROWS | check"
	;;
esac
