// SPDX-License-Identifier: GPL-2.0
/*
 * Each shape of a garbled mmap on each sort of device: behind a dispatching
 * major (each way in which open() hands tables out, asked for by
 * number and by the node's name) and as a misc device; the driver or the module
 * first, either loaded anew beneath the other; repair and guard. What is asked
 * for is the pgoff that the driver saw, bytes through the mapping, and
 * /proc/self/maps. Then either module comes and goes beneath the other.
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

#define MISC	'm'		/* beside himedia's variants */

static int fd;
static uint64_t x, y;
static char variant;
static int call;		/* another library and site each time */

static const char *driver(void)
{
	return variant == MISC ? "hvc_venc" : HIMEDIA;
}

static void begun(void)
{
	if (variant == MISC)
		begin("venc");
	else
		hm_begin("venc");
}

static void *vendor_call(uint64_t pfn, unsigned long w1, unsigned long w2)
{
	struct vendor_lib *lib = &vendor_libs[call % VENDOR_LIBS];
	vmap_fn *site = lib->map[call / VENDOR_LIBS % VSITES];

	call++;
	begun();
	return site(fd, PAGES * page, pfn * page, w1, w2);
}

static void *raw_call(unsigned int pages, unsigned long pgoff)
{
	begun();
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

#if ABI_FRAME
static void vendor_shapes(int mode, const char *m)
{
	garbled(vendor_call(x, 0, 0), mode, 0, m, "zero/zero");
	garbled(vendor_call(x, POINTER, SMALL), mode,
		SMALL << 20 | POINTER >> 12, m, "pointer/small");
	garbled(vendor_call(x, x * page, SMALL), mode, SMALL << 20 | x, m,
		"same/small");
}
#else
/* The low word stands where it must; what follows it is stale. */
static void vendor_shapes(int mode, const char *m)
{
	expect_map(vendor_call(x, 0, 0), PAGES, 2, x,
		   "%s: high word 0: unchanged", m);
	garbled(vendor_call(x, SMALL, 0), mode, SMALL << 20 | x, m,
		"high word small");
	garbled(vendor_call(x, 1, 0), mode, 1 << 20 | x, m, "high word 1");
}
#endif

#define SHAPES	11

static void shapes(int mode, const char *m)
{
	void *p;

	begun();
	p = native_sites[0](fd, PAGES * page, y * page, x * page);
	expect_map(p, PAGES, 2, x, "%s: right offset: unchanged", m);
	p = raw_call(PAGES, MMZ_END_PFN - 2);
	expect_map(p, PAGES, 2, MMZ_END_PFN - 2,
		   "%s: ring at the very end: unchanged", m);
	vendor_shapes(mode, m);
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

	begun();
	p = mmap(NULL, 2 * page, PROT_READ, MAP_PRIVATE, fd, x * page);
	expect_err(p, EAGAIN, 1, "%s: MAP_PRIVATE: the driver's EAGAIN", m);
}

/* No more references than without files; descriptions need @m. */
static void closed(const char *m)
{
	close(fd);
	ok(mod_refs(COMPAT) <= 0 && mod_refs(driver()) == 0,
	   "%s: no reference left after the last close", m);
}

static void open_venc(void)
{
	fd = node_open("venc");
	if (fd < 0)
		bail("open /dev/venc: %s", strerror(-fd));
}

static void driver_up(void)
{
	if (variant == MISC)
		vendor_up("venc,other:plain");
	else
		himedia_up("variant=%c devices=venc:double:5,other:plain:6",
			   variant);
}

static void driver_down(void)
{
	if (variant != MISC)
		himedia_down();
	else if (mod_unload("hvc_venc"))
		bail("rmmod hvc_venc");
}

static void alone(void)
{
	char m[64];

	snprintf(m, sizeof(m), "%c, no module", variant);
	driver_up();
	open_venc();
	shapes(MODE_NONE, m);
	closed(m);
	driver_down();
}

enum { DRIVER_FIRST, COMPAT_FIRST, DRIVER_ANEW, COMPAT_ANEW };

static void load_in(int order, bool number, int mode)
{
	char params[64];

	snprintf(params, sizeof(params), "devices=venc%s modes=%d",
		 number ? "=218:5" : "", mode);
	if (order == DRIVER_FIRST || order == COMPAT_ANEW)
		driver_up();
	compat_with("%s", params);
	if (order == COMPAT_ANEW) {
		compat_down();
		compat_with("%s", params);
	}
	if (order == DRIVER_ANEW) {
		driver_up();
		driver_down();
	}
	if (order == COMPAT_FIRST || order == DRIVER_ANEW)
		driver_up();
}

static bool is_taken(void)
{
	char state[64];

	snprintf(state, sizeof(state), "owner %s", driver());
	return strstr(state_of("venc"), variant == MISC ?
		      "taken over, misc 10:" : "taken over, major 218:5") &&
	       strstr(state_of("venc"), state);
}

/* What .open left in private_data is what .mmap finds. */
static bool data_kept(const struct hm_seen *before)
{
	struct hm_seen after;

	if (variant == MISC)
		return stat_of("venc").private_misc;
	after = hm_seen("venc");
	return after.mmaps > before->mmaps &&
	       after.data - before->data == after.mmaps - before->mmaps;
}

#define COMBO	(SHAPES + 5)

static void combo(int order, bool number, int mode)
{
	static const char *const orders[] = {
		"driver first", "module first", "driver anew", "module anew"
	};
	struct hm_seen before = { 0 };
	char m[64];

	snprintf(m, sizeof(m), "%c, %s, by %s, %s", variant, orders[order],
		 number ? "number" : "name", mode_name(mode));
	load_in(order, number, mode);
	ok(is_taken(), "%s: the report says taken over", m);
	open_venc();
	if (variant != MISC)
		before = hm_seen("venc");
	shapes(mode, m);
	ok(data_kept(&before),
	   "%s: handlers find what .open left in private_data", m);
	ok(mod_refs(COMPAT) > 0 && mod_refs(driver()) > 0,
	   "%s: an open file holds both modules", m);
	ok(mod_unload(COMPAT) == -EWOULDBLOCK &&
	   mod_unload(driver()) == -EWOULDBLOCK,
	   "%s: neither can be removed", m);
	closed(m);
	/* Both orders of leaving, too. */
	if (mode == MODE_GUARD)
		driver_down();
	compat_down();
	if (mode != MODE_GUARD)
		driver_down();
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
static void driver_reload(void)
{
	char m[64];
	int i;

	compat_with("devices=venc=218:5");
	for (i = 0; i < ROUNDS; i++) {
		snprintf(m, sizeof(m), "%c, driver's life %d", variant, i + 1);
		driver_up();
		works(m, true);
		driver_down();
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
static void module_reload(void)
{
	char m[64];
	int i;

	driver_up();
	for (i = 0; i < ROUNDS; i++) {
		/* The node was never opened without the module. */
		compat_with("devices=venc");
		snprintf(m, sizeof(m), "%c, module's life %d", variant, i + 1);
		works(m, true);
		compat_down();
	}
	snprintf(m, sizeof(m), "%c, after the module's lives", variant);
	works(m, false);
	driver_down();
}

static void himedia_combos(void)
{
	int order, number;

	for (number = 0; number <= 1; number++) {
		for (order = DRIVER_FIRST; order <= COMPAT_FIRST; order++) {
			combo(order, number, MODE_REPAIR);
			combo(order, number, MODE_GUARD);
		}
	}
	combo(DRIVER_ANEW, true, MODE_REPAIR);
	combo(COMPAT_ANEW, false, MODE_REPAIR);
}

#define HIMEDIA_COMBOS	10

static void misc_combos(void)
{
	int order;

	for (order = DRIVER_FIRST; order <= COMPAT_ANEW; order++) {
		combo(order, false, MODE_REPAIR);
		combo(order, false, MODE_GUARD);
	}
}

#define MISC_COMBOS	8

int main(void)
{
	const char *v;

	hvct_init();
	ktap_plan(3 * (SHAPES + 1 + HIMEDIA_COMBOS * COMBO + ROUNDS * 5 +
		       ROUNDS * 2 + 2) + SHAPES + 1 + MISC_COMBOS * COMBO + 1);
	x = MMZ_PFN + 0x123;
	y = MMZ_PFN + 0x456;
	vendor_libs_open();
	for (v = "abc"; *v; v++) {
		variant = *v;
		alone();
		himedia_combos();
		driver_reload();
		module_reload();
	}
	variant = MISC;
	alone();
	misc_combos();
	vendor_down();
	ok(!mod_loaded(COMPAT) && !mod_loaded(HIMEDIA) &&
	   !mod_loaded("hvc_venc") && !mod_loaded("hvc_base"),
	   "nothing left loaded");
	return ktap_end();
}
