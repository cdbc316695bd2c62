/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vendor_last.S - a call that is the last instruction of its segment (ARM).
 *
 * The segment ends with its page, and what it returns to cannot be executed:
 * the caller takes the result from the fault (behave.c).
 */
	.syntax	unified
	.arm
	.text
	.balign	4096
	.space	4092
	.global	vendor_last
	.type	vendor_last, %function
vendor_last:
	bl	mmap(PLT)
	.size	vendor_last, . - vendor_last
	.section .note.GNU-stack, "", %progbits
