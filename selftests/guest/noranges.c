// SPDX-License-Identifier: GPL-2.0
/*
 * No ranges known: devices are observed only, nothing is changed or refused in
 * any mode, and one log line says what to set. Setting ranges then is enough.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hvct.h"
#include "sites.h"

#define PAGES	4
/* First stale word of a vendor's call: all that is lost, or the high word. */
#define GARBAGE	(ABI_FRAME ? 0 : 0x64ul)

int main(void)
{
	char ranges[64], mode[2] = "0";
	uint64_t x, high;
	int fd, i;
	void *p;

	hvct_init();
	ktap_plan(2 + 4 * 7 + 6);
	x = MMZ_PFN + 0x123;
	high = 0x12300000 | x;
	vendor_libs_open();
	vendor_up("venc");
	log_mark();
	compat_up("=devices=venc");
	ok_num(log_count("ranges"), 1, "one log line that says what to set");
	fd = dev_open("venc");
	ok_num(log_count("ranges"), 1, "and no further one at open");
	for (i = MODE_OFF; i <= MODE_GUARD; i++) {
		const char *m = mode_name(i);

		mode[0] = '0' + i;
		if (sysctl_set("venc", "mode", mode))
			bail("cannot set mode %s", mode);
		begin("venc");
		p = native_sites[0](fd, PAGES * page, 0, x * page);
		expect_map(p, PAGES, 2, x, "%s: right offset: unchanged", m);
		begin("venc");
		p = vendor_libs[0].map[i](fd, PAGES * page, x * page, GARBAGE,
					  0);
		if (ABI_FRAME)
			expect_wild(p, PAGES, 0, x, "%s: displaced: unchanged",
				    m);
		else if (kernel_limits_pgoff())
			expect_err(p, EOVERFLOW, 0, "%s: high word: EOVERFLOW",
				   m);
		else
			expect_wild(p, PAGES, GARBAGE << 20 | x, ~0ull,
				    "%s: high word: as ever", m);
		begin("venc");
		p = raw_mmap2(fd, PAGES * page, high, NULL);
		if (kernel_limits_pgoff())
			expect_err(p, EOVERFLOW, 0, "%s: high bits: EOVERFLOW",
				   m);
		else
			expect_wild(p, PAGES, high, ~0ull,
				    "%s: high bits: as ever", m);
		begin("venc");
		p = raw_mmap2(fd, PAGES * page, MMZ_END_PFN, NULL);
		expect_wild(p, PAGES, MMZ_END_PFN, x,
			    "%s: past the end: as ever", m);
		ok_num(report("venc", "repaired"), 0,
		       i == 0 ? "off: nothing repaired" :
		       i == 1 ? "observe: nothing repaired" :
		       i == 2 ? "repair: nothing repaired" :
		       "guard: nothing repaired");
		ok_num(report("venc", "refused"), 0,
		       i == 0 ? "off: nothing refused" :
		       i == 1 ? "observe: nothing refused" :
		       i == 2 ? "repair: nothing refused" :
		       "guard: nothing refused");
		ok_num(report("venc", "contested"), 0,
		       i == 0 ? "off: nothing contested" :
		       i == 1 ? "observe: nothing contested" :
		       i == 2 ? "repair: nothing contested" :
		       "guard: nothing contested");
	}
	snprintf(ranges, sizeof(ranges), "%#llx+%#llx\n",
		 (unsigned long long)mmz_phys, (unsigned long long)mmz_len);
	ok_num(sysctl_set(NULL, "ranges", ranges), 0, "ranges can be set now");
	begin("venc");
	p = vendor_libs[0].map[4](fd, PAGES * page, x * page, GARBAGE, 0);
	expect_map(p, PAGES, 2, x, "from a library: repaired on the open file");
	begin("venc");
	p = raw_mmap2(fd, PAGES * page, high, NULL);
	expect_map(p, PAGES, 2, x, "high bits: repaired");
	begin("venc");
	p = raw_mmap2(fd, PAGES * page, MMZ_END_PFN, NULL);
	expect_err(p, EINVAL, 0, "past the end: refused by guard");
	close(fd);
	compat_down();
	ok(access("/proc/" COMPAT, F_OK) && errno == ENOENT,
	   "the report is gone after rmmod");
	ok(access("/proc/sys/dev/" COMPAT, F_OK) && errno == ENOENT,
	   "and so are the sysctls");
	vendor_down();
	return ktap_end();
}
