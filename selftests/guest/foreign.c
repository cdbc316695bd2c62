// SPDX-License-Identifier: GPL-2.0
/*
 * Somebody else puts a table or a cdev in our place after us. It is left as it
 * is and reported, we step aside there and go on everywhere else, what is
 * theirs is not taken out when a driver leaves, and this module stays for good.
 *
 * "for good" is meant: this test runs in a guest of its own.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dispatchlib.h"
#include "sites.h"

#define FOREIGN	"hvc_foreign"
#define PAGES	2
#define STAYS	"this module stays loaded for good"

static uint64_t x;

static void foreign_up(const char *params)
{
	int err = mod_load(FOREIGN, params);

	if (err)
		bail("insmod " FOREIGN " %s: %s", params, strerror(-err));
}

static void foreign_down(void)
{
	int err = -EWOULDBLOCK;

	if (mod_refs_reach(FOREIGN, 0))
		err = mod_unload(FOREIGN);
	if (err)
		bail("rmmod " FOREIGN ": %s", strerror(-err));
}

static long foreign_num(const char *name)
{
	char path[64], *text;
	long value;

	snprintf(path, sizeof(path), "/sys/module/" FOREIGN "/parameters/%s",
		 name);
	text = slurp(path);
	if (!text)
		bail("%s: %s", path, strerror(errno));
	value = *text == 'N' ? 0 : *text == 'Y' ? 1 : atol(text);
	free(text);
	return value;
}

static bool replaced(const char *dev)
{
	return strstr(state_of(dev), "replaced: somebody else");
}

static bool taken(const char *dev)
{
	return strstr(state_of(dev), "taken over");
}

/* Opens it; one garbled call, repaired; closes it. */
static void repairs(const char *dev, const char *record, const char *when)
{
	int fd = node_open(dev);
	void *p;

	if (fd < 0)
		bail("open %s: %s", dev, strerror(-fd));
	begin(record);
	p = raw_mmap2(fd, PAGES * page, 0x12300000 | x, NULL);
	expect_map(taken(dev) ? p : MAP_FAILED, PAGES, 1, x,
		   "%s: %s is repaired", when, dev);
	close(fd);
}

static void others(const char *when)
{
	repairs("adec", "adec", when);
	repairs("vi", "vi.st", when);
}

#define OTHERS	2

/* A call right, a call garbled, through their table to the driver. */
static void theirs(const char *dev, const char *when)
{
	long mmaps = foreign_num("mmaps");
	struct hvc_stat before = stat_of(dev);
	int fd = dev_open(dev);
	void *p;

	begin(dev);
	p = native_sites[0](fd, PAGES * page, 0, x * page);
	expect_map(p, PAGES, 1, x, "%s: a right call goes to the driver", when);
	begin(dev);
	p = raw_mmap2(fd, PAGES * page, 0x12300000 | x, NULL);
	/* From 6.12 on a copied table takes the lifted limit with it. */
	if (kernel_limits_pgoff() && p == MAP_FAILED)
		expect_err(p, EOVERFLOW, 0, "%s: a garbled one is not repaired",
			   when);
	else
		expect_wild(p, PAGES, 0x12300000 | x, ~0ull,
			    "%s: a garbled one is not repaired", when);
	ok(foreign_num("mmaps") > mmaps, "%s: theirs was asked", when);
	begin(dev);
	close(fd);
	ok(stat_of(dev).releases == 1, "%s: the driver's release was called",
	   when);
	ok(before.swapped && foreign_num("stands") == 1,
	   "%s: theirs still stands there", when);
}

#define THEIRS	5

static void copied(void)
{
	log_mark();
	foreign_up("device=venc how=copy");
	ok(log_count(STAYS) == 1, "a copy: noticed at once, one line");
	ok(replaced("venc"), "a copy: the report says replaced");
	ok_num(mod_refs(COMPAT), 1, "we hold ourselves");
	ok(mod_unload(COMPAT) == -EWOULDBLOCK, "so rmmod is refused");
	theirs("venc", "a copy");
	ok_num(mod_refs(COMPAT), 1, "files through their table do not hold us");
	others("a copy on venc");
	foreign_down();
	ok(taken("venc"), "they put ours back: the report says taken over");
	repairs("venc", "venc", "they put ours back");
}

#define COPIED	(4 + THEIRS + 1 + OTHERS + 2)

/* A table that knows nothing of ours; then the driver leaves under it. */
static void own(void)
{
	foreign_up("device=aenc how=own restore=0");
	ok(replaced("aenc"), "their own: the report says replaced");
	theirs("aenc", "their own");
	others("their own on aenc");
	ok(stat_of("aenc").swapped, "their own: it stands there");
	ok_num(vendor_ctl("-aenc"), 0, "the driver takes its device away");
	ok(!taken("aenc") && !replaced("aenc"),
	   "the report says neither taken over nor replaced");
	foreign_down();
	ok_num(vendor_ctl("+aenc:plain"), 0, "and registers it again");
	repairs("aenc", "aenc", "registered again");
}

#define OWN	(1 + THEIRS + OTHERS + 5)

static void cdev(void)
{
	int fd;

	foreign_up("how=cdev major=218 minor=5");
	ok(replaced("vi"), "a cdev: the report says replaced");
	repairs("adec", "adec", "a cdev over vi");
	repairs("vo", "vo.st", "a cdev over vi");
	node_make("vi", MAJOR, 5);
	fd = node_open("vi");
	ok(fd >= 0 && foreign_num("opens") > 0, "a cdev: opens go to theirs");
	close(fd);

	/* Taking ours out of the kernel's map would take theirs. */
	himedia_down();
	ok(!mod_loaded(HIMEDIA), "the driver leaves");
	node_make("vi", MAJOR, 5);
	fd = node_open("vi");
	ok(fd >= 0, "theirs is still there");
	close(fd);
	foreign_down();
	node_make("vi", MAJOR, 5);
	ok(node_open("vi") == -ENXIO, "they leave, too: ENXIO");
	unlink("/dev/vi");
	himedia_up("devices=vi:plain:5,vo:plain:6");
	repairs("vi", "vi.st", "the driver is back");
	repairs("vo", "vo.st", "the driver is back");
}

#define CDEV	9

int main(void)
{
	hvct_init();
	ktap_plan(3 + COPIED + OWN + CDEV + 4);
	x = MMZ_PFN + 0x123;
	vendor_up("venc:plain,aenc:plain,adec:plain");
	himedia_up("devices=vi:plain:5,vo:plain:6");
	compat_with("devices=venc,aenc,adec,vi=218:5,vo=218:6 repeat=1 exclusive=1");
	repairs("venc", "venc", "alone");
	others("alone");

	copied();
	own();
	cdev();

	himedia_down();
	vendor_down();
	ok(!mod_loaded(HIMEDIA) && !mod_loaded("hvc_venc"),
	   "the drivers can leave");
	ok(mod_unload(COMPAT) == -EWOULDBLOCK && mod_refs(COMPAT) == 1,
	   "we stay for good");
	ok(!taken("venc") && !taken("vi"), "the report has nothing taken over");
	ok(!mod_loaded(FOREIGN), "nothing else left loaded");
	return ktap_end();
}
