// SPDX-License-Identifier: GPL-2.0
/*
 * Opens, mappings and closes on every CPU while both sides are loaded and
 * unloaded in turn. An open may fail with ENODEV, ENXIO or ENOENT (no node yet)
 * and with nothing else; a mapping that was made shows the right page or, while
 * the module is away, is refused by the kernel's own limit; references are back
 * to the start at the end.
 *
 * HVC_STORM_SECONDS: how long, 10 unless set; 60 at full length.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hvct.h"
#include "sites.h"

#define PAGES	4
#define TASKS	4

#define RELOADS	6	/* of either side, at least */

/* One set per task, in shared memory; read when the task is gone. */
struct counts {
	unsigned long opens, absent, odd_errno, odd_errno_last;
	volatile unsigned long valid, repaired;
	unsigned long limited, wrong, refused;
};

static struct counts *counts;	/* one more than tasks: the last says stop */
static uint64_t x;

/*
 * An open that raced with a reload may have landed on whatever misc device had
 * got the freed minor by then, as without us: that one has no mmap handler.
 */
static void right(struct counts *c, void *p, uint64_t want, bool garbled)
{
	if (p == MAP_FAILED) {
		if (errno == ENODEV)
			c->absent++;
		else if (garbled && errno == EOVERFLOW && kernel_limits_pgoff())
			c->limited++;
		else
			c->refused++;
		return;
	}
	if (garbled && maps_wild(p, want))
		c->limited++;	/* the driver's own table, no limit before it */
	else if (*(volatile uint32_t *)p != want)
		c->wrong++;
	else if (garbled)
		c->repaired++;
	else
		c->valid++;
	munmap(p, PAGES * page);
}

/* Even tasks only open and close, odd ones map, too. */
static void hammer(struct counts *c, int task)
{
	bool maps = task % 2;
	double from;
	int fd;

	srand(task);
	for (; !counts[TASKS].valid; pause_after(now() - from, maps ? 20000 : 1500)) {
		from = now();
		fd = open("/dev/venc", O_RDWR | O_CLOEXEC);
		c->opens++;
		if (fd < 0) {
			if (errno == ENODEV || errno == ENXIO ||
			    errno == ENOENT) {
				c->absent++;
			} else {
				c->odd_errno++;
				c->odd_errno_last = errno;
			}
			continue;
		}
		if (!maps) {
			close(fd);
			continue;
		}
		right(c, native_sites[task % NSITES](fd, PAGES * page, 0,
						     (x + task) * page),
		      x + task, false);
		right(c, raw_mmap2(fd, PAGES * page, 0x12300000 | (x + task),
				   NULL), x + task, true);
		close(fd);
	}
	_exit(0);
}

struct cycles {
	unsigned long compat_loads, driver_loads, busy, failed;
};

static void unload(const char *name, struct cycles *n)
{
	int err = mod_unload(name);

	if (err == -EWOULDBLOCK)
		n->busy++;
	else if (err)
		n->failed++;
}

/* Has all of it been seen that the storm is about? */
static bool enough(const struct cycles *n)
{
	unsigned long valid = 0, repaired = 0;
	int i;

	for (i = 0; i < TASKS; i++) {
		valid += counts[i].valid;
		repaired += counts[i].repaired;
	}
	return n->compat_loads >= RELOADS && n->driver_loads >= RELOADS &&
	       valid && repaired;
}

static void churn(struct cycles *n, double end)
{
	unsigned int seed = 1;

	while (now() < end || (!enough(n) && patience())) {
		int err = 0;

		seed = seed * 1103515245 + 12345;
		if (seed & 0x10000) {
			if (mod_loaded(COMPAT))
				unload(COMPAT, n);
			else if (!(err = compat_load(NULL)))
				n->compat_loads++;
		} else {
			if (mod_loaded("hvc_venc"))
				unload("hvc_venc", n);
			else if (!(err = mod_load("hvc_venc", "devices=venc")))
				n->driver_loads++;
		}
		if (err) {
			diag("insmod: %s", strerror(-err));
			n->failed++;
		}
	}
}

int main(void)
{
	struct counts all = { 0 };
	struct cycles n = { 0 };
	pid_t pid[TASKS];
	double end;
	int i, status, bad = 0;

	hvct_init();
	ktap_plan(11);
	x = MMZ_PFN + 0x123;
	counts = mmap(NULL, (TASKS + 1) * sizeof(*counts), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	vendor_up("venc");
	end = now() + asked_for("HVC_STORM_SECONDS", 10);
	fflush(stdout);
	for (i = 0; i < TASKS; i++) {
		pid[i] = fork();
		if (!pid[i])
			hammer(&counts[i], i);
	}
	churn(&n, end);
	counts[TASKS].valid = 1;
	for (i = 0; i < TASKS; i++) {
		struct counts *c = &counts[i];

		waitpid(pid[i], &status, 0);
		bad += status != 0;
		all.opens += c->opens;
		all.absent += c->absent;
		all.odd_errno += c->odd_errno;
		if (c->odd_errno)
			all.odd_errno_last = c->odd_errno_last;
		all.valid += c->valid;
		all.repaired += c->repaired;
		all.limited += c->limited;
		all.wrong += c->wrong;
		all.refused += c->refused;
	}
	diag("%lu opens, %lu while absent; %lu right, %lu repaired, %lu limited",
	     all.opens, all.absent, all.valid, all.repaired, all.limited);
	diag("%lu module loads, %lu driver loads, %lu unloads refused as busy",
	     n.compat_loads, n.driver_loads, n.busy);
	ok_num(bad, 0, "no task died");
	if (!ok(!all.odd_errno, "opens fail only because the device is absent"))
		diag("%lu opens failed otherwise, the last one: %s",
		     all.odd_errno, strerror(all.odd_errno_last));
	ok_num(all.wrong, 0, "no mapping shows a wrong page");
	ok_num(all.refused, 0, "no mapping is refused for another reason");
	ok_num(n.failed, 0, "modules load and unload, or are busy");
	ok(all.valid > 0, "there were right calls");
	ok(all.repaired > 0, "there were repaired calls");
	ok(n.compat_loads >= RELOADS && n.driver_loads >= RELOADS,
	   "both sides were reloaded several times");

	if (!mod_loaded("hvc_venc") && mod_load("hvc_venc", "devices=venc"))
		bail("cannot load hvc_venc");
	ok(mod_refs_reach("hvc_venc", 0), "the driver's references are 0");
	ok(!mod_loaded(COMPAT) || mod_refs_reach(COMPAT, 0),
	   "the module's references are 0");
	compat_down();
	vendor_down();
	ok(!mod_loaded(COMPAT) && !mod_loaded("hvc_venc"),
	   "and both can be unloaded");
	return ktap_end();
}
