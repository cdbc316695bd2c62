// SPDX-License-Identifier: MIT
/* object.c - what object.h promises. */
#include <string.h>

#include "calls.h"
#include "mem.h"
#include "object.h"

#define ENTRY_POINT(name) #name,
static const char *const entry_points[] = {
#include "entry-points.h"
};
#define ENTRY_POINTS (sizeof(entry_points) / sizeof(*entry_points))

const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void advise_object(struct object *o);

static void advise(struct object *o, unsigned int todo, const char *text)
{
	o->todo |= todo;
	*KEEP_ADD(o->advice, o->nadvice) = text;
}

static void note(struct object *o, const char *text)
{
	*KEEP_ADD(o->notes, o->nnotes) = text;
}

/* --- which libc: facts for the rule table of rules.c --- */

static bool begins(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

static const char *libc_of_name(const char *soname)
{
	switch (off32_fact_needed(soname)) {
	case OFF32_NEEDS_WIDE:
		return "musl";
	case OFF32_NEEDS_NARROW:
		return begins(soname, "libc.so.6") || begins(soname, "ld-linux") ?
			"glibc" : "uClibc";
	case OFF32_NEEDS_BIONIC:
		return "bionic";
	}
	return NULL;
}

static void learn(struct object *o, unsigned int *facts, unsigned int fact,
		  const char *libc, const char *why)
{
	if (!fact)
		return;
	if (!(*facts & fact) &&
	    (!o->rule_why || fact == OFF32_VERSION_NARROW)) {
		o->rule_why = why;
		o->libc = libc;
	}
	*facts |= fact;
}

static void learn_imports(struct object *o, unsigned int *facts,
			  const struct symbol *s, size_t n)
{
	for (; n; n--, s++) {
		unsigned int fact;

		if (s->section != SHN_UNDEF)
			continue;
		fact = off32_fact_import(s->name);
		if (!fact || *facts & fact)
			continue;
		o->rule_why = mem_text("imports %s, which only %s",
				       s->name, fact == OFF32_IMPORT_WIDE ?
				       "musl has" : "narrow libcs have");
		*facts |= fact;
	}
}

/* A static program says which libc it holds by that libc's own functions. */
static void learn_static(struct object *o, const struct image *image)
{
	size_t i;

	for (i = 0; i < image->nsyms && !o->libc; i++) {
		const struct symbol *s = &image->syms[i];

		if (s->section == SHN_UNDEF || s->type != STT_FUNC)
			continue;
		if (!strcmp(s->name, "__uClibc_main"))
			o->libc = "uClibc";
		else if (!strcmp(s->name, "__libc_setup_tls"))
			o->libc = "glibc";
		else if (!strcmp(s->name, "__init_libc") ||
			 !strcmp(s->name, "libc_start_main_stage2"))
			o->libc = "musl";
	}
	if (!o->libc) {
		o->rule_why = "linked statically, and no symbols say with what";
		o->no_symbols = !image->nsyms;
		return;
	}
	o->rule = strcmp(o->libc, "musl") ? OFF32_NARROW : OFF32_WIDE;
	o->rule_why = mem_text("holds %s itself", o->libc);
}

static void learn_libc(struct object *o, const struct image *image)
{
	unsigned int facts = 0, needs;
	size_t i;

	if (o->kind == KIND_STATIC) {
		learn_static(o, image);
		return;
	}
	for (i = 0; i < image->nneeded; i++)
		learn(o, &facts, off32_fact_needed(image->needed[i]),
		      libc_of_name(image->needed[i]),
		      mem_text("needs %s", image->needed[i]));
	for (i = 0; i < image->nversion_files; i++)
		learn(o, &facts, off32_fact_needed(image->version_files[i]),
		      libc_of_name(image->version_files[i]),
		      mem_text("has versions of %s", image->version_files[i]));
	for (i = 0; i < image->nversions; i++) {
		const char *libc = begins(image->versions[i], "GLIBC_") ?
				   "glibc" : "bionic";

		learn(o, &facts, off32_fact_version(image->versions[i]), libc,
		      mem_text("has versions of %s (%s)", libc,
			       image->versions[i]));
	}
	o->rule = off32_rule_needs(facts);
	if (o->rule != OFF32_UNDECIDED)
		return;
	needs = facts;
	if (needs) {
		o->rule_why = needs & OFF32_NEEDS_BIONIC ?
			"needs libm.so or libdl.so as Android's do, and has no versions" :
			"needs two kinds of libc and has no versions";
		o->libc = NULL;
	}
	if (image->linked)
		learn_imports(o, &facts, image->dynsyms, image->ndynsyms);
	else
		learn_imports(o, &facts, image->syms, image->nsyms);
	o->rule = off32_rule_import(facts);
	if (facts == needs)
		o->rule_why = needs ? o->rule_why : "names no libc";
	else if (o->rule == OFF32_UNDECIDED)
		o->rule_why = "imports what only musl has and what it never had";
}

/* --- functions and call sites --- */

static const char *place(const struct image *image, const struct call *c)
{
	if (image->linked)
		return mem_text("0x%llx",
				(unsigned long long)(c->region->addr +
						     c->offset));
	return mem_text("%s+0x%llx",
			image_section_name(image, c->region->section),
			(unsigned long long)c->offset);
}

static const char *isa_name(enum isa isa)
{
	return isa == ISA_ARM ? "ARM" : isa == ISA_THUMB ? "Thumb" : "MIPS";
}

static void judge_calls(struct object *o, const struct image *image,
			const struct calls *calls, const struct callee *callee,
			struct finding *f)
{
	const char *why[3] = { NULL, NULL, NULL };
	size_t i;

	for (i = 0; i < calls->ncalls; i++) {
		const struct call *c = &calls->calls[i];
		struct site *s;

		if (c->function != callee->function ||
		    c->wide_name != callee->wide_name)
			continue;
		s = KEEP_ADD(o->sites, o->nsites);
		s->function = f->function;
		s->where = place(image, c);
		s->isa = isa_name(c->isa);
		if (callee->wide_name) {
			s->width = OFF32_WIDE;
			s->why = "the name says 64 bits";
		} else {
			s->width = function_width(c->function, image,
						  c->region, c->offset, c->isa,
						  c->tail, &s->why);
		}
		f->indirect |= c->tail;
		why[s->width] = s->why;
		if (s->width == OFF32_NARROW)
			f->narrow++;
		else if (s->width == OFF32_WIDE)
			f->wide++;
		else
			f->undecided++;
	}
	if (f->narrow && f->wide) {
		f->width = WIDTH_MIXED;
		f->why = "calls of both kinds";
	} else if (f->narrow) {
		f->width = WIDTH_NARROW;
		f->why = why[OFF32_NARROW];
	} else if (f->wide) {
		f->width = WIDTH_WIDE;
		f->why = why[OFF32_WIDE];
	} else {
		f->why = why[OFF32_UNDECIDED];
	}
}

static void find_functions(struct object *o, const struct image *image)
{
	struct calls calls;
	size_t i;

	calls_find(image, &calls);
	o->decoded = calls.decoded;
	o->truncated = calls.truncated;
	for (i = 0; i < calls.ncallees; i++) {
		const struct callee *c = &calls.callees[i];
		struct finding *f;

		/* In a static program libc defines them all. */
		if (o->kind == KIND_STATIC &&
		    (!c->ncalls || c->function->shape == SHAPE_NONE))
			continue;
		f = KEEP_ADD(o->findings, o->nfindings);
		f->function = mem_text("%s", c->name);
		f->carries = c->function->carries;
		f->shim = c->function->shim;
		f->redefine = c->function->redefine;
		f->pointer = c->pointer;
		f->at_calls = c->function->shape != SHAPE_NONE;
		judge_calls(o, image, &calls, c, f);
		if (c->wide_name) {
			f->width = WIDTH_WIDE;
			f->why = "the name says 64 bits";
		}
	}
}

/* Where a function's own calls do not show it, what else does. */
static void fill_in(struct object *o)
{
	bool narrow = false, wide = false;
	const char *shown = NULL;
	size_t i;

	for (i = 0; i < o->nfindings; i++) {
		const struct finding *f = &o->findings[i];

		if (!f->narrow && !f->wide)
			continue;
		if (f->narrow) {
			narrow = true;
			shown = f->function;
		} else if (begins(f->why, "the name")) {
			continue;
		} else {
			wide = true;
			shown = f->function;
		}
	}
	for (i = 0; i < o->nfindings; i++) {
		struct finding *f = &o->findings[i];

		if (f->width != WIDTH_UNKNOWN)
			continue;
		if (o->rule != OFF32_UNDECIDED && o->kind != KIND_STATIC) {
			f->width = o->rule == OFF32_NARROW ? WIDTH_NARROW :
							     WIDTH_WIDE;
			f->why = o->rule_why;
		} else if (narrow != wide && o->kind != KIND_STATIC) {
			f->width = narrow ? WIDTH_NARROW : WIDTH_WIDE;
			f->why = mem_text("as this object's calls of %s",
					  shown);
		} else if (!f->why) {
			f->why = o->rule_why;
		}
	}
}

/* --- the shim in a program --- */

static bool defines(const struct symbol *s, size_t n, const char *name)
{
	for (; n; n--, s++)
		if (s->section != SHN_UNDEF && s->bind != STB_LOCAL &&
		    !strcmp(s->name, name))
			return true;
	return false;
}

static bool mentions(const struct symbol *s, size_t n, const char *prefix)
{
	for (; n; n--, s++)
		if (s->section != SHN_UNDEF && begins(s->name, prefix))
			return true;
	return false;
}

static void look_for_shim(struct object *o, const struct image *image)
{
	size_t i, there = 0;
	bool linked;

	if (o->soname && begins(o->soname, "liboff32-compat.so"))
		o->is_shim = true;
	if (image->is64 || (o->kind != KIND_PROGRAM && !o->is_shim))
		return;
	linked = mentions(image->syms, image->nsyms, "off32_") ||
		 mentions(image->dynsyms, image->ndynsyms, "off32_");
	for (i = 0; i < ENTRY_POINTS; i++) {
		if (defines(image->dynsyms, image->ndynsyms, entry_points[i]))
			there++;
		else
			*KEEP_ADD(o->shim_missing, o->nshim_missing) =
				entry_points[i];
	}
	if (there == ENTRY_POINTS)
		o->shim = SHIM_FULL;
	else if (linked)
		o->shim = there ? SHIM_PARTIAL : SHIM_HIDDEN;
	else
		o->shim = SHIM_ABSENT;
	if (o->shim == SHIM_ABSENT)
		o->nshim_missing = 0;
}

/* --- what to do --- */

bool object_narrow(const struct object *o)
{
	size_t i;

	for (i = 0; i < o->nfindings; i++)
		if (o->findings[i].width == WIDTH_NARROW ||
		    o->findings[i].width == WIDTH_MIXED)
			return true;
	return false;
}

static bool wants_redefining(const struct finding *f)
{
	return f->width == WIDTH_NARROW && f->redefine;
}

static const char *list(const struct object *o,
			bool (*wanted)(const struct finding *f))
{
	const char *text = "";
	size_t i;

	for (i = 0; i < o->nfindings; i++)
		if (wanted(&o->findings[i]))
			text = mem_text("%s%s%s", text, *text ? ", " : "",
					o->findings[i].function);
	return text;
}

static bool uncovered(const struct finding *f)
{
	return f->width == WIDTH_NARROW && !f->shim;
}

static bool unredefinable(const struct finding *f)
{
	return f->width == WIDTH_NARROW && !f->redefine;
}

static bool not_direct(const struct finding *f)
{
	return f->width == WIDTH_NARROW && (f->indirect || f->pointer);
}

static bool unknown(const struct finding *f)
{
	return f->width == WIDTH_UNKNOWN;
}

static bool mixed(const struct finding *f)
{
	return f->width == WIDTH_MIXED;
}

static bool maps_narrow(const struct object *o)
{
	size_t i;

	for (i = 0; i < o->nfindings; i++)
		if (!strcmp(o->findings[i].function, "mmap") &&
		    (o->findings[i].width == WIDTH_NARROW ||
		     o->findings[i].width == WIDTH_MIXED))
			return true;
	return false;
}

static const char *quoted(const char *s)
{
	const char *text = "'", *quote;

	if (*s && !s[strspn(s, "abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+-")])
		return *s == '-' ? mem_text("./%s", s) : s;
	if (*s == '-')
		text = "'./";
	while ((quote = strchr(s, '\''))) {
		text = mem_text("%s%.*s'\\''", text, (int)(quote - s), s);
		s = quote + 1;
	}
	return mem_text("%s%s'", text, s);
}

static const char *redefine_line(struct object **objects, size_t n,
				 const char *path)
{
	const char *seen[32], *line = "${CROSS_COMPILE}objcopy";
	size_t i, j, k, nseen = 0;

	for (i = 0; i < n; i++)
		for (j = 0; j < objects[i]->nfindings; j++) {
			const struct finding *f = &objects[i]->findings[j];

			if (!wants_redefining(f) || nseen == 32)
				continue;
			for (k = 0; k < nseen; k++)
				if (!strcmp(seen[k], f->function))
					break;
			if (k < nseen)
				continue;
			seen[nseen++] = f->function;
			line = mem_text("%s --redefine-sym %s=%s", line,
					f->function, f->redefine);
		}
	return nseen ? mem_text("%s %s", line, quoted(path)) : NULL;
}

/* One archive comes from one compiler: its members speak for each other. */
static void unify(struct object **objects, size_t n)
{
	bool narrow = false, wide = false;
	size_t i, j;

	for (i = 0; i < n; i++)
		for (j = 0; j < objects[i]->nfindings; j++) {
			narrow |= objects[i]->findings[j].narrow;
			wide |= objects[i]->findings[j].wide;
		}
	if (!narrow || wide)
		return;
	for (i = 0; i < n; i++)
		for (j = 0; j < objects[i]->nfindings; j++) {
			struct finding *f = &objects[i]->findings[j];

			if (f->width != WIDTH_UNKNOWN)
				continue;
			f->width = WIDTH_NARROW;
			f->why = "as the calls in the archive's other members";
			if (!objects[i]->todo)
				advise_object(objects[i]);
		}
}

const char *object_archive_line(struct object **objects, size_t n,
				const char *path, size_t *members,
				size_t *others)
{
	const char *line;
	size_t i, j;

	unify(objects, n);
	line = redefine_line(objects, n, path);
	*members = *others = 0;
	for (i = 0; i < n; i++) {
		bool narrow = false, wide = false;

		for (j = 0; line && j < objects[i]->nfindings; j++) {
			const struct finding *f = &objects[i]->findings[j];

			narrow |= wants_redefining(f);
			wide |= f->width != WIDTH_NARROW && f->redefine &&
				strstr(line, mem_text(" --redefine-sym %s=",
						      f->function));
		}
		*members += narrow;
		*others += wide;
	}
	return line;
}

static void advise_object(struct object *o)
{
	const char *line = redefine_line(&o, 1, o->path);

	if (line && !o->member)
		advise(o, DO_REDEFINE, mem_text("redefine-sym: %s", line));
	else if (line)
		advise(o, DO_REDEFINE, "redefine-sym: the line for its archive is below");
	if (object_narrow(o) && *list(o, unredefinable))
		advise(o, DO_LOOK, mem_text("no explicit 32-bit name for %s: keep it in a shared library that the shim serves",
					    list(o, unredefinable)));
}

static void advise_declare(struct object *o)
{
	const char *name = quoted(base_name(o->path));

	if (o->rule == OFF32_UNDECIDED)
		advise(o, DO_DECLARE, mem_text(
			"declare: it names no libc, so the shim cannot tell; run with OFF32_COMPAT_LEGACY=%s (module: legacy_objects=%s)",
			name, name));
	else if (o->rule == OFF32_WIDE)
		advise(o, DO_LOOK, mem_text(
			"look: it %s, yet its calls pass 32 bits: a vendor archive in a new library, or a renamed need. The shim will believe the need; rename the archive's symbols (objcopy --redefine-sym) and link again",
			o->rule_why));
}

static void advise_library(struct object *o)
{
	if (o->is_shim) {
		note(o, "this is the shim itself");
		return;
	}
	if (!object_narrow(o)) {
		if (o->rule == OFF32_NARROW || !*list(o, unknown))
			return;
		advise(o, DO_LOOK, mem_text(
			"look: %s cannot be decided from the file; run once with the shim and OFF32_COMPAT_TRACE=1",
			list(o, unknown)));
		return;
	}
	if (o->rule != OFF32_NARROW)
		advise_declare(o);
	advise(o, DO_SHIM, "static shim: link the program that loads it with `pkg-config --libs off32-compat`");
	advise(o, DO_PRELOAD, "preload: or LD_PRELOAD=liboff32-compat.so where that program cannot be linked again");
	if (maps_narrow(o))
		advise(o, DO_MODULE, "module: hisi_venc_compat.ko for what reaches the kernel without the shim");
	if (*list(o, uncovered))
		advise(o, DO_LOOK, mem_text("look: the shim has no %s; see whether it is called",
					    list(o, uncovered)));
	if (*list(o, not_direct))
		note(o, mem_text("%s is also reached by a jump or a pointer, where the shim takes the caller for 64-bit unless the object is declared",
				 list(o, not_direct)));
}

static void advise_program(struct object *o)
{
	size_t i;

	switch (o->shim) {
	case SHIM_HIDDEN:
		advise(o, DO_SHIM, "static shim: it is linked in, but no entry point is in .dynsym, so libraries still get libc's. Link again with all of `pkg-config --libs off32-compat` and without --exclude-libs");
		break;
	case SHIM_PARTIAL:
		advise(o, DO_SHIM, mem_text("static shim: %zu of its entry points are not in .dynsym (%s ...): another definition, or --exclude-libs. Link again with all of `pkg-config --libs off32-compat`",
					    o->nshim_missing,
					    o->shim_missing[0]));
		break;
	default:
		break;
	}
	if (o->rule == OFF32_NARROW) {
		if (object_narrow(o)) {
			advise(o, DO_PRELOAD, mem_text(
				"preload: where musl stands in for its libc (it %s), LD_PRELOAD=liboff32-compat.so; with its own libc nothing is to be done",
				o->rule_why));
			if (maps_narrow(o))
				o->todo |= DO_MODULE;
		}
		return;
	}
	for (i = 0; i < o->nfindings; i++)
		if (o->findings[i].narrow)
			break;
	if (i == o->nfindings)
		return;
	advise(o, DO_REDEFINE, mem_text(
		"redefine-sym: %zu call%s of %s inside the program pass%s 32 bits: a vendor archive was linked into it. Audit the archive for its objcopy line and link again",
		o->findings[i].narrow, o->findings[i].narrow == 1 ? "" : "s",
		o->findings[i].function,
		o->findings[i].narrow == 1 ? "es" : ""));
	if (maps_narrow(o))
		advise(o, DO_MODULE, "module: until then, it repairs these calls by call site where they reach the kernel");
}

static void advise_static(struct object *o)
{
	size_t i, narrow = 0;

	if (o->no_symbols) {
		note(o, "static and without symbols: its calls cannot be found");
		return;
	}
	for (i = 0; i < o->nfindings; i++)
		narrow += o->findings[i].narrow;
	if (o->rule == OFF32_NARROW) {
		note(o, "it agrees with the libc it holds");
		if (maps_narrow(o))
			advise(o, DO_MODULE, "module: only where signs or units go wrong");
	} else if (o->rule == OFF32_WIDE && narrow) {
		advise_program(o);
	}
}

static void advise_module(struct object *o)
{
	const char *names = "";
	size_t i;
	bool unchecked = false;

	for (i = 0; i < o->kmod.nhandlers; i++)
		unchecked |= o->kmod.handlers[i].check == KMOD_NOT_SEEN;
	for (i = 0; i < o->kmod.ndevices; i++)
		if (o->kmod.devices[i].name)
			names = mem_text("%s%s%s", names, *names ? "," : "",
					 o->kmod.devices[i].name);
	if (unchecked)
		advise(o, DO_MODULE, mem_text(
			"module: insmod hisi_venc_compat.ko devices=%s modes=3 keeps wrong offsets from the handler",
			*names ? quoted(names) : "NAME"));
}

static void decide(struct object *o)
{
	if (o->kind == KIND_MODULE) {
		advise_module(o);
		return;
	}
	if (o->is64) {
		o->nfindings = 0;
		note(o, "64 bits: off_t has 64 bits whoever calls");
		return;
	}
	switch (o->kind) {
	case KIND_OBJECT:
		advise_object(o);
		break;
	case KIND_LIBRARY:
		advise_library(o);
		break;
	case KIND_PROGRAM:
		advise_program(o);
		break;
	case KIND_STATIC:
		advise_static(o);
		break;
	default:
		break;
	}
	if (*list(o, mixed) && (o->kind == KIND_OBJECT ||
				o->kind == KIND_LIBRARY))
		advise(o, DO_LOOK, mem_text("look: %s is called with both widths in one object; the module tells such calls apart, the shim does not",
					    list(o, mixed)));
	if (o->truncated)
		note(o, "too many calls: the rest was not looked at");
	if (!o->decoded && o->nfindings)
		note(o, "call sites are decoded on ARM and MIPS o32 only");
}

static enum kind kind_of(const struct image *image)
{
	if (!image->linked)
		return kmod_is(image) ? KIND_MODULE : KIND_OBJECT;
	if (!image->dynamic)
		return KIND_STATIC;
	if (image->interpreter)
		return KIND_PROGRAM;
	/* A static PIE has a dynamic section and needs nobody. */
	if (!image->nneeded && !image->soname && image->header.e_entry &&
	    !image->ndynsyms)
		return KIND_STATIC;
	return KIND_LIBRARY;
}

struct object *object_audit(const char *path, const char *member,
			    const unsigned char *bytes, size_t size,
			    const char **error)
{
	struct image image;
	struct object *o;
	size_t i;

	*error = image_open(&image, bytes, size);
	if (*error) {
		image_close(&image);
		mem_forget_scratch();
		return NULL;
	}
	o = mem_keep(1, sizeof(*o));
	o->path = path;
	o->member = member;
	o->kind = kind_of(&image);
	o->arch = image.arch_name;
	o->is64 = image.is64;
	if (image.soname)
		o->soname = mem_text("%s", image.soname);
	if (o->kind == KIND_MODULE) {
		kmod_read(&image, &o->kmod);
	} else {
		learn_libc(o, &image);
		look_for_shim(o, &image);
		if (!o->is_shim)
			find_functions(o, &image);
		fill_in(o);
	}
	for (i = 0; i < image.nneeded; i++)
		*KEEP_ADD(o->needed, o->nneeded) =
			mem_text("%s", image.needed[i]);
	decide(o);
	image_close(&image);
	mem_forget_scratch();
	return o;
}

/* --- programs and the libraries they load --- */

static struct object *provider(struct object **objects, size_t n,
			       const char *soname)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct object *o = objects[i];

		if (o->kind == KIND_LIBRARY && !o->member &&
		    !strcmp(o->soname ? o->soname : base_name(o->path), soname))
			return o;
	}
	for (i = 0; i < n; i++)
		if (objects[i]->kind == KIND_LIBRARY && !objects[i]->member &&
		    !strcmp(base_name(objects[i]->path), soname))
			return objects[i];
	return NULL;
}

/* What a program loads at its start; what it dlopens is not to be seen. */
static size_t closure(struct object **objects, size_t n,
		      struct object *program, struct object **loaded,
		      size_t most)
{
	size_t count = 0, next, i, j;

	loaded[count++] = program;
	for (next = 0; next < count; next++)
		for (i = 0; i < loaded[next]->nneeded && count < most; i++) {
			struct object *o = provider(objects, n,
						loaded[next]->needed[i]);

			if (!o)
				continue;
			for (j = 0; j < count && loaded[j] != o; j++)
				;
			if (j == count)
				loaded[count++] = o;
		}
	return count;
}

#define MOST_LOADED 256

/* Programs without the shim that load something with a 32-bit off_t. */
static void advise_loader(struct object *o, struct object **loaded,
			  size_t count)
{
	const char *names = "";
	size_t i;

	for (i = 1; i < count; i++) {
		if (!object_narrow(loaded[i]))
			continue;
		names = mem_text("%s%s%s", names, *names ? ", " : "",
				 base_name(loaded[i]->path));
	}
	if (*names)
		advise(o, DO_SHIM | DO_PRELOAD, mem_text(
			"static shim: it loads %s without the shim; link it with `pkg-config --libs off32-compat`, or preload liboff32-compat.so",
			names));
}

void object_link_up(struct object **objects, size_t n)
{
	struct object *loaded[MOST_LOADED];
	size_t i, j, count;

	for (i = 0; i < n; i++) {
		struct object *o = objects[i];

		if (o->kind != KIND_PROGRAM)
			continue;
		count = closure(objects, n, o, loaded, MOST_LOADED);
		for (j = 1; j < count; j++) {
			loaded[j]->users++;
			loaded[j]->served += o->shim == SHIM_FULL;
		}
		if (o->shim != SHIM_FULL && o->rule == OFF32_WIDE)
			advise_loader(o, loaded, count);
	}
	for (i = 0; i < n; i++) {
		struct object *o = objects[i];

		if (o->kind == KIND_LIBRARY && o->rule == OFF32_NARROW &&
		    !(o->todo & ~(DO_SHIM | DO_PRELOAD | DO_MODULE)) &&
		    o->todo && o->users && o->served == o->users) {
			o->todo = 0;
			o->nadvice = 0;
			note(o, "every program here that needs it has the shim");
		}
	}
}
