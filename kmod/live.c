// SPDX-License-Identifier: GPL-2.0
/* live.c - the vendor's allocator. See live.h for what it promises. */
#include <linux/mutex.h>
#include <linux/notifier.h>

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
static const char *refused;	/* exported, but the kernel said no */
static DEFINE_MUTEX(lock);	/* who sets them */

/* The kernel logs a refusal: ask only for what is there. */
static void ask_for(const char *symbol, bool exported)
{
	mutex_lock(&lock);
	if (!name && hvc_symbol_get(symbol)) {
		hvc_symbol_put(symbol);
		WRITE_ONCE(name, symbol);
		pr_info("live blocks are looked up with %s()\n", symbol);
	} else if (!name && exported) {
		refused = symbol;
		pr_notice("this kernel does not let modules take %s(); only mmz= and ranges are known\n",
			  symbol);
	}
	mutex_unlock(&lock);
}

static void forget(const char *symbol)
{
	mutex_lock(&lock);
	if (name == symbol)
		WRITE_ONCE(name, NULL);
	if (refused == symbol)
		refused = NULL;
	mutex_unlock(&lock);
}

static int module_event(struct notifier_block *unused, unsigned long event,
			void *module)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!hvc_module_exports(module, names[i]))
			continue;
		if (event == MODULE_STATE_LIVE)
			ask_for(names[i], true);
		else if (event == MODULE_STATE_GOING)
			forget(names[i]);
	}
	return NOTIFY_DONE;
}

static struct notifier_block module_notifier = {
	.notifier_call = module_event,
};

void hvc_live_start(void)
{
	unsigned int i;

	register_module_notifier(&module_notifier);
	for (i = 0; i < ARRAY_SIZE(names); i++)
		ask_for(names[i], false);
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
	const char *taken = READ_ONCE(name);
	unsigned long i = 0, offset;

	/* Addresses are 32 bits wide in every allocator that exports this. */
	if (!taken || first + pages - 1 < first ||
	    first + pages - 1 > ULONG_MAX >> PAGE_SHIFT)
		return false;
	lookup = hvc_symbol_get(taken);
	if (!lookup)
		return false;
	while (i < pages && lookup((first + i) << PAGE_SHIFT, &offset)) {
		i++;
		cond_resched();
	}
	hvc_symbol_put(taken);
	return i == pages;
}

void hvc_live_show(struct seq_file *m)
{
	hvc_block(m, "live", "blocks");
	mutex_lock(&lock);
	if (name)
		hvc_fact(m, "from", "%s()", name);
	else if (refused || !HVC_SYMBOL_GET)
		hvc_fact(m, "none", "this kernel lets no module ask the allocator");
	else
		hvc_fact(m, "none", "no allocator that can be asked");
	mutex_unlock(&lock);
}
