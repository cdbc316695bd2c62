/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calls that are made until they are known to do what they must, and then
 * timed: the least of many single ones, less what reading the clock costs.
 * In a guest whose clock counts instructions that is a number of instructions.
 * Where that clock is coarse (1 us on boards with an SP804) each time is that
 * of as many calls in a row as make a step of it FINE_NS a call.
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
#define STEP_NS	16	/* what one call's time may be off by */
#define FINE_NS	4	/* the same for calls in a row */
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

/* The clock goes on now. */
static inline unsigned long next_ns(void)
{
	unsigned long before = ns(), now;

	do
		now = ns();
	while (now == before);
	return now;
}

/* How many calls in a row are timed, see above. */
static inline unsigned int in_a_row(void)
{
	static unsigned int calls;
	unsigned long from, before, now, step = -1ul;
	int i;

	if (calls)
		return calls;
	from = before = now = ns();
	for (i = 0; i < ROUNDS; i++, before = now) {
		now = ns();
		if (now != before && now - before < step)
			step = now - before;
	}
	/* A clock that is read several times before it goes on is coarse. */
	calls = 1;
	if (step > 3 * (now - from) / ROUNDS)
		calls = (step + FINE_NS - 1) / FINE_NS;
	return calls;
}

static inline unsigned long least(void (*once)(const void *), const void *arg)
{
	unsigned int n = in_a_row(), i, k;
	unsigned int rounds = n == 1 ? ROUNDS : ROUNDS / 20;
	unsigned long best = -1ul, t;

	for (i = 0; i < rounds; i++) {
		t = n == 1 ? ns() : next_ns();
		for (k = 0; k < n; k++)
			once(arg);
		t = (ns() - t) / n;
		if (t < best)
			best = t;
	}
	return best;
}

static inline void nothing(const void *arg)
{
	(void)arg;
}

/* Prints the figure and returns it. */
static inline unsigned long say(const char *phase, const char *what,
				void (*once)(const void *), const void *arg)
{
	static unsigned long own;
	unsigned long cost;

	if (!own)
		own = least(nothing, NULL);
	cost = least(once, arg) - own;
	printf("bench %s/%s %lu\n", phase, what, cost);
	return cost;
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

/* A call to be timed: known to be right, so nothing is looked at. */
static inline void map_once(const void *call)
{
	const struct call *c = call;
	void *p = c->map(c);

	if (p != MAP_FAILED)
		munmap(p, c->pages * page);
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
