/* SPDX-License-Identifier: MIT */
/*
 * insn.h - what one instruction does to argument registers and to the stack.
 *
 * Not a disassembler: only what decides where a call's arguments are. What is
 * not known reads every register and writes none, so that it can hide evidence
 * but never make any up.
 */
#ifndef AUDIT_INSN_H
#define AUDIT_INSN_H

#include <stdbool.h>
#include <stdint.h>

#include "image.h"

enum isa {
	ISA_ARM,
	ISA_THUMB,
	ISA_MIPS,
};

enum flow {
	FLOW_NEXT,
	FLOW_CALL,		/* comes back; argument registers are gone */
	FLOW_BRANCH,		/* to the target, or on */
	FLOW_JUMP,		/* to the target */
	FLOW_END,		/* somewhere else: a return, a table */
};

struct insn {
	unsigned int size;	/* bytes */
	enum flow flow;
	int64_t target;		/* of calls, branches, jumps: region offset */
	bool has_target;
	bool delay;		/* the next instruction runs before the jump */
	bool entry;		/* saves the return address: a function begins */
	bool compare;		/* sets flags from what it reads */

	uint32_t reads, writes;	/* a bit a register */

	bool store, load;	/* words at base + offset */
	unsigned int base, words;
	int32_t offset;
	unsigned int loaded;	/* the first register of a load */
	uint32_t stored;	/* the registers a store writes to memory */

	bool has_literal;	/* loads the word at region offset @literal */
	int64_t literal;

	bool copy;		/* dst = src + add */
	unsigned int dst, src;
	int32_t add;
};

/** insn_decode() - false where there are no bytes left */
bool insn_decode(const struct image *image, const struct region *r,
		 uint64_t offset, enum isa isa, struct insn *insn);

bool insn_arm(const struct image *image, const struct region *r,
	      uint64_t offset, struct insn *insn);
bool insn_thumb(const struct image *image, const struct region *r,
		uint64_t offset, struct insn *insn);
bool insn_mips(const struct image *image, const struct region *r,
	       uint64_t offset, struct insn *insn);

/* ARM and Thumb share the layout of ldm, stm, coprocessor and NEON. */
void insn_arm_many(uint32_t w, struct insn *insn);
void insn_arm_coprocessor(uint32_t w, struct insn *insn);
void insn_arm_neon_store(uint32_t w, struct insn *insn);

#define REG(n) (1U << (n))
#define BITS(w, high, low) ((w) >> (low) & ((2U << ((high) - (low))) - 1))

static inline int32_t sign_extend(uint32_t value, unsigned int bits)
{
	uint32_t sign = 1U << (bits - 1);

	value &= (sign << 1) - 1;
	return (int32_t)((value ^ sign) - sign);
}

static inline uint32_t rotate(uint32_t value, unsigned int by)
{
	return by ? value >> by | value << (32 - by) : value;
}

static inline void insn_copy(struct insn *i, unsigned int dst,
			     unsigned int src, int32_t add)
{
	i->copy = true;
	i->dst = dst;
	i->src = src;
	i->add = add;
}

static inline void insn_store(struct insn *i, unsigned int base,
			      int32_t offset, unsigned int words)
{
	i->store = true;
	i->base = base;
	i->offset = offset;
	i->words = words;
	i->stored = i->reads & ~REG(base);
}

static inline void insn_load(struct insn *i, unsigned int base,
			     int32_t offset, unsigned int to)
{
	i->load = true;
	i->base = base;
	i->offset = offset;
	i->loaded = to;
	i->words = 1;
}

static inline void insn_target(struct insn *i, uint64_t target)
{
	i->target = (int64_t)target;
	i->has_target = true;
}

static inline void insn_literal(struct insn *i, uint64_t at)
{
	i->literal = (int64_t)at;
	i->has_literal = true;
}

#endif
