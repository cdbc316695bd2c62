/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The system call instruction with every register and the stack pointer as
 * asked, and instructions that a crafted stack may call its return address.
 */
	.syntax unified
	.text

/* long raw_syscall(const struct raw_call *c) */
	.arm
	.balign 4
	.globl raw_syscall
	.type raw_syscall, %function
raw_syscall:
	push	{r4-r11, lr}
	mov	r8, r0
	mov	r9, sp
	ldr	r10, [r8, #28]
	ldm	r8, {r0-r5}
	ldr	r7, [r8, #24]
	mov	r6, #0
	cmp	r10, #0
	movne	sp, r10
	svc	#0
	mov	sp, r9
	pop	{r4-r11, pc}
	.size raw_syscall, . - raw_syscall

/* Never run: only their addresses are used. */
	.balign 4
1:	bx	lr
	bl	1b
	.globl ra_arm_bl
ra_arm_bl:
	mov	r0, r0
	blx	r3
	.globl ra_arm_blx
ra_arm_blx:
	mov	r0, r0
	mov	r1, r1
	.globl ra_arm_nocall
ra_arm_nocall:
	bx	lr

	.thumb
	.balign 4
2:	bx	lr
	bl	2b			/* four bytes, 2-aligned */
	.globl ra_thumb_bl
ra_thumb_bl:
	nop
	nop
	blx	r3			/* two bytes */
	.globl ra_thumb_blx
ra_thumb_blx:
	nop
	mov	r8, r8			/* 16 bits before ARMv6, too */
	mov	r8, r8
	mov	r8, r8
	.globl ra_thumb_nocall
ra_thumb_nocall:
	bx	lr

	.data
	.arm
	.balign 4
3:	bl	3b
	.globl ra_data
ra_data:
	.word	0

	.section .note.GNU-stack, "", %progbits
