// SPDX-License-Identifier: GPL-2.0
/*
 * test_text.c - numbers, range lists and the vendor's zones as text.
 *
 * Tables of good and bad texts, then texts put together at random that are held
 * against the grammars as regular expressions.
 */
/* A row of nothing but a text is one that must be refused. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#include <limits.h>
#include <stdlib.h>

#include "mmz.h"
#include "tap.h"
#include "text_oracle.h"

/* --- numbers -------------------------------------------------------------- */

static const struct {
	const char *text;
	u64 value;
	const char *rest;	/* NULL: refused */
} numbers[] = {
	{ "0", 0, "" },
	{ "1", 1, "" },
	{ "4096", 4096, "" },
	{ "0x1000", 4096, "" },
	{ "0X1000", 4096, "" },
	{ "010000", 4096, "" },
	{ "00", 0, "" },
	{ "0xabcdef", 0xabcdef, "" },
	{ "0xABCDEF", 0xabcdef, "" },
	{ "4k", 4096, "" },
	{ "4K", 4096, "" },
	{ "192m", 192 << 20, "" },
	{ "192M", 192 << 20, "" },
	{ "3g", 3ULL << 30, "" },
	{ "3G", 3ULL << 30, "" },
	{ "0k", 0, "" },
	{ "0x10k", 0x4000, "" },
	{ "010K", 8192, "" },
	{ "1kk", 1024, "k" },
	{ "1kB", 1024, "B" },
	{ "1t", 1, "t" },
	{ "1 k", 1, " k" },
	{ "12,3", 12, ",3" },
	{ "0x10-0x20", 16, "-0x20" },
	{ "08", 0, "8" },
	{ "019", 1, "9" },
	{ "0x", 0, "x" },
	{ "0xg", 0, "xg" },
	{ "0x-1", 0, "x-1" },
	{ "1a", 1, "a" },
	{ "1:", 1, ":" },
	{ "1/", 1, "/" },
	{ "1@", 1, "@" },
	{ "0x1G", 1ULL << 30, "" },
	{ "0x1`", 1, "`" },
	{ "0x1\xc1", 1, "\xc1" },
	{ "4294967295", 0xffffffff, "" },
	{ "4294967296", 1ULL << 32, "" },
	{ "0xffffffff", 0xffffffff, "" },
	{ "0x100000000", 1ULL << 32, "" },
	{ "18446744073709551615", ~0ULL, "" },
	{ "0xffffffffffffffff", ~0ULL, "" },
	{ "01777777777777777777777", ~0ULL, "" },
	{ "0x0000000000000000000000001", 1, "" },
	{ "17179869183g", 17179869183ULL << 30, "" },
	{ "18014398509481983k", 18014398509481983ULL << 10, "" },
	{ "17592186044415m", 17592186044415ULL << 20, "" },
	{ "18446744073709551616", 0, NULL },
	{ "18446744073709551620", 0, NULL },
	{ "99999999999999999999", 0, NULL },
	{ "0x10000000000000000", 0, NULL },
	{ "02000000000000000000000", 0, NULL },
	{ "17179869184g", 0, NULL },
	{ "18014398509481984k", 0, NULL },
	{ "17592186044416m", 0, NULL },
	{ "0xffffffffffffffffk", 0, NULL },
	{ "0x8000000000000000k", 0, NULL },
	{ "", 0, NULL },
	{ " 1", 0, NULL },
	{ "k", 0, NULL },
	{ "x10", 0, NULL },
	{ "-1", 0, NULL },
	{ "+1", 0, NULL },
	{ "a0", 0, NULL },
	{ ",", 0, NULL },
	{ "\n", 0, NULL },
};

static bool number_holds(const char *text, u64 value, const char *rest)
{
	/* On the heap and no longer than it is, for the address sanitizer. */
	char *copy = strdup(text);
	const char *pos = copy;
	u64 got = 0x5555;
	bool pass = true;
	int err = hvc_parse_bytes(&pos, &got);

	if (rest) {
		TAP_EXPECT(pass, !err);
		TAP_EXPECT(pass, got == value);
		TAP_EXPECT(pass, !strcmp(pos, rest));
	} else {
		TAP_EXPECT(pass, err == -EINVAL);
	}
	free(copy);
	return pass;
}

static unsigned int bytes_plan(void)
{
	return ARRAY_SIZE(numbers);
}

static void bytes_run(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		tap_result(number_holds(numbers[i].text, numbers[i].value,
					numbers[i].rest),
			   "number %s", tap_quoted(numbers[i].text));
}

const struct tap_group bytes_group = { "bytes", bytes_plan, bytes_run };

/* --- lists ---------------------------------------------------------------- */

static const struct hvc_bounds machine_32 = { 12, 1ULL << 20 };
static const struct hvc_bounds machine_16k = { 14, 1ULL << 18 };
static const struct hvc_bounds machine_lpae = { 12, 1ULL << 28 };
#if ULONG_MAX > 0xffffffffUL
static const struct hvc_bounds machine_64 = { 12, 1ULL << 52 };
#endif

/**
 * struct text_row - a text and what it means
 * @text:	the text
 * @want:	ranges as the report writes them; NULL: -EINVAL
 * @bounds:	NULL: machine_32
 * @why:	a word that the reason must have: the user reads it in the log
 * @ram:	as @want: the part with "!"
 */
struct text_row {
	const char *text;
	const char *want;
	const struct hvc_bounds *bounds;
	const char *why;
	const char *ram;
};

static const struct text_row range_rows[] = {
	{ "0x84000000-0x8fffffff", "84000-8ffff" },
	{ "0x84000000+64M", "84000-87fff" },
	{ "0x84000000+0x1000", "84000-84000" },
	{ "0x84000000+4096", "84000-84000" },
	{ "0x84000000+4k", "84000-84000" },
	{ "0x84000000-0x84000fff", "84000-84000" },
	{ "2214592512+192m", "84000-8ffff" },
	{ "2G+1G", "80000-bffff" },
	{ "0-0xfff", "0-0" },
	{ "0+4g", "0-fffff" },
	{ "0-0xffffffff", "0-fffff" },
	{ "0xfffff000-0xffffffff", "fffff-fffff" },
	{ "0xfffff000+0x1000", "fffff-fffff" },
	{ "0x84000000-0x8fffffff\n", "84000-8ffff" },
	{ "0x84000000-0x8fffffff\r\n", "84000-8ffff" },
	{ " \t0x84000000-0x8fffffff \n\n", "84000-8ffff" },
	{ "\n0x84000000-0x8fffffff", "84000-8ffff" },
	{ "0x20050000+0x1000, 0x84000000-0x8fffffff",
	  "20050-20050 84000-8ffff" },
	{ "0x20050000+0x1000,0x84000000-0x8fffffff",
	  "20050-20050 84000-8ffff" },
	{ "0x20050000+0x1000\n0x84000000-0x8fffffff\n",
	  "20050-20050 84000-8ffff" },
	{ "0x20050000+0x1000\r\n0x84000000+4k\r\n", "20050-20050 84000-84000" },
	{ "0x20050000+0x1000 , 0x84000000+4k", "20050-20050 84000-84000" },
	{ "0x84000000+4k,0x20050000+4k", "20050-20050 84000-84000" },
	{ "0x1000+4k,0x2000+4k", "1-2" },
	{ "0x2000+4k,0x1000+4k", "1-2" },
	{ "0x1000+4k,0x3000+4k", "1-1 3-3" },
	{ "0x1000+16k,0x2000+4k", "1-4" },
	{ "0x2000+4k,0x1000+16k", "1-4" },
	{ "0x1000+8k,0x2000+8k", "1-3" },
	{ "0x1000+4k,0x1000+4k", "1-1" },
	{ "0x1000+4k,0x3000+4k,0x2000+4k", "1-3" },
	{ "0x1000+4k,0x3000+4k\n0x5000+4k,0x9000+4k", "1-1 3-3 5-5 9-9" },
	{ "none", "" },
	{ "none\n", "" },
	{ " none ", "" },
	{ "0x84000000+64K", "21000-21003", &machine_16k },
	{ "0x84000000-0x84003fff", "21000-21000", &machine_16k },
	{ "0xffffc000-0xffffffff", "3ffff-3ffff", &machine_16k },
	{ "0x880000000+4k", "880000-880000", &machine_lpae },
	{ "0xfffffff000-0xffffffffff", "fffffff-fffffff", &machine_lpae },

	/* empty */
	{ "", .why = "empty" }, { "\n", .why = "empty" }, { "   " }, { "," },
	{ "\n\n" },
	{ "0x84000000+4k," }, { ",0x84000000+4k" }, { ",\n" },
	{ "0x84000000+4k,,0x20050000+4k" },
	{ "0x84000000+4k, ,0x20050000+4k" },
	{ "0x84000000+4k,\n,0x20050000+4k" },
	/* not two numbers */
	{ "0x84000000", .why = "start+size" }, { "0x84000000\n" },
	{ "0x84000000-" },
	{ "0x84000000+", .why = "number" }, { "-0x84000000" },
	{ "+0x84000000" },
	{ "-" }, { "+" }, { "0x84000000-+4k" }, { "0x84000000+-4096" },
	{ "0x84000000--0x84000fff" }, { "0x84000000 +4k" },
	{ "0x84000000+ 4k" }, { "0x84000000:4k" }, { "0x84000000,4k" },
	{ "0x84000000+4k+4k" }, { "0x84000000-0x84000fff-0x84001fff" },
	/* letters */
	{ "abc", .why = "number" }, { "mem" }, { "None" }, { "nonesuch" },
	{ "none,none" },
	{ "none 0x84000000+4k" }, { "0x84000000+4k,none" },
	{ "0x84000000+64MB" }, { "0x84000000+64T" }, { "0x8400zz00+4k" },
	{ "0x84000000+4kk" }, { "84000000h+4k" }, { "084000000+4k" },
	{ "0x+0x1000" }, { "0x84000000+0x" },
	{ "0x84000000+4k;0x20050000+4k", .why = "comma" },
	{ "0x84000000+4k 0x20050000+4k" },
	{ "0x84000000+4k#" }, { "0x84000000+4k!" }, { "0x84000000+4k\v" },
	{ "\xff\xfe" },
	{ "0x84000000+4k\\n" }, { "0x84000000+4k\x01" },
	{ "\xc2\xa0" "0x84000000+4k" },
	/* start above end */
	{ "0x84001000-0x84000fff", .why = "below" },
	{ "0x8fffffff-0x84000000" },
	{ "0x1000-0", .why = "below" }, { "0x84000000-0x83ffffff" },
	/* not on a page */
	{ "0x84000001+4k", .why = "start" }, { "0x84000800+0x800" },
	{ "0x84000000+4095", .why = "size" },
	{ "0x84000000+4097" }, { "0x84000000+1" }, { "0x84000000+0x800" },
	{ "0x84000000-0x84001000" }, { "0x84000000-0x84000ffe" },
	{ "0x84000000-0x84000000" }, { "0x84000fff-0x84000fff" },
	{ "0x84000000+4k", NULL, &machine_16k },
	{ "0x84001000-0x84003fff", NULL, &machine_16k },
	/* size 0 */
	{ "0x84000000+0", .why = "size" }, { "0+0" }, { "0x84000000+0k" },
	/* past the address space */
	{ "0xfffff000+8k", .why = "address space" },
	{ "0x100000000+4k", .why = "address space" }, { "0+0x100001000" },
	{ "0xfffff000-0x100000fff" }, { "0x80000000+3g" },
	{ "0x100000000-0x100000fff" },
	{ "0xfffffffffffff000+4k" }, { "0xfffffffffffff000+8k" },
	{ "0xfffffffffffff000-0xffffffffffffffff" },
	{ "0-0xffffffffffffffff" }, { "0x1000-0xffffffffffffffff" },
	{ "0x84000000+0xffffffff84000000" },
	{ "0x84000000+0xfffffffffffff000" },
	{ "0x10000000000+4k", NULL, &machine_lpae },
	{ "0xfffffff000+8k", NULL, &machine_lpae },
	/* numbers that do not exist */
	{ "0x10000000084000000+4k", .why = "number" },
	{ "0x84000000+18446744073709551616" },
	{ "99999999999999999999999+4k" }, { "0x84000000+17179869184g" },
	{ "18446744073709551616-18446744073709555711" },
	/* a bad one at either end of good ones */
	{ "0x1+4k,0x84000000+4k" }, { "0x84000000+4k,0x1+4k" },
	{ "0x84000000+4k\n0x20050000+4k\nx" },
#if ULONG_MAX > 0xffffffffUL
	{ "0xfffffffffffff000-0xffffffffffffffff",
	  "fffffffffffff-fffffffffffff", &machine_64 },
	{ "0xfffffffffffff000+4k", "fffffffffffff-fffffffffffff", &machine_64 },
	{ "0-0xffffffffffffefff", "0-ffffffffffffe", &machine_64 },
	{ "0x1000-0xffffffffffffffff", "1-fffffffffffff", &machine_64 },
	{ "0xfffffffffffff000+8k", NULL, &machine_64 },
	{ "0x1000+0xfffffffffffff000", "1-fffffffffffff", &machine_64 },
	{ "0x2000+0xfffffffffffff000", NULL, &machine_64 },
#endif
};

/* Where "!" may follow an item. */
static const struct text_row ram_rows[] = {
	{ "0x84000000+64M", "84000-87fff", .ram = "" },
	{ "0x80000000+4k!", "80000-80000", .ram = "80000-80000" },
	{ "0x80000000-0x80000fff!\n", "80000-80000", .ram = "80000-80000" },
	{ "0x80000000+4k!,0x84000000+4k", "80000-80000 84000-84000",
	  .ram = "80000-80000" },
	{ "0x84000000+4k,0x80000000+4k!", "80000-80000 84000-84000",
	  .ram = "80000-80000" },
	{ "0x84000000+4k! , 0x80000000+4k!", "80000-80000 84000-84000",
	  .ram = "80000-80000 84000-84000" },
	{ "0x84000000+4k!\n0x80000000+4k", "80000-80000 84000-84000",
	  .ram = "84000-84000" },
	{ "0x80000000+4k!,0x80001000+4k", "80000-80001",
	  .ram = "80000-80000" },
	{ "0x80001000+4k!,0x80000000+4k!", "80000-80001",
	  .ram = "80000-80001" },
	{ "0x80000000+64k,0x80001000+4k!", "80000-8000f",
	  .ram = "80001-80001" },
	{ "none", "", .ram = "" },
	{ "!" }, { "none!" }, { "0x80000000!" }, { "0x80000000!+4k" },
	{ "!0x80000000+4k" }, { "0x80000000+4k!!" }, { "0x80000000+4k !" },
	{ "0x80000000+4k!0x84000000+4k" }, { "0x80000000+4k,!" },
	{ "0x80000000+4k!-0x80001000" }, { "0x80000000+!4k" },
	{ "0x80000001+4k!", .why = "start" },
};

static const struct text_row mmz_rows[] = {
	{ "anonymous,0,0x84000000,192M", "84000-8ffff" },
	{ "anonymous,0,0x84000000,192m", "84000-8ffff" },
	{ "anonymous,0,0x84000000,0xc000000", "84000-8ffff" },
	{ "anonymous,0,0x84000000,196608K", "84000-8ffff" },
	{ "anonymous,0,0x84000000,196608k", "84000-8ffff" },
	{ "anonymous,0,0x84000000,201326592", "84000-8ffff" },
	{ "anonymous,0,2112M,192M", "84000-8ffff" },
	{ "anonymous,0,020400000000,192M", "84000-8ffff" },
	{ "anonymous,0,0x84000000,192M,1,8M", "84000-8ffff" },
	{ "anonymous,0,0x84000000,192M,0,0", "84000-8ffff" },
	{ "anonymous,0,0x84000000,192M\n", "84000-8ffff" },
	{ "a,0,0x84000000,4K", "84000-84000" },
	{ "ddr0,0x1,0x84000000,4K", "84000-84000" },
	{ "my-zone_2.0,0,0x84000000,4K", "84000-84000" },
	{ "0,0,0,4K", "0-0" },
	{ "anonymous,0,0x84000000,64M:jpeg,0,0x8c000000,64M",
	  "84000-87fff 8c000-8ffff" },
	{ "anonymous,0,0x84000000,64M:jpeg,0,0x88000000,64M", "84000-8bfff" },
	{ "jpeg,0,0x8c000000,64M:anonymous,0,0x84000000,64M",
	  "84000-87fff 8c000-8ffff" },
	{ "anonymous,0,0x84000000,64M,1,4K:jpeg,0,0x8c000000,64M",
	  "84000-87fff 8c000-8ffff" },
	{ "anonymous,0,0x84000000,64M:jpeg,0,0x8c000000,64M,1,4K",
	  "84000-87fff 8c000-8ffff" },
	{ "a,0,0x1000,4K:b,0,0x3000,4K:c,0,0x5000,4K", "1-1 3-3 5-5" },
	{ "a,0,0x1000,16K:b,0,0x2000,4K", "1-4" },
	{ "anonymous,0,0xfffff000,4K", "fffff-fffff" },
	{ "anonymous,0,0,4G", "0-fffff" },
	{ "anonymous,0,0x84000000,64K", "21000-21003", &machine_16k },
	{ "anonymous,0,0x880000000,4K", "880000-880000", &machine_lpae },

	/* empty */
	{ "", .why = "zone" }, { "\n" }, { " " }, { ":" }, { "," }, { ",,," },
	{ "anonymous,0,0x84000000,64M:" },
	{ ":anonymous,0,0x84000000,64M" },
	{ "a,0,0x84000000,4K::b,0,0x20050000,4K" },
	{ ",0,0x84000000,64M" },
	/* fields: 1, 2, 3, 5, 7, 8 */
	{ "anonymous", .why = "zone" }, { "anonymous," }, { "anonymous,0" },
	{ "anonymous,0,0x84000000", .why = "fields" },
	{ "anonymous,0,0x84000000," },
	{ "anonymous,0,0x84000000,64M," },
	{ "anonymous,0,0x84000000,64M,1", .why = "fields" },
	{ "anonymous,0,0x84000000,64M,1," },
	{ "anonymous,0,0x84000000,64M,1,4K," },
	{ "anonymous,0,0x84000000,64M,1,4K,0", .why = "colon" },
	{ "anonymous,0,0x84000000,64M,1,4K,0,0" },
	{ "anonymous,0,0x84000000:jpeg,0,0x8c000000,64M" },
	{ "a,0,0x84000000,4K:b,0,0x20050000" },
	{ "a,0,0x84000000,4K:b" },
	/* fields that are no numbers */
	{ "anonymous,x,0x84000000,64M", .why = "number" },
	{ "anonymous,,0x84000000,64M" },
	{ "anonymous,0,,64M" }, { "anonymous,0,ddr,64M" },
	{ "anonymous,0,0x84000000,all" }, { "anonymous,-1,0x84000000,64M" },
	{ "anonymous,0,0x84000000,-64M" }, { "anonymous,0,0x84000000,64MB" },
	{ "anonymous,0,0x84000000,64M,a,4K" },
	{ "anonymous,0,0x84000000,64M,1,b" },
	{ "anonymous,0,0x84000000,64M,1,18446744073709551616" },
	{ "anonymous,18446744073709551616,0x84000000,64M" },
	{ "anonymous,0,0x84000000,64M;jpeg,0,0x8c000000,64M", .why = "colon" },
	{ "anonymous,0,0x84000000,64M jpeg,0,0x8c000000,64M" },
	{ "anonymous,0,0x84000000,64M\njpeg,0,0x8c000000,64M" },
	{ "anonymous,0,0x84000000+64M" }, { "anonymous 0 0x84000000 64M" },
	{ "anonymous, 0, 0x84000000, 64M" }, { " anonymous,0,0x84000000,64M" },
	{ "0x84000000-0x8fffffff" }, { "none" },
	/* addresses */
	{ "anonymous,0,0x84000001,64M", .why = "start" },
	{ "anonymous,0,0x84000800,0x800" },
	{ "anonymous,0,0x84000000,1" },
	{ "anonymous,0,0x84000000,0", .why = "size" },
	{ "anonymous,0,0x84000000,0x1001" },
	{ "anonymous,0,0xfffff000,8K", .why = "address space" },
	{ "anonymous,0,0x100000000,4K" }, { "anonymous,0,0x80000000,3G" },
	{ "anonymous,0,0xfffffffffffff000,8K" },
	{ "anonymous,0,0x84000000,0xffffffff84000000" },
	{ "anonymous,0,0x10000000084000000,4K" },
	{ "anonymous,0,0x84000000,4K", NULL, &machine_16k },
	{ "a,0,0x84000000,4K:b,0,0x84000001,4K" },
	{ "a,0,0x84000001,4K:b,0,0x84000000,4K" },
};

static bool equals(const struct hvc_ranges *set, const char *want)
{
	char text[256] = "", *p = text;
	unsigned int i;

	for (i = 0; i < set->count && p < text + sizeof(text) - 64; i++)
		p += sprintf(p, "%s%lx-%lx", i ? " " : "", set->r[i].first,
			     set->r[i].last);
	if (!strcmp(text, want))
		return true;
	tap_note("got \"%s\", wanted \"%s\"", text, want);
	return false;
}

/* Room that holds a range already: a text replaces, it does not add. */
static struct hvc_ranges *set_in_use(void)
{
	struct hvc_ranges *set;

	set = malloc(sizeof(*set) + HVC_RANGES_MAX * sizeof(set->r[0]));
	if (!set)
		abort();
	set->count = 1;
	set->r[0].first = 0x7777;
	set->r[0].last = 0x7777;
	return set;
}

static int parse(const char *text, enum grammar grammar,
		 const struct hvc_bounds *bounds, struct hvc_ranges *set,
		 struct hvc_ranges *ram, const char **why)
{
	switch (grammar) {
	case MMZ:
		return hvc_mmz_parse(text, bounds, set, why);
	case RANGES_RAM:
		return hvc_ranges_parse_ram(text, bounds, set, ram, why);
	default:
		return hvc_ranges_parse(text, bounds, set, why);
	}
}

static bool text_holds(const struct text_row *row, enum grammar grammar)
{
	const struct hvc_bounds *bounds = row->bounds ? row->bounds :
							&machine_32;
	struct hvc_ranges *set = set_in_use(), *ram = set_in_use();
	const char *why = NULL, *wrong;
	bool pass = true;
	int err;

	err = parse(row->text, grammar, bounds, set, ram, &why);
	if (row->want) {
		TAP_EXPECT(pass, !err);
		TAP_EXPECT(pass, err || equals(set, row->want));
		TAP_EXPECT(pass, err || grammar != RANGES_RAM ||
			   equals(ram, row->ram));
		if (err)
			tap_note("said: %s", why ? why : "nothing");
	} else {
		TAP_EXPECT(pass, err == -EINVAL);
		TAP_EXPECT(pass, !err || (why && *why));
		TAP_EXPECT(pass, !err || !row->why || strstr(why, row->why));
		if (!pass)
			tap_note("said: %s", why ? why : "nothing");
	}
	free(set);
	free(ram);

	wrong = text_check(row->text, grammar, bounds);
	if (wrong) {
		tap_note("%s", wrong);
		pass = false;
	}
	return pass;
}

/* A list of @count items @text, with @number in it, @step apart. */
static char *list_of(unsigned int count, const char *format,
		     unsigned int step, const char *separator)
{
	char *text = malloc(count * 64UL + 1), *p = text;
	unsigned int i;

	if (!text)
		abort();
	for (i = 0; i < count; i++) {
		if (i)
			p = stpcpy(p, separator);
		p += sprintf(p, format, 0x40000000U + i * step);
	}
	return text;
}

static bool list_is(char *text, enum grammar grammar, int want,
		    unsigned int count)
{
	struct hvc_ranges *set = set_in_use(), *ram = set_in_use();
	const char *why = NULL, *wrong;
	bool pass = true;
	int err;

	err = parse(text, grammar, &machine_32, set, ram, &why);
	TAP_EXPECT(pass, err == want);
	TAP_EXPECT(pass, err || set->count == count);
	TAP_EXPECT(pass, !err || (why && *why));
	free(set);
	free(ram);
	wrong = text_check(text, grammar, &machine_32);
	if (wrong) {
		tap_note("%s", wrong);
		pass = false;
	}
	free(text);
	return pass;
}

#define PLUS "0x%x+4k"
#define ZONE "z,0,0x%x,4K"

static unsigned int ranges_text_plan(void)
{
	return ARRAY_SIZE(range_rows) + ARRAY_SIZE(ram_rows) + 7;
}

static void ranges_text_run(void)
{
	const unsigned int max = HVC_RANGES_MAX;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(range_rows); i++) {
		const struct hvc_bounds *b = range_rows[i].bounds;

		tap_result(text_holds(&range_rows[i], RANGES), "ranges %s%s",
			   tap_quoted(range_rows[i].text),
			   !b ? "" : b == &machine_16k ? " (16 KiB pages)" :
			   b == &machine_lpae ? " (LPAE)" : " (64 bits)");
	}
	for (i = 0; i < ARRAY_SIZE(ram_rows); i++)
		tap_result(text_holds(&ram_rows[i], RANGES_RAM),
			   "ranges with RAM %s", tap_quoted(ram_rows[i].text));
	tap_result(list_is(list_of(max, PLUS, 0x2000, ","), RANGES, 0, max),
		   "ranges: 4096 items are 4096 ranges");
	tap_result(list_is(list_of(max, PLUS, 0x1000, "\n"), RANGES, 0, 1),
		   "ranges: 4096 items that touch are one range");
	tap_result(list_is(list_of(max + 1, PLUS, 0x2000, ","), RANGES, -E2BIG,
			   0), "ranges: 4097 items are -E2BIG");
	tap_result(list_is(list_of(max + 1, PLUS, 0x1000, ","), RANGES, -E2BIG,
			   0), "ranges: 4097 items that touch are -E2BIG");
	tap_result(list_is(list_of(max, PLUS "!", 0x2000, ","), RANGES_RAM, 0,
			   max), "ranges with RAM: 4096 items");
	tap_result(list_is(list_of(max + 1, PLUS "!", 0x2000, ","), RANGES_RAM,
			   -E2BIG, 0), "ranges with RAM: 4097 items");
	tap_result(list_is(list_of(10000, PLUS, 0x2000, "\n"), RANGES, -E2BIG,
			   0), "ranges: 10000 items are -E2BIG");
}

const struct tap_group ranges_text_group = {
	"ranges-text", ranges_text_plan, ranges_text_run
};

static unsigned int mmz_text_plan(void)
{
	return ARRAY_SIZE(mmz_rows) + 2;
}

static void mmz_text_run(void)
{
	const unsigned int max = HVC_RANGES_MAX;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(mmz_rows); i++) {
		const struct hvc_bounds *b = mmz_rows[i].bounds;

		tap_result(text_holds(&mmz_rows[i], MMZ), "mmz %s%s",
			   tap_quoted(mmz_rows[i].text),
			   !b ? "" : b == &machine_16k ? " (16 KiB pages)" :
			   " (LPAE)");
	}
	tap_result(list_is(list_of(max, ZONE, 0x2000, ":"), MMZ, 0, max),
		   "mmz: 4096 zones");
	tap_result(list_is(list_of(max + 1, ZONE, 0x2000, ":"), MMZ, -E2BIG,
			   0), "mmz: 4097 zones are -E2BIG");
}

const struct tap_group mmz_text_group = {
	"mmz-text", mmz_text_plan, mmz_text_run
};

/* --- texts at random ------------------------------------------------------ */

static unsigned int below(unsigned int n)
{
	static unsigned int state = 99;

	state = state * 1664525 + 1013904223;
	return (unsigned long long)state * n >> 32;
}

static char *put_number(char *p, bool on_a_page)
{
	static const unsigned long long pages[] = {
		0, 1, 2, 3, 4, 0x84000, 0x84001, 0x8ffff, 0xffffe, 0xfffff,
		0x100000, 0xfffffff, 0x10000000, 0xffffffffffffe,
		0xfffffffffffff,
	};
	unsigned long long n = pages[below(ARRAY_SIZE(pages))] << 12;

	if (!on_a_page)
		n += below(3) ? 0xfff : below(0x2000);
	switch (below(8)) {
	case 0:
		return p + sprintf(p, "%llu", n);
	case 1:
		return p + sprintf(p, "0%llo", n);
	case 2:
		return p + sprintf(p, "%lluk", n >> 10);
	case 3:
		return p + sprintf(p, "0x%llxM", n >> 20);
	case 4:
		return p + sprintf(p, "%u%c", below(2000), "kKmMgG"[below(6)]);
	case 5:
		return p + sprintf(p, "0X%llX", n);
	default:
		return p + sprintf(p, "0x%llx", n);
	}
}

static char *put_item(char *p)
{
	bool plus = below(2);
	unsigned int first, pages;

	if (below(2)) {
		p = put_number(p, true);
		*p++ = "-+"[plus];
		return put_number(p, plus);
	}
	/* One that is good on most machines. */
	first = below(0x3fff0) << 4;
	pages = (1 + below(8)) << 2;
	if (plus)
		return p + sprintf(p, "0x%llx+%uk", first * 4096ULL,
				   pages << 2);
	return p + sprintf(p, "%llu-0x%llx", first * 4096ULL,
			   (first + pages) * 4096ULL - 1);
}

static char *put_zone(char *p)
{
	p = stpcpy(p, below(2) ? "anonymous,0," : "z,0x1,");
	if (below(2)) {
		p = put_number(p, true);
		*p++ = ',';
		p = put_number(p, true);
	} else {
		p += sprintf(p, "0x%x,%uK", below(0xfff0) << 16,
			     (1 + below(8)) << 4);
	}
	if (!below(3))
		p += sprintf(p, ",%u,%uK", below(3), below(100));
	return p;
}

/* Put in, leave out or change a character, mostly one that means something. */
static void damage(char *text)
{
	static const char alphabet[] = "0123456789abcdefxXkKmMgG,+-:\n \r\tz;#";
	size_t len = strlen(text), at = below(len + 1);
	char c = below(20) ? alphabet[below(sizeof(alphabet) - 1)] :
			     (char)(1 + below(255));

	switch (below(3)) {
	case 0:
		memmove(text + at + 1, text + at, len - at + 1);
		text[at] = c;
		break;
	case 1:
		if (at < len)
			memmove(text + at, text + at + 1, len - at);
		break;
	case 2:
		if (at < len)
			text[at] = c;
		break;
	}
}

static void random_text(char *text, enum grammar grammar)
{
	bool mmz = grammar == MMZ;
	static const char *const between[] = { ",", "\n", ", ", " ,", "\r\n" };
	unsigned int items = 1 + below(4), wrong = below(4) ? 0 : 1 + below(3);
	char *p = text;

	while (items--) {
		p = mmz ? put_zone(p) : put_item(p);
		if (grammar == RANGES_RAM && below(2))
			*p++ = '!';
		if (items)
			p = stpcpy(p, mmz ? ":" :
				   between[below(ARRAY_SIZE(between))]);
	}
	if (!below(4))
		p = stpcpy(p, "\n");
	*p = '\0';
	while (wrong--)
		damage(text);
}

static const struct hvc_bounds *const some_bounds[] = {
	&machine_32, &machine_16k, &machine_lpae,
#if ULONG_MAX > 0xffffffffUL
	&machine_64,
#endif
};

static bool random_texts_hold(enum grammar grammar, unsigned int rounds)
{
	unsigned int i, accepted = 0;
	char text[1024];

	for (i = 0; i < rounds; i++) {
		const struct hvc_bounds *b =
			some_bounds[below(ARRAY_SIZE(some_bounds))];
		static struct text_answer a;
		const char *wrong;

		random_text(text, grammar);
		wrong = text_check(text, grammar, b);
		if (wrong) {
			tap_note("%s: page_shift %u: %s", tap_quoted(text),
				 b->page_shift, wrong);
			return false;
		}
		text_oracle(text, grammar, b, &a);
		accepted += !a.err;
	}
	tap_note("%u texts, %u of them good", rounds, accepted);
	/* Texts that are all bad, or all good, would prove little. */
	return accepted > rounds / 10 && accepted < rounds / 2;
}

/* Sets at random through text and back, in the report's own form. */
static bool round_trips(unsigned int rounds)
{
	unsigned int i, n;
	char text[1024], *p;

	for (i = 0; i < rounds; i++) {
		const struct hvc_bounds *b =
			some_bounds[below(ARRAY_SIZE(some_bounds))];
		const char *wrong;

		p = text;
		for (n = 1 + below(8); n; n--) {
			unsigned long long first, last, limit = b->phys_pages;

			first = below(limit < 0x100000 ? limit : 0x100000);
			last = first + below(3) * below(64);
			if (below(4) == 0) {
				first = limit - 1 - first % 64;
				last = limit - 1;
			}
			if (last >= limit)
				last = limit - 1;
			p += sprintf(p, "0x%08llx-0x%08llx%s",
				     first << b->page_shift,
				     ((last + 1) << b->page_shift) - 1,
				     n > 1 ? "," : "\n");
		}
		wrong = text_check(text, RANGES, b);
		if (wrong) {
			tap_note("%s: %s", tap_quoted(text), wrong);
			return false;
		}
	}
	return true;
}

static unsigned int text_fuzz_plan(void)
{
	return 4;
}

static void text_fuzz_run(void)
{
	/* Emulated where a long has 32 bits: ten times slower. */
	const unsigned int rounds = sizeof(long) == 8 ? 30000 : 8000;

	tap_result(random_texts_hold(RANGES, rounds),
		   "random texts: range lists as the grammar says");
	tap_result(random_texts_hold(RANGES_RAM, rounds / 2),
		   "random texts: range lists with RAM as the grammar says");
	tap_result(random_texts_hold(MMZ, rounds),
		   "random texts: zones as the grammar says");
	tap_result(round_trips(rounds),
		   "random sets: written out and read back the same");
}

const struct tap_group text_fuzz_group = {
	"text-fuzz", text_fuzz_plan, text_fuzz_run
};
