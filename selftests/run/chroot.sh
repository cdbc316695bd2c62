#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# chroot.sh make DIR [PACKAGE...]: DIR becomes a fresh Debian 12 with these
#	packages beside apt itself; what was in DIR goes.
# chroot.sh run DIR COMMAND...: run it there, as root, with /proc and a network.
# chroot.sh remove DIR: away with it.
#
# SUITES: what it is made and updated from ("bookworm bookworm-security").
#
# Promises: the system is the mirror's as of the first time, from then on a copy
# kept in the cache; its apt knows the mirror, keyring and proxies that this
# machine's own apt uses, and how old a mirror's lists may be. Needs root; nothing
# outside DIR and the cache changes, and nothing stays mounted.

. "$(dirname "$0")/common.sh"
. "$run/apt.sh"

suites=${SUITES:-bookworm bookworm-security}
action=${1-}
dir=${2:?chroot.sh make|run|remove DIR ...}
shift 2

# The machine's sources of bookworm, as in sources.list
sources()
{
	local suite source

	for suite in $suites; do
		source=$(apt_archive "$suite")
		echo "deb $source $suite main"
	done
}

# tarball PACKAGE...: $tar, a system with these packages
tarball()
{
	local list=${*:-nothing} key keys

	[ -z "${SUITES-}" ] || list+=" from $SUITES"
	dir=$cache/chroot
	tar=$dir/bookworm-$host_arch-$(cksum <<<"$list" | cut -d ' ' -f 1).tar
	[ ! -e "$tar" ] || return 0
	hold "$dir"
	[ ! -e "$tar" ] || return 0
	sources >"$dir/sources.list"
	apt-config dump |
		grep -iE '^Acquire::([^ ]*proxy|Check-(Valid-Until|Date)) ' \
			>"$dir/apt.conf" || true
	keys=()
	while read -r key; do
		keys+=("--customize-hook=mkdir -p \"\$1${key%/*}\"; cp -n $key \"\$1$key\"")
	done < <(sed -n 's/.*signed-by=\([^]]*\)\].*/\1/p' \
		"$dir/sources.list" | sort -u)
	say "making a Debian with $list"
	# shellcheck disable=SC2016 # $1 is the hook's own
	quietly "$tar.log" mmdebstrap --variant=minbase --mode=root --dpkgopt=force-unsafe-io \
		${1:+"--include=$*"} \
		--aptopt="$dir/apt.conf" "${keys[@]}" \
		--customize-hook='rm -f "$1/etc/resolv.conf" "$1/etc/hostname"' \
		bookworm "$dir/new.tar" "$dir/sources.list"
	mv "$dir/new.tar" "$tar"
}

remove()
{
	[ ! -e "$dir" ] || rm -rf --one-file-system "$dir"
}

case $action in
make)
	[ "$(id -u)" = 0 ] || die "only root can make a chroot"
	root=$dir
	tarball "$@"
	dir=$root
	remove
	mkdir -p "$dir"
	tar -C "$dir" --numeric-owner -x -f "$tar"
	cp /etc/resolv.conf "$dir/etc/"
	# nothing is started in there
	printf '#!/bin/sh\nexit 101\n' >"$dir/usr/sbin/policy-rc.d"
	chmod +x "$dir/usr/sbin/policy-rc.d"
	;;
run)
	# the mounts go with the last process
	# shellcheck disable=SC2016
	exec unshare --mount --pid --fork --kill-child sh -c '
		dir=$1
		shift
		mount -t proc proc "$dir/proc" &&
		mount --rbind /dev "$dir/dev" &&
		exec chroot "$dir" /usr/bin/env -i HOME=/root TERM=dumb \
			LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
			${http_proxy:+http_proxy="$http_proxy"} \
			${https_proxy:+https_proxy="$https_proxy"} \
			PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
		' chroot "$dir" "$@"
	;;
remove)
	remove
	;;
*)
	die "chroot.sh make|run|remove DIR ..."
	;;
esac
