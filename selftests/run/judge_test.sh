#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# judge_test.sh: does judge.awk tell whose a data race is, and tap.awk what a
# test said about its failure?
#
# Promises: each sort of report is put into a guest's log, and what is said of
# that log is compared; exit status 0 only if all is as it must be.

. "$(dirname "$0")/common.sh"

dir=$(mktemp -d)
trap 'rm -r "$dir"' EXIT
status=0
echo "t 1" >"$dir/plan"

# race NAME FRAME FRAME: KCSAN's report of a race
race()
{
	local bar

	bar=$(printf '=%.0s' {1..66})
	cat <<-END
	$bar
	BUG: KCSAN: data-race in $1

	write to 0xffffffff82a3d2a0 of 8 bytes by task 101 on cpu 0:
	 $2
	 do_syscall_64+0x35/0x80

	read to 0xffffffff82a3d2a0 of 8 bytes by task 102 on cpu 1:
	 $3
	 do_syscall_64+0x35/0x80

	value changed: 0x01 -> 0x02

	Reported by Kernel Concurrency Sanitizer on:
	CPU: 1 PID: 102 Comm: x Not tainted 6.1.0-hvc-debug #1
	$bar
	END
}

# guest: a console with that log (stdin)
guest()
{
	printf 'HVC-BEGIN t\n1..1\nok 1 - it\nHVC-END t 0 1\nHVC-LOG-BEGIN\n'
	{
		echo "Linux version 6.1"
		[ -z "${before-}" ] || echo "$before"
		echo HVC-FIRST-TEST
		cat
	} | awk '{ printf "[%5d.%06d] %s\n", NR, NR, $0 }'
	printf 'HVC-LOG-END\nHVC-DONE\n'
}

# judged WHAT passed|failed TEXT: the log (stdin), and a line that must be said
judged()
{
	local said

	guest >"$dir/console"
	said=$(awk -f "$run/tap.awk" -f "$run/judge.awk" "$dir/plan" \
		"$dir/console")
	if ! grep -q "^$2 guest: .*kernel" <<<"$said" ||
			! grep -qE -- "$3" <<<"$said"; then
		echo "judge.awk: $1: not $2 with '$3', but:"
		echo "$said"
		status=1
	fi
}

kernel="lockdep_counter+0x10/0x40"
ours="hvc_mapping_mmap+0x10/0x40 [hisi_venc_compat]"
theirs="venc_mmap+0x10/0x40 [hvc_venc]"
wanted="race+0x10/0x40 [hvc_race]"

judged "a quiet log" passed "log clean" </dev/null
race "a / b" "$kernel" "$kernel" |
	judged "the kernel's own" passed "^  # 1 data races of the kernel"
race "a / b" "$kernel" "$ours" |
	judged "ours below" failed "\[hisi_venc_compat\]"
race "a / b" "$ours" "$kernel" |
	judged "ours above" failed "^  # .*data-race in a / b"
race "a / b" "$kernel" "$theirs" |
	judged "a stand-in's" failed "\[hvc_venc\]"
race "a / b" "$wanted" "$wanted" |
	judged "the one on purpose" passed "log clean"
race "a / b" "$ours" "$kernel" | head -n 6 |
	judged "cut off" failed "\[hisi_venc_compat\]"
{
	race "a / b" "$ours" "$kernel" | head -n 6
	race "c / d" "$kernel" "$kernel"
} | judged "cut off by another" failed "data-race in a / b"
{
	race "a / b" "$kernel" "$kernel" | head -n 6
	echo "WARNING: CPU: 0 PID: 1 at mm/slub.c:1"
	race "a / b" "$kernel" "$kernel" | tail -n +7
} | judged "a warning in the middle" failed "^  # .*slub.c:1"
{
	race "a / b" "$kernel" "$kernel"
	echo "hvc_venc: $theirs"
} | judged "ours after it" passed "1 data races of the kernel"
before=$(race "a / b" "$kernel" "$theirs") judged "before the first test" \
	passed "log clean" </dev/null

# What a test says before or after a result that failed is shown with it.
said=$(awk -v name=t -v want=4 -v status=1 -f "$run/tap.awk" \
	-f "$run/tap-one.awk" <<-END
	1..4
	# of the first
	ok 1 - first
	# before
	not ok 2 - second
	# after
	# and on
	not ok 3 - third
	# of the third
	ok 4 - fourth
	# of nobody
	END
)
diff - <(echo "$said") <<-END || status=1
	passed t: first
	failed t: second
	  # # before
	  # # after
	  # # and on
	failed t: third
	  # # of the third
	passed t: fourth
	END
[ "$status" != 0 ] || echo "judge.awk: all reports of races judged as they must be"
exit "$status"
