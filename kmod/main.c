// SPDX-License-Identifier: GPL-2.0
/*
 * main.c - parameters, and the order of init and exit.
 *
 * Promise: a bad parameter fails the load with one line that says which and
 * why, and leaves nothing behind. What a sysctl sets, a parameter can set.
 */
#include <linux/init.h>
#include <linux/slab.h>

#include "control.h"
#include "devices.h"
#include "dispatch.h"
#include "hisi_venc_compat.h"
#include "live.h"
#include "process.h"
#include "report.h"
#include "sysctl.h"
#include "takeover.h"

static char *devices = "venc";
module_param(devices, charp, 0000);
MODULE_PARM_DESC(devices, "devices to take over: venc,aenc,adec (default venc)");

static char *mmz;
module_param(mmz, charp, 0000);
MODULE_PARM_DESC(mmz, "media memory zones, as the vendor's mmz.ko takes them: anonymous,0,0x84000000,192M[:...]");

static char *ranges;
module_param(ranges, charp, 0000);
MODULE_PARM_DESC(ranges, "physical ranges start-end or start+size, comma between; for one device: \"...;mem:start+size\"");

static char *modes;
module_param(modes, charp, 0000);
MODULE_PARM_DESC(modes, "venc:3,adec:1 or one number for all: 0 off, 1 observe, 2 repair (default), 3 guard");

static char *repeat;
module_param(repeat, charp, 0000);
MODULE_PARM_DESC(repeat, "venc:2: how often the handler maps its buffer in a row");

static char *offset_bits;
module_param(offset_bits, charp, 0000);
MODULE_PARM_DESC(offset_bits, "venc:32: bits that an offset in bytes can have");

static char *exclusive;
module_param(exclusive, charp, 0000);
MODULE_PARM_DESC(exclusive, "mem:0: 1 if nothing outside the ranges is ever right");

static char *frame;
module_param(frame, charp, 0000);
MODULE_PARM_DESC(frame, "venc:1: 0 forbids looking at the caller's stack");

static char *legacy_objects;
module_param(legacy_objects, charp, 0000);
MODULE_PARM_DESC(legacy_objects, "file names whose calls pass 32-bit offsets: libmpi.so,...");

static void bad(const char *parameter, const char *value, const char *why)
{
	pr_err("%s=%.80s: %s\n", parameter, value, why);
}

static int set_knob(struct hvc_device *dev, const char *value,
		    enum hvc_knob knob, const char **why)
{
	unsigned int i;
	int err = 0;

	if (dev)
		return hvc_device_set(dev, knob, value, why);
	for (i = 0; i < hvc_devices_count() && !err; i++)
		err = hvc_device_set(hvc_device_at(i), knob, value, why);
	return err;
}

static int add_ranges(struct hvc_device *dev, const char *value,
		      enum hvc_knob unused, const char **why)
{
	return hvc_set_ranges(dev, value, HVC_GRAMMAR_RANGES, true, "ranges=",
			      why);
}

/* "name:value" for one device, or a value for all; separator between. */
static int each_item(const char *parameter, const char *text,
		     const char *separator,
		     int (*set)(struct hvc_device *dev, const char *value,
				enum hvc_knob knob, const char **why),
		     enum hvc_knob knob)
{
	const char *why = "out of memory";
	char *copy, *rest, *item;
	int err = 0;

	if (!text)
		return 0;
	copy = kstrdup(text, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	rest = copy;
	while (!err && (item = strsep(&rest, separator))) {
		char *value = strchr(item, ':');
		struct hvc_device *dev = NULL;

		if (value) {
			*value++ = '\0';
			dev = hvc_device_find(item);
			if (!dev) {
				why = "that device is not among devices=";
				err = -EINVAL;
				break;
			}
		}
		err = set(dev, value ? value : item, knob, &why);
	}
	if (err)
		bad(parameter, text, why);
	kfree(copy);
	return err;
}

static int set_mmz(const char *text)
{
	const char *why;
	int err;

	if (!text)
		return 0;
	err = hvc_set_ranges(NULL, text, HVC_GRAMMAR_MMZ, true, "mmz=", &why);
	if (err)
		bad("mmz", text, why);
	return err;
}

static int set_objects(const char *text)
{
	const char *why;
	int err;

	if (!text)
		return 0;
	err = hvc_set_legacy_objects(text, &why);
	if (err)
		bad("legacy_objects", text, why);
	return err;
}

static int apply_parameters(void)
{
	const struct {
		const char *name;
		const char *text;
		enum hvc_knob knob;
	} knobs[] = {
		{ "modes", modes, HVC_KNOB_MODE },
		{ "repeat", repeat, HVC_KNOB_REPEAT },
		{ "offset_bits", offset_bits, HVC_KNOB_OFFSET_BITS },
		{ "exclusive", exclusive, HVC_KNOB_EXCLUSIVE },
		{ "frame", frame, HVC_KNOB_FRAME },
	};
	unsigned int i;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(knobs) && !err; i++)
		err = each_item(knobs[i].name, knobs[i].text, ",", set_knob,
				knobs[i].knob);
	if (!err)
		err = set_mmz(mmz);
	if (!err)
		err = each_item("ranges", ranges, ";", add_ranges, 0);
	if (!err)
		err = set_objects(legacy_objects);
	return err;
}

static int make_devices(void)
{
	char *names = kstrdup(devices, GFP_KERNEL);
	int err;

	if (!names)
		return -ENOMEM;
	err = hvc_devices_init(names);
	kfree(names);
	return err;
}

static void tell_unknown(void)
{
	struct hvc_known *known;
	unsigned int i;

	for (i = 0; i < hvc_devices_count(); i++) {
		known = hvc_known_get(hvc_device_at(i));
		if (!known)
			pr_notice("/dev/%s: no buffer range is known, it is only observed; set mmz= or /proc/sys/dev/hisi_venc_compat/ranges\n",
				  hvc_device_at(i)->name);
		hvc_known_put(known);
	}
}

static int __init hvc_init(void)
{
	int err;

	err = make_devices();
	if (err)
		return err;
	err = apply_parameters();
	if (err)
		goto drop_devices;
	err = hvc_sysctl_init();
	if (err)
		goto drop_devices;
	err = hvc_takeover_init();
	if (err)
		goto drop_sysctl;
	err = hvc_dispatch_init();
	if (err)
		goto drop_takeover;
	err = hvc_report_init();
	if (err)
		goto drop_dispatch;
	tell_unknown();
	/* Last that may fail: what follows is not undone any more. */
	err = hvc_takeover_start(&hvc_control_fops);
	if (err)
		goto drop_report;
	hvc_live_start();
	hvc_dispatch_start();
	return 0;

drop_report:
	hvc_report_exit();
drop_dispatch:
	hvc_dispatch_exit();
drop_takeover:
	hvc_takeover_exit();
drop_sysctl:
	hvc_sysctl_exit();
drop_devices:
	hvc_devices_exit();
	return err;
}

static void __exit hvc_exit(void)
{
	hvc_dispatch_stop();
	hvc_live_stop();
	hvc_takeover_stop();
	hvc_report_exit();
	hvc_dispatch_exit();
	hvc_takeover_exit();
	hvc_sysctl_exit();
	hvc_processes_exit();
	hvc_devices_exit();
}

module_init(hvc_init);
module_exit(hvc_exit);

MODULE_AUTHOR("The hisi-venc-compat authors");
MODULE_DESCRIPTION("Tolerance for garbled mmap() offsets on HiSilicon video devices");
MODULE_LICENSE("GPL");
MODULE_VERSION(HISI_VENC_COMPAT_VERSION);
