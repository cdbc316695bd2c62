// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/vencmem as vendors built it into their 3.18 and 4.9: a real driver of the
 * kernel's own dispatching major that maps its buffer twice in a row. Each shape
 * of an offset, without the module and in each mode; what is read through both
 * halves is what counts.
 *
 * Only for kernels that have it (tree.sh). Odd lengths are never tried where the
 * module does not refuse them: they take such a kernel down.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dispatchlib.h"
#include "sites.h"

#define NAME	"vencmem"
#define PAGES	4		/* a ring of two pages */
#define POINTER	0xbefff000ul
#define SMALL	0x64ul

static int fd;
static uint64_t x;		/* page frame in the MMZ */
static uint64_t outside;	/* page frame behind all RAM */

static size_t len(void)
{
	return PAGES * page;
}

/* Both halves of @p show MMZ page @x and the next, and can be written. */
static bool doubled(void *p)
{
	static uint32_t salt = 0x7e300000;
	const size_t half = len() / 2;
	bool good = p != MAP_FAILED;
	unsigned int i;

	if (!good) {
		diag("%s", strerror(errno));
		return false;
	}
	for (i = 0; good && i < PAGES / 2; i++) {
		volatile uint32_t *w = (void *)((char *)p + i * page);
		volatile uint32_t *again = (void *)((char *)w + half);
		uint64_t at = (x + i) * page + 16;
		uint32_t was = peek(at);

		good = w[0] == x + i && w[1] == ~(uint32_t)(x + i) &&
		       w[2] == HVC_STAMP_TAG && again[0] == w[0];
		again[4] = ++salt;
		good = good && w[4] == salt && peek(at) == salt;
		poke(at, was);
		if (!good)
			diag("page %u reads as %#x and %#x, not as %#x", i,
			     w[0], again[0], (uint32_t)(x + i));
	}
	munmap(p, len());
	return good;
}

/* @p maps page frame @pfn, whatever is there. */
static bool maps(void *p, uint64_t pfn)
{
	uint64_t offset = ~0ull;
	bool good;

	if (p == MAP_FAILED) {
		diag("%s", strerror(errno));
		return false;
	}
	good = maps_offset(p, &offset) && offset == pfn * page;
	if (!good)
		diag("/proc/self/maps says %#llx",
		     (unsigned long long)offset);
	munmap(p, len());
	return good;
}

static bool refused(void *p, size_t size, int err)
{
	if (p == MAP_FAILED && errno == err)
		return true;
	diag("%s", p == MAP_FAILED ? strerror(errno) : "mapped");
	if (p != MAP_FAILED)
		munmap(p, size);
	return false;
}

static void *native(size_t size)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		    x * page);
}

static void *displaced(unsigned long w1, unsigned long w2)
{
	return VENDOR_LAST->map[0](fd, len(), x * page, w1, w2);
}

static void *raw(uint64_t pgoff)
{
	return raw_mmap2(fd, len(), pgoff, NULL);
}

/* Nothing is repaired: what the driver alone makes of them. */
static void as_ever(const char *when)
{
	ok(doubled(native(len())), "%s: right call: right page, twice", when);
	ok(maps(displaced(0, 0), 0), "%s: zero/zero: page 0", when);
	ok(refused(raw(0x12300000 | x), len(), EINVAL),
	   "%s: high bits: the driver's EINVAL", when);
	ok(refused(raw(x * page), len(), EINVAL),
	   "%s: byte offset: the driver's EINVAL", when);
}

static void repaired(const char *when)
{
	ok(doubled(native(len())), "%s: right call: right page, twice", when);
	ok(doubled(displaced(0, 0)), "%s: zero/zero: right page, twice", when);
	ok(doubled(displaced(POINTER, SMALL)),
	   "%s: pointer/small: right page, twice", when);
	ok(doubled(raw(0x12300000 | x)), "%s: high bits: right page, twice",
	   when);
	ok(doubled(raw(0xfff00000 | x)), "%s: sign: right page, twice", when);
	ok(doubled(raw(x * page)), "%s: byte offset: right page, twice", when);
	ok(refused(native(len() - page), len() - page, EINVAL),
	   "%s: odd length: EINVAL, and the kernel lives", when);
}

static void load(int mode)
{
	compat_with("devices=" NAME " modes=%d", mode);
	/* One that was opened before keeps the driver to itself. */
	node_make(NAME, 1, 13);
	fd = node_open(NAME);
	if (fd < 0)
		bail("/dev/" NAME ": %s", strerror(-fd));
}

static void unload(void)
{
	close(fd);
	compat_down();
	node_make(NAME, 1, 13);
}

int main(void)
{
	hvct_init();
	ktap_plan(30);
	vendor_libs_open();
	base_up();
	stamp();
	x = MMZ_PFN + 0x123;
	outside = MMZ_END_PFN;

	node_make(NAME, 1, 13);
	fd = node_open(NAME);
	if (fd < 0)
		bail("this kernel has no /dev/" NAME ": %s", strerror(-fd));
	as_ever("alone");
	close(fd);

	load(MODE_OBSERVE);
	ok(strstr(state_of(NAME), "taken over, major 1:13"), "taken over");
	as_ever("observe");
	ok(report(NAME, "would_repair") == 3, "observe: three would be repaired");
	unload();

	load(MODE_REPAIR);
	repaired("repair");
	ok(maps(raw(outside), outside), "repair: outside: as the driver likes");
	unload();

	load(MODE_GUARD);
	repaired("guard");
	ok(refused(raw(outside), len(), EINVAL), "guard: outside: EINVAL");
	unload();

	fd = node_open(NAME);
	as_ever("afterwards");
	close(fd);
	vendor_down();
	return ktap_end();
}
