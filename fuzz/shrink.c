#include "shrinker.h"

#include <stdlib.h>
#include <string.h>

#include "../trace/names.h"

/* --- Trying ---------------------------------------------------------------------- */

static void count_replay(struct shrink_counts *counts)
{
  counts->replays++;
  if (counts->watch != NULL) counts->watch(counts->watch_context, counts);
}

static enum oracle_outcome run(struct shrinker *shrinker, const struct history *history,
                               size_t *at, int *kind)
{
  *at = 0;
  count_replay(shrinker->counts);
  return shrinker->subject->run(shrinker->subject->context, history, at, kind);
}

bool shrink_shows(struct shrinker *shrinker)
{
  struct history *next = &shrinker->next;
  size_t at;
  int kind;
  if (shrinker->failed) return false;
  enum oracle_outcome outcome = run(shrinker, next, &at, &kind);
  shrinker->failed = outcome == ORACLE_NO_MEMORY;
  if (outcome != ORACLE_DIVERGED || kind != shrinker->kind) return false;
  if (at < next->nops) next->nops = at + 1;
  return true;
}

bool shrink_try(struct shrinker *shrinker)
{
  if (!shrink_shows(shrinker)) return false;
  struct history was = shrinker->best;
  shrinker->best = shrinker->next;
  shrinker->next = was;
  shrinker->counts->operations_after = shrinker->best.nops;
  return true;
}

void history_copy(struct history *to, const struct history *from)
{
  to->header = from->header;
  to->nops = from->nops;
  if (from->nops > 0) memcpy(to->ops, from->ops, from->nops * sizeof *from->ops);
}

struct history *shrink_draft(struct shrinker *shrinker)
{
  history_copy(&shrinker->next, &shrinker->best);
  return &shrinker->next;
}

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

bool shrink_without_doomed(struct shrinker *shrinker)
{
  const struct history *best = &shrinker->best;
  struct history *next = &shrinker->next;
  doom_frees(shrinker);
  next->header = best->header;
  next->nops = 0;
  for (size_t i = 0; i < best->nops; i++)
    if (!shrinker->doomed[i]) next->ops[next->nops++] = best->ops[i];
  memset(shrinker->doomed, 0, best->nops * sizeof *shrinker->doomed);
  return shrink_try(shrinker);
}

void shrink_survey(struct shrinker *shrinker)
{
  const struct history *best = &shrinker->best;
  memset(shrinker->answered, 0, best->nops * sizeof *shrinker->answered);
  count_replay(shrinker->counts);
  shrinker->subject->survey(shrinker->subject->context, best, shrinker->answered);
}

const struct span_heap *shrink_spans_before(struct shrinker *shrinker, size_t at)
{
  count_replay(shrinker->counts);
  return shrinker->subject->spans_before(shrinker->subject->context, &shrinker->best, at);
}

/* --- All of it -------------------------------------------------------------------- */

static void shrink_further(struct shrinker *shrinker)
{
  bool any = true;
  while (any && !shrinker->failed)
    any = shrink_steps(shrinker) || shrink_search(shrinker);
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
  shrinker->walk = (struct history){*trace, calloc(room, sizeof *trace->ops), 0};
  shrinker->doomed = calloc(room, sizeof *shrinker->doomed);
  shrinker->answered = calloc(room, sizeof *shrinker->answered);
  if (shrinker->best.ops == NULL || shrinker->next.ops == NULL ||
      shrinker->walk.ops == NULL || shrinker->doomed == NULL || shrinker->answered == NULL)
    return false;
  if (trace->nops > 0)
    memcpy(shrinker->best.ops, trace->ops, trace->nops * sizeof *trace->ops);
  return true;
}

/* The first run says what is looked for. */
static enum oracle_outcome find_kind(struct shrinker *shrinker)
{
  size_t at;
  enum oracle_outcome outcome = run(shrinker, &shrinker->best, &at, &shrinker->kind);
  if (at < shrinker->best.nops) shrinker->best.nops = at + 1;
  return outcome;
}

enum oracle_outcome shrink_on(const struct subject *subject, struct trace *trace,
                              struct shrink_counts *counts)
{
  struct shrinker shrinker = {.subject = subject, .counts = counts};
  enum oracle_outcome outcome = ORACLE_NO_MEMORY;
  size_t at;
  int kind;
  counts->replays = 0;
  counts->operations_before = counts->operations_after = trace->nops;
  if (begin(&shrinker, trace)) outcome = find_kind(&shrinker);
  if (outcome == ORACLE_DIVERGED) {
    shrink_further(&shrinker);
    counts->operations_after = shrinker.best.nops;
    if (shrinker.failed || !write_back(trace, &shrinker.best)) outcome = ORACLE_NO_MEMORY;
  }
  /* What the subject shows is the difference of what was found. */
  if (outcome == ORACLE_DIVERGED) outcome = run(&shrinker, &shrinker.best, &at, &kind);
  free(shrinker.best.ops);
  free(shrinker.next.ops);
  free(shrinker.walk.ops);
  free(shrinker.doomed);
  free(shrinker.answered);
  return outcome;
}
