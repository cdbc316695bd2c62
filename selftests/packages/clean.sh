# SPDX-License-Identifier: GPL-2.0
# Sourced by run.sh, behind its debian(): the packages in a clean Debian 12 that
# has a kernel's headers, and built there, for ARM as well, with the tools that
# its own packages name.

chroot=$top/selftests/run/chroot.sh

# in_root COMMAND...: there
in_root()
{
	"$chroot" run "$dir/clean" "$@"
}

clean_install()
{
	local ko headers

	step clean "a clean Debian with a kernel's headers" \
		"$chroot" make "$dir/clean" dkms linux-headers-amd64 || return
	mkdir "$dir/clean/debs"
	cp "$dir"/deb/*.deb "$dir/clean/debs"
	rm "$dir/clean/debs"/*-dbgsym_*
	step clean-update "its package lists" in_root apt-get -q update
	step clean-install "the packages install" in_root sh -c \
		'apt-get -q -y install --no-install-recommends /debs/*.deb' ||
		return
	headers=$(cd "$dir/clean/usr/src" && echo linux-headers-*-amd64)
	ko=$(find "$dir/clean/lib/modules" -name 'hisi_venc_compat.ko*')
	is "$ko" "$dir/clean/lib/modules/${headers#linux-headers-}/updates/dkms/hisi_venc_compat.ko" \
		"DKMS has built the module for those headers"
	is "$(field "$ko" version)" "$version" "of this version"
	is "$(in_root off32-audit --version)" "off32-audit $version" \
		"off32-audit runs"
	step clean-remove "they go again" in_root apt-get -q -y purge \
		hisi-venc-compat-dkms liboff32-compat liboff32-compat-dev \
		off32-audit
	is "$(find "$dir/clean/lib/modules" "$dir/clean/usr/src" \
		"$dir/clean/etc" -name 'hisi[-_]venc*')" "" "and leave nothing behind"
}

# With the compilers, and libraries of the other architecture, that
# debian/control asks for. Of two architectures each library must have the same
# version: a point release has, security updates arrive one by one.
clean_cross()
{
	step clean-tools "a clean Debian to build in" \
		env SUITES=bookworm "$chroot" make "$dir/clean" \
		build-essential crossbuild-essential-armhf debhelper dh-dkms ||
		return
	in_root dpkg --add-architecture armhf
	step clean-cross-update "package lists for two architectures" \
		in_root apt-get -q update
	cp -r "$dir/deb/hisi-venc-compat-$version" "$dir/clean/src"
	step clean-builddep "what the packages ask for to be built for armhf" \
		in_root apt-get -q -y --no-install-recommends \
		-a armhf --arch-only build-dep /src || return
	step clean-cross "all of them build for armhf there" \
		in_root sh -c 'cd /src && dpkg-buildpackage -us -uc -B -a armhf'
	is "$(cd "$dir/clean" && for file in *.deb; do
		echo "${file%%_*} $(dpkg-deb -f "$file" Architecture)"
	done | grep -v dbgsym | tr '\n' ' ')" \
		"liboff32-compat-dev armhf liboff32-compat armhf off32-audit armhf " \
		"the shim and off32-audit"
}

if [ "$(id -u)" = 0 ]; then
	clean_install
	clean_cross
	"$chroot" remove "$dir/clean"
else
	n=$((n + 1))
	echo "ok $n - in a clean Debian # SKIP only root can make one"
fi
