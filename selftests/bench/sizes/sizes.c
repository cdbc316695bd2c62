// SPDX-License-Identifier: GPL-2.0
/*
 * What the module keeps in memory: each array is as large as one of what it is
 * named after. Compiled as the module is and never loaded: what it calls stays
 * undefined. bench.sh reads the symbols' sizes.
 */
#include "process.c"
#include "shadow.h"

#define SIZE(name, type) char hvc_size_##name[sizeof(type)]

SIZE(device, struct hvc_device);
SIZE(shadow, struct hvc_shadow);
SIZE(operations, struct file_operations);
SIZE(process, struct process);
SIZE(process_per_device, u32[HVC_SHAPES]);
SIZE(range, struct hvc_range);
SIZE(known, struct hvc_known);

MODULE_LICENSE("GPL");
