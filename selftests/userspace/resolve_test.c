// SPDX-License-Identifier: GPL-2.0
/*
 * resolve_test.c - what the shim asks the kernel module, and what it makes of
 * the answers. syscall() is this file's: it is the module.
 */
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/syscall.h>

#include "check.h"
#include "hisi_venc_compat.h"
#include "shim.h"

#define CONTROL 50

static struct {
	int loaded, error, index;	/* what it is to answer */
	int opened, closed, asked;
	unsigned long command;
	struct hisi_venc_compat_resolve question;
} module;

long syscall(long n, ...)
{
	struct hisi_venc_compat_resolve *r;
	long result = 0;
	va_list args;

	va_start(args, n);
	if (n == SYS_openat) {
		va_arg(args, int);
		CHECK("node", strcmp(va_arg(args, char *),
				     "/dev/hisi_venc_compat"), 0);
		module.opened++;
		result = module.loaded ? CONTROL : -1;
		if (!module.loaded)
			errno = ENOENT;
	} else if (n == SYS_close) {
		CHECK("closed descriptor", va_arg(args, int), CONTROL);
		module.closed++;
	} else if (n == SYS_ioctl) {
		CHECK("asked descriptor", va_arg(args, int), CONTROL);
		module.command = va_arg(args, unsigned long);
		r = va_arg(args, void *);
		module.question = *r;
		module.asked++;
		r->index = module.index;
		if (module.error) {
			errno = module.error;
			result = -1;
		}
	} else {
		CHECK("unexpected system call", n, 0);
	}
	va_end(args);
	return result;
}

static enum off32_abi ask(int loaded, int error, int index)
{
	memset(&module, 0, sizeof(module));
	module.loaded = loaded;
	module.error = error;
	module.index = index;
	errno = 77;
	return off32_resolve(7, 0x2000, 0x84005000, 0x12300001000);
}

int main(void)
{
	static const struct hisi_venc_compat_resolve expected = {
		.fd = 7, .length = 0x2000, .count = 2,
		.candidate = { 0x84005000, 0x12300001000 },
	};
	static const struct off32_object nobody;
	struct off32_call c = { .fd = 7, .len = 0x2000, .object = &nobody };

	CHECK("no module", ask(0, 0, 0), OFF32_UNDECIDED);
	CHECK("asked", module.asked, 0);
	CHECK("errno", errno, 77);
	CHECK("the narrow one", ask(1, 0, 0), OFF32_NARROW);
	CHECK("command", module.command, (unsigned long)
	      HISI_VENC_COMPAT_IOC_RESOLVE);
	CHECK("question", memcmp(&module.question, &expected,
				 sizeof(expected)), 0);
	CHECK("closed", module.closed, 1);
	CHECK("the wide one", ask(1, 0, 1), OFF32_WIDE);
	CHECK("both", ask(1, ENOTUNIQ, 0), OFF32_UNDECIDED);
	CHECK("errno", errno, 77);
	CHECK("neither", ask(1, ENOENT, 0), OFF32_UNDECIDED);
	CHECK("another file", ask(1, EBADF, 0), OFF32_UNDECIDED);
	CHECK("closed", module.closed, 1);

	/* Its place among the steps: after what users said, before 64 bits. */
	ask(1, 0, 0);
	CHECK("undecided", off32_undecided(&c, 1), OFF32_NARROW);
	CHECK("rule", c.rule, OFF32_BY_RESOLVE);
	ask(1, ENOENT, 0);
	CHECK("undecided", off32_undecided(&c, 1), OFF32_WIDE);
	CHECK("rule", c.rule, OFF32_BY_DEFAULT);
	ask(1, 0, 0);
	c.len = 0;
	CHECK("no mmap", off32_undecided(&c, 1), OFF32_WIDE);
	c.len = 0x2000;
	c.object = &(struct off32_object){ .declared = OFF32_WIDE };
	CHECK("declared", off32_undecided(&c, 1), OFF32_WIDE);
	CHECK("rule", c.rule, OFF32_BY_DECLARED);

	return check_summary();
}
