// SPDX-License-Identifier: GPL-2.0
/*
 * Live blocks of the vendor's allocator as known memory: under each name of its
 * look-up, whichever is loaded first, across its unload and reload. An extent
 * is known if every page of it is in live blocks; nothing is cached; the
 * allocator is held for the length of a call and no longer; a look-up that
 * sleeps, fails or loses its block half way gives an error, never a wrong page.
 *
 * Where the kernel lets no module take the look-up, report and log say so, it
 * is not tried again, and mmz= and ranges are what is known.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dispatchlib.h"
#include "sites.h"

#define MIB		0x100000ull
#define GARBAGE		0x12300000u	/* above the 20 bits of a 32-bit pgoff */
#define TAKEN		"live blocks are looked up with "
#define REFUSED		"look-up cannot be taken on this kernel"
#define KERNEL_SAYS	"failing symbol_get of non-GPLONLY symbol"

struct allocator {
	const char *module;
	const char *symbol;
	bool gpl;
};

static const struct allocator allocators[] = {
	{ "hvc_mmz", "hil_mmb_getby_phys_2", false },
	{ "hvc_mmz_goke", "mmz_mmb_getby_phys_2", true },
	{ "hvc_mmz_v5", "ot_mmb_getby_phys_2", true },
};

#define ALLOCATORS	3

static const struct allocator *a;
static int fd = -1;
static uint64_t zone;		/* page frame where blocks begin */

/* ---- the allocator ---- */

static int load(void)
{
	char params[96];

	snprintf(params, sizeof(params), "mmz=anonymous,0,%#llx,16M",
		 (unsigned long long)(zone * page));
	return mod_load(a->module, params);
}

static void up(void)
{
	int err = load();

	if (err)
		bail("insmod %s: %s", a->module, strerror(-err));
}

static bool down(void)
{
	int err = mod_unload(a->module);

	if (err)
		diag("rmmod %s: %s, %d references", a->module, strerror(-err),
		     mod_refs(a->module));
	return !err;
}

/* Blocks where a first fit puts them, behind each other. */
static void block(uint64_t pfn, unsigned int pages)
{
	int64_t at = mmz_alloc("", "live", pages * page, 0);

	if (at != (int64_t)(pfn * page))
		bail("%s: a block at %#llx, not at %#llx", a->module,
		     (long long)at, (unsigned long long)(pfn * page));
}

static void freed(uint64_t pfn)
{
	int err = mmz_free(pfn * page);

	if (err)
		bail("%s: no block at %#llx", a->module,
		     (unsigned long long)(pfn * page));
}

static long parameter(const char *name)
{
	char path[96], *text;
	long value;

	snprintf(path, sizeof(path), "/sys/module/%s/parameters/%s", a->module,
		 name);
	text = slurp(path);
	if (!text)
		bail("%s: %s", path, strerror(errno));
	value = atol(text);
	free(text);
	return value;
}

static void set_parameter(const char *name, const char *value)
{
	char path[96];

	snprintf(path, sizeof(path), "/sys/module/%s/parameters/%s", a->module,
		 name);
	if (write_str(path, value))
		bail("cannot set %s", path);
}

/* ---- calls: guard refuses what is not known ---- */

static void *garbled(unsigned int extent, uint64_t pfn)
{
	begin("venc");
	return raw_mmap2(fd, 2 * extent * page, GARBAGE | pfn, NULL);
}

static void known(unsigned int extent, uint64_t pfn, const char *what)
{
	expect_map(garbled(extent, pfn), 2 * extent, 2, pfn, "%s: %s: known",
		   a->module, what);
}

static void unknown(unsigned int extent, uint64_t pfn, const char *what)
{
	expect_err(garbled(extent, pfn), EINVAL, 0, "%s: %s: not known",
		   a->module, what);
}

/*
 *	page	0 1 2 3 4 5 6 7 8 9 10 11 12
 *	block	A A A A B B B B . C C  C  C
 */
static void extents(void)
{
	uint64_t z = zone;
	long live = report("venc", "live");
	int refs = mod_refs(a->module);
	void *p;

	block(z, 4);
	block(z + 4, 4);
	block(z + 8, 1);
	block(z + 9, 4);
	freed(z + 8);

	known(2, z + 1, "inside a block");
	known(4, z, "a whole block");
	known(1, z + 3, "a block's last page");
	known(4, z + 2, "across two adjacent blocks");
	known(8, z, "all of two adjacent blocks, the VMA twice that");
	known(4, z + 9, "a whole block behind a hole, the VMA past its end");
	unknown(2, z + 7, "one page into the hole");
	unknown(3, z + 7, "a hole in the middle");
	unknown(1, z + 8, "the hole alone");
	unknown(5, z + 8, "from the hole into a block");
	unknown(5, z + 9, "one page past the last block");
	unknown(1, z + 13, "behind the last block");
	unknown(1, z - 1, "before the zone");
	unknown(13, z, "all of it");

	begin("venc");
	p = native_sites[0](fd, 4 * page, 0, (z + 5) * page);
	expect_map(p, 4, 2, z + 5, "%s: a right offset: unchanged", a->module);
	/* On i386 the stale word is the high one. */
	begin("venc");
	p = vendor_libs[0].map[0](fd, 4 * page, (z + 10) * page,
				  ABI_FRAME ? 0 : 0x64, 0);
	expect_map(p, 4, 2, z + 10, "%s: stale words, in a block: right page",
		   a->module);
	begin("venc");
	p = vendor_libs[0].map[1](fd, 4 * page, (z + 7) * page,
				  ABI_FRAME ? 0 : 0x64, 0);
	expect_err(p, EINVAL, 0, "%s: stale words, into the hole: refused",
		   a->module);
	ok(report("venc", "live") - live == 8,
	   "%s: the report says that live blocks answered", a->module);
	ok(mod_refs(a->module) == refs, "%s: calls leave no reference",
	   a->module);

	freed(z + 4);
	unknown(2, z + 5, "a block that was freed");
	unknown(4, z + 2, "half of it in a block that was freed");
	block(z + 4, 4);
	known(2, z + 5, "a block that is given out again");
}

#define EXTENTS	22

/* The block goes while its pages are looked up one after the other. */
static void vanishing(void)
{
	set_parameter("vanish_after", "2");
	unknown(4, zone, "a block freed before its third page");
	set_parameter("vanish_after", "-1");
	unknown(4, zone, "and from then on");
	block(zone, 4);
	known(4, zone, "until there is one again");
}

#define VANISHING	3

/* What is listed is not asked for; what is not listed still is. */
static void ranges(void)
{
	uint64_t listed = zone + 0x800;
	char text[64];
	long live, lookups;

	snprintf(text, sizeof(text), "%#llx+%#lx",
		 (unsigned long long)(listed * page), 4 * page);
	if (sysctl_set("venc", "ranges", text))
		bail("cannot set ranges");
	live = report("venc", "live");
	lookups = parameter("lookups");
	begin("venc");
	expect_map(native_sites[1](fd, 8 * page, listed * page, listed * page), 8, 2,
		   listed, "%s: a listed page: known", a->module);
	ok(report("venc", "live") == live && parameter("lookups") == lookups,
	   "%s: a listed page: the allocator is not asked", a->module);
	known(4, listed, "garbled, and listed");
	ok(report("venc", "live") == live,
	   "%s: garbled, and listed: ranges answered", a->module);
	known(4, zone, "not listed, in a block");
	ok(report("venc", "live") == live + 1,
	   "%s: not listed: live blocks answered", a->module);
	if (sysctl_set("venc", "ranges", "none"))
		bail("cannot clear ranges");
}

#define RANGES	6

/* ---- a look-up that sleeps ---- */

/* In a process of its own: the mmap lock of this one stays free. */
static pid_t child_maps(void)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		_exit(!map_right(garbled(2, zone), 4, 2, zone));
	if (pid < 0)
		bail("fork: %s", strerror(errno));
	return pid;
}

static void sleeping(void)
{
	int status;
	pid_t pid;

	mmz_close();
	ok(mod_refs(a->module) == 0, "%s: no call: no reference", a->module);
	set_parameter("delay_ms", "500");
	pid = child_maps();
	ok(mod_refs_reach(a->module, 1),
	   "%s: a look-up that sleeps holds the allocator", a->module);
	ok(mod_unload(a->module) == -EWOULDBLOCK,
	   "%s: which cannot be unloaded meanwhile", a->module);
	if (waitpid(pid, &status, 0) != pid)
		bail("the child was lost");
	ok(status == 0, "%s: its call maps the right page", a->module);
	set_parameter("delay_ms", "0");
	ok(mod_refs(a->module) == 0, "%s: after it: no reference", a->module);
	mmz_open();
}

#define SLEEPING	5

/* ---- it comes and goes ---- */

static bool no_allocator(void)
{
	return report_has("live blocks none=no allocator to ask\n");
}

static bool only_observed(void)
{
	void *p = garbled(2, zone);
	bool passed;

	if (kernel_limits_pgoff())
		passed = p == MAP_FAILED && errno == EOVERFLOW &&
			 !stat_of("venc").mmaps;
	else
		passed = stat_of("venc").mmaps == 1 &&
			 stat_of("venc").pgoff == (GARBAGE | zone);
	if (p != MAP_FAILED)
		munmap(p, 4 * page);
	return passed;
}

static void lives(void)
{
	int i;

	for (i = 1; i <= 3; i++) {
		mmz_close();
		ok(down(), "%s: unload %d: at once", a->module, i);
		ok(no_allocator(),
		   "%s: unload %d: the report says so", a->module, i);
		ok(only_observed(), "%s: unload %d: nothing is known",
		   a->module, i);
		log_mark();
		up();
		mmz_open();
		ok(log_count(TAKEN) == 1 && log_count(REFUSED) == 0 &&
		   log_count(KERNEL_SAYS) == 0,
		   "%s: load %d: one line in the log", a->module, i + 1);
		unknown(2, zone, i == 1 ? "load 2: the old block" :
			i == 2 ? "load 3: the old block" :
				 "load 4: the old block");
		block(zone, 4);
		known(2, zone, i == 1 ? "load 2: a new block" :
		      i == 2 ? "load 3: a new block" : "load 4: a new block");
	}
}

#define LIVES	(3 * 6)

/* ---- all at once ---- */

static volatile bool stop;
static unsigned int wrong, right, refused;
static pthread_mutex_t counting = PTHREAD_MUTEX_INITIALIZER;

static void *storm_maps(void *unused)
{
	(void)unused;
	while (!stop) {
		void *p = raw_mmap2(fd, 4 * page, GARBAGE | zone, NULL);
		volatile uint32_t *w = p;
		int err = errno;

		pthread_mutex_lock(&counting);
		if (p == MAP_FAILED)
			*(err == EINVAL ? &refused : &wrong) += 1;
		else if (w[0] == zone && w[page / 4] == zone + 1)
			right++;
		else
			wrong++;
		pthread_mutex_unlock(&counting);
		if (p != MAP_FAILED)
			munmap(p, 4 * page);
	}
	return NULL;
}

#define ROUNDS	20

static void storm(void)
{
	unsigned int before, tries = 0, rounds, none = 0;
	pthread_t thread[2];
	char text[64];
	int i;

	/* Something is known all the time, so that guard refuses the rest. */
	snprintf(text, sizeof(text), "%#llx+%#lx",
		 (unsigned long long)((zone + 0x800) * page), page);
	if (sysctl_set("venc", "ranges", text))
		bail("cannot set ranges");
	stop = false;
	wrong = right = refused = 0;
	for (i = 0; i < 2; i++)
		if (pthread_create(&thread[i], NULL, storm_maps, NULL))
			bail("no thread");
	for (rounds = 0; rounds < ROUNDS; rounds++) {
		/* Not before the calls have seen this life of it. */
		pthread_mutex_lock(&counting);
		before = right;
		pthread_mutex_unlock(&counting);
		for (i = 0; i < 10000; i++) {
			pthread_mutex_lock(&counting);
			none = right == before;
			pthread_mutex_unlock(&counting);
			if (!none)
				break;
			free(slurp("/proc/media-mem"));
		}
		if (none)
			break;
		freed(zone);
		block(zone, 4);
		mmz_close();
		/* A call that runs now holds it: that is the point. */
		while (mod_unload(a->module))
			tries++;
		up();
		mmz_open();
		block(zone, 4);
	}
	stop = true;
	for (i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	diag("%u right, %u refused, %u unloads put off", right, refused, tries);
	ok(rounds == ROUNDS && !none, "%s: storm: each life of it was used",
	   a->module);
	ok(!wrong && right && refused, "%s: storm: never a wrong page",
	   a->module);
	mmz_close();
	ok(mod_refs(a->module) == 0 && mod_refs(COMPAT) == 1,
	   "%s: storm: no reference left or lost", a->module);
	mmz_open();
}

#define STORM	3

/* ---- both load orders ---- */

#define GUARD	"=devices=venc modes=3"

static bool is_taken(void)
{
	char line[96];

	snprintf(line, sizeof(line), "live blocks from=%s()", a->symbol);
	return report_has(line);
}

static void taken(void)
{
	ok(is_taken(), "%s: the report names the look-up", a->module);
	extents();
	vanishing();
	ranges();
	sleeping();
	lives();
	storm();
	close(fd);
	mmz_close();
	ok(down(), "%s: unloaded in the end", a->module);
	compat_down();

	/* The other way round: it is there before us. */
	up();
	mmz_open();
	block(zone, 4);
	log_mark();
	compat_up(GUARD);
	fd = dev_open("venc");
	ok(log_count(TAKEN) == 1 && log_count(REFUSED) == 0,
	   "%s: there before us: one line in the log", a->module);
	ok(is_taken(), "%s: there before us: the report names it", a->module);
	known(2, zone, "there before us");
	mmz_close();
	ok(down(), "%s: there before us: can be unloaded", a->module);
	ok(only_observed(), "%s: there before us, gone: nothing is known",
	   a->module);
	close(fd);
	compat_down();
}

#define TAKEN_RESULTS	(1 + EXTENTS + VANISHING + RANGES + SLEEPING + LIVES + \
			 STORM + 1 + 5)

/* The kernel says no: once per load of it, and what is left is said. */
static void not_taken(bool first)
{
	const char *when = first ? "there before us" : "loaded later";
	char text[64];
	unsigned int asked;
	int i;

	ok(report_has("none=this kernel does not let us ask"),
	   "%s: %s: the report says that it cannot be asked", a->module, when);
	asked = log_count(KERNEL_SAYS);
	ok(asked <= 1, "%s: %s: tried at most once", a->module, when);
	ok(log_count(TAKEN) == 0, "%s: %s: not said to be taken", a->module,
	   when);
	for (i = 0; i < 5; i++)
		only_observed();
	ok(log_count(KERNEL_SAYS) == asked && parameter("lookups") == 0,
	   "%s: %s: not tried again by calls", a->module, when);
	ok(only_observed(), "%s: %s: nothing is known", a->module, when);
	snprintf(text, sizeof(text), "%#llx+16M",
		 (unsigned long long)(zone * page));
	if (sysctl_set(NULL, "ranges", text))
		bail("cannot set ranges");
	known(2, zone, first ? "there before us: by ranges" :
	      "loaded later: by ranges");
	unknown(2, zone - 1, first ? "there before us: outside ranges" :
		"loaded later: outside ranges");
	ok(report("venc", "live") == 0, "%s: %s: ranges answered", a->module,
	   when);
	if (sysctl_set(NULL, "ranges", "none"))
		bail("cannot clear ranges");
}

static void refused_look_up(void)
{
	int i;

	not_taken(false);
	for (i = 1; i <= 2; i++) {
		mmz_close();
		ok(down(), "%s: refused: unload %d", a->module, i);
		ok(no_allocator(),
		   "%s: refused: unload %d: the report says so", a->module, i);
		log_mark();
		up();
		mmz_open();
		ok(log_count(KERNEL_SAYS) <= 1,
		   "%s: refused: load %d: tried at most once", a->module,
		   i + 1);
	}
	close(fd);
	compat_down();
	log_mark();
	compat_up(GUARD);
	fd = dev_open("venc");
	ok(log_count(REFUSED) == 1, "%s: there before us: the log says so",
	   a->module);
	block(zone, 4);
	not_taken(true);
	close(fd);
	compat_down();
	mmz_close();
	ok(down(), "%s: unloaded in the end", a->module);
}

/* As many as taken_plain() has. */
#define REFUSED_RESULTS	(8 + 2 * 3 + 1 + 8 + 1)
_Static_assert(REFUSED_RESULTS == EXTENTS + 2, "taken_plain()");

/* As on the kernels of boards, which let modules take plain exports, too. */
static void taken_plain(void)
{
	extents();
	ok(is_taken(), "%s: the report names the look-up", a->module);
	close(fd);
	compat_down();
	mmz_close();
	ok(down(), "%s: unloaded in the end", a->module);
}

static void run(const struct allocator *allocator)
{
	a = allocator;
	compat_up(GUARD);
	fd = dev_open("venc");
	ok(no_allocator() && only_observed(),
	   "%s: not there yet: nothing is known", a->module);
	log_mark();
	up();
	mmz_open();
	if (a->gpl || !log_count(KERNEL_SAYS)) {
		ok(log_count(TAKEN) == 1 && log_count(REFUSED) == 0 &&
		   log_count(KERNEL_SAYS) == 0,
		   "%s: loaded later: one line in the log", a->module);
		if (a->gpl)
			taken();
		else
			taken_plain();
	} else {
		ok(log_count(KERNEL_SAYS) == 1 && log_count(REFUSED) == 1,
		   "%s: loaded later: one line in the log", a->module);
		refused_look_up();
	}
}

#define GPL_ONES	(ALLOCATORS - 1)

int main(void)
{
	int i;

	hvct_init();
	ktap_plan(2 * ALLOCATORS + GPL_ONES * TAKEN_RESULTS + REFUSED_RESULTS +
		  1);
	zone = MMZ_PFN + 0x1000;
	vendor_libs_open();
	vendor_up("venc");
	for (i = 0; i < ALLOCATORS; i++)
		run(&allocators[i]);
	vendor_down();
	ok(!mod_loaded(COMPAT) && !mod_loaded("hvc_venc") &&
	   !mod_loaded("hvc_mmz") && !mod_loaded("hvc_mmz_goke") &&
	   !mod_loaded("hvc_mmz_v5"), "nothing left loaded");
	return ktap_end();
}
