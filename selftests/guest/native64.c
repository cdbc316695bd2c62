// SPDX-License-Identifier: GPL-2.0
/*
 * A native program of a 64-bit kernel, on a device whose buffers are known:
 * whatever it passes, the driver is handed exactly that. Only guard refuses
 * what fits no range, and a doubling device keeps its even lengths. Nothing is
 * ever repaired, with offset_bits set by hand or not.
 *
 * And the ioctls: the same structures as a 32-bit program's (`control` asks
 * them from one on the same kernel).
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hvct.h"
#include "hisi_venc_compat.h"

#define PAGES	4

_Static_assert(sizeof(void *) == 8, "a 64-bit program");

struct row {
	const char *name;
	uint64_t pgoff;
	unsigned int pages;
	enum { VALID, OUTSIDE, ODD } is;
};

static int fd;

/* The stand-in is of the kind that maps inside the MMZ and else says EINVAL. */
static void try(const struct row *r, int mode)
{
	const char *m = mode_name(mode);
	bool refused = (r->is == OUTSIDE && mode == MODE_GUARD) ||
		       (r->is == ODD && mode >= MODE_REPAIR);
	struct hvc_stat st;
	void *p;

	begin("venc");
	p = mmap(NULL, r->pages * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		 r->pgoff * page);
	st = stat_of("venc");
	if (refused) {
		expect_err(p, EINVAL, 0, "%s: %s: refused", m, r->name);
		return;
	}
	if (st.pgoff != r->pgoff) {
		diag("pgoff %#llx", (unsigned long long)st.pgoff);
		p = MAP_FAILED;
		errno = ESTALE;
	}
	if (r->is == OUTSIDE)
		expect_err(p, EINVAL, 1, "%s: %s: the driver's answer", m,
			   r->name);
	else
		expect_map(p, r->pages, 1, r->pgoff, "%s: %s: unchanged", m,
			   r->name);
}

static long count(const struct row *rows, int n, unsigned int is)
{
	long found = 0;
	int i;

	for (i = 0; i < n; i++)
		found += rows[i].is == is;
	return found;
}

#define COUNTS	4

static void counts(const struct row *rows, int n, int mode)
{
	static const char *const never[] = {
		"displaced", "high_bits", "sign_extended", "byte_offset",
		"ambiguous", "repaired", "would_repair", "contested",
	};
	const char *m = mode_name(mode);
	long sum = 0, want = 0;
	unsigned int i;

	for (i = 0; i < sizeof(never) / sizeof(*never); i++)
		sum += report("venc", never[i]);
	ok(sum == 0, "%s: nothing is taken for a garbled call", m);
	if (mode == MODE_OFF)
		want = 0;
	else
		want = count(rows, n, OUTSIDE);
	ok(report("venc", "outside") == want, "%s: outside counted", m);
	want = mode == MODE_OFF ? 0 : count(rows, n, VALID);
	ok(report("venc", "valid") == want, "%s: valid counted", m);
	want = 0;
	if (mode >= MODE_REPAIR)
		want += count(rows, n, ODD);
	if (mode == MODE_GUARD)
		want += count(rows, n, OUTSIDE);
	ok(report("venc", "refused") == want, "%s: refused counted", m);
}

/* ---- the ioctls ---- */

static int ctl, ioc;

static int resolve(uint64_t a, uint64_t b, struct hisi_venc_compat_resolve *r)
{
	memset(r, 0, sizeof(*r));
	r->fd = fd;
	r->length = PAGES * page;
	r->count = 2;
	r->candidate[0] = a;
	r->candidate[1] = b;
	return ioctl(ctl, HISI_VENC_COMPAT_IOC_RESOLVE, r) ? -errno : 0;
}

#define IOCTLS	10

static void ioctls(uint64_t x)
{
	struct hisi_venc_compat_version v = { 0, 0 };
	struct hisi_venc_compat_stats s;
	struct hisi_venc_compat_abi a = { .offset_bits = 32 };
	struct hisi_venc_compat_resolve r;
	int err;

	ctl = open("/dev/" COMPAT, O_RDWR | O_CLOEXEC);
	ok(ctl >= 0 && !ioctl(ctl, HISI_VENC_COMPAT_IOC_VERSION, &v) &&
	   v.interface == HISI_VENC_COMPAT_INTERFACE &&
	   v.module == HISI_VENC_COMPAT_VERSION_CODE, "VERSION");
	err = resolve(0, x * page, &r);
	ok(!err && r.offset == x * page && r.index == 1 &&
	   r.shape == HISI_VENC_COMPAT_SHAPE_VALID,
	   "RESOLVE: the candidate that is in range");
	err = resolve(x * page, (x + 8) * page, &r);
	ok_num(err, -ENOTUNIQ, "RESOLVE: two in range");
	err = resolve(0x64ull << 32 | x * page, 0, &r);
	ok_num(err, -ENOENT, "RESOLVE: garbage above 32 bits is not cut");
	err = resolve(~0ull << 32 | x * page, 0, &r);
	ok_num(err, -ENOENT, "RESOLVE: nor is a sign");
	memset(&s, 0, sizeof(s));
	s.size = sizeof(s);
	strcpy(s.name, "venc");
	ok(!ioctl(ctl, HISI_VENC_COMPAT_IOC_STATS, &s) &&
	   (long)s.shape[HISI_VENC_COMPAT_SHAPE_VALID] ==
	   report("venc", "valid") &&
	   (long)s.shape[HISI_VENC_COMPAT_SHAPE_OUTSIDE] ==
	   report("venc", "outside") &&
	   (long)s.action[HISI_VENC_COMPAT_ACTION_REFUSED] ==
	   report("venc", "refused"), "STATS: as in the report");
	ok(!ioctl(ctl, HISI_VENC_COMPAT_IOC_ABI, &a), "ABI: accepted");
	begin("venc");
	ok(mmap(NULL, PAGES * page, PROT_READ, MAP_SHARED, fd,
		(0x12300000 | x) * page) == MAP_FAILED && errno == EINVAL &&
	   !stat_of("venc").mmaps, "ABI: and without effect");
	a.offset_bits = 0;
	a.flags = HISI_VENC_COMPAT_ABI_OBJECT;
	a.address = (uintptr_t)ioctls;
	ok(!ioctl(ctl, HISI_VENC_COMPAT_IOC_ABI, &a),
	   "ABI: an address of 64 bits");
	close(ctl);
	ok_num(ioctl(ioc, HVC_WHICH_IOCTL), 1, "the driver's native ioctl");
}

int main(void)
{
	char params[160];
	int mode, i;

	hvct_init();

	uint64_t x = MMZ_PFN + 0x123, end = MMZ_END_PFN;
	const struct row rows[] = {
		{ "in range", x, PAGES, VALID },
		{ "first page", MMZ_PFN, PAGES, VALID },
		{ "last pages", end - PAGES, PAGES, VALID },
		{ "zero", 0, PAGES, OUTSIDE },
		{ "high bits 0x123", 0x12300000 | x, PAGES, OUTSIDE },
		{ "high bits of a 32-bit sign", 0xfff00000 | x, PAGES, OUTSIDE },
		{ "high bits of a 64-bit sign", 0xfffffff00000 | x, PAGES,
		  OUTSIDE },
		{ "high word of an offset", 0x6400000 | x, PAGES, OUTSIDE },
		{ "bytes", x * page, PAGES, OUTSIDE },
		{ "past the end", end, PAGES, OUTSIDE },
		{ "0xfffff", 0xfffff, 2, OUTSIDE },
		{ "0x100000", 0x100000, 2, OUTSIDE },
		{ "0xffffffff", 0xffffffff, 2, OUTSIDE },
		{ "odd length", x, 3, ODD },
	};
	const int n = sizeof(rows) / sizeof(*rows);

	ktap_plan(5 * n + 4 * COUNTS + IOCTLS + 1);
	vendor_up("venc:einval,ioc:ioctls");
	for (mode = MODE_NONE; mode <= MODE_GUARD; mode++) {
		/* Cut by hand for whoever counts in 32 bits: not for us. */
		snprintf(params, sizeof(params),
			 "=devices=venc,ioc mmz=anonymous,0,%#llx,%#llx modes=venc:%d offset_bits=32",
			 (unsigned long long)mmz_phys,
			 (unsigned long long)mmz_len, mode);
		if (mode != MODE_NONE)
			compat_up(params);
		fd = dev_open("venc");
		ioc = dev_open("ioc");
		for (i = 0; i < n; i++)
			try(&rows[i], mode);
		if (mode != MODE_NONE)
			counts(rows, n, mode);
		if (mode == MODE_GUARD)
			ioctls(x);
		close(fd);
		close(ioc);
		compat_down();
	}
	vendor_down();
	ok(!mod_loaded(COMPAT) && !mod_loaded("hvc_venc"), "nothing left loaded");
	return ktap_end();
}
