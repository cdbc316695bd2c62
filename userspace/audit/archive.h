/* SPDX-License-Identifier: MIT */
/*
 * archive.h - the members of an ar archive in memory (System V and BSD names).
 */
#ifndef AUDIT_ARCHIVE_H
#define AUDIT_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>

enum archive_kind {
	ARCHIVE_NONE,
	ARCHIVE_THIN,		/* names files, holds none */
	ARCHIVE_WHOLE,
};

enum archive_kind archive_kind(const unsigned char *bytes, size_t size);

/**
 * archive_each() - visit each member
 * @name: valid during the visit
 *
 * Returns false if the archive is damaged; members before that were visited.
 */
bool archive_each(const unsigned char *bytes, size_t size,
		  void (*visit)(void *cookie, const char *name,
				const unsigned char *bytes, size_t size),
		  void *cookie);

#endif
