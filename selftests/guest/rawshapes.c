// SPDX-License-Identifier: GPL-2.0
/*
 * mmap2 by the system call instruction, on /dev/venc with the whole MMZ as its
 * range: every shape that needs no frame evidence, what must be left alone, and
 * the kernel's own limits on pgoff, which a lifted device has to imitate. Without
 * the module this is the table of errors that a plain kernel gives.
 */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hvct.h"
#include "sites.h"

enum fate {
	VALID,		/* right in every mode */
	REPAIRED,	/* repair and guard: the right page */
	REFUSED,	/* guard: EINVAL; other modes: the kernel's answer */
	KERNEL,		/* the kernel's answer in every mode */
};

struct row {
	const char *name;
	uint32_t raw;
	unsigned int pages;
	enum fate fate;
	uint32_t right;
	const char *shape;	/* its counter in the report */
};

static int fd;

/*
 * x86 with PAT may refuse to map RAM together with what is none: so may the
 * driver then, with the module as without.
 */
static bool half_ram(void *p, const struct row *r, int mode)
{
	static bool refused;

#ifdef __i386__
	if (r->raw >= MMZ_PFN || r->raw + r->pages / 2 <= MMZ_PFN)
		return false;
	if (mode == MODE_NONE)
		refused = p == MAP_FAILED && errno == EINVAL &&
			  stat_of("venc").result == -EINVAL;
#else
	(void)p;
	(void)r;
	(void)mode;
#endif
	return refused;
}

/* What a kernel without the module answers. */
static void expect_kernel(void *p, const struct row *r, int mode)
{
	uint32_t limit = (0xffffffffu - r->pages * page) / page;

	if (half_ram(p, r, mode))
		expect_err(p, EINVAL, 1, "%s: %s: driver asked, as ever",
			   mode_name(mode), r->name);
	else if ((uint32_t)(r->raw + r->pages) < r->raw && !kernel_is_64bit())
		expect_err(p, EOVERFLOW, 0, "%s: %s: EOVERFLOW (wraps)",
			   mode_name(mode), r->name);
	else if (kernel_limits_pgoff() && r->raw > limit)
		expect_err(p, EOVERFLOW, 0, "%s: %s: EOVERFLOW",
			   mode_name(mode), r->name);
	else
		expect_wild(p, r->pages, r->raw, ~0ull,
			    "%s: %s: driver asked, as ever",
			    mode_name(mode), r->name);
}

static void try(const struct row *r, int mode)
{
	const char *m = mode_name(mode);
	void *p;

	begin("venc");
	p = raw_mmap2(fd, r->pages * page, r->raw, NULL);
	if (r->fate == VALID)
		expect_map(p, r->pages, 2, r->raw, "%s: %s: unchanged", m,
			   r->name);
	else if (r->fate == REPAIRED && mode >= MODE_REPAIR)
		expect_map(p, r->pages, 2, r->right, "%s: %s: right page", m,
			   r->name);
	else if (r->fate == REFUSED && mode == MODE_GUARD)
		expect_err(p, EINVAL, 0, "%s: %s: EINVAL", m, r->name);
	else
		expect_kernel(p, r, mode);
}

/* A byte address whose low bits, as a pgoff, are in range, too. */
static uint32_t ambiguous(void)
{
	uint64_t pfn;

	for (pfn = MMZ_PFN; pfn + 2 <= MMZ_END_PFN; pfn++) {
		uint32_t raw = pfn * page, low = raw & 0xfffff;

		if (low >= MMZ_PFN && low + 2 <= MMZ_END_PFN && low != pfn)
			return raw;
	}
	bail("this MMZ has no ambiguous offset");
}

static long shape_count(const struct row *rows, int n, const char *shape)
{
	long count = 0;
	int i;

	for (i = 0; i < n; i++)
		count += rows[i].fate != KERNEL &&
			 !__builtin_strcmp(rows[i].shape, shape);
	return count;
}

int main(void)
{
	static const char *const shapes[] = {
		"valid", "high_bits", "sign_extended", "byte_offset",
		"ambiguous", "outside", "displaced",
	};
	const int nshapes = sizeof(shapes) / sizeof(*shapes);
	int mode, i;

	hvct_init();

	/* In 64 bits these do not wrap: as far outside as the others. */
	enum fate wraps = kernel_is_64bit() ? REFUSED : KERNEL;
	uint32_t x = MMZ_PFN + 0x200, end = MMZ_END_PFN;
	const struct row rows[] = {
		{ "in range", x, 4, VALID, 0, "valid" },
		{ "first page", MMZ_PFN, 4, VALID, 0, "valid" },
		{ "ring at the very end", end - 2, 4, VALID, 0, "valid" },
		{ "sign extended", 0xfff00000 | x, 4, REPAIRED, x,
		  "sign_extended" },
		{ "high bits 0x123", 0x12300000 | x, 4, REPAIRED, x,
		  "high_bits" },
		{ "high bit 0x001", 0x00100000 | x, 4, REPAIRED, x,
		  "high_bits" },
		{ "high bits, ring at the end", 0x7ff00000 | (end - 2), 4,
		  REPAIRED, end - 2, "high_bits" },
		{ "byte offset", x * page, 4, REPAIRED, x, "byte_offset" },
		{ "byte offset, unaligned", x * page + 4, 4, REFUSED, 0,
		  "outside" },
		{ "two readings", ambiguous(), 4, REFUSED, 0, "ambiguous" },
		{ "zero", 0, 4, REFUSED, 0, "outside" },
		{ "ring one page past the end", end - 1, 4, REFUSED, 0,
		  "outside" },
		{ "past the end", end, 4, REFUSED, 0, "outside" },
		{ "before the start", MMZ_PFN - 1, 4, REFUSED, 0, "outside" },
		{ "high bits past the end", 0x12300000 | end, 4, REFUSED, 0,
		  "outside" },
		{ "last pgoff the kernel lets through", 0xffffb, 4, REFUSED, 0,
		  "outside" },
		{ "first pgoff it does not", 0xffffc, 4, REFUSED, 0,
		  "outside" },
		{ "0xfffff", 0xfffff, 2, REFUSED, 0, "outside" },
		{ "0x100000", 0x100000, 2, REFUSED, 0, "outside" },
		{ "last that does not wrap", 0xfffffffb, 4, REFUSED, 0,
		  "outside" },
		{ "wrapping", 0xfffffffc, 4, wraps, 0, "outside" },
		{ "wrapping at the last page", 0xffffffff, 2, wraps, 0,
		  "outside" },
	};
	const int n = sizeof(rows) / sizeof(*rows);

	ktap_plan(5 * n + 3 * nshapes + 1);
	vendor_up("venc");
	for (mode = MODE_NONE; mode <= MODE_GUARD; mode++) {
		compat_mode(mode);
		fd = dev_open("venc");
		for (i = 0; i < n; i++)
			try(&rows[i], mode);
		for (i = 0; mode >= MODE_OBSERVE && i < nshapes; i++) {
			char what[64];

			snprintf(what, sizeof(what), "%s: %s counted",
				 mode_name(mode), shapes[i]);
			ok_num(report("venc", shapes[i]),
			       shape_count(rows, n, shapes[i]), what);
		}
		close(fd);
		compat_down();
	}
	vendor_down();
	ok(!mod_loaded(COMPAT) && !mod_loaded("hvc_venc"), "nothing left loaded");
	return ktap_end();
}
