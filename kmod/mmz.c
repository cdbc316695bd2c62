// SPDX-License-Identifier: GPL-2.0
/* mmz.c - the vendor's mmz= grammar. See mmz.h for what it promises. */
#include "mmz.h"

#define ZONE_FIELDS_MAX 5	/* numbers behind the name */

/* Every field behind the name is a number; there are three or five. */
static int parse_zone(const char **pos, const struct hvc_bounds *bounds,
		      struct hvc_ranges *set, const char **why)
{
	size_t name = strcspn(*pos, ",: \t\r\n");
	const char *p = *pos + name;
	u64 field[ZONE_FIELDS_MAX];
	unsigned int n;

	if (!name || *p != ',') {
		*why = "a zone is name,gfp,start,size[,alloc_type,align]";
		return -EINVAL;
	}
	for (n = 0; *p == ',' && n < ZONE_FIELDS_MAX; n++) {
		p++;
		if (hvc_parse_bytes(&p, &field[n])) {
			*why = "a number is expected in a zone";
			return -EINVAL;
		}
	}
	if (n != 3 && n != 5) {
		*why = "a zone has 4 or 6 fields";
		return -EINVAL;
	}
	*pos = p;
	return hvc_ranges_add_bytes(set, field[1], field[2], bounds, why);
}

int hvc_mmz_parse(const char *text, const struct hvc_bounds *bounds,
		  struct hvc_ranges *set, const char **why)
{
	const char *p = text;
	int err;

	set->count = 0;
	do {
		err = parse_zone(&p, bounds, set, why);
		if (err)
			return err;
	} while (*p++ == ':');
	p--;
	if (p[strspn(p, " \t\r\n")]) {
		*why = "a colon is expected between zones";
		return -EINVAL;
	}
	hvc_ranges_merge(set);
	return 0;
}
