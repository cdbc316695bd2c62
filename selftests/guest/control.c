// SPDX-License-Identifier: GPL-2.0
/*
 * The ioctls of /dev/hisi_venc_compat: what RESOLVE answers and refuses, what a
 * declared ABI changes and for whom (objects, threads, fork, exec, a full
 * table), what STATS shows; that a refused call changes nothing, and what a
 * user without rights may do.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hvct.h"
#include "sites.h"
#include "hisi_venc_compat.h"

#define PAGES	4
#define NODE	"/dev/" COMPAT
#define USER	1000
#define SHARE	128	/* records that one user may hold */
#define OBJECTS	8	/* declared ones of a process */

#define R_VALID	HISI_VENC_COMPAT_SHAPE_VALID
#define R_HIGH	HISI_VENC_COMPAT_SHAPE_HIGH_BITS
#define R_SIGN	HISI_VENC_COMPAT_SHAPE_SIGN_EXTENDED

static int ctl = -1, fd = -1;
static uint64_t x, y;

static int control(unsigned long command, void *arg)
{
	return ioctl(ctl, command, arg) ? -errno : 0;
}

/* The last @len bytes that are mapped. */
static void *at_the_edge(size_t len)
{
	char *p = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || munmap(p + page, page))
		bail("mmap: %s", strerror(errno));
	return p + page - len;
}

/* ---- who is there ---- */

static bool as_user(void)
{
	struct hisi_venc_compat_version v;
	int own;

	if (setgid(USER) || setuid(USER))
		return false;
	own = open(NODE, O_RDWR);
	return own >= 0 && !ioctl(own, HISI_VENC_COMPAT_IOC_VERSION, &v) &&
	       open("/proc/" COMPAT, O_RDONLY) < 0 && errno == EACCES;
}

/* Reading is enough to ask; no other file tells or takes anything. */
static bool user_opens(void)
{
	struct hisi_venc_compat_stats s = { .size = sizeof(s), .name = "venc" };
	struct hisi_venc_compat_version v;
	int own;

	if (setgid(USER) || setuid(USER))
		return false;
	own = open(NODE, O_RDONLY);
	return own >= 0 && !ioctl(own, HISI_VENC_COMPAT_IOC_VERSION, &v) &&
	       !ioctl(own, HISI_VENC_COMPAT_IOC_STATS, &s) &&
	       write(own, "x", 1) < 0 && read(own, &v, 1) < 0;
}

static bool user_learns_nothing(void)
{
	static const char *const closed[] = {
		"/proc/" COMPAT, "/proc/" COMPAT "_facts",
		"/proc/sys/dev/" COMPAT "/ranges",
		"/proc/sys/dev/" COMPAT "/venc/ranges",
		"/sys/module/" COMPAT "/parameters/mmz",
		"/sys/module/" COMPAT "/parameters/ranges",
	};
	unsigned int i;

	if (setgid(USER) || setuid(USER))
		return false;
	for (i = 0; i < sizeof(closed) / sizeof(*closed); i++)
		if (open(closed[i], O_RDONLY) >= 0 ||
		    (errno != EACCES && errno != ENOENT)) {
			diag("%s: %s", closed[i], strerror(errno));
			return false;
		}
	return true;
}

static bool user_changes_nothing(void)
{
	static const char *const knob[] = {
		"mode", "repeat", "offset_bits", "exclusive", "frame", "ranges"
	};
	unsigned int i;

	if (setgid(USER) || setuid(USER) ||
	    sysctl_set(NULL, "ranges", "none") != -EACCES ||
	    sysctl_set(NULL, "legacy_objects", "none") != -EACCES)
		return false;
	for (i = 0; i < sizeof(knob) / sizeof(*knob); i++)
		if (sysctl_set("venc", knob[i], "1") != -EACCES)
			return false;
	return true;
}

/* A user's word is for the user's own process. */
static bool user_declares(void)
{
	struct hisi_venc_compat_abi a = { .offset_bits = 32 };

	return !setgid(USER) && !setuid(USER) &&
	       !control(HISI_VENC_COMPAT_IOC_ABI, &a);
}

static void version(void)
{
	struct hisi_venc_compat_version v = { 0, 0 };
	struct stat st;

	if (stat(NODE, &st))
		bail(NODE ": %s", strerror(errno));
	ok_num(st.st_mode & 07777, 0666, "the node's mode");
	ok_num(control(HISI_VENC_COMPAT_IOC_VERSION, &v), 0, "VERSION");
	ok_num(v.interface, HISI_VENC_COMPAT_INTERFACE, "its interface");
	ok_num(v.module, HISI_VENC_COMPAT_VERSION_CODE, "its version");
	ok_num(control(HISI_VENC_COMPAT_IOC_VERSION, NULL), -EFAULT,
	       "VERSION to nowhere");
	ok_num(control(HISI_VENC_COMPAT_IOC_VERSION, at_the_edge(4)), -EFAULT,
	       "VERSION where half of it is not mapped");
	ok_num(control(_IO(HISI_VENC_COMPAT_IOC_MAGIC, 0x7f), &v), -ENOTTY,
	       "an unknown command");
	ok_num(control(_IOR(HISI_VENC_COMPAT_IOC_MAGIC, 0x40, uint64_t[2]),
		       &v), -ENOTTY, "VERSION of another size");
	ok(in_child(as_user),
	   "a user without rights may ask, and may not read the report");
	ok(in_child(user_opens), "the node open for reading is enough to ask");
	ok(in_child(user_learns_nothing),
	   "no file tells a user without rights an address");
	ok(in_child(user_changes_nothing), "nor lets such a user set anything");
	ok(in_child(user_declares) && !report_process(getpid()) &&
	   report_has(" uid=1000 ended=1"),
	   "what such a user declares is that process's");
}

/* ---- RESOLVE ---- */

static struct hisi_venc_compat_resolve r;

static void fill(int device, uint64_t len, unsigned int count, uint64_t a,
		 uint64_t b)
{
	memset(&r, 0, sizeof(r));
	r.fd = device;
	r.length = len;
	r.count = count;
	r.candidate[0] = a;
	r.candidate[1] = b;
}

static int resolve(uint64_t len, uint64_t a, uint64_t b)
{
	fill(fd, len, 2, a, b);
	return control(HISI_VENC_COMPAT_IOC_RESOLVE, &r);
}

static void resolves(uint64_t len, uint64_t a, uint64_t b, uint64_t offset,
		     unsigned int index, unsigned int shape, const char *what)
{
	int err = resolve(len, a, b);

	if (!ok(!err && r.offset == offset && r.index == index &&
		r.shape == shape, "RESOLVE: %s", what))
		diag("%s, offset %#llx, index %u, shape %u", strerror(-err),
		     (unsigned long long)r.offset, r.index, r.shape);
}

static void refuses(int want, const char *what)
{
	struct hisi_venc_compat_resolve was = r;
	int err = control(HISI_VENC_COMPAT_IOC_RESOLVE, &r);

	if (!ok(err == want && !memcmp(&was, &r, sizeof(r)),
		"RESOLVE: %s: %s, nothing written", what, strerror(-want)))
		diag("%s", strerror(-err));
}

static void none(int want, uint64_t len, uint64_t a, uint64_t b,
		 const char *what)
{
	fill(fd, len, 2, a, b);
	refuses(want, what);
}

static void not_ours(int device, const char *what)
{
	fill(device, PAGES * page, 1, x * page, 0);
	refuses(-EBADF, what);
}

static bool resolve_as_user(void)
{
	return !setgid(USER) && !setuid(USER) &&
	       !resolve(PAGES * page, x * page, 0) && r.offset == x * page;
}

static void answers(void)
{
	uint64_t len = PAGES * page, X = x * page, Y = y * page;
	uint64_t last = (MMZ_END_PFN - 1) * page;

	resolves(len, X, 0, X, 0, R_VALID, "the first of two");
	resolves(len, 0xbefff000, X, X, 1, R_VALID, "the second of two");
	resolves(len, X, X, X, 0, R_VALID, "the same twice");
	resolves(len, X, 0x64ull << 32 | X, X, 0, R_VALID,
		 "the same, once with high bits");
	resolves(len, 0, 0x64ull << 32 | X, X, 1, R_HIGH, "high bits");
	resolves(len, 0, 0xffffffffull << 32 | X, X, 1, R_SIGN, "sign extended");
	resolves(page + 1, X, 0, X, 0, R_VALID, "a length is rounded up");
	resolves(2 * page, last, 0, last, 0, R_VALID,
		 "a doubled buffer at the end of the range");
	fill(fd, len, 4, 0, page);
	r.candidate[2] = 2 * page;
	r.candidate[3] = X;
	ok_num(control(HISI_VENC_COMPAT_IOC_RESOLVE, &r), 0,
	       "RESOLVE: four candidates");
	ok_num(r.index, 3, "RESOLVE: the fourth of them");

	none(-ENOENT, len, 0, 0xbefff000, "none in range");
	none(-ENOENT, len, X + 4, X + 2048, "not page-aligned");
	none(-ENOENT, len, last, 0, "past the end of the range");
	none(-ENOENT, len, (uint64_t)MMZ_END_PFN * page, ~0xfffull, "outside");
	none(-ENOTUNIQ, len, X, Y, "two in range");
	none(-ENOTUNIQ, len, X, 0x64ull << 32 | Y, "two, one by high bits");
	none(-EINVAL, 0, X, 0, "no length");
	none(-EINVAL, 3 * page, X, 0, "an odd page count");
	none(-EINVAL, ~0ull, X, 0, "a length beyond everything");
}

static void malformed(void)
{
	struct hisi_venc_compat_resolve *edge;

	fill(fd, PAGES * page, 1, x * page, 0);
	r.flags = 1;
	refuses(-EINVAL, "a flag");
	r.flags = 0;
	r.reserved = 1;
	refuses(-EINVAL, "a reserved field");
	r.reserved = 0;
	r.offset = 1;
	refuses(-EINVAL, "offset not 0");
	r.offset = 0;
	r.index = 1;
	refuses(-EINVAL, "index not 0");
	r.index = 0;
	r.shape = 1;
	refuses(-EINVAL, "shape not 0");
	r.shape = 0;
	r.candidate[3] = x * page;
	refuses(-EINVAL, "a candidate that is not counted");
	r.candidate[3] = 0;
	r.count = 0;
	refuses(-EINVAL, "no candidate");
	r.count = 5;
	refuses(-EINVAL, "five candidates");
	ok_num(control(HISI_VENC_COMPAT_IOC_RESOLVE, NULL), -EFAULT,
	       "RESOLVE from nowhere");
	edge = at_the_edge(sizeof(r) - 1);
	ok_num(control(HISI_VENC_COMPAT_IOC_RESOLVE, edge), -EFAULT,
	       "RESOLVE whose last byte is not mapped");
}

static void wrong_files(int early)
{
	int file;

	not_ours(-1, "no file");
	not_ours(1 << 20, "no such descriptor");
	not_ours(ctl, "the control device itself");
	not_ours(early, "a file from before the take-over");
	file = dev_open("aenc");
	not_ours(file, "a device that was not asked for");
	close(file);
	file = open("/dev/null", O_RDWR);
	not_ours(file, "/dev/null");
	close(file);
	file = open("/dev/venc", O_PATH);
	not_ours(file, "a file that was not opened for use");
	close(file);
}

static void questions(int early)
{
	answers();
	malformed();
	wrong_files(early);
	ok(in_child(resolve_as_user),
	   "RESOLVE: whoever holds the file may ask");
	ok_num(sysctl_set("venc", "mode", "0"), 0, "mode 0 can be set");
	none(-ENOENT, PAGES * page, x * page, 0, "mode 0");
	ok_num(sysctl_set("venc", "mode", "3"), 0, "mode 3 can be set");
	ok_num(report("venc", "valid") + report("venc", "off") +
	       report("venc", "outside"), 0, "RESOLVE counts no call");
	ok(!report_process(getpid()), "RESOLVE makes no record");
}

/* ---- ABI ---- */

static int declare(unsigned int flags, unsigned int bits, const void *address)
{
	struct hisi_venc_compat_abi a = {
		.flags = flags, .offset_bits = bits,
		.address = (uintptr_t)address,
	};

	return control(HISI_VENC_COMPAT_IOC_ABI, &a);
}

static int all(unsigned int bits)
{
	return declare(0, bits, NULL);
}

static int object(vmap_fn *in, unsigned int bits)
{
	return declare(HISI_VENC_COMPAT_ABI_OBJECT, bits, (void *)in);
}

static bool many_objects(void)
{
	char *p[OBJECTS + 1], name[32];
	bool good = true;
	int i, file;

	for (i = 0; i <= OBJECTS; i++) {
		snprintf(name, sizeof(name), "/tmp/object%d", i);
		file = open(name, O_RDWR | O_CREAT, 0600);
		if (file < 0 || ftruncate(file, page))
			return false;
		p[i] = mmap(NULL, page, PROT_READ, MAP_SHARED, file, 0);
		close(file);
		unlink(name);
		good &= object((vmap_fn *)(p[i] + 7), 64) ==
			(i < OBJECTS ? 0 : -ENOSPC);
	}
	good &= !object((vmap_fn *)p[0], 32);
	good &= object((vmap_fn *)p[OBJECTS], 64) == -ENOSPC;
	return good && !object((vmap_fn *)p[3], 0) &&
	       !object((vmap_fn *)p[OBJECTS], 64);
}

static bool full_table(void)
{
	int go[2], said[2], i, n = 0, last = 0;
	char c;

	if (setgid(USER) || setuid(USER) || pipe(go) || pipe(said))
		return false;
	for (i = 0; i <= SHARE; i++) {
		fflush(stdout);
		if (!fork()) {
			close(go[1]);
			c = -all(64);
			if (write(said[1], &c, 1) != 1)
				_exit(1);
			_exit(read(go[0], &c, 1) != 0);
		}
		if (read(said[0], &c, 1) != 1)
			return false;
		n += !c;
		last = c;
	}
	if (n != SHARE || last != ENOSPC)
		diag("%d had room, the last one: %s", n, strerror(last));
	close(go[1]);
	while (wait(NULL) > 0)
		;
	/* The dead make room. */
	return n == SHARE && last == ENOSPC && !all(64);
}

static bool abi_malformed(void)
{
	struct hisi_venc_compat_abi a = { .offset_bits = 32, .reserved = 1 };
	bool good = control(HISI_VENC_COMPAT_IOC_ABI, &a) == -EINVAL;
	int local;

	good &= all(16) == -EINVAL && all(63) == -EINVAL;
	good &= declare(2, 32, NULL) == -EINVAL;
	good &= declare(3, 32, (void *)all) == -EINVAL;
	good &= declare(0, 32, (void *)all) == -EINVAL;
	good &= declare(1, 32, NULL) == -ENOENT;
	good &= declare(1, 32, &local) == -ENOENT;
	a.reserved = 0;
	a.flags = 1;
	a.address = 1ull << 32 | (uintptr_t)all;
	good &= control(HISI_VENC_COMPAT_IOC_ABI, &a) == -ENOENT;
	good &= control(HISI_VENC_COMPAT_IOC_ABI, NULL) == -EFAULT;
	good &= control(HISI_VENC_COMPAT_IOC_ABI,
			at_the_edge(sizeof(a) - 1)) == -EFAULT;
	return good && !report_process(getpid());
}

#if ABI_FRAME

/* x is meant, libc takes y, which is in range: where does it go? */
static bool goes_to(vmap_fn *site, uint64_t pfn)
{
	begin("venc");
	return map_right(site(fd, PAGES * page, x * page, y * page, 0), PAGES,
			 2, pfn);
}

#define CORRECTED(site)	goes_to(site, x)
#define LEFT(site)	goes_to(site, y)

/* x is meant, libc takes 0. */
static bool displaced(vmap_fn *site, bool repaired)
{
	void *p;

	begin("venc");
	p = site(fd, PAGES * page, x * page, 0, 0);
	if (repaired)
		return map_right(p, PAGES, 2, x);
	return p == MAP_FAILED && errno == EINVAL && !stat_of("venc").mmaps;
}

static bool native_left(void)
{
	begin("venc");
	return map_right(native_sites[0](fd, PAGES * page, y * page, x * page),
			 PAGES, 2, x);
}

static bool narrow_all(void)
{
	vmap_fn *v = linked_sites[0];
	bool good = LEFT(v) && !all(32) && CORRECTED(v) && CORRECTED(v);

	return good && !all(0) && LEFT(v) && displaced(v, true);
}

static bool wide_all(void)
{
	vmap_fn *v = linked_sites[0];
	void *p;
	bool good = !all(64) && displaced(v, false) && LEFT(v);

	begin("venc");
	p = raw_mmap2(fd, PAGES * page, 0x12300000 | x, NULL);
	good &= map_right(p, PAGES, 2, x);
	return good && !all(0) && displaced(v, true);
}

/* Proven by a call of its own, then told otherwise, then told nothing. */
static bool over_proof(void)
{
	vmap_fn *v = linked_sites[0];

	return displaced(v, true) && CORRECTED(v) && !all(64) && LEFT(v) &&
	       displaced(v, false) && !all(0) && CORRECTED(v);
}

#define LAST	(VENDOR_LAST->map[0])
#define OTHER	(VENDOR_OTHER->map[0])

static bool one_object(void)
{
	bool good = LEFT(LAST) && !object(LAST, 32) && CORRECTED(LAST) &&
		    CORRECTED(VENDOR_LAST->map[1]);

	good &= LEFT(OTHER) && LEFT(linked_sites[0]) && native_left();
	return good && !object(LAST, 0) && LEFT(LAST);
}

static bool object_over_process(void)
{
	bool good = !all(32) && !object(LAST, 64) && LEFT(LAST) &&
		    displaced(LAST, false) && CORRECTED(OTHER);

	good &= !all(64) && !object(LAST, 32) && CORRECTED(LAST) &&
		displaced(OTHER, false);
	return good && !object(LAST, 0) && displaced(LAST, false);
}

static bool over_names(void)
{
	return CORRECTED(OTHER) && !object(OTHER, 64) && LEFT(OTHER) &&
	       !object(OTHER, 0) && CORRECTED(OTHER);
}

static bool own_executable(void)
{
	return !object(linked_sites[0], 32) && CORRECTED(linked_sites[0]) &&
	       LEFT(LAST) && report_has("/control offset_bits=32");
}

static void *in_thread(void *what)
{
	return (void *)(long)(what ? all(32) == 0 : CORRECTED(linked_sites[0]));
}

static bool thread(void *what)
{
	pthread_t t;
	void *good = NULL;

	return !pthread_create(&t, NULL, in_thread, what) &&
	       !pthread_join(t, &good) && good;
}

static bool threads(void)
{
	return thread("declare") && CORRECTED(linked_sites[1]) && thread(NULL);
}

static bool child_has(void)
{
	return CORRECTED(linked_sites[0]);
}

static bool child_undoes(void)
{
	return !all(0) && LEFT(linked_sites[0]);
}

static bool child_undoes_first(void)
{
	return !all(0) && LEFT(linked_sites[0]) && LEFT(linked_sites[1]);
}

static bool forked(void)
{
	bool good = !all(32) && in_child(child_has);

	good &= in_child(child_undoes) && in_child(child_undoes_first);
	return good && CORRECTED(linked_sites[0]);
}

static bool vforked(void)
{
	volatile bool good = !all(32);
	int status;
	pid_t pid;

	pid = vfork();
	if (!pid) {
		good &= CORRECTED(linked_sites[0]);
		_exit(0);
	}
	return good && waitpid(pid, &status, 0) == pid && !status &&
	       CORRECTED(linked_sites[0]);
}

static bool no_declaration(void)
{
	return LEFT(linked_sites[0]);
}

/* A child that has a record of its own hears no more from its parent. */
static bool late(void)
{
	int go[2], status;
	pid_t pid;
	char c;

	if (pipe(go))
		return false;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		bool good = LEFT(linked_sites[0]) && read(go[0], &c, 1) == 1;

		_exit(!(good && LEFT(linked_sites[0])));
	}
	/* It has its record before it reads. */
	while (!report_process(pid))
		if (waitpid(pid, &status, WNOHANG))
			return false;
	return !all(32) && write(go[1], "g", 1) == 1 &&
	       waitpid(pid, &status, 0) == pid && !status;
}

static bool execs(void)
{
	const char *const argv[] = { "control", "left", NULL };

	return !all(32) && !run_self(argv);
}

/*
 * Both parent and child call exec once after the fork: their exec counts are
 * equal again, their programs are not the ones that forked.
 */
static bool execs_both(void)
{
	char in[16];
	int go[2];

	if (pipe(go))
		return false;
	snprintf(in, sizeof(in), "%d", go[0]);
	fflush(stdout);
	if (!fork()) {
		execl("/proc/self/exe", "control", "wait", in, NULL);
		_exit(127);
	}
	snprintf(in, sizeof(in), "%d", go[1]);
	execl("/proc/self/exe", "control", "declare", in, NULL);
	return false;
}

#define DECLARATIONS	19

static void declarations(void)
{
	ok(in_child(abi_malformed), "ABI: malformed calls leave no record");
	ok(in_child(narrow_all), "ABI: 32 for the process, and taken back");
	ok(in_child(wide_all), "ABI: 64 for the process: no frame evidence");
	ok(in_child(over_proof), "ABI: 64 goes before a proven call site");
	ok(in_child(one_object), "ABI: 32 for one object: the others are left");
	ok(in_child(object_over_process), "ABI: object goes before process");
	ok(in_child(own_executable), "ABI: the executable itself");
	ok(in_child(many_objects), "ABI: eight objects, not nine");
	ok_num(sysctl_set(NULL, "legacy_objects", vendor_lib_file(VENDOR_OTHER)),
	       0, "legacy_objects can be set");
	ok(in_child(over_names), "ABI: goes before legacy_objects");
	ok_num(sysctl_set(NULL, "legacy_objects", "none"), 0,
	       "legacy_objects can be emptied");
	ok(in_child(threads), "ABI: all threads, whichever said it");
	ok(in_child(forked), "ABI: a forked child has it, as its own");
	ok(in_child(vforked), "ABI: a vforked child has it");
	ok(in_child(late), "ABI: not a child that has a record of its own");
	ok(in_child(execs), "ABI: not an exec'ed program");
	ok(in_child(execs_both), "ABI: not when both have called exec");
	ok(in_child(full_table), "ABI: ENOSPC when the table is full");
	ok(in_child(no_declaration), "ABI: nobody else");
}

#else

#define DECLARATIONS	4

/* High bits: from the value alone, whatever was declared. */
static bool repaired(void)
{
	begin("venc");
	return map_right(linked_sites[0](fd, PAGES * page, x * page, 0x64, 0),
			 PAGES, 2, x);
}

static bool without_effect(void)
{
	bool good = repaired() && !all(64) && repaired();

	good &= !object(linked_sites[0], 64) && repaired();
	good &= !all(32) && !object(VENDOR_LAST->map[0], 32) && repaired();
	begin("venc");
	good &= map_right(native_sites[0](fd, PAGES * page, 0, y * page),
			  PAGES, 2, y);
	return good && raw_mmap2(fd, PAGES * page, 0, NULL) == MAP_FAILED &&
	       errno == EINVAL;
}

static void declarations(void)
{
	ok(in_child(abi_malformed), "ABI: malformed calls leave no record");
	ok(in_child(without_effect), "ABI: accepted, and changes nothing here");
	ok(in_child(many_objects), "ABI: eight objects, not nine");
	ok(in_child(full_table), "ABI: ENOSPC when the table is full");
}

#endif

/* ---- STATS ---- */

static int stats(struct hisi_venc_compat_stats *s, const char *name,
		 unsigned int size)
{
	memset(s, 0, sizeof(*s));
	s->size = size;
	strcpy(s->name, name);
	return control(HISI_VENC_COMPAT_IOC_STATS, s);
}

static bool as_reported(const struct hisi_venc_compat_stats *s)
{
	static const char *const shape[] = {
		"off", "odd", "valid", "unlisted", "displaced", "high_bits",
		"sign_extended", "byte_offset", "ambiguous", "outside"
	};
	static const char *const action[] = {
		"passed", "repaired", "refused", "would_repair",
		"would_refuse", "contested", "eoverflow"
	};
	unsigned int i;

	for (i = 0; i < HISI_VENC_COMPAT_COUNTS; i++) {
		if ((long)s->shape[i] !=
		    (i < 10 ? report("venc", shape[i]) : 0))
			return false;
		if ((long)s->action[i] !=
		    (i < 7 ? report("venc", action[i]) : 0))
			return false;
	}
	return true;
}

static bool stats_as_user(void)
{
	struct hisi_venc_compat_stats s;

	return !setgid(USER) && !setuid(USER) &&
	       !stats(&s, "venc", sizeof(s)) &&
	       s.shape[R_HIGH];
}

static void counts(void)
{
	struct {
		struct hisi_venc_compat_stats s;
		unsigned char more[100];
	} big;
	struct hisi_venc_compat_stats s, *edge;
	unsigned int i, sum = 0;

	ok_num(stats(&s, "venc", sizeof(s)), 0, "STATS");
	ok_num(s.size, sizeof(s), "STATS: all of it is known");
	ok(!s.shape[HISI_VENC_COMPAT_SHAPE_DISPLACED] == !ABI_FRAME &&
	   s.shape[R_VALID] && s.shape[R_HIGH] &&
	   s.action[HISI_VENC_COMPAT_ACTION_REFUSED], "STATS: what happened");
	ok(as_reported(&s), "STATS: all counts as in the report");
	memset(&big, 0xaa, sizeof(big));
	ok_num(stats(&big.s, "venc", sizeof(big)), 0, "STATS: a longer one");
	for (i = 0; i < sizeof(big.more); i++)
		sum += big.more[i];
	ok(big.s.size == sizeof(s) && !sum &&
	   !memcmp(big.s.shape, s.shape, sizeof(s.shape)),
	   "STATS: the part that the module does not know is 0");
	ok_num(stats(&s, "venc", sizeof(s) - 1), -EINVAL, "STATS: too short");
	ok_num(stats(&s, "venc", 0), -EINVAL, "STATS: no size");
	ok_num(stats(&s, "venc", 4097), -E2BIG, "STATS: too long");
	ok_num(stats(&s, "aenc", sizeof(s)), -ENODEV, "STATS: another device");
	ok_num(stats(&s, "", sizeof(s)), -ENODEV, "STATS: no name");
	memset(&s, 'a', sizeof(s));
	s.size = sizeof(s);
	s.flags = 0;
	ok_num(control(HISI_VENC_COMPAT_IOC_STATS, &s), -EINVAL,
	       "STATS: a name without an end");
	stats(&s, "venc", sizeof(s));
	s.flags = 1;
	ok_num(control(HISI_VENC_COMPAT_IOC_STATS, &s), -EINVAL,
	       "STATS: a flag");
	ok_num(control(HISI_VENC_COMPAT_IOC_STATS, NULL), -EFAULT,
	       "STATS from nowhere");
	edge = at_the_edge(sizeof(s) - 8);
	memcpy(edge, &s, sizeof(s) - 8);
	edge->flags = 0;
	ok_num(control(HISI_VENC_COMPAT_IOC_STATS, edge), -EFAULT,
	       "STATS to what is not mapped");
	stats(&s, "venc", sizeof(s));
	edge = at_the_edge(sizeof(s));
	memcpy(edge, &s, sizeof(s));
	ok_num(control(HISI_VENC_COMPAT_IOC_STATS, edge), 0,
	       "STATS: into the last bytes that are mapped");
	memset(&big, 0xaa, sizeof(big));
	stats(&big.s, "venc", sizeof(big.s));
	for (sum = i = 0; i < sizeof(big.more); i++)
		sum += big.more[i] != 0xaa;
	ok_num(sum, 0, "STATS: nothing behind it is written");
	ok(in_child(stats_as_user), "STATS: whoever asks");
}

#if ABI_FRAME
/* Arguments: what an exec'ed program does. */
static int program(int argc, char **argv)
{
	int status;
	char c = 'g';

	ctl = open(NODE, O_RDWR | O_CLOEXEC);
	fd = dev_open("venc");
	if (!strcmp(argv[1], "left"))
		return !LEFT(linked_sites[0]);
	if (argc < 3)
		return 99;
	if (!strcmp(argv[1], "wait"))
		return read(atoi(argv[2]), &c, 1) != 1 ||
		       !LEFT(linked_sites[0]);
	if (all(32) || write(atoi(argv[2]), &c, 1) != 1)
		return 98;
	while (wait(&status) > 0)
		if (status)
			return 97;
	return !CORRECTED(linked_sites[0]);
}
#endif

int main(int argc, char **argv)
{
	int early;

	hvct_init();
	x = MMZ_PFN + 0x123;
	y = MMZ_PFN + 0x456;
#if ABI_FRAME
	if (argc > 1)
		return program(argc, argv);
#else
	(void)argc;
	(void)argv;
#endif
	ktap_plan(13 + 10 + 9 + 10 + 7 + 6 + DECLARATIONS + 18 + 2);
	vendor_libs_open();
	vendor_up("venc,aenc");
	early = dev_open("venc");
	compat_mode(MODE_GUARD);
	ctl = open(NODE, O_RDWR | O_CLOEXEC);
	if (ctl < 0)
		bail(NODE ": %s", strerror(errno));
	fd = dev_open("venc");
	stat_reset("venc");	/* opens the stand-ins' own for all children */
	version();
	questions(early);
	declarations();
	counts();
	close(early);
	close(fd);
	ok_num(mod_unload(COMPAT), -EWOULDBLOCK,
	       "the open control device holds the module");
	close(ctl);
	ok(mod_refs_reach(COMPAT, 0), "and nothing else does");
	compat_down();
	vendor_down();
	return ktap_end();
}
