// SPDX-License-Identifier: GPL-2.0
/*
 * The stand-in allocator keeps what its users are promised: zones from mmz=,
 * /proc/media-mem to the letter, blocks where a first fit puts them, and a
 * look-up that finds live blocks and nothing else.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "../vendor/hvc_mmz.h"
#include "dispatchlib.h"

#define MMZ	"hvc_mmz"
#define MIB	0x100000ull

static uint64_t anon, ddr1;	/* where the zones begin */

static void up(void)
{
	char params[256];
	int err;

	if (mod_loaded(MMZ))	/* left by a test that bailed out */
		mod_unload(MMZ);
	snprintf(params, sizeof(params),
		 "mmz=anonymous,0,%#llx,32M:ddr1,1,%#llx,16M,1,4M",
		 (unsigned long long)anon, (unsigned long long)ddr1);
	err = mod_load(MMZ, params);
	if (err)
		bail("insmod " MMZ " %s: %s", params, strerror(-err));
	mmz_open();
}

static void down(void)
{
	int err;

	mmz_close();
	err = mod_unload(MMZ);
	if (err)
		bail("rmmod " MMZ ": %s", strerror(-err));
}

static bool in(uint64_t at, uint64_t phys, uint64_t len)
{
	struct hvc_mmb m;
	int err = mmz_look(at, &m);

	if (!err && m.phys == phys && m.len == len && m.offset == at - phys)
		return true;
	diag("%#llx: %s, block %#llx+%#llx, offset %#llx",
	     (unsigned long long)at, strerror(-err),
	     (unsigned long long)m.phys, (unsigned long long)m.len,
	     (unsigned long long)m.offset);
	return false;
}

static bool none(uint64_t at)
{
	struct hvc_mmb m;

	return mmz_look(at, &m) == -ENOENT;
}

static bool listed(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static bool listed(const char *fmt, ...)
{
	char line[256], *text = slurp("/proc/media-mem");
	va_list ap;
	bool found;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (!text)
		bail("/proc/media-mem: %s", strerror(errno));
	found = strstr(text, line);
	if (!found)
		diag("no line %s in: %s", line, text);
	free(text);
	return found;
}

/* What kernels print for a NULL pointer differs; the rest does not. */
static bool block_listed(uint64_t phys, uint64_t len, const char *name)
{
	char *text = slurp("/proc/media-mem"), *line, want[128];
	unsigned long long first, last, kib;
	char rest[64];
	bool found = false;

	snprintf(want, sizeof(want), "length=%lluKB,    name=\"%s\"",
		 (unsigned long long)len / 1024, name);
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (sscanf(line, "   |-MMB: phys(0x%8llX, 0x%8llX), kvirt=0x%63[^,], flags=0x00000000, length=%lluKB",
			   &first, &last, rest, &kib) == 4 && first == phys &&
		    last == phys + len - 1 && strstr(line, want))
			found = true;
	}
	free(text);
	return found;
}

static void zones(void)
{
	ok(listed("+---ZONE: PHYS(0x%08llX, 0x%08llX), GFP=0, nBYTES=32768KB,  NAME=\"anonymous\"\n",
		  (unsigned long long)anon,
		  (unsigned long long)(anon + 32 * MIB - 1)),
	   "the first zone is listed, its end included");
	ok(listed("+---ZONE: PHYS(0x%08llX, 0x%08llX), GFP=1, nBYTES=16384KB,  NAME=\"ddr1\"\n",
		  (unsigned long long)ddr1,
		  (unsigned long long)(ddr1 + 16 * MIB - 1)),
	   "the second zone is listed, fields behind its size are taken");
	ok(listed("\n---MMZ_USE_INFO:\n total size=49152KB(48MB),used=0KB(0MB + 0KB),remain=49152KB(48MB + 0KB),zone_number=2,block_number=0\n"),
	   "the sums are listed");
	ok(none(anon) && none(ddr1), "a zone alone is no live block");
}

static void blocks(void)
{
	uint64_t big = anon + MIB;

	ok_num(mmz_alloc("", "chn0", 100, 0), anon, "a block: the zone's first page");
	ok_num(mmz_alloc("", "chn1", 3 * page, 0), anon + page,
	       "the next one lies behind it");
	ok_num(mmz_alloc("anonymous", "aligned", 2 * MIB, MIB), big,
	       "one with an alignment");
	ok_num(mmz_alloc("ddr1", "far", 16 * MIB, 0), ddr1, "a whole zone");
	ok(block_listed(anon, page, "chn0") &&
	   block_listed(anon + page, 3 * page, "chn1") &&
	   block_listed(big, 2 * MIB, "aligned") &&
	   block_listed(ddr1, 16 * MIB, "far"),
	   "all are listed, their ends included");
	ok(listed("used=%lluKB(18MB + %lluKB)",
		  (unsigned long long)(18 * MIB + 4 * page) / 1024,
		  (unsigned long long)4 * page / 1024) &&
	   listed("zone_number=2,block_number=4\n"), "and summed up");
	ok(in(anon, anon, page) && in(anon + page - 1, anon, page),
	   "look-up: first and last byte");
	ok(in(anon + page, anon + page, 3 * page) &&
	   in(anon + 4 * page - 1, anon + page, 3 * page),
	   "look-up: the neighbour");
	ok(none(anon + 4 * page) && none(big - 1),
	   "look-up: nothing in between");
	ok(in(big + 0x12345, big, 2 * MIB) && none(big + 2 * MIB),
	   "look-up: inside, and past the end");
	ok(none(anon - 1) && none(0) && none(0xffffffff),
	   "look-up: nothing outside the zones");
	ok(in(ddr1 + 16 * MIB - 1, ddr1, 16 * MIB) && none(ddr1 + 16 * MIB),
	   "look-up: a zone's last byte");
}

static void freeing(void)
{
	ok_num(mmz_free(anon + page + 1), -ENOENT, "an inner address frees nothing");
	ok(in(anon + page, anon + page, 3 * page), "and the block is still there");
	ok_num(mmz_free(anon + page), 0, "a block is freed");
	ok(none(anon + page) && none(anon + 4 * page - 1),
	   "look-up: nothing any more");
	ok_num(mmz_free(anon + page), -ENOENT, "a block is freed once");
	ok_num(mmz_alloc("", "again", 4 * page, 0), anon + page,
	       "its room is given out again");
	ok_num(mmz_alloc("ddr1", "more", page, 0), -ENOMEM, "a full zone");
	ok_num(mmz_alloc("nowhere", "lost", page, 0), -ENOMEM, "no such zone");
	ok_num(mmz_alloc("", "zero", 0, 0), -EINVAL, "length 0");
	ok_num(mmz_alloc("", "crooked", page, 3 * page), -EINVAL,
	       "an alignment that is no power of two");
	ok_num(mmz_alloc("", "huge", 64 * MIB, 0), -ENOMEM, "larger than the zone");
}

static int parameter(const char *name)
{
	char path[128], *text;
	int value;

	snprintf(path, sizeof(path), "/sys/module/" MMZ "/parameters/%s", name);
	text = slurp(path);
	if (!text)
		bail("%s: %s", path, strerror(errno));
	value = atoi(text);
	free(text);
	return value;
}

static void sleeping(void)
{
	int before = parameter("lookups");
	double start;

	ok(none(0), "a look-up");
	ok_num(parameter("lookups"), before + 1, "is counted");
	if (write_str("/sys/module/" MMZ "/parameters/delay_ms", "300"))
		bail("cannot set delay_ms");
	start = now();
	/* A kernel that counts ticks may get late ones in a row: half will do. */
	ok(in(anon, anon, page) && now() - start >= 0.15,
	   "delay_ms makes it sleep");
}

static void bad(const char *zone, const char *what)
{
	char params[128];

	snprintf(params, sizeof(params), "mmz=%s", zone);
	ok_num(mod_load(MMZ, params), -EINVAL, what);
}

int main(void)
{
	char text[128], *symbols;

	hvct_init();
	ktap_plan(4 + 12 + 11 + 3 + 1 + 2 + 5 + 1);
	anon = mmz_phys;
	ddr1 = mmz_phys + 48 * MIB;
	up();
	zones();
	blocks();
	freeing();
	sleeping();
	symbols = slurp("/proc/kallsyms");
	ok(symbols && strstr(symbols, " T hil_mmb_getby_phys_2\t[" MMZ "]"),
	   "the look-up is there under the vendor's name");
	free(symbols);
	down();

	/* Blocks do not outlive the allocator. */
	up();
	ok(none(anon) && none(ddr1), "loaded again: no block");
	ok(listed("zone_number=2,block_number=0\n"), "loaded again: none listed");
	down();

	bad("anonymous,0,0x84000000", "mmz= without a size");
	bad("anonymous,0,0x84000000,0", "mmz= with size 0");
	bad("anonymous,0,0x84000001,1M", "mmz= off a page");
	bad(kernel_is_64bit() ? "anonymous,0,0xfffffffffff00000,2M" :
	    "anonymous,0,0xfff00000,2M", "mmz= that wraps");
	snprintf(text, sizeof(text), "a,0,%#llx,2M:b,0,%#llx,1M",
		 (unsigned long long)anon,
		 (unsigned long long)(anon + 2 * MIB - page));
	bad(text, "mmz= with zones that overlap");
	ok(access("/proc/media-mem", F_OK) && !mod_loaded(MMZ),
	   "nothing left behind");
	return ktap_end();
}
