// SPDX-License-Identifier: MIT
/*
 * callsite.c - i386: does the call before this return address lead here?
 *
 * call rel32 to the entry itself or to a PLT entry: jmp *slot, or
 * jmp *slot(%ebx) with DT_PLTGOT in %ebx, after endbr32 where the linker makes
 * such PLTs. Calls of -fno-plt go through any register: not direct.
 */
#include "../../shim.h"

#define ENDBR32 0xfb1e0ff3u

/* x86 reads unaligned words. */
static uint32_t word(uintptr_t at)
{
	uint32_t w;

	__builtin_memcpy(&w, (const void *)at, sizeof(w));
	return w;
}

static uint32_t half(uintptr_t at)
{
	return word(at) & 0xffff;
}

static int slot_holds(const struct off32_object *o, uintptr_t slot,
		      uintptr_t entry)
{
	return slot >= (uintptr_t)o->ehdr && slot < o->end &&
		word(slot) == entry;
}

int off32_called_directly(const struct off32_object *o, uintptr_t ra,
			  uintptr_t entry)
{
	uintptr_t pc;

	if (!off32_inside(o, ra - 5, 5) || *(const uint8_t *)(ra - 5) != 0xe8)
		return 0;
	pc = ra + word(ra - 4);
	if (pc == entry)
		return 1;
	if (off32_inside(o, pc, 10) && word(pc) == ENDBR32)
		pc += 4;
	if (!off32_inside(o, pc, 6))
		return 0;
	if (half(pc) == 0xa3ff)
		return slot_holds(o, o->got + word(pc + 2), entry);
	if (half(pc) == 0x25ff)
		return slot_holds(o, word(pc + 2), entry);
	return 0;
}
