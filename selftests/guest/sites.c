// SPDX-License-Identifier: GPL-2.0
/*
 * Call sites: what proves one, what a proven one changes, and that a native
 * one is never changed by it, in the same process and in the same executable.
 * The process table, fork, exec, declared objects and frame=0 with it.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hvct.h"
#include "sites.h"

#define PAGES	4
#define STALE	0xbefff000ul

static int fd;
static uint64_t x, y;

static uint32_t rnd(void)
{
	static uint32_t s = 777;

	s ^= s << 13;
	s ^= s >> 17;
	s ^= s << 5;
	return s;
}

static void *legacy(vmap_fn *site, uint64_t want, unsigned long w1,
		    unsigned long w2)
{
	begin("venc");
	return site(fd, PAGES * page, want * page, w1, w2);
}

static void *native(int site, uint64_t pfn, long pad)
{
	begin("venc");
	return native_sites[site](fd, PAGES * page, pad, pfn * page);
}

static int count_of(const char *text, const char *word)
{
	int n = 0;

	for (; text && (text = strstr(text, word)); text += strlen(word))
		n++;
	return n;
}

static int sites_of(int pid, const char *word)
{
	char *block = report_process(pid);
	int n = count_of(block, word);

	free(block);
	return n;
}

static void proven(void)
{
	vmap_fn *v = linked_sites[0];
	int i, changed = 0, self = getpid();

	ok(!report_process(self), "no record before there is anything to tell");
	expect_map(legacy(v, x, y * page, 0), PAGES, 2, y,
		   "unproven site, stale word in range: left alone");
	ok_num(report("venc", "contested"), 1, "and counted as contested");
	ok_num(sites_of(self, " legacy"), 0, "a contested call proves nothing");

	log_mark();
	expect_map(legacy(v, x, 0, 0), PAGES, 2, x, "displaced: repaired");
	ok_num(log_count(COMPAT ":"), 1, "first repair: one line in the log");
	ok_num(sites_of(self, " legacy"), 1, "and the site is proven");
	expect_map(legacy(v, x, STALE, 3), PAGES, 2, x, "again: repaired");
	ok_num(log_count(COMPAT ":"), 1, "second repair: no further line");
	ok_num(sites_of(self, " legacy"), 1, "still one site");

	expect_map(legacy(v, x, y * page, 0), PAGES, 2, x,
		   "proven site, stale word in range: corrected");
	expect_map(legacy(v, y, x * page, 0), PAGES, 2, y,
		   "proven site, the other way round: corrected");
	expect_map(legacy(v, x, x * page, 0), PAGES, 2, x,
		   "proven site, both words agree: right");
	expect_map(legacy(linked_sites[1], x, y * page, 0), PAGES, 2, y,
		   "another site of the same object: not proven with it");

	/* The 1,000: same process, same executable. */
	for (i = 0; i < 1000; i++) {
		unsigned int extent = 1 + rnd() % 4;
		uint64_t pfn = MMZ_PFN +
			       rnd() % (MMZ_END_PFN - MMZ_PFN - extent + 1);
		long pad = i % 2 ? (MMZ_PFN + rnd() % 0x3ff0) * page : rnd();

		begin("venc");
		changed += !map_right(native_sites[i % 2](fd, 2 * extent * page,
							  pad, pfn * page),
				      2 * extent, 2, pfn);
	}
	ok_num(changed, 0,
	       "1,000 native calls after a site of the same executable was proven: none changed");
	ok_num(sites_of(self, " legacy"), 1, "none of them proved anything");
	expect_map(legacy(v, x, y * page, 0), PAGES, 2, x,
		   "the proven site is still proven");
}

/* Seen with a right offset and a block that is none: a 64-bit caller. */
static void wide(void)
{
	int self = getpid();

	expect_map(native(2, x, 0x1234567), PAGES, 2, x,
		   "native site, padding no offset: unchanged");
	ok(sites_of(self, " wide") >= 1, "its site is known as 64-bit");
	ok_num(sites_of(self, " legacy"), 1, "(and not as legacy)");
	begin("venc");
	expect_err(native(2, MMZ_END_PFN, y * page), EINVAL, 0,
		   "64-bit site, wrong offset, padding in range: refused");
	ok_num(sites_of(self, " legacy"), 1, "a 64-bit site is never proven");
	expect_map(native(2, x, y * page), PAGES, 2, x,
		   "64-bit site, padding another page: unchanged");
	expect_map(native(2, x, x * page), PAGES, 2, x,
		   "64-bit site, padding the same page: unchanged");
}

static void *in_thread(void *arg)
{
	*(bool *)arg = map_right(legacy(linked_sites[0], x, y * page, 0), PAGES,
				 2, x);
	return NULL;
}

static void families(void)
{
	const char *const argv[] = { "sites", "exec", NULL };
	vmap_fn *v = linked_sites[0];
	bool good = false;
	pthread_t thread;
	int status;
	pid_t pid;

	if (pthread_create(&thread, NULL, in_thread, &good))
		bail("pthread_create");
	pthread_join(thread, NULL);
	ok(good, "a site that one thread proved counts for another");

	fflush(stdout);
	pid = fork();
	if (!pid) {
		good = map_right(legacy(v, x, y * page, 0), PAGES, 2, x);

		_exit(!good);
	}
	waitpid(pid, &status, 0);
	ok(!status, "a forked child inherits proven sites");
	ok_num(run_self(argv), 0, "an exec'ed program does not");

	/* The same process, which has a record of its own by then. */
	fflush(stdout);
	pid = fork();
	if (!pid) {
		if (!map_right(legacy(v, x, y * page, 0), PAGES, 2, x))
			_exit(126);
		execv("/proc/self/exe", (char *const *)argv);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	ok_num(status, 0, "a process that had it proven forgets it at exec");
}

/* Argument "exec": a new program in a process whose parent proved the site. */
static int after_exec(void)
{
	bool good = map_right(legacy(linked_sites[0], x, y * page, 0), PAGES,
			      2, y);

	return !good;
}

/* Argument "watch": fresh, 40 native calls with padding in range. */
static int watch(void)
{
	bool good = true;
	int i;

	for (i = 0; i < 40; i++)
		good &= map_right(native(3, x + i, y * page), PAGES, 2, x + i);
	good &= process_num(getpid(), "contested") == 32;
	if (!good)
		diag("contested=%ld", process_num(getpid(), "contested"));
	return !good;
}

/* Argument "low": a wrapper that dropped the high word. */
static int low_word(void)
{
	static uint32_t stack[256];
	uint32_t *w = stack + 64;
	struct block b = {
		.at = AT_NEAR, .ra = (uint32_t)(uintptr_t)RA_GOOD, .fd = fd,
		.x = x * page, .w1 = STALE, .w2 = 0x64,
	};
	bool good;
	void *p;

	block_put(w, &b);
	stack_args(w, fd, STALE >> 12);
	begin("venc");
	p = raw_mmap2(fd, PAGES * page, STALE >> 12, w);
	good = map_right(p, PAGES, 2, x);
	good &= sites_of(getpid(), " legacy") == 0;
	/* Nothing proven: a stale word in range is left alone. */
	b.w1 = y * page;
	b.w2 = 0;
	block_put(w, &b);
	stack_args(w, fd, y);
	begin("venc");
	p = raw_mmap2(fd, PAGES * page, y, w);
	good &= map_right(p, PAGES, 2, y);
	return !good;
}

/* Argument "declared": legacy_objects names the last build. */
static int declared(void)
{
	bool good;

	vendor_libs_open();
	good = map_right(legacy(VENDOR_LAST->map[0], x, y * page, 0), PAGES,
			 2, x);
	good &= map_right(legacy(VENDOR_OTHER->map[0], x, y * page, 0), PAGES,
			  2, y);
	good &= map_right(native(0, x, y * page), PAGES, 2, x);
	return !good;
}

/* Argument "noframe": frame=0, no stack is read, nothing is proven. */
static int no_frame(void)
{
	void *p = legacy(linked_sites[0], x, 0, 0);
	bool good = p == MAP_FAILED && errno == EINVAL;

	good &= map_right(legacy(linked_sites[0], x, x * page, 9), PAGES, 2, x);
	good &= sites_of(getpid(), " legacy") == 0;
	return !good;
}

static int child(const char *what)
{
	if (!strcmp(what, "exec"))
		return after_exec();
	if (!strcmp(what, "watch"))
		return watch();
	if (!strcmp(what, "low"))
		return low_word();
	if (!strcmp(what, "declared"))
		return declared();
	if (!strcmp(what, "noframe"))
		return no_frame();
	return 99;
}

static int fresh(const char *what)
{
	const char *const argv[] = { "sites", what, NULL };

	return run_self(argv);
}

int main(int argc, char **argv)
{
	char params[128];

	hvct_init();
	x = MMZ_PFN + 0x123;
	y = MMZ_PFN + 0x456;
	if (argc > 1) {
		fd = dev_open("venc");
		return child(argv[1]);
	}
	ktap_plan(15 + 3 + 7 + 4 + 3 + 3);
	vendor_up("venc");
	compat_mode(MODE_GUARD);
	fd = dev_open("venc");
	proven();
	wide();
	families();

	ok_num(fresh("watch"), 0,
	       "the first 32 in-range calls of a process are looked at");
	ok_num(fresh("low"), 0, "a low-word match repairs and proves nothing");
	ok_num(sysctl_set("venc", "frame", "0"), 0, "frame=0 can be set");
	ok_num(fresh("noframe"), 0, "frame=0: the stack is evidence of nothing");
	close(fd);
	compat_down();

	snprintf(params, sizeof(params),
		 "modes=venc:3 legacy_objects=libother.so,%s",
		 vendor_lib_file(VENDOR_LAST));
	compat_up(params);
	ok_num(fresh("declared"), 0,
	       "a declared object is legacy from its first call");
	ok_num(sysctl_set(NULL, "legacy_objects", "libnone.so\n"), 0,
	       "declared objects can be changed");
	ok_num(fresh("declared") != 0, 1, "and are no longer legacy then");
	compat_down();
	vendor_down();
	return ktap_end();
}
