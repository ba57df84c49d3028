/* Histories of the oracle made shorter: the kind that stays is the sentence. */
#include "shrinker.h"

/* Up to here all spans are compared after each operation at once; a longer history
 * runs faster with a second look where it diverges. */
#define SHORT_OPS 64
#define TRIES_MAX 800000

static enum oracle_outcome run(void *context, const struct history *history, size_t *at,
                               int *kind)
{
  struct oracle *oracle = context;
  struct span_geometry geometry;
  struct trace_error error;
  if (!trace_geometry(&history->header, &geometry, &error)) return ORACLE_SKIPPED;
  oracle->list_every = history->nops <= SHORT_OPS ? 1 : ORACLE_LIST_EVERY;
  oracle->lookups_max = history->nops <= SHORT_OPS ? SIZE_MAX : ORACLE_LOOKUPS_MAX;
  enum oracle_outcome outcome = oracle_begin(oracle, geometry, history->header.page_bytes);
  if (outcome == ORACLE_SAME)
    outcome = oracle_steps(oracle, history->ops, history->nops, at);
  if (outcome == ORACLE_SAME) outcome = oracle_finish(oracle);
  if (outcome == ORACLE_DIVERGED && oracle->list_every > 1)
    outcome = oracle_locate(oracle, history->ops, history->nops, at);
  *kind = (int)oracle->divergence.clause;
  return outcome;
}

static void survey(void *context, const struct history *history, struct answered *answered)
{
  struct oracle *oracle = context;
  struct span_geometry geometry;
  struct trace_error error;
  if (!trace_geometry(&history->header, &geometry, &error)) return;
  oracle->list_every = UINT64_MAX;
  if (oracle_begin(oracle, geometry, history->header.page_bytes) != ORACLE_SAME) return;
  for (size_t i = 0; i < history->nops; i++) {
    enum oracle_outcome outcome = oracle_step(oracle, &history->ops[i]);
    const struct answer *answer = &oracle->said[ORACLE_REFERENCE].answer;
    if (outcome != ORACLE_SKIPPED)
      answered[i] = (struct answered){true, answer->status, answer->base};
    if (outcome != ORACLE_SAME && outcome != ORACLE_SKIPPED) return;
  }
}

static const struct span_heap *spans_before(void *context, const struct history *history,
                                            size_t at)
{
  struct oracle *oracle = context;
  struct span_geometry geometry;
  struct trace_error error;
  size_t stopped;
  if (!trace_geometry(&history->header, &geometry, &error) ||
      oracle_begin(oracle, geometry, history->header.page_bytes) != ORACLE_SAME ||
      oracle_steps(oracle, history->ops, at, &stopped) != ORACLE_SAME ||
      oracle_finish(oracle) != ORACLE_SAME)
    return NULL;
  return &oracle->shown[ORACLE_REFERENCE];
}

enum oracle_outcome shrink(struct oracle *oracle, struct trace *trace,
                           struct shrink_counts *counts)
{
  const struct subject subject = {oracle, run, survey, spans_before, TRIES_MAX};
  struct oracle_counts counted = oracle->counts;
  uint64_t list_every = oracle->list_every;
  size_t lookups_max = oracle->lookups_max;
  enum oracle_outcome outcome = shrink_on(&subject, trace, counts);
  oracle->counts = counted;
  oracle->list_every = list_every;
  oracle->lookups_max = lookups_max;
  return outcome;
}
