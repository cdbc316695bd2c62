// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz.c - hostile ELF files and archives, made from good ones.
 *
 *	fuzz SECONDS SEED FILE...	one line of counts; a sanitizer's
 *					report and its exit status else
 *	fuzz json N SEED FILE...	N mutants audited, their JSON on stdout,
 *					one document a line
 *
 * With -DLIBFUZZER: the same as a target for clang's libFuzzer.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "archive.h"
#include "mem.h"
#include "report.h"

static struct results results;

static void one(void *cookie, const char *name, const unsigned char *bytes,
		size_t size)
{
	/* A buffer of exactly that size: the sanitizer guards its end. */
	unsigned char *copy = malloc(size ? size : 1);
	const char *error = NULL;
	struct object *o;

	(void)cookie;
	memcpy(copy, bytes, size);
	o = object_audit("fuzz", name ? mem_text("%s", name) : NULL, copy, size,
			 &error);
	free(copy);
	if (o) {
		*KEEP_ADD(results.objects, results.nobjects) = o;
	} else {
		struct failure *f = KEEP_ADD(results.failures,
					     results.nfailures);

		if (!error)
			abort();
		f->path = "fuzz";
		f->reason = error;
	}
}

static void audit(const unsigned char *bytes, size_t size)
{
	struct archive *a;

	memset(&results, 0, sizeof(results));
	if (archive_kind(bytes, size) != ARCHIVE_WHOLE) {
		one(NULL, NULL, bytes, size);
		return;
	}
	a = KEEP_ADD(results.archives, results.narchives);
	a->path = "fuzz";
	archive_each(bytes, size, one, NULL);
	a->n = results.nobjects;
	a->line = object_archive_line(results.objects, results.nobjects, "f",
				      &a->members, &a->others);
	object_link_up(results.objects, results.nobjects);
}

#ifdef LIBFUZZER
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int once;

	if (!once++) {
		elf_version(EV_CURRENT);
		if (!freopen("/dev/null", "w", stdout))
			abort();
	}
	audit(data, size);
	report_table(&results, true, true);
	report_json(&results);
	mem_free_all();
	return 0;
}
#else

struct seed {
	unsigned char *bytes;
	size_t size;
};

static uint64_t state;

static uint64_t draw(uint64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return below ? state % below : 0;
}

static const uint32_t values[] = {
	0, 1, 2, 4, 7, 8, 0x10, 0x28, 0x34, 0x7f, 0x80, 0xff, 0x100, 0xfff,
	0x1000, 0x7fff, 0xffff, 0x10000, 0xffffff, 0x7fffffff, 0x80000000,
	0xfffffff0, 0xfffffffe, 0xffffffff,
};

/* Headers and tables decide the most: half of the changes are there. */
static size_t place(size_t size)
{
	return draw(2) ? draw(size) : draw(size < 512 ? size : 512);
}

static size_t mutate(unsigned char *b, size_t size, const struct seed *other)
{
	unsigned int n = 1 + (unsigned int)draw(12);
	size_t at, from, len;
	uint32_t v;

	while (n--) {
		if (size < 8)
			return size;
		at = place(size - 4);
		switch (draw(8)) {
		case 0:
			b[at] ^= 1U << draw(8);
			break;
		case 1:
			b[at] = (unsigned char)draw(256);
			break;
		case 2:
			v = values[draw(sizeof(values) / sizeof(*values))];
			memcpy(b + (at & ~3UL), &v, 4);
			break;
		case 3:
			v = values[draw(sizeof(values) / sizeof(*values))];
			memcpy(b + (at & ~1UL), &v, 2);
			break;
		case 4:
			memcpy(&v, b + (at & ~3UL), 4);
			v += (uint32_t)draw(33) - 16;
			memcpy(b + (at & ~3UL), &v, 4);
			break;
		case 5:
			len = 1 + draw(64);
			from = draw(other->size);
			if (len > other->size - from)
				len = other->size - from;
			if (len > size - at)
				len = size - at;
			memcpy(b + at, other->bytes + from, len);
			break;
		case 6:
			len = 1 + draw(32);
			if (len > size - at)
				len = size - at;
			memset(b + at, draw(2) ? 0xff : 0, len);
			break;
		case 7:
			if (!draw(6))
				size = draw(size);
			break;
		}
	}
	return size;
}

static size_t mutant(unsigned char *b, const struct seed *seeds, size_t n)
{
	const struct seed *s = &seeds[draw(n)];

	memcpy(b, s->bytes, s->size);
	return mutate(b, s->size, &seeds[draw(n)]);
}

static void load(struct seed *s, const char *path)
{
	FILE *f = fopen(path, "rb");
	long size;

	if (!f || fseek(f, 0, SEEK_END) || (size = ftell(f)) < 8)
		exit(3);
	rewind(f);
	s->size = (size_t)size;
	s->bytes = malloc(s->size);
	if (!s->bytes || fread(s->bytes, 1, s->size, f) != s->size)
		exit(3);
	fclose(f);
}

int main(int argc, char **argv)
{
	bool json = argc > 1 && !strcmp(argv[1], "json");
	size_t n, i, biggest = 0, accepted = 0, runs = 0, limit;
	struct seed *seeds;
	unsigned char *b;
	struct timespec now, end;
	FILE *said = stdout;

	argv += 1 + json;
	argc -= 1 + json;
	if (argc < 3)
		return 3;
	limit = strtoul(argv[0], NULL, 10);
	state = strtoull(argv[1], NULL, 10) * 0x9e3779b97f4a7c15ULL + 1;
	n = (size_t)argc - 2;
	seeds = calloc(n, sizeof(*seeds));
	for (i = 0; i < n; i++) {
		load(&seeds[i], argv[2 + i]);
		if (seeds[i].size > biggest)
			biggest = seeds[i].size;
	}
	b = malloc(biggest);
	elf_version(EV_CURRENT);
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += (time_t)limit;
	if (!json) {
		said = fdopen(dup(1), "w");
		if (!said || !freopen("/dev/null", "w", stdout))
			return 3;
	}
	for (;;) {
		size_t size = mutant(b, seeds, n);

		clock_gettime(CLOCK_MONOTONIC, &now);
		if (json ? runs >= limit : now.tv_sec > end.tv_sec)
			break;
		audit(b, size);
		accepted += results.nobjects != 0;
		if (json) {
			report_json(&results);
		} else {
			report_table(&results, true, true);
			report_json(&results);
		}
		mem_free_all();
		runs++;
	}
	if (!json)
		fprintf(said, "%zu files, %zu of them read as ELF\n", runs,
			accepted);
	fclose(said);
	for (i = 0; i < n; i++)
		free(seeds[i].bytes);
	free(seeds);
	free(b);
	return 0;
}
#endif
