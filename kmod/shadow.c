// SPDX-License-Identifier: GPL-2.0
/* shadow.c - shadow tables. See shadow.h for what it promises. */
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uio.h>

#include "mapping.h"
#include "shadow.h"

static struct hvc_shadow *slots, *slots_end;
static unsigned int slot_count;
static DEFINE_SPINLOCK(slots_lock);	/* who fills and who retires */

int hvc_shadows_init(unsigned int devices)
{
	/* A driver may come back while files of its former life are open. */
	slot_count = 2 * devices + 2;
	slots = kcalloc(slot_count, sizeof(*slots), GFP_KERNEL);
	slots_end = slots + slot_count;
	return slots ? 0 : -ENOMEM;
}

void hvc_shadows_exit(void)
{
	kfree(slots);
	slots = NULL;
}

static atomic_t staying;

bool hvc_staying(void)
{
	return atomic_read(&staying);
}

void hvc_stay_loaded(const char *device)
{
	if (atomic_xchg(&staying, 1))
		return;
	__module_get(THIS_MODULE);
	pr_warn("/dev/%s: somebody else put a table in our place; this module stays loaded for good\n",
		device);
}

static __always_inline bool is_ours(const struct file_operations *fops)
{
	return fops >= &slots->fops && fops < &slots_end->fops;
}

/*
 * Somebody copied our table into one of their own. Step aside: their calls go
 * straight to the driver.
 */
static struct hvc_shadow *foreign_caller(const struct file *file)
{
	dev_t rdev = file_inode(file)->i_rdev;
	unsigned int i;

	for (i = 0; i < slot_count; i++) {
		if (slots[i].in_use && slots[i].rdev == rdev) {
			hvc_stay_loaded(slots[i].dev->name);
			return &slots[i];
		}
	}
	return NULL;
}

/* Inline for the sake of .mmap. */
static __always_inline struct hvc_shadow *shadow_of(const struct file *file)
{
	if (likely(is_ours(file->f_op)))
		return container_of(file->f_op, struct hvc_shadow, fops);
	return NULL;
}

struct hvc_device *hvc_shadow_device(const struct file *file)
{
	const struct hvc_shadow *shadow = shadow_of(file);

	return shadow ? shadow->dev : NULL;
}

/* Lifts the kernel's offset limit where that is ours to lift. */
static void attach(struct hvc_shadow *shadow, struct file *file)
{
	file->f_op = &shadow->fops;
	atomic_inc(&shadow->files);
	atomic_long_inc(&shadow->opens);
	if (shadow->lifted && hvc_file_unsigned(file))
		shadow->lifted = false;	/* the driver's own choice */
	else if (shadow->lifted)
		hvc_file_set_unsigned(file);
}

static int shadow_open(struct inode *inode, struct file *file)
{
	struct hvc_shadow *shadow = shadow_of(file);
	const struct file_operations *original;
	int err = 0;

	if (!shadow) {
		shadow = foreign_caller(file);
		if (!shadow || !shadow->original->open)
			return shadow ? 0 : -ENODEV;
		return shadow->original->open(inode, file);
	}
	original = shadow->original;
	if (!try_module_get(original->owner))
		return -ENODEV;
	/*
	 * The driver finds what it would have found. Its open may leave another
	 * table, with or without moving references; the VFS would put exactly
	 * one on the owner of what stands there in the end.
	 */
	file->f_op = original;
	if (original->open)
		err = original->open(inode, file);
	else if (!HVC_MISC_OPEN_SETS_DATA)
		file->private_data = NULL;
	if (err) {
		fops_put(file->f_op);
		file->f_op = &shadow->fops;
	} else if (likely(file->f_op == original)) {
		attach(shadow, file);
	} else if (!hvc_shadow_adopt(shadow->dev, file, shadow->rdev, NULL)) {
		/* misc_mtx is held: we stay until we have returned. */
		module_put(THIS_MODULE);
	}
	return err;
}

static int shadow_release(struct inode *inode, struct file *file)
{
	struct hvc_shadow *shadow = shadow_of(file);
	const struct file_operations *original;
	int err = 0;

	if (!shadow) {
		shadow = foreign_caller(file);
		if (!shadow || !shadow->original->release)
			return 0;
		return shadow->original->release(inode, file);
	}
	original = shadow->original;
	if (original->release)
		err = original->release(inode, file);
	module_put(shadow->also);
	atomic_dec(&shadow->files);
	module_put(original->owner);
	return err;
}

static noinline int ask(const struct hvc_shadow *shadow, struct file *file,
			unsigned long len, unsigned long *pgoff)
{
	struct hvc_mapping m = {
		.dev = shadow->dev,
		.file = file,
		.raw = *pgoff,
		.len = len,
		.lifted = shadow->lifted,
	};

	return hvc_mapping_judge(&m, pgoff);
}

static int shadow_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct hvc_shadow *shadow = shadow_of(file);
	int err;

	if (unlikely(!shadow)) {
		shadow = foreign_caller(file);
		return shadow ? shadow->original->mmap(file, vma) : -ENODEV;
	}
	if (!hvc_mapping_plain(shadow->dev, vma->vm_pgoff,
			       vma->vm_end - vma->vm_start)) {
		err = ask(shadow, file, vma->vm_end - vma->vm_start,
			  &vma->vm_pgoff);
		if (err)
			return err;
	}
	return shadow->original->mmap(file, vma);
}

#if HVC_HAS_MMAP_PREPARE
static int shadow_mmap_prepare(struct vm_area_desc *desc)
{
	struct hvc_shadow *shadow = shadow_of(desc->file);
	int err;

	if (unlikely(!shadow)) {
		shadow = foreign_caller(desc->file);
		return shadow ? shadow->original->mmap_prepare(desc) : -ENODEV;
	}
	if (!hvc_mapping_plain(shadow->dev, desc->pgoff,
			       desc->end - desc->start)) {
		err = ask(shadow, (struct file *)desc->file,
			  desc->end - desc->start, &desc->pgoff);
		if (err)
			return err;
	}
	return shadow->original->mmap_prepare(desc);
}
#endif

static unsigned long shadow_get_unmapped_area(struct file *file,
					      unsigned long addr,
					      unsigned long len,
					      unsigned long pgoff,
					      unsigned long flags)
{
	struct hvc_shadow *shadow = shadow_of(file);
	struct hvc_mapping m;

	if (unlikely(!shadow)) {
		shadow = foreign_caller(file);
		if (!shadow)
			return -ENODEV;
	} else {
		m.dev = shadow->dev;
		m.file = file;
		m.raw = pgoff;
		m.len = PAGE_ALIGN(len);
		m.lifted = shadow->lifted;
		pgoff = hvc_mapping_preview(&m);
	}
	return shadow->original->get_unmapped_area(file, addr, len, pgoff,
						   flags);
}

#if HVC_OFFSET_LIMIT
/*
 * The flag that lifts the limit on mapped offsets also lets negative file
 * positions through. What the VFS would have refused is refused here.
 */
static bool bad_position(loff_t pos, size_t len)
{
	return pos < 0 || (loff_t)((u64)pos + len) < 0;
}

/* The driver's table, or NULL for a position that it must not see. */
static const struct file_operations *
original_at(const struct file *file, const loff_t *pos, size_t len)
{
	const struct hvc_shadow *shadow = shadow_of(file);

	if (unlikely(!shadow))
		shadow = foreign_caller(file);
	/* Streams have no position. */
	if (!shadow ||
	    (READ_ONCE(shadow->lifted) && pos && bad_position(*pos, len)))
		return NULL;
	return shadow->original;
}

static ssize_t shadow_read(struct file *file, char __user *to, size_t len,
			   loff_t *pos)
{
	const struct file_operations *original = original_at(file, pos, len);

	return original ? original->read(file, to, len, pos) : -EINVAL;
}

static ssize_t shadow_write(struct file *file, const char __user *from,
			    size_t len, loff_t *pos)
{
	const struct file_operations *original = original_at(file, pos, len);

	return original ? original->write(file, from, len, pos) : -EINVAL;
}

static ssize_t shadow_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	const struct file_operations *original =
		original_at(iocb->ki_filp, &iocb->ki_pos, iov_iter_count(to));

	return original ? original->read_iter(iocb, to) : -EINVAL;
}

static ssize_t shadow_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	const struct file_operations *original =
		original_at(iocb->ki_filp, &iocb->ki_pos, iov_iter_count(from));

	return original ? original->write_iter(iocb, from) : -EINVAL;
}

/* The kernel's own helpers look at the flag. */
static loff_t shadow_llseek(struct file *file, loff_t offset, int whence)
{
	const struct file_operations *original = original_at(file, NULL, 0);
	loff_t before = file->f_pos;
	loff_t after;

	if (!original)
		return -EINVAL;
	after = original->llseek(file, offset, whence);
	if (file->f_pos >= 0 || original_at(file, &file->f_pos, 0))
		return after;
	file->f_pos = before;
	return -EINVAL;
}

static void wrap_positions(struct file_operations *fops)
{
	if (fops->read)
		fops->read = shadow_read;
	if (fops->write)
		fops->write = shadow_write;
	if (fops->read_iter)
		fops->read_iter = shadow_read_iter;
	if (fops->write_iter)
		fops->write_iter = shadow_write_iter;
	/* A driver's own does what it did; its reads are refused above. */
	if (fops->llseek == default_llseek ||
	    fops->llseek == generic_file_llseek)
		fops->llseek = shadow_llseek;
}
#else
static void wrap_positions(struct file_operations *fops)
{
}
#endif

bool hvc_table_maps(const struct file_operations *fops)
{
#if HVC_HAS_MMAP_PREPARE
	if (fops->mmap_prepare)
		return true;
#endif
	return fops->mmap;
}

static void fill(struct hvc_shadow *shadow,
		 const struct file_operations *original)
{
	struct file_operations fops = *original;

	fops.owner = THIS_MODULE;
	fops.open = shadow_open;
	fops.release = shadow_release;
	if (fops.mmap)
		fops.mmap = shadow_mmap;
#if HVC_HAS_MMAP_PREPARE
	if (fops.mmap_prepare)
		fops.mmap_prepare = shadow_mmap_prepare;
#endif
	if (fops.get_unmapped_area)
		fops.get_unmapped_area = shadow_get_unmapped_area;

	shadow->lifted = HVC_OFFSET_LIMIT && !hvc_table_unsigned(original) &&
			 !hvc_table_takes_ranges(original);
	if (shadow->lifted) {
		hvc_table_set_unsigned(&fops);
		wrap_positions(&fops);
	}
	/* A file that is just going reads .owner once more: never another. */
	shadow->fops = fops;
}

/* The slot that serves this already, or one that nobody needs. */
static struct hvc_shadow *find_slot(const struct hvc_device *dev,
				    const struct file_operations *original)
{
	struct hvc_shadow *shadow, *free = NULL;
	unsigned int i;

	for (i = 0; i < slot_count; i++) {
		shadow = &slots[i];
		if (shadow->in_use && shadow->dev == dev &&
		    shadow->original == original)
			return shadow;
		if (!shadow->in_use && !atomic_read(&shadow->files))
			free = shadow;
	}
	return free;
}

struct hvc_shadow *hvc_shadow_make(struct hvc_device *dev,
				   const struct file_operations *original,
				   dev_t rdev, struct module *also)
{
	struct hvc_shadow *shadow;

	spin_lock(&slots_lock);
	shadow = find_slot(dev, original);
	if (shadow && !shadow->in_use) {
		fill(shadow, original);
		shadow->original = original;
		shadow->dev = dev;
		shadow->rdev = rdev;
		shadow->also = also;
		atomic_long_set(&shadow->opens, 0);
		shadow->in_use = true;
	}
	spin_unlock(&slots_lock);
	return shadow;
}

void hvc_shadows_retire(const struct hvc_device *dev)
{
	unsigned int i;

	spin_lock(&slots_lock);
	for (i = 0; i < slot_count; i++)
		if (slots[i].dev == dev)
			slots[i].in_use = false;
	spin_unlock(&slots_lock);
}

void hvc_shadows_files(const struct hvc_device *dev, long *files, long *opens)
{
	unsigned int i;

	*files = 0;
	*opens = 0;
	for (i = 0; i < slot_count; i++) {
		if (slots[i].dev != dev)
			continue;
		*files += atomic_read(&slots[i].files);
		*opens += atomic_long_read(&slots[i].opens);
	}
}

bool hvc_shadow_adopt(struct hvc_device *dev, struct file *file, dev_t rdev,
		      struct module *also)
{
	struct hvc_shadow *shadow = NULL;

	if (hvc_table_maps(file->f_op))
		shadow = hvc_shadow_make(dev, file->f_op, rdev, also);
	if (!shadow) {
		pr_warn_ratelimited("/dev/%s: no mmap handler, or no room for another table; this file is left to the driver\n",
				    dev->name);
		return false;
	}
	attach(shadow, file);
	return true;
}
