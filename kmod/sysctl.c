// SPDX-License-Identifier: GPL-2.0
/* sysctl.c - the knobs as files. See sysctl.h for what it promises. */
#include <linux/slab.h>

#include "devices.h"
#include "sysctl.h"

#define VALUE_MAX (128U << 10)	/* bytes: HVC_RANGES_MAX ranges and to spare */

/*
 * Longer values must end in a new line: a program that writes in blocks may
 * have been cut in the middle of a number.
 */
#define UNTERMINATED_MAX 255U

/* What a file is, in ctl_table.extra2; below HVC_KNOBS it is a knob. */
enum {
	FILE_RANGES = HVC_KNOBS,
	FILE_LEGACY_OBJECTS,
	FILES
};

#define FILES_PER_DEVICE (HVC_KNOBS + 1)

struct directory {
	struct ctl_table table[FILES_PER_DEVICE + 1];
	struct ctl_table_header *header;
};

static int HVC_CTL_HANDLER(handle);

static const char *const file_name[FILES] = {
	[FILE_RANGES] = "ranges",
	[FILE_LEGACY_OBJECTS] = "legacy_objects",
};

static struct ctl_table top[3];
static struct ctl_table_header *top_header;
static struct directory *directories;

static struct hvc_device *device_of(HVC_CTL_CONST struct ctl_table *ctl)
{
	return ctl->extra1;
}

static unsigned int file_of(HVC_CTL_CONST struct ctl_table *ctl)
{
	return (unsigned long)ctl->extra2;
}

static int set_value(HVC_CTL_CONST struct ctl_table *ctl, const char *text,
		     const char **why)
{
	unsigned int file = file_of(ctl);

	if (file == FILE_RANGES)
		return hvc_set_ranges(device_of(ctl), text, HVC_GRAMMAR_RANGES,
				      false, "sysctl", why);
	if (file == FILE_LEGACY_OBJECTS)
		return hvc_set_legacy_objects(text, why);
	return hvc_device_set(device_of(ctl), file, text, why);
}

static int write_value(HVC_CTL_CONST struct ctl_table *ctl,
		       HVC_CTL_BUFFER buffer, size_t len, loff_t pos)
{
	struct hvc_device *dev = device_of(ctl);
	const char *why;
	char *text = NULL;
	int err;

	err = -EINVAL;
	why = "write the whole value at once";
	if (pos)
		goto out;
	err = -E2BIG;
	why = "the value is too long";
	if (len > VALUE_MAX)
		goto out;
	err = -ENOMEM;
	why = "out of memory";
	text = kmalloc(len + 1, GFP_KERNEL);
	if (!text)
		goto out;
	why = "the value cannot be read";
	err = hvc_ctl_copy_in(text, buffer, len);
	if (err)
		goto out;
	text[len] = '\0';
	err = -EINVAL;
	why = "a NUL byte stands in the value";
	if (memchr(text, '\0', len))
		goto out;
	why = "a long value must end in a new line, this one looks cut off";
	if (len > UNTERMINATED_MAX && text[len - 1] != '\n')
		goto out;
	err = set_value(ctl, text, &why);
out:
	if (err)
		pr_warn("%s%s%s: %s; nothing was changed\n",
			dev ? dev->name : "", dev ? "/" : "", ctl->procname,
			why);
	kfree(text);
	return err;
}

/* Return: a text for kfree(), or NULL. */
static char *ranges_text(struct hvc_device *dev)
{
	struct hvc_known *own = hvc_own_get(dev);
	unsigned int i, count = own ? hvc_known_count(own) : 0;
	char *text, *to;

	text = kmalloc(count * (HVC_RANGE_TEXT + 1) + 8, GFP_KERNEL);
	to = text;
	if (text && !count)
		strcpy(text, "none\n");
	for (i = 0; text && i < count; i++) {
		to += hvc_known_text(to, own, i);
		*to++ = i + 1 < count ? ',' : '\n';
		*to = '\0';
	}
	hvc_known_put(own);
	return text;
}

static char *get_value(HVC_CTL_CONST struct ctl_table *ctl)
{
	const size_t size = 520;
	unsigned int file = file_of(ctl);
	char *text;

	if (file == FILE_RANGES)
		return ranges_text(device_of(ctl));
	text = kmalloc(size, GFP_KERNEL);
	if (!text)
		return NULL;
	if (file == FILE_LEGACY_OBJECTS) {
		hvc_get_legacy_objects(text, size - 1);
		strcat(text, "\n");
	} else {
		snprintf(text, size, "%u\n",
			 READ_ONCE(device_of(ctl)->knob[file]));
	}
	return text;
}

static int read_value(HVC_CTL_CONST struct ctl_table *ctl,
		      HVC_CTL_BUFFER buffer, size_t *lenp, loff_t *ppos)
{
	char *text = get_value(ctl);
	size_t len;
	int err = 0;

	if (!text)
		return -ENOMEM;
	len = strlen(text);
	len = *ppos < 0 || *ppos >= len ? 0 : len - (size_t)*ppos;
	if (len > *lenp)
		len = *lenp;
	if (len)
		err = hvc_ctl_copy_out(buffer, text + *ppos, len);
	kfree(text);
	if (err)
		return err;
	*lenp = len;
	*ppos += len;
	return 0;
}

static int HVC_CTL_HANDLER(handle)
{
	int err;

	if (!write)
		return read_value(ctl, buffer, lenp, ppos);
	err = write_value(ctl, buffer, *lenp, *ppos);
	if (!err)
		*ppos += *lenp;
	return err;
}

/* Names lead to physical addresses: those are for root alone. */
static void fill(struct ctl_table *ctl, struct hvc_device *dev,
		 unsigned int file)
{
	ctl->procname = file < HVC_KNOBS ? hvc_knob_name[file] :
					   file_name[file];
	ctl->mode = file == FILE_RANGES ? 0600 : 0644;
	ctl->proc_handler = handle;
	ctl->extra1 = dev;
	ctl->extra2 = (void *)(unsigned long)file;
}

static int make_directory(struct directory *d, struct hvc_device *dev)
{
	unsigned int i;

	for (i = 0; i < HVC_KNOBS; i++)
		fill(&d->table[i], dev, i);
	fill(&d->table[i], dev, FILE_RANGES);
	d->header = hvc_register_sysctl(dev->name, d->table, FILES_PER_DEVICE);
	return d->header ? 0 : -ENOMEM;
}

int hvc_sysctl_init(void)
{
	unsigned int i;

	directories = kcalloc(hvc_devices_count(), sizeof(*directories),
			      GFP_KERNEL);
	if (!directories)
		return -ENOMEM;
	fill(&top[0], NULL, FILE_RANGES);
	fill(&top[1], NULL, FILE_LEGACY_OBJECTS);
	top_header = hvc_register_sysctl(NULL, top, 2);
	if (!top_header)
		goto fail;
	for (i = 0; i < hvc_devices_count(); i++)
		if (make_directory(&directories[i], hvc_device_at(i)))
			goto fail;
	return 0;
fail:
	hvc_sysctl_exit();
	return -ENOMEM;
}

void hvc_sysctl_exit(void)
{
	unsigned int i;

	for (i = 0; i < hvc_devices_count(); i++)
		if (directories[i].header)
			unregister_sysctl_table(directories[i].header);
	if (top_header)
		unregister_sysctl_table(top_header);
	kfree(directories);
}
