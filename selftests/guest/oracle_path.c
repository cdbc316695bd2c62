// SPDX-License-Identifier: GPL-2.0
/*
 * Random calls through the real mmap path, each against an oracle: the decision
 * is selftests/host/oracle.c, from docs/decision.md; what the caller's stack
 * says and what is remembered of a process is worked out here, from
 * docs/evidence.md. Neither shares code with the module. The stack is laid word
 * by word, mmap2 is issued on it, and what counts is the pgoff that the driver
 * was handed, the page that is seen, and that a 64-bit caller's right offset is
 * never changed.
 *
 * HVC_ORACLE_CASES: how many in all, 20000 unless set. HVC_FUZZ_SEED: 1.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hvct.h"
#include "oracle.h"
#include "sites.h"
#include "spans.h"

#define EPOCH		250	/* cases of one process */
#define KNOBS_EVERY	125	/* cases between two settings of the knobs */
#define RANGES_EVERY	2	/* epochs between two sets of ranges */
#define WINDOW		64	/* words of the stack that are looked at */
#define WATCHED		32	/* in-range calls of a process looked at */
#define SPANS_EACH	4	/* ranges of the device, and shared ones */
#define CODE_FILE	"oracle_sites"
#define CODE_SITES	8
#define DETAILS		5	/* wrong cases that are told in full */
#define PROT		(PROT_READ | PROT_WRITE)

#if ABI_STACK_ARGS
#define FIRST		8	/* words from sp: below are the kernel's own */
#else
#define FIRST		1
#endif

static uint32_t seed = 1;

static uint32_t rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

static uint32_t below(uint32_t n)
{
	return (uint64_t)rnd() * n >> 32;	/* no division: many processors have none */
}

static bool one_in(uint32_t n)
{
	return !below(n);
}

/* ---- what is counted, by all children ---- */

enum tally {
	CASES,
	WRONG,		/* the driver was handed another pgoff, or asked at all */
	WORSE,		/* a right call was changed */
	OTHER_PAGE,	/* another page is seen than the driver was handed */
	OUT_OF_RANGE,	/* changed to what lies outside the ranges */
	RIGHT_64,	/* right calls of 64-bit callers */
	SEEN,		/* pages whose content was looked at */
	PASSED, REPAIRED, REFUSED, EOVERFLOWS, WRAPS, DRIVER_SAID,
	CONTESTED, PROVED, SEEN_WIDE, LOW_ONLY, CUT_SHORT, BY_NAME,
	NO_RANGE, SETTINGS,
	UNSEEN,		/* in range, of a process that is looked at no more */
	TALLIES
};

struct shared {
	unsigned long n[TALLIES];
	unsigned long shape[HVC_SHAPES];
	unsigned long told;
};

static struct shared *all;

static const char *const shape_name[HVC_SHAPES] = {
	"off", "odd", "valid", "unlisted", "displaced", "high_bits",
	"sign_extended", "byte_offset", "ambiguous", "outside",
};

/* ---- what is set ---- */

/* A process of 64-bit callers only: there is nothing to be learnt of it. */
static bool quiet;

enum { PROGRAM, CODE, OBJECTS };

static struct {
	unsigned int mode, repeat, bits;
	bool exclusive, frame;
	bool declared[OBJECTS];
	bool misled[OBJECTS];	/* declared at some time in this process */
	struct spans spans;
} set;

/* What the kernel manages, page frames, from /proc/iomem. */
#define RAM_MAX	16
static struct {
	uint64_t first, last;
} ram[RAM_MAX];
static int rams;
static unsigned int machine_bits;
static bool wide_kernel, limits;

static void find_ram(void)
{
	char *text = slurp("/proc/iomem"), *line, *rest = text;
	unsigned long long from, to;

	if (!text)
		bail("/proc/iomem: %s", strerror(errno));
	while ((line = strsep(&rest, "\n"))) {
		if (*line == ' ' || !strstr(line, ": System RAM") ||
		    sscanf(line, "%llx-%llx", &from, &to) != 2)
			continue;
		if (rams == RAM_MAX)
			bail("more RAM in /proc/iomem than %d pieces", RAM_MAX);
		ram[rams].first = from / page;
		ram[rams++].last = to / page;
	}
	free(text);
	if (!rams || !ram[0].last)
		bail("/proc/iomem says nothing of System RAM");
}

static bool any_ram(uint64_t first, uint64_t last)
{
	int i;

	for (i = 0; i < rams; i++)
		if (first <= ram[i].last && last >= ram[i].first)
			return true;
	return false;
}

/* Bits of a physical address, for the rule on unlisted offsets. */
static unsigned int address_bits(void)
{
	if (!phys_is_wide())
		return 32;
#if defined(__arm__)
	return kernel_is_64bit() ? 48 : 40;
#elif defined(__mips__)
	return 36;
#else
	return phys_bits();
#endif
}

static void add_span(struct spans *s, unsigned long first, unsigned long last)
{
	unsigned int i, to = 0;

	/* What overlaps or touches becomes one. */
	for (i = 0; i < s->count; i++) {
		if (s->s[i].first > last + 1 || s->s[i].last + 1 < first) {
			s->s[to++] = s->s[i];
			continue;
		}
		if (s->s[i].first < first)
			first = s->s[i].first;
		if (s->s[i].last > last)
			last = s->s[i].last;
	}
	s->s[to].first = first;
	s->s[to].last = last;
	s->count = to + 1;
}

static void any_span(unsigned long *first, unsigned long *last)
{
	unsigned long room = MMZ_END_PFN - MMZ_PFN, len;

	do {
		len = one_in(3) ? 1 + below(8) : 1 + below(4096);
		if (!one_in(4)) {
			*first = MMZ_PFN + below(room - len);
		} else if (machine_bits > 32 && one_in(3)) {
			*first = 0x100000 + below(0xe00000);
			len = 1 + below(256);
		} else {
			*first = 0x100 + below(0xffc00);
			len = 1 + below(256);
		}
		*last = *first + len - 1;
	} while (any_ram(*first, *last));
}

static void must_set(const char *dev, const char *name, const char *value)
{
	int err = sysctl_set(dev, name, value);

	if (err)
		bail("%s%s%s=%s: %s", dev ? dev : "", dev ? "/" : "", name,
		     value, strerror(-err));
}

static void set_number(const char *name, unsigned int value)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", value);
	must_set("venc", name, text);
}

static void set_ranges(void)
{
	int own, i, n;

	set.spans.count = 0;
	for (own = 0; own < 2; own++) {
		char text[SPANS_EACH * 48] = "none", *to = text;

		n = one_in(4) ? 0 : 1 + below(SPANS_EACH);
		if (!own && one_in(3)) {	/* all of it, as on most boards */
			add_span(&set.spans, MMZ_PFN, MMZ_END_PFN - 1);
			to += sprintf(to, "0x%llx+0x%llx",
				      (unsigned long long)mmz_phys,
				      (unsigned long long)mmz_len);
			n = 0;
		}
		for (i = 0; i < n; i++) {
			unsigned long first, last;

			any_span(&first, &last);
			add_span(&set.spans, first, last);
			to += sprintf(to, "%s0x%llx-0x%llx", i ? "," : "",
				      (unsigned long long)first * page,
				      (unsigned long long)(last + 1) * page - 1);
		}
		must_set(own ? "venc" : NULL, "ranges", text);
	}
}

static void set_knobs(void)
{
	static const unsigned char repeats[] = { 1, 1, 1, 2, 2, 2, 2, 2, 3, 4 };
	static const char *const objects[] = {
		"none", "none", "none", "none", "oracle_path", CODE_FILE,
		"libother.so," CODE_FILE, CODE_FILE ",oracle_path",
	};
	const char *names = quiet ? "none" : objects[below(8)];

	/* Mode off has nothing to show, but is to be there in short runs. */
	set.mode = all->n[SETTINGS] % 12 == 5 ? MODE_OFF :
						MODE_OBSERVE + below(3);
	set.repeat = one_in(20) ? 5 + below(12) :
				  repeats[below(sizeof(repeats))];
	set.bits = one_in(3) ? 20 + below(33) : 32;
	set.exclusive = !one_in(3);
	set.frame = !one_in(6);
	set.declared[PROGRAM] = strstr(names, "oracle_path");
	set.declared[CODE] = strstr(names, CODE_FILE);
	set.misled[PROGRAM] |= set.declared[PROGRAM];
	set.misled[CODE] |= set.declared[CODE];
	set_number("mode", set.mode);
	set_number("repeat", set.repeat);
	set_number("offset_bits", set.bits);
	set_number("exclusive", set.exclusive);
	set_number("frame", set.frame);
	must_set(NULL, "legacy_objects", names);
	all->n[SETTINGS]++;
}

/* R(), once more */
static bool fits(unsigned long pgoff, unsigned int pages)
{
	return spans_known(&set.spans, pgoff, pages / set.repeat);
}

/* ---- call sites ---- */

/* Whose a call instruction is: each was compiled with one off_t. */
enum caller { NARROW, WIDE, ANYBODY };

static struct site {
	uint32_t ra;
	int object;
	enum caller caller;
	enum hvc_site kind;	/* what the module must take it for by now */
} site[16];
static unsigned int sites;

/* Of the process: in-range calls that were looked at. */
static unsigned int looked_at;

static void add_site(uintptr_t ra, int object)
{
	site[sites].ra = ra;
	site[sites].object = object;
	site[sites].caller = sites % 3;
	sites++;
}

static uint32_t no_call[4];

#if ABI_FRAME
static void find_sites(void)
{
#if defined(__arm__)
	static const uint32_t code[] = { 0xebfffffe };		/* bl */
#else
	static const uint32_t code[] = { 0x0320f809, 0 };	/* jalr, nop */
#endif
	int file = open("/tmp/" CODE_FILE, O_RDWR | O_CREAT | O_CLOEXEC, 0700);
	unsigned int i;
	char *text;

	if (file < 0)
		bail("/tmp/" CODE_FILE ": %s", strerror(errno));
	for (i = 0; i < CODE_SITES; i++)
		if (write(file, code, sizeof(code)) != sizeof(code))
			bail("/tmp/" CODE_FILE ": %s", strerror(errno));
	if (ftruncate(file, page))
		bail("/tmp/" CODE_FILE ": %s", strerror(errno));
	text = mmap(NULL, page, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0);
	/* Present, or there is no call to be seen. */
	if (text == MAP_FAILED)
		bail("/tmp/" CODE_FILE ": %s", strerror(errno));
	close(file);
#if defined(__arm__)
	add_site((uintptr_t)ra_arm_bl, PROGRAM);
	add_site((uintptr_t)ra_arm_blx, PROGRAM);
	add_site((uintptr_t)ra_thumb_bl | 1, PROGRAM);
	add_site((uintptr_t)ra_thumb_blx | 1, PROGRAM);
#else
	add_site((uintptr_t)ra_jal, PROGRAM);
	add_site((uintptr_t)ra_jalr, PROGRAM);
	add_site((uintptr_t)ra_bal, PROGRAM);
#endif
	for (i = 1; i <= CODE_SITES; i++)
		add_site((uintptr_t)text + i * sizeof(code), CODE);
	no_call[0] = (uintptr_t)RA_NOCALL;
	no_call[1] = (uintptr_t)ra_data;
	no_call[2] = (uintptr_t)text + page / 2;
	no_call[3] = 0;
}
#else
static void find_sites(void)
{
	unsigned int i;

	for (i = 0; i < 3; i++)
		add_site(0, PROGRAM);
}
#endif

/* Code that was never run is not there, and no evidence: fetches it. */
static void touch_sites(void)
{
	unsigned int i;

	for (i = 0; ABI_FRAME && i < sites; i++) {
		volatile char *at = (char *)(uintptr_t)(site[i].ra & ~1u);

		(void)at[-4];
		(void)at[-1];
	}
}

/* For blocks that nobody left: no 64-bit caller's, whose right calls count. */
static uint32_t any_call(void)
{
	return site[below(sites / 3) * 3 + 2].ra;
}

#if ABI_FRAME
static struct site *site_of(uint32_t ra)
{
	unsigned int i;

	for (i = 0; i < sites; i++)
		if (site[i].ra == ra)
			return &site[i];
	return NULL;
}
#endif

static bool any_legacy(void)
{
	unsigned int i;

	for (i = 0; i < sites; i++)
		if (site[i].kind == HVC_SITE_LEGACY)
			return true;
	return false;
}

/* ---- code of files: nothing that is laid at random may point there ---- */

#define EXECS	32
static struct {
	unsigned long lo, hi;
} exec[EXECS];
static int execs;

static void find_code(void)
{
	char *text = slurp("/proc/self/maps"), *line, *rest = text, prot[8];
	unsigned long lo, hi;

	while ((line = strsep(&rest, "\n"))) {
		if (sscanf(line, "%lx-%lx %7s", &lo, &hi, prot) != 3 ||
		    prot[2] != 'x')
			continue;
		if (execs == EXECS)
			bail("more code than %d mappings", EXECS);
		exec[execs].lo = lo;
		exec[execs++].hi = hi + 4;
	}
	free(text);
}

static bool in_code(uint32_t v)
{
	int i;

	for (i = 0; i < execs; i++)
		if (v >= exec[i].lo && v < exec[i].hi)
			return true;
	return false;
}

/* ---- one call ---- */

struct call {
	int fd;
	uint32_t raw;
	unsigned int pages;
	unsigned long len;	/* bytes; rounded up it is pages */
	uint32_t *sp;
	unsigned int room;	/* words from sp that are there */
	struct site *by;	/* who calls, if the stack shows it */
};

/* Two pages, and one behind them that is never there. */
static uint32_t *stack;

static uint32_t *stack_end(void)
{
	return stack + 2 * page / 4;
}

#if ABI_FRAME
/*
 * What the block says: the nearest one whose two words are the offset that
 * arrived, or if there is none, whose low word is; and the nearest of the
 * latter contradicts a farther one of the former if a call lies below it.
 */
static struct site *look(const struct call *c, struct hvc_frame *frame)
{
	unsigned int i, window = c->room < WINDOW ? c->room : WINDOW;
	const uint32_t *full = NULL, *low = NULL, *block;
	struct site *by = NULL;

	for (i = FIRST; i + 4 <= window && !full; i++) {
		const uint32_t words[] = { ABI_OFFSET(c->sp[i + 2],
						      c->sp[i + 3]) };
		bool spilt;

		block = c->sp + i;
		spilt = block[0] == PROT && block[1] == c->len && !block[2];
		if (block[0] != (uint32_t)c->fd || spilt ||
		    words[0] % 4096 || words[0] / 4096 != c->raw % 0x100000)
			continue;
		if (!low)
			low = block;
		if (words[1] == c->raw / 0x100000)
			full = block;
	}
	if (full && low != full && site_of(low[-ABI_RA_BELOW]))
		return NULL;
	block = full ? full : low;
	by = block ? site_of(block[-ABI_RA_BELOW]) : NULL;
	if (by) {
		frame->found = true;
		frame->full = full;
		frame->declared = set.declared[by->object];
		frame->site = by->kind;
		frame->x = block[1];
	}
	return by;
}
#else
static struct site *look(const struct call *c, struct hvc_frame *frame)
{
	(void)c;
	(void)frame;
	return NULL;
}
#endif

/* The verdict that the module must give, and what it must learn from it. */
static void expect(const struct call *c, struct hvc_verdict *v)
{
	unsigned int mask_bits = set.bits - 12;
	struct hvc_request rq = {
		.raw = c->raw,
		.pages = c->pages,
		.repeat = set.repeat,
		.mode = set.mode,
		.exclusive = set.exclusive,
		.anything_known = set.spans.count,
		.managed_ram = set.mode == MODE_GUARD &&
			       any_ram(c->raw, c->raw),
		.units = true,
		.can_look = ABI_FRAME && set.frame,
		.look_valid = any_legacy() || looked_at < WATCHED ||
			      set.declared[PROGRAM] || set.declared[CODE],
		.page_shift = 12,
		.mask = mask_bits >= 32 ? 0xffffffff : (1u << mask_bits) - 1,
		.pgoff_max = 0xffffffff,
		.phys_pages = 1ull << (machine_bits - 12),
		.known = spans_known,
		.ranges = &set.spans,
	};
	struct site *by = NULL;

	oracle_judge(&rq, v);
	if (v->action == HVC_LOOK) {
		rq.frame.looked = true;
		by = look(c, &rq.frame);
		oracle_judge(&rq, v);
	}
	looked_at += v->shape == HVC_VALID && rq.frame.looked;
	if (by && v->wide) {
		all->n[SEEN_WIDE] += by->kind != HVC_SITE_WIDE;
		by->kind = HVC_SITE_WIDE;
	} else if (by && v->proves) {
		all->n[PROVED] += by->kind != HVC_SITE_LEGACY;
		by->kind = HVC_SITE_LEGACY;
	}
	all->shape[v->shape]++;
	all->n[UNSEEN] += v->shape == HVC_VALID && !rq.frame.looked;
	all->n[CONTESTED] += v->contested;
	all->n[LOW_ONLY] += v->shape == HVC_DISPLACED && !rq.frame.full;
	all->n[BY_NAME] += rq.frame.declared && v->action == HVC_USE;
	all->n[CUT_SHORT] += c->room < WINDOW && rq.frame.looked;
	all->n[NO_RANGE] += !set.spans.count;
}

/* ---- what is laid on the stack ---- */

static uint32_t noise(const struct call *c)
{
	uint32_t v = 0;

	switch (below(16)) {
	case 0: return c->fd;
	case 1: return below(1000);
	case 2: return (uintptr_t)stack + below(2 * page);
	case 3: v = rnd(); break;
	case 4: v = rnd() & ~4095u; break;
	case 5: v = mmz_phys + below(mmz_len / page) * page; break;
	case 6: v = c->raw << 12; break;
	case 7: return c->len;
	case 8: return PROT;
	}
	return in_code(v) ? 0 : v;
}

static unsigned long meant(unsigned int pages)
{
	unsigned int extent = pages / set.repeat, i;
	unsigned long first, last, room;

	if (!set.spans.count || one_in(16))
		return below(0x100000);
	i = below(set.spans.count);
	first = set.spans.s[i].first;
	last = set.spans.s[i].last;
	room = last - first + 1;
	switch (below(12)) {
	case 0: return first;
	case 1: return last;
	case 2: return extent && extent <= room ? last - extent + 1 : first;
	case 3: return extent <= room ? last - extent + 2 : last;
	case 4: return first - 1;
	case 5: return last + 1;
	default:
		return first + (extent < room ? below(room - extent) : 0);
	}
}

/* The words that a 64-bit libc takes for a 32-bit caller's offset. */
static void stale(uint32_t *w1, uint32_t *w2, unsigned int pages)
{
	*w1 = *w2 = 0;
	switch (below(8)) {
	case 0: break;
	case 1: *w2 = below(0x1000); break;
	case 2: *w1 = (uintptr_t)stack & ~4095u; break;
	case 3: *w1 = 0xbefff000; *w2 = below(0x1000); break;
	case 4: *w1 = meant(pages) << 12; break;	/* contested */
	case 5: *w1 = meant(pages) << 12; *w2 = 1 + below(0xfff); break;
	default: *w1 = rnd() & ~4095u; *w2 = one_in(2) ? 0 : below(0x1000);
	}
}

static unsigned int any_place(const struct call *c, unsigned int from)
{
	unsigned int room = c->room;

	/* Some beyond the window, some cut by the end. */
	if (room > WINDOW + 8)
		room = WINDOW + 8;
	if (from + 4 >= room)
		return 0;
	return from + below(room - 4 - from + 1);
}

static bool put(const struct call *c, unsigned int at, const struct block *b)
{
	struct block here = *b;

	if (at < FIRST || at + 4 > c->room)
		return false;
	here.at = at * 4;
	block_put(c->sp, &here);
	return true;
}

/* Byte addresses that are both: masked in range, and in range as bytes. */
static uint32_t two_readings(unsigned int pages)
{
	unsigned int i;

	for (i = 0; i < 16 && set.spans.count; i++) {
		unsigned int s = below(set.spans.count);
		unsigned long p = (set.spans.s[s].last - below(64)) & ~0xffful;
		unsigned long b = meant(pages);

		if (p >= set.spans.s[s].first)
			return ((b & ~0xfful) | (p >> 12 & 0xff)) << 12;
	}
	return meant(pages) << 12;
}

static uint32_t mangled(unsigned int pages)
{
	uint32_t cut = set.bits >= 44 ? 0xffffffff : (1u << (set.bits - 12)) - 1;
	uint32_t m = meant(pages);

	switch (below(9)) {
	case 0: return m | (rnd() & ~cut);
	case 1: return (m & cut) | (1u << below(32));
	case 2: return m | ~cut;
	case 3: return m << 12;
	case 4: return m << 12 | below(4096);
	case 5: return two_readings(pages);
	case 6: return one_in(2) ? 0 : -(uint32_t)below(64);
	case 7: return 0x100000 - below(64);
	default: return one_in(2) ? rnd() : m;
	}
}

/* A displaced offset: what was meant lies in the padding word. */
static void by_narrow(struct call *c, unsigned int at, struct site *by)
{
	struct block b = { .ra = by->ra, .fd = c->fd };

	b.x = meant(c->pages) * page;
	stale(&b.w1, &b.w2, c->pages);
	c->raw = b.w2 << 20 | b.w1 >> 12;
	if (one_in(8))		/* behind a wrapper that drops the high word */
		c->raw = b.w1 >> 12;
	if (put(c, at, &b))
		c->by = by;
}

/* A right call, or a wrong one with a padding that is no offset. */
static void by_wide(struct call *c, unsigned int at, struct site *by)
{
	struct block b = { .ra = by->ra, .fd = c->fd };

	c->raw = meant(c->pages);
	b.x = one_in(3) ? meant(c->pages) * page : noise(c);
	if (!fits(c->raw, c->pages))
		b.x |= 4;
	b.w1 = c->raw << 12;
	b.w2 = c->raw >> 20;
	if (put(c, at, &b))
		c->by = by;
}

static void by_anybody(struct call *c, unsigned int at, struct site *by)
{
	struct block b = { .ra = by->ra, .fd = c->fd };

	c->raw = mangled(c->pages);
	b.x = one_in(3) ? noise(c) : meant(c->pages) * page;
	b.w1 = c->raw << 12;
	b.w2 = c->raw >> 20;
	switch (below(8)) {
	case 0: b.fd = c->fd + 1 - below(3); break;
	case 1: b.ra = no_call[below(4)]; break;
	case 2: b.x |= 1u << below(12); break;
	case 3: b.w2 ^= 1u << below(32); break;
	case 4: b.w1 ^= 1u << below(32); break;
	}
	put(c, at, &b);
}

static void farther_blocks(struct call *c, unsigned int at)
{
	unsigned int n = below(3);

	while (n--) {
		struct block b = {
			.ra = one_in(4) ? noise(c) : any_call(),
			.fd = c->fd, .x = meant(c->pages) * page,
			.w1 = c->raw << 12,
			.w2 = one_in(3) ? below(0x1000) : c->raw >> 20,
		};

		/* Not over the words of the nearer one, its own ra included. */
		at = any_place(c, at + 4 + 5);
		if (!at)
			return;
		put(c, at, &b);
	}
}

static void lay(struct call *c)
{
	unsigned int i, at;
	struct site *by = &site[quiet ? below(sites / 3) * 3 + WIDE :
					below(sites)];

	c->pages = one_in(6) ? 1 + below(8) :
			       set.repeat * (1 + below(one_in(24) ? 8 : 2));
	c->len = c->pages * page - (one_in(8) ? below(page) : 0);
	c->by = NULL;
	c->raw = 0;
	c->room = one_in(4) ? 8 + below(WINDOW + 8) : WINDOW + 8;
	c->sp = stack_end() - c->room;
	memset(c->sp, 0, c->room * 4);
	if (one_in(3))
		for (i = 0; i < c->room; i++)
			c->sp[i] = noise(c);
	/* Four words that merely repeat the registers of the call. */
	if (one_in(16)) {
		struct block b = { .fd = PROT, .x = c->len };

		b.ra = any_call();
		put(c, FIRST + below(24), &b);
	}
	at = any_place(c, FIRST);
	if (by->caller == NARROW)
		by_narrow(c, at, by);
	else if (by->caller == WIDE)
		by_wide(c, at, by);
	else
		by_anybody(c, at, by);
	if (at && one_in(3))
		farther_blocks(c, at);
	/* A nearer block, as no real caller leaves it. */
	if (by->caller == ANYBODY && one_in(4)) {
		struct block b = {
			.ra = one_in(2) ? noise(c) : any_call(),
			.fd = c->fd, .x = meant(c->pages) * page,
			.w1 = c->raw << 12, .w2 = below(0x1000),
		};

		put(c, FIRST + below(8), &b);
	}
	stack_args(c->sp, c->fd, c->raw);
}

/* ---- what came of it ---- */

static void tell(const struct call *c, const struct hvc_verdict *v,
		 const char *what, uint64_t got)
{
	unsigned int i;

	if (all->told++ >= DETAILS)
		return;
	diag("%s: got %#llx, want pgoff %#lx (action %d, %s)", what,
	     (unsigned long long)got, v->pgoff, v->action,
	     shape_name[v->shape]);
	diag("  case %lu, pid %d: raw %#x, %u pages, len %#lx, fd %d",
	     all->n[CASES], getpid(), c->raw, c->pages, c->len, c->fd);
	diag("  mode %u repeat %u bits %u exclusive %d frame %d declared %d %d, "
	     "%u looked at", set.mode, set.repeat, set.bits, set.exclusive,
	     set.frame, set.declared[0], set.declared[1], looked_at);
	for (i = 0; i < set.spans.count; i++)
		diag("  range %#lx-%#lx", set.spans.s[i].first,
		     set.spans.s[i].last);
	for (i = 0; ABI_FRAME && i + 4 <= c->room && i < WINDOW; i += 4)
		diag("  sp+%-3u %08x %08x %08x %08x", i * 4, c->sp[i],
		     c->sp[i + 1], c->sp[i + 2], c->sp[i + 3]);
	for (i = 0; i < sites; i++)
		if (site[i].kind)
			diag("  site %#x: %s", site[i].ra,
			     site[i].kind == HVC_SITE_WIDE ? "wide" : "legacy");
}

/* Looks at the first and the last page, where that is memory of ours. */
static bool page_seen(volatile uint32_t *p, uint64_t pfn, unsigned int pages)
{
	uint32_t last = pages - 1;

	if (pfn < MMZ_PFN || pfn + pages > MMZ_END_PFN)
		return true;
	all->n[SEEN]++;
	return p[0] == (uint32_t)pfn && p[last * (page / 4)] == pfn + last;
}

static void *issue(const struct call *c)
{
	struct raw_call rc = {
		.len = c->len, .prot = PROT, .flags = MAP_SHARED,
		.fd = c->fd, .pgoff = c->raw, .nr = SYS_mmap2, .sp = c->sp,
	};
	long ret = raw_syscall(&rc);

	if (ret < 0 && ret > -4096) {
		errno = -ret;
		return MAP_FAILED;
	}
	return (void *)ret;
}

static void one(int fd)
{
	static unsigned int called;
	struct call c = { .fd = fd };
	struct hvc_verdict v = { .action = HVC_PASS };
	unsigned int calls;
	struct hvc_stat st;
	int err, want = 0;
	bool right;
	void *p;

	lay(&c);
	right = c.by && c.by->caller == WIDE && c.pages % set.repeat == 0 &&
		fits(c.raw, c.pages) && !set.misled[c.by->object];
	if (!wide_kernel && (uint32_t)(c.raw + c.pages) < c.raw) {
		v.pgoff = c.raw;
		want = EOVERFLOW;
		all->n[WRAPS]++;
	} else {
		expect(&c, &v);
		if (v.action == HVC_REFUSE) {
			want = EINVAL;
			all->n[REFUSED]++;
		} else if (v.action == HVC_USE) {
			all->n[REPAIRED]++;
		} else if (limits &&
			   c.raw > (0xffffffff - c.pages * page) / page) {
			want = EOVERFLOW;
			all->n[EOVERFLOWS]++;
		} else {
			all->n[PASSED]++;
		}
	}

	p = issue(&c);
	err = errno;
	st = stat_of("venc");
	calls = st.mmaps - called;
	called = st.mmaps;
	all->n[CASES]++;

	if (calls && st.pgoff != c.raw &&
	    (st.pgoff > 0xffffffff || !fits(st.pgoff, c.pages))) {
		all->n[OUT_OF_RANGE]++;
		tell(&c, &v, "changed to what is in no range", st.pgoff);
	}
	if (right) {
		all->n[RIGHT_64]++;
		if (want != EOVERFLOW && (calls != 1 || st.pgoff != c.raw)) {
			all->n[WORSE]++;
			tell(&c, &v, "a right call was changed",
			     calls ? st.pgoff : ~0ull);
		}
	}
	if (calls != !want || (calls && st.pgoff != v.pgoff)) {
		all->n[WRONG]++;
		tell(&c, &v, "wrong", calls ? st.pgoff : ~0ull);
	} else if (want ? p != MAP_FAILED || err != want :
		   p == MAP_FAILED ? err != -st.result : st.result) {
		all->n[WRONG]++;
		tell(&c, &v, "wrong result", p == MAP_FAILED ? err : 0);
	} else if (p == MAP_FAILED) {
		all->n[DRIVER_SAID] += !want;
	} else if (!page_seen(p, v.pgoff, c.pages)) {
		all->n[OTHER_PAGE]++;
		tell(&c, &v, "another page", *(uint32_t *)p);
	}
	if (p != MAP_FAILED && munmap(p, c.pages * page))
		bail("munmap: %s", strerror(errno));
}

/* A process of its own, as little is known of it at first. */
static bool epoch(void)
{
	int i, fd = dev_open("venc");

	quiet = one_in(3);
	/* Descriptor 3 looks like PROT_READ | PROT_WRITE. */
	if (one_in(2) && dup2(fd, 3) == 3)
		fd = 3;
	stat_reset("venc");
	touch_sites();
	for (i = 0; i < EPOCH; i++) {
		if (i % KNOBS_EVERY == 0)
			set_knobs();
		one(fd);
	}
	return true;
}

/* ---- all of it ---- */

static bool counted(void)
{
	static const struct {
		const char *key;
		enum tally tally;
	} also[] = {
		{ "repaired", REPAIRED }, { "refused", REFUSED },
		{ "contested", CONTESTED }, { "eoverflow", EOVERFLOWS },
	};
	bool good = true;
	unsigned int i;

	for (i = 0; i < HVC_SHAPES; i++)
		if (report("venc", shape_name[i]) != (long)all->shape[i]) {
			diag("%s: report %ld, oracle %lu", shape_name[i],
			     report("venc", shape_name[i]), all->shape[i]);
			good = false;
		}
	for (i = 0; i < sizeof(also) / sizeof(*also); i++)
		if (report("venc", also[i].key) != (long)all->n[also[i].tally]) {
			diag("%s: report %ld, oracle %lu", also[i].key,
			     report("venc", also[i].key),
			     all->n[also[i].tally]);
			good = false;
		}
	return good;
}

/* So many at least, of a thousand. */
static void enough(const char *what, unsigned long n, unsigned int per_mille)
{
	char text[64];

	if (!per_mille) {
		snprintf(text, sizeof(text), "no %s: this ABI has none", what);
		ok_num(n, 0, text);
		return;
	}
	if (!ok(n >= all->n[CASES] * per_mille / 1000, "many cases: %s", what))
		diag("only %lu", n);
}

int main(void)
{
	unsigned long cases = asked_for("HVC_ORACLE_CASES", 20000), epochs, i;
	const bool frames = ABI_FRAME;
	int bad = 0;

	seed = asked_for("HVC_FUZZ_SEED", seed) | 1;
	hvct_init();
	ktap_plan(7 + HVC_SHAPES + 10);
	/* Descriptor 3 is taken by nothing that is needed. */
	if (open("/dev/null", O_RDWR | O_CLOEXEC) < 0)
		bail("/dev/null: %s", strerror(errno));
	wide_kernel = kernel_is_64bit();
	limits = kernel_limits_pgoff();
	machine_bits = address_bits();
	find_ram();
	all = mmap(NULL, sizeof(*all), PROT, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	stack = mmap(NULL, 2 * page, PROT, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (all == MAP_FAILED || stack == MAP_FAILED)
		bail("mmap: %s", strerror(errno));
	munmap(stack, 2 * page);
	stack = mmap(NULL, 3 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
		     -1, 0);
	if (stack == MAP_FAILED || mprotect(stack, 2 * page, PROT))
		bail("mmap: %s", strerror(errno));
	find_sites();
	find_code();

	vendor_up("venc:plain");
	compat_up("exclusive=venc:1");
	epochs = (cases + EPOCH - 1) / EPOCH;
	for (i = 0; i < epochs; i++) {
		if (i % RANGES_EVERY == 0)
			set_ranges();
		bad += !in_child(epoch);
		/* The child's numbers were its own. */
		seed = (seed * 1664525 + 1013904223) | 1;
		progress(i + 1, epochs, "processes");
	}

	ok_num(bad, 0, "every process came to its end");
	ok_num(all->n[CASES], epochs * EPOCH, "every case was run");
	ok_num(all->n[WRONG], 0, "the driver was handed what the oracle says");
	ok_num(all->n[WORSE], 0,
	       "a 64-bit caller's right offset is never changed");
	ok_num(all->n[OUT_OF_RANGE], 0, "what is changed ends up in a range");
	ok_num(all->n[OTHER_PAGE], 0, "the page seen is the one handed on");
	ok(counted(), "the report counted each case as the oracle did");
	for (i = 0; i < HVC_SHAPES; i++)
		enough(shape_name[i], all->shape[i],
		       i == HVC_DISPLACED ? 20 * frames :
		       i == HVC_VALID || i == HVC_OUTSIDE ? 50 : 2);
	enough("repaired", all->n[REPAIRED], 20);
	enough("refused", all->n[REFUSED], 50);
	enough("right offsets of 64-bit callers", all->n[RIGHT_64], 50);
	enough("pages looked at", all->n[SEEN], 50);
	enough("in range and no more looked at", all->n[UNSEEN], 20);
	enough("contested", all->n[CONTESTED], 2 * frames);
	enough("low word alone", all->n[LOW_ONLY], 2 * frames);
	enough("declared objects", all->n[BY_NAME], 2 * frames);
	enough("call sites proven legacy", all->n[PROVED], 2 * frames);
	enough("call sites seen to be 64-bit", all->n[SEEN_WIDE], 2 * frames);

	for (i = 0; i < HVC_SHAPES; i++)
		diag("shape %-14s %8lu", shape_name[i], all->shape[i]);
	diag("passed %lu repaired %lu refused %lu eoverflow %lu wraps %lu "
	     "driver's own errors %lu", all->n[PASSED], all->n[REPAIRED],
	     all->n[REFUSED], all->n[EOVERFLOWS], all->n[WRAPS],
	     all->n[DRIVER_SAID]);
	diag("contested %lu, sites proven %lu and seen wide %lu, low word %lu, "
	     "by name %lu, window cut %lu, no range %lu, not looked at %lu",
	     all->n[CONTESTED], all->n[PROVED], all->n[SEEN_WIDE],
	     all->n[LOW_ONLY], all->n[BY_NAME], all->n[CUT_SHORT],
	     all->n[NO_RANGE], all->n[UNSEEN]);
	diag("figure oracle_cases %lu calls of mmap against the oracle",
	     all->n[CASES]);
	diag("figure oracle_wrong %lu of them with a wrong page",
	     all->n[WRONG] + all->n[OTHER_PAGE] + all->n[OUT_OF_RANGE]);
	diag("figure oracle_worse %lu right calls made worse", all->n[WORSE]);
	unlink("/tmp/" CODE_FILE);
	compat_down();
	vendor_down();
	return ktap_end();
}
