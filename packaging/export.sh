#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# export.sh DIR: a copy of the sources alone in DIR, which must not exist; of a
# git tree it has what git tracks, as it lies there now.

set -euo pipefail

dir=${1:?export.sh DIR}
cd "$(dirname "$0")/.."
mkdir "$dir"
if [ -e .git ]; then
	git ls-files -z --cached
else
	find . -path ./build -prune -o -type f -print0
fi | while IFS= read -r -d '' file; do
	# removed, but not yet for git
	[ ! -e "$file" ] || printf '%s\0' "$file"
done | tar --null -T - -c | tar -C "$dir" -x
