// SPDX-License-Identifier: GPL-2.0
/*
 * The shim on the host, by the wall clock: mmap + munmap by a legacy library
 * and by a native caller, in a process with libc alone and in one with the
 * shim, in turn. Prints `shim WAY CALLER LIBC SHIM LOW MIDDLE HIGH`: medians in
 * nanoseconds, and the quartiles of their ratio, pair by pair.
 *
 *   shim_pairs LOADER PROGRAM LINKED LIBRARY SHIM
 *
 * The loader is musl's, LINKED is this program with the shim linked in, LIBRARY
 * a vendor-like one. Each worker is one of these programs, started by this one:
 * it answers each byte on stdin by the time of CALLS calls.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../guest/sites.h"

#define PAIRS	1001
#define CALLS	100
#define LENGTH	8192
#define OFFSET	16384

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

/* ---- a worker ---- */

static void work(const char *library)
{
	void *lib = dlopen(library, RTLD_NOW);
	vmap_fn *legacy = lib ? (vmap_fn *)dlsym(lib, "v0_map") : NULL;
	int fd = memfd_create("shim_pairs", 0), i;
	double took;
	char who;

	if (!legacy || fd < 0 || ftruncate(fd, OFFSET + LENGTH))
		fail(library);
	while (read(0, &who, 1) == 1) {
		took = now();
		for (i = 0; i < CALLS; i++) {
			void *p = who == 'l' ?
				  legacy(fd, LENGTH, OFFSET, 0, 0) :
				  native_sites[0](fd, LENGTH, 0, OFFSET);

			if (p == MAP_FAILED)
				fail("mmap");
			munmap(p, LENGTH);
		}
		took = (now() - took) / CALLS;
		if (write(1, &took, sizeof(took)) != sizeof(took))
			break;
	}
	exit(0);
}

/* ---- who starts and compares them ---- */

struct worker {
	int to, from;
};

static struct worker start(const char *preload, const char *loader,
			   const char *program, const char *library)
{
	int to[2], from[2];

	if (pipe(to) || pipe(from))
		fail("pipe");
	if (!fork()) {
		dup2(to[0], 0);
		dup2(from[1], 1);
		close(to[1]);
		close(from[0]);
		if (preload)
			setenv("LD_PRELOAD", preload, 1);
		execl(loader, loader, program, "worker", library, (char *)0);
		_exit(127);
	}
	close(to[0]);
	close(from[1]);
	return (struct worker){ to[1], from[0] };
}

static double ask(const struct worker *w, char who)
{
	double took;

	if (write(w->to, &who, 1) != 1 ||
	    read(w->from, &took, sizeof(took)) != sizeof(took))
		fail("a worker does not answer");
	return took;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void compare(const char *way, char who, const struct worker *libc,
		    const struct worker *shim)
{
	static double alone[PAIRS], with[PAIRS], ratio[PAIRS];
	int i;

	for (i = -10; i < PAIRS; i++) {
		/* Neither always comes first. */
		double first = ask(i & 1 ? shim : libc, who);
		double second = ask(i & 1 ? libc : shim, who);

		if (i < 0)
			continue;
		alone[i] = i & 1 ? second : first;
		with[i] = i & 1 ? first : second;
		ratio[i] = with[i] / alone[i];
	}
	qsort(alone, PAIRS, sizeof(*alone), by_value);
	qsort(with, PAIRS, sizeof(*with), by_value);
	qsort(ratio, PAIRS, sizeof(*ratio), by_value);
	printf("shim %s %s %.0f %.0f %.3f %.3f %.3f\n", way,
	       who == 'l' ? "legacy" : "native", alone[PAIRS / 2],
	       with[PAIRS / 2], ratio[PAIRS / 4], ratio[PAIRS / 2],
	       ratio[PAIRS * 3 / 4]);
}

int main(int argc, char **argv)
{
	struct worker libc, linked, preloaded;
	cpu_set_t set;
	int status, i;

	if (argc == 3 && !strcmp(argv[1], "worker"))
		work(argv[2]);
	if (argc != 6)
		return 2;
	/* One at a time runs: all on one processor, the one we are on. */
	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	sched_setaffinity(0, sizeof(set), &set);
	libc = start(NULL, argv[1], argv[2], argv[4]);
	linked = start(NULL, argv[1], argv[3], argv[4]);
	preloaded = start(argv[5], argv[1], argv[2], argv[4]);
	for (i = 0; i < 2; i++) {
		compare("linked", "ln"[i], &libc, &linked);
		compare("preloaded", "ln"[i], &libc, &preloaded);
	}
	close(libc.to);
	close(linked.to);
	close(preloaded.to);
	for (i = 0; i < 3; i++)
		if (wait(&status) < 0 || status)
			fail("a worker failed");
	return 0;
}
