/* SPDX-License-Identifier: MIT */
/*
 * mem.h - memory of two lives: scratch, of the file being looked at, and kept,
 * until the report is printed.
 *
 * Nothing here returns NULL: without memory the tool ends with status 2.
 */
#ifndef AUDIT_MEM_H
#define AUDIT_MEM_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed. */
void *mem_scratch(size_t n, size_t size);
void *mem_keep(size_t n, size_t size);

/** mem_text() - a kept string */
char *mem_text(const char *format, ...) 
	__attribute__((format(printf, 1, 2), nonnull(1)));

void mem_forget_scratch(void);
void mem_free_all(void);

/**
 * mem_grow() - room for one more element at the end of an array
 * @array: the array so far (NULL when empty)
 * @n: elements in it; one more afterwards
 * @size: bytes of one element
 *
 * Returns the array, whose last element is zeroed.
 */
void *mem_grow(void *array, size_t *n, size_t size,
	       void *(*take)(size_t n, size_t size));

#define SCRATCH_ADD(array, n) \
	((array) = mem_grow(array, &(n), sizeof(*(array)), mem_scratch), \
	 &(array)[(n) - 1])
#define KEEP_ADD(array, n) \
	((array) = mem_grow(array, &(n), sizeof(*(array)), mem_keep), \
	 &(array)[(n) - 1])

#endif
