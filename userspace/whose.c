// SPDX-License-Identifier: MIT
/*
 * whose.c - the order of the questions: by name, by object, else undecided.
 */
#include "shim.h"

#ifndef OFF32_FORCE
/* Only one of these libcs has each; they are asked for, never required. */
extern const char *gnu_get_libc_version(void) __attribute__((weak));
extern void __uClibc_main(void) __attribute__((weak));

/* The preloaded library may meet a libc whose plain names are narrow. */
static int names_tell(void)
{
	return gnu_get_libc_version || __uClibc_main;
}
#else
static int names_tell(void)
{
	return 0;
}
#endif

const struct off32_object off32_nobody;

/* Objects without an entry share their notes: nothing is kept of them. */
static int is_direct(const struct off32_call *c, const struct off32_object *o,
		     struct off32_notes *notes)
{
	if (c->len && __atomic_load_n(&notes->site, __ATOMIC_RELAXED) == c->ra)
		return 1;
	if (!off32_called_directly(o, c->ra, c->entry))
		return 0;
	if (c->len && o != c->spare)
		__atomic_store_n(&notes->site, c->ra, __ATOMIC_RELAXED);
	return 1;
}

int off32_is_narrow(struct off32_call *c)
{
	const struct off32_object *o;
	struct off32_notes *notes;
	int direct;
	enum off32_abi abi;

	c->rule = OFF32_BY_NAME;
	if (names_tell())
		return 1;

	o = off32_object_of((c->ra & ~(uintptr_t)1) - 1, c->spare, &notes);
	if (o)
		c->object = o;
	direct = o && is_direct(c, o, notes);
	c->rule = c->object->rule;
	if (direct && o->needs != OFF32_UNDECIDED)
		return o->needs == OFF32_NARROW;

	abi = off32_undecided(c, direct);
	if (c->rule == OFF32_BY_DEFAULT &&
	    !__atomic_exchange_n(&notes->told, 1, __ATOMIC_RELAXED)) {
		const char *name = o ? o->name : "?";

		off32_say(name, direct ?
			  "off_t unknown, 64 bits assumed; "
			  "32: OFF32_COMPAT_LEGACY=" :
			  "called otherwise than directly, 64-bit off_t assumed; "
			  "32: OFF32_COMPAT_LEGACY=", name);
	}
	return abi == OFF32_NARROW;
}
