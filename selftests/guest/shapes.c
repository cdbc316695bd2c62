// SPDX-License-Identifier: GPL-2.0
/*
 * The main job: each shape of a 32-bit off_t caller's mmap on /dev/venc, from
 * each build of the vendor-like library, without the module and in each mode.
 * Where the ABI displaces the whole offset (ABI_FRAME) the stack words are what
 * differs; on i386 it is the high word.
 *
 * And what no kernel code can help: words that libc refuses by itself. A tracer
 * proves that no system call is made then.
 */
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hvct.h"
#include "sites.h"

#define PAGES	4		/* a ring of two pages */
#define SMALL	0x64		/* channel 1 * 100 */
#define POINTER	0xbefff000ul	/* a page-aligned stack pointer */

enum { ZERO, PTR, SAME, OTHER, UNALIGNED };

#if ABI_FRAME
#define REPAIRED	3		/* calls of shapes() */
#define REPAIRED_AS	"displaced"
#define LIMITED		2
#define CONTESTED	1
#define REFUSED_WORD	0x1234567	/* by libc: not aligned */
#else
#define REPAIRED	3
#define REPAIRED_AS	"high_bits"
#define LIMITED		3
#define CONTESTED	0
#define REFUSED_WORD	POINTER		/* by libc: above 2^44 */
#endif

static int fd;

static void *call(struct vendor_lib *lib, int site, uint64_t pfn,
		  unsigned long w1, unsigned long w2)
{
	begin("venc");
	return lib->map[site](fd, PAGES * page, pfn * page, w1, w2);
}

/* @raw is what arrives where nothing is repaired, and beyond the limit. */
static void beyond(void *p, uint64_t x, uint64_t raw, int mode, const char *l,
		   const char *what)
{
	const char *m = mode_name(mode);

	if (mode >= MODE_REPAIR)
		expect_map(p, PAGES, 2, x, "%s, %s: %s: right page", m, l, what);
	else if (kernel_limits_pgoff())
		expect_err(p, EOVERFLOW, 0, "%s, %s: %s: EOVERFLOW", m, l, what);
	else	/* The driver's shift drops the high bits: by chance right. */
		expect_wild(p, PAGES, raw,
			    !kernel_is_64bit() && (raw & 0xfffff) == x ?
			    ~0ull : x, "%s, %s: %s: wrong page", m, l, what);
}

#if ABI_FRAME
static void shapes(struct vendor_lib *lib, int mode)
{
	uint64_t x = MMZ_PFN + 0x123, y = MMZ_PFN + 0x456;
	const char *m = mode_name(mode), *l = lib->name;
	void *p;

	p = call(lib, ZERO, x, 0, 0);
	if (mode >= MODE_REPAIR)
		expect_map(p, PAGES, 2, x, "%s, %s: zero/zero: right page", m, l);
	else
		expect_wild(p, PAGES, 0, x, "%s, %s: zero/zero: page 0", m, l);

	p = call(lib, PTR, x, POINTER, SMALL);
	beyond(p, x, SMALL << 20 | POINTER >> 12, mode, l, "pointer/small");
	p = call(lib, SAME, x, x * page, SMALL);
	beyond(p, x, SMALL << 20 | x, mode, l, "same/small");

	/* Looks like a right call; its site is not known to be legacy. */
	p = call(lib, OTHER, x, y * page, 0);
	expect_map(p, PAGES, 2, y, "%s, %s: another in range: left alone", m, l);

	p = call(lib, UNALIGNED, x, 0x1234567, 0);
	expect_err(p, EINVAL, 0, "%s, %s: unaligned: libc refuses", m, l);
}
#else
/* The low word stands where it must; what follows it is stale. */
static void shapes(struct vendor_lib *lib, int mode)
{
	const char *m = mode_name(mode), *l = lib->name;
	uint64_t x = MMZ_PFN + 0x123;
	void *p;

	p = call(lib, ZERO, x, 0, 0);
	expect_map(p, PAGES, 2, x, "%s, %s: high word 0: unchanged", m, l);
	p = call(lib, PTR, x, SMALL, 0);
	beyond(p, x, SMALL << 20 | x, mode, l, "high word small");
	p = call(lib, SAME, x, 1, 0);
	beyond(p, x, 1 << 20 | x, mode, l, "high word 1");
	p = call(lib, OTHER, x, 0xffe, 0);
	beyond(p, x, 0xffe00000ull | x, mode, l,
	       "largest high word but one that libc lets through");
	p = call(lib, UNALIGNED, x, REFUSED_WORD, 0);
	expect_err(p, EINVAL, 0, "%s, %s: pointer: libc refuses", m, l);
}
#endif

static void counters(int mode)
{
	long n = VENDOR_LIBS, limited = kernel_limits_pgoff() ? LIMITED * n : 0;

	if (mode == MODE_OFF) {
		ok_num(report("venc", "off"), 4 * n, "off: only counted as off");
		ok_num(report("venc", "eoverflow"), limited,
		       "off: the kernel's EOVERFLOW is kept");
		return;
	}
	if (mode == MODE_OBSERVE) {
		ok_num(report("venc", "would_repair"), REPAIRED * n,
		       "observe: reported as what it would repair");
		ok_num(report("venc", "repaired"), 0,
		       "observe: nothing repaired");
	} else if (mode == MODE_REPAIR) {
		ok_num(report("venc", "repaired"), REPAIRED * n, "repair: counted");
		ok_num(report("venc", "would_repair"), 0,
		       "repair: not counted as observed");
	} else {
		ok_num(report("venc", "repaired"), REPAIRED * n, "guard: counted");
		ok_num(report("venc", "refused"), 0, "guard: nothing refused");
	}
	ok_num(report("venc", REPAIRED_AS), REPAIRED * n,
	       mode == MODE_OBSERVE ? "observe: shape counted" :
	       mode == MODE_REPAIR ? "repair: shape counted" :
	       "guard: shape counted");
	ok_num(report("venc", "valid"), n,
	       mode == MODE_OBSERVE ? "observe: in range counted as valid" :
	       mode == MODE_REPAIR ? "repair: in range counted as valid" :
	       "guard: in range counted as valid");
	ok_num(report("venc", "contested"), CONTESTED * n,
	       mode == MODE_OBSERVE ? "observe: contested counted" :
	       mode == MODE_REPAIR ? "repair: contested counted" :
	       "guard: contested counted");
}

/*
 * Plain six-argument calls: the words are whatever the compiler left there.
 * Guard mode: the right page, or libc's or the module's refusal; no wrong page.
 */
static void honest(struct vendor_lib *lib, int *right)
{
	static const int fills[] = { 0, 0xff, 0x10, 0xb6 };
	uint64_t x = MMZ_PFN + 0x123;
	bool good = true;
	unsigned int i;

	for (i = 0; i < sizeof(fills) / sizeof(*fills); i++) {
		void *p;

		begin("venc");
		p = lib->honest(fd, PAGES * page, x * page, fills[i]);
		if (p == MAP_FAILED)
			good &= errno == EINVAL && !stat_of("venc").mmaps;
		else if (map_right(p, PAGES, 2, x))
			++*right;
		else
			good = false;
	}
	ok(good, "%s: honest calls: right page or none", lib->name);
}

/* mmap system calls that a call makes, seen by a tracer; -1: tracing failed. */
static int traced(struct vendor_lib *lib, unsigned long w1)
{
	uint64_t x = MMZ_PFN + 7;
	int status, n = 0;
	bool entry = false;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		lib->map[UNALIGNED](fd, PAGES * page, x * page, w1, 0);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		return -1;
	for (;;) {
		struct traced call;

		if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) ||
		    waitpid(pid, &status, 0) != pid)
			return -1;
		if (WIFEXITED(status) || WIFSIGNALED(status))
			return n;
		if (WSTOPSIG(status) != SIGTRAP)
			continue;
		entry = !entry;
		if (!traced_call(pid, &call))
			return -1;
		/* The libc of the child makes no other mapping here. */
		n += entry && call.nr == SYS_mmap2;
	}
}

int main(void)
{
	int mode, i, right = 0;

	hvct_init();
	ktap_plan(5 * VENDOR_LIBS * 5 + 2 + 3 * 5 + 3 * VENDOR_LIBS + 2);
	vendor_libs_open();
	vendor_up("venc");
	for (mode = MODE_NONE; mode <= MODE_GUARD; mode++) {
		compat_mode(mode);
		fd = dev_open("venc");
		for (i = 0; i < VENDOR_LIBS; i++)
			shapes(&vendor_libs[i], mode);
		if (mode != MODE_NONE)
			counters(mode);
		if (mode == MODE_GUARD)
			for (i = 0; i < VENDOR_LIBS; i++) {
				struct vendor_lib *lib = &vendor_libs[i];

				ok(traced(lib, REFUSED_WORD) == 0,
				   "%s: refused by libc: no system call", lib->name);
				ok(traced(lib, 0) == 1,
				   "%s: aligned: one system call", lib->name);
				honest(lib, &right);
			}
		close(fd);
		compat_down();
	}
	vendor_down();
	diag("%d honest calls reached the kernel", right);
#ifdef __mips__
	/* Behind the arguments position-independent code keeps its $gp. */
	ok(!right, "honest calls of PIC: libc takes $gp for an offset, refuses");
#else
	ok(right > 0, "some honest calls reached the kernel and were repaired");
#endif
	ok(!mod_loaded(COMPAT) && !mod_loaded("hvc_venc"), "nothing left loaded");
	return ktap_end();
}
