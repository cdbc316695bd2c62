include $(sort $(wildcard $(BR2_EXTERNAL_HISI_VENC_COMPAT_PATH)/package/*/*.mk))
