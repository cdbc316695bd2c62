/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For tests of devices behind a dispatching major: the himedia stand-in in and
 * out, what its handlers found, device nodes made anew.
 */
#ifndef DISPATCHLIB_H
#define DISPATCHLIB_H

#include "hvct.h"

#define HIMEDIA	"hvc_himedia"
#define MAJOR	218

/* hvc_base if it is not there yet; bails out. */
void base_up(void);

/* hvc_himedia with printf'ed parameters, and hvc_base; bails out. */
void himedia_up(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Bails out if it stays. Takes a left /dev/venc with it. */
void himedia_down(void);
/* Writes to its ctl: "+name:kind:minor", "-name". */
int himedia_ctl(const char *what);			/* -errno */

/* begin() for a himedia device: its record has a name of its own. */
void hm_begin(const char *dev);
struct hvc_stat hm_stat(const char *dev);

/* What the device's handlers found since hvc_himedia was loaded. */
struct hm_seen {
	unsigned int failed;	/* opens that failed */
	unsigned int mmaps;
	unsigned int own;	/* of these: own table in file->f_op */
	unsigned int data;	/* of these: private_data as .open left it */
};
struct hm_seen hm_seen(const char *dev);

/* hisi_venc_compat with printf'ed parameters after mmz=<the whole MMZ>. */
void compat_with(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A new inode for that name in /dev (or an absolute path); bails out. */
void node_make(const char *name, unsigned int major, unsigned int minor);
/* open(); -errno */
int node_open(const char *name);

/* The `state` line of a device in the report; valid until the next call. */
const char *state_of(const char *dev);

/* Nobody holds either module. */
bool all_refs_zero(void);
/* The same, but waits for what is still being closed (10 s at most). */
bool all_refs_reach_zero(void);

/* /dev/hvc_mmz, whichever build of the allocator is loaded; bails out. */
void mmz_open(void);
void mmz_close(void);
/* Address of the new block in @zone ("": any), or -errno. */
int64_t mmz_alloc(const char *zone, const char *name, uint64_t len,
		  uint64_t align);
int mmz_free(uint64_t phys);				/* -errno */
/* The block that an address is in: 0 and @m, or -errno. */
struct hvc_mmb;
int mmz_look(uint64_t phys, struct hvc_mmb *m);

/*
 * Opens a node of himedia's device "venc" and makes a garbled call and a right
 * one: repaired if @taken, else as without the module, and no reference more
 * or less afterwards. NODE_CALL results; @what tells them from others.
 */
void node_call(const char *node, bool taken, const char *what);
#define NODE_CALL	3
#define NODE_CALL_PFN	(MMZ_PFN + 0x123)

#endif
