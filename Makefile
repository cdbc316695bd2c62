# SPDX-License-Identifier: GPL-2.0
# hisi_venc_compat: `make help` says what there is. The module itself is
# described in Kbuild; kernels read that file, people this one.

KDIR ?= /lib/modules/$(shell uname -r)/build
RUN := $(CURDIR)/selftests/run

# install: DESTDIR, PREFIX; CC for the shim and off32-audit
PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
INCLUDEDIR ?= $(PREFIX)/include
MANDIR ?= $(PREFIX)/share/man
DOCDIR ?= $(PREFIX)/share/doc/hisi-venc-compat
DKMSDIR ?= /usr/src
VERSION := $(shell sed -n 's/.*COMPAT_VERSION[ \t]*"\(.*\)"/\1/p' \
	uapi/hisi_venc_compat.h)
# what one compiler built is not installed for another
O ?= $(CURDIR)/build/install/$(firstword $(shell echo \
	'$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)' | cksum))

all: modules

modules modules_install:
	$(MAKE) -C $(KDIR) M=$(CURDIR) $@

version:
	@echo $(VERSION)

install: install-headers install-shim install-audit install-conf install-doc \
	install-man

install-headers:
	install -d $(DESTDIR)$(INCLUDEDIR)
	install -m 644 uapi/hisi_venc_compat.h $(DESTDIR)$(INCLUDEDIR)

install-shim:
	$(MAKE) -C userspace O=$(O)/shim install

install-audit:
	$(MAKE) -C userspace/audit O=$(O)/audit install

install-conf:
	install -d $(DESTDIR)$(SYSCONFDIR)/sysctl.d \
		$(DESTDIR)$(SYSCONFDIR)/modprobe.d \
		$(DESTDIR)$(SYSCONFDIR)/modules-load.d
	install -m 644 packaging/conf/sysctl.conf \
		$(DESTDIR)$(SYSCONFDIR)/sysctl.d/hisi-venc-compat.conf
	install -m 644 packaging/conf/modprobe.conf \
		$(DESTDIR)$(SYSCONFDIR)/modprobe.d/hisi-venc-compat.conf
	install -m 644 packaging/conf/modules-load.conf \
		$(DESTDIR)$(SYSCONFDIR)/modules-load.d/hisi-venc-compat.conf

install-doc:
	install -d $(DESTDIR)$(DOCDIR)/docs
	install -m 644 README.md $(DESTDIR)$(DOCDIR)
	install -m 644 docs/*.md docs/*.svg $(DESTDIR)$(DOCDIR)/docs

# off32-audit(1) comes with the program; the foot of a page shows the version
install-man:
	install -d $(DESTDIR)$(MANDIR)/man3 $(DESTDIR)$(MANDIR)/man4 \
		$(DESTDIR)$(MANDIR)/man7
	install -m 644 docs/man/*.3 $(DESTDIR)$(MANDIR)/man3
	install -m 644 docs/man/*.4 $(DESTDIR)$(MANDIR)/man4
	install -m 644 docs/man/*.7 $(DESTDIR)$(MANDIR)/man7
	sed -i 's/^\.Os$$/.Os hisi-venc-compat $(VERSION)/' \
		$(DESTDIR)$(MANDIR)/man3/liboff32-compat.3 \
		$(DESTDIR)$(MANDIR)/man4/hisi_venc_compat.4 \
		$(DESTDIR)$(MANDIR)/man7/off32-compat.7

# the script that a busybox board loads the module with
install-board:
	install -d $(DESTDIR)$(SYSCONFDIR)/init.d
	install -m 755 packaging/board/hisi-venc-compat.sh \
		$(DESTDIR)$(SYSCONFDIR)/init.d/S90hisi-venc-compat

# the module's source, for `dkms install hisi-venc-compat/VERSION'
install-dkms: dkms := $(DESTDIR)$(DKMSDIR)/hisi-venc-compat-$(VERSION)
install-dkms:
	install -d $(dkms)/kmod $(dkms)/uapi
	install -m 644 Kbuild $(dkms)
	install -m 644 kmod/*.[ch] $(dkms)/kmod
	install -m 644 uapi/*.h $(dkms)/uapi
	sed 's/#MODULE_VERSION#/$(VERSION)/' packaging/dkms/dkms.conf \
		>$(dkms)/dkms.conf

deb:
	@packaging/deb.sh $(CURDIR)/build/deb

clean:
	rm -rf build
	find . \( -name .git -prune \) -o -type f \( -name '*.o' -o \
		-name '*.ko' -o -name '*.mod' -o -name '*.mod.c' -o \
		-name '.*.cmd' -o -name Module.symvers -o \
		-name modules.order \) -exec rm -f {} +
	rm -rf .tmp_versions

demo:
	@$(RUN)/demo.sh

check:
	@KERNELS="$(KERNELS)" $(RUN)/check.sh

check-all:
	@KERNELS="$(KERNELS)" $(RUN)/check.sh all

check-debug:
	@KERNELS="$(KERNELS)" $(RUN)/check.sh debug

check-quick:
	@KERNELS="$(KERNELS)" $(RUN)/check.sh quick

check-style:
	@$(RUN)/setup.sh
	@$(RUN)/kernel.sh fetch 6.1-armmp
	@$(RUN)/kernel.sh fetch newest-armmp
	@$(RUN)/style.sh $(CURDIR)/build/check-style
	@$(RUN)/static.sh $(CURDIR)/build/check-static

check-docs:
	@$(RUN)/setup.sh
	@$(RUN)/build.sh 6.1-armmp
	@$(RUN)/docs.sh $(CURDIR)/build/check-docs

check-chroot:
	@KERNELS="$(KERNELS)" $(RUN)/fresh.sh $(CURDIR)/build/check-chroot

check-tree:
	@$(RUN)/tree.sh $(TESTS)

bench:
	@$(RUN)/setup.sh
	@SAVE="$(SAVE)" $(RUN)/bench.sh $(KERNELS)

bench-shim:
	@$(RUN)/setup.sh
	@$(CURDIR)/selftests/bench/shim.sh

check-mutants:
	@MUTANTS="$(MUTANTS)" $(RUN)/mutants.sh

kernels:
	@$(RUN)/kernel.sh list

help:
	@echo "Build the module (a tree of your own: KDIR=, ARCH=, CROSS_COMPILE=):"
	@echo "  make modules           hisi_venc_compat.ko, here"
	@echo "  make modules_install   into /lib/modules of that kernel"
	@echo "  make clean             remove what was built, keep downloads"
	@echo "Install (DESTDIR=, PREFIX=/usr/local, CC=; docs/packages.md):"
	@echo "  make install           shim, off32-audit, header, manual, snippets"
	@echo "  make install-dkms      the module's source, for dkms"
	@echo "  make install-board     the start script of a busybox board"
	@echo "  make deb               Debian packages, in build/deb"
	@echo "Look and test; Debian 12, fetches all it needs by itself:"
	@echo "  make demo              a legacy program before and after, in QEMU"
	@echo "  make check             the tests, on the host and in guests"
	@echo "  make check-all         every kernel and machine, full length; hours"
	@echo "  make check-debug       kernels built to find faults, full length; hours"
	@echo "  make check-quick       the host tests and one guest"
	@echo "  make check-style       sparse, checkpatch and analysers"
	@echo "  make check-docs        the commands of these pages, names, versions"
	@echo "  make check-chroot      demo and check in a fresh Debian; long, as root"
	@echo "  make check-tree        a kernel tree of yours: KDIR=, ARCH=, MACHINE="
	@echo "  make check-mutants     each fault put in must fail a test"
	@echo "  make bench             what calls cost, in instructions; KDIR= as above"
	@echo "  make bench-shim        what the shim adds to them"
	@echo "  make kernels           the kernels that guests can boot"
	@echo "Variables:"
	@echo "  KDIR=DIR               kernel build tree (running kernel's)"
	@echo "  KERNELS=\"NAME...\"      check in these guests only: 6.1-armmp 7.2-amd64"
	@echo "  HVC_SCALE=N            how long storms and fuzzers are (1; all: 10)"
	@echo "  HVC_JOBS=N             guests at a time (one for each core)"
	@echo "  SAVE=1                 bench: keep the figures, write docs/speed.md"
	@echo "  MUTANTS=\"NAME...\"      only these faults"
	@echo "  HVC_CACHE=DIR          downloads (~/.cache/hisi-venc-compat)"
	@echo "  HVC_BOOT_LIMIT=SECONDS how long a guest may take (1800)"

.PHONY: all bench bench-shim modules modules_install version install \
	install-headers install-shim install-audit install-conf install-doc \
	install-man install-board install-dkms deb clean demo check check-all \
	check-debug check-quick check-chroot check-docs check-style check-mutants check-tree kernels help
