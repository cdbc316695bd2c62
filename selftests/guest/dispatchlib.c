// SPDX-License-Identifier: GPL-2.0
/* Shared by the dispatch tests; dispatchlib.h says what each one promises. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "../vendor/hvc_mmz.h"
#include "dispatchlib.h"
#include "sites.h"

#define RING	4	/* pages of a ring of two */

void base_up(void)
{
	char params[128];
	int err;

	if (mod_loaded("hvc_base"))
		return;
	snprintf(params, sizeof(params), "mmz_phys=%#llx mmz_len=%#llx",
		 (unsigned long long)mmz_phys, (unsigned long long)mmz_len);
	err = mod_load("hvc_base", params);
	if (err)
		bail("insmod hvc_base %s: %s", params, strerror(-err));
}

void himedia_up(const char *fmt, ...)
{
	char params[1024];
	va_list ap;
	int err;

	base_up();
	/* A test that bailed out may have left it. */
	if (mod_loaded(HIMEDIA)) {
		diag(HIMEDIA " was left loaded by an earlier test");
		mod_unload(HIMEDIA);
	}
	va_start(ap, fmt);
	vsnprintf(params, sizeof(params), fmt, ap);
	va_end(ap);
	err = mod_load(HIMEDIA, params);
	if (err)
		bail("insmod " HIMEDIA " %s: %s", params, strerror(-err));
}

void himedia_down(void)
{
	int err;

	if (!mod_refs_reach(HIMEDIA, 0))
		bail(HIMEDIA " still has %d references", mod_refs(HIMEDIA));
	err = mod_unload(HIMEDIA);
	if (err)
		bail("rmmod " HIMEDIA ": %s", strerror(-err));
	/* A node made by hand outlives its device. */
	unlink("/dev/venc");
}

int himedia_ctl(const char *what)
{
	return write_str("/sys/module/" HIMEDIA "/parameters/ctl", what);
}

static const char *record(const char *dev)
{
	static char name[HVC_NAME_LEN];

	snprintf(name, sizeof(name), "%s.st", dev);
	return name;
}

void hm_begin(const char *dev)
{
	begin(record(dev));
}

struct hvc_stat hm_stat(const char *dev)
{
	return stat_of(record(dev));
}

struct hm_seen hm_seen(const char *dev)
{
	char *text = slurp("/sys/module/" HIMEDIA "/parameters/seen");
	char name[HVC_NAME_LEN], *line;
	struct hm_seen s;

	if (!text)
		bail(HIMEDIA " is not loaded");
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (sscanf(line, "%31s failed=%u mmaps=%u own=%u data=%u", name,
			   &s.failed, &s.mmaps, &s.own, &s.data) == 5 &&
		    !strcmp(name, dev))
			break;
	free(text);
	if (!line)
		bail(HIMEDIA " has no device %s", dev);
	return s;
}

void compat_with(const char *fmt, ...)
{
	char params[1024];
	va_list ap;
	int n;

	n = snprintf(params, sizeof(params), "=mmz=anonymous,0,%#llx,%#llx ",
		     (unsigned long long)mmz_phys, (unsigned long long)mmz_len);
	va_start(ap, fmt);
	vsnprintf(params + n, sizeof(params) - n, fmt, ap);
	va_end(ap);
	compat_up(params);
}

static const char *node_path(const char *name)
{
	static char path[64];

	snprintf(path, sizeof(path), "%s%s", *name == '/' ? "" : "/dev/", name);
	return path;
}

void node_make(const char *name, unsigned int major, unsigned int minor)
{
	const char *path = node_path(name);

	if (unlink(path) && errno != ENOENT)
		bail("rm %s: %s", path, strerror(errno));
	if (mknod(path, S_IFCHR | 0600, makedev(major, minor)))
		bail("mknod %s: %s", path, strerror(errno));
}

int node_open(const char *name)
{
	int fd = open(node_path(name), O_RDWR | O_SYNC | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

const char *state_of(const char *dev)
{
	static char state[256];
	char *text = slurp("/proc/" COMPAT), head[64], *at, *end;

	if (!text)
		bail("/proc/" COMPAT ": %s", strerror(errno));
	snprintf(head, sizeof(head), "device %s\n", dev);
	at = strstr(text, head);
	at = at ? strstr(at, " state ") : NULL;
	/* It may go on in indented lines. */
	end = at ? strstr(at, "\n  settings") : NULL;
	if (!end)
		bail("the report has no state for %s", dev);
	snprintf(state, sizeof(state), "%.*s", (int)(end - at - 7), at + 7);
	free(text);
	return state;
}

bool all_refs_zero(void)
{
	int compat = mod_refs(COMPAT), driver = mod_refs(HIMEDIA);

	if (compat <= 0 && driver <= 0)
		return true;
	diag("references: " COMPAT " %d, " HIMEDIA " %d", compat, driver);
	return false;
}

bool all_refs_reach_zero(void)
{
	if (mod_loaded(COMPAT))
		mod_refs_reach(COMPAT, 0);
	if (mod_loaded(HIMEDIA))
		mod_refs_reach(HIMEDIA, 0);
	return all_refs_zero();
}

void node_call(const char *node, bool taken, const char *what)
{
	uint64_t x = NODE_CALL_PFN, high = 0x12300000 | x;
	int module = mod_refs(COMPAT), driver = mod_refs(HIMEDIA);
	int fd = node_open(node);
	void *p;

	if (fd < 0)
		bail("open %s: %s", node, strerror(-fd));
	hm_begin("venc");
	p = raw_mmap2(fd, RING * page, high, NULL);
	if (taken)
		expect_map(p, RING, 2, x, "%s: repaired", what);
	else if (kernel_limits_pgoff())
		expect_err(p, EOVERFLOW, 0, "%s: left to the driver", what);
	else
		expect_wild(p, RING, high, ~0ull, "%s: left to the driver",
			    what);
	hm_begin("venc");
	p = native_sites[0](fd, RING * page, 0, x * page);
	expect_map(p, RING, 2, x, "%s: right offset: right page", what);
	close(fd);
	ok(mod_refs(COMPAT) == module && mod_refs(HIMEDIA) == driver,
	   "%s: no reference left or lost", what);
}

static int mmz = -1;

void mmz_open(void)
{
	mmz = dev_open("hvc_mmz");
}

void mmz_close(void)
{
	close(mmz);
	mmz = -1;
}

int64_t mmz_alloc(const char *zone, const char *name, uint64_t len,
		  uint64_t align)
{
	struct hvc_mmb m = { .len = len, .align = align };

	snprintf(m.zone, sizeof(m.zone), "%s", zone);
	snprintf(m.name, sizeof(m.name), "%s", name);
	return ioctl(mmz, HVC_MMZ_ALLOC, &m) ? -errno : (int64_t)m.phys;
}

int mmz_free(uint64_t phys)
{
	struct hvc_mmb m = { .phys = phys };

	return ioctl(mmz, HVC_MMZ_FREE, &m) ? -errno : 0;
}

int mmz_look(uint64_t phys, struct hvc_mmb *m)
{
	memset(m, 0, sizeof(*m));
	m->phys = phys;
	return ioctl(mmz, HVC_MMZ_LOOKUP, m) ? -errno : 0;
}
