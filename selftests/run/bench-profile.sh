#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# bench-profile.sh OUT IMAGE "KERNEL ARGUMENTS" QEMU...: which instructions a
# call is made of. OUT is a folder of bench.sh; OUT/profile/initramfs is booted,
# and the emulator logs each instruction of the calls that profile.c makes.
#
# Promises: OUT/profile/figures has `profile/CALL/PLACE COUNT` for the better of
# two calls, from the shadow's handler to the driver's (untouched: from mmap to
# the end of munmap); PLACE is an object of the module or a function of the
# kernel. OUT/profile/functions has the module's functions, too. A call to a
# device that nobody took over that runs an instruction of the module fails.

. "$(dirname "$0")/common.sh"

out=${1:?bench-profile.sh OUT IMAGE ARGUMENTS QEMU...}
image=$2
append=$3
shift 3
dir=$out/profile
cd "$dir"
rm -f ./*.in ./*.out calls.* console
mkfifo monitor.in monitor.out serial.in serial.out
# opened both ways, so that neither side waits for the other
exec {to_monitor}<>monitor.in {from_monitor}<>monitor.out
exec {to_guest}<>serial.in {from_guest}<>serial.out

timeout --foreground -k 5 "${HVC_BOOT_LIMIT:-1800}" "$@" -accel tcg \
	-icount shift=0 -display none -nic none -no-reboot \
	-monitor pipe:monitor -serial pipe:serial \
	-kernel "$image" -initrd initramfs \
	-append "panic=1 oops=panic printk.time=1 $append" \
	<&- >qemu.log 2>&1 &
qemu=$!
trap 'kill "$qemu" 2>/dev/null || true; rm -f ./*.in ./*.out' EXIT

# until_line WORD...: the console's lines until one begins so, $line
until_line()
{
	local word

	while IFS= read -r -t 300 -u "$from_guest" line; do
		line=${line//[$'\r\0']/}
		printf '%s\n' "$line" >>console
		for word; do
			[[ $line != "$word"* ]] || return 0
		done
	done
	die "the guest fell silent, see $dir/console"
}

# monitor COMMAND...: and waits until the emulator has done them
monitor()
{
	local said command

	for command; do
		printf '%s\n' "$command" >&"$to_monitor"
	done
	printf 'info status\n' >&"$to_monitor"
	while IFS= read -r -t 60 -u "$from_monitor" said; do
		[[ $said != *"VM status"* ]] || return 0
	done
	die "the emulator's monitor fell silent, see $dir/qemu.log"
}

: >console
while until_line "profile " HVC-DONE; do
	[ "$line" != HVC-DONE ] || break
	call=${line#profile }
	monitor "logfile $dir/calls.$call" "singlestep on" "log exec,nochain"
	printf '\n' >&"$to_guest"
	until_line "profiled $call"
	monitor "log none" "singlestep off" "logfile $dir/calls.rest"
	printf '\n' >&"$to_guest"
done
wait "$qemu" || true
echo >stopped

# FUNCTION OBJECT of the module; static functions of one name count as one
for object in "$out"/src/main/kmod/*.o; do
	arm-linux-gnueabihf-nm "$object" |
		awk -v object="${object##*/}" '
			$2 ~ /[tTwW]/ && $3 !~ /^\$/ { print $3, object }'
done >objects
grep '^symbol ' console | sort -k 2 >symbols

: >figures
: >functions
for log in calls.*; do
	call=${log#calls.}
	[ "$call" != rest ] || continue
	# Trace 0: 0x7f... [00000000/c0123456/00000000/...] function
	sed -n 's/.*\[[0-9a-f]*\/\([0-9a-f]\{8\}\)\/.*/\1/p' "$log" |
		awk -v call="$call" -v functions=functions '
		FILENAME == ARGV[1] { object[$1] = $2; next }
		FILENAME == ARGV[2] {
			n++
			at[n] = $2
			name[n] = $3
			next
		}
		# the last symbol at or before it
		function symbol(where,    low, high, middle) {
			if (where in known)
				return known[where]
			low = 1
			high = n + 1
			while (low + 1 < high) {
				middle = int((low + high) / 2)
				if (at[middle] <= where)
					low = middle
				else
					high = middle
			}
			return known[where] = where < at[1] ? "program" : \
				name[low]
		}
		{ ran[++total] = symbol($1); where[total] = $1 }
		function first_of(function_name, i,    s) {
			for (; i <= total; i++)
				if (ran[i] == function_name &&
				    (i == 1 || ran[i - 1] != function_name))
					return i
			return 0
		}
		END {
			from = 0
			mine = 0
			for (i = 1; i <= total; i++)
				mine += ran[i] in object
			if (call == "untouched") {
				print "profile/" call "/module", mine
				exit mine > 0
			}
			best = 0
			i = 1
			while ((i = first_of("shadow_mmap", i))) {
				to = first_of("double_mmap", i)
				if (!to)
					break
				if (!best || to - i < best) {
					best = to - i
					from = i
				}
				i = to
			}
			if (!best)
				exit 1
			for (i = from; i < from + best; i++) {
				count[ran[i] in object ? object[ran[i]] : \
					ran[i]]++
				if (ran[i] in object)
					own[ran[i]]++
			}
			print "profile/" call "/all", best
			for (place in count)
				print "profile/" call "/" place, count[place]
			for (f in own)
				print call, own[f], f >functions ".new"
		}' objects symbols - >>figures ||
		die "the calls in $dir/$log are not as they must be"
	[ ! -e functions.new ] || sort -k 2nr functions.new >>functions
	rm -f functions.new
done
