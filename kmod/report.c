// SPDX-License-Identifier: GPL-2.0
/* report.c - the report. See report.h for what it promises. */
#include "dispatch.h"
#include "hisi_venc_compat.h"
#include "live.h"
#include "process.h"
#include "report.h"
#include "takeover.h"

#define REPORT_NAME "hisi_venc_compat"
#define RANGES_SHOWN 16U	/* the sysctl shows them all */
#define WRAP "\n           "	/* 80 columns */

static void show_ranges(struct seq_file *m, struct hvc_device *dev)
{
	struct hvc_known *known = hvc_known_get(dev);
	char text[HVC_RANGE_TEXT];
	unsigned int i;

	if (!known) {
		seq_puts(m, "  ranges    none: only observed; set mmz= or ranges\n");
		return;
	}
	seq_puts(m, "  ranges   ");
	for (i = 0; i < known->set.count && i < RANGES_SHOWN; i++) {
		hvc_range_text(text, &known->set.r[i]);
		seq_printf(m, "%s %s", i && !(i & 1) ? WRAP : "", text);
	}
	if (known->set.count > RANGES_SHOWN)
		seq_printf(m, " and %u more", known->set.count - RANGES_SHOWN);
	seq_putc(m, '\n');
	hvc_known_put(known);
}

static void show_source(struct seq_file *m, struct hvc_device *dev)
{
	struct hvc_known *own = hvc_own_get(dev);
	struct hvc_known *shared = hvc_own_get(NULL);

	seq_printf(m, "  sources   shared=%s own=%s\n",
		   shared ? shared->source : "none", own ? own->source : "none");
	hvc_known_put(shared);
	hvc_known_put(own);
}

static void show_device(struct seq_file *m, struct hvc_device *dev)
{
	unsigned int i;

	seq_printf(m, "device %s\n  state     ", dev->name);
	if (!hvc_dispatch_show(m, dev))
		hvc_takeover_show(m, dev);
	seq_puts(m, "  settings ");
	for (i = 0; i < HVC_KNOBS; i++)
		seq_printf(m, " %s=%u", hvc_knob_name[i],
			   READ_ONCE(dev->knob[i]));
	seq_putc(m, '\n');
	show_ranges(m, dev);
	show_source(m, dev);
	seq_puts(m, "  calls    ");
	for (i = 0; i < HVC_SHAPES; i++)
		seq_printf(m, "%s %s=%ld", i == HVC_SHAPES / 2 ? WRAP : "",
			   hvc_shape_name[i], atomic_long_read(&dev->shapes[i]));
	seq_puts(m, "\n  actions  ");
	for (i = 0; i < HVC_COUNTS; i++)
		seq_printf(m, "%s %s=%ld", i == HVC_COUNTS / 2 + 1 ? WRAP : "",
			   hvc_count_name[i], atomic_long_read(&dev->counts[i]));
	seq_putc(m, '\n');
}

static int show(struct seq_file *m, void *unused)
{
	unsigned int i;

	seq_puts(m, "hisi_venc_compat " HISI_VENC_COMPAT_VERSION "\n");
	for (i = 0; i < hvc_devices_count(); i++)
		show_device(m, hvc_device_at(i));
	hvc_live_show(m);
	hvc_processes_show(m);
	return 0;
}

static int report_open(struct inode *inode, struct file *file)
{
	return single_open(file, show, NULL);
}

HVC_PROC_OPS(report_ops, report_open);

int hvc_report_init(void)
{
	return proc_create(REPORT_NAME, 0400, NULL, &report_ops) ? 0 : -ENOMEM;
}

void hvc_report_exit(void)
{
	remove_proc_entry(REPORT_NAME, NULL);
}
