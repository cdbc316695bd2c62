/* SPDX-License-Identifier: MIT */
/*
 * target.h - what this target's callers and libc disagree about.
 *
 * OFF32_KIND: `full` where the plain names of libc take a 64-bit off_t while
 * objects with a 32-bit one exist; `noop` where there is nothing to do: 64-bit
 * targets, and glibc and uClibc, whose names tell the two apart. The Makefile
 * asks the preprocessor for it. -DOFF32_FORCE takes glibc for musl (tests).
 */
#ifndef OFF32_TARGET_H
#define OFF32_TARGET_H

#include <features.h>

#if defined(__arm__) && defined(__ARM_EABI__)
#define OFF32_ARCH arm
#define OFF32_PAD 1		/* 64-bit arguments begin at an even word */
#elif defined(__mips__) && defined(_ABIO32) && _MIPS_SIM == _ABIO32
#define OFF32_ARCH mips
#define OFF32_PAD 1
#elif defined(__i386__)
#define OFF32_ARCH i386
#define OFF32_PAD 0
#else
#define OFF32_ARCH none
#endif

#if defined(OFF32_PAD) && \
	(defined(OFF32_FORCE) || !(defined(__GLIBC__) || defined(__UCLIBC__)))
#define OFF32_KIND full
#else
#define OFF32_KIND noop
#endif

#endif
