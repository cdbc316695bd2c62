// SPDX-License-Identifier: GPL-2.0
/*
 * Sysctls: what each does to the next call, what is read back, and bad input:
 * -EINVAL or -E2BIG, one clear line in the log, the earlier value intact.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hvct.h"
#include "sites.h"

#define PAGES	4

static int fd;
static uint64_t x;

static void *raw(uint64_t pfn, unsigned int pages)
{
	begin("venc");
	return raw_mmap2(fd, pages * page, pfn, NULL);
}

/* ---- good values ---- */

static void reads_back(const char *value, const char *want)
{
	int err = sysctl_set(NULL, "ranges", value);
	const char *got = sysctl_str(NULL, "ranges");
	char shown[64];
	unsigned int i;

	snprintf(shown, sizeof(shown), "%.60s", value);
	for (i = 0; shown[i]; i++)
		if (shown[i] == '\n')
			shown[i] = '|';
	if (!ok(!err && !strcmp(got, want), "ranges \"%s\"", shown))
		diag("error %d, reads %s, not %s", err, got, want);
}
#define GOOD	12

static void good_ranges(void)
{
	reads_back("0x84000000-0x8fffffff\n", "0x84000000-0x8fffffff");
	reads_back("0x84000000+64M", "0x84000000-0x87ffffff");
	reads_back("0x84000000+65536K\n", "0x84000000-0x87ffffff");
	reads_back("0x40000000+1g\n", "0x40000000-0x7fffffff");
	reads_back("2214592512+0x1000\n", "0x84000000-0x84000fff");
	reads_back("0x20050000+0x1000,0x84000000+1M\n",
		   "0x20050000-0x20050fff,0x84000000-0x840fffff");
	reads_back("0x84000000+1M\n0x20050000+0x1000\n",
		   "0x20050000-0x20050fff,0x84000000-0x840fffff");
	reads_back("0x84000000+1M,0x84100000+1M\n", "0x84000000-0x841fffff");
	reads_back("0x84000000+2M,0x84100000+2M\n", "0x84000000-0x842fffff");
	reads_back("0x84000000+4M,0x84100000+1M\n", "0x84000000-0x843fffff");
	reads_back("0x84001000+0x1000,0x84000000+0x1000\n",
		   "0x84000000-0x84001fff");
	reads_back("0x00000000+0x1000\n", "0x00000000-0x00000fff");
}

static void effects(void)
{
	char text[96];
	int bits;

	/* The shared set replaced: only its second half is known. */
	snprintf(text, sizeof(text), "%#llx+%#llx\n",
		 (unsigned long long)(mmz_phys + mmz_len / 2),
		 (unsigned long long)mmz_len / 2);
	if (sysctl_set(NULL, "ranges", text))
		bail("cannot set ranges");
	expect_err(raw(x, PAGES), EINVAL, 0,
		   "ranges: what mmz= gave is replaced");
	expect_map(raw(MMZ_END_PFN - 2, PAGES), PAGES, 2, MMZ_END_PFN - 2,
		   "ranges: the new ones count at once");
	snprintf(text, sizeof(text), "%#llx+%#llx\n",
		 (unsigned long long)mmz_phys, (unsigned long long)mmz_len / 2);
	ok_num(sysctl_set("venc", "ranges", text), 0,
	       "a device's own ranges can be set");
	expect_map(raw(x, PAGES), PAGES, 2, x,
		   "a device's own ranges are added to the shared ones");
	expect_map(raw((MMZ_PFN + MMZ_END_PFN) / 2 - 1, PAGES), PAGES, 2,
		   (MMZ_PFN + MMZ_END_PFN) / 2 - 1,
		   "an extent across both is in range");

	ok_num(sysctl_num("venc", "repeat"), 2, "repeat is 2 for venc");
	expect_map(raw(MMZ_END_PFN - 2, PAGES), PAGES, 2, MMZ_END_PFN - 2,
		   "repeat=2: ring at the very end");
	sysctl_set("venc", "repeat", "1");
	expect_err(raw(MMZ_END_PFN - 2, PAGES), EINVAL, 0,
		   "repeat=1: the whole VMA is checked");
	expect_err(raw(x, 3), EIO, 1,
		   "repeat=1: an odd page count is the driver's business");
	expect_err(raw(0x12300000 | (MMZ_END_PFN - 2), PAGES), EINVAL, 0,
		   "repeat=1: nor is garbage repaired past the end");
	sysctl_set("venc", "repeat", "4");
	expect_wild(raw(MMZ_END_PFN - 2, 8), 8, MMZ_END_PFN - 2, ~0ull,
		    "repeat=4: a quarter is checked");
	expect_err(raw(x, 6), EINVAL, 0, "repeat=4: six pages do not divide");
	sysctl_set("venc", "repeat", "2");

	ok_num(sysctl_num("venc", "exclusive"), 1, "exclusive is 1 for venc");
	expect_err(raw(MMZ_END_PFN, PAGES), EINVAL, 0,
		   "exclusive=1: an unlisted page is refused");
	sysctl_set("venc", "exclusive", "0");
	expect_wild(raw(MMZ_END_PFN, PAGES), PAGES, MMZ_END_PFN, ~0ull,
		    "exclusive=0: an unlisted page passes");
	expect_err(raw(0, PAGES), EINVAL, 0,
		   "exclusive=0: 0 is no unlisted page");
	sysctl_set("venc", "exclusive", "1");

	ok_num(sysctl_num("venc", "offset_bits"), 32, "offset_bits is 32");
	/* As few bits as the MMZ's own address does not fit in. */
	for (bits = 20; mmz_phys >> bits; bits++)
		;
	snprintf(text, sizeof(text), "%d", bits - 1);
	expect_map(raw(0x12300000 | x, PAGES), PAGES, 2, x,
		   "offset_bits=32: garbage above is cut");
	sysctl_set("venc", "offset_bits", text);
	expect_err(raw(0x12300000 | x, PAGES), EINVAL, 0,
		   "fewer offset_bits: other bits are cut, nothing fits");
	expect_map(raw(x, PAGES), PAGES, 2, x,
		   "fewer offset_bits: a right offset is right");
	sysctl_set("venc", "offset_bits", "32");

	ok_num(sysctl_num("venc", "frame"), 1, "frame is 1");
	sysctl_set("venc", "mode", "0");
	ok_num(sysctl_num("venc", "mode"), 0, "mode reads back");
	expect_wild(raw(0, PAGES), PAGES, 0, x, "mode=0 counts at once");
	sysctl_set("venc", "mode", "3");
	expect_err(raw(0, PAGES), EINVAL, 0, "mode=3 counts at once");
}
#define EFFECTS	24

static void defaults(void)
{
	static const struct { const char *dev; int repeat, exclusive; } d[] = {
		{ "venc", 2, 1 }, { "aenc", 2, 1 }, { "adec", 2, 1 },
		{ "vencmem", 2, 1 }, { "sys", 1, 0 }, { "other", 1, 0 },
	};
	unsigned int i;

	/* Only venc exists here: a name is enough. */
	compat_up("=devices=venc,aenc,adec,vencmem,sys,other modes=adec:1 "
		  "repeat=aenc:1 exclusive=other:1 frame=sys:0 "
		  "offset_bits=sys:31");
	for (i = 0; i < sizeof(d) / sizeof(*d); i++) {
		int repeat = i == 1 ? 1 : d[i].repeat;
		int exclusive = i == 5 ? 1 : d[i].exclusive;

		ok(sysctl_num(d[i].dev, "repeat") == repeat &&
		   sysctl_num(d[i].dev, "exclusive") == exclusive &&
		   sysctl_num(d[i].dev, "mode") == (i == 2 ? 1 : 2) &&
		   sysctl_num(d[i].dev, "frame") == (i != 4) &&
		   sysctl_num(d[i].dev, "offset_bits") == (i == 4 ? 31 : 32),
		   "%s: defaults, and what parameters set", d[i].dev);
	}
	compat_down();
}

/* ---- bad values ---- */

static void refused(const char *dev, const char *name, const char *data,
		    size_t len, const char *what)
{
	char path[128], before[256];
	bool good;
	int err;

	snprintf(path, sizeof(path), "/proc/sys/dev/" COMPAT "/%s%s%s",
		 dev ? dev : "", dev ? "/" : "", name);
	snprintf(before, sizeof(before), "%s", sysctl_str(dev, name));
	log_mark();
	err = write_file(path, data, len);
	good = (err == -EINVAL || err == -E2BIG) &&
	       !strcmp(before, sysctl_str(dev, name)) &&
	       log_count(COMPAT ":") == 1;
	if (!ok(good, "%s%s%s: %s: refused, one line, value intact",
		dev ? dev : "", dev ? "/" : "", name, what)) {
		diag("error %d, %u lines, was %.60s", err,
		     log_count(COMPAT ":"), before);
		diag("now %.60s", sysctl_str(dev, name));
		log_show();
	}
}

static void bad_string(const char *dev, const char *name, const char *s)
{
	refused(dev, name, s, strlen(s), s);
}

static const char *const bad_range[] = {
	"0x84000000",
	"0x84000000-",
	"0x84000000+",
	"-0x84000fff",
	"0x85000000-0x84000fff",
	"0x84000000-0x84000000",
	"0x84000000-0x84000ffe",
	"0x84000100-0x84000fff",
	"0x84000000+0x800",
	"0x84000000+0",
	"0xfffffffffffff000+0x2000",
	"0x84000000+0xffffffffffffffff",
	"0x184000000000000000+0x1000",
	"0x84000000+17179869184G",
	"here+1M",
	"0x84000000+1M,",
	",0x84000000+1M",
	"0x84000000+1M,,0x85000000+1M",
	"0x84000000+1M 0x85000000+1M",
	"0x84000000+1M;0x85000000+1M",
	"0x84000000+1T",
	"0x84000000+1MM",
	"0x84000000++1M",
	"0x84000000+-1",
	"0x84000000+1M#",
};
#define NBAD	((int)(sizeof(bad_range) / sizeof(*bad_range)))

static void bad_ranges(const char *dev)
{
	char *many = malloc(10000 * 32 + 300), *at = many;
	char text[300];
	int i;

	for (i = 0; i < NBAD; i++)
		bad_string(dev, "ranges", bad_range[i]);

	for (i = 0; i < 10000; i++)
		at += sprintf(at, "%#x+0x1000,", 0x10000000 + i * 0x2000);
	at[-1] = '\n';
	refused(dev, "ranges", many, at - many, "10,000 ranges");

	refused(dev, "ranges", "0x84000000+1M\0,0x85000000+1M\n", 29,
		"a NUL in the middle");
	refused(dev, "ranges", "\n", 1, "only a newline");
	refused(dev, "ranges", "  \n", 3, "only blanks");

	/* Long and without its newline: it may have been cut off on the way. */
	memset(text, ' ', sizeof(text));
	memcpy(text, "0x84000000+1M", 13);
	refused(dev, "ranges", text, 290, "290 bytes without a newline");
	free(many);
}
#define BAD_RANGES	(NBAD + 5)

static void bad_numbers(void)
{
	static const char *const bad[][2] = {
		{ "mode", "4" }, { "mode", "-1" }, { "mode", "x" },
		{ "mode", "1 2" }, { "mode", "1,2" }, { "mode", "\n" },
		{ "mode", "99999999999999999999" }, { "mode", "2x" },
		{ "mode", "4294967298" }, { "mode", "18446744073709551618" },
		{ "repeat", "0" }, { "repeat", "-2" }, { "repeat", "two" },
		{ "exclusive", "2" }, { "exclusive", "-1" },
		{ "exclusive", "yes" }, { "frame", "2" }, { "frame", "-1" },
		{ "offset_bits", "0" }, { "offset_bits", "11" },
		{ "offset_bits", "65" }, { "offset_bits", "-32" },
		{ "offset_bits", "all" },
	};
	const int n = sizeof(bad) / sizeof(*bad);
	char overlong[5000];
	int i;

	for (i = 0; i < n; i++)
		refused("venc", bad[i][0], bad[i][1], strlen(bad[i][1]),
			*bad[i][1] == '\n' ? "a newline" : bad[i][1]);
	refused("venc", "mode", "2\0", 2, "a NUL");
	refused("venc", "mode", "2\0003\n", 4, "a NUL in the middle");
	memset(overlong, '1', sizeof(overlong));
	overlong[sizeof(overlong) - 1] = '\n';
	refused("venc", "mode", overlong, sizeof(overlong), "5000 digits");
	refused("venc", "repeat", overlong, sizeof(overlong), "5000 digits");
}
#define BAD_NUMBERS	27

static void bad_objects(void)
{
	static char many[20000];
	char *at = many;
	int i;

	if (sysctl_set(NULL, "legacy_objects", "libmpi.so,libVoice.so\n"))
		bail("cannot set legacy_objects");
	ok(!strcmp(sysctl_str(NULL, "legacy_objects"), "libmpi.so,libVoice.so"),
	   "legacy_objects reads back");
	bad_string(NULL, "legacy_objects", "/usr/lib/libmpi.so");
	bad_string(NULL, "legacy_objects", "libmpi.so,,libVoice.so");
	refused(NULL, "legacy_objects", "libmpi\0.so\n", 11, "a NUL");
	memset(many, 'a', 300);
	many[300] = '\n';
	refused(NULL, "legacy_objects", many, 301, "a name of 300 bytes");
	for (i = 0; i < 2000; i++)
		at += sprintf(at, "l%d.so,", i);
	at[-1] = '\n';
	refused(NULL, "legacy_objects", many, at - many, "2,000 names");
}

/* Two writers, each with a set of its own; what is read is one or the other. */
static void concurrent_writers(void)
{
	static const char *const set[2] = {
		"0x81000000-0x81000fff,0x82000000-0x82000fff,0x83000000-0x83000fff",
		"0x91000000-0x91000fff,0x92000000-0x92000fff,0x93000000-0x93000fff,0x94000000-0x94000fff",
	};
	int i, bad = 0, failed = 0, seen[2] = { 0, 0 }, status;
	pid_t pid[2];

	if (sysctl_set(NULL, "ranges", set[0]))
		bail("cannot set ranges");
	fflush(stdout);
	for (i = 0; i < 2; i++) {
		pid[i] = fork();
		if (!pid[i]) {
			int n, err = 0;

			for (n = 0; n < 200; n++)
				err |= sysctl_set(NULL, "ranges", set[i]);
			_exit(err != 0);
		}
	}
	while (waitpid(pid[1], &status, WNOHANG) == 0) {
		const char *got = sysctl_str(NULL, "ranges");

		if (!strcmp(got, set[0]))
			seen[0]++;
		else if (!strcmp(got, set[1]))
			seen[1]++;
		else
			bad++;
	}
	failed += status != 0;
	waitpid(pid[0], &status, 0);
	failed += status != 0;
	diag("read %d times the one, %d times the other", seen[0], seen[1]);
	ok_num(failed, 0, "concurrent writers: every write taken");
	ok_num(bad, 0, "concurrent writers: never a mixture read");
}

static void not_root(void)
{
	static const char *const files[][2] = {
		{ NULL, "ranges" }, { NULL, "legacy_objects" },
		{ "venc", "ranges" }, { "venc", "mode" },
	};
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		unsigned int i, bad = 0;

		if (setgid(1000) || setuid(1000))
			_exit(99);
		for (i = 0; i < sizeof(files) / sizeof(*files); i++)
			bad += sysctl_set(files[i][0], files[i][1], "1\n") !=
			       -EACCES;
		_exit(bad);
	}
	waitpid(pid, &status, 0);
	ok_num(WEXITSTATUS(status), 0, "only root may write");
}

int main(void)
{
	char text[96];

	hvct_init();
	ktap_plan(GOOD + EFFECTS + 6 + 2 * BAD_RANGES + BAD_NUMBERS + 6 + 2 + 1);
	x = MMZ_PFN + 0x123;
	vendor_up("venc");
	defaults();
	compat_mode(MODE_GUARD);
	good_ranges();
	fd = dev_open("venc");
	effects();
	close(fd);

	snprintf(text, sizeof(text), "%#llx+1M,%#llx+2M",
		 (unsigned long long)mmz_phys,
		 (unsigned long long)mmz_phys + 0x400000);
	if (sysctl_set(NULL, "ranges", text) ||
	    sysctl_set("venc", "ranges", text))
		bail("cannot set ranges");
	bad_ranges(NULL);
	bad_ranges("venc");
	bad_numbers();
	bad_objects();
	concurrent_writers();
	not_root();
	compat_down();
	vendor_down();
	return ktap_end();
}
