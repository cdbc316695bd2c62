/* SPDX-License-Identifier: GPL-2.0 */
/*
 * process.h - what is remembered per process: proven call sites and counts.
 *
 * Promise: bounded memory, whatever user space does. A record belongs to one
 * program run: thread group and exec id; a mismatch is a new program. Records
 * that hold a proven call site, or what the process declared, leave only when
 * their program has ended. One user holds at most half of the table. When it is
 * full, new processes get none, and that is counted.
 *
 * A module sees neither fork nor exec. A child's first call copies the call
 * sites and declarations of its living parent, if neither has called exec since
 * the fork: best effort.
 */
#ifndef HVC_PROCESS_H
#define HVC_PROCESS_H

#include <linux/seq_file.h>

#include "devices.h"
#include "evidence.h"

#define HVC_PROCESSES_MAX 256U
#define HVC_SITES_MAX 24U	/* per process */
#define HVC_OBJECTS_MAX 8U	/* declared ones, per process */
#define HVC_WATCHED_CALLS 32U	/* in-range calls that are looked at */

/** hvc_processes_exit() - forget all; no request may be under way */
void hvc_processes_exit(void);

/**
 * hvc_process_to_watch() - are in-range calls of this process looked at?
 *
 * They are as long as it is new, and for good if it has call sites that are
 * proven legacy or has declared 32-bit ones. Without a record it is not known,
 * and its calls pass.
 * Context: may sleep, the mmap lock may be held. A process that is not known
 * yet gets a record here, if there is room.
 */
bool hvc_process_to_watch(void);

/**
 * hvc_process_is_settled() - has it a record, and nothing more to be learnt?
 *
 * Context: in an RCU read section.
 */
bool hvc_process_is_settled(void);

/**
 * hvc_process_site() - what the current process knows about a call site
 * @site:	the call site
 * @bits:	gets the offset bits that the process declared for the site's
 *		object, or else for itself: 32, 64, or 0 for nothing
 *
 * Context: may sleep, the mmap lock may be held. Makes a record as above.
 */
enum hvc_site hvc_process_site(const struct hvc_call_site *site,
			       unsigned int *bits);

/**
 * hvc_process_declare() - the current process says how it passes offsets
 * @object:	a place in the object that is meant, NULL for all of the process
 * @bits:	32, 64, or 0 to take it back
 *
 * Context: may sleep.
 * Return: 0, -ENOSPC if the table of processes or of this process's objects is
 * full, -ENOMEM.
 */
int hvc_process_declare(const struct hvc_call_site *object, unsigned int bits);

/**
 * struct hvc_event - one judged call, for the record
 * @dev:	device
 * @verdict:	what was decided
 * @raw:	pgoff as it arrived
 * @site:	the call site, if there is something to learn of it, or NULL
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

/**
 * hvc_process_from() - the first record whose number is @id or more
 *
 * Records are numbered from 1 as they are made. Return: its number, 0: none.
 */
unsigned int hvc_process_from(unsigned int id);

/**
 * hvc_process_show() - the report's block of one process
 *
 * Context: may sleep. One moment's state; nothing if it is gone by now.
 * Return: 0 or -ENOMEM.
 */
int hvc_process_show(struct seq_file *m, unsigned int id);

/** hvc_processes_lost_show() - how many calls found the table full, if any */
void hvc_processes_lost_show(struct seq_file *m);

#endif /* HVC_PROCESS_H */
