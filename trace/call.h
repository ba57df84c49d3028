/* Calls, with names resolved by what the trace's names hold; and what kinds of them there are. */
#ifndef SPANREF_CALL_H
#define SPANREF_CALL_H

#include "call_of.h"
#include "holdings.h"

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
