// SPDX-License-Identifier: GPL-2.0
/*
 * Each side is loaded and unloaded again and again, in random order, while four
 * tasks open the device, map it in every shape, unmap parts, move, protect and
 * advise mappings, fork, exec and exit with mappings alive. Opens fail only
 * because the device is absent; what is mapped is the right page or what the
 * driver alone would map; modules leave or are busy. At the end the kernel's
 * leak detector is asked, where there is one, and modules, references and
 * memory are as at the start.
 *
 * HVC_CYCLES: loads of each side (40). HVC_FUZZ_SEED: the order.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hvct.h"
#include "sites.h"

#define PAGES	4
#define TASKS	4
/*
 * A cycle may not cost this much for good; a lost page would be 16 times it.
 * KASAN keeps each stack trace, and in a module's every load they are new ones.
 */
#define BYTES_PER_CYCLE	256
#define TRACES_PER_CYCLE 8192
#define SLACK		(2 << 20)

enum deed {
	VALID, DISPLACED, HIGH, SIGN, BYTES, ZERO, OUTSIDE, SHAPES,
	/* what is done with a mapping */
	PARTS = SHAPES, MOVE, PROTECT, ADVISE, FORK, EXEC, EXIT, DEEDS
};

static const char *const deed_name[DEEDS] = {
	"in range", "displaced", "high bits", "sign-extended", "byte offsets",
	"zero", "outside", "unmapped in parts", "moved", "protected",
	"advised", "forks", "execs", "exits with a mapping",
};

struct counts {
	volatile bool stop;
	unsigned long opens, absent, odd, wrong, refused, done[DEEDS];
	int odd_errno, wrong_shape;
};

static struct counts *counts;	/* TASKS of them, in shared memory */
static uint64_t x;

/* How often it came up, in all tasks. */
static unsigned long times(enum deed deed)
{
	unsigned long n = 0;
	int i;

	for (i = 0; i < TASKS; i++)
		n += *(volatile const unsigned long *)&counts[i].done[deed];
	return n;
}

/* Any from @first on, before @end; what never came up comes first. */
static enum deed one_of(enum deed first, enum deed end)
{
	enum deed missing[DEEDS], deed;
	unsigned int n = 0;

	for (deed = first; deed < end; deed++)
		if (!times(deed))
			missing[n++] = deed;
	return n ? missing[rand() % n] : first + rand() % (end - first);
}

/* Has all of it happened that the test is about? */
static bool all_done(void)
{
	enum deed deed;

	for (deed = 0; deed < DEEDS; deed++)
		if (!times(deed))
			return false;
	return true;
}

static void *map_as(int fd, enum deed shape)
{
	size_t len = PAGES * page;

	switch (shape) {
	case VALID:
		return native_sites[rand() % NSITES](fd, len, 0, x * page);
	case DISPLACED:
#if ABI_FRAME
		return linked_sites[rand() % VSITES](fd, len, x * page, 0, 0);
#else
		return linked_sites[rand() % VSITES](fd, len, x * page, 0x123,
						     0);
#endif
	case HIGH:
		return raw_mmap2(fd, len, 0x12300000 | x, NULL);
	case SIGN:
		return raw_mmap2(fd, len, 0xfff00000 | x, NULL);
	case BYTES:
		return raw_mmap2(fd, len, x * page, NULL);
	case ZERO:
		return raw_mmap2(fd, len, 0, NULL);
	default:
		return raw_mmap2(fd, len, MMZ_END_PFN + 0x100, NULL);
	}
}

/* Touches it; the parent's mapping is another's here. */
static void with_child(struct counts *c, void *p, enum deed deed)
{
	char *const argv[] = { "cycles", "end", NULL };
	int status;
	pid_t pid = fork();

	if (!pid) {
		if (*(volatile uint32_t *)p != x)
			_exit(1);
		if (deed == EXEC)
			execv("/proc/self/exe", argv);
		_exit(deed == EXEC);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		c->wrong++;
}

/* Uses up the mapping at @p, which shows page @x. */
static void use(struct counts *c, char *p)
{
	enum deed deed = one_of(PARTS, DEEDS);
	size_t len = PAGES * page;
	char *q, *room;

	c->done[deed]++;
	switch (deed) {
	case PARTS:
		munmap(p + page, page);
		munmap(p, page);
		munmap(p + 2 * page, 2 * page);
		return;
	case MOVE:
		/* wherever else it went something may be: libc was once */
		room = mmap(NULL, len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);
		if (room == MAP_FAILED)
			break;
		q = mremap(p, len, len, MREMAP_MAYMOVE | MREMAP_FIXED, room);
		if (q == MAP_FAILED) {
			munmap(room, len);
			break;
		}
		p = q;
		if (*(volatile uint32_t *)p != x)
			c->wrong++;
		break;
	case PROTECT:
		if (mprotect(p, page, PROT_READ) ||
		    mprotect(p + page, page, PROT_NONE) ||
		    *(volatile uint32_t *)p != x)
			c->wrong++;
		break;
	case ADVISE:
		/* pages of no file cannot be dropped: EINVAL, no harm */
		madvise(p, len, MADV_DONTNEED);
		if (madvise(p, 2 * page, MADV_DONTFORK) ||
		    *(volatile uint32_t *)p != x)
			c->wrong++;
		break;
	case FORK:
	case EXEC:
		with_child(c, p, deed);
		break;
	default:
		_exit(0);
	}
	munmap(p, len);
}

static void once(struct counts *c)
{
	enum deed shape = one_of(0, SHAPES);
	int fd = open("/dev/venc", O_RDWR | (rand() % 2 ? O_CLOEXEC : 0));
	uint64_t offset;
	void *p;

	c->opens++;
	if (fd < 0) {
		if (errno == ENODEV || errno == ENXIO || errno == ENOENT) {
			c->absent++;
		} else {
			c->odd++;
			c->odd_errno = errno;
		}
		return;
	}
	p = map_as(fd, shape);
	/* a mapping holds the file as well */
	if (rand() % 2) {
		close(fd);
		fd = -1;
	}
	c->done[shape]++;
	if (p == MAP_FAILED) {
		/* ENODEV: the freed minor had another device by then */
		if (errno != ENODEV && errno != EOVERFLOW && errno != EINVAL)
			c->refused++;
	} else if (shape == ZERO || shape == OUTSIDE || maps_wild(p, x)) {
		munmap(p, PAGES * page);
	} else if (*(volatile uint32_t *)p == x) {
		use(c, p);
	} else {
		/* a file of the driver's own gets what libc made of it: 0 */
		if (shape != DISPLACED || !maps_offset(p, &offset) || offset) {
			c->wrong++;
			c->wrong_shape = shape;
		}
		munmap(p, PAGES * page);
	}
	if (fd >= 0)
		close(fd);
}

/* A process for some dozen mappings; one that is exited from ends early. */
static void task(struct counts *c, unsigned int seed)
{
	while (!c->stop) {
		int status, i;
		pid_t pid = fork();

		if (!pid) {
			srand(seed);
			for (i = 0; i < 24 && !c->stop; i++) {
				double from = now();

				once(c);
				pause_after(now() - from, 1);
			}
			_exit(0);
		}
		seed = seed * 1103515245 + 12345;
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status) {
			c->wrong++;
			c->wrong_shape = DEEDS;
		}
	}
	_exit(0);
}

struct side {
	const char *name, *params;
	unsigned long loads, busy, failed;
};

static int load_compat(void)
{
	return compat_load(NULL);
}

static void toggle(struct side *side)
{
	int err;

	if (mod_loaded(side->name)) {
		err = mod_unload(side->name);
		if (err == -EWOULDBLOCK) {
			side->busy++;
			err = 0;
		}
	} else {
		err = side->params ? mod_load(side->name, side->params) :
				     load_compat();
		side->loads += !err;
	}
	if (err) {
		diag("%s: %s", side->name, strerror(-err));
		side->failed++;
	}
}

/* ---- memory ---- */

/* Free pages on the lists of the processors, some MB that MemFree leaves out. */
static long listed_pages(void)
{
	char *text = slurp("/proc/zoneinfo"), *at = text;
	long n = 0;

	while (at && (at = strstr(at, " count:"))) {
		at += strlen(" count:");
		n += atol(at);
	}
	free(text);
	return n;
}

/*
 * Bytes that are free once all that can be given back was. KASAN keeps what was
 * freed, and the page around it: where the leak detector watches the slabs,
 * they count as free.
 */
static long free_memory(void)
{
	long kib = meminfo("MemFree");

	if (leaks_known())
		kib += meminfo("Slab");
	return 1024 * kib + page * listed_pages();
}

static unsigned int modules(void)
{
	char *text = slurp("/proc/modules"), *at;
	unsigned int n = 0;

	for (at = text; (at = strchr(at, '\n')); at++)
		n++;
	free(text);
	return n;
}

int main(int argc, char **argv)
{
	struct side side[] = {
		{ .name = COMPAT },
		{ .name = "hvc_venc", .params = "devices=venc" },
	};
	unsigned long cycles = asked_for("HVC_CYCLES", 40);
	unsigned long seed = asked_seed();
	unsigned long at_quarter = 0, least = 0, modules_before;
	long memory_before = 0, memory_after, may;
	struct counts all = { 0 };
	int status, died = 0, i;
	double began;
	pid_t pid[TASKS];

	if (argc > 1 && !strcmp(argv[1], "end"))
		return 0;
	hvct_init();
	ktap_plan(13);
	diag("seed %lu, %lu loads of each side", seed, cycles);
	x = MMZ_PFN + 0x123;
	counts = mmap(NULL, TASKS * sizeof(*counts), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	leaks_forget();
	modules_before = modules();
	vendor_up("venc");
	fflush(stdout);
	for (i = 0; i < TASKS; i++) {
		pid[i] = fork();
		if (!pid[i])
			task(&counts[i], seed + i);
	}
	srand(seed);
	began = now();
	while (least < cycles || (!all_done() && patience())) {
		toggle(&side[rand() % 2]);
		least = side[0].loads < side[1].loads ? side[0].loads :
							side[1].loads;
		progress(least, cycles, "loads of each side");
		if (!at_quarter && side[0].loads > cycles / 4) {
			at_quarter = side[0].loads + side[1].loads;
			memory_before = free_memory();
		}
	}
	at_quarter = side[0].loads + side[1].loads - at_quarter;
	for (i = 0; i < TASKS; i++)
		counts[i].stop = true;
	for (i = 0; i < TASKS; i++) {
		const struct counts *c = &counts[i];

		waitpid(pid[i], &status, 0);
		died += status != 0;
		all.opens += c->opens;
		all.absent += c->absent;
		all.odd += c->odd;
		if (c->odd)
			all.odd_errno = c->odd_errno;
		all.wrong += c->wrong;
		if (c->wrong)
			all.wrong_shape = c->wrong_shape;
		all.refused += c->refused;
	}
	memory_after = free_memory();
	for (i = 0; i < 2; i++)
		diag("%s: %lu loads, %lu times busy", side[i].name,
		     side[i].loads, side[i].busy);
	diag("%lu opens, %lu while absent, %.0f s", all.opens, all.absent,
	     now() - began);
	for (i = 0; i < DEEDS; i++)
		diag("%s: %lu", deed_name[i], times(i));
	ok_num(died, 0, "no task died");
	if (!ok(!all.odd, "opens fail only because the device is absent"))
		diag("%lu failed otherwise, the last one: %s", all.odd,
		     strerror(all.odd_errno));
	if (!ok(!all.wrong, "no mapping shows a wrong page"))
		diag("%lu did, the last one: %s", all.wrong,
		     all.wrong_shape < DEEDS ? deed_name[all.wrong_shape] :
		     "a process died");
	ok_num(all.refused, 0, "no mapping is refused for another reason");
	ok_num(side[0].failed, 0, "the module loads and unloads, or is busy");
	ok_num(side[1].failed, 0, "so does the driver");
	ok(side[0].loads >= cycles && side[1].loads >= cycles,
	   "both were loaded as often as was asked for");
	ok(all_done(), "every shape and every deed came up");
	if (!mod_loaded("hvc_venc"))
		toggle(&side[1]);
	ok(mod_refs_reach("hvc_venc", 0), "the driver's references are 0");
	ok(!mod_loaded(COMPAT) || mod_refs_reach(COMPAT, 0),
	   "the module's references are 0");
	compat_down();
	vendor_down();
	ok_num(modules(), modules_before, "as many modules as before");
	may = leaks_known() ? TRACES_PER_CYCLE : BYTES_PER_CYCLE;
	may = SLACK + may * at_quarter;
	diag("%ld bytes less after %lu loads more, %ld may be",
	     memory_before - memory_after, at_quarter, may);
	ok(memory_before - memory_after < may, "the memory is back");
	if (!leaks_result("no leak is known"))
		skip("no leak is known # SKIP no kmemleak in this kernel");
	diag("figure cycles %lu loads of the module, and %lu of the driver",
	     side[0].loads, side[1].loads);
	return ktap_end();
}
