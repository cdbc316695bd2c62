// SPDX-License-Identifier: GPL-2.0
/*
 * devices.c - the list of devices, their knobs, ranges and counters. See
 * devices.h for what it promises.
 */
#include <linux/kdev_t.h>
#include <linux/major.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "devices.h"
#include "mmz.h"

#define LEGACY_TEXT_MAX 512U

const char *const hvc_knob_name[HVC_KNOBS] = {
	[HVC_KNOB_MODE] = "mode",
	[HVC_KNOB_REPEAT] = "repeat",
	[HVC_KNOB_OFFSET_BITS] = "offset_bits",
	[HVC_KNOB_EXCLUSIVE] = "exclusive",
	[HVC_KNOB_FRAME] = "frame",
};

const char *const hvc_shape_name[HVC_SHAPES] = {
	[HVC_OFF] = "off",
	[HVC_ODD] = "odd",
	[HVC_VALID] = "valid",
	[HVC_UNLISTED] = "unlisted",
	[HVC_DISPLACED] = "displaced",
	[HVC_HIGH_BITS] = "high_bits",
	[HVC_SIGN_EXTENDED] = "sign_extended",
	[HVC_BYTE_OFFSET] = "byte_offset",
	[HVC_AMBIGUOUS] = "ambiguous",
	[HVC_OUTSIDE] = "outside",
};

const char *const hvc_count_name[HVC_COUNTS] = {
	[HVC_COUNT_PASSED] = "passed",
	[HVC_COUNT_REPAIRED] = "repaired",
	[HVC_COUNT_REFUSED] = "refused",
	[HVC_COUNT_WOULD_REPAIR] = "would_repair",
	[HVC_COUNT_WOULD_REFUSE] = "would_refuse",
	[HVC_COUNT_CONTESTED] = "contested",
	[HVC_COUNT_EOVERFLOW] = "eoverflow",
};

static const struct {
	unsigned int min;
	unsigned int max;
	const char *why;
} knob_limit[HVC_KNOBS] = {
	[HVC_KNOB_MODE] = { 0, HVC_MODES - 1,
		"mode is 0 off, 1 observe, 2 repair or 3 guard" },
	[HVC_KNOB_REPEAT] = { 1, 16, "repeat is 1 to 16" },
	[HVC_KNOB_OFFSET_BITS] = { 20, 52, "offset_bits is 20 to 52" },
	[HVC_KNOB_EXCLUSIVE] = { 0, 1, "exclusive is 0 or 1" },
	[HVC_KNOB_FRAME] = { 0, 1, "frame is 0 or 1" },
};

/*
 * Devices whose handler is known to map its buffer twice in a row, and which
 * map nothing but buffers. Source: the SDK table in docs/devices.md.
 */
static const char *const doubling[] = { "venc", "aenc", "adec", "vencmem" };

struct legacy_objects {
	size_t len;
	char text[LEGACY_TEXT_MAX];
};

static struct hvc_device *devices;
static unsigned int device_count;

/* Writers only; never taken in a driver-core callback. */
static DEFINE_MUTEX(writers);
static struct hvc_known *shared;
static struct legacy_objects __rcu *legacy;
bool hvc_legacy_objects_named;

void hvc_bounds(struct hvc_bounds *bounds)
{
	bounds->page_shift = PAGE_SHIFT;
	bounds->phys_pages = hvc_phys_pages();
}

unsigned int hvc_devices_count(void)
{
	return device_count;
}

struct hvc_device *hvc_device_at(unsigned int index)
{
	return &devices[index];
}

struct hvc_device *hvc_device_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < device_count; i++)
		if (!strcmp(devices[i].name, name))
			return &devices[i];
	return NULL;
}

/*
 * A call's shape is counted before what became of it, and read after: the
 * difference may be late, but never negative.
 */
unsigned long hvc_device_count(struct hvc_device *dev, enum hvc_count count)
{
	unsigned long sum = 0, changed;
	unsigned int i;

	if (count != HVC_COUNT_PASSED)
		return atomic_long_read(&dev->counts[count]);
	changed = atomic_long_read(&dev->counts[HVC_COUNT_REPAIRED]) +
		  atomic_long_read(&dev->counts[HVC_COUNT_REFUSED]);
	smp_rmb();	/* pairs with what counts a call, mapping.c */
	for (i = 0; i < HVC_SHAPES; i++)
		sum += atomic_long_read(&dev->shapes[i]);
	return sum - changed;
}

/* Nodes of the kernel's own dispatching major: drivers/char/mem.c. */
static const struct {
	const char *name;
	unsigned int minor;
} of_mem_major[] = {
	{ "mem", 1 },
	{ "vencmem", 13 },	/* vendor trees 3.18 and 4.9 */
};

static void set_defaults(struct hvc_device *dev)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(of_mem_major); i++)
		if (!dev->number && !strcmp(dev->name, of_mem_major[i].name))
			dev->number = MKDEV(MEM_MAJOR, of_mem_major[i].minor);
	dev->physical = dev->number == MKDEV(MEM_MAJOR, 1);

	dev->knob[HVC_KNOB_MODE] = HVC_MODE_REPAIR;
	dev->knob[HVC_KNOB_REPEAT] = 1;
	dev->knob[HVC_KNOB_OFFSET_BITS] = 32;
	dev->knob[HVC_KNOB_FRAME] = 1;
	for (i = 0; i < ARRAY_SIZE(doubling); i++) {
		if (!strcmp(dev->name, doubling[i])) {
			dev->knob[HVC_KNOB_REPEAT] = 2;
			dev->knob[HVC_KNOB_EXCLUSIVE] = 1;
		}
	}
}

/* The name becomes a directory below /proc/sys, and a word of the report. */
static bool good_name(const char *name)
{
	size_t len = strlen(name), i;

	for (i = 0; i < len; i++)
		if (name[i] <= ' ' || name[i] > '~' || name[i] == '\\')
			return false;
	return len && len < HVC_NAME_LEN && name[0] != '.' &&
	       !strpbrk(name, "/ \t\r\n:;=") && strcmp(name, "ranges") &&
	       strcmp(name, "legacy_objects");
}

/* "218:5" behind the equals sign; cuts the name off. */
static int parse_number(char *name, dev_t *number)
{
	char *p = strchr(name, '=');
	u64 major, minor;
	const char *at;

	*number = 0;
	if (!p)
		return 0;
	*p++ = '\0';
	at = p;
	if (hvc_parse_bytes(&at, &major) || *at++ != ':' ||
	    hvc_parse_bytes(&at, &minor) || *at || !major ||
	    major == MISC_MAJOR || major >= 1U << (32 - MINORBITS) ||
	    minor > MINORMASK)
		return -EINVAL;
	*number = MKDEV((unsigned int)major, (unsigned int)minor);
	return 0;
}

int hvc_devices_init(char *names)
{
	unsigned int count = 1;
	struct hvc_device *dev;
	const char *p;
	dev_t number;
	char *name;

	for (p = names; *p; p++)
		count += *p == ',';
	if (count > HVC_DEVICES_MAX) {
		pr_err("devices: more than %u names\n", HVC_DEVICES_MAX);
		return -EINVAL;
	}
	devices = kcalloc(count, sizeof(*devices), GFP_KERNEL);
	if (!devices)
		return -ENOMEM;
	while ((name = strsep(&names, ","))) {
		name = strim(name);
		if (parse_number(name, &number) || !good_name(name) ||
		    hvc_device_find(name)) {
			pr_err("devices: \"%s\" is no device name, stands there twice, or has no major:minor (other than 10) behind its =\n",
			       name);
			hvc_devices_exit();
			return -EINVAL;
		}
		dev = &devices[device_count];
		strcpy(dev->name, name);
		dev->number = number;
		dev->index = device_count++;
		set_defaults(dev);
	}
	return 0;
}

static struct hvc_known *known_of(struct hvc_device *dev)
{
	return rcu_dereference_protected(dev->known, 1);
}

void hvc_devices_exit(void)
{
	unsigned int i;

	for (i = 0; i < device_count; i++) {
		kfree(devices[i].own);
		kfree(known_of(&devices[i]));
	}
	kfree(devices);
	kfree(shared);
	kfree(rcu_dereference_protected(legacy, 1));
	devices = NULL;
	device_count = 0;
}

int hvc_device_set(struct hvc_device *dev, enum hvc_knob knob,
		   const char *text, const char **why)
{
	unsigned int value;
	u64 number;

	text += strspn(text, " \t\r\n");
	if (hvc_parse_bytes(&text, &number) || text[strspn(text, " \t\r\n")]) {
		*why = "a number is expected";
		return -EINVAL;
	}
	if (number < knob_limit[knob].min || number > knob_limit[knob].max) {
		*why = knob_limit[knob].why;
		return -EINVAL;
	}
	value = number;
	WRITE_ONCE(dev->knob[knob], value);
	if (knob == HVC_KNOB_OFFSET_BITS)
		WRITE_ONCE(dev->offset_bits_set, true);
	return 0;
}

static struct hvc_known *known_alloc(unsigned int count, unsigned int ram,
				     const char *source)
{
	struct hvc_known *known;

	known = kmalloc(sizeof(*known) + sizeof(struct hvc_ranges) +
			(count + ram) * sizeof(struct hvc_range), GFP_KERNEL);
	if (known) {
		atomic_set(&known->users, 1);
		known->source = source;
		known->ram = (struct hvc_ranges *)&known->set.r[count];
		known->ram->count = 0;
		known->set.count = 0;
	}
	return known;
}

static void append(struct hvc_ranges *to, const struct hvc_ranges *from)
{
	memcpy(&to->r[to->count], from->r,
	       from->count * sizeof(struct hvc_range));
	to->count += from->count;
}

/* One set out of two, either may be NULL; NULL on -ENOMEM. */
static struct hvc_known *join(const struct hvc_known *a,
			      const struct hvc_known *b, const char *source)
{
	const struct hvc_known *parts[] = { a, b };
	unsigned int i, count = 0, ram = 0;
	struct hvc_known *sum;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		count += parts[i] ? parts[i]->set.count : 0;
		ram += parts[i] ? parts[i]->ram->count : 0;
	}
	sum = known_alloc(count, ram, source);
	if (!sum)
		return NULL;
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		if (!parts[i])
			continue;
		append(&sum->set, &parts[i]->set);
		append(sum->ram, parts[i]->ram);
	}
	hvc_ranges_merge(&sum->set);
	hvc_ranges_merge(sum->ram);
	return sum;
}

static struct hvc_known *parse(const char *text, enum hvc_grammar grammar,
			       const char *source, const char **why)
{
	struct hvc_known *known;
	struct hvc_bounds bounds;
	unsigned int items = 1;
	const char *p;
	int err;

	/* Each item but the first stands behind a separator. */
	for (p = text; *p && items < HVC_RANGES_MAX; p++)
		items += *p == ',' || *p == '\n' || *p == ':';
	*why = "out of memory";
	known = known_alloc(items, items, source);
	if (!known)
		return ERR_PTR(-ENOMEM);
	hvc_bounds(&bounds);
	if (grammar == HVC_GRAMMAR_MMZ)
		err = hvc_mmz_parse(text, &bounds, &known->set, why);
	else
		err = hvc_ranges_parse_ram(text, &bounds, &known->set,
					   known->ram, why);
	if (err) {
		kfree(known);
		return ERR_PTR(err);
	}
	if (known->ram->count)
		pr_warn("%u range(s) may be RAM that the kernel itself manages: whoever may open the device can then read and write it\n",
			known->ram->count);
	return known;
}

/*
 * What each device will know: built aside first, so that running out of memory
 * half way changes nothing.
 */
static int rebuild(struct hvc_device *only, struct hvc_known *typed)
{
	struct hvc_known **fresh, *old;
	unsigned int i, first = 0, last = device_count;

	if (only) {
		first = only->index;
		last = first + 1;
	}
	fresh = kcalloc(device_count, sizeof(*fresh), GFP_KERNEL);
	if (!fresh)
		return -ENOMEM;
	for (i = first; i < last; i++) {
		fresh[i] = only ? join(shared, typed, NULL) :
				  join(typed, devices[i].own, NULL);
		if (!fresh[i])
			goto fail;
	}
	for (i = first; i < last; i++) {
		old = known_of(&devices[i]);
		if (!fresh[i]->set.count) {
			kfree(fresh[i]);
			fresh[i] = NULL;
		}
		rcu_assign_pointer(devices[i].known, fresh[i]);
		fresh[i] = old;
	}
	/* Nobody takes a first reference on an old set after this. */
	synchronize_rcu();
	for (i = first; i < last; i++)
		hvc_known_put(fresh[i]);
	kfree(fresh);
	return 0;
fail:
	while (i-- > first)
		kfree(fresh[i]);
	kfree(fresh);
	return -ENOMEM;
}

int hvc_set_ranges(struct hvc_device *dev, const char *text,
		   enum hvc_grammar grammar, bool add, const char *source,
		   const char **why)
{
	struct hvc_known **slot = dev ? &dev->own : &shared;
	struct hvc_known *typed, *sum;
	int err;

	typed = parse(text, grammar, source, why);
	if (IS_ERR(typed))
		return PTR_ERR(typed);
	mutex_lock(&writers);
	if (add && *slot) {
		sum = join(*slot, typed, source);
		kfree(typed);
		typed = sum;
	}
	err = typed ? rebuild(dev, typed) : -ENOMEM;
	if (err) {
		*why = "out of memory";
		kfree(typed);
	} else {
		hvc_known_put(*slot);
		*slot = typed;
	}
	mutex_unlock(&writers);
	return err;
}

struct hvc_known *hvc_own_get(struct hvc_device *dev)
{
	struct hvc_known *own;

	mutex_lock(&writers);
	own = dev ? dev->own : shared;
	if (own)
		atomic_inc(&own->users);
	mutex_unlock(&writers);
	return own;
}

struct hvc_known *hvc_known_get(struct hvc_device *dev)
{
	struct hvc_known *known;

	rcu_read_lock();
	known = rcu_dereference(dev->known);
	if (known && !atomic_inc_not_zero(&known->users))
		known = NULL;
	rcu_read_unlock();
	return known;
}

void hvc_known_put(struct hvc_known *known)
{
	if (known && atomic_dec_and_test(&known->users))
		kfree(known);
}

int hvc_known_text(char *to, const struct hvc_known *known, unsigned int i)
{
	bool ram = i >= known->set.count;
	const struct hvc_range *r = ram ? &known->ram->r[i - known->set.count] :
					  &known->set.r[i];
	u64 start = (u64)r->first << PAGE_SHIFT;
	u64 end = ((u64)r->last << PAGE_SHIFT) + PAGE_SIZE - 1;

	return snprintf(to, HVC_RANGE_TEXT, "0x%08llx-0x%08llx%s", start, end,
			ram ? "!" : "");
}

/* Calls fn for each name until it says true. */
static bool any_name(const char *text, size_t len,
		     bool (*fn)(const char *name, size_t len, const void *arg),
		     const void *arg)
{
	const char *end = text + len;

	while (text < end) {
		size_t n = 0;

		while (text + n < end && text[n] != ',')
			n++;
		if (fn(text, n, arg))
			return true;
		text += n + 1;
	}
	return false;
}

static bool bad_object_name(const char *name, size_t len, const void *arg)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (name[i] <= ' ' || name[i] == '/' || name[i] == 0x7f)
			return true;
	return !len || len > 255;
}

int hvc_set_legacy_objects(const char *text, const char **why)
{
	struct legacy_objects *fresh, *old;
	size_t len;

	text += strspn(text, " \t\r\n");
	len = strlen(text);
	while (len && strchr(" \t\r\n", text[len - 1]))
		len--;
	if (!len) {
		*why = "empty; write \"none\" for no objects";
		return -EINVAL;
	}
	if (len >= LEGACY_TEXT_MAX) {
		*why = "the list is too long";
		return -E2BIG;
	}
	if (text[len - 1] == ',' ||
	    any_name(text, len, bad_object_name, NULL)) {
		*why = "file names without a path are expected, comma between";
		return -EINVAL;
	}
	fresh = NULL;
	if (len != 4 || strncmp(text, "none", 4)) {
		fresh = kmalloc(sizeof(*fresh), GFP_KERNEL);
		if (!fresh) {
			*why = "out of memory";
			return -ENOMEM;
		}
		fresh->len = len;
		memcpy(fresh->text, text, len);
		fresh->text[len] = '\0';
	}
	mutex_lock(&writers);
	old = rcu_dereference_protected(legacy, 1);
	rcu_assign_pointer(legacy, fresh);
	WRITE_ONCE(hvc_legacy_objects_named, fresh);
	synchronize_rcu();
	mutex_unlock(&writers);
	kfree(old);
	return 0;
}

void hvc_get_legacy_objects(char *to, size_t size)
{
	const struct legacy_objects *now;

	rcu_read_lock();
	now = rcu_dereference(legacy);
	snprintf(to, size, "%s", now ? now->text : "none");
	rcu_read_unlock();
}

struct wanted {
	const char *name;
	size_t len;
};

static bool same_name(const char *name, size_t len, const void *arg)
{
	const struct wanted *w = arg;

	return w->len == len && !memcmp(w->name, name, len);
}

bool hvc_is_legacy_object(const char *name, size_t len)
{
	struct wanted w = { name, len };
	const struct legacy_objects *now;
	bool is;

	rcu_read_lock();
	now = rcu_dereference(legacy);
	is = now && any_name(now->text, now->len, same_name, &w);
	rcu_read_unlock();
	return is;
}
