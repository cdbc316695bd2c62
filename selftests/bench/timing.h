/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calls that are made until they are known to do what they must, and then
 * timed: the least of many single ones, less what reading the clock costs.
 * In a guest whose clock counts instructions that is a number of instructions.
 */
#ifndef HVC_TIMING_H
#define HVC_TIMING_H

#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "../guest/hvct.h"
#include "../guest/sites.h"

#define WARM	48	/* more than the in-range calls that are looked at */
#define ROUNDS	200
#define PFN	(MMZ_PFN + 0x40)
#define STAMPED	128	/* pages from PFN on hold their page frame number */

struct call {
	const char *what;
	void *(*map)(const struct call *c);
	int fd;
	unsigned int pages;
	uint64_t pfn;		/* page frame that must come; 0: must fail */
	unsigned long raw;	/* pgoff that is asked for; raw calls */
	unsigned long w1, w2;	/* neighbours; vendor calls */
	unsigned long pad;	/* padding word; native calls */
	unsigned int checked;	/* the buffer shows up this many times */
};

static inline void *by_native(const struct call *c)
{
	return native_sites[0](c->fd, c->pages * page, c->pad, c->pfn * page);
}

static inline void *by_raw(const struct call *c)
{
	return raw_mmap2(c->fd, c->pages * page, c->raw, NULL);
}

static inline unsigned long ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ul + ts.tv_nsec;
}

static inline unsigned long clock_cost(void)
{
	unsigned long least = -1ul, t;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		t = ns();
		t = ns() - t;
		if (t < least)
			least = t;
	}
	return least;
}

static inline void say(const char *phase, const char *what,
		       unsigned long least)
{
	static unsigned long own;

	if (!own)
		own = clock_cost();
	printf("bench %s/%s %lu\n", phase, what, least - own);
}

/* The mapping shows the buffer as often as the driver maps it. */
static inline bool shows(const struct call *c, void *p)
{
	unsigned int i, n = c->pages / c->checked;

	for (i = 0; i < c->pages; i++)
		if (*(volatile uint32_t *)((char *)p + i * page) !=
		    (uint32_t)(c->pfn + i % n))
			return false;
	return true;
}

static inline bool works(const struct call *c)
{
	void *p = c->map(c);
	bool right;

	if (p == MAP_FAILED)
		return !c->pfn;
	right = c->pfn && shows(c, p);
	munmap(p, c->pages * page);
	return right;
}

static inline bool works_each_time(const struct call *c)
{
	bool right = true;
	int i;

	for (i = 0; i < WARM; i++)
		right &= works(c);
	return right;
}

static inline unsigned long least_of(const struct call *c)
{
	unsigned long least = -1ul, t;
	void *p;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		t = ns();
		p = c->map(c);
		if (p != MAP_FAILED)
			munmap(p, c->pages * page);
		t = ns() - t;
		if (t < least)
			least = t;
	}
	return least;
}

/* Each of these pages' first word becomes its page frame number. */
static inline void stamp_pages(void)
{
	int fd = dev_open("bother");
	unsigned int i;
	uint32_t *p = mmap(NULL, STAMPED * page, PROT_READ | PROT_WRITE,
			   MAP_SHARED, fd, PFN * page);

	if (p == MAP_FAILED)
		bail("bother cannot be mapped");
	for (i = 0; i < STAMPED; i++)
		p[i * page / sizeof(*p)] = PFN + i;
	munmap(p, STAMPED * page);
	close(fd);
}

#endif
