// SPDX-License-Identifier: GPL-2.0
/*
 * The process table is bounded: one user holds at most half of it, when it is
 * full new processes get no record and that is said, calls are right all the
 * same, and records of the dead make room.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hvct.h"
#include "sites.h"
#include "hisi_venc_compat.h"

#define PAGES	4
#define TABLE	256		/* records, as the module documents */
#define EACH	160		/* processes of each user: more than half */
#define USERS	3
/* First stale word of a call that the module repairs. */
#define REPAIRED	(ABI_FRAME ? 0 : 0x64)

static uint64_t x;
#define LATE	USERS		/* one more group, of one process */

static const int uid_of[USERS + 1] = { 0, 1000, 1001, 1000 };
static pid_t pids[USERS + 1][EACH];
static int go[USERS + 1][2], said[2];

/*
 * A proven call site keeps a record in the table as long as its process lives;
 * where no site can be proven a declaration does.
 */
static void declare(void)
{
	struct hisi_venc_compat_abi a = { .offset_bits = 32 };
	int ctl = open("/dev/" COMPAT, O_RDWR | O_CLOEXEC);

	/* There may be no room for it: that is what is tested. */
	if (ctl < 0 || (ioctl(ctl, HISI_VENC_COMPAT_IOC_ABI, &a) &&
			errno != ENOSPC))
		_exit(4);
	close(ctl);
}

/* One repaired call; then it lives on until its group is let go. */
static void child(int group, vmap_fn *site)
{
	int fd = dev_open("venc"), uid = uid_of[group], i;
	bool good;
	char c;

	for (i = 0; i <= USERS; i++)
		if (go[i][1] >= 0)
			close(go[i][1]);
	if (uid && (setgid(uid) || setuid(uid)))
		_exit(2);
	if (!ABI_FRAME)
		declare();
	begin("venc");
	good = map_right(site(fd, PAGES * page, x * page, REPAIRED, 0), PAGES,
			 2, x);
	c = good ? 'y' : 'n';
	if (write(said[1], &c, 1) != 1)
		_exit(3);
	_exit(read(go[group][0], &c, 1) != 0);
}

/* Starts a child of @group; true if its call was right. */
static bool start(int group, int i)
{
	char c;

	fflush(stdout);
	pids[group][i] = fork();
	if (pids[group][i] < 0)
		bail("fork: %s", strerror(errno));
	if (!pids[group][i])
		child(group, linked_sites[i % VSITES]);
	if (read(said[0], &c, 1) != 1)
		bail("a child said nothing");
	return c == 'y';
}

/* Lets a group go; the number that did not end well. */
static int finish(int group, int n)
{
	int i, status, bad = 0;

	close(go[group][1]);
	go[group][1] = -1;
	for (i = 0; i < n; i++) {
		waitpid(pids[group][i], &status, 0);
		bad += status != 0;
	}
	return bad;
}

static int records(void)
{
	char *text = slurp("/proc/" COMPAT), *at;
	int n = 0;

	for (at = text; at && (at = strstr(at, "\nprocess ")); at++)
		n++;
	free(text);
	return n;
}

int main(void)
{
	static const int want[USERS] = { TABLE / 2, TABLE, TABLE };
	int u, i, n = 0, good = 0, bad = 0;
	char what[64];
	void *p;
	int fd;

	hvct_init();
	ktap_plan(USERS + 11 + ABI_FRAME);
	x = MMZ_PFN + 0x123;
	vendor_up("venc");
	compat_mode(MODE_REPAIR);
	stat_reset("venc");	/* opens the control device for all of them */
	for (u = 0; u <= USERS; u++)
		if (pipe(go[u]))
			bail("pipe: %s", strerror(errno));
	if (pipe(said))
		bail("pipe: %s", strerror(errno));
	for (u = 0; u < USERS; u++) {
		/* One of root's comes later. */
		for (i = 0; i < EACH - !u; i++, n++)
			good += start(u, i);
		snprintf(what, sizeof(what), "%d users with %d processes each",
			 u + 1, EACH);
		ok_num(records(), want[u], what);
	}
	ok_num(good, n, "every call got its right page, recorded or not");
	ok(report_has("table full"), "the report says that the table is full");
	ok_num(report("venc", "repaired"), n, "the device's counters have all");
	ok(!report_process(pids[USERS - 1][EACH - 1]),
	   "the last process has no record");
	ok(report_process(pids[0][0]), "the first one still has");

	/* Records of the dead make room, but nobody gets more than half. */
	bad += finish(1, EACH) + finish(2, EACH);
	ok(start(0, EACH - 1) && !report_process(pids[0][EACH - 1]),
	   "who holds half of the table gets no dead user's record");
	ok(start(LATE, 0) && report_process(pids[LATE][0]),
	   "another user does");
	ok(report_process(pids[0][0]), "the living keep theirs");
	bad += finish(LATE, 1) + finish(0, EACH);
	ok_num(bad, 0, "all of them ended well");

	fd = dev_open("venc");
	begin("venc");
	p = linked_sites[0](fd, PAGES * page, x * page, REPAIRED, 0);
	expect_map(p, PAGES, 2, x, "with all of them dead: repaired");
	ok(report_process(getpid()), "and there is room for a record again");
#if ABI_FRAME
	begin("venc");
	p = linked_sites[0](fd, PAGES * page, x * page, (x + 8) * page, 0);
	expect_map(p, PAGES, 2, x, "its site is proven again");
#endif
	close(fd);
	compat_down();
	vendor_down();
	return ktap_end();
}
