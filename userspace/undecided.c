// SPDX-License-Identifier: MIT
/*
 * undecided.c - rule 4: what the caller's object was linked with says nothing,
 * or the call did not come from there.
 *
 * In order: declared; an import that only one libc has, if the call did come
 * from there; the kernel module; else 64 bits. Never assume 32: a native
 * caller's wrong offset would be our fault, a legacy caller's is not.
 */
#include "shim.h"

enum off32_abi off32_undecided(struct off32_call *c, int direct)
{
	const struct off32_object *o = c->object;
	enum off32_abi abi;

	c->rule = OFF32_BY_DECLARED;
	if (o->declared)
		return o->declared;

	c->rule = OFF32_BY_IMPORT;
	abi = direct ? off32_rule_import(o->facts) : OFF32_UNDECIDED;
	if (abi != OFF32_UNDECIDED)
		return abi;

	c->rule = OFF32_BY_RESOLVE;
	abi = c->len ? off32_resolve(c->fd, c->len, c->word[0], off32_wide(c)) :
		OFF32_UNDECIDED;
	if (abi != OFF32_UNDECIDED)
		return abi;

	c->rule = OFF32_BY_DEFAULT;
	return OFF32_WIDE;
}
