/* SPDX-License-Identifier: GPL-2.0 */
/*
 * check.h - counted comparisons of numbers, for programs of one file.
 *
 * Promise: every CHECK() is counted, one that does not hold is printed;
 * check_summary() prints both counts and gives the exit status.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>

static unsigned int checks, failures;

#define CHECK(what, got, expected) do {					\
	unsigned long long got_ = (got), expected_ = (expected);	\
									\
	checks++;							\
	if (got_ != expected_) {					\
		failures++;						\
		printf("%s: %#llx, expected %#llx\n", what, got_,	\
		       expected_);					\
	}								\
} while (0)

static inline int check_summary(void)
{
	printf("%u checks, %u failures\n", checks, failures);
	return failures != 0;
}

#endif
