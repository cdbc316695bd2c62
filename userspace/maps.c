// SPDX-License-Identifier: MIT
/*
 * maps.c - which file is mapped here, from /proc/self/maps.
 *
 * Not dl_iterate_phdr(): that takes the loader's lock, which a signal handler
 * may find held by the very code it interrupted. Where /proc is not mounted no
 * object is known, so that every plain call is undecided. No line is ever whole in
 * memory, so that names of any length fit.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "shim.h"

struct reader {
	int fd;
	int pos, end;
	int last;		/* what ended the last number */
	char buf[256];
};

static int next(struct reader *r)
{
	if (r->pos == r->end) {
		r->pos = 0;
		r->end = syscall(SYS_read, r->fd, r->buf, sizeof(r->buf));
		if (r->end <= 0) {
			r->end = 0;
			return -1;
		}
	}
	return (unsigned char)r->buf[r->pos++];
}

/* A number up to and with the character that ends it. */
static uintptr_t number(struct reader *r, unsigned int base)
{
	uintptr_t n = 0;
	int c;

	while ((c = next(r)) >= 0) {
		unsigned int digit = c - '0';

		if (digit > 9)
			digit = (c | 32) - 'a' + 10;
		if (digit >= base)
			break;
		n = n * base + digit;
	}
	r->last = c;
	return n;
}

struct line {
	uintptr_t lo, hi, offset, major, minor, inode;
};

/* Returns 0 at the end of the file. */
static int read_line(struct reader *r, struct line *l, char *name, size_t size)
{
	size_t n = 0;
	int c, ended = 0;

	l->lo = number(r, 16);
	l->hi = number(r, 16);
	while ((c = next(r)) >= 0 && c != ' ')
		;
	l->offset = number(r, 16);
	l->major = number(r, 16);
	l->minor = number(r, 16);
	l->inode = number(r, 10);
	for (c = r->last; c >= 0 && c != '\n'; c = next(r)) {
		if (c == '/')
			n = ended = 0;
		else if (c == ' ')
			ended = n > 0;		/* " (deleted)" */
		else if (!ended && n < size - 1)
			name[n++] = c;
	}
	name[n] = '\0';
	return c == '\n';
}

uintptr_t off32_map_of(uintptr_t pc, char *name, size_t size)
{
	struct line l, head = { 0 };
	struct reader r = { 0 };
	uintptr_t start = 0;
	int saved = errno;

	r.fd = syscall(SYS_openat, AT_FDCWD, "/proc/self/maps",
		       O_RDONLY | O_CLOEXEC);
	while (r.fd >= 0 && read_line(&r, &l, name, size)) {
		if (l.inode && !l.offset)
			head = l;
		if (pc < l.lo || pc >= l.hi)
			continue;
		if (l.inode && l.inode == head.inode &&
		    l.major == head.major && l.minor == head.minor)
			start = head.lo;
		break;
	}
	if (r.fd >= 0)
		syscall(SYS_close, r.fd);
	errno = saved;
	return start;
}
