/* SPDX-License-Identifier: MIT */
/*
 * off32_sys_mmap2() for ARM EABI: (addr, len, prot, flags, fd, pad, off).
 *
 * The kernel module finds a displaced offset by looking for a caller's
 * argument block above sp, with the return address right below it. Here both
 * are as in a call of libc's mmap, and the padding word holds the low word of
 * the offset that is used: whoever reads the block reads the same offset.
 */
	.syntax	unified
	.arm
	.text
	.global	off32_sys_mmap2
	.hidden	off32_sys_mmap2
	.type	off32_sys_mmap2, %function
off32_sys_mmap2:
	push	{r4, r5, r7, lr}
	ldr	r4, [sp, #16]
#ifdef __ARMEB__
	ldr	r7, [sp, #24]
	ldr	r5, [sp, #28]
#else
	ldr	r5, [sp, #24]
	ldr	r7, [sp, #28]
#endif
	mov	r5, r5, lsr #12
	orr	r5, r5, r7, lsl #20
	mov	r7, #192		/* __NR_mmap2 */
	svc	#0
	pop	{r4, r5, r7, lr}
	bx	lr
	.size	off32_sys_mmap2, . - off32_sys_mmap2
	.section .note.GNU-stack, "", %progbits
