#include "shrink.h"

#include <stdlib.h>
#include <string.h>

#include "names.h"

/* Pairs of operations are tried only where there are no more than this. */
#define PAIRS_MAX 48

/* A history: the header of a trace, and operations of one's own. */
struct history {
  struct trace header;
  struct trace_op *ops;
  size_t nops;
};

struct shrinker {
  struct oracle *oracle;
  enum clause clause;
  struct history best, next; /* room for all operations each */
  bool *doomed;              /* of best: operations to leave out */
  struct shrink_counts *counts;
  bool failed; /* memory ran out */
};

/* --- Trying ---------------------------------------------------------------------- */

/* As spanref check runs it; *at: the operation after which it was seen. */
static enum oracle_outcome run(struct oracle *oracle, const struct history *history,
                               size_t *at)
{
  struct span_geometry geometry;
  struct trace_error error;
  *at = 0;
  if (!trace_geometry(&history->header, &geometry, &error)) return ORACLE_SKIPPED;
  enum oracle_outcome outcome = oracle_begin(oracle, geometry, history->header.page_bytes);
  if (outcome == ORACLE_SAME)
    outcome = oracle_steps(oracle, history->ops, history->nops, at);
  if (outcome == ORACLE_SAME) outcome = oracle_finish(oracle);
  if (outcome == ORACLE_DIVERGED && oracle->divergence.late)
    outcome = oracle_locate(oracle, history->ops, history->nops, at);
  return outcome;
}

/* Is what is in next a history of the same kind? Then it is the best. */
static bool better(struct shrinker *shrinker)
{
  struct history *next = &shrinker->next;
  size_t at;
  if (shrinker->failed) return false;
  shrinker->counts->replays++;
  enum oracle_outcome outcome = run(shrinker->oracle, next, &at);
  shrinker->failed = outcome == ORACLE_NO_MEMORY;
  if (outcome != ORACLE_DIVERGED || shrinker->oracle->divergence.clause != shrinker->clause)
    return false;
  if (at < next->nops) next->nops = at + 1;
  struct history was = shrinker->best;
  shrinker->best = *next;
  *next = was;
  return true;
}

/* next becomes best, to be changed. */
static struct history *draft(struct shrinker *shrinker)
{
  struct history *next = &shrinker->next;
  const struct history *best = &shrinker->best;
  next->header = best->header;
  next->nops = best->nops;
  if (best->nops > 0) memcpy(next->ops, best->ops, best->nops * sizeof *best->ops);
  return next;
}

/* --- Deleting -------------------------------------------------------------------- */

/* The frees of what is doomed are doomed with it. */
static void doom_frees(struct shrinker *shrinker)
{
  const struct history *best = &shrinker->best;
  for (size_t i = 0; i < best->nops; i++) {
    if (!shrinker->doomed[i]) continue;
    if (best->ops[i].kind != OP_HEAP && best->ops[i].kind != OP_MANUAL) continue;
    for (size_t j = i + 1; j < best->nops; j++)
      if (best->ops[j].kind == OP_FREE && best->ops[j].name == best->ops[i].name)
        shrinker->doomed[j] = true;
  }
}

/* next: best without what is doomed; then nothing is. */
static bool better_without_doomed(struct shrinker *shrinker)
{
  const struct history *best = &shrinker->best;
  struct history *next = &shrinker->next;
  doom_frees(shrinker);
  next->header = best->header;
  next->nops = 0;
  for (size_t i = 0; i < best->nops; i++)
    if (!shrinker->doomed[i]) next->ops[next->nops++] = best->ops[i];
  memset(shrinker->doomed, 0, best->nops * sizeof *shrinker->doomed);
  return better(shrinker);
}

/* Runs of operations, from half of them down to single ones, the last first: what
 * follows depends on what precedes. */
static bool delete_runs(struct shrinker *shrinker)
{
  bool any = false;
  for (size_t length = shrinker->best.nops; length > 0; length /= 2) {
    size_t end = shrinker->best.nops;
    while (end > 0) {
      size_t begin = end > length ? end - length : 0;
      for (size_t i = begin; i < end; i++) shrinker->doomed[i] = true;
      if (better_without_doomed(shrinker)) any = true;
      end = begin < shrinker->best.nops ? begin : shrinker->best.nops;
    }
  }
  return any;
}

/* Two that are only superfluous together: an allocation and the scavenging it
 * would else change, say. */
static bool delete_pairs(struct shrinker *shrinker)
{
  if (shrinker->best.nops > PAIRS_MAX) return false;
  for (size_t i = 0; i < shrinker->best.nops; i++) {
    for (size_t j = i + 1; j < shrinker->best.nops; j++) {
      shrinker->doomed[i] = shrinker->doomed[j] = true;
      if (better_without_doomed(shrinker)) return true;
    }
  }
  return false;
}

/* --- Merging --------------------------------------------------------------------- */

/* May the second operation be done by the first, with the sum of both numbers? */
static bool may_merge(const struct trace_op *first, const struct trace_op *second)
{
  bool has_sum = second->number <= UINT64_MAX - first->number;
  bool is_alloc = first->kind == OP_HEAP || first->kind == OP_MANUAL;
  return first->kind == second->kind && has_sum &&
         (is_alloc || first->kind == OP_SCAVENGE || first->kind == OP_REFUSE);
}

static bool merge_into(struct shrinker *shrinker, size_t first, size_t second)
{
  uint64_t was = shrinker->best.ops[first].number;
  shrinker->doomed[second] = true;
  shrinker->best.ops[first].number += shrinker->best.ops[second].number;
  if (better_without_doomed(shrinker)) return true;
  shrinker->best.ops[first].number = was;
  return false;
}

/* Each with the next two of its kind: neighbours in the history are neighbours in
 * memory, most of the time. */
static bool merge_pairs(struct shrinker *shrinker)
{
  bool any = false;
  for (size_t i = 0; i < shrinker->best.nops; i++) {
    size_t tried = 0;
    for (size_t j = i + 1; j < shrinker->best.nops && tried < 2; j++) {
      if (!may_merge(&shrinker->best.ops[i], &shrinker->best.ops[j])) continue;
      tried++;
      if (merge_into(shrinker, i, j)) any = true;
    }
  }
  return any;
}

/* --- Simplifying ------------------------------------------------------------------ */

/* One number of one operation, by ever smaller steps as far down as it goes. */
static bool reduce_number(struct shrinker *shrinker, size_t i, uint64_t least)
{
  const struct history *best = &shrinker->best;
  bool any = false;
  uint64_t number = best->ops[i].number;
  for (uint64_t step = number > least ? number - least : 0; step > 0; step /= 2) {
    while (i < best->nops && best->ops[i].number - least >= step) {
      draft(shrinker)->ops[i].number -= step;
      if (!better(shrinker)) break;
      any = true;
    }
  }
  return any;
}

static bool reduce_numbers(struct shrinker *shrinker)
{
  bool any = false;
  for (size_t i = 0; i < shrinker->best.nops; i++) {
    switch (shrinker->best.ops[i].kind) {
    case OP_HEAP:
    case OP_MANUAL:
    case OP_ADD:
    case OP_SCAVENGE:
    case OP_REFUSE: any |= reduce_number(shrinker, i, 1); break;
    default: break;
    }
  }
  return any;
}

/* Memory for the collector rather than manual, a region upward rather than down. */
static bool plainer_kinds(struct shrinker *shrinker)
{
  bool any = false;
  for (size_t i = 0; i < shrinker->best.nops; i++) {
    const struct trace_op *op = &shrinker->best.ops[i];
    if (op->kind == OP_MANUAL) {
      draft(shrinker)->ops[i].kind = OP_HEAP;
    } else if (op->kind == OP_REGION && op->down) {
      draft(shrinker)->ops[i].down = false;
    } else {
      continue;
    }
    any |= better(shrinker);
  }
  return any;
}

/* Next has a header of its own: is it one that fits, and shows the same? */
static bool better_header(struct shrinker *shrinker, struct trace header)
{
  draft(shrinker)->header = header;
  return better(shrinker);
}

static bool simpler_header(struct shrinker *shrinker)
{
  bool any = false;
  struct trace header = shrinker->best.header;
  if (header.has_goal) {
    header.has_goal = false;
    header.goal_bytes = 0;
    any |= better_header(shrinker, header);
  }
  header = shrinker->best.header;
  if (header.huge_bytes > 0) {
    header.huge_bytes = 0;
    any |= better_header(shrinker, header);
  }
  for (header = shrinker->best.header; header.phys_bytes > header.page_bytes;) {
    header.phys_bytes /= 2;
    any |= better_header(shrinker, header);
  }
  return any;
}

/* --- All of it -------------------------------------------------------------------- */

static void shrink_on(struct shrinker *shrinker)
{
  bool any = true;
  while (any && !shrinker->failed) {
    any = delete_runs(shrinker);
    any |= simpler_header(shrinker);
    any |= merge_pairs(shrinker);
    any |= plainer_kinds(shrinker);
    any |= reduce_numbers(shrinker);
    if (!any) any = delete_pairs(shrinker);
  }
}

/* Names 0, 1, 2 ... in the order of allocation. false: out of memory. */
static bool rename_all(struct trace_op *ops, size_t nops)
{
  struct names names = {0};
  bool ok = true;
  for (size_t i = 0; ok && i < nops; i++) {
    bool allocates = ops[i].kind == OP_HEAP || ops[i].kind == OP_MANUAL;
    if (allocates) ok = names_add(&names, ops[i].name);
    if (allocates || ops[i].kind == OP_FREE) ops[i].name = names_find(&names, ops[i].name);
  }
  names_free(&names);
  return ok;
}

/* Make *trace what was found; its header takes six lines. */
static bool write_back(struct trace *trace, struct history *best)
{
  struct trace header = best->header;
  trace_clear(trace);
  trace->page_bytes = header.page_bytes;
  trace->phys_bytes = header.phys_bytes;
  trace->huge_bytes = header.huge_bytes;
  trace->arena_bytes = header.arena_bytes;
  trace->has_goal = header.has_goal;
  trace->goal_bytes = header.goal_bytes;
  if (!rename_all(best->ops, best->nops)) return false;
  for (size_t i = 0; i < best->nops; i++) {
    best->ops[i].line = (uint32_t)(1 + 5 + 1 + i);
    if (!trace_append(trace, best->ops[i])) return false;
  }
  return true;
}

static bool begin(struct shrinker *shrinker, const struct trace *trace)
{
  size_t room = trace->nops + 1;
  shrinker->best = (struct history){*trace, calloc(room, sizeof *trace->ops), trace->nops};
  shrinker->next = (struct history){*trace, calloc(room, sizeof *trace->ops), 0};
  shrinker->doomed = calloc(room, sizeof *shrinker->doomed);
  if (shrinker->best.ops == NULL || shrinker->next.ops == NULL || shrinker->doomed == NULL)
    return false;
  if (trace->nops > 0)
    memcpy(shrinker->best.ops, trace->ops, trace->nops * sizeof *trace->ops);
  return true;
}

/* The first run says what is looked for. */
static enum oracle_outcome find_kind(struct shrinker *shrinker)
{
  size_t at;
  enum oracle_outcome outcome = run(shrinker->oracle, &shrinker->best, &at);
  shrinker->clause = shrinker->oracle->divergence.clause;
  if (at < shrinker->best.nops) shrinker->best.nops = at + 1;
  return outcome;
}

enum oracle_outcome shrink(struct oracle *oracle, struct trace *trace,
                           struct shrink_counts *counts)
{
  struct shrinker shrinker = {.oracle = oracle, .counts = counts};
  enum oracle_outcome outcome = ORACLE_NO_MEMORY;
  size_t at;
  struct oracle_counts counted = oracle->counts;
  *counts = (struct shrink_counts){.operations_before = trace->nops};
  if (begin(&shrinker, trace)) outcome = find_kind(&shrinker);
  if (outcome == ORACLE_DIVERGED) {
    shrink_on(&shrinker);
    counts->operations_after = shrinker.best.nops;
    if (shrinker.failed || !write_back(trace, &shrinker.best)) outcome = ORACLE_NO_MEMORY;
  }
  /* What the oracle shows is the divergence of what was found. */
  if (outcome == ORACLE_DIVERGED) outcome = run(oracle, &shrinker.best, &at);
  free(shrinker.best.ops);
  free(shrinker.next.ops);
  free(shrinker.doomed);
  oracle->counts = counted;
  return outcome;
}
