# SPDX-License-Identifier: GPL-2.0
# Sourced after common.sh: what a guest is made of and how it is booted, for
# kernels of the table (build.sh, guest.sh) and for trees (tree.sh).
#
# Promises: what has not changed since the last run is not built again. Each
# function says what it leaves behind.

# copy_new FROM TO: TO becomes a copy of the sources; same files stay as old
copy_new()
{
	local from=$1 to=$2 file

	mkdir -p "$to"
	while read -r -d '' file; do
		cmp -s "$from/$file" "$to/$file" && continue
		mkdir -p "$to/${file%/*}"
		cp "$from/$file" "$to/$file"
	done < <(cd "$from" && find . -type f \
		\( -name '*.[chS]' -o -name Kbuild \) -print0)
	# a source that is gone must not be built again
	while read -r -d '' file; do
		[ -e "$from/$file" ] || rm "$to/$file"
	done < <(cd "$to" && find . -type f \
		\( -name '*.[chS]' ! -name '*.mod.c' -o -name Kbuild \) -print0)
}

# copy_sources DIR: DIR/main and DIR/vendor, where kbuild may work
copy_sources()
{
	local dir=$1 part

	mkdir -p "$dir/main"
	for part in kmod uapi; do
		copy_new "$top/$part" "$dir/main/$part"
	done
	cmp -s "$top/Kbuild" "$dir/main/Kbuild" ||
		cp "$top/Kbuild" "$dir/main/Kbuild"
	copy_new "$top/selftests/vendor" "$dir/vendor"
}

# build_programs ARCH[,ARCH]: $build/guest-ARCH/{tests,lib}. The ABI under test
# comes first and gets all programs, the others what is native to them.
build_programs()
{
	local program_arch target=all abi cross _

	for program_arch in ${1//,/ }; do
		read -r abi _ cross _ < <(table archs "$program_arch")
		say "building the guest programs for $program_arch"
		hold "$build/guest-$program_arch"
		quietly "$build/guest-$program_arch.log" \
			make -C "$top/selftests/guest" \
			OUT="$build/guest-$program_arch" ABI="$abi" \
			MUSL_CC="$build/toolchain/musl-$program_arch-gcc" \
			VENDOR_CC="$cross-gcc-12" "$target"
		target=native
	done
}

# plan COLUMNS RELEASE: the tests of the plan for a kernel, and their results;
# `alone` behind those that want a boot of their own.
# COLUMNS: the first of these names that the plan has is taken; a plan without
# a line of column names holds for every kernel. A column `since` names the
# oldest kernel for a test, or `-`.
plan()
{
	awk -v columns="$1" -v release="$2" '
		function number(version,    part) {
			split(version, part, /[^0-9]/)
			return part[1] * 1000 + part[2]
		}
		{ sub(/#.*/, "") }
		!NF { next }
		!column {
			n = split(columns, wanted)
			if ($1 != "test")
				column = 2
			for (i = 2; i <= NF && $1 == "test"; i++)
				at[$i] = i
			for (i = 1; !column && i <= n; i++)
				column = at[wanted[i]]
			since = at["since"]
			if (!column)
				exit 1
			if ($1 == "test")
				next
		}
		since && $since != "-" && number($since) > number(release) {
			next
		}
		$column != "-" {
			print $1, $column ($NF == "alone" ? " alone" : "")
		}
		' "$top/selftests/guest/plan"
}

# make_plan COLUMNS RELEASE [TEST...]: the same, or only what is named. A test
# that the plan has not may have any number of results.
make_plan()
{
	local columns=$1 release=$2 name

	shift 2
	if [ $# = 0 ]; then
		plan "$columns" "$release"
		return
	fi
	for name; do
		if [ "$name" = demo ]; then
			echo "demo show"
			continue
		fi
		plan "$columns" "$release" | awk -v name="$name" '
			$1 == name { print; found = 1 }
			END { if (!found) print name, "-" }' ||
			return
	done
}

# make_initramfs OUTDIR MODULES ARCH[,ARCH]: OUTDIR/initramfs, from OUTDIR/plan,
# the modules in the folder MODULES, the programs of build_programs (which nobody
# builds anew meanwhile) and OUTDIR/extra
make_initramfs()
(
	out=$1 modules=$2 programs=$3
	root=$out/root main=${programs%%,*}

	for program_arch in ${programs//,/ }; do
		hold "$build/guest-$program_arch"
	done
	rm -rf "$root"
	mkdir -p "$root/bin" "$root/lib" "$root/tests" "$root/modules"
	cp "$cache/userland/$main/busybox" "$root/bin/"
	cp "$run/init" "$root/init"
	cp "$top/selftests/settings" "$out/plan" "$root/"
	cp "$modules/"*.ko "$root/modules/"
	for program_arch in ${programs//,/ }; do
		lib=$cache/userland/$program_arch
		cp -a "$lib/root/lib/." "$root/lib/"
		cp -a "$build/guest-$program_arch/tests/." "$root/tests/"
		if [ -d "$build/guest-$program_arch/lib" ]; then
			cp -a "$build/guest-$program_arch/lib/." "$root/lib/"
		fi
	done
	for variant in "$cache/userland/$main"/musl-*/libc.so; do
		[ -e "$variant" ] || continue
		variant=${variant%/*}
		mkdir "$root/lib/${variant##*/}"
		cp "$variant/libc.so" "$root/lib/${variant##*/}/"
	done
	# what this run has besides
	[ ! -d "$out/extra" ] || cp -a "$out/extra/." "$root/"
	(cd "$root" && find . | cpio -o -H newc -R 0:0 --quiet) |
		gzip -1 >"$out/initramfs"
	rm -r "$root"
)

# boot OUTDIR IMAGE "KERNEL ARGUMENTS" QEMU...: OUTDIR/console is what the guest
# printed, OUTDIR/stopped says why it did not end by itself, if so.
boot()
{
	local out=$1 image=$2 arguments=$3 status=0 name
	local limit=${HVC_BOOT_LIMIT:-$((1800 + ${HVC_ORACLE_CASES:-0} / 300))}

	shift 3
	# how long the storms and the fuzzer are, where that is asked for
	for name in HVC_STORM_SECONDS HVC_CYCLES HVC_FUZZ_CALLS \
			HVC_FUZZ_SEED HVC_FAIL_STEP HVC_ORACLE_CASES; do
		[ -z "${!name-}" ] || arguments+=" $name=${!name}"
	done
	# --foreground: an interrupt must reach qemu, too
	# oops=panic: the guest ends at once instead of at its time limit, and
	# panic=1: kernels before 3.2 know no -1
	# damon_stat: it ages pages at random, which then are no evidence on ARM
	# (docs/evidence.md)
	timeout --foreground -k 5 "$limit" "$@" -accel tcg \
		-display none -monitor none -nic none -no-reboot \
		-serial "file:$out/console" \
		-kernel "$image" -initrd "$out/initramfs" \
		-append "panic=1 oops=panic printk.time=1 log_buf_len=4M damon_stat.enabled=N $arguments" \
		</dev/null >"$out/qemu.log" 2>&1 || status=$?
	case $status in
	0) ;;
	124 | 137) echo "the guest did not end within $limit s" ;;
	*) echo "qemu: status $status, $(tail -n 1 "$out/qemu.log")" ;;
	esac >"$out/stopped"
}

# one_boot OUTDIR MODULES ARCH[,ARCH] IMAGE "KERNEL ARGUMENTS" QEMU...: the tests
# of OUTDIR/plan in one guest; OUTDIR/results is what they said.
one_boot()
{
	local out=$1 started=$SECONDS

	rm -f "$out/console" "$out/results"
	make_initramfs "$out" "$2" "$3"
	shift 3
	boot "$out" "$@"
	say "booted ${out##*/} ($(wc -l <"$out/plan") tests):" \
		"$((SECONDS - started)) s"
	# what failed is shown once, with the results of all boots
	"$run/judge.sh" "$out" >/dev/null || true
}

# run_guest, as one_boot: all tests of OUTDIR/plan, those that want it in a boot
# of their own, OUTDIR/TEST. stdout: what failed and why, then the total; the
# status is 0 only if nothing failed.
run_guest()
{
	local out=$1 name count alone

	shift
	rm -f "$out/console" "$out/results"
	mv "$out/plan" "$out/plan.whole"
	awk '$3 != "alone"' "$out/plan.whole" >"$out/plan"
	: >"$out/results.boots"
	if [ -s "$out/plan" ]; then
		one_boot "$out" "$@"
		cat "$out/results" >>"$out/results.boots"
	fi
	while read -r name count alone; do
		[ "$alone" = alone ] || continue
		mkdir -p "$out/$name"
		echo "$name $count" >"$out/$name/plan"
		one_boot "$out/$name" "$@"
		sed "s/^\([a-z]*\) guest:/\1 guest for $name:/" \
			"$out/$name/results" >>"$out/results.boots"
	done <"$out/plan.whole"
	mv "$out/results.boots" "$out/results"
	"$run/total.sh" "$out/results"
}
