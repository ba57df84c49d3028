#include "call_of.h"

/*@ requires bytes: 0 < page_bytes;
    requires fit: op.fit <= SPAN_BEST_FIT;
    terminates \true; exits \false; assigns \nothing;
    ensures asks: asks_for(\result, op, page_bytes);
*/
static struct span_request request_of(struct trace_op op, uint64_t page_bytes)
{
  struct span_request request = {op.number, 1, op.phase, op.from / page_bytes, SPAN_LIMIT_PAGES,
                                 SPAN_FIRST_FIT, op.kind == OP_MANUAL};
  if (op.has_align) request.align = op.align;
  if (op.has_below) request.below = op.below / page_bytes;
  request.fit = (enum span_fit)op.fit;
  return request;
}

struct call call_of(struct trace_op op, uint64_t page_bytes, struct holding held)
{
  struct span_request none = {0, 0, 0, 0, 0, SPAN_FIRST_FIT, false};
  struct call call = {(enum op_kind)op.kind, op.down, 0, 0, op.number, none};
  switch (op.kind) {
  case OP_HEAP:
  case OP_MANUAL: call.request = request_of(op, page_bytes); break;
  case OP_RESIZE:
  case OP_FREE:
    call.page = held.base;
    call.held_pages = held.npages;
    break;
  case OP_SCAVENGE: call.number = op.number / page_bytes + (op.number % page_bytes != 0); break;
  case OP_CLAIM:
  case OP_FREE_AT:
  case OP_ADD:
  case OP_LOOKUP:
  case OP_REGION: call.page = op.address / page_bytes; break;
  default: break;
  }
  return call;
}
