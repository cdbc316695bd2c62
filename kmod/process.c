// SPDX-License-Identifier: GPL-2.0
/* process.c - the table of processes. See process.h for what it promises. */
#include <linux/hash.h>
#include <linux/err.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "facts.h"
#include "process.h"

#define HASH_BITS 6

struct site_record {
	struct hvc_call_site site;
	enum hvc_site kind;
};

/* What the process said of one object; its offset means nothing here. */
struct declaration {
	struct hvc_call_site object;
	unsigned int bits;
};

/*
 * Fields that the lock-free reader in hvc_process_profile() uses are single
 * words; everything else is under the table's lock.
 */
struct process {
	struct process __rcu *next;
	struct rcu_head rcu;
	struct pid *pid;		/* of the thread group, referenced */
	unsigned int id;
	u64 exec_id;
	u32 uid;
	char comm[TASK_COMM_LEN];
	unsigned int watched;
	unsigned int legacy_sites;
	unsigned int sites;
	unsigned int bits;		/* declared for all of it, or 0 */
	unsigned int objects;
	unsigned int narrow;		/* declarations of 32 bits */
	bool declared;			/* something once was */
	bool sites_lost;
	bool told;
	unsigned long last_use;		/* jiffies */
	unsigned long last_raw;
	unsigned long last_pgoff;
	struct site_record site[HVC_SITES_MAX];
	struct declaration object[HVC_OBJECTS_MAX];
	u32 contested;
	u32 refused;
	u32 shapes[];			/* device x HVC_SHAPES */
};

static struct process __rcu *bucket[1 << HASH_BITS];
static unsigned int process_count;
static unsigned int last_id;
static unsigned long without_record;	/* processes' calls, table full */
static unsigned long full_at;		/* jiffies, no room was found then */
static u32 full_for;			/* for this user's processes */
static DEFINE_SPINLOCK(table);

static struct process __rcu **bucket_of(const struct pid *pid)
{
	return &bucket[hash_long((unsigned long)pid, HASH_BITS)];
}

static u64 exec_id_of(const struct task_struct *task)
{
	return READ_ONCE(task->self_exec_id);
}

/* The caller is in an RCU read section or holds the lock. */
static __always_inline struct process *find(const struct pid *pid, u64 exec_id)
{
	struct process *p;

	for (p = rcu_dereference_check(*bucket_of(pid),
				       lockdep_is_held(&table)); p;
	     p = rcu_dereference_check(p->next, lockdep_is_held(&table)))
		if (p->pid == pid && p->exec_id == exec_id)
			return p;
	return NULL;
}

/* The caller is in an RCU read section: that keeps the leader in place. */
static struct process *find_current(void)
{
	return find(task_tgid(current),
		    exec_id_of(READ_ONCE(current->group_leader)));
}

static struct process *locked(struct process __rcu *p)
{
	return rcu_dereference_protected(p, lockdep_is_held(&table));
}

static void release(struct rcu_head *rcu)
{
	struct process *p = container_of(rcu, struct process, rcu);

	put_pid(p->pid);
	kfree(p);
}

static void unlink_record(struct process __rcu **link)
{
	struct process *p = locked(*link);

	rcu_assign_pointer(*link, locked(p->next));
	process_count--;
	call_rcu(&p->rcu, release);
}

/* Within an RCU read section. Has the program ended, by exit or by exec? */
static bool dead(const struct process *p)
{
	const struct task_struct *leader = pid_task(p->pid, PIDTYPE_PID);

	return !leader || exec_id_of(leader) != p->exec_id;
}

static bool must_stay(const struct process *p)
{
	return p->legacy_sites || p->declared;
}

static unsigned int held_by(u32 uid)
{
	unsigned int i, count = 0;
	struct process *p;

	for (i = 0; i < ARRAY_SIZE(bucket); i++)
		for (p = locked(bucket[i]); p; p = locked(p->next))
			count += p->uid == uid;
	return count;
}

/* Drops the dead; without any, the longest unused that may go. */
static void make_room(u32 uid, bool own_share)
{
	struct process __rcu **link, **oldest = NULL;
	unsigned long age = 0;
	bool dropped = false;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bucket); i++) {
		link = &bucket[i];
		while (*link) {
			struct process *p = locked(*link);

			if (dead(p)) {
				/* Others' dead give this user no room. */
				dropped |= !own_share || p->uid == uid;
				unlink_record(link);
				continue;
			}
			if (!must_stay(p) && (!own_share || p->uid == uid) &&
			    (!oldest || jiffies - p->last_use > age)) {
				oldest = link;
				age = jiffies - p->last_use;
			}
			link = &p->next;
		}
	}
	if (oldest && !dropped)
		unlink_record(oldest);
}

/* A program that was replaced by exec leaves its record to the new one. */
static void drop_former(const struct pid *pid)
{
	struct process __rcu **link = bucket_of(pid);

	while (*link) {
		if (locked(*link)->pid == pid)
			unlink_record(link);
		else
			link = &locked(*link)->next;
	}
}

/* Both still run the program that forked: equal counts alone can be chance. */
static void inherit(struct process *child)
{
	struct task_struct *parent = rcu_dereference(current->real_parent);
	struct process *p = find(task_tgid(parent), child->exec_id);

	if (!p || READ_ONCE(current->group_leader)->parent_exec_id !=
		  child->exec_id)
		return;
	memcpy(child->site, p->site, sizeof(child->site));
	child->sites = p->sites;
	child->legacy_sites = p->legacy_sites;
	memcpy(child->object, p->object, sizeof(child->object));
	child->objects = p->objects;
	child->bits = p->bits;
	child->narrow = p->narrow;
	child->declared = p->declared;
}

/*
 * The record of the current process, made if there is room. Called and left
 * with the lock held, in an RCU read section; fresh is used up or stays.
 */
static struct process *obtain(struct process **fresh)
{
	struct pid *pid = task_tgid(current);
	struct process *p = find_current();
	u32 uid = hvc_current_uid();

	if (p || !*fresh)
		return p;
	drop_former(pid);
	if (held_by(uid) >= HVC_PROCESSES_MAX / 2)
		make_room(uid, true);
	if (process_count >= HVC_PROCESSES_MAX)
		make_room(uid, false);
	if (process_count >= HVC_PROCESSES_MAX ||
	    held_by(uid) >= HVC_PROCESSES_MAX / 2) {
		without_record++;
		full_at = jiffies;
		full_for = uid;
		return NULL;
	}
	p = *fresh;
	*fresh = NULL;
	p->pid = get_pid(pid);
	p->id = ++last_id;
	p->exec_id = exec_id_of(READ_ONCE(current->group_leader));
	p->uid = uid;
	p->last_use = jiffies;
	memcpy(p->comm, current->comm, sizeof(p->comm));
	p->comm[sizeof(p->comm) - 1] = '\0';
	inherit(p);
	rcu_assign_pointer(p->next, locked(*bucket_of(pid)));
	rcu_assign_pointer(*bucket_of(pid), p);
	process_count++;
	return p;
}

/*
 * A search of the whole table once for each tick, not for each call. Kernels
 * start with jiffies below zero: that is not "before" a time never noted.
 */
static bool may_have_room(void)
{
	unsigned long ticks = jiffies - full_at;

	if (process_count < HVC_PROCESSES_MAX / 2 || ticks ||
	    full_for != hvc_current_uid())
		return true;
	without_record++;
	return false;
}

static size_t record_size(void)
{
	return sizeof(struct process) + hvc_devices_count() * HVC_SHAPES *
	       sizeof(u32);
}

static struct process *alloc_record(void)
{
	return kzalloc(record_size(), GFP_KERNEL);
}

void hvc_processes_exit(void)
{
	unsigned int i;

	spin_lock(&table);
	for (i = 0; i < ARRAY_SIZE(bucket); i++)
		while (bucket[i])
			unlink_record(&bucket[i]);
	spin_unlock(&table);
	/* The callbacks are in this module's text. */
	rcu_barrier();
}

/* Is nothing to be learnt from its in-range calls? */
static __always_inline bool settled(const struct process *p)
{
	return READ_ONCE(p->watched) >= HVC_WATCHED_CALLS &&
	       !READ_ONCE(p->legacy_sites) && !READ_ONCE(p->narrow);
}

bool hvc_process_is_settled(void)
{
	const struct process *p = find_current();

	return p && settled(p);
}

/*
 * Takes the lock, in an RCU read section, until unlock_table().
 * Return: the record of the current process, made if need be; or NULL.
 */
static struct process *lock_current(void)
	__acquires(RCU) __acquires(&table)
{
	struct process *p, *fresh;

	rcu_read_lock();
	spin_lock(&table);
	p = find_current();
	if (p || !may_have_room())
		return p;
	spin_unlock(&table);
	rcu_read_unlock();

	fresh = alloc_record();
	rcu_read_lock();
	spin_lock(&table);
	p = obtain(&fresh);
	kfree(fresh);
	return p;
}

static void unlock_table(void)
	__releases(&table) __releases(RCU)
{
	spin_unlock(&table);
	rcu_read_unlock();
}

bool hvc_process_to_watch(void)
{
	const struct process *p;
	bool watch = false;

	rcu_read_lock();
	p = find_current();
	if (p)
		watch = !settled(p);
	rcu_read_unlock();
	if (p)
		return watch;
	p = lock_current();
	watch = p && !settled(p);
	unlock_table();
	return watch;
}

static bool same_object(const struct hvc_call_site *a,
			const struct hvc_call_site *b)
{
	return a->ino == b->ino && a->dev == b->dev &&
	       a->generation == b->generation;
}

static struct site_record *find_site(struct process *p,
				     const struct hvc_call_site *site)
{
	unsigned int i;

	for (i = 0; i < p->sites; i++) {
		const struct hvc_call_site *s = &p->site[i].site;

		if (s->offset == site->offset && same_object(s, site))
			return &p->site[i];
	}
	return NULL;
}

static struct declaration *find_declaration(struct process *p,
					    const struct hvc_call_site *site)
{
	unsigned int i;

	for (i = 0; i < p->objects; i++)
		if (same_object(&p->object[i].object, site))
			return &p->object[i];
	return NULL;
}

enum hvc_site hvc_process_site(const struct hvc_call_site *site,
			       unsigned int *bits)
{
	enum hvc_site kind = HVC_SITE_UNKNOWN;
	struct declaration *d;
	struct site_record *s;
	struct process *p;

	*bits = 0;
	/* A child's first call: what its parent's record says goes for it. */
	p = lock_current();
	if (p) {
		s = find_site(p, site);
		if (s)
			kind = s->kind;
		d = find_declaration(p, site);
		*bits = d ? d->bits : p->bits;
	}
	unlock_table();
	return kind;
}

/* Seen wide once is wide for good: a right call must never be changed. */
static void learn(struct process *p, const struct hvc_call_site *site,
		  enum hvc_site kind)
{
	struct site_record *s = find_site(p, site);

	if (!s) {
		if (p->sites == HVC_SITES_MAX) {
			p->sites_lost = true;
			return;
		}
		s = &p->site[p->sites++];
		s->site = *site;
		s->kind = HVC_SITE_UNKNOWN;
	}
	if (s->kind == kind || s->kind == HVC_SITE_WIDE)
		return;
	if (s->kind == HVC_SITE_LEGACY)
		p->legacy_sites--;
	if (kind == HVC_SITE_LEGACY)
		p->legacy_sites++;
	s->kind = kind;
}

static bool note(struct process *p, const struct hvc_event *event)
{
	const struct hvc_verdict *v = event->verdict;
	bool repaired = v->action == HVC_USE || v->would == HVC_USE;
	bool first = repaired && !p->told;

	p->last_use = jiffies;
	p->shapes[event->dev->index * HVC_SHAPES + v->shape]++;
	p->watched += event->watched;
	p->contested += v->contested;
	p->refused += v->action == HVC_REFUSE;
	if (repaired) {
		p->told = true;
		p->last_raw = event->raw;
		p->last_pgoff = v->would_pgoff;
	}
	if (event->site && v->wide)
		learn(p, event->site, HVC_SITE_WIDE);
	else if (event->site && v->proves)
		learn(p, event->site, HVC_SITE_LEGACY);
	return first;
}

bool hvc_process_record(const struct hvc_event *event)
{
	struct process *p = lock_current();
	bool first = p && note(p, event);

	unlock_table();
	return first;
}

static int declare_object(struct process *p,
			  const struct hvc_call_site *object, unsigned int bits)
{
	struct declaration *d = find_declaration(p, object);

	if (!bits) {
		if (d)
			*d = p->object[--p->objects];
		return 0;
	}
	if (!d) {
		if (p->objects == HVC_OBJECTS_MAX)
			return -ENOSPC;
		d = &p->object[p->objects++];
		d->object = *object;
	}
	d->bits = bits;
	return 0;
}

static int declare(struct process *p, const struct hvc_call_site *object,
		   unsigned int bits)
{
	unsigned int i, narrow;
	int err = 0;

	if (object)
		err = declare_object(p, object, bits);
	else
		p->bits = bits;
	if (err)
		return err;
	/* What is taken back must not come back from the parent's record. */
	p->declared = true;
	narrow = p->bits == 32;
	for (i = 0; i < p->objects; i++)
		narrow += p->object[i].bits == 32;
	WRITE_ONCE(p->narrow, narrow);
	return 0;
}

int hvc_process_declare(const struct hvc_call_site *object, unsigned int bits)
{
	struct process *p, *fresh = alloc_record();
	int err;

	if (!fresh)
		return -ENOMEM;
	rcu_read_lock();
	spin_lock(&table);
	p = obtain(&fresh);
	err = p ? declare(p, object, bits) : -ENOSPC;
	spin_unlock(&table);
	rcu_read_unlock();
	kfree(fresh);
	return err;
}

/* What is shown is a copy: a path is not looked up under the table's lock. */
static struct process *snapshot(unsigned int id, bool *ended)
{
	struct process *p, *copy = alloc_record();
	unsigned int i;

	if (!copy)
		return ERR_PTR(-ENOMEM);
	rcu_read_lock();
	spin_lock(&table);
	for (i = 0; i < ARRAY_SIZE(bucket); i++)
		for (p = locked(bucket[i]); p; p = locked(p->next))
			if (p->id == id) {
				memcpy(copy, p, record_size());
				get_pid(copy->pid);
				*ended = dead(p);
				goto out;
			}
out:
	spin_unlock(&table);
	rcu_read_unlock();
	if (copy->pid)
		return copy;
	kfree(copy);
	return NULL;
}

/* Words without blanks: which file, and its path while it is mapped. */
static void show_object(struct seq_file *m, struct mm_struct *mm,
			const struct hvc_call_site *object, bool place)
{
	struct path path;

	hvc_fact_begin(m, NULL);
	seq_printf(m, "%u:%u:%llu:%u", MAJOR(object->dev), MINOR(object->dev),
		   object->ino, object->generation);
	if (place)
		seq_printf(m, "+0x%llx", object->offset);
	hvc_fact_next(m);
	if (mm && hvc_object_path(mm, object, &path)) {
		seq_path(m, &path, hvc_facts_odd);
		path_put(&path);
	} else {
		seq_escape(m, object->name, hvc_facts_odd);
	}
	hvc_fact_next(m);
}

static void show_site(struct seq_file *m, struct mm_struct *mm,
		      const struct site_record *s)
{
	hvc_line(m, NULL, "site");
	show_object(m, mm, &s->site, true);
	seq_puts(m, s->kind == HVC_SITE_LEGACY ? "legacy" : "wide");
	hvc_fact_end(m);
}

static void show_declaration(struct seq_file *m, struct mm_struct *mm,
			     const struct declaration *d)
{
	hvc_line(m, NULL, "object");
	show_object(m, mm, &d->object, false);
	seq_printf(m, "offset_bits=%u", d->bits);
	hvc_fact_end(m);
}

static void show_device(struct seq_file *m, const struct process *p,
			const struct hvc_device *dev)
{
	const u32 *shapes = &p->shapes[dev->index * HVC_SHAPES];
	unsigned int i;
	bool any = false;

	for (i = 0; i < HVC_SHAPES; i++) {
		if (!shapes[i])
			continue;
		if (!any)
			hvc_line(m, "calls", dev->name);
		any = true;
		hvc_fact(m, hvc_shape_name[i], "%u", shapes[i]);
	}
}

/* People know a process by its pid, which another one may have had before. */
static void show_head(struct seq_file *m, const struct process *p, bool ended)
{
	const struct hvc_facts *f = m->private;
	int pid = pid_nr(p->pid);
	char name[16];

	snprintf(name, sizeof(name), "%u", f->plain ? p->id : pid);
	hvc_block(m, "process", name);
	if (f->plain)
		hvc_fact(m, "pid", "%d", pid);
	hvc_fact_begin(m, f->plain ? "comm" : NULL);
	seq_escape(m, p->comm, hvc_facts_odd);
	hvc_fact_end(m);
	hvc_fact(m, "uid", "%u", p->uid);
	if (ended)
		hvc_fact(m, "ended", "1");
}

static void show_records(struct seq_file *m, const struct process *p,
			 struct mm_struct *mm)
{
	unsigned int i;

	hvc_line(m, NULL, "totals");
	hvc_fact(m, "contested", "%u", p->contested);
	hvc_fact(m, "refused", "%u", p->refused);
	hvc_fact(m, "watched", "%u", p->watched);
	if (p->sites_lost)
		hvc_fact(m, "sites_lost", "1");
	if (p->told) {
		hvc_line(m, NULL, "last");
		hvc_fact(m, "raw", "0x%lx", p->last_raw);
		hvc_fact(m, "pgoff", "0x%lx", p->last_pgoff);
	}
	for (i = 0; i < hvc_devices_count(); i++)
		show_device(m, p, hvc_device_at(i));
	if (p->bits) {
		hvc_line(m, NULL, "declared");
		hvc_fact(m, "offset_bits", "%u", p->bits);
	}
	for (i = 0; i < p->objects; i++)
		show_declaration(m, mm, &p->object[i]);
	for (i = 0; i < p->sites; i++)
		show_site(m, mm, &p->site[i]);
}

unsigned int hvc_process_from(unsigned int id)
{
	unsigned int i, first = 0;
	const struct process *p;

	spin_lock(&table);
	for (i = 0; i < ARRAY_SIZE(bucket); i++)
		for (p = locked(bucket[i]); p; p = locked(p->next))
			if (p->id >= id && (!first || p->id < first))
				first = p->id;
	spin_unlock(&table);
	return first;
}

int hvc_process_show(struct seq_file *m, unsigned int id)
{
	struct task_struct *task;
	struct mm_struct *mm = NULL;
	struct process *p;
	bool ended = false;

	p = snapshot(id, &ended);
	if (IS_ERR_OR_NULL(p))
		return PTR_ERR(p);
	task = ended ? NULL : get_pid_task(p->pid, PIDTYPE_PID);
	if (task) {
		mm = get_task_mm(task);
		put_task_struct(task);
	}
	show_head(m, p, ended);
	show_records(m, p, mm);
	hvc_block_end(m);
	if (mm)
		mmput(mm);
	put_pid(p->pid);
	kfree(p);
	return 0;
}

void hvc_processes_lost_show(struct seq_file *m)
{
	unsigned long lost = READ_ONCE(without_record);

	if (!lost)
		return;
	hvc_block_end(m);
	hvc_block(m, "table", "full");
	hvc_fact(m, "not_recorded", "%lu", lost);
}
