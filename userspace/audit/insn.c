// SPDX-License-Identifier: MIT
/* insn.c - the way into the three decoders. */
#include <string.h>

#include "insn.h"

bool insn_decode(const struct image *image, const struct region *r,
		 uint64_t offset, enum isa isa, struct insn *insn)
{
	memset(insn, 0, sizeof(*insn));
	switch (isa) {
	case ISA_ARM:
		return insn_arm(image, r, offset, insn);
	case ISA_THUMB:
		return insn_thumb(image, r, offset, insn);
	default:
		return insn_mips(image, r, offset, insn);
	}
}
