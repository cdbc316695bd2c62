# SPDX-License-Identifier: GPL-2.0
# Sourced: Debian packages of any suite and architecture, from the mirror and
# with the keyring that this machine's own apt uses, kept apart from it.
#
# Promises: nothing is installed, and the machine's apt state is only read.

host_arch=$(dpkg --print-architecture)

# The machine's archive for SUITE: "URI" or "[signed-by=KEYRING] URI"
apt_archive()
{
	local want=bookworm file uri key

	case $1 in
	*-security) want=bookworm-security ;;
	esac
	IFS='|' read -r uri file < <(apt-get indextargets --no-release-info \
		--format '$(CREATED_BY)|$(RELEASE)|$(COMPONENT)|$(REPO_URI)|$(SOURCESENTRY)' |
		awk -F'|' -v suite="$want" '$1 == "Packages" && $2 == suite &&
			$3 == "main" && $4 !~ /^cdrom:/ && !n++ {
				print $4 "|" $5 }') || true
	[ -n "$uri" ] || die "no apt source of this machine has $want main"
	key=$(sed -n 's#.*[Ss]igned-[Bb]y *[:=] *\(/[^] ]*\).*#\1#p' \
		"${file%:*}" | head -n 1)
	echo "${key:+[signed-by=$key] }$uri"
}

# apt_open SUITE ARCH: sets apt_options and brings the lists up to date
apt_open()
{
	local suite=$1 arch=$2 dir=$cache/apt/$1-$2 source

	hold "$dir"
	mkdir -p "$dir/lists/partial" "$dir/archives/partial"
	source=$(apt_archive "$suite")
	: >"$dir/status"
	printf 'deb %s %s main\ndeb-src %s %s main\n' \
		"$source" "$suite" "$source" "$suite" >"$dir/sources.list"
	# The machine's proxies hold for us too, its hooks do not.
	printf '#clear %s;\n' APT::Update APT::Architectures \
		DPkg::Post-Invoke >"$dir/apt.conf"
	apt_options=(
		-c "$dir/apt.conf"
		-o "APT::Architecture=$arch"
		-o "APT::Architectures::=$arch"
		-o "APT::Architectures::=$host_arch"
		-o "APT::Sandbox::User="
		-o "Acquire::Languages=none"
		-o "Acquire::Retries=3"
		-o "Dir::Etc::SourceList=$dir/sources.list"
		-o "Dir::Etc::SourceParts=/dev/null"
		-o "Dir::Etc::Preferences=/dev/null"
		-o "Dir::Etc::PreferencesParts=/dev/null"
		-o "Dir::State::Lists=$dir/lists"
		-o "Dir::State::status=$dir/status"
		-o "Dir::Cache=$dir"
		-o "Dir::Cache::archives=$dir/archives"
	)
	apt_archives=$dir/archives
	say "reading the package lists of $suite $arch"
	quietly "$dir/update.log" apt-get "${apt_options[@]}" update
}

# apt_source NAME: bookworm's source package, unpacked as $cache/source/NAME
apt_source()
{
	local name=$1 src=$cache/source/$1

	[ ! -e "$src" ] || return 0
	apt_open bookworm armhf		# any will do that Debian has
	[ ! -e "$src" ] || return 0
	rm -rf "$src.new"
	mkdir -p "$src.new"
	say "downloading the source of $name"
	(
		cd "$src.new"
		quietly "$cache/source/$name-download.log" \
			apt-get "${apt_options[@]}" source --download-only "$name"
		quietly "$cache/source/$name-unpack.log" \
			dpkg-source -x ./*.dsc "$name"
	)
	mv "$src.new/$name" "$src"
	rm -r "$src.new"
}

# depends PACKAGE...: these packages and all below them, after apt_open
depends()
{
	apt-cache "${apt_options[@]}" depends --recurse --no-recommends \
		--no-suggests --no-conflicts --no-breaks --no-replaces \
		--no-enhances "$@" | sed '/^[ <]/d' | sort -u
}

# apt_unpack ROOT PACKAGE[:ARCH]...: download and unpack, without modules and
# documentation that nothing here reads
apt_unpack()
{
	local root=$1 deb

	shift
	mkdir -p "$root"
	say "downloading $*"
	rm -rf "$apt_archives/now"
	mkdir "$apt_archives/now"
	(
		cd "$apt_archives/now"
		quietly "$apt_archives/download.log" \
			apt-get "${apt_options[@]}" download "$@"
	)
	for deb in "$apt_archives/now/"*.deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar -C "$root" -x \
			--exclude './lib/modules/*/kernel' \
			--exclude './usr/lib/modules/*/kernel' \
			--exclude ./usr/share/doc --exclude ./usr/share/man
	done
	rm -r "$apt_archives/now"
}

# kernel_source: Debian's kernel source, whole, as $cache/source/linux-6.1;
# version there says which
kernel_source()
{
	local src=$cache/source/linux-6.1 package=linux-source-6.1

	[ ! -e "$src/version" ] || return 0
	apt_open bookworm "$host_arch"
	[ ! -e "$src/version" ] || return 0
	say "downloading $package"
	rm -rf "$src" "$src.new"
	mkdir -p "$src.new"
	(
		cd "$src.new"
		quietly "$cache/source/linux-download.log" \
			apt-get "${apt_options[@]}" download "$package"
		dpkg-deb --fsys-tarfile ./*.deb |
			tar -x -O "./usr/src/$package.tar.xz" | xz -dc |
			tar -x --strip-components=1
		dpkg-deb -f ./*.deb Version >version
		rm ./*.deb
	)
	mv "$src.new" "$src"
}
