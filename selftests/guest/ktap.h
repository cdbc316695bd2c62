/* SPDX-License-Identifier: GPL-2.0 */
/*
 * KTAP for guest programs, small enough for any board: a plan, numbered
 * results, kselftest's exit codes. Needs nothing but a C library.
 */
#ifndef HVC_KTAP_H
#define HVC_KTAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define KSFT_PASS	0
#define KSFT_FAIL	1
#define KSFT_SKIP	4

/* One set of counters per program, whatever number of its objects count. */
__attribute__((weak)) unsigned int ktap_planned, ktap_run, ktap_failed,
				   ktap_skipped;

static inline void ktap_plan(unsigned int n)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	ktap_planned = n;
	printf("TAP version 13\n1..%u\n", n);
}

__attribute__((format(printf, 1, 2)))
static inline void diag(const char *fmt, ...)
{
	va_list ap;

	printf("# ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
}

/* One result. @fmt describes what is promised, not what happened. */
__attribute__((format(printf, 2, 3)))
static inline bool ok(bool good, const char *fmt, ...)
{
	va_list ap;

	printf("%sok %u - ", good ? "" : "not ", ++ktap_run);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	ktap_failed += !good;
	return good;
}

__attribute__((format(printf, 1, 2)))
static inline void skip(const char *fmt, ...)
{
	va_list ap;

	printf("ok %u - ", ++ktap_run);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	ktap_skipped++;
}

/* A number that must be another; says both when it is not. */
static inline bool ok_num(long long got, long long want, const char *what)
{
	bool good = ok(got == want, "%s", what);

	if (!good)
		diag("got %lld (0x%llx), want %lld (0x%llx)", got, got, want,
		     want);
	return good;
}

/* The test itself cannot go on. */
__attribute__((format(printf, 1, 2), noreturn))
static inline void bail(const char *fmt, ...)
{
	va_list ap;

	printf("Bail out! ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	fflush(stdout);
	_Exit(KSFT_FAIL);
}

static inline int ktap_end(void)
{
	if (ktap_run != ktap_planned) {
		diag("planned %u results, gave %u", ktap_planned, ktap_run);
		ktap_failed++;
	}
	printf("# %u passed, %u failed, %u skipped\n",
	       ktap_run - ktap_failed - ktap_skipped, ktap_failed,
	       ktap_skipped);
	fflush(stdout);
	if (ktap_failed)
		return KSFT_FAIL;
	return ktap_skipped && ktap_skipped == ktap_run ? KSFT_SKIP : KSFT_PASS;
}

#endif
