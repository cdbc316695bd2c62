# SPDX-License-Identifier: GPL-2.0
# Sourced by kernel.sh after apt.sh: kernels that Debian has as source only,
# configured to find faults. They are the rows of suite `source` in
# selftests/run/kernels; their configuration is what base, ARCH, debug and
# FLAVOUR say in selftests/run/debug/*.config, and nothing else.
#
# Promises: built again only when the source, these files or the way to build
# have changed; a line that the kernel's configuration does not take is an error.

# The parts of a configuration; $arch and $flavour are those of the row.
debug_parts()
{
	local part

	for part in base "$arch" debug "$flavour"; do
		[ -e "$run/debug/$part.config" ] ||
			die "kernel of suite source: no selftests/run/debug/$part.config"
		grep '^CONFIG_' "$run/debug/$part.config"
	done
}

# What a built kernel depends on
debug_hash()
{
	{
		cat "$cache/source/linux-6.1/version"
		echo "1 $arch $flavour"	# counts up with debug_build
		debug_parts
	} | sha256sum | cut -d ' ' -f 1
}

# debug_asked: the options that the running kernel is asked for
debug_asked()
{
	grep -h '^CONFIG_' "$run/debug/debug.config" "$run/debug/$flavour.config"
}

# What finds faults only where that is asked for when the kernel is booted.
# HVC_SLOW: how much more time the tests get. On a busy machine an emulated
# processor may stand still for half a minute: a lockup is what lasts two. To
# KCSAN each race of the kernel's own is a warning: there judge.awk fails a guest
# for warnings, and a panic would be the end of it.
debug_arguments()
{
	local panic=1

	[ "$flavour" != kcsan ] || panic=0
	echo "panic_on_warn=$panic page_poison=1 kmemleak=on HVC_SLOW=4" \
		"watchdog_thresh=60 rcupdate.rcu_cpu_stall_timeout=120"
}

# debug_build NAME DIR: DIR is complete or absent
debug_build()
{
	local name=$1 dir=$2 new=$2.new karch cross image started=$SECONDS _

	kernel_source
	[ "$(cat "$dir/hash" 2>/dev/null)" != "$(debug_hash)" ] || return 0
	hold "$cache/source/build-$name"
	[ "$(cat "$dir/hash" 2>/dev/null)" != "$(debug_hash)" ] || return 0
	read -r _ karch cross _ < <(table archs "$arch") ||
		die "no architecture $arch in selftests/run/archs"
	case $karch in
	arm) image=zImage ;;
	arm64) image=Image.gz ;;
	*) image=bzImage ;;
	esac
	say "building the kernel $name"
	rm -rf "$new"
	mkdir -p "$new/build"
	debug_parts >"$new/asked"
	export CCACHE_DIR=$cache/ccache CCACHE_NOHASHDIR=1
	local make=(make -C "$cache/source/linux-6.1" O="$new/build"
		ARCH="$karch" CROSS_COMPILE="$cross-"
		KBUILD_BUILD_TIMESTAMP=@0 KBUILD_BUILD_USER=hvc
		KBUILD_BUILD_HOST=debug CC="ccache $cross-gcc-12")

	quietly "$new/config.log" "${make[@]}" \
		KCONFIG_ALLCONFIG="$new/asked" allnoconfig
	if grep -vxFf "$new/build/.config" "$new/asked" >&2; then
		die "the configuration of $name does not take these lines of selftests/run/debug/*.config"
	fi
	quietly "$new/build.log" "${make[@]}" -j$((2 * $(nproc))) "$image" modules
	cp "$new/build/arch/$karch/boot/$image" "$new/vmlinuz"
	cp "$new/build/.config" "$new/config"
	ln -s build "$new/headers"
	debug_hash >"$new/hash"
	cp "$new/build/include/config/kernel.release" "$new/release"
	rm -rf "$dir"
	mv "$new" "$dir"
	say "kernel $name: $(cat "$dir/release"), $((SECONDS - started)) s"
}
