#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# bench-report.sh: docs/speed.md and docs/speed.svg from selftests/bench/results.
#
# Promises: of docs/speed.md only what stands between the lines `<!-- NAME -->`
# and `<!-- end NAME -->` is written. Nothing is measured here.

. "$(dirname "$0")/common.sh"

results=$top/selftests/bench/results
page=$top/docs/speed.md
shown=6.1-armmp		# where one kernel stands for all
kernels=()
# trees of one's own are older than what is packaged
for kernel in $(cd "$results" && ls -v -- [0-9]*.[0-9]*.[0-9]*-*) \
		5.10-armmp 6.1-armmp 6.12-armmp newest-armmp; do
	[ ! -e "$results/$kernel" ] || kernels+=("$kernel")
done
[ ${#kernels[@]} -gt 0 ] || die "no figures yet: make bench SAVE=1"

# all: KERNEL KEY VALUE of every file
all()
{
	local kernel

	for kernel in "${kernels[@]}"; do
		sed "s/^/$kernel /" "$results/$kernel"
	done
}

head_row()
{
	local kernel

	printf '| %s |' "$1"
	for kernel in "${kernels[@]}"; do
		printf ' %s |' "$kernel"
	done
	printf '\n|---|'
	for kernel in "${kernels[@]}"; do
		printf -- '---|'
	done
	printf '\n'
}

# rows: lines `TEXT ; KEY [; KEY]` from stdin, a row each; with a second key the
# ratio of both to three places, with `-` before it their difference
rows()
{
	local figures

	figures=$(mktemp)
	all >"$figures"
	awk -v kernels="${kernels[*]}" '
		function trim(text) {
			gsub(/^ +| +$/, "", text)
			return text
		}
		NR == FNR { value[$1, $2] = $3; next }
		{
			n = split(kernels, kernel)
			parts = split($0, part, ";")
			key = trim(part[2])
			other = trim(part[3])
			minus = sub(/^-/, "", other)
			printf "| %s |", trim(part[1])
			for (i = 1; i <= n; i++) {
				a = value[kernel[i], key]
				b = value[kernel[i], other]
				if (a == "" || (parts > 2 && b == ""))
					text = "-"
				else if (parts < 3)
					text = a
				else if (minus)
					text = a - b
				else
					text = sprintf("%.3f", a / b)
				printf " %s |", text
			}
			printf "\n"
		}' "$figures" -
	rm "$figures"
}

table_budgets()
{
	head_row "call, compared with (budget)"
	rows <<-EOT
	in range / no module (1.02) ; repair/ring-2 ; none/ring-2
	64 pages in range / no module ; repair/in-range-64 ; none/in-range-64
	mask / in range (1.03) ; repair/high-bits ; repair/raw-in-range-2
	mask, \`frame=0\` / in range ; noframe/high-bits ; noframe/raw-in-range-2
	displaced / in range (1.10) ; repair/displaced ; repair/ring-2
	4096 ranges / 1 range (1.02) ; ranges/4096 ; ranges/1
	another device of the major (0 more) ; repair/other-device ; -none/other-device
	EOT
}

table_calls()
{
	local phase call

	head_row "mmap and munmap"
	for phase in none repair noframe guard off; do
		for call in in-range-1 in-range-64 ring-2 ring-64 \
			raw-in-range-2 ring-2-legacy displaced \
			displaced-pointer high-bits sign-extended byte-offset \
			refused other-device open open-other; do
			grep -q "^$phase/$call " "$results/$shown" || continue
			echo "$phase: $call ; $phase/$call"
		done
	done | rows
}

table_growth()
{
	local what n

	head_row "how many"
	for what in ranges devices devices-open processes processes-late \
			processes-repaired crowd crowd-late crowd-repaired; do
		sed -n "s,^$what/\([0-9]*\) .*,\1,p" "$results/$shown" |
			sort -n | while read -r n; do
			echo "$what: $n ; $what/$n"
		done
	done | rows
}

table_alternatives()
{
	awk '
		$1 ~ /^alternatives\// {
			split($1, part, "/")
			time[part[2], part[3]] = $2
		}
		$1 ~ /^case\// {
			split($1, part, "/")
			cases[part[2]]++
			if ($2 == "right")
				right[part[2]]++
			else
				bad[part[2]] = bad[part[2]] " " part[3] \
					($2 == "wrong" ? " (wrong page)" : "") ","
		}
		END {
			print "| | right | in range | displaced | high bits |" \
			      " other device | getppid | not right |"
			print "|---|---|---|---|---|---|---|---|"
			n = split("nothing module shim both guess kprobe " \
				  "kprobe-call ptrace ptrace-mmap notify", name)
			for (i = 1; i <= n; i++) {
				a = name[i]
				sub(/,$/, "", bad[a])
				printf "| %s | %d of %d | %s | %s | %s | %s | %s |%s |\n",
					a, right[a], cases[a],
					time[a, "in-range"],
					time[a, "displaced"],
					time[a, "high-bits"],
					time[a, "other-device"],
					time[a, "getppid"], bad[a]
			}
		}' "$results/$shown"
}

# sums DIR: the figures of all kernels again, with sums of text, data and bss
sums()
{
	local kernel

	for kernel in "${kernels[@]}"; do
		awk '{ print }
			$1 ~ /^size\// {
				sub(/\/[a-z]*$/, "", $1)
				sum[$1] += $2
			}
			END { for (i in sum) print i "/sum", sum[i] }' \
			"$results/$kernel" >"$1/$kernel"
	done
}

table_size()
{
	local object part module=hisi_venc_compat.ko

	head_row "bytes"
	{
		for part in text data bss; do
			echo "module: $part ; size/$module/$part"
		done
		echo "module: all (16384) ; size/$module/sum"
		echo "shim: text (8192) ; size/shim/text"
		for object in $(sed -n 's,^size/\(.*\.o\)/text .*,\1,p' \
			"$results/$shown" | sort); do
			echo "$object ; size/$object/sum"
		done
	} | {
		local dir
		dir=$(mktemp -d)
		sums "$dir"
		results=$dir
		rows
		rm -r "$dir"
	}
}

table_memory()
{
	head_row "bytes, ARM"
	awk -v kernels="${kernels[*]}" -v folder="$results" '
		# what kmalloc makes of it
		function taken(bytes,    size) {
			for (size = 64; size < bytes; size *= 2)
				;
			if (bytes > 128 && bytes <= 192)
				size = 192
			return size
		}
		function row(text, kind,    i, m, v) {
			printf "| %s |", text
			for (i = 1; i <= n; i++) {
				m = kernel[i]
				if (!((m, "device") in of))
					v = "-"
				else if (kind == "device")
					v = of[m, "device"]
				else if (kind == "shadows")
					v = 2 * of[m, "shadow"]
				else if (kind == "operations")
					v = of[m, "operations"]
				else if (kind == "process")
					v = of[m, "process"] " + " \
						of[m, "process_per_device"]
				else if (kind == "taken")
					v = taken(of[m, "process"] + \
						3 * of[m, "process_per_device"])
				else if (kind == "all")
					v = 256 * taken(of[m, "process"] + \
						3 * of[m, "process_per_device"])
				else if (kind == "range")
					v = of[m, "range"]
				else
					v = 0
				printf " %s |", v
			}
			printf "\n"
		}
		BEGIN {
			n = split(kernels, kernel)
			for (i = 1; i <= n; i++)
				while ((getline line <(folder "/" kernel[i])) > 0)
					if (split(line, word, "[/ ]") == 3 && \
					    word[1] == "memory")
						of[kernel[i], word[2]] = word[3]
			row("a device", "device")
			row("its two shadows", "shadows")
			row("(`struct file_operations` alone)", "operations")
			row("an open file", "none")
			row("a process record + for each device", "process")
			row("what kmalloc takes for it, 3 devices", "taken")
			row("256 of them, the most there are", "all")
			row("a range, as typed, and once for each device", "range")
		}'
}

table_cpus()
{
	echo "| processors | calls in 15 ms, untouched | taken over | without / with: median (quartiles) |"
	echo "|---|---|---|---|"
	awk '
		function sorted(v, n,    i, j, t) {
			for (i = 2; i <= n; i++) {
				t = v[i]
				for (j = i - 1; j > 0 && v[j] > t; j--)
					v[j + 1] = v[j]
				v[j + 1] = t
			}
		}
		# of column @of for @c processors; at quarter @q of 4
		function at(of, c, q,    i, v) {
			for (i = 1; i <= n[c]; i++)
				v[i] = of == 1 ? without[c, i] : of == 2 ? \
					with[c, i] : without[c, i] / with[c, i]
			sorted(v, n[c])
			return v[1 + int((n[c] - 1) * q / 4)]
		}
		$5 > 0 { n[$2]++; without[$2, n[$2]] = $4; with[$2, n[$2]] = $5 }
		END {
			for (c = 1; c <= 4; c++)
				printf "| %d | %d | %d | %.3f (%.3f to %.3f) |\n",
					c, at(1, c, 2), at(2, c, 2),
					at(3, c, 2), at(3, c, 1), at(3, c, 3)
		}' "$results/cpus"
}

table_shim()
{
	echo "| caller | shim | libc alone, ns | with the shim, ns | ratio: median (quartiles) |"
	echo "|---|---|---|---|---|"
	awk '{
		printf "| %s | %s | %d | %d | %.3f (%.3f to %.3f) |\n", $3, $2,
			$4, $5, $7, $6, $8
	}' "$results/shim"
}

# The most expensive places of the three calls, and what is left of them.
table_profile()
{
	awk '
		$1 !~ /^profile\// { next }
		{
			split($1, part, "/")
			call = part[2]
			place = part[3]
			n[call, place] = $2
			if (!(place in most)) {
				places[++count] = place
				most[place] = 0
			}
			if (call != "untouched" && $2 > most[place])
				most[place] = $2
		}
		function row(text, place,    i) {
			printf "| %s |", text
			for (i = 1; i <= calls; i++)
				printf " %s |", n[call_of[i], place] + 0
			printf "\n"
		}
		END {
			calls = split("in-range high-bits displaced " \
				"in-range-legacy", call_of)
			print "| where | in range | high bits | displaced | in range, legacy process |"
			print "|---|---|---|---|---|"
			for (i = 2; i <= count; i++) {
				t = places[i]
				for (j = i - 1; j > 0 && most[places[j]] < most[t]; j--)
					places[j + 1] = places[j]
				places[j + 1] = t
			}
			for (i = 1; i <= count; i++) {
				p = places[i]
				if (p == "all" || p == "module")
					continue
				if (most[p] >= 20) {
					row((p ~ /\.o$/ ? p : "kernel: " p), p)
					continue
				}
				for (j = 1; j <= calls; j++)
					n[call_of[j], "rest"] += \
						n[call_of[j], p]
			}
			row("less than 20 each", "rest")
			row("all", "all")
		}' "$results/$shown"
}

table_decide()
{
	echo "| | 1 range | 64 | 4096 |"
	echo "|---|---|---|---|"
	awk '
		!($2 in seen) { order[++n] = $2; seen[$2] }
		{
			cell[$2, $3] = sprintf("%.1f / %.1f = %s (%s to %s)",
				$5, $4, $7, $6, $8)
		}
		END {
			for (i = 1; i <= n; i++)
				print "| " order[i] " | " cell[order[i], 1] " | " \
					cell[order[i], 64] " | " \
					cell[order[i], 4096] " |"
		}' "$results/decide"
}

# plot: bars for the alternatives, and what grows over how many there are
plot()
{
	awk '
		function text(x, y, anchor, s) {
			printf "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>\n",
				x, y, anchor, s
		}
		function line(x1, y1, x2, y2, colour, width) {
			printf "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%s\"/>\n",
				x1, y1, x2, y2, colour, width
		}
		function bar(x, y, w, colour) {
			printf "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"9\" fill=\"%s\"/>\n",
				x, y, w, colour
		}
		function lg(v) { return log(v) / log(2) }
		{ value[$1] = $2 }
		$1 ~ /^case\// {
			split($1, part, "/")
			cases[part[2]]++
			right[part[2]] += $2 == "right"
		}
		END {
			print "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"960\" height=\"420\" font-family=\"sans-serif\" font-size=\"12\">"
			print "<rect width=\"960\" height=\"420\" fill=\"white\"/>"
			text(20, 24, "start", "Instructions for mmap + munmap of a ring of 2 pages, and cases right")
			bar(130, 36, 20, "#4878a8"); text(155, 45, "start", "in range")
			bar(230, 36, 20, "#d08030"); text(255, 45, "start", "displaced offset")
			n = split("nothing module shim both guess kprobe kprobe-call ptrace ptrace-mmap notify", name)
			for (i = 1; i <= n; i++) {
				a = name[i]
				y = 60 + (i - 1) * 32
				text(120, y + 14, "end", a)
				x = value["alternatives/" a "/in-range"]
				bar(130, y, x / 230, "#4878a8")
				text(134 + x / 230, y + 9, "start", x)
				x = value["alternatives/" a "/displaced"]
				good = value["case/" a "/displaced"] == "right"
				bar(130, y + 11, x / 230, good ? "#d08030" : "#cccccc")
				text(134 + x / 230, y + 20, "start",
					x (good ? "" : " (not repaired)"))
				text(535, y + 14, "end", right[a] " of " cases[a])
			}
			text(600, 24, "start", "Cost in range, over how many there are (1 = the first)")
			left = 610; top = 50; wide = 320; high = 310
			low = 0.98; up = 1.06
			for (v = low; v < up + 0.001; v += 0.02) {
				y = top + high - (v - low) / (up - low) * high
				line(left, y, left + wide, y, "#dddddd", 1)
				text(left - 6, y + 4, "end", sprintf("%.2f", v))
			}
			for (v = 1; v <= 4096; v *= 8) {
				x = left + lg(v) / 12 * wide
				line(x, top, x, top + high, "#eeeeee", 1)
				text(x, top + high + 16, "middle", v)
			}
			split("ranges devices processes", what)
			split("#4878a8 #50a050 #b04040", colour)
			steps["ranges"] = "1 16 64 256 1024 4096"
			steps["devices"] = "1 2 8 32 64"
			steps["processes"] = "1 16 64 255 1024 4096"
			for (i = 1; i <= 3; i++) {
				count = split(steps[what[i]], step)
				for (j = 1; j <= count; j++) {
					base = value[what[i] "/1"]
					now = value[what[i] "/" step[j]]
					if (now == "") {
						# in the guest with more memory
						base = value["crowd/0"]
						now = value["crowd/" step[j]]
					}
					x = left + lg(step[j]) / 12 * wide
					y = top + high - (now / base - low) / (up - low) * high
					if (j > 1)
						line(px, py, x, y, colour[i], 2)
					printf "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>\n", x, y, colour[i]
					px = x; py = y
				}
				bar(left + (i - 1) * 110, top + high + 28, 20, colour[i])
				text(left + 25 + (i - 1) * 110, top + high + 37, "start", what[i])
			}
			print "</svg>"
		}' "$results/$shown" >"$top/docs/speed.svg"
}

# fill NAME: puts stdin between the page's markers of that name
fill()
{
	local new

	new=$(mktemp)
	awk -v name="$1" '
		NR == FNR { text = text $0 "\n"; next }
		$0 == "<!-- end " name " -->" { printf "%s", text; inside = 0 }
		!inside { print }
		$0 == "<!-- " name " -->" { inside = found = 1 }
		END { exit !found || inside }' - "$page" >"$new" ||
		die "docs/speed.md has no lines <!-- $1 -->, <!-- end $1 -->"
	cat "$new" >"$page"
	rm "$new"
}

for name in budgets calls growth alternatives size memory profile cpus shim \
		decide; do
	case $name in
	cpus | decide | shim) [ -e "$results/$name" ] || continue ;;
	esac
	"table_$name" | fill "$name"
done
plot
