// SPDX-License-Identifier: GPL-2.0
/*
 * Guard mode keeps RAM that the kernel manages out of reach, whatever ranges,
 * garbled offsets and the allocator say, unless a range names it with "!": the
 * log shouts about that. The other modes let a listed page through, as ever.
 *
 * The driver checks nothing; what it maps of the kernel's RAM is only read.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dispatchlib.h"
#include "sites.h"

#define SHOUT	"may be RAM that the kernel itself manages"
#define HIGH	0x12300000u

static int fd;
static uint64_t x, ram;		/* page frames */

static void *raw(unsigned int pages, uint64_t pgoff)
{
	begin("venc");
	return raw_mmap2(fd, pages * page, pgoff, NULL);
}

/* Stale words as this ABI has them: zeros, or a high word. */
static void *garbled(uint64_t pfn)
{
	begin("venc");
	return vendor_libs[0].map[0](fd, page, pfn * page,
				     ABI_FRAME ? 0 : HIGH >> 20, 0);
}

static void reaches(void *p, uint64_t pfn, const char *what)
{
	expect_wild(p, 1, pfn, ~0ull, "%s: reaches the driver", what);
}

static void refused(void *p, const char *what)
{
	expect_err(p, EINVAL, 0, "%s: refused", what);
}

/* "@fmt" with the MMZ and the two halves of 32 pages of RAM. */
static void set_ranges(const char *first, const char *second)
{
	char text[160];
	int err;

	snprintf(text, sizeof(text), "%#llx+%#llx,%#llx+%#lx%s,%#llx+%#lx%s",
		 (unsigned long long)mmz_phys, (unsigned long long)mmz_len,
		 (unsigned long long)(ram * page), 16 * page, first,
		 (unsigned long long)((ram + 16) * page), 16 * page, second);
	log_mark();
	err = sysctl_set("venc", "ranges", text);
	if (err)
		bail("ranges %s: %s", text, strerror(-err));
}

static void set_mode(int mode)
{
	char text[2] = { '0' + mode, 0 };

	if (sysctl_set("venc", "mode", text))
		bail("cannot set mode");
}

static void unnamed(void)
{
	set_ranges("", "");
	ok_num(log_count(SHOUT), 0, "ranges without \"!\": nothing shouted");
	set_mode(MODE_REPAIR);
	reaches(raw(1, ram), ram, "repair: listed RAM");
	set_mode(MODE_GUARD);
	refused(raw(1, ram), "guard: listed RAM");
	refused(raw(1, ram + 31), "guard: listed RAM, last page");
	refused(raw(1, HIGH | ram), "guard: RAM with high bits");
	refused(raw(1, ram * page), "guard: RAM as a byte offset");
	refused(garbled(ram), "guard: RAM behind stale words");
	refused(raw(2, MMZ_PFN - 1), "guard: from RAM into the MMZ");
	expect_map(raw(1, MMZ_PFN), 1, 1, MMZ_PFN, "guard: the MMZ: unchanged");
	expect_map(raw(1, HIGH | x), 1, 1, x, "guard: the MMZ: repaired");
}

#define UNNAMED	10

static void named(void)
{
	char want[64];

	set_ranges("!", "");
	ok_num(log_count(SHOUT), 1, "\"!\": the log shouts once");
	snprintf(want, sizeof(want), "0x%08llx-0x%08llx!",
		 (unsigned long long)(ram * page),
		 (unsigned long long)((ram + 16) * page - 1));
	if (!ok(strstr(sysctl_str("venc", "ranges"), want),
		"\"!\": the ranges read back with it"))
		diag("no %s in %s", want, sysctl_str("venc", "ranges"));
	reaches(raw(1, ram), ram, "guard: named RAM");
	reaches(raw(1, ram + 15), ram + 15, "guard: named RAM, last page");
	reaches(raw(1, HIGH | ram), ram, "guard: named RAM, repaired");
	reaches(garbled(ram + 1), ram + 1, "guard: named RAM, stale words");
	refused(raw(1, ram + 16), "guard: listed beside it, not named");
	refused(raw(2, ram + 15), "guard: named only for its first page");
	refused(raw(1, ram - 1), "guard: not listed at all");
	set_ranges("", "");
	refused(raw(1, ram), "guard: the name taken back");
}

#define NAMED	10

/* The allocator's word is not enough either. */
static void allocated(void)
{
	char params[96];

	if (sysctl_set("venc", "ranges", "none"))
		bail("cannot clear ranges");
	snprintf(params, sizeof(params), "mmz=anonymous,0,%#llx,64k",
		 (unsigned long long)(ram * page));
	if (mod_load("hvc_mmz_goke", params))
		bail("insmod hvc_mmz_goke %s", params);
	mmz_open();
	if (mmz_alloc("", "ram", 16 * page, 0) != (int64_t)(ram * page))
		bail("no block in RAM");
	refused(raw(1, ram), "guard: a live block in RAM");
	set_mode(MODE_REPAIR);
	reaches(raw(1, HIGH | ram), ram, "repair: a live block in RAM");
	mmz_close();
	if (mod_unload("hvc_mmz_goke"))
		bail("rmmod hvc_mmz_goke");
}

#define ALLOCATED	2

static void at_load(void)
{
	char params[160];

	snprintf(params, sizeof(params),
		 "=devices=venc modes=3 repeat=1 ranges=venc:%#llx+%#lx!",
		 (unsigned long long)(ram * page), 16 * page);
	log_mark();
	compat_up(params);
	fd = dev_open("venc");
	ok_num(log_count(SHOUT), 1, "\"!\" as a parameter: the log shouts once");
	reaches(raw(1, ram), ram, "\"!\" as a parameter: named RAM");
	close(fd);
	compat_down();
}

#define AT_LOAD	2

int main(void)
{
	hvct_init();
	ktap_plan(UNNAMED + NAMED + ALLOCATED + AT_LOAD + 1);
	x = MMZ_PFN + 0x123;
	/* On malta a hole lies below the MMZ. */
	ram = mmz_phys == 0x90000000 ? 0x8000000 / page : MMZ_PFN - 0x1000;
	vendor_libs_open();
	vendor_up("venc:plain");
	compat_up("=devices=venc repeat=1");
	fd = dev_open("venc");
	unnamed();
	named();
	allocated();
	close(fd);
	compat_down();
	at_load();
	vendor_down();
	ok(!mod_loaded(COMPAT) && !mod_loaded("hvc_venc"), "nothing left loaded");
	return ktap_end();
}
