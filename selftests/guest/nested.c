// SPDX-License-Identifier: GPL-2.0
/*
 * A mapping made from inside another device's ioctl: its .mmap is nested, the
 * registers and the stack belong to the ioctl. It is checked against the
 * ranges, and the stack is evidence of nothing, however much it looks like it:
 * here descriptor, offset, length and a block with a return address are all as
 * an mmap2 of the same mapping would leave them (on i386 there is nothing of
 * the sort); only the system call's number differs.
 *
 * And a mapping that another device's .mmap hands on: there the system call is
 * an mmap2 with all its registers, only its descriptor is not one of this file.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hvct.h"
#include "sites.h"

#define PAGES	4

static int venc, nested;
static uint64_t x;

/* The request number is the length, as r1 of an mmap2 would be. */
static void *map(uint64_t pfn)
{
	static uint32_t stack[1024] __attribute__((aligned(8)));
	uint32_t *sp = stack + 256;
	struct hvc_nested n = {
		.offset = pfn * page, .len = PAGES * page, .fd = venc,
		.prot = PROT_READ | PROT_WRITE, .flags = MAP_SHARED,
	};
	struct raw_call c = {
		.addr = nested, .len = PAGES * page,
		.prot = (unsigned long)&n, .fd = venc, .pgoff = pfn,
		.nr = SYS_ioctl, .sp = sp,
	};
	struct block b = {
		.at = AT_NEAR, .ra = (uint32_t)(uintptr_t)RA_GOOD, .fd = venc,
		.x = x * page, .w1 = pfn * page,
	};
	long ret;

	block_put(sp, &b);
	stack_args(sp, venc, pfn);
	begin("venc");
	ret = raw_syscall(&c);
	if (ret < 0) {
		errno = -ret;
		return MAP_FAILED;
	}
	return (void *)(uintptr_t)n.addr;
}

/* mmap2 on a file that hands it on to venc, with a block for that file. */
static void *forwarded(uint64_t pfn)
{
	static uint32_t stack[1024] __attribute__((aligned(8)));
	uint32_t *sp = stack + 256;
	struct block b = {
		.at = AT_NEAR, .ra = (uint32_t)(uintptr_t)RA_GOOD,
		.x = x * page, .w1 = pfn * page,
	};
	int fd = dev_open("exporter");
	void *p;
	int err;

	if (ioctl(fd, HVC_FORWARD_TO, venc))
		bail("HVC_FORWARD_TO: %s", strerror(errno));
	b.fd = fd;
	block_put(sp, &b);
	stack_args(sp, fd, pfn);
	begin("venc");
	p = raw_mmap2(fd, PAGES * page, pfn, sp);
	err = errno;
	close(fd);
	errno = err;
	return p;
}

int main(void)
{
	uint64_t y;
	int mode;

	hvct_init();
	ktap_plan(5 * 6 + 3);
	x = MMZ_PFN + 0x123;
	y = MMZ_PFN + 0x456;
	vendor_up("venc,mmz_userdev:nested,exporter:forward");
	for (mode = MODE_NONE; mode <= MODE_GUARD; mode++) {
		const char *m = mode_name(mode);

		compat_mode(mode);
		venc = dev_open("venc");
		nested = dev_open("mmz_userdev");
		expect_map(map(y), PAGES, 2, y, "%s: in range: unchanged", m);
		expect_map(map(MMZ_END_PFN - 2), PAGES, 2, MMZ_END_PFN - 2,
			   "%s: ring at the very end: unchanged", m);
		expect_map(forwarded(y), PAGES, 2, y,
			   "%s: handed on, in range: unchanged", m);
		if (mode == MODE_GUARD)
			expect_err(forwarded(0), EINVAL, 0,
				   "%s: handed on, 0: refused", m);
		else
			expect_wild(forwarded(0), PAGES, 0, x,
				    "%s: handed on, 0: as ever", m);
		if (mode == MODE_GUARD) {
			expect_err(map(0), EINVAL, 0, "%s: 0: refused", m);
			expect_err(map(MMZ_END_PFN), EINVAL, 0,
				   "%s: past the end: refused", m);
			ok_num(report("venc", "displaced"), 0,
			       "no frame evidence in either");
			ok_num(report("venc", "outside"), 3,
			       "checked against the ranges all the same");
			ok_num(report("venc", "contested"), 0,
			       "nothing contested in either");
		} else {
			expect_wild(map(0), PAGES, 0, x, "%s: 0: as ever", m);
			expect_wild(map(MMZ_END_PFN), PAGES, MMZ_END_PFN, x,
				    "%s: past the end: as ever", m);
		}
		close(nested);
		close(venc);
		compat_down();
	}
	vendor_down();
	return ktap_end();
}
