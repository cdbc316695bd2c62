// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/hisi_venc_compat: what a person reads after trouble. Its fixed parts,
 * its width, its numbers after known calls, and that it can be read by anybody
 * at any time, also while calls are made and devices come and go.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hvct.h"
#include "sites.h"

#define PAGES	4

static uint64_t x;
static int fd;

/* Names the lines that do not fit a terminal. */
static bool fits(const char *text)
{
	bool good = true;

	while (*text) {
		int len = strcspn(text, "\n");

		if (len > 80) {
			diag("%d columns: %.*s", len, len, text);
			good = false;
		}
		text += len + (text[len] == '\n');
	}
	return good;
}

static bool all_keys(const char *dev)
{
	static const char *const keys[] = {
		"mode", "repeat", "offset_bits", "exclusive", "frame",
		"off", "odd", "valid", "unlisted", "displaced", "high_bits",
		"sign_extended", "byte_offset", "ambiguous", "outside",
		"passed", "repaired", "refused", "would_repair",
		"would_refuse", "contested", "eoverflow",
	};
	unsigned int i;
	bool all = true;

	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (report(dev, keys[i]) < 0) {
			diag("%s: no %s", dev, keys[i]);
			all = false;
		}
	return all;
}

/* Every call is one shape and one action. */
static bool sums_agree(const char *dev)
{
	static const char *const shapes[] = {
		"off", "odd", "valid", "unlisted", "displaced", "high_bits",
		"sign_extended", "byte_offset", "ambiguous", "outside",
	};
	long calls = 0;
	unsigned int i;

	for (i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
		calls += report(dev, shapes[i]);
	return calls == report(dev, "passed") + report(dev, "repaired") +
			report(dev, "refused") && calls > 0;
}

static void calls(void)
{
	struct vendor_lib *lib = &vendor_libs[1];
	char *block, site[64];

	/* One of each. */
	munmap(native_sites[0](fd, PAGES * page, 0, x * page), PAGES * page);
	if (ABI_FRAME)
		munmap(lib->map[0](fd, PAGES * page, x * page, 0, 0),
		       PAGES * page);
	munmap(raw_mmap2(fd, PAGES * page, 0x12300000 | x, NULL), PAGES * page);
	munmap(raw_mmap2(fd, PAGES * page, 0xfff00000 | x, NULL), PAGES * page);
	munmap(raw_mmap2(fd, PAGES * page, x * page, NULL), PAGES * page);
	raw_mmap2(fd, PAGES * page, MMZ_END_PFN, NULL);
	raw_mmap2(fd, 3 * page, x, NULL);

	ok(report("venc", "valid") == 1 && report("venc", "displaced") == ABI_FRAME &&
	   report("venc", "high_bits") == 1 &&
	   report("venc", "sign_extended") == 1 &&
	   report("venc", "byte_offset") == 1 &&
	   report("venc", "outside") == 1 && report("venc", "odd") == 1,
	   "one call of each shape is counted as one");
	ok(report("venc", "repaired") == 3 + ABI_FRAME && report("venc", "refused") == 2 &&
	   report("venc", "passed") == 1, "and by what was done");
	ok(sums_agree("venc"), "every call is one shape and one action");

	block = report_process(getpid());
	ok(block && strstr(block, " report uid=0"),
	   "the process is named with comm and uid");
	snprintf(site, sizeof(site), "%s legacy", vendor_lib_file(lib));
	ok(block && !strstr(block, site) == !ABI_FRAME,
	   ABI_FRAME ? "and with the call site that was proven" :
	   "and with no call site, where none can be proven");
	ok(block && !strstr(block, "displaced=1") == !ABI_FRAME &&
	   strstr(block, "high_bits=1"), "and with its shapes");
	free(block);
}

static void anybody(void)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		if (setgid(1000) || setuid(1000))
			_exit(99);
		_exit(!write_str("/proc/" COMPAT, "x"));
	}
	waitpid(pid, &status, 0);
	ok(!status, "nobody writes to it");
	ok(write_str("/proc/" COMPAT, "x") < 0, "not even root");
}

/* In pieces and all at once it says the same. */
static void small_reads(void)
{
	char *whole = slurp("/proc/" COMPAT), *pieces = calloc(1, 65536);
	int in = open("/proc/" COMPAT, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n;

	while ((n = read(in, pieces + len, 7)) > 0)
		len += n;
	close(in);
	/* The seconds since the take-over may differ. */
	ok(whole && strlen(whole) == len &&
	   !strncmp(whole, pieces, strcspn(whole, "\n")),
	   "read seven bytes at a time it is as long");
	free(whole);
	free(pieces);
}

static void while_things_change(void)
{
	pid_t reader[2];
	int i, status, bad = 0;

	fflush(stdout);
	for (i = 0; i < 2; i++) {
		reader[i] = fork();
		if (!reader[i]) {
			int n;

			for (n = 0; n < 300; n++) {
				char *text = slurp("/proc/" COMPAT);

				if (!text || strncmp(text, COMPAT " ",
						     sizeof(COMPAT)))
					_exit(1);
				free(text);
			}
			_exit(0);
		}
	}
	for (i = 0; i < 100; i++) {
		bad += vendor_ctl(i % 2 ? "-aenc" : "+aenc") != 0;
		munmap(native_sites[1](fd, PAGES * page, 0, x * page),
		       PAGES * page);
		munmap(raw_mmap2(fd, PAGES * page, 0, NULL), PAGES * page);
		sysctl_set("venc", "ranges",
			   i % 2 ? "0x84000000+1M\n" : "0x85000000+1M\n");
	}
	for (i = 0; i < 2; i++) {
		waitpid(reader[i], &status, 0);
		bad += status != 0;
	}
	ok_num(bad, 0, "it can be read while everything changes");
}

int main(void)
{
	char ranges[64], line[32], *text;

	hvct_init();
	ktap_plan(20);
	x = MMZ_PFN + 0x123;
	vendor_libs_open();
	vendor_up("venc");
	compat_up("=devices=venc,aenc");
	text = slurp("/proc/" COMPAT);
	ok(!strncmp(text, COMPAT " ", sizeof(COMPAT)),
	   "it begins with name and version");
	sscanf(text + sizeof(COMPAT), "%31s", line);
	free(text);
	text = slurp("/sys/module/" COMPAT "/version");
	ok(text && !strncmp(text, line, strlen(line)),
	   "the version is that of the module");
	free(text);
	ok(all_keys("venc") && all_keys("aenc"), "each device has all its keys");
	text = slurp("/proc/" COMPAT);
	ok(strstr(text, "taken over, misc 10:") && strstr(text, "owner hvc_venc"),
	   "it says how a device was taken over and whose it is");
	ok(fits(text), "at most 80 columns when idle");
	free(text);
	compat_down();

	compat_up("modes=venc:3");
	snprintf(ranges, sizeof(ranges), "0x%08llx-0x%08llx",
		 (unsigned long long)mmz_phys,
		 (unsigned long long)mmz_phys + mmz_len - 1);
	ok(report_has(ranges), "it lists the ranges");
	fd = dev_open("venc");
	ok(report_has("files=1"), "it counts open files");
	calls();
	text = slurp("/proc/" COMPAT);
	ok(fits(text), "at most 80 columns after calls");
	free(text);
	small_reads();
	anybody();
	close(fd);
	ok(report_has("files=0"), "closed files are not counted");
	compat_down();

	compat_up("=devices=venc,aenc ranges=0x84000000+1M");
	fd = dev_open("venc");
	while_things_change();
	close(fd);
	compat_down();
	vendor_down();
	ok(access("/proc/" COMPAT, F_OK) && errno == ENOENT,
	   "it is gone with the module");
	return ktap_end();
}
