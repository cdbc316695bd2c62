// SPDX-License-Identifier: GPL-2.0
/*
 * test_rules.c - each rule of the decision, one row a case, edges included.
 *
 * The rows are in the order of the rules. Unless a row says otherwise the
 * device is exclusive and in guard mode, the buffer is one page, the machine is
 * a 32-bit one with 4 KiB pages and its zone is 0x84000000-0x8fffffff.
 */
#pragma GCC diagnostic ignored "-Woverride-init"

#include "oracle.h"
#include "spans.h"
#include "tap.h"

#define FIRST	0x84000UL
#define LAST	0x8ffffUL

static const struct spans zone = {
	.count = 2,
	/* The page at 0x20050000: the chip-id registers. */
	.s = { { 0x20050, 0x20050 }, { FIRST, LAST } },
};
static const struct spans with_zero = {
	.count = 2, .s = { { 0, 0 }, { FIRST, LAST } },
};
static const struct spans hole = {
	.count = 2, .s = { { 0x84000, 0x84003 }, { 0x84005, 0x84008 } },
};
static const struct spans top = {
	.count = 1, .s = { { 0xffffe, 0xfffff } },
};
static const struct spans zone_16k = {
	.count = 1, .s = { { 0x21000, 0x23fff } },
};
static const struct spans zone_64k = {
	.count = 1, .s = { { 0x8400, 0x8fff } },
};
static const struct spans two_repairs = {
	.count = 2, .s = { { 0x123, 0x124 }, { 0x23000, 0x23000 } },
};

#define REQUEST(...) {							\
	.pages = 1, .repeat = 1, .mode = HVC_MODE_GUARD,		\
	.exclusive = true, .anything_known = true, .units = true,	\
	.page_shift = 12, .mask = 0xfffff, .pgoff_max = 0xffffffff,	\
	.phys_pages = 0x100000, .known = spans_known, .ranges = &zone,	\
	__VA_ARGS__ }

/* The argument block as the stack showed it. */
#define BLOCK(...)							\
	.can_look = true,						\
	.frame = { .looked = true, .found = true, __VA_ARGS__ }
#define FULL(address, ...)						\
	BLOCK(.full = true, .x = (address), __VA_ARGS__)
#define LOW(address, ...) BLOCK(.x = (address), __VA_ARGS__)
#define NO_BLOCK .can_look = true, .frame = { .looked = true }
#define LEGACY .site = HVC_SITE_LEGACY
#define WIDE .site = HVC_SITE_WIDE
#define DECLARED .declared = true

#define PAGES_16K .page_shift = 14, .mask = 0x3ffff,			\
	.pgoff_max = 0x3fffffff, .phys_pages = 0x40000, .ranges = &zone_16k
#define PAGES_64K .page_shift = 16, .mask = 0xffff,			\
	.pgoff_max = 0xfffffff, .phys_pages = 0x10000, .ranges = &zone_64k

#define PASS(kind, ...) { .action = HVC_PASS, .shape = kind, __VA_ARGS__ }
#define USE(kind, page, ...)						\
	{ .action = HVC_USE, .shape = kind, .pgoff = page, __VA_ARGS__ }
#define REFUSE(kind) { .action = HVC_REFUSE, .shape = kind }
#define LOOK { .action = HVC_LOOK }

/** struct rule_row - want.pgoff is the one that arrived where it passes */
struct rule_row {
	const char *what;
	struct hvc_request rq;
	struct hvc_verdict want;
};

static const struct rule_row rows[] = {
/* Rule 1 */
{ "1: off passes what nothing fits",
  REQUEST(.raw = 1, .mode = HVC_MODE_OFF), PASS(HVC_OFF) },
{ "1: off passes an odd count",
  REQUEST(.raw = FIRST, .pages = 3, .repeat = 2, .mode = HVC_MODE_OFF),
  PASS(HVC_OFF) },
{ "1: off does not look",
  REQUEST(.raw = 0, .mode = HVC_MODE_OFF, .can_look = true,
	  .look_valid = true), PASS(HVC_OFF) },
{ "1: off changes nothing whatever the frame says",
  REQUEST(.raw = 0, .mode = HVC_MODE_OFF, FULL(0x84000000, LEGACY)),
  PASS(HVC_OFF) },

/* Rule 2 */
{ "2: one page, doubled",
  REQUEST(.raw = FIRST, .pages = 1, .repeat = 2), REFUSE(HVC_ODD) },
{ "2: three pages, doubled",
  REQUEST(.raw = FIRST, .pages = 3, .repeat = 2), REFUSE(HVC_ODD) },
{ "2: an odd count is refused by repair too",
  REQUEST(.raw = FIRST, .pages = 3, .repeat = 2, .mode = HVC_MODE_REPAIR),
  REFUSE(HVC_ODD) },
{ "2: two pages, doubled",
  REQUEST(.raw = FIRST, .pages = 2, .repeat = 2), PASS(HVC_VALID) },
{ "2: four pages, three times",
  REQUEST(.raw = FIRST, .pages = 4, .repeat = 3), REFUSE(HVC_ODD) },
{ "2: six pages, three times",
  REQUEST(.raw = FIRST, .pages = 6, .repeat = 3), PASS(HVC_VALID) },
{ "2: three pages, not doubled",
  REQUEST(.raw = FIRST, .pages = 3, .repeat = 1), PASS(HVC_VALID) },
{ "2: comes before a look",
  REQUEST(.raw = 0, .pages = 3, .repeat = 2, .can_look = true),
  REFUSE(HVC_ODD) },
{ "2: holds on a device that is not exclusive",
  REQUEST(.raw = 0x10000, .pages = 3, .repeat = 2, .exclusive = false),
  REFUSE(HVC_ODD) },
{ "2: comes before frame evidence",
  REQUEST(.raw = 0, .pages = 3, .repeat = 2, FULL(0x84000000)),
  REFUSE(HVC_ODD) },

/* Rule 3 */
{ "3: first page of the zone", REQUEST(.raw = FIRST), PASS(HVC_VALID) },
{ "3: last page of the zone", REQUEST(.raw = LAST), PASS(HVC_VALID) },
{ "3: a range of one page", REQUEST(.raw = 0x20050), PASS(HVC_VALID) },
{ "3: the page before the zone",
  REQUEST(.raw = FIRST - 1), REFUSE(HVC_OUTSIDE) },
{ "3: the page behind the zone",
  REQUEST(.raw = LAST + 1), REFUSE(HVC_OUTSIDE) },
{ "3: the whole zone",
  REQUEST(.raw = FIRST, .pages = LAST - FIRST + 1), PASS(HVC_VALID) },
{ "3: one page more than the zone",
  REQUEST(.raw = FIRST, .pages = LAST - FIRST + 2), REFUSE(HVC_OUTSIDE) },
{ "3: two pages on the last one",
  REQUEST(.raw = LAST, .pages = 2), REFUSE(HVC_OUTSIDE) },
{ "3: a ring at the end of the zone, its VMA past the end",
  REQUEST(.raw = LAST - 3, .pages = 8, .repeat = 2), PASS(HVC_VALID) },
{ "3: a ring one page too far",
  REQUEST(.raw = LAST - 2, .pages = 8, .repeat = 2), REFUSE(HVC_OUTSIDE) },
{ "3: guard checks the whole VMA where nothing doubles",
  REQUEST(.raw = LAST - 3, .pages = 8), REFUSE(HVC_OUTSIDE) },
{ "3: up to a hole",
  REQUEST(.raw = 0x84000, .pages = 4, .ranges = &hole), PASS(HVC_VALID) },
{ "3: across a hole",
  REQUEST(.raw = 0x84000, .pages = 5, .ranges = &hole),
  REFUSE(HVC_OUTSIDE) },
{ "3: the hole itself",
  REQUEST(.raw = 0x84004, .ranges = &hole), REFUSE(HVC_OUTSIDE) },
{ "3: page 0 where page 0 is known",
  REQUEST(.raw = 0, .ranges = &with_zero), PASS(HVC_VALID) },
{ "3: the last pages of 4 GiB",
  REQUEST(.raw = 0xffffe, .pages = 2, .ranges = &top), PASS(HVC_VALID) },
{ "3: the stack is not looked at",
  REQUEST(.raw = FIRST, .can_look = true), PASS(HVC_VALID) },
{ "3: the first calls are looked at",
  REQUEST(.raw = FIRST, .can_look = true, .look_valid = true), LOOK },
{ "3: no look where the ABI has none",
  REQUEST(.raw = FIRST, .look_valid = true), PASS(HVC_VALID) },
{ "3: looked at, nothing seen",
  REQUEST(.raw = FIRST, .look_valid = true, NO_BLOCK), PASS(HVC_VALID) },
{ "3: observe looks too",
  REQUEST(.raw = FIRST, .can_look = true, .look_valid = true,
	  .mode = HVC_MODE_OBSERVE), LOOK },
{ "3: another page in the block is contested, not used",
  REQUEST(.raw = FIRST, FULL(0x84001000)),
  PASS(HVC_VALID, .contested = true) },
{ "3: contested by a block without its high word",
  REQUEST(.raw = FIRST, LOW(0x84001000)),
  PASS(HVC_VALID, .contested = true) },
{ "3: the same page in the block is not contested",
  REQUEST(.raw = FIRST, FULL(0x84000000)), PASS(HVC_VALID) },
{ "3: contested needs the whole extent in range",
  REQUEST(.raw = FIRST, .pages = 2, FULL(0x8ffff000)),
  PASS(HVC_VALID, .wide = true) },
{ "3: a full block out of range: the site is 64-bit",
  REQUEST(.raw = FIRST, FULL(0x90000000)), PASS(HVC_VALID, .wide = true) },
{ "3: a full block off a page: the site is 64-bit",
  REQUEST(.raw = FIRST, FULL(0x84001004)), PASS(HVC_VALID, .wide = true) },
{ "3: a block without its high word says nothing of the site",
  REQUEST(.raw = FIRST, LOW(0x90000000)), PASS(HVC_VALID) },
{ "3: no block says nothing of the site",
  REQUEST(.raw = FIRST, NO_BLOCK), PASS(HVC_VALID) },
{ "3: proven legacy: the page in the block is used",
  REQUEST(.raw = FIRST, FULL(0x84001000, LEGACY)),
  USE(HVC_DISPLACED, FIRST + 1, .proves = true) },
{ "3: proven legacy, no high word: used, proves nothing",
  REQUEST(.raw = FIRST, LOW(0x84001000, LEGACY)),
  USE(HVC_DISPLACED, FIRST + 1) },
{ "3: proven legacy, both words the same page",
  REQUEST(.raw = FIRST, LOW(0x84000000, LEGACY)), PASS(HVC_VALID) },
{ "3: proven legacy, then seen with a 64-bit offset",
  REQUEST(.raw = FIRST, FULL(0x90000000, LEGACY)),
  PASS(HVC_VALID, .wide = true) },
{ "3: proven legacy, then a full block off a page",
  REQUEST(.raw = FIRST, FULL(0x84001800, LEGACY)),
  PASS(HVC_VALID, .wide = true) },
{ "3: proven legacy, half a block out of range",
  REQUEST(.raw = FIRST, LOW(0x90000000, LEGACY)), REFUSE(HVC_OUTSIDE) },
{ "3: declared: the page in the block is used",
  REQUEST(.raw = FIRST, FULL(0x84001000, DECLARED)),
  USE(HVC_DISPLACED, FIRST + 1, .proves = true) },
{ "3: declared, both words the same page",
  REQUEST(.raw = FIRST, LOW(0x84000000, DECLARED)), PASS(HVC_VALID) },
{ "3: declared, both words the same page, nothing proven",
  REQUEST(.raw = FIRST, FULL(0x84000000, DECLARED)), PASS(HVC_VALID) },
{ "3: declared, a block out of range: never 64-bit, nothing fits",
  REQUEST(.raw = FIRST, FULL(0x90000000, DECLARED)), REFUSE(HVC_OUTSIDE) },
{ "3: declared beats a site seen as 64-bit",
  REQUEST(.raw = FIRST, LOW(0x84001000, DECLARED, WIDE)),
  USE(HVC_DISPLACED, FIRST + 1) },
{ "3: a 64-bit site passes",
  REQUEST(.raw = FIRST, LOW(0x90000000, WIDE)), PASS(HVC_VALID) },
{ "3: declared on a device that is not exclusive",
  REQUEST(.raw = FIRST, .exclusive = false, FULL(0x84001000, DECLARED)),
  USE(HVC_DISPLACED, FIRST + 1, .proves = true) },
{ "3: nothing fits a declared call in range: it is not unlisted",
  REQUEST(.raw = FIRST, .exclusive = false, FULL(0x90000000, DECLARED)),
  REFUSE(HVC_OUTSIDE) },

/* Rule 4 */
{ "4: page 0 is never a right answer that nobody listed",
  REQUEST(.raw = 0, .exclusive = false), REFUSE(HVC_OUTSIDE) },
{ "4: page 1", REQUEST(.raw = 1, .exclusive = false), PASS(HVC_UNLISTED) },
{ "4: the last page the machine has",
  REQUEST(.raw = 0xfffff, .exclusive = false), PASS(HVC_UNLISTED) },
{ "4: the first page it has not",
  REQUEST(.raw = 0x100000, .exclusive = false), REFUSE(HVC_OUTSIDE) },
{ "4: a smaller machine",
  REQUEST(.raw = 0x20000, .exclusive = false, .phys_pages = 0x20000),
  REFUSE(HVC_OUTSIDE) },
{ "4: its last page",
  REQUEST(.raw = 0x1ffff, .exclusive = false, .phys_pages = 0x20000),
  PASS(HVC_UNLISTED) },
{ "4: a ring at the end of the machine, its VMA past the end",
  REQUEST(.raw = 0xffffe, .pages = 4, .repeat = 2, .exclusive = false),
  PASS(HVC_UNLISTED) },
{ "4: a machine with more frames than a 32-bit long counts",
  REQUEST(.raw = 0xfffffff0, .exclusive = false,
	  .phys_pages = 1ULL << 36), PASS(HVC_UNLISTED) },
{ "4: RAM of the kernel",
  REQUEST(.raw = 0x80000, .exclusive = false, .managed_ram = true),
  REFUSE(HVC_OUTSIDE) },
{ "4: an exclusive device",
  REQUEST(.raw = 0x20051), REFUSE(HVC_OUTSIDE) },
{ "4: registers whatever lies in the padding word",
  REQUEST(.raw = 0x20051, .exclusive = false, FULL(0x84000000)),
  PASS(HVC_UNLISTED) },
{ "4: registers from a site that is proven legacy",
  REQUEST(.raw = 0x20051, .exclusive = false, FULL(0x84000000, LEGACY)),
  PASS(HVC_UNLISTED) },
{ "4: the stack is not looked at",
  REQUEST(.raw = 0x20051, .exclusive = false, .can_look = true,
	  .look_valid = true), PASS(HVC_UNLISTED) },
{ "4: page 0 is looked at",
  REQUEST(.raw = 0, .exclusive = false, .can_look = true), LOOK },
{ "4: in range is valid, not unlisted",
  REQUEST(.raw = FIRST, .exclusive = false), PASS(HVC_VALID) },
{ "4: in range that the kernel manages is valid",
  REQUEST(.raw = FIRST, .exclusive = false, .managed_ram = true),
  PASS(HVC_VALID) },
{ "4: page 0 with evidence is displaced",
  REQUEST(.raw = 0, .exclusive = false, FULL(0x84000000)),
  USE(HVC_DISPLACED, FIRST, .proves = true) },
{ "4: kernel RAM with evidence is displaced",
  REQUEST(.raw = 0x80000, .exclusive = false, .managed_ram = true,
	  FULL(0x84000000)),
  USE(HVC_DISPLACED, FIRST, .proves = true) },
{ "4: past the machine the mask repairs",
  REQUEST(.raw = 0x12384000, .exclusive = false),
  USE(HVC_HIGH_BITS, FIRST) },
{ "4: it may be a byte offset, but it may be right",
  REQUEST(.raw = 0x123000, .exclusive = false, .ranges = &two_repairs,
	  .phys_pages = 0x200000), PASS(HVC_UNLISTED) },
{ "4: the start in range, the end not",
  REQUEST(.raw = LAST, .pages = 2, .exclusive = false),
  PASS(HVC_UNLISTED) },

/* Rule 5 */
{ "5: nothing known of the frame yet: look",
  REQUEST(.raw = 0, .can_look = true), LOOK },
{ "5: look before the mask repairs",
  REQUEST(.raw = 0xfff84000, .can_look = true), LOOK },
{ "5: no second look", REQUEST(.raw = 0, NO_BLOCK), REFUSE(HVC_OUTSIDE) },
{ "5: reading is pointless: decided without",
  REQUEST(.raw = 0, .can_look = true, .look_valid = true,
	  .frame = { .looked = true }), REFUSE(HVC_OUTSIDE) },
{ "5: first page of the zone in the padding word",
  REQUEST(.raw = 0, FULL(0x84000000)),
  USE(HVC_DISPLACED, FIRST, .proves = true) },
{ "5: last page of the zone in the padding word",
  REQUEST(.raw = 0, FULL(0x8ffff000)),
  USE(HVC_DISPLACED, LAST, .proves = true) },
{ "5: the page behind the zone",
  REQUEST(.raw = 0, FULL(0x90000000)), REFUSE(HVC_OUTSIDE) },
{ "5: the page before the zone",
  REQUEST(.raw = 0, FULL(0x83fff000)), REFUSE(HVC_OUTSIDE) },
{ "5: a byte behind a page", REQUEST(.raw = 0, FULL(0x84000001)),
  REFUSE(HVC_OUTSIDE) },
{ "5: half a page", REQUEST(.raw = 0, FULL(0x84000800)),
  REFUSE(HVC_OUTSIDE) },
{ "5: the last word of a page", REQUEST(.raw = 0, FULL(0x84000ffc)),
  REFUSE(HVC_OUTSIDE) },
{ "5: one page too long for the end of the zone",
  REQUEST(.raw = 0, .pages = 2, FULL(0x8ffff000)), REFUSE(HVC_OUTSIDE) },
{ "5: a ring at the end of the zone",
  REQUEST(.raw = 0, .pages = 2, .repeat = 2, FULL(0x8ffff000)),
  USE(HVC_DISPLACED, LAST, .proves = true) },
{ "5: a block without its high word repairs and proves nothing",
  REQUEST(.raw = 0, LOW(0x84000000)), USE(HVC_DISPLACED, FIRST) },
{ "5: a block without a matching return address is none",
  REQUEST(.raw = 0, .can_look = true,
	  .frame = { .looked = true, .full = true, .x = 0x84000000 }),
  REFUSE(HVC_OUTSIDE) },
{ "5: a proven site",
  REQUEST(.raw = 0, FULL(0x84000000, LEGACY)),
  USE(HVC_DISPLACED, FIRST, .proves = true) },
{ "5: a 64-bit site: its padding word counts for nothing",
  REQUEST(.raw = 0, FULL(0x84000000, WIDE)), REFUSE(HVC_OUTSIDE) },
{ "5: a 64-bit site: the mask still repairs",
  REQUEST(.raw = 0xfff84000, FULL(0x84001000, WIDE)),
  USE(HVC_SIGN_EXTENDED, FIRST) },
{ "5: declared beats a 64-bit site, which is never proven again",
  REQUEST(.raw = 0, FULL(0x84000000, WIDE, DECLARED)),
  USE(HVC_DISPLACED, FIRST) },
{ "5: declared", REQUEST(.raw = 0, LOW(0x84000000, DECLARED)),
  USE(HVC_DISPLACED, FIRST) },
{ "5: a site is not seen as 64-bit while raw is out of range",
  REQUEST(.raw = 0, FULL(0x90000000)), REFUSE(HVC_OUTSIDE) },
{ "5: a small high word",
  REQUEST(.raw = 0x6400000, FULL(0x84000000)),
  USE(HVC_DISPLACED, FIRST, .proves = true) },
{ "5: comes before the mask",
  REQUEST(.raw = 0x12384000, FULL(0x84001000)),
  USE(HVC_DISPLACED, FIRST + 1, .proves = true) },
{ "5: comes before units",
  REQUEST(.raw = 0x84000000, FULL(0x84001000)),
  USE(HVC_DISPLACED, FIRST + 1, .proves = true) },
{ "5: comes before ambiguous",
  REQUEST(.raw = 0x84084000, FULL(0x84001000)),
  USE(HVC_DISPLACED, FIRST + 1, .proves = true) },
{ "5: the last page of 4 GiB",
  REQUEST(.raw = 0, .ranges = &top, FULL(0xfffff000)),
  USE(HVC_DISPLACED, 0xfffff, .proves = true) },
{ "5: past the last page of 4 GiB",
  REQUEST(.raw = 0, .pages = 2, .ranges = &top, FULL(0xfffff000)),
  REFUSE(HVC_OUTSIDE) },
{ "5: page 0 in the padding word where page 0 is known",
  REQUEST(.raw = 1, .ranges = &with_zero, FULL(0)),
  USE(HVC_DISPLACED, 0, .proves = true) },
{ "5: 16 KiB pages", REQUEST(.raw = 0, PAGES_16K, FULL(0x84000000)),
  USE(HVC_DISPLACED, 0x21000, .proves = true) },
{ "5: 16 KiB pages, the last one",
  REQUEST(.raw = 0, PAGES_16K, FULL(0x8fffc000)),
  USE(HVC_DISPLACED, 0x23fff, .proves = true) },
{ "5: 16 KiB pages, 4 KiB in",
  REQUEST(.raw = 0, PAGES_16K, FULL(0x84001000)), REFUSE(HVC_OUTSIDE) },
{ "5: 64 KiB pages", REQUEST(.raw = 0, PAGES_64K, FULL(0x84010000)),
  USE(HVC_DISPLACED, 0x8401, .proves = true) },
{ "5: 64 KiB pages, 32 KiB in",
  REQUEST(.raw = 0, PAGES_64K, FULL(0x84008000)), REFUSE(HVC_OUTSIDE) },

/* Rule 6 */
{ "6: one bit above the mask",
  REQUEST(.raw = 0x184000), USE(HVC_HIGH_BITS, FIRST) },
{ "6: the top bit", REQUEST(.raw = 0x80084000), USE(HVC_HIGH_BITS, FIRST) },
{ "6: random bits, the last page",
  REQUEST(.raw = 0x1238ffff), USE(HVC_HIGH_BITS, LAST) },
{ "6: all bits above the mask",
  REQUEST(.raw = 0xfff84000), USE(HVC_SIGN_EXTENDED, FIRST) },
{ "6: all but the lowest of them",
  REQUEST(.raw = 0xffe84000), USE(HVC_HIGH_BITS, FIRST) },
{ "6: all but the highest of them",
  REQUEST(.raw = 0x7ff84000), USE(HVC_HIGH_BITS, FIRST) },
{ "6: behind the zone after the mask",
  REQUEST(.raw = 0xfff90000), REFUSE(HVC_OUTSIDE) },
{ "6: past the end of the zone after the mask",
  REQUEST(.raw = 0xfff8ffff, .pages = 2), REFUSE(HVC_OUTSIDE) },
{ "6: a ring at the end of the zone after the mask",
  REQUEST(.raw = 0xfff8ffff, .pages = 2, .repeat = 2),
  USE(HVC_SIGN_EXTENDED, LAST) },
{ "6: no mask, no repair",
  REQUEST(.raw = 0xfff84001, .mask = 0), REFUSE(HVC_OUTSIDE) },
{ "6: no mask is not a mask to page 0",
  REQUEST(.raw = 0xfff84001, .mask = 0, .ranges = &with_zero),
  REFUSE(HVC_OUTSIDE) },
{ "6: to page 0 where page 0 is known",
  REQUEST(.raw = 0x12300000, .ranges = &with_zero, .units = false),
  USE(HVC_HIGH_BITS, 0) },
{ "6: a wider mask keeps what a narrow one cuts",
  REQUEST(.raw = 0x184000, .mask = 0xffffff), REFUSE(HVC_OUTSIDE) },
{ "6: a wider mask, ones above it",
  REQUEST(.raw = 0xff084000, .mask = 0xffffff),
  USE(HVC_SIGN_EXTENDED, FIRST) },
{ "6: the greatest offset decides what all ones are",
  REQUEST(.raw = 0x3ff84000, .pgoff_max = 0x3fffffff),
  USE(HVC_SIGN_EXTENDED, FIRST) },
{ "6: 16 KiB pages", REQUEST(.raw = 0x3ffe1000, PAGES_16K),
  USE(HVC_SIGN_EXTENDED, 0x21000) },
{ "6: looked at, no block",
  REQUEST(.raw = 0x12384000, NO_BLOCK), USE(HVC_HIGH_BITS, FIRST) },
{ "6: the block is off a page, the mask still repairs",
  REQUEST(.raw = 0x12384000, FULL(0x84000010)),
  USE(HVC_HIGH_BITS, FIRST) },

/* Rule 7 */
{ "7: first byte of the zone",
  REQUEST(.raw = 0x84000000), USE(HVC_BYTE_OFFSET, FIRST) },
{ "7: last page of the zone",
  REQUEST(.raw = 0x8ffff000), USE(HVC_BYTE_OFFSET, LAST) },
{ "7: behind the zone", REQUEST(.raw = 0x90000000), REFUSE(HVC_OUTSIDE) },
{ "7: before the zone", REQUEST(.raw = 0x83fff000), REFUSE(HVC_OUTSIDE) },
{ "7: off a page by one",
  REQUEST(.raw = 0x84000001), REFUSE(HVC_OUTSIDE) },
{ "7: off a page by half",
  REQUEST(.raw = 0x84000800), REFUSE(HVC_OUTSIDE) },
{ "7: two pages on the last one",
  REQUEST(.raw = 0x8ffff000, .pages = 2), REFUSE(HVC_OUTSIDE) },
{ "7: a ring on the last page",
  REQUEST(.raw = 0x8ffff000, .pages = 2, .repeat = 2),
  USE(HVC_BYTE_OFFSET, LAST) },
{ "7: an ABI whose mmap takes bytes",
  REQUEST(.raw = 0x84000000, .units = false), REFUSE(HVC_OUTSIDE) },
{ "7: page 0 as 0 bytes is no repair",
  REQUEST(.raw = 0, .ranges = &with_zero, LOW(0x90000000, LEGACY)),
  REFUSE(HVC_OUTSIDE) },
{ "7: the last byte address mmap2 can be given",
  REQUEST(.raw = 0xfffff000, .ranges = &top),
  USE(HVC_BYTE_OFFSET, 0xfffff) },
{ "7: 16 KiB pages: mmap2 counts 4 KiB",
  REQUEST(.raw = 0x84000000UL >> 2, PAGES_16K),
  USE(HVC_BYTE_OFFSET, 0x21000) },
{ "7: 16 KiB pages, the second one",
  REQUEST(.raw = 0x84004000UL >> 2, PAGES_16K),
  USE(HVC_BYTE_OFFSET, 0x21001) },
{ "7: 16 KiB pages, 4 KiB in",
  REQUEST(.raw = 0x84001000UL >> 2, PAGES_16K), REFUSE(HVC_OUTSIDE) },
{ "7: 64 KiB pages",
  REQUEST(.raw = 0x84010000UL >> 4, PAGES_64K),
  USE(HVC_BYTE_OFFSET, 0x8401) },
{ "7: 64 KiB pages, 32 KiB in",
  REQUEST(.raw = 0x84008000UL >> 4, PAGES_64K), REFUSE(HVC_OUTSIDE) },

/* Rule 8 */
{ "8: mask and units give two pages",
  REQUEST(.raw = 0x84084000), REFUSE(HVC_AMBIGUOUS) },
{ "8: repair passes it on",
  REQUEST(.raw = 0x84084000, .mode = HVC_MODE_REPAIR),
  PASS(HVC_AMBIGUOUS, .would = HVC_REFUSE) },
{ "8: not ambiguous without units",
  REQUEST(.raw = 0x84084000, .units = false), USE(HVC_HIGH_BITS, FIRST) },
{ "8: not ambiguous without a mask",
  REQUEST(.raw = 0x84084000, .mask = 0), USE(HVC_BYTE_OFFSET, 0x84084) },
{ "8: not ambiguous where one is too long",
  REQUEST(.raw = 0x123000, .ranges = &two_repairs, .pages = 2),
  USE(HVC_BYTE_OFFSET, 0x123) },
{ "8: two pages far apart",
  REQUEST(.raw = 0x123000, .ranges = &two_repairs),
  REFUSE(HVC_AMBIGUOUS) },
{ "8: all ones is ambiguous too",
  REQUEST(.raw = 0xffff0000, .mask = 0xfffff, .pages = 1,
	  .ranges = &(const struct spans) {
		.count = 2, .s = { { 0xf0000, 0xf0000 }, { 0xffff0, 0xffff0 } }
	  }), REFUSE(HVC_AMBIGUOUS) },
{ "8: nothing fits", REQUEST(.raw = 0x100), REFUSE(HVC_OUTSIDE) },
{ "8: page 0", REQUEST(.raw = 0), REFUSE(HVC_OUTSIDE) },
{ "8: the greatest offset",
  REQUEST(.raw = 0xffffffff), REFUSE(HVC_OUTSIDE) },
{ "8: the greatest offset and two pages",
  REQUEST(.raw = 0xffffffff, .pages = 2), REFUSE(HVC_OUTSIDE) },

/* Native tasks of a 64-bit kernel */
{ "native: in range", REQUEST(.raw = FIRST, .mask = 0, .units = false),
  PASS(HVC_VALID) },
{ "native: high bits are no garbage",
  REQUEST(.raw = 0xfff84000, .mask = 0, .units = false),
  REFUSE(HVC_OUTSIDE) },
{ "native: nor are bytes",
  REQUEST(.raw = 0x84000000, .mask = 0, .units = false),
  REFUSE(HVC_OUTSIDE) },
{ "native: an odd count",
  REQUEST(.raw = FIRST, .mask = 0, .units = false, .pages = 3, .repeat = 2),
  REFUSE(HVC_ODD) },
};

static bool asked;

static bool note_asked(const void *ranges, unsigned long first,
		       unsigned long pages)
{
	(void)ranges;
	(void)first;
	(void)pages;
	asked = true;
	return true;
}

static unsigned int rules_plan(void)
{
	return ARRAY_SIZE(rows) + 1;
}

static void rules_run(void)
{
	struct hvc_request off = REQUEST(.raw = FIRST, .mode = HVC_MODE_OFF,
					 .known = note_asked);
	struct hvc_verdict v, by_oracle;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct hvc_verdict want = rows[i].want;
		bool pass = true;

		if (want.action == HVC_PASS)
			want.pgoff = rows[i].rq.raw;
		hvc_decide(&rows[i].rq, &v);
		if (!oracle_agrees(&want, &v)) {
			tap_note("wanted action %d shape %d pgoff %#lx would %d"
				 " contested %d proves %d wide %d",
				 want.action, want.shape, want.pgoff,
				 want.would, want.contested, want.proves,
				 want.wide);
			tap_note("   got action %d shape %d pgoff %#lx would %d"
				 " contested %d proves %d wide %d",
				 v.action, v.shape, v.pgoff, v.would,
				 v.contested, v.proves, v.wide);
			pass = false;
		}
		/* The oracle is judged by the same rows. */
		oracle_judge(&rows[i].rq, &by_oracle);
		TAP_EXPECT(pass, oracle_agrees(&want, &by_oracle));
		tap_result(pass, "rule %s", rows[i].what);
	}

	hvc_decide(&off, &v);
	tap_result(!asked && v.shape == HVC_OFF,
		   "rule 1: off does not even ask for the ranges");
}

const struct tap_group rules_group = { "rules", rules_plan, rules_run };

/* --- every shape in every mode ------------------------------------------- */

/** struct scene - a request, what it is, and from which mode what is done */
struct scene {
	const char *name;
	struct hvc_request rq;
	enum hvc_shape shape;
	enum hvc_action best;
	enum hvc_mode from;
	unsigned long pgoff;
};

static const struct scene scenes[] = {
{ "odd count", REQUEST(.raw = FIRST, .pages = 3, .repeat = 2),
  HVC_ODD, HVC_REFUSE, HVC_MODE_REPAIR, 0 },
{ "valid", REQUEST(.raw = FIRST), HVC_VALID, HVC_PASS, HVC_MODE_OFF, 0 },
{ "unlisted", REQUEST(.raw = 0x20051, .exclusive = false),
  HVC_UNLISTED, HVC_PASS, HVC_MODE_OFF, 0 },
{ "displaced", REQUEST(.raw = 0, FULL(0x84002000)),
  HVC_DISPLACED, HVC_USE, HVC_MODE_REPAIR, FIRST + 2 },
{ "displaced without high word", REQUEST(.raw = 0, LOW(0x84002000)),
  HVC_DISPLACED, HVC_USE, HVC_MODE_REPAIR, FIRST + 2 },
{ "stale word at a legacy site",
  REQUEST(.raw = LAST, FULL(0x84002000, LEGACY)),
  HVC_DISPLACED, HVC_USE, HVC_MODE_REPAIR, FIRST + 2 },
{ "high bits", REQUEST(.raw = 0x12384003),
  HVC_HIGH_BITS, HVC_USE, HVC_MODE_REPAIR, FIRST + 3 },
{ "sign-extended", REQUEST(.raw = 0xfff84003),
  HVC_SIGN_EXTENDED, HVC_USE, HVC_MODE_REPAIR, FIRST + 3 },
{ "byte offset", REQUEST(.raw = 0x84003000),
  HVC_BYTE_OFFSET, HVC_USE, HVC_MODE_REPAIR, FIRST + 3 },
{ "ambiguous", REQUEST(.raw = 0x84084000),
  HVC_AMBIGUOUS, HVC_REFUSE, HVC_MODE_GUARD, 0 },
{ "outside", REQUEST(.raw = 0x100),
  HVC_OUTSIDE, HVC_REFUSE, HVC_MODE_GUARD, 0 },
{ "outside, not exclusive", REQUEST(.raw = 0, .exclusive = false),
  HVC_OUTSIDE, HVC_REFUSE, HVC_MODE_GUARD, 0 },
{ "outside, declared", REQUEST(.raw = FIRST, FULL(0x90000000, DECLARED)),
  HVC_OUTSIDE, HVC_REFUSE, HVC_MODE_GUARD, 0 },
};

static const char *const mode_name[HVC_MODES] = {
	"off", "observe", "repair", "guard"
};

static unsigned int modes_plan(void)
{
	return ARRAY_SIZE(scenes) * (HVC_MODES + 1) + 1;
}

static bool scene_holds(const struct scene *s, enum hvc_mode mode, bool known)
{
	bool off = mode == HVC_MODE_OFF, done = mode >= s->from && known;
	struct hvc_request rq = s->rq;
	struct hvc_verdict v;
	bool pass = true;

	rq.mode = mode;
	rq.anything_known = known;
	hvc_decide(&rq, &v);
	TAP_EXPECT(pass, v.shape == (off ? HVC_OFF : s->shape));
	TAP_EXPECT(pass, v.action == (off || !done ? HVC_PASS : s->best));
	TAP_EXPECT(pass, v.would == (off || done ? HVC_PASS : s->best));
	TAP_EXPECT(pass, v.action != HVC_PASS || v.pgoff == rq.raw);
	TAP_EXPECT(pass, v.action != HVC_USE || v.pgoff == s->pgoff);
	TAP_EXPECT(pass, v.would != HVC_USE || v.would_pgoff == s->pgoff);
	/* What is learned of the site does not depend on what is allowed. */
	TAP_EXPECT(pass, v.proves == (!off && s->shape == HVC_DISPLACED &&
				      rq.frame.full));
	TAP_EXPECT(pass, !v.contested && !v.wide);
	return pass;
}

static void modes_run(void)
{
	bool shape_met[HVC_SHAPES] = { [HVC_OFF] = true };
	enum hvc_mode mode;
	unsigned int i;
	bool pass;

	for (i = 0; i < ARRAY_SIZE(scenes); i++) {
		const struct scene *s = &scenes[i];

		shape_met[s->shape] = true;
		for (mode = HVC_MODE_OFF; mode < HVC_MODES; mode++)
			tap_result(scene_holds(s, mode, true),
				   "mode %s: %s", mode_name[mode], s->name);
		pass = true;
		for (mode = HVC_MODE_OFF; mode < HVC_MODES; mode++)
			pass = scene_holds(s, mode, false) && pass;
		tap_result(pass, "no range known: %s is only observed",
			   s->name);
	}
	pass = true;
	for (i = 0; i < HVC_SHAPES; i++)
		TAP_EXPECT(pass, shape_met[i]);
	tap_result(pass, "modes: every shape has a scene");
}

const struct tap_group modes_group = { "modes", modes_plan, modes_run };
