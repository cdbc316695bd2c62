// SPDX-License-Identifier: GPL-2.0
/* Shared by the guest tests; hvct.h says what each function promises. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "hvct.h"

#define SYSCTLS	"/proc/sys/dev/" COMPAT "/"
#define REPORT	"/proc/" COMPAT

uint64_t mmz_phys, mmz_len;
unsigned long page;

static uint64_t env_num(const char *name)
{
	const char *s = getenv(name);

	if (!s)
		bail("set %s to the memory above mem=", name);
	return strtoull(s, NULL, 0);
}

unsigned long asked_for(const char *name, unsigned long otherwise)
{
	const char *s = getenv(name);

	return s ? strtoul(s, NULL, 0) : otherwise;
}

/* Not the time: a guest without a clock begins in 1970. */
unsigned long asked_seed(void)
{
	uint32_t seed = 1;
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, &seed, sizeof(seed)) != sizeof(seed))
		bail("/dev/urandom: %s", strerror(errno));
	close(fd);
	return asked_for("HVC_FUZZ_SEED", seed);
}

double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static double patience_ends;

bool patience(void)
{
	return now() < patience_ends;
}

void pause_after(double held, unsigned int longest_us)
{
	if (held * 12e6 > longest_us)
		longest_us = held * 12e6;
	usleep(rand() % longest_us);
}

#define LEAKS	"/sys/kernel/debug/kmemleak"

bool leaks_known(void)
{
	return !access(LEAKS, W_OK);
}

/* It is silent about what is younger than five seconds. */
static char *leaks(void)
{
	sleep(6);
	if (write_str(LEAKS, "scan") || write_str(LEAKS, "scan"))
		return NULL;
	return slurp(LEAKS);
}

void leaks_forget(void)
{
	if (!leaks_known())
		return;
	free(leaks());
	write_str(LEAKS, "clear");
}

bool leaks_result(const char *what)
{
	char *found, *line;
	int i;

	if (!leaks_known())
		return false;
	found = leaks();
	if (!ok(found && !*found, "%s", what) && !found)
		diag("the detector has stopped");
	for (i = 0, line = found ? strtok(found, "\n") : NULL; line && i < 60;
	     i++, line = strtok(NULL, "\n"))
		diag("%s", line);
	free(found);
	return true;
}

void progress(unsigned long done, unsigned long all, const char *what)
{
	static unsigned long told;
	unsigned long tenths = all ? 10 * done / all : 0;

	if (tenths > told && done <= all) {
		told = tenths;
		diag("%lu of %lu %s", done, all, what);
	}
}

/* A test that bailed out left its modules: it has failed, this one need not. */
static void sweep(void)
{
	static const char *const left[] = {
		COMPAT, "hvc_lockprobe", "hvc_venc", "hvc_himedia", "hvc_base",
		"hvc_fail"
	};
	unsigned int i;

	for (i = 0; i < sizeof(left) / sizeof(*left); i++)
		if (mod_loaded(left[i])) {
			diag("%s was left loaded by an earlier test", left[i]);
			mod_unload(left[i]);
		}
}

void hvct_init(void)
{
	patience_ends = now() + asked_for("HVC_TEST_SECONDS", 300) * 2 / 3.0;
	mmz_phys = env_num("MMZ_PHYS");
	mmz_len = env_num("MMZ_LEN");
	page = sysconf(_SC_PAGESIZE);
	/* Not in programs that a test runs. */
	if (!getenv("HVCT_INSIDE")) {
		sweep();
		setenv("HVCT_INSIDE", "1", 1);
	}
}

bool kernel_is_64bit(void)
{
	struct utsname u;

	uname(&u);
	return strstr(u.machine, "64") || !strcmp(u.machine, "armv8l");
}

bool kernel_before(int major, int minor)
{
	struct utsname u;
	int is_major = 0, is_minor = 0;

	uname(&u);
	sscanf(u.release, "%d.%d", &is_major, &is_minor);
	return is_major < major || (is_major == major && is_minor < minor);
}

#ifdef SYS_mmap2
bool kernel_limits_pgoff(void)
{
	static int limits = -1;
	void *p;
	int fd;

	if (limits >= 0)
		return limits;
	/* Stable kernels have it without the version that brought it. */
	fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		bail("/dev/zero: %s", strerror(errno));
	errno = 0;
	p = (void *)syscall(SYS_mmap2, NULL, (long)page, (long)PROT_READ,
			    (long)MAP_PRIVATE, (long)fd, 0x100000L);
	limits = p == MAP_FAILED && errno == EOVERFLOW;
	if (p != MAP_FAILED)
		munmap(p, page);
	else if (!limits)
		bail("mmap of /dev/zero: %s", strerror(errno));
	close(fd);
	return limits;
}
#else	/* a 64-bit program */
bool kernel_limits_pgoff(void)
{
	return false;
}
#endif

bool phys_is_wide(void)
{
	static int wide = -1;
	static const char tag[] = "hvc_wide_phys=1";
	size_t len;
	char *file;

	if (wide >= 0)
		return wide;
	file = slurp_len("/modules/hvc_base.ko", &len);
	if (!file)
		bail("/modules/hvc_base.ko: %s", strerror(errno));
	wide = memmem(file, len, tag, sizeof(tag)) != NULL;
	free(file);
	return wide;
}

unsigned int phys_bits(void)
{
	char *text = slurp("/proc/cpuinfo"), *at;
	unsigned int bits = 0;

	at = text ? strstr(text, "address sizes") : NULL;
	if (at)
		sscanf(at, "address sizes : %u bits physical", &bits);
	free(text);
	return bits ? bits : 64;
}

const char *mode_name(int mode)
{
	static const char *const names[] = {
		"no module", "off", "observe", "repair", "guard"
	};

	return names[mode + 1];
}

/* ---- files ---- */

char *slurp_len(const char *path, size_t *length)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0, room = 4096;
	char *buf;
	ssize_t n;

	if (fd < 0)
		return NULL;
	buf = malloc(room + 1);
	while (buf && (n = read(fd, buf + len, room - len)) > 0) {
		len += n;
		if (len == room)
			buf = realloc(buf, (room *= 2) + 1);
	}
	close(fd);
	if (!buf)
		bail("out of memory");
	buf[len] = '\0';
	*length = len;
	return buf;
}

char *slurp(const char *path)
{
	size_t len;

	return slurp_len(path, &len);
}

int write_file(const char *path, const void *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n;
	int err;

	if (fd < 0)
		return -errno;
	n = write(fd, data, len);
	err = n < 0 ? -errno : (size_t)n == len ? 0 : -EIO;
	close(fd);
	return err;
}

int write_str(const char *path, const char *s)
{
	return write_file(path, s, strlen(s));
}

long meminfo(const char *key)
{
	char *text, *at;
	long kib;

	if (write_str("/proc/sys/vm/drop_caches", "3"))
		bail("drop_caches: %s", strerror(errno));
	text = slurp("/proc/meminfo");
	at = text ? strstr(text, key) : NULL;
	if (!at || sscanf(at + strlen(key), ": %ld", &kib) != 1)
		bail("/proc/meminfo has no %s", key);
	free(text);
	return kib;
}

#define GRACE_PERIODS	10	/* s */

long grown(long (*figure)(void), long was, long slack)
{
	double end = now() + GRACE_PERIODS;
	long more;

	do {
		more = figure() - was;
	} while (more > slack && now() < end && !usleep(100000));
	return more;
}

#define MEMORY_SLACK	768	/* KiB */

static long marked;

static long memory(void)
{
	return meminfo("SUnreclaim");
}

void memory_mark(void)
{
	marked = memory();
	leaks_forget();
}

long memory_grown(void)
{
	return grown(memory, marked, MEMORY_SLACK);
}

void memory_result(long grown_kib, const char *what)
{
	/* KASAN keeps what was freed: megabytes of it. */
	if (!leaks_result(what))
		ok(grown_kib <= MEMORY_SLACK, "%s", what);
}

/* ---- modules ---- */

int mod_load(const char *name, const char *params)
{
	char path[128];
	struct stat st;
	void *image;
	int fd, err = 0;

	snprintf(path, sizeof(path), "/modules/%s.ko", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st))
		bail("%s: %s", path, strerror(errno));
	image = malloc(st.st_size);
	if (!image || read(fd, image, st.st_size) != st.st_size)
		bail("%s: cannot read it whole", path);
	close(fd);
	if (syscall(SYS_init_module, image, (unsigned long)st.st_size,
		    params ? params : ""))
		err = -errno;
	free(image);
	return err;
}

int mod_unload(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
}

int mod_refs(const char *name)
{
	char path[128], *text;
	int refs;

	snprintf(path, sizeof(path), "/sys/module/%s/refcnt", name);
	text = slurp(path);
	if (!text)
		return -1;
	refs = atoi(text);
	free(text);
	return refs;
}

bool mod_loaded(const char *name)
{
	return mod_refs(name) >= 0;
}

bool mod_refs_reach(const char *name, int refs)
{
	double end = now() + 10;

	while (mod_refs(name) != refs) {
		if (now() > end)
			return false;
		usleep(1000);
	}
	return true;
}

static void must_load(const char *name, const char *params)
{
	int err = mod_load(name, params);

	if (err)
		bail("insmod %s %s: %s", name, params, strerror(-err));
}

/* The last file of a process that has just died may still be closing. */
static void must_unload(const char *name)
{
	int err = -EWOULDBLOCK;
	double end = now() + 10;

	while ((err = mod_unload(name)) == -EWOULDBLOCK && now() < end)
		usleep(1000);
	if (err)
		bail("rmmod %s: %s", name, strerror(-err));
}

static int ctl_fd = -1;

/* Which himedia the devices are behind, as its variant= has it; NULL: misc. */
static const char *himedia(void)
{
	return getenv("HVC_STACK");
}

static const char *driver(void)
{
	return himedia() ? "hvc_himedia" : "hvc_venc";
}

static char himedia_devices[256];

/*
 * A node that was opened before keeps the driver's cdev: each of them anew, or
 * none any more, as those made by hand outlive their device.
 */
static void renew_nodes(bool make)
{
	char names[sizeof(himedia_devices)], *name, *rest = names;

	strcpy(names, himedia_devices);
	while ((name = strsep(&rest, ","))) {
		char path[64];
		struct stat st;

		snprintf(path, sizeof(path), "/dev/%.*s",
			 (int)strcspn(name, ":"), name);
		if (stat(path, &st))
			continue;
		if (unlink(path) ||
		    (make && mknod(path, st.st_mode, st.st_rdev)))
			bail("%s: %s", path, strerror(errno));
	}
}

void vendor_up(const char *devices)
{
	char params[512];

	if (!mod_loaded("hvc_base")) {
		snprintf(params, sizeof(params), "mmz_phys=%#llx mmz_len=%#llx",
			 (unsigned long long)mmz_phys,
			 (unsigned long long)mmz_len);
		must_load("hvc_base", params);
	}
	snprintf(params, sizeof(params), "devices=%s", devices);
	if (himedia()) {
		snprintf(himedia_devices, sizeof(himedia_devices), "%s",
			 devices);
		snprintf(params, sizeof(params), "variant=%s devices=%s",
			 himedia(), devices);
	}
	must_load(driver(), params);
	if (ctl_fd < 0)
		ctl_fd = dev_open("hvc_vendor");
}

void vendor_down(void)
{
	if (ctl_fd >= 0)
		close(ctl_fd);
	ctl_fd = -1;
	if (mod_loaded(driver()))
		must_unload(driver());
	if (himedia())
		renew_nodes(false);
	if (mod_loaded("hvc_base"))
		must_unload("hvc_base");
}

int vendor_set(const char *name, const char *value)
{
	char path[96];

	snprintf(path, sizeof(path), "/sys/module/%s/parameters/%s", driver(),
		 name);
	return write_str(path, value);
}

int vendor_ctl(const char *what)
{
	return vendor_set("ctl", what);
}

int compat_load(const char *params)
{
	const char *cut = "";
	char all[4096];

	if (!params)
		params = "";
	if (phys_is_wide() && !strstr(params, "offset_bits="))
		cut = " offset_bits=32";
	if (*params == '=')
		snprintf(all, sizeof(all), "%s%s", params + 1, cut);
	else
		snprintf(all, sizeof(all),
			 "devices=venc mmz=anonymous,0,%#llx,%#llx %s%s",
			 (unsigned long long)mmz_phys,
			 (unsigned long long)mmz_len, params, cut);
	if (himedia())
		renew_nodes(true);
	return mod_load(COMPAT, all);
}

void compat_up(const char *params)
{
	int err = compat_load(params);

	if (err) {
		log_show();
		bail("insmod " COMPAT " %s: %s", params ? params : "",
		     strerror(-err));
	}
	if (access(REPORT, R_OK))
		bail(COMPAT " is loaded but has no report: its init never ran");
}

void compat_mode(int mode)
{
	char params[64];

	if (mode == MODE_NONE)
		return;
	snprintf(params, sizeof(params), "modes=venc:%d", mode);
	compat_up(params);
}

void compat_down(void)
{
	if (mod_loaded(COMPAT))
		must_unload(COMPAT);
}

/* ---- the drivers' view ---- */

int dev_open(const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/dev/%s", name);
	fd = open(path, O_RDWR | O_SYNC | O_CLOEXEC);
	if (fd < 0)
		bail("open %s: %s", path, strerror(errno));
	return fd;
}

static int control(unsigned long cmd, void *arg)
{
	/* Never inherited in a useful state by a child that was exec'ed. */
	if (ctl_fd < 0)
		ctl_fd = dev_open("hvc_vendor");
	return ioctl(ctl_fd, cmd, arg);
}

/* hvc_himedia's records have names of their own. */
static void record(struct hvc_stat *st, const char *dev)
{
	memset(st, 0, sizeof(*st));
	snprintf(st->name, sizeof(st->name), "%s%s", dev,
		 himedia() ? ".st" : "");
}

struct hvc_stat stat_of(const char *dev)
{
	struct hvc_stat st;

	record(&st, dev);
	if (control(HVC_IOC_STAT, &st))
		bail("no record of device %s: %s", dev, strerror(errno));
	return st;
}

void stat_reset(const char *dev)
{
	struct hvc_stat st;

	record(&st, dev);
	if (control(HVC_IOC_RESET, &st))
		bail("no record of device %s: %s", dev, strerror(errno));
}

uint32_t peek(uint64_t phys)
{
	struct hvc_peek pk = { .phys = phys };

	if (control(HVC_IOC_PEEK, &pk))
		bail("peek %#llx: %s", (unsigned long long)phys,
		     strerror(errno));
	return pk.value;
}

void poke(uint64_t phys, uint32_t value)
{
	struct hvc_peek pk = { .phys = phys, .value = value };

	if (control(HVC_IOC_POKE, &pk))
		bail("poke %#llx: %s", (unsigned long long)phys,
		     strerror(errno));
}

void stamp(void)
{
	if (control(HVC_IOC_STAMP, NULL))
		bail("cannot stamp the MMZ: %s", strerror(errno));
}

/* ---- one call ---- */

static char begun[HVC_NAME_LEN];

void begin(const char *dev)
{
	snprintf(begun, sizeof(begun), "%s", dev);
	stat_reset(dev);
}

static bool maps_line(const void *p, uint64_t *offset, size_t *len)
{
	char *maps = slurp("/proc/self/maps"), *line;
	bool found = false;

	for (line = maps; line && *line; ) {
		unsigned long lo, hi;
		unsigned long long off;
		char *nl = strchr(line, '\n');

		if (sscanf(line, "%lx-%lx %*s %llx", &lo, &hi, &off) == 3 &&
		    lo == (unsigned long)p) {
			*offset = off;
			*len = hi - lo;
			found = true;
		}
		line = nl ? nl + 1 : NULL;
	}
	free(maps);
	return found;
}

bool maps_offset(const void *p, uint64_t *offset)
{
	size_t len;

	return maps_line(p, offset, &len);
}

bool maps_wild(const void *p, uint64_t pfn)
{
	uint64_t off;

	return kernel_is_64bit() && maps_offset(p, &off) && off != pfn * page;
}

/* A mapping that should not be: it would hold the modules for good. */
static void drop(void *p)
{
	uint64_t off;
	size_t len;

	if (maps_line(p, &off, &len))
		munmap(p, len);
}

static char why[256];

#define WRONG(...)	(snprintf(why, sizeof(why), __VA_ARGS__), false)

static bool bytes_right(volatile uint32_t *p, unsigned int pages,
			unsigned int repeat, uint64_t pfn)
{
	static uint32_t salt = 0x5eed0000;
	unsigned int extent = pages / repeat, words = page / 4, i;

	for (i = 0; i < pages; i++) {
		volatile uint32_t *q = p + (size_t)i * words;
		uint32_t want = pfn + i % extent;

		if (q[0] != want || q[1] != ~want || q[2] != HVC_STAMP_TAG)
			return WRONG("page %u reads as %#x, not as %#x", i,
				     q[0], want);
	}
	for (i = 0; i < pages; i++) {
		uint64_t at = (pfn + i % extent) * page + 16;
		uint32_t word = ++salt, was = peek(at);

		p[(size_t)i * words + 4] = word;
		if (peek(at) != word)
			return WRONG("a word written at page %u is not at %#llx",
				     i, (unsigned long long)at);
		poke(at, word ^ 0xff);
		if (p[(size_t)i * words + 4] != (word ^ 0xff))
			return WRONG("page %u does not show what is at %#llx",
				     i, (unsigned long long)at);
		poke(at, was);
	}
	return true;
}

static bool driver_saw(void *p, unsigned int pages, uint64_t pfn)
{
	struct hvc_stat st = stat_of(begun);
	uint64_t off;

	if (p == MAP_FAILED)
		return WRONG("%s (driver called %u times, last pgoff %#llx)",
			     strerror(errno), st.mmaps,
			     (unsigned long long)st.pgoff);
	if (st.mmaps != 1 || st.pgoff != pfn || st.pages != pages)
		return WRONG("driver called %u times, pgoff %#llx, %llu pages",
			     st.mmaps, (unsigned long long)st.pgoff,
			     (unsigned long long)st.pages);
	/* There remap_pfn_range() leaves the page frame that it mapped. */
	if (maps_offset(p, &off) && kernel_before(3, 7) &&
	    off == (pfn & 0xfffff) * page)
		return true;
	if (!maps_offset(p, &off) || off != pfn * page)
		return WRONG("/proc/self/maps says %#llx",
			     (unsigned long long)off);
	return true;
}

static bool result(bool good, const char *fmt, va_list ap)
{
	char desc[256];

	vsnprintf(desc, sizeof(desc), fmt, ap);
	ok(good, "%s", desc);
	if (!good)
		diag("%s", why);
	return good;
}

static bool map_check(void *p, unsigned int pages, unsigned int repeat,
		      uint64_t pfn)
{
	bool good = driver_saw(p, pages, pfn) &&
		    bytes_right(p, pages, repeat, pfn);

	if (p != MAP_FAILED && munmap(p, pages * page))
		good = WRONG("munmap: %s", strerror(errno));
	return good;
}

bool map_right(void *p, unsigned int pages, unsigned int repeat, uint64_t pfn)
{
	bool good = map_check(p, pages, repeat, pfn);

	if (!good)
		diag("%s", why);
	return good;
}

bool expect_map(void *p, unsigned int pages, unsigned int repeat, uint64_t pfn,
		const char *fmt, ...)
{
	bool good = map_check(p, pages, repeat, pfn);
	va_list ap;

	va_start(ap, fmt);
	good = result(good, fmt, ap);
	va_end(ap);
	return good;
}

static sigjmp_buf bus;

static void on_bus(int sig)
{
	(void)sig;
	siglongjmp(bus, 1);
}

/*
 * Does a mapping of page frame @is read as @pfn? Unmapped bus addresses answer
 * with a signal: not the page either.
 */
static bool reads_as(volatile uint32_t *p, uint64_t is, uint64_t pfn)
{
	struct sigaction sa, bus_old, segv_old;
	volatile bool same = false;

	/* x86 calls such a page table entry corrupt, and the kernel is gone. */
	if (is >> (phys_bits() - 12))
		return false;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_bus;
	sigaction(SIGBUS, &sa, &bus_old);
	sigaction(SIGSEGV, &sa, &segv_old);
	if (!sigsetjmp(bus, 1))
		same = p[0] == (uint32_t)pfn && p[1] == ~(uint32_t)pfn &&
		       p[2] == HVC_STAMP_TAG;
	sigaction(SIGBUS, &bus_old, NULL);
	sigaction(SIGSEGV, &segv_old, NULL);
	return same;
}

bool expect_wild(void *p, unsigned int pages, uint64_t pfn, uint64_t not_pfn,
		 const char *fmt, ...)
{
	bool good = driver_saw(p, pages, pfn);
	va_list ap;

	if (good && reads_as(p, pfn, not_pfn))
		good = WRONG("it reads as page %#llx",
			     (unsigned long long)not_pfn);
	if (p != MAP_FAILED)
		munmap(p, pages * page);
	va_start(ap, fmt);
	good = result(good, fmt, ap);
	va_end(ap);
	return good;
}

bool expect_err(void *p, int err, unsigned int calls, const char *fmt, ...)
{
	int got = errno;
	struct hvc_stat st = stat_of(begun);
	bool good = true;
	va_list ap;

	if (p != MAP_FAILED) {
		good = WRONG("mapped: driver was handed %#llx",
			     (unsigned long long)st.pgoff);
		drop(p);
	} else if (got != err) {
		good = WRONG("%s, not %s", strerror(got), strerror(err));
	} else if (st.mmaps != calls) {
		good = WRONG("driver called %u times (pgoff %#llx), not %u",
			     st.mmaps, (unsigned long long)st.pgoff, calls);
	}
	va_start(ap, fmt);
	good = result(good, fmt, ap);
	va_end(ap);
	return good;
}

/* ---- sysctls, report, log ---- */

static const char *sysctl_path(const char *dev, const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), SYSCTLS "%s%s%s", dev ? dev : "",
		 dev ? "/" : "", name);
	return path;
}

int sysctl_set(const char *dev, const char *name, const char *value)
{
	return write_str(sysctl_path(dev, name), value);
}

const char *sysctl_str(const char *dev, const char *name)
{
	static char *text;

	free(text);
	text = slurp(sysctl_path(dev, name));
	if (!text)
		bail("%s: %s", sysctl_path(dev, name), strerror(errno));
	text[strcspn(text, "\n")] = '\0';
	return text;
}

long sysctl_num(const char *dev, const char *name)
{
	return strtol(sysctl_str(dev, name), NULL, 0);
}

static char *report_text(void)
{
	char *text = slurp(REPORT);

	if (!text)
		bail(REPORT ": %s", strerror(errno));
	return text;
}

/* From the line that begins with @head to the next that begins in column 0. */
static char *report_block(const char *head)
{
	char *text = report_text(), *line = text, *block = NULL;
	size_t len = strlen(head);

	while (line && *line) {
		char *nl = strchr(line, '\n');

		if (block && *line != ' ' && *line != '\t') {
			*line = '\0';
			break;
		}
		if (!block && !strncmp(line, head, len) &&
		    (line[len] == '\n' || line[len] == ' '))
			block = line;
		line = nl ? nl + 1 : NULL;
	}
	if (block)
		block = strdup(block);
	free(text);
	return block;
}

static long block_num(char *block, const char *key)
{
	size_t len = strlen(key);
	long value = -1;
	char *at;

	for (at = block; at && (at = strstr(at, key)); at += len)
		if (at[len] == '=' && at > block &&
		    (at[-1] == ' ' || at[-1] == '\t')) {
			value = strtol(at + len + 1, NULL, 0);
			break;
		}
	free(block);
	return value;
}

long report(const char *dev, const char *key)
{
	char head[64];

	snprintf(head, sizeof(head), "device %s", dev);
	return block_num(report_block(head), key);
}

bool report_has(const char *text)
{
	char *all = report_text();
	bool found = strstr(all, text);

	free(all);
	return found;
}

char *report_process(int pid)
{
	char head[64];

	snprintf(head, sizeof(head), "process %d", pid);
	return report_block(head);
}

long process_num(int pid, const char *key)
{
	return block_num(report_process(pid), key);
}

static char mark[64];

void log_mark(void)
{
	static int n;
	char line[96];

	snprintf(mark, sizeof(mark), "hvct-mark %d.%d", (int)getpid(), ++n);
	snprintf(line, sizeof(line), "<6>%s\n", mark);
	if (write_str("/dev/kmsg", line))
		bail("/dev/kmsg: %s", strerror(errno));
}

/* What came after the mark; free() *@all. */
static char *log_since(char **all)
{
	int size = klogctl(10, NULL, 0);
	char *at, *last = NULL;
	int n;

	*all = malloc(size + 1);
	n = *all ? klogctl(3, *all, size) : -1;
	if (n < 0)
		bail("cannot read the kernel log");
	(*all)[n] = '\0';
	for (at = *all; *mark && (at = strstr(at, mark)); at++)
		last = at;
	if (!last)
		return *all;
	last = strchr(last, '\n');
	return last ? last + 1 : *all + n;
}

unsigned int log_count(const char *text)
{
	char *all, *line = log_since(&all);
	unsigned int n = 0;

	while (line && *line) {
		char *nl = strchr(line, '\n');

		if (nl)
			*nl = '\0';
		n += !!strstr(line, text);
		line = nl ? nl + 1 : NULL;
	}
	free(all);
	return n;
}

void log_show(void)
{
	char *all, *line = log_since(&all);

	while (line && *line) {
		char *nl = strchr(line, '\n');

		if (nl)
			*nl = '\0';
		diag("log: %s", line);
		line = nl ? nl + 1 : NULL;
	}
	free(all);
}

pid_t start_child(bool (*fn)(void))
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		bail("fork: %s", strerror(errno));
	if (!pid) {
		bool good = fn();

		fflush(stdout);
		_exit(!good);
	}
	return pid;
}

bool in_child(bool (*fn)(void))
{
	pid_t pid = start_child(fn);
	int status;

	if (waitpid(pid, &status, 0) != pid)
		bail("waitpid: %s", strerror(errno));
	return !status;
}

int run_self(const char *const argv[])
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		bail("fork: %s", strerror(errno));
	if (!pid) {
		execv("/proc/self/exe", (char *const *)argv);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid)
		bail("waitpid: %s", strerror(errno));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
