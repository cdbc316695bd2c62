/* SPDX-License-Identifier: GPL-2.0 */
/*
 * report.h - /proc/hisi_venc_compat, what a person reads first, and the same
 * for programs, /proc/hisi_venc_compat_facts.
 *
 * Promise: safe to read while everything changes; root only, since it names
 * physical addresses. The formats are described in docs/report.md. Readers take
 * a record at a time: however many there are, no large memory is asked for.
 */
#ifndef HVC_REPORT_H
#define HVC_REPORT_H

/** hvc_report_init() - Return: 0 or -ENOMEM */
int hvc_report_init(void);

/** hvc_report_exit() - waits for readers */
void hvc_report_exit(void);

#endif /* HVC_REPORT_H */
