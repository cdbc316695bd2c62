// SPDX-License-Identifier: GPL-2.0
/*
 * Opens of a device behind a dispatching major while the module, the driver,
 * then both at once come and go: an open succeeds or says that nobody is there, a
 * mapping is right or refused, no reference is left or lost.
 * HVC_STORM_SECONDS (default 5) is the length of each of the storms.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dispatchlib.h"
#include "sites.h"

#define OPENERS	2
#define PAGES	4

/* What openers count, in memory that they share with the parent. */
struct tally {
	volatile bool stop;
	volatile unsigned long other_cycles;
	struct {
		unsigned long opens, none, repaired, refused, right;
		unsigned long bad_open, bad_map;
		int bad_errno;
	} of[OPENERS];
};

static struct tally *tally;
static uint64_t x, high;
static int goes;	/* the driver's errno while its devices come and go */

static bool page_x(void *p)
{
	volatile uint32_t *w = p;

	return w[0] == (uint32_t)x && w[1] == ~(uint32_t)x &&
	       w[2] == HVC_STAMP_TAG;
}

static void one_file(int n, int fd, unsigned long turn)
{
	unsigned long *to;
	void *p;

	if (turn % 4 == 0)
		p = raw_mmap2(fd, PAGES * page, high, NULL);
	else if (turn % 4 == 1)
		p = native_sites[n](fd, PAGES * page, 0, x * page);
	else
		return;		/* leave room to unload */
	to = turn % 4 ? &tally->of[n].right : &tally->of[n].repaired;
	if (p == MAP_FAILED) {
		/* A file of the driver's own keeps the kernel's answer. */
		if (turn % 4 == 0 && errno == EOVERFLOW)
			to = &tally->of[n].refused;
		else
			to = &tally->of[n].bad_map;
	} else {
		/* Where no limit stands before it the driver gets it raw. */
		if (turn % 4 == 0 && maps_wild(p, x))
			to = &tally->of[n].refused;
		else if (!page_x(p) && (turn % 4 || kernel_limits_pgoff()))
			to = &tally->of[n].bad_map;
		munmap(p, PAGES * page);
	}
	++*to;
}

static void opener(int n)
{
	char path[32];
	unsigned long turn;
	int fd;

	snprintf(path, sizeof(path), "/tmp/storm%d", n);
	for (turn = 0; !tally->stop; turn++) {
		/* A node of its own: an opened inode keeps its cdev. */
		unlink(path);
		if (mknod(path, S_IFCHR | 0600, makedev(MAJOR, 5)))
			_exit(1);
		fd = open(path, O_RDWR | O_SYNC | O_CLOEXEC);
		if (fd < 0) {
			if (errno == ENXIO || errno == ENOENT ||
			    errno == ENODEV || errno == goes) {
				tally->of[n].none++;
			} else {
				tally->of[n].bad_open++;
				tally->of[n].bad_errno = errno;
			}
			continue;
		}
		tally->of[n].opens++;
		one_file(n, fd, turn);
		close(fd);
	}
	unlink(path);
	_exit(0);
}

static unsigned long files(void)
{
	unsigned long n = 0;
	int i;

	for (i = 0; i < OPENERS; i++)
		n += tally->of[i].opens;
	return n;
}

static unsigned long misses(void)
{
	unsigned long n = 0;
	int i;

	for (i = 0; i < OPENERS; i++)
		n += tally->of[i].none;
	return n;
}

/*
 * Lets the openers have some files, so that each life is a busy one: enough for
 * a turn of each sort, on one processor as well.
 */
static void let_live(void)
{
	unsigned long enough = files() + 4 * 2 * OPENERS;

	while (files() < enough && !tally->stop && patience())
		sched_yield();
}

/* Lets an opener find nobody. */
static void let_miss(void)
{
	unsigned long before = misses();

	while (misses() == before && patience())
		sched_yield();
}

/*
 * Removes @name if nobody is in the way, and brings it back, at once or (@miss)
 * after somebody asked for it in vain.
 */
static bool cycle(const char *name, const char *params, bool miss)
{
	int err = mod_unload(name);

	if (err == -EWOULDBLOCK)
		return false;
	if (err)
		bail("rmmod %s: %s", name, strerror(-err));
	if (miss)
		let_miss();
	err = mod_load(name, params);
	if (err)
		bail("insmod %s: %s", name, strerror(-err));
	return true;
}

/* A process that removes and loads another module meanwhile. */
static pid_t reloader(const char *name, const char *params)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		bail("fork: %s", strerror(errno));
	if (pid)
		return pid;
	while (!tally->stop)
		if (cycle(name, params, false)) {
			tally->other_cycles++;
			let_live();
		}
	_exit(0);
}

/* @other: reloaded at the same time, NULL for none. */
static void storm(const char *what, const char *name, const char *params,
		  const char *other, const char *other_params, double seconds,
		  bool must_miss)
{
	unsigned long cycles = 0, opens = 0, none = 0, repaired = 0,
		      refused = 0, right = 0, bad_open = 0, bad_map = 0;
	int i, status, bad_exit = 0;
	pid_t pid[OPENERS], second = 0;
	double end = now() + seconds;

	memset(tally, 0, sizeof(*tally));
	fflush(stdout);
	for (i = 0; i < OPENERS; i++) {
		pid[i] = fork();
		if (!pid[i])
			opener(i);
		if (pid[i] < 0)
			bail("fork: %s", strerror(errno));
	}
	if (other)
		second = reloader(other, other_params);
	/* Longer on a slow machine, until there were a few lives. */
	while (now() < end || (patience() &&
	       (cycles < 3 || (other && tally->other_cycles < 3)))) {
		/* Now and then at once, to meet an open half way. */
		if (cycle(name, params, must_miss && cycles % 2 == 0)) {
			cycles++;
			let_live();
		}
	}
	tally->stop = true;
	if (other && (waitpid(second, &status, 0) != second || status))
		bad_exit++;
	for (i = 0; i < OPENERS; i++) {
		if (waitpid(pid[i], &status, 0) != pid[i] || status)
			bad_exit++;
		opens += tally->of[i].opens;
		none += tally->of[i].none;
		repaired += tally->of[i].repaired;
		refused += tally->of[i].refused;
		right += tally->of[i].right;
		bad_map += tally->of[i].bad_map;
		bad_open += tally->of[i].bad_open;
		if (tally->of[i].bad_open)
			diag("an open said %s",
			     strerror(tally->of[i].bad_errno));
	}
	diag("%s: %.0f s, %lu and %lu reloads, %lu opens, %lu times nobody there, %lu repaired, %lu refused",
	     what, seconds, cycles, tally->other_cycles, opens, none, repaired, refused);
	ok(cycles >= 3 && (!other || tally->other_cycles >= 3),
	   "%s: was reloaded at least three times", what);
	ok(opens && right && repaired && (none || !must_miss),
	   "%s: files were opened and used in between", what);
	ok(!bad_open, "%s: opens fail only because nobody is there", what);
	ok(!bad_map, "%s: mappings are right or refused", what);
	ok(!bad_exit, "%s: all processes live", what);
	ok(all_refs_reach_zero(), "%s: no reference left or lost", what);
}

#define STORM	6

int main(void)
{
	double seconds = asked_for("HVC_STORM_SECONDS", 5);
	char params[256];
	int variant;

	hvct_init();
	ktap_plan(2 * (3 * STORM + 2) + 1);
	x = MMZ_PFN + 0x123;
	high = 0x12300000 | x;
	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tally == MAP_FAILED)
		bail("mmap: %s", strerror(errno));
	snprintf(params, sizeof(params),
		 "devices=venc=218:5 mmz=anonymous,0,%#llx,%#llx%s",
		 (unsigned long long)mmz_phys, (unsigned long long)mmz_len,
		 phys_is_wide() ? " offset_bits=32" : "");
	for (variant = 'a'; variant <= 'b'; variant++) {
		char what[32], driver[64];

		snprintf(driver, sizeof(driver),
			 "variant=%c devices=venc:double:5", variant);
		himedia_up("%s", driver);
		compat_up("=devices=venc=218:5");
		compat_down();
		if (mod_load(COMPAT, params))
			bail("cannot load " COMPAT);
		snprintf(what, sizeof(what), "%c, module", variant);
		storm(what, COMPAT, params, NULL, NULL, seconds, false);
		snprintf(what, sizeof(what), "%c, driver", variant);
		goes = variant == 'a' ? ENODEV : EPERM;
		storm(what, HIMEDIA, driver, NULL, NULL, seconds, true);
		snprintf(what, sizeof(what), "%c, both", variant);
		storm(what, HIMEDIA, driver, COMPAT, params, seconds, true);
		goes = 0;
		ok(!mod_unload(HIMEDIA), "%c: the driver can be removed",
		   variant);
		ok(!mod_unload(COMPAT), "%c: the module can be removed",
		   variant);
	}
	vendor_down();
	ok(!mod_loaded(COMPAT) && !mod_loaded(HIMEDIA) &&
	   !mod_loaded("hvc_base"), "nothing left loaded");
	return ktap_end();
}
