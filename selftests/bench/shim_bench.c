// SPDX-License-Identifier: GPL-2.0
/*
 * What the shim costs: mmap + munmap of a device's page by a legacy library
 * and by a native caller, with libc alone, with the shim linked in and with it
 * preloaded. In a guest whose clock counts instructions the times are exact:
 * the least of many single calls, less what reading the clock costs.
 *
 * Prints one line a way, and fails if one costs more than BUDGET per cent.
 */
#include <dlfcn.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../guest/hvct.h"
#include "../guest/sites.h"

#define BUDGET	105	/* per cent of libc's own */
#define WARM	50
#define ROUNDS	300
#define PAGES	2
#define PRELOAD	"/tests/liboff32-compat.so"

static long ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000L + t.tv_nsec;
}

static int fd;
static vmap_fn *legacy;

static void *by_legacy(uint64_t off)
{
	return legacy(fd, PAGES * page, off, off, 0);
}

static void *by_native(uint64_t off)
{
	return native_sites[0](fd, PAGES * page, off, off);
}

static void *nothing(uint64_t off)
{
	(void)off;
	return NULL;
}

/* Each call is the same with and without the shim: all words are the offset. */
static long least(void *(*map)(uint64_t off))
{
	uint64_t off = (MMZ_PFN + 0x40) * page;
	long best = -1;
	int i;

	for (i = 0; i < WARM + ROUNDS; i++) {
		long from = ns(), took;
		void *p = map(off);

		if (p && p != MAP_FAILED)
			munmap(p, PAGES * page);
		took = ns() - from;
		if (p == MAP_FAILED)
			bail("mmap: %s", strerror(errno));
		if (i >= WARM && (best < 0 || took < best))
			best = took;
	}
	return best;
}

static int worker(int answer)
{
	void *lib = dlopen("/tests/libshim-glibc.so", RTLD_NOW);
	long took[2], clock;

	if (!lib || !(legacy = (vmap_fn *)dlsym(lib, "v0_map")))
		bail("%s", dlerror());
	fd = dev_open("venc");
	clock = least(nothing);
	took[0] = least(by_legacy) - clock;
	took[1] = least(by_native) - clock;
	return write(answer, took, sizeof(took)) != sizeof(took);
}

static void run(const char *program, const char *preload, long took[2])
{
	char number[8];
	int answer[2], status;
	pid_t pid;

	if (pipe(answer))
		bail("pipe: %s", strerror(errno));
	fflush(stdout);
	pid = fork();
	if (!pid) {
		if (preload)
			setenv("LD_PRELOAD", preload, 1);
		snprintf(number, sizeof(number), "%d", answer[1]);
		execl(program, program, "worker", number, (char *)NULL);
		_exit(127);
	}
	close(answer[1]);
	if (read(answer[0], took, 2 * sizeof(*took)) != 2 * sizeof(*took) ||
	    waitpid(pid, &status, 0) != pid || status)
		bail("%s ended without an answer", program);
	close(answer[0]);
}

static void compare(const char *way, const long took[2], const long libc[2])
{
	static const char *const who[] = { "legacy", "native" };
	int i;

	for (i = 0; i < 2; i++)
		ok(took[i] * 100 <= libc[i] * BUDGET,
		   "%s, %s: %ld ns, libc alone %ld ns: %ld.%03ld times", way,
		   who[i], took[i], libc[i], took[i] / libc[i],
		   took[i] * 1000 / libc[i] % 1000);
}

int main(int argc, char **argv)
{
	long libc[2], took[2];

	hvct_init();
	if (argc > 2)
		return worker(atoi(argv[2]));
	ktap_plan(4);
	vendor_up("venc");
	run("/tests/shim_bench", NULL, libc);
	run("/tests/shim_bench-linked", NULL, took);
	compare("linked", took, libc);
	run("/tests/shim_bench", PRELOAD, took);
	compare("preloaded", took, libc);
	vendor_down();
	return ktap_end();
}
