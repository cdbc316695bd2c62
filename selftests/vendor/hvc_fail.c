// SPDX-License-Identifier: GPL-2.0
/*
 * Makes allocations fail inside another module's init: from its call to its
 * return, in the task that loads it, and nowhere else. What the kernel's own
 * loader allocates before and after is spared. /proc/self/fail-nth cannot do
 * that, and a loader need not survive it: 6.1's on ARM writes through NULL when
 * unwind_table_add() has no memory.
 *
 * Parameters, to be written at any time:
 *	target	the module's name
 *	nth	which point of its next init fails, 0: none
 *	left	write nth to it before; afterwards 0 if that point was reached
 *
 * Promise: init runs once, with the same result otherwise. One module is
 * watched at a time, and this one stays until its init is over.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/sched.h>
#include <linux/string.h>

static char target[MODULE_NAME_LEN];
module_param_string(target, target, sizeof(target), 0644);
MODULE_PARM_DESC(target, "module whose init is to meet failing allocations");

static unsigned int nth;
module_param(nth, uint, 0644);
MODULE_PARM_DESC(nth, "point that fails, as in fail-nth; 0: none");

static unsigned int left;
module_param(left, uint, 0644);
MODULE_PARM_DESC(left, "what is left of nth when init returns");

static struct module *watched;
static int (*its_init)(void);

static int watched_init(void)
{
	int err;

	current->fail_nth = nth;
	err = its_init();
	left = current->fail_nth;
	current->fail_nth = 0;
	return err;
}

static int fail_notify(struct notifier_block *nb, unsigned long event,
		       void *data)
{
	struct module *mod = data;

	if (event == MODULE_STATE_COMING) {
		if (watched || !mod->init || strcmp(mod->name, target))
			return NOTIFY_DONE;
		__module_get(THIS_MODULE);
		its_init = mod->init;
		mod->init = watched_init;
		watched = mod;
	} else if (mod == watched) {
		/* Live, or going because its init has failed. */
		watched = NULL;
		module_put(THIS_MODULE);
	}
	return NOTIFY_DONE;
}

static struct notifier_block fail_nb = {
	.notifier_call	= fail_notify,
};

static int __init fail_init(void)
{
	return register_module_notifier(&fail_nb);
}
module_init(fail_init);

static void __exit fail_exit(void)
{
	unregister_module_notifier(&fail_nb);
}
module_exit(fail_exit);

MODULE_DESCRIPTION("allocations that fail inside another module's init");
MODULE_LICENSE("GPL");
