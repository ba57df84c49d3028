/* One operation of a trace as a heap is asked it: its name resolved to what that name
 * got, its bytes turned into pages. */
#ifndef SPANREF_CALL_H
#define SPANREF_CALL_H

#include "holdings.h"
#include "../spec/types.h"
#include "trace_op.h"

struct call {
  enum op_kind kind;
  bool down;       /* OP_REGION */
  uint64_t page;   /* OP_CLAIM, OP_RESIZE, OP_FREE, OP_FREE_AT, OP_ADD, OP_LOOKUP, OP_REGION */
  uint64_t held_pages; /* OP_RESIZE, OP_FREE: what its name got, as far as the trace knows */
  uint64_t number; /* pages, but for OP_REFUSE: regions */
  struct span_request request; /* OP_HEAP, OP_MANUAL; its npages are number */
};

/* false: the operation frees or resizes a name that got nothing, so that nobody is asked. */
bool call_resolve(const struct trace_op *op, uint64_t page_bytes,
                  const struct holdings *holdings, struct call *call);

static inline bool op_is_alloc(enum op_kind kind)
{
  return kind == OP_HEAP || kind == OP_MANUAL;
}

/* Does its name get what it is answered? */
static inline bool op_gives(enum op_kind kind) { return op_is_alloc(kind) || kind == OP_CLAIM; }

/* Does it name what an operation before gave? */
static inline bool op_takes_name(enum op_kind kind)
{
  return kind == OP_FREE || kind == OP_RESIZE;
}

static inline bool op_is_free(enum op_kind kind)
{
  return kind == OP_FREE || kind == OP_FREE_AT;
}

/* Is it of a contract that the heap of docs/semantics.md doesn't have? Whoever hasn't it either
 * skips it. */
static inline bool op_is_apart(enum op_kind kind)
{
  return kind == OP_RELEASE || kind == OP_RELOAD;
}

/* Does a heap answer it? Else it only changes the OS, or asks to see all spans. */
static inline bool op_is_answered(enum op_kind kind)
{
  return kind != OP_REFUSE && kind != OP_REGION && kind != OP_DUMP;
}

#endif
