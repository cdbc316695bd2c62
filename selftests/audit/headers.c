// SPDX-License-Identifier: GPL-2.0
/* headers.c - what a libc's own headers make of the same source. */
#include <dirent.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

extern volatile int state;

void *map(int fd, size_t len, off_t offset)
{
	void *p = mmap(0, len, PROT_READ, MAP_SHARED, fd, offset & ~4095);

	state = 1;
	return p;
}

off_t seek(int fd)
{
	off_t end = lseek(fd, 0, SEEK_END);

	state = 2;
	return end;
}

int size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? -1 : (int)st.st_size;
}

int count(DIR *dir)
{
	int n = 0;

	while (readdir(dir))
		n++;
	return n;
}
