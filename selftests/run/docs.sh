#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# docs.sh OUTDIR: what README.md, docs/ and the manual pages say, tried out.
#
# The fenced commands of each page are run: those for the build machine in a
# copy of the tree, those for a board in a guest with the stand-in drivers and
# the memory of a real board (selftests/docs/blocks.awk has the marks). Links,
# file names, make targets, tests and line lengths are looked up; the version
# is the same wherever it is shown; the picture of docs/architecture.md is held
# against kmod/.
#
# Promises: OUTDIR/results has one line for each result; the summary goes to
# stdout; exit status 0 only if nothing failed. 6.1-armmp has been built before
# (selftests/run/build.sh).

. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/parts.sh"

out=${1:?docs.sh OUTDIR}
kernel=6.1-armmp
arch=armhf
read -r _ _ cross musl < <(table archs "$arch")
[ -d "$build/$kernel/modules" ] || die "run selftests/run/build.sh $kernel first"
mkdir -p "$out"
out=$(cd "$out" && pwd)
rm -rf "${out:?}"/*
results=$out/results
: >"$results"
cd "$top"
pages=(README.md docs/*.md)
manuals=(docs/man/*.[1-9] userspace/audit/off32-audit.1)
version=$(sed -n 's/.*COMPAT_VERSION[ \t]*"\(.*\)"/\1/p' \
	uapi/hisi_venc_compat.h)

# result WHAT TEXT
result()
{
	printf '%s docs: %s\n' "$1" "$2" >>"$results"
}

# none TEXT FINDING...: one result; each finding is shown
none()
{
	local text=$1 finding

	shift
	if [ $# = 0 ]; then
		result passed "$text"
		return
	fi
	result failed "$text"
	for finding; do
		printf '  # %s\n' "$finding" >>"$results"
	done
}

# ---- commands ----

extract()
{
	local page found=()

	mkdir -p "$out/host" "$out/guest" "$out/board-only"
	mapfile -t found < <(for page in "${pages[@]}"; do
		awk -v dir="$out" -v doc="${page##*/}" \
			-f selftests/docs/blocks.awk "$page"
	done)
	none "each block says what it is" "${found[@]}"
}

# What takes minutes is run by another test; the list must be right, and needed.
take_out()
{
	local command file holds block found=()

	while IFS='|' read -r command file holds; do
		read -r command <<<"$command"
		read -r file <<<"$file"
		case $command in
		'' | '#'*) continue ;;
		esac
		if ! grep -qsF -- "$holds" "$file"; then
			found+=("$command: $file does not hold \`$holds'")
		elif ! grep -qxF -- "$command" "$out"/host/*.sh; then
			found+=("$command: no page has it")
		fi
		for block in "$out"/host/*.sh; do
			C=$command awk '$0 != ENVIRON["C"]' "$block" >"$block.new"
			mv "$block.new" "$block"
		done
	done <selftests/docs/elsewhere
	none "commands that are run elsewhere are" "${found[@]}"
	find "$out/host" -name '*.sh' -empty -delete
}

board_only()
{
	local block found=() text

	for block in "$out"/board-only/*.sh; do
		[ -e "$block" ] || continue
		text=$(sh -n "$block" 2>&1) || found+=("$text")
	done
	none "commands for other boards are well-formed" "${found[@]}"
}

# The names that a reader puts in place of ours: /path/to/WHAT, and two cross
# compilers.
world()
{
	local world=$out/world tool rootfs=$out/world/path/to/rootfs

	mkdir -p "$world/bin" "$rootfs/usr/lib" "$rootfs/usr/bin" \
		"$world/path/to/staging/usr/lib" "$world/tree"
	tar --exclude=./build --exclude=./.git --exclude='*.o' \
		--exclude='*.ko' -cf - . | tar -C "$world/tree" -xf -
	for tool in "/usr/bin/$cross-"*; do
		tool=${tool##*/}
		ln -s "/usr/bin/$tool" "$world/bin/$musl-${tool#"$cross-"}"
		ln -s "/usr/bin/$tool" \
			"$world/bin/arm-hisiv300-linux-${tool#"$cross-"}"
	done
	ln -sf "/usr/bin/$cross-gcc-12" "$world/bin/arm-hisiv300-linux-gcc"
	ln -sf "$build/toolchain/musl-$arch-gcc" "$world/bin/$musl-gcc"
	# Debian's headers name their compiler by its version
	ln -s "$cache/kernels/$kernel/headers" "$world/path/to/tree"

	"$cross-gcc-12" -shared -nostdlib -fPIC -O2 -Wall -Wextra -Werror \
		-Wl,-soname,libmpi.so selftests/docs/libmpi.c \
		"$build/guest-$arch/guest-obj/userspace/stub-glibc.so" \
		-o "$rootfs/usr/lib/libmpi.so"
	cp "$rootfs/usr/lib/libmpi.so" "$world/path/to/staging/usr/lib/"
	"$world/bin/$musl-gcc" -O2 -Wall -Wextra -Werror -c \
		selftests/docs/streamer.c -o "$world/tree/streamer.o"
	"$world/bin/$musl-gcc" "$world/tree/streamer.o" \
		"$rootfs/usr/lib/libmpi.so" -Wl,--allow-shlib-undefined \
		-o "$rootfs/usr/bin/streamer"
}

host_blocks()
{
	local block

	for block in "$out"/host/*; do
		sed -i "s#/path/to/#$out/world/path/to/#g" "$block"
	done
	PATH=$out/world/bin:$PATH "$run/tap.sh" "$out/host.tap" docs \
		selftests/docs/run-blocks "$out/host" "$out/world/tree" \
		>/dev/null || true
	cat "$out/host.tap/results" >>"$results"
}

# A Cortex-A9 with the memory of a recorder: the MMZ from 0x84000000, as the
# pages have it. QEMU gives this board up to 1 GiB.
guest_blocks()
{
	local dir=$out/boot home=$out/boot/extra/root image=$cache/kernels/$kernel

	mkdir -p "$home" "$dir/extra/tests" "$dir/extra/usr/lib"
	cp -r "$out/guest" "$dir/extra/blocks"
	cp selftests/docs/run-blocks selftests/docs/fresh "$dir/extra/tests/"
	cp "$build/$kernel/modules/hisi_venc_compat.ko" \
		"$out/world/path/to/rootfs/usr/bin/streamer" "$home/"
	cp "$out/world/path/to/rootfs/usr/lib/libmpi.so" \
		"$build/guest-$arch/tests/liboff32-compat.so" \
		"$dir/extra/usr/lib/"
	cp packaging/board/hisi-venc-compat.sh "$home/"
	cat >"$dir/extra/tests/docs" <<-END
	#!/bin/sh
	# the test runner stands between us and the pages' own names
	exec ./run-blocks /blocks /root /tests/fresh
	END
	chmod +x "$dir/extra/tests/docs"
	echo "docs -" >"$dir/plan"
	run_guest "$dir" "$build/$kernel/modules" "$arch" "$image/vmlinuz" \
		"console=ttyAMA0 mem=192M MMZ_PHYS=0x84000000 MMZ_LEN=0xc000000" \
		qemu-system-arm -M vexpress-a9 -smp 2 -m 1024 \
		-dtb "$image/dtbs/vexpress-v2p-ca9.dtb" >/dev/null || true
	cat "$dir/results" >>"$results"
}

# ---- names ----

# Without the fences: prose, and in it without the code
prose()
{
	awk '/^ ? ? ?```/ { inside = !inside; next } !inside' "$1"
}

# A heading as GitHub names it
anchors()
{
	prose "$1" | sed -n 's/^#\+ *//p' | tr 'A-Z ' 'a-z-' |
		sed 's/[^a-z0-9_-]//g'
}

links()
{
	local page target file anchor found=()

	for page in "${pages[@]}"; do
		while read -r target; do
			case $target in
			*://*) continue ;;
			esac
			file=${target%%#*}
			anchor=${target#"$file"}
			if [ -n "$file" ]; then
				file=$(dirname "$page")/$file
			else
				file=$page
			fi
			if [ ! -e "$file" ]; then
				found+=("$page: $target is not there")
			elif [ -n "$anchor" ] &&
					! anchors "$file" | grep -qxF -- "${anchor#\#}"; then
				found+=("$page: $target: no such heading")
			fi
		done < <(prose "$page" | grep -o '](\([^)]*\))' | sed 's/^](//; s/)$//')
	done
	for page in docs/*.md; do
		grep -qF "($page)" README.md || grep -qF "($page#" README.md ||
			found+=("README.md does not lead to $page")
	done
	none "every link leads somewhere, every page is linked" "${found[@]}"
}

names()
{
	local page name target found=()

	for page in "${pages[@]}" "${manuals[@]}"; do
		while read -r name; do
			# a name at the end of a sentence
			name=${name%.}
			[ -n "$(compgen -G "$name")$(compgen -G "$name.*")" ] ||
				[ -e "docs/$name" ] ||
				found+=("$page: $name is not there")
		done < <(grep -oE '(^|[^A-Za-z0-9_/.$-])(kmod|uapi|userspace|selftests|docs|packaging|\.ci)/[A-Za-z0-9_./*-]*' \
			"$page" | sed 's/^[^a-z.]//' | sort -u)
		while read -r name; do
			[ -e "docs/$name" ] || [ -e "$name" ] ||
				found+=("$page: $name is not there")
		done < <(grep -oE '(^|[ (,`])[a-zA-Z_]+\.md' "$page" |
			sed 's/^[^A-Za-z]//' | sort -u)
		while read -r target; do
			grep -qE "^[a-z_ -]*\b$target\b[a-z_ -]*:" Makefile ||
				found+=("$page: make has no $target")
		done < <(grep -oE '(^|`)make +[a-z][a-z-]*' "$page" |
			sed 's/.*make *//' | sort -u)
	done
	none "every file and make target named exists" "${found[@]}"
}

# The rows of "Who repairs what" name tests of the plan
rows()
{
	local row tests test name found=() count=0

	while IFS= read -r row; do
		count=$((count + 1))
		tests=$(grep -o '](selftests/[^)]*)' <<<"$row" |
			sed 's/^](//; s/)$//') || true
		[ -n "$tests" ] || found+=("no test: $row")
		for test in $tests; do
			name=${test##*/}
			name=${name%.*}
			grep -qE "^${name}[[:space:]]" selftests/guest/plan ||
				[ "$test" = "selftests/userspace/$name.sh" ] ||
				found+=("$test is run by nobody")
		done
	done < <(sed -n '/^## Who repairs what/,/^## When/{/^| [^c|-]/p}' README.md)
	[ "$count" -ge 10 ] || found+=("$count rows")
	none "each row of the table has its tests" "${found[@]}"
}

# Tables and addresses cannot be folded
columns()
{
	local page found=()

	mapfile -t found < <(for page in "${pages[@]}"; do
		awk -v page="$page" 'length > 80 && !/^\|/ && !/:\/\// {
			printf "%s:%d: %d columns\n", page, FNR, length }' "$page"
	done)
	none "no line is longer than 80 columns" "${found[@]}"
}

# ---- the version ----

# is WHERE VERSION
is()
{
	[ "$2" = "$version" ] || wrong+=("$1: ${2:-none}, not $version")
}

versions()
{
	local wrong=() manuals_seen=() manual file number stage=$out/stage

	[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] ||
		wrong+=("uapi/hisi_venc_compat.h: $version")
	number=$("$cross-gcc-12" -E -P -x c - -Iuapi -include \
		uapi/hisi_venc_compat.h <<<HISI_VENC_COMPAT_VERSION_CODE |
		tail -n 1)
	number=$((number))
	is VERSION_CODE "$((number >> 16)).$((number >> 8 & 255)).$((number & 255))"
	mkdir -p "$stage"
	"$cross-objcopy" -O binary --only-section=.modinfo \
		"$build/$kernel/modules/hisi_venc_compat.ko" "$stage.modinfo"
	is modinfo "$(tr '\0' '\n' <"$stage.modinfo" | sed -n 's/^version=//p')"
	# what `make install` leaves
	if ! make PREFIX=/usr DESTDIR="$stage" O="$stage.o" MANDIR=/man \
			CC="$build/toolchain/musl-$arch-gcc" AR="$cross-ar" \
			install-shim install-man >"$stage.log" 2>&1 ||
			! make -C userspace/audit O="$stage.o/host" PREFIX=/usr \
			DESTDIR="$stage" MANDIR=/man install >>"$stage.log" 2>&1; then
		wrong+=("make install fails, see $stage.log")
	fi
	is "off32-audit --version" \
		"$("$stage/usr/bin/off32-audit" --version | sed 's/^off32-audit //')"
	is pkg-config "$(PKG_CONFIG_LIBDIR=$stage/usr/lib/pkgconfig \
		pkg-config --modversion off32-compat)"
	for manual in "$stage"/man/man*/*; do
		is "${manual##*/}" "$(mandoc -T ascii "$manual" |
			sed -n '$s/^hisi-venc-compat \([0-9.]*\)[ \t].*/\1/p')"
		manuals_seen+=("$manual")
	done
	[ ${#manuals_seen[@]} = ${#manuals[@]} ] ||
		wrong+=("${#manuals_seen[@]} manual pages are installed")
	is docs/CHANGELOG.md "$(sed -n 's/^## \[\([0-9.]*\)\].*/\1/p' \
		docs/CHANGELOG.md | head -n 1)"
	is report "$(grep -h -o '# hisi_venc_compat [0-9.]*' "$out/boot/console" |
		head -n 1 | sed 's/.* //')"
	for file in $(find packaging -type f | sort); do
		case $file in
		*/debian/changelog | */debian/changelog.in)
			number=$(sed -n '1s/.*(\([^-)]*\).*/\1/p' "$file")
			;;
		*)
			number=$(sed -n 's/^\(PACKAGE_VERSION\|[A-Z0-9_]*_VERSION\|PKG_VERSION\) *:\?= *"\?\([0-9][0-9.]*\)"\?$/\2/p' \
				"$file" | head -n 1)
			;;
		esac
		[ -z "$number" ] || is "$file" "$number"
	done
	none "one version everywhere: $version" "${wrong[@]}"
}

# ---- manual pages ----

# What can be set is in the page of the module, and nothing else
settings()
{
	local name page=docs/man/hisi_venc_compat.4 found=()

	for name in $(sed -n 's/^module_param(\([a-z_]*\),.*/\1/p' kmod/main.c) \
			$(sed -n 's/.*\[HVC_KNOB_[A-Z_]*\] = "\(.*\)",/\1/p' \
				kmod/devices.c); do
		grep -qw -- "$name" "$page" || found+=("$page lacks $name")
		grep -q "\`$name=" README.md || grep -q "/$name\`" README.md ||
			found+=("README.md lacks $name")
	done
	for name in $(sed -n 's/.*define HISI_VENC_COMPAT_\(IOC_[A-Z]*\) .*/\1/p' \
			uapi/hisi_venc_compat.h | grep -v MAGIC); do
		grep -q "HISI_VENC_COMPAT_$name\b" "$page" ||
			found+=("$page lacks $name")
	done
	for name in $(sed -n 's/.*"\(OFF32_COMPAT_[A-Z]*\)=*".*/\1/p' \
			userspace/settings.c userspace/trace.c | sort -u); do
		grep -q "$name" docs/man/liboff32-compat.3 ||
			found+=("liboff32-compat.3 lacks $name")
	done
	for name in $(cat userspace/entry-points); do
		grep -qE "^.Fn $name( |$)" docs/man/liboff32-compat.3 ||
			found+=("liboff32-compat.3 lacks $name")
	done
	none "the manual pages know all that can be set and called" \
		"${found[@]}"
}

say "pages: names and versions"
extract
take_out
board_only
links
names
rows
columns
settings
if [ -e docs/architecture.md ]; then
	mapfile -t found < <(awk -f selftests/docs/rooms.awk \
		docs/architecture.md kmod/*.[ch])
	none "docs/architecture.md is what kmod/ is" "${found[@]}"
else
	result failed "docs/architecture.md is not there"
fi
say "pages: commands, here"
world
host_blocks
say "pages: commands, on a board"
guest_blocks
versions
rm -rf "$out/world" "$out/stage" "$out/stage.o"
"$run/total.sh" "$results"
