// SPDX-License-Identifier: GPL-2.0
/*
 * A vendor library with a 32-bit off_t in a program on musl, before and after:
 * one table, one row for each sort of stack words that a 64-bit libc then
 * takes for the offset. Not a test; `make demo` shows it to a person.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hvct.h"
#include "sites.h"

#define PAGES	4

struct row {
	const char *words;
	unsigned long w1, w2;
	char before[32], after[32], guard[32];
};

static uint64_t x;
static struct vendor_lib *lib;

/* What the caller got, in words. */
static void say(char *out, size_t room, void *p, uint64_t want)
{
	struct hvc_stat st = stat_of("venc");
	uint32_t word;

	if (p == MAP_FAILED && !st.mmaps) {
		snprintf(out, room, "%s",
			 errno == EOVERFLOW ? "EOVERFLOW" :
			 errno == EINVAL ? "EINVAL, refused" :
			 strerror(errno));
		return;
	}
	if (p == MAP_FAILED) {
		snprintf(out, room, "driver: %s", strerror(errno));
		return;
	}
	if (st.pgoff != want) {
		snprintf(out, room, "WRONG page %08llx",
			 (unsigned long long)st.pgoff * page);
	} else {
		word = *(volatile uint32_t *)p;
		snprintf(out, room, word == want ? "right page" :
			 "WRONG bytes %08x", word);
	}
	munmap(p, PAGES * page);
}

static void run(int fd, struct row *rows, int n, size_t at)
{
	int i;

	for (i = 0; i < n; i++) {
		char *out = (char *)&rows[i] + at;
		void *p;

		begin("venc");
		p = lib->map[i](fd, PAGES * page, x * page, rows[i].w1,
				rows[i].w2);
		if (rows[i].w1 & (page - 1))
			snprintf(out, 32, "%s", p == MAP_FAILED ?
				 "libc: EINVAL" : "WRONG: mapped");
		else
			say(out, 32, p, x);
	}
}

int main(void)
{
	char past[40], *text;
	int fd, i, n;
	void *p;

	hvct_init();
	setvbuf(stdout, NULL, _IOLBF, 0);
	x = MMZ_PFN + 0x123;

	struct row rows[] = {
		{ .words = "0, 0 (a fresh stack)" },
		{ .words = "a pointer, channel*100", .w1 = 0xbefff000,
		  .w2 = 100 },
		{ .words = "same address, a handle", .w1 = x * page, .w2 = 7 },
		{ .words = "unaligned (libc refuses)", .w1 = 0x1234567 },
	};

	n = sizeof(rows) / sizeof(*rows);
	vendor_libs_open();
	lib = &vendor_libs[VENDOR_LIBS - 2];
	vendor_up("venc");
	fd = dev_open("venc");
	run(fd, rows, n, offsetof(struct row, before));
	close(fd);

	compat_up("modes=venc:2");
	fd = dev_open("venc");
	run(fd, rows, n, offsetof(struct row, after));

	printf("\nA vendor library with a 32-bit off_t on musl asks /dev/venc for "
	       "%#llx.\nThe stack words that musl takes for the offset decide "
	       "what happens:\n\n", (unsigned long long)x * page);
	printf("%-26s %-20s %s\n", "words", "without the module",
	       "with the module");
	printf("%-26s %-20s %s\n", "--------------------------",
	       "-------------------", "------------------------------");
	for (i = 0; i < n; i++)
		printf("%-26s %-20s %s\n", rows[i].words, rows[i].before,
		       rows[i].w1 & (page - 1) ? "libc refuses: needs the shim" :
		       rows[i].after);

	printf("\nGuard mode (3), an offset that fits nothing:\n\n");
	sysctl_set("venc", "mode", "3");
	begin("venc");
	p = mmap(NULL, PAGES * page, PROT_READ, MAP_SHARED, fd,
		 mmz_phys + mmz_len);
	say(past, sizeof(past), p, MMZ_END_PFN);
	printf("%-26s %s\n", "just past the buffers", past);
	begin("venc");
	p = mmap(NULL, PAGES * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		 x * page);
	say(past, sizeof(past), p, x);
	printf("%-26s %s\n", "a right 64-bit call", past);

	printf("\nThe report, /proc/" COMPAT ":\n\n");
	text = slurp("/proc/" COMPAT);
	fputs(text ? text : "no report\n", stdout);
	free(text);
	close(fd);
	compat_down();
	vendor_down();
	return 0;
}
