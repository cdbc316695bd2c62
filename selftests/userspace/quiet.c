// SPDX-License-Identifier: GPL-2.0
/*
 * quiet.c - what the shim asks of libc on each of its paths.
 *
 *	quiet VENDOR-LIBRARY FILES-LIBRARY
 *
 * Linked with --wrap for functions that lock or allocate; prints how often
 * each was called by the first call of an entry point and by the second.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#include "files.h"
#include "vendor.h"
#include "world.h"

static unsigned int allocated, looked_up, printed;

#define WRAP(type, name, count, parameters, arguments)	\
type __real_##name parameters;				\
type __wrap_##name parameters				\
{							\
	count++;					\
	return __real_##name arguments;			\
}

WRAP(void *, malloc, allocated, (size_t n), (n))
WRAP(void *, calloc, allocated, (size_t n, size_t m), (n, m))
WRAP(void *, realloc, allocated, (void *p, size_t n), (p, n))
WRAP(void, free, allocated, (void *p), (p))
WRAP(int, dl_iterate_phdr, looked_up, (void *f, void *p), (f, p))
WRAP(int, dladdr, looked_up, (const void *a, void *i), (a, i))
WRAP(ssize_t, write, printed, (int fd, const void *p, size_t n), (fd, p, n))

/* Its two names in musl 1.2; the shim asks for the plain one. */
void *real_dlsym(void *handle, const char *name) __asm__("__real_dlsym");
void *wrap_dlsym(void *handle, const char *name) __asm__("__wrap_dlsym");
void *wrap_dlsym(void *handle, const char *name)
{
	looked_up++;
	return real_dlsym(handle, name);
}

#define REPORT(what, call) do {						\
	int round_;							\
									\
	allocated = looked_up = printed = 0;				\
	for (round_ = 1; round_ <= 2; round_++) {			\
		call;							\
		if (allocated || looked_up || printed)			\
			printf("%s, call %d: malloc %u dlsym %u write %u\n", \
			       what, round_, allocated, looked_up, printed); \
		allocated = looked_up = printed = 0;			\
	}								\
	reported++;							\
} while (0)

int main(int argc, char **argv)
{
	void *vendor_lib = dlopen(argv[1], RTLD_NOW);
	void *files_lib = dlopen(argv[2], RTLD_NOW);
	void *(*map)(int, size_t, uint64_t, const uint32_t *);
	static const uint32_t near[2] = { 0, 0 };
	const struct files *f;
	struct files_stat st;
	unsigned int reported = 0;
	int fd = world_open();
	char buf[4];
	void *p;

	if (argc < 3 || !vendor_lib || !files_lib ||
	    !(map = dlsym(vendor_lib, "vendor_map")) ||
	    !(f = dlsym(files_lib, "files"))) {
		fprintf(stderr, "%s\n", dlerror());
		return 2;
	}
	REPORT("mmap", map(fd, PAGE, 0x84005000, near));
	REPORT("own mmap", p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0));
	REPORT("lseek", f->lseek(fd, 4096, SEEK_SET));
	REPORT("pread", f->pread(fd, buf, 4, 0x84005000));
	REPORT("pwrite", f->pwrite(fd, buf, 4, 0x1000));
	REPORT("ftruncate", f->ftruncate(fd, 0x7fffffff));
	REPORT("truncate", f->truncate("/no/such", 0));
	REPORT("stat", f->stat(FILES_STAT, "/", -1, &st));
	REPORT("lstat", f->stat(FILES_LSTAT, "/", -1, &st));
	REPORT("fstat", f->stat(FILES_FSTAT, NULL, fd, &st));
	REPORT("xstat", f->stat(FILES_XSTAT, "/", -1, &st));
	REPORT("fxstat", f->stat(FILES_FXSTAT, NULL, fd, &st));
	(void)p;

	/* opendir() allocates; only readdir itself is looked at. */
	{
		struct dirent *entry;
		DIR *dir = opendir("/");

		REPORT("readdir", entry = readdir(dir));
		(void)entry;
		closedir(dir);
	}
	printf("%u entry points\n", reported);
	return 0;
}
