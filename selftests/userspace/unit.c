// SPDX-License-Identifier: GPL-2.0
/*
 * unit.c - the shim's parts, linked statically and called directly.
 *
 * off32_sys_mmap2() is this file's: what would go to the kernel is recorded.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>

#include "check.h"
#include "off32_compat.h"
#include "shim.h"

/* --- the system call --- */

static struct {
	unsigned int calls;
	int fd;
	uint32_t pad;
	uint64_t off;
	long answer;
} sys;

long off32_sys_mmap2(void *addr, size_t len, int prot, int flags, int fd,
		     uint32_t pad, uint64_t off)
{
	(void)addr, (void)len, (void)prot, (void)flags;
	sys.calls++;
	sys.fd = fd;
	sys.pad = pad;
	sys.off = off;
	return sys.answer;
}

/* What libc waits with before MAP_FIXED is inside its munmap(). */
static unsigned int waits;

int munmap(void *addr, size_t len)
{
	CHECK("munmap of nothing", len, 0);
	waits += (uintptr_t)addr == 1;
	errno = EINVAL;
	return -1;
}

static long try(uint64_t off, size_t len, int flags, long answer)
{
	sys.calls = 0;
	sys.answer = answer;
	errno = 0;
	return (long)off32_do_mmap(NULL, len, PROT_READ, flags, 7, off);
}

static void test_do_mmap(void)
{
	const uint64_t offsets[] = {
		0, 0x1000, 0x84000000, 0xfffff000, 0x184005000, 0xffffffff000,
	};
	unsigned int i;

	for (i = 0; i < sizeof(offsets) / sizeof(*offsets); i++) {
		CHECK("address", try(offsets[i], 4096, MAP_SHARED, 0x5000),
		      0x5000);
		CHECK("descriptor", sys.fd, 7);
		CHECK("offset", sys.off, offsets[i]);
		CHECK("padding word", sys.pad, (uint32_t)offsets[i]);
	}
	CHECK("unaligned", try(0x1001, 1, MAP_SHARED, 0), -1);
	CHECK("unaligned errno", errno, EINVAL);
	CHECK("2^44", try(1ull << 44, 1, MAP_SHARED, 0), -1);
	CHECK("2^44 errno", errno, EINVAL);
	CHECK("PTRDIFF_MAX", try(0, PTRDIFF_MAX, MAP_SHARED, 0), -1);
	CHECK("PTRDIFF_MAX errno", errno, ENOMEM);
	CHECK("calls", sys.calls, 0);
	CHECK("EPERM", try(0, 1, MAP_ANONYMOUS | MAP_PRIVATE, -EPERM), -1);
	CHECK("EPERM of an anonymous mapping", errno, ENOMEM);
	CHECK("EPERM", try(0, 1, MAP_SHARED, -EPERM), -1);
	CHECK("EPERM of a device", errno, EPERM);
	CHECK("waits", waits, 0);
	CHECK("fixed", try(0, 1, MAP_SHARED | MAP_FIXED, 0x6000), 0x6000);
	CHECK("fixed errno", errno, 0);
	CHECK("fixed calls", sys.calls, 1);
	CHECK("fixed waits", waits, 1);
}

/* --- the rules --- */

static void test_rules(void)
{
	static const struct {
		const char *needed, *version;
		enum off32_abi abi;
	} cases[] = {
		{ "libc.so.6", NULL, OFF32_NARROW },
		{ "libc.so.0", NULL, OFF32_NARROW },
		{ "libc.so.1", NULL, OFF32_NARROW },
		{ "ld-uClibc.so.0", NULL, OFF32_NARROW },
		{ "ld-uClibc.so.1", NULL, OFF32_NARROW },
		{ "ld-linux.so.3", NULL, OFF32_NARROW },
		{ "ld-linux-armhf.so.3", NULL, OFF32_NARROW },
		{ "libc.so", NULL, OFF32_WIDE },
		{ "libc.musl-armv7.so.1", NULL, OFF32_WIDE },
		{ "ld-musl-armhf.so.1", NULL, OFF32_WIDE },
		{ "libc.so", "GLIBC_2.4", OFF32_NARROW },
		{ "libc.so", "LIBC", OFF32_NARROW },
		{ "libc.so", "LIBCX", OFF32_WIDE },
		{ "libm.so", NULL, OFF32_UNDECIDED },
		{ "libdl.so", NULL, OFF32_UNDECIDED },
		{ "libdl.so.2", NULL, OFF32_UNDECIDED },
		{ "libm.so.6", "GLIBC_2.4", OFF32_NARROW },
		{ "libgcc_s.so.1", "GCC_3.5", OFF32_UNDECIDED },
		{ "libc.so.60", NULL, OFF32_UNDECIDED },
		{ "libc.so.", NULL, OFF32_UNDECIDED },
		{ "libc.s", NULL, OFF32_UNDECIDED },
		{ "libmpi.so", NULL, OFF32_UNDECIDED },
		{ "", "", OFF32_UNDECIDED },
	};
	unsigned int i, facts;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		facts = off32_fact_needed(cases[i].needed);
		if (cases[i].version)
			facts |= off32_fact_version(cases[i].version);
		CHECK(cases[i].needed, off32_rule_needs(facts), cases[i].abi);
	}
	CHECK("both libcs", off32_rule_needs(off32_fact_needed("libc.so") |
					     off32_fact_needed("libc.so.0")),
	      OFF32_UNDECIDED);
	CHECK("Android's", off32_rule_needs(off32_fact_needed("libc.so") |
					    off32_fact_needed("libm.so")),
	      OFF32_UNDECIDED);
	CHECK("glibc and a library called as Android's",
	      off32_rule_needs(off32_fact_needed("libc.so.6") |
			       off32_fact_needed("libdl.so")), OFF32_NARROW);
	CHECK("Android's import",
	      off32_rule_import(off32_fact_import("__errno")), OFF32_NARROW);
	CHECK("narrow import",
	      off32_rule_import(off32_fact_import("__fdelt_chk")),
	      OFF32_NARROW);
	CHECK("wide import",
	      off32_rule_import(off32_fact_import("__stat_time64")),
	      OFF32_WIDE);
	CHECK("either import", off32_rule_import(off32_fact_import("mmap64")),
	      OFF32_UNDECIDED);
	CHECK("both imports",
	      off32_rule_import(off32_fact_import("__stat_time64") |
				off32_fact_import("__xstat")),
	      OFF32_UNDECIDED);
}

/* --- the call site --- */

#define WORDS 64

/* An object of one page, its text and its GOT in one. */
static uint32_t *text;
static struct off32_object o;

static void new_text(void)
{
	memset(text, 0, WORDS * 4);
}

static uintptr_t place(unsigned int i)
{
	return (uintptr_t)&text[i];
}

static int direct(uintptr_t ra, uintptr_t entry)
{
	return off32_called_directly(&o, ra, entry);
}

#ifdef __arm__
/* BL and BLX of both instruction sets, from word @i to word @target. */
static uint32_t arm_bl(unsigned int i, unsigned int target)
{
	return 0xeb000000 | ((target - i - 2) & 0xffffff);
}

static uint32_t thumb_bl(unsigned int i, unsigned int target, int exchange)
{
	int32_t off = (int)(target - i) * 4 - 4;
	uint32_t s = off < 0, i1 = off >> 23 & 1, i2 = off >> 22 & 1;
	uint32_t first = 0xf000 | s << 10 | (off >> 12 & 0x3ff);
	uint32_t second = (exchange ? 0xc000 : 0xd000) |
		(!(i1 ^ s)) << 13 | (!(i2 ^ s)) << 11 | (off >> 1 & 0x7ff);

	return second << 16 | first;
}

/* A PLT entry at word @i whose slot is word @slot. */
static void plt(unsigned int i, unsigned int slot)
{
	text[i] = 0xe28fc600;				/* add ip, pc, #0 */
	text[i + 1] = 0xe28cca00;			/* add ip, ip, #0 */
	text[i + 2] = 0xe5bcf000 | (slot - i - 2) * 4;	/* ldr pc, [ip, #] */
}

#define ENTRY 0x12345678u

static void test_callsite(void)
{
	uintptr_t end = place(WORDS);

	/* A call through the PLT, ARM and Thumb, the PLT's Thumb entry. */
	new_text();
	plt(20, 40);
	text[40] = ENTRY;
	text[4] = arm_bl(4, 20);
	CHECK("BL", direct(place(5), ENTRY), 1);
	CHECK("BL to another", direct(place(5), ENTRY + 4), 0);
	CHECK("BL to a Thumb entry", direct(place(5), ENTRY | 1), 1);
	text[4] = (text[4] & 0x00ffffff) | 0x1b000000;
	CHECK("BLNE", direct(place(5), ENTRY), 1);
	text[4] = (text[4] & 0x00ffffff) | 0xea000000;
	CHECK("B", direct(place(5), ENTRY), 0);
	text[4] = 0xe12fff33;				/* blx r3 */
	CHECK("BLX register", direct(place(5), ENTRY), 0);
	text[4] = thumb_bl(4, 20, 1);
	CHECK("Thumb BLX", direct(place(5) | 1, ENTRY), 1);
	text[4] = thumb_bl(4, 19, 0);
	text[19] = 0x46c04778;				/* bx pc; nop */
	CHECK("Thumb BL to the PLT's stub", direct(place(5) | 1, ENTRY), 1);
	text[4] = 0x4798bf00;				/* nop; blx r3 */
	CHECK("Thumb BLX register", direct(place(5) | 1, ENTRY), 0);
	text[40] = ENTRY + 8;
	text[4] = arm_bl(4, 20);
	CHECK("BL, another slot", direct(place(5), ENTRY), 0);

	/* Long PLT: one more addition. */
	new_text();
	text[20] = 0xe28fc200;
	text[21] = 0xe28cc600;
	text[22] = 0xe28cca00;
	text[23] = 0xe5bcf000 | (40 - 22) * 4;
	text[40] = ENTRY;
	text[4] = arm_bl(4, 20);
	CHECK("long PLT", direct(place(5), ENTRY), 1);

	/* Veneers: absolute, relative, and a branch to a PLT entry. */
	new_text();
	text[20] = 0xe51ff004;
	text[21] = ENTRY;
	text[4] = arm_bl(4, 20);
	CHECK("absolute veneer", direct(place(5), ENTRY), 1);
	text[20] = 0xe59fc000;
	text[21] = 0xe08cf00f;
	text[22] = ENTRY - (uint32_t)place(23);
	CHECK("relative veneer", direct(place(5), ENTRY), 1);
	text[20] = 0xea000000 | (30 - 22);
	plt(30, 40);
	text[40] = ENTRY;
	CHECK("branch to the PLT", direct(place(5), ENTRY), 1);
	text[20] = 0xea000000 | ((20 - 22) & 0xffffff);
	CHECK("branch to itself", direct(place(5), ENTRY), 0);

	/* Straight to the entry, as inside one executable. */
	new_text();
	text[4] = arm_bl(4, 20);
	CHECK("BL to the entry", direct(place(5), place(20)), 1);
	text[4] = thumb_bl(4, 20, 0);
	CHECK("Thumb BL to the entry", direct(place(5) | 1, place(20) | 1), 1);

	/* The last instruction of a segment, and nothing before the first. */
	new_text();
	plt(20, 40);
	text[40] = ENTRY;
	text[WORDS - 1] = arm_bl(WORDS - 1, 20);
	CHECK("last instruction", direct(end, ENTRY), 1);
	text[WORDS - 1] = thumb_bl(WORDS - 1, 20, 1);
	CHECK("last Thumb instruction", direct(end | 1, ENTRY), 1);
	CHECK("behind the last", direct(end + 4, ENTRY), 0);
	CHECK("the first", direct(place(0), ENTRY), 0);

	/* Targets and slots outside the object are not looked at. */
	new_text();
	text[4] = arm_bl(4, 20 + 0x100000);
	CHECK("BL far away", direct(place(5), ENTRY), 0);
	plt(20, 1000);
	text[4] = arm_bl(4, 20);
	CHECK("slot far away", direct(place(5), ENTRY), 0);
}
#else
static void test_callsite(void)
{
	new_text();
	CHECK("no instruction", direct(place(5), 0x12345678), 0);
	CHECK("the first", direct(place(0), 0x12345678), 0);
	CHECK("behind the last", direct(place(WORDS) + 4, 0x12345678), 0);
}
#endif

/* --- the object --- */

static void test_object(void)
{
	const struct off32_object *one, *two;
	struct off32_object spare;
	struct off32_notes *told, *told_again;
	char name[31] = "";

	one = off32_object_of((uintptr_t)test_object, &spare, &told);
	CHECK("found", one != NULL, 1);
	CHECK("name", strcmp(one->name, "unit"), 0);
	CHECK("own", one->rule, OFF32_BY_OWN);
	two = off32_object_of((uintptr_t)test_object, &spare, &told_again);
	CHECK("from the table", one == two && told == told_again, 1);
	CHECK("stack", (uintptr_t)off32_object_of((uintptr_t)&spare, &spare,
						  &told), 0);
	CHECK("data", (uintptr_t)off32_object_of((uintptr_t)&text, &spare,
						 &told), 0);
	CHECK("nowhere", off32_map_of(1, name, sizeof(name)), 0);
	CHECK("errno kept", (errno = 77, off32_map_of(1, name, sizeof(name)),
			     errno), 77);
}

/* --- the explicit names --- */

static void test_xstat(void)
{
	struct off32_stat one, two;

	memset(&one, 0x5a, sizeof(one));
	memset(&two, 0xa5, sizeof(two));
	CHECK("stat", off32_stat("/", &one), 0);
	CHECK("xstat", off32___xstat(3, "/", &two), 0);
	CHECK("the same", one.st_ino == two.st_ino &&
	      one.st_mode == two.st_mode && one.st_dev == two.st_dev, 1);
	memset(&two, 0xa5, sizeof(two));
	CHECK("lxstat", off32___lxstat(3, "/", &two), 0);
	CHECK("the same", one.st_ino == two.st_ino, 1);
	CHECK("fxstat", off32___fxstat(3, -1, &two), -1);
	CHECK("fxstat errno", errno, EBADF);
	errno = 0;
	CHECK("another version", off32___xstat(1, "/", &two), -1);
	CHECK("its errno", errno, EINVAL);
}

int main(void)
{
	static uint32_t page[WORDS * 4];

	text = page + WORDS;
	o.lo = place(0);
	o.hi = place(WORDS);
	o.ehdr = text;
	o.end = o.hi;
	o.got = place(0);
	test_do_mmap();
	test_rules();
	test_callsite();
	test_object();
	test_xstat();
	return check_summary();
}
