/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The system call instruction with every register as asked; the sixth argument
 * is ebp. There is nothing to find on an i386 stack: its pointer stays.
 */
	.text

/* long raw_syscall(const struct raw_call *c) */
	.globl raw_syscall
	.type raw_syscall, @function
raw_syscall:
	push	%ebp
	push	%edi
	push	%esi
	push	%ebx
	mov	20(%esp), %eax
	mov	(%eax), %ebx
	mov	4(%eax), %ecx
	mov	8(%eax), %edx
	mov	12(%eax), %esi
	mov	16(%eax), %edi
	mov	20(%eax), %ebp
	mov	24(%eax), %eax
	int	$0x80
	pop	%ebx
	pop	%esi
	pop	%edi
	pop	%ebp
	ret
	.size raw_syscall, . - raw_syscall

	.section .note.GNU-stack, "", @progbits
