# SPDX-License-Identifier: GPL-2.0
# One executable in several forms and two libraries, each with call sites of
# both kinds; see bothkinds.c.

BOTHKINDS_arm := bothkinds bothkinds_fixed bothkinds_thumb
BOTHKINDS_mips := bothkinds bothkinds_fixed
BOTHKINDS := $(BOTHKINDS_$(ABI))
BOTHKINDS_LIBS := $(if $(BOTHKINDS),$T/libbothkinds-1.so $T/libbothkinds-2.so)

FORM_bothkinds := -fPIE -pie $(ISA_arm)
FORM_bothkinds_fixed := -fno-pie -no-pie $(ISA_arm)
FORM_bothkinds_thumb := -fPIE -pie $(ISA_thumb)
FORM_1 := $(ISA_arm)
FORM_2 := $(ISA_thumb)

ifeq ($(ABI),mips)
FORM_bothkinds := -fPIE -pie
FORM_bothkinds_fixed := -fno-pie -no-pie
FORM_1 :=
FORM_2 := -Os
endif

all: $(BOTHKINDS:%=$T/%) $(BOTHKINDS_LIBS)

$(BOTHKINDS:%=$T/%): $T/%: bothkinds.c bothkinds_sites.c bothkinds.h $(COMMON) | $T
	$(MUSL_CC) $(CFLAGS) $(FORM_$*) -DOBJECT=in_executable \
		bothkinds.c bothkinds_sites.c $(COMMON) -o $@

$T/libbothkinds-%.so: bothkinds_sites.c bothkinds.h | $T
	$(MUSL_CC) $(CFLAGS) $(FORM_$*) -DOBJECT=in_library -shared -fPIC \
		-Wl,-soname,libbothkinds-$*.so bothkinds_sites.c -o $@
