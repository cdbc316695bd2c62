// SPDX-License-Identifier: GPL-2.0
/*
 * Calls of 1 to 4 processors at once, without and with the module in turn, by
 * the wall clock. Prints `cpus N PAIR WITHOUT WITH`, calls in WINDOW_MS.
 *
 * Each processor maps through a file of its own. The guest is not alone on its
 * host: what counts is whether the ratio stays where one processor has it.
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
#define PAIRS		7
#define WINDOW_MS	200

static struct shared {
	atomic_uint ready, go, stop;
	struct {
		unsigned long calls, wrong;
		char apart[56];		/* a cache line each */
	} cpu[CPUS];
} *shared;

static void work(unsigned int cpu)
{
	struct call c = { "", by_native, dev_open("bvenc"), 2, PFN,
			  .checked = 2 };
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		_exit(1);
	if (!works_each_time(&c))
		shared->cpu[cpu].wrong++;
	shared->ready++;
	while (!shared->go)
		sched_yield();
	while (!shared->stop) {
		shared->cpu[cpu].wrong += !works(&c);
		shared->cpu[cpu].calls++;
	}
	_exit(0);
}

/* Calls that @cpus processors made in the window, each seen to be right. */
static unsigned long calls(unsigned int cpus, bool *right)
{
	unsigned long sum = 0, until;
	pid_t pids[CPUS];
	unsigned int i;
	int status;

	memset(shared, 0, sizeof(*shared));
	for (i = 0; i < cpus; i++) {
		pids[i] = fork();
		if (!pids[i])
			work(i);
	}
	while (shared->ready < cpus)
		sched_yield();
	until = ns() + WINDOW_MS * 1000000ul;
	shared->go = 1;
	while ((long)(until - ns()) > 0)
		usleep(1000);
	shared->stop = 1;
	for (i = 0; i < cpus; i++) {
		waitpid(pids[i], &status, 0);
		*right &= !status && !shared->cpu[i].wrong;
		sum += shared->cpu[i].calls;
	}
	return sum;
}

int main(void)
{
	unsigned int cpus, pair;
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
	for (cpus = 1; cpus <= CPUS; cpus++) {
		bool right = true;

		for (pair = 0; pair < PAIRS; pair++) {
			unsigned long without = calls(cpus, &right), with;

			compat_up(params);
			with = calls(cpus, &right);
			compat_down();
			printf("cpus %u %u %lu %lu\n", cpus, pair, without,
			       with);
		}
		ok(right, "%u processors at once: each page right", cpus);
	}
	mod_unload("hvc_bench");
	return ktap_end();
}
