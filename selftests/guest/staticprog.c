// SPDX-License-Identifier: GPL-2.0
/*
 * A vendor archive linked into a static musl program: no library, no PLT, one
 * text for libc, vendor code and native code. The call site tells them apart.
 *
 * The same calls on a device that is not exclusive: only what cannot be a
 * page of this machine is taken for garbage there.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hvct.h"
#include "sites.h"

#define PAGES	4
#define SMALL	0x64ul
#define POINTER	0xbefff000ul

static uint64_t x, y;

static void *call(const char *dev, int fd, int site, unsigned long w1,
		  unsigned long w2)
{
	begin(dev);
	return linked_sites[site](fd, PAGES * page, x * page, w1, w2);
}

static void exclusive(int fd)
{
	void *p;

	expect_map(call("venc", fd, 0, y * page, 0), PAGES, 2, y,
		   "unproven site, stale word in range: left alone");
	expect_map(call("venc", fd, 0, 0, 0), PAGES, 2, x,
		   "zero/zero: repaired");
	expect_map(call("venc", fd, 0, y * page, 0), PAGES, 2, x,
		   "proven site, stale word in range: corrected");
	expect_map(call("venc", fd, 1, POINTER, SMALL), PAGES, 2, x,
		   "pointer/small: repaired");
	expect_map(call("venc", fd, 2, x * page, SMALL), PAGES, 2, x,
		   "same/small: repaired");
	expect_err(call("venc", fd, 3, 0x1234567, 0), EINVAL, 0,
		   "unaligned: libc refuses");
	begin("venc");
	p = native_sites[0](fd, PAGES * page, y * page, x * page);
	expect_map(p, PAGES, 2, x, "native call, padding in range: unchanged");
	begin("venc");
	p = mmap(NULL, PAGES * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		 y * page);
	expect_map(p, PAGES, 2, y, "plain mmap of this program: unchanged");
	begin("venc");
	p = raw_mmap2(fd, PAGES * page, 0x12300000 | x, NULL);
	expect_map(p, PAGES, 2, x, "raw mmap2, high bits: repaired");
	begin("venc");
	p = raw_mmap2(fd, PAGES * page, x * page, NULL);
	expect_map(p, PAGES, 2, x, "raw mmap2, byte offset: repaired");
}

static void not_exclusive(int fd)
{
	expect_map(call("sys", fd, 4, 0, 0), PAGES, 1, x,
		   "not exclusive, zero/zero: repaired");
	if (!phys_is_wide())
		expect_map(call("sys", fd, 5, POINTER, SMALL), PAGES, 1, x,
			   "not exclusive, pointer/small: repaired");
	else if (kernel_limits_pgoff())
		expect_err(call("sys", fd, 5, POINTER, SMALL), EOVERFLOW, 0,
			   "not exclusive, pointer/small, may be a page: EOVERFLOW");
	else
		expect_wild(call("sys", fd, 5, POINTER, SMALL), PAGES,
			    SMALL << 20 | POINTER / page, x,
			    "not exclusive, pointer/small, may be a page: unchanged");
	expect_wild(call("sys", fd, 6, POINTER, 0), PAGES, POINTER / page, x,
		    "not exclusive, a word that may be a page: unchanged");
	expect_map(call("sys", fd, 7, y * page, 0), PAGES, 1, y,
		   "not exclusive, stale word in range: left alone");
	ok_num(report("sys", "unlisted"), 1 + phys_is_wide(), "not exclusive: counted as unlisted");
}

int main(void)
{
	char params[128], *block;
	int fd;

	hvct_init();
	ktap_plan(10 + 5 + 1);
	x = MMZ_PFN + 0x123;
	y = MMZ_PFN + 0x456;
	vendor_up("venc,sys:plain");
	snprintf(params, sizeof(params),
		 "=devices=venc,sys mmz=anonymous,0,%#llx,%#llx modes=venc:3,sys:3",
		 (unsigned long long)mmz_phys, (unsigned long long)mmz_len);
	compat_up(params);
	fd = dev_open("venc");
	exclusive(fd);
	block = report_process(getpid());
	ok(block && strstr(block, "/staticprog legacy") &&
	   strstr(block, "/staticprog wide"),
	   "the report has both sorts of call sites in one program");
	free(block);
	close(fd);
	fd = dev_open("sys");
	not_exclusive(fd);
	close(fd);
	compat_down();
	vendor_down();
	return ktap_end();
}
