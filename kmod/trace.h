/* SPDX-License-Identifier: GPL-2.0 */
/*
 * trace.h - the trace event hisi_venc_compat:hvc_mmap, one for each judged call.
 *
 * Promise: where HVC_HAS_TRACE is 0 (compat.h says when) nothing is left of it.
 * Fields are in page frames; pgoff is the offset to use, in observe mode the one
 * that would be. docs/report.md shows a line.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM hisi_venc_compat

#if !defined(HVC_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define HVC_TRACE_H

#include "evidence.h"
#include "mapping.h"

#if HVC_HAS_TRACE

#include <linux/tracepoint.h>

TRACE_EVENT(hvc_mmap,
	TP_PROTO(const struct hvc_mapping *m, const struct hvc_verdict *v,
		 const struct hvc_call_site *site),
	TP_ARGS(m, v, site),
	TP_STRUCT__entry(
		__array(char, device, HVC_NAME_LEN)
		__array(char, object, HVC_SITE_NAME_LEN)
		__field(int, pid)
		__field(unsigned int, shape)
		__field(unsigned int, action)
		__field(unsigned long, pages)
		__field(unsigned long, raw)
		__field(unsigned long, pgoff)
	),
	TP_fast_assign(
		memcpy(__entry->device, m->dev->name, HVC_NAME_LEN);
		memset(__entry->object, 0, HVC_SITE_NAME_LEN);
		memcpy(__entry->object, site ? site->name : "-",
		       site ? HVC_SITE_NAME_LEN : sizeof("-"));
		__entry->pid = task_tgid_nr(current);
		__entry->shape = v->shape;
		__entry->action = v->action;
		__entry->pages = m->len >> PAGE_SHIFT;
		__entry->raw = m->raw;
		__entry->pgoff = v->would_pgoff;
	),
	TP_printk("device=%s pid=%d pages=%lu raw=0x%lx pgoff=0x%lx shape=%s action=%s object=%s",
		  __entry->device, __entry->pid, __entry->pages, __entry->raw,
		  __entry->pgoff,
		  __print_symbolic(__entry->shape,
				   { HVC_OFF, "off" },
				   { HVC_ODD, "odd" },
				   { HVC_VALID, "valid" },
				   { HVC_UNLISTED, "unlisted" },
				   { HVC_DISPLACED, "displaced" },
				   { HVC_HIGH_BITS, "high_bits" },
				   { HVC_SIGN_EXTENDED, "sign_extended" },
				   { HVC_BYTE_OFFSET, "byte_offset" },
				   { HVC_AMBIGUOUS, "ambiguous" },
				   { HVC_OUTSIDE, "outside" }),
		  __print_symbolic(__entry->action,
				   { HVC_PASS, "passed" },
				   { HVC_USE, "repaired" },
				   { HVC_REFUSE, "refused" }),
		  __entry->object)
);

#define hvc_trace_is_on() hvc_trace_enabled(hvc_mmap)

#else

#define hvc_trace_is_on() false

static inline void trace_hvc_mmap(const struct hvc_mapping *m,
				  const struct hvc_verdict *v,
				  const struct hvc_call_site *site)
{
}

#endif /* HVC_HAS_TRACE */
#endif /* HVC_TRACE_H */

#if HVC_HAS_TRACE
#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH .
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
#endif
