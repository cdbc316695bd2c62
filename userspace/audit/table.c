// SPDX-License-Identifier: MIT
/* table.c - the report for people: 80 columns, no colour, no control bytes. */
#include <stdio.h>
#include <string.h>

#include "mem.h"
#include "report.h"

#define COLUMNS 80

const char *report_kind(const struct object *o)
{
	static const char *const kinds[] = {
		[KIND_OBJECT] = "object file",
		[KIND_LIBRARY] = "shared library",
		[KIND_PROGRAM] = "program",
		[KIND_STATIC] = "static program",
		[KIND_MODULE] = "kernel module",
	};

	return kinds[o->kind];
}

const char *report_width(enum width width)
{
	static const char *const widths[] = {
		[WIDTH_UNKNOWN] = "unknown",
		[WIDTH_NARROW] = "32",
		[WIDTH_WIDE] = "64",
		[WIDTH_MIXED] = "mixed",
	};

	return widths[width];
}

const char *report_shim(enum shim shim)
{
	static const char *const words[] = {
		[SHIM_NOT_ASKED] = "not-asked",
		[SHIM_ABSENT] = "absent",
		[SHIM_FULL] = "full",
		[SHIM_PARTIAL] = "partial",
		[SHIM_HIDDEN] = "hidden",
	};

	return words[shim];
}

/* What a file says must not reach the terminal as it is. */
static char *shown(const char *s)
{
	char *text = mem_scratch(4 * strlen(s) + 1, 1), *t = text;

	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c < 32 || c == 127)
			t += sprintf(t, "\\x%02x", c);
		else
			*t++ = *s;
	}
	return text;
}

/* Words that do not fit go on the next line; a long one stays whole. */
static void wrap(const char *first, int indent, const char *s)
{
	int column = (int)strlen(first);
	const char *p = shown(s);

	fputs(first, stdout);
	while (*p) {
		int n = (int)strcspn(p, " ");

		if (column + n > COLUMNS - 1 && column > indent) {
			printf("\n%*s", indent, "");
			column = indent;
		}
		printf("%.*s", n, p);
		p += n;
		column += n;
		if (*p) {
			p++;
			if (column + 1 + (int)strcspn(p, " ") < COLUMNS)
				putchar(' ');
			column++;
		}
	}
	putchar('\n');
}

static void print_object_line(const struct object *o)
{
	const char *text = mem_text("%s, %s", report_kind(o), o->arch);
	const char *rule = "off_t not decided";

	if (o->rule != OFF32_UNDECIDED)
		rule = o->rule == OFF32_NARROW ? "32-bit off_t" :
						 "64-bit off_t";
	if (o->kind == KIND_MODULE)
		text = mem_text("%s, kernel %s", text,
				o->kmod.version ? o->kmod.version : "unknown");
	else if (!o->is64)
		text = mem_text("%s, %s%s%s (%s)", text,
				o->libc ? o->libc : "", o->libc ? ": " : "",
				rule, o->rule_why ? o->rule_why : "");
	wrap("  ", 4, text);
}

static void print_findings(const struct object *o)
{
	size_t i;

	if (o->nfindings)
		printf("  %-14s %-7s %-7s %s\n", "FUNCTION", "OFF_T", "CALLS",
		       "WHY");
	for (i = 0; i < o->nfindings; i++) {
		const struct finding *f = &o->findings[i];
		const char *count = "-", *first;

		if (f->narrow && f->wide)
			count = mem_text("%zu/%zu", f->narrow, f->wide);
		else if (f->narrow + f->wide)
			count = mem_text("%zu", f->narrow + f->wide);
		if (f->undecided)
			count = mem_text("%s%s%zu%s",
					 *count == '-' ? "" : count,
					 *count == '-' ? "" : "+",
					 f->undecided, f->at_calls ? "?" : "");
		first = mem_text("  %-14s %-7s %-7s ", shown(f->function),
				 report_width(f->width), count);
		wrap(first, 33, f->why ? f->why : "");
	}
}

static void print_sites(const struct object *o)
{
	size_t i;

	for (i = 0; i < o->nsites; i++) {
		const struct site *s = &o->sites[i];
		const char *width = s->width == OFF32_NARROW ? "32" :
				    s->width == OFF32_WIDE ? "64" : "?";

		wrap(mem_text("    %s ", shown(s->where)), 6,
		     mem_text("%s %s %s: %s", s->isa, s->function, width,
			      s->why));
	}
}

static void print_module(const struct object *o)
{
	const struct kmod *k = &o->kmod;
	size_t i;

	for (i = 0; i < k->ndevices; i++) {
		const struct kmod_device *d = &k->devices[i];

		wrap("  device ", 4, !d->name ?
		     mem_text("of a name not seen in the file (%s)", d->how) :
		     mem_text("%s (%s%s)", d->name, d->how,
			      d->composed ? "; composed at run time" : ""));
	}
	for (i = 0; i < k->nhandlers; i++) {
		const struct kmod_handler *h = &k->handlers[i];

		wrap("  mmap ", 4, mem_text("%s: %s%s", h->name,
					    kmod_check_text(h),
			h->remaps == 2 ? "; maps twice (see repeat=)" : ""));
	}
	if (!k->decoded && k->nregisters)
		wrap("  ", 4, "its handlers are read on ARM only");
}

static void print_object(const struct object *o, bool sites)
{
	size_t i;

	if (o->member)
		printf("%s(%s)\n", shown(o->path), shown(o->member));
	else
		printf("%s\n", shown(o->path));
	print_object_line(o);
	if (o->kind == KIND_MODULE)
		print_module(o);
	else
		print_findings(o);
	if (sites)
		print_sites(o);
	if (o->shim == SHIM_FULL && !o->is_shim)
		puts("  shim: every entry point is in .dynsym");
	for (i = 0; i < o->nnotes; i++)
		wrap("  note ", 4, o->notes[i]);
	for (i = 0; i < o->nadvice; i++)
		wrap("  -> ", 5, o->advice[i]);
	if (!o->todo)
		puts("  -> nothing to do");
	putchar('\n');
	mem_forget_scratch();
}

static void print_archive(const struct archive *a)
{
	if (!a->line)
		return;
	printf("%s\n", shown(a->path));
	wrap("  ", 4, mem_text("archive, %zu of %zu members pass a 32-bit off_t",
			       a->members, a->n));
	wrap("  -> ", 5, "redefine-sym: before it is linked into a musl program, with liboff32-compat.a behind it:");
	printf("     %s\n", shown(a->line));
	if (a->others)
		wrap("  -> ", 5, mem_text("look: %zu member%s call%s the same names with a 64-bit off_t; take them out (ar x) before objcopy, put them back (ar r) after it",
					  a->others, a->others == 1 ? "" : "s",
					  a->others == 1 ? "s" : ""));
	putchar('\n');
}

int report_table(const struct results *r, bool all, bool sites)
{
	size_t i, hidden = 0;

	for (i = 0; i < r->nobjects; i++) {
		if (all || r->objects[i]->todo || r->objects[i]->asked)
			print_object(r->objects[i], sites);
		else
			hidden++;
	}
	for (i = 0; i < r->narchives; i++)
		print_archive(&r->archives[i]);
	for (i = 0; i < r->nfailures; i++) {
		const struct failure *f = &r->failures[i];

		printf("%s", shown(f->path));
		if (f->member)
			printf("(%s)", shown(f->member));
		printf(": %s\n", f->reason);
	}
	printf("%zu objects, %zu to act on, %zu not readable", r->nobjects,
	       r->ntodo, r->nfailures);
	if (hidden)
		printf(" (%zu not shown: -a)", hidden);
	putchar('\n');
	mem_forget_scratch();
	return fflush(stdout) || ferror(stdout) ? -1 : 0;
}
