#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# deb.sh DIR [dpkg-buildpackage OPTION...]: the Debian packages, below DIR; what
# an earlier run left there goes. Options: -b if there are none.
#
# Promises: they are built from a copy of the sources alone, with packaging/
# debian as its debian/ (export.sh).

set -euo pipefail
export LC_ALL=C
unset MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL

top=$(cd "$(dirname "$0")/.." && pwd)
dir=${1:?deb.sh DIR [dpkg-buildpackage OPTION...]}
shift
[ $# -gt 0 ] || set -- -b

version=$(make -s -C "$top" version)
if ! command -v dpkg-buildpackage >/dev/null; then
	echo "run: sudo apt-get install dpkg-dev debhelper dh-dkms musl-dev libelf-dev pkg-config" >&2
	exit 1
fi
rm -rf "$dir"
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
source=$dir/hisi-venc-compat-$version
"$top/packaging/export.sh" "$source"
cp -r "$source/packaging/debian" "$source/debian"
cd "$source"
exec dpkg-buildpackage -us -uc "$@"
