// SPDX-License-Identifier: GPL-2.0
/*
 * The trace event hisi_venc_compat:hvc_mmap, read with plain tracefs: one line
 * for each judged call with what arrived and what was used. A kernel without
 * event tracing is a skip; one that has it must show the event.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hvct.h"
#include "sites.h"

#define PAGES	4
#define RESULTS	(13 + 2 * ABI_FRAME)

static const char *root;
static int fd;
static uint64_t x;

static const char *in_root(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	return path;
}

static const char *event(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/events/" COMPAT "/hvc_mmap/%s", root,
		 name);
	return path;
}

static bool find_root(void)
{
	static const char *const roots[] = {
		"/sys/kernel/tracing", "/sys/kernel/debug/tracing"
	};
	unsigned int i;

	for (i = 0; i < 2; i++) {
		root = roots[i];
		if (!access(in_root("events/enable"), W_OK))
			return true;
	}
	return false;
}

/* The event's lines, header and other events left out; free() it. */
static char *lines(unsigned int *count)
{
	char *all = slurp(in_root("trace")), *to = all, *line, *rest;

	if (!all)
		bail("%s: %s", in_root("trace"), strerror(errno));
	*count = 0;
	rest = all;
	while ((line = strsep(&rest, "\n"))) {
		size_t len = strlen(line);

		if (!strstr(line, " hvc_mmap: "))
			continue;
		memmove(to, line, len);
		to += len;
		*to++ = '\n';
		++*count;
	}
	*to = '\0';
	return all;
}

static void forget(void)
{
	int trace = open(in_root("trace"), O_WRONLY | O_TRUNC);

	if (trace < 0)
		bail("%s: %s", in_root("trace"), strerror(errno));
	close(trace);
}

/* The one line since forget(), with what must stand in it. */
static void says(uint64_t raw, uint64_t pgoff, const char *shape,
		 const char *action, const char *object, const char *what)
{
	char want[256];
	unsigned int n;
	char *got = lines(&n);

	snprintf(want, sizeof(want),
		 "device=venc pid=%d pages=%u raw=0x%llx pgoff=0x%llx shape=%s action=%s object=%s\n",
		 (int)getpid(), PAGES, (unsigned long long)raw,
		 (unsigned long long)pgoff, shape, action, object);
	if (!ok(n == 1 && strstr(got, want), "%s", what)) {
		diag("want %.*s", (int)strlen(want) - 1, want);
		diag("got %u: %.*s", n, (int)strcspn(got, "\n"), got);
	}
	free(got);
	forget();
}

/* What tools go by: /events/.../format has each field by its name. */
static bool all_fields(const char *format)
{
	static const char *const fields[] = {
		"device", "pid", "pages", "raw", "pgoff", "shape", "action",
		"object"
	};
	unsigned int i;
	char want[32];

	for (i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		snprintf(want, sizeof(want), " %s", fields[i]);
		if (!strstr(format, want)) {
			diag("no field%s", want);
			return false;
		}
	}
	return true;
}

/* What 64-bit kernels let the driver map. */
static void gone_all(void *p, size_t len)
{
	if (p != MAP_FAILED)
		munmap(p, len);
}

static void gone(void *p)
{
	gone_all(p, PAGES * page);
}

/* As with cat trace_pipe: the line comes by itself, once. */
static void piped(void)
{
	int in = open(in_root("trace_pipe"), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char text[4096], want[128];
	size_t len = 0;
	ssize_t n;

	if (in < 0)
		bail("trace_pipe: %s", strerror(errno));
	gone_all(raw_mmap2(fd, 2 * PAGES * page, 0x45600000 | x, NULL),
		 2 * PAGES * page);
	while (len < sizeof(text) - 1 &&
	       (n = read(in, text + len, sizeof(text) - 1 - len)) > 0)
		len += n;
	text[len] = '\0';
	close(in);
	snprintf(want, sizeof(want),
		 " hvc_mmap: device=venc pid=%d pages=%u raw=0x%llx pgoff=",
		 (int)getpid(), 2 * PAGES,
		 (unsigned long long)(0x45600000 | x));
	if (!ok(strstr(text, want) && !strstr(strstr(text, want) + 1, want),
		"trace_pipe has the next call's line"))
		diag("want%s, got %s", want, text);
	forget();
}

static void calls(void)
{
	size_t len = PAGES * page;
	unsigned int n;

#if ABI_FRAME
	gone(linked_sites[0](fd, len, x * page, 0, 0));
	says(0, x, "displaced", "repaired", "trace", "displaced: repaired");
	gone(VENDOR_LAST->map[0](fd, len, x * page, 0, 0));
	says(0, x, "displaced", "repaired", vendor_lib_file(VENDOR_LAST),
	     "from a library: its name");
#endif
	gone(raw_mmap2(fd, len, 0x12300000 | x, NULL));
	says(0x12300000 | x, x, "high_bits", "repaired", "-",
	     "high bits: repaired, no call site");
	gone(raw_mmap2(fd, len, x, NULL));
	says(x, x, "valid", "passed", "-", "valid: passed");
	gone(raw_mmap2(fd, len, MMZ_END_PFN, NULL));
	says(MMZ_END_PFN, MMZ_END_PFN, "outside", "refused", "-",
	     "outside: refused");
	if (sysctl_set("venc", "mode", "1"))
		bail("cannot set mode 1");
	gone(raw_mmap2(fd, len, 0x12300000 | x, NULL));
	says(0x12300000 | x, x, "high_bits", "passed", "-",
	     "observe: what would be used, and that it was not");
	free(lines(&n));
	ok_num(n, 0, "nothing between the calls");
	piped();
}

int main(void)
{
	unsigned int n;
	char *text;
	void *p;
	int i;

	hvct_init();
	ktap_plan(RESULTS);
	if (!find_root()) {
		for (i = 1; i <= RESULTS; i++)
			skip("trace event, %d # SKIP no event tracing", i);
		return ktap_end();
	}
	x = MMZ_PFN + 0x123;
	vendor_libs_open();
	vendor_up("venc");
	compat_mode(MODE_GUARD);
	fd = dev_open("venc");
	begin("venc");
	text = slurp(event("format"));
	ok(text && strstr(text, "name: hvc_mmap"), "the event is there");
	ok(text && all_fields(text), "its format names all its fields");
	free(text);
	forget();
	p = raw_mmap2(fd, PAGES * page, x, NULL);
	gone(p);
	free(lines(&n));
	ok_num(n, 0, "not enabled: no line");
	ok_num(write_str(event("enable"), "1"), 0, "it can be enabled");
	calls();
	ok_num(write_str(event("enable"), "0"), 0, "and disabled");
	close(fd);
	fd = -1;
	compat_down();
	ok(access(event("format"), F_OK) && errno == ENOENT,
	   "it leaves with the module");
	compat_mode(MODE_REPAIR);
	ok(!access(event("format"), F_OK), "and comes back with it");
	compat_down();
	vendor_down();
	return ktap_end();
}
