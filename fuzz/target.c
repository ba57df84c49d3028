#include "target.h"

#include "../trace/bytes.h"

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
  const struct span_heap *list = &target->oracle.shown[ORACLE_REFERENCE];
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
  if (from == history->nops) return ORACLE_SAME;
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

/* Sizes that don't fit together, in one of the ways there are. */
static struct span_geometry wrong_geometry(struct span_geometry right, size_t way)
{
  struct span_geometry wrong = right;
  bool is_multiple = right.phys_pages == 1; /* and so is everything */
  switch (way % 9) {
  case 0: wrong.phys_pages = 0; break;
  case 1: wrong.phys_pages = 3; break;
  case 2: wrong.phys_pages = 32; break;
  case 3: wrong.huge_pages = SPAN_LIMIT_PAGES + right.phys_pages; break;
  case 4: wrong.arena_pages = 0; break;
  case 5: wrong.arena_pages = SPAN_LIMIT_PAGES + right.phys_pages; break;
  case 6: wrong.huge_pages = is_multiple ? SPAN_LIMIT_PAGES + 1 : right.phys_pages + 1; break;
  case 7: wrong.arena_pages = is_multiple ? 0 : right.phys_pages + 1; break;
  default:
    wrong.has_goal = false;
    wrong.goal_pages = 1;
    break;
  }
  return wrong;
}

/* Both heaps must refuse it. */
static enum oracle_outcome refuse_geometry(struct target *target, struct oracle *oracle)
{
  struct span_geometry right = oracle->geometry;
  struct span_geometry wrong = wrong_geometry(right, target->history.nops);
  enum oracle_outcome outcome = oracle_begin(oracle, wrong, oracle->page_bytes);
  bool refused = outcome == ORACLE_DIVERGED && oracle->divergence.fields == 0;
  oracle->geometry = right;
  return refused ? ORACLE_SAME : ORACLE_DIVERGED;
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
  if (outcome == ORACLE_SAME) outcome = refuse_geometry(target, &target->oracle);
  return outcome;
}
