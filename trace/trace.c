/* A trace in memory: growing arrays, and what is appended to them. */
#include "trace.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "trace_geometry.h"

void trace_free(struct trace *trace)
{
  free(trace->ops);
  free(trace->expects);
  free(trace->free_spans);
  free(trace->comments);
  free(trace->comment_text);
  *trace = (struct trace){0};
}

void trace_clear(struct trace *trace)
{
  static const struct trace empty;
  trace_set_header(trace, &empty);
  trace->nops = trace->nexpects = trace->nfree_spans = 0;
  trace->ncomments = trace->comment_text_bytes = 0;
}

void trace_set_header(struct trace *to, const struct trace *from)
{
  to->page_bytes = from->page_bytes;
  to->phys_bytes = from->phys_bytes;
  to->huge_bytes = from->huge_bytes;
  to->arena_bytes = from->arena_bytes;
  to->has_goal = from->has_goal;
  to->goal_bytes = from->goal_bytes;
  to->geometry = from->geometry;
}

struct trace_op *trace_add_op(struct trace *trace)
{
  if (!ARRAY_ROOM(trace->ops, trace->nops, 1, &trace->ops_room)) return NULL;
  return &trace->ops[trace->nops++];
}

bool trace_append(struct trace *trace, struct trace_op op)
{
  struct trace_op *added = trace_add_op(trace);
  if (added == NULL) return false;
  *added = op;
  added->expect = TRACE_NO_EXPECTATION;
  return true;
}

bool trace_expect(struct trace *trace, struct expectation expect)
{
  struct trace_op *op = trace_last_op(trace);
  if (op == NULL) return false;
  if (op->expect != TRACE_NO_EXPECTATION) {
    trace->expects[op->expect] = expect;
    return true;
  }
  if (trace->nexpects >= TRACE_NO_EXPECTATION) return false;
  if (!ARRAY_ROOM(trace->expects, trace->nexpects, 1, &trace->expects_room)) return false;
  op->expect = (uint32_t)trace->nexpects;
  trace->expects[trace->nexpects++] = expect;
  return true;
}

bool trace_append_free_span(struct trace *trace, struct free_span span)
{
  struct trace_op *op = trace_last_op(trace);
  if (!ARRAY_ROOM(trace->free_spans, trace->nfree_spans, 1, &trace->free_spans_room))
    return false;
  if (op != NULL && op->kind == OP_DUMP) {
    if (op->expect == TRACE_NO_EXPECTATION &&
        !trace_expect(trace, (struct expectation){.kind = ANSWER_DUMP,
                                                  .first = trace->nfree_spans}))
      return false;
    struct expectation *dump = &trace->expects[op->expect];
    /* An expectation whose count was given beforehand holds it already. */
    if (dump->first + dump->count == trace->nfree_spans) dump->count++;
  }
  trace->free_spans[trace->nfree_spans++] = span;
  return true;
}

/* How many "= free" lines the last operation has so far, or keys the header. */
static size_t last_line(const struct trace *trace)
{
  const struct trace_op *op = trace_last_op(trace);
  if (op == NULL) return HEADER_KEYS;
  return op->expect == TRACE_NO_EXPECTATION ? 0 : trace->expects[op->expect].count;
}

bool trace_append_comment(struct trace *trace, const char *text, size_t text_bytes,
                          bool trailing)
{
  if (!ARRAY_ROOM(trace->comments, trace->ncomments, 1, &trace->comments_room) ||
      !ARRAY_ROOM(trace->comment_text, trace->comment_text_bytes, text_bytes + 1,
                  &trace->comment_text_room))
    return false;
  trace->comments[trace->ncomments++] = (struct trace_comment){
      .before = trace->nops,
      .lines = trailing ? last_line(trace) : TRACE_ALL_LINES,
      .trailing = trailing,
      .text = trace->comment_text_bytes,
      .text_bytes = text_bytes,
  };
  memcpy(trace->comment_text + trace->comment_text_bytes, text, text_bytes);
  trace->comment_text_bytes += text_bytes;
  return true;
}
