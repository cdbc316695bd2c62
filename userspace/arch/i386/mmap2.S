/* SPDX-License-Identifier: MIT */
/*
 * off32_sys_mmap2() for i386: (addr, len, prot, flags, fd, pad, off). The way
 * into the kernel is libc's own, at %gs:16: int $0x80 takes some microseconds
 * more on current kernels.
 */
	.text
	.global	off32_sys_mmap2
	.hidden	off32_sys_mmap2
	.type	off32_sys_mmap2, @function
off32_sys_mmap2:
	push	%ebx
	push	%esi
	push	%edi
	push	%ebp
	mov	20(%esp), %ebx
	mov	24(%esp), %ecx
	mov	28(%esp), %edx
	mov	32(%esp), %esi
	mov	36(%esp), %edi
	mov	44(%esp), %ebp
	mov	48(%esp), %eax
	shrd	$12, %eax, %ebp
	mov	$192, %eax		/* __NR_mmap2 */
	call	*%gs:16
	pop	%ebp
	pop	%edi
	pop	%esi
	pop	%ebx
	ret
	.size	off32_sys_mmap2, . - off32_sys_mmap2
	.section .note.GNU-stack, "", @progbits
