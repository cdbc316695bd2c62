// SPDX-License-Identifier: GPL-2.0
/*
 * libc's own frame lies between the stack pointer and the caller's argument
 * block. Every musl that the guest has is used as the program's libc; for each
 * the distance of the block is measured by a tracer and printed, and each build
 * of the vendor-like library must get its right pages. Fewer than four (ARM)
 * or three (MIPS) different distances would prove nothing and are a failure.
 */
#include <dirent.h>
#include <errno.h>
#include <link.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hvct.h"
#include "sites.h"

#define PAGES	4
#define SMALL	0x64ul
#define POINTER	0xbefff000ul
#define MAX	16

static uint64_t x, y;

/*
 * In a program that runs on the libc in question. With fd == 3 the words that
 * an unoptimised libc spills (prot == 3, length, address) look like a block.
 */
static int child(int want_fd)
{
	int fd = dev_open("venc"), i;
	bool good = true;

	if (fd != want_fd && (dup2(fd, want_fd) != want_fd || close(fd)))
		return 1;
	fd = want_fd;
	vendor_libs_open();
	for (i = 0; i < VENDOR_LIBS; i++) {
		struct vendor_lib *lib = &vendor_libs[i];
		size_t len = PAGES * page;

		begin("venc");
		good &= map_right(lib->map[0](fd, len, x * page, 0, 0), PAGES,
				  2, x);
		begin("venc");
		good &= map_right(lib->map[1](fd, len, y * page, POINTER, SMALL),
				  PAGES, 2, y);
		begin("venc");
		good &= map_right(lib->map[2](fd, len, x * page, x * page, 1),
				  PAGES, 2, x);
		/* Proven just now: a stale word in range is corrected. */
		begin("venc");
		good &= map_right(lib->map[0](fd, len, x * page, y * page, 0),
				  PAGES, 2, x);
	}
	for (i = 0; i < NSITES; i++) {
		begin("venc");
		good &= map_right(native_sites[i](fd, PAGES * page, y * page,
						  x * page), PAGES, 2, x);
	}
	return !good;
}

/* Traced by its parent from here on; one call with words of its own. */
static int child_traced(void)
{
	int fd = dev_open("venc");

	vendor_libs_open();
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
	vendor_libs[1].map[0](fd, PAGES * page, x * page, POINTER, SMALL);
	return 0;
}

static pid_t start(const char *libc, const char *what)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		execl(libc, libc, "/tests/variants", what, (char *)NULL);
		_exit(127);
	}
	if (pid < 0)
		bail("fork: %s", strerror(errno));
	return pid;
}

static int distance_at(pid_t pid, unsigned long sp, long fd)
{
	const unsigned long offset[] = { ABI_OFFSET(POINTER, SMALL) };
	int at;

	for (at = 0; at < 1024; at += 4) {
		unsigned long w[4];
		int i;

		for (i = 0; i < 4; i++)
			w[i] = ptrace(PTRACE_PEEKDATA, pid,
				      (void *)(sp + at + 4 * i), NULL);
		if (w[0] == (unsigned long)fd && w[1] == x * page &&
		    w[2] == offset[0] && w[3] == offset[1])
			return at;
	}
	return -1;
}

static int distance(const char *libc)
{
	pid_t pid = start(libc, "traced");
	int status, found = -1;

	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		return -1;
	while (!ptrace(PTRACE_SYSCALL, pid, NULL, NULL) &&
	       waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		struct traced call;

		if (found < 0 && traced_call(pid, &call) &&
		    call.nr == SYS_mmap2 &&
		    call.pgoff == (SMALL << 20 | POINTER >> 12))
			found = distance_at(pid, call.sp, call.fd);
	}
	return found;
}

/* The libc that this program itself runs on. */
static void interpreter(char *path, size_t room)
{
	const ElfW(Ehdr) *head;
	const ElfW(Phdr) *ph;
	char *image = slurp("/proc/self/exe");
	int i;

	if (!image)
		bail("/proc/self/exe: %s", strerror(errno));
	head = (const void *)image;
	ph = (const void *)(image + head->e_phoff);
	for (i = 0; i < head->e_phnum; i++)
		if (ph[i].p_type == PT_INTERP) {
			snprintf(path, room, "%s", image + ph[i].p_offset);
			free(image);
			return;
		}
	bail("this program names no libc");
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

int main(int argc, char **argv)
{
	static char libc[MAX][64];
	int n = 1, i, j, different = 0, dist[MAX];
	struct dirent *entry;
	DIR *lib;

	hvct_init();
	x = MMZ_PFN + 0x123;
	y = MMZ_PFN + 0x456;
	if (argc > 1)
		return strcmp(argv[1], "traced") ? child(atoi(argv[1])) :
						   child_traced();

	interpreter(libc[0], sizeof(libc[0]));
	lib = opendir("/lib");
	while (lib && n < MAX && (entry = readdir(lib)))
		if (!strncmp(entry->d_name, "musl-", 5))
			snprintf(libc[n++], sizeof(libc[0]), "/lib/%.40s/libc.so",
				 entry->d_name);
	closedir(lib);
	qsort(libc[1], n - 1, sizeof(libc[0]), by_name);

	ktap_plan(3 * n + 1);
	vendor_up("venc");
	compat_mode(MODE_REPAIR);
	for (i = 0; i < n; i++) {
		int status;

		dist[i] = distance(libc[i]);
		ok(dist[i] >= 0, "%s: block at sp+%d", libc[i], dist[i]);
		waitpid(start(libc[i], "17"), &status, 0);
		ok(!status, "%s: every build gets its right pages", libc[i]);
		waitpid(start(libc[i], "3"), &status, 0);
		ok(!status, "%s: also where the descriptor is 3", libc[i]);
		for (j = 0; j < i && dist[j] != dist[i]; j++)
			;
		different += dist[i] >= 0 && j == i;
	}
	diag("%d different distances", different);
	/* A guest with one libc has one; the plan says how many there are. */
	ok(n == 1 || different >= ABI_DISTANCES, "enough different distances");
	compat_down();
	vendor_down();
	return ktap_end();
}
