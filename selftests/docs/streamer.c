// SPDX-License-Identifier: GPL-2.0
/*
 * A camera application in small: a program on musl that asks the vendor's
 * library for three channels and looks at the pictures. The stand-in driver has
 * written its own page frame into each page.
 *
 * Exit status 0 only if all channels stream.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define CHANNELS 3

int HI_MPI_VENC_CreateChn(int chn, int fd, const unsigned long **stream);

int main(void)
{
	const unsigned long *stream;
	int chn, err, bad = 0;
	int fd = open("/dev/venc", O_RDWR | O_SYNC);

	if (fd < 0) {
		perror("streamer: /dev/venc");
		return 1;
	}
	for (chn = 0; chn < CHANNELS; chn++) {
		err = HI_MPI_VENC_CreateChn(chn, fd, &stream);
		if (err) {
			printf("channel %d: CreateChn failed with %#x\n", chn,
			       err);
			bad = 1;
		} else if (*stream != 0x84000 + 28UL * chn) {
			printf("channel %d: the picture is garbage\n", chn);
			bad = 1;
		} else {
			printf("channel %d: streaming\n", chn);
		}
		fflush(stdout);
	}
	return bad;
}
