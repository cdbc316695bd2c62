// SPDX-License-Identifier: GPL-2.0
/*
 * calls.c - calls whose off_t the code before them shows. OFF_T is the oracle:
 * the compiler is told the width, the tool has to find it in the code.
 *
 * No libc header: the plain names with either width, as of two libcs.
 */
typedef unsigned int size;
typedef OFF_T off;

void *mmap(void *addr, size len, int prot, int flags, int fd, off offset);
off lseek(int fd, off offset, int whence);
int ftruncate(int fd, off len);
int truncate(const char *path, off len);
int pread(int fd, void *buf, size n, off offset);
int pwrite(int fd, const void *buf, size n, off offset);
int ioctl(int fd, unsigned long request, ...);
int printf(const char *format, ...);
void *memset(void *s, int c, size n);
void abort(void) __attribute__((noreturn));
int open(const char *path, int flags, ...);

extern int device;
extern volatile int state;

struct buffer {
	unsigned int phys, len;
	void *virt;
};

/* --- 13 calls of mmap --- */

void *map_plain(size len, unsigned int phys)
{
	void *p = mmap(0, len, 3, 1, device, (off)phys);

	state = 1;
	return p;
}

void *map_register(void)
{
	void *p = mmap(0, 4096, 3, 1, device, (off)0x20050000);

	state = 2;
	return p;
}

void *map_start(size len)
{
	void *p = mmap(0, len, 1, 2, device, 0);

	state = 3;
	return p;
}

int map_all(struct buffer *b, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		b[i].virt = mmap(0, b[i].len, 3, 1, device,
				 (off)(b[i].phys & ~4095U));
		if (b[i].virt == (void *)-1)
			return i;
	}
	return n;
}

void *map_either(int fd, unsigned int a, unsigned int b, int which)
{
	void *p;

	if (fd < 0) {
		printf("%d %d %d %d %d %d\n", fd, which, 1, 2, 3, 4);
		abort();
	}
	p = mmap(0, which ? 4096 : 8192, 3, 1, fd,
		 which > 2 ? (off)a : (off)b + 4096);
	state = 4;
	return p;
}

int map_twice(struct buffer *b, int fd)
{
	b->virt = mmap(0, b->len, 3, 1, fd, (off)b->phys);
	if (b->virt == (void *)-1)
		return -1;
	b->virt = mmap(b->virt, b->len, 3, 17, fd, (off)b->phys + b->len);
	return b->virt == (void *)-1;
}

/* As vendor libraries do: open, ask, map what the answer says. */
int map_answer(struct buffer *b)
{
	struct buffer answer[9];
	unsigned int offset;

	if (device < 0) {
		device = open("/dev/venc", 2);
		if (device < 0) {
			printf("open %s: %d %d %d %d\n", "venc", device, 1, 2,
			       state);
			return -1;
		}
	}
	memset(answer, 0, sizeof(answer));
	if (ioctl(device, 0x4004, answer))
		return -2;
	offset = answer[3].phys & 4095;
	b->virt = mmap(0, (answer[3].len + offset + 4095) & ~4095U, 3, 1,
		       device, (off)(answer[3].phys - offset));
	if (b->virt == (void *)-1) {
		printf("map err: %x %x %d %d %d\n", answer[3].phys, offset, 3,
		       4, 5);
		return -3;
	}
	b->phys = answer[4].phys;
	return 0;
}

void *map_locals(int n, unsigned int phys)
{
	volatile unsigned int *room = __builtin_alloca(n);
	volatile unsigned int more[6];
	void *p;
	int i;

	for (i = 0; i < 6; i++)
		more[i] = room[i] = phys + i;
	p = mmap(0, more[2], 3, 1, device, (off)(phys + more[3]));
	for (i = 0; i < 6; i++)
		state += more[i] + room[i];
	return p;
}

void *map_switch(int what, unsigned int phys, size len)
{
	void *p = 0;

	switch (what) {
	case 0:
		p = mmap(0, len, 1, 1, device, (off)phys);
		break;
	case 1:
		p = mmap(0, len, 2, 1, device, (off)phys + 4096);
		break;
	case 2:
		state = 9;
		break;
	case 5:
		p = mmap(0, len, 3, 2, device, (off)phys + 65536);
		break;
	}
	state = what;
	return p;
}

void *map_second(size len, off *table, int i)
{
	void *p = mmap(0, len, 3, 1, device, table[i]);

	state = i;
	return p;
}

/* --- 5 calls of lseek --- */

off seek_end(int fd)
{
	off end = lseek(fd, 0, 2);

	state = 5;
	return end;
}

off seek_block(int fd, unsigned int block)
{
	off at = lseek(fd, (off)block * 512, 0);

	state = 6;
	return at;
}

int seek_all(const int *fds, const unsigned int *blocks, int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (lseek(fds[i], (off)(int)blocks[i], 1) < 0)
			return i;
	return n;
}

int seek_back(int fd)
{
	if (lseek(fd, -1, 1) < 0)
		return -1;
	return lseek(fd, 4096, 0) != 4096;
}

/* --- 3 of ftruncate, 1 of truncate --- */

int cut_empty(int fd)
{
	int r = ftruncate(fd, 0);

	state = 7;
	return r;
}

int cut_pages(int fd, unsigned int pages)
{
	int r = ftruncate(fd, (off)pages << 12);

	state = 8;
	return r;
}

int cut_at(const off *where, int i)
{
	int r = ftruncate(device, where[i]);

	state = 9;
	return r;
}

int cut_path(const char *path)
{
	int r = truncate(path, 1 << 20);

	state = 10;
	return r;
}

/* --- 2 of pread, 1 of pwrite --- */

int read_block(int fd, void *buf, unsigned int block)
{
	int r = pread(fd, buf, 512, (off)block * 512);

	state = 11;
	return r;
}

int read_header(int fd, void *buf)
{
	int r = pread(fd, buf, 64, 0);

	state = 12;
	return r;
}

int write_block(int fd, const void *buf, const off *table)
{
	int r = pwrite(fd, buf, 512, table[3]);

	state = 13;
	return r;
}
