// SPDX-License-Identifier: MIT
/*
 * callsite.c - MIPS o32: does the call before this return address lead here?
 *
 * Position-independent code loads $t9 from its GOT (lw $t9, x($gp)) and jumps
 * there by jalr, or by bal where the linker knew better; other code uses jal,
 * to the function or to a PLT entry (lui $t7; lw $t9, x($t7)). A load of $t9
 * in any other way, and MIPS16, count as not direct.
 */
#include "../../shim.h"

#define LOOK_BACK 48		/* instructions from a jalr to its load */
#define GP_OFFSET 0x7ff0	/* $gp - DT_PLTGOT, fixed by the ABI */

static uint32_t word(uintptr_t at)
{
	return *(const uint32_t *)at;
}

static int slot_holds(const struct off32_object *o, uintptr_t slot,
		      uintptr_t entry)
{
	return !(slot & 3) && slot >= (uintptr_t)o->ehdr && slot < o->end &&
		word(slot) == entry;
}

static int by_plt(const struct off32_object *o, uintptr_t pc, uintptr_t entry)
{
	if (pc == entry)
		return 1;
	return off32_inside(o, pc, 8) &&
		word(pc) >> 16 == 0x3c0f &&
		word(pc + 4) >> 16 == 0x8df9 &&
		slot_holds(o, (word(pc) << 16) + (int16_t)word(pc + 4), entry);
}

int off32_called_directly(const struct off32_object *o, uintptr_t ra,
			  uintptr_t entry)
{
	uintptr_t call = ra - 8, at;
	uint32_t insn;
	int i;

	if (ra & 3 || !off32_inside(o, call, 8))
		return 0;
	insn = word(call);
	if (insn >> 26 == 3)					/* jal */
		return by_plt(o, ((call + 4) & 0xf0000000) |
			      (insn & 0x3ffffff) << 2, entry);
	if (insn >> 16 == 0x0411)				/* bal */
		return by_plt(o, call + 4 + (int16_t)insn * 4, entry);
	if ((insn & ~0x400u) != 0x0320f809)		/* jalr[.hb] $t9 */
		return 0;
	for (i = 1; i <= LOOK_BACK; i++) {
		at = call - 4 * i;
		if (!off32_inside(o, at, 4))
			return 0;
		insn = word(at);
		if (insn >> 16 == 0x8f99)		/* lw $t9, x($gp) */
			return slot_holds(o, o->got + GP_OFFSET +
					  (int16_t)insn, entry);
		if ((insn & 0x001f0000) == 0x00190000 &&
		    (insn >> 26 == 0x23 || insn >> 26 == 0x0f ||
		     insn >> 26 == 0x09))		/* $t9 by lw, lui, addiu */
			return 0;
		if (!(insn >> 26) && ((insn >> 11 & 31) == 25 ||
				      (insn & 63) == 8 || (insn & 63) == 9))
			return 0;	/* $t9 by addu or move; jr, jalr */
	}
	return 0;
}
