// SPDX-License-Identifier: MIT
/*
 * callsite.c - MIPS o32: does the call before this return address lead here?
 *
 * Position-independent code loads $t9 from its GOT (lw $t9, x($gp)) and jumps
 * there by jalr, or by bal where the linker knew better; other code uses jal,
 * to the function or to a PLT entry (lui $t7; lw $t9, x($t7)). MIPS16 code
 * loads any of its registers from the GOT and jumps there by jalr or jalrc;
 * bit 0 of the return address marks it. A load in any other way counts as not
 * direct.
 */
#include "../../shim.h"

#define LOOK_BACK 48		/* instructions from a jalr to its load */
#define LOOK_AROUND 1024	/* and to branches that share it */
#define GP_OFFSET 0x7ff0	/* $gp - DT_PLTGOT, fixed by the ABI */

static uint32_t word(uintptr_t at)
{
	return *(const uint32_t *)at;
}

static uint32_t half(uintptr_t at)
{
	return *(const uint16_t *)at;
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

static int got_holds(const struct off32_object *o, uint32_t lw,
		     uintptr_t entry)
{
	return (lw >> 21 & 31) == 28 &&
		slot_holds(o, o->got + GP_OFFSET + (int16_t)lw, entry);
}

/*
 * Compilers merge the ends of two calls: one jalr, to which the other path
 * branches with its load in the delay slot. Such a branch to (@from, @call].
 */
static int by_branch(const struct off32_object *o, uintptr_t from,
		     uintptr_t call, uintptr_t entry)
{
	uintptr_t at = call - 4 * LOOK_AROUND, target;
	uint32_t insn, i;

	for (i = 0; i < 2 * LOOK_AROUND; i++, at += 4) {
		if (!off32_inside(o, at, 8))
			continue;
		insn = word(at);
		if ((insn >> 26 < 4 || insn >> 26 > 7) && insn >> 26 != 1)
			continue;
		target = at + 4 + (int16_t)insn * 4;
		if (target > from && target <= call &&
		    word(at + 4) >> 16 == 0x8f99 &&
		    got_holds(o, word(at + 4), entry))
			return 1;
	}
	return 0;
}

/*
 * Does the jalr at @call jump to what this object's GOT says of @entry? Looked
 * for backwards from it, with the moves that unoptimised code makes. Another
 * call in between, or any other write to the register, ends that.
 */
static int by_got(const struct off32_object *o, uintptr_t call, uintptr_t entry)
{
	uintptr_t at;
	uint32_t insn, reg = 25;

	for (at = call - 4; call - at <= 4 * LOOK_BACK; at -= 4) {
		uint32_t op, rs, rt, rd, function;

		if (!off32_inside(o, at, 4))
			break;
		insn = word(at);
		op = insn >> 26;
		rs = insn >> 21 & 31;
		rt = insn >> 16 & 31;
		rd = insn >> 11 & 31;
		function = insn & 63;
		if (!op) {
			if (function == 8 || function == 9)	/* jr, jalr */
				break;
			if (rd != reg)
				continue;
			if ((function != 0x21 && function != 0x25) || rt)
				break;
			reg = rs;				/* move */
		} else if (op == 0x23 && rt == reg) {		/* lw */
			if (got_holds(o, insn, entry))
				return 1;
			break;
		} else if (op >= 8 && op < 0x28 && rt == reg) {
			break;
		}
	}
	return by_branch(o, at, call, entry);
}

/*
 * The same for MIPS16, whose $gp is in whatever register was free: the slot is
 * what is compared. The last load into the register of the call decides, but
 * only one with an offset that takes an extended instruction can be of the GOT.
 */
static int by_got16(const struct off32_object *o, uintptr_t call,
		    uintptr_t entry)
{
	uint32_t insn, extend, reg = half(call) >> 8 & 7, i;
	uintptr_t at = call;
	int16_t offset;

	for (i = 0; i < 2 * LOOK_BACK; i++) {
		at -= 2;
		if (!off32_inside(o, at - 2, 4))
			return 0;
		insn = half(at);
		extend = half(at - 2);
		if ((insn & 0xf81f) == 0xe800)		/* jr, jalr, jrc ... */
			return 0;
		if (insn >> 11 == 0x12 && (insn >> 8 & 7) == reg)
			return 0;			/* lw reg, x($sp) */
		if (insn >> 8 == 0x67 && (insn >> 5 & 7) == reg)
			return 0;			/* move reg, r32 */
		if (insn >> 11 != 0x13 || (insn >> 5 & 7) != reg)
			continue;			/* lw reg, x(any) */
		if (extend >> 11 != 0x1e)
			return 0;
		offset = (extend & 0x1f) << 11 | (extend & 0x7e0) |
			(insn & 0x1f);
		return slot_holds(o, o->got + GP_OFFSET + offset, entry);
	}
	return 0;
}

static int called_directly16(const struct off32_object *o, uintptr_t ra,
			     uintptr_t entry)
{
	if (!off32_inside(o, ra - 4, 4))
		return 0;
	if ((half(ra - 2) & 0xf8ff) == 0xe8c0)		/* jalrc */
		return by_got16(o, ra - 2, entry);
	if ((half(ra - 4) & 0xf8ff) == 0xe840)		/* jalr and its delay */
		return by_got16(o, ra - 4, entry);
	return 0;
}

int off32_called_directly(const struct off32_object *o, uintptr_t ra,
			  uintptr_t entry)
{
	uintptr_t call = ra - 8;
	uint32_t insn;

	if (ra & 1)
		return called_directly16(o, ra - 1, entry);
	if (ra & 3 || !off32_inside(o, call, 8))
		return 0;
	insn = word(call);
	if (insn >> 26 == 3)					/* jal */
		return by_plt(o, ((call + 4) & 0xf0000000) |
			      (insn & 0x3ffffff) << 2, entry);
	if (insn >> 16 == 0x0411)				/* bal */
		return by_plt(o, call + 4 + (int16_t)insn * 4, entry);
	if ((insn & ~0x400u) == 0x0320f809)		/* jalr[.hb] $t9 */
		return by_got(o, call, entry);
	return 0;
}
