/* SPDX-License-Identifier: GPL-2.0 */
/*
 * process.h - what is remembered per process: proven call sites and counts.
 *
 * Promise: bounded memory, whatever user space does. A record belongs to one
 * program run: thread group and exec id; a mismatch is a new program. Records
 * that hold a proven call site leave only when their process is dead. One user
 * holds at most half of the table. When it is full, new processes get none,
 * and that is counted.
 *
 * A module sees neither fork nor exec. A child's first call copies the call
 * sites of its living parent, if that still runs the same program: best effort.
 */
#ifndef HVC_PROCESS_H
#define HVC_PROCESS_H

#include <linux/seq_file.h>

#include "devices.h"
#include "evidence.h"

#define HVC_PROCESSES_MAX 256U
#define HVC_SITES_MAX 24U	/* per process */
#define HVC_WATCHED_CALLS 32U	/* in-range calls that are looked at */

/**
 * struct hvc_profile - what is known about the current process
 * @sites:	it has call sites that are proven legacy
 * @watch:	its in-range calls are still looked at
 */
struct hvc_profile {
	bool sites;
	bool watch;
};

/** hvc_processes_exit() - forget all; no request may be under way */
void hvc_processes_exit(void);

/**
 * hvc_process_profile() - of the current process
 *
 * Context: may sleep, the mmap lock may be held. A process that is not known
 * yet gets a record here, if there is room.
 */
struct hvc_profile hvc_process_profile(void);

/**
 * hvc_process_site() - what the current process knows about a call site
 */
enum hvc_site hvc_process_site(const struct hvc_call_site *site);

/**
 * struct hvc_event - one judged call, for the record
 * @dev:	device
 * @verdict:	what was decided
 * @raw:	pgoff as it arrived
 * @site:	the call site, or NULL if none was found
 * @watched:	an in-range call that was looked at
 */
struct hvc_event {
	const struct hvc_device *dev;
	const struct hvc_verdict *verdict;
	unsigned long raw;
	const struct hvc_call_site *site;
	bool watched;
};

/**
 * hvc_process_record() - remember a call of the current process
 *
 * Context: may sleep, the mmap lock may be held.
 * Return: true if this is the first repaired (or, in observe mode, repairable)
 * call of the process, and the log should say so.
 */
bool hvc_process_record(const struct hvc_event *event);

/** hvc_processes_show() - the report's part; reads while everything changes */
void hvc_processes_show(struct seq_file *m);

#endif /* HVC_PROCESS_H */
