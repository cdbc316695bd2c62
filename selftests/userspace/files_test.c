// SPDX-License-Identifier: GPL-2.0
/*
 * files_test.c - every entry point but mmap, called by a library.
 *
 *	files_test LIBRARY OFF_SIZE
 *
 * Prints what went wrong, and the number of checks made.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files.h"

static unsigned int checks, failures;

#define CHECK(what, got, expected) do {					\
	long long got_ = (got), expected_ = (expected);			\
									\
	checks++;							\
	if (got_ != expected_) {					\
		failures++;						\
		printf("%s: %lld, expected %lld\n", what, got_, expected_); \
	}								\
} while (0)

#define CHECK_FAILS(what, call, error) do {				\
	errno = 0;							\
	CHECK(what, call, -1);						\
	CHECK(what " errno", errno, error);				\
} while (0)

static const struct files *lib;
static int narrow;

static void test_lseek(int fd)
{
	int64_t at;

	CHECK("lseek set", lib->lseek(fd, 0x1234567, SEEK_SET), 0x1234567);
	CHECK("where lseek left", lseek(fd, 0, SEEK_CUR), 0x1234567);
	CHECK("lseek cur", lib->lseek(fd, -0x67, SEEK_CUR), 0x1234500);
	if (!narrow)
		CHECK("lseek end", lib->lseek(fd, -16, SEEK_END),
		      0x200000000 - 16);
	CHECK_FAILS("lseek before 0", lib->lseek(fd, -1, SEEK_SET), EINVAL);
	CHECK_FAILS("lseek whence", lib->lseek(fd, 0, 99), EINVAL);
	at = lseek(fd, 0x180000000, SEEK_SET);
	CHECK("lseek of the program", at, 0x180000000);
	if (narrow) {
		CHECK_FAILS("lseek end", lib->lseek(fd, -16, SEEK_END),
			    EOVERFLOW);
		CHECK_FAILS("lseek too far", lib->lseek(fd, 0, SEEK_CUR),
			    EOVERFLOW);
		return;
	}
	CHECK("lseek above", lib->lseek(fd, 0x123456789, SEEK_SET),
	      0x123456789);
	CHECK("lseek cur above", lib->lseek(fd, 0x100000001, SEEK_CUR),
	      0x22345678a);
}

static void test_truncate(int fd, const char *path)
{
	struct stat st;

	CHECK("ftruncate", lib->ftruncate(fd, 0x12345678), 0);
	fstat(fd, &st);
	CHECK("size", st.st_size, 0x12345678);
	CHECK("truncate", lib->truncate(path, 0x7fffffff), 0);
	fstat(fd, &st);
	CHECK("size", st.st_size, 0x7fffffff);
	CHECK_FAILS("ftruncate below 0", lib->ftruncate(fd, -1), EINVAL);
	CHECK_FAILS("truncate below 0", lib->truncate(path, -1), EINVAL);
	CHECK_FAILS("truncate nothing", lib->truncate("/no/such", 0), ENOENT);
	if (!narrow) {
		CHECK("ftruncate above", lib->ftruncate(fd, 0x123456789), 0);
		fstat(fd, &st);
		CHECK("size", st.st_size, 0x123456789);
		CHECK("truncate above", lib->truncate(path, 0x123456000), 0);
		fstat(fd, &st);
		CHECK("size", st.st_size, 0x123456000);
	}
	CHECK("ftruncate of the program", ftruncate(fd, 0x200000000), 0);
	fstat(fd, &st);
	CHECK("size", st.st_size, 0x200000000);
}

static void test_pread(int fd)
{
	const int64_t offsets[] = { 0, 4097, 0x7ffffff0, 0x123456789 };
	unsigned int i;
	char buf[8];

	for (i = 0; i < 4 - narrow; i++) {
		int64_t off = offsets[i];

		CHECK("pwrite", lib->pwrite(fd, "vendor", 7, off), 7);
		memset(buf, 0, sizeof(buf));
		CHECK("pread of the program", pread(fd, buf, 7, off), 7);
		CHECK("its bytes", memcmp(buf, "vendor", 7), 0);
		CHECK("pwrite of the program", pwrite(fd, "native", 7, off), 7);
		memset(buf, 0, sizeof(buf));
		CHECK("pread", lib->pread(fd, buf, 7, off), 7);
		CHECK("its bytes", memcmp(buf, "native", 7), 0);
	}
	CHECK_FAILS("pread below 0", lib->pread(fd, buf, 7, -1), EINVAL);
	CHECK_FAILS("pwrite below 0", lib->pwrite(fd, buf, 7, -1), EINVAL);
	CHECK_FAILS("pread of nothing", lib->pread(-1, buf, 7, 0), EBADF);
}

static void test_one_stat(enum files_stat_how how, const char *path, int fd)
{
	struct files_stat got;
	struct stat st;

	if (how == FILES_FSTAT || how == FILES_FXSTAT)
		CHECK("fstat of the program", fstat(fd, &st), 0);
	else if (how == FILES_LSTAT || how == FILES_LXSTAT)
		CHECK("lstat of the program", lstat(path, &st), 0);
	else
		CHECK("stat of the program", stat(path, &st), 0);
	lib->stat(how, path, fd, &got);
	CHECK("bytes written behind", got.canary, 0);
	if (narrow && (st.st_ino > UINT32_MAX || st.st_size > INT32_MAX)) {
		CHECK("result", got.result, -1);
		CHECK("errno", got.error, EOVERFLOW);
		return;
	}
	CHECK("result", got.result, 0);
	CHECK("st_dev", got.dev, st.st_dev);
	CHECK("st_ino", got.ino, st.st_ino);
	CHECK("st_mode", got.mode, st.st_mode);
	CHECK("st_nlink", got.nlink, st.st_nlink);
	CHECK("st_uid", got.uid, st.st_uid);
	CHECK("st_gid", got.gid, st.st_gid);
	CHECK("st_rdev", got.rdev, st.st_rdev);
	CHECK("st_size", got.size, st.st_size);
	CHECK("st_blksize", got.blksize, st.st_blksize);
	CHECK("st_blocks", got.blocks, st.st_blocks);
	CHECK("st_mtime", got.mtime, st.st_mtime);
}

static void test_stat(const char *path, const char *link)
{
	enum files_stat_how how, last = narrow ? FILES_FXSTAT : FILES_FSTAT;
	struct files_stat got;
	int fd = open(path, O_RDWR);

	ftruncate(fd, 0x7fffffff);
	for (how = FILES_STAT; how <= last; how++) {
		test_one_stat(how, path, fd);
		test_one_stat(how, link, fd);
		test_one_stat(how, "/dev/null", fd);
	}
	ftruncate(fd, 0x80000000);
	for (how = FILES_STAT; how <= last; how++)
		test_one_stat(how, path, fd);
	close(fd);
	lib->stat(FILES_STAT, "/no/such", -1, &got);
	CHECK("stat of nothing", got.error, ENOENT);
	lib->stat(FILES_FSTAT, NULL, -1, &got);
	CHECK("fstat of nothing", got.error, EBADF);
	lib->stat(FILES_FSTAT, NULL, -100, &got);
	CHECK("fstat of AT_FDCWD", got.error, EBADF);
}

static void test_dir(const char *dir)
{
	static char names[16384], expected[16384];
	char *p = expected;
	struct dirent *entry, **list;
	DIR *d = opendir(dir);
	int i, n = 0;

	while ((entry = readdir(d)) && ++n)
		p += sprintf(p, "%02d:%s ", entry->d_type, entry->d_name);
	closedir(d);
	CHECK("entries", n, 203);
	CHECK("readdir", lib->readdir(dir, names), n);
	CHECK("its names", strcmp(names, expected), 0);

	p = expected;
	n = scandir(dir, &list, NULL, alphasort);
	CHECK("scandir of the program", n, 203);
	for (i = 2; i < n; i++)
		p += sprintf(p, "%02d:%s ", list[i]->d_type, list[i]->d_name);
	CHECK("scandir", lib->scandir(dir, names), n - 2);
	CHECK("its names", strcmp(names, expected), 0);
	CHECK_FAILS("scandir of nothing", lib->scandir("/no/such", names),
		    ENOENT);
}

/* The kernel knows both struct flocks: nothing of the shim is involved. */
static void test_lock(int fd)
{
	int status, pid;

	CHECK("lock", lib->lock(fd, 0x1000, 0x10), 0);
	fflush(stdout);
	pid = fork();
	if (!pid) {
		CHECK("lock held by", lib->locked_by(fd, 0x1008, 1), getppid());
		CHECK("behind the lock", lib->locked_by(fd, 0x1010, 1), 0);
		fflush(stdout);
		_exit(failures != 0);
	}
	waitpid(pid, &status, 0);
	CHECK("lock as another process sees it", status, 0);
}

int main(int argc, char **argv)
{
	void *handle = dlopen(argv[1], RTLD_NOW);
	char dir[200], path[250], link[250];
	int i, fd;

	if (argc < 3 || !handle || !(lib = dlsym(handle, "files"))) {
		fprintf(stderr, "%s\n", dlerror());
		return 2;
	}
	CHECK("sizeof(off_t)", lib->off_size, atoi(argv[2]));
	narrow = lib->off_size == 4;

	snprintf(dir, sizeof(dir), "%s/files-XXXXXX", getenv("TMPDIR"));
	if (!mkdtemp(dir)) {
		perror(dir);
		return 2;
	}
	snprintf(path, sizeof(path), "%s/a-file", dir);
	snprintf(link, sizeof(link), "%s/b-link", dir);
	fd = open(path, O_RDWR | O_CREAT, 0640);
	symlink("a-file", link);
	for (i = 0; i < 199; i++) {
		char name[250];

		snprintf(name, sizeof(name), "%s/c%.*d", dir, 1 + i % 40, i);
		close(open(name, O_CREAT | O_WRONLY, 0600));
	}
	test_truncate(fd, path);
	test_lseek(fd);
	test_pread(fd);
	test_lock(fd);
	test_dir(dir);
	test_stat(path, link);
	printf("%u checks, %u failures\n", checks, failures);
	return failures != 0;
}
