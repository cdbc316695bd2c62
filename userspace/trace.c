// SPDX-License-Identifier: MIT
/*
 * trace.c - what the shim prints: the trace and its warnings.
 *
 * Lines are put together on the stack and written by one system call each. A
 * trace file is opened for each line: a descriptor kept open would be a
 * surprise in somebody else's program.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "shim.h"

struct out {
	int n;
	char buf[240];
};

static void put(struct out *o, const char *s)
{
	while (*s && o->n < (int)sizeof(o->buf) - 1)
		o->buf[o->n++] = *s++;
}

/* In hexadecimal, at least @digits of them. */
static void put_hex(struct out *o, uint64_t v, int digits)
{
	char s[17], *p = s + 16;

	*p = '\0';
	do {
		*--p = "0123456789abcdef"[v & 15];
		v >>= 4;
	} while (--digits > 0 || v);
	put(o, p);
}

static void end_line(struct out *o, int fd)
{
	int saved = errno;

	o->buf[o->n++] = '\n';
	syscall(SYS_write, fd, o->buf, o->n);
	errno = saved;
}

void off32_say(const char *name, const char *text, const char *end)
{
	struct out o = { 0 };

	put(&o, "off32-compat: ");
	put(&o, name);
	put(&o, ": ");
	put(&o, text);
	put(&o, end);
	end_line(&o, 2);
}

/* Where the trace goes: "" nowhere, /name to a file, else to stderr. */
static const char *destination(void)
{
	static const char *to;
	const char *s = __atomic_load_n(&to, __ATOMIC_RELAXED);

	if (!s) {
		s = off32_setting("OFF32_COMPAT_TRACE");
		if (!s || (s[0] == '0' && !s[1]))
			s = "";
		__atomic_store_n(&to, s, __ATOMIC_RELAXED);
	}
	return s;
}

static __attribute__((noinline))
void trace(const struct off32_call *c, const char *to, uint64_t off,
	   long result)
{
	static const char rules[][9] = {
		[OFF32_BY_NAME] = "name",
		[OFF32_BY_OWN] = "own",
		[OFF32_BY_NEEDS] = "needs",
		[OFF32_BY_VERSION] = "version",
		[OFF32_BY_DECLARED] = "declared",
		[OFF32_BY_IMPORT] = "import",
		[OFF32_BY_RESOLVE] = "resolve",
		[OFF32_BY_DEFAULT] = "default",
	};
	const struct off32_object *obj = c->object;
	struct out o = { 0 };
	int fd = 2, saved = errno;
	unsigned int i;

	put(&o, "off32-compat: ");
	put(&o, c->fn);
	if (c->fd >= 0) {
		put(&o, " fd=");
		put_hex(&o, c->fd, 1);
	}
	for (i = 0; i < c->words; i++) {
		put(&o, i ? "," : " words=");
		put_hex(&o, c->word[i], 8);
	}
	put(&o, " object=");
	put(&o, obj->name);
	put(&o, "+0x");
	put_hex(&o, c->ra - (uintptr_t)obj->ehdr, 1);
	put(&o, " rule=");
	put(&o, rules[c->rule]);
	if (c->words) {
		put(&o, " offset=0x");
		put_hex(&o, off, 1);
	}
	put(&o, " result=0x");
	put_hex(&o, (unsigned long)result, 1);
	if (result == -1) {
		put(&o, " errno=0x");
		put_hex(&o, saved, 1);
	}
	if (*to == '/')
		fd = syscall(SYS_openat, AT_FDCWD, to,
			     O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	end_line(&o, fd);
	if (*to == '/')
		syscall(SYS_close, fd);
	errno = saved;
}

void off32_trace(const struct off32_call *c, uint64_t off, long result)
{
	const char *to = destination();

	if (*to)
		trace(c, to, off, result);
}
