// SPDX-License-Identifier: GPL-2.0
/*
 * What the module may conclude from a caller's stack, and what it may not: the
 * stack is built here word by word, and mmap2 is issued by the system call
 * instruction with sp pointing into it. Guard mode: evidence gives the right
 * page, no evidence gives EINVAL, a wrong conclusion a wrong page.
 *
 * Then the same through real calls: on a thread's stack, on a signal stack,
 * after fork.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hvct.h"
#include "sites.h"

#define PAGES		4
#define STALE		0xbefff000u	/* aligned, in no range */

#if ABI_STACK_ARGS	/* arguments 5 and 6 at sp+16, return address above */
#define NDIST		9
#define DISTANCES	{ 44, 48, 64, 72, 80, 112, 120, 128, 200 }
#else
#define NDIST		12
#define DISTANCES	{ 4, 8, 16, 32, 40, 44, 72, 80, 112, 120, 128, 200 }
#endif

static int fd;
static uint64_t x, y;		/* page frames in range */
static uint32_t *stack;		/* four pages, the last one can be taken away */

#define RA(label)	((uint32_t)(uintptr_t)(label))
#define GOOD_RA		RA(RA_GOOD)

static uint32_t *fresh(void)
{
	memset(stack, 0, 4 * page);
	return stack + page / 4;
}

static void *issue(uint32_t *sp, uint32_t raw)
{
	begin("venc");
	stack_args(sp, fd, raw);
	return raw_mmap2(fd, PAGES * page, raw, sp);
}

static struct block good(int at)
{
	struct block b = {
		.at = at, .ra = GOOD_RA, .fd = fd, .x = x * page,
	};

	return b;
}

static void one(const struct block *b, bool evidence, const char *what)
{
	uint32_t *sp = fresh();
	void *p;

	block_put(sp, b);
	p = issue(sp, b->w2 << 20 | b->w1 >> 12);
	if (evidence)
		expect_map(p, PAGES, 2, x, "%s: repaired", what);
	else
		expect_err(p, EINVAL, 0, "%s: no evidence", what);
}

static void distances(void)
{
	static const int dist[NDIST] = DISTANCES;
	struct block b;
	char what[64];
	uint32_t *sp;
	int i;

	for (i = 0; i < NDIST; i++) {
		b = good(dist[i]);
		snprintf(what, sizeof(what), "block at sp+%d", dist[i]);
		one(&b, true, what);
	}
	b = good(3000);
	one(&b, false, "block far above sp");

	sp = fresh() + 1;
	b = good(AT_NEAR);
	block_put(sp, &b);
	expect_map(issue(sp, 0), PAGES, 2, x, "sp only 4-aligned: repaired");
	b = good(AT_NEAR + 4);
	sp = fresh() + 3;
	block_put(sp, &b);
	expect_map(issue(sp, 0), PAGES, 2, x,
		   "sp only 4-aligned, odd distance: repaired");
}

static void words(void)
{
	struct block b;

	b = good(AT_NEAR);
	b.w1 = STALE;
	b.w2 = 0x64;
	one(&b, true, "pointer and small word");
	b.w2 = 0xfff;
	one(&b, true, "largest high word libc lets through");
	b = good(AT_NEAR);
	b.w1 = x * page;
	b.w2 = 0xfff;
	one(&b, true, "same page and a high word");

	b = good(AT_NEAR);
	b.fd = fd + 1;
	one(&b, false, "another descriptor");
	b = good(AT_NEAR);
	b.x |= 4;
	one(&b, false, "unaligned offset in the block");
	b = good(AT_NEAR);
	b.x = MMZ_END_PFN * page;
	one(&b, false, "offset in the block past the ranges");
	b.x = (MMZ_END_PFN - 1) * page;
	one(&b, false, "extent of the block past the ranges");
	b.x = (MMZ_END_PFN - 2) * page;
	x = MMZ_END_PFN - 2;
	one(&b, true, "extent of the block at the very end");
	x = MMZ_PFN + 0x123;

	/* The stack does not explain the pgoff that arrived. */
	{
		uint32_t *sp = fresh();

		b = good(AT_NEAR);
		b.w1 = STALE;
		block_put(sp, &b);
		expect_err(issue(sp, 0), EINVAL, 0,
			   "block of another call: no evidence");
		b.w1 = 0xff0;
		block_put(sp, &b);
		expect_err(issue(sp, 0), EINVAL, 0,
			   "unaligned word that libc would refuse: no evidence");
	}
}

static uint32_t page_of_code(int prot, int map)
{
	uint32_t *text = (uint32_t *)((uintptr_t)RA_GOOD & ~(page - 1));
	size_t off = (uintptr_t)RA_GOOD - (uintptr_t)text;
	uint32_t *copy = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (map >= 0) {		/* the same text, from the file */
		uint64_t at;

		munmap(copy, 2 * page);
		copy = NULL;
		{
			char *maps = slurp("/proc/self/maps"), *l;
			unsigned long lo, hi, where = (uintptr_t)text;
			unsigned long long o;

			at = 0;
			for (l = strtok(maps, "\n"); l; l = strtok(NULL, "\n"))
				if (sscanf(l, "%lx-%lx %*s %llx", &lo, &hi,
					   &o) == 3 && where >= lo && where < hi)
					at = o + (where - lo);
			free(maps);
		}
		copy = mmap(NULL, page, prot, MAP_PRIVATE, map, at);
		if (copy == MAP_FAILED)
			bail("map own text: %s", strerror(errno));
	} else {
		memcpy(copy, text, page);
		mprotect(copy, 2 * page, prot);
	}
	/* Present, so that it is refused for what it is. */
	if (*(volatile uint32_t *)((uintptr_t)copy + off) == 1)
		bail("unexpected code");
	return (uint32_t)((uintptr_t)copy + off);
}

static void return_addresses(void)
{
	int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct block b = good(AT_NEAR);
	struct {
		const char *what;
		uint32_t ra;
		bool evidence;
	} t[] = {
#ifdef __arm__
		{ "return to after ARM BL", RA(ra_arm_bl), true },
		{ "return to after ARM BLX", RA(ra_arm_blx), true },
		{ "return to after Thumb BL", RA(ra_thumb_bl) | 1, true },
		{ "return to after Thumb BLX", RA(ra_thumb_blx) | 1, true },
		{ "return to after no call, ARM", RA(ra_arm_nocall), false },
		{ "return to after no call, Thumb", RA(ra_thumb_nocall) | 1,
		  false },
		{ "ARM return address with bit 0 set", RA(ra_arm_bl) | 1,
		  false },
		{ "ARM return address with bit 1 set", RA(ra_arm_bl) | 2,
		  false },
		{ "Thumb return address without bit 0", RA(ra_thumb_bl), false },
#else
		{ "return to after JAL", RA(ra_jal), true },
		{ "return to after JALR", RA(ra_jalr), true },
		{ "return to after BAL", RA(ra_bal), true },
		{ "return to after a jump that is no call", RA(ra_nocall),
		  false },
		{ "return address with bit 0 set", RA(ra_jalr) | 1, false },
		{ "return address with bit 1 set", RA(ra_jalr) | 2, false },
		{ "return into the delay slot", RA(ra_jalr) - 4, false },
		{ "return to one instruction late", RA(ra_jalr) + 4, false },
#endif
		{ "return into writable data after a call", RA(ra_data), false },
		{ "return into anonymous code",
		  page_of_code(PROT_READ | PROT_EXEC, -1), false },
		{ "return into writable file-backed code",
		  page_of_code(PROT_READ | PROT_WRITE | PROT_EXEC, self),
		  false },
		{ "return into a second mapping of the text",
		  page_of_code(PROT_READ | PROT_EXEC, self), true },
		{ "return into the stack", RA(stack) + 64, false },
		{ "return to 0", 0, false },
		{ "return to the kernel", ABI_KERNEL, false },
		{ "return to the vectors", ABI_VECTORS, false },
		{ "return to the last word", 0xfffffffcu, false },
		{ "return to the first page", 4, false },
	};
	unsigned int i;

	for (i = 0; i < sizeof(t) / sizeof(*t); i++) {
		b.ra = t[i].ra;
		one(&b, t[i].evidence, t[i].what);
	}
	close(self);
}

#ifdef __arm__
#define NRA	19
#else
#define NRA	18
#endif

static void two(const struct block *near, const struct block *far,
		uint32_t raw, uint64_t want, const char *what)
{
	uint32_t *sp = fresh();
	void *p;

	block_put(sp, far);
	block_put(sp, near);
	p = issue(sp, raw);
	if (want)
		expect_map(p, PAGES, 2, want, "%s", what);
	else
		expect_err(p, EINVAL, 0, "%s", what);
}

static void stale_blocks(void)
{
	struct block near = good(AT_NEAR), far = good(AT_FAR);

	far.x = y * page;
	two(&near, &far, 0, x, "two good blocks: the nearest one counts");
	near.x = x * page + 0x10;
	two(&near, &far, 0, 0, "nearest unaligned: nothing from the farther");
	near.x = STALE;
	two(&near, &far, 0, 0, "nearest out of range: nothing from the farther");
	near.x = 0;
	two(&near, &far, 0, 0, "nearest zero: nothing from the farther");
	near.x = (MMZ_END_PFN - 1) * page;
	two(&near, &far, 0, 0, "nearest too long: nothing from the farther");
	near = good(AT_NEAR);
	near.ra = RA(RA_NOCALL);
	two(&near, &far, 0, 0, "nearest without a call: nothing from the farther");
	near = good(AT_NEAR);
	near.fd = fd + 7;
	two(&near, &far, 0, y, "nearer block of another fd is no block");
	near = good(AT_NEAR);
	near.x = STALE;
	far.at = AT_SECOND;
	two(&near, &far, 0, 0, "nearest bad, farther beyond the first window");
	near = good(AT_NEAR);
	/* Explains pgoff 0 only with its low word. */
	near.w2 = 0x64;
	near.ra = RA(RA_NOCALL);
	far.at = AT_FAR;
	two(&near, &far, 0, y, "exact match beats a nearer low-word match");
	near.ra = GOOD_RA;
	{
		uint32_t *sp = fresh();
		void *p;

		block_put(sp, &far);
		block_put(sp, &near);
		p = issue(sp, 0);
		ok(p == MAP_FAILED || map_right(p, PAGES, 2, y),
		   "nearer low-word match with a call: never its page");
	}
}

static void low_word(void)
{
	uint32_t *sp = fresh();
	struct block b = good(AT_NEAR);

	/* A wrapper dropped the high word: only w1 explains the pgoff. */
	b.ra = RA(RA_OTHER_GOOD);
	b.w1 = STALE;
	b.w2 = 0x64;
	block_put(sp, &b);
	expect_map(issue(sp, STALE >> 12), PAGES, 2, x,
		   "low word alone matches: repaired");
}

static bool present(void *p)
{
	uint64_t entry = 0;
	int pm = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);

	if (pm < 0 || pread(pm, &entry, 8, (uintptr_t)p / page * 8) != 8)
		bail("/proc/self/pagemap: %s", strerror(errno));
	close(pm);
	return entry >> 63;
}

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

static void page_ends(void)
{
	uint32_t *top = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint32_t *next = top + page / 4, *sp;
	struct block b;

	munmap(next + page / 4, page);

	/* 16 bytes of block, the last of them the last of the page. */
	sp = next - (AT_NEAR + 16) / 4;
	b = good(AT_NEAR);
	block_put(sp, &b);
	expect_map(issue(sp, 0), PAGES, 2, x,
		   "block ends at a page end, next page not present: repaired");
	ok(!present(next), "that next page is still not present");

	sp = next - (AT_NEAR + 12) / 4;
	block_put(sp, &b);
	expect_map(issue(sp, 0), PAGES, 2, x,
		   "block crosses into a present page: repaired");

	madvise(next, page, MADV_DONTNEED);
	expect_err(issue(sp, 0), EINVAL, 0,
		   "block crosses into a page not present: no evidence");
	ok(!present(next), "the page that was not present still is not");

#if !ABI_STACK_ARGS	/* or the kernel itself has read from it by then */
	expect_err(issue(next + 4, 0), EINVAL, 0,
		   "sp in a page not present: no evidence");
	ok(!present(next), "the page of sp is still not present");
#endif

	block_put(sp, &b);
	mprotect(next, page, PROT_NONE);
	/* ARMv7 before 3.8: PROT_NONE keeps only user mode out. */
	if (kernel_reads(next))
		expect_map(issue(sp, 0), PAGES, 2, x,
			   "block crosses into a PROT_NONE page: repaired");
	else
		expect_err(issue(sp, 0), EINVAL, 0,
			   "block crosses into a PROT_NONE page: no evidence");
	mprotect(next, page, PROT_READ | PROT_WRITE);
	expect_map(issue(sp, 0), PAGES, 2, x, "readable again: repaired");
	munmap(next, page);
	expect_err(issue(sp, 0), EINVAL, 0,
		   "block crosses into nothing: no evidence");
	munmap(top, page);
}

#if ABI_STACK_ARGS
static void *issue_odd(uint32_t *sp)
{
	begin("venc");
	return raw_mmap2(fd, PAGES * page, 0, (char *)sp + 2);
}
#endif

static void odd_stacks(void)
{
	static const uint32_t sps[] = {
		8, 0xfff, 0x1002, 0xbffffff0, 0xc0000000, 0xffff0ff0,
		0xffffff80, 0xfffffffc,
	};
	uint32_t *sp = fresh();
	struct block b = good(AT_NEAR);
	bool fine = true;
	unsigned int i;

	for (i = 0; i < sizeof(sps) / sizeof(*sps); i++) {
		void *p;

		begin("venc");
		p = raw_mmap2(fd, PAGES * page, 0,
			      (void *)(uintptr_t)sps[i]);
		/* Without its stack arguments the call has other errors. */
		if (p != MAP_FAILED || (errno != EINVAL && !ABI_STACK_ARGS)) {
			diag("sp %#x: %s", sps[i], strerror(errno));
			fine = false;
		}
	}
	ok(fine, "sp anywhere at all: no evidence, nothing breaks");

	block_put(sp, &b);
#if ABI_STACK_ARGS	/* there is no such call */
	ok(issue_odd(sp) == MAP_FAILED && !stat_of("venc").mmaps,
	   "sp not even 4-aligned: no mapping");
#else
	expect_err(issue((uint32_t *)((char *)sp + 2), 0), EINVAL, 0,
		   "sp not even 4-aligned: no evidence");
#endif
}

/* The registers are not those of this mapping. */
static void other_calls(void)
{
	uint32_t *sp = fresh();
	struct block b = good(AT_NEAR);
	int other = dev_open("venc"), twin = dup(fd);
	struct raw_call c = {
		.len = PAGES * page, .prot = PROT_READ | PROT_WRITE,
		.flags = MAP_SHARED, .nr = SYS_mmap2, .sp = sp,
	};
	void *p;

	b.fd = other;
	block_put(sp, &b);
	begin("venc");
	stack_args(sp, fd, 0);
	p = raw_mmap2(fd, PAGES * page, 0, sp);
	expect_err(p, EINVAL, 0,
		   "block of another open file of the device: no evidence");
	begin("venc");
	stack_args(sp, other, 0);
	p = raw_mmap2(other, PAGES * page, 0, sp);
	expect_map(p, PAGES, 2, x, "the same block for that file: repaired");

	b.fd = twin;
	block_put(sp, &b);
	begin("venc");
	stack_args(sp, twin, 0);
	p = raw_mmap2(twin, PAGES * page, 0, sp);
	expect_map(p, PAGES, 2, x, "a dup'ed descriptor: repaired");

	/* A length that is not a multiple of a page. */
	b.fd = fd;
	block_put(sp, &b);
	begin("venc");
	stack_args(sp, fd, 0);
	c.fd = fd;
	c.len = PAGES * page - 1;
	{
		long ret = raw_syscall(&c);

		p = ret < 0 && ret > -4096 ? (errno = -ret, MAP_FAILED) :
		    (void *)ret;
	}
	expect_map(p, PAGES, 2, x, "length rounded up: repaired");
	close(twin);
	close(other);
}

/* ---- real calls from unusual stacks ---- */

static void *from_here(int lib, int site)
{
	begin("venc");
	return vendor_libs[lib].map[site](fd, PAGES * page, x * page, 0, 0);
}

static void *thread(void *arg)
{
	expect_map(from_here(*(int *)arg, 0), PAGES, 2, x,
		   "%s: call on a thread's stack: repaired",
		   vendor_libs[*(int *)arg].name);
	return NULL;
}

static volatile void *from_handler;

static void on_usr1(int sig)
{
	(void)sig;
	from_handler = from_here(2 % VENDOR_LIBS, 1);
}

static void real_calls(void)
{
	stack_t alt = { .ss_sp = malloc(65536), .ss_size = 65536 };
	struct sigaction sa = { .sa_flags = SA_ONSTACK };
	int lib, status;
	pid_t pid;

	for (lib = 0; lib < VENDOR_LIBS; lib++) {
		pthread_t t;

		if (pthread_create(&t, NULL, thread, &lib))
			bail("pthread_create");
		pthread_join(t, NULL);
	}
	sa.sa_handler = on_usr1;
	sigaltstack(&alt, NULL);
	sigaction(SIGUSR1, &sa, NULL);
	raise(SIGUSR1);
	expect_map((void *)from_handler, PAGES, 2, x,
		   "call on a signal stack: repaired");
	free(alt.ss_sp);

	fflush(stdout);
	pid = fork();
	if (!pid) {
		void *p = from_here(3 % VENDOR_LIBS, 2);

		_exit(!map_right(p, PAGES, 2, x));
	}
	waitpid(pid, &status, 0);
	ok(status == 0, "call in a forked child: repaired");

	/* Its parent's call site, with the parent gone on: still its own stack. */
	expect_map(from_here(3 % VENDOR_LIBS, 2), PAGES, 2, x,
		   "the same call in the parent afterwards: repaired");
}

int main(void)
{
	hvct_init();
	ktap_plan(NDIST + 3 + 10 + NRA + 10 + 1 + (ABI_STACK_ARGS ? 8 : 10) +
		  2 + 4 + VENDOR_LIBS + 3);
	x = MMZ_PFN + 0x123;
	y = MMZ_PFN + 0x456;
	stack = mmap(NULL, 4 * page, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	vendor_libs_open();
	vendor_up("venc");
	compat_mode(MODE_GUARD);
	fd = dev_open("venc");
	distances();
	words();
	return_addresses();
	stale_blocks();
	low_word();
	page_ends();
	odd_stacks();
	other_calls();
	real_calls();
	close(fd);
	compat_down();
	vendor_down();
	return ktap_end();
}
