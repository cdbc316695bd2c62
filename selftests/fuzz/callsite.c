// SPDX-License-Identifier: GPL-2.0
/*
 * callsite.c - the shim's look at the instructions before a return address.
 *
 * The input is an object's text, GOT and return address. Whatever stands there,
 * nothing outside of the object is read (it lies between pages that cannot be),
 * nothing unaligned (the sanitizer sees to that), and "called directly" is
 * never said of a return address that follows no direct call.
 *
 * The addresses are below 4 GiB, as the decoded words are.
 */
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

#include "input.h"
#include "shim.h"

#define BASE 0x20000000UL
#define PAGE 0x1000UL
#define WORDS (PAGE / 4)		/* the text; data in the page behind */

static uint32_t *text;

static uint32_t take_word(unsigned int at)
{
	static const uint32_t templates[] = {
#ifdef FUZZ_mips
		0x0c000000, 0x04110000, 0x0320f809, 0x03200008, 0x8f990000,
		0x10000000, 0x3c0f2000, 0x8df90000, 0x8f9f8010, 0x27bd0000,
		0xeb40ea00, 0xb200ef40, 0x9a20f400, 0x65000000,
#else
		0xeb000000, 0xfa000000, 0xe28fc000, 0xe28cc000, 0xe5bcf000,
		0xe59cf000, 0xe59fc000, 0xe08cc00f, 0xe08fc00c, 0xe08cf00f,
		0xe12fff1c, 0xe51ff004, 0xea000000, 0xf800f000, 0xe800f000,
		0x46c04778, 0xb800f000, 0xf000f8df,
#endif
	};
	unsigned int n = sizeof(templates) / sizeof(*templates);
	unsigned int op = input_take(1);

	if (op >= 0xf0)
		return input_take(4);
	/* Near: behind or before. Far: the data, or out of the object. */
	return templates[op % n] + (op < 0x80 ? input_take(1) :
				    op < 0xc0 ? at + input_take(2) :
				    input_take(3));
}

/* Can the instruction that ends at this address be a direct call at all? */
static bool is_call(uintptr_t ra)
{
	uintptr_t at = ra & ~1UL;
	uint32_t insn;

#ifdef FUZZ_mips
	(void)insn;
	return at - BASE >= 8 && at - BASE <= PAGE + 8;
#else
	if (at - BASE < 4 || at - BASE > PAGE)
		return false;
	memcpy(&insn, (void *)(at - 4), 4);
	if (ra & 1)
		return (insn & 0xf800) == 0xf000 && insn >> 30 == 3;
	return insn >> 25 == 0x7d || (insn >> 24 & 15) == 11;
#endif
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct off32_object o = { 0 };
	uintptr_t ra, entry;
	unsigned int i, kind;

	if (!text) {
		text = mmap((void *)BASE, 2 * PAGE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
			    -1, 0);
		if (text != (void *)BASE)
			abort();
	}
	memset(text, 0, 2 * PAGE);
	input_start(data, size);
	kind = input_take(1);
	o.lo = BASE;
	o.hi = BASE + PAGE;
	o.ehdr = (void *)BASE;
	o.end = BASE + 2 * PAGE;
	o.got = kind & 1 ? BASE + PAGE : BASE + 2 * PAGE - 0x7ff0 - 8;
	entry = kind & 2 ? BASE + 4 * (input_take(2) % WORDS) : 0x12345678;
	ra = BASE + (kind & 4 ? input_take(2) : 4 * input_take(1) + (kind >> 7));
	i = kind & 8 ? WORDS - 64 : 0;
	if (kind & 8)
		ra += PAGE - 256;
	for (; i < WORDS && input_left; i++)
		text[i] = take_word(i);
	for (i = WORDS; i < 2 * WORDS; i += kind & 16 ? 1 : 7)
		text[i] = entry;
	if (off32_called_directly(&o, ra, entry))
		EXPECT(is_call(ra));
	return 0;
}
