// SPDX-License-Identifier: GPL-2.0
/*
 * evidence.c - the search for the caller's block, over a stack, code and areas
 * that the input made, held against an oracle written from what
 * docs/evidence.md promises and the manuals' encodings.
 *
 * kmod/evidence.c is compiled as it is, for one of ARM, 32-bit tasks of arm64
 * (with pages of 64 KiB) and MIPS. Beside the answer: nothing is read but the
 * window and the instructions before a return address, no word of the stack
 * twice, and no read crosses a page.
 */
#include "kernel.h"

#include "input.h"
#include "devices.h"
#include "evidence.h"

#define WINDOW 64U		/* words, at most */
#define CODE 0x10000UL		/* where the code page lies */

struct task_struct *current;
struct pt_regs fake_regs;

static struct task_struct task;
static struct mm_struct mm;
static struct super_block sb = { .s_dev = 0x103 };
static struct inode inodes[2] = {
	{ .i_sb = &sb, .i_ino = 77, .i_generation = 5 },
	{ .i_sb = &sb, .i_ino = 78, .i_generation = 0 },
};
static struct dentry names[2] = {
	{ .d_name = { "libmpi.so", 9 } },
	{ .d_name = { "a-name-of-more-than-twenty-four-bytes.so", 40 } },
};
static struct file files[2] = {
	{ .f_path = { &names[0] }, .inode = &inodes[0] },
	{ .f_path = { &names[1] }, .inode = &inodes[1] },
};
static bool legacy[2];

/* The call as the registers have it. */
static struct {
	uint32_t fd, addr, len, prot, offset, nr;
	unsigned long sp;
	bool user, agrees;
	struct file *file;	/* what the descriptor is */
} call;

static uint32_t stack[WINDOW + 16];	/* from sp on */
static bool stack_page[3];	/* readable? from the one that holds sp on */
static uint8_t code[256];
static bool code_page[2];	/* CODE and the page before it */
static unsigned int seen[WINDOW];	/* reads of each word of the stack */
static unsigned int reads;

bool fake_syscall_agrees(int nr)
{
	return call.agrees && nr == (int)call.nr;
}

struct file *fget(unsigned int fd)
{
	if (fd != call.fd || !call.file)
		return NULL;
	call.file->users++;
	return call.file;
}

void fput(struct file *file)
{
	file->users--;
}

bool hvc_is_legacy_object(const char *name, size_t len)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		if (name == names[i].d_name.name) {
			EXPECT(len == names[i].d_name.len);
			EXPECT(names[i].d_lock.n == 1);
			return legacy[i];
		}
	abort();
}

bool hvc_legacy_objects_named;

struct vm_area_struct *hvc_vma_at(struct mm_struct *of, unsigned long addr)
{
	struct vm_area_struct *v = find_vma(of, addr);

	return v && v->vm_start <= addr ? v : NULL;
}

struct vm_area_struct *find_vma(struct mm_struct *of, unsigned long addr)
{
	unsigned int i;

	for (i = 0; i < of->vmas; i++)
		if (addr < of->vma[i].vm_end)
			return &of->vma[i];
	return NULL;
}

/*
 * The code that is there: its page's first bytes, and the last of the one
 * before, so that an instruction may lie across the two.
 */
static bool code_at(unsigned long addr, uint8_t *byte)
{
	if (addr < CODE - 16 || addr >= CODE + sizeof(code) - 16 ||
	    !code_page[addr < CODE])
		return false;
	*byte = code[addr - (CODE - 16)];
	return true;
}

static bool stack_readable(unsigned long addr)
{
	unsigned long page = (addr >> PAGE_SHIFT) - (call.sp >> PAGE_SHIFT);

	return addr <= 0xffffffff && page < 3 && stack_page[page];
}

bool fake_read(void *to, unsigned long from, size_t len)
{
	uint8_t *bytes = to;
	size_t i;

	reads++;
	EXPECT(len && (from & ~PAGE_MASK) + len <= PAGE_SIZE);
	if (from >= call.sp && from < call.sp + 4 * WINDOW) {
		EXPECT(!(len & 3) && from + len <= call.sp + 4 * WINDOW);
		if (!stack_readable(from))
			return false;
		for (i = 0; i < len; i += 4)
			EXPECT(!seen[(from - call.sp + i) / 4]++);
		memcpy(to, (uint8_t *)stack + (from - call.sp), len);
		return true;
	}
	/* All else are instructions. */
	EXPECT(len <= 4);
	for (i = 0; i < len; i++)
		if (!code_at(from + i, &bytes[i]))
			return false;
	return true;
}

/* ---- the oracle ---- */

/* Does a value have the bits of a pattern of 0, 1 and anything else? */
static bool encoded(uint32_t value, const char *pattern)
{
	unsigned int bit = 0;
	const char *p;

	for (p = pattern; *p; p++)
		bit += *p != ' ';
	for (p = pattern; *p; p++) {
		if (*p == ' ')
			continue;
		bit--;
		if (*p == '0' && value >> bit & 1)
			return false;
		if (*p == '1' && !(value >> bit & 1))
			return false;
	}
	return true;
}

static bool fetch(unsigned long addr, unsigned int bytes, uint32_t *value)
{
	uint8_t b;

	*value = 0;
	while (bytes--) {
		if (!code_at(addr + bytes, &b))
			return false;
		*value = *value << 8 | b;
	}
	return true;
}

#ifdef FAKE_mips
#define NUMBER 4210
#define FIRST 8
#define BELOW 5

static bool ends_call(uint32_t ret)
{
	uint32_t insn;

	return ret % 4 == 0 && ret >= 8 && fetch(ret - 8, 4, &insn) &&
	       /* JAL; JALR with $ra; BAL */
	       (encoded(insn, "000011 --------------------------") ||
		encoded(insn, "000000 ----- ----- 11111 ----- 001001") ||
		encoded(insn, "000001 00000 10001 ----------------"));
}
#else
#define NUMBER 192
#define FIRST 1
#define BELOW 1

static bool ends_call(uint32_t ret)
{
	uint32_t at = ret & ~1U, insn, before;

	if (ret & 1) {
		if (!fetch(at - 2, 2, &insn))
			return false;
		if (encoded(insn, "010001111 ---- 000"))	/* BLX register */
			return true;
		return fetch(at - 4, 2, &before) &&
		       encoded(before, "11110 -----------") &&
		       (encoded(insn, "11-1 ------------") ||	/* BL */
			encoded(insn, "11-0 -----------0"));	/* BLX */
	}
	if (ret % 4 || !fetch(ret - 4, 4, &insn))
		return false;
	if (encoded(insn, "1111 101- ------------------------"))
		return true;
	return !encoded(insn, "1111 ----------------------------") &&
	       (encoded(insn, "---- 1011 ------------------------") ||
		encoded(insn, "---- 00010010111111111111 0011 ----"));
}
#endif

/* The area whose call a return address ends, or NULL. */
static const struct vm_area_struct *caller(uint32_t ret)
{
	unsigned long at = ret & ~1UL;
	unsigned int i;

	for (i = 0; i < mm.vmas && at >= 4; i++) {
		const struct vm_area_struct *v = &mm.vma[i];

		if (at - 2 >= v->vm_start && at - 2 < v->vm_end)
			return v->vm_file && v->vm_flags & VM_EXEC &&
			       !(v->vm_flags & VM_WRITE) && ends_call(ret) ?
			       v : NULL;
	}
	return NULL;
}

/* Whether the kernel's own number of the call in progress is that of mmap2. */
static bool in_mmap2(void)
{
#ifdef FAKE_mips
	return true;		/* there is only the register */
#else
	return call.agrees && call.nr == NUMBER;
#endif
}

struct answer {
	bool found, full;
	unsigned int at;	/* word */
	const struct vm_area_struct *area;
};

static struct answer oracle(unsigned long raw)
{
	unsigned long offset = raw << (PAGE_SHIFT - 12);
	unsigned int have = 0, i, low = 0, full = 0;
	struct answer a = { 0 };

	if (!call.user || call.sp % 4 || !in_mmap2())
		return a;
	while (have < WINDOW && stack_readable(call.sp + 4UL * have))
		have++;
	for (i = FIRST; i + 3 < have; i++) {
		const uint32_t *w = &stack[i];

		if (w[0] != call.fd || w[2] % 4096 ||
		    w[2] / 4096 != offset % (1 << 20))
			continue;
		if (w[0] == call.prot && w[1] == call.len && w[2] == call.addr)
			continue;	/* libc's own spilled arguments */
		if (!low)
			low = i;
		if (!full && w[3] < 4096 && w[3] == offset >> 20)
			full = i;
	}
	if (!low)
		return a;
	a.area = caller(stack[low - BELOW]);
	a.at = low;
	a.full = low == full;
	if (full && low != full) {
		/* A nearer caller says otherwise: whose block this is is open */
		if (a.area)
			return (struct answer){ 0 };
		a.area = caller(stack[full - BELOW]);
		a.at = full;
		a.full = true;
	}
	a.found = a.area != NULL;
	return a;
}

/* ---- the input ---- */

static void set_registers(void)
{
	memset(&fake_regs, 0, sizeof(fake_regs));
	fake_regs.user = call.user;
#if defined(FAKE_arm)
	fake_regs.ARM_ORIG_r0 = call.addr;
	fake_regs.ARM_r1 = call.len;
	fake_regs.ARM_r2 = call.prot;
	fake_regs.ARM_r4 = call.fd;
	fake_regs.ARM_r5 = call.offset;
	fake_regs.ARM_r7 = call.nr;
	fake_regs.ARM_sp = call.sp;
#elif defined(FAKE_arm64)
	/* What lies above 32 bits is nobody's. */
	fake_regs.orig_x0 = call.addr | 0x1200000000;
	fake_regs.regs[1] = call.len | 0x3400000000;
	fake_regs.regs[2] = call.prot | 0x5600000000;
	fake_regs.regs[4] = call.fd | 0x7800000000;
	fake_regs.regs[5] = call.offset | 0x9a00000000;
	fake_regs.regs[7] = call.nr | 0xbc00000000;
	fake_regs.compat_sp = call.sp | 0xde00000000;
	fake_regs.syscallno = call.agrees ? (int)call.nr : 4;
#else
	fake_regs.regs[2] = call.nr;
	fake_regs.regs[4] = call.addr;
	fake_regs.regs[5] = call.len;
	fake_regs.regs[6] = call.prot;
	fake_regs.slots[4] = call.fd;
	fake_regs.slots[5] = call.offset;
	fake_regs.regs[29] = call.sp;
#endif
}

static void take_areas(void)
{
	unsigned long from = 0x1000;
	unsigned int i;

	mm.vmas = input_take(1) % 4;
	for (i = 0; i < mm.vmas; i++) {
		struct vm_area_struct *v = &mm.vma[i];
		unsigned int kind = input_take(1);

		v->vm_start = from + (kind & 3) * 0x5000;
		v->vm_end = v->vm_start + 0x1000 + (kind >> 2 & 3) * 0x7000;
		v->vm_flags = kind & 0x10 ? VM_EXEC | 1 : 1;
		v->vm_flags |= kind & 0x20 ? VM_WRITE : 0;
		v->vm_file = kind & 0x40 ? NULL : &files[kind >> 7];
		v->vm_pgoff = input_take(1);
		from = v->vm_end;
	}
}

/* Words as a libc leaves them, and others. */
static void take_stack(unsigned long raw)
{
	unsigned long offset = raw << (PAGE_SHIFT - 12);
	unsigned int i = 0;

	while (i < WINDOW + 8 && input_left) {
		unsigned int op = input_take(1);

		switch (op & 7) {
		case 0:			/* what was here before */
			i += op >> 3;
			break;
		case 1:
			stack[i++] = call.fd;
			break;
		case 2:
			stack[i++] = offset << 12;
			break;
		case 3:
			stack[i++] = offset >> 20;
			break;
		case 4:			/* somewhere in the code */
			stack[i++] = CODE - 8 + input_take(1);
			break;
		case 5:			/* a block, as the ABI has it */
			stack[i++] = CODE - 8 + input_take(1);
			i += BELOW - 1;
			stack[i++] = call.fd;
			stack[i++] = input_take(3) << 12;
			stack[i++] = offset << 12;
			stack[i++] = op & 8 ? 0 : offset >> 20;
			break;
		case 6:			/* spilled arguments */
			stack[i++] = call.prot;
			stack[i++] = call.len;
			stack[i++] = call.addr;
			break;
		default:
			stack[i++] = input_take(4);
		}
	}
}

static void take_code(void)
{
	static const uint32_t calls[] = {
#ifdef FAKE_mips
		0x0c001234, 0x0320f809, 0x04110010,
#else
		0xeb000010, 0xfa000010, 0xe12fff33, 0xf810f000, 0xe810f000,
		0x4798bf00,
#endif
	};
	unsigned int i;

	for (i = 0; i + 4 <= sizeof(code) / 2; i += 4) {
		unsigned int op = input_take(1);
		uint32_t word = op < 0xf0 ?
				calls[op % (sizeof(calls) / sizeof(*calls))] :
				input_take(4);

		memcpy(&code[i + (op < 0xf0 ? op >> 5 & 2 : 0)], &word, 4);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hvc_evidence ev;
	unsigned long raw;
	unsigned int flags;
	struct answer want;
	struct file *mapped;
	bool possible;

	input_start(data, size);
	memset(stack, 0, sizeof(stack));
	memset(code, 0, sizeof(code));
	memset(seen, 0, sizeof(seen));
	reads = 0;
	memset(&ev, 0xa5, sizeof(ev));
	flags = input_take(2);
	call.user = !(flags & 1);
	call.agrees = !(flags & 2);
	call.nr = flags & 4 ? input_take(2) : NUMBER;
	call.fd = flags & 8 ? input_take(4) : 3 + input_take(1) % 8;
	call.prot = input_take(1) & 7;
	call.addr = flags & 16 ? input_take(2) << 12 : 0;
	call.len = flags & 32 ? input_take(4) : input_take(1) << 12;
	call.offset = flags & 64 ? input_take(4) : input_take(2);
	/* A few words below the end of a page, or of the address space. */
	call.sp = flags & 128 ? 0xffff0000UL + input_take(2) :
				0xbf000000UL + input_take(2);
	call.sp &= flags & 256 ? ~0UL : ~3UL;
	stack_page[0] = !(flags & 512);
	stack_page[1] = !(flags & 1024);
	stack_page[2] = true;
	code_page[0] = !(flags & 2048);
	code_page[1] = !(flags & 4096);
	legacy[0] = flags & 8192;
	legacy[1] = flags & 16384;
	call.file = flags & 32768 ? NULL : &files[0];
	mapped = &files[input_take(1) == 255];
	raw = call.offset >> (PAGE_SHIFT - 12);
	take_areas();
	take_code();
	take_stack(raw);
	set_registers();
	current = &task;
	task.mm = &mm;

	hvc_legacy_objects_named = legacy[0] || legacy[1];
	possible = call.user && call.nr == NUMBER && in_mmap2() &&
		   call.file == mapped;
	/* Another offset or another length is another mapping's. */
	hvc_evidence_read(mapped, raw + 1, PAGE_ALIGN(call.len), &ev);
	EXPECT(!ev.found);
	hvc_evidence_read(mapped, raw, PAGE_ALIGN(call.len) + PAGE_SIZE, &ev);
	EXPECT(!ev.found);
	EXPECT(reads == 0);

	hvc_evidence_read(mapped, raw, PAGE_ALIGN(call.len), &ev);
	EXPECT(!files[0].users && !files[1].users);
	want = possible ? oracle(raw) : (struct answer){ 0 };
	EXPECT(ev.found == want.found);
	if (ev.found) {
		unsigned long ret = stack[want.at - BELOW] & ~1UL;
		struct file *f = want.area->vm_file;
		const char *name = f->f_path.dentry->d_name.name;

		EXPECT(ev.full == want.full);
		EXPECT(ev.distance == 4 * want.at);
		EXPECT(ev.x == stack[want.at + 1]);
		EXPECT(ev.declared == legacy[f - files]);
		EXPECT(ev.site.ino == f->inode->i_ino);
		EXPECT(ev.site.dev == sb.s_dev);
		EXPECT(ev.site.generation == f->inode->i_generation);
		EXPECT(ev.site.offset == ret - want.area->vm_start +
		       want.area->vm_pgoff * PAGE_SIZE);
		EXPECT(!ev.site.name[0] && ev.vma == want.area);
		hvc_evidence_name(&ev);
		EXPECT(!strncmp(ev.site.name, name, HVC_SITE_NAME_LEN - 1) &&
		       strlen(ev.site.name) < HVC_SITE_NAME_LEN);
	}
	EXPECT(!mm.locked && !names[0].d_lock.n && !names[1].d_lock.n);
	return 0;
}
