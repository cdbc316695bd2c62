// SPDX-License-Identifier: GPL-2.0
/*
 * Somebody else puts a table or a cdev in our place, and nobody notices until
 * rmmod of this module has begun: too late to refuse. Theirs is left as it is,
 * everything else is given back, and rmmod never returns, so that their calls
 * into our text go on finding it.
 *
 * This test runs in a guest of its own.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dispatchlib.h"
#include "sites.h"

#define FOREIGN	"hvc_foreign"
#define PAGES	2

static uint64_t x;

static bool waits_for_good(void)
{
	int i;

	for (i = 0; i < 10000; i++) {
		if (log_count("rmmod waits for good"))
			return true;
		usleep(1000);
	}
	return false;
}

/* The driver's own table again: no repair, right calls go on. */
static void given_back(const char *dev, const char *record)
{
	int fd = node_open(dev);
	void *p;

	ok(fd >= 0, "%s can be opened", dev);
	begin(record);
	p = raw_mmap2(fd, PAGES * page, 0x12300000 | x, NULL);
	if (kernel_limits_pgoff())
		expect_err(p, EOVERFLOW, 0, "%s is the driver's again", dev);
	else
		expect_wild(p, PAGES, 0x12300000 | x, ~0ull,
			    "%s is the driver's again", dev);
	begin(record);
	p = raw_mmap2(fd, PAGES * page, x, NULL);
	expect_map(p, PAGES, 1, x, "%s: a right call: right page", dev);
	close(fd);
}

/* An error, or an insmod that waits for the rmmod: kernels differ. */
static bool not_loaded_twice(void)
{
	int status, i;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		_exit(mod_load(COMPAT, "devices=venc") != 0);
	for (i = 0; i < 3000; i++) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return status;
		usleep(1000);
	}
	kill(pid, SIGKILL);
	return waitpid(pid, &status, 0) == pid && WIFSIGNALED(status);
}

#define GIVEN_BACK	3

int main(void)
{
	int status, fd;
	pid_t pid;
	void *p;

	hvct_init();
	ktap_plan(5 + 2 * GIVEN_BACK + 5);
	x = MMZ_PFN + 0x123;
	vendor_up("venc:plain,adec:plain");
	himedia_up("devices=vi:plain:5,vo:plain:6");
	if (mod_load(FOREIGN, "device=venc late=1"))
		bail("insmod " FOREIGN);
	compat_with("devices=venc,adec,vi=218:5,vo=218:6 repeat=1");
	log_mark();
	if (write_str("/sys/module/" FOREIGN "/parameters/go", "copy") ||
	    write_str("/sys/module/" FOREIGN "/parameters/go", "cdev"))
		bail("cannot set go");
	ok(log_count("stays loaded") == 0, "nobody has noticed");
	ok(mod_refs_reach(COMPAT, 0), "nothing holds us");

	fflush(stdout);
	pid = fork();
	if (!pid)
		_exit(mod_unload(COMPAT) != 0);
	ok(waits_for_good(), "rmmod says that it waits for good");
	ok(waitpid(pid, &status, WNOHANG) == 0, "and waits");
	ok(log_count("somebody else put a table in our place") == 1,
	   "the log says why");

	given_back("adec", "adec");
	node_make("vo", MAJOR, 6);
	given_back("vo", "vo.st");

	/* Their copy leads into our text, which is still there. */
	fd = node_open("venc");
	ok(fd >= 0 || fd == -ENODEV, "venc: their open, or the errno of a module that leaves");
	begin("venc");
	p = fd < 0 ? MAP_FAILED : raw_mmap2(fd, PAGES * page, x, NULL);
	ok(p == MAP_FAILED || map_right(p, PAGES, 1, x),
	   "venc: an error or the right page");
	close(fd);
	ok(stat_of("venc").swapped, "their table still stands there");
	fd = node_open("vi");
	ok(fd >= 0 && hm_stat("vi").opens == 0,
	   "vi: an open finds their cdev, not the driver");
	close(fd);
	ok(mod_loaded(COMPAT) && not_loaded_twice(),
	   "we are still there, and are not loaded twice");
	return ktap_end();
}
