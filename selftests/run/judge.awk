# SPDX-License-Identifier: GPL-2.0
# After tap.awk; reads the plan, then the console of one guest.
#
# Promises: besides the tests' results two of the guest's own, for the clean
# kernel log and for having reported to the end. What the kernel complained about
# before the first test is shown and not judged: nothing of ours was loaded.
#
# A data race (KCSAN) is judged by the two stacks that its report shows. With
# code of the module or of a stand-in on one of them it is ours, and a failure;
# else it is the kernel's own: counted and shown. hvc_race races on purpose.
# judge_test.sh tries this.

function harness(ok, good, bad)
{
	tap_name = "guest"
	verdict(ok ? "passed" : "failed", ok ? good : bad)
}

# One more line of the report of a race. Return: is it a place in the code, whose
# name may be any word?
function race_line(line)
{
	race_lines = race_lines "\n  # " line
	if (line !~ /\] +[^ ]+\+0x[0-9a-f]+\/0x[0-9a-f]+( \[[a-z0-9_]+\])?$/)
		return 0
	if (line ~ /\[hvc_race\]/)
		race_wanted = 1
	else if (line ~ /\[(hisi_venc_compat|hvc_[a-z0-9_]+)\]/)
		race_ours = 1
	return 1
}

# The report is over, or cut off: what is known of it counts.
function race_end()
{
	if (race != "" && !races[race]++) {
		if (race_ours && (logging ? log_ours : begun_any))
			splat[++n_splats] = race race_lines
		else if (!race_wanted)
			own_race[++n_own_races] = race
	}
	race = race_lines = ""
	race_ours = race_wanted = 0
}

FNR == NR {
	order[++planned] = $1
	count[$1] = $2
	next
}

# Kernel messages, on the console or in the log at the end
/^\[ *[0-9]+\.[0-9]+\]/ {
	if (/Linux version/)
		log_start = 1
	if (/\] HVC-FIRST-TEST$/)
		log_ours = 1
	if (/BUG: KCSAN: /) {
		race_end()
		race = $0
		next
	}
	if (race != "" && /\] =+$/)
		race_end()
	else if (race != "" && race_line($0))
		next
	if (/Oops|BUG:|kernel BUG|WARNING:|panic|Unable to handle|KASAN|UBSAN|INFO: task|INFO: rcu|lockdep|possible (recursive|circular)|soft lockup|hung_task|bad: scheduling|sleeping function|Internal error|BUG [a-z]|ODEBUG|kmemleak: .*(suspected|disabled|Cannot)|pagealloc: memory corruption|locking correctness validator/ &&
	    !/Command line:|Kernel command line|RCU lockdep checking is enabled/ && !splats[$0]++) {
		if (logging ? log_ours : begun_any)
			splat[++n_splats] = $0
		else
			at_boot[++n_at_boot] = $0
	}
	next
}

/^HVC-LOG-BEGIN$/ { logging = 1; log_start = log_ours = 0; next }
/^HVC-LOG-END$/ { logging = 0; log_end = 1; next }
/^HVC-DONE$/ { done = 1; next }
# where printk.time= is not known yet when the first lines are printed
logging && /^Linux version / { log_start = 1 }
logging { next }

/^HVC-BEGIN / {
	if (inside != "") {
		tap_end(137)
	}
	inside = $2
	if (!(inside in count) || inside in begun) {
		tap_name = inside
		wrong("ran though the plan does not say so")
	}
	begun[inside] = begun_any = 1
	tap_begin(inside, count[inside])
	next
}

/^HVC-END / {
	if ($2 != inside) {
		tap_name = $2
		wrong("ended without having begun")
	} else {
		tap_end($3)
	}
	inside = ""
	next
}

inside != "" { tap_line($0) }

END {
	race_end()
	if (inside != "") {
		wrong("the guest ended in the middle of this test")
		tap_show()
	}
	for (i = 1; i <= planned; i++) {
		if (!(order[i] in begun)) {
			tap_name = order[i]
			wrong("did not run")
		}
	}
	for (i = 1; i <= n_at_boot && i <= 20; i++)
		printf "  # at boot, before any test: %s\n", at_boot[i]
	if (n_own_races)
		printf "  # %d data races of the kernel itself, not judged:\n",
			n_own_races
	for (i = 1; i <= n_own_races && i <= 20; i++)
		printf "  # %s\n", own_race[i]
	for (i = 1; i <= n_splats && i <= 20; i++)
		printf "  # %s\n", splat[i]
	if (!log_end || !log_start || !log_ours)
		harness(0, "", "the kernel's log is not whole")
	else
		harness(!n_splats, "kernel log clean",
			"the kernel complained, see the lines above")
	if (stopped != "")
		harness(0, "", stopped)
	else
		harness(done, "reported to the end",
			"the guest ended without saying HVC-DONE")
}
