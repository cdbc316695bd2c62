/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between the ABIs of a guest's 32-bit programs: where a caller's
 * argument block lies, which call instructions there are, how a system call is
 * made and watched. Nothing else in the tests knows the processor.
 *
 * ABI_FRAME: 64-bit arguments are aligned, so that a 32-bit off_t caller and
 * a 64-bit callee disagree about the whole offset, and the stack shows it.
 * Where it is 0 only the high word of an offset can be lost.
 */
#ifndef HVC_ABI_H
#define HVC_ABI_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#if defined(__arm__)
#define ABI_FRAME	1
#define ABI_STACK_ARGS	0	/* arguments 5 and 6 are registers */
#define ABI_RA_BELOW	1	/* words from the block down to the return address */
#define ABI_DISTANCES	4	/* of the block, with all the musls there are */
#define VENDOR_LIBS	6
#define VENDOR_NAMES	{ "arm-O0", "arm-O2", "arm-Os", \
			  "thumb-O0", "thumb-O2", "thumb-Os" }
/* Distances of a block from sp that tests use, in bytes. */
#define AT_NEAR		40
#define AT_FAR		72
#define AT_SECOND	160	/* beyond the first window */
extern char ra_arm_bl[], ra_arm_blx[], ra_thumb_bl[], ra_thumb_blx[];
extern char ra_arm_nocall[], ra_thumb_nocall[];
#define RA_GOOD		ra_arm_bl
#define RA_OTHER_GOOD	(ra_thumb_blx + 1)
#define RA_NOCALL	ra_arm_nocall
/* Where no program has code of a file. */
#define ABI_KERNEL	0xc0008000u
#define ABI_VECTORS	0xffff0004u

#elif defined(__mips__) && _MIPS_SIM == _ABIO32
#define ABI_FRAME	1
#define ABI_STACK_ARGS	1	/* the kernel reads them at sp+16 and sp+20 */
#define ABI_RA_BELOW	5	/* four home slots of register arguments, ra */
#define ABI_DISTANCES	3
#define VENDOR_LIBS	3
#define VENDOR_NAMES	{ "mips-O0", "mips-O2", "mips-Os" }
#define AT_NEAR		48
#define AT_FAR		96
#define AT_SECOND	168
extern char ra_jal[], ra_jalr[], ra_bal[], ra_nocall[];
#define RA_GOOD		ra_jalr
#define RA_OTHER_GOOD	ra_bal
#define RA_NOCALL	ra_nocall
#define ABI_KERNEL	0x80100000u
#define ABI_VECTORS	0x80000180u

#elif defined(__i386__)
#define ABI_FRAME	0
#define ABI_STACK_ARGS	0
#define VENDOR_LIBS	3
#define VENDOR_NAMES	{ "i386-O0", "i386-O2", "i386-Os" }

#else
#error "no 32-bit ABI that these tests know"
#endif

/* Offset words of a 64-bit argument as they follow each other in memory. */
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define ABI_OFFSET(low, high)	high, low
#else
#define ABI_OFFSET(low, high)	low, high
#endif

/**
 * struct block - an argument block of mmap on a crafted stack
 * @at:	bytes above sp
 * @ra:	return address below it
 * @fd, @x: descriptor and padding word
 * @w1, @w2: low and high word of the 64-bit offset
 */
struct block {
	int at;
	uint32_t ra, fd, x, w1, w2;
};

#if ABI_FRAME
/* Writes the block's words above @sp. */
static inline void block_put(uint32_t *sp, const struct block *b)
{
	const uint32_t offset[] = { ABI_OFFSET(b->w1, b->w2) };
	uint32_t *w = sp + b->at / 4;

	w[-ABI_RA_BELOW] = b->ra;
	w[0] = b->fd;
	w[1] = b->x;
	w[2] = offset[0];
	w[3] = offset[1];
}
#else
static inline void block_put(uint32_t *sp, const struct block *b)
{
	(void)sp;
	(void)b;
}
#define AT_NEAR		40
#define RA_GOOD		((char *)0)
#endif

/* What a system call on a crafted stack needs there, below any block. */
static inline void stack_args(uint32_t *sp, long fd, unsigned long pgoff)
{
#if ABI_STACK_ARGS
	sp[4] = fd;
	sp[5] = pgoff;
#else
	(void)sp;
	(void)fd;
	(void)pgoff;
#endif
}

/**
 * struct traced - the system call that a stopped child is about to make
 * @nr:		number
 * @fd, @pgoff:	arguments 5 and 6
 * @sp:		stack pointer
 */
struct traced {
	long nr;
	long fd;
	unsigned long pgoff;
	unsigned long sp;
};

/* Of a child in a system call stop. Return: false if it cannot be asked. */
bool traced_call(pid_t pid, struct traced *t);

#endif
