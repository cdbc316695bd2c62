/* SPDX-License-Identifier: MIT */
/* report.h - the two forms in which the results are printed. */
#ifndef AUDIT_REPORT_H
#define AUDIT_REPORT_H

#include "object.h"

struct failure {
	const char *path, *member, *reason;
};

/** struct archive - members objects[first] .. objects[first + n - 1] */
struct archive {
	const char *path;
	size_t first, n;
	const char *line;	/* objcopy's, or NULL */
	size_t members, others;
};

struct results {
	struct object **objects;
	size_t nobjects;
	struct archive *archives;
	size_t narchives;
	struct failure *failures;
	size_t nfailures;
	size_t ntodo;
	int status;
};

/* Both return 0, or -1 if the output could not be written. */
int report_table(const struct results *r, bool all, bool sites);
int report_json(const struct results *r);

/* Words that both use. */
const char *report_kind(const struct object *o);
const char *report_width(enum width width);
const char *report_shim(enum shim shim);

#endif
