// SPDX-License-Identifier: MIT
/* functions.c - what functions.h promises. */
#include <string.h>

#include "flow.h"
#include "functions.h"

#define ENTRY(name, carries, shape) \
	{ #name, carries, shape, true, "off32_" #name }
#define PLAIN(name, carries, shape) \
	{ #name, carries, shape, false, NULL }

static const struct function functions[] = {
	ENTRY(mmap, "offset", SHAPE_MAP),
	ENTRY(lseek, "offset and result", SHAPE_SEEK),
	ENTRY(ftruncate, "length", SHAPE_TRUNCATE),
	ENTRY(truncate, "length", SHAPE_TRUNCATE),
	ENTRY(pread, "offset", SHAPE_PREAD),
	ENTRY(pwrite, "offset", SHAPE_PREAD),
	ENTRY(stat, "struct stat", SHAPE_NONE),
	ENTRY(fstat, "struct stat", SHAPE_NONE),
	ENTRY(lstat, "struct stat", SHAPE_NONE),
	ENTRY(readdir, "struct dirent", SHAPE_NONE),
	ENTRY(scandir, "struct dirent", SHAPE_NONE),
	ENTRY(__xstat, "struct stat", SHAPE_NONE),
	ENTRY(__fxstat, "struct stat", SHAPE_NONE),
	ENTRY(__lxstat, "struct stat", SHAPE_NONE),
	PLAIN(__fxstatat, "struct stat", SHAPE_NONE),
	PLAIN(fstatat, "struct stat", SHAPE_NONE),
	PLAIN(readdir_r, "struct dirent", SHAPE_NONE),
	PLAIN(alphasort, "struct dirent", SHAPE_NONE),
	PLAIN(versionsort, "struct dirent", SHAPE_NONE),
	PLAIN(fseeko, "offset", SHAPE_SEEK),
	PLAIN(ftello, "result", SHAPE_NONE),
	PLAIN(fgetpos, "fpos_t", SHAPE_NONE),
	PLAIN(fsetpos, "fpos_t", SHAPE_NONE),
	PLAIN(lockf, "length", SHAPE_NONE),
	PLAIN(preadv, "offset", SHAPE_PREAD),
	PLAIN(pwritev, "offset", SHAPE_PREAD),
	PLAIN(fallocate, "offset and length", SHAPE_NONE),
	PLAIN(posix_fallocate, "offset and length", SHAPE_NONE),
	PLAIN(posix_fadvise, "offset and length", SHAPE_NONE),
	PLAIN(sendfile, "off_t in memory", SHAPE_NONE),
	PLAIN(ftw, "struct stat", SHAPE_NONE),
	PLAIN(nftw, "struct stat", SHAPE_NONE),
	PLAIN(fts_open, "struct stat", SHAPE_NONE),
	PLAIN(fts_read, "struct stat", SHAPE_NONE),
	PLAIN(glob, "struct stat, struct dirent", SHAPE_NONE),
	PLAIN(statfs, "struct statfs", SHAPE_NONE),
	PLAIN(fstatfs, "struct statfs", SHAPE_NONE),
	PLAIN(statvfs, "struct statvfs", SHAPE_NONE),
	PLAIN(fstatvfs, "struct statvfs", SHAPE_NONE),
	PLAIN(getrlimit, "struct rlimit", SHAPE_NONE),
	PLAIN(setrlimit, "struct rlimit", SHAPE_NONE),
};

const struct function *function_find(const char *name, bool *wide)
{
	size_t i;

	for (i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
		const char *plain = functions[i].name;
		size_t n = strlen(plain);

		if (strncmp(name, plain, n))
			continue;
		*wide = !strcmp(name + n, "64");
		if (!name[n] || *wide)
			return &functions[i];
	}
	*wide = true;
	if (!strcmp(name, "readdir64_r"))
		return function_find("readdir_r", &(bool){ false });
	/* musl 1.2's names for the structures with a 64-bit time_t. */
	if (!strcmp(name, "__stat_time64"))
		return function_find("stat", &(bool){ false });
	if (!strcmp(name, "__fstat_time64"))
		return function_find("fstat", &(bool){ false });
	if (!strcmp(name, "__lstat_time64"))
		return function_find("lstat", &(bool){ false });
	if (!strcmp(name, "__fstatat_time64"))
		return function_find("fstatat", &(bool){ false });
	return NULL;
}

/* --- the words of a call --- */

struct judgement {
	const struct function *function;
	bool mips, big, tail;
	unsigned int narrow, wide, neither;
	const char *why_narrow, *why_wide, *why_neither;
};

static void say(struct judgement *j, enum off32_abi abi, const char *arm,
		const char *mips)
{
	const char *why = j->mips ? mips : arm;

	switch (abi) {
	case OFF32_NARROW:
		j->narrow++;
		j->why_narrow = why;
		break;
	case OFF32_WIDE:
		j->wide++;
		j->why_wide = why;
		break;
	default:
		j->neither++;
		j->why_neither = why;
	}
}

static void judge_map(struct judgement *j, const struct evidence *e)
{
	unsigned int base = j->mips ? 4 : 0;
	bool word = e->slots >> (base + 1) & 1;
	bool pair = (e->slots >> (base + 2) & 3) == 3;

	/*
	 * A 64-bit call never stores the padding word, and its place lies in
	 * the area for arguments: no variable is kept there.
	 */
	if (word)
		say(j, OFF32_NARROW, "offset stored at [sp,#4]",
		    "offset stored at 20(sp)");
	else if (pair)
		say(j, OFF32_WIDE,
		    "offset stored at [sp,#8] and [sp,#12]; [sp,#4] is padding",
		    "offset stored at 24(sp) and 28(sp); 20(sp) is padding");
	else
		say(j, OFF32_UNDECIDED,
		    "no store of the offset seen before the call",
		    "no store of the offset seen before the call");
}

static void judge_seek(struct judgement *j, const struct evidence *e)
{
	bool stacked = e->slots >> (j->mips ? 4 : 0) & 1;
	bool a1 = e->fresh & 2, a2 = e->fresh & 4, a3 = e->fresh & 8;

	if (!stacked && (e->complete || j->tail) && (a1 || a2) && !a3)
		say(j, OFF32_NARROW,
		    "r1 and r2 are the offset and whence; nothing on the stack",
		    "$a1, $a2 are the offset and whence; nothing on the stack");
	else if (stacked && !a1 &&
		 (a3 || (j->big && a2 && e->written & 8)))
		say(j, OFF32_WIDE, "r2:r3 set, whence stored at [sp]",
		    "$a2:$a3 set, whence stored at 16(sp)");
	else if (stacked && a1 && !a3)
		say(j, OFF32_NARROW, "r1 set for the call, r3 not",
		    "$a1 set for the call, $a3 not");
	else if (stacked && e->complete && !(e->written & (2 | 4 | 8)))
		say(j, OFF32_WIDE, "whence stored at [sp], r2:r3 passed on",
		    "whence stored at 16(sp), $a2:$a3 passed on");
	else
		say(j, OFF32_UNDECIDED,
		    "registers before the call fit both widths",
		    "registers before the call fit both widths");
}

static void judge_truncate(struct judgement *j, const struct evidence *e)
{
	bool a1 = e->fresh & 2, a2 = e->fresh & 4, a3 = e->fresh & 8;

	if (a1 && !a3 && !a2)
		say(j, OFF32_NARROW, "length in r1; r2:r3 not set",
		    "length in $a1; $a2:$a3 not set");
	else if (a3 && !a1)
		say(j, OFF32_WIDE, "length in r2:r3; r1 not set",
		    "length in $a2:$a3; $a1 not set");
	else
		say(j, OFF32_UNDECIDED,
		    "registers before the call fit both widths",
		    "registers before the call fit both widths");
}

static void judge_pread(struct judgement *j, const struct evidence *e)
{
	unsigned int base = j->mips ? 4 : 0;
	unsigned int pair = e->slots >> base & 3;
	bool a3 = e->fresh & 8;

	if (pair == 3 && !a3)
		say(j, OFF32_WIDE, "offset stored at [sp] and [sp,#4]",
		    "offset stored at 16(sp) and 20(sp)");
	else if (a3 && pair != 3)
		say(j, OFF32_NARROW, "offset in r3; none on the stack",
		    "offset in $a3; none on the stack");
	else if (!pair && e->complete && !j->tail && e->fresh & 7)
		say(j, OFF32_NARROW, "offset passed on in r3; none on the stack",
		    "offset passed on in $a3; none on the stack");
	else
		say(j, OFF32_UNDECIDED,
		    "registers before the call fit both widths",
		    "registers before the call fit both widths");
}

static void judge(void *cookie, const struct evidence *e)
{
	struct judgement *j = cookie;

	switch (j->function->shape) {
	case SHAPE_MAP:
		judge_map(j, e);
		break;
	case SHAPE_SEEK:
		judge_seek(j, e);
		break;
	case SHAPE_TRUNCATE:
		judge_truncate(j, e);
		break;
	case SHAPE_PREAD:
		judge_pread(j, e);
		break;
	case SHAPE_NONE:
		break;
	}
}

enum off32_abi function_width(const struct function *f,
			      const struct image *image,
			      const struct region *r, uint64_t offset,
			      enum isa isa, bool tail, const char **why)
{
	struct judgement j = { .function = f, .mips = isa == ISA_MIPS,
			       .big = image->big,
			       .tail = tail };

	if (f->shape == SHAPE_NONE) {
		*why = "the call itself does not show it";
		return OFF32_UNDECIDED;
	}
	if (tail && f->shape == SHAPE_MAP) {
		*why = "a jump that passes on its own caller's stack arguments";
		return OFF32_UNDECIDED;
	}
	flow_search(image, r, offset, isa, judge, &j);
	if (j.narrow && j.wide) {
		*why = "the paths to this call differ";
		return OFF32_UNDECIDED;
	}
	if (j.narrow) {
		*why = j.why_narrow;
		return OFF32_NARROW;
	}
	if (j.wide) {
		*why = j.why_wide;
		return OFF32_WIDE;
	}
	*why = j.why_neither ? j.why_neither :
			       "the code before the call cannot be read";
	return OFF32_UNDECIDED;
}
