// SPDX-License-Identifier: MIT
/*
 * callsite.c - ARM EABI: does the call before this return address lead here?
 *
 * What a linker puts between a BL and the function it means is followed one
 * instruction at a time: PLT entries of both lengths, the Thumb entry of a
 * PLT, long-branch veneers. All of them work in ip and pc alone. Whatever else
 * is found is not a direct call.
 */
#include "../../shim.h"

#define STEPS 8		/* the longest known path has five */

static uint32_t half(uintptr_t at)
{
	return *(const uint16_t *)at;
}

static uint32_t word(uintptr_t at)
{
	return *(const uint32_t *)at;
}

static uint32_t arm_immediate(uint32_t insn)
{
	unsigned int turn = insn >> 7 & 30;

	return turn ? (insn & 0xff) >> turn | (insn & 0xff) << (32 - turn) :
		insn & 0xff;
}

static uintptr_t arm_branch(uintptr_t at, uint32_t insn)
{
	return at + 8 + ((int32_t)(insn << 8) >> 6);
}

static int32_t thumb_offset(uint32_t first, uint32_t second)
{
	uint32_t sign = first >> 10 & 1;
	uint32_t i1 = ~(second >> 13 ^ sign) & 1;
	uint32_t i2 = ~(second >> 11 ^ sign) & 1;
	uint32_t off = sign << 24 | i1 << 23 | i2 << 22 |
		(first & 0x3ff) << 12 | (second & 0x7ff) << 1;

	return (int32_t)(off << 7) >> 7;
}

/* The target, bit 0 marking Thumb; 0 if this is no direct call. */
static uintptr_t call_target(const struct off32_object *o, uintptr_t ra)
{
	uintptr_t at = (ra & ~(uintptr_t)1) - 4;
	uint32_t insn, first, second;

	if (!off32_inside(o, at, 4))
		return 0;
	if (ra & 1) {
		first = half(at);
		second = half(at + 2);
		if (first >> 11 != 0x1e)
			return 0;
		if (second >> 14 == 3 && second & 0x1000)	/* BL */
			return (at + 4 + thumb_offset(first, second)) | 1;
		if (second >> 14 == 3 && !(second & 1))		/* BLX */
			return ((at + 4) & ~(uintptr_t)3) +
				thumb_offset(first, second);
		return 0;
	}
	if (at & 2)
		return 0;
	insn = word(at);
	if (insn >> 25 == 0x7d)					/* BLX */
		return (arm_branch(at, insn) + (insn >> 23 & 2)) | 1;
	if ((insn >> 24 & 0xf) == 0xb && insn >> 28 != 0xf)	/* BL */
		return arm_branch(at, insn);
	return 0;
}

/* One Thumb instruction on the way; the next pc or 0. */
static uintptr_t thumb_step(const struct off32_object *o, uintptr_t at)
{
	uint32_t first = half(at), second = half(at + 2);
	uintptr_t pc = (at + 4) & ~(uintptr_t)3;

	if (first == 0x4778)					/* bx pc */
		return pc;
	if (first >> 11 == 0x1e && (second & 0xd000) == 0x9000)	/* b.w */
		return (at + 4 + thumb_offset(first, second)) | 1;
	if (first == 0xf8df && second >> 12 == 0xf) {	/* ldr.w pc, [pc, #] */
		pc += second & 0xfff;
		return !(pc & 3) && off32_inside(o, pc, 4) ? word(pc) : 0;
	}
	return 0;
}

/* One ARM instruction on the way; the next pc or 0. */
static uintptr_t arm_step(const struct off32_object *o, uintptr_t at,
			  uintptr_t *ip)
{
	uint32_t insn = word(at);
	uintptr_t slot;

	switch (insn & 0xfffff000) {
	case 0xe28fc000:				/* add ip, pc, # */
		*ip = at + 8 + arm_immediate(insn);
		return at + 4;
	case 0xe28cc000:				/* add ip, ip, # */
		*ip += arm_immediate(insn);
		return at + 4;
	case 0xe5bcf000:				/* ldr pc, [ip, #]! */
	case 0xe59cf000:				/* ldr pc, [ip, #] */
		slot = *ip + (insn & 0xfff);
		return !(slot & 3) && slot >= (uintptr_t)o->ehdr &&
			slot < o->end ? word(slot) : 0;
	case 0xe59fc000:				/* ldr ip, [pc, #] */
		slot = at + 8 + (insn & 0xfff);
		if (slot & 3 || !off32_inside(o, slot, 4))
			return 0;
		*ip = word(slot);
		return at + 4;
	}
	switch (insn) {
	case 0xe08cc00f:				/* add ip, ip, pc */
	case 0xe08fc00c:				/* add ip, pc, ip */
		*ip += at + 8;
		return at + 4;
	case 0xe08cf00f:				/* add pc, ip, pc */
	case 0xe08ff00c:				/* add pc, pc, ip */
		return *ip + at + 8;
	case 0xe12fff1c:				/* bx ip */
		return *ip;
	case 0xe51ff004:				/* ldr pc, [pc, #-4] */
		return off32_inside(o, at + 4, 4) ? word(at + 4) : 0;
	}
	if (insn >> 24 == 0xea)				/* b */
		return arm_branch(at, insn);
	return 0;
}

int off32_called_directly(const struct off32_object *o, uintptr_t ra,
			  uintptr_t entry)
{
	uintptr_t ip = 0, pc = call_target(o, ra);
	int i;

	for (i = 0; pc && i < STEPS; i++) {
		if ((pc | 1) == (entry | 1))
			return 1;
		/* ARM instructions are whole words. */
		if ((pc & 3) == 2 || !off32_inside(o, pc & ~(uintptr_t)1, 4))
			return 0;
		pc = pc & 1 ? thumb_step(o, pc - 1) : arm_step(o, pc, &ip);
	}
	return 0;
}
