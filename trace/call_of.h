/* One operation of a trace as a heap is asked it: its name resolved to what that name got, its
 * bytes turned into pages. */
#ifndef SPANREF_CALL_OF_H
#define SPANREF_CALL_OF_H

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

struct holding {
  bool granted;
  uint64_t base, npages; /* where granted; as it was resized last */
};

/*@
  predicate is_alloc(struct trace_op op) = op.kind == OP_HEAP || op.kind == OP_MANUAL;
  predicate has_name(struct trace_op op) = op.kind == OP_RESIZE || op.kind == OP_FREE;
  predicate has_address(struct trace_op op) = op.kind == OP_CLAIM || op.kind == OP_FREE_AT ||
    op.kind == OP_ADD || op.kind == OP_LOOKUP || op.kind == OP_REGION;

  predicate asks_for(struct span_request q, struct trace_op op, integer page_bytes) =
    q.npages == op.number && q.align == (op.has_align ? op.align : 1) && q.phase == op.phase &&
    q.from == op.from / page_bytes &&
    q.below == (op.has_below ? op.below / page_bytes : SPAN_LIMIT_PAGES) &&
    q.fit == op.fit && (q.manual <==> op.kind == OP_MANUAL);
  predicate asks_nothing(struct span_request q) =
    q.npages == 0 && q.align == 0 && q.phase == 0 && q.from == 0 && q.below == 0 && q.fit == 0 &&
    !q.manual;
*/

/* held: what its name got, where it names one. */
/*@ requires bytes: 0 < page_bytes;
    requires fit: op.fit <= SPAN_BEST_FIT;
    terminates \true; exits \false; assigns \nothing;
    ensures kind: \result.kind == op.kind && \result.down == op.down;
    ensures named: has_name(op) ==>
      \result.page == held.base && \result.held_pages == held.npages;
    ensures addressed: has_address(op) ==> \result.page == op.address / page_bytes;
    ensures no_page: !has_name(op) && !has_address(op) ==> \result.page == 0;
    ensures not_held: !has_name(op) ==> \result.held_pages == 0;
    ensures request: is_alloc(op) ==> asks_for(\result.request, op, page_bytes);
    ensures no_request: !is_alloc(op) ==> asks_nothing(\result.request);
    ensures number: op.kind != OP_SCAVENGE ==> \result.number == op.number;
    ensures rounded_up: op.kind == OP_SCAVENGE ==>
      \result.number == op.number / page_bytes + (op.number % page_bytes != 0 ? 1 : 0);
*/
struct call call_of(struct trace_op op, uint64_t page_bytes, struct holding held);

#endif
