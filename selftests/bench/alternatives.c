// SPDX-License-Identifier: GPL-2.0
/*
 * What could be done instead of the module, side by side: each alternative
 * meets the same calls, and then the same calls are timed.
 *
 *   nothing       the kernel and libc as they are
 *   module        hisi_venc_compat
 *   kprobe        hvc_bench_kprobe on the driver's handler
 *   kprobe-call   hvc_bench_kprobe on mmap2
 *   ptrace        a supervisor that stops the process at each system call
 *   ptrace-mmap   the same, stopped by a seccomp filter at mmap2 only
 *   notify        a seccomp user-notification supervisor
 *   guess         an LD_PRELOAD shim: the word at sp+8 if it is page-aligned
 *   shim          liboff32-compat.so, preloaded
 *   both          that and the module
 *
 * Prints `alternative NAME CASE right|wrong|errno N` for each case and the times
 * as `bench NAME/CALL NANOSECONDS`. An alternative that gets a case wrong has
 * not failed this test; the module and the shim have, if it is theirs.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "timing.h"

#ifndef PTRACE_O_TRACESECCOMP
#define PTRACE_O_TRACESECCOMP	0x80
#endif
#define EVENT_SECCOMP		7	/* PTRACE_EVENT_SECCOMP */
#define NR_PIDFD_OPEN		434
#define NR_PIDFD_GETFD		438
#define STACK_WORDS		64

/* ---- the worker: what a recorder's program does ---- */

static vmap_fn *vendor;

static void *by_vendor(const struct call *c)
{
	return vendor(c->fd, c->pages * page, c->pfn * page, c->w1, c->w2);
}

#define OTHER_PFN	(PFN + 0x20)	/* right too, and not what is meant */

/* @who: whose this case is, m(odule), s(him), b(oth); right with it. */
struct test {
	const char *who;
	struct call call;
};

static const char *outcome(const struct call *c)
{
	static char text[24];
	void *p = c->map(c);
	bool right;

	if (p == MAP_FAILED) {
		snprintf(text, sizeof(text), "errno %d", errno);
		return text;
	}
	/* A wrong page is not read: nobody knows what lies there. */
	right = false;
	{
		uint64_t at;

		if (maps_offset(p, &at) && at == c->pfn * page)
			right = shows(c, p);
	}
	munmap(p, c->pages * page);
	return right ? "right" : "wrong";
}

static void time_call(const char *name, const char *what, const struct call *c)
{
	say(name, what, map_once, c);
}

static void getppid_once(const void *arg)
{
	(void)arg;
	syscall(SYS_getppid);
}

/* Tells its outcomes, and with status 0 that none that is @own was wrong. */
static int worker(const char *name, const char *own)
{
	int venc = dev_open("bvenc"), other = dev_open("bother");
	void *lib = dlopen("/tests/libshim-glibc.so", RTLD_NOW);
	struct test tests[] = {
		{ "msb", { "native", by_native, venc, 2, PFN, .checked = 2 } },
		{ "msb", { "native-beside-page", by_native, venc, 2, PFN,
			   .pad = OTHER_PFN * page, .checked = 2 } },
		{ "msb", { "native-other-device", by_native, other, 1, PFN,
			   .pad = OTHER_PFN * page, .checked = 1 } },
		{ "msb", { "displaced", by_vendor, venc, 2, PFN,
			   .checked = 2 } },
		{ "msb", { "displaced-small-word", by_vendor, venc, 2, PFN,
			   .w2 = 100, .checked = 2 } },
		{ "msb", { "displaced-pointer", by_vendor, venc, 2, PFN,
			   .w1 = 0xbefff000, .w2 = 7, .checked = 2 } },
		{ "sb", { "displaced-libc-refuses", by_vendor, venc, 2, PFN,
			  .w1 = 0x12345678, .w2 = 0x12345678, .checked = 2 } },
		{ "sb", { "displaced-stale-page", by_vendor, venc, 2, PFN,
			  .w1 = OTHER_PFN * page, .checked = 2 } },
		{ "mb", { "high-bits", by_raw, venc, 2, PFN, PFN | 0x12300000,
			  .checked = 2 } },
		{ "mb", { "sign-extended", by_raw, venc, 2, PFN,
			  PFN | 0xfff00000, .checked = 2 } },
		{ "mb", { "byte-offset", by_raw, venc, 2, PFN, PFN * page,
			  .checked = 2 } },
	};
	bool good = true;
	unsigned int i;

	vendor = lib ? (vmap_fn *)dlsym(lib, "v0_map") : NULL;
	if (!vendor)
		bail("libshim-glibc.so: %s", dlerror());
	/* First: what a process costs that never makes a garbled call. */
	for (i = 0; i < WARM; i++)
		outcome(&tests[0].call);
	time_call(name, "in-range", &tests[0].call);
	for (i = 0; i < sizeof(tests) / sizeof(*tests); i++) {
		const char *said = outcome(&tests[i].call);

		printf("alternative %s %s %s\n", name, tests[i].call.what,
		       said);
		if (strpbrk(tests[i].who, own) && strcmp(said, "right"))
			good = false;
	}
	for (i = 0; i < WARM; i++)
		outcome(&tests[3].call);
	time_call(name, "displaced", &tests[3].call);
	time_call(name, "high-bits", &tests[8].call);
	time_call(name, "other-device", &tests[2].call);
	say(name, "getppid", getppid_once, NULL);
	fflush(stdout);
	return !good;
}

/* ---- what the supervisors think, the same as hvc_bench_kprobe ---- */

static bool right_pfn(uint32_t pgoff)
{
	return pgoff >= MMZ_PFN && pgoff < MMZ_END_PFN;
}

static bool is_venc(pid_t pid, uint32_t fd)
{
	char path[48], to[16];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/fd/%u", pid, fd);
	n = readlink(path, to, sizeof(to) - 1);
	to[n > 0 ? n : 0] = '\0';
	return !strcmp(to, "/dev/bvenc");
}

static uint32_t better(pid_t pid, uint32_t fd, uint32_t pgoff, uint32_t sp)
{
	uint32_t words[STACK_WORDS];
	struct iovec to = { words, sizeof(words) };
	struct iovec from = { (void *)(uintptr_t)sp, sizeof(words) };
	unsigned int i;

	if (right_pfn(pgoff) || !is_venc(pid, fd))
		return pgoff;
	if (right_pfn(pgoff & 0xfffff))
		return pgoff & 0xfffff;
	if (!sp)
		return pgoff;
	/* Since 3.2; before, word by word. */
	if (process_vm_readv(pid, &to, 1, &from, 1, 0) !=
	    (ssize_t)sizeof(words)) {
		if (errno != ENOSYS)
			return pgoff;
		for (i = 0; i < STACK_WORDS; i++)
			words[i] = ptrace(PTRACE_PEEKDATA, pid,
					  (void *)(uintptr_t)(sp + 4 * i),
					  NULL);
	}
	for (i = 0; i + 1 < STACK_WORDS; i++)
		if (words[i] == fd && !(words[i + 1] & (page - 1)) &&
		    right_pfn(words[i + 1] / page))
			return words[i + 1] / page;
	return pgoff;
}

/* ---- supervisors ---- */

/* Of user_regs: r0 to r15, cpsr, orig_r0. */
static void at_mmap2(pid_t pid)
{
	struct user_regs regs;
	uint32_t pgoff;

	if (ptrace(PTRACE_GETREGS, pid, NULL, &regs))
		bail("PTRACE_GETREGS: %s", strerror(errno));
	if (regs.uregs[7] != SYS_mmap2)
		return;
	pgoff = better(pid, regs.uregs[4], regs.uregs[5], regs.uregs[13]);
	if (pgoff == regs.uregs[5])
		return;
	regs.uregs[5] = pgoff;
	if (ptrace(PTRACE_SETREGS, pid, NULL, &regs))
		bail("PTRACE_SETREGS: %s", strerror(errno));
}

static int trace(pid_t pid, bool filtered)
{
	int go_on = filtered ? PTRACE_CONT : PTRACE_SYSCALL;
	long options = PTRACE_O_TRACESYSGOOD |
		       (filtered ? PTRACE_O_TRACESECCOMP : 0);
	bool entering = true;
	int status, sig;

	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, pid, NULL, options))
		bail("the process does not stop");
	for (sig = 0;;) {
		if (ptrace(go_on, pid, NULL, sig))
			bail("ptrace: %s", strerror(errno));
		if (waitpid(pid, &status, 0) != pid)
			bail("waitpid: %s", strerror(errno));
		if (!WIFSTOPPED(status))
			return status;
		sig = 0;
		if (status >> 8 == (SIGTRAP | EVENT_SECCOMP << 8)) {
			at_mmap2(pid);
		} else if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
			if (entering)
				at_mmap2(pid);
			entering = !entering;
		} else if (WSTOPSIG(status) != SIGTRAP) {
			sig = WSTOPSIG(status);
		}
	}
}

/* It can refuse a call or let it go on; it cannot change an argument. */
static int notified(pid_t pid, int remote, int go)
{
	struct seccomp_notif call;
	struct seccomp_notif_resp answer;
	int pidfd = syscall(NR_PIDFD_OPEN, pid, 0), fd, status;

	fd = syscall(NR_PIDFD_GETFD, pidfd, remote, 0);
	if (fd < 0)
		bail("the listener cannot be had: %s", strerror(errno));
	if (write(go, "", 1) != 1)
		bail("the process does not wait: %s", strerror(errno));
	for (;;) {
		struct pollfd ready[] = {
			{ fd, POLLIN, 0 }, { pidfd, POLLIN, 0 }
		};
		uint32_t pgoff;

		/* A receive would wait for ever for a process that ended. */
		if (poll(ready, 2, -1) < 1 || !(ready[0].revents & POLLIN))
			break;
		memset(&call, 0, sizeof(call));
		if (ioctl(fd, SECCOMP_IOCTL_NOTIF_RECV, &call))
			bail("SECCOMP_IOCTL_NOTIF_RECV: %s", strerror(errno));
		memset(&answer, 0, sizeof(answer));
		answer.id = call.id;
		pgoff = call.data.args[5];
		if (better(pid, call.data.args[4], pgoff, 0) != pgoff ||
		    (!right_pfn(pgoff) && is_venc(pid, call.data.args[4])))
			answer.error = -EINVAL;
		else
			answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
		/* It may have died meanwhile; then the next poll says so. */
		ioctl(fd, SECCOMP_IOCTL_NOTIF_SEND, &answer);
	}
	if (waitpid(pid, &status, 0) != pid)
		bail("waitpid: %s", strerror(errno));
	return status;
}

static int filter_mmap2(unsigned int what, unsigned int flags)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, what),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof(code) / sizeof(*code), code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &prog);
}

/* ---- each alternative ---- */

enum way { PLAIN, TRACED, TRACED_MMAP, NOTIFIED };

static const struct alternative {
	const char *name;
	const char *own;	/* cases that must be right: see struct test */
	enum way way;
	const char *preload;
	const char *module, *params;
	int since;		/* 1000 x major + minor of the kernel */
} alternatives[] = {
	{ .name = "nothing" },
	{ .name = "module", .own = "m", .module = COMPAT },
	{ .name = "kprobe", .module = "hvc_bench_kprobe",
	  .params = "where=handler" },
	{ .name = "kprobe-call", .module = "hvc_bench_kprobe",
	  .params = "where=syscall" },
	{ .name = "ptrace", .way = TRACED },
	{ .name = "ptrace-mmap", .way = TRACED_MMAP, .since = 3008 },
	{ .name = "notify", .way = NOTIFIED, .since = 5006 },
	{ .name = "guess", .preload = "/tests/libguess.so" },
	{ .name = "shim", .own = "s", .preload = "/tests/liboff32-compat.so" },
	{ .name = "both", .own = "b", .preload = "/tests/liboff32-compat.so",
	  .module = COMPAT },
};

static void run(const struct alternative *a, int tell, int go)
{
	const char *const argv[] = {
		"alternatives", "worker", a->name, a->own ? a->own : "-", NULL
	};
	char byte;
	int fd;

	if (a->preload)
		setenv("LD_PRELOAD", a->preload, 1);
	if (a->way == TRACED || a->way == TRACED_MMAP) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
	}
	if (a->way == TRACED_MMAP && filter_mmap2(SECCOMP_RET_TRACE, 0))
		_exit(126);
	if (a->way == NOTIFIED) {
		fd = filter_mmap2(SECCOMP_RET_USER_NOTIF,
				  SECCOMP_FILTER_FLAG_NEW_LISTENER);
		if (write(tell, &fd, sizeof(fd)) != sizeof(fd) || fd < 0)
			_exit(126);
		/* exec closes the listener: not before it was taken. */
		if (read(go, &byte, 1) != 1)
			_exit(126);
	}
	execv("/proc/self/exe", (char **)argv);
	_exit(127);
}

static int supervise(const struct alternative *a)
{
	int ends[2], go[2], fd, status;
	pid_t pid;

	if (pipe(ends) || pipe(go))
		bail("pipe: %s", strerror(errno));
	fflush(stdout);
	pid = fork();
	if (!pid)
		run(a, ends[1], go[0]);
	close(ends[1]);
	switch (a->way) {
	case TRACED:
	case TRACED_MMAP:
		status = trace(pid, a->way == TRACED_MMAP);
		break;
	case NOTIFIED:
		if (read(ends[0], &fd, sizeof(fd)) != sizeof(fd) || fd < 0)
			bail("no seccomp listener");
		status = notified(pid, fd, go[1]);
		break;
	default:
		waitpid(pid, &status, 0);
	}
	close(ends[0]);
	close(go[0]);
	close(go[1]);
	return status;
}

static void load(const struct alternative *a)
{
	char params[192];

	if (!a->module)
		return;
	if (!strcmp(a->module, COMPAT)) {
		snprintf(params, sizeof(params), "=devices=bvenc repeat=bvenc:2 exclusive=bvenc:1 mmz=a,0,0x%llx,%lluK",
			 (unsigned long long)mmz_phys,
			 (unsigned long long)mmz_len / 1024);
		compat_up(params);
		return;
	}
	snprintf(params, sizeof(params), "%s first=%llu pages=%llu", a->params,
		 (unsigned long long)MMZ_PFN,
		 (unsigned long long)(MMZ_END_PFN - MMZ_PFN));
	if (mod_load(a->module, params))
		bail("%s %s does not load", a->module, params);
}

/* Does this kernel have what the alternative needs? */
static bool possible(const struct alternative *a)
{
	char path[64];

	if (kernel_before(a->since / 1000, a->since % 1000))
		return false;
	/* Only where there are kprobes was it built. */
	snprintf(path, sizeof(path), "/modules/%s.ko", a->module);
	return !a->module || !access(path, R_OK);
}

int main(int argc, char **argv)
{
	unsigned int i, n = sizeof(alternatives) / sizeof(*alternatives);

	hvct_init();
	if (argc > 3 && !strcmp(argv[1], "worker")) {
		setvbuf(stdout, NULL, _IOLBF, 0);
		return worker(argv[2], argv[3]);
	}
	ktap_plan(n);
	if (mod_load("hvc_bench", NULL))
		bail("hvc_bench does not load");
	stamp_pages();
	for (i = 0; i < n; i++) {
		const struct alternative *a = &alternatives[i];
		int status;

		if (!possible(a)) {
			skip("%s: # SKIP this kernel cannot", a->name);
			continue;
		}
		load(a);
		status = supervise(a);
		if (!ok(!status, "%s: runs%s", a->name,
			a->own ? ", and every case of its own is right" : ""))
			diag("status %#x", status);
		if (a->module && mod_unload(a->module))
			bail("rmmod %s", a->module);
	}
	mod_unload("hvc_bench");
	return ktap_end();
}
