// SPDX-License-Identifier: MIT
/* arm.c - insn.h for ARM (A32) instructions. */
#include "insn.h"

#define SP 13
#define LR 14
#define PC 15

/* VFP loads and stores, and moves between the register files. */
void insn_arm_coprocessor(uint32_t w, struct insn *i)
{
	unsigned int rn = BITS(w, 19, 16), rt = BITS(w, 15, 12);
	unsigned int words = BITS(w, 7, 0);
	bool vfp = BITS(w, 11, 9) == 5, load = BITS(w, 20, 20);
	bool p = BITS(w, 24, 24), u = BITS(w, 23, 23), back = BITS(w, 21, 21);

	if (BITS(w, 27, 24) == 15) {		/* svc */
		i->reads = 0xff;
		i->writes = REG(0);
		return;
	}
	if (BITS(w, 27, 21) == 0x62) {		/* two core registers */
		if (load)
			i->writes = REG(rt) | REG(rn);
		else
			i->reads = REG(rt) | REG(rn);
		return;
	}
	if (BITS(w, 27, 25) == 6) {
		i->reads = REG(rn);
		if (back)
			i->writes = REG(rn);
		if (!vfp || load)
			return;
		if (p && !back)		/* vstr: a displacement in words */
			insn_store(i, rn, (u ? 4 : -4) * (int32_t)words,
				   BITS(w, 8, 8) ? 2 : 1);
		else if (u && rn != SP)
			insn_store(i, rn, 0, words);
		return;
	}
	if (BITS(w, 27, 24) == 14 && BITS(w, 4, 4)) {
		if (load && rt != PC)
			i->writes = REG(rt);
		else if (!load)
			i->reads = REG(rt);
	}
}

/* vst1 of whole registers, which clang uses for pairs on the stack. */
void insn_arm_neon_store(uint32_t w, struct insn *i)
{
	unsigned int rn = BITS(w, 19, 16), rm = BITS(w, 3, 0);
	unsigned int registers = 0;

	switch (BITS(w, 11, 8)) {
	case 7: registers = 1; break;
	case 10: registers = 2; break;
	case 6: registers = 3; break;
	case 2: registers = 4; break;
	}
	i->reads = REG(rn);
	if (rm != PC) {
		i->writes = REG(rn);
		if (rm != SP)
			i->reads |= REG(rm);
	}
	if (registers)
		insn_store(i, rn, 0, 2 * registers);
}

static void data_processing(uint32_t w, struct insn *i, bool immediate)
{
	unsigned int op = BITS(w, 24, 21), rn = BITS(w, 19, 16);
	unsigned int rd = BITS(w, 15, 12), rm = BITS(w, 3, 0);
	uint32_t imm = rotate(BITS(w, 7, 0), 2 * BITS(w, 11, 8));
	bool moves = op == 13 || op == 15;

	if (!moves)
		i->reads |= REG(rn);
	if (!immediate) {
		i->reads |= REG(rm);
		if (BITS(w, 4, 4))
			i->reads |= REG(BITS(w, 11, 8));
	}
	i->compare = op >= 8 && op <= 11;
	if (i->compare)
		return;
	if (op == 2 && BITS(w, 20, 20))
		i->compare = true;		/* subs */
	i->writes |= REG(rd);
	if (rd == PC) {
		i->flow = FLOW_END;
		return;
	}
	if (op == 13 && !immediate && !BITS(w, 11, 4))
		insn_copy(i, rd, rm, 0);
	else if (immediate && op == 4)
		insn_copy(i, rd, rn, (int32_t)imm);
	else if (immediate && op == 2)
		insn_copy(i, rd, rn, (int32_t)(0 - imm));
}

static void miscellaneous(uint32_t w, struct insn *i)
{
	unsigned int rm = BITS(w, 3, 0), rd = BITS(w, 15, 12);

	switch (BITS(w, 7, 4)) {
	case 1:
		if (BITS(w, 22, 21) == 3) {	/* clz */
			i->reads = REG(rm);
			i->writes = REG(rd);
		} else {
			i->reads = REG(rm);
			i->flow = FLOW_END;	/* bx */
		}
		break;
	case 2:
		i->flow = FLOW_END;
		break;
	case 3:
		i->flow = FLOW_CALL;		/* blx register */
		break;
	case 0:
		if (BITS(w, 21, 21))
			i->reads = REG(rm);	/* msr */
		else
			i->writes = REG(rd);
		break;
	case 5:
		i->reads = REG(rm) | REG(BITS(w, 19, 16));
		i->writes = REG(rd);
		break;
	case 7:
		i->flow = FLOW_END;		/* bkpt */
		break;
	default:				/* 16-bit multiplies */
		i->reads = REG(rm) | REG(BITS(w, 11, 8)) | REG(rd);
		i->writes = REG(BITS(w, 19, 16));
	}
}

static void multiply(uint32_t w, struct insn *i)
{
	unsigned int high = BITS(w, 19, 16), low = BITS(w, 15, 12);

	i->reads = REG(BITS(w, 3, 0)) | REG(BITS(w, 11, 8));
	i->writes = REG(high);
	if (BITS(w, 24, 24)) {			/* swp, ldrex, strex */
		i->reads = REG(BITS(w, 3, 0)) | REG(high);
		i->writes = REG(low);
	} else if (BITS(w, 23, 23)) {
		i->writes |= REG(low);
		i->reads |= REG(high) | REG(low);
	} else if (BITS(w, 21, 21)) {
		i->reads |= REG(low);
	}
}

/* Halfwords, signed bytes, and ldrd and strd. */
static void extra_transfer(uint32_t w, struct insn *i)
{
	unsigned int rn = BITS(w, 19, 16), rt = BITS(w, 15, 12);
	unsigned int op = BITS(w, 6, 5);
	bool p = BITS(w, 24, 24), back = BITS(w, 21, 21) || !p;
	bool immediate = BITS(w, 22, 22), load = BITS(w, 20, 20);
	int32_t offset = BITS(w, 11, 8) << 4 | BITS(w, 3, 0);
	uint32_t data = REG(rt);

	if (!BITS(w, 23, 23))
		offset = -offset;
	i->reads = REG(rn);
	if (!immediate)
		i->reads |= REG(BITS(w, 3, 0));
	if (back)
		i->writes = REG(rn);
	if (!load && op >= 2) {
		data |= REG((rt + 1) & 15);
		load = op == 2;
		if (!load) {
			i->reads |= data;
			if (immediate && !back)
				insn_store(i, rn, offset, 2);
		}
	}
	if (load)
		i->writes |= data;
	else
		i->reads |= data;
}

static void transfer(uint32_t w, struct insn *i)
{
	unsigned int rn = BITS(w, 19, 16), rt = BITS(w, 15, 12);
	bool p = BITS(w, 24, 24), back = BITS(w, 21, 21) || !p;
	bool immediate = !BITS(w, 25, 25), load = BITS(w, 20, 20);
	bool byte = BITS(w, 22, 22);
	int32_t offset = BITS(w, 11, 0);

	if (!BITS(w, 23, 23))
		offset = -offset;
	i->reads = REG(rn);
	if (!immediate)
		i->reads |= REG(BITS(w, 3, 0));
	if (back)
		i->writes = REG(rn);
	if (!load) {
		i->reads |= REG(rt);
		if (immediate && !back && !byte)
			insn_store(i, rn, offset, 1);
		if (back && rn == SP && rt == LR)
			i->entry = true;
		return;
	}
	i->writes |= REG(rt);
	if (rt == PC)
		i->flow = FLOW_END;
	else if (immediate && !back && !byte)
		insn_load(i, rn, offset, rt);
}

static void media(uint32_t w, struct insn *i)
{
	unsigned int rd = BITS(w, 15, 12), rn = BITS(w, 19, 16);

	i->reads = REG(BITS(w, 3, 0));
	switch (BITS(w, 24, 23)) {
	case 0:
	case 1:
		i->reads |= rn == PC ? 0 : REG(rn);
		i->writes = REG(rd);
		break;
	case 2:
		i->reads |= REG(BITS(w, 11, 8)) | (rd == PC ? 0 : REG(rd));
		i->writes = REG(rn);
		break;
	default:
		if ((w & 0x01f000f0) == 0x01f000f0)
			i->flow = FLOW_END;	/* udf */
		if (!BITS(w, 22, 21)) {		/* usad8 */
			i->reads |= REG(BITS(w, 11, 8));
			i->writes = REG(rn);
			break;
		}
		i->writes = REG(rd);
		if (BITS(w, 22, 21) == 2)
			i->reads |= REG(rd);	/* bfi, bfc */
	}
}

void insn_arm_many(uint32_t w, struct insn *i)
{
	unsigned int rn = BITS(w, 19, 16), n, list = BITS(w, 15, 0);
	bool p = BITS(w, 24, 24), u = BITS(w, 23, 23), back = BITS(w, 21, 21);

	n = (unsigned int)__builtin_popcount(list);
	i->reads = REG(rn);
	if (back)
		i->writes = REG(rn);
	if (BITS(w, 20, 20)) {
		i->writes |= list;
		if (list & REG(PC))
			i->flow = FLOW_END;
		return;
	}
	i->reads |= list;
	if (rn == SP && back) {
		i->entry = list & REG(LR);
		return;
	}
	insn_store(i, rn, u ? (p ? 4 : 0) : -4 * (int32_t)(p ? n : n - 1), n);
}

static void unconditional(uint32_t w, uint64_t offset, struct insn *i)
{
	if (BITS(w, 27, 25) == 5) {		/* blx to Thumb */
		i->flow = FLOW_CALL;
		insn_target(i, offset + 8 + 2 * BITS(w, 24, 24) +
			    (int64_t)sign_extend(w << 2, 26));
	} else if ((w & 0xffb00000) == 0xf4000000) {
		insn_arm_neon_store(w, i);
	}
}

bool insn_arm(const struct image *image, const struct region *r,
	      uint64_t offset, struct insn *i)
{
	uint32_t w;
	bool always;

	if (!code_u32(image, r, offset, &w))
		return false;
	i->size = 4;
	if (w >> 28 == 15) {
		unconditional(w, offset, i);
		return true;
	}
	always = w >> 28 == 14;
	switch (BITS(w, 27, 25)) {
	case 0:
		if (BITS(w, 7, 7) && BITS(w, 4, 4)) {
			if (BITS(w, 6, 5))
				extra_transfer(w, i);
			else
				multiply(w, i);
		} else if (BITS(w, 24, 23) == 2 && !BITS(w, 20, 20)) {
			miscellaneous(w, i);
		} else {
			data_processing(w, i, false);
		}
		break;
	case 1:
		if (BITS(w, 24, 23) == 2 && !BITS(w, 20, 20)) {
			if (BITS(w, 21, 21))
				break;		/* msr, hints */
			i->writes = REG(BITS(w, 15, 12));
			if (BITS(w, 22, 22))	/* movt keeps the low half */
				i->reads = i->writes;
		} else {
			data_processing(w, i, true);
		}
		break;
	case 3:
		if (BITS(w, 4, 4)) {
			media(w, i);
			break;
		}
		/* fall through */
	case 2:
		transfer(w, i);
		if (i->load && i->base == PC)
			insn_literal(i, offset + 8 +
				     (uint64_t)(int64_t)i->offset);
		break;
	case 4:
		insn_arm_many(w, i);
		break;
	case 5:
		i->flow = BITS(w, 24, 24) ? FLOW_CALL :
			  always ? FLOW_JUMP : FLOW_BRANCH;
		insn_target(i, offset + 8 + (int64_t)sign_extend(w << 2, 26));
		break;
	default:
		insn_arm_coprocessor(w, i);
	}
	if (!always) {
		/* It may not happen: the old value can still be there. */
		i->reads |= i->writes;
		i->copy = false;
		if (i->flow == FLOW_END)
			i->flow = FLOW_NEXT;
		if (i->flow == FLOW_JUMP)
			i->flow = FLOW_BRANCH;
	}
	return true;
}
