// SPDX-License-Identifier: GPL-2.0
/*
 * parse.c - the parsers, held against the grammars.
 *
 * The first byte picks parser and machine, the rest is the text.
 */
#include "input.h"
#include "text_oracle.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static const struct hvc_bounds machines[] = {
		{ 12, 1ULL << 20 }, { 12, 1ULL << 52 }, { 16, 1ULL << 16 },
		{ 12, 1ULL << 28 },
	};
	const char *wrong;
	char *text;

	if (!size)
		return 0;
	text = malloc(size);
	if (!text)
		return 0;
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	wrong = text_check(text, (*data >> 2) % GRAMMARS,
			   &machines[*data & 3]);
	if (wrong) {
		fprintf(stderr, "%s: \"%s\"\n", wrong, text);
		abort();
	}
	free(text);
	return 0;
}
