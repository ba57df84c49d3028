#include "run.h"

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

bool call_learn(const struct trace_op *op, const struct answer *answer,
                struct holdings *holdings)
{
  if (op->kind != OP_HEAP && op->kind != OP_MANUAL) return true;
  return holdings_set(holdings, op->name, answer->status == SPAN_OK, answer->base);
}

bool call_is_answered(const struct call *call)
{
  return call->kind != OP_REFUSE && call->kind != OP_REGION && call->kind != OP_DUMP;
}

bool machine_create(struct machine *machine, const struct candidate *candidate)
{
  machine->candidate = candidate;
  machine->heap = candidate->create();
  return machine->heap != NULL;
}

void machine_destroy(struct machine *machine)
{
  if (machine->heap != NULL) machine->candidate->destroy(machine->heap);
  machine->heap = NULL;
}

enum span_status machine_reset(struct machine *machine, struct span_geometry geometry)
{
  fake_os_reset(&machine->os);
  return machine->candidate->reset(machine->heap, geometry);
}

static void answer_alloc(struct machine *machine, const struct call *call,
                         struct answer *answer)
{
  struct span_alloc_result result = machine->candidate->alloc(
      machine->heap, &machine->os, call->number, call->kind == OP_MANUAL);
  answer->status = result.status;
  answer->base = result.base;
  answer->needzero = result.needzero;
  answer->advice = result.advice;
}

static void answer_free(struct machine *machine, const struct call *call,
                        struct answer *answer)
{
  struct span_free_result result = machine->candidate->free(machine->heap, call->page);
  answer->status = result.status;
  answer->advice = result.advice;
}

static void answer_scavenge(struct machine *machine, const struct call *call,
                            struct answer *answer)
{
  struct span_scavenge_result result =
      machine->candidate->scavenge(machine->heap, call->number);
  answer->status = result.status;
  answer->released_pages = result.released_pages;
}

void machine_run(struct machine *machine, const struct call *call, struct answer *answer)
{
  *answer = (struct answer){.status = SPAN_OK};
  switch (call->kind) {
  case OP_HEAP:
  case OP_MANUAL: answer_alloc(machine, call, answer); break;
  case OP_FREE:
  case OP_FREE_AT: answer_free(machine, call, answer); break;
  case OP_SCAVENGE: answer_scavenge(machine, call, answer); break;
  case OP_ADD:
    answer->status = machine->candidate->add(machine->heap, call->page, call->number);
    break;
  case OP_LOOKUP:
    answer->lookup = machine->candidate->lookup(machine->heap, call->page);
    break;
  case OP_REFUSE: fake_os_refuse(&machine->os, call->number); break;
  /* One region too many is never asked: the trace's reader counts them. */
  case OP_REGION: (void)fake_os_add_region(&machine->os, call->page, call->down); break;
  default: break;
  }
}

struct span_stats machine_stats(const struct machine *machine)
{
  return machine->candidate->stats(machine->heap);
}
