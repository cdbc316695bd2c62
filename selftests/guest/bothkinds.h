/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An object that holds call sites of both kinds (bothkinds_sites.c), as a
 * vendor's library does that was relinked with newer parts.
 */
#ifndef HVC_BOTHKINDS_H
#define HVC_BOTHKINDS_H

#include "sites.h"

/* How mmap is called: by name, through a pointer. */
#define WAYS	2

/* As mmap itself, for callers that choose the words. */
typedef void *map8_fn(void *addr, size_t len, int prot, int flags, int fd,
		      long pad, long first, long second);

/**
 * struct bothkinds - what an object has
 * @legacy:	sites with a 32-bit off_t, one for each way
 * @native:	sites with a 64-bit one
 * @legacy_tail, @native_tail: functions that end in a sibling call of mmap: the
 *		call site is their caller's
 */
struct bothkinds {
	vmap_fn *legacy[WAYS];
	nmap_fn *native[WAYS];
	map8_fn *legacy_tail;
	map8_fn *native_tail;
};

/* In each such object under its own name, so that none is taken for another. */
typedef const struct bothkinds *bothkinds_fn(void);

#endif
