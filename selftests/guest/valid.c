// SPDX-License-Identifier: GPL-2.0
/*
 * A call that was right without the module has the same result with it, in
 * every mode: all sorts of right calls on /dev/venc, and calls to unlisted
 * pages of a device that is not exclusive, whatever their padding word says.
 * The same assertions run without the module and in each mode. The one named
 * exception, an odd page count on a doubling device, is asserted here, too.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hvct.h"
#include "sites.h"

static int venc, sys;
static uint64_t half;		/* first page frame that is not listed */

static uint32_t rnd(void)
{
	static uint32_t s = 12345;

	s ^= s << 13;
	s ^= s >> 17;
	s ^= s << 5;
	return s;
}

/* A padding word of every sort. */
static long some_pad(void)
{
	switch (rnd() % 4) {
	case 0:
		return (MMZ_PFN + rnd() % (half - MMZ_PFN - 8)) * page;
	case 1:
		return 0;
	case 2:
		return rnd() & ~(page - 1);
	}
	return rnd();
}

static void many_calls(const char *m)
{
	bool good = true;
	int i;

	for (i = 0; i < 200 && good; i++) {
		unsigned int extent = 1 + rnd() % 5;
		uint64_t pfn = MMZ_PFN + rnd() % (half - MMZ_PFN - extent + 1);
		void *p;

		begin("venc");
		p = native_sites[i % NSITES](venc, 2 * extent * page,
					     some_pad(), pfn * page);
		good = map_right(p, 2 * extent, 2, pfn);
	}
	ok(good, "%s: 200 right calls with any padding word", m);
	for (i = 0; i < 200 && good; i++) {
		unsigned int pages = 1 + rnd() % 5;
		uint64_t pfn = MMZ_PFN +
			       rnd() % (MMZ_END_PFN - MMZ_PFN - pages + 1);
		void *p;

		begin("sys");
		p = native_sites[i % NSITES](sys, pages * page, some_pad(),
					     pfn * page);
		good = map_right(p, pages, 1, pfn);
	}
	ok(good, "%s: 200 right calls, listed or not, not exclusive", m);
}

static void venc_calls(const char *m)
{
	uint64_t x = MMZ_PFN + 0x30;
	struct hvc_stat st;
	void *p, *at;

	begin("venc");
	p = mmap(NULL, 2 * page, PROT_READ, MAP_PRIVATE, venc, x * page);
	expect_err(p, EAGAIN, 1, "%s: MAP_PRIVATE: the driver's EAGAIN", m);

	begin("venc");
	p = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE | PROT_EXEC,
		 MAP_SHARED, venc, x * page);
	st = stat_of("venc");
	expect_map(p, 2, 2, x, "%s: PROT_EXEC: unchanged", m);
	ok(st.vm_flags & 4, "%s: PROT_EXEC: the driver sees VM_EXEC", m);

	begin("venc");
	p = mmap(NULL, 2 * page, PROT_READ, MAP_SHARED, venc, x * page);
	expect_wild(p, 2, x, ~0ull, "%s: PROT_READ: unchanged", m);

	begin("venc");
	p = mmap(NULL, 2 * page - 100, PROT_READ | PROT_WRITE, MAP_SHARED,
		 venc, x * page);
	expect_map(p, 2, 2, x, "%s: length no multiple of a page", m);

	begin("venc");
	p = mmap(NULL, 4 * page, PROT_READ | PROT_WRITE, MAP_SHARED, venc,
		 (half - 2) * page);
	expect_map(p, 4, 2, half - 2,
		   "%s: ring at the very end of the zone, VMA past it", m);

	begin("venc");
	p = mmap(NULL, 128 * page, PROT_READ | PROT_WRITE, MAP_SHARED, venc,
		 MMZ_PFN * page);
	expect_map(p, 128, 2, MMZ_PFN, "%s: ring of 64 pages", m);

	at = mmap(NULL, 4 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	begin("venc");
	p = mmap(at, 4 * page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
		 venc, x * page);
	if (p != at)
		diag("asked for %p, got %p", at, p);
	expect_map(p == at ? p : MAP_FAILED, 4, 2, x, "%s: MAP_FIXED", m);

	begin("venc");
	p = mmap(NULL, 0, PROT_READ, MAP_SHARED, venc, x * page);
	expect_err(p, EINVAL, 0, "%s: length 0: EINVAL", m);
}

/* First page of the first device in /proc/iomem: real registers. */
static uint64_t registers(void)
{
	static const char *const others[] = { "RAM", "ROM", "eserved", "ACPI" };
	char *text = slurp("/proc/iomem"), *line;
	unsigned long long start = 0;
	unsigned int i;

	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (*line == ' ')	/* part of the one above */
			continue;
		start = strtoull(line, NULL, 16);
		for (i = 0; i < sizeof(others) / sizeof(*others); i++)
			if (strstr(line, others[i]))
				start = 0;
		if (start)
			break;
	}
	free(text);
	if (!start)
		bail("/proc/iomem names no registers");
	return start / page;
}

static void unlisted(const char *m)
{
	uint64_t far = MMZ_END_PFN - 0x40, near = MMZ_PFN + 0x50;
	void *p;

	begin("sys");
	p = native_sites[0](sys, page, near * page, far * page);
	expect_map(p, 1, 1, far,
		   "%s: unlisted page, padding in range: unchanged", m);
	begin("sys");
	p = native_sites[0](sys, 3 * page, far * page, far * page);
	expect_map(p, 3, 1, far,
		   "%s: unlisted page, padding the same: unchanged", m);
	begin("sys");
	p = native_sites[1](sys, 2 * page, near * page, (half - 1) * page);
	expect_map(p, 2, 1, half - 1,
		   "%s: half listed, padding in range: unchanged", m);
	begin("sys");
	p = native_sites[2](sys, page, near * page, registers() * page);
	expect_wild(p, 1, registers(), near,
		    "%s: registers, padding in range: unchanged", m);
	begin("sys");
	p = raw_mmap2(sys, page, far, NULL);
	expect_map(p, 1, 1, far, "%s: unlisted page, raw mmap2: unchanged", m);
}

/* The driver cannot survive these: rule 2. */
static void odd(int mode)
{
	uint64_t x = MMZ_PFN + 0x60;
	bool refused = mode >= MODE_REPAIR;
	const char *m = mode_name(mode);
	int pages;

	for (pages = 1; pages <= 3; pages += 2) {
		void *p;

		begin("venc");
		p = raw_mmap2(venc, pages * page, x, NULL);
		if (refused)
			expect_err(p, EINVAL, 0, "%s: %d pages: EINVAL", m,
				   pages);
		else
			expect_err(p, EIO, 1, "%s: %d pages: reach the driver",
				   m, pages);
		ok(stat_of("venc").odd == !refused,
		   "%s: %d pages: %s", m, pages,
		   refused ? "the board lives" : "a real board dies here");
	}
}

int main(void)
{
	char params[256];
	int mode;

	hvct_init();
	half = MMZ_PFN + (MMZ_END_PFN - MMZ_PFN) / 2;
	ktap_plan(5 * (2 + 9 + 5 + 4) + 6);
	vendor_up("venc,sys:plain");
	for (mode = MODE_NONE; mode <= MODE_GUARD; mode++) {
		const char *m = mode_name(mode);

		snprintf(params, sizeof(params),
			 "=devices=venc,sys mmz=anonymous,0,%#llx,%lluK modes=venc:%d,sys:%d",
			 (unsigned long long)mmz_phys,
			 (unsigned long long)mmz_len / 2048, mode, mode);
		if (mode != MODE_NONE)
			compat_up(params);
		venc = dev_open("venc");
		sys = dev_open("sys");
		many_calls(m);
		venc_calls(m);
		unlisted(m);
		odd(mode);
		if (mode == MODE_GUARD) {
			ok_num(report("sys", "refused"), 0,
			       "guard: nothing refused on the other device");
			ok_num(report("venc", "refused"), 2,
			       "guard: only the odd ones refused");
			ok_num(report("venc", "odd"), 2, "guard: odd counted");
			ok_num(report("venc", "repaired"), 0,
			       "guard: nothing repaired");
		}
		close(venc);
		close(sys);
		compat_down();
	}

	/* And with a driver that really does BUG(). */
	if (vendor_set("really_bug", "1"))
		bail("cannot set really_bug");
	snprintf(params, sizeof(params), "modes=venc:%d", MODE_REPAIR);
	compat_up(params);
	venc = dev_open("venc");
	begin("venc");
	expect_err(raw_mmap2(venc, 3 * page, MMZ_PFN, NULL), EINVAL, 0,
		   "repair: a board that BUG()s survives an odd page count");
	sysctl_set("venc", "mode", "3");
	expect_err(raw_mmap2(venc, page, 0, NULL), EINVAL, 0,
		   "guard: a board that BUG()s survives an odd page count");
	close(venc);
	compat_down();
	vendor_down();
	return ktap_end();
}
