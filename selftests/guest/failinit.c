// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that is not there. Each allocation and registration that a call leads
 * to is made to fail in turn, by /proc/self/fail-nth: rmmod, devices that come,
 * opens, mappings, all sysctl writers, the report, the ioctls; and, by the
 * stand-in hvc_fail, those that init leads to, of the module and of the driver
 * beside it. A failure is a clean error that leaves nothing behind, or does no
 * harm; the next try works. Then every allocation of the module's own code fails
 * by chance (failslab with its text as the filter), and insmods fail while
 * others open the device.
 *
 * Of an insmod only what init does: not every kernel's loader survives such
 * faults itself (hvc_fail.c).
 *
 * HVC_STORM_SECONDS: how long the last, 2 unless set. HVC_FAIL_STEP: only every
 * so many-th point, beginning at one by HVC_FUZZ_SEED.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hvct.h"
#include "hisi_venc_compat.h"
#include "sites.h"

#define PAGES	4
#define TASKS	3
#define FAILINIT "/sys/module/hvc_fail/parameters/"
#define FAILSLAB "/sys/kernel/debug/failslab/"
#define FAILPAGE "/sys/kernel/debug/fail_page_alloc/"
#define FAILCOPY "/sys/kernel/debug/fail_usercopy/"
/* More points than any call has: one that does not end has gone wrong. */
#define MANY	20000

static uint64_t x;

/* What a process under fault injection tells the one that started it. */
static struct shot {
	int err;	/* of the call: 0 or -errno */
	bool hit;	/* something was made to fail */
	bool good;	/* and everything is as it must be */
} *shot;

/**
 * struct call - something that may fail in many places
 * @name:	in results
 * @run:	the call: 0 or -errno
 * @after:	nothing fails any more: is all as it must be after this error,
 *		and does the next try work? Leaves things as before @run.
 * @in_child:	in a process of its own each time
 * @least:	points that it has at least
 * @init_of:	the module whose init is meant; NULL: all of the call
 */
struct call {
	const char *name;
	int (*run)(void);
	bool (*after)(int err);
	bool in_child;
	unsigned int least;
	const char *init_of;
};

static unsigned long points, harmless;
static unsigned int step;

static void bail_unless(int err, const char *what)
{
	if (err)
		bail("%s: %s", what, strerror(-err));
}

static bool clean_error(int err)
{
	return err == -ENOMEM || err == -EFAULT;
}

static int set(const char *dir, const char *name, const char *value)
{
	char path[96];

	snprintf(path, sizeof(path), "%s%s", dir, name);
	return write_str(path, value);
}

static void must_set(const char *dir, const char *name, const char *value)
{
	bail_unless(set(dir, name, value), name);
}

/* The next init of @name meets its @nth point. */
static void arm_init(const char *name, const char *nth)
{
	must_set(FAILINIT, "target", name);
	must_set(FAILINIT, "left", nth);
	must_set(FAILINIT, "nth", nth);
}

/* No init fails any more. Return: did the last one? */
static bool disarm_init(void)
{
	char *left = slurp(FAILINIT "left");
	bool hit = left && atoi(left) == 0;

	must_set(FAILINIT, "nth", "0");
	free(left);
	return hit;
}

static int arm_self(const char *nth)
{
	int fd = open("/proc/self/fail-nth", O_RDWR | O_CLOEXEC);
	ssize_t len = strlen(nth);

	if (fd < 0 || write(fd, nth, len) != len)
		bail("fail-nth: %s", strerror(errno));
	return fd;
}

static bool disarm_self(int fd)
{
	char text[16];
	/* Reading may be what fails: then nothing did before. */
	bool hit = pread(fd, text, sizeof(text), 0) > 0 && text[0] == '0';

	if (pwrite(fd, "0", 1, 0) != 1 && pwrite(fd, "0", 1, 0) != 1)
		bail("fail-nth: %s", strerror(errno));
	close(fd);
	return hit;
}

/* One call with its @nth point failing. */
static void fire(const struct call *c, unsigned int nth)
{
	char text[16];
	int fd = -1;

	snprintf(text, sizeof(text), "%u", nth);
	if (c->init_of)
		arm_init(c->init_of, text);
	else
		fd = arm_self(text);
	shot->err = c->run();
	shot->hit = c->init_of ? disarm_init() : disarm_self(fd);
	shot->good = (!shot->err || (shot->hit && clean_error(shot->err))) &&
		     c->after(shot->err);
}

static void shoot(const struct call *c, unsigned int nth)
{
	int status;
	pid_t pid;

	memset(shot, 0, sizeof(*shot));
	if (!c->in_child) {
		fire(c, nth);
		return;
	}
	fflush(stdout);
	pid = fork();
	if (!pid) {
		fire(c, nth);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		bail("%s: the child died at point %u", c->name, nth);
}

/* Two results. Return: how many points there were, at most. */
static unsigned int each_point(const struct call *c)
{
	unsigned int nth, tried = 0, bad = 0, passed = 0;

	for (nth = 1 + rand() % step; nth < MANY; nth += step) {
		shoot(c, nth);
		if (!shot->good && bad++ < 5) {
			diag("%s: point %u: %s%s", c->name, nth,
			     shot->err ? strerror(-shot->err) : "no error",
			     shot->hit ? "" : ", though nothing failed");
			log_show();
		}
		if (!shot->hit)
			break;
		tried++;
		passed += !shot->err;
	}
	points += tried;
	harmless += passed;
	diag("%s: %u points tried, %u of them harmless", c->name, tried,
	     passed);
	ok(!bad && nth < MANY,
	   "%s: a clean error or no harm, and the next try works", c->name);
	/* @nth is the first that was not there. */
	if (!ok(nth > c->least, "%s: as many points as it must have", c->name))
		diag("%u points, at least %u are known", nth - 1, c->least);
	return nth - 1;
}

/* ---- modules ---- */

struct image {
	const char *name;
	char *data, params[512];
	size_t len;
};

static struct image compat = { .name = COMPAT }, driver = { .name = "hvc_venc" };

static void read_image(struct image *image)
{
	char path[64];

	snprintf(path, sizeof(path), "/modules/%s.ko", image->name);
	image->data = slurp_len(path, &image->len);
	if (!image->data)
		bail("%s: %s", path, strerror(errno));
}

static int load(const struct image *image)
{
	return syscall(SYS_init_module, image->data,
		       (unsigned long)image->len, image->params) ? -errno : 0;
}

static int unload(const struct image *image)
{
	return mod_unload(image->name);
}

static bool nothing_left(void)
{
	return !mod_loaded(COMPAT) && access("/proc/" COMPAT, F_OK) &&
	       access("/proc/" COMPAT "_facts", F_OK) &&
	       access("/proc/sys/dev/" COMPAT, F_OK) &&
	       access("/dev/" COMPAT, F_OK) && !stat_of("venc").swapped &&
	       mod_refs("hvc_venc") == 0;
}

/* @p shows the page that was meant. */
static bool right_page(void *p)
{
	return p != MAP_FAILED && !maps_wild(p, x) &&
	       *(volatile uint32_t *)p == x;
}

/* Loaded, taken over and repairing; no file stays open. */
static bool works(void)
{
	int fd = open("/dev/venc", O_RDWR | O_CLOEXEC);
	bool good;
	void *p;

	if (fd < 0)
		return false;
	p = raw_mmap2(fd, PAGES * page, 0x12300000 | x, NULL);
	good = right_page(p) && !access("/proc/" COMPAT, R_OK);
	if (p != MAP_FAILED)
		munmap(p, PAGES * page);
	close(fd);
	return good && mod_refs(COMPAT) == 0 && mod_refs("hvc_venc") == 0;
}

static int insmod(void)
{
	return load(&compat);
}

static bool after_insmod(int err)
{
	bool good = err ? nothing_left() && !load(&compat) : true;

	/* /dev/mem is given back with it. */
	return good && works() && !unload(&compat) && nothing_left();
}

static int rmmod(void)
{
	return unload(&compat);
}

/* Leaving cannot fail: only its name may not have been read. */
static bool after_rmmod(int err)
{
	bool good = err ? works() && !unload(&compat) : true;

	return good && nothing_left() && !load(&compat);
}

static int insmod_driver(void)
{
	return load(&driver);
}

static bool after_insmod_driver(int err)
{
	bool good = err ? !mod_loaded("hvc_venc") &&
			  access("/dev/venc", F_OK) && !load(&driver) : true;

	return good && works() && !unload(&driver);
}

static int device_comes(void)
{
	return vendor_ctl("+aenc:plain");
}

static bool after_device_comes(int err)
{
	bool good = err ? !vendor_ctl("+aenc:plain") : true;

	return good && stat_of("aenc").swapped && !vendor_ctl("-aenc");
}

/* ---- files ---- */

static int opened = -1;

static int open_node(const char *path)
{
	opened = open(path, O_RDWR | O_CLOEXEC);
	return opened < 0 ? -errno : 0;
}

static int open_venc(void)
{
	return open_node("/dev/venc");
}

static int open_mem(void)
{
	return open_node("/dev/mem");
}

static int open_control(void)
{
	return open_node("/dev/" COMPAT);
}

static bool after_open(int err)
{
	if (!err)
		close(opened);
	return mod_refs_reach(COMPAT, 0) && mod_refs("hvc_venc") == 0;
}

static bool after_open_venc(int err)
{
	return after_open(err) && after_open(open_venc());
}

static bool after_open_mem(int err)
{
	return after_open(err) && after_open(open_mem());
}

static bool after_open_control(int err)
{
	return after_open(err) && after_open(open_control());
}

/* ---- mappings; the process is new to the module ---- */

static void *mapped;

static int map_pgoff(uint64_t pgoff)
{
	mapped = raw_mmap2(opened, PAGES * page, pgoff, NULL);
	return mapped == MAP_FAILED ? -errno : 0;
}

static int map_valid(void)
{
	return map_pgoff(x);
}

static int map_garbled(void)
{
	return map_pgoff(0x12300000 | x);
}

static bool after_map(int err)
{
	bool good = err || right_page(mapped);

	if (!err)
		munmap(mapped, PAGES * page);
	return good && !map_garbled() && right_page(mapped) &&
	       !munmap(mapped, PAGES * page);
}

/* ---- sysctl writers ---- */

static struct knob {
	const char *device, *name, *before, *value;
	char is_before[600], is_value[600];	/* as they read back */
} knobs[] = {
	{ "venc", "mode", "2", "3" },
	{ "venc", "offset_bits", "32", "31" },
	{ "venc", "repeat", "2", "1" },
	{ "venc", "exclusive", "1", "0" },
	{ "venc", "frame", "1", "0" },
	{ "venc", "ranges", "0x84000000+1M",
	  "0x84000000+64K,0x86000000+64K,0x88000000-0x88ffffff" },
	{ NULL, "ranges", "0x90000000+1M", "0x91000000+64K,0x92000000+1M" },
	{ NULL, "legacy_objects", "libmpi.so", "libmpi.so,libVoice.so" },
};

#define KNOBS	(sizeof(knobs) / sizeof(*knobs))

static struct knob *knob;

static int write_knob(void)
{
	return sysctl_set(knob->device, knob->name, knob->value);
}

static bool reads(const char *value)
{
	return !strcmp(sysctl_str(knob->device, knob->name), value);
}

static bool after_write(int err)
{
	bool good = err ? reads(knob->is_before) && !write_knob() : true;

	return good && reads(knob->is_value) &&
	       !sysctl_set(knob->device, knob->name, knob->before) &&
	       reads(knob->is_before);
}

static void learn_knob(struct knob *k)
{
	knob = k;
	bail_unless(sysctl_set(k->device, k->name, k->value), k->name);
	strcpy(k->is_value, sysctl_str(k->device, k->name));
	bail_unless(sysctl_set(k->device, k->name, k->before), k->name);
	strcpy(k->is_before, sysctl_str(k->device, k->name));
	if (!strcmp(k->is_value, k->is_before))
		bail("%s cannot be seen to change", k->name);
}

/* ---- the report and the ioctls ---- */

static char text[65536];

static int read_report(void)
{
	int fd = open("/proc/" COMPAT, O_RDONLY | O_CLOEXEC), err = 0;
	size_t have = 0;
	ssize_t n;

	if (fd < 0)
		return -errno;
	while ((n = read(fd, text + have, sizeof(text) - 1 - have)) > 0)
		have += n;
	if (n < 0)
		err = -errno;
	text[have] = '\0';
	close(fd);
	return err;
}

static bool after_report(int err)
{
	return (!err || !read_report()) && strstr(text, "venc");
}

static int control_fd = -1;

static int resolve(void)
{
	struct hisi_venc_compat_resolve r = {
		.fd = opened, .length = PAGES * page, .count = 1,
		.candidate = { x * page },
	};

	if (ioctl(control_fd, HISI_VENC_COMPAT_IOC_RESOLVE, &r))
		return -errno;
	return r.offset == x * page ? 0 : -EPROTO;
}

static bool after_resolve(int err)
{
	return !err || !resolve();
}

static int declare(void)
{
	struct hisi_venc_compat_abi abi = { .offset_bits = 32 };

	return ioctl(control_fd, HISI_VENC_COMPAT_IOC_ABI, &abi) ? -errno : 0;
}

static bool after_declare(int err)
{
	return !err || !declare();
}

static const struct call call_insmod = {
	"insmod", insmod, after_insmod, false, 60, COMPAT
};
static const struct call calls_loaded[] = {
	{ "rmmod", rmmod, after_rmmod, false, 1 },
	{ "a device comes", device_comes, after_device_comes, false, 5 },
	{ "open", open_venc, after_open_venc, false, 2 },
	{ "open of /dev/mem", open_mem, after_open_mem, false, 2 },
	{ "open of the control device", open_control, after_open_control,
	  false, 2 },
	{ "read the report", read_report, after_report, false, 3 },
};
static const struct call calls_open[] = {
	{ "mmap in range", map_valid, after_map, true, 2 },
	{ "mmap repaired", map_garbled, after_map, true, 3 },
	{ "RESOLVE", resolve, after_resolve, false, 1 },
	{ "ABI", declare, after_declare, true, 1 },
};
static const struct call call_driver = {
	"insmod of the driver", insmod_driver, after_insmod_driver, false, 20,
	"hvc_venc"
};

#define COUNT(array)	(sizeof(array) / sizeof(*(array)))

/* ---- every allocation of the module's own code ---- */

/* Where code of modules lies on 32-bit ARM: 16 MiB below the kernel. */
static const unsigned long modules_from = 0xbf000000, modules_to = 0xc0000000;

/* Loads whose code was not where the filter looks for it */
static unsigned int elsewhere;

static unsigned long section(const char *name)
{
	char path[96], *text;
	unsigned long address;

	snprintf(path, sizeof(path), "/sys/module/" COMPAT "/sections/%s", name);
	text = slurp(path);
	address = text ? strtoul(text, NULL, 0) : 0;
	free(text);
	return address;
}

static bool in_filter(const char *name)
{
	unsigned long address = section(name);

	return address >= modules_from && address < modules_to;
}

static void filter(unsigned int percent)
{
	char value[32];

	snprintf(value, sizeof(value), "%#lx", modules_from);
	must_set(FAILSLAB, "require-start", value);
	snprintf(value, sizeof(value), "%#lx", modules_to);
	must_set(FAILSLAB, "require-end", value);
	must_set(FAILSLAB, "task-filter", "Y");
	must_set(FAILSLAB, "times", "-1");
	snprintf(value, sizeof(value), "%u", percent);
	must_set(FAILSLAB, "probability", value);
}

/* @run of @c with allocations of modules failing; then as it must be? */
static bool filtered(const struct call *c, int *err)
{
	int fd = open("/proc/self/make-it-fail", O_RDWR | O_CLOEXEC);

	if (fd < 0 || write(fd, "1", 1) != 1)
		bail("make-it-fail: %s", strerror(errno));
	*err = c->run();
	if (pwrite(fd, "0", 1, 0) != 1)
		bail("make-it-fail: %s", strerror(errno));
	close(fd);
	if (mod_loaded(COMPAT) &&
	    !(in_filter(".text") && in_filter(".init.text")))
		elsewhere++;
	return (!*err || clean_error(*err)) && c->after(*err);
}

#define ROUNDS	(60 / step)
#define FILTERED 5

static void by_filter(void)
{
	struct call write_one = { "sysctl", write_knob, after_write, false, 1 };
	unsigned int i, failed = 0, bad = 0;
	int err;

	if (access(FAILSLAB "require-start", F_OK)) {
		for (i = 0; i < FILTERED; i++)
			skip("allocations of the module only, %u # SKIP no filter by text here",
			     i);
		return;
	}
	filter(100);
	ok(filtered(&call_insmod, &err) && err == -ENOMEM,
	   "no allocation of the module succeeds: insmod says ENOMEM");
	for (filter(2), i = 0; i < ROUNDS || (!failed && i < MANY); i++) {
		bad += !filtered(&call_insmod, &err);
		failed += err != 0;
	}
	diag("%u of %u insmods failed", failed, i);
	ok(!bad && failed, "some do not: a clean error or a whole module");
	filter(100);
	bail_unless(load(&compat), "insmod");
	for (i = bad = failed = 0; i < KNOBS; i++) {
		learn_knob(&knobs[i]);
		bad += !filtered(&write_one, &err);
		failed += err != 0;
	}
	bail_unless(unload(&compat), "rmmod");
	ok_num(bad, 0, "no writer of a sysctl can allocate: nothing changes");
	ok_num(failed, KNOBS, "and each says so");
	ok_num(elsewhere, 0, "the module was always where the filter looks");
	set(FAILSLAB, "probability", "0");
	set(FAILSLAB, "task-filter", "N");
	set(FAILSLAB, "require-start", "0");
	set(FAILSLAB, "require-end", "0xffffffff");
	points += failed;
}

/* ---- opens beside insmods that fail ---- */

struct counts {
	volatile bool stop;
	unsigned long opens, absent, odd, wrong;
};

/* Shared: a module that is always busy cannot leave. */
static volatile bool *let_go;

static void opener(struct counts *c)
{
	while (!c->stop) {
		void *p;
		int fd;

		if (*let_go) {
			usleep(500);
			continue;
		}
		fd = open("/dev/venc", O_RDWR | O_CLOEXEC);
		c->opens++;
		if (fd < 0) {
			if (errno == ENODEV || errno == ENXIO || errno == ENOENT)
				c->absent++;
			else
				c->odd++;
			continue;
		}
		p = raw_mmap2(fd, PAGES * page, x, NULL);
		if (!right_page(p))
			c->wrong++;
		else
			munmap(p, PAGES * page);
		close(fd);
		usleep(500);
	}
	_exit(0);
}

static bool after_race(int err)
{
	double end = now() + 60;

	if (err)
		return !mod_loaded(COMPAT) && access("/proc/" COMPAT, F_OK) &&
		       !stat_of("venc").swapped;
	*let_go = true;
	while ((err = unload(&compat)) == -EWOULDBLOCK && now() < end)
		usleep(500);
	*let_go = false;
	return !err;
}

static void race(unsigned int all)
{
	struct call insmod_race = call_insmod;
	double end = now() + asked_for("HVC_STORM_SECONDS", 2);
	struct counts *c, sum = { 0 };
	unsigned int i, tries = 0, failed = 0, bad = 0;
	int status, died = 0;
	pid_t pid[TASKS];

	insmod_race.after = after_race;
	c = mmap(NULL, page, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	let_go = &c[TASKS].stop;
	fflush(stdout);
	for (i = 0; i < TASKS; i++) {
		pid[i] = fork();
		if (!pid[i])
			opener(&c[i]);
	}
	while (now() < end || failed < 5) {
		/* from the last points on module init has begun */
		shoot(&insmod_race, 1 + rand() % (all + all / 10));
		tries++;
		failed += shot->err != 0;
		if (!shot->good && bad++ < 5)
			diag("insmod beside opens: %s",
			     shot->err ? strerror(-shot->err) : "no error");
	}
	for (i = 0; i < TASKS; i++)
		c[i].stop = true;
	for (i = 0; i < TASKS; i++) {
		waitpid(pid[i], &status, 0);
		died += status != 0;
		sum.opens += c[i].opens;
		sum.absent += c[i].absent;
		sum.odd += c[i].odd;
		sum.wrong += c[i].wrong;
	}
	diag("%u insmods, %u failed; %lu opens beside them, %lu while absent",
	     tries, failed, sum.opens, sum.absent);
	diag("figure fail_races %lu opens beside insmods that fail", sum.opens);
	ok(!bad && !died, "insmods fail cleanly while others open the device");
	ok(!sum.odd && sum.opens > sum.absent,
	   "those opens fail only because the device is absent");
	ok_num(sum.wrong, 0, "and always map the right page");
	ok(mod_refs_reach("hvc_venc", 0) && nothing_left(),
	   "nothing is left after that");
}
#define RACE	4

#define RESULTS	(2 * (1 + COUNT(calls_loaded) + COUNT(calls_open) + 1 + KNOBS) + \
		 FILTERED + RACE)

static bool have_injection(void)
{
	struct utsname u;

	if (!access("/proc/self/fail-nth", W_OK) &&
	    !access(FAILSLAB, F_OK))
		return true;
	uname(&u);
	if (strstr(u.release, "hvc-debug"))
		bail("a debug kernel without fault injection");
	return false;
}

/* The kernel is told by default to spare those who can wait, and to talk. */
static void arm(void)
{
	must_set(FAILSLAB, "ignore-gfp-wait", "N");
	must_set(FAILPAGE, "ignore-gfp-wait", "N");
	must_set(FAILPAGE, "ignore-gfp-highmem", "N");
	must_set(FAILPAGE, "min-order", "0");
	must_set(FAILSLAB, "verbose", "0");
	must_set(FAILPAGE, "verbose", "0");
	set(FAILCOPY, "verbose", "0");
}

int main(void)
{
	unsigned long seed = asked_seed();
	unsigned int i, all;

	hvct_init();
	ktap_plan(RESULTS);
	step = asked_for("HVC_FAIL_STEP", 1) ?: 1;
	srand(seed);
	diag("seed %lu, every %u. point", seed, step);
	if (!have_injection()) {
		for (i = 0; i < RESULTS; i++)
			skip("failure points, %u # SKIP no fault injection in this kernel",
			     i);
		return ktap_end();
	}
	x = MMZ_PFN + 0x123;
	arm();
	shot = mmap(NULL, page, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	read_image(&compat);
	read_image(&driver);
	snprintf(compat.params, sizeof(compat.params),
		 "devices=venc,aenc,mem mmz=anonymous,0,%#llx,%#llx ranges=venc:0x84000000+1M modes=venc:2 legacy_objects=libmpi.so%s",
		 (unsigned long long)mmz_phys, (unsigned long long)mmz_len,
		 phys_is_wide() ? " offset_bits=32" : "");
	snprintf(driver.params, sizeof(driver.params), "devices=venc");

	bail_unless(mod_load("hvc_fail", ""), "insmod hvc_fail");
	vendor_up("venc");
	all = each_point(&call_insmod);
	bail_unless(load(&compat), "insmod");
	for (i = 0; i < COUNT(calls_loaded); i++)
		each_point(&calls_loaded[i]);
	opened = dev_open("venc");
	control_fd = open("/dev/" COMPAT, O_RDWR | O_CLOEXEC);
	if (control_fd < 0)
		bail("/dev/" COMPAT ": %s", strerror(errno));
	for (i = 0; i < COUNT(calls_open); i++)
		each_point(&calls_open[i]);
	close(opened);
	close(control_fd);
	for (i = 0; i < KNOBS; i++) {
		char name[64];
		const struct call c = {
			name, write_knob, after_write, false, 1
		};

		snprintf(name, sizeof(name), "sysctl %s%s%s",
			 knobs[i].device ? knobs[i].device : "",
			 knobs[i].device ? "/" : "", knobs[i].name);
		learn_knob(&knobs[i]);
		each_point(&c);
	}
	/* with the ranges that it came with */
	bail_unless(unload(&compat), "rmmod");
	bail_unless(load(&compat), "insmod");
	bail_unless(unload(&driver), "rmmod of the driver");
	each_point(&call_driver);
	bail_unless(load(&driver), "insmod of the driver");
	bail_unless(unload(&compat), "rmmod");
	by_filter();
	race(all);
	vendor_down();
	bail_unless(mod_unload("hvc_fail"), "rmmod hvc_fail");
	diag("figure fail_points %lu allocations and registrations made to fail in turn",
	     points);
	diag("%lu of them did no harm", harmless);
	return ktap_end();
}
