################################################################################
#
# off32-compat
#
################################################################################

# The tree around this recipe; a link to its folder will do as well.
OFF32_COMPAT_SITE = $(realpath $(OFF32_COMPAT_PKGDIR)/../../../..)
OFF32_COMPAT_SITE_METHOD = local
OFF32_COMPAT_VERSION = $(shell $(MAKE) -s --no-print-directory -C $(OFF32_COMPAT_SITE) version)
OFF32_COMPAT_LICENSE = MIT
OFF32_COMPAT_LICENSE_FILES = userspace/LICENSE
OFF32_COMPAT_INSTALL_STAGING = YES
# what other builds left there
OFF32_COMPAT_OVERRIDE_SRCDIR_RSYNC_EXCLUSIONS = \
	--exclude /build --exclude '*.o' --exclude '*.ko' --exclude '*.mod*' \
	--exclude '.*.cmd' --exclude '*.a' --exclude '*.so' \
	--exclude Module.symvers --exclude modules.order

define OFF32_COMPAT_BUILD_CMDS
	$(TARGET_MAKE_ENV) $(MAKE) -C $(@D)/userspace \
		$(TARGET_CONFIGURE_OPTS) O=$(@D)/shim PREFIX=/usr \
		all check-symbols
endef

define OFF32_COMPAT_INSTALL_STAGING_CMDS
	$(TARGET_MAKE_ENV) $(MAKE) -C $(@D)/userspace \
		$(TARGET_CONFIGURE_OPTS) O=$(@D)/shim PREFIX=/usr \
		DESTDIR=$(STAGING_DIR) install
	$(TARGET_MAKE_ENV) $(MAKE) -C $(@D) PREFIX=/usr \
		DESTDIR=$(STAGING_DIR) install-headers
endef

ifeq ($(BR2_PACKAGE_OFF32_COMPAT_PRELOAD),y)
define OFF32_COMPAT_INSTALL_TARGET_CMDS
	$(INSTALL) -D -m 0755 $(@D)/shim/liboff32-compat.so \
		$(TARGET_DIR)/usr/lib/liboff32-compat.so
endef
endif

HOST_OFF32_COMPAT_DEPENDENCIES = host-elfutils
HOST_OFF32_COMPAT_OVERRIDE_SRCDIR_RSYNC_EXCLUSIONS = \
	$(OFF32_COMPAT_OVERRIDE_SRCDIR_RSYNC_EXCLUSIONS)

define HOST_OFF32_COMPAT_BUILD_CMDS
	$(HOST_MAKE_ENV) $(MAKE) -C $(@D)/userspace/audit \
		$(HOST_CONFIGURE_OPTS) O=$(@D)/audit
endef

define HOST_OFF32_COMPAT_INSTALL_CMDS
	$(HOST_MAKE_ENV) $(MAKE) -C $(@D)/userspace/audit \
		$(HOST_CONFIGURE_OPTS) O=$(@D)/audit PREFIX=$(HOST_DIR) \
		install
endef

$(eval $(generic-package))
$(eval $(host-generic-package))
