// SPDX-License-Identifier: GPL-2.0
/*
 * tap.c - runs the groups named on the command line, or all of them; -GROUP
 * leaves one out.
 *
 * Exit status as kselftest has it: 0 all passed, 1 something failed.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

#define RESULTS_MAX 4096

static const struct tap_group *const groups[] = {
	&rules_group, &modes_group, &world_group, &random_group, &sets_group,
	&bytes_group, &ranges_text_group, &mmz_text_group, &text_fuzz_group,
};

static char *seen[RESULTS_MAX];
static unsigned int results, failures;

void tap_note(const char *format, ...)
{
	va_list args;

	fputs("# ", stdout);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

void tap_result(bool pass, const char *format, ...)
{
	char text[256];
	unsigned int i;
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);

	for (i = 0; i < results; i++) {
		if (!strcmp(seen[i], text)) {
			tap_note("the description was used before");
			pass = false;
		}
	}
	if (results == RESULTS_MAX) {
		tap_note("more than RESULTS_MAX, %d, results", RESULTS_MAX);
		exit(1);
	}
	seen[results++] = strdup(text);
	if (!pass)
		failures++;
	printf("%sok %u - %s\n", pass ? "" : "not ", results, text);
	fflush(stdout);
}

const char *tap_quoted(const char *text)
{
	static char out[128];
	size_t n = 0;

	out[n++] = '"';
	for (; *text && n < sizeof(out) - 8; text++) {
		unsigned char c = *text;

		if (c == '\n')
			n += sprintf(out + n, "\\n");
		else if (c == '#' || c == '\\' || !isprint(c))
			n += sprintf(out + n, "\\x%02x", c);
		else
			out[n++] = c;
	}
	strcpy(out + n, *text ? "...\"" : "\"");
	return out;
}

static bool chosen(const struct tap_group *g, char **names)
{
	bool any = false, named = false;

	for (; *names; names++) {
		if (**names == '-') {
			if (!strcmp(*names + 1, g->name))
				return false;
		} else {
			any = true;
			named = named || !strcmp(*names, g->name);
		}
	}
	return named || !any;
}

static bool all_exist(char **names)
{
	unsigned int i;

	for (; *names; names++) {
		for (i = 0; i < ARRAY_SIZE(groups); i++) {
			if (!strcmp(*names + (**names == '-'), groups[i]->name))
				break;
		}
		if (i == ARRAY_SIZE(groups)) {
			fprintf(stderr, "no group %s; there are:", *names);
			for (i = 0; i < ARRAY_SIZE(groups); i++)
				fprintf(stderr, " %s", groups[i]->name);
			fputc('\n', stderr);
			return false;
		}
	}
	return true;
}

int main(int argc, char **argv)
{
	unsigned int plan = 0, i;

	(void)argc;
	if (!all_exist(argv + 1))
		return 2;
	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		if (chosen(groups[i], argv + 1))
			plan += groups[i]->plan();
	}
	printf("TAP version 13\n1..%u\n", plan);

	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		unsigned int before = results;

		if (!chosen(groups[i], argv + 1))
			continue;
		groups[i]->run();
		if (results - before != groups[i]->plan()) {
			tap_note("group %s announced %u results, gave %u",
				 groups[i]->name, groups[i]->plan(),
				 results - before);
			failures++;
		}
	}
	for (i = 0; i < results; i++)
		free(seen[i]);
	return failures ? 1 : 0;
}
