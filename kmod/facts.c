// SPDX-License-Identifier: GPL-2.0
/* facts.c - the report's two forms. See facts.h for what it promises. */
#include "facts.h"

#define COLUMNS 80U
#define INDENT 11U

/* Blanks, what terminals act on, what is not ASCII, the backslash itself. */
char hvc_facts_odd[32 + 1 + 129 + 1];

void hvc_facts_init(void)
{
	unsigned int c, n = 0;

	for (c = 1; c < 256; c++)
		if (c <= ' ' || c >= 0x7f || c == '\\')
			hvc_facts_odd[n++] = c;
}

void hvc_block(struct seq_file *m, const char *kind, const char *name)
{
	struct hvc_facts *f = m->private;

	snprintf(f->block, sizeof(f->block), "%s.%s", kind, name);
	f->group = NULL;
	f->line = NULL;
	f->column = m->count;
	if (!f->plain)
		seq_printf(m, "%s %s", kind, name);
}

void hvc_line(struct seq_file *m, const char *group, const char *line)
{
	struct hvc_facts *f = m->private;

	f->group = group;
	f->line = line;
	if (f->plain)
		return;
	seq_putc(m, '\n');
	f->column = m->count;
	seq_printf(m, "  %-9s", line);
}

static void part(struct seq_file *m, const char *name)
{
	if (name)
		seq_printf(m, ".%s", name);
}

void hvc_fact_begin(struct seq_file *m, const char *key)
{
	struct hvc_facts *f = m->private;

	f->word = m->count;
	if (f->plain) {
		seq_puts(m, f->block);
		part(m, f->group);
		part(m, f->line);
		part(m, key);
		seq_putc(m, '=');
	} else if (key) {
		seq_printf(m, " %s=", key);
	} else {
		seq_putc(m, ' ');
	}
}

void hvc_fact_end(struct seq_file *m)
{
	struct hvc_facts *f = m->private;
	size_t room = INDENT + 1, len = m->count - f->word;

	if (f->plain) {
		seq_putc(m, '\n');
	} else if (m->count - f->column > COLUMNS && m->count < m->size) {
		/* A longer word has a line of its own. */
		f->column = f->word + 1;
		seq_printf(m, "%*s", (int)room, "");
		if (m->count >= m->size)
			return;
		memmove(m->buf + f->word + room, m->buf + f->word, len);
		memset(m->buf + f->word, ' ', room);
		m->buf[f->word] = '\n';
	}
}

void hvc_fact_next(struct seq_file *m)
{
	const struct hvc_facts *f = m->private;

	if (f->plain) {
		seq_putc(m, ' ');
	} else {
		hvc_fact_end(m);
		hvc_fact_begin(m, NULL);
	}
}

void hvc_fact(struct seq_file *m, const char *key, const char *format, ...)
{
	char value[HVC_FACT_LEN];
	va_list args;

	va_start(args, format);
	vsnprintf(value, sizeof(value), format, args);
	va_end(args);
	hvc_fact_begin(m, key);
	seq_puts(m, value);
	hvc_fact_end(m);
}

void hvc_block_end(struct seq_file *m)
{
	const struct hvc_facts *f = m->private;

	if (!f->plain)
		seq_putc(m, '\n');
}
