/* SPDX-License-Identifier: MIT */
/*
 * off32_sys_mmap2() for MIPS o32: (addr, len, prot, flags, fd, pad, off).
 *
 * The kernel takes arguments five and six from 16(sp); a frame of our own
 * keeps the caller's block, whose padding word holds the low word of the
 * offset, as it is for the kernel module.
 */
	.set	noreorder
	.text
	.global	off32_sys_mmap2
	.hidden	off32_sys_mmap2
	.type	off32_sys_mmap2, @function
	.ent	off32_sys_mmap2
off32_sys_mmap2:
	lw	$8, 16($29)
#ifdef __MIPSEB__
	lw	$10, 24($29)
	lw	$9, 28($29)
#else
	lw	$9, 24($29)
	lw	$10, 28($29)
#endif
	srl	$9, $9, 12
	sll	$10, $10, 20
	or	$9, $9, $10
	addiu	$29, $29, -32
	sw	$8, 16($29)
	sw	$9, 20($29)
	li	$2, 4210		/* __NR_mmap2 */
	syscall
	addiu	$29, $29, 32
	beq	$7, $0, 1f
	nop
	negu	$2, $2
1:	jr	$31
	nop
	.end	off32_sys_mmap2
	.size	off32_sys_mmap2, . - off32_sys_mmap2
	.section .note.GNU-stack, "", @progbits
