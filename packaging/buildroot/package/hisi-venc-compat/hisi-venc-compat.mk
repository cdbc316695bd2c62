################################################################################
#
# hisi-venc-compat
#
################################################################################

# The tree around this recipe; a link to its folder will do as well.
HISI_VENC_COMPAT_SITE = $(realpath $(HISI_VENC_COMPAT_PKGDIR)/../../../..)
HISI_VENC_COMPAT_SITE_METHOD = local
HISI_VENC_COMPAT_VERSION = $(shell $(MAKE) -s --no-print-directory -C $(HISI_VENC_COMPAT_SITE) version)
HISI_VENC_COMPAT_LICENSE = GPL-2.0, GPL-2.0 WITH Linux-syscall-note (uapi), MIT (userspace)
HISI_VENC_COMPAT_LICENSE_FILES = LICENSE userspace/LICENSE
# what other builds left there
HISI_VENC_COMPAT_OVERRIDE_SRCDIR_RSYNC_EXCLUSIONS = \
	--exclude /build --exclude '*.o' --exclude '*.ko' --exclude '*.mod*' \
	--exclude '.*.cmd' --exclude '*.a' --exclude '*.so' \
	--exclude Module.symvers --exclude modules.order

ifeq ($(BR2_PACKAGE_HISI_VENC_COMPAT_INIT),y)
define HISI_VENC_COMPAT_INSTALL_INIT_SYSV
	$(INSTALL) -D -m 0755 $(@D)/packaging/board/hisi-venc-compat.sh \
		$(TARGET_DIR)/etc/init.d/S90hisi-venc-compat
endef
endif

$(eval $(kernel-module))
$(eval $(generic-package))
