// SPDX-License-Identifier: GPL-2.0
/* vendor_wait.c - a library whose constructor waits for other threads. */
extern void vendor_wait_for_threads(void);

__attribute__((constructor)) static void construct(void)
{
	vendor_wait_for_threads();
}
