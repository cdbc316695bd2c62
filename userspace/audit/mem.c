// SPDX-License-Identifier: MIT
/* mem.c - what mem.h promises. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

struct block {
	struct block *next;
	_Alignas(max_align_t) char bytes[];
};

static struct block *scratch, *kept;

static void *take(struct block **blocks, size_t n, size_t size)
{
	struct block *b = NULL;

	if (!size || n <= (SIZE_MAX - sizeof(*b)) / size)
		b = calloc(1, sizeof(*b) + n * size);
	if (!b) {
		fputs("off32-audit: out of memory\n", stderr);
		exit(2);
	}
	b->next = *blocks;
	*blocks = b;
	return b->bytes;
}

void *mem_scratch(size_t n, size_t size)
{
	return take(&scratch, n, size);
}

void *mem_keep(size_t n, size_t size)
{
	return take(&kept, n, size);
}

char *mem_text(const char *format, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	s = mem_keep((size_t)(n < 0 ? 0 : n) + 1, 1);
	va_start(ap, format);
	if (n > 0)
		vsnprintf(s, (size_t)n + 1, format, ap);
	va_end(ap);
	return s;
}

/* Doubled whenever the count is a power of two; old copies wait for the end. */
void *mem_grow(void *array, size_t *n, size_t size,
	       void *(*take)(size_t n, size_t size))
{
	size_t have = *n;

	if (!(have & (have - 1))) {
		void *bigger = take(have ? 2 * have : 1, size);

		if (have)
			memcpy(bigger, array, have * size);
		array = bigger;
	}
	*n = have + 1;
	return array;
}

static void release(struct block **blocks)
{
	while (*blocks) {
		struct block *b = *blocks;

		*blocks = b->next;
		free(b);
	}
}

void mem_forget_scratch(void)
{
	release(&scratch);
}

void mem_free_all(void)
{
	release(&scratch);
	release(&kept);
}
