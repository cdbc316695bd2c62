#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# fresh.sh OUTDIR: the two commands of README.md where nobody has prepared
# anything: a fresh Debian 12 with make, the tree as it was committed, empty
# caches. KERNELS: make check only with these. Needs root and takes long.
#
# Promises: OUTDIR/log/* is what each command printed, OUTDIR/results one line
# for each result; stdout ends with the time of each stage and the total; exit
# status 0 only if nothing failed. The chroot is removed again.

. "$(dirname "$0")/common.sh"

out=${1:?fresh.sh OUTDIR}
mkdir -p "$out/log"
out=$(cd "$out" && pwd)
root=$out/root
results=$out/results
: >"$results"
: >"$out/times"
trap '"$run/chroot.sh" remove "$root"' EXIT

result()
{
	printf '%s fresh: %s\n' "$1" "$2" >>"$results"
	say "$1: $2"
}

# inside NAME COMMAND...: in the source tree there; output to OUT/log/NAME
inside()
{
	local name=$1 started=$SECONDS status=0 TIMEFORMAT='%U %S' cpu

	shift
	cpu=$({ time "$run/chroot.sh" run "$root" env -C /src "$@" \
		</dev/null >"$out/log/$name" 2>&1; } 2>&1) || status=$?
	printf '%6d s  %s (%d s of processors)\n' $((SECONDS - started)) \
		"$name" "$(awk '{ print int($1 + $2) }' <<<"$cpu")" >>"$out/times"
	return "$status"
}

# as_user NAME TARGET: it must stop with the one line to run, and only that
as_user()
{
	local name=$1 target=$2 lines

	if inside "$name" setpriv --reuid=65534 --regid=65534 --clear-groups \
			env HOME=/tmp make "$target"; then
		result failed "make $target, as a user: succeeds without packages"
		return
	fi
	lines=$(grep -vE '^make(\[[0-9]\])?: ' "$out/log/$name" || true)
	if [[ $lines =~ ^'setup.sh: run: sudo apt-get install --no-install-recommends '[^$'\n']*$ ]]
	then
		result passed "make $target, as a user: one line to run"
		line=${lines#*sudo }
	else
		result failed "make $target, as a user, see ${out#"$top"/}/log/$name"
	fi
}

[ "$(id -u)" = 0 ] || die "run: sudo make check-chroot"
"$run/chroot.sh" make "$root" make
mkdir "$root/src"
git -C "$top" archive HEAD | tar -x -C "$root/src"
chmod 755 "$root/src"

line=
# a user's clone is the user's
chown -R 65534:65534 "$root/src"
as_user demo-user demo
as_user check-user check
chown -R 0:0 "$root/src"

if inside demo make demo && grep -q 'right page' "$out/log/demo" &&
		! grep -q 'hisi_venc_compat.*not found' "$out/log/demo"; then
	result passed "make demo"
else
	result failed "make demo, see ${out#"$top"/}/log/demo"
fi

# shellcheck disable=SC2086 # a command line
if [ -n "$line" ] && inside line ${line/install/install --simulate}; then
	result passed "the line that a user is told"
else
	result failed "the line that a user is told, see ${out#"$top"/}/log/line"
fi

if inside check make check ${KERNELS:+KERNELS="$KERNELS"}; then
	result passed "make check: $(tail -n 1 "$out/log/check")"
else
	result failed "make check: $(tail -n 1 "$out/log/check"), see ${out#"$top"/}/log/check"
	grep '^failed ' "$out/log/check" | head -n 20 |
		sed 's/^/  # /' >>"$results"
fi
sed -n 's/^\( *[0-9]* s  \)/\1check: /p' "$out/log/check" |
	awk '!seen[$0]++' >>"$out/times"
printf 'downloads and packages below caches: %s\n' \
	"$(du -sh "$root/root/.cache/hisi-venc-compat" | cut -f 1)"
cat "$out/times"
"$run/total.sh" "$results"
