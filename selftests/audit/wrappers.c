// SPDX-License-Identifier: GPL-2.0
/*
 * wrappers.c - calls that pass on what they got. Where both widths would
 * compile to the same code, no answer is the right one; the wrong one never.
 */
typedef unsigned int size;
typedef OFF_T off;

void *mmap(void *addr, size len, int prot, int flags, int fd, off offset);
off lseek(int fd, off offset, int whence);
int ftruncate(int fd, off len);
int pread(int fd, void *buf, size n, off offset);

extern volatile int state;

void *wrap_mmap(void *addr, size len, int prot, int flags, int fd, off offset)
{
	return mmap(addr, len, prot, flags, fd, offset);
}

off wrap_lseek(int fd, off offset, int whence)
{
	return lseek(fd, offset, whence);
}

int wrap_ftruncate(int fd, off len)
{
	return ftruncate(fd, len);
}

int wrap_pread(int fd, void *buf, size n, off offset)
{
	return pread(fd, buf, n, offset);
}

off lseek_and_more(int fd, off offset, int whence)
{
	off at = lseek(fd, offset, whence);

	state = 1;
	return at;
}

int ftruncate_and_more(int fd, off len)
{
	int r = ftruncate(fd, len);

	state = 2;
	return r;
}

/* mmap's address as a value: such calls are not followed. */
void *(*map_pointer(void))(void *, size, int, int, int, off)
{
	return mmap;
}
