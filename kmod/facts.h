/* SPDX-License-Identifier: GPL-2.0 */
/*
 * facts.h - the report, one fact at a time, for people or for programs.
 *
 * Promise: what is said once is right in both forms. For people: blocks,
 * indented lines, `key=value` words, folded at 80 columns. For programs: one
 * line for each fact, `kind.name.line.key=value`; the first equals sign ends
 * the key, the newline the value. docs/report.md has the schema.
 */
#ifndef HVC_FACTS_H
#define HVC_FACTS_H

#include <linux/seq_file.h>

#include "devices.h"

/**
 * struct hvc_facts - where a report is; the seq_file's private data
 * @plain:	for programs
 * @pos:	the element to show
 * @block:	"device.venc"
 * @group:	of lines that are alike, or NULL
 * @line:	"calls", or NULL in a block's head
 * @column:	where in the buffer the line of text began
 * @word:	and where the last fact
 */
struct hvc_facts {
	bool plain;
	loff_t pos;
	char block[HVC_NAME_LEN + 16];
	const char *group;
	const char *line;
	size_t column;
	size_t word;
};

/** Bytes that are octal in names, as in /proc/PID/mountinfo: no word has them. */
extern char hvc_facts_odd[];

/** hvc_facts_init() - once, before the first report */
void hvc_facts_init(void);

/** hvc_block() - a device, a process; its head line begins */
void hvc_block(struct seq_file *m, const char *kind, const char *name);

/**
 * hvc_line() - a line of a block begins
 * @m:		the report
 * @group:	for programs only, goes before @line; or NULL
 * @line:	its first word
 */
void hvc_line(struct seq_file *m, const char *group, const char *line);

/**
 * hvc_fact_begin() - a fact; its value is written by seq_*()
 * @m:		the report
 * @key:	NULL if the line's name says what it is
 */
void hvc_fact_begin(struct seq_file *m, const char *key);

/** hvc_fact_next() - the value's next word, which may be folded */
void hvc_fact_next(struct seq_file *m);

/** hvc_fact_end() - the value is complete */
void hvc_fact_end(struct seq_file *m);

/** Bytes of what hvc_fact() prints, with the NUL. */
#define HVC_FACT_LEN 100U

/** hvc_fact() - a fact; its value has no byte of hvc_facts_odd but blanks */
__printf(3, 4)
void hvc_fact(struct seq_file *m, const char *key, const char *format, ...);

/** hvc_block_end() - the last line of a block ends */
void hvc_block_end(struct seq_file *m);

#endif /* HVC_FACTS_H */
