// SPDX-License-Identifier: GPL-2.0
/*
 * Stand-in for the vendor's GPL allocator (mmz.ko, hi_osal.ko): zones from its
 * mmz= parameter, blocks (MMB) that live until they are freed, /proc/media-mem
 * in the vendor's format, and the look-up that other modules may use, exported
 * as vendors export it: for everybody, sleeping, its result without a
 * reference.
 *
 * It hands out addresses; the memory behind them is never touched.
 *
 * Other generations' names, for GPL modules only, since kernels from 6.6 on and
 * stable ones since 2023 let modules take no other: hvc_mmz_goke, hvc_mmz_v5.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/semaphore.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "hvc_mmz.h"
#include "vcompat_cdev.h"

static char *mmz = "";
module_param(mmz, charp, 0444);
MODULE_PARM_DESC(mmz, "name,gfp,start,size[,alloc_type,align][:...]");

static int anony = 1;
module_param(anony, int, 0444);
MODULE_PARM_DESC(anony, "1: a zone called anonymous serves requests for any");

static uint delay_ms;
module_param(delay_ms, uint, 0644);
MODULE_PARM_DESC(delay_ms, "a look-up sleeps so long");

static int vanish_after = -1;
module_param(vanish_after, int, 0644);
MODULE_PARM_DESC(vanish_after, "after so many look-ups the block that the next one asks for is freed; -1: never");

static uint lookups;
module_param(lookups, uint, 0444);
MODULE_PARM_DESC(lookups, "look-ups so far");

struct mmz_zone {
	struct list_head list;
	struct list_head blocks;	/* by address */
	char name[HVC_MMZ_NAME];
	unsigned long gfp;
	unsigned long start;
	unsigned long len;
};

struct hil_media_memory_block {
	struct list_head list;
	struct mmz_zone *zone;
	char name[HVC_MMZ_NAME];
	unsigned long phys;
	unsigned long len;
	void *kvirt;
	unsigned long flags;
};

static LIST_HEAD(zones);
static VC_DEFINE_SEMAPHORE(mmz_lock);

static struct hil_media_memory_block *find(unsigned long addr)
{
	struct hil_media_memory_block *b;
	struct mmz_zone *z;

	list_for_each_entry(z, &zones, list)
		list_for_each_entry(b, &z->blocks, list)
			if (addr >= b->phys && addr - b->phys < b->len)
				return b;
	return NULL;
}

struct hil_media_memory_block *HVC_MMZ_LOOKUP_NAME(unsigned long addr,
						   unsigned long *offset)
{
	struct hil_media_memory_block *b;

	might_sleep();
	if (delay_ms)
		msleep(delay_ms);
	down(&mmz_lock);
	lookups++;
	b = find(addr);
	if (b && !vanish_after) {
		list_del(&b->list);
		kfree(b);
		b = NULL;
	}
	if (vanish_after >= 0)
		vanish_after--;
	if (b)
		*offset = addr - b->phys;
	up(&mmz_lock);
	return b;
}
HVC_MMZ_EXPORT(HVC_MMZ_LOOKUP_NAME);

/* ---- zones ---- */

/* Ends of a zone are in no other zone and do not wrap. */
static bool free_span(unsigned long start, unsigned long len)
{
	struct mmz_zone *z;

	if (!len || start + len - 1 < start || (start | len) & ~PAGE_MASK)
		return false;
	list_for_each_entry(z, &zones, list)
		if (start <= z->start + (z->len - 1) &&
		    z->start <= start + (len - 1))
			return false;
	return true;
}

/* "name,gfp,start,size", more fields are the vendor's and not needed here. */
static int add_zone(char *text)
{
	char *field[4];
	struct mmz_zone *z;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(field); i++) {
		field[i] = strsep(&text, ",");
		if (!field[i] || !*field[i]) {
			pr_err("a zone is name,gfp,start,size\n");
			return -EINVAL;
		}
	}
	z = kzalloc(sizeof(*z), GFP_KERNEL);
	if (!z)
		return -ENOMEM;
	INIT_LIST_HEAD(&z->blocks);
	snprintf(z->name, sizeof(z->name), "%s", field[0]);
	z->gfp = memparse(field[1], NULL);
	z->start = memparse(field[2], NULL);
	z->len = memparse(field[3], NULL);
	if (!free_span(z->start, z->len)) {
		pr_err("zone \"%s\" is empty, wraps, overlaps or has no whole pages\n",
		       z->name);
		kfree(z);
		return -EINVAL;
	}
	list_add_tail(&z->list, &zones);
	return 0;
}

static void drop_zones(void)
{
	struct hil_media_memory_block *b, *next_b;
	struct mmz_zone *z, *next_z;

	list_for_each_entry_safe(z, next_z, &zones, list) {
		list_for_each_entry_safe(b, next_b, &z->blocks, list) {
			pr_info("block \"%s\" was never freed\n", b->name);
			kfree(b);
		}
		kfree(z);
	}
	INIT_LIST_HEAD(&zones);
}

/* ---- blocks; under mmz_lock ---- */

/* First fit. Return: the block's address, the list position in @before. */
static bool find_room(struct mmz_zone *z, unsigned long len, unsigned long align,
		      unsigned long *at, struct list_head **before)
{
	unsigned long from = z->start, last = z->start + (z->len - 1), start;
	struct hil_media_memory_block *b;

	list_for_each_entry(b, &z->blocks, list) {
		start = ALIGN(from, align);
		if (start >= from && start < b->phys && b->phys - start >= len) {
			*at = start;
			*before = &b->list;
			return true;
		}
		from = b->phys + b->len;
		if (from - 1 == last)
			return false;
	}
	start = ALIGN(from, align);
	*at = start;
	*before = &z->blocks;
	return start >= from && start <= last && last - start >= len - 1;
}

static bool serves(const struct mmz_zone *z, const char *name)
{
	if (*name)
		return !strcmp(z->name, name);
	return !anony || !strcmp(z->name, "anonymous");
}

static int alloc_block(struct hvc_mmb *m)
{
	unsigned long len = PAGE_ALIGN((unsigned long)m->len);
	unsigned long align = m->align ? m->align : PAGE_SIZE;
	struct hil_media_memory_block *b;
	struct list_head *before;
	struct mmz_zone *z;

	if (!len || len < m->len || align < PAGE_SIZE || (align & (align - 1)))
		return -EINVAL;
	b = kzalloc(sizeof(*b), GFP_KERNEL);
	if (!b)
		return -ENOMEM;
	list_for_each_entry(z, &zones, list) {
		if (!serves(z, m->zone) ||
		    !find_room(z, len, align, &b->phys, &before))
			continue;
		b->zone = z;
		b->len = len;
		snprintf(b->name, sizeof(b->name), "%s",
			 m->name[0] ? m->name : "<null>");
		list_add_tail(&b->list, before);
		m->phys = b->phys;
		m->len = len;
		return 0;
	}
	kfree(b);
	return -ENOMEM;
}

static int free_block(const struct hvc_mmb *m)
{
	struct hil_media_memory_block *b = find(m->phys);

	if (!b || b->phys != m->phys)
		return -ENOENT;
	list_del(&b->list);
	kfree(b);
	return 0;
}

static int lookup(struct hvc_mmb *m)
{
	struct hil_media_memory_block *b;
	unsigned long offset = ~0UL;

	b = HVC_MMZ_LOOKUP_NAME(m->phys, &offset);
	m->offset = offset;
	if (!b)
		return -ENOENT;
	/* As every caller: nothing holds the block. Fine for tests. */
	m->phys = b->phys;
	m->len = b->len;
	return 0;
}

static long mmz_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct hvc_mmb m;
	int err;

	if (copy_from_user(&m, (void __user *)arg, sizeof(m)))
		return -EFAULT;
	m.zone[HVC_MMZ_NAME - 1] = '\0';
	m.name[HVC_MMZ_NAME - 1] = '\0';
	if (m.phys != (unsigned long)m.phys || m.len != (unsigned long)m.len ||
	    m.align != (unsigned long)m.align)
		return -EINVAL;
	switch (cmd) {
	case HVC_MMZ_ALLOC:
		down(&mmz_lock);
		err = alloc_block(&m);
		up(&mmz_lock);
		break;
	case HVC_MMZ_FREE:
		down(&mmz_lock);
		err = free_block(&m);
		up(&mmz_lock);
		return err;
	case HVC_MMZ_LOOKUP:
		err = lookup(&m);
		break;
	default:
		return -ENOTTY;
	}
	if (!err && copy_to_user((void __user *)arg, &m, sizeof(m)))
		err = -EFAULT;
	return err;
}

static const struct file_operations mmz_fops = {
	.owner		= THIS_MODULE,
	.unlocked_ioctl	= mmz_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl	= mmz_ioctl,
#endif
};

static struct miscdevice mmz_misc = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "hvc_mmz",
	.fops	= &mmz_fops,
};

/* ---- /proc/media-mem ---- */

static void show_blocks(struct seq_file *s, const struct mmz_zone *z,
			unsigned long *used, unsigned int *count)
{
	struct hil_media_memory_block *b;

	list_for_each_entry(b, &z->blocks, list) {
		/* %p as in the original, with all that kernels make of NULL. */
		seq_printf(s, "   |-MMB: phys(0x%08lX, 0x%08lX), kvirt=0x%p, flags=0x%08lX, length=%luKB,    name=\"%s\"\n",
			   b->phys, b->phys + (b->len - 1), b->kvirt, b->flags,
			   b->len / 1024, b->name);
		*used += b->len / 1024;
		++*count;
	}
}

static int media_mem_show(struct seq_file *s, void *unused)
{
	unsigned long total = 0, used = 0, left;
	unsigned int n_zones = 0, n_blocks = 0;
	struct mmz_zone *z;

	down(&mmz_lock);
	list_for_each_entry(z, &zones, list) {
		seq_printf(s, "+---ZONE: PHYS(0x%08lX, 0x%08lX), GFP=%lu, nBYTES=%luKB,  NAME=\"%s\"\n",
			   z->start, z->start + (z->len - 1), z->gfp,
			   z->len / 1024, z->name);
		total += z->len / 1024;
		n_zones++;
		show_blocks(s, z, &used, &n_blocks);
	}
	up(&mmz_lock);
	left = total - used;
	if (total)
		seq_printf(s, "\n---MMZ_USE_INFO:\n total size=%luKB(%luMB),used=%luKB(%luMB + %luKB),remain=%luKB(%luMB + %luKB),zone_number=%u,block_number=%u\n",
			   total, total / 1024, used, used / 1024, used % 1024,
			   left, left / 1024, left % 1024, n_zones, n_blocks);
	return 0;
}

static int media_mem_open(struct inode *inode, struct file *file)
{
	return single_open(file, media_mem_show, NULL);
}

VC_PROC_OPS(media_mem_ops, media_mem_open);

static int add_zones(void)
{
	char *copy = kstrdup(mmz, GFP_KERNEL);
	char *at = copy, *text;
	int err = 0;

	if (!copy)
		return -ENOMEM;
	while (!err && (text = strsep(&at, ":")))
		if (*text)
			err = add_zone(text);
	kfree(copy);
	return err;
}

static int __init hvc_mmz_init(void)
{
	int err = add_zones();

	if (err)
		goto drop;
	err = -ENOMEM;
	if (!proc_create("media-mem", 0444, NULL, &media_mem_ops))
		goto drop;
	err = misc_register(&mmz_misc);
	if (err)
		goto drop_proc;
	return 0;

drop_proc:
	remove_proc_entry("media-mem", NULL);
drop:
	drop_zones();
	return err;
}
module_init(hvc_mmz_init);

static void __exit hvc_mmz_exit(void)
{
	misc_deregister(&mmz_misc);
	remove_proc_entry("media-mem", NULL);
	drop_zones();
}
module_exit(hvc_mmz_exit);

MODULE_DESCRIPTION("stand-in for the vendor's allocator of media memory");
MODULE_LICENSE("GPL");
