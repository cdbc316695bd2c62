// SPDX-License-Identifier: MIT
/* calls.c - what calls.h promises. */
#include <string.h>

#include "calls.h"
#include "mem.h"

#define MOST_CALLS 4096
#define MOST_TARGETS 256

#define MIPS_STO_PLT 0x8

/* What a direct call to a function leads to: a PLT entry, or itself. */
struct target {
	uint64_t addr;
	size_t callee;
};

struct finder {
	const struct image *image;
	struct calls *calls;
	const struct symbol *symbols;	/* that relocations index */
	size_t nsymbols;
	size_t *callee_of;		/* symbol -> callee + 1 */
	struct target *targets;
	size_t ntargets;
	struct target *slots;		/* GOT entries that the loader fills */
	size_t nslots;
};

static struct callee *callee_named(struct calls *calls, const char *name)
{
	const struct function *f;
	struct callee *c;
	bool wide;
	size_t i;

	f = function_find(name, &wide);
	if (!f)
		return NULL;
	for (i = 0; i < calls->ncallees; i++)
		if (!strcmp(calls->callees[i].name, name))
			return &calls->callees[i];
	c = SCRATCH_ADD(calls->callees, calls->ncallees);
	c->function = f;
	c->name = name;
	c->wide_name = wide;
	return c;
}

static bool is_code(const struct symbol *s)
{
	return s->type == STT_FUNC || s->type == STT_NOTYPE ||
	       s->type == STT_GNU_IFUNC;
}

static void add_target(struct finder *f, uint64_t addr, size_t callee)
{
	struct target *t;

	if (f->ntargets >= MOST_TARGETS)
		return;
	t = SCRATCH_ADD(f->targets, f->ntargets);
	t->addr = addr;
	t->callee = callee;
}

static void add_call(struct finder *f, size_t callee, const struct region *r,
		     uint64_t offset, enum isa isa, bool tail)
{
	struct callee *to = &f->calls->callees[callee];
	struct call *c;
	size_t i;

	/* A reference and a hint can name the same instruction. */
	for (i = f->calls->ncalls; i-- > 0 && f->calls->ncalls - i < 64;) {
		c = &f->calls->calls[i];
		if (c->region == r && c->offset == offset)
			return;
	}
	if (f->calls->ncalls >= MOST_CALLS) {
		f->calls->truncated = true;
		return;
	}
	to->ncalls++;
	c = SCRATCH_ADD(f->calls->calls, f->calls->ncalls);
	c->function = to->function;
	c->wide_name = to->wide_name;
	c->region = r;
	c->offset = offset;
	c->isa = isa;
	c->tail = tail;
}

/* --- ARM, linked: PLT entries and the branches to them --- */

static bool look_up(const struct target *t, size_t n, uint64_t addr,
		    size_t *callee)
{
	for (; n; n--, t++)
		if (t->addr == addr) {
			*callee = t->callee;
			return true;
		}
	return false;
}

static bool target_of(const struct finder *f, uint64_t addr, size_t *callee)
{
	return look_up(f->targets, f->ntargets, addr, callee);
}

/*
 * "add ip, pc, #a; add ip, ip, #b; ... ldr pc, [ip, #c]!": the linkers differ
 * in how many additions they need, not in the registers. In front of it there
 * may be "bx pc; nop" for callers in Thumb state.
 */
static void find_plt(struct finder *f, const struct region *r)
{
	uint64_t at, k, thumb;
	uint32_t w;
	uint16_t first, second;

	for (at = 0; code_u32(f->image, r, at, &w); at += 4) {
		uint64_t got = r->addr + at + 8;
		size_t callee;

		if ((w & 0xfffff000) != 0xe28fc000)
			continue;
		for (k = at; k < at + 20; k += 4) {
			if (!code_u32(f->image, r, k, &w))
				return;
			if ((w & 0xfffff000) != 0xe28cc000 && k != at)
				break;
			got += rotate(BITS(w, 7, 0), 2 * BITS(w, 11, 8));
		}
		if ((w & 0xff5ff000) != 0xe51cf000)	/* ldr pc, [ip, #]! */
			continue;
		if (BITS(w, 23, 23))
			got += BITS(w, 11, 0);
		else
			got -= BITS(w, 11, 0);
		if (!look_up(f->slots, f->nslots, got & 0xffffffff, &callee))
			continue;
		add_target(f, r->addr + at, callee);
		thumb = at - 4;
		if (at >= 4 && code_u16(f->image, r, thumb, &first) &&
		    code_u16(f->image, r, thumb + 2, &second) &&
		    first == 0x4778)
			add_target(f, r->addr + thumb, callee);
	}
}

static void find_arm_calls(struct finder *f, const struct region *r)
{
	uint64_t at;
	size_t callee;

	for (at = 0; at + 2 <= r->size; at += 2) {
		uint16_t first, second;
		struct insn i;
		uint32_t w;

		if (!(at & 3) && code_u32(f->image, r, at, &w) &&
		    (w & 0x0e000000) == 0x0a000000 &&
		    insn_decode(f->image, r, at, ISA_ARM, &i) &&
		    i.has_target &&
		    target_of(f, (r->addr + (uint64_t)i.target) & 0xffffffff,
			      &callee))
			add_call(f, callee, r, at, ISA_ARM,
				 i.flow != FLOW_CALL);
		if (!code_u16(f->image, r, at, &first) ||
		    first >> 11 != 30 ||
		    !code_u16(f->image, r, at + 2, &second) ||
		    !(second & 0x8000))
			continue;
		if (insn_decode(f->image, r, at, ISA_THUMB, &i) &&
		    i.has_target &&
		    target_of(f, (r->addr + (uint64_t)i.target) & 0xffffffff,
			      &callee))
			add_call(f, callee, r, at, ISA_THUMB,
				 i.flow != FLOW_CALL);
	}
}

/* --- MIPS: a load from the GOT and the jump through the register --- */

struct trail {
	struct finder *finder;
	size_t callee;
	const struct region *region;
	int left;			/* instructions to look at */
	bool called;
};

/* From the instruction at @at on, the registers @held have the address. */
static void follow(struct trail *t, uint64_t at, uint32_t held, int forks)
{
	const struct image *image = t->finder->image;

	while (held && t->left-- > 0) {
		struct insn i, slot;
		uint32_t w, after;

		if (!insn_decode(image, t->region, at, ISA_MIPS, &i) ||
		    !code_u32(image, t->region, at, &w))
			return;
		if (w >> 26 == 0 && held & REG(BITS(w, 25, 21)) &&
		    (BITS(w, 5, 0) == 9 || BITS(w, 5, 0) == 8)) {
			add_call(t->finder, t->callee, t->region, at, ISA_MIPS,
				 BITS(w, 5, 0) == 8);
			t->called = true;
		}
		if (i.flow == FLOW_END)
			return;
		if (i.flow == FLOW_CALL)	/* only these survive it */
			held &= 0x40ff0000;
		if (i.copy && held & REG(i.src))
			held |= REG(i.dst);
		else
			held &= ~i.writes;
		at += 4;
		if ((i.flow != FLOW_JUMP && i.flow != FLOW_BRANCH) ||
		    !i.has_target || i.target < 0 ||
		    !insn_decode(image, t->region, at, ISA_MIPS, &slot))
			continue;
		after = held & ~slot.writes;
		if (slot.copy && held & REG(slot.src))
			after |= REG(slot.dst);
		if (i.flow == FLOW_JUMP) {
			held = after;
			at = (uint64_t)i.target;
		} else if (forks) {
			follow(t, (uint64_t)i.target, after, --forks);
		}
	}
}

static void follow_register(struct finder *f, size_t callee,
			    const struct region *r, uint64_t at,
			    unsigned int reg)
{
	struct trail t = { f, callee, r, 512, false };
	struct insn before;

	/* The load may stand in a branch's delay slot. */
	if (at >= 4 && insn_decode(f->image, r, at - 4, ISA_MIPS, &before) &&
	    (before.flow == FLOW_BRANCH || before.flow == FLOW_JUMP) &&
	    before.has_target && before.target >= 0)
		follow(&t, (uint64_t)before.target, REG(reg), 6);
	else
		before.flow = FLOW_NEXT;
	if (before.flow != FLOW_JUMP)
		follow(&t, at + 4, REG(reg), 6);
	if (!t.called)
		f->calls->callees[callee].pointer = true;
}

static void find_mips_calls(struct finder *f, const struct region *r)
{
	const struct image *image = f->image;
	uint64_t gp = image->got + 0x7ff0, at;
	size_t n = image->ndynsyms, k, callee;
	uint32_t w;

	for (at = 0; code_u32(image, r, at, &w); at += 4) {
		int64_t entry;

		if (w >> 26 == 3) {		/* jal: to a stub, a function */
			struct insn i;

			if (insn_decode(image, r, at, ISA_MIPS, &i) &&
			    target_of(f, r->addr + (uint64_t)i.target,
				      &callee))
				add_call(f, callee, r, at, ISA_MIPS, false);
			continue;
		}
		if ((w & 0xffe00000) != 0x8f800000 || !image->got)
			continue;
		entry = (int64_t)(gp - image->got) + sign_extend(w, 16);
		if (entry < 0 || entry & 3)
			continue;
		k = (uint64_t)entry / 4;
		if (k < image->mips_local_got)
			continue;
		k = k - image->mips_local_got + image->mips_got_symbol;
		if (k < n && f->callee_of[k])
			follow_register(f, f->callee_of[k] - 1, r, at,
					BITS(w, 20, 16));
	}
}

/* --- object files: relocations --- */

enum {
	ARM_PC24 = 1, ARM_THM_CALL = 10, ARM_PLT32 = 27, ARM_CALL = 28,
	ARM_JUMP24 = 29, ARM_THM_JUMP24 = 30, ARM_V4BX = 40,
	ARM_JUMP_SLOT = 22,
	MIPS_26 = 4, MIPS_CALL16 = 11, MIPS_GOT16 = 9, MIPS_JALR = 37,
	MIPS_CALL_HI16 = 30, MIPS_CALL_LO16 = 31, MIPS_JUMP_SLOT = 127,
};

static void reloc_call(struct finder *f, const struct reloc *rel,
		       const struct region *r, size_t callee)
{
	enum isa isa = ISA_ARM;
	struct insn i;
	uint32_t w;

	if (f->image->arch == ARCH_ARM) {
		switch (rel->type) {
		case ARM_THM_CALL: case ARM_THM_JUMP24:
			isa = ISA_THUMB;
			break;
		case ARM_PC24: case ARM_PLT32: case ARM_CALL: case ARM_JUMP24:
			break;
		case ARM_V4BX:
			return;
		default:
			f->calls->callees[callee].pointer = true;
			return;
		}
		if (insn_decode(f->image, r, rel->offset, isa, &i))
			add_call(f, callee, r, rel->offset, isa,
				 i.flow != FLOW_CALL);
		return;
	}
	switch (rel->type) {
	case MIPS_JALR:
		if (insn_decode(f->image, r, rel->offset, ISA_MIPS, &i))
			add_call(f, callee, r, rel->offset, ISA_MIPS,
				 i.flow != FLOW_CALL);
		break;
	case MIPS_26:
		if (insn_decode(f->image, r, rel->offset, ISA_MIPS, &i))
			add_call(f, callee, r, rel->offset, ISA_MIPS,
				 i.flow != FLOW_CALL);
		break;
	case MIPS_CALL16:
		if (code_u32(f->image, r, rel->offset, &w))
			follow_register(f, callee, r, rel->offset,
					BITS(w, 20, 16));
		break;
	case MIPS_CALL_HI16: case MIPS_CALL_LO16:
		break;
	default:
		f->calls->callees[callee].pointer = true;
	}
}

static void find_by_relocs(struct finder *f)
{
	const struct image *image = f->image;
	const struct region *r = NULL;
	size_t i;

	for (i = 0; i < image->nrelocs; i++) {
		const struct reloc *rel = &image->relocs[i];

		if (!f->callee_of[rel->symbol])
			continue;
		if (!r || r->section != rel->section)
			r = image_section(image, rel->section);
		if (r && r->exec)
			reloc_call(f, rel, r, f->callee_of[rel->symbol] - 1);
		else if (r && strncmp(image_section_name(image, rel->section),
				      ".debug", 6))
			f->calls->callees[f->callee_of[rel->symbol] - 1]
				.pointer = true;
	}
}

/* --- all of it --- */

static void list_callees(struct finder *f)
{
	const struct image *image = f->image;
	size_t i;

	f->callee_of = mem_scratch(f->nsymbols, sizeof(*f->callee_of));
	for (i = 0; i < f->nsymbols; i++) {
		const struct symbol *s = &f->symbols[i];
		struct callee *c;

		if (s->section != SHN_UNDEF || !is_code(s))
			continue;
		c = callee_named(f->calls, s->name);
		if (!c)
			continue;
		f->callee_of[i] = (size_t)(c - f->calls->callees) + 1;
		/* A stub or a PLT entry that has the function's address. */
		if (image->linked && s->value)
			add_target(f, s->value & ~1ULL, f->callee_of[i] - 1);
	}
	if (!image->linked || image->dynamic)
		return;
	/* A static program: libc's own functions, if it says where. */
	for (i = 0; i < image->nsyms; i++) {
		const struct symbol *s = &image->syms[i];
		struct callee *c;

		if (s->section == SHN_UNDEF || s->type != STT_FUNC)
			continue;
		c = callee_named(f->calls, s->name);
		if (c)
			add_target(f, s->value & ~1ULL,
				   (size_t)(c - f->calls->callees));
	}
}

/* What the loader writes where: PLT slots, and pointers anywhere else. */
static void list_slots(struct finder *f)
{
	const struct image *image = f->image;
	size_t i;

	for (i = 0; i < image->nrelocs; i++) {
		const struct reloc *rel = &image->relocs[i];
		size_t callee = f->callee_of[rel->symbol];

		if (!callee)
			continue;
		if (rel->type != (image->arch == ARCH_ARM ? ARM_JUMP_SLOT :
							    MIPS_JUMP_SLOT)) {
			f->calls->callees[callee - 1].pointer = true;
		} else if (f->nslots < MOST_TARGETS) {
			struct target *t = SCRATCH_ADD(f->slots, f->nslots);

			t->addr = rel->offset;
			t->callee = callee - 1;
		}
	}
}

void calls_find(const struct image *image, struct calls *calls)
{
	struct finder f = { .image = image, .calls = calls };
	size_t i;

	memset(calls, 0, sizeof(*calls));
	f.symbols = image->linked ? image->dynsyms : image->syms;
	f.nsymbols = image->linked ? image->ndynsyms : image->nsyms;
	list_callees(&f);
	if (image->arch == ARCH_OTHER || image->compressed_code)
		return;
	calls->decoded = true;
	if (!image->linked) {
		find_by_relocs(&f);
		return;
	}
	list_slots(&f);
	for (i = 0; i < image->nregions && image->arch == ARCH_ARM; i++)
		if (image->regions[i].exec && calls->ncallees)
			find_plt(&f, &image->regions[i]);
	for (i = 0; i < image->nregions; i++) {
		if (!image->regions[i].exec || !calls->ncallees)
			continue;
		if (image->arch == ARCH_ARM)
			find_arm_calls(&f, &image->regions[i]);
		else
			find_mips_calls(&f, &image->regions[i]);
	}
}
