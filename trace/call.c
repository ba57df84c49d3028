#include "call.h"

static uint64_t pages_rounded_up(uint64_t bytes, uint64_t page_bytes)
{
  return bytes / page_bytes + (bytes % page_bytes != 0);
}

bool call_resolve(const struct trace_op *op, uint64_t page_bytes,
                  const struct holdings *holdings, struct call *call)
{
  *call = (struct call){(enum op_kind)op->kind, op->down, 0, op->number};
  switch (call->kind) {
  case OP_FREE: return holdings_find(holdings, op->name, &call->page);
  case OP_SCAVENGE: call->number = pages_rounded_up(op->number, page_bytes); break;
  case OP_FREE_AT:
  case OP_ADD:
  case OP_LOOKUP:
  case OP_REGION: call->page = op->address / page_bytes; break;
  default: break;
  }
  return true;
}
