// SPDX-License-Identifier: GPL-2.0
/*
 * Call sites of both kinds in one process, in the same object or in two: a
 * stale offset of a proven legacy site is corrected, a native site is never
 * changed. Three objects (this executable and two libraries), each with both
 * kinds; called by name, through a pointer and by sibling calls; the legacy one
 * first or the native one; at the same depth of the stack or not.
 *
 * The same program three times: position-independent, at a fixed address, and
 * (on ARM) as Thumb.
 */
#define _GNU_SOURCE
#include <alloca.h>
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bothkinds.h"
#include "hvct.h"

#define PAGES	4
#define OBJECTS	3
#define TAIL	WAYS		/* one more way */
#define DEPTHS	3

bothkinds_fn in_executable;

static const struct bothkinds *object[OBJECTS];
static const char *const object_name[OBJECTS] = {
	"executable", "first library", "second library"
};
static const char *const way_name[] = { "direct", "pointer", "sibling" };

static int fd;
static uint64_t x, y;

/* ---- one call ---- */

/* How much of the stack lies between: 0, or some, before the call is made. */
static const size_t between[DEPTHS][2] = { { 0, 0 }, { 272, 0 }, { 0, 4112 } };

struct call {
	const struct bothkinds *of;
	int way;
	size_t deeper;
};

static __attribute__((noinline)) void *legacy_now(const struct call *c,
						  long w1, long w2)
{
	void *p;

	if (c->way < WAYS)
		return c->of->legacy[c->way](fd, PAGES * page, x * page, w1, w2);
	p = c->of->legacy_tail(NULL, PAGES * page, PROT_READ | PROT_WRITE, 0,
			       fd, x * page, ABI_OFFSET(w1, w2));
	__asm__ volatile("" : : : "memory");
	return p;
}

static __attribute__((noinline)) void *native_now(const struct call *c,
						  long pad)
{
	void *p;

	if (c->way < WAYS)
		return c->of->native[c->way](fd, PAGES * page, pad, y * page);
	p = c->of->native_tail(NULL, PAGES * page, PROT_WRITE, MAP_SHARED, fd,
			       pad, ABI_OFFSET((long)(y * page), 0));
	__asm__ volatile("" : : : "memory");
	return p;
}

/*
 * map_right() without its look at every page, of thousands of calls: what the
 * driver was handed, and what the mapping begins with.
 */
static bool maps(void *p, uint64_t pfn)
{
	struct hvc_stat st = stat_of("venc");
	bool good = p != MAP_FAILED && st.mmaps == 1 && st.pgoff == pfn &&
		    *(volatile uint32_t *)p == (uint32_t)pfn;

	if (!good)
		diag("%u calls, pgoff %#llx, not %#llx", st.mmaps,
		     (unsigned long long)st.pgoff, (unsigned long long)pfn);
	return (p == MAP_FAILED || !munmap(p, PAGES * page)) && good;
}

static __attribute__((noinline)) bool legacy_goes(const struct call *c, long w1,
						  uint64_t pfn)
{
	volatile char *below = alloca(c->deeper + 1);

	below[0] = 0;
	begin("venc");
	return maps(legacy_now(c, w1, 0), pfn);
}

/* With a page in range where a legacy caller would have had its offset. */
static __attribute__((noinline)) bool native_right(const struct call *c)
{
	volatile char *below = alloca(c->deeper + 1);
	bool good;

	below[0] = 0;
	begin("venc");
	good = maps(native_now(c, x * page), y);
	begin("venc");
	return good && maps(native_now(c, 0), y);
}

/* ---- one process ---- */

static bool both(const struct call *legacy, const struct call *native,
		 bool native_first)
{
	int i;

	if (native_first)
		for (i = 0; i < 2; i++)
			if (!native_right(native))
				return false;
	/* Not proven: the stale page passes. Then it is. */
	if (!legacy_goes(legacy, y * page, y) || !legacy_goes(legacy, 0, x))
		return false;
	for (i = 0; i < 3; i++)
		if (!native_right(native) || !legacy_goes(legacy, y * page, x))
			return false;
	return native_right(native);
}

static bool child_says(bool (*fn)(const void *), const void *arg)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		bail("fork: %s", strerror(errno));
	if (!pid) {
		bool good = fn(arg);

		fflush(stdout);
		_exit(!good);
	}
	if (waitpid(pid, &status, 0) != pid)
		bail("waitpid: %s", strerror(errno));
	return !status;
}

struct pair {
	int legacy, native;
	int way[2];
	int depth;
	bool native_first;
};

static bool one_pair(const void *arg)
{
	const struct pair *p = arg;
	struct call legacy = {
		object[p->legacy], p->way[0], between[p->depth][0]
	};
	struct call native = {
		object[p->native], p->way[1], between[p->depth][1]
	};

	return both(&legacy, &native, p->native_first);
}

/* Every way and depth: a process each. */
static void objects(int legacy, int native, bool native_first)
{
	struct pair p = { legacy, native, { 0, 0 }, 0, native_first };
	int bad = 0, n = 0;

	for (p.way[0] = 0; p.way[0] <= TAIL; p.way[0]++)
		for (p.way[1] = 0; p.way[1] <= TAIL; p.way[1]++)
			for (p.depth = 0; p.depth < DEPTHS; p.depth++, n++) {
				if (child_says(one_pair, &p))
					continue;
				diag("legacy %s, native %s, depth %d",
				     way_name[p.way[0]], way_name[p.way[1]],
				     p.depth);
				bad++;
			}
	ok(!bad && n == 27, "legacy in %s, native in %s, %s first: each is right",
	   object_name[legacy],
	   legacy == native ? "the same" : object_name[native],
	   native_first ? "native" : "legacy");
}

/* ---- what is where ---- */

/* The one legacy site of a process that made one call, and where it lies. */
/* Thumb without Thumb-2 (ARMv5) has no jump that reaches far enough. */
static bool jumps(const struct call *c)
{
#if defined(__ARM_ARCH_ISA_THUMB) && __ARM_ARCH_ISA_THUMB == 1
	return c->way == TAIL && !((uintptr_t)c->of->legacy[0] & 1);
#else
	return c->way == TAIL;
#endif
}

static bool site_in(const void *arg)
{
	const struct pair *p = arg;
	struct call c = { object[p->legacy], p->way[0], 0 };
	char *block, *line, path[64], want[80], exe[64];
	bool good;
	ssize_t n;

	if (!legacy_goes(&c, 0, x))
		return false;
	n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	exe[n < 0 ? 0 : n] = '\0';
	snprintf(path, sizeof(path), "/tests/libbothkinds-%d.so", p->legacy);
	snprintf(want, sizeof(want), " %s legacy",
		 jumps(&c) || !p->legacy ? exe : path);
	block = report_process(getpid());
	line = block ? strstr(block, "  site ") : NULL;
	good = line && strstr(line, want) && !strstr(line + 1, "  site ");
	if (!good)
		diag("want%s, got %s", want, block);
	free(block);
	return good;
}

static unsigned int elf_type(void)
{
	Elf32_Ehdr head;
	int in = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	if (in < 0 || read(in, &head, sizeof(head)) != sizeof(head))
		bail("/proc/self/exe: %s", strerror(errno));
	close(in);
	return head.e_type;
}

/* Is it what the build was asked for? */
static bool as_built(void)
{
	const char *name = program_invocation_short_name;
	bool fixed = strstr(name, "fixed"), thumb = strstr(name, "thumb");

#ifdef __arm__
	if (thumb != ((uintptr_t)object[0]->legacy[0] & 1))
		return false;
	/* One library of each. */
	if (((uintptr_t)object[1]->legacy[0] & 1) ==
	    ((uintptr_t)object[2]->legacy[0] & 1))
		return false;
#else
	(void)thumb;
#endif
	return elf_type() == (fixed ? ET_EXEC : ET_DYN);
}

/* A jump: the one instruction that is called by the way it came. */
static bool siblings(void)
{
	struct pair p = { .way = { TAIL } };
	bool good = true;

	for (p.legacy = 0; p.legacy < OBJECTS; p.legacy++)
		good &= child_says(site_in, &p);
	return good;
}

static bool plain_sites(void)
{
	struct pair p = { .legacy = 0 };
	bool good = true;

	for (p.legacy = 0; p.legacy < OBJECTS; p.legacy++)
		for (p.way[0] = 0; p.way[0] < WAYS; p.way[0]++)
			good &= child_says(site_in, &p);
	return good;
}

/*
 * One call instruction for both, as in a table of functions: what it leads to
 * moves the words. A native one has its own offset as the padding, too.
 */
static __attribute__((noinline)) void *common(map8_fn *fn, long pad, long low)
{
	void *p = fn(NULL, PAGES * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		     pad, ABI_OFFSET(low, 0));

	__asm__ volatile("" : : : "memory");
	return p;
}

static bool one_instruction(const void *unused)
{
	bool good;
	int i;

	(void)unused;
	begin("venc");
	good = map_right(common(object[1]->legacy_tail, x * page, 0), PAGES, 2,
			 x);
	for (i = 0; i < 3; i++) {
		begin("venc");
		good &= map_right(common(object[2]->native_tail, y * page,
					 y * page), PAGES, 2, y);
		begin("venc");
		good &= map_right(common(object[1]->legacy_tail, x * page,
					 y * page), PAGES, 2, x);
	}
	return good;
}

int main(void)
{
	int legacy, native, i;
	char path[64];

	hvct_init();
	ktap_plan(4 + OBJECTS * OBJECTS * 2);
	x = MMZ_PFN + 0x123;
	y = MMZ_PFN + 0x456;
	object[0] = in_executable();
	for (i = 1; i < OBJECTS; i++) {
		bothkinds_fn *in_library;
		void *lib;

		snprintf(path, sizeof(path), "/tests/libbothkinds-%d.so", i);
		lib = dlopen(path, RTLD_NOW | RTLD_LOCAL);
		in_library = lib ? (bothkinds_fn *)dlsym(lib, "in_library") :
				   NULL;
		if (!in_library)
			bail("%s", dlerror());
		object[i] = in_library();
	}
	vendor_up("venc");
	compat_mode(MODE_GUARD);
	fd = dev_open("venc");
	stat_reset("venc");
	ok(as_built(), "the executable and the libraries are what was asked for");
	ok(plain_sites(), "a site lies in the object that calls");
	ok(siblings(), "that of a sibling call in its caller's");
	for (legacy = 0; legacy < OBJECTS; legacy++)
		for (native = 0; native < OBJECTS; native++)
			for (i = 0; i < 2; i++)
				objects(legacy, native, i);
	ok(child_says(one_instruction, NULL),
	   "one instruction for both: the native calls are unchanged");
	close(fd);
	compat_down();
	vendor_down();
	return ktap_end();
}
