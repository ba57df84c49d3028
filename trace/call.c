#include "call.h"

bool call_resolve(const struct trace_op *op, uint64_t page_bytes,
                  const struct holdings *holdings, struct call *call)
{
  struct holding held = {.granted = false};
  bool is_known = !op_takes_name((enum op_kind)op->kind) ||
                  holdings_find(holdings, op->name, &held);
  *call = call_of(*op, page_bytes, held);
  return is_known;
}
