# SPDX-License-Identifier: GPL-2.0
# rooms.awk architecture.md kmod/*.[ch]: complaints about a page that is not
# what the code is. Each file stands in one row and in the picture; what it
# includes is its own row's or named there; what is named there is used, at
# least through a header; and no part is reached by what it uses itself.

function stem(file)
{
	sub(/^.*\//, "", file)
	sub(/\.[ch]$/, "", file)
	return file
}

# What part of the table a header is
function room_of(header)
{
	return header in room ? room[header] : ""
}

FNR == 1 { page = NR == 1; base = FILENAME; sub(/^.*\//, "", base) }

page && /^```/ { inside = !inside }
page && inside { picture = picture " " $0 " " }
page && /^<!-- rooms -->/ { table = 1 }
page && /^<!-- end rooms -->/ { table = 0 }
page && table && /^\| [a-z]/ && !/^\| file / {
	split($0, cell, / *\| */)
	n = split(cell[2], files, /, */)
	name = stem(files[1])
	order[++rooms] = name
	for (i = 1; i <= n; i++) {
		if (files[i] in room)
			print files[i] " stands in two rows"
		room[files[i]] = name
	}
	n = split(cell[4], uses, /, */)
	for (i = 1; i <= n; i++)
		if (uses[i] != "")
			may[name, uses[i]] = 1
}

!page && FNR == 1 {
	seen[base] = 1
	if (!(base in room))
		print base " is in no row"
	if (picture !~ "[^a-z]" stem(base) "[^a-z]")
		print base " is not in the picture"
}

!page && /^#include "/ {
	split($0, part, "\"")
	header = part[2]
	if (header == "hisi_venc_compat.h")
		next
	from = room_of(base)
	to = room_of(header)
	if (to == "") {
		print base " includes " header ", which is in no row"
		next
	}
	if (from == to)
		next
	used[from, to] = 1
	if (!((from, to) in may))
		print base " includes " header ": " from " may not use " to
}

END {
	if (!rooms)
		print "there is no table of rooms"
	for (file in room)
		if (!(file in seen))
			print file " is in a row, but not in kmod/"
	for (i = 1; i <= rooms; i++)
		below[order[i]] = i
	for (pair in may) {
		split(pair, p, SUBSEP)
		if (!(pair in used))
			print p[1] " does not use " p[2]
		if (!(p[2] in below))
			print p[1] " may use " p[2] ", which is no row"
		else if (below[p[2]] <= below[p[1]])
			print p[2] " stands above " p[1] ", which uses it"
	}
}
