// SPDX-License-Identifier: GPL-2.0
/*
 * Stacks that lie, beyond what `frame` has: blocks that name other descriptors,
 * pages that stacks are not made of, the kernel's own memory behind sp,
 * and words that a thread, a peer or a tracer changes while mmap runs. Guard
 * mode: whatever the words say, the driver is handed a page in the ranges or is
 * not asked at all; what the task could not read is no evidence; nothing waits.
 *
 * HVC_STORM_SECONDS: how long the races last in all, 2 unless set.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hvct.h"
#include "sites.h"

#define PAGES	4
#define RW	(PROT_READ | PROT_WRITE)
#define RA(label)	((uint32_t)(uintptr_t)(label))
#define FLIPS_EACH 200000
#define STACK_FILE	"/tmp/hostile_stack"
#define CODE_FILE	"/tmp/hostile_code"

static int fd, other;
static uint64_t x, y, z;	/* page frames in range */
static uint32_t *stack;		/* four pages */

static void *pages(void *at, size_t n, int prot, int flags, int file)
{
	void *p = mmap(at, n * page, prot, flags, file, 0);

	if (p == MAP_FAILED)
		bail("mmap: %s", strerror(errno));
	return p;
}

static uint32_t *fresh(void)
{
	memset(stack, 0, 4 * page);
	return stack + page / 4;
}

static struct block good(void)
{
	struct block b = {
		.at = AT_NEAR, .ra = RA(RA_GOOD), .fd = fd, .x = x * page,
	};

	return b;
}

/* The words that the kernel itself reads from there are as they must be. */
static void *issue_for(int file, void *sp, uint32_t raw)
{
	begin("venc");
	return raw_mmap2(file, PAGES * page, raw, sp);
}

static void *issue(uint32_t *sp, uint32_t raw)
{
	stack_args(sp, fd, raw);
	return issue_for(fd, sp, raw);
}

static void repaired(void *p, const char *what)
{
	expect_map(p, PAGES, 2, x, "%s: repaired", what);
}

static void none(void *p, const char *what)
{
	expect_err(p, EINVAL, 0, "%s: no evidence", what);
}

/* ---- descriptors ---- */

static void descriptors(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int path = open("/dev/venc", O_PATH | O_CLOEXEC), gone = dup(fd);
	int zero = open("/dev/zero", O_RDWR | O_CLOEXEC);
	const struct {
		const char *what;
		uint32_t fd;
	} t[] = {
		{ "/dev/null", null }, { "the node, opened as a path", path },
		{ "a closed one", gone }, { "another file of the device", other },
		{ "-1", -1 }, { "the largest", 0x7fffffff },
		{ "its complement", ~(uint32_t)fd },
		{ "this one and 2^16", fd | 0x10000 },
	};
	struct block b = good();
	unsigned int i;
	uint32_t *sp;
	char what[64];
	void *p;

	close(gone);
	for (i = 0; i < sizeof(t) / sizeof(*t); i++) {
		sp = fresh();
		b.fd = t[i].fd;
		block_put(sp, &b);
		snprintf(what, sizeof(what), "a block names %s", t[i].what);
		none(issue(sp, 0), what);
	}
	/* Another file is mapped over a block that is right for the device. */
	sp = fresh();
	b = good();
	b.fd = zero;
	block_put(sp, &b);
	stack_args(sp, zero, 0);
	p = issue_for(zero, sp, 0);
	ok(p != MAP_FAILED && !*(uint32_t *)p && !stat_of("venc").mmaps,
	   "another device's mapping with such a block: its own");
	if (p != MAP_FAILED)
		munmap(p, PAGES * page);
	close(null);
	close(path);
	close(zero);
}

#define DESCRIPTORS	9

/* ---- pages ---- */

static bool kernel_reads(const void *p)
{
	int pipes[2];
	bool can;

	if (pipe(pipes))
		bail("pipe: %s", strerror(errno));
	can = write(pipes[1], p, 4) == 4;
	close(pipes[0]);
	close(pipes[1]);
	return can;
}

/* The block begins where the page begins; all below is on plain memory. */
static uint32_t *before(uint32_t *special)
{
	return special - AT_NEAR / 4;
}

static int file_of(size_t n)
{
	int file = open(STACK_FILE, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC,
			0600);

	if (file < 0 || ftruncate(file, n * page))
		bail(STACK_FILE ": %s", strerror(errno));
	return file;
}

#ifndef __mips__
static void can_read(uint32_t *special, const char *what)
{
	void *p;

	if (kernel_reads(special)) {
		p = issue(before(special), 0);
		expect_map(p, PAGES, 2, x, "%s", what);
	} else {
		p = issue(before(special), 0);
		expect_err(p, EINVAL, 0, "%s", what);
	}
}
#endif

#if !ABI_STACK_ARGS
/* Where the main thread's stack begins now. */
static unsigned long stack_begins(void)
{
	char *text = slurp("/proc/self/maps"), *at = strstr(text, "[stack]");
	unsigned long lo;

	while (at && at > text && at[-1] != '\n')
		at--;
	if (!at || sscanf(at, "%lx-", &lo) != 1)
		bail("/proc/self/maps has no [stack]");
	free(text);
	return lo;
}
#endif

static void odd_pages(void)
{
	uint32_t *area = pages(NULL, 4, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	uint32_t *next = area + page / 4, *view;
	struct block b = good();
	int file = file_of(2);

	view = pages(NULL, 2, RW, MAP_SHARED, file);
	block_put(before(next), &b);
	repaired(issue(before(next), 0), "a plain page");

#ifndef __mips__	/* there such a page has the kernel fault for ever */
	mprotect(next, page, PROT_WRITE);
	can_read(next, "a page to be written only: as the kernel reads it");
	mprotect(next, page, PROT_EXEC);
	can_read(next, "a page to be run only: as the kernel reads it");
#endif
	mprotect(next, page, PROT_READ);
	repaired(issue(before(next), 0), "a page to be read only");

	/* The same words in a file. */
	memcpy(view, next, page);
	memset(view + page / 4, 0x55, 4);
	pages(next, 2, PROT_READ, MAP_PRIVATE | MAP_FIXED, file);
	if (!kernel_reads(next))
		bail("a file's page cannot be read");
	repaired(issue(before(next), 0), "a page of a file");
	if (ftruncate(file, 0))
		bail("ftruncate: %s", strerror(errno));
	none(issue(before(next), 0), "a page past the end of its file");

	/* The device's own memory, as the task has it mapped. */
	if (mmap(next, 2 * page, RW, MAP_SHARED | MAP_FIXED, fd,
		 z * page) == MAP_FAILED)
		bail("mmap of /dev/venc: %s", strerror(errno));
	block_put(before(next), &b);
	repaired(issue(before(next), 0), "a page of the device itself");
	block_put(next + 16, &b);
	repaired(issue(next + 16, 0), "all of the stack on the device");
	munmap(next, 2 * page);
	stamp();
	none(issue(before(next), 0), "that page unmapped");
	munmap(view, 2 * page);
	munmap(area, 4 * page);
	close(file);
	unlink(STACK_FILE);
#if !ABI_STACK_ARGS	/* or the kernel itself reads there first */
	{
		unsigned long is = stack_begins();

		none(issue_for(fd, (void *)(is - 2 * page), 0),
		     "sp below the stack's mapping");
		ok(stack_begins() == is, "and the stack has not grown for it");
	}
#endif
}

#define ODD_PAGES	(ABI_STACK_ARGS ? 7 : 11)

/* ---- userfaultfd ---- */

#ifndef SYS_userfaultfd
#if defined(__arm__)
#define SYS_userfaultfd	388
#else
#define SYS_userfaultfd	4357
#endif
#endif

/* linux/userfaultfd.h, which C libraries come without */
struct uffd_api {
	uint64_t api, features, ioctls;
};

struct uffd_register {
	uint64_t start, len, mode, ioctls;
};

#define UFFD_API	_IOWR(0xaa, 0x3f, struct uffd_api)
#define UFFD_REGISTER	_IOWR(0xaa, 0x00, struct uffd_register)

/* A page that nobody will ever supply: whoever faults on it waits for good. */
static void nobody_supplies(void)
{
	uint32_t *area = pages(NULL, 2, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	uint32_t *next = area + page / 4;
	struct uffd_api api = { .api = 0xaa };
	struct uffd_register reg = {
		.start = (uintptr_t)next, .len = page, .mode = 1,
	};
	int uffd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	struct pollfd pfd = { .fd = uffd, .events = POLLIN };
	void *p;

	if (uffd < 0) {
		skip("userfaultfd: no evidence # SKIP this kernel has none");
		skip("nothing waits for it # SKIP this kernel has none");
		munmap(area, 2 * page);
		return;
	}
	if (ioctl(uffd, UFFD_API, &api) || ioctl(uffd, UFFD_REGISTER, &reg))
		bail("userfaultfd: %s", strerror(errno));
	p = issue(before(next), 0);
	none(p, "a page that userfaultfd is asked for");
	ok(poll(&pfd, 1, 0) == 0, "and nobody asked it");
	close(uffd);
	munmap(area, 2 * page);
}

#define UFFD	2

/* ---- the kernel's memory ---- */

#if defined(__arm__)
/* Where a 32-bit kernel has this page, or 0. */
static uint32_t kernel_address(const void *p)
{
	int pm = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	char *iomem = slurp("/proc/iomem"), *at = strstr(iomem, "System RAM");
	unsigned long long ram;
	uint64_t entry = 0;

	if (pm < 0 || pread(pm, &entry, 8, (uintptr_t)p / page * 8) != 8)
		bail("/proc/self/pagemap: %s", strerror(errno));
	close(pm);
	while (at && at > iomem && at[-1] != '\n')
		at--;
	if (!at || sscanf(at, "%llx-", &ram) != 1)
		bail("/proc/iomem says nothing of System RAM");
	free(iomem);
	if (kernel_is_64bit() || !(entry >> 63))
		return 0;
	/* All boards that are tested have their kernel at 3 GiB. */
	return 0xc0000000 + (entry & ((1ull << 55) - 1)) * page - ram;
}

/*
 * A good block that the kernel could read at its own address of the page and
 * the task could not.
 */
static void kernel_memory(void)
{
	uint32_t *sp = fresh();
	struct block b = good();
	uint32_t at;
	int k;

	mlock(stack, 4 * page);
	block_put(sp, &b);
	at = kernel_address(sp);
	diag("the block's page is at %#x of the kernel", at);
	if (!at)
		at = 0xc0008000;
	none(issue_for(fd, (void *)(uintptr_t)at, 0), "sp in kernel memory");
	at -= AT_NEAR;
	none(issue_for(fd, (void *)(uintptr_t)at, 0), "and just below it");
	repaired(issue(sp, 0), "the same page as the task has it");
	munlock(stack, 4 * page);

	for (k = 1; k < 4; k++) {
		char *odd = (char *)fresh() + k, what[32];

		block_put(sp, &b);
		memmove(odd, sp, 256);
		snprintf(what, sizeof(what), "sp misaligned by %d", k);
		none(issue_for(fd, odd, 0), what);
	}
}

/* A page at the end of what a task can have, and sp so near that it ends. */
static void at_the_top(void)
{
	static const uint32_t tops[] = {
		0xfffef000, 0xffffd000, 0xbeffe000, 0xbefef000, 0xbef00000,
	};
	struct block b = good();
	uint32_t *end, *top = MAP_FAILED;
	unsigned int i;

	for (i = 0; i < sizeof(tops) / sizeof(*tops); i++) {
		void *want = (void *)(uintptr_t)tops[i];

		top = mmap(want, page, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (top == want)
			break;
		if (top != MAP_FAILED)
			munmap(top, page);
		top = MAP_FAILED;
	}
	if (top == MAP_FAILED)
		top = pages(NULL, 1, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	diag("the highest page is at %p", (void *)top);
	end = top + page / 4;
	block_put(end - AT_NEAR / 4 - 4, &b);
	repaired(issue(end - AT_NEAR / 4 - 4, 0),
		 "a block at the top of the address space");
	for (i = 1; i <= 4; i++)
		end[-(int)i] = 0;
	none(issue(end - 1, 0), "sp in the last word there");
	munmap(top, page);
	none(issue_for(fd, (void *)(uintptr_t)0xffffff04, 0),
	     "a window that would wrap");
}

#define KERNEL_MEMORY	9
#else
static void kernel_memory(void)
{
	uint32_t *sp = fresh();
	struct block b = good();

	/* The kernel takes its own arguments from there: it refuses first. */
	block_put(sp, &b);
	ok(issue_for(fd, (void *)(uintptr_t)0x80100000, 0) == MAP_FAILED &&
	   !stat_of("venc").mmaps, "sp in kernel memory: no mapping");
	repaired(issue(sp, 0), "the same block on the stack");
}

static void at_the_top(void)
{
}

#define KERNEL_MEMORY	2
#endif

/* ---- return addresses at the ends of code ---- */

#if defined(__arm__)
static const uint32_t call[] = { 0xebfffffe };		/* bl */
#else
static const uint32_t call[] = { 0x0320f809, 0 };	/* jalr, nop */
#endif

static void code_ends(void)
{
	int file = open(CODE_FILE, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC,
			0700);
	struct block b = good();
	uint32_t *sp = fresh();
	char *text;
	void *p, *m;

	if (file < 0 || ftruncate(file, page) ||
	    pwrite(file, call, sizeof(call), 0) != sizeof(call) ||
	    pwrite(file, call, sizeof(call), page - sizeof(call)) !=
	    sizeof(call))
		bail(CODE_FILE ": %s", strerror(errno));
	text = pages(NULL, 3, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	text = pages(text + page, 1, PROT_READ | PROT_EXEC,
		     MAP_PRIVATE | MAP_FIXED, file);
	if (memcmp(text, call, sizeof(call)))
		bail("no code in " CODE_FILE);

	b.ra = RA(text) + page;
	block_put(sp, &b);
	repaired(issue(sp, 0), "return to behind the last call of a mapping");
	b.ra = RA(text);
	block_put(sp, &b);
	none(issue(sp, 0), "return to the first word of a mapping");
	/* Thumb calls are 2-aligned, those of MIPS have a delay slot. */
	b.ra = ABI_STACK_ARGS ? RA(text) + 4 : (RA(text) + 2) | 1;
	block_put(sp, &b);
	none(issue(sp, 0), "a call that begins before the mapping");

	/* A file that shrank: its code is gone, the mapping is not. */
	b.ra = RA(text) + sizeof(call);
	block_put(sp, &b);
	repaired(issue(sp, 0), "return to behind the first call");
	if (ftruncate(file, 0))
		bail("ftruncate: %s", strerror(errno));
	none(issue(sp, 0), "the file was cut, the code is gone");
	munmap(text - page, 3 * page);
	close(file);
	unlink(CODE_FILE);

	/* Code on the device: a forged block gains a page in range at most. */
	p = mmap(NULL, 2 * page, RW, MAP_SHARED, fd, z * page);
	text = mmap(NULL, 2 * page, PROT_READ | PROT_EXEC, MAP_SHARED, fd,
		    z * page);
	if (p == MAP_FAILED || text == MAP_FAILED)
		bail("mmap of /dev/venc: %s", strerror(errno));
	memcpy(p, call, sizeof(call));
	b.ra = RA(text) + sizeof(call);
	sp = fresh();
	block_put(sp, &b);
	m = issue(sp, 0);
	ok(m == MAP_FAILED || map_right(m, PAGES, 2, x),
	   "a call on the device itself: a page in range or none");
	munmap(p, 2 * page);
	munmap(text, 2 * page);
	stamp();
}

#define CODE_ENDS	6

/* ---- words that change ---- */

enum change { OFFSET, RETURN, DESCRIPTOR, OFFSET_WORDS, ALL, CHANGES };

static const char *const change_name[CHANGES] = {
	"the offset", "the return address", "the descriptor",
	"both offset words", "all words",
};

static volatile bool stop;
static volatile unsigned long flips;
static enum change changing;
static uint32_t *changed;	/* sp of the stack whose words change */

static void flip(uint32_t s)
{
	const uint32_t xs[] = {
		x * page, y * page, x * page + 4, 0, 0xfffff000,
		(MMZ_END_PFN - 1) * page, (MMZ_PFN - 1) * page, y * page,
	};
	const uint32_t ras[] = {
		RA(RA_GOOD), RA(RA_NOCALL), 0xc0008000, RA(RA_OTHER_GOOD),
	};
	volatile uint32_t *w = changed + AT_NEAR / 4;
	unsigned int which = changing == ALL ? s >> 8 & 3 : changing;

	switch (which) {
	case OFFSET: w[1] = xs[s >> 16 & 7]; break;
	case RETURN: w[-ABI_RA_BELOW] = ras[s >> 16 & 3]; break;
	case DESCRIPTOR: w[0] = s >> 16 & 1 ? fd : other; break;
	case OFFSET_WORDS:
		w[2] = s >> 16 & 1 ? z * page : 0;
		w[3] = s >> 17 & 3 ? 0 : 0x64;
		break;
	}
}

static void *flipper(void *unused)
{
	uint32_t s = 1;

	(void)unused;
	while (!stop) {
		int i;

		for (i = 0; i < 1000; i++) {
			s = s * 1664525 + 1013904223;
			flip(s);
		}
		flips += 1000;
	}
	return NULL;
}

static struct tally {
	unsigned long calls, taken, refused, odd, wrong;
	int odd_errno;
} all;

/* A mapping of x, y or the raw page, all of it in range; or refused. */
static void count(struct tally *t, void *p, uint32_t raw)
{
	static unsigned int called;
	struct hvc_stat st;
	int err = errno;

	st = stat_of("venc");
	called = st.mmaps - called;
	t->calls++;
	if (p == MAP_FAILED) {
		t->refused++;
		if (err != EINVAL || called) {
			t->odd++;
			t->odd_errno = err;
		}
	} else {
		t->taken++;
		if (called != 1 ||
		    (st.pgoff != x && st.pgoff != y && st.pgoff != raw) ||
		    st.pgoff < MMZ_PFN || st.pgoff + PAGES / 2 > MMZ_END_PFN ||
		    *(uint32_t *)p != st.pgoff)
			t->wrong++;
		munmap(p, PAGES * page);
	}
	called = st.mmaps;
}

static double share;	/* of the time: seconds for each race */

static void judge(const struct tally *t, const char *what)
{
	bool good = t->taken && t->refused && !t->wrong && !t->odd;

	ok(good, "%s: a page in range, or refused", what);
	if (!good)
		diag("%lu calls, %lu mapped, %lu refused, %lu wrong, %lu other "
		     "answers (%s)", t->calls, t->taken, t->refused, t->wrong,
		     t->odd, strerror(t->odd_errno));
	all.calls += t->calls;
	all.taken += t->taken;
	all.refused += t->refused;
	all.wrong += t->wrong;
}

/*
 * mixed: every other call is in range as it is, and may only become x or y; the
 * call site is one of a 64-bit caller after that, and what it says no evidence.
 */
static void calls_meanwhile(struct tally *t, uint32_t *sp, bool mixed,
			    volatile unsigned long *changes)
{
	unsigned long enough = *changes + FLIPS_EACH;
	double end = now() + share;
	uint32_t raw = 0;

	stat_reset("venc");
	memset(t, 0, sizeof(*t));
	count(t, MAP_FAILED, 0);	/* as many as the driver has been called */
	memset(t, 0, sizeof(*t));
	do {
		stack_args(sp, fd, raw);
		count(t, raw_mmap2(fd, PAGES * page, raw, sp), raw);
		raw = raw || !mixed ? 0 : z;
	} while (now() < end || !t->taken || !t->refused || t->calls < 500 ||
		 *changes < enough);
}

static void race_of_threads(void)
{
	struct block b = good();
	struct tally t;
	char what[64];
	pthread_t th;

	for (changing = 0; changing < CHANGES; changing++) {
		changed = fresh();
		block_put(changed, &b);
		stop = false;
		if (pthread_create(&th, NULL, flipper, NULL))
			bail("pthread_create");
		calls_meanwhile(&t, changed, changing == ALL, &flips);
		stop = true;
		pthread_join(th, NULL);
		snprintf(what, sizeof(what), "a thread changes %s",
			 change_name[changing]);
		judge(&t, what);
	}
}

/* Another process, on memory that both have. */
static void race_of_peers(void)
{
	uint32_t *both = pages(NULL, 3, RW, MAP_SHARED | MAP_ANONYMOUS, -1);
	volatile unsigned long *peer = (void *)(both + 2 * page / 4);
	struct block b = good();
	struct tally t;
	pid_t pid;

	changing = ALL;
	changed = both + page / 4;
	block_put(changed, &b);
	fflush(stdout);
	pid = fork();
	if (!pid) {
		uint32_t s = 1;

		for (;; ++*peer) {
			s = s * 1664525 + 1013904223;
			flip(s);
		}
	}
	calls_meanwhile(&t, changed, false, peer);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	flips += *peer;
	judge(&t, "a peer changes shared words");
	munmap(both, 3 * page);
}

/* The page comes and goes under the call: no lock of the task's is needed. */
static void race_of_truncation(void)
{
	int file = file_of(2);
	uint32_t *area = pages(NULL, 2, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	uint32_t *special = area + page / 4, *sp = before(special);
	struct block b = good();
	uint32_t words[4];
	struct tally t;
	double end;
	pid_t pid;

	/* What lies below the block, and the block. */
	block_put(sp, &b);
	memcpy(words, special, sizeof(words));
	pages(special, 1, PROT_READ, MAP_SHARED | MAP_FIXED, file);
	fflush(stdout);
	pid = fork();
	if (!pid)
		for (;;)
			if (ftruncate(file, 0) || ftruncate(file, page) ||
			    pwrite(file, words, sizeof(words), 0) !=
			    sizeof(words))
				_exit(1);
	stat_reset("venc");
	memset(&t, 0, sizeof(t));
	count(&t, MAP_FAILED, 0);
	memset(&t, 0, sizeof(t));
	end = now() + share;
	do {
		/* Fetches it by a call that may fail: a touch could kill. */
		kernel_reads(special);
		stack_args(sp, fd, 0);
		count(&t, raw_mmap2(fd, PAGES * page, 0, sp), 0);
	} while (now() < end || !t.taken || !t.refused || t.calls < 500);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	diag("truncated meanwhile: %lu mapped, %lu refused", t.taken,
	     t.refused);
	judge(&t, "the stack's file is cut meanwhile");
	munmap(area, 2 * page);
	close(file);
	unlink(STACK_FILE);
}

static int slot;

/* The descriptor is one file now and another one then, or none. */
static void *exchanger(void *unused)
{
	int zero = open("/dev/zero", O_RDWR | O_CLOEXEC), i;

	(void)unused;
	for (i = 0; !stop; i++) {
		dup3(i % 3 == 0 ? zero : i % 3 == 1 ? fd : other, slot,
		     O_CLOEXEC);
		if (i % 7 == 0)
			close(slot);
		flips++;
	}
	close(zero);
	return NULL;
}

static void race_of_files(void)
{
	struct block b = good();
	struct tally t = { 0 };
	unsigned long zeros = 0;
	unsigned int called = 0;
	double end;
	pthread_t th;
	uint32_t *sp = fresh();

	slot = dup(fd);
	b.fd = slot;
	block_put(sp, &b);
	stack_args(sp, slot, 0);
	stop = false;
	if (pthread_create(&th, NULL, exchanger, NULL))
		bail("pthread_create");
	begin("venc");
	end = now() + share;
	do {
		void *p = raw_mmap2(slot, PAGES * page, 0, sp);
		int err = errno;
		struct hvc_stat st = stat_of("venc");
		bool asked = st.mmaps != called;

		called = st.mmaps;
		t.calls++;
		if (p == MAP_FAILED) {
			t.refused++;
			if (asked || (err != EINVAL && err != EBADF)) {
				t.odd++;
				t.odd_errno = err;
			}
			continue;
		}
		t.taken += asked;
		zeros += !asked;
		t.wrong += *(uint32_t *)p != (asked ? x : 0) ||
			   (asked && st.pgoff != x);
		munmap(p, PAGES * page);
	} while (now() < end || !t.taken || !t.refused || t.calls < 500);
	stop = true;
	pthread_join(th, NULL);
	close(slot);
	diag("exchanged meanwhile: %lu of the device, %lu of /dev/zero, %lu "
	     "refused", t.taken, zeros, t.refused);
	judge(&t, "the descriptor becomes another file");
}

#define RACES	(CHANGES + 3)

/* ---- a tracer ---- */

enum poke { NOTHING, POKE_OFFSET, POKE_OUTSIDE, POKE_RETURN, MOVE_SP,
	    ZERO_SP, KERNEL_SP, OTHER_PGOFF, OTHER_FILE, POKES };

static const struct {
	const char *what;
	bool arm;	/* needs registers that hold arguments 5 and 6 */
} pokes[POKES] = {
	[NOTHING] = { "a tracer only looks", false },
	[POKE_OFFSET] = { "a tracer puts another page into the block", false },
	[POKE_OUTSIDE] = { "a tracer puts a page past the ranges there", false },
	[POKE_RETURN] = { "a tracer puts another return address there", false },
	[MOVE_SP] = { "a tracer moves sp", false },
	[ZERO_SP] = { "a tracer sets sp to 0", false },
	[KERNEL_SP] = { "a tracer sets sp to a kernel address", false },
	[OTHER_PGOFF] = { "a tracer exchanges the offset", true },
	[OTHER_FILE] = { "a tracer exchanges the descriptor", true },
};

struct outcome {
	int err;	/* of mmap, 0: mapped */
	uint32_t word;	/* the first one then */
};

static struct outcome *outcome;	/* shared */

static void traced(void)
{
	uint32_t *sp = fresh();
	struct block b = good();
	void *p;

	block_put(sp, &b);
	stack_args(sp, fd, 0);
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
	p = raw_mmap2(fd, PAGES * page, 0, sp);
	outcome->err = p == MAP_FAILED ? errno : 0;
	if (p != MAP_FAILED)
		outcome->word = *(uint32_t *)p;
	_exit(0);
}

static bool set_word(pid_t pid, unsigned long at, uint32_t value)
{
	return !ptrace(PTRACE_POKEDATA, pid, (void *)at,
		       (void *)(uintptr_t)value);
}

static bool set_sp(pid_t pid, uint32_t sp)
{
#if defined(__arm__)
	struct user_regs r;

	if (ptrace(PTRACE_GETREGS, pid, NULL, &r))
		return false;
	r.uregs[13] = sp;
#else
	uint64_t r[38];

	if (ptrace(PTRACE_GETREGS, pid, NULL, r))
		return false;
	r[29] = (int64_t)(int32_t)sp;
#endif
	return !ptrace(PTRACE_SETREGS, pid, NULL, &r);
}

static bool set_argument(pid_t pid, int n, uint32_t value)
{
#if defined(__arm__)
	struct user_regs r;

	if (ptrace(PTRACE_GETREGS, pid, NULL, &r))
		return false;
	r.uregs[n] = value;
	return !ptrace(PTRACE_SETREGS, pid, NULL, &r);
#else
	(void)pid;
	(void)n;
	(void)value;
	return false;
#endif
}

static bool poke_it(pid_t pid, enum poke poke, unsigned long sp)
{
	unsigned long block = sp + AT_NEAR;

	switch (poke) {
	case POKE_OFFSET: return set_word(pid, block + 4, y * page);
	case POKE_OUTSIDE:
		return set_word(pid, block + 4, (MMZ_END_PFN - 1) * page);
	case POKE_RETURN:
		return set_word(pid, block - 4 * ABI_RA_BELOW, RA(RA_NOCALL));
	case MOVE_SP: return set_sp(pid, sp + 512);
	case ZERO_SP: return set_sp(pid, 0);
	case KERNEL_SP: return set_sp(pid, ABI_KERNEL);
	case OTHER_PGOFF: return set_argument(pid, 5, z);
	case OTHER_FILE: return set_argument(pid, 4, other);
	default: return true;
	}
}

static void by_tracer(enum poke poke)
{
	uint64_t want = poke == NOTHING ? x : poke == POKE_OFFSET ? y :
			poke == OTHER_PGOFF ? z : 0;
	struct traced call = { 0 };
	struct hvc_stat st;
	bool poked = false, good;
	int status;
	pid_t pid;

	outcome->err = -1;
	outcome->word = 0;
	begin("venc");
	fflush(stdout);
	pid = fork();
	if (!pid)
		traced();
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		if (!poked && traced_call(pid, &call) &&
		    call.nr == SYS_mmap2 && call.fd == fd) {
			poked = poke_it(pid, poke, call.sp);
			if (!poked)
				diag("ptrace: %s", strerror(errno));
			/* From there on it runs by itself. */
			ptrace(PTRACE_CONT, pid, NULL, NULL);
			continue;
		}
		ptrace(PTRACE_SYSCALL, pid, NULL, NULL);
	}
	st = stat_of("venc");
	/*
	 * Old ARM kernels (3.4 at least, no longer 3.18) go on with arguments 5
	 * and 6 as they were: the registers say another call then.
	 */
	if (want == z && kernel_before(3, 18) && !st.mmaps)
		want = 0;
	good = poked && WIFEXITED(status) &&
	       (want ? st.mmaps == 1 && st.pgoff == want &&
		       !outcome->err && outcome->word == want :
		       !st.mmaps && outcome->err == EINVAL);
	ok(good, "%s: %s", pokes[poke].what,
	   want ? "that page" : "no evidence");
	if (!good)
		diag("%spoked, driver called %u times, pgoff %#llx, answer %d, "
		     "word %#x, status %#x", poked ? "" : "not ", st.mmaps,
		     (unsigned long long)st.pgoff, outcome->err, outcome->word,
		     status);
}

static int poke_count(void)
{
	int i, n = 0;

	for (i = 0; i < POKES; i++)
		n += !ABI_STACK_ARGS || !pokes[i].arm;
	return n;
}

/* ---- all of it ---- */

int main(void)
{
	int i;

	share = asked_for("HVC_STORM_SECONDS", 2) / (double)RACES;
	hvct_init();
	ktap_plan(DESCRIPTORS + ODD_PAGES + UFFD + KERNEL_MEMORY + CODE_ENDS +
		  RACES + poke_count() + 3);
	x = MMZ_PFN + 0x123;
	y = MMZ_PFN + 0x456;
	z = MMZ_PFN + 0x789;
	stack = pages(NULL, 4, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	outcome = pages(NULL, 1, RW, MAP_SHARED | MAP_ANONYMOUS, -1);
	vendor_up("venc");
	compat_mode(MODE_GUARD);
	fd = dev_open("venc");
	other = dev_open("venc");
	stat_reset("venc");

	descriptors();
	odd_pages();
	nobody_supplies();
	kernel_memory();
	at_the_top();
	code_ends();
	for (i = 0; i < POKES; i++)
		if (!ABI_STACK_ARGS || !pokes[i].arm)
			by_tracer(i);
	race_of_peers();
	race_of_truncation();
	race_of_files();
	race_of_threads();

	diag("%lu calls while words changed %lu times: %lu mapped, %lu refused",
	     all.calls, flips, all.taken, all.refused);
	diag("figure hostile_flips %lu changes of the stack while mmap ran",
	     flips);
	diag("figure hostile_race_calls %lu calls of mmap meanwhile",
	     all.calls);
	ok(flips >= 1000000, "the words changed a million times at least");
	ok_num(all.wrong, 0, "never a page that nobody asked for");
	close(other);
	close(fd);
	ok(mod_refs_reach(COMPAT, 0) && mod_refs_reach("hvc_venc", 0),
	   "no reference is left");
	compat_down();
	vendor_down();
	return ktap_end();
}
