/* SPDX-License-Identifier: MIT */
/*
 * off32_compat.h - 32-bit off_t for old objects in programs with a 64-bit one.
 *
 * Link a program with `pkg-config --cflags --libs off32-compat` and every
 * shared object in it that was built for a 32-bit off_t gets one; all others
 * keep theirs. Or preload liboff32-compat.so. Nothing needs to be called.
 */
#ifndef OFF32_COMPAT_H
#define OFF32_COMPAT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * off32_compat_present() - do shared objects of this program get the shim?
 *
 * Returns 1 if they do, 2 if this target needs none (64 bits, or a libc whose
 * names tell the two apart), and 0 if the entry points were linked but are not
 * in the program's dynamic symbols, so that objects loaded into it still get
 * libc's: link with the flags of pkg-config, without --exclude-libs.
 */
int off32_compat_present(void);

/**
 * off32_compat_legacy_objects - file names of objects with a 32-bit off_t
 *
 * "libmpi.so:libisp.so". A program may define it; needed only for objects that
 * do not say themselves (the shim names them on stderr). OFF32_COMPAT_LEGACY
 * and OFF32_COMPAT_WIDE in the environment say the same at run time.
 */
extern const char off32_compat_legacy_objects[];

/*
 * The same functions with an explicit 32-bit off_t, for vendor archives, which
 * become part of the executable, where callers cannot be told apart:
 *	objcopy --redefine-sym mmap=off32_mmap ... libvendor.a
 * An mmap offset counts as unsigned, all others as signed, as in glibc.
 */
#if defined(__arm__) || defined(__i386__) || \
	(defined(__mips__) && !defined(__LP64__))
void *off32_mmap(void *addr, size_t len, int prot, int flags, int fd,
		 int32_t off);
#endif

#ifdef __cplusplus
}
#endif

#endif
