// SPDX-License-Identifier: GPL-2.0
/*
 * The shim (userspace/) and the kernel module, each alone and together: what
 * libc refuses without the shim works with it, what the module repairs without
 * the shim is the same with both, objects that name no libc are decided by the
 * module's RESOLVE, and the padding word holds what the module takes for right.
 *
 * The calls are made by a worker: this program without the shim, the same with
 * it preloaded, or shim-linked, which has it inside. Each call is told back as
 * one word, after the driver's record, /proc/self/maps and the bytes of both
 * sides were compared (map_right() of hvct.h).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hvct.h"
#include "sites.h"

#define PAGES	4		/* a ring of two pages */
#define SMALL	0x64		/* channel 1 * 100 */
#define POINTER	0xbefff000ul	/* a page-aligned stack pointer */
#define TOO_BIG	0x12345678	/* no high word that any libc takes */

enum { BARE, LINKED, PRELOADED, WAYS };
static const char *const way_names[] = { "bare", "linked", "preloaded" };
#define PRELOAD "/tests/liboff32-compat.so"

enum { GLIBC, UCLIBC, NONE, FORMS };
static const char *const form_names[] = { "glibc", "uclibc", "no libc" };
static const char *const form_libs[] = {
	"libshim-glibc.so", "libshim-uclibc.so", "libshim-none.so",
};

/*
 * The words behind a vendor's offset, and what becomes of a call that is read
 * with 64 bits: by the kernel alone, and with the module.
 *
 * "right", "other" (the page y): mapped as described; "pgoff N"; an errno and
 * the number of calls that the driver saw.
 */
struct shape {
	const char *name;
	unsigned long w1, w2;
	const char *alone, *module;
};

#ifdef __i386__
#define ABI_HAS_PADDING	0
#else
#define ABI_HAS_PADDING	1
#endif

#define MAX_SHAPES 6
static struct shape shapes[MAX_SHAPES];
static int nr_shapes;
static uint64_t x, y;

static void shape(const char *name, unsigned long w1, unsigned long w2,
		  const char *alone, const char *module)
{
	shapes[nr_shapes++] = (struct shape){ name, w1, w2, alone, module };
}

/* What the kernel alone makes of a pgoff beyond its limit for devices. */
static const char *beyond(uint64_t pgoff)
{
	char *word;

	if (kernel_limits_pgoff())
		return "EOVERFLOW/0";
	if (asprintf(&word, "pgoff %#llx", (unsigned long long)pgoff) < 0)
		bail("out of memory");
	return word;
}

static void make_shapes(void)
{
	x = MMZ_PFN + 0x123;
	y = MMZ_PFN + 0x456;
#ifdef __i386__
	/* Word 6 is the offset for both; only the word above it is stale. */
	shape("zero", 0, 0, "right", "right");
	shape("small", SMALL, 0, beyond(SMALL << 20 | x), "right");
	shape("too big", TOO_BIG, 0, "EINVAL/0", "EINVAL/0");
#else
	shape("zero/zero", 0, 0, "pgoff 0", "right");
	shape("pointer/small", POINTER, SMALL,
	      beyond(SMALL << 20 | POINTER >> 12), "right");
	shape("same/small", x * page, SMALL, beyond(SMALL << 20 | x), "right");
	shape("another in range", y * page, 0, "other", "other");
	shape("unaligned", 0x1234567, 0, "EINVAL/0", "EINVAL/0");
	shape("too big", 0, TOO_BIG, "EINVAL/0", "EINVAL/0");
#endif
}

/* ---- the worker ---- */

static const char *error_name(int err)
{
	static char number[24];

	switch (err) {
	case EINVAL: return "EINVAL";
	case EOVERFLOW: return "EOVERFLOW";
	}
	snprintf(number, sizeof(number), "errno %d", err);
	return number;
}

static int fd;
static FILE *answers;

static void tell(void *p)
{
	int err = errno;
	struct hvc_stat st = stat_of("venc");

	if (p == MAP_FAILED)
		fprintf(answers, "%s/%u\n", error_name(err), st.mmaps);
	else if (st.pgoff == x && map_right(p, PAGES, 2, x))
		fprintf(answers, "right\n");
	else if (st.pgoff == y && map_right(p, PAGES, 2, y))
		fprintf(answers, "other\n");
	else
		fprintf(answers, "pgoff %#llx\n", (unsigned long long)st.pgoff);
	if (p != MAP_FAILED && st.pgoff != x && st.pgoff != y)
		munmap(p, PAGES * page);
}

static vmap_fn *site(void *lib, int n)
{
	char name[16];
	vmap_fn *f;

	snprintf(name, sizeof(name), "v%d_map", n);
	f = (vmap_fn *)dlsym(lib, name);
	if (!f)
		bail("no %s", name);
	return f;
}

static void call_form(int form)
{
	void *lib = dlopen(form_libs[form], RTLD_NOW);
	int i;

	if (!lib)
		bail("%s", dlerror());
	for (i = 0; i < nr_shapes; i++) {
		begin("venc");
		tell(site(lib, i)(fd, PAGES * page, x * page, shapes[i].w1,
				  shapes[i].w2));
	}
}

/*
 * Callers with a 64-bit off_t in the same process: another page in their
 * padding word; a physical address that went through a signed long.
 */
#define NATIVE_CALLS 2
#define SIGNED_PFN 0x90123

static void call_native(void)
{
	begin("venc");
	tell(native_sites[0](fd, PAGES * page, y * page, x * page));
	begin("venc");
	tell(native_sites[1](fd, PAGES * page, 0,
			     (int64_t)(int32_t)(SIGNED_PFN * page)));
}

/* worker FD NATIVE FORM...: answers go to that descriptor. */
static int worker(char **arg)
{
	answers = fdopen(atoi(*arg++), "w");
	fd = dev_open("venc");
	if (!answers)
		bail("no descriptor for the answers");
	if (atoi(*arg++))
		call_native();
	for (; *arg; arg++)
		call_form(atoi(*arg));
	return fclose(answers) != 0;
}

/* ---- the test ---- */

#define MOST	(MAX_SHAPES * FORMS + NATIVE_CALLS)
static char told[MOST][32];
static int nr_told, warnings;

/* Runs one; its answers go to told[], its lines about 64 bits are counted. */
static void run(int way, const char *legacy, const char *native,
		const char *forms)
{
	char number[8], line[256];
	char *args[4 + FORMS + 1] = { "shim", "worker", number, (char *)native };
	int answer[2], said[2], status, i;
	FILE *f;
	pid_t pid;

	for (i = 0; forms[i]; i++)
		args[4 + i] = (char *[]){ "0", "1", "2" }[forms[i] - '0'];
	if (pipe(answer) || pipe(said))
		bail("pipe: %s", strerror(errno));
	fflush(stdout);
	pid = fork();
	if (!pid) {
		close(answer[0]);
		close(said[0]);
		dup2(said[1], 2);
		snprintf(number, sizeof(number), "%d", answer[1]);
		setenv("LD_LIBRARY_PATH", "/tests:/tests/shim_calls.d", 1);
		if (way == PRELOADED)
			setenv("LD_PRELOAD", PRELOAD, 1);
		if (legacy)
			setenv("OFF32_COMPAT_LEGACY", legacy, 1);
		execv(way == LINKED ? "/tests/shim-linked" : "/tests/shim",
		      args);
		_exit(127);
	}
	close(answer[1]);
	close(said[1]);
	memset(told, 0, sizeof(told));
	warnings = 0;
	/* A few hundred bytes: neither pipe fills up. */
	f = fdopen(answer[0], "r");
	for (nr_told = 0; nr_told < MOST &&
	     fgets(told[nr_told], sizeof(told[0]), f); nr_told++)
		told[nr_told][strcspn(told[nr_told], "\n")] = '\0';
	fclose(f);
	f = fdopen(said[0], "r");
	while (fgets(line, sizeof(line), f)) {
		if (strstr(line, "64 bits assumed"))
			warnings += strstr(line, "libshim-none.so") ? 1 : 100;
		else
			diag("stderr: %s", line);
	}
	fclose(f);
	if (waitpid(pid, &status, 0) != pid || status)
		diag("the worker ended with status %#x", status);
}

static void expect(int i, const char *want, const char *phase, int way,
		   const char *who, const char *what)
{
	if (!ok(!strcmp(told[i], want), "%s, %s: %s, %s: %s", phase,
		way_names[way], who, what, want))
		diag("got '%s'", told[i]);
}

static void told_all(int n, const char *phase, int way, const char *what)
{
	if (!ok(nr_told == n, "%s, %s: %s", phase, way_names[way], what))
		diag("%d answers, not %d", nr_told, n);
}

/* @module: loaded, and repairs. */
static void calls(const char *phase, int way, bool module)
{
	int form, i, n = 0;
	bool shim = way != BARE;

	run(way, NULL, "1", "012");
	expect(n++, "right", phase, way, "native", "another page as padding");
	/* The module alone never sees this one: libc refuses it. */
	if (!shim)
		expect(n++, "EINVAL/0", phase, way, "native", "sign-extended");
	else if (SIGNED_PFN >= MMZ_PFN && SIGNED_PFN < MMZ_END_PFN)
		expect(n++, SIGNED_PFN == x ? "right" : "pgoff 0x90123", phase,
		       way, "native", "sign-extended");
	else
		expect(n++, strstr(phase, "guard") ? "EINVAL/0" :
		       "pgoff 0x90123", phase, way, "native", "sign-extended");
	for (form = 0; form < FORMS; form++)
		for (i = 0; i < nr_shapes; i++) {
			struct shape *s = &shapes[i];
			const char *want = "right";

			if (!shim)
				want = module ? s->module : s->alone;
			else if (form == NONE && !module)
				want = s->alone;
			/* Both readings are in range: no answer, so 64 bits. */
			else if (form == NONE && !strcmp(s->alone, "other"))
				want = "other";
			expect(n++, want, phase, way, form_names[form], s->name);
		}
	told_all(n, phase, way, "each call was told");
	/* One line for each object that nothing is known of. */
	n = shim && (!module || ABI_HAS_PADDING);
	ok(warnings == n, "%s, %s: %d warning of libshim-none.so", phase,
	   way_names[way], n);
}

#define CALLS (NATIVE_CALLS + FORMS * nr_shapes + 2)

static void counted(const char *phase, int way)
{
	long repaired = way != BARE ? 0 :
		FORMS * (ABI_HAS_PADDING ? 3 : 1);
	/* Bare, both a native's padding and a stale word are in range. */
	long contested = way != BARE || !ABI_HAS_PADDING ? 0 : FORMS + 1;

	ok(report("venc", "repaired") == repaired, "%s, %s: %ld repaired",
	   phase, way_names[way], repaired);
	ok(report("venc", "displaced") == (ABI_HAS_PADDING ? repaired : 0),
	   "%s, %s: and displaced", phase, way_names[way]);
	ok(report("venc", "contested") == contested, "%s, %s: %ld contested",
	   phase, way_names[way], contested);
}

#define COUNTED 3

/* What the user says of an object that says nothing itself. */
static void declared(const char *phase, int way)
{
	int i;

	run(way, "libshim-none.so", "0", "2");
	for (i = 0; i < nr_shapes; i++)
		expect(i, "right", phase, way, "declared", shapes[i].name);
	told_all(i, phase, way, "declared: each call was told");
	ok(!warnings, "%s, %s: declared: no warning", phase, way_names[way]);
}

#define DECLARED (nr_shapes + 2)

/*
 * The object that makes the system call is declared legacy, so that the module
 * goes by the padding word alone, and refuses what is not in range.
 */
static void padding(int way)
{
	static const char *const makes_the_call[] = {
		"shim", "shim-linked", "liboff32-compat.so",
	};
	const char *phase = "padding believed";
	char params[80];
	int i, n = 0;

	snprintf(params, sizeof(params), "modes=venc:3 legacy_objects=%s",
		 makes_the_call[way]);
	compat_up(params);
	run(way, NULL, "1", way == BARE ? "" : "01");
	expect(n++, way == BARE && ABI_HAS_PADDING ? "other" : "right", phase,
	       way, "native", "another page as padding");
	n++;
	for (i = 0; way != BARE && i < 2 * nr_shapes; i++)
		expect(n++, "right", phase, way, form_names[i / nr_shapes],
		       shapes[i % nr_shapes].name);
	told_all(n, phase, way, "each call was told");
	compat_down();
}

#define PADDING (3 * 2 + 2 * 2 * nr_shapes)

int main(int argc, char **argv)
{
	static const char *const phases[] = {
		"no module", "off", "observe", "repair", "guard"
	};
	int mode, way;

	hvct_init();
	make_shapes();
	if (argc > 3 && !strcmp(argv[1], "worker"))
		return worker(argv + 2);
	ktap_plan(3 * WAYS * CALLS + 2 * WAYS * COUNTED + 3 * 2 * DECLARED +
		  PADDING + 1);
	vendor_up("venc");
	for (mode = MODE_NONE; mode <= MODE_GUARD; mode++) {
		const char *phase = phases[mode + 1];

		if (mode == MODE_OFF || mode == MODE_OBSERVE)
			continue;
		for (way = 0; way < WAYS; way++) {
			compat_mode(mode);
			calls(phase, way, mode != MODE_NONE);
			if (mode != MODE_NONE)
				counted(phase, way);
			if (way != BARE)
				declared(phase, way);
			compat_down();
		}
	}
	for (way = 0; way < WAYS; way++)
		padding(way);
	vendor_down();
	ok(!mod_loaded(COMPAT) && !mod_loaded("hvc_venc"), "nothing left loaded");
	return ktap_end();
}
