// SPDX-License-Identifier: GPL-2.0
/* report.c - the report's two files. See report.h for what it promises. */
#include "dispatch.h"
#include "facts.h"
#include "hisi_venc_compat.h"
#include "live.h"
#include "process.h"
#include "report.h"
#include "takeover.h"

#define REPORT_NAME "hisi_venc_compat"
#define FACTS_NAME REPORT_NAME "_facts"
#define RANGES_SHOWN 16U	/* the sysctl shows them all */

static void show_ranges(struct seq_file *m, struct hvc_device *dev)
{
	struct hvc_known *known = hvc_known_get(dev);
	char text[HVC_RANGE_TEXT];
	unsigned int i, count;

	hvc_line(m, NULL, "ranges");
	if (!known) {
		hvc_fact(m, NULL, "none: only observed; set mmz= or ranges");
		return;
	}
	count = hvc_known_count(known);
	for (i = 0; i < count && i < RANGES_SHOWN; i++) {
		hvc_known_text(text, known, i);
		hvc_fact(m, NULL, "%s", text);
	}
	if (count > RANGES_SHOWN)
		hvc_fact(m, "more", "%u", count - RANGES_SHOWN);
	hvc_known_put(known);
}

static void show_source(struct seq_file *m, struct hvc_device *dev)
{
	struct hvc_known *own = hvc_own_get(dev);
	struct hvc_known *shared = hvc_own_get(NULL);

	hvc_line(m, NULL, "sources");
	hvc_fact(m, "shared", "%s", shared ? shared->source : "none");
	hvc_fact(m, "own", "%s", own ? own->source : "none");
	hvc_fact(m, "live", "%ld", atomic_long_read(&dev->live));
	hvc_known_put(shared);
	hvc_known_put(own);
}

static void show_device(struct seq_file *m, struct hvc_device *dev)
{
	unsigned int i;

	hvc_block(m, "device", dev->name);
	hvc_line(m, NULL, "state");
	if (!hvc_dispatch_show(m, dev))
		hvc_takeover_show(m, dev);
	hvc_line(m, NULL, "settings");
	for (i = 0; i < HVC_KNOBS; i++)
		hvc_fact(m, hvc_knob_name[i], "%u", READ_ONCE(dev->knob[i]));
	show_ranges(m, dev);
	show_source(m, dev);
	hvc_line(m, NULL, "calls");
	for (i = 0; i < HVC_SHAPES; i++)
		hvc_fact(m, hvc_shape_name[i], "%lu",
			 (unsigned long)atomic_long_read(&dev->shapes[i]));
	hvc_line(m, NULL, "actions");
	for (i = 0; i < HVC_COUNTS; i++)
		hvc_fact(m, hvc_count_name[i], "%lu", hvc_device_count(dev, i));
}

/*
 * Position 0 is the version, then come the devices, what there is once, and the
 * processes by the number of their record: no reader sees one twice or misses
 * one that stays.
 */
static void *at(struct hvc_facts *f, loff_t *pos)
{
	const unsigned int once = hvc_devices_count() + 1;
	unsigned int id;

	if (*pos > once) {
		id = hvc_process_from(*pos - once);
		if (!id)
			return NULL;
		*pos = once + id;
	}
	f->pos = *pos;
	return f;
}

static void *start(struct seq_file *m, loff_t *pos)
{
	return at(m->private, pos);
}

static void *next(struct seq_file *m, void *unused, loff_t *pos)
{
	++*pos;
	return at(m->private, pos);
}

static void stop(struct seq_file *m, void *unused)
{
}

static int show(struct seq_file *m, void *unused)
{
	const unsigned int devices = hvc_devices_count();
	const struct hvc_facts *f = m->private;
	unsigned int pos = f->pos;

	if (!pos) {
		seq_printf(m, f->plain ? "version=%s\n" : REPORT_NAME " %s\n",
			   HISI_VENC_COMPAT_VERSION);
		return 0;
	}
	if (pos > devices + 1)
		return hvc_process_show(m, pos - devices - 1);
	if (pos <= devices) {
		show_device(m, hvc_device_at(pos - 1));
	} else {
		hvc_live_show(m);
		hvc_processes_lost_show(m);
	}
	hvc_block_end(m);
	return 0;
}

static const struct seq_operations report_seq = {
	.start = start,
	.next = next,
	.stop = stop,
	.show = show,
};

static int report_open(struct inode *inode, struct file *file)
{
	struct hvc_facts *f;

	f = __seq_open_private(file, &report_seq, sizeof(*f));
	if (!f)
		return -ENOMEM;
	f->plain = file->f_path.dentry->d_name.len > strlen(REPORT_NAME);
	return 0;
}

HVC_PROC_OPS(report_ops, report_open);

int hvc_report_init(void)
{
	hvc_facts_init();
	if (!proc_create(REPORT_NAME, 0400, NULL, &report_ops))
		return -ENOMEM;
	if (proc_create(FACTS_NAME, 0400, NULL, &report_ops))
		return 0;
	remove_proc_entry(REPORT_NAME, NULL);
	return -ENOMEM;
}

void hvc_report_exit(void)
{
	remove_proc_entry(FACTS_NAME, NULL);
	remove_proc_entry(REPORT_NAME, NULL);
}
