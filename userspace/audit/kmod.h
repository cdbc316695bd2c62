/* SPDX-License-Identifier: MIT */
/*
 * kmod.h - what a kernel module shows of its devices and their mmap handlers.
 *
 * Only what its imports, relocations and (on ARM) instructions say. A check
 * that was not seen may still be there: nothing here proves its absence.
 */
#ifndef AUDIT_KMOD_H
#define AUDIT_KMOD_H

#include <stdbool.h>
#include <stddef.h>

#include "image.h"

/** struct kmod_device - a device that the module registers */
struct kmod_device {
	const char *name;	/* NULL: not to be seen in the file */
	const char *how;	/* the function that registers it */
	bool composed;		/* put together at run time from this text */
};

enum kmod_check {
	KMOD_NO_REMAP,		/* the handler itself maps nothing */
	KMOD_UNREAD,		/* maps; where vm_pgoff goes was not seen */
	KMOD_NOT_SEEN,		/* maps vm_pgoff, which nothing looked at */
	KMOD_PASSED,		/* somebody else gets vm_pgoff first */
	KMOD_COMPARED,		/* vm_pgoff is compared before */
	KMOD_BY_KERNEL,		/* vm_iomap_memory: the kernel checks */
};

struct kmod_handler {
	const char *name;
	enum kmod_check check;
	const char *passed_to;
	const char *maps_with;
	unsigned int remaps;	/* calls that map */
};

struct kmod {
	const char *version, *depends, *license;
	const char **registers;	/* imported functions that register devices */
	size_t nregisters;
	struct kmod_device *devices;
	size_t ndevices;
	struct kmod_handler *handlers;
	size_t nhandlers;
	bool decoded;
};

bool kmod_is(const struct image *image);
void kmod_read(const struct image *image, struct kmod *k);

/** kmod_check_text() - one sentence for people */
const char *kmod_check_text(const struct kmod_handler *h);
/** kmod_check_word() - one word for programs */
const char *kmod_check_word(enum kmod_check check);

#endif
