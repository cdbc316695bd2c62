// SPDX-License-Identifier: GPL-2.0
/*
 * handlers.c - the mmap handlers and registrations of drivers, with the
 * structures of one kernel: KERNEL is its version as in vermagic, MMAP_SLOT
 * the word of .mmap in struct file_operations, PGOFF the offset of vm_pgoff.
 */
struct vma {
	char before[PGOFF];
	unsigned long vm_pgoff;
};

struct file_operations {
	void *owner;
	int (*first[MMAP_SLOT - 1])(void);
	int (*mmap)(void *file, struct vma *vma);
	int (*rest[12])(void);
};

struct miscdevice {
	int minor;
	const char *name;
	const struct file_operations *fops;
	void *list[6];
};

extern char __this_module[];
int misc_register(struct miscdevice *misc);
int __register_chrdev(unsigned int major, unsigned int first,
		      unsigned int count, const char *name,
		      const struct file_operations *fops);
int remap_pfn_range(struct vma *vma, unsigned long start, unsigned long pfn,
		    unsigned long size, unsigned long prot);
int vm_iomap_memory(struct vma *vma, unsigned long start, unsigned long len);
int somebody_checks(unsigned long pgoff);
int printk(const char *format, ...);

static int opened(void)
{
	return 0;
}

/* As of the field: the buffer twice in a row, and nothing is looked at. */
static int unchecked_mmap(void *file, struct vma *vma)
{
	unsigned long start = *(unsigned long *)(vma->before + 4);
	unsigned long half = *(unsigned long *)(vma->before + 8) - start;

	half /= 2;
	if (remap_pfn_range(vma, start, vma->vm_pgoff, half, 0))
		return -11;
	return remap_pfn_range(vma, start + half, vma->vm_pgoff, half, 0);
}

static int compared_mmap(void *file, struct vma *vma)
{
	unsigned long start = *(unsigned long *)(vma->before + 4);

	if (vma->vm_pgoff < 0x84000 || vma->vm_pgoff > 0x90000)
		return -22;
	return remap_pfn_range(vma, start, vma->vm_pgoff, 4096, 0);
}

static int passed_mmap(void *file, struct vma *vma)
{
	unsigned long start = *(unsigned long *)(vma->before + 4);

	if (somebody_checks(vma->vm_pgoff))
		return -22;
	return remap_pfn_range(vma, start, vma->vm_pgoff, 4096, 0);
}

static int kernel_mmap(void *file, struct vma *vma)
{
	return vm_iomap_memory(vma, 0x20050000, 4096);
}

static int lazy_mmap(void *file, struct vma *vma)
{
	*(unsigned long *)(vma->before + 24) |= 1;
	return 0;
}

#define FOPS(handler) { \
	.owner = __this_module, .mmap = handler, .rest = { opened }, \
}
static struct file_operations unchecked_fops = FOPS(unchecked_mmap);
static struct file_operations compared_fops = FOPS(compared_mmap);
static struct file_operations passed_fops = FOPS(passed_mmap);
static struct file_operations kernel_fops = FOPS(kernel_mmap);
static struct file_operations lazy_fops = FOPS(lazy_mmap);

static struct miscdevice venc = { 255, "venc", &unchecked_fops };
static struct miscdevice several[] = {
	{ 255, "aenc", &compared_fops }, { 255, "adec", &passed_fops },
};

int init_module(void)
{
	int i;

	if (misc_register(&venc))
		return -1;
	for (i = 0; i < 2; i++)
		misc_register(&several[i]);
	printk("%d\n", i);
	__register_chrdev(218, 0, 256, "himedia", &kernel_fops);
	return __register_chrdev(219, 0, 256, "lazy", &lazy_fops);
}

static const char modinfo[] __attribute__((section(".modinfo"), used,
					   aligned(1))) =
	"license=GPL\0vermagic=" KERNEL " mod_unload ARMv7 \0depends=mmz";
