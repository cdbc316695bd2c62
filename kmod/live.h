/* SPDX-License-Identifier: GPL-2.0 */
/*
 * live.h - live blocks of the vendor's GPL allocator as known memory.
 *
 * Promise: where the kernel lets a GPL module take the allocator's look-up, an
 * extent is known if every page of it lies in live blocks. An allocator is there
 * when /proc/media-mem is. Its look-up is asked for once per load of it; where
 * the kernel refuses (6.6 and stable kernels since 2023 do, for plain exports),
 * nothing is retried. It is taken and put per use, so the allocator can always
 * be unloaded while no call runs.
 */
#ifndef HVC_LIVE_H
#define HVC_LIVE_H

#include <linux/seq_file.h>

/** hvc_live_start() - look for an allocator, now and whenever one is loaded */
void hvc_live_start(void);

/** hvc_live_stop() - module exit only */
void hvc_live_stop(void);

/** hvc_live_available() - may hvc_live_contains() ever say true? Cheap. */
bool hvc_live_available(void);

/**
 * hvc_live_contains() - does every page of an extent lie in live blocks?
 * @first:	page frame
 * @pages:	count
 *
 * Context: may sleep (the allocator's semaphore); no RCU read section. What it
 * found may be freed the next moment: as with the driver's own look-up.
 */
bool hvc_live_contains(unsigned long first, unsigned long pages);

/** hvc_live_show() - one line for the report */
void hvc_live_show(struct seq_file *m);

#endif /* HVC_LIVE_H */
