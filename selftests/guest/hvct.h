/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every guest test needs: modules in and out, the stand-in drivers' own
 * records, physical memory seen from the kernel's side, /proc/self/maps, the
 * module's sysctls and report, the kernel log.
 *
 * Set-up that fails bails out of the test; what a test asserts is returned.
 * Functions that "return -errno" return 0 when all went well.
 */
#ifndef HVCT_H
#define HVCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../vendor/hvc_vendor.h"
#include "ktap.h"

#define COMPAT	"hisi_venc_compat"

enum { MODE_NONE = -1, MODE_OFF, MODE_OBSERVE, MODE_REPAIR, MODE_GUARD };

extern uint64_t mmz_phys, mmz_len;	/* bytes, from the environment */
extern unsigned long page;		/* bytes in a page */

/* First page frame of the MMZ, and one past its last. */
#define MMZ_PFN		(mmz_phys / page)
#define MMZ_END_PFN	((mmz_phys + mmz_len) / page)

/* Reads the environment. Call it first. */
void hvct_init(void);
/* What the environment asks for under @name (HVC_CYCLES ...), or @otherwise. */
unsigned long asked_for(const char *name, unsigned long otherwise);
/* HVC_FUZZ_SEED, or another one each time. */
unsigned long asked_seed(void);
/* Seconds, from a clock that nobody sets. */
double now(void);
/*
 * May a test wait for what has to happen, however slow the machine is? Until
 * two thirds of its time are over (HVC_TEST_SECONDS, 300 unless set).
 */
bool patience(void);
/*
 * Sleeps by chance, up to @longest_us (1 or more) or twelve times the seconds
 * that a file was @held: no module leaves while anybody holds one, so that each
 * task may only do so a seventh of the time, however slow the machine is. i386
 * computes wider than it stores: by a slow clock @held can be a hair below 0.
 */
void pause_after(double held, unsigned int longest_us);
/*
 * What the kernel's leak detector finds from here on: the result @what, seconds
 * later. Without a detector there is no result, and the answer is false.
 */
bool leaks_known(void);	/* is there a detector? */
void leaks_forget(void);
bool leaks_result(const char *what);
/* KiB under @key of /proc/meminfo, once all that can be given back was. */
long meminfo(const char *key);
/*
 * By how much @figure() exceeds @was. While that is more than @slack, some
 * seconds are waited: what was freed or closed may wait for its grace period.
 */
long grown(long (*figure)(void), long was, long slack);
/*
 * Does what follows memory_mark() leave kernel memory behind? memory_grown() is
 * the KiB since then that the kernel cannot take back. memory_result() is the
 * result @what: by the leak detector where there is one, else by the KiB, of
 * which a byte for each of a million calls would be too many.
 */
void memory_mark(void);
long memory_grown(void);
void memory_result(long grown_kib, const char *what);
/* Says each tenth of the way once. */
void progress(unsigned long done, unsigned long all, const char *what);

/* 32-bit task on a 64-bit kernel, or 64-bit task: no limit on pgoff there. */
bool kernel_is_64bit(void);
/* Is the running kernel older than @major.@minor? */
bool kernel_before(int major, int minor);
/* Does this kernel refuse pgoff > 0xfffff before the driver is asked? */
bool kernel_limits_pgoff(void);
/* Physical addresses of more than 32 bits: bits are cut only by hand there. */
bool phys_is_wide(void);
/* Bits that a physical address can have here; 64 where nobody says. */
unsigned int phys_bits(void);
const char *mode_name(int mode);

/* ---- modules ---- */

int mod_load(const char *name, const char *params);	/* -errno */
int mod_unload(const char *name);			/* -errno */
int mod_refs(const char *name);		/* references, -1: not loaded */
bool mod_loaded(const char *name);
/* Waits until a module has @refs references; false after 10 s. */
bool mod_refs_reach(const char *name, int refs);

/*
 * hvc_base and hvc_venc with devices=@devices; bails out on failure. With
 * HVC_STACK=a or b in the environment the same devices behind a dispatching
 * major, hvc_himedia variant=a or b; each load of the module finds fresh nodes.
 */
void vendor_up(const char *devices);
void vendor_down(void);
/* Writes to hvc_venc's ctl: "+name:kind", "-name". */
int vendor_ctl(const char *what);			/* -errno */
/* A parameter of hvc_venc, or of what stands for it. */
int vendor_set(const char *name, const char *value);	/* -errno */

/*
 * hisi_venc_compat with @params after "devices=venc mmz=<the whole MMZ>", or
 * with @params alone if they begin with '='. Where physical addresses are wide
 * and @params say nothing of offset_bits, it is set to 32, so that the same
 * calls are repaired everywhere. compat_up() bails out on failure and if the
 * report is missing: insmod's status alone proves nothing.
 */
int compat_load(const char *params);			/* -errno */
void compat_up(const char *params);
void compat_mode(int mode);	/* compat_up() with modes=venc:@mode; MODE_NONE: nothing */
void compat_down(void);		/* no-op if not loaded; bails out if it stays */

/* ---- the drivers' view ---- */

struct hvc_stat stat_of(const char *dev);
void stat_reset(const char *dev);
uint32_t peek(uint64_t phys);
void poke(uint64_t phys, uint32_t value);
/* open("/dev/NAME", O_RDWR|O_SYNC|O_CLOEXEC); bails out on failure. */
int dev_open(const char *name);
/* Gives every page of the MMZ its stamp again. */
void stamp(void);

/* ---- one call under test ---- */

/*
 * begin(dev) forgets what the driver saw; then make the call; then say what
 * must have happened. Each expectation is one result.
 */
void begin(const char *dev);

/*
 * @p maps @pages pages; the driver was called once and was handed @pfn;
 * /proc/self/maps says the same; each page of the buffer reads as the physical
 * page it must be, and a word written through the mapping arrives there. With
 * @repeat 2 the second half is the first once more. Unmaps @p.
 */
bool expect_map(void *p, unsigned int pages, unsigned int repeat, uint64_t pfn,
		const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* The same as a condition: no result is printed unless it is false. */
bool map_right(void *p, unsigned int pages, unsigned int repeat, uint64_t pfn);

/*
 * The same for a page frame outside the MMZ (physical page 0 ...): the
 * driver's word and /proc/self/maps, and that the MMZ page @not_pfn, which was
 * asked for, is not what is seen there. Memory behind it is read at most.
 */
bool expect_wild(void *p, unsigned int pages, uint64_t pfn, uint64_t not_pfn,
		 const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* MAP_FAILED with @err (positive), and the driver was called @calls times. */
bool expect_err(void *p, int err, unsigned int calls, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* ---- maps, files, log ---- */

/* File offset (bytes) of the mapping at @p as /proc/self/maps prints it. */
bool maps_offset(const void *p, uint64_t *offset);
/*
 * Was @p mapped to another page frame than @pfn by a driver that garbage reached?
 * On 64-bit kernels only. Such a mapping must not be touched: x86 takes the
 * kernel down when a page table names an address that it cannot have.
 */
bool maps_wild(const void *p, uint64_t pfn);
/* Whole file, NUL-terminated, malloc'ed; NULL with errno. */
char *slurp(const char *path);
char *slurp_len(const char *path, size_t *length);	/* the same */
/* Writes @len bytes with one write(): -errno. */
int write_file(const char *path, const void *data, size_t len);
int write_str(const char *path, const char *s);		/* -errno */

/* /proc/sys/dev/hisi_venc_compat/[DEV/]NAME; @dev may be NULL. */
int sysctl_set(const char *dev, const char *name, const char *value);
long sysctl_num(const char *dev, const char *name);
/* Trailing newline cut; valid until the next call. */
const char *sysctl_str(const char *dev, const char *name);

/* key=value in device @dev's block of the report; -1 if it is not there. */
long report(const char *dev, const char *key);
/* Is @text in the report? */
bool report_has(const char *text);
/* The process block of @pid in the report (malloc'ed), or NULL. */
char *report_process(int pid);
/* key=value in the process block of @pid; -1 if either is missing. */
long process_num(int pid, const char *key);

/* Kernel log lines with @text since the last log_mark(). */
void log_mark(void);
unsigned int log_count(const char *text);
void log_show(void);	/* as diagnostics */

/* fn() in a child: exit status 0 if it returned true. */
pid_t start_child(bool (*fn)(void));
/* The same, waited for: did the child end with status 0? */
bool in_child(bool (*fn)(void));

/* Runs this program again with the given arguments; its exit status. */
int run_self(const char *const argv[]);

#endif
