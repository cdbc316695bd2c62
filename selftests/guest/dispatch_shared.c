// SPDX-License-Identifier: GPL-2.0
/*
 * One file_operations for 16 devices, 2 of which are asked for. The 14 others
 * are as without the module: their handlers find the driver's own table, what
 * their callers see is what a plain kernel gives, no file of theirs holds the
 * module. What handlers were handed and callers got is compared, byte for byte,
 * with a run without it. The same with a table per device. And devices of
 * another major, which has the same minors.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dispatchlib.h"
#include "sites.h"

#define DEVS	16

static uint64_t x, high;

static bool asked(int i)
{
	return i == 3 || i == 11;
}

static const char *name_of(int i)
{
	static char name[8];

	snprintf(name, sizeof(name), "d%d", i);
	return name;
}

static int must_open(const char *name)
{
	int fd = node_open(name);

	if (fd < 0)
		bail("open %s: %s", name, strerror(-fd));
	return fd;
}

/* All that a device's driver was handed and its callers were given. */
struct seen {
	struct hvc_stat stat;
	long result[8];
	char maps[4][32];
};

static struct seen without[DEVS];

static void note(struct seen *s, int i, void *p, size_t len)
{
	uint64_t offset = 0;

	s->result[i] = p == MAP_FAILED ? errno : 0;
	if (p == MAP_FAILED)
		return;
	if (!maps_offset(p, &offset))
		bail("/proc/self/maps has no mapping at %p", p);
	/* What is not the MMZ may be nothing at all. */
	snprintf(s->maps[i], sizeof(s->maps[i]), "%#llx %u",
		 (unsigned long long)offset,
		 offset >= mmz_phys && offset - mmz_phys < mmz_len ?
		 *(volatile uint32_t *)p : 0);
	munmap(p, len);
}

/* Opens, mappings right, garbled, private and odd, an ioctl, a read. */
static void all_calls(int i, struct seen *s)
{
	const char *dev = name_of(i);
	uint64_t pfn = x + 8 * i;
	char c;
	int fd;

	memset(s, 0, sizeof(*s));
	hm_begin(dev);
	fd = must_open(dev);
	note(s, 0, native_sites[0](fd, 2 * page, 0, pfn * page), 2 * page);
	note(s, 1, raw_mmap2(fd, 2 * page, 0x12300000 | pfn, NULL), 2 * page);
	note(s, 2, raw_mmap2(fd, 3 * page, 0, NULL), 3 * page);
	note(s, 3, mmap(NULL, page, PROT_READ, MAP_PRIVATE, fd, pfn * page),
	     page);
	errno = 0;
	s->result[4] = ioctl(fd, 0x1234, 0) ? errno : 0;
	errno = 0;
	s->result[5] = read(fd, &c, 1) < 0 ? errno : 0;
	s->result[6] = lseek(fd, 4096, SEEK_SET);
	s->result[7] = fcntl(fd, F_GETFL);
	close(fd);
	s->stat = hm_stat(dev);
	/* An address that differs from file to file; calls() looks at it. */
	s->stat.private_data = !!s->stat.private_data;
}

static void same_as_without(const char *m)
{
	struct seen with;
	int i;

	for (i = 0; i < DEVS; i++) {
		if (asked(i))
			continue;
		all_calls(i, &with);
		ok(!memcmp(&with, &without[i], sizeof(with)),
		   "%s, %s: byte for byte as without the module", m,
		   name_of(i));
	}
}

static int fds[DEVS];

static void open_all(const char *m)
{
	int i, before, bad = 0;

	for (i = 0; i < DEVS; i++) {
		before = mod_refs(COMPAT);
		fds[i] = must_open(name_of(i));
		if ((mod_refs(COMPAT) != before) == asked(i))
			continue;
		diag("%s: references of " COMPAT " %d, then %d", name_of(i),
		     before, mod_refs(COMPAT));
		bad++;
	}
	ok(!bad, "%s: only files of the two asked devices hold the module", m);
}

#define CALLS	4

/* All files at once are open: state of one must not leak into another. */
static void calls(const char *m, int i)
{
	const char *dev = name_of(i);
	struct hm_seen before = hm_seen(dev), after;
	uint64_t pfn = x + 8 * i;
	unsigned int mmaps;
	int refs;
	void *p;

	hm_begin(dev);
	refs = mod_refs(COMPAT);
	p = native_sites[i % NSITES](fds[i], 2 * page, 0, pfn * page);
	ok((mod_refs(COMPAT) == refs) && p != MAP_FAILED,
	   "%s, %s: a mapping takes no reference of its own", m, dev);
	expect_map(p, 2, 1, pfn, "%s, %s: right offset: right page", m, dev);
	hm_begin(dev);
	p = raw_mmap2(fds[i], 2 * page, 0x12300000 | pfn, NULL);
	if (asked(i))
		expect_map(p, 2, 1, pfn, "%s, %s: high bits: right page", m,
			   dev);
	else if (kernel_limits_pgoff())
		expect_err(p, EOVERFLOW, 0, "%s, %s: high bits: EOVERFLOW", m,
			   dev);
	else
		expect_wild(p, 2, 0x12300000 | pfn, ~0ull,
			    "%s, %s: high bits: raw", m, dev);
	after = hm_seen(dev);
	mmaps = after.mmaps - before.mmaps;
	ok(mmaps && after.data - before.data == mmaps &&
	   after.own - before.own == (asked(i) ? 0 : mmaps),
	   "%s, %s: its handler finds %s, its private_data as left", m, dev,
	   asked(i) ? "the shadow" : "its own table");
}

static void close_all(const char *m)
{
	int i, before, bad = 0;

	for (i = 0; i < DEVS; i++) {
		before = mod_refs(COMPAT);
		close(fds[i]);
		bad += (mod_refs(COMPAT) != before) != asked(i);
	}
	ok(!bad, "%s: closing gives back what opening took", m);
	ok(all_refs_zero(), "%s: no reference left", m);
}

static void run(char variant)
{
	char list[DEVS * 16] = "", m[16];
	int i;

	for (i = 0; i < DEVS; i++)
		sprintf(list + strlen(list), "%sd%d:plain:%d", i ? "," : "", i,
			16 + i);
	himedia_up("variant=%c devices=%s", variant, list);
	for (i = 0; i < DEVS; i++)
		all_calls(i, &without[i]);
	/* Those were opened just now: what is asked next is the kernel's map. */
	for (i = 0; i < DEVS; i++)
		node_make(name_of(i), MAJOR, 16 + i);
	compat_with("devices=d3=218:19,d11 modes=3 exclusive=1");
	snprintf(m, sizeof(m), "%c", variant);
	same_as_without(m);
	open_all(m);
	for (i = 0; i < DEVS; i++)
		calls(m, i);
	close_all(m);
	ok_num(report("d3", "repaired") + report("d11", "repaired"), 2,
	       variant == 'a' ? "a: two repairs counted" :
	       "b: two repairs counted");
	ok(report("d4", "repaired") == -1, "%s: the others are not in the report",
	   m);
	compat_down();
	himedia_down();
	for (i = 0; i < DEVS; i++) {
		snprintf(list, sizeof(list), "/dev/%s", name_of(i));
		unlink(list);
	}
}

/* The same minor of another major is another device. */
static void other_major(void)
{
	int fd;
	void *p;

	himedia_up("variant=b major=219 devices=elsewhere:plain:19");
	compat_with("devices=d3=218:19");
	fd = must_open("elsewhere");
	ok_num(mod_refs(COMPAT), 0, "another major: holds nothing");
	hm_begin("elsewhere");
	p = native_sites[0](fd, page, 0, x * page);
	expect_map(p, 1, 1, x, "another major: right offset: right page");
	hm_begin("elsewhere");
	p = raw_mmap2(fd, page, high, NULL);
	if (kernel_limits_pgoff())
		expect_err(p, EOVERFLOW, 0, "another major: high bits: EOVERFLOW");
	else
		expect_wild(p, 1, high, ~0ull, "another major: high bits: raw");
	close(fd);
	ok(!strstr(state_of("d3"), "taken over"),
	   "a major without a driver is not said to be taken over");
	compat_down();
	himedia_down();
}

int main(void)
{
	hvct_init();
	ktap_plan(2 * (DEVS - 2 + 1 + DEVS * CALLS + 2 + 2) + 4 + 1);
	x = MMZ_PFN + 0x123;
	high = 0x12300000 | x;
	run('b');
	run('a');
	other_major();
	vendor_down();
	ok(!mod_loaded(COMPAT) && !mod_loaded(HIMEDIA) &&
	   !mod_loaded("hvc_base"), "nothing left loaded");
	return ktap_end();
}
