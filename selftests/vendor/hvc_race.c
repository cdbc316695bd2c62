// SPDX-License-Identifier: GPL-2.0
/*
 * A data race on purpose: two threads count on one variable without a lock, as
 * long as this is loaded. What looks for races must tell of it, or it is not
 * looking at modules (selftests/guest/debugkernel).
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>

static bool again;
module_param(again, bool, 0444);
MODULE_PARM_DESC(again, "race at another place: each is told of once only");

static unsigned long raced, raced_again;
static struct task_struct *racer[2];

static int race(void *unused)
{
	while (!kthread_should_stop()) {
		raced++;
		cond_resched();
	}
	return 0;
}

static int race_again(void *unused)
{
	while (!kthread_should_stop()) {
		raced_again++;
		cond_resched();
	}
	return 0;
}

static void __exit race_exit(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(racer); i++)
		kthread_stop(racer[i]);
}
module_exit(race_exit);

static int __init race_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(racer); i++) {
		racer[i] = kthread_run(again ? race_again : race, NULL, "hvc_race/%u", i);
		if (IS_ERR(racer[i])) {
			if (i)
				kthread_stop(racer[0]);
			return PTR_ERR(racer[i]);
		}
	}
	return 0;
}
module_init(race_init);

MODULE_DESCRIPTION("a data race on purpose");
MODULE_LICENSE("GPL");
