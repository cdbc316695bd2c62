// SPDX-License-Identifier: GPL-2.0
/* The registers of a traced child, per ABI. abi.h says what is promised. */
#include <sys/ptrace.h>
#include <sys/user.h>

#include "abi.h"

bool traced_call(pid_t pid, struct traced *t)
{
#if defined(__arm__)
	struct user_regs r;

	if (ptrace(PTRACE_GETREGS, pid, NULL, &r))
		return false;
	t->nr = r.uregs[7];
	t->fd = r.uregs[4];
	t->pgoff = r.uregs[5];
	t->sp = r.uregs[13];
#elif defined(__i386__)
	struct user_regs_struct r;

	if (ptrace(PTRACE_GETREGS, pid, NULL, &r))
		return false;
	t->nr = r.orig_eax;
	t->fd = r.edi;
	t->pgoff = r.ebp;
	t->sp = r.esp;
#else
	/* The kernel's struct pt_regs for users: 64-bit slots, 32 + lo ... */
	uint64_t r[38];

	if (ptrace(PTRACE_GETREGS, pid, NULL, r))
		return false;
	t->nr = r[2];
	t->sp = r[29];
	t->fd = ptrace(PTRACE_PEEKDATA, pid, (void *)(t->sp + 16), NULL);
	t->pgoff = ptrace(PTRACE_PEEKDATA, pid, (void *)(t->sp + 20), NULL);
#endif
	return true;
}
