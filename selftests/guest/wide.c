// SPDX-License-Identifier: GPL-2.0
/*
 * Where physical addresses have more than 32 bits (LPAE, 64-bit kernels): a
 * 32-bit program's calls on /dev/venc. What may be an address there is cut only
 * if offset_bits was set by hand; ranges above 4 GiB can be known, and are what
 * an offset is repaired to. Where the machine has memory there (MMZ_HIGH in the
 * environment, 64 MiB) it is looked at; else what counts is what the driver was
 * handed.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hvct.h"
#include "sites.h"

#define PAGES	4
#define HIGH	0x100000000ull		/* bytes: a range above 4 GiB ... */
#define HIGH_LEN 0x4000000ull
#define H	(HIGH / 4096 + 0x123)	/* ... and page frames in and behind it */
#define H_END	((HIGH + HIGH_LEN) / 4096)

static int fd;
static uint64_t x;
static uint64_t low_phys, low_len;	/* the MMZ below 4 GiB */
static bool high;			/* the stand-ins' MMZ is the high one */

static void *raw(uint64_t pgoff)
{
	begin("venc");
	return raw_mmap2(fd, PAGES * page, pgoff, NULL);
}

/* As without the module: nothing was repaired, nothing refused. */
static void as_ever(uint64_t pgoff, const char *what)
{
	void *p = raw(pgoff);

	if (kernel_limits_pgoff())
		expect_err(p, EOVERFLOW, 0, "%s: EOVERFLOW, as ever", what);
	else
		expect_wild(p, PAGES, pgoff, ~0ull, "%s: the driver's, as ever",
			    what);
}

static void refused(uint64_t pgoff, const char *what)
{
	expect_err(raw(pgoff), EINVAL, 0, "%s: refused", what);
}

static void right(uint64_t pgoff, uint64_t pfn, const char *what)
{
	void *p = raw(pgoff);

	if ((pfn == x) != high)
		expect_map(p, PAGES, 2, pfn, "%s: right page", what);
	else
		expect_wild(p, PAGES, pfn, ~0ull, "%s: right offset", what);
}

static void up(const char *more)
{
	char params[256];
	int err;

	snprintf(params, sizeof(params),
		 "devices=venc mmz=anonymous,0,%#llx,%#llx %s",
		 (unsigned long long)low_phys, (unsigned long long)low_len,
		 more);
	err = mod_load(COMPAT, params);
	if (err)
		bail("insmod " COMPAT " %s: %s", params, strerror(-err));
	fd = dev_open("venc");
}

static void down(void)
{
	close(fd);
	compat_down();
}

#define BY_DEFAULT	(10 + 2 * ABI_FRAME)

static void by_default(void)
{
	up("modes=venc:2");
	ok_num(sysctl_num("venc", "offset_bits"), 32, "offset_bits is 32");
	as_ever(0x12300000 | x, "repair, not set by hand: high bits");
	as_ever(0xfff00000 | x, "repair, not set by hand: sign extended");
	right(x * page, x, "repair, not set by hand: byte offset");
	right(x, x, "repair, not set by hand: in range");
#if ABI_FRAME
	{
		vmap_fn *site = vendor_libs[0].map[0];

		begin("venc");
		expect_map(site(fd, PAGES * page, x * page, 0, 0), PAGES, 2, x,
			   "repair, not set by hand: displaced: right page");
		begin("venc");
		expect_map(site(fd, PAGES * page, x * page, x * page, 0x64),
			   PAGES, 2, x,
			   "repair, not set by hand: displaced, high word: right page");
	}
#endif
	sysctl_set("venc", "mode", "3");
	refused(0x12300000 | x, "guard, not set by hand: high bits");
	refused(0xfff00000 | x, "guard, not set by hand: sign extended");
	ok_num(report("venc", "high_bits") + report("venc", "sign_extended"), 0,
	       "not set by hand: none counted as such");
	/* The value that it has, but from a person. */
	ok_num(sysctl_set("venc", "offset_bits", "32"), 0, "set by hand");
	right(0x12300000 | x, x, "guard, set by hand: high bits");
	down();
}

#define BY_HAND		4

static void by_hand(void)
{
	up("modes=venc:3 offset_bits=venc:32");
	right(0x12300000 | x, x, "parameter: high bits");
	right(0xfff00000 | x, x, "parameter: sign extended");
	ok_num(report("venc", "high_bits"), 1, "parameter: high bits counted");
	ok_num(report("venc", "sign_extended"), 1,
	       "parameter: sign extension counted");
	down();
}

/* Is there RAM of nobody's? It begins where the range does. */
static bool has_memory(void)
{
	const char *at = getenv("MMZ_HIGH");

	if (at && strtoull(at, NULL, 0) != HIGH)
		bail("MMZ_HIGH is %s, this test knows %#llx only", at, HIGH);
	return at;
}

#define ABOVE		14

static void above(void)
{
	char text[64];

	high = has_memory();
	if (high) {
		vendor_down();
		mmz_phys = HIGH;
		mmz_len = HIGH_LEN;
		vendor_up("venc");
	}
	up("modes=venc:3 offset_bits=venc:36 ranges=venc:0x100000000+64M");
	ok(report_has("0x100000000-0x103ffffff"), "a range above 4 GiB is known");
	/* Nobody's business but the kernel's: its limit is as it was. */
	if (kernel_limits_pgoff())
		as_ever(H, "in range above 4 GiB");
	else
		right(H, H, "in range above 4 GiB");
	ok_num(report("venc", "valid"), 1, "it is counted as valid");
	right(0x12000000 | H, H, "garbage above 36 bits");
	right(0xff000000 | H, H, "sign extended from 36 bits");
	right(0x12000000 | (H_END - 2), H_END - 2, "ring at the range's end");
	right(0x12000000 | x, x, "garbage above 36 bits, below 4 GiB");
	right(x, x, "in range below 4 GiB");
	refused(0x12000000 | (H_END - 1), "ring past the range's end");
	refused(0x00200000 | x, "garbage below 36 bits");
	ok_num(report("venc", "sign_extended"), 1, "its sign is counted");
	ok_num(sysctl_set("venc", "offset_bits", "32"), 0,
	       "offset_bits can be less again");
	refused(0x12000000 | H, "no range above 4 GiB fits 32 bits");
	snprintf(text, sizeof(text), "%s", sysctl_str("venc", "ranges"));
	ok(!strcmp(text, "0x100000000-0x103ffffff"),
	   "the range reads back with all its digits");
	down();
	diag("%s memory above 4 GiB", high ? "there is" : "there is no");
	high = false;
}

#define UNLISTED	3

/* Not exclusive: above 4 GiB there are pages, too. */
static void unlisted(void)
{
	up("modes=venc:3 exclusive=venc:0 offset_bits=venc:32");
	as_ever(H, "not exclusive, above 4 GiB");
	ok_num(report("venc", "unlisted"), 1, "it is counted as unlisted");
	refused(0, "not exclusive, page 0");
	down();
}

#define LIMITS		4

static void limits(void)
{
	up("");
	ok_num(sysctl_set("venc", "offset_bits", "52"), 0, "offset_bits=52");
	ok_num(sysctl_set("venc", "offset_bits", "53"), -EINVAL,
	       "offset_bits=53 is refused");
	ok_num(sysctl_set("venc", "ranges", "0xffffffffff000+0x1000"), -EINVAL,
	       "no range past the machine's physical addresses");
	ok_num(sysctl_set("venc", "ranges", "0xfff000+0x1000000000000000"),
	       -EINVAL, "nor one that ends there");
	down();
}

int main(void)
{
	hvct_init();
	ktap_plan(BY_DEFAULT + BY_HAND + ABOVE + UNLISTED + LIMITS + 1);
	ok(phys_is_wide(), "this kernel's physical addresses are wide");
	low_phys = mmz_phys;
	low_len = mmz_len;
	x = MMZ_PFN + 0x123;
	vendor_libs_open();
	vendor_up("venc");
	by_default();
	by_hand();
	above();
	unlisted();
	limits();
	vendor_down();
	return ktap_end();
}
