// SPDX-License-Identifier: MIT
/* rules.c - the rule table of rules.h. */
#include <stddef.h>

#include "rules.h"

/* A trailing '*' matches any rest. */
static int matches(const char *pattern, const char *s)
{
	for (; *pattern == *s; pattern++, s++)
		if (!*s)
			return 1;
	return *pattern == '*';
}

struct rule {
	const char pattern[23];
	unsigned char fact;
};

static unsigned int look_up(const struct rule *rule, size_t n, const char *s)
{
	for (; n; n--, rule++)
		if (matches(rule->pattern, s))
			return rule->fact;
	return 0;
}

#define LOOK_UP(table, s) look_up(table, sizeof(table) / sizeof(*(table)), s)

unsigned int off32_fact_needed(const char *soname)
{
	static const struct rule needed[] = {
		{ "libc.so",		OFF32_NEEDS_WIDE },
		{ "libc.musl-*",	OFF32_NEEDS_WIDE },
		{ "ld-musl-*",		OFF32_NEEDS_WIDE },
		{ "libc.so.6",		OFF32_NEEDS_NARROW },
		{ "libc.so.0",		OFF32_NEEDS_NARROW },
		{ "libc.so.1",		OFF32_NEEDS_NARROW },
		{ "ld-uClibc*",		OFF32_NEEDS_NARROW },
		{ "ld-linux*",		OFF32_NEEDS_NARROW },
		{ "libm.so",		OFF32_NEEDS_BIONIC },
		{ "libdl.so",		OFF32_NEEDS_BIONIC },
	};

	return LOOK_UP(needed, soname);
}

unsigned int off32_fact_version(const char *version)
{
	static const struct rule versions[] = {
		{ "GLIBC_*",		OFF32_VERSION_NARROW },
		{ "LIBC",		OFF32_VERSION_NARROW },
	};

	return LOOK_UP(versions, version);
}

/*
 * Only names that the other side never had under any of its versions. The 64
 * names say nothing: a language's bindings import mmap64 on musl, too.
 */
unsigned int off32_fact_import(const char *symbol)
{
	static const struct rule imports[] = {
		{ "__xstat",		OFF32_IMPORT_NARROW },
		{ "__fxstat",		OFF32_IMPORT_NARROW },
		{ "__lxstat",		OFF32_IMPORT_NARROW },
		{ "__ctype_b",		OFF32_IMPORT_NARROW },
		{ "__ctype_tolower",	OFF32_IMPORT_NARROW },
		{ "__ctype_toupper",	OFF32_IMPORT_NARROW },
		{ "__fdelt_chk",	OFF32_IMPORT_NARROW },
		{ "__memcpy_chk",	OFF32_IMPORT_NARROW },
		{ "__sprintf_chk",	OFF32_IMPORT_NARROW },
		{ "__snprintf_chk",	OFF32_IMPORT_NARROW },
		{ "__printf_chk",	OFF32_IMPORT_NARROW },
		{ "__fprintf_chk",	OFF32_IMPORT_NARROW },
		{ "__uClibc_main",	OFF32_IMPORT_NARROW },
		{ "gnu_get_libc_version", OFF32_IMPORT_NARROW },
		{ "__errno",		OFF32_IMPORT_NARROW },
		{ "__stat_time64",	OFF32_IMPORT_WIDE },
		{ "__fstat_time64",	OFF32_IMPORT_WIDE },
		{ "__lstat_time64",	OFF32_IMPORT_WIDE },
		{ "__nanosleep_time64",	OFF32_IMPORT_WIDE },
		{ "__select_time64",	OFF32_IMPORT_WIDE },
		{ "__gettimeofday_time64", OFF32_IMPORT_WIDE },
		{ "__dlsym_time64",	OFF32_IMPORT_WIDE },
	};

	return LOOK_UP(imports, symbol);
}

enum off32_abi off32_rule_needs(unsigned int facts)
{
	unsigned int both = OFF32_NEEDS_NARROW | OFF32_NEEDS_WIDE;

	if (facts & OFF32_VERSION_NARROW)
		return OFF32_NARROW;
	if (facts & OFF32_NEEDS_BIONIC)
		facts &= ~OFF32_NEEDS_WIDE;
	if ((facts & both) == both)
		return OFF32_UNDECIDED;
	if (facts & OFF32_NEEDS_NARROW)
		return OFF32_NARROW;
	if (facts & OFF32_NEEDS_WIDE)
		return OFF32_WIDE;
	return OFF32_UNDECIDED;
}

enum off32_abi off32_rule_import(unsigned int facts)
{
	unsigned int both = OFF32_IMPORT_NARROW | OFF32_IMPORT_WIDE;

	if ((facts & both) == OFF32_IMPORT_NARROW)
		return OFF32_NARROW;
	if ((facts & both) == OFF32_IMPORT_WIDE)
		return OFF32_WIDE;
	return OFF32_UNDECIDED;
}
