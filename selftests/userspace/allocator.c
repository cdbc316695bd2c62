// SPDX-License-Identifier: GPL-2.0
/*
 * allocator.c - a preloaded malloc that gets its memory from mmap, as jemalloc
 * does, before anybody's constructor has run.
 */
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

#define CHUNK (1u << 20)

static char *volatile next, *volatile end;

void *malloc(size_t n)
{
	char *p;

	n = (n + 31) & ~(size_t)15;
	if (!next || next + n > end) {
		p = mmap(NULL, CHUNK + n, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (p == MAP_FAILED)
			return NULL;
		next = p;
		end = p + CHUNK + n;
	}
	p = __sync_fetch_and_add(&next, n);
	*(size_t *)p = n - 16;
	return p + 16;
}

void free(void *p)
{
	(void)p;
}

void *calloc(size_t n, size_t size)
{
	return malloc(n * size);	/* fresh memory of mmap is zero */
}

void *realloc(void *old, size_t n)
{
	size_t had = old ? *(size_t *)((char *)old - 16) : 0;
	void *p = malloc(n);

	if (p && old)
		memcpy(p, old, had < n ? had : n);
	return p;
}
