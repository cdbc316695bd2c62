/* SPDX-License-Identifier: GPL-2.0 */
/*
 * input.h - a fuzzer's bytes, taken one after the other.
 *
 * Promise: every input means something; what is missing at its end is zero.
 */
#ifndef INPUT_H
#define INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *input;
static size_t input_left;

static inline void input_start(const uint8_t *data, size_t size)
{
	input = data;
	input_left = size;
}

/* input_take() - a number of that many bytes, the first one highest */
static inline uint64_t input_take(unsigned int bytes)
{
	uint64_t value = 0;

	while (bytes-- && input_left) {
		value = value << 8 | *input++;
		input_left--;
	}
	return value;
}

/* EXPECT() - end the run with the input as a finding */
#define EXPECT(condition) do {						\
	if (!(condition)) {						\
		fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__,	\
			__LINE__, #condition);				\
		abort();						\
	}								\
} while (0)

#endif /* INPUT_H */
