#include "call.h"

static uint64_t pages_rounded_up(uint64_t bytes, uint64_t page_bytes)
{
  return bytes / page_bytes + (bytes % page_bytes != 0);
}

static struct span_request request_of(const struct trace_op *op, uint64_t page_bytes)
{
  return (struct span_request){
      .npages = op->number,
      .align = op->has_align ? op->align : 1,
      .phase = op->phase,
      .from = op->from / page_bytes,
      .below = op->has_below ? op->below / page_bytes : SPAN_LIMIT_PAGES,
      .fit = (enum span_fit)op->fit,
      .manual = op->kind == OP_MANUAL};
}

bool call_resolve(const struct trace_op *op, uint64_t page_bytes,
                  const struct holdings *holdings, struct call *call)
{
  struct holding held;
  *call = (struct call){
      .kind = (enum op_kind)op->kind, .down = op->down, .number = op->number};
  switch (call->kind) {
  case OP_HEAP:
  case OP_MANUAL: call->request = request_of(op, page_bytes); break;
  case OP_RESIZE:
  case OP_FREE:
    if (!holdings_find(holdings, op->name, &held)) return false;
    call->page = held.base;
    call->held_pages = held.npages;
    break;
  case OP_SCAVENGE: call->number = pages_rounded_up(op->number, page_bytes); break;
  case OP_CLAIM:
  case OP_FREE_AT:
  case OP_ADD:
  case OP_LOOKUP:
  case OP_REGION: call->page = op->address / page_bytes; break;
  default: break;
  }
  return true;
}
