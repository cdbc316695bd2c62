// SPDX-License-Identifier: GPL-2.0
/*
 * A vendor's libmpi.so in small: closed code with a 32-bit off_t that maps a
 * channel's stream buffer twice in a row. The pages of the documentation show
 * what an application sees of it, without and with this project.
 *
 * mmap is declared with two further words, so that what a 64-bit libc takes for
 * the offset is chosen here and not by chance; the words before lie as in a
 * six-argument call. They are those of a real library's first calls: a pointer
 * into the stack, a fresh stack, a small integer (channel * 100) in the high
 * word.
 */
#include <stdio.h>
#include <sys/mman.h>
#include <sys/types.h>

_Static_assert(sizeof(off_t) == 4, "vendor code has a 32-bit off_t");

#define BUFFERS		0x84000000UL	/* what its allocator handed out */
#define BUFFER		0x1c000UL	/* bytes */

extern void *mmap_words(void *addr, size_t len, int prot, int flags, int fd,
			long off, long low, long high) __asm__("mmap");

int HI_MPI_VENC_CreateChn(int chn, int fd, const unsigned long **stream);
int HI_MPI_VENC_CreateChn(int chn, int fd, const unsigned long **stream)
{
	static const unsigned long words[][2] = {
		{ 0xbefff9a4, 0 },
		{ 0, 0 },
		{ 0xbefff000, 200 },
	};
	unsigned long phys = BUFFERS + chn * BUFFER;
	void *p = mmap_words(NULL, 2 * BUFFER, PROT_READ | PROT_WRITE,
			     MAP_SHARED, fd, phys, words[chn][0], words[chn][1]);

	if (p == MAP_FAILED) {
		printf("mmap err,page addr:0x%lx\n", phys);
		return (int)0xa007800c;
	}
	*stream = p;
	return 0;
}
