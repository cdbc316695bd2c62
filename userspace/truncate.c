// SPDX-License-Identifier: MIT
/*
 * truncate.c - ftruncate and truncate.
 */
#include "shim.h"

int off32_entry_ftruncate(int fd, uint32_t w0, uint32_t w1, uint32_t w2)
	OFF32_ENTRY("ftruncate");
int off32_entry_truncate(const char *path, uint32_t w0, uint32_t w1,
			 uint32_t w2)
	OFF32_ENTRY("truncate");

static int64_t length(struct off32_call *c)
{
	return off32_is_narrow(c) ? (int32_t)c->word[0] :
		(int64_t)off32_wide(c);
}

int off32_entry_ftruncate(int fd, uint32_t w0, uint32_t w1, uint32_t w2)
{
	OFF32_CALL(c, "ftruncate", off32_entry_ftruncate,
					 fd, 0, w0, w1, w2);
	int64_t len = length(&c);
	int result = off32_do_ftruncate(fd, len);

	off32_trace(&c, len, result);
	return result;
}

int off32_entry_truncate(const char *path, uint32_t w0, uint32_t w1,
			 uint32_t w2)
{
	OFF32_CALL(c, "truncate", off32_entry_truncate,
					 -1, 0, w0, w1, w2);
	int64_t len = length(&c);
	int result = off32_do_truncate(path, len);

	off32_trace(&c, len, result);
	return result;
}
