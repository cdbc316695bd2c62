// SPDX-License-Identifier: GPL-2.0
/*
 * behave.c - one behaviour of the shim per word on the command line.
 *
 *	behave CASE [LIBRARY...]
 *
 * Prints what happened; t_behaviour.sh knows what should have.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "off32_compat.h"
#include "vendor.h"
#include "world.h"

typedef void *map_fn(int, size_t, uint64_t, const uint32_t *);

#define LEGACY 0x84005000u

/*
 * Where no word is displaced, only the one above the offset is stale. Read as
 * an offset they are a hole of the file, where a kernel lets one look.
 */
#ifdef __i386__
static const uint32_t near[2] = { 0x40012345, 0 };
#else
static const uint32_t near[2] = { 0, 2 };
#endif
static int fd;

/* What a vendor library's constructor asks its program for (vendor.c). */
int vendor_constructor_fd(void)
{
	return fd = world_open();
}

uint64_t vendor_constructor_offset(void)
{
	return LEGACY;
}

/* A function of glibc's, for a library that imports it. */
int __fdelt_chk(long n)
{
	return n;
}

static void *load(const char *name)
{
	void *lib = dlopen(name, RTLD_NOW);

	if (!lib) {
		fprintf(stderr, "%s\n", dlerror());
		exit(2);
	}
	return lib;
}

static void *function(const char *library, const char *name)
{
	void *f = dlsym(load(library), name);

	if (!f) {
		fprintf(stderr, "%s: no %s\n", library, name);
		exit(2);
	}
	return f;
}

static const char *outcome(void *p, uint64_t off)
{
	struct score s = { 0 };

	world_judge(&s, fd, p, off);
	return s.right ? "right" : s.wrong ? "wrong" : s.refused ? "refused" :
		"frame";
}

/* Direct, twice; by pointer; by sibling call. */
static void case_calls(char **library)
{
	map_fn *map = function(*library, "vendor_map");
	void *(*pointer)(int, size_t, uint64_t) =
		function(*library, "vendor_map_pointer");
	void *(*sibling)(void *, size_t, int, int, int, long) =
		function(*library, "vendor_map_sibling");

	printf("direct %s", outcome(map(fd, PAGE, LEGACY, near), LEGACY));
	printf(" %s\n", outcome(map(fd, PAGE, LEGACY, near), LEGACY));
	printf("pointer %s\n", outcome(pointer(fd, PAGE, LEGACY), LEGACY));
	printf("sibling %s\n",
	       outcome(sibling(NULL, PAGE, PROT_READ, MAP_SHARED, fd, LEGACY),
		       LEGACY));
}

static void case_map(char **library)
{
	map_fn *map = function(*library, "vendor_map");

	printf("%s", outcome(map(fd, PAGE, LEGACY, near), LEGACY));
	printf(" %s\n", outcome(map(fd, PAGE, LEGACY, near), LEGACY));
}

/* All the libraries, twice. */
static void case_many(char **libraries)
{
	struct score s = { 0 };
	int round, i;

	for (round = 0; round < 2; round++)
		for (i = 0; libraries[i]; i++) {
			map_fn *map = function(libraries[i], "vendor_map");

			world_judge(&s, fd, map(fd, PAGE, LEGACY, near),
				    LEGACY);
		}
	world_print("legacy", &s);
}

/* The program's own calls, to compare with libc's; and of devices. */
static void case_libc(char **unused)
{
	static const struct {
		const char *what;
		size_t len;
		int prot, flags;
		uint64_t off;
		void *addr;
	} calls[] = {
		{ "plain", PAGE, PROT_READ, MAP_SHARED, 0, NULL },
		{ "above 4 GiB", PAGE, PROT_READ, MAP_SHARED, ABOVE, NULL },
		{ "unaligned", PAGE, PROT_READ, MAP_SHARED, 1, NULL },
		{ "unaligned above", PAGE, PROT_READ, MAP_SHARED, ABOVE + 1,
			NULL },
		{ "2^43", PAGE, PROT_READ, MAP_SHARED, 1ull << 43, NULL },
		{ "2^44", PAGE, PROT_READ, MAP_SHARED, 1ull << 44, NULL },
		{ "negative", PAGE, PROT_READ, MAP_SHARED, -4096ull, NULL },
		{ "sign-extended", PAGE, PROT_READ, MAP_SHARED,
			0xffffffff84000000ull, NULL },
		{ "no length", 0, PROT_READ, MAP_SHARED, 0, NULL },
		{ "PTRDIFF_MAX", PTRDIFF_MAX, PROT_READ, MAP_SHARED, 0, NULL },
		{ "SIZE_MAX", SIZE_MAX, PROT_READ, MAP_SHARED, 0, NULL },
		{ "no kind", PAGE, PROT_READ, 0, 0, NULL },
		{ "fixed unaligned", PAGE, PROT_READ, MAP_SHARED | MAP_FIXED,
			0, (void *)1 },
	};
	unsigned int i;
	void *p;

	for (i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		errno = 0;
		p = mmap(calls[i].addr, calls[i].len, calls[i].prot,
			 calls[i].flags, fd, calls[i].off);
		printf("%s: %s, errno %d\n", calls[i].what,
		       p == MAP_FAILED ? "failed" : "mapped", errno);
	}
	p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, -1, 0);
	printf("no file: %s, errno %d\n", p == MAP_FAILED ? "failed" : "mapped",
	       errno);
	errno = 0;
	p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	printf("anonymous: %s\n", p == MAP_FAILED ? "failed" : "mapped");
	printf("fixed: %s, errno %d\n",
	       mmap(p, PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, fd, LEGACY) ==
	       p && *(uint32_t *)p == LEGACY / PAGE ? "in place" : "elsewhere",
	       errno);
	(void)unused;
}

static const char *error(void *p)
{
	return p != MAP_FAILED ? "mapped" : errno == EINVAL ? "EINVAL" :
		strerror(errno);
}

/* A physical address through a signed long, on a device and on a file. */
static void case_signed(char **unused)
{
	const uint64_t offsets[] = {
		(int32_t)0x84000000, (int32_t)0xffffe000, (int32_t)0x84000010,
		0xffffffff04000000, 0xfffffffe84000000,
	};
	int zero = open("/dev/zero", O_RDWR);
	unsigned int i;
	void *p;

	for (i = 0; i < sizeof(offsets) / sizeof(*offsets); i++) {
		p = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, zero, offsets[i]);
		printf("%s ", error(p));
		p = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, offsets[i]);
		printf("%s\n", error(p));
	}
	(void)unused;
}

/* Children of both kinds, before and after the object is known. */
static void case_fork(char **library)
{
	map_fn *map = function(*library, "vendor_map");
	int round, status, pid;

	for (round = 0; round < 2; round++) {
		pid = vfork();
		if (!pid)
			_exit(strcmp(outcome(map(fd, PAGE, LEGACY, near),
					     LEGACY), "right"));
		waitpid(pid, &status, 0);
		printf("vfork %d ", status);
		pid = fork();
		if (!pid)
			_exit(strcmp(outcome(map(fd, PAGE, LEGACY, near),
					     LEGACY), "right"));
		waitpid(pid, &status, 0);
		printf("fork %d\n", status);
		printf("parent %s\n",
		       outcome(map(fd, PAGE, LEGACY, near), LEGACY));
	}
}

/* What its constructor mapped. */
static void case_constructor(char **library)
{
	void **constructed = function(*library, "vendor_constructed");

	printf("%s\n", outcome(*constructed, LEGACY));
}

#ifdef __arm__
#include <setjmp.h>
#include <ucontext.h>

static sigjmp_buf out;
static void *volatile returned;

static void on_fault(int signal, siginfo_t *info, void *context)
{
	returned = (void *)((ucontext_t *)context)->uc_mcontext.arm_r0;
	(void)signal, (void)info;
	siglongjmp(out, 1);
}

/* A call behind which there is nothing (vendor_last.S). */
static void case_last(char **library)
{
	struct sigaction action = {
		.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_RESETHAND,
	};
	void *(*last)(void *, size_t, int, int, int, uint32_t) =
		function(*library, "vendor_last");

	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGILL, &action, NULL);
	if (!sigsetjmp(out, 1))
		last(NULL, PAGE, PROT_READ, MAP_SHARED, fd, LEGACY);
	printf("%s\n", outcome(returned, LEGACY));
}
#endif

/* --- storms --- */

static map_fn *volatile newest, *volatile native;
static volatile unsigned int handled;
static struct score in_handler, in_handler_native;

/* One shot at a time: a handler slower than the timer must not starve us. */
static void arm_timer(long us)
{
	setitimer(ITIMER_REAL, &(struct itimerval){ { 0, 0 }, { 0, us } },
		  NULL);
}

static void handler(int signal)
{
	int saved = errno;

	(void)signal;
	world_judge(&in_handler, fd, newest(fd, PAGE, LEGACY, near), LEGACY);
	world_judge(&in_handler_native, fd,
		    native(fd, PAGE, LEGACY + ABOVE, near), LEGACY + ABOVE);
	handled++;
	arm_timer(300);
	errno = saved;
}

/*
 * A timer fires into dlopen() of one library after another; its handler maps
 * through the one that was loaded last, which the shim has not seen yet.
 */
static void case_signals(char **library)
{
	struct sigaction action = { .sa_handler = handler };
	unsigned int loaded = 0, before;

	native = function(*library++, "vendor_map");
	newest = function(*library++, "vendor_map");
	sigaction(SIGALRM, &action, NULL);
	arm_timer(300);
	for (; *library; library++, loaded++) {
		before = handled;
		newest = function(*library, "vendor_map");
		while (handled < before + 2)
			;
	}
	signal(SIGALRM, SIG_IGN);
	printf("loaded %u, handled %s\n", loaded,
	       handled >= 2 * loaded ? "enough" : "too few");
	printf("legacy wrong=%u refused=%u frame=%u, native wrong=%u "
	       "refused=%u\n", in_handler.wrong, in_handler.refused,
	       in_handler.frame, in_handler_native.wrong,
	       in_handler_native.refused);
}

static volatile unsigned int progress[2];
static volatile int stop;
static struct score by_thread[2];

static void *mapper(void *arg)
{
	unsigned int who = (uintptr_t)arg;
	uint64_t off = who ? LEGACY + ABOVE : LEGACY;
	map_fn *map = who ? native : newest;

	while (!stop) {
		world_judge(&by_thread[who], fd, map(fd, PAGE, off, near), off);
		__sync_fetch_and_add(&progress[who], 1);
	}
	return NULL;
}

/* Called by the constructor of vendor_wait.c: both others must get on. */
void vendor_wait_for_threads(void)
{
	unsigned int first = progress[0], second = progress[1];

	while (progress[0] < first + 20 || progress[1] < second + 20)
		sched_yield();
}

/*
 * Two threads map, the one through a vendor library that is new to the shim,
 * while a constructor inside dlopen() waits for them.
 */
static void case_threads(char **library)
{
	pthread_t thread[2];
	unsigned int loaded = 0;
	uintptr_t i;

	native = function(*library++, "vendor_map");
	newest = function(*library++, "vendor_map");
	for (i = 0; i < 2; i++)
		pthread_create(&thread[i], NULL, mapper, (void *)i);
	for (; *library; library++, loaded++)
		load(*library);
	stop = 1;
	for (i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	printf("loaded %u\n", loaded);
	for (i = 0; i < 2; i++)
		printf("%s wrong=%u refused=%u frame=%u\n",
		       i ? "native" : "legacy", by_thread[i].wrong,
		       by_thread[i].refused, by_thread[i].frame);
}

#ifdef SETUID
/* As in a setuid program, which qemu-user cannot run. */
unsigned long getauxval(unsigned long type)
{
	return type == AT_SECURE;
}
#endif

#ifdef NAMES_TELL
/* As in a process of glibc. */
const char *gnu_get_libc_version(void)
{
	return "2.4";
}
#endif

#ifdef LISTED
const char off32_compat_legacy_objects[] = LISTED;
#endif

/* Memory of all sizes comes and goes while both kinds of caller map. */
static void case_allocate(char **library)
{
	map_fn *map = function(*library, "vendor_map");
	struct score legacy = { 0 }, own = { 0 };
	char *kept[64] = { 0 };
	unsigned int i;

	for (i = 0; i < 2000; i++) {
		size_t size = 16u << i % 17;
		char **slot = &kept[i * 7 % 64];

		free(*slot);
		*slot = malloc(size);
		if (!*slot)
			die("malloc");
		(*slot)[0] = (*slot)[size - 1] = i;
		if (i % 50)
			continue;
		world_judge(&legacy, fd, map(fd, PAGE, LEGACY, near), LEGACY);
		world_judge(&own, fd, mmap(NULL, PAGE, PROT_READ, MAP_SHARED,
					   fd, LEGACY + ABOVE), LEGACY + ABOVE);
	}
	world_print("legacy", &legacy);
	world_print("own", &own);
}

/* PROGRAM ARGUMENT...: without root's rights. */
static void case_as_user(char **program)
{
	if (setgid(1000) || setuid(1000))
		die("setuid");
	execv(program[0], program);
	die(program[0]);
}

static void case_present(char **unused)
{
#ifdef PRESENT
	int present = off32_compat_present();
#else
	/* Only if something else brought it in. */
#pragma weak off32_compat_present
	int present = off32_compat_present ? off32_compat_present() : -1;
#endif

	(void)unused;
	printf("present %d\n", present);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(char **arguments);
	} cases[] = {
		{ "calls", case_calls },
		{ "map", case_map },
		{ "many", case_many },
		{ "libc", case_libc },
		{ "signed", case_signed },
		{ "fork", case_fork },
		{ "constructor", case_constructor },
#ifdef __arm__
		{ "last", case_last },
#endif
		{ "signals", case_signals },
		{ "threads", case_threads },
		{ "present", case_present },
		{ "as-user", case_as_user },
		{ "allocate", case_allocate },
	};
	unsigned int i;

	if (argc < 2)
		return 2;
	if (!fd)
		fd = world_open();
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		if (strcmp(cases[i].name, argv[1]))
			continue;
		cases[i].run(argv + 2);
		return 0;
	}
	return 2;
}
