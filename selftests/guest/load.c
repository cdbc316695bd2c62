// SPDX-License-Identifier: GPL-2.0
/*
 * Modules come and go: either load order, reload of either side, files and
 * mappings that are alive meanwhile, references back to the start each time,
 * and bad parameters that must leave nothing behind.
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

static uint64_t x;

static void *garbled(int fd)
{
	begin("venc");
	return raw_mmap2(fd, PAGES * page, 0x12300000 | x, NULL);
}

/* Taken over and repairing, or the driver's own; one open of its own. */
static void works(bool taken, const char *when)
{
	int fd = dev_open("venc");
	bool swapped = stat_of("venc").swapped;
	void *p = garbled(fd);

	if (taken)
		expect_map(swapped ? p : MAP_FAILED, PAGES, 2, x,
			   "%s: taken over, repaired", when);
	else if (kernel_limits_pgoff())
		expect_err(swapped ? NULL : p, EOVERFLOW, 0,
			   "%s: the driver's own table, EOVERFLOW", when);
	else
		expect_wild(swapped ? MAP_FAILED : p, PAGES, 0x12300000 | x,
			    ~0ull, "%s: the driver's own table", when);
	close(fd);
}

static void reload_driver(void)
{
	if (mod_unload("hvc_venc") || mod_load("hvc_venc", "devices=venc"))
		bail("cannot reload hvc_venc");
}

static void orders(void)
{
	char when[32];
	int i;

	vendor_up("venc");
	compat_up(NULL);
	works(true, "driver first");
	for (i = 1; i <= 3; i++) {
		reload_driver();
		snprintf(when, sizeof(when), "driver reloaded, %d", i);
		works(true, when);
	}
	for (i = 1; i <= 3; i++) {
		compat_down();
		snprintf(when, sizeof(when), "module unloaded, %d", i);
		works(false, when);
		compat_up(NULL);
		snprintf(when, sizeof(when), "module reloaded, %d", i);
		works(true, when);
	}
	ok_num(mod_unload("hvc_venc"), 0, "the driver goes first");
	ok(access("/proc/" COMPAT, F_OK) == 0, "the report stays");
	ok_num(report("venc", "valid"), 0, "with the device's block");
	compat_down();

	compat_up(NULL);
	vendor_up("venc");
	works(true, "module first");
	reload_driver();
	works(true, "module first, driver reloaded");
	compat_down();
	works(false, "module first, then unloaded");
	vendor_down();
}

/* Neither module may leave while @what is alive. */
static void both_refused(const char *what)
{
	ok(mod_unload(COMPAT) == -EWOULDBLOCK, "%s: the module stays", what);
	ok(mod_unload("hvc_venc") == -EWOULDBLOCK, "%s: the driver stays",
	   what);
}

static void held(void)
{
	int fd, fd2, status, to_child[2];
	void *p, *q;
	char c;
	pid_t pid;

	vendor_up("venc");
	compat_up(NULL);
	ok_num(mod_refs(COMPAT), 0, "no file: no reference on the module");
	fd = dev_open("venc");
	ok_num(mod_refs(COMPAT), 1, "one file: one reference on the module");
	ok_num(mod_refs("hvc_venc"), 1, "one file: one on the driver");
	both_refused("an open file");
	p = garbled(fd);
	close(fd);
	both_refused("only a mapping");
	ok(p != MAP_FAILED && *(volatile uint32_t *)p == x,
	   "the mapping still shows its page");
	q = (char *)p + page;
	munmap(p, page);
	both_refused("only a part of a mapping");
	munmap(q, (PAGES - 1) * page);
	ok(mod_refs_reach(COMPAT, 0) && mod_refs_reach("hvc_venc", 0),
	   "nothing alive: no references");

	fd = dev_open("venc");
	p = garbled(fd);
	fd2 = dup(fd);
	if (pipe(to_child))
		bail("pipe: %s", strerror(errno));
	fflush(stdout);
	pid = fork();
	if (!pid) {
		close(fd);
		close(fd2);
		close(to_child[1]);
		_exit(read(to_child[0], &c, 1) != 0);
	}
	close(to_child[0]);
	munmap(p, PAGES * page);
	close(fd);
	both_refused("a dup'ed descriptor");
	close(fd2);
	both_refused("a mapping in a child");
	close(to_child[1]);
	waitpid(pid, &status, 0);
	ok(mod_refs_reach(COMPAT, 0) && mod_refs_reach("hvc_venc", 0),
	   "the child is gone: no references");
	/* A process that dies with its file and mapping. */
	fflush(stdout);
	if (pipe(to_child))
		bail("pipe: %s", strerror(errno));
	pid = fork();
	if (!pid) {
		fd = dev_open("venc");
		garbled(fd);
		_exit(write(to_child[1], "x", 1) != 1 || pause());
	}
	close(to_child[1]);
	if (read(to_child[0], &c, 1) != 1)
		bail("the child said nothing");
	close(to_child[0]);
	both_refused("a file and a mapping of another process");
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	ok(mod_refs_reach(COMPAT, 0) && mod_refs_reach("hvc_venc", 0),
	   "that process was killed: no references");
	ok_num(mod_unload(COMPAT), 0, "then the module can go");
	works(false, "after that");

	/* Opened before the take-over: the driver's own table to the end. */
	fd = dev_open("venc");
	compat_up(NULL);
	p = garbled(fd);
	if (kernel_limits_pgoff())
		expect_err(p, EOVERFLOW, 0,
			   "a file from before the take-over is not repaired");
	else
		expect_wild(p, PAGES, 0x12300000 | x, ~0ull,
			    "a file from before the take-over is not repaired");
	ok_num(mod_refs(COMPAT), 0, "nor does it hold the module");
	fd2 = dev_open("venc");
	expect_map(garbled(fd2), PAGES, 2, x,
		   "a file from after it is repaired meanwhile");
	close(fd2);
	ok_num(mod_unload(COMPAT), 0, "the module can go under the old file");
	begin("venc");
	p = raw_mmap2(fd, PAGES * page, x, NULL);
	expect_map(p, PAGES, 2, x, "the old file still maps");
	close(fd);
	ok(mod_refs_reach("hvc_venc", 0), "the driver's references are 0");
	vendor_down();
}

/* Only devices that were named are touched. */
static void several(void)
{
	static const char *const names[] = { "venc", "aenc", "other" };
	int i;

	vendor_up("venc,aenc,other:plain");
	compat_up("=devices=venc,aenc,absent mmz=anonymous,0,0x84000000,1M");
	for (i = 0; i < 3; i++)
		ok_num(stat_of(names[i]).swapped, i < 2,
		       i == 0 ? "the first named device is taken over" :
		       i == 1 ? "the second named device is taken over" :
		       "a device that was not named is not");
	ok(report("absent", "mode") == 2, "a device that is not there is listed");
	ok(!report_has("device other"), "the report has no block for one that was not named");
	i = dev_open("other");
	begin("other");
	expect_map(raw_mmap2(i, page, x, NULL), 1, 1, x,
		   "the device that was not named works as ever");
	ok_num(mod_refs(COMPAT), 0, "and holds no reference on the module");
	close(i);
	ok_num(vendor_ctl("+absent:plain"), 0, "the absent device comes");
	ok_num(stat_of("absent").swapped, 1, "and is taken over");
	ok_num(vendor_ctl("-aenc"), 0, "another goes");
	ok_num(vendor_ctl("+aenc:plain"), 0, "and comes back");
	ok_num(stat_of("aenc").swapped, 1, "and is taken over again");
	compat_down();
	for (i = 0; i < 3; i++)
		ok_num(stat_of(names[i]).swapped, 0,
		       i == 0 ? "the first one is given back" :
		       i == 1 ? "the second one is given back" :
		       "the third one never was taken");
	vendor_down();
}
#define SEVERAL	15

static bool nothing_left(void)
{
	return !mod_loaded(COMPAT) && access("/proc/" COMPAT, F_OK) &&
	       access("/proc/sys/dev/" COMPAT, F_OK) &&
	       access("/dev/" COMPAT, F_OK) && !stat_of("venc").swapped &&
	       mod_refs("hvc_venc") == 0;
}

static void bad_parameters(void)
{
	static char long_name[300], many[2000];
	static const char *const bad[] = {
		"devices=",
		"devices=venc,venc",
		"devices=../venc",
		"mmz=zzz",
		"mmz=anonymous,0",
		"mmz=anonymous,0,0x84000000",
		"mmz=anonymous,0,0x84000001,1M",
		"mmz=anonymous,0,0x84000000,1000",
		"mmz=anonymous,0,0x84000000,0",
		"mmz=anonymous,0,start,1M",
		"mmz=anonymous,0,0x84000000,1X",
		"mmz=anonymous,0,0xfffffffffffff000,2M",
		"mmz=anonymous,0,0x84000000,1M:",
		"ranges=0x84000000",
		"ranges=0x85000000-0x84000fff",
		"ranges=0x84000000-0x84000ffe",
		"ranges=0x84000000+0",
		"ranges=0xfffffffffffff000+0x2000",
		"ranges=0x84000000+64M,",
		"ranges=nowhere+1M",
		"ranges=other:0x84000000+1M",
		"modes=venc",
		"modes=venc:",
		"modes=venc:4",
		"modes=venc:-1",
		"modes=venc:x",
		"modes=other:1",
		"modes=venc:1,,venc:2",
		"repeat=venc:0",
		"repeat=venc:x",
		"exclusive=venc:2",
		"frame=venc:2",
		"offset_bits=venc:0",
		"offset_bits=venc:65",
		"modes=venc:99999999999999999999",
		"legacy_objects=/usr/lib/libmpi.so",
		"legacy_objects=libmpi.so,,libVoice.so",
		long_name, many,
	};
	const int n = sizeof(bad) / sizeof(*bad);
	int i, at;

	at = sprintf(long_name, "devices=");
	memset(long_name + at, 'v', 250);
	at = sprintf(many, "devices=d0");
	for (i = 1; i < 200; i++)
		at += sprintf(many + at, ",d%d", i);

	vendor_up("venc");
	for (i = 0; i < n; i++) {
		char desc[64];
		int err;

		log_mark();
		err = mod_load(COMPAT, bad[i]);
		snprintf(desc, sizeof(desc), "insmod %.40s%s", bad[i],
			 strlen(bad[i]) > 40 ? "..." : "");
		if (!ok((err == -EINVAL || err == -E2BIG) && nothing_left() &&
			log_count(COMPAT ":") == 1,
			"%s: refused, one line, nothing left", desc)) {
			diag("error %d, lines %u, %s", err,
			     log_count(COMPAT ":"),
			     nothing_left() ? "nothing left" : "something left");
			log_show();
			compat_down();
		}
	}
	compat_up(NULL);
	works(true, "after all those a good insmod");
	compat_down();
	vendor_down();
}

int main(void)
{
	hvct_init();
	ktap_plan(10 + 3 + 3 + 27 + SEVERAL + 39 + 1);
	x = MMZ_PFN + 0x123;
	orders();
	held();
	several();
	bad_parameters();
	return ktap_end();
}
