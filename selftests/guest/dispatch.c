// SPDX-License-Identifier: GPL-2.0
/*
 * Each shape of a garbled mmap on a device behind a dispatching major: both
 * ways in which vendors' open() hands tables out, both load orders, asked for
 * by number and by the node's name, repair and guard. Then either module comes
 * and goes beneath the other.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dispatchlib.h"
#include "sites.h"

#define PAGES	4		/* a ring of two pages */
#define POINTER	0xbefff000ul
#define SMALL	0x64ul

static int fd;
static uint64_t x, y;
static int call;		/* another library and site each time */

static void *vendor_call(uint64_t pfn, unsigned long w1, unsigned long w2)
{
	struct vendor_lib *lib = &vendor_libs[call % VENDOR_LIBS];
	vmap_fn *site = lib->map[call / VENDOR_LIBS % VSITES];

	call++;
	hm_begin("venc");
	return site(fd, PAGES * page, pfn * page, w1, w2);
}

static void *raw_call(unsigned int pages, unsigned long pgoff)
{
	hm_begin("venc");
	return raw_mmap2(fd, pages * page, pgoff, NULL);
}

/* What a kernel and driver without the module say to a pgoff. */
static void expect_plain(void *p, uint64_t pgoff, const char *m,
			 const char *shape)
{
	if (kernel_limits_pgoff() && pgoff > 0xffffb)
		expect_err(p, EOVERFLOW, 0, "%s: %s: EOVERFLOW", m, shape);
	else	/* The driver's shift drops the high bits: by chance right. */
		expect_wild(p, PAGES, pgoff,
			    (pgoff & 0xfffff) == x ? ~0ull : x,
			    "%s: %s: driver asked", m, shape);
}

static void garbled(void *p, int mode, uint64_t raw, const char *m,
		    const char *shape)
{
	if (mode >= MODE_REPAIR)
		expect_map(p, PAGES, 2, x, "%s: %s: right page", m, shape);
	else
		expect_plain(p, raw, m, shape);
}

#define SHAPES	11

static void shapes(int mode, const char *m)
{
	void *p;

	hm_begin("venc");
	p = native_sites[0](fd, PAGES * page, y * page, x * page);
	expect_map(p, PAGES, 2, x, "%s: right offset: unchanged", m);
	p = raw_call(PAGES, MMZ_END_PFN - 2);
	expect_map(p, PAGES, 2, MMZ_END_PFN - 2,
		   "%s: ring at the very end: unchanged", m);
	garbled(vendor_call(x, 0, 0), mode, 0, m, "zero/zero");
	garbled(vendor_call(x, POINTER, SMALL), mode,
		SMALL << 20 | POINTER >> 12, m, "pointer/small");
	garbled(vendor_call(x, x * page, SMALL), mode, SMALL << 20 | x, m,
		"same/small");
	garbled(raw_call(PAGES, 0xfff00000 | x), mode, 0xfff00000 | x, m,
		"sign extended");
	garbled(raw_call(PAGES, 0x12300000 | x), mode, 0x12300000 | x, m,
		"high bits");
	garbled(raw_call(PAGES, x * page), mode, x * page, m, "byte offset");

	p = raw_call(PAGES, MMZ_END_PFN);
	if (mode == MODE_GUARD)
		expect_err(p, EINVAL, 0, "%s: past the end: EINVAL", m);
	else
		expect_plain(p, MMZ_END_PFN, m, "past the end");
	p = raw_call(3, x);
	if (mode >= MODE_REPAIR)
		expect_err(p, EINVAL, 0, "%s: odd page count: EINVAL", m);
	else
		expect_err(p, EIO, 1, "%s: odd page count: a board dies", m);

	hm_begin("venc");
	p = mmap(NULL, 2 * page, PROT_READ, MAP_PRIVATE, fd, x * page);
	expect_err(p, EAGAIN, 1, "%s: MAP_PRIVATE: the driver's EAGAIN", m);
}

/* No more references than without files; descriptions need @m. */
static void closed(const char *m)
{
	close(fd);
	ok(all_refs_zero(), "%s: no reference left after the last close", m);
}

static void open_venc(void)
{
	fd = node_open("venc");
	if (fd < 0)
		bail("open /dev/venc: %s", strerror(-fd));
}

static void load_himedia(char variant)
{
	himedia_up("variant=%c devices=venc:double:5,other:plain:6", variant);
}

static void alone(char variant)
{
	char m[64];

	snprintf(m, sizeof(m), "%c, no module", variant);
	load_himedia(variant);
	open_venc();
	shapes(MODE_NONE, m);
	closed(m);
	himedia_down();
}

enum { DRIVER_FIRST, COMPAT_FIRST };

#define COMBO	(SHAPES + 5)

static void combo(char variant, int order, bool number, int mode)
{
	struct hm_seen before, after;
	char m[64];

	snprintf(m, sizeof(m), "%c, %s first, by %s, %s", variant,
		 order == DRIVER_FIRST ? "driver" : "module",
		 number ? "number" : "name", mode_name(mode));
	if (order == DRIVER_FIRST)
		load_himedia(variant);
	compat_with("devices=venc%s modes=%d", number ? "=218:5" : "", mode);
	if (order == COMPAT_FIRST)
		load_himedia(variant);
	ok(strstr(state_of("venc"), "taken over, major 218:5, owner " HIMEDIA),
	   "%s: the report says taken over", m);
	open_venc();
	before = hm_seen("venc");
	shapes(mode, m);
	after = hm_seen("venc");
	ok(after.mmaps > before.mmaps &&
	   after.data - before.data == after.mmaps - before.mmaps,
	   "%s: handlers find what .open left in private_data", m);
	ok(mod_refs(COMPAT) > 0 && mod_refs(HIMEDIA) > 0,
	   "%s: an open file holds both modules", m);
	ok(mod_unload(COMPAT) == -EWOULDBLOCK &&
	   mod_unload(HIMEDIA) == -EWOULDBLOCK,
	   "%s: neither can be removed", m);
	closed(m);
	/* Both orders of leaving, too. */
	if (mode == MODE_GUARD)
		himedia_down();
	compat_down();
	if (mode != MODE_GUARD)
		himedia_down();
}

static void works(const char *m, bool taken)
{
	void *p;

	open_venc();
	p = raw_call(PAGES, 0x12300000 | x);
	garbled(p, taken ? MODE_REPAIR : MODE_NONE, 0x12300000 | x, m,
		"high bits");
	closed(m);
}

#define ROUNDS	3

/* The driver comes and goes while the module stays. */
static void driver_reload(char variant)
{
	char m[64];
	int i;

	compat_with("devices=venc=218:5");
	for (i = 0; i < ROUNDS; i++) {
		snprintf(m, sizeof(m), "%c, driver's life %d", variant, i + 1);
		load_himedia(variant);
		works(m, true);
		himedia_down();
		snprintf(m, sizeof(m), "%c, after driver's life %d", variant,
			 i + 1);
		ok(!strstr(state_of("venc"), "taken over"),
		   "%s: the report does not say taken over", m);
		ok(!strstr(state_of("venc"), "null"),
		   "%s: the report says why not", m);
		node_make("venc", MAJOR, 5);
		ok(node_open("venc") == -ENXIO, "%s: open says ENXIO", m);
		unlink("/dev/venc");
	}
	compat_down();
}

/* The module comes and goes while the driver stays. */
static void module_reload(char variant)
{
	char m[64];
	int i;

	load_himedia(variant);
	for (i = 0; i < ROUNDS; i++) {
		/* The node was never opened without the module. */
		compat_with("devices=venc");
		snprintf(m, sizeof(m), "%c, module's life %d", variant, i + 1);
		works(m, true);
		compat_down();
	}
	snprintf(m, sizeof(m), "%c, after the module's lives", variant);
	works(m, false);
	himedia_down();
}

int main(void)
{
	static const char variants[] = "ab";
	const char *v;
	int order, number;

	hvct_init();
	ktap_plan(2 * (SHAPES + 1 + 2 * 2 * 2 * COMBO + ROUNDS * 5 +
		       ROUNDS * 2 + 2) + 1);
	x = MMZ_PFN + 0x123;
	y = MMZ_PFN + 0x456;
	vendor_libs_open();
	for (v = variants; *v; v++) {
		alone(*v);
		for (order = DRIVER_FIRST; order <= COMPAT_FIRST; order++)
			for (number = 0; number <= 1; number++) {
				combo(*v, order, number, MODE_REPAIR);
				combo(*v, order, number, MODE_GUARD);
			}
		driver_reload(*v);
		module_reload(*v);
	}
	vendor_down();
	ok(!mod_loaded(COMPAT) && !mod_loaded(HIMEDIA) &&
	   !mod_loaded("hvc_base"), "nothing left loaded");
	return ktap_end();
}
