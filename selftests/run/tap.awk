# SPDX-License-Identifier: GPL-2.0
# Read KTAP of one test: tap_begin(name, want), tap_line(text) for each line,
# tap_end(status). want is the number of results, "-" if any is right, "show"
# for what is no test but meant to be looked at: only its status counts.
#
# Promises: prints `passed|failed|skipped NAME: DESCRIPTION` for each result;
# a failure is followed by the test's own diagnostics as lines `  # ...`.
# Missing, extra and duplicate results are failures of their own, and so is an
# exit status that does not fit the results.

function verdict(what, text)
{
	printf "%s %s: %s\n", what, tap_name, text
}

function wrong(text)
{
	verdict("failed", text)
	tap_wrong++
}

function tap_begin(name, want)
{
	tap_name = name
	tap_want = want
	tap_plan = ""
	tap_seen = tap_failed = tap_skips = tap_wrong = tap_notes = 0
	split("", tap_known)
}

function tap_line(text,    ok, nr, words)
{
	if (text ~ /^1\.\.[0-9]+/) {
		if (tap_plan != "")
			wrong("two plans")
		tap_plan = substr(text, 4) + 0
		if (text ~ /# *SKIP/)
			tap_reason = text
		return
	}
	if (text ~ /^Bail out!/) {
		wrong(text)
		return
	}
	if (text !~ /^(not )?ok [0-9]+/) {
		if (text !~ /^(K?TAP version|# +(RUN|OK) )/ && text != "")
			tap_note[++tap_notes] = text
		return
	}
	ok = text ~ /^ok/
	sub(/^(not )?ok /, "", text)
	nr = text + 0
	sub(/^[0-9]+ *(- )?/, "", text)
	tap_more()
	tap_seen++
	if (nr != tap_seen)
		wrong("result " nr " where " tap_seen " was due")
	if (text in tap_known)
		wrong("reported twice: " text)
	tap_known[text] = 1
	if (!ok) {
		tap_failed++
		verdict("failed", text)
		tap_show()
		tap_told = 1
	} else if (text ~ /# *SKIP/) {
		tap_skips++
		verdict("skipped", text)
	} else {
		verdict("passed", text)
	}
	tap_notes = 0
}

# What a test says about a failure: the last lines before it ...
function tap_show(    i)
{
	for (i = tap_notes > 20 ? tap_notes - 19 : 1; i <= tap_notes; i++)
		printf "  # %s\n", tap_note[i]
}

# ... and all up to the next result.
function tap_more()
{
	if (!tap_told)
		return
	tap_show()
	tap_told = tap_notes = 0
}

function tap_end(status,    i)
{
	tap_more()
	if (tap_want == "show") {
		verdict(status == 0 ? "passed" : "failed", "exit status " status)
		return
	}
	# a test that cannot run here at all
	if (status == 4 && tap_plan == 0 && !tap_seen && tap_plan != "") {
		for (i = 1; i <= (tap_want == "-" ? 1 : tap_want); i++)
			verdict("skipped", tap_reason " (result " i ")")
		return
	}
	if (status == 137 || status == 143)
		wrong("stopped at its time limit or killed, status " status)
	else if (status == 0 && tap_failed)
		wrong("exit status 0 after " tap_failed " failures")
	else if (status != 0 && status != 4 && !tap_failed)
		wrong("exit status " status " and no failure reported")
	if (tap_plan == "")
		wrong("no plan 1..N")
	else if (tap_plan != tap_seen)
		wrong("planned " tap_plan " results, reported " tap_seen)
	if (tap_want != "-" && tap_want != tap_seen)
		wrong("the tree's plan says " tap_want " results, reported " \
		      tap_seen)
	if (tap_wrong)
		tap_show()
}
