/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The system call instruction with every register and the stack pointer as
 * asked, and instructions that a crafted stack may call its return address.
 * Arguments 5 and 6 are read from the stack by the kernel: on a stack of its
 * own this code puts them there, on one that it is given the caller did.
 */
	.set	noreorder
	.text

/* long raw_syscall(const struct raw_call *c) */
	.balign	4
	.globl	raw_syscall
	.type	raw_syscall, @function
raw_syscall:
	addiu	$sp, $sp, -40
	sw	$16, 36($sp)
	sw	$17, 32($sp)
	lw	$8, 16($4)
	lw	$9, 20($4)
	lw	$10, 28($4)
	sw	$8, 16($sp)
	sw	$9, 20($sp)
	move	$16, $sp
	lw	$2, 24($4)
	lw	$5, 4($4)
	lw	$6, 8($4)
	lw	$7, 12($4)
	lw	$4, 0($4)
	beqz	$10, 1f
	nop
	move	$sp, $10
1:	syscall
	move	$sp, $16
	beqz	$7, 2f
	nop
	negu	$2, $2
2:	lw	$16, 36($sp)
	lw	$17, 32($sp)
	jr	$31
	addiu	$sp, $sp, 40
	.size raw_syscall, . - raw_syscall

/*
 * Never run: only their addresses are used. Written as words, as a position-
 * independent program has no use for the relocations.
 */
	.balign	4
	nop
	.word	0x0c000000		/* jal */
	nop
	.globl	ra_jal
ra_jal:
	nop
	.word	0x0320f809		/* jalr $25 */
	nop
	.globl	ra_jalr
ra_jalr:
	nop
	.word	0x0411ffff		/* bal */
	nop
	.globl	ra_bal
ra_bal:
	nop
	.word	0x03200008		/* jr $25: no call */
	nop
	.globl	ra_nocall
ra_nocall:
	nop

	.data
	.balign	4
	.word	0x0c000000
	nop
	.globl	ra_data
ra_data:
	.word	0

	.section .note.GNU-stack, "", @progbits
