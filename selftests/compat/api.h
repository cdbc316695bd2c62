/* SPDX-License-Identifier: GPL-2.0 */
/*
 * api.h - what kmod/ uses of the kernel, as far as a compiler must know it.
 *
 * Written from the kernel's documented interface, not taken from it: names,
 * arguments and types with the version in which they changed; no layouts, no
 * values and no code. Every header that kmod/ includes leads here (run.sh).
 * HVC_API is the version whose interface is meant; LINUX_VERSION_CODE is what
 * that kernel's version.h says, which is not always the same (rows).
 *
 * Promise: what a kernel of that version does not have is not declared.
 */
#ifndef HVC_API_H
#define HVC_API_H

#define V(major, minor)	(((major) << 16) + ((minor) << 8))
#define SINCE(major, minor)	(HVC_API >= V(major, minor))

/* ---- types ---- */

typedef signed char s8;
typedef unsigned char u8, __u8;
typedef unsigned short u16, __u16;
typedef int s32, __s32;
typedef unsigned int u32, __u32;
typedef long long s64, __s64;
typedef unsigned long long u64, __u64;
typedef __SIZE_TYPE__ size_t;
typedef long ssize_t;
typedef long long loff_t;
typedef u32 dev_t;
typedef unsigned int gfp_t, fmode_t, uid_t;
typedef unsigned short umode_t;
#define bool _Bool
#define true 1
#define false 0
#define NULL ((void *)0)
#define __always_inline inline __attribute__((always_inline))
typedef struct { int counter; } atomic_t;
typedef struct { long counter; } atomic_long_t;

/* A qualifier that gcc does check stands for the one that only sparse knows. */
#define __user volatile
#define __rcu
#define __acquires(x)
#define __releases(x)
#define __iomem
#define __force
#define __init
#define __exit
#define __must_check __attribute__((warn_unused_result))
#define __printf(at, first) __attribute__((format(printf, at, first)))

/* ---- plain C ---- */

#define EIO 5
#define ENXIO 6
#define E2BIG 7
#define ENOENT 2
#define EBADF 9
#define ENOMEM 12
#define EFAULT 14
#define ENODEV 19
#define EINVAL 22
#define ENOTTY 25
#define ENOSPC 28
#define EOVERFLOW 75
#define ENOTUNIQ 76

#define UINT_MAX (~0U)
#define ULONG_MAX (~0UL)
#define offsetof(type, member) __builtin_offsetof(type, member)
#define container_of(pointer, type, member) \
	((type *)((char *)(pointer) - offsetof(type, member)))
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define BUILD_BUG_ON(is) ((void)sizeof(char[1 - 2 * !!(is)]))
#define likely(is) __builtin_expect(!!(is), 1)
#define unlikely(is) __builtin_expect(!!(is), 0)
#define min(a, b) ((a) < (b) ? (a) : (b))
#define min_t(type, a, b) ((type)(a) < (type)(b) ? (type)(a) : (type)(b))

void *memcpy(void *to, const void *from, size_t len);
void *memmove(void *to, const void *from, size_t len);
void *memset(void *to, int byte, size_t len);
int memcmp(const void *a, const void *b, size_t len);
void *memchr(const void *in, int byte, size_t len);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t len);
char *strcpy(char *to, const char *from);
char *strcat(char *to, const char *from);
char *strchr(const char *s, int c);
char *strpbrk(const char *s, const char *any);
size_t strspn(const char *s, const char *any);
size_t strcspn(const char *s, const char *any);
char *strsep(char **rest, const char *any);
char *strim(char *s);
__printf(3, 4) int snprintf(char *to, size_t size, const char *format, ...);
typedef __builtin_va_list va_list;
#define va_start(args, last) __builtin_va_start(args, last)
#define va_end(args) __builtin_va_end(args)
int vsnprintf(char *to, size_t size, const char *format, va_list args);

/* READ_ONCE from 3.19; ACCESS_ONCE until 4.14. */
#if !SINCE(4, 15)
#define ACCESS_ONCE(x) (*(volatile __typeof__(x) *)&(x))
#endif
#if SINCE(3, 19)
#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, value) \
	do { *(volatile __typeof__(x) *)&(x) = (value); } while (0)
#endif

void smp_rmb(void);
void smp_wmb(void);

#define noinline __attribute__((noinline))

/* ---- log ---- */

__printf(1, 2) int printk(const char *format, ...);
#define pr_err(format, ...) printk(pr_fmt(format), ##__VA_ARGS__)
#define pr_warn(format, ...) printk(pr_fmt(format), ##__VA_ARGS__)
#define pr_notice(format, ...) printk(pr_fmt(format), ##__VA_ARGS__)
#define pr_info(format, ...) printk(pr_fmt(format), ##__VA_ARGS__)
#define pr_warn_ratelimited(format, ...) printk(pr_fmt(format), ##__VA_ARGS__)
#define pr_info_ratelimited(format, ...) printk(pr_fmt(format), ##__VA_ARGS__)

/* ---- memory ---- */

#ifdef CONFIG_ARM64_64K_PAGES
#define PAGE_SHIFT 16
#else
#define PAGE_SHIFT 12
#endif
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define PAGE_ALIGN(len) (((len) + PAGE_SIZE - 1) & PAGE_MASK)
#define GFP_KERNEL ((gfp_t)1)
#if __SIZEOF_LONG__ == 8
#define BITS_PER_LONG 64
#else
#define BITS_PER_LONG 32
#endif

void *kmalloc(size_t size, gfp_t flags);
void *kzalloc(size_t size, gfp_t flags);
void *kcalloc(size_t count, size_t size, gfp_t flags);
char *kstrdup(const char *s, gfp_t flags);
void kfree(const void *memory);

static inline void *ERR_PTR(long error)
{
	return (void *)error;
}

static inline long PTR_ERR(const void *pointer)
{
	return (long)pointer;
}

static inline bool IS_ERR(const void *pointer)
{
	return (unsigned long)pointer >= (unsigned long)-4095;
}

static inline bool IS_ERR_OR_NULL(const void *pointer)
{
	return !pointer || IS_ERR(pointer);
}

/* page_is_ram() is exported since 3.18 at the latest, pfn_valid() serves all */
int pfn_valid(unsigned long pfn);
#if SINCE(3, 18)
int page_is_ram(unsigned long pfn);
#if SINCE(4, 6)
enum { REGION_INTERSECTS, REGION_DISJOINT, REGION_MIXED };
enum { IORES_DESC_NONE };
#define IORESOURCE_SYSTEM_RAM 1UL
typedef u64 resource_size_t;
int region_intersects(resource_size_t start, size_t size, unsigned long flags,
		      unsigned long descriptor);
#endif
#endif

/* ---- atomics, locks, RCU ---- */

int atomic_read(const atomic_t *v);
void atomic_inc(atomic_t *v);
void atomic_dec(atomic_t *v);
int atomic_dec_and_test(atomic_t *v);
int atomic_inc_not_zero(atomic_t *v);
int atomic_xchg(atomic_t *v, int value);
#if SINCE(4, 14)
long atomic_long_read(const atomic_long_t *v);
#else
long atomic_long_read(atomic_long_t *v);
#endif
void atomic_long_set(atomic_long_t *v, long value);
void atomic_long_inc(atomic_long_t *v);
void atomic_set(atomic_t *v, int value);

typedef struct { int locked; } spinlock_t;
#define DEFINE_SPINLOCK(name) spinlock_t name
void spin_lock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);

struct mutex { int locked; };
#define DEFINE_MUTEX(name) struct mutex name
void mutex_lock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);

struct rw_semaphore { int readers; };
void down_read(struct rw_semaphore *lock);
int down_read_trylock(struct rw_semaphore *lock);
void up_read(struct rw_semaphore *lock);

struct rcu_head { void *next; };
#define lockdep_is_held(lock) ((void)(lock), 1)
#define rcu_dereference(p) (p)
#define rcu_dereference_check(p, held) ((void)(held), (p))
#define rcu_dereference_protected(p, held) ((void)(held), (p))
#define rcu_access_pointer(p) (p)
#define rcu_assign_pointer(p, value) ((p) = (value))
void rcu_read_lock(void);
void rcu_read_unlock(void);
void call_rcu(struct rcu_head *head, void (*fn)(struct rcu_head *head));
void rcu_barrier(void);
void synchronize_rcu(void);

extern unsigned long volatile jiffies;
#define time_before(a, b) ((long)((a) - (b)) < 0)
#define HZ 100
long schedule_timeout_uninterruptible(long ticks);
void cond_resched(void);
unsigned long hash_long(unsigned long value, unsigned int bits);

/* ---- modules ---- */

/* A name, or since 4.19 on some architectures how far away it stands. */
struct kernel_symbol {
#if SINCE(4, 19) && defined(CONFIG_HAVE_ARCH_PREL32_RELOCATIONS)
	int value_offset;
	int name_offset;
#else
	unsigned long value;
	const char *name;
#endif
};
#if SINCE(4, 19)
static inline void *offset_to_ptr(const int *offset)
{
	return (char *)offset + *offset;
}
#endif

enum module_state {
	MODULE_STATE_LIVE,
	MODULE_STATE_COMING,
	MODULE_STATE_GOING,
};

struct module {
	enum module_state state;
	unsigned int num_syms;
	const struct kernel_symbol *syms;
};

extern struct module this_module;
#define THIS_MODULE (&this_module)
__must_check bool try_module_get(struct module *module);
void __module_get(struct module *module);
void module_put(struct module *module);
#define module_name(module) ((void)(module), "name")
int within_module_core(unsigned long addr, struct module *mod);
void *__symbol_get(const char *symbol);
void __symbol_put(const char *symbol);

#define MODULE_INFO_LINE(tag, text) \
	extern const char hvc_info_##tag[sizeof(text)]
#define module_param(name, type, mode) \
	static inline char *hvc_param_##name(void) { return name; } \
	typedef char hvc_mode_##name[(mode) + 1]
#define MODULE_PARM_DESC(name, text) MODULE_INFO_LINE(name, text)
#define MODULE_AUTHOR(text) MODULE_INFO_LINE(author, text)
#define MODULE_DESCRIPTION(text) MODULE_INFO_LINE(description, text)
#define MODULE_LICENSE(text) MODULE_INFO_LINE(license, text)
#define MODULE_VERSION(text) MODULE_INFO_LINE(version, text)
#define module_init(fn) int init_module(void) __attribute__((alias(#fn)))
#define module_exit(fn) void cleanup_module(void) __attribute__((alias(#fn)))

struct notifier_block {
	int (*notifier_call)(struct notifier_block *block, unsigned long event,
			     void *data);
};
#define NOTIFY_DONE 0
int register_module_notifier(struct notifier_block *block);
int unregister_module_notifier(struct notifier_block *block);

/* ---- tasks ---- */

#define TASK_COMM_LEN 16
#define PF_KTHREAD 0x200000
struct pid;
struct mm_struct;
enum pid_type { PIDTYPE_PID };

struct task_struct {
	unsigned int flags;
	struct mm_struct *mm;
	char comm[TASK_COMM_LEN];
	struct task_struct *group_leader;
	struct task_struct *real_parent;
	u64 self_exec_id;	/* 32 bits until 5.6 */
	u64 parent_exec_id;
};

extern struct task_struct *current;
struct pid *task_tgid(struct task_struct *task);
int task_tgid_nr(struct task_struct *task);
struct task_struct *pid_task(struct pid *pid, enum pid_type type);
struct task_struct *get_pid_task(struct pid *pid, enum pid_type type);
struct pid *get_pid(struct pid *pid);
void put_pid(struct pid *pid);
int pid_nr(struct pid *pid);

/* A number until 3.4, a structure since. */
#if SINCE(3, 5)
typedef struct { uid_t val; } kuid_t;
static inline uid_t __kuid_val(kuid_t uid)
{
	return uid.val;
}
kuid_t current_uid(void);
#else
uid_t current_uid(void);
#endif

struct pt_regs {
#ifdef CONFIG_ARM
	unsigned long uregs[18];
#elif defined(CONFIG_ARM64)
	u64 regs[31];
	u64 orig_x0;
	u64 compat_sp;
	int syscallno;
#else
	unsigned long regs[32];
#endif
};
#ifdef CONFIG_ARM
#define ARM_sp uregs[13]
#define ARM_r7 uregs[7]
#define ARM_r5 uregs[5]
#define ARM_r4 uregs[4]
#define ARM_r2 uregs[2]
#define ARM_r1 uregs[1]
#define ARM_ORIG_r0 uregs[17]
#endif
#ifdef CONFIG_ARM64
int hvc_compat_mode(const struct pt_regs *regs);
#define compat_user_mode(regs) hvc_compat_mode(regs)
#endif
struct pt_regs *task_pt_regs(struct task_struct *task);
int hvc_user_mode(const struct pt_regs *regs);
#define user_mode(regs) hvc_user_mode(regs)
/* Of asm/syscall.h, which ARM has since 3.4. */
#if !defined(CONFIG_ARM) || SINCE(3, 4)
int syscall_get_nr(struct task_struct *task, struct pt_regs *regs);
#endif

#ifdef CONFIG_COMPAT
typedef u32 compat_uptr_t;
void __user *compat_ptr(compat_uptr_t pointer);
/* x86 has had the other one alone for modules since 4.6. */
#if defined(CONFIG_X86) && SINCE(4, 6)
bool in_ia32_syscall(void);
#else
int is_compat_task(void);
#endif
#endif
#ifdef CONFIG_X86
extern struct { u8 x86_phys_bits; } boot_cpu_data;
#endif

/* ---- user memory ---- */

#if SINCE(5, 0)
int access_ok(const void __user *at, unsigned long len);
#else
#define VERIFY_READ 0
int access_ok(int type, const void __user *at, unsigned long len);
#endif
void pagefault_disable(void);
void pagefault_enable(void);
__must_check unsigned long
__copy_from_user_inatomic(void *to, const void __user *from,
			  unsigned long len);
__must_check unsigned long copy_from_user(void *to, const void __user *from,
					  unsigned long len);
__must_check unsigned long copy_to_user(void __user *to, const void *from,
					unsigned long len);
__must_check unsigned long clear_user(void __user *to, unsigned long len);

/* ---- files ---- */

#define S_IFMT 0170000
#define S_IFCHR 0020000
#define S_ISCHR(mode) (((mode) & S_IFMT) == S_IFCHR)
#define O_RDWR 2
#define MINORBITS 20
#define MINORMASK ((1U << MINORBITS) - 1)
#define MAJOR(dev) ((unsigned int)((dev) >> MINORBITS))
#define MINOR(dev) ((unsigned int)((dev) & MINORMASK))
#define MKDEV(major, minor) (((major) << MINORBITS) | (minor))
#define MEM_MAJOR 1
#define MISC_MAJOR 10

struct file;
struct kiocb;
struct iov_iter;
struct vm_area_struct;
struct vm_area_desc;
struct super_block { dev_t s_dev; };
struct qstr { unsigned int len; const unsigned char *name; };
struct inode {
	umode_t i_mode;
	dev_t i_rdev;
	unsigned long i_ino;
	u32 i_generation;
	struct super_block *i_sb;
	const struct file_operations *i_fop;
	struct cdev *i_cdev;
};
struct dentry {
	spinlock_t d_lock;
	struct qstr d_name;
	struct inode *d_inode;
};
struct path { struct dentry *dentry; };

#if SINCE(6, 12)
typedef unsigned int fop_flags_t;
#define FOP_UNSIGNED_OFFSET ((fop_flags_t)(1 << 5))
#else
#define FMODE_UNSIGNED_OFFSET ((fmode_t)0x2000)
#endif

struct file_operations {
	struct module *owner;
#if SINCE(6, 12)
	fop_flags_t fop_flags;
#endif
	loff_t (*llseek)(struct file *file, loff_t offset, int whence);
	ssize_t (*read)(struct file *file, char __user *to, size_t len,
			loff_t *pos);
	ssize_t (*write)(struct file *file, const char __user *from,
			 size_t len, loff_t *pos);
#if SINCE(3, 16)
	ssize_t (*read_iter)(struct kiocb *call, struct iov_iter *to);
	ssize_t (*write_iter)(struct kiocb *call, struct iov_iter *from);
#endif
	long (*unlocked_ioctl)(struct file *file, unsigned int command,
			       unsigned long arg);
	long (*compat_ioctl)(struct file *file, unsigned int command,
			     unsigned long arg);
	int (*mmap)(struct file *file, struct vm_area_struct *vma);
#if SINCE(6, 16)
	int (*mmap_prepare)(struct vm_area_desc *desc);
#endif
	int (*open)(struct inode *inode, struct file *file);
	int (*release)(struct inode *inode, struct file *file);
	unsigned long (*get_unmapped_area)(struct file *file,
					   unsigned long addr,
					   unsigned long len,
					   unsigned long pgoff,
					   unsigned long flags);
	ssize_t (*splice_write)(void);
	ssize_t (*splice_read)(void);
	long (*fallocate)(struct file *file, int mode, loff_t at, loff_t len);
#if SINCE(4, 5)
	ssize_t (*copy_file_range)(void);
#endif
#if SINCE(4, 20)
	loff_t (*remap_file_range)(void);
#elif SINCE(4, 5)
	int (*clone_file_range)(void);
	ssize_t (*dedupe_file_range)(void);
#endif
#if !SINCE(4, 1)
	ssize_t (*aio_read)(void);
	ssize_t (*aio_write)(void);
#endif
};

struct file {
	struct path f_path;
	const struct file_operations *f_op;
	fmode_t f_mode;
	loff_t f_pos;
	void *private_data;
};
struct kiocb { struct file *ki_filp; loff_t ki_pos; };
size_t iov_iter_count(const struct iov_iter *iter);
loff_t default_llseek(struct file *file, loff_t offset, int whence);
loff_t generic_file_llseek(struct file *file, loff_t offset, int whence);
#if SINCE(3, 9)
struct inode *file_inode(const struct file *file);
#endif
#define fops_get(fops) \
	((fops) && try_module_get((fops)->owner) ? (fops) : NULL)
#define fops_put(fops) \
	do { if (fops) module_put((fops)->owner); } while (0)
struct file *fget(unsigned int fd);
void fput(struct file *file);
struct inode *new_inode(struct super_block *sb);
void init_special_inode(struct inode *inode, umode_t mode, dev_t dev);
void iput(struct inode *inode);
struct file *anon_inode_getfile(const char *name,
				const struct file_operations *fops, void *data,
				int flags);
#define LOOKUP_FOLLOW 1
int kern_path(const char *name, unsigned int flags, struct path *path);
void path_get(const struct path *path);
void path_put(const struct path *path);

/* ---- mappings ---- */

#define VM_WRITE 2UL
#define VM_EXEC 4UL
struct vm_area_struct {
	unsigned long vm_start;
	unsigned long vm_end;
	unsigned long vm_pgoff;
	unsigned long vm_flags;
	struct file *vm_file;
};
struct mm_struct {
#if SINCE(5, 8)
	struct rw_semaphore mmap_lock;
#else
	struct rw_semaphore mmap_sem;
#endif
};
struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr);
#if SINCE(5, 14)
struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr);
#endif
#if SINCE(5, 8)
#define _LINUX_MMAP_LOCK_H
void mmap_read_lock(struct mm_struct *mm);
bool mmap_read_trylock(struct mm_struct *mm);
void mmap_read_unlock(struct mm_struct *mm);
#endif
#if SINCE(6, 16)
struct vm_area_desc {
#if SINCE(6, 17)
	const
#endif
	struct file *file;
	unsigned long start;
	unsigned long end;
	unsigned long pgoff;
};
#endif

/* ---- devices ---- */

struct kobject { int references; };
struct kobject *kobject_get(struct kobject *object);
void kobject_put(struct kobject *object);
struct cdev {
	struct kobject kobj;
	struct module *owner;
	const struct file_operations *ops;
	dev_t dev;
	unsigned int count;
};
struct cdev *cdev_alloc(void);
int cdev_add(struct cdev *cdev, dev_t dev, unsigned int count);
void cdev_del(struct cdev *cdev);

struct class;
struct device {
	dev_t devt;
#if SINCE(6, 4)
	const struct class *class;
#else
	struct class *class;
#endif
};
void *dev_get_drvdata(const struct device *device);
struct class_interface {
#if SINCE(6, 4)
	const struct class *class;
	int (*add_dev)(struct device *device);
	void (*remove_dev)(struct device *device);
#else
	struct class *class;
	int (*add_dev)(struct device *device, struct class_interface *self);
	void (*remove_dev)(struct device *device, struct class_interface *self);
#endif
};
__must_check int class_interface_register(struct class_interface *interface);
void class_interface_unregister(struct class_interface *interface);

#define MISC_DYNAMIC_MINOR 255
struct miscdevice {
	int minor;
	const char *name;
	const struct file_operations *fops;
	struct device *this_device;
	umode_t mode;
};
int misc_register(struct miscdevice *misc);
#if SINCE(4, 3)
void misc_deregister(struct miscdevice *misc);
#else
int misc_deregister(struct miscdevice *misc);
#endif

/* ---- /proc ---- */

struct seq_file {
	char *buf;
	size_t size;
	size_t count;
	void *private;
};
struct proc_dir_entry;
#if SINCE(4, 3)
__printf(2, 3) void seq_printf(struct seq_file *m, const char *format, ...);
void seq_puts(struct seq_file *m, const char *text);
void seq_putc(struct seq_file *m, char c);
#else
__printf(2, 3) int seq_printf(struct seq_file *m, const char *format, ...);
int seq_puts(struct seq_file *m, const char *text);
int seq_putc(struct seq_file *m, char c);
#endif
int seq_path(struct seq_file *m, const struct path *path, const char *odd);
#if SINCE(4, 3)
void seq_escape(struct seq_file *m, const char *text, const char *odd);
#else
int seq_escape(struct seq_file *m, const char *text, const char *odd);
#endif
ssize_t seq_read(struct file *file, char __user *to, size_t len, loff_t *pos);
loff_t seq_lseek(struct file *file, loff_t offset, int whence);
struct seq_operations {
	void *(*start)(struct seq_file *m, loff_t *pos);
	void (*stop)(struct seq_file *m, void *at);
	void *(*next)(struct seq_file *m, void *at, loff_t *pos);
	int (*show)(struct seq_file *m, void *at);
};
void *__seq_open_private(struct file *file, const struct seq_operations *ops,
			 int size);
int seq_release_private(struct inode *inode, struct file *file);
int single_open(struct file *file, int (*show)(struct seq_file *m, void *data),
		void *data);
int single_release(struct inode *inode, struct file *file);
#if SINCE(5, 6)
struct proc_ops {
	int (*proc_open)(struct inode *inode, struct file *file);
	ssize_t (*proc_read)(struct file *file, char __user *to, size_t len,
			     loff_t *pos);
	loff_t (*proc_lseek)(struct file *file, loff_t offset, int whence);
	int (*proc_release)(struct inode *inode, struct file *file);
};
struct proc_dir_entry *proc_create(const char *name, umode_t mode,
				   struct proc_dir_entry *parent,
				   const struct proc_ops *ops);
#else
struct proc_dir_entry *proc_create(const char *name, umode_t mode,
				   struct proc_dir_entry *parent,
				   const struct file_operations *ops);
#endif
void remove_proc_entry(const char *name, struct proc_dir_entry *parent);

/* ---- sysctl: user buffers until 5.7, a const table since 6.11 ---- */

struct ctl_table_header;
struct ctl_table;
#if SINCE(6, 11)
typedef int proc_handler(const struct ctl_table *ctl, int write, void *buffer,
			 size_t *lenp, loff_t *ppos);
#elif SINCE(5, 8)
typedef int proc_handler(struct ctl_table *ctl, int write, void *buffer,
			 size_t *lenp, loff_t *ppos);
#else
typedef int proc_handler(struct ctl_table *ctl, int write, void __user *buffer,
			 size_t *lenp, loff_t *ppos);
#endif
struct ctl_table {
	const char *procname;
	umode_t mode;
	proc_handler *proc_handler;
	void *extra1;
	void *extra2;
};
void unregister_sysctl_table(struct ctl_table_header *header);
#if SINCE(6, 6)
struct ctl_table_header *register_sysctl_sz(const char *path,
#if SINCE(6, 11)
					    const
#endif
					    struct ctl_table *table,
					    size_t count);
#elif SINCE(3, 4)
struct ctl_table_header *register_sysctl(const char *path,
					 struct ctl_table *table);
#endif
#if !SINCE(6, 6)
struct ctl_path { const char *procname; };
struct ctl_table_header *register_sysctl_paths(const struct ctl_path *path,
					       struct ctl_table *table);
#endif

/* ---- trace events: only what they expand to for those who call them ---- */

#define TP_PROTO(...) __VA_ARGS__
#if SINCE(3, 16)
#define TRACE_EVENT(name, prototype, ...) \
	static inline bool trace_##name##_enabled(void) { return false; } \
	static inline void trace_##name(prototype) { }
#else
#define TRACE_EVENT(name, prototype, ...) \
	static inline void trace_##name(prototype) { }
#endif

/* ---- ioctl numbers ---- */

#define _IOC_WRITE 1U
#define _IOC_READ 2U
#define _IOC(direction, type, nr, size) \
	(((direction) << 30) | ((size) << 16) | ((type) << 8) | (nr))
#define _IOR(type, nr, what) _IOC(_IOC_READ, type, nr, sizeof(what))
#define _IOW(type, nr, what) _IOC(_IOC_WRITE, type, nr, sizeof(what))
#define _IOWR(type, nr, what) \
	_IOC(_IOC_READ | _IOC_WRITE, type, nr, sizeof(what))

#endif /* HVC_API_H */

/*
 * Since 4.11 these are not in linux/sched.h any more; what includes what else
 * differs so much that kmod/ includes each where it is.
 */
#if !SINCE(4, 11) || defined(HVC_HEADER_linux_sched_mm_h)
struct mm_struct *get_task_mm(struct task_struct *task);
void mmput(struct mm_struct *mm);
#endif
#if !SINCE(4, 11) || defined(HVC_HEADER_linux_sched_task_h) || \
	defined(HVC_HEADER_linux_sched_signal_h)
void put_task_struct(struct task_struct *task);
#endif
