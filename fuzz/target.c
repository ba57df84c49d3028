#include "target.h"

#include "bytes.h"

bool target_create(struct target *target, const struct candidate *candidate)
{
  *target = (struct target){.history = {0}};
  if (!oracle_create(&target->oracle, &candidate_ref, candidate)) return false;
  target->oracle.list_every = 1;
  target->oracle.lookups_max = 2; /* after each operation: the turn comes to all */
  return true;
}

void target_destroy(struct target *target)
{
  oracle_destroy(&target->oracle);
  trace_free(&target->history);
}

/* Every second span first, so that the rest have free neighbours on both sides. By
 * address: names may be gone. */
static bool append_frees(struct target *target)
{
  const struct span_list *list = &target->oracle.spans[ORACLE_REFERENCE];
  for (size_t first = 0; first < 2; first++) {
    size_t in_use = 0;
    for (size_t i = 0; i < list->count; i++) {
      if (list->spans[i].free || in_use++ % 2 != first) continue;
      struct trace_op op = {.kind = OP_FREE_AT,
                            .address = list->spans[i].base * target->history.page_bytes};
      if (!trace_append(&target->history, op)) return false;
    }
  }
  return true;
}

/* The operations from number *at on, which becomes that of the last one run. */
static enum oracle_outcome run_from(struct target *target, size_t *at)
{
  size_t from = *at;
  const struct trace *history = &target->history;
  enum oracle_outcome outcome =
      oracle_steps(&target->oracle, history->ops + from, history->nops - from, at);
  *at += from;
  return outcome;
}

static enum oracle_outcome run_and_drain(struct target *target, size_t *at)
{
  struct span_geometry geometry;
  struct trace_error error;
  struct oracle *oracle = &target->oracle;
  *at = 0;
  /* What was decoded always fits: bytes_read.h, proved. */
  if (!trace_geometry(&target->history, &geometry, &error)) return ORACLE_SKIPPED;
  enum oracle_outcome outcome = oracle_begin(oracle, geometry, target->history.page_bytes);
  if (outcome == ORACLE_SAME) outcome = run_from(target, at);
  if (outcome != ORACLE_SAME) return outcome;
  if (!append_frees(target)) return ORACLE_NO_MEMORY;
  outcome = run_from(target, at);
  return outcome == ORACLE_SAME ? oracle_drained(oracle) : outcome;
}

/* What it costs to empty the heaps is this input's: the next one finds them empty,
 * and runs the same code whatever came before. */
static void empty_heaps(struct oracle *oracle)
{
  for (int side = 0; side < ORACLE_SIDES; side++)
    machine_reset(&oracle->machines[side], oracle->geometry);
}

enum oracle_outcome target_run(struct target *target, const uint8_t *data, size_t size)
{
  size_t at;
  if (!bytes_decode(data, size, &target->history)) return ORACLE_NO_MEMORY;
  enum oracle_outcome outcome = run_and_drain(target, &at);
  if (outcome == ORACLE_DIVERGED && at < target->history.nops)
    target->history.nops = at + 1;
  empty_heaps(&target->oracle);
  return outcome;
}
