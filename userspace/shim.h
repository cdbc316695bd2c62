/* SPDX-License-Identifier: MIT */
/*
 * shim.h - what the files of the shim promise each other.
 *
 * A call goes down: an entry point (mmap.c, lseek.c ...) takes the argument
 * words as they are and asks off32_is_narrow() whose they are; that asks
 * object.c for the caller's object, rules.c what it was linked against and the
 * architecture's callsite.c whether the call came from it at all.
 *
 * Nothing here takes a lock, allocates, or calls libc beyond system calls,
 * except where a function says so. All of it is safe in signal handlers, in
 * vfork children and while another thread is inside dlopen.
 */
#ifndef OFF32_SHIM_H
#define OFF32_SHIM_H

#include <stddef.h>
#include <stdint.h>

#include "rules.h"
#include "target.h"

#define OFF32_HIDDEN __attribute__((visibility("hidden")))
#define OFF32_PUBLIC __attribute__((visibility("default")))

/*
 * An entry point has the name of the libc function it stands in for, given to
 * the assembler only: with musl 1.2 headers a C function named stat would
 * become __stat_time64 and take over the calls of native objects.
 */
#define OFF32_ENTRY(name) \
	__asm__(name) __attribute__((visibility("default"), used, noinline))

/* How an answer came about; trace.c has the names. */
enum off32_rule {
	OFF32_BY_NAME,		/* 64 name, or a libc whose names tell */
	OFF32_BY_OWN,		/* the shim's own object, or musl itself */
	OFF32_BY_NEEDS,
	OFF32_BY_VERSION,
	OFF32_BY_DECLARED,
	OFF32_BY_IMPORT,
	OFF32_BY_RESOLVE,
	OFF32_BY_DEFAULT,
};

/**
 * struct off32_object - what is known about one loaded object
 * @lo, @hi:	its executable segment
 * @ehdr:	its ELF header in memory
 * @end:	where its last segment ends
 * @got:	DT_PLTGOT
 * @why:	the string that decided, in the object's memory, or NULL
 * @print:	fingerprint of the object's headers and of @why
 * @facts:	of rules.h
 * @needs:	rules 1 to 3
 * @declared:	by environment or link-time list
 * @rule:	which rule gave @needs
 * @name:	last component of its path, cut off
 */
struct off32_object {
	uintptr_t lo, hi;
	const void *ehdr;
	uintptr_t end, got;
	const char *why;
	uint32_t print;
	unsigned int facts;
	unsigned char needs, declared, rule;
	char name[31];
};

/**
 * struct off32_call - one call, as it arrived and as it was understood
 * @fn:		the entry point's name
 * @entry:	its address: where the caller's PLT must lead
 * @ra:		the return address
 * @fd:		or -1
 * @len:	of mmap; 0 for the others
 * @words:	how many of @word there are
 * @word:	the words an offset may be in, from where a 32-bit one would be
 * @rule:	out: how the answer came about
 * @object:	out: the caller's object; its name is empty if there is none
 * @spare:	room for an object that the table has no room for
 */
struct off32_call {
	const char *fn;
	uintptr_t entry, ra;
	int fd;
	size_t len;
	unsigned int words;
	uint32_t word[3];
	enum off32_rule rule;
	const struct off32_object *object;
	struct off32_object *spare;
};

OFF32_HIDDEN extern const struct off32_object off32_nobody;

/*
 * Entry points hand a pointer to this down. That alone keeps the compiler from
 * ending one in a sibling call, which would write its arguments over stack
 * words that belong to a narrow caller's locals.
 */
#define OFF32_CALL(c, fn_, entry_, fd_, len_, ...)			\
	struct off32_object c##_spare;					\
	struct off32_call c = {						\
		.fn = fn_, .entry = (uintptr_t)(entry_),		\
		.ra = (uintptr_t)__builtin_return_address(0),		\
		.fd = fd_, .len = len_, .word = { __VA_ARGS__ },	\
		.words = sizeof((uint32_t[]){ __VA_ARGS__ }) / 4,	\
		.object = &off32_nobody, .spare = &c##_spare,		\
	}

/* A function whose arguments hold no offset, but whose results do. */
#define OFF32_CALL_NO_WORDS(c, fn_, entry_, fd_)			\
	struct off32_object c##_spare;					\
	struct off32_call c = {						\
		.fn = fn_, .entry = (uintptr_t)(entry_),		\
		.ra = (uintptr_t)__builtin_return_address(0), .fd = fd_, \
		.object = &off32_nobody, .spare = &c##_spare,		\
	}

/**
 * off32_is_narrow() - did this caller pass a 32-bit off_t?
 *
 * Fills @c->rule and @c->object. Says on stderr, once an object, when nothing
 * is known and 64 bits are assumed.
 */
OFF32_HIDDEN int off32_is_narrow(struct off32_call *c);

/**
 * off32_undecided() - rule 4; fills @c->rule
 * @direct:	the call did come from @c->object
 */
OFF32_HIDDEN enum off32_abi off32_undecided(struct off32_call *c, int direct);

/**
 * off32_resolve() - ask the kernel module which of the two offsets is in range
 * Returns OFF32_UNDECIDED where it cannot tell.
 */
OFF32_HIDDEN enum off32_abi
off32_resolve(int fd, size_t len, uint64_t narrow, uint64_t wide);

/**
 * struct off32_notes - what changes after an object was entered in the table
 * @site:	return address of the last direct call of mmap: the same call
 *		instruction need not be decoded again
 * @told:	the user has been told of this object
 */
struct off32_notes {
	uintptr_t site;
	unsigned char told;
};

/**
 * off32_object_of() - the object that holds @pc, or NULL
 * @spare:	filled and returned if the table has no room for it
 * @notes:	out: this object's, or those of all that have none
 *
 * The first call from an object reads /proc/self/maps, later ones a table.
 */
OFF32_HIDDEN const struct off32_object *
off32_object_of(uintptr_t pc, struct off32_object *spare,
		struct off32_notes **notes);

/**
 * off32_map_of() - the file mapping that holds @pc
 * @name:	last component of the file's name, cut off
 * Returns where offset 0 of the same file is mapped below it, or 0.
 */
OFF32_HIDDEN uintptr_t off32_map_of(uintptr_t pc, char *name, size_t size);

/**
 * off32_called_directly() - is the instruction before @ra a direct call that
 * leads, through @o's PLT or GOT where it has one, to @entry?
 */
OFF32_HIDDEN int
off32_called_directly(const struct off32_object *o, uintptr_t ra,
		      uintptr_t entry);

/* Reads from an object's text; the caller has checked [at, at + size). */
static inline int off32_inside(const struct off32_object *o, uintptr_t at,
			       size_t size)
{
	return at >= o->lo && at < o->hi && o->hi - at >= size;
}

/* off32_declared() - OFF32_COMPAT_LEGACY, _WIDE and the link-time list. */
OFF32_HIDDEN enum off32_abi off32_declared(const char *name);

/* off32_setting() - getenv() that knows nothing in a setuid program. */
OFF32_HIDDEN const char *off32_setting(const char *name);

/* off32_trace() - one line if OFF32_COMPAT_TRACE is set. @result as returned. */
OFF32_HIDDEN void
off32_trace(const struct off32_call *c, uint64_t off, long result);

/* off32_say() - one line on stderr: @name: @text@end */
OFF32_HIDDEN void off32_say(const char *name, const char *text,
			    const char *end);

/* The words of a 64-bit argument, in the order in which they lie. */
static inline uint64_t off32_pair(uint32_t first, uint32_t second)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return (uint64_t)first << 32 | second;
#else
	return (uint64_t)second << 32 | first;
#endif
}

static inline uint64_t off32_wide(const struct off32_call *c)
{
	return off32_pair(c->word[OFF32_PAD], c->word[OFF32_PAD + 1]);
}

/* And the words of a 64-bit argument in a call of syscall(). */
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define OFF32_WORDS(v) (long)((v) >> 32), (long)(v)
#else
#define OFF32_WORDS(v) (long)(v), (long)((v) >> 32)
#endif
#if OFF32_PAD
#define OFF32_ALIGNED(v) 0L, OFF32_WORDS(v)
#else
#define OFF32_ALIGNED(v) OFF32_WORDS(v)
#endif

/* musl's own functions with a 64-bit off_t, to the last check. */
OFF32_HIDDEN void *
off32_do_mmap(void *addr, size_t len, int prot, int flags, int fd,
	      uint64_t off);
OFF32_HIDDEN int64_t off32_do_lseek(int fd, int64_t off, int whence);
OFF32_HIDDEN int off32_do_ftruncate(int fd, int64_t len);
OFF32_HIDDEN int off32_do_truncate(const char *path, int64_t len);

struct stat;
struct dirent;
struct off32_stat;
struct off32_dirent;
struct __dirstream;

/* fstatat() into the small struct stat. */
OFF32_HIDDEN int off32_narrow_stat(int fd, const char *path, int flags,
				   struct off32_stat *to);

/* Makes a narrow entry of a wide one in place; NULL and EOVERFLOW if not. */
OFF32_HIDDEN struct off32_dirent *off32_narrow_dirent(struct dirent *from);

/* libc's readdir(), past our entry point. The first call may take locks. */
OFF32_HIDDEN struct dirent *off32_libc_readdir(struct __dirstream *dir);

/**
 * struct off32_dirent_kind - how scandir() reads one of the struct dirents
 * @next:	the next entry of a directory
 * @size:	the bytes of one
 */
struct off32_dirent_kind {
	void *(*next)(struct __dirstream *dir);
	size_t (*size)(const void *entry);
};

OFF32_HIDDEN extern const struct off32_dirent_kind off32_narrow_kind;
OFF32_HIDDEN int
off32_do_scandir(const char *path, void ***list, int (*select)(const void *),
		 int (*compare)(const void *, const void *),
		 const struct off32_dirent_kind *kind);

/* arch/: the system call, its arguments on the stack as a 64-bit caller's. */
OFF32_HIDDEN long
off32_sys_mmap2(void *addr, size_t len, int prot, int flags, int fd,
		uint32_t pad, uint64_t off);

#endif
