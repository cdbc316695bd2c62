// SPDX-License-Identifier: GPL-2.0
/*
 * References of both modules behind a dispatching major: held for the whole
 * life of a file and of a mapping, back to what they were after every way in
 * which an open can go, with the driver's own errors.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dispatchlib.h"
#include "sites.h"

#define MANY	200
#define FEW	20	/* each may ask for a module */
#define PAGES	4

static uint64_t x, high;
static char variant;

/* Neither module can leave now. */
static void held(const char *by)
{
	ok(mod_refs(COMPAT) > 0 && mod_refs(HIMEDIA) > 0,
	   "%c: %s: holds both modules", variant, by);
	ok(mod_unload(COMPAT) == -EWOULDBLOCK,
	   "%c: %s: the module cannot be removed", variant, by);
	ok(mod_unload(HIMEDIA) == -EWOULDBLOCK,
	   "%c: %s: the driver cannot be removed", variant, by);
}

#define HELD	3

static void idle(const char *after)
{
	ok(all_refs_reach_zero(), "%c: %s: no reference left or lost", variant,
	   after);
}

/* Opens that fail, all with the driver's own errno. */
static void failing(const char *name, int times, int want, const char *what)
{
	int i, bad = 0;

	for (i = 0; i < times; i++) {
		int got = node_open(name);

		if (got != want && !bad++)
			diag("open says %d, not %d", got, want);
		if (got >= 0)
			close(got);
	}
	ok(!bad, "%c: %s: %d times the driver's %s", variant, what, times,
	   strerror(-want));
	idle(what);
}

static int must_open(const char *name)
{
	int fd = node_open(name);

	if (fd < 0)
		bail("open %s: %s", name, strerror(-fd));
	return fd;
}

static void *must_map(int fd)
{
	void *p = raw_mmap2(fd, PAGES * page, high, NULL);

	if (p == MAP_FAILED)
		bail("mmap: %s", strerror(errno));
	return p;
}

/* A child that leaves file and mapping to the kernel. */
static void child(int fd, int sig)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		must_map(fd >= 0 ? fd : must_open("venc"));
		if (sig)
			kill(getpid(), sig);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		bail("fork: %s", strerror(errno));
}

static void lives(void)
{
	int fd, fd2;
	void *p;

	fd = must_open("venc");
	held("an open file");
	fd2 = dup(fd);
	close(fd);
	held("a duplicate of it");
	p = must_map(fd2);
	close(fd2);
	held("only a mapping");
	ok(*(volatile uint32_t *)p == x, "%c: only a mapping: the right page",
	   variant);
	munmap((char *)p + 2 * page, 2 * page);
	held("half a mapping");
	munmap(p, 2 * page);
	idle("file and mapping gone");

	fd = must_open("venc");
	child(fd, 0);
	held("parent of a child that ended");
	close(fd);
	idle("parent and child done");
	child(-1, 0);
	idle("a child ended with all open");
	child(-1, SIGKILL);
	idle("a child killed with all open");
}

#define LIVES	(5 * HELD + 1 + 4)

static void many(void)
{
	int i, fd, bad = 0;
	void *p;

	for (i = 0; i < MANY; i++)
		close(must_open("venc"));
	idle("many opens");
	for (i = 0; i < MANY; i++) {
		fd = must_open("venc");
		p = must_map(fd);
		bad += *(volatile uint32_t *)p != x;
		if (i & 1)
			close(fd);
		munmap(p, PAGES * page);
		if (!(i & 1))
			close(fd);
	}
	ok(!bad, "%c: many mappings: all right", variant);
	idle("many mappings");
	for (i = bad = 0; i < MANY; i++) {
		fd = must_open("venc");
		p = mmap(NULL, 2 * page, PROT_READ, MAP_PRIVATE, fd, x * page);
		bad += p != MAP_FAILED || errno != EAGAIN;
		close(fd);
	}
	ok(!bad, "%c: many mappings that fail: the driver's EAGAIN", variant);
	idle("many mappings that fail");
	for (i = bad = 0; i < MANY; i++) {
		fd = open("/dev/venc", O_PATH | O_CLOEXEC);
		bad += fd < 0 || mod_refs(COMPAT);
		close(fd);
	}
	ok(!bad, "%c: O_PATH: holds nothing", variant);
	idle("O_PATH");
}

/* A table without .open: nothing is called, nothing is lost. */
static void no_open(void)
{
	int fd = must_open("noop"), i;
	void *p;

	hm_begin("noop");
	p = raw_mmap2(fd, page, high, NULL);
	expect_map(p, 1, 1, x, "%c: no .open: repaired", variant);
	held("a file of a table without .open");
	close(fd);
	for (i = 0; i < MANY; i++)
		close(must_open("noop"));
	idle("many opens without .open");
}

/* A table without .mmap is nothing to take over: the file is the driver's. */
static void no_mmap(void)
{
	int fd = must_open("nomm"), i;

	ok(raw_mmap2(fd, page, x, NULL) == MAP_FAILED && errno == ENODEV,
	   "%c: no .mmap: the kernel's ENODEV", variant);
	close(fd);
	for (i = 0; i < MANY; i++)
		close(must_open("nomm"));
	idle("many opens without .mmap");
}

static void all(const char *devices, const char *asked, int unknown)
{
	unsigned int failed;
	void *p;
	int fd;

	himedia_up("variant=%c devices=%s", variant, devices);
	compat_with("devices=%s exclusive=1", asked);
	node_make("late", MAJOR, 9);
	lives();
	many();

	failed = hm_seen("fail").failed;
	failing("fail", MANY, -EBUSY, "an open that fails");
	ok(hm_seen("fail").failed - failed == MANY,
	   "%c: an open that fails: the driver was asked each time", variant);
	failing("late", FEW, unknown, "a minor that is not registered");
	ok(himedia_ctl("+late:plain:9") == 0, "%c: the minor is registered",
	   variant);
	hm_begin("late");
	fd = must_open("late");
	p = raw_mmap2(fd, page, high, NULL);
	expect_map(p, 1, 1, x, "%c: and is repaired from then on", variant);
	close(fd);
	ok(himedia_ctl("-late") == 0, "%c: the minor is unregistered", variant);
	unlink("/dev/late");
	node_make("late", MAJOR, 9);
	failing("late", FEW, unknown, "a minor that is no longer registered");
	unlink("/dev/late");
	if (variant != 'b') {
		no_open();
		no_mmap();
	}
	ok(!mod_unload(COMPAT), "%c: the module can be removed", variant);
	ok(!mod_unload(HIMEDIA), "%c: the driver can be removed", variant);
}

int main(void)
{
	hvct_init();
	ktap_plan(3 * (LIVES + 7 + 3 + 5 + 2 + 2) + 2 * (1 + HELD + 1 + 2) + 1);
	x = MMZ_PFN + 0x123;
	high = 0x12300000 | x;
	variant = 'a';
	all("venc:double:5,fail:openfail:6,noop:noopen:7,nomm:nommap:8",
	    "venc=218:5,fail=218:6,noop,nomm,late=218:9", -ENODEV);
	variant = 'b';
	all("venc:double:5,fail:openfail:6",
	    "venc=218:5,fail=218:6,late=218:9", -EPERM);
	variant = 'c';
	all("venc:double:5,fail:openfail:6,noop:noopen:7,nomm:nommap:8",
	    "venc=218:5,fail=218:6,noop,nomm,late=218:9", -ENXIO);
	vendor_down();
	ok(!mod_loaded(COMPAT) && !mod_loaded(HIMEDIA) &&
	   !mod_loaded("hvc_base"), "nothing left loaded");
	return ktap_end();
}
