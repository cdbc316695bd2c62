// SPDX-License-Identifier: GPL-2.0
/*
 * Drivers of every sort behind misc devices, first without the module, then
 * taken over: what they were handed, what their callers see, and that no
 * reference on either module is left or lost. Then a device that goes away
 * while a file is open.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hvct.h"
#include "sites.h"

#define KINDS	"noop:noopen,noown:noowner,rw:rw,gua:gua,nom:nommap," \
		"fail:openfail,repl:replace,hime:himedia,perm:eperm,inval:einval," \
		"ioc:ioctls"
#define NAMES	"noop,noown,rw,gua,nom,fail,repl,hime,perm,inval,ioc"

static uint64_t x, high;
static bool on;			/* taken over, in mode repair */
static const char *m;		/* says so in descriptions */
static int moved;		/* errno of mremap() on gua without us, 0: works */
static uint64_t moved_off;	/* the offset it has then */

/*
 * A right call and one with garbage above its 32 bits. @err: what the driver
 * itself says to the latter, 0: it maps what is left after a shift.
 */
static void right_and_garbled(const char *dev, int fd, unsigned int pages,
			      int err)
{
	void *p;

	begin(dev);
	p = native_sites[0](fd, pages * page, 0x123, x * page);
	expect_map(p, pages, 1, x, "%s, %s: right offset: right page", dev, m);
	begin(dev);
	p = raw_mmap2(fd, pages * page, high, NULL);
	if (on)
		expect_map(p, pages, 1, x, "%s, %s: high bits: right page",
			   dev, m);
	else if (kernel_limits_pgoff())
		expect_err(p, EOVERFLOW, 0, "%s, %s: high bits: EOVERFLOW",
			   dev, m);
	else if (err)
		expect_err(p, err, 1, "%s, %s: high bits: the driver's error",
			   dev, m);
	else
		expect_wild(p, pages, high, ~0ull, "%s, %s: high bits: raw",
			    dev, m);
}

static void no_open(void)
{
	static int misc_before;
	int fd = dev_open("noop");
	struct hvc_stat st;

	right_and_garbled("noop", fd, 2, 0);
	munmap(native_sites[0](fd, page, 0, x * page), page);
	st = stat_of("noop");
	if (!on)
		misc_before = st.private_misc;
	ok(st.private_misc == (unsigned int)misc_before &&
	   (st.private_misc || !st.private_data),
	   "noop, %s: private_data is what misc_open leaves there", m);
	close(fd);
}

static void read_write(void)
{
	int fd = dev_open("rw");
	struct hvc_stat st;
	char c;
	void *p;

	begin("rw");
	p = native_sites[0](fd, page, 0, x * page);
	expect_map(p, 1, 1, x, "rw, %s: right offset: right page", m);

	/* Where the limit is lifted negative positions would pass, too. */
	begin("rw");
	lseek(fd, -4096, SEEK_SET);	/* its result is in doubt, f_pos is not */
	errno = 0;
	ok(read(fd, &c, 1) == -1 && errno == EINVAL && !stat_of("rw").reads,
	   "rw, %s: read at a negative position: EINVAL, driver not asked", m);
	lseek(fd, 8192, SEEK_SET);
	ok(read(fd, &c, 1) == 0, "rw, %s: read", m);
	st = stat_of("rw");
	ok(st.reads == 1 && st.read_pos == 8192,
	   "rw, %s: read: the driver sees the position", m);
	ok(pread(fd, &c, 1, 4096) == 0 && stat_of("rw").read_pos == 4096,
	   "rw, %s: pread: the driver sees the position", m);
	ok(pread(fd, &c, 1, -1) == -1 && errno == EINVAL,
	   "rw, %s: pread at -1: EINVAL", m);
	ok(write(fd, &c, 1) == -1 && errno == EINVAL,
	   "rw, %s: write, which it has not: EINVAL", m);
	close(fd);
}

static void *free_place(size_t len)
{
	void *p = mmap(NULL, len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		       0);

	munmap(p, len);
	return p;
}

static void unmapped_area(void)
{
	int fd = dev_open("gua");
	void *hint = free_place(8 * page), *p, *q;
	struct raw_call c = {
		.addr = (unsigned long)hint, .len = 2 * page,
		.prot = PROT_READ | PROT_WRITE, .flags = MAP_SHARED, .fd = fd,
		.pgoff = high, .nr = SYS_mmap2,
	};
	struct hvc_stat st;
	uint64_t off = 0;
	long ret;
	int err;

	begin("gua");
	p = mmap(hint, 2 * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		 x * page);
	st = stat_of("gua");
	ok(p == hint && st.guas == 1 && st.gua_pgoff == x,
	   "gua, %s: .get_unmapped_area sees the right pgoff", m);
	expect_map(p, 2, 1, x, "gua, %s: right offset: right page", m);

	begin("gua");
	ret = raw_syscall(&c);
	st = stat_of("gua");
	ok(st.guas == 1 && st.gua_pgoff == (on ? x : high),
	   "gua, %s: high bits: .get_unmapped_area sees %s", m,
	   on ? "the repaired pgoff" : "the raw pgoff");
	p = (void *)ret;
	if (ret < 0 && ret > -4096) {
		errno = -ret;
		p = MAP_FAILED;
	}
	if (on)
		expect_map(p, 2, 1, x, "gua, %s: high bits: right page", m);
	else if (kernel_limits_pgoff())
		expect_err(p, EOVERFLOW, 0, "gua, %s: high bits: EOVERFLOW", m);
	else
		expect_wild(p, 2, high, ~0ull, "gua, %s: high bits: raw", m);

	/* mremap asks .get_unmapped_area, too, with the mapping's own pgoff. */
	p = mmap(hint, 2 * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		 x * page);
	begin("gua");
	q = mremap(p, 2 * page, 2 * page, MREMAP_MAYMOVE | MREMAP_FIXED,
		   (char *)hint + 4 * page);
	st = stat_of("gua");
	err = q == MAP_FAILED ? errno : 0;
	if (!err && !maps_offset(q, &off))
		bail("gua, %s: a moved mapping is not in /proc/self/maps", m);
	if (!on) {
		moved = err;
		moved_off = off;
	}
	/*
	 * Some old kernels let no such mapping move: nor with the module. From
	 * 4.3 to 4.17 one without vm_ops passes for an anonymous one, and its
	 * offset becomes the new address.
	 */
	if (err)
		ok(kernel_before(4, 17) && err == moved && !st.mmaps,
		   "gua, %s: mremap: %s", m, strerror(err));
	else
		ok(!moved && q == (char *)hint + 4 * page && off == moved_off &&
		   (off == x * page ||
		    (!kernel_before(4, 3) && kernel_before(4, 18) &&
		     off == (uintptr_t)q)) &&
		   *(volatile uint32_t *)q == x && !st.mmaps,
		   "gua, %s: mremap moves it, its offset as without the module",
		   m);
	munmap(err ? p : q, 2 * page);
	close(fd);
}

static void failing_open(void)
{
	int before = mod_refs("hvc_venc"), mine = mod_refs(COMPAT), i, bad = 0;

	for (i = 0; i < 100; i++)
		bad += open("/dev/fail", O_RDWR) != -1 || errno != EBUSY;
	ok(!bad, "fail, %s: open fails with the driver's EBUSY", m);
	ok_num(stat_of("fail").opens, 100 * (on + 1),
	       on ? "fail, taken over: the driver was asked each time" :
	       "fail, alone: the driver was asked each time");
	ok(mod_refs("hvc_venc") == before && mod_refs(COMPAT) == mine,
	   "fail, %s: no reference left or lost", m);
}

static void replacing(const char *dev)
{
	int fd = dev_open(dev);

	right_and_garbled(dev, fd, 2, 0);
	close(fd);
}

static void checking(const char *dev, int err)
{
	int fd = dev_open(dev);
	void *p;

	right_and_garbled(dev, fd, 2, err);
	begin(dev);
	p = raw_mmap2(fd, page, MMZ_END_PFN, NULL);
	expect_err(p, err, 1, "%s, %s: past the end: the driver's own error",
		   dev, m);
	begin(dev);
	p = raw_mmap2(fd, page, 0, NULL);
	expect_err(p, err, 1, "%s, %s: 0: the driver's own error", dev, m);
	close(fd);
}

static void all_kinds(void)
{
	int refs = mod_refs("hvc_venc"), mine = mod_refs(COMPAT), fd;
	void *p;

	no_open();
	fd = dev_open("noown");
	right_and_garbled("noown", fd, 2, 0);
	close(fd);
	read_write();
	unmapped_area();

	fd = dev_open("nom");
	begin("nom");
	p = native_sites[0](fd, page, 0, x * page);
	expect_err(p, ENODEV, 0, "nom, %s: no .mmap: ENODEV", m);
	begin("nom");
	p = native_sites[0](fd, page, 0, 0);
	expect_err(p, ENODEV, 0, "nom, %s: no .mmap, offset 0: ENODEV", m);
	close(fd);

	/* A 32-bit task of a 64-bit kernel comes in by the other entry. */
	fd = dev_open("ioc");
	ok_num(ioctl(fd, HVC_WHICH_IOCTL), kernel_is_64bit() ? 2 : 1,
	       on ? "ioc, taken over: the driver's own entry" :
	       "ioc, alone: the driver's own entry");
	right_and_garbled("ioc", fd, 2, 0);
	close(fd);

	failing_open();
	replacing("repl");
	replacing("hime");
	checking("perm", EPERM);
	checking("inval", EINVAL);
	ok(mod_refs("hvc_venc") == refs, "%s: driver's references as before", m);
	ok(mod_refs(COMPAT) == mine, "%s: module's references as before", m);
}

/* A device that is unregistered while a file of it is open, and comes back. */
static void going_away(void)
{
	int fd = dev_open("perm"), fd2;
	void *p;

	ok_num(vendor_ctl("-perm"), 0, "a device can go while a file is open");
	p = native_sites[0](fd, page, 0, x * page);
	ok(p != MAP_FAILED && *(volatile uint32_t *)p == x,
	   "the open file still maps right pages");
	munmap(p, page);
	p = raw_mmap2(fd, page, high, NULL);
	ok(p != MAP_FAILED && *(volatile uint32_t *)p == x,
	   "and is still repaired");
	ok_num(open("/dev/perm", O_RDWR), -1, "a new open fails");
	ok_num(mod_unload(COMPAT), -EWOULDBLOCK,
	       "the module stays for the open file");
	ok_num(mod_unload("hvc_venc"), -EWOULDBLOCK,
	       "and so does the driver");
	ok_num(vendor_ctl("+perm:eperm"), 0, "the device comes back");
	ok_num(stat_of("perm").swapped, 1, "and is taken over at once");
	fd2 = dev_open("perm");
	begin("perm");
	expect_map(raw_mmap2(fd2, page, high, NULL), 1, 1, x,
		   "a file of the new device is repaired");
	if (p != MAP_FAILED)
		munmap(p, page);
	close(fd);
	begin("perm");
	expect_map(raw_mmap2(fd2, page, high, NULL), 1, 1, x,
		   "also after the old file is closed");
	close(fd2);
	ok(mod_refs(COMPAT) == 0, "no reference left on the module");
}

int main(void)
{
	char params[256];

	hvct_init();
	ktap_plan(2 * 39 + 2 + 11 + 2);
	x = MMZ_PFN + 0x123;
	high = 0x12300000 | x;
	vendor_up(KINDS);
	m = "alone";
	all_kinds();

	snprintf(params, sizeof(params),
		 "=devices=" NAMES " mmz=anonymous,0,%#llx,%#llx%s",
		 (unsigned long long)mmz_phys, (unsigned long long)mmz_len,
		 /* or what is garbage elsewhere may be a page there */
		 phys_is_wide() ? " exclusive=1" : "");
	log_mark();
	compat_up(params);
	ok(log_count("noown") > 0, "a table without owner is named in the log");
	ok(log_count("hime") == 0 && log_count("noop") == 0,
	   "the others are not complained about");
	on = true;
	m = "taken over";
	all_kinds();
	going_away();
	ok_num(mod_unload(COMPAT), 0, "the module can be removed");
	ok_num(mod_unload("hvc_venc"), 0, "and then the drivers");
	vendor_down();
	return ktap_end();
}
