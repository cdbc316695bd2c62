// SPDX-License-Identifier: GPL-2.0
/*
 * Dispatching majors at their limits: where the driver's cdev is hard to find,
 * two names for one device number, a major that is not known to dispatch.
 */
#include <string.h>

#include "dispatchlib.h"

/* The last minor is nobody's, and the neighbour is on the other side. */
static void odd_pair(void)
{
	himedia_up("devices=venc:double:5 first=5 minors=2");
	compat_with("devices=venc");
	node_call("venc", true, "cdev of two minors, the first one odd");
	compat_down();
	himedia_down();
}

/* Only one of our cdevs may stand over a minor. */
static void two_names(void)
{
	himedia_up("devices=venc:double:5");
	compat_with("devices=venc=218:5,again=218:5 repeat=2");
	ok(strstr(state_of("venc"), "taken over, major 218:5") &&
	   !strstr(state_of("again"), "taken over"),
	   "two names for one number: the first one has it");
	node_call("venc", true, "two names for one number");
	compat_down();
	ok(!mod_loaded(COMPAT), "two names for one number: we can leave");
	node_call("venc", false, "after two names for one number");
	himedia_down();
}

/* An open() that looks at inode->i_cdev would find ours: only if told to. */
static void unknown_major(void)
{
	himedia_up("major=219 devices=venc:double:5");
	compat_with("devices=venc");
	ok(strstr(state_of("venc"), "left alone, major 219:5"),
	   "a major not known to dispatch, by name: left alone");
	node_call("venc", false, "a major not known to dispatch, by name");
	compat_down();
	node_make("venc", 219, 5);
	compat_with("devices=venc=219:5");
	node_call("venc", true, "a major not known to dispatch, by number");
	compat_down();
	himedia_down();
}

int main(void)
{
	hvct_init();
	ktap_plan(NODE_CALL + 2 + 2 * NODE_CALL + 1 + 2 * NODE_CALL + 1);
	odd_pair();
	two_names();
	unknown_major();
	vendor_down();
	ok(!mod_loaded(COMPAT) && !mod_loaded(HIMEDIA) &&
	   !mod_loaded("hvc_base"), "nothing left loaded");
	return ktap_end();
}
