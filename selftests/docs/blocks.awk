# SPDX-License-Identifier: GPL-2.0
# blocks.awk -v dir=DIR -v doc=NAME FILE: the commands of a page.
#
# Fences of a page are marked
#	sh		runs on the build machine: DIR/host
#	sh guest	runs on a board, which the guest is: DIR/guest
#	sh ... fails	the same, and the last command fails
#	sh ... fresh	the same, as if it were the first of its page
#	sh board-only	cannot be run here: DIR/board-only
#	text		is no command
#	text output	is what the block before printed; numbers may differ, and a
#			line `...` stands for any number of lines
# and nothing else may be; commands that are only indented would not be seen.
#
# Promises: one file DIR/KIND/NAME-LINE.sh for each, with .fails, .fresh and .want
# beside it; a complaint on stdout for each mark that is not in the list above.

function complain(text)
{
	printf "%s:%d: %s\n", doc, FNR, text
}

/^ ? ? ?```/ && !inside {
	inside = FNR
	sub(/^ *```/, "")
	file = ""
	fails = sub(/ fails$/, "")
	fresh = sub(/ fresh$/, "")
	if ($0 == "sh")
		kind = "host"
	else if ($0 == "sh guest")
		kind = "guest"
	else if ($0 == "sh board-only")
		kind = "board-only"
	else if ($0 == "text output" && last != "")
		file = last ".want"
	else if ($0 == "text output")
		complain("output, but no command before it is run")
	else if ($0 != "text")
		complain("a block is marked `" $0 "', see selftests/docs/blocks.awk")
	if ($0 ~ /^sh/) {
		file = last = sprintf("%s/%s/%s-%05d", dir, kind, doc, FNR)
		file = file ".sh"
		printf "" >file
		if (fails)
			printf "" >(last ".fails")
		if (fresh)
			printf "" >(last ".fresh")
		if (kind == "board-only")
			last = ""
	}
	next
}

/^ ? ? ?```$/ {
	inside = 0
	next
}

inside {
	if (file != "")
		print >file
	next
}

/^(    |\t)/ && blank { complain("an indented block: fence it") }

{ blank = $0 == "" }

END {
	if (inside)
		complain("the block of line " inside " has no end")
}
