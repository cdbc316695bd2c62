// SPDX-License-Identifier: GPL-2.0
/*
 * What a call costs, in a guest whose clock counts instructions.
 *
 * Prints `bench KEY NANOSECONDS`, the least of many single calls, with the cost
 * of reading the clock taken off. Every timed call is one that was seen to map
 * the right page (or to fail as it must) before it is timed, each of these is a
 * result of the test.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "timing.h"

#define RANGES_MAX	4096	/* HVC_RANGES_MAX of kmod/ranges.h */

static void *by_vendor(const struct call *c)
{
	return linked_sites[0](c->fd, c->pages * page, c->pfn * page, c->w1,
			       c->w2);
}

static unsigned long bench(const char *phase, const struct call *c)
{
	ok(works_each_time(c), "%s/%s: does what it must", phase, c->what);
	return say(phase, c->what, map_once, c);
}

static void open_once(const void *path)
{
	close(open(path, O_RDWR | O_SYNC));
}

static unsigned long bench_open(const char *phase, const char *what,
				const char *dev)
{
	char path[64];

	snprintf(path, sizeof(path), "/dev/%s", dev);
	return say(phase, what, open_once, path);
}

/*
 * What nobody takes over must cost what it did before. Two steps of the clock:
 * the kernel's own state differs (profile.c counts instructions of the module,
 * of which there is none).
 */
static void same(const char *phase, const char *what, unsigned long now,
		 unsigned long *before)
{
	if (!*before)
		*before = now;
	ok(now <= *before + 2 * STEP_NS, "%s/%s: costs nothing more", phase,
	   what);
}

/* Everything that is right without the module. */
static void plain_calls(const char *phase)
{
	int venc = dev_open("bvenc"), mem = dev_open("bmem");
	int other = dev_open("bother");
	static unsigned long other_mmap, other_open;
	const struct call untouched = { "other-device", by_native, other, 1,
					PFN, .checked = 1 };
	const struct call calls[] = {
		{ "in-range-1", by_native, mem, 1, PFN, .checked = 1 },
		{ "in-range-64", by_native, mem, 64, PFN, .checked = 1 },
		{ "ring-2", by_native, venc, 2, PFN, .checked = 2 },
		{ "ring-64", by_native, venc, 64, PFN, .checked = 2 },
		{ "raw-in-range-2", by_raw, venc, 2, PFN, PFN, .checked = 2 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		bench(phase, &calls[i]);
	same(phase, untouched.what, bench(phase, &untouched), &other_mmap);
	close(venc);
	close(mem);
	close(other);
	bench_open(phase, "open", "bvenc");
	same(phase, "open-other", bench_open(phase, "open-other", "bother"),
	     &other_open);
}

static void load(const char *params)
{
	char text[256];

	snprintf(text, sizeof(text),
		 "=devices=bvenc,bmem repeat=bvenc:2 exclusive=bvenc:1 mmz=anonymous,0,0x%llx,%lluK %s",
		 (unsigned long long)mmz_phys,
		 (unsigned long long)mmz_len / 1024, params);
	compat_up(text);
}

/* What the value alone gives away. */
static void masked_calls(const char *phase)
{
	int venc = dev_open("bvenc");
	const struct call calls[] = {
		{ "high-bits", by_raw, venc, 2, PFN, PFN | 0x12300000,
		  .checked = 2 },
		{ "sign-extended", by_raw, venc, 2, PFN, PFN | 0xfff00000,
		  .checked = 2 },
		{ "byte-offset", by_raw, venc, 2, PFN, PFN * page,
		  .checked = 2 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		bench(phase, &calls[i]);
	close(venc);
}

/* And what the stack says; in range last, from a process known as legacy. */
static void displaced_calls(const char *phase)
{
	int venc = dev_open("bvenc");
	const struct call calls[] = {
		{ "displaced", by_vendor, venc, 2, PFN, .checked = 2 },
		{ "displaced-pointer", by_vendor, venc, 2, PFN,
		  .w1 = 0xbefff000, .w2 = 100, .checked = 2 },
		{ "ring-2-legacy", by_native, venc, 2, PFN, .checked = 2 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		bench(phase, &calls[i]);
	close(venc);
}

static void refused_call(const char *phase)
{
	int venc = dev_open("bvenc");
	const struct call c = { "refused", by_raw, venc, 2,
				.raw = 0x1234 };

	bench(phase, &c);
	close(venc);
}

/* n one-page ranges with holes between them, and the MMZ behind them. */
static void many_ranges(unsigned int n)
{
	char what[32], *text = malloc(n * 24 + 64);
	bool set;
	int venc = dev_open("bvenc"), len = 0;
	struct call c = { what, by_native, venc, 2, PFN, .checked = 2 };
	unsigned int i;

	for (i = 0; i < n - 1; i++)
		len += sprintf(text + len, "0x%x+0x1000,", (i + 1) * 0x2000);
	/* A long value must end in a new line. */
	sprintf(text + len, "0x%llx+0x%llx\n", (unsigned long long)mmz_phys,
		(unsigned long long)mmz_len);
	snprintf(what, sizeof(what), "%u", n);
	set = !sysctl_set(NULL, "ranges", text);
	if (n > RANGES_MAX)
		ok(!set, "ranges/%u: refused", n);
	else if (ok(set, "ranges/%u: set", n))
		bench("ranges", &c);
	free(text);
	close(venc);
}

#define USER_PROCESSES	127	/* a user may hold half of the table */

/* One of many: makes a garbled call, says so and waits for its end. */
static void bystander(unsigned int i, const struct call *garbled, int told)
{
	if (setgid(1000) || setuid(1000 + i / USER_PROCESSES))
		_exit(1);
	if (write(told, works(garbled) ? "+" : "-", 1) == 1)
		pause();
	_exit(1);
}

/* The same calls in a process that comes after all others. */
static void late(const char *phase, const struct call *c)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		bool right = works_each_time(c);

		say(phase, c->what, map_once, c);
		fflush(stdout);
		_exit(!right);
	}
	waitpid(pid, &status, 0);
	ok(!status, "%s/%s: does what it must", phase, c->what);
}

/* @n processes of other users have made a garbled call and live on. */
static void many_processes(const char *crowd, unsigned int n)
{
	char what[32], after[32], repaired[32];
	int venc = dev_open("bvenc"), fds[2];
	struct call c = { what, by_native, venc, 2, PFN, .checked = 2 };
	struct call garbled = { what, by_vendor, venc, 2, PFN, .checked = 2 };
	pid_t *pids = calloc(n + 1, sizeof(*pids));
	unsigned int i;
	char byte;

	snprintf(what, sizeof(what), "%u", n);
	snprintf(after, sizeof(after), "%s-late", crowd);
	snprintf(repaired, sizeof(repaired), "%s-repaired", crowd);
	if (!pids || pipe(fds))
		bail("pipe");
	works_each_time(&c);
	for (i = 0; i < n; i++) {
		pids[i] = fork();
		if (pids[i] < 0)
			bail("process %u cannot be made", i);
		if (!pids[i])
			bystander(i, &garbled, fds[1]);
	}
	for (i = 0; i < n; i++)
		if (read(fds[0], &byte, 1) != 1 || byte != '+')
			bail("a process could not map");
	bench(crowd, &c);
	late(after, &c);
	bench(repaired, &garbled);
	for (i = 0; i < n; i++)
		kill(pids[i], SIGKILL);
	for (i = 0; i < n; i++)
		waitpid(pids[i], NULL, 0);
	close(fds[0]);
	close(fds[1]);
	free(pids);
	close(venc);
}

static void many_devices(unsigned int n)
{
	char what[32], load[32], params[1024], dev[8];
	struct call c = { what, by_native, 0, 1, PFN, .checked = 1 };
	int len = sprintf(params, "=mmz=a,0,0x%llx,%lluK devices=",
			  (unsigned long long)mmz_phys,
			  (unsigned long long)mmz_len / 1024);
	unsigned int i;

	for (i = 0; i < n; i++)
		len += sprintf(params + len, "%sb%u", i ? "," : "", i);
	snprintf(what, sizeof(what), "%u", n);
	snprintf(load, sizeof(load), "devices=%u", n);
	if (mod_load("hvc_bench", load))
		bail("hvc_bench %s does not load", load);
	compat_up(params);
	snprintf(dev, sizeof(dev), "b%u", n - 1);
	c.fd = dev_open(dev);
	bench("devices", &c);
	close(c.fd);
	bench_open("devices-open", what, dev);
	compat_down();
	mod_unload("hvc_bench");
}

static void crowds(const char *name, const unsigned int *n, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		load("");
		many_processes(name, n[i]);
		compat_down();
	}
}

/* As `crowd`, in a guest with room for them: many processes and nothing else. */
int main(int argc, char **argv)
{
	static const unsigned int ranges[] = {
		1, 16, 64, 256, 1024, 4096, 65536
	};
	static const unsigned int few[] = { 0, 1, 16, 64, 255 };
	static const unsigned int many[] = { 0, 255, 1024, 4096 };
	static const unsigned int devices[] = { 1, 2, 8, 32, 64 };
	bool crowd = argc && strstr(argv[0], "crowd");
	unsigned int i;

	hvct_init();
	ktap_plan(crowd ? 12 : 111);
	if (mod_load("hvc_bench", NULL))
		bail("hvc_bench does not load");
	stamp_pages();
	if (crowd) {
		crowds("crowd", many, 4);
		mod_unload("hvc_bench");
		return ktap_end();
	}
	plain_calls("none");
	plain_calls("none-again");

	load("");
	plain_calls("repair");
	masked_calls("repair");
	displaced_calls("repair");
	compat_down();

	load("");
	plain_calls("repair-again");
	masked_calls("repair-again");
	displaced_calls("repair-again");
	compat_down();

	load("frame=bvenc:0");
	plain_calls("noframe");
	masked_calls("noframe");
	compat_down();

	load("modes=bvenc:3,bmem:3");
	plain_calls("guard");
	masked_calls("guard");
	displaced_calls("guard");
	refused_call("guard");
	compat_down();

	load("modes=bvenc:0,bmem:0");
	plain_calls("off");
	compat_down();

	load("");
	for (i = 0; i < sizeof(ranges) / sizeof(*ranges); i++)
		many_ranges(ranges[i]);
	compat_down();

	crowds("processes", few, sizeof(few) / sizeof(*few));
	mod_unload("hvc_bench");
	for (i = 0; i < sizeof(devices) / sizeof(*devices); i++)
		many_devices(devices[i]);
	return ktap_end();
}
