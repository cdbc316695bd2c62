// SPDX-License-Identifier: GPL-2.0
/*
 * Calls of 1 to 4 processors at once on a device that nobody took over and on
 * one that the module did, in turn, by the wall clock. Prints
 * `cpus N PAIR WITHOUT WITH`, calls in WINDOW_MS.
 *
 * Each processor maps through files of its own. The guest is not alone on its
 * host, and may have more processors than that: windows are short and come in
 * pairs, so that what disturbs one disturbs both, and what counts is whether
 * the ratio stays where one processor has it.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "timing.h"

#define CPUS		4
#define PAIRS		201
#define WINDOW_MS	15

enum { UNTOUCHED, TAKEN, SIDES, ENDED };

static struct shared {
	atomic_uint ready, side;
	struct {
		unsigned long calls[SIDES], wrong;
		char apart[48];		/* a cache line each */
	} cpu[CPUS];
} *shared;

static void work(unsigned int cpu)
{
	struct call c[SIDES] = {
		{ "", by_native, dev_open("bring"), 2, PFN, .checked = 2 },
		{ "", by_native, dev_open("bvenc"), 2, PFN, .checked = 2 },
	};
	unsigned int side;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		_exit(1);
	for (side = 0; side < SIDES; side++)
		if (!works_each_time(&c[side]))
			shared->cpu[cpu].wrong++;
	shared->ready++;
	while ((side = shared->side) != ENDED) {
		shared->cpu[cpu].wrong += !works(&c[side]);
		shared->cpu[cpu].calls[side]++;
	}
	_exit(0);
}

/* Calls that @cpus processors made of one side in a window. */
static unsigned long calls(unsigned int cpus, unsigned int side)
{
	unsigned long before = 0, after = 0, from, took;
	unsigned int i;

	shared->side = side;
	for (i = 0; i < cpus; i++)
		before += shared->cpu[i].calls[side];
	from = ns();
	usleep(WINDOW_MS * 1000);
	for (i = 0; i < cpus; i++)
		after += shared->cpu[i].calls[side];
	took = ns() - from;
	return (after - before) * (WINDOW_MS * 1000000ull) / took;
}

int main(void)
{
	unsigned int cpus, pair, i;
	unsigned long n[SIDES];
	pid_t pids[CPUS];
	char params[128];

	hvct_init();
	if (sysconf(_SC_NPROCESSORS_ONLN) < CPUS)
		bail("this guest has fewer than %u processors", CPUS);
	ktap_plan(CPUS);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED || mod_load("hvc_bench", NULL))
		bail("hvc_bench does not load");
	stamp_pages();
	snprintf(params, sizeof(params), "=devices=bvenc repeat=bvenc:2 mmz=a,0,0x%llx,%lluK",
		 (unsigned long long)mmz_phys,
		 (unsigned long long)mmz_len / 1024);
	compat_up(params);
	for (cpus = 1; cpus <= CPUS; cpus++) {
		bool right = true;
		int status;

		memset(shared, 0, sizeof(*shared));
		for (i = 0; i < cpus; i++) {
			pids[i] = fork();
			if (!pids[i])
				work(i);
		}
		while (shared->ready < cpus)
			usleep(1000);
		for (pair = 0; pair < PAIRS; pair++) {
			/* Neither side always comes first. */
			for (i = 0; i < SIDES; i++)
				n[i ^ (pair & 1)] = calls(cpus, i ^ (pair & 1));
			printf("cpus %u %u %lu %lu\n", cpus, pair,
			       n[UNTOUCHED], n[TAKEN]);
		}
		shared->side = ENDED;
		for (i = 0; i < cpus; i++) {
			waitpid(pids[i], &status, 0);
			right &= !status && !shared->cpu[i].wrong;
		}
		ok(right, "%u processors at once: each page right", cpus);
	}
	compat_down();
	mod_unload("hvc_bench");
	return ktap_end();
}
