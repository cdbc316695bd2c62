#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# stress.sh ARCH: Debian's stress-ng for guests of that architecture.
#
# Promises: $cache/userland/ARCH/stress, complete or absent, is to be copied into
# a guest as /stress: stress-ng with the C library and all else that it needs,
# apart from the guest's own, and /stress/run, which starts it.

. "$(dirname "$0")/common.sh"
. "$run/apt.sh"

arch=${1:?stress.sh ARCH}
dir=$cache/userland/$arch/stress

[ ! -e "$dir" ] || exit 0
apt_open bookworm "$arch"
[ ! -e "$dir" ] || exit 0
mapfile -t packages < <(depends "stress-ng:$arch" |
	sed -n 's/^\(stress-ng\|z\?lib[^:]*\)\(:.*\)\?$/\1/p' | sort -u)
rm -rf "$dir.new"
apt_unpack "$dir.new/all" "${packages[@]/%/:$arch}"
loader=$(cd "$dir.new/all" && find . -name 'ld-linux*.so.*' | head -n 1)
[ -n "$loader" ] || die "no C library in ${packages[*]}"
# what stress-ng links against, whatever folder Debian has it in
mkdir "$dir.new/lib"
cp -L "$dir.new/all/$loader" "$dir.new/loader"
cp "$dir.new/all/usr/bin/stress-ng" "$dir.new/"
find "$dir.new/all" -name 'lib*.so.*' ! -name '*.so.*.*' \
	-exec cp -L -t "$dir.new/lib" {} +
rm -r "$dir.new/all"
cat >"$dir.new/run" <<'END'
#!/bin/sh
exec /stress/loader --library-path /stress/lib /stress/stress-ng "$@"
END
chmod +x "$dir.new/run"
mv "$dir.new" "$dir"
