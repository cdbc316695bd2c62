// SPDX-License-Identifier: MIT
/*
 * mmap.c - mmap and mmap64.
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "shim.h"

static int is_character_device(int fd)
{
	struct stat st;

	return !fstatat(fd, "", &st, AT_EMPTY_PATH) && S_ISCHR(st.st_mode);
}

/*
 * A physical address of 2 GiB or more that went through a signed long. Nothing
 * is at that offset of a character device; regular files keep their EINVAL.
 */
static uint64_t physical(int fd, uint64_t off)
{
	uint32_t lo = off;

	if (off >> 32 == 0xffffffff && lo >> 31 && !(lo & 0xfff) &&
	    is_character_device(fd))
		return lo;
	return off;
}

void *off32_entry_mmap(void *addr, size_t len, int prot, int flags, int fd,
		       uint32_t w0, uint32_t w1, uint32_t w2)
	OFF32_ENTRY("mmap");
void *off32_entry_mmap64(void *addr, size_t len, int prot, int flags, int fd,
			 uint32_t w0, uint32_t w1, uint32_t w2)
	OFF32_ENTRY("mmap64");

void *off32_entry_mmap(void *addr, size_t len, int prot, int flags, int fd,
		       uint32_t w0, uint32_t w1, uint32_t w2)
{
	OFF32_CALL(c, "mmap", off32_entry_mmap, fd, len,
					 w0, w1, w2);
	uint64_t off = off32_is_narrow(&c) ? w0 : physical(fd, off32_wide(&c));
	void *p = off32_do_mmap(addr, len, prot, flags, fd, off);

	off32_trace(&c, off, (long)p);
	return p;
}

void *off32_entry_mmap64(void *addr, size_t len, int prot, int flags, int fd,
			 uint32_t w0, uint32_t w1, uint32_t w2)
{
	OFF32_CALL(c, "mmap64", off32_entry_mmap64, fd, len,
					 w0, w1, w2);
	uint64_t off = physical(fd, off32_wide(&c));
	void *p = off32_do_mmap(addr, len, prot, flags, fd, off);

	off32_trace(&c, off, (long)p);
	return p;
}
