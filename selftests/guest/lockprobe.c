// SPDX-License-Identifier: GPL-2.0
/*
 * The take-over exchanges pointers only with misc_mtx held. Shown on the kernel
 * at hand:
 *
 * - callbacks of a class_interface for a misc device run inside misc_mtx: a
 *   task that opens a misc device during the callback sleeps until it is over;
 *   the same task gets through at once when no callback is running;
 * - at insmod, in the first .remove_dev callback of the module's throw-away
 *   device, venc still has the driver's table; after everybody's .remove_dev,
 *   still inside the lock, it has the shadow; a task that was asleep in open()
 *   of /dev/venc all the while gets the shadow;
 * - at rmmod the same the other way round;
 * - when the driver registers later, the exchange is done before the lock is
 *   given back: a task asleep in open() meanwhile gets the shadow.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hvct.h"

static int lp;

static struct hvc_lockprobe seen(void)
{
	struct hvc_lockprobe s;

	if (ioctl(lp, HVC_LP_IOC_READ, &s))
		bail("lock probe: %s", strerror(errno));
	return s;
}

/*
 * A child that waits to be let go by the probe and then opens @dev; it exits
 * with 100 + whose table it got, or with the errno of its open. Returns when
 * the child is known to the probe.
 */
static pid_t opener(const char *dev, int arm)
{
	char path[64];
	pid_t pid;

	if (ioctl(lp, HVC_LP_IOC_ARM, 0))
		bail("lock probe: %s", strerror(errno));
	snprintf(path, sizeof(path), "/dev/%s", dev);
	fflush(stdout);
	pid = fork();
	if (!pid) {
		int fd, whose;

		if (ioctl(lp, HVC_LP_IOC_WAIT))
			_exit(99);
		fd = open(path, O_RDWR);
		if (fd < 0)
			_exit(errno);
		whose = ioctl(lp, HVC_LP_IOC_FD, fd);
		_exit(whose < 0 ? 98 : 100 + whose);
	}
	if (ioctl(lp, HVC_LP_IOC_ARM, arm))
		bail("lock probe: %s", strerror(errno));
	return pid;
}

static int done(pid_t pid)
{
	int status;

	/* Where no callback came it must not wait for ever. */
	ioctl(lp, HVC_LP_IOC_FREE);
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static void facts(void)
{
	struct hvc_lockprobe s;
	pid_t pid;

	pid = opener("venc", HVC_LP_ADD_ANY);
	if (ioctl(lp, HVC_LP_IOC_CYCLE))
		bail("lock probe: %s", strerror(errno));
	s = seen();
	ok(!strcmp(s.fired, "hvc_lp_cycle"), "registering calls .add_dev");
	ok_num(s.blocked, 1, "an open during .add_dev sleeps");
	ok_num(done(pid), 100 + HVC_LP_OWN, "and gets through afterwards");

	pid = opener("venc", HVC_LP_REMOVE);
	if (ioctl(lp, HVC_LP_IOC_CYCLE))
		bail("lock probe: %s", strerror(errno));
	s = seen();
	ok(!strcmp(s.fired, "hvc_lp_cycle"), "deregistering calls .remove_dev");
	ok_num(s.blocked, 1, "an open during .remove_dev sleeps");
	ok_num(s.still, 1, "and still does at the removal event");
	ok_num(done(pid), 100 + HVC_LP_OWN, "it gets through after that");

	/* The counter-proof: the probe can tell a lock from none. */
	pid = opener("venc", HVC_LP_REMOVE);
	ok_num(done(pid), 100 + HVC_LP_OWN,
	       "with no callback running the open does not sleep");
	ok(!seen().fired[0], "(and none was running)");
}

int main(void)
{
	struct hvc_lockprobe s;
	pid_t pid;
	int err;

	hvct_init();
	ktap_plan(9 + 8 + 7 + 6 + 3);
	vendor_up("venc");
	if (mod_load("hvc_lockprobe", ""))
		bail("cannot load hvc_lockprobe");
	lp = dev_open("hvc_lockprobe");
	facts();

	ok_num(seen().now, HVC_LP_OWN, "before insmod: the driver's own table");
	pid = opener("venc", HVC_LP_REMOVE);
	compat_up(NULL);
	s = seen();
	ok(s.fired[0], "insmod: a throw-away device was removed");
	ok_num(s.before, HVC_LP_OWN,
	       "insmod: not exchanged before that device's .remove_dev");
	ok_num(s.blocked, 1, "insmod: an open of venc sleeps meanwhile");
	ok_num(s.after, HVC_LP_SHADOW,
	       "insmod: exchanged when the callbacks are over");
	ok_num(s.still, 1, "insmod: while the open is still asleep");
	ok_num(s.now, HVC_LP_SHADOW, "after insmod: the shadow");
	ok_num(done(pid), 100 + HVC_LP_SHADOW,
	       "insmod: the open that slept gets the shadow");

	if (!mod_refs_reach(COMPAT, 0))
		bail("the opener's file is still open");
	pid = opener("venc", HVC_LP_REMOVE);
	err = mod_unload(COMPAT);
	ok_num(err, 0, "rmmod");
	s = seen();
	ok(!strcmp(s.fired, COMPAT), "rmmod: the control device is removed");
	ok_num(s.before, HVC_LP_SHADOW,
	       "rmmod: not restored before its .remove_dev");
	ok_num(s.blocked, 1, "rmmod: an open of venc sleeps meanwhile");
	ok_num(s.after, HVC_LP_OWN, "rmmod: restored when the callbacks are over");
	ok_num(s.still, 1, "rmmod: while the open is still asleep");
	ok_num(done(pid), 100 + HVC_LP_OWN,
	       "rmmod: the open that slept gets the driver's own");

	/* The driver comes second. */
	if (!mod_refs_reach("hvc_venc", 0) || mod_unload("hvc_venc"))
		bail("cannot unload hvc_venc");
	compat_up(NULL);
	pid = opener("venc", HVC_LP_ADD);
	if (mod_load("hvc_venc", "devices=venc"))
		bail("cannot load hvc_venc");
	s = seen();
	ok(!strcmp(s.fired, "venc"), "late driver: its .add_dev");
	ok_num(s.before, HVC_LP_OWN, "late driver: its own table at first");
	ok_num(s.blocked, 1, "late driver: an open of it sleeps meanwhile");
	ok_num(s.now, HVC_LP_SHADOW, "late driver: the shadow after that");
	ok_num(done(pid), 100 + HVC_LP_SHADOW,
	       "late driver: the open that slept gets the shadow");
	ok_num(stat_of("venc").opens, 1, "late driver: its own .open was called");

	ok(mod_refs_reach(COMPAT, 0) && mod_refs_reach("hvc_venc", 0),
	   "no references left");
	if (ioctl(lp, HVC_LP_IOC_ARM, 0))
		bail("lock probe: %s", strerror(errno));
	close(lp);
	compat_down();
	ok_num(mod_unload("hvc_lockprobe"), 0, "the probe can go");
	vendor_down();
	ok(!mod_loaded(COMPAT) && !mod_loaded("hvc_venc"), "nothing left loaded");
	return ktap_end();
}
