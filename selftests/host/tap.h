/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tap.h - one flat KTAP stream out of groups of tests.
 *
 * Promise: the plan is printed first and is what the groups announce; a group
 * that reports more or fewer results, or a description given twice, fails the
 * run. Failures name file, line and the values that were met.
 */
#ifndef TAP_H
#define TAP_H

#include <stdbool.h>
#include <stdio.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/**
 * struct tap_group - tests that run together
 * @name:	to run this group alone
 * @plan:	how many results @run will report
 * @run:	reports them
 */
struct tap_group {
	const char *name;
	unsigned int (*plan)(void);
	void (*run)(void);
};

/** tap_result() - report one test */
void tap_result(bool pass, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** tap_note() - a diagnostic line, also the reason of a failure */
void tap_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** tap_quoted() - text as it can stand in a description; static storage */
const char *tap_quoted(const char *text);

/** TAP_EXPECT() - clear @pass and say why if @cond does not hold */
#define TAP_EXPECT(pass, cond)						\
	do {								\
		if (!(cond)) {						\
			tap_note("%s:%d: %s does not hold", __FILE__,	\
				 __LINE__, #cond);			\
			(pass) = false;					\
		}							\
	} while (0)

extern const struct tap_group rules_group, modes_group, world_group,
			      random_group, sets_group, bytes_group,
			      ranges_text_group, mmz_text_group,
			      text_fuzz_group;

#endif /* TAP_H */
