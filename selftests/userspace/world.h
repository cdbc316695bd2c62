/* SPDX-License-Identifier: GPL-2.0 */
/*
 * world.h - a sparse file that stands for physical memory.
 *
 * The first word of every page of interest is its page number: what a mapping
 * shows there is the offset that was used, whatever anybody claims.
 */
#ifndef WORLD_H
#define WORLD_H

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096u
#define WORLD_SIZE 0x300000000ull
#define ABOVE 0x100000000ull	/* 4 GiB: out of a 32-bit off_t's reach */

/* Physical addresses as vendor code uses them, from both ends of 32 bits. */
static const uint32_t world_offsets[] = {
	0x84000000, 0x84005000, 0x20050000, 0x7ffff000, 0x80000000, 0xfffff000,
};
#define WORLD_OFFSETS (sizeof(world_offsets) / sizeof(*world_offsets))

static inline void die(const char *what)
{
	perror(what);
	exit(2);
}

static inline void world_mark(int fd, uint64_t off)
{
	uint32_t number = off / PAGE;

	if (pwrite(fd, &number, sizeof(number), off) != sizeof(number))
		die("pwrite");
}

static inline int world_open(void)
{
	const char *dir = getenv("TMPDIR"), *made = getenv("WORLD");
	char name[200];
	unsigned int i;
	int fd;

	/* One made earlier, where file functions are not to be relied on. */
	if (made && (fd = open(made, O_RDWR)) >= 0)
		return fd;
	snprintf(name, sizeof(name), "%s/world-XXXXXX", dir ? dir : "/tmp");
	fd = mkstemp(name);
	if (fd < 0)
		die(name);
	if (made ? rename(name, made) : unlink(name))
		die(name);
	if (ftruncate(fd, WORLD_SIZE))
		die("ftruncate");
	for (i = 0; i < WORLD_OFFSETS; i++) {
		world_mark(fd, world_offsets[i]);
		world_mark(fd, world_offsets[i] + ABOVE);
	}
	world_mark(fd, 0x1000);
	return fd;
}

/* Count of one kind of call. */
struct score {
	unsigned int right, wrong, refused, frame;
};

/*
 * What the system call itself shows there. Some qemu-user versions cut offsets
 * above 4 GiB off; that the shim does not is seen in -strace (t_behaviour.sh).
 */
static inline uint32_t world_truth(int fd, uint64_t off)
{
	uint32_t *p = (uint32_t *)syscall(SYS_mmap2, 0, PAGE, PROT_READ,
					  MAP_SHARED, fd, (long)(off / PAGE));
	uint32_t number;

	if (p == MAP_FAILED)
		die("mmap2");
	number = *p;
	munmap(p, PAGE);
	return number;
}

static inline void world_judge(struct score *s, int fd, void *p, uint64_t off)
{
	if (p == (void *)8) {
		s->frame++;
	} else if (p == MAP_FAILED) {
		s->refused++;
	} else {
		if (*(uint32_t *)p == world_truth(fd, off))
			s->right++;
		else
			s->wrong++;
		munmap(p, PAGE);
	}
}

static inline void world_print(const char *who, const struct score *s)
{
	printf("%s right=%u wrong=%u refused=%u frame=%u\n", who, s->right,
	       s->wrong, s->refused, s->frame);
}

#endif
