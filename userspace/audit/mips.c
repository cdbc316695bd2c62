// SPDX-License-Identifier: MIT
/* mips.c - insn.h for MIPS32 instructions. */
#include "insn.h"

static void special(uint32_t w, struct insn *i)
{
	unsigned int rs = BITS(w, 25, 21), rt = BITS(w, 20, 16);
	unsigned int rd = BITS(w, 15, 11), function = BITS(w, 5, 0);

	i->reads = REG(rs) | REG(rt);
	switch (function) {
	case 8:
		i->flow = FLOW_END;
		i->delay = true;
		break;
	case 9:
		i->flow = FLOW_CALL;
		i->delay = true;
		break;
	case 12:				/* syscall */
		i->reads = 0xffff;
		break;
	case 13:				/* break: not past it */
		i->flow = FLOW_END;
		break;
	case 17: case 19:			/* mthi, mtlo */
	case 24: case 25: case 26: case 27:	/* mult, div */
	case 48: case 49: case 50: case 51: case 52: case 54:	/* traps */
	case 15:				/* sync */
		break;
	case 33: case 37:			/* addu, or */
		if (!rt)
			insn_copy(i, rd, rs, 0);
		else if (!rs)
			insn_copy(i, rd, rt, 0);
		/* fall through */
	default:
		i->writes = REG(rd);
	}
}

static void immediate(uint32_t w, struct insn *i)
{
	unsigned int op = w >> 26, rs = BITS(w, 25, 21), rt = BITS(w, 20, 16);

	if (op != 15)				/* lui */
		i->reads = REG(rs);
	i->writes = REG(rt);
	if (op == 8 || op == 9)
		insn_copy(i, rt, rs, sign_extend(w, 16));
}

static void transfer(uint32_t w, struct insn *i)
{
	unsigned int op = w >> 26, rs = BITS(w, 25, 21), rt = BITS(w, 20, 16);
	int32_t offset = sign_extend(w, 16);

	i->reads = REG(rs);
	switch (op) {
	case 43:				/* sw */
		i->reads |= REG(rt);
		insn_store(i, rs, offset, 1);
		break;
	case 40: case 41: case 42: case 46:
		i->reads |= REG(rt);
		break;
	case 57:				/* swc1, sdc1 */
		insn_store(i, rs, offset, 1);
		break;
	case 61:
		insn_store(i, rs, offset, 2);
		break;
	case 49: case 53: case 47: case 51:	/* FPU loads, cache, pref */
		break;
	case 56:				/* sc */
	case 34: case 38:			/* lwl, lwr */
		i->reads |= REG(rt);
		i->writes = REG(rt);
		break;
	case 35:
		insn_load(i, rs, offset, rt);
		/* fall through */
	default:
		i->writes = REG(rt);
	}
}

static void branch(struct insn *i, uint32_t w, uint64_t offset, bool always)
{
	i->flow = always ? FLOW_JUMP : FLOW_BRANCH;
	i->delay = true;
	insn_target(i, offset + 4 + (int64_t)sign_extend(w, 16) * 4);
}

bool insn_mips(const struct image *image, const struct region *r,
	       uint64_t offset, struct insn *i)
{
	unsigned int op, rs, rt;
	uint64_t here;
	uint32_t w;

	if (!code_u32(image, r, offset, &w))
		return false;
	i->size = 4;
	op = w >> 26;
	rs = BITS(w, 25, 21);
	rt = BITS(w, 20, 16);
	here = r->addr + offset + 4;
	switch (op) {
	case 0:
		special(w, i);
		break;
	case 1:
		i->reads = REG(rs);
		branch(i, w, offset, !rs && rt == 1);
		if (rt >= 16 && rt <= 19)
			i->flow = FLOW_CALL;
		break;
	case 2: case 3:
		i->flow = op == 2 ? FLOW_JUMP : FLOW_CALL;
		i->delay = true;
		insn_target(i, ((here & ~0xfffffffULL) |
				(uint64_t)BITS(w, 25, 0) << 2) - r->addr);
		break;
	case 4: case 20:
		i->reads = REG(rs) | REG(rt);
		branch(i, w, offset, rs == rt);
		break;
	case 5: case 6: case 7: case 21: case 22: case 23:
		i->reads = REG(rs) | REG(rt);
		branch(i, w, offset, false);
		break;
	case 8: case 9: case 10: case 11: case 12: case 13: case 14: case 15:
		immediate(w, i);
		break;
	case 17:
		if (rs == 8)
			branch(i, w, offset, false);
		else if (rs < 4)
			i->writes = REG(rt);
		else if (rs < 8)
			i->reads = REG(rt);
		break;
	case 28:
		i->reads = REG(rs) | REG(rt);
		i->writes = REG(BITS(w, 15, 11));
		break;
	case 31:
		i->reads = REG(rs) | REG(rt);
		if (BITS(w, 5, 0) == 32)
			i->writes = REG(BITS(w, 15, 11));
		else
			i->writes = REG(rt);
		break;
	default:
		if (op >= 32)
			transfer(w, i);
	}
	i->reads &= ~REG(0);
	i->writes &= ~REG(0);
	return true;
}
