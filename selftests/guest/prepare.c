// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that has .mmap_prepare and no .mmap (Linux 6.16 and newer): the same
 * shapes as for the others, without the module and in each mode. The kernel
 * refuses every mapping of a table that has both, so what maps has one.
 */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hvct.h"
#include "sites.h"

#define PAGES	4
#define SMALL	0x64u

static int fd;

static void *raw(uint32_t pgoff, unsigned int pages)
{
	begin("venc");
	return raw_mmap2(fd, pages * page, pgoff, NULL);
}

static void unrepaired(void *p, uint32_t pgoff, const char *m, const char *what)
{
	if (kernel_limits_pgoff() && pgoff > 0xffffb)
		expect_err(p, EOVERFLOW, 0, "%s: %s: EOVERFLOW", m, what);
	else	/* The driver's shift may drop the high bits. */
		expect_wild(p, PAGES, pgoff, ~0ull, "%s: %s: as ever", m, what);
}

static void shapes(int mode)
{
	uint64_t x = MMZ_PFN + 0x123;
	const char *m = mode_name(mode);
	vmap_fn *site = vendor_libs[0].map[mode + 1];
	uint32_t arrives = ABI_FRAME ? 0 : SMALL << 20 | x;
	void *p;

	expect_map(raw(x, PAGES), PAGES, 1, x, "%s: in range: unchanged", m);
	expect_map(raw(x, 3), 3, 1, x, "%s: odd length: unchanged", m);
	p = raw(0x12300000 | x, PAGES);
	if (mode >= MODE_REPAIR)
		expect_map(p, PAGES, 1, x, "%s: high bits: right page", m);
	else
		unrepaired(p, 0x12300000 | x, m, "high bits");

	begin("venc");
	p = site(fd, PAGES * page, x * page, ABI_FRAME ? 0 : SMALL, 0);
	if (mode >= MODE_REPAIR)
		expect_map(p, PAGES, 1, x, "%s: from a library: right page", m);
	else
		unrepaired(p, arrives, m, "from a library");

	p = raw(MMZ_END_PFN, PAGES);
	if (mode == MODE_GUARD)
		expect_err(p, EINVAL, 0, "%s: past the end: EINVAL", m);
	else
		unrepaired(p, MMZ_END_PFN, m, "past the end");
}

int main(void)
{
	char params[96];
	int mode;

	hvct_init();
	ktap_plan(5 * 6 + 2);
	vendor_libs_open();
	vendor_up("venc:prepare");
	for (mode = MODE_NONE; mode <= MODE_GUARD; mode++) {
		snprintf(params, sizeof(params), "modes=venc:%d repeat=venc:1",
			 mode);
		if (mode != MODE_NONE)
			compat_up(params);
		fd = dev_open("venc");
		ok(stat_of("venc").swapped == (mode != MODE_NONE),
		   "%s: the table is %s", mode_name(mode),
		   mode == MODE_NONE ? "the driver's own" : "taken over");
		shapes(mode);
		close(fd);
		compat_down();
	}
	ok_num(mod_refs("hvc_venc"), 0, "no reference on the driver is left");
	vendor_down();
	ok(!mod_loaded(COMPAT) && !mod_loaded("hvc_venc"), "nothing left loaded");
	return ktap_end();
}
