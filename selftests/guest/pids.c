// SPDX-License-Identifier: GPL-2.0
/*
 * What is known about a process belongs to that run of that program and to no
 * other: pids that come again, threads whose leader has gone, exec by any
 * thread and in the middle of calls, vfork, parents that have died.
 *
 * What a process declared can be seen in the report on every ABI; what becomes
 * of its calls is asserted, too, where the stack is evidence.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hvct.h"
#include "sites.h"
#include "hisi_venc_compat.h"

#define PAGES	4
#define NODE	"/dev/" COMPAT
#define PID_MAX	"/proc/sys/kernel/pid_max"
#define FIRST_AGAIN 300		/* pids below it are given out once */
#define LOW_PID_MAX "340"
#define CALLERS	3		/* threads in mmap meanwhile */

static int fd, ctl;
static uint64_t x, y;
static bool frames;	/* the stack is evidence here */

static int declare(unsigned int bits)
{
	struct hisi_venc_compat_abi a = { .offset_bits = bits };

	return ioctl(ctl, HISI_VENC_COMPAT_IOC_ABI, &a) ? -errno : 0;
}

/* x is meant, libc takes y, which is in range; without a frame: y is meant. */
static void *stale(int site)
{
#if ABI_FRAME
	return linked_sites[site](fd, PAGES * page, x * page, y * page, 0);
#else
	return native_sites[site](fd, PAGES * page, 0, y * page);
#endif
}

static bool goes_to(uint64_t pfn)
{
	begin("venc");
	return map_right(stale(0), PAGES, 2, pfn);
}

/* What the report says that this process, not one before it, has declared. */
static int declared(void)
{
	char *text = slurp("/proc/" COMPAT "_facts"), *line, *rest = text;
	unsigned long id, mine = 0, v;
	int bits = 0;

	while ((line = strsep(&rest, "\n"))) {
		if (sscanf(line, "process.%lu.pid=%lu", &id, &v) == 2)
			mine = v == (unsigned long)getpid() ? id : 0;
		else if (mine && strstr(line, ".ended=1"))
			mine = 0;
		else if (mine && sscanf(line, "process.%lu.declared.offset_bits=%lu",
					&id, &v) == 2)
			bits = v;
	}
	free(text);
	return bits;
}

/* A call of a process that is declared 32-bit, and of one that is not. */
static bool corrected(void)
{
	return goes_to(frames ? x : y) && declared() == 32;
}

static bool left(void)
{
	return goes_to(y) && !declared();
}

static bool ended_well(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && !status;
}

static void exec_self(const char *what)
{
	char in[16];

	snprintf(in, sizeof(in), "%d", frames);
	execl("/proc/self/exe", "pids", what, in, NULL);
	_exit(127);
}

/* ---- pids that come again ---- */

static bool declares(void)
{
	/* Proven by a call of its own where that can be, and declared. */
	begin("venc");
	if (frames && !map_right(linked_sites[0](fd, PAGES * page, x * page, 0,
						 0), PAGES, 2, x))
		return false;
	return !declare(32) && corrected();
}

/* The processes that the report has by this pid, and of them those ended. */
static int blocks(int pid, int *ended)
{
	char *text = slurp("/proc/" COMPAT), head[32], *at, *line;
	int n = 0;

	*ended = 0;
	snprintf(head, sizeof(head), "\nprocess %d ", pid);
	for (at = text; at && (at = strstr(at, head)); at++) {
		n++;
		line = strndup(at + 1, strcspn(at + 1, "\n"));
		*ended += strstr(line, " ended=1") != NULL;
		free(line);
	}
	free(text);
	return n;
}

static bool only_mine(void)
{
	int ended;

	return goes_to(y) &&
	       blocks(getpid(), &ended) == 2;
}

static bool nothing(void)
{
	return true;
}

/*
 * A child with the pid of an earlier one, which is sure to come: pids are given
 * out in a ring of a few dozen.
 */
static bool again(void)
{
	pid_t first, pid;
	int tries, ended, n;
	bool good;

	do {
		pid = start_child(nothing);
		if (!ended_well(pid))
			return false;
	} while (pid < FIRST_AGAIN);
	first = start_child(declares);
	if (!ended_well(first))
		return false;
	for (tries = 0; tries < 200; tries++) {
		fflush(stdout);
		pid = fork();
		if (!pid) {
			if (getpid() != first)
				_exit(0);
			_exit(!only_mine());
		}
		good = ended_well(pid);
		if (pid != first)
			continue;
		n = blocks(first, &ended);
		diag("pid %d came again after %d others; %d records, %d ended",
		     first, tries, n, ended);
		return good && ended == n && n >= 1;
	}
	diag("pid %d did not come again", first);
	return false;
}

static void pids_again(void)
{
	char *before = slurp(PID_MAX);
	int i, good = 0;

	if (!before || write_str(PID_MAX, LOW_PID_MAX))
		bail(PID_MAX ": %s", strerror(errno));
	ok(in_child(again), "a process with the pid of one that is dead starts anew");
	for (i = 0; i < 5; i++)
		good += in_child(again);
	ok_num(good, 5, "five times more");
	if (write_str(PID_MAX, before))
		bail(PID_MAX " cannot be set back");
	free(before);
}

/* ---- threads ---- */

/* As goes_to(), where /proc/self is the leader's and has no maps any more. */
static bool driver_gets(uint64_t pfn)
{
	struct hvc_stat st;
	void *p;

	begin("venc");
	p = stale(0);
	st = stat_of("venc");
	return p != MAP_FAILED && !munmap(p, PAGES * page) && st.mmaps == 1 &&
	       st.pgoff == pfn;
}

/* The leader's record stays, and what it declared counts. */
static void *without_leader(void *unused)
{
	bool good = true;
	char *maps;

	(void)unused;
	while (*(maps = slurp("/proc/self/maps"))) {
		free(maps);
		sched_yield();
	}
	good &= driver_gets(frames ? x : y) && declared() == 32;
	good &= !declare(0) && driver_gets(y) && !declared();
	good &= !declare(32) && driver_gets(frames ? x : y);
	_exit(!good);
}

/* By the system call: the C library of a forked child could wait for ever. */
static bool leader_gone(void)
{
	pthread_t t;

	if (declare(32) || pthread_create(&t, NULL, without_leader, NULL))
		return false;
	syscall(SYS_exit, 0);
	return false;
}

static void *execs(void *unused)
{
	(void)unused;
	exec_self("left");
	return NULL;
}

static bool thread_execs(void)
{
	pthread_t t;

	if (declare(32) || !corrected() ||
	    pthread_create(&t, NULL, execs, NULL))
		return false;
	pthread_join(t, NULL);
	return false;
}

static volatile unsigned int calls;

static void *caller(void *unused)
{
	(void)unused;
	for (;;) {
		void *p = stale(1);

		if (p != MAP_FAILED)
			munmap(p, PAGES * page);
		__atomic_fetch_add(&calls, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

/*
 * A program with threads in mmap calls exec, the next one as well, and so on;
 * each declares itself, and none may see what the one before it was.
 */
static int relay(int left_to_go, bool by_thread)
{
	char go_on[32], in[4];
	pthread_t t;
	int i;

	if (!left())
		return 1;
	if (declare(32) || !corrected())
		return 2;
	if (!left_to_go)
		return 0;
	for (i = 0; i < CALLERS; i++)
		if (pthread_create(&t, NULL, caller, NULL))
			return 3;
	while (calls < 8)
		sched_yield();
	snprintf(go_on, sizeof(go_on), "%s%d", by_thread ? "thread" : "leader",
		 left_to_go - 1);
	snprintf(in, sizeof(in), "%d", frames);
	if (by_thread && vfork() == 0) {
		/* A child in between, with its own pid and our memory. */
		_exit(0);
	}
	execl("/proc/self/exe", "pids", go_on, in, NULL);
	return 4;
}

static void *relay_thread(void *left_to_go)
{
	_exit(relay(*(int *)left_to_go, true));
}

static int relay_by(const char *what)
{
	int left_to_go = atoi(what + 6);
	pthread_t t;

	if (!strncmp(what, "leader", 6))
		return relay(left_to_go, false);
	if (pthread_create(&t, NULL, relay_thread, &left_to_go))
		return 5;
	pthread_join(t, NULL);
	return 6;
}

static bool relay_from(const char *what)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		exec_self(what);
	if (waitpid(pid, &status, 0) != pid)
		return false;
	if (status)
		diag("%s: status %#x", what, status);
	return !status;
}

/* ---- fork, vfork ---- */

/* The child's word is its own, though its memory is the parent's. */
static bool vfork_speaks(void)
{
	volatile bool good = !declare(32);
	pid_t pid = vfork();

	if (!pid) {
		good &= corrected() && !declare(0) && left();
		_exit(0);
	}
	return ended_well(pid) && good && corrected();
}

static bool vfork_execs(void)
{
	pid_t pid;

	if (declare(32) || !corrected())
		return false;
	pid = vfork();
	if (!pid)
		exec_self("left");
	return ended_well(pid) && corrected();
}

/* Forked while three threads are in mmap; each child has the declaration. */
static bool fork_among_calls(void)
{
	bool good = !declare(32) && corrected();
	pthread_t t;
	int i;

	for (i = 0; i < CALLERS; i++)
		if (pthread_create(&t, NULL, caller, NULL))
			return false;
	while (calls < 8)
		sched_yield();
	for (i = 0; i < 20; i++) {
		pid_t pid = fork();

		if (!pid) {
			void *p = stale(0);
			uint64_t off;

			_exit(!(p != MAP_FAILED && maps_offset(p, &off) &&
				(kernel_before(3, 7) ||
				 off == (frames ? x : y) * page) &&
				declared() == 32));
		}
		good &= ended_well(pid);
	}
	return good;
}

/* Whoever the orphan goes to now has said nothing to it. */
static bool orphan(void)
{
	int say[2], gone[2];
	char c = 'n';
	pid_t pid;

	if (pipe(say) || pipe(gone))
		return false;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		pid_t parent = getpid();

		if (declare(32) || !corrected())
			_exit(1);
		fflush(stdout);
		if (!fork()) {
			close(gone[1]);
			/* Ends when nobody can write any more. */
			if (read(gone[0], &c, 1) != 0)
				_exit(2);
			while (getppid() == parent)
				sched_yield();
			c = left() ? 'y' : 'n';
			fflush(stdout);
			_exit(write(say[1], &c, 1) != 1);
		}
		_exit(0);
	}
	close(gone[1]);
	return ended_well(pid) && read(say[0], &c, 1) == 1 && c == 'y';
}

/* Does a displaced call get its page? */
static bool probe(void)
{
#if ABI_FRAME
	return linked_sites[0](fd, PAGES * page, x * page, 0, 0) != MAP_FAILED;
#else
	return false;
#endif
}

int main(int argc, char **argv)
{
	hvct_init();
	x = MMZ_PFN + 0x123;
	y = MMZ_PFN + 0x456;
	if (argc == 3) {
		fd = dev_open("venc");
		ctl = open(NODE, O_RDWR | O_CLOEXEC);
		frames = atoi(argv[2]);
		return strcmp(argv[1], "left") ? relay_by(argv[1]) : !left();
	}
	ktap_plan(2 + 5 + 4);
	vendor_up("venc");
	compat_mode(MODE_GUARD);
	fd = dev_open("venc");
	ctl = open(NODE, O_RDWR | O_CLOEXEC);
	if (ctl < 0)
		bail(NODE ": %s", strerror(errno));
	stat_reset("venc");
	frames = in_child(probe);
	diag("the stack is %sevidence here", frames ? "" : "no ");

	pids_again();
	ok(in_child(leader_gone), "threads whose leader has gone keep what was declared");
	ok(in_child(thread_execs), "exec by another thread than the leader: forgotten");
	ok(relay_from("leader16"), "17 programs after each other by exec of the leader, threads in mmap");
	ok(relay_from("thread16"), "17 programs after each other by exec of a thread, threads in mmap");
	ok(left(), "and nothing of it is this process's");
	ok(in_child(vfork_speaks), "a vforked child speaks for itself only");
	ok(in_child(vfork_execs), "a vforked child's program has nothing, the parent all");
	ok(in_child(fork_among_calls), "children forked while threads are in mmap");
	ok(orphan(), "an orphan has nothing of its new parent's");
	close(ctl);
	close(fd);
	compat_down();
	vendor_down();
	return ktap_end();
}
