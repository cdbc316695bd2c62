// SPDX-License-Identifier: GPL-2.0
/*
 * What a user without rights, who was given the device, can use up: a storm of
 * calls of every kind, a stream of short-lived processes, thousands of call
 * sites, names that would break lines. The kernel's log grows by the clock and
 * not by the call, memory not at all, the table of processes up to the user's
 * half; somebody else's record stays, and every call has its right answer.
 *
 * HVC_FUZZ_CALLS: how many calls, 20000 unless set, 100000 at most.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hvct.h"
#include "sites.h"
#include "hisi_venc_compat.h"

#define PAGES	4
#define WORKERS	4
#define USERS	2
#define FIRST_UID 4242
#define SHARE	128		/* half of the table, as documented */
#define SITES	2048		/* call sites of one process */
#define SITES_KEPT 24		/* of them in its record, as documented */
#define GARBAGE	0x12300000
/* struct ratelimit_state as the kernel has it for messages: 10 in 5 s. */
#define BURST	10
#define INTERVAL 5.0
#define MESSAGES 2		/* kinds: repaired and refused */

static int fd;
static uint64_t x;

struct shared {
	unsigned long calls, right, processes;
};

static struct shared *shared;	/* one for each worker */

static void become(int uid)
{
	if (setgid(uid) || setuid(uid))
		_exit(99);
}

/* Maps page @pfn, and that is what is seen. */
static bool maps(uint32_t raw, uint64_t pfn)
{
	volatile uint32_t *p = raw_mmap2(fd, PAGES * page, raw, NULL);
	bool good;

	if (p == MAP_FAILED)
		return false;
	good = *p == (uint32_t)pfn;
	munmap((void *)p, PAGES * page);
	return good;
}

static bool refused(unsigned int pages, uint32_t raw)
{
	void *p = raw_mmap2(fd, pages * page, raw, NULL);

	if (p == MAP_FAILED)
		return errno == EINVAL;
	munmap(p, pages * page);
	return false;
}

static bool any_call(unsigned long n)
{
	switch (n % 5) {
	case 0: return refused(PAGES, MMZ_END_PFN);
	case 1: return maps(GARBAGE | x, x);
	case 2: return refused(3, x);
	case 3: return maps(x + n % 64, x + n % 64);
	default: return refused(PAGES, n);
	}
}

static void storm(struct shared *s, unsigned long calls)
{
	while (s->calls < calls) {
		s->right += any_call(s->calls);
		s->calls++;
	}
}

/* Each of them is repaired once, which the log is to tell. */
static void stream(struct shared *s, unsigned long processes)
{
	int status;
	pid_t pid;

	while (s->processes < processes) {
		pid = fork();
		if (!pid)
			_exit(!maps(GARBAGE | x, x));
		if (pid < 0 || waitpid(pid, &status, 0) != pid)
			_exit(98);
		s->right += !status;
		s->processes++;
	}
}

/* ---- what root sees meanwhile ---- */

static unsigned long oldest, newest; /* records of the reports read */
static int most;		/* records of one user at any time */

/*
 * A report is no snapshot: records made meanwhile come after those they took
 * the place of. What is no newer than the last one of the report before was
 * there when this one began, all of it at once.
 */
static void look(void)
{
	char *text = slurp("/proc/" COMPAT "_facts"), *at = text;
	unsigned long id, uid, before = newest;
	int held[USERS] = { 0 };

	while (at && (at = strstr(at, "\nprocess."))) {
		id = strtoul(at + strlen("\nprocess."), &at, 10);
		if (strncmp(at, ".uid=", 5))
			continue;
		uid = strtoul(at + 5, &at, 10);
		if (!oldest)
			oldest = id;
		if (id > newest)
			newest = id;
		if (id > before || uid - FIRST_UID >= USERS)
			continue;
		if (++held[uid - FIRST_UID] > most)
			most = held[uid - FIRST_UID];
	}
	free(text);
}

static void watch(void)
{
	look();
	look();
}

/* Workers of some users; the number that did not end well. */
static int run(int users, unsigned long calls, unsigned long processes)
{
	int i, status, left = WORKERS, bad = 0;

	memset(shared, 0, WORKERS * sizeof(*shared));
	fflush(stdout);
	for (i = 0; i < WORKERS; i++) {
		pid_t pid = fork();

		if (pid < 0)
			bail("fork: %s", strerror(errno));
		if (pid)
			continue;
		become(FIRST_UID + i % users);
		storm(&shared[i], calls / WORKERS);
		stream(&shared[i], processes / WORKERS);
		_exit(0);
	}
	while (left) {
		while (left && waitpid(-1, &status, WNOHANG) > 0) {
			left--;
			bad += status != 0;
		}
		watch();
		usleep(200000);
	}
	watch();
	return bad;
}

static struct shared total(void)
{
	struct shared all = { 0 };
	int i;

	for (i = 0; i < WORKERS; i++) {
		all.calls += shared[i].calls;
		all.right += shared[i].right;
		all.processes += shared[i].processes;
	}
	return all;
}

/* ---- somebody else ---- */

static int go[2], said[2];

/* Declared, so that its record stays; then each byte is one call. */
static void keeper(void)
{
	struct hisi_venc_compat_abi a = { .offset_bits = 32 };
	int ctl = open("/dev/" COMPAT, O_RDWR | O_CLOEXEC);
	char c;

	close(go[1]);
	if (ctl < 0 || ioctl(ctl, HISI_VENC_COMPAT_IOC_ABI, &a))
		_exit(1);
	do {
		c = maps(GARBAGE | x, x) ? 'y' : 'n';
		if (write(said[1], &c, 1) != 1)
			_exit(2);
	} while (read(go[0], &c, 1) == 1);
	_exit(0);
}

static bool keeper_is_right(void)
{
	char c;

	return read(said[0], &c, 1) == 1 && c == 'y';
}

static void bounds(unsigned long calls)
{
	unsigned long processes = calls / 40, lines, allowed;
	struct shared all;
	long more;
	int status, bad;
	double began;
	pid_t kept;

	if (pipe(go) || pipe(said))
		bail("pipe: %s", strerror(errno));
	fflush(stdout);
	kept = fork();
	if (!kept)
		keeper();
	if (!keeper_is_right())
		bail("the other process's call went wrong");

	/* One alone: without a share all of these would have their records. */
	bad = run(1, WORKERS, SHARE + SHARE / 2);
	/* The users' share of the table, and what the kernel allocates once. */
	bad += run(USERS, WORKERS, USERS * SHARE + 64);
	memory_mark();
	log_mark();
	began = now();
	bad += run(USERS, calls, processes);
	lines = log_count(COMPAT ":") + log_count("callbacks suppressed");
	/* An interval may have begun before, and one be under way. */
	allowed = MESSAGES * (BURST + 1) *
		  (unsigned long)((now() - began) / INTERVAL + 2);
	more = memory_grown();
	all = total();

	ok_num(bad, 0, "every process came to its end");
	ok_num(all.right, all.calls + all.processes,
	       "every call has its right answer");
	diag("%lu calls and %lu processes in %.1f s: %lu lines in the log, %ld "
	     "KiB more, %d records at most", all.calls, all.processes,
	     now() - began, lines, more, most);
	if (!ok(lines <= allowed, "the log grows by the clock"))
		diag("%lu lines, %lu allowed", lines, allowed);
	ok(lines >= 1, "and says something");
	memory_result(more, "the kernel's memory does not grow");
	ok(most <= SHARE, "no user has more than half of the table");
	ok(newest - oldest > 3 * SHARE, "though they tried");
	ok(report_process(kept), "the other process's record is still there");
	if (write(go[1], "", 1) != 1)
		bail("the other process has died");
	ok(keeper_is_right(), "and its call right");
	close(go[1]);
	waitpid(kept, &status, 0);
	diag("figure user_calls %lu calls of a user without rights",
	     all.calls + all.processes);
	diag("figure user_log_lines %lu lines in the kernel's log for them",
	     lines);
	diag("figure user_memory %ld KiB of kernel memory for them",
	     more > 0 ? more : 0);
}

/* ---- names ---- */

/* No byte that a terminal would obey; lines as documented. */
static bool clean(const char *text)
{
	const char *s, *line = text;

	for (s = text; *s; s++) {
		if (*s == '\n') {
			if (s - line > 80 && strcspn(line + 12, " ") <
					     (size_t)(s - line - 12))
				return false;
			line = s + 1;
		} else if (*s < ' ' || *s > '~') {
			return false;
		}
	}
	return true;
}

#define COMM	"\n\033c<0>a b\\\303\t=%n"
#define LOGGED	COMPAT ": ??c<0>a b\\?" "?=%n["

static bool wait_for(int from)
{
	char c;

	return read(from, &c, 1) == 1 && c == 'y';
}

static void tell(bool good)
{
	char c = good ? 'y' : 'n';

	if (write(said[1], &c, 1) != 1)
		_exit(97);
}

/* A file whose name is as long as can be, full of what breaks lines. */
static void odd_name(char *path)
{
	static const char odd[] = "\nprocess 1 init uid=0\n\033[2J \\\351";
	char *to = path + sprintf(path, "/tmp/");
	unsigned int i;

	for (i = 0; i < 200; i++)
		*to++ = odd[i % (sizeof(odd) - 1)];
	*to = '\0';
}

#if ABI_FRAME
#if defined(__arm__)
static const uint32_t call[] = { 0xebfffffe };		/* bl */
#else
static const uint32_t call[] = { 0x0320f809, 0 };	/* jalr, nop */
#endif

/* A displaced call from each of many call sites; the right ones are counted. */
static unsigned int from_everywhere(const char *text)
{
	static uint32_t stack[512];
	uint32_t *sp = stack + 64;
	struct block b = { .at = AT_NEAR, .fd = fd, .x = x * page };
	unsigned int i, right = 0;
	volatile uint32_t *p;

	for (i = 1; i <= SITES; i++) {
		b.ra = (uintptr_t)text + i * sizeof(call);
		/* Not there, no evidence. */
		(void)*(volatile char *)(uintptr_t)(b.ra - 1);
		block_put(sp, &b);
		stack_args(sp, fd, 0);
		p = raw_mmap2(fd, PAGES * page, 0, sp);
		if (p == MAP_FAILED)
			continue;
		right += *p == (uint32_t)x;
		munmap((void *)p, PAGES * page);
	}
	return right;
}

static unsigned int all_sites(const char *path)
{
	char text[SITES * sizeof(call)], *code;
	unsigned int i;
	int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0700);

	for (i = 0; i < SITES; i++)
		memcpy(text + i * sizeof(call), call, sizeof(call));
	if (file < 0 || write(file, text, sizeof(text)) != sizeof(text) ||
	    write(file, text, page) != (ssize_t)page)
		_exit(96);
	code = mmap(NULL, sizeof(text) + page, PROT_READ | PROT_EXEC,
		    MAP_PRIVATE, file, 0);
	close(file);
	return code == MAP_FAILED ? 0 : from_everywhere(code);
}
#endif

static void odd_user(void)
{
	char path[256];
	bool good = true;

	close(go[1]);
	close(said[0]);
	odd_name(path);
	become(FIRST_UID + USERS);
	prctl(PR_SET_NAME, COMM);
#if ABI_FRAME
	good = all_sites(path) == SITES;
#else
	good = maps(GARBAGE | x, x);
#endif
	good &= refused(PAGES, MMZ_END_PFN);
	tell(good);
	/* One refused call for each byte, until nobody can write any more. */
	while (wait_for(go[0]))
		tell(refused(PAGES, MMZ_END_PFN));
	unlink(path);
	_exit(0);
}

static int count(const char *text, const char *word)
{
	int n = 0;

	for (; text && (text = strstr(text, word)); text += strlen(word))
		n++;
	return n;
}

static void names(void)
{
	char *text, *block;
	int status;
	double end;
	pid_t pid;

	if (pipe(go) || pipe(said))
		bail("pipe: %s", strerror(errno));
	/* What the storm used up of the log is there again after that. */
	log_mark();
	fflush(stdout);
	pid = fork();
	if (!pid)
		odd_user();
	close(said[1]);
	ok(wait_for(said[0]), "a user with odd names: every call is right");
	text = slurp("/proc/" COMPAT);
	ok(text && clean(text), "they break no line of the report");
	free(text);
	text = slurp("/proc/" COMPAT "_facts");
	/* One word more than 80 columns there is one line all the same. */
	ok(text && !strpbrk(text, "\033\t\303\351") &&
	   !strstr(text, "\nprocess 1 init"), "nor of the one for programs");
	free(text);
	/* The storm may have used up what the log takes in this interval. */
	for (end = now() + 3 * INTERVAL; !log_count("a b") && now() < end; )
		if (write(go[1], "y", 1) != 1 || !wait_for(said[0]))
			bail("it has died");
	ok(log_count(LOGGED) && !log_count("\033"), "nor of the kernel's log");
	block = report_process(pid);
	ok(block, "the process has its record");
#if ABI_FRAME
	ok_num(count(block, "\n  site"), SITES_KEPT,
	       "of its 2048 call sites 24 are in it");
	ok(block && strstr(block, "sites_lost=1"), "and that there were more");
#else
	(void)count;
#endif
	free(block);
	close(go[1]);
	waitpid(pid, &status, 0);
	ok_num(status, 0, "it ended well");
}

int main(void)
{
	unsigned long calls = asked_for("HVC_FUZZ_CALLS", 20000);

	if (calls > 100000)
		calls = 100000;
	hvct_init();
	ktap_plan(9 + 6 + 2 * ABI_FRAME + 1);
	x = MMZ_PFN + 0x123;
	shared = mmap(NULL, WORKERS * sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		bail("mmap: %s", strerror(errno));
	vendor_up("venc");
	compat_mode(MODE_GUARD);
	fd = dev_open("venc");
	stat_reset("venc");
	bounds(calls);
	names();
	close(fd);
	ok(mod_refs_reach(COMPAT, 0) && mod_refs_reach("hvc_venc", 0),
	   "no reference is left");
	compat_down();
	vendor_down();
	return ktap_end();
}
