// SPDX-License-Identifier: GPL-2.0
/*
 * Device nodes: made before or after the load, removed and made anew, two for
 * one device, in another file system; asked for by number and by name. An
 * inode that was opened before keeps the driver's cdev until its node is made
 * anew, which log and report say. A driver that has a cdev for one minor
 * alone is left alone, which they say, too.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dispatchlib.h"
#include "sites.h"

#define PAGES	4

static uint64_t x;


static void by_number(void)
{
	himedia_up("devices=venc:double:5 nodes=0");
	node_make("before", MAJOR, 5);
	compat_with("devices=venc=218:5");
	node_call("before", true, "by number, node made before the load");
	node_make("after", MAJOR, 5);
	node_call("after", true, "by number, node made after the load");
	node_call("before", true, "by number, two nodes for one device");
	node_make("before", MAJOR, 5);
	node_call("before", true, "by number, node made anew");
	node_make("/tmp/elsewhere", MAJOR, 5);
	node_call("/tmp/elsewhere", true, "by number, node on another file system");
	unlink("/dev/before");
	ok(node_open("before") == -ENOENT, "by number, node removed: ENOENT");
	compat_down();
	node_call("/tmp/elsewhere", false, "after the module");
	node_call("after", false, "after the module, the second node");
	himedia_down();
	ok(node_open("after") == -ENXIO, "after the driver: ENXIO");
	unlink("/dev/after");
	unlink("/tmp/elsewhere");
}

static void by_name(void)
{
	himedia_up("devices=venc:double:5 nodes=0");
	compat_with("devices=venc");
	ok(!strstr(state_of("venc"), "taken over"),
	   "by name, no node yet: not taken over");
	node_make("venc", MAJOR, 5);
	/* Any module that becomes live makes us look again. */
	if (mod_load("hvc_mmz", ""))
		bail("cannot load hvc_mmz");
	ok(strstr(state_of("venc"), "taken over, major 218:5"),
	   "by name, node made later: taken over with the next module");
	mod_unload("hvc_mmz");
	node_call("venc", true, "by name, node made later");
	node_make("venc", MAJOR, 5);
	node_call("venc", true, "by name, node made anew");
	compat_down();
	himedia_down();
	unlink("/dev/venc");

	/* The device comes back with another minor. */
	compat_with("devices=venc");
	himedia_up("devices=venc:double:5");
	node_call("venc", true, "by name, minor 5");
	himedia_down();
	himedia_up("variant=b devices=venc:double:77");
	ok(strstr(state_of("venc"), "taken over, major 218:77"),
	   "by name, the driver is back with another minor: taken over");
	node_call("venc", true, "by name, minor 77");
	himedia_down();
	compat_down();
}

static void cached(void)
{
	static const char advice[] = "make it anew";
	int fd;

	himedia_up("devices=venc:double:5");
	node_call("venc", false, "opened before the load");
	log_mark();
	compat_with("devices=venc");
	ok(log_count("mknod /dev/venc c 218 5") == 1,
	   "opened before: the log says how to make the node anew");
	ok(strstr(state_of("venc"), advice), "opened before: so does the report");
	node_call("venc", false, "opened before, still the old node");
	node_make("other", MAJOR, 5);
	node_call("other", true, "opened before, another node");
	unlink("/dev/other");
	fd = node_open("venc");
	node_make("venc", MAJOR, 5);
	node_call("venc", true, "opened before, made anew");
	node_call("venc", true, "opened before, made anew, once more");
	/* A file of the old inode is still there and stays the driver's. */
	hm_begin("venc");
	expect_map(native_sites[1](fd, PAGES * page, 0, x * page), PAGES, 2, x,
		   "opened before: an old file goes on working");
	ok(!mod_unload(COMPAT), "opened before: an old file does not hold us");
	close(fd);
	ok(all_refs_zero(), "opened before: no reference left at all");
	compat_with("devices=venc");
	ok(!strstr(state_of("venc"), advice),
	   "made anew and not opened since: the report does not complain");
	node_call("venc", true, "made anew, module loaded again");
	compat_down();
	himedia_down();
}

/* A file from before goes on while everything around it changes. */
static void old_file(void)
{
	int fd, i, bad = 0;

	himedia_up("variant=b devices=venc:double:5");
	fd = node_open("venc");
	if (fd < 0)
		bail("open venc: %s", strerror(-fd));
	for (i = 0; i < 5; i++) {
		compat_with("devices=venc=218:5");
		hm_begin("venc");
		bad += !map_right(native_sites[0](fd, PAGES * page, 0,
						  x * page), PAGES, 2, x);
		compat_down();
	}
	ok(!bad, "a file from before the load survives five loads");
	close(fd);
	himedia_down();
}

static void single(char variant)
{
	char what[64];

	himedia_up("variant=%c devices=venc:double:5 first=5 minors=1", variant);
	snprintf(what, sizeof(what), "%c, cdev of one minor", variant);
	log_mark();
	compat_with("devices=venc");
	ok(strstr(state_of("venc"), "left alone, major 218:5") &&
	   !strstr(state_of("venc"), "null"),
	   "%s: the report says left alone, and why", what);
	node_call("venc", false, what);
	himedia_down();
	ok(mod_loaded(COMPAT), "%s: the driver leaves while we stay", what);
	node_make("venc", MAJOR, 5);
	ok(node_open("venc") == -ENXIO, "%s: after the driver: ENXIO", what);
	unlink("/dev/venc");
	/* The next driver there is of the usual kind. */
	himedia_up("variant=%c devices=venc:double:5", variant);
	snprintf(what, sizeof(what), "%c, after a cdev of one minor", variant);
	node_call("venc", true, what);
	himedia_down();
	compat_down();
}

/* Two minors: the neighbour is what the driver's cdev is found through. */
static void pair(void)
{
	himedia_up("devices=venc:double:5 first=4 minors=2");
	compat_with("devices=venc");
	node_call("venc", true, "cdev of two minors");
	compat_down();
	himedia_down();
}

/* Names bring their defaults along, whatever number they have here. */
static void vencmem(void)
{
	uint64_t pfn = x + 0x40;
	int fd;

	himedia_up("variant=c devices=vencmem:double:7");
	compat_with("devices=vencmem=218:7");
	ok(strstr(state_of("vencmem"), "taken over, major 218:7"),
	   "vencmem by another number: taken over");
	ok(sysctl_num("vencmem", "repeat") == 2 &&
	   sysctl_num("vencmem", "exclusive") == 1,
	   "vencmem: repeat 2, exclusive 1");
	/* Where a vendor's kernel has its own it has the name. */
	node_make("vencmem", MAJOR, 7);
	fd = node_open("vencmem");
	hm_begin("vencmem");
	expect_map(raw_mmap2(fd, PAGES * page, 0x12300000 | pfn, NULL), PAGES,
		   2, pfn, "vencmem: repaired, mapped twice in a row");
	hm_begin("vencmem");
	expect_err(raw_mmap2(fd, 3 * page, pfn, NULL), EINVAL, 0,
		   "vencmem: an odd page count is refused");
	close(fd);
	unlink("/dev/vencmem");
	compat_down();
	himedia_down();
}

#define VENCMEM	4

static void numbers(void)
{
	static const char *const bad[] = {
		"vi=218", "vi=218:", "vi=:5", "vi=0:5", "vi=10:5", "vi=218:5x",
		"vi=4096:1", "vi=218:1048576", "vi=218:-1", "=218:5",
		"vi=218:5,vi=218:6",
	};
	char params[64];
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(params, sizeof(params), "devices=%s", bad[i]);
		ok_num(mod_load(COMPAT, params), -EINVAL, params);
	}
}

#define NUMBERS	11

int main(void)
{
	hvct_init();
	ktap_plan(18 * NODE_CALL + 12 + 2 * (3 + 2 * NODE_CALL) + VENCMEM +
		  NUMBERS + 1);
	x = NODE_CALL_PFN;
	by_number();
	by_name();
	cached();
	old_file();
	single('a');
	single('b');
	pair();
	vencmem();
	numbers();
	vendor_down();
	ok(!mod_loaded(COMPAT) && !mod_loaded(HIMEDIA) &&
	   !mod_loaded("hvc_base"), "nothing left loaded");
	return ktap_end();
}
