// SPDX-License-Identifier: GPL-2.0
/*
 * A process of which nothing is left to be learnt: its in-range calls go a
 * shorter way. They are counted all the same, and whatever changes around them
 * (mode, ranges, declared objects, a listener, the process itself) is noticed
 * at the very next call.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "abi.h"
#include "hvct.h"
#include "sites.h"

#define PAGES	4
#define WATCHED	32	/* in-range calls that are looked at */
#if ABI_FRAME
#define RESULTS	23
#else
#define RESULTS	16
#endif

static int fd;
static uint64_t x, y;

static void *native(uint64_t pfn, unsigned int pages)
{
	begin("venc");
	return native_sites[0](fd, pages * page, 0, pfn * page);
}

static bool settle(unsigned int calls)
{
	bool right = true;

	while (calls--)
		right &= map_right(native(x, PAGES), PAGES, 2, x);
	return right;
}

static void counts(void)
{
	long valid = report("venc", "valid"), passed = report("venc", "passed");

	ok(settle(20), "20 calls in range: the right page");
	ok_num(report("venc", "valid") - valid, 20, "each is counted as valid");
	ok_num(report("venc", "passed") - passed, 20, "and as passed");
	ok_num(process_num(getpid(), "watched"), WATCHED,
	       "none of them was looked at");
}

static void edges(void)
{
	uint64_t last = MMZ_END_PFN - PAGES / 2;

	expect_map(native(last, PAGES), PAGES, 2, last,
		   "a ring over the last pages of the zone");
	expect_err(native(x, 3), EINVAL, 0, "an odd page count: refused");
	expect_err(native(x, 1), EINVAL, 0, "a single page: refused");
}

/* The ranges that the module was loaded with. */
static int zone_again(void)
{
	char all[64];

	snprintf(all, sizeof(all), "0x%llx+0x%llx",
		 (unsigned long long)mmz_phys, (unsigned long long)mmz_len);
	return sysctl_set(NULL, "ranges", all);
}

static void settings(void)
{
	char other[32];

	sysctl_set("venc", "mode", "3");
	expect_err(native(MMZ_END_PFN - 1, PAGES), EINVAL, 0,
		   "guard from now on: past the zone's end refused");
	ok(settle(1), "guard: in range passes");
	sysctl_set("venc", "mode", "0");
	ok(settle(1) && report("venc", "off") == 1, "off from now on: counted so");
	sysctl_set("venc", "mode", "3");

	snprintf(other, sizeof(other), "0x%llx+0x1000",
		 (unsigned long long)(y * page));
	ok(!sysctl_set(NULL, "ranges", other), "other ranges are set");
	expect_err(native(x, PAGES), EINVAL, 0, "the old ones are forgotten");
	ok(!zone_again() && settle(1),
	   "and known again when they are back");
	sysctl_set("venc", "mode", "2");
}

/* Four rounds of two pages, the second of which is not known. */
static void rounds(void)
{
	long valid = report("venc", "valid");
	void *p;

	sysctl_set("venc", "repeat", "4");
	p = native(MMZ_END_PFN - 1, 8);
	ok_num(report("venc", "valid") - valid, 0,
	       "four rounds past the zone's end: not valid");
	if (p != MAP_FAILED)
		munmap(p, 8 * page);
	sysctl_set("venc", "repeat", "2");
}

/* The last pages of 4 GiB: in range, and more than most 32-bit kernels map. */
static void limit(void)
{
	const uint64_t last = 0xffffe;
	void *p;

	sysctl_set(NULL, "ranges", "0xffffe000+0x2000");
	begin("venc");
	p = raw_mmap2(fd, PAGES * page, last, NULL);
	if (kernel_limits_pgoff())
		expect_err(p, EOVERFLOW, 0,
			   "in range beyond the kernel's limit: its EOVERFLOW");
	else
		expect_wild(p, PAGES, last, ~0ull,
			    "in range, and the kernel has no limit: passed");
	zone_again();
}

static bool tracing(const char *name, const char *value)
{
	static const char *const roots[] = {
		"/sys/kernel/tracing", "/sys/kernel/debug/tracing"
	};
	char path[128];
	unsigned int i;

	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s", roots[i], name);
		if (!write_str(path, value))
			return true;
	}
	return false;
}

static void listener(void)
{
	static const char *const traces[] = {
		"/sys/kernel/tracing/trace", "/sys/kernel/debug/tracing/trace"
	};
	unsigned int i, seen = 0;

	if (!tracing("events/" COMPAT "/enable", "1")) {
		skip("a listener sees the call # SKIP no event tracing here");
		return;
	}
	settle(1);
	tracing("events/" COMPAT "/enable", "0");
	for (i = 0; i < 2 && !seen; i++) {
		char *text = slurp(traces[i]);

		seen = text && strstr(text, "shape=valid");
		free(text);
	}
	tracing("trace", "\n");
	ok(seen, "a listener sees the call");
}

#if ABI_FRAME
static void *stale(int site)
{
	begin("venc");
	return linked_sites[site](fd, PAGES * page, x * page, y * page, 0);
}

static void evidence(void)
{
	expect_map(stale(0), PAGES, 2, y,
		   "nothing known of the caller: another page in range passes");
	begin("venc");
	expect_map(linked_sites[0](fd, PAGES * page, x * page, 0, 0), PAGES, 2,
		   x, "a displaced call: repaired");
	expect_map(stale(0), PAGES, 2, x,
		   "a stale word in range from that call site: repaired");
	expect_map(native(y, PAGES), PAGES, 2, y,
		   "a 64-bit call site: untouched");
	expect_map(stale(1), PAGES, 2, y,
		   "another call site: not known to be legacy");
	ok(!sysctl_set(NULL, "legacy_objects", "settled"),
	   "this program is declared legacy");
	expect_map(stale(1), PAGES, 2, x,
		   "and its stale word is repaired at once");
}
#else
static void evidence(void)
{
}
#endif

int main(void)
{
	hvct_init();
	ktap_plan(RESULTS);
	vendor_up("venc");
	compat_up("");
	fd = dev_open("venc");
	x = MMZ_PFN + 0x123;
	y = MMZ_PFN + 0x456;
	settle(WATCHED);

	counts();
	edges();
	settings();
	rounds();
	limit();
	listener();
	evidence();

	close(fd);
	compat_down();
	vendor_down();
	return ktap_end();
}
