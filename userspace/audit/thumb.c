// SPDX-License-Identifier: MIT
/* thumb.c - insn.h for Thumb-1 and Thumb-2 (T32) instructions. */
#include "insn.h"

#define SP 13
#define LR 14
#define PC 15

static void short_alu(uint32_t w, struct insn *i)
{
	unsigned int op = BITS(w, 9, 6), rd = BITS(w, 2, 0);

	i->reads = REG(BITS(w, 5, 3));
	if (op != 9 && op != 15)		/* neg and mvn only write rd */
		i->reads |= REG(rd);
	i->compare = op == 8 || op == 10 || op == 11;
	if (!i->compare)
		i->writes = REG(rd);
}

static void high_registers(uint32_t w, struct insn *i)
{
	unsigned int rd = BITS(w, 7, 7) << 3 | BITS(w, 2, 0);
	unsigned int rm = BITS(w, 6, 3);

	i->reads = REG(rm);
	switch (BITS(w, 9, 8)) {
	case 3:
		i->flow = BITS(w, 7, 7) ? FLOW_CALL : FLOW_END;
		return;
	case 1:
		i->reads |= REG(rd);
		i->compare = true;
		return;
	case 0:
		i->reads |= REG(rd);
		break;
	default:
		insn_copy(i, rd, rm, 0);
	}
	i->writes = REG(rd);
	if (rd == PC)
		i->flow = FLOW_END;
}

static void short_misc(uint32_t w, uint64_t offset, struct insn *i)
{
	uint32_t list = BITS(w, 7, 0);

	switch (BITS(w, 11, 8)) {
	case 0:					/* add, sub sp */
		i->reads = i->writes = REG(SP);
		break;
	case 1: case 3: case 9: case 11:	/* cbz, cbnz */
		i->reads = REG(BITS(w, 2, 0));
		i->compare = true;
		i->flow = FLOW_BRANCH;
		insn_target(i, offset + 4 +
			    (BITS(w, 9, 9) << 6 | BITS(w, 7, 3) << 1));
		break;
	case 2: case 10:			/* extend, reverse */
		i->reads = REG(BITS(w, 5, 3));
		i->writes = REG(BITS(w, 2, 0));
		break;
	case 4: case 5:
		i->reads = list | REG(SP);
		i->writes = REG(SP);
		i->entry = BITS(w, 8, 8);
		break;
	case 12: case 13:
		i->reads = REG(SP);
		i->writes = list | REG(SP);
		if (BITS(w, 8, 8))
			i->flow = FLOW_END;
		break;
	case 14:
		i->flow = FLOW_END;		/* bkpt */
		break;
	}
}

static void short_transfer(uint32_t w, struct insn *i, bool store,
			   uint32_t offset, bool word)
{
	unsigned int rt = BITS(w, 2, 0), rn = BITS(w, 5, 3);

	i->reads = REG(rn);
	if (store) {
		i->reads |= REG(rt);
		if (word)
			insn_store(i, rn, (int32_t)offset, 1);
	} else {
		i->writes = REG(rt);
		if (word)
			insn_load(i, rn, (int32_t)offset, rt);
	}
}

static void decode16(uint32_t w, uint64_t offset, struct insn *i)
{
	unsigned int low = BITS(w, 2, 0), mid = BITS(w, 5, 3);
	unsigned int rd = BITS(w, 10, 8), imm8 = BITS(w, 7, 0);

	switch (BITS(w, 15, 11)) {
	case 0:
		if (!BITS(w, 10, 6))
			insn_copy(i, low, mid, 0);
		/* fall through */
	case 1: case 2:
		i->reads = REG(mid);
		i->writes = REG(low);
		break;
	case 3:
		i->reads = REG(mid);
		i->writes = REG(low);
		if (!BITS(w, 10, 10))
			i->reads |= REG(BITS(w, 8, 6));
		else
			insn_copy(i, low, mid, BITS(w, 9, 9) ?
				  -(int32_t)BITS(w, 8, 6) :
				  (int32_t)BITS(w, 8, 6));
		i->compare = BITS(w, 9, 9);
		break;
	case 4:
		i->writes = REG(rd);
		break;
	case 5:
		i->reads = REG(rd);
		i->compare = true;
		break;
	case 6: case 7:
		i->reads = i->writes = REG(rd);
		insn_copy(i, rd, rd, BITS(w, 11, 11) ? -(int32_t)imm8 :
						       (int32_t)imm8);
		break;
	case 8:
		if (BITS(w, 10, 10))
			high_registers(w, i);
		else
			short_alu(w, i);
		break;
	case 9:
		i->writes = REG(rd);
		insn_literal(i, ((offset + 4) & ~3ULL) + 4 * imm8);
		break;
	case 10: case 11:
		short_transfer(w, i, BITS(w, 11, 9) < 3, 0, false);
		i->reads |= REG(BITS(w, 8, 6));
		break;
	case 12: case 13:
		short_transfer(w, i, !BITS(w, 11, 11), 4 * BITS(w, 10, 6),
			       true);
		break;
	case 14: case 15: case 16: case 17:
		short_transfer(w, i, !BITS(w, 11, 11), 0, false);
		break;
	case 18:
		i->reads = REG(SP) | REG(rd);
		insn_store(i, SP, (int32_t)(4 * imm8), 1);
		break;
	case 19:
		i->reads = REG(SP);
		i->writes = REG(rd);
		insn_load(i, SP, (int32_t)(4 * imm8), rd);
		break;
	case 20:
		i->writes = REG(rd);
		break;
	case 21:
		i->reads = REG(SP);
		i->writes = REG(rd);
		insn_copy(i, rd, SP, (int32_t)(4 * imm8));
		break;
	case 22: case 23:
		short_misc(w, offset, i);
		break;
	case 24:
		i->reads = REG(rd) | imm8;
		i->writes = REG(rd);
		insn_store(i, rd, 0, (unsigned int)__builtin_popcount(imm8));
		break;
	case 25:
		i->reads = REG(rd);
		i->writes = REG(rd) | imm8;
		break;
	case 26: case 27:
		if (rd == 6 && BITS(w, 11, 11)) {
			i->flow = FLOW_END;	/* udf */
		} else if (rd == 7 && BITS(w, 11, 11)) {
			i->reads = 0xff;	/* svc */
			i->writes = REG(0);
		} else {
			i->flow = FLOW_BRANCH;
			insn_target(i, offset + 4 +
				    (int64_t)sign_extend(imm8 << 1, 9));
		}
		break;
	case 28:
		i->flow = FLOW_JUMP;
		insn_target(i, offset + 4 +
			    (int64_t)sign_extend(BITS(w, 10, 0) << 1, 12));
		break;
	}
}

static void branch32(uint32_t w, uint64_t offset, struct insn *i)
{
	uint32_t s = BITS(w, 26, 26), j1 = BITS(w, 13, 13), j2 = BITS(w, 11, 11);
	uint32_t imm = s << 24 | (uint32_t)!(j1 ^ s) << 23 |
		       (uint32_t)!(j2 ^ s) << 22 | BITS(w, 25, 16) << 12 |
		       BITS(w, 10, 0) << 1;
	uint64_t from = offset + 4;

	if (BITS(w, 14, 14)) {
		i->flow = FLOW_CALL;
		if (!BITS(w, 12, 12)) {		/* blx: to ARM, aligned */
			from &= ~3ULL;
			imm &= ~3U;
		}
	} else if (BITS(w, 12, 12)) {
		i->flow = FLOW_JUMP;
	} else if (BITS(w, 25, 23) != 7) {
		i->flow = FLOW_BRANCH;
		imm = s << 20 | j2 << 19 | j1 << 18 | BITS(w, 21, 16) << 12 |
		      BITS(w, 10, 0) << 1;
		insn_target(i, from + (int64_t)sign_extend(imm, 21));
		return;
	} else {
		if (BITS(w, 26, 20) == 0x3e || BITS(w, 26, 20) == 0x3f)
			i->writes = REG(BITS(w, 11, 8));	/* mrs */
		return;
	}
	insn_target(i, from + (int64_t)sign_extend(imm, 25));
}

static void dual_or_exclusive(uint32_t w, struct insn *i)
{
	unsigned int rn = BITS(w, 19, 16), rt = BITS(w, 15, 12);
	unsigned int rt2 = BITS(w, 11, 8);
	bool p = BITS(w, 24, 24), back = BITS(w, 21, 21);
	int32_t offset = (int32_t)(4 * BITS(w, 7, 0));

	i->reads = REG(rn);
	if (!p && !back) {
		if ((w & 0xfff0ffe0) == 0xe8d0f000)
			i->flow = FLOW_END;	/* tbb, tbh */
		else
			i->writes = REG(rt) | REG(BITS(w, 3, 0));
		return;
	}
	if (!BITS(w, 23, 23))
		offset = -offset;
	if (back)
		i->writes = REG(rn);
	if (BITS(w, 20, 20)) {
		i->writes |= REG(rt) | REG(rt2);
		return;
	}
	i->reads |= REG(rt) | REG(rt2);
	if (p && !back)
		insn_store(i, rn, offset, 2);
}

static uint32_t expand(uint32_t w)
{
	uint32_t imm12 = BITS(w, 26, 26) << 11 | BITS(w, 14, 12) << 8 |
			 BITS(w, 7, 0);
	uint32_t imm8 = BITS(w, 7, 0);

	switch (imm12 >> 8) {
	case 0: return imm8;
	case 1: return imm8 << 16 | imm8;
	case 2: return imm8 << 24 | imm8 << 8;
	case 3: return imm8 * 0x01010101U;
	}
	return rotate(0x80 | (imm12 & 0x7f), imm12 >> 7);
}

static void alu32(uint32_t w, struct insn *i, bool immediate)
{
	unsigned int op = BITS(w, 24, 21), rn = BITS(w, 19, 16);
	unsigned int rd = BITS(w, 11, 8), rm = BITS(w, 3, 0);
	bool moves = (op == 2 || op == 3) && rn == PC;

	if (!moves)
		i->reads = REG(rn);
	if (!immediate)
		i->reads |= REG(rm);
	i->compare = BITS(w, 20, 20) && (op == 13 || rd == PC);
	if (rd == PC)
		return;
	i->writes = REG(rd);
	if (moves && op == 2 && !immediate && !BITS(w, 14, 12) &&
	    !BITS(w, 7, 4))
		insn_copy(i, rd, rm, 0);
	else if (immediate && op == 8)
		insn_copy(i, rd, rn, (int32_t)expand(w));
	else if (immediate && op == 13)
		insn_copy(i, rd, rn, (int32_t)(0 - expand(w)));
}

static void plain_immediate(uint32_t w, struct insn *i)
{
	unsigned int op = BITS(w, 24, 20), rn = BITS(w, 19, 16);
	unsigned int rd = BITS(w, 11, 8);
	int32_t imm12 = (int32_t)(BITS(w, 26, 26) << 11 |
				  BITS(w, 14, 12) << 8 | BITS(w, 7, 0));

	i->writes = REG(rd);
	switch (op) {
	case 0: case 10:
		i->reads = REG(rn);
		insn_copy(i, rd, rn, op ? -imm12 : imm12);
		break;
	case 4:					/* movw */
		break;
	case 12:				/* movt keeps the low half */
		i->reads = REG(rd);
		break;
	case 22:				/* bfi, bfc */
		i->reads = REG(rd) | (rn == PC ? 0 : REG(rn));
		break;
	default:
		i->reads = REG(rn);
	}
}

static void single32(uint32_t w, struct insn *i)
{
	unsigned int rn = BITS(w, 19, 16), rt = BITS(w, 15, 12);
	bool store = !BITS(w, 20, 20), word = BITS(w, 22, 21) == 2;
	bool back = false, known = true;
	int32_t offset = (int32_t)BITS(w, 11, 0);

	i->reads = REG(rn);
	if (rn == PC) {
		known = false;
	} else if (!BITS(w, 23, 23)) {
		offset = (int32_t)BITS(w, 7, 0);
		if (!BITS(w, 11, 11)) {
			i->reads |= REG(BITS(w, 3, 0));
			known = false;
		} else {
			if (!BITS(w, 9, 9))
				offset = -offset;
			back = BITS(w, 8, 8);
		}
	}
	if (back) {
		i->writes = REG(rn);
		known = false;
	}
	if (store) {
		i->reads |= REG(rt);
		if (known && word)
			insn_store(i, rn, offset, 1);
		if (back && rn == SP && rt == LR)
			i->entry = true;
		return;
	}
	if (rt == PC) {
		if (word)
			i->flow = FLOW_END;
		return;				/* else a prefetch */
	}
	i->writes |= REG(rt);
	if (known && word)
		insn_load(i, rn, offset, rt);
}

static void multiply32(uint32_t w, struct insn *i)
{
	unsigned int ra = BITS(w, 15, 12), rd = BITS(w, 11, 8);

	i->reads = REG(BITS(w, 19, 16)) | REG(BITS(w, 3, 0));
	i->writes = REG(rd);
	if (BITS(w, 23, 23)) {
		if (BITS(w, 21, 20) != 1 && BITS(w, 21, 20) != 3) {
			i->writes |= REG(ra);
			i->reads |= REG(ra) | REG(rd);
		}
	} else if (ra != PC) {
		i->reads |= REG(ra);
	}
}

static void decode32(uint32_t w, uint64_t offset, struct insn *i)
{
	unsigned int top = BITS(w, 28, 25);

	if (top == 4) {				/* 1110100 */
		if (BITS(w, 22, 22))
			dual_or_exclusive(w, i);
		else
			insn_arm_many(w, i);
	} else if (top == 5) {
		alu32(w, i, false);
	} else if ((w & 0xfc000000) == 0xec000000) {
		insn_arm_coprocessor(w & 0x0fffffff, i);
	} else if (w >> 27 == 0x1e) {
		if (BITS(w, 15, 15))
			branch32(w, offset, i);
		else if (BITS(w, 25, 25))
			plain_immediate(w, i);
		else
			alu32(w, i, true);
	} else if ((w & 0xff900000) == 0xf9000000) {
		if (!BITS(w, 23, 23))
			insn_arm_neon_store(w, i);
		else
			i->reads = REG(BITS(w, 19, 16));
	} else if (w >> 25 == 0x7c) {
		single32(w, i);
	} else if (w >> 24 == 0xfa) {
		if (BITS(w, 19, 16) != PC)
			i->reads = REG(BITS(w, 19, 16));
		i->reads |= REG(BITS(w, 3, 0));
		i->writes = REG(BITS(w, 11, 8));
	} else if (w >> 24 == 0xfb) {
		multiply32(w, i);
	}
}

bool insn_thumb(const struct image *image, const struct region *r,
		uint64_t offset, struct insn *i)
{
	uint16_t first, second;

	if (!code_u16(image, r, offset, &first))
		return false;
	i->size = 2;
	if (first >> 11 < 29) {
		decode16(first, offset, i);
		return true;
	}
	if (!code_u16(image, r, offset + 2, &second))
		return false;
	i->size = 4;
	if ((first & 0xff7f) == 0xf85f)
		insn_literal(i, ((offset + 4) & ~3ULL) +
			     (first & 0x80 ? 0 + (uint64_t)(second & 0xfff) :
					     0 - (uint64_t)(second & 0xfff)));
	decode32((uint32_t)first << 16 | second, offset, i);
	return true;
}
