// SPDX-License-Identifier: GPL-2.0
/* ranges.c - sets of page-frame ranges. See ranges.h for what it promises. */
#include "ranges.h"

bool hvc_ranges_contain(const struct hvc_ranges *set, unsigned long first,
			unsigned long pages)
{
	unsigned int low = 0, high = set ? set->count : 0;
	unsigned long last = first + pages - 1;

	if (last < first)
		return false;
	/* The last range that begins at or before first is the only one. */
	while (low < high) {
		unsigned int mid = low + (high - low) / 2;

		if (set->r[mid].first <= first)
			low = mid + 1;
		else
			high = mid;
	}
	return low && last <= set->r[low - 1].last;
}

/* Shell sort: no recursion, no allocation, the same code on every kernel. */
static void sort_by_first(struct hvc_range *r, unsigned int count)
{
	unsigned int gap, i, j;

	for (gap = count / 2; gap; gap /= 2) {
		for (i = gap; i < count; i++) {
			struct hvc_range moving = r[i];

			for (j = i; j >= gap && r[j - gap].first > moving.first;
			     j -= gap)
				r[j] = r[j - gap];
			r[j] = moving;
		}
	}
}

void hvc_ranges_merge(struct hvc_ranges *set)
{
	unsigned int in, out = 0;

	sort_by_first(set->r, set->count);
	for (in = 1; in < set->count; in++) {
		struct hvc_range *top = &set->r[out];
		const struct hvc_range *next = &set->r[in];

		if (next->first <= top->last || next->first - top->last == 1) {
			if (next->last > top->last)
				top->last = next->last;
		} else {
			set->r[++out] = *next;
		}
	}
	if (set->count)
		set->count = out + 1;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return 16;
}

int hvc_parse_bytes(const char **pos, u64 *value)
{
	unsigned int shift = 0;
	const char *p = *pos;
	int base = 10;
	u64 sum = 0;

	if (p[0] == '0' && (p[1] | 0x20) == 'x' && digit(p[2]) < 16) {
		base = 16;
		p += 2;
	} else if (p[0] == '0') {
		base = 8;
	}
	if (digit(*p) >= base)
		return -EINVAL;
	for (; digit(*p) < base; p++) {
		/* No 64-bit division: 32-bit kernels have none to link to. */
		u64 high = (sum >> 32) * base;
		u64 low = (sum & 0xffffffff) * base + digit(*p);

		if ((high + (low >> 32)) >> 32)
			return -EINVAL;
		sum = (high << 32) + low;
	}
	switch (*p) {
	case 'k': case 'K':
		shift = 10;
		break;
	case 'm': case 'M':
		shift = 20;
		break;
	case 'g': case 'G':
		shift = 30;
		break;
	}
	if (shift) {
		if (sum << shift >> shift != sum)
			return -EINVAL;
		sum <<= shift;
		p++;
	}
	*pos = p;
	*value = sum;
	return 0;
}

int hvc_ranges_add_bytes(struct hvc_ranges *set, u64 start, u64 size,
			 const struct hvc_bounds *bounds, const char **why)
{
	u64 first = start >> bounds->page_shift;
	u64 pages = size >> bounds->page_shift;

	if (start != first << bounds->page_shift) {
		*why = "start is not page-aligned";
		return -EINVAL;
	}
	if (!size || size != pages << bounds->page_shift) {
		*why = "size is not a whole number of pages";
		return -EINVAL;
	}
	if (first >= bounds->phys_pages || pages > bounds->phys_pages - first) {
		*why = "past the physical address space";
		return -EINVAL;
	}
	if (set->count == HVC_RANGES_MAX) {
		*why = "too many ranges";
		return -E2BIG;
	}
	set->r[set->count].first = first;
	set->r[set->count].last = first + pages - 1;
	set->count++;
	return 0;
}

static const char *skip_blanks(const char *p)
{
	while (*p == ' ' || *p == '\t' || *p == '\r')
		p++;
	return p;
}

static int parse_item(const char **pos, const struct hvc_bounds *bounds,
		      struct hvc_ranges *set, const char **why)
{
	const char *p = *pos;
	u64 start, other;
	char kind;

	*why = "a number is expected";
	if (hvc_parse_bytes(&p, &start))
		return -EINVAL;
	kind = *p++;
	if (kind != '-' && kind != '+') {
		*why = "start-end or start+size is expected";
		return -EINVAL;
	}
	if (hvc_parse_bytes(&p, &other))
		return -EINVAL;
	if (kind == '-') {
		if (other < start) {
			*why = "end is below start";
			return -EINVAL;
		}
		/* A whole 64-bit space overflows here, to "size 0": refused. */
		other = other - start + 1;
	}
	*pos = p;
	return hvc_ranges_add_bytes(set, start, other, bounds, why);
}

int hvc_ranges_parse(const char *text, const struct hvc_bounds *bounds,
		     struct hvc_ranges *set, const char **why)
{
	return hvc_ranges_parse_ram(text, bounds, set, NULL, why);
}

int hvc_ranges_parse_ram(const char *text, const struct hvc_bounds *bounds,
			 struct hvc_ranges *set, struct hvc_ranges *ram,
			 const char **why)
{
	const char *p = text + strspn(text, " \t\r\n");
	const char *end = text + strlen(text);
	int err;

	set->count = 0;
	if (ram)
		ram->count = 0;
	while (end > p && strchr(" \t\r\n", end[-1]))
		end--;
	if (end == p) {
		*why = "empty; write \"none\" for no ranges";
		return -EINVAL;
	}
	if (end - p == 4 && !strncmp(p, "none", 4))
		return 0;
	for (;;) {
		err = parse_item(&p, bounds, set, why);
		if (err)
			return err;
		if (ram && *p == '!') {
			ram->r[ram->count++] = set->r[set->count - 1];
			p++;
		}
		p = skip_blanks(p);
		if (p >= end)
			break;
		if (*p != ',' && *p != '\n') {
			*why = "a comma or a new line is expected";
			return -EINVAL;
		}
		p = skip_blanks(p + 1);
	}
	hvc_ranges_merge(set);
	if (ram)
		hvc_ranges_merge(ram);
	return 0;
}
