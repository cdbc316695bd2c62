// SPDX-License-Identifier: GPL-2.0
/* live.c - the vendor's allocator. See live.h for what it promises. */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/namei.h>
#include <linux/notifier.h>
#include <linux/spinlock.h>

#include "facts.h"
#include "live.h"

/*
 * Source: the vendor's media-mem.c of hi3516cv100 to hi3516ev300 (hil_), Goke
 * (mmz_) and V5 (ot_).
 */
static const char *const names[] = {
	"hil_mmb_getby_phys_2",
	"mmz_mmb_getby_phys_2",
	"ot_mmb_getby_phys_2",
};

static const char *name;	/* the one that can be taken; NULL: none */
static unsigned long text;	/* where it is */
static bool asked;		/* the allocator that is there */
static DEFINE_MUTEX(lock);	/* who sets them */

/*
 * __symbol_get() is a BUG of the kernel for a module that has gone so far that
 * nobody may see it, which is after its notification. Under this lock no name
 * of such a module is used: the notification has taken it away. A name that is
 * new is asked for under the mutex alone, where the file of an allocator says
 * that its notification is still to come, and has to wait.
 */
static DEFINE_SPINLOCK(taking);

static void set_name(const char *new)
{
	spin_lock(&taking);
	WRITE_ONCE(name, new);
	spin_unlock(&taking);
}

/* Whether we may take its look-up or not, its /proc file shows. */
static bool allocator_is_there(void)
{
	struct path path;

	if (kern_path("/proc/media-mem", 0, &path))
		return false;
	path_put(&path);
	return true;
}

/* Once: the kernel logs each refusal. */
static void ask(void)
{
	unsigned int i;

	if (asked || !allocator_is_there())
		return;
	asked = true;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		text = (unsigned long)__symbol_get(names[i]);
		if (!text)
			continue;
		__symbol_put(names[i]);
		set_name(names[i]);
		pr_info("live blocks are looked up with %s()\n", names[i]);
		return;
	}
	pr_notice("the allocator's look-up cannot be taken on this kernel; only mmz= and ranges are known\n");
}

/* An allocator that goes has removed its file by now. */
static void forget(struct module *module)
{
	if (!(name && within_module_core(text, module)) &&
	    allocator_is_there())
		return;
	set_name(NULL);
	asked = false;
}

static int module_event(struct notifier_block *unused, unsigned long event,
			void *module)
{
	mutex_lock(&lock);
	if (event == MODULE_STATE_LIVE)
		ask();
	else if (event == MODULE_STATE_GOING)
		forget(module);
	mutex_unlock(&lock);
	return NOTIFY_DONE;
}

static struct notifier_block module_notifier = {
	.notifier_call = module_event,
};

void hvc_live_start(void)
{
	register_module_notifier(&module_notifier);
	mutex_lock(&lock);
	ask();
	mutex_unlock(&lock);
}

void hvc_live_stop(void)
{
	unregister_module_notifier(&module_notifier);
}

bool hvc_live_available(void)
{
	return READ_ONCE(name);
}

bool hvc_live_contains(unsigned long first, unsigned long pages)
{
	/* Byte address in, offset in the block out; NULL: no block there. */
	void *(*lookup)(unsigned long address, unsigned long *offset);
	unsigned long i = 0, offset;
	const char *taken;

	/* Addresses are 32 bits wide in every allocator that exports this. */
	if (first + pages - 1 < first ||
	    first + pages - 1 > ULONG_MAX >> PAGE_SHIFT)
		return false;
	spin_lock(&taking);
	taken = name;
	lookup = taken ? __symbol_get(taken) : NULL;
	spin_unlock(&taking);
	if (!lookup)
		return false;
	while (i < pages && lookup((first + i) << PAGE_SHIFT, &offset)) {
		i++;
		cond_resched();
	}
	__symbol_put(taken);
	return i == pages;
}

void hvc_live_show(struct seq_file *m)
{
	hvc_block(m, "live", "blocks");
	mutex_lock(&lock);
	if (name)
		hvc_fact(m, "from", "%s()", name);
	else if (asked)
		hvc_fact(m, "none", "this kernel does not let us ask the allocator");
	else
		hvc_fact(m, "none", "no allocator to ask");
	mutex_unlock(&lock);
}
