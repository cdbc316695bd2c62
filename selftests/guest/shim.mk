# SPDX-License-Identifier: GPL-2.0
# Included by the Makefile: tests of userspace/ in guests. `shim` is a program
# of its own; shim_calls runs those of ../userspace, which its run.sh builds.

# jemalloc takes a minute to build: for one of the architectures.
JEMALLOC = $(if $(findstring /musl-armhf-,$(MUSL_CC)),$$(../run/jemalloc.sh armhf))

U := $(abspath $O)/userspace
SHIM_FORMS := glibc uclibc none
SHIM_SOURCES := $(wildcard ../../userspace/* ../../userspace/arch/*/* \
	../userspace/*)

all: $T/shim_bench $T/shim_bench-linked $T/shim $T/shim-linked $T/shim_calls $T/liboff32-compat.so \
	$(SHIM_FORMS:%=$T/libshim-%.so) $T/shim_calls.d/.built

$U/.built: $(SHIM_SOURCES) | $O
	$(MAKE) -C ../userspace guest O=$U MUSL_CC="$(MUSL_CC)" \
		VENDOR_CC="$(VENDOR_CC)"
	touch $@

SHIM_OBJECTS := $(addprefix $O/,shim.o hvct.o native.o)

$T/shim: $(SHIM_OBJECTS) | $T
	$(MUSL_CC) $(CFLAGS) $^ -o $@

$T/shim-linked: $(SHIM_OBJECTS) $U/.built | $T
	$(MUSL_CC) $(CFLAGS) $(SHIM_OBJECTS) $$(cat $U/guest.libs) -o $@

# Timed by ../bench/shim.sh.
$O/shim_bench.o: ../bench/shim_bench.c $(HEADERS) | $O
	$(MUSL_CC) $(CFLAGS) -c $< -o $@

SHIM_BENCH := $(addprefix $O/,shim_bench.o hvct.o native.o)

$T/shim_bench: $(SHIM_BENCH) | $T
	$(MUSL_CC) $(CFLAGS) $^ -o $@

$T/shim_bench-linked: $(SHIM_BENCH) $U/.built | $T
	$(MUSL_CC) $(CFLAGS) $(SHIM_BENCH) $$(cat $U/guest.libs) -o $@

$T/liboff32-compat.so: $U/.built | $T
	cp $U/guest/$(@F) $@

SHIM_STUBS_glibc := stub-glibc.so
SHIM_STUBS_uclibc := stub-uclibc.so stub-uclibc-ld.so

$T/libshim-%.so: vendor.c $U/.built | $T
	$(VENDOR_CC) -shared -nostdlib -fPIC -O2 -Wall -Wextra -fno-builtin \
		-fno-stack-protector -Wl,-soname,libshim-$*.so $< \
		-Wl,--no-as-needed $(addprefix $U/,$(SHIM_STUBS_$*)) -o $@

$T/shim_calls: shim_calls | $T
	install -m 755 $< $@

$T/shim_calls.d/.built: $U/.built | $T
	rm -rf $(@D)
	cp -a $U/guest $(@D)
	jemalloc=$(JEMALLOC); [ -z "$$jemalloc" ] || cp "$$jemalloc" $(@D)
	touch $@
