/* SPDX-License-Identifier: GPL-2.0 */
/*
 * devices.h - the devices that were asked for, what is set for each of them,
 * what is known about their buffers, and what was counted.
 *
 * Promise: the list is made once at load and never changes until exit, so it
 * is read without a lock. Knobs are single words, read with READ_ONCE(). Ranges
 * are immutable sets behind a counted reference: a reader keeps one set for
 * the length of one request and may sleep while it does.
 */
#ifndef HVC_DEVICES_H
#define HVC_DEVICES_H

#include <linux/atomic.h>

#include "decide.h"
#include "ranges.h"

#define HVC_DEVICES_MAX 64U
#define HVC_NAME_LEN 32U	/* bytes with the NUL */

/** enum hvc_knob - per-device settings that are plain numbers */
enum hvc_knob {
	HVC_KNOB_MODE,		/* enum hvc_mode */
	HVC_KNOB_REPEAT,	/* the handler maps its buffer this many times */
	HVC_KNOB_OFFSET_BITS,	/* bits a byte offset can have */
	HVC_KNOB_EXCLUSIVE,	/* nothing outside the ranges is ever right */
	HVC_KNOB_FRAME,		/* frame evidence may be used */
	HVC_KNOBS
};

/** enum hvc_count - what became of the calls, beside their shape */
enum hvc_count {
	HVC_COUNT_PASSED,
	HVC_COUNT_REPAIRED,
	HVC_COUNT_REFUSED,
	HVC_COUNT_WOULD_REPAIR,
	HVC_COUNT_WOULD_REFUSE,
	HVC_COUNT_CONTESTED,
	HVC_COUNT_EOVERFLOW,
	HVC_COUNTS
};

extern const char *const hvc_knob_name[HVC_KNOBS];
extern const char *const hvc_shape_name[HVC_SHAPES];
extern const char *const hvc_count_name[HVC_COUNTS];

/**
 * struct hvc_known - one immutable set of ranges with a reference count
 * @users:	references; 0: being freed
 * @source:	where it came from, for the report
 * @ram:	those of them that may be RAM the kernel manages; behind @set in
 *		the same allocation
 * @set:	the ranges
 */
struct hvc_known {
	atomic_t users;
	const char *source;
	struct hvc_ranges *ram;
	struct hvc_ranges set;
};

/**
 * struct hvc_device - one asked device
 * @name:	as the driver registers it, without /dev/
 * @index:	position in the list
 * @number:	device number behind a dispatching major; 0: by name, as a misc
 *		device or as what /dev/NAME is
 * @physical:	maps any physical address (/dev/mem): RAM that the kernel
 *		manages is no unlisted offset there
 * @knob:	by enum hvc_knob
 * @offset_bits_set: offset_bits was set by hand
 * @own:	ranges for this device only (under the writers' mutex)
 * @known:	RCU: @own and the shared set, merged; NULL: nothing known
 * @shapes:	calls by enum hvc_shape
 * @counts:	calls by enum hvc_count, see hvc_device_count()
 * @live:	calls whose offset live blocks answered for, and no range
 */
struct hvc_device {
	char name[HVC_NAME_LEN];
	unsigned int index;
	dev_t number;
	bool physical;
	unsigned int knob[HVC_KNOBS];
	bool offset_bits_set;
	struct hvc_known *own;
	struct hvc_known __rcu *known;
	atomic_long_t shapes[HVC_SHAPES];
	atomic_long_t counts[HVC_COUNTS];
	atomic_long_t live;
};

/**
 * hvc_device_count() - what became of the calls so far
 * @dev:	the device
 * @count:	which; HVC_COUNT_PASSED is not counted by itself, it is all calls
 *		but the repaired and the refused
 */
unsigned long hvc_device_count(struct hvc_device *dev, enum hvc_count count);

/**
 * hvc_devices_init() - make the list from "venc,vi=218:5,mem"
 * @names:	comma-separated, each with its major:minor or without; changed
 *		while it is read
 *
 * Return: 0, -EINVAL (said in the log), -ENOMEM.
 */
int hvc_devices_init(char *names);

/** hvc_devices_exit() - free everything; no request may be under way */
void hvc_devices_exit(void);

/** hvc_devices_count() - number of devices in the list */
unsigned int hvc_devices_count(void);

/** hvc_device_at() - the device with that index, below hvc_devices_count() */
struct hvc_device *hvc_device_at(unsigned int index);

/** hvc_device_find() - by name; NULL if it was not asked for */
struct hvc_device *hvc_device_find(const char *name);

/**
 * hvc_device_set() - change one knob
 * @dev:	the device
 * @knob:	which
 * @text:	the new value, a number; surrounding blanks are allowed
 * @why:	on error, what is wrong (static text)
 *
 * Return: 0 or -EINVAL, nothing changed then.
 */
int hvc_device_set(struct hvc_device *dev, enum hvc_knob knob,
		   const char *text, const char **why);

/** enum hvc_grammar - of a text that describes ranges */
enum hvc_grammar {
	HVC_GRAMMAR_RANGES,
	HVC_GRAMMAR_MMZ
};

/**
 * hvc_set_ranges() - replace a set of ranges
 * @dev:	the device, or NULL for the shared set
 * @text:	NUL-terminated
 * @grammar:	how to read it
 * @add:	keep what was there, too
 * @source:	static text for the report
 * @why:	on error, what is wrong (static text)
 *
 * Context: may sleep; takes the writers' mutex and waits for RCU readers.
 * Return: 0, -EINVAL, -E2BIG or -ENOMEM, nothing changed then.
 */
int hvc_set_ranges(struct hvc_device *dev, const char *text,
		   enum hvc_grammar grammar, bool add, const char *source,
		   const char **why);

/**
 * hvc_own_get() - the set as it was typed, for reading it back
 * @dev:	the device, or NULL for the shared set
 *
 * Return: a reference for hvc_known_put(), or NULL for none.
 */
struct hvc_known *hvc_own_get(struct hvc_device *dev);

/**
 * hvc_known_get() - what is known for a device now
 * @dev:	the device
 *
 * Context: any. Return: a reference for hvc_known_put(), or NULL for nothing.
 */
struct hvc_known *hvc_known_get(struct hvc_device *dev);

/** hvc_known_put() - give back a reference; NULL is allowed */
void hvc_known_put(struct hvc_known *known);

/** Bytes that hvc_known_text() needs, with the NUL. */
#define HVC_RANGE_TEXT 40U

/** hvc_known_count() - ranges, and those of them that may be RAM once more */
static inline unsigned int hvc_known_count(const struct hvc_known *known)
{
	return known->set.count + known->ram->count;
}

/**
 * hvc_known_text() - "0xSTART-0xEND" in byte addresses, the end included
 * @to:		HVC_RANGE_TEXT bytes
 * @known:	the set
 * @i:		below hvc_known_count(); those that may be RAM come last, with "!"
 *
 * All of them, comma between, make the same set again.
 * Return: length of the text.
 */
int hvc_known_text(char *to, const struct hvc_known *known, unsigned int i);

/**
 * hvc_set_legacy_objects() - file names whose calls are legacy
 * @text:	comma-separated file names, or "none"
 * @why:	on error, what is wrong (static text)
 *
 * Return: 0, -EINVAL, -E2BIG or -ENOMEM, nothing changed then.
 */
int hvc_set_legacy_objects(const char *text, const char **why);

/** hvc_get_legacy_objects() - the list as text, at most @size bytes with NUL */
void hvc_get_legacy_objects(char *to, size_t size);

/* Read through hvc_any_legacy_object() only. */
extern bool hvc_legacy_objects_named;

/** hvc_any_legacy_object() - is any object declared? Cheap. */
static inline bool hvc_any_legacy_object(void)
{
	return READ_ONCE(hvc_legacy_objects_named);
}

/** hvc_is_legacy_object() - is this file name declared? */
bool hvc_is_legacy_object(const char *name, size_t len);

/** hvc_bounds() - what a byte address may be on this machine */
void hvc_bounds(struct hvc_bounds *bounds);

#endif /* HVC_DEVICES_H */
