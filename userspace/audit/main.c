// SPDX-License-Identifier: MIT
/*
 * main.c - off32-audit: which objects pass a 32-bit off_t, and what to do.
 *
 * Promises: exit status 0 nothing to do, 1 something, 2 an argument or a file
 * that could not be read (what could be is reported all the same).
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive.h"
#include "image.h"
#include "mem.h"
#include "report.h"

#define BIGGEST		(1L << 30)	/* bytes of a file */
#define DEEPEST		64		/* folders in folders */

struct identity {
	dev_t dev;
	ino_t ino;
};

static struct results results;
static struct identity *seen;		/* files with several names */
static size_t nseen;

static void fail(const char *path, const char *member, const char *reason)
{
	struct failure *f = KEEP_ADD(results.failures, results.nfailures);

	f->path = mem_text("%s", path);
	f->member = member ? mem_text("%s", member) : NULL;
	f->reason = mem_text("%s", reason);
}

static bool is_elf(const unsigned char *bytes, size_t size)
{
	return size >= SELFMAG && !memcmp(bytes, ELFMAG, SELFMAG);
}

static void audit(const char *path, const char *member,
		  const unsigned char *bytes, size_t size, bool asked)
{
	const char *error;
	struct object *o;
	unsigned char *copy;

	/* A member may lie at an odd address. */
	copy = malloc(size ? size : 1);
	if (!copy) {
		fail(path, member, "out of memory");
		return;
	}
	memcpy(copy, bytes, size);
	o = object_audit(path, member, copy, size, &error);
	free(copy);
	if (o) {
		o->asked = asked;
		*KEEP_ADD(results.objects, results.nobjects) = o;
	} else if (asked || error != image_other_type) {
		fail(path, member, error);
	}
}

static void audit_member(void *cookie, const char *name,
			 const unsigned char *bytes, size_t size)
{
	if (is_elf(bytes, size))
		audit(cookie, mem_text("%s", name), bytes, size, false);
}

static void audit_archive(const char *path, const unsigned char *bytes,
			  size_t size)
{
	size_t i = results.narchives;

	if (archive_kind(bytes, size) == ARCHIVE_THIN) {
		fail(path, NULL,
		     "a thin archive holds no code; audit its members");
		return;
	}
	KEEP_ADD(results.archives, results.narchives)->path = path;
	results.archives[i].first = results.nobjects;
	if (!archive_each(bytes, size, audit_member, (char *)path))
		fail(path, NULL, "damaged archive");
	results.archives[i].n = results.nobjects - results.archives[i].first;
}

/* Returns NULL with @why set. */
static unsigned char *read_all(int fd, size_t size, const char **why)
{
	unsigned char *bytes = malloc(size ? size : 1);
	size_t have = 0;

	if (!bytes) {
		*why = "out of memory";
		return NULL;
	}
	while (have < size) {
		ssize_t n = read(fd, bytes + have, size - have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			*why = n ? strerror(errno) : "it shrank meanwhile";
			free(bytes);
			return NULL;
		}
		have += (size_t)n;
	}
	return bytes;
}

static bool audited_before(const struct stat *st)
{
	struct identity *id;
	size_t i;

	if (st->st_nlink < 2)
		return false;
	for (i = 0; i < nseen; i++)
		if (seen[i].dev == st->st_dev && seen[i].ino == st->st_ino)
			return true;
	id = KEEP_ADD(seen, nseen);
	id->dev = st->st_dev;
	id->ino = st->st_ino;
	return false;
}

static void audit_file(const char *path, int fd, const struct stat *st,
		       bool asked)
{
	unsigned char magic[8], *bytes;
	const char *why = NULL;
	ssize_t n;

	n = pread(fd, magic, sizeof(magic), 0);
	if (n < 0) {
		fail(path, NULL, strerror(errno));
		return;
	}
	if (!is_elf(magic, (size_t)n) &&
	    archive_kind(magic, (size_t)n) == ARCHIVE_NONE) {
		if (asked)
			fail(path, NULL, "neither an ELF file nor an archive");
		return;
	}
	if (!asked && audited_before(st))
		return;
	if (st->st_size > BIGGEST) {
		fail(path, NULL, "larger than 1 GiB");
		return;
	}
	bytes = read_all(fd, (size_t)st->st_size, &why);
	if (!bytes) {
		fail(path, NULL, why);
		return;
	}
	if (archive_kind(bytes, (size_t)st->st_size) != ARCHIVE_NONE)
		audit_archive(path, bytes, (size_t)st->st_size);
	else
		audit(path, NULL, bytes, (size_t)st->st_size, asked);
	free(bytes);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int not_dots(const struct dirent *d)
{
	return strcmp(d->d_name, ".") && strcmp(d->d_name, "..");
}

/* Links in a folder are not followed: what they mean is in it, or is not. */
static void audit_path(int dir, const char *name, const char *path,
		       int depth, bool asked)
{
	int fd = openat(dir, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY |
			(asked ? 0 : O_NOFOLLOW));
	struct dirent **names;
	struct stat st;
	int n, i;

	if (fd < 0) {
		/* Links, sockets, devices without a driver. */
		if (asked || (errno != ELOOP && errno != ENXIO &&
			      errno != ENODEV))
			fail(path, NULL, strerror(errno));
		return;
	}
	if (fstat(fd, &st)) {
		fail(path, NULL, strerror(errno));
	} else if (S_ISREG(st.st_mode)) {
		audit_file(path, fd, &st, asked);
	} else if (!S_ISDIR(st.st_mode)) {
		if (asked)
			fail(path, NULL, "neither a file nor a folder");
	} else if (depth >= DEEPEST) {
		fail(path, NULL, "too many folders in each other");
	} else {
		n = scandirat(fd, ".", &names, not_dots, by_name);
		if (n < 0)
			fail(path, NULL, strerror(errno));
		for (i = 0; i < n; i++) {
			size_t len = strlen(path);

			audit_path(fd, names[i]->d_name,
				   mem_text("%s%s%s", path,
					    len && path[len - 1] == '/' ? "" :
					    "/", names[i]->d_name),
				   depth + 1, false);
			free(names[i]);
		}
		if (n >= 0)
			free(names);
	}
	close(fd);
}

static void finish(void)
{
	size_t i;

	for (i = 0; i < results.narchives; i++) {
		struct archive *a = &results.archives[i];

		a->line = object_archive_line(results.objects + a->first, a->n,
					      a->path, &a->members,
					      &a->others);
	}
	object_link_up(results.objects, results.nobjects);
	for (i = 0; i < results.nobjects; i++)
		results.ntodo += results.objects[i]->todo != 0;
	results.status = results.nfailures ? 2 : results.ntodo ? 1 : 0;
}

static void usage(FILE *to)
{
	fputs("usage: off32-audit [-ajqs] FILE|ARCHIVE|FOLDER...\n"
	      "Says which objects pass a 32-bit off_t to libc, and what to do.\n"
	      "  -a, --all      show objects with nothing to do, too\n"
	      "  -s, --sites    show each call\n"
	      "  -j, --json     for programs (docs/audit.md)\n"
	      "  -q, --quiet    only the exit status\n"
	      "  -V, --version\n"
	      "Exit status: 0 nothing to do, 1 something, 2 not all readable.\n",
	      to);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "all", no_argument, NULL, 'a' },
		{ "sites", no_argument, NULL, 's' },
		{ "json", no_argument, NULL, 'j' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	bool all = false, sites = false, json = false, quiet = false;
	int c, bad = 0, status;

	while ((c = getopt_long(argc, argv, "asjqVh", options, NULL)) != -1) {
		switch (c) {
		case 'a': all = true; break;
		case 's': sites = true; break;
		case 'j': json = true; break;
		case 'q': quiet = true; break;
		case 'V':
			puts("off32-audit " AUDIT_VERSION);
			return 0;
		case 'h':
			usage(stdout);
			return 0;
		default:
			usage(stderr);
			return 2;
		}
	}
	if (optind == argc) {
		usage(stderr);
		return 2;
	}
	if (elf_version(EV_CURRENT) == EV_NONE) {
		fputs("off32-audit: libelf is too old\n", stderr);
		return 2;
	}
	for (; optind < argc; optind++)
		audit_path(AT_FDCWD, argv[optind], argv[optind], 0, true);
	finish();
	if (json)
		bad = report_json(&results);
	else if (!quiet)
		bad = report_table(&results, all, sites);
	if (bad)
		fputs("off32-audit: cannot write the report\n", stderr);
	status = bad ? 2 : results.status;
	mem_free_all();
	return status;
}
