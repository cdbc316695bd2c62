// SPDX-License-Identifier: MIT
/*
 * json.c - the report for programs; docs/audit.md describes it.
 *
 * Valid UTF-8 whatever a file calls itself: bytes that are not become U+FFFD,
 * and a second member, NAME_hex, then has them all.
 */
#include <stdio.h>
#include <string.h>

#include "report.h"

static bool first;

static void next(void)
{
	if (!first)
		putchar(',');
	first = false;
}

/* Length of one UTF-8 character; 0 if it is none. */
static size_t character(const unsigned char *s)
{
	size_t n, i;
	unsigned long c;

	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] < 0xe0)
		n = 2;
	else if (s[0] >= 0xe0 && s[0] < 0xf0)
		n = 3;
	else if (s[0] >= 0xf0 && s[0] < 0xf5)
		n = 4;
	else
		return 0;
	c = s[0] & (0x7fU >> n);
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if ((n == 3 && c < 0x800) || (c >= 0xd800 && c < 0xe000) ||
	    (n == 4 && (c < 0x10000 || c > 0x10ffff)))
		return 0;
	return n;
}

static bool print_text(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	bool valid = true;

	putchar('"');
	while (*s) {
		size_t n = character(s);

		if (!n) {
			fputs("\\ufffd", stdout);
			valid = false;
			n = 1;
		} else if (*s == '"' || *s == '\\') {
			printf("\\%c", *s);
		} else if (*s < 32 || *s == 127) {
			printf("\\u%04x", *s);
		} else {
			fwrite(s, 1, n, stdout);
		}
		s += n;
	}
	putchar('"');
	return valid;
}

static void key(const char *name)
{
	next();
	printf("\"%s\":", name);
}

static void text(const char *name, const char *value)
{
	const unsigned char *s;

	key(name);
	if (!value) {
		fputs("null", stdout);
		return;
	}
	if (print_text(value))
		return;
	printf(",\"%s_hex\":\"", name);
	for (s = (const unsigned char *)value; *s; s++)
		printf("%02x", *s);
	putchar('"');
}

static void number(const char *name, size_t value)
{
	key(name);
	printf("%zu", value);
}

static void boolean(const char *name, bool value)
{
	key(name);
	fputs(value ? "true" : "false", stdout);
}

static void open_list(const char *name)
{
	key(name);
	putchar('[');
	first = true;
}

static void close_list(void)
{
	putchar(']');
	first = false;
}

static void open_object(void)
{
	next();
	putchar('{');
	first = true;
}

static void close_object(void)
{
	putchar('}');
	first = false;
}

static void texts(const char *name, const char *const *values, size_t n)
{
	size_t i;

	open_list(name);
	for (i = 0; i < n; i++) {
		next();
		print_text(values[i]);
	}
	close_list();
}

static const char *off_t_width(enum off32_abi abi)
{
	return abi == OFF32_NARROW ? "32" : abi == OFF32_WIDE ? "64" :
								"unknown";
}

static void print_finding(const struct object *o, const struct finding *f)
{
	size_t i;

	open_object();
	text("name", f->function);
	text("carries", f->carries);
	text("off_t", report_width(f->width));
	text("why", f->why);
	number("calls_32", f->narrow);
	number("calls_64", f->wide);
	number("calls_unknown", f->undecided);
	boolean("pointer", f->pointer);
	boolean("shim", f->shim);
	text("redefine", f->redefine);
	open_list("sites");
	for (i = 0; i < o->nsites; i++) {
		const struct site *s = &o->sites[i];

		if (s->function != f->function)
			continue;
		open_object();
		text("at", s->where);
		text("isa", s->isa);
		text("off_t", off_t_width(s->width));
		text("why", s->why);
		close_object();
	}
	close_list();
	close_object();
}

static void print_module(const struct kmod *k)
{
	size_t i;

	key("module");
	putchar('{');
	first = true;
	text("vermagic", k->version);
	text("depends", k->depends);
	text("license", k->license);
	texts("registers_with", k->registers, k->nregisters);
	open_list("devices");
	for (i = 0; i < k->ndevices; i++) {
		open_object();
		text("name", k->devices[i].name);
		text("with", k->devices[i].how);
		boolean("composed", k->devices[i].composed);
		close_object();
	}
	close_list();
	open_list("mmap_handlers");
	for (i = 0; i < k->nhandlers; i++) {
		const struct kmod_handler *h = &k->handlers[i];

		open_object();
		text("name", h->name);
		text("check", kmod_check_word(h->check));
		text("maps_with", h->maps_with);
		text("calls", h->passed_to);
		number("mappings", h->remaps);
		text("why", kmod_check_text(h));
		close_object();
	}
	close_list();
	close_object();
}

static void print_todo(unsigned int todo)
{
	static const char *const words[] = {
		"static-shim", "preload", "module", "redefine-sym", "declare",
		"look",
	};
	size_t i;

	open_list("do");
	for (i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (todo & 1U << i) {
			next();
			print_text(words[i]);
		}
	close_list();
}

static void print_object(const struct object *o)
{
	size_t i;

	open_object();
	text("path", o->path);
	text("member", o->member);
	text("kind", report_kind(o));
	text("arch", o->arch);
	text("libc", o->libc);
	text("off_t", o->is64 ? "64" : off_t_width(o->rule));
	text("off_t_why", o->is64 ? "64-bit" : o->rule_why);
	text("soname", o->soname);
	texts("needed", o->needed, o->nneeded);
	boolean("calls_decoded", o->decoded);
	open_list("functions");
	for (i = 0; i < o->nfindings; i++)
		print_finding(o, &o->findings[i]);
	close_list();
	text("shim", report_shim(o->shim));
	texts("shim_missing", o->shim_missing, o->nshim_missing);
	if (o->kind == KIND_MODULE)
		print_module(&o->kmod);
	print_todo(o->todo);
	texts("advice", o->advice, o->nadvice);
	texts("notes", o->notes, o->nnotes);
	close_object();
}

int report_json(const struct results *r)
{
	size_t i;

	putchar('{');
	first = true;
	text("format", "off32-audit");
	number("format_version", 1);
	text("version", AUDIT_VERSION);
	open_list("objects");
	for (i = 0; i < r->nobjects; i++)
		print_object(r->objects[i]);
	close_list();
	open_list("archives");
	for (i = 0; i < r->narchives; i++) {
		const struct archive *a = &r->archives[i];

		open_object();
		text("path", a->path);
		number("members", a->n);
		number("members_32", a->members);
		number("members_spoilt", a->others);
		text("redefine_sym", a->line);
		close_object();
	}
	close_list();
	open_list("errors");
	for (i = 0; i < r->nfailures; i++) {
		open_object();
		text("path", r->failures[i].path);
		text("member", r->failures[i].member);
		text("reason", r->failures[i].reason);
		close_object();
	}
	close_list();
	number("to_do", r->ntodo);
	number("status", (size_t)r->status);
	puts("}");
	return fflush(stdout) || ferror(stdout) ? -1 : 0;
}
