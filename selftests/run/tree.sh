#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tree.sh [TEST...]: the module and the guest tests on a kernel tree of one's
# own, booted from that tree's image. `make check-tree` hands these over:
#
# KDIR		the built tree, or the folder it was built into with O=
# ARCH, CROSS_COMPILE, CC	as for the kernel's own make
# MACHINE	a board of selftests/run/machines
# IMAGE		the kernel to boot (the tree's own)
# DTB		a device tree, or none for ATAGs (the tree's own for MACHINE)
# CMDLINE	more kernel arguments
# PROGRAMS	Debian architecture of the guest programs (by configuration)
# TABLE		anything: a row for the table in docs/kernels.md (all tests only)
#
# Promises: the tree is only read. What a tree lacks is said in one message, and
# what to do about it. What the compiler says about the tree's own headers is
# counted and not judged; a warning in a file of ours is a failure. The last
# line is `N passed, N failed, N skipped`; exit status 0 only if nothing failed.
# build/tree-RELEASE-PATHSUM holds modules, logs and the guest's console.

. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/parts.sh"
. "$(dirname "$0")/look.sh"

# result WHAT TEXT: a result of this script's own
result()
{
	echo "$1 tree: $2" >>"$out/results.own"
}

# The compiler's warnings whose place is a file of ours.
our_warnings()
{
	awk -v src="$out/src/" '
		/^[^ :]+:[0-9]+:([0-9]+:)? warning:/ {
			if (index($0, src) == 1 || $0 !~ /^\//)
				print
		}
		/^(WARNING|ERROR):.*(undefined|modpost)/ &&
			/hisi_venc_compat|hvc_|src\/(main|vendor)/
		' "$@"
}

# modules NAME: $out/src/NAME becomes .ko files in $out/modules
modules()
{
	local name=$1 log=$out/$1.log theirs

	if ! make -C "$KDIR" M="$out/src/$name" "${compiler[@]}" \
			-j"$(nproc)" modules >"$log" 2>&1; then
		grep -i 'error\|warning' "$log" | head -n 20 >&2 ||
			tail -n 20 "$log" >&2
		result failed "$name does not build, whole output: $log"
		return 1
	fi
	if our_warnings "$log" | grep . >&2; then
		result failed "$name builds with warnings, whole output: $log"
	else
		result passed "$name builds without a warning in our files"
	fi
	theirs=$(grep -c 'warning:' "$log" || true)
	[ "$theirs" = 0 ] ||
		say "$theirs warnings of the tree's own headers and tools in $log"
	find "$out/src/$name" -name '*.ko' -exec cp {} "$out/modules" \;
}

# What the console shows of causes that no test can name.
explain()
{
	local consoles=("$out"/guest/console "$out"/guest/*/console)

	if ! grep -aqs 'Linux version' "${consoles[@]}"; then
		result failed "the kernel printed nothing. Is $IMAGE for MACHINE=$MACHINE, with its console (CONFIG_SERIAL_AMBA_PL011_CONSOLE, _8250_) and, for kernels that want one, its device tree (DTB=)?"
	elif ! grep -aqs '^HVC-BEGIN' "${consoles[@]}"; then
		result failed "the kernel came up and started no test: read the end of $out/guest/console (initramfs not found or not run: CONFIG_BLK_DEV_INITRD, CONFIG_RD_GZIP; /dev empty: CONFIG_DEVTMPFS)"
	fi
	if grep -aqs 'version magic' "${consoles[@]}"; then
		result failed "$IMAGE is another kernel than KDIR=$KDIR: $(
			grep -ahs -m 1 'version magic' "${consoles[@]}" |
				sed 's/.*version magic/version magic/' |
				tr -d '\r' | head -n 1)"
	elif grep -aqs 'its init never ran' "${consoles[@]}"; then
		result failed "modules load and their init does not run: $IMAGE was built from another configuration than KDIR=$KDIR has now (CONFIG_DEBUG_MUTEXES, CONFIG_PM move what modules rely on)"
	fi
}

look_at_all
"$run/setup.sh"
for program_arch in ${programs//,/ }; do
	"$run/userland.sh" "$program_arch"
done

out=$build/tree-$release-$(cksum <<<"$KDIR" | cut -d ' ' -f 1)
hold "$out"
rm -rf "$out/src" "$out/modules" "$out/guest" "$out"/results*
mkdir -p "$out/modules" "$out/guest"
: >"$out/results.own"

say "building the modules for $release in $KDIR"
copy_sources "$out/src"
if modules main && modules vendor; then
	# not held any longer while the guest runs
	(build_programs "$programs")
	make_plan "$columns" "$release" "$@" >"$out/guest/plan" ||
		die "no column $abi in selftests/guest/plan"
	# the plan counts what armhf has: musl in six builds, two compilers
	[ "${programs%%,*}" != armel ] ||
		sed -i 's/^\(variants\|shim_calls\) [0-9]*/\1 -/' \
			"$out/guest/plan"
	# the vendor's own driver, where the tree has it built in
	if [ $# = 0 ] && grep -aqs ' mmap_venc$' "$KDIR/System.map"; then
		echo "vencmem 30" >>"$out/guest/plan"
	fi
	say "booting $IMAGE on $MACHINE with programs for ${programs%%,*}"
	run_guest "$out/guest" "$out/modules" "$programs" "$IMAGE" \
		"console=$console ${hide//+/ } MMZ_PHYS=$mmz_phys MMZ_LEN=$mmz_len ${CMDLINE-}" \
		"${args[@]}" >/dev/null || true
	explain
fi
sed "s/^\(passed\|failed\|skipped\) /&$release $MACHINE /" \
	"$out"/results.own "$out"/guest/results >"$out/results" 2>/dev/null || true
# the guest's own results, under a name that the table of kernels has not
if [ -n "${TABLE-}" ] && [ $# = 0 ]; then
	built=yes ran=$out/guest/results
	[ -e "$ran" ] || built=no ran=/dev/null
	"$run/table.sh" row "tree-${release%%-*}" "$MACHINE" "$built" "$ran" \
		"$release" "${programs%%,*}" >"$out/row"
	"$run/table.sh" write "$out/row"
fi
"$run/total.sh" "$out/results"
