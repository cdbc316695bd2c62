// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/mem, which most legacy call sites use: displaced calls on MMZ memory are
 * repaired, calls to registers that nobody listed are never touched whatever
 * lies in the padding word, and every check that the kernel makes itself stays
 * (STRICT_DEVMEM, capabilities, limits): each probe is made without the module
 * first, and its answer is what is asked for in each mode.
 *
 * Other devices of the same major never enter the module.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dispatchlib.h"
#include "sites.h"

#define MEM_MAJOR	1
#define MEM_MINOR	1
#define POINTER		0xbefff000ul
#define SMALL		0x64ul
#define HIGH		0x12300000u
/* First stale word of a vendor's call: all that is lost, or the high word. */
#define STALE		(ABI_FRAME ? 0 : SMALL)

static int fd;
static uint64_t ram, ram_pages;	/* page frames that the kernel manages */
static uint64_t phys_pages;	/* page frames that this machine can have */
static uint64_t x, y;		/* page frames in the MMZ */
static uint64_t regs;		/* page frame of registers that can be mapped */
static unsigned int reg;	/* a constant one of them, bytes */
static uint32_t reg_value;
static uint64_t uart;		/* page frame of registers that a driver has */

static sigjmp_buf bus;

static void on_bus(int sig)
{
	(void)sig;
	siglongjmp(bus, 1);
}

/* Unassigned addresses answer with a signal. */
static bool read_word(void *p, unsigned int at, uint32_t *value)
{
	struct sigaction sa = { .sa_handler = on_bus }, old;
	volatile bool got = false;

	sigaction(SIGBUS, &sa, &old);
	if (!sigsetjmp(bus, 1)) {
		*value = *(volatile uint32_t *)((char *)p + at);
		got = true;
	}
	sigaction(SIGBUS, &old, NULL);
	return got;
}

/* What a call came to, for comparing. */
struct answer {
	int err;		/* 0: mapped */
	uint64_t offset;	/* of /proc/self/maps */
};

static struct answer answer_to(void *p, size_t len)
{
	struct answer a = { .err = p == MAP_FAILED ? errno : 0 };

	if (!a.err && !maps_offset(p, &a.offset))
		bail("/proc/self/maps has no mapping at %p", p);
	if (!a.err)
		munmap(p, len);
	return a;
}

static bool same(struct answer a, struct answer b)
{
	if (a.err == b.err && a.offset == b.offset)
		return true;
	diag("%s at %#llx, not %s at %#llx", strerror(a.err),
	     (unsigned long long)a.offset, strerror(b.err),
	     (unsigned long long)b.offset);
	return false;
}

/* @p shows MMZ page @pfn and the ones behind it. */
static bool is_mmz(void *p, unsigned int pages, uint64_t pfn)
{
	static uint32_t salt = 0x3e300000;
	bool good = p != MAP_FAILED;
	uint64_t offset = 0;
	unsigned int i;

	if (!good) {
		diag("%s", strerror(errno));
		return false;
	}
	if (!maps_offset(p, &offset) || offset != pfn * page) {
		diag("/proc/self/maps says %#llx, not %#llx",
		     (unsigned long long)offset,
		     (unsigned long long)(pfn * page));
		good = false;
	}
	for (i = 0; good && i < pages; i++) {
		volatile uint32_t *w = (void *)((char *)p + i * page);
		uint64_t at = (pfn + i) * page + 16;
		uint32_t was = peek(at);

		good = w[0] == pfn + i && w[1] == ~(uint32_t)(pfn + i) &&
		       w[2] == HVC_STAMP_TAG;
		w[4] = ++salt;
		good = good && peek(at) == salt;
		poke(at, was);
		if (!good)
			diag("page %u reads as %#x, not as %#x", i, w[0],
			     (uint32_t)(pfn + i));
	}
	munmap(p, pages * page);
	return good;
}

static bool is_register(void *p)
{
	uint64_t offset = 0;
	uint32_t value = 0;
	bool good;

	if (p == MAP_FAILED) {
		diag("%s", strerror(errno));
		return false;
	}
	good = read_word(p, reg, &value) && value == reg_value &&
	       maps_offset(p, &offset) && offset == regs * page;
	if (!good)
		diag("reads as %#x at %#llx, not as %#x", value,
		     (unsigned long long)offset, reg_value);
	munmap(p, page);
	return good;
}

/* As kmod/compat.h has them. */
static unsigned int address_bits(void)
{
	if (!phys_is_wide())
		return 32;
	if (phys_bits() < 64)
		return phys_bits();
	return kernel_is_64bit() ? 48 : 40;
}

/* Registers of this machine that no driver has claimed, and some that one has. */
static void find_registers(void)
{
	static const struct {
		uint64_t mmz, ram, regs;
		unsigned int at;
		uint64_t uart;
	} machines[] = {
		{ 0x6c000000, 0x60000000, 0x10000000, 0, 0x10009000 }, /* SYS_ID */
		{ 0x6c000000, 0x60000000, 0x1e000000, 4, 0x10009000 }, /* SCU */
		{ 0x4c000000, 0x40000000, 0x08000000, 4, 0x09000000 }, /* GICD_TYPER */
		{ 0x5c000000, 0x40000000, 0x08000000, 4, 0x09000000 }, /* GICD_TYPER */
		{ 0x68000000, 0x40000000, 0x08000000, 4, 0x09000000 }, /* GICD_TYPER */
		{ 0x0c000000, 0x00100000, 0xfffe0000, 0, 0xfee00000 }, /* BIOS, APIC */
		{ 0x28000000, 0x00100000, 0xfffe0000, 0, 0xfee00000 }, /* BIOS, APIC */
		{ 0x0c000000, 0x00100000, 0x10000000, 0, 0x101f1000 }, /* SYS_ID */
		{ 0x90000000, 0x00100000, 0x1fc00000, 16, 0x1f000000 }, /* revision */
	};
	unsigned int i;

	for (i = 0; i < sizeof(machines) / sizeof(*machines); i++) {
		void *p;
		bool good;

		if (machines[i].mmz != mmz_phys)
			continue;
		p = raw_mmap2(fd, page, machines[i].regs / page, NULL);
		if (p == MAP_FAILED)
			continue;
		good = read_word(p, machines[i].at, &reg_value) && reg_value;
		munmap(p, page);
		if (!good)
			continue;
		regs = machines[i].regs / page;
		reg = machines[i].at;
		uart = machines[i].uart / page;
		ram = machines[i].ram / page;
		/* All below the MMZ; on the last one mem=256M and a hole. */
		ram_pages = (mmz_phys == 0x90000000 ? 0x10000000 : mmz_phys) /
			    page - ram;
		phys_pages = 1ull << (address_bits() - 12);
		return;
	}
	bail("this machine's registers are not known: add them here");
}

/* ---- the kernel's own answers ---- */

/* @guard: what guard mode answers instead, 0: the same */
struct probe {
	const char *name;
	uint32_t pgoff;
	unsigned int pages;
	int guard;
};

#define PROBES	13

static struct probe probes[PROBES];
static int unlisted_probes;
static struct answer plain[PROBES], plain_high;

/* May be right though nobody listed it: passed on in every mode. */
static bool unlisted(uint64_t pgoff)
{
	return pgoff && pgoff < phys_pages &&
	       (pgoff < ram || pgoff >= ram + ram_pages) &&
	       (pgoff < MMZ_PFN || pgoff >= MMZ_END_PFN);
}

static int guards(uint64_t pgoff)
{
	return unlisted(pgoff) ? 0 : EINVAL;
}

static void make_probes(void)
{
	const struct probe all[PROBES] = {
		{ "physical page 0", 0, 1, EINVAL },
		{ "first page of kernel RAM", ram, 1, EINVAL },
		{ "kernel RAM", ram + ram_pages / 2, 1, EINVAL },
		{ "last page of kernel RAM", ram + ram_pages - 1, 1, EINVAL },
		{ "from before the MMZ into it", MMZ_PFN - 1, 2,
		  guards(MMZ_PFN - 1) },
		{ "a driver's registers", uart, 1, 0 },
		{ "a free device's registers", regs, 1, 0 },
		{ "last page below 4 GiB", 0xfffff, 1, guards(0xfffff) },
		{ "past 4 GiB", 0x100000, 1, guards(0x100000) },
		{ "far past it", 0x7ffffff0, 1, guards(0x7ffffff0) },
		{ "last that does not wrap", 0xfffffffe, 1,
		  guards(0xfffffffe) },
		{ "wrapping", 0xffffffff, 2,
		  kernel_is_64bit() ? guards(0xffffffff) : 0 },
		{ "length 0", MMZ_PFN, 0, 0 },
	};
	int i;

	for (i = 0; i < PROBES; i++)
		/* What wraps, and length 0, the kernel refuses by itself. */
		unlisted_probes += all[i].pages && unlisted(all[i].pgoff) &&
				   (i != 11 || kernel_is_64bit());
	memcpy(probes, all, sizeof(probes));
}

static struct answer probe(int i)
{
	size_t len = probes[i].pages * page;

	return answer_to(raw_mmap2(fd, len, probes[i].pgoff, NULL), len);
}

static void kernels_answers(int mode)
{
	long before = report("mem", "unlisted");
	int i;

	for (i = 0; i < PROBES; i++) {
		struct answer want = plain[i], got = probe(i);

		if (mode == MODE_GUARD && probes[i].guard)
			want = (struct answer){ .err = probes[i].guard };
		ok(same(got, want), "%s: %s: %s", mode_name(mode),
		   probes[i].name, want.err ? strerror(want.err) : "mapped");
	}
	/* Registers of both sorts, and what the machine may have elsewhere. */
	ok_num(report("mem", "unlisted") - before,
	       mode == MODE_OFF ? 0 : unlisted_probes,
	       mode == MODE_OFF ? "off: nothing counted as unlisted" :
	       mode == MODE_OBSERVE ? "observe: only registers are unlisted" :
	       mode == MODE_REPAIR ? "repair: only registers are unlisted" :
	       "guard: only registers are unlisted");
}

#define KERNELS	(PROBES + 1)

/* ---- calls that were right, and garbled ones ---- */

static void right(int mode)
{
	const char *m = mode_name(mode);
	const long pads[] = { x * page, 0, regs * page, POINTER, 0x1234567 };
	unsigned int i;
	void *p;

	p = native_sites[0](fd, 3 * page, y * page, x * page);
	ok(is_mmz(p, 3, x), "%s: MMZ memory: right page", m);
	p = native_sites[1](fd, 2 * page, 0, (MMZ_END_PFN - 2) * page);
	ok(is_mmz(p, 2, MMZ_END_PFN - 2), "%s: last pages of the MMZ", m);
	for (i = 0; i < sizeof(pads) / sizeof(*pads); i++) {
		p = native_sites[i % NSITES](fd, page, pads[i], regs * page);
		ok(is_register(p), "%s: registers, padding %#lx: unchanged", m,
		   pads[i]);
	}
	p = mmap(NULL, page, PROT_READ, MAP_PRIVATE, fd, x * page);
	ok(p != MAP_FAILED && *(volatile uint32_t *)p == (uint32_t)x,
	   "%s: MAP_PRIVATE of MMZ memory: right page", m);
	munmap(p, page);
}

#define RIGHT	8

static void legacy(vmap_fn *site, int mode, uint64_t raw, unsigned long w1,
		   unsigned long w2, const char *what)
{
	size_t len = 2 * page;
	struct answer want = { 0 };
	void *p;

	if (mode >= MODE_REPAIR && !unlisted(raw)) {
		p = site(fd, len, x * page, w1, w2);
		ok(is_mmz(p, 2, x), "%s: %s: right page", mode_name(mode),
		   what);
		return;
	}
	/* As the kernel answers to what arrives. */
	want = answer_to(raw_mmap2(fd, len, raw, NULL), len);
	p = site(fd, len, x * page, w1, w2);
	ok(same(answer_to(p, len), want), "%s: %s: the kernel's answer",
	   mode_name(mode), what);
}

#if ABI_FRAME
static void stale_words(struct vendor_lib *lib, int mode)
{
	uint64_t stale = ram + ram_pages / 2;
	const char *m = mode_name(mode);
	struct answer got, want;
	void *p;

	legacy(lib->map[0], mode, 0, 0, 0, "zero/zero");
	legacy(lib->map[1], mode, SMALL << 20 | POINTER >> 12,
	       POINTER, SMALL, "pointer/small");
	legacy(lib->map[2], mode, stale, stale * page, 0,
	       "a stale word that is kernel RAM");

	/* It may be right, so it is: the price of never changing a right one. */
	p = lib->map[3](fd, page, x * page, regs * page, 0);
	ok(is_register(p), "%s: a stale word that is a register: unchanged", m);

	/* Nobody listed the register that was meant: no evidence. */
	want = mode == MODE_GUARD ? (struct answer){ .err = EINVAL } : plain[0];
	got = answer_to(lib->map[4](fd, page, regs * page, 0, 0), page);
	ok(same(got, want), "%s: zero/zero for an unlisted register: %s", m,
	   mode == MODE_GUARD ? "refused" : "page 0, as ever");
}
#else
/* The low word stands where it must; what follows it is stale. */
static void stale_words(struct vendor_lib *lib, int mode)
{
	const char *m = mode_name(mode);
	uint64_t raw = SMALL << 20 | regs;
	struct answer got, want;

	ok(is_mmz(lib->map[0](fd, 2 * page, x * page, 0, 0), 2, x),
	   "%s: high word 0: unchanged", m);
	legacy(lib->map[1], mode, SMALL << 20 | x, SMALL, 0, "high word small");
	legacy(lib->map[2], mode, 1 << 20 | x, 1, 0, "high word 1");
	ok(is_register(lib->map[3](fd, page, regs * page, 0, 0)),
	   "%s: high word 0 of a register: unchanged", m);
	want = answer_to(raw_mmap2(fd, page, raw, NULL), page);
	if (mode == MODE_GUARD && !unlisted(raw))
		want = (struct answer){ .err = EINVAL };
	got = answer_to(lib->map[4](fd, page, regs * page, SMALL, 0), page);
	ok(same(got, want), "%s: a high word for an unlisted register: %s", m,
	   mode == MODE_GUARD ? "refused" : "as ever");
}
#endif

static void garbled(int mode)
{
	struct vendor_lib *lib = &vendor_libs[(mode + 1) % VENDOR_LIBS];
	const char *m = mode_name(mode);
	void *p;

	stale_words(lib, mode);
	p = raw_mmap2(fd, 2 * page, HIGH | x, NULL);
	if (mode >= MODE_REPAIR && !unlisted(HIGH | x))
		ok(is_mmz(p, 2, x), "%s: high bits: right page", m);
	else
		ok(same(answer_to(p, 2 * page), plain_high),
		   "%s: high bits: the kernel's answer", m);
}

#define GARBLED	6

/* ---- files, other members of the table, other devices ---- */

/* read, write and seeks: results and errors, one after the other. */
static void transfers(char *to, size_t size)
{
	static const long long at[] = {
		0, 0x1000, -4096, -1, 0x7fffffffffff000ll,
	};
	const long long ram = mmz_phys - 0x04000000, mmz = mmz_phys;
	unsigned int i;
	size_t n = 0;
	char c = 0;
	long got;

#define NOTE(call) do {							\
	errno = 0;							\
	got = (call);							\
	n += snprintf(to + n, size - n, "%ld/%d ", got, errno);	\
} while (0)
	for (i = 0; i < sizeof(at) / sizeof(*at); i++)
		NOTE(lseek(fd, at[i], SEEK_SET));
	NOTE(lseek(fd, 0, SEEK_END));
	NOTE(pread(fd, &c, 1, ram));
	NOTE(pread(fd, &c, 1, mmz));
	NOTE(pread(fd, &c, 1, 0xfffff000));
	NOTE(pread(fd, &c, 1, -1));
	NOTE(pwrite(fd, &c, 1, ram));
	NOTE(fsync(fd));
	NOTE(ftruncate(fd, 0));
	NOTE(fcntl(fd, F_GETFL));
#undef NOTE
}

/* A user without capabilities, though the node lets him in: -errno. */
static int as_user(void)
{
	int status;
	pid_t pid;

	if (chmod("/dev/mem", 0666))
		bail("chmod: %s", strerror(errno));
	fflush(stdout);
	pid = fork();
	if (!pid) {
		if (setgid(1000) || setuid(1000))
			_exit(255);
		_exit(open("/dev/mem", O_RDWR | O_CLOEXEC) < 0 ? errno : 0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		bail("a child was lost");
	chmod("/dev/mem", 0600);
	return -WEXITSTATUS(status);
}

static char plain_transfers[512];
static int plain_user, plain_vencmem;

static void as_before(int mode)
{
	const char *m = mode_name(mode);
	char now[512];
	int refs = mod_refs(COMPAT);

	transfers(now, sizeof(now));
	if (!ok(!strcmp(now, plain_transfers),
		"%s: read, write and seek: the same", m))
		diag("%s, not %s", now, plain_transfers);
	ok(plain_user && as_user() == plain_user,
	   "%s: a user without capabilities: %s", m, strerror(-plain_user));
	ok(mod_refs(COMPAT) == refs,
	   "%s: an open that fails leaves no reference", m);
}

#define BEFORE	3

static void neighbours(void)
{
	static const struct {
		const char *path;
		int minor;
	} others[] = {
		{ "/tmp/null", 3 }, { "/tmp/zero", 5 }, { "/tmp/full", 7 },
		{ "/tmp/kmsg", 11 },
	};
	char c = 1;
	int i, bad = 0, other, refs = mod_refs(COMPAT);
	void *p;

	for (i = 0; i < 4; i++) {
		node_make(others[i].path, MEM_MAJOR, others[i].minor);
		other = node_open(others[i].path);
		if (other < 0) {
			diag("%s: %s", others[i].path, strerror(-other));
			bad++;
			continue;
		}
		if (mod_refs(COMPAT) != refs) {
			diag("%s holds the module", others[i].path);
			bad++;
		}
		if (i == 0)
			ok(write(other, &c, 1) == 1 && read(other, &c, 1) == 0,
			   "/dev/null works");
		if (i == 1) {
			p = mmap(NULL, page, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE, other, 0);
			ok(p != MAP_FAILED && read(other, &c, 1) == 1 && !c &&
			   !*(volatile uint32_t *)p &&
			   mod_refs(COMPAT) == refs, "/dev/zero works");
			munmap(p, page);
		}
		close(other);
		unlink(others[i].path);
	}
	ok(!bad, "/dev/null, zero, full, kmsg: none holds the module");
}

#define NEIGHBOURS	3

static void references(void)
{
	int one;
	void *p;

	close(fd);
	ok_num(mod_refs(COMPAT), 0, "no reference left");
	one = dev_open("mem");
	p = raw_mmap2(one, page, x, NULL);
	ok(mod_refs(COMPAT) > 0 && mod_unload(COMPAT) == -EWOULDBLOCK,
	   "an open file holds the module");
	close(one);
	ok(mod_refs(COMPAT) > 0 && mod_unload(COMPAT) == -EWOULDBLOCK,
	   "only a mapping holds the module");
	ok(is_mmz(p, 1, x), "and shows the right page");
	ok_num(mod_refs(COMPAT), 0, "no reference left without it");
	for (one = 0; one < 200; one++)
		close(dev_open("mem"));
	ok_num(mod_refs(COMPAT), 0, "no reference left after many opens");
	fd = dev_open("mem");
}

#define REFERENCES	6

/* ---- ranges for this device alone ---- */

/* Garbled where that can be told from a right call at all. */
static void *stale_call(vmap_fn *site, uint64_t pfn)
{
	if (!ABI_FRAME && unlisted(STALE << 20 | pfn))
		return raw_mmap2(fd, page, pfn, NULL);
	return site(fd, page, pfn * page, STALE, 0);
}

static void ranges(void)
{
	struct vendor_lib *lib = &vendor_libs[0];
	char text[128], want[64];
	struct answer got;
	int venc;
	void *p;

	himedia_up("devices=venc:plain:5");
	compat_with("devices=venc=218:5,mem repeat=1 modes=3 ranges=mem:%#llx+%#lx",
		    (unsigned long long)(regs * page), page);
	node_make("mem", MEM_MAJOR, MEM_MINOR);
	fd = dev_open("mem");
	venc = dev_open("venc");
	snprintf(want, sizeof(want), "0x%08llx-0x%08llx",
		 (unsigned long long)(regs * page),
		 (unsigned long long)(regs * page + page - 1));
	ok(!strcmp(sysctl_str("mem", "ranges"), want),
	   "the device's own ranges read back");
	ok(!strstr(sysctl_str(NULL, "ranges"), want),
	   "and are not among the shared ones");
	p = stale_call(lib->map[0], regs);
	ok(is_register(p), "stale words, a listed register: right page");
	p = stale_call(lib->map[1], x);
	ok(is_mmz(p, 1, x), "stale words, MMZ memory: still right");
	p = native_sites[0](fd, page, x * page, regs * page);
	ok(is_register(p), "the register from a 64-bit caller: unchanged");
	ok_num(report("mem", ABI_FRAME ? "displaced" : "high_bits"),
	       ABI_FRAME ? 2 : !unlisted(STALE << 20 | regs) +
			       !unlisted(STALE << 20 | x),
	       "both counted as what they are");

	hm_begin("venc");
	p = lib->map[2](venc, page, regs * page, 0, 0);
	expect_err(p, EINVAL, 0, "the same call on another device: refused");
	hm_begin("venc");
	p = raw_mmap2(venc, page, regs, NULL);
	expect_err(p, EINVAL, 0, "the register on another device: refused");

	ok_num(sysctl_set("mem", "exclusive", "1"), 0,
	       "mem can be made exclusive");
	p = raw_mmap2(fd, page, regs, NULL);
	ok(is_register(p), "exclusive: a listed register: unchanged");
	got = answer_to(raw_mmap2(fd, page, uart, NULL), page);
	ok(got.err == EINVAL, "exclusive: an unlisted one: refused by guard");
	snprintf(text, sizeof(text), "%#llx-%#llx",
		 (unsigned long long)(uart * page),
		 (unsigned long long)(uart * page + page - 1));
	ok_num(sysctl_set("mem", "ranges", text), 0, "ranges can be replaced");
	ok(same(answer_to(raw_mmap2(fd, page, uart, NULL), page), plain[5]),
	   "exclusive: now listed: the kernel's own answer");
	got = answer_to(raw_mmap2(fd, page, regs, NULL), page);
	ok(got.err == EINVAL, "exclusive: no longer listed: refused");
	close(venc);
	close(fd);
	compat_down();
	himedia_down();
}

#define RANGES	14

static int vencmem(void)
{
	int got;

	node_make("vencmem", MEM_MAJOR, 13);
	got = node_open("vencmem");
	if (got >= 0)
		close(got);
	unlink("/dev/vencmem");
	return got;
}

static void fresh_mem(void)
{
	node_make("mem", MEM_MAJOR, MEM_MINOR);
	fd = dev_open("mem");
}

static void cached_inode(void)
{
	/* Opened without the module, so its inode has the kernel's cdev. */
	log_mark();
	compat_with("devices=mem");
	ok(log_count("mknod /dev/mem c 1 1") == 1,
	   "a node that was opened before is named in the log");
	ok(strstr(state_of("mem"), "make it anew"), "and in the report");
	fd = dev_open("mem");
	ok_num(mod_refs(COMPAT), 0, "it stays with the kernel");
	close(fd);
	fresh_mem();
	ok(mod_refs(COMPAT) > 0 &&
	   is_mmz(raw_mmap2(fd, page, x, NULL), 1, x),
	   "made anew, it is ours");
	close(fd);
	compat_down();
}

#define CACHED	4

int main(void)
{
	int mode, i;

	hvct_init();
	ktap_plan(4 * (1 + KERNELS + RIGHT + GARBLED + BEFORE) + RIGHT +
		  NEIGHBOURS + REFERENCES + RANGES + 2 + CACHED + 3);
	x = MMZ_PFN + 0x123;
	y = MMZ_PFN + 0x456;
	vendor_libs_open();
	base_up();

	fresh_mem();
	find_registers();
	make_probes();
	for (i = 0; i < PROBES; i++)
		plain[i] = probe(i);
	plain_high = answer_to(raw_mmap2(fd, 2 * page, HIGH | x, NULL),
			       2 * page);
	transfers(plain_transfers, sizeof(plain_transfers));
	plain_user = as_user();
	plain_vencmem = vencmem();
	right(MODE_NONE);
	close(fd);
	if (!plain[2].err)
		skip("kernel RAM is out of reach # SKIP no STRICT_DEVMEM here");
	else
		ok(plain[2].err == EPERM && plain[3].err == EPERM,
		   "kernel RAM is out of reach: STRICT_DEVMEM");
	ok(!plain[6].err, "free registers are in reach");

	for (mode = MODE_OFF; mode <= MODE_GUARD; mode++) {
		node_make("mem", MEM_MAJOR, MEM_MINOR);
		compat_with("devices=mem,vencmem modes=%d", mode);
		ok(strstr(state_of("mem"), "taken over, major 1:1, owner"),
		   "%s: the report says taken over", mode_name(mode));
		fd = dev_open("mem");
		kernels_answers(mode);
		right(mode);
		garbled(mode);
		as_before(mode);
		if (mode == MODE_REPAIR) {
			neighbours();
			references();
		}
		if (mode == MODE_GUARD) {
			int refs = mod_refs(COMPAT), got = vencmem();

			/* A vendor's kernel has it. */
			ok(plain_vencmem < 0 ? got == plain_vencmem : got >= 0,
			   "/dev/vencmem, not asked for: opened as ever");
			ok_num(mod_refs(COMPAT), refs,
			       "/dev/vencmem: no reference left or lost");
		}
		close(fd);
		compat_down();
	}
	ranges();
	/* The node as it was found: opened at least once. */
	fresh_mem();
	close(fd);
	cached_inode();
	vendor_down();
	ok(!mod_loaded(COMPAT) && !mod_loaded(HIMEDIA) &&
	   !mod_loaded("hvc_base"), "nothing left loaded");
	return ktap_end();
}
