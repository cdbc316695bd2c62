// SPDX-License-Identifier: GPL-2.0
/*
 * Another mmap wrapper between libc and the caller: this program's own mmap is
 * what the vendor-like libraries bind to. One wrapper issues the system call
 * itself (the caller's block lies behind the wrapper's frame), one drops the
 * high word on the way, one calls libc's mmap (the nearest block is then the
 * wrapper's own, a 64-bit one, which must not be searched past).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hvct.h"
#include "sites.h"

#define PAGES	4
#define SMALL	0x64ul
#define POINTER	0xbefff000ul

typedef void *words_fn(void *, size_t, int, int, int, long, long, long);

static enum { OWN_CALL, LOW_ONLY, LIBC } how;
static words_fn *next;
static long padding;

void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t off)
{
	volatile char frame[40];	/* what a real wrapper keeps here */
	struct raw_call c = {
		.addr = (unsigned long)addr, .len = len, .prot = prot,
		.flags = flags, .fd = fd, .nr = SYS_mmap2,
	};
	long ret;

	if (how == LIBC)
		return next(addr, len, prot, flags, fd, padding,
			    ABI_OFFSET((long)off, (long)(off >> 32)));
	memset((void *)frame, 0, sizeof(frame));
	c.pgoff = how == LOW_ONLY ? (uint32_t)off >> 12 : off >> 12;
	ret = raw_syscall(&c);
	if (ret < 0 && ret > -4096) {
		errno = -ret;
		return MAP_FAILED;
	}
	return (void *)ret;
}

int main(void)
{
	uint64_t x, y;
	char *proc, name[64];
	int fd, i;

	hvct_init();
	ktap_plan(7 * VENDOR_LIBS + 2);
	x = MMZ_PFN + 0x123;
	y = MMZ_PFN + 0x456;
	next = (words_fn *)dlsym(RTLD_NEXT, "mmap");
	if (!next)
		bail("libc has no mmap");
	vendor_libs_open();
	vendor_up("venc");
	compat_mode(MODE_GUARD);
	fd = dev_open("venc");
	for (i = 0; i < VENDOR_LIBS; i++) {
		struct vendor_lib *lib = &vendor_libs[i];
		const char *l = lib->name;
		size_t len = PAGES * page;
		void *p;

		how = LOW_ONLY;
		begin("venc");
		p = lib->map[0](fd, len, x * page, POINTER, SMALL);
		expect_map(p, PAGES, 2, x, "%s: wrapper drops the high word: repaired",
			   l);
		begin("venc");
		p = lib->map[0](fd, len, x * page, y * page, 0);
		expect_map(p, PAGES, 2, y, "%s: ... which has proven nothing", l);

		how = LIBC;
		padding = 0x1234567;
		begin("venc");
		p = lib->map[2](fd, len, x * page, 0, 0);
		expect_err(p, EINVAL, 0,
			   "%s: wrapper calls libc, padding garbage: no evidence",
			   l);
		padding = 0;
		begin("venc");
		p = lib->map[2](fd, len, x * page, POINTER, SMALL);
		expect_err(p, EINVAL, 0,
			   "%s: wrapper calls libc, padding zero: no evidence", l);
		padding = x * page;
		begin("venc");
		p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			 y * page);
		expect_map(p, PAGES, 2, y,
			   "%s: native call through it: unchanged", l);

		how = OWN_CALL;
		begin("venc");
		p = lib->map[3](fd, len, x * page, POINTER, SMALL);
		expect_map(p, PAGES, 2, x,
			   "%s: wrapper with its own system call: repaired", l);
		begin("venc");
		p = lib->map[3](fd, len, x * page, y * page, 0);
		expect_map(p, PAGES, 2, x, "%s: ... which has proven the site",
			   l);
	}
	proc = report_process(getpid());
	snprintf(name, sizeof(name), "%s legacy", vendor_lib_file(VENDOR_LAST));
	ok(proc && strstr(proc, name),
	   "the report names a proven site by its library");
	free(proc);
	ok_num(report("venc", "repaired"), 3 * VENDOR_LIBS,
	       "as many repaired as were meant to be");
	close(fd);
	compat_down();
	vendor_down();
	return ktap_end();
}
