// SPDX-License-Identifier: GPL-2.0
/*
 * Single calls for an emulator that logs each instruction (bench-profile.sh).
 *
 * Prints the kernel's symbols as `symbol ADDRESS NAME`, then for each call
 * `profile CALL`, waits for a line on stdin, makes the call twice, prints
 * `profiled CALL` and waits again. Each was seen to map the right page.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <unistd.h>

#include "timing.h"

static void *by_vendor(const struct call *c)
{
	return linked_sites[0](c->fd, c->pages * page, c->pfn * page, c->w1,
			       c->w2);
}

static void symbols(void)
{
	char line[256], kind, name[128];
	unsigned long at;
	FILE *f;

	/* Addresses are shown to root alone, and not on each kernel to it. */
	write_str("/proc/sys/kernel/kptr_restrict", "0");
	f = fopen("/proc/kallsyms", "r");
	if (!f)
		bail("/proc/kallsyms");
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%lx %c %127s", &at, &kind, name) == 3 &&
		    strchr("tTwW", kind) && name[0] != '$')
			printf("symbol %08lx %s\n", at, name);
	fclose(f);
}

static void wait_for_line(void)
{
	char c;

	while (read(0, &c, 1) == 1 && c != '\n')
		;
}

int main(void)
{
	int venc, other, tty = open("/dev/console", O_RDWR);
	char params[160];
	unsigned int i;

	hvct_init();
	if (tty < 0 || dup2(tty, 0) < 0)
		bail("/dev/console");
	if (mod_load("hvc_bench", NULL))
		bail("hvc_bench does not load");
	stamp_pages();
	snprintf(params, sizeof(params),
		 "=devices=bvenc repeat=bvenc:2 mmz=a,0,0x%llx,%lluK",
		 (unsigned long long)mmz_phys,
		 (unsigned long long)mmz_len / 1024);
	compat_up(params);
	symbols();
	venc = dev_open("bvenc");
	other = dev_open("bring");
	const struct call calls[] = {
		{ "untouched", by_native, other, 2, PFN, .checked = 2 },
		{ "in-range", by_native, venc, 2, PFN, .checked = 2 },
		{ "high-bits", by_raw, venc, 2, PFN, PFN | 0x12300000,
		  .checked = 2 },
		{ "displaced", by_vendor, venc, 2, PFN, .checked = 2 },
		{ "in-range-legacy", by_native, venc, 2, PFN, .checked = 2 },
	};

	ktap_plan(sizeof(calls) / sizeof(*calls));
	for (i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		bool right = works_each_time(&calls[i]);

		printf("profile %s\n", calls[i].what);
		wait_for_line();
		map_once(&calls[i]);
		map_once(&calls[i]);
		printf("profiled %s\n", calls[i].what);
		wait_for_line();
		ok(right, "%s: does what it must", calls[i].what);
	}
	close(venc);
	close(other);
	compat_down();
	mod_unload("hvc_bench");
	return ktap_end();
}
