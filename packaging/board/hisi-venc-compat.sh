#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Load hisi_venc_compat on a board, before the streamer and after the vendor's
# modules. Needs nothing but busybox.
#
# hisi-venc-compat.sh start	load, or say plainly why it did not work
# hisi-venc-compat.sh stop	unload
# hisi-venc-compat.sh zones	print the ranges that start would use
#
# Settings, from the environment or /etc/hisi-venc-compat.conf:
#   MODULE	the module (hisi_venc_compat.ko in $MODULES or, below it, in the
#		folder of the running kernel)
#   MODULES	folder of modules (/lib/modules)
#   DEVICES	devices= (venc,aenc,adec)
#   MODES	modes= (the module's own: 2, repair)
#   RANGES	ranges= (the zones that /proc/media-mem lists; said at start)
#   OPTIONS	more parameters

[ -f /etc/hisi-venc-compat.conf ] && . /etc/hisi-venc-compat.conf

MODULES=${MODULES:-/lib/modules}
if [ -z "$MODULE" ]; then
	MODULE=$MODULES/hisi_venc_compat.ko
	# where modules_install puts it
	[ -f "$MODULE" ] || MODULE=$(find "$MODULES/$(uname -r)" \
		-name hisi_venc_compat.ko 2>/dev/null | head -n 1)
fi
DEVICES=${DEVICES:-venc,aenc,adec}
MEDIA_MEM=${MEDIA_MEM:-/proc/media-mem}
REPORT=/proc/hisi_venc_compat

die()
{
	echo "hisi-venc-compat: $*" >&2
	exit 1
}

# The allocator lists its zones as PHYS(0xFIRST, 0xLAST), ends included.
zones()
{
	[ -r "$MEDIA_MEM" ] || return 0
	sed -n 's/.*ZONE: PHYS(\(0x[0-9A-Fa-f]*\), *\(0x[0-9A-Fa-f]*\)).*/\1-\2/p' \
		"$MEDIA_MEM" | tr '\n' ',' | sed 's/,$//'
}

# A node that was opened before the load leads to the driver for good: the
# report says so and names its number.
renew_nodes()
{
	sed -n -e '/^device\..*\.state=/h' -e '/^device\..*\.state\.node=/{
		x
		s/^device\.\(.*\)\.state=.*major \([0-9]*\):\([0-9]*\),.*/\1 \2 \3/p
	}' "${REPORT}_facts" | while read -r name major minor; do
		mode=$(stat -c %a "/dev/$name" 2>/dev/null)
		rm -f "/dev/$name"
		mknod -m "${mode:-600}" "/dev/$name" c "$major" "$minor" ||
			die "/dev/$name could not be made anew"
		echo "hisi-venc-compat: /dev/$name made anew"
	done
}

start()
{
	[ ! -e "$REPORT" ] || die "already loaded, see $REPORT"
	[ -f "$MODULE" ] ||
		die "${MODULE:-hisi_venc_compat.ko below $MODULES} is missing; set MODULE"
	if [ -z "$RANGES" ]; then
		RANGES=$(zones)
		if [ -n "$RANGES" ]; then
			echo "hisi-venc-compat: zones $RANGES, from $MEDIA_MEM"
		else
			echo "hisi-venc-compat: no zones in $MEDIA_MEM: devices are only observed; set RANGES" >&2
		fi
	fi
	# shellcheck disable=SC2086 # options are words
	insmod "$MODULE" devices="$DEVICES" ${MODES:+modes="$MODES"} \
		${RANGES:+ranges="$RANGES"} $OPTIONS ||
		die "insmod failed, the last lines of dmesg say why"
	# A module built for another configuration loads without running.
	[ -e "$REPORT" ] ||
		die "loaded, but its init did not run: $MODULE was built for another kernel configuration; build it with this board's own tree"
	renew_nodes
}

case $1 in
start) start ;;
stop) rmmod hisi_venc_compat ;;
zones) zones; echo ;;
*)
	echo "usage: $0 start|stop|zones" >&2
	exit 2
	;;
esac
