// SPDX-License-Identifier: GPL-2.0
/*
 * Random ioctls on /dev/hisi_venc_compat: commands, sizes, pointers, files,
 * while threads open and close the files that are used, children are forked and
 * exec'ed, ranges are replaced and the report is read. Every answer must be
 * right, every refusal one that the header names, and change nothing.
 *
 * HVC_FUZZ_CALLS: how many in all, 20000 unless set. HVC_FUZZ_SEED: another one
 * each time unless set.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hvct.h"
#include "hisi_venc_compat.h"

#define WORKERS	4
#define NODE	"/dev/" COMPAT
#define FILES	8
#define WARM_UP	4000

struct counts {
	unsigned long calls, answered, odd, wrong, changed, children;
	int odd_errno;
};

static struct counts *counts;		/* shared, one for each worker */
static uint32_t seed = 1;
static volatile int file[FILES];	/* some are closed at any time */
static volatile bool stop;
static char *edge;			/* first byte that is not mapped */
static char *readonly;

static uint32_t rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

static uint64_t any_number(void)
{
	switch (rnd() % 6) {
	case 0: return 0;
	case 1: return 1u << rnd() % 32;
	case 2: return (uint64_t)rnd() << 32 | rnd();
	case 3: return -(uint64_t)(rnd() % 5000);
	case 4: return rnd() % 5000;
	default: return (MMZ_PFN + rnd() % 0x4000) * page;
	}
}

static unsigned long any_command(void)
{
	static const unsigned long known[] = {
		HISI_VENC_COMPAT_IOC_VERSION, HISI_VENC_COMPAT_IOC_RESOLVE,
		HISI_VENC_COMPAT_IOC_ABI, HISI_VENC_COMPAT_IOC_STATS
	};
	unsigned long command = known[rnd() % 4];

	switch (rnd() % 8) {
	case 0: return rnd();
	case 1: return command ^ 1u << rnd() % 32;
	default: return command;
	}
}

union argument {
	struct hisi_venc_compat_version version;
	struct hisi_venc_compat_resolve resolve;
	struct hisi_venc_compat_abi abi;
	struct hisi_venc_compat_stats stats;
	unsigned char bytes[HISI_VENC_COMPAT_STATS_SIZE_MAX];
};

static int any_file(void)
{
	return rnd() % 8 ? file[rnd() % FILES] : (int)any_number();
}

/* How much of it a command looks at; what follows is not touched. */
static size_t used(unsigned long command)
{
	return command == HISI_VENC_COMPAT_IOC_STATS ?
	       sizeof(union argument) : 512;
}

/* Well formed more often than not, else it would never get far. */
static void fill(union argument *a, unsigned long command)
{
	unsigned int i;

	memset(a, 0, used(command));
	switch (command) {
	case HISI_VENC_COMPAT_IOC_RESOLVE:
		a->resolve.fd = any_file();
		a->resolve.length = (1 + rnd() % 16) * 2 * page;
		a->resolve.count = 1 + rnd() % 4;
		for (i = 0; i < a->resolve.count; i++)
			a->resolve.candidate[i] = any_number();
		break;
	case HISI_VENC_COMPAT_IOC_ABI:
		a->abi.offset_bits = rnd() % 3 * 32;
		a->abi.flags = rnd() % 2;
		if (a->abi.flags)
			a->abi.address = rnd() % 2 ? (uintptr_t)fill :
				rnd() % 2 ? (uintptr_t)memset : any_number();
		break;
	case HISI_VENC_COMPAT_IOC_STATS:
		a->stats.size = rnd() % 4 ? sizeof(a->stats) : rnd() % 4100;
		strcpy(a->stats.name, rnd() % 4 ? "venc" : "other");
		memset(a->bytes + sizeof(a->stats), 0x5a, 64);
		break;
	}
	if (rnd() % 4 == 0)
		a->bytes[rnd() % 80] ^= 1u << rnd() % 8;
	if (rnd() % 16 == 0)
		for (i = 0; i < 80; i++)
			a->bytes[i] = rnd();
}

static void *any_pointer(union argument *a)
{
	size_t len = 1 + rnd() % 400;

	switch (rnd() % 16) {
	case 0: return NULL;
	case 1: return (void *)(uintptr_t)0xc0008000;
	case 2: return (void *)(uintptr_t)(rnd() | 0xc0000000);
	case 3: return memcpy(edge - len, a, len);
	case 4: return readonly;
	case 5: return (void *)-(uintptr_t)len;
	default: return a;
	}
}

static bool named(int err)
{
	return err == ENOTTY || err == EINVAL || err == EFAULT ||
	       err == EBADF || err == ENOENT || err == ENOTUNIQ ||
	       err == ENOSPC || err == ENOMEM || err == E2BIG || err == ENODEV;
}

static bool in_mmz(uint64_t offset, uint64_t len)
{
	return offset >= mmz_phys && !(offset % page) &&
	       offset + len / 2 <= mmz_phys + mmz_len;
}

static bool right(const union argument *was, const union argument *a,
		  unsigned long command)
{
	const struct hisi_venc_compat_resolve *r = &a->resolve;
	unsigned int i;

	switch (command) {
	case HISI_VENC_COMPAT_IOC_VERSION:
		return a->version.interface == HISI_VENC_COMPAT_INTERFACE;
	case HISI_VENC_COMPAT_IOC_RESOLVE:
		return r->index < r->count && in_mmz(r->offset, r->length) &&
		       (uint32_t)was->resolve.candidate[r->index] == r->offset;
	case HISI_VENC_COMPAT_IOC_STATS:
		for (i = sizeof(a->stats); i < was->stats.size; i++)
			if (a->bytes[i])
				return false;
		return !memcmp(a->bytes + i, was->bytes + i,
			       sizeof(*a) - i);
	}
	return command == HISI_VENC_COMPAT_IOC_ABI;
}

static void one(struct counts *c)
{
	static union argument a, was;
	unsigned long command = any_command();
	int ctl = file[rnd() % (FILES / 2)], ret;
	void *arg;

	fill(&a, command);
	memcpy(&was, &a, used(command));
	arg = any_pointer(&a);
	/* One that has just been closed may be another kind of file by now. */
	ret = ioctl(ctl, command, arg);
	c->calls++;
	if (!ret) {
		c->answered++;
		c->wrong += arg == &a && !right(&was, &a, command);
		return;
	}
	if (!named(errno)) {
		c->odd++;
		c->odd_errno = errno;
	}
	c->changed += arg == &a && memcmp(&a, &was, used(command));
}

/* The lower half are control devices, the upper one mostly others. */
static void *shuffle(void *unused)
{
	uint32_t s = 99 + (uintptr_t)unused;
	int i, fd;

	while (!stop) {
		s = s * 1664525 + 1013904223;
		i = (s >> 16) % FILES;
		fd = file[i];
		if (fd >= 0) {
			file[i] = -1;
			close(fd);
		} else if (i < FILES / 2) {
			file[i] = open(NODE, O_RDWR | O_CLOEXEC);
		} else {
			file[i] = open(s & 1 << 30 ? "/dev/venc" : "/dev/null",
				       s & 1 << 29 ? O_RDWR : O_RDWR | O_PATH);
		}
	}
	return NULL;
}

static void family(struct counts *c)
{
	int status, i, exec = rnd() % 2;
	pid_t pid = fork();

	if (!pid) {
		struct counts own = { 0 };

		for (i = 0; i < 16; i++)
			one(&own);
		if (exec)
			execl("/proc/self/exe", "ctlfuzz", "nothing", NULL);
		_exit(own.odd || own.wrong || own.changed);
	}
	if (pid > 0 && waitpid(pid, &status, 0) == pid) {
		c->children++;
		c->wrong += status != 0;
	}
}

static void work(struct counts *c, int n, unsigned long calls)
{
	pthread_t closer;

	seed = (seed * 7919 + 2 * n) | 1;
	if (pthread_create(&closer, NULL, shuffle, (void *)(uintptr_t)n))
		_exit(2);
	while (c->calls < calls) {
		one(c);
		if (c->calls % 500 == 0)
			family(c);
	}
	stop = true;
	pthread_join(closer, NULL);
	_exit(0);
}

/* What no ioctl may change. */
static char *settings(void)
{
	char *text = slurp("/proc/" COMPAT), *end, *from;

	if (!text)
		bail("no report: %s", strerror(errno));
	from = strstr(text, "  settings");
	end = from ? strstr(from, "\nlive ") : NULL;
	if (!end)
		bail("the report has no settings, or no line on live blocks");
	*end = '\0';
	from = strdup(from);
	free(text);
	return from;
}

/* ---- leaks ---- */

/* Open ones, of everybody. */
static long files(void)
{
	char *text = slurp("/proc/sys/fs/file-nr");
	long n;

	if (!text || sscanf(text, "%ld", &n) != 1)
		bail("no /proc/sys/fs/file-nr");
	free(text);
	return n;
}

/* They are counted in batches, and closed after a grace period. */
#define FILES_SLACK	96

/* ---- all of it ---- */

static char range[2][64];

/* The number of reports read meanwhile. */
static int run(unsigned long calls, int *bad)
{
	int i, status, left = WORKERS, rounds = 0;

	memset(counts, 0, WORKERS * sizeof(*counts));
	for (i = 0; i < FILES; i++)
		file[i] = -1;
	fflush(stdout);
	for (i = 0; i < WORKERS; i++)
		if (!fork())
			work(&counts[i], i, calls / WORKERS);
	while (left) {
		char *report = slurp(rounds & 2 ? "/proc/" COMPAT :
					 "/proc/" COMPAT "_facts");

		*bad += !report || !*report || report[strlen(report) - 1] != '\n';
		free(report);
		*bad += !!sysctl_set(NULL, "ranges", range[++rounds & 1]);
		while (left && waitpid(-1, &status, WNOHANG) > 0) {
			left--;
			*bad += status != 0;
		}
		/* The workers are to have most of the processor. */
		usleep(5000);
	}
	*bad += !!sysctl_set(NULL, "ranges", range[0]);
	return rounds;
}

int main(int argc, char **argv)
{
	unsigned long calls = asked_for("HVC_FUZZ_CALLS", 20000);
	struct counts all = { 0 };
	char *before, *after, *p;
	long files_before, more, more_files;
	int i, bad = 0, rounds;

	if (argc > 1)
		return strcmp(argv[1], "nothing") != 0;
	seed = asked_for("HVC_FUZZ_SEED", seed) | 1;
	hvct_init();
	ktap_plan(12);
	p = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	counts = mmap(NULL, WORKERS * sizeof(*counts), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED || counts == MAP_FAILED ||
	    mprotect(p + 2 * page, page, PROT_NONE))
		bail("mmap: %s", strerror(errno));
	edge = p + 2 * page;
	readonly = mmap(NULL, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
			-1, 0);
	snprintf(range[0], sizeof(range[0]), "%#llx+%#llx",
		 (unsigned long long)mmz_phys, (unsigned long long)mmz_len);
	snprintf(range[1], sizeof(range[1]), "%#llx+%#llx",
		 (unsigned long long)mmz_phys,
		 (unsigned long long)mmz_len / 2);
	/* Whatever the kernel allocates once it has after this. */
	vendor_up("venc");
	compat_mode(MODE_REPAIR);
	run(WARM_UP, &bad);
	compat_down();
	files_before = files();
	memory_mark();

	compat_mode(MODE_REPAIR);
	bad += !!sysctl_set(NULL, "ranges", range[0]);
	before = settings();
	rounds = run(calls, &bad);
	for (i = 0; i < WORKERS; i++) {
		all.calls += counts[i].calls;
		all.answered += counts[i].answered;
		all.odd += counts[i].odd;
		if (counts[i].odd)
			all.odd_errno = counts[i].odd_errno;
		all.wrong += counts[i].wrong;
		all.changed += counts[i].changed;
		all.children += counts[i].children;
	}
	diag("%lu calls, %lu answered, %lu children, %d reports read meanwhile",
	     all.calls, all.answered, all.children, rounds);
	ok_num(bad, 0, "nobody died, the report and the ranges always worked");
	ok_num(all.calls, calls / WORKERS * WORKERS, "all calls were made");
	/* one in eight in long runs, fewer before there is much to declare */
	ok(all.answered > calls / 100, "many were answered");
	ok(all.answered < calls, "many were refused");
	ok(all.children >= calls / 1000, "children were forked and exec'ed");
	if (!ok(!all.odd, "refused only with what the header names"))
		diag("%lu otherwise, the last one: %s", all.odd,
		     strerror(all.odd_errno));
	ok_num(all.wrong, 0, "every answer is right, to the byte");
	ok_num(all.changed, 0, "a refused call writes nothing");
	after = settings();
	if (!ok(!strcmp(before, after),
		"settings and counts are as before"))
		diag("%s\n%s", before, after);
	ok(mod_refs_reach(COMPAT, 0) && mod_refs_reach("hvc_venc", 0),
	   "no reference is left");
	compat_down();
	more = memory_grown();
	more_files = grown(files, files_before, FILES_SLACK);
	diag("%ld KiB and %ld files more than after the warm-up", more,
	     more_files);
	memory_result(more, "no memory is left behind");
	ok(more_files <= FILES_SLACK, "no file is left open");
	vendor_down();
	return ktap_end();
}
