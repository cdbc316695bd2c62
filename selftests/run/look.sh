# SPDX-License-Identifier: GPL-2.0
# Sourced after common.sh by what works on a kernel tree of one's own (tree.sh,
# bench.sh): what KDIR, ARCH, CROSS_COMPILE, CC, MACHINE, IMAGE, DTB and PROGRAMS
# say, as tree.sh explains them.
#
# Promises: look_at_all says what is missing and what to do about it, and ends
# the script; or it leaves $release, $karch, $abi, $programs, $columns, $compiler,
# $IMAGE, $console, $hide, $mmz_phys, $mmz_len and $args (QEMU's). The tree is
# only read.

config=	# what the tree was configured to, as make reads it

# has OPTION...: is one of them built in?
has()
{
	local option

	for option; do
		grep -qx "CONFIG_$option=y" "$config" && return 0
	done
	return 1
}

# first FILE...: the first that is there
first()
{
	local file

	for file; do
		[ ! -e "$file" ] || {
			echo "$file"
			return
		}
	done
	return 1
}

look_at_tree()
{
	local file

	[ -n "${KDIR-}" ] ||
		die "say which tree: make check-tree KDIR=/path/to/built/tree ARCH=arm CROSS_COMPILE=arm-linux-gnueabi- MACHINE=vexpress-a9"
	[ -d "$KDIR" ] || die "KDIR=$KDIR is not a folder"
	KDIR=$(cd "$KDIR" && pwd)
	[ -e "$KDIR/Makefile" ] ||
		die "KDIR=$KDIR is no kernel tree: it has no Makefile"
	[ -e "$KDIR/.config" ] ||
		die "KDIR=$KDIR is not configured. If the kernel was built with O=, KDIR is that folder; else configure and build it there"
	for file in include/config/auto.conf include/config/kernel.release \
			scripts/mod/modpost Module.symvers; do
		[ -e "$KDIR/$file" ] ||
			die "KDIR=$KDIR was not built to its end: it has no $file. Run there: make ARCH=${ARCH-...} CROSS_COMPILE=${CROSS_COMPILE-...}, with the image and modules"
	done
	config=$KDIR/include/config/auto.conf
	release=$(cat "$KDIR/include/config/kernel.release")
	if [ "$KDIR/.config" -nt "$config" ]; then
		say "note: $KDIR/.config is newer than the last build; what was built counts"
	fi
}

# The tree's architecture, in Debian's words and in the kernel's.
look_at_arch()
{
	local name

	if has ARM; then
		arch=armhf karch=arm
	elif has ARM64; then
		arch=arm64 karch=arm64
	elif has X86_64; then
		arch=amd64 karch=x86
	elif has X86_32; then
		arch=i386 karch=x86
	elif has MIPS && has CPU_LITTLE_ENDIAN && has 32BIT; then
		arch=mipsel karch=mips
	else
		die "KDIR=$KDIR is built for an architecture that there are no guest programs for: 32-bit and 64-bit ARM, x86 and 32-bit little-endian MIPS have some"
	fi
	case ${ARCH:-$karch} in
	"$karch") ;;
	i386 | x86_64) [ "$karch" = x86 ] ;;
	*) false ;;
	esac || die "ARCH=$ARCH, but KDIR=$KDIR is configured for ARCH=$karch"
	ARCH=${ARCH:-$karch}
	# old ARM kernels can be built for programs of an older ABI alone
	[ "$arch" != armhf ] || has AEABI ||
		die "the guest programs are EABI programs: set CONFIG_AEABI=y"

	name=${MACHINE:-}
	[ -n "$name" ] || die "say which board to boot: MACHINE= one of $(
		sed -n 's/^\([a-z][^ \t]*\)[ \t].*/\1/p' "$run/machines" |
			sort -u | tr '\n' ' ')"
	row=$(table machines "$name" "$arch") ||
		{ [ $arch = armhf ] && row=$(table machines "$name" armel); } ||
		die "MACHINE=$name: no such board for ARCH=$karch in selftests/run/machines"
	programs=$arch
	case $arch in
	armhf)
		# ARMv7 with a floating point unit, or what runs on every ARM
		has VFP && has CPU_V7 || programs=armel
		;;
	arm64) programs=armhf,arm64 ;;
	amd64) programs=i386,amd64 ;;
	esac
	programs=${PROGRAMS:-$programs}
	read -r abi _ < <(table archs "$arch")
	columns=$abi
	! has ARM_LPAE || columns="lpae $abi"
}

# What the guest needs of a kernel; all that is missing at once.
look_at_config()
{
	local want missing=() console

	case $row in
	*ttyAMA*) console=SERIAL_AMBA_PL011_CONSOLE ;;
	*) console=SERIAL_8250_CONSOLE ;;
	esac
	for want in MODULES MODULE_UNLOAD BLK_DEV_INITRD RD_GZIP DEVTMPFS \
			TMPFS PROC_FS PROC_SYSCTL SYSFS PRINTK BINFMT_ELF \
			FUTEX "$console"; do
		has "$want" || missing+=("CONFIG_$want=y")
	done
	case $release in
	[12].* | 3.[0-9] | 3.[0-9][!0-9]*) ;;
	*) has BINFMT_SCRIPT || missing+=("CONFIG_BINFMT_SCRIPT=y") ;;
	esac
	! has SYSFS_DEPRECATED ||
		missing+=("# CONFIG_SYSFS_DEPRECATED is not set")
	case $arch in
	arm64) has COMPAT || missing+=("CONFIG_COMPAT=y") ;;
	amd64) has IA32_EMULATION || missing+=("CONFIG_IA32_EMULATION=y") ;;
	esac
	[ ${#missing[@]} = 0 ] && return
	say "The tests need these in a copy of the tree's configuration:"
	printf '  %s\n' "${missing[@]}" >&2
	die "set them, build the tree again (the options of mutexes and power management as on the board) and come back"
}

look_at_compiler()
{
	local target

	compiler=(ARCH="$ARCH" CROSS_COMPILE="${CROSS_COMPILE-}")
	if [ -n "${CC-}" ]; then
		compiler+=(CC="$CC")
	elif ! command -v "${CROSS_COMPILE-}gcc" >/dev/null; then
		command -v "${CROSS_COMPILE-}gcc-12" >/dev/null ||
			die "there is no compiler ${CROSS_COMPILE-}gcc: CROSS_COMPILE= is the part of its name before gcc, with the path if it is not in PATH"
		CC=${CROSS_COMPILE-}gcc-12
		compiler+=(CC="$CC")
	fi
	target=$(${CC:-${CROSS_COMPILE-}gcc} -dumpmachine)
	case $arch:$target in
	armhf:arm*-* | arm64:aarch64*-* | mipsel:mips*-*) ;;
	i386:i?86-* | i386:x86_64-* | amd64:x86_64-*) ;;
	*) die "${CC:-${CROSS_COMPILE-}gcc} compiles for $target, the tree is for ARCH=$karch: set CROSS_COMPILE=" ;;
	esac
}

look_at_image()
{
	local boot=$KDIR/arch/$karch/boot names=() name at

	case $karch in
	arm) names=("$boot/zImage" "$boot/Image") ;;
	arm64) names=("$boot/Image" "$boot/Image.gz") ;;
	x86) names=("$boot/bzImage") ;;
	mips) names=("$KDIR/vmlinux") ;;
	esac
	if [ -n "${IMAGE-}" ]; then
		[ -e "$IMAGE" ] || die "IMAGE=$IMAGE is not there"
	else
		IMAGE=$(first "${names[@]}") || die "KDIR=$KDIR has no image ($(
			printf '%s ' "${names[@]#"$KDIR"/}")): run make ${names[0]##*/} there, or name one with IMAGE= (a uImage does not do)"
	fi
	if [ "$KDIR/include/generated/autoconf.h" -nt "$IMAGE" ]; then
		say "note: the tree was configured again after $IMAGE was built; if they differ, modules load and do not work"
	fi

	read -r mmz_phys mmz_len hide console dtb qemu <<<"$row"
	read -r -a args <<<"$qemu"
	# where board files went, and where they are now
	at=$KDIR/arch/$karch/boot/dts
	case ${DTB:-$dtb} in
	- | none) DTB= ;;
	"$dtb")
		# before boards had device trees the machine's number was enough
		has USE_OF || [ "$karch" != arm ] || dtb=
		[ -z "$dtb" ] || DTB=$(first "$at/$dtb" "$at/arm/$dtb" \
			"$boot/$dtb") ||
			die "KDIR=$KDIR has no $dtb: run make dtbs there, name one with DTB=, or boot without (DTB=none)"
		;;
	*) [ -e "$DTB" ] || die "DTB=$DTB is not there" ;;
	esac
	[ -z "${DTB-}" ] || args+=(-dtb "$DTB")
	for ((name = 0; name < ${#args[@]}; name++)); do
		# a second processor that the kernel does not know only waits
		[ "${args[name]}" != -smp ] || has SMP || args[name + 1]=1
	done
}

look_at_all()
{
	look_at_tree
	look_at_arch
	look_at_config
	look_at_compiler
	look_at_image
}
