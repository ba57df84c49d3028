/* Histories in which a plug-in departs made shorter: the kind of departure stays. */
#include "judge_shrink.h"

#include "shrinker.h"

/* All spans are looked at after each operation in histories that are no longer, unless
 * another kind of departure is seen so. */
#define SHORT_OPS 64
/* Each try is a handful of calls to another process, */
#define TRIES_MAX 2000
/* and where that is lost, it takes another: then none shows anything any more. */
#define LOST_MAX 250
#define HANG_COSTS 10
/* A call that takes so long hangs, while it is done; growing takes longer. */
#define CALL_SECONDS 1

struct trier {
  struct judge *judge;
  bool often;    /* are all spans of short histories looked at after each operation? */
  unsigned lost; /* processes */
};

/* Its first operations. */
static enum judgement play(const struct trier *trier, const struct history *history,
                           size_t nops, size_t *at, struct answered *answered)
{
  struct judge *judge = trier->judge;
  struct span_geometry geometry;
  struct trace_error error;
  struct observation ours;
  *at = 0;
  if (!trace_geometry(&history->header, &geometry, &error)) return JUDGED_SKIPPED;
  judge->list_every = trier->often && history->nops <= SHORT_OPS ? 1 : JUDGE_LIST_EVERY;
  enum judgement judgement = judge_begin(judge, geometry, history->header.page_bytes);
  for (; judgement == JUDGED_SAME && *at < nops; (*at)++) {
    judgement = judge_step(judge, &history->ops[*at], &ours);
    if (judgement != JUDGED_SKIPPED && answered != NULL)
      answered[*at] = (struct answered){true, ours.answer.status, ours.answer.base};
    if (judgement == JUDGED_SKIPPED) judgement = JUDGED_SAME;
    if (judgement != JUDGED_SAME) return judgement;
  }
  return judgement;
}

static enum oracle_outcome run(void *context, const struct history *history, size_t *at,
                               int *kind)
{
  struct trier *trier = context;
  struct judge *judge = trier->judge;
  int number;
  if (trier->lost > LOST_MAX) return ORACLE_SAME;
  enum judgement judgement = play(trier, history, history->nops, at, NULL);
  if (judgement == JUDGED_SAME) judgement = judge_finish(judge);
  *kind = (int)judge->departure.what;
  enum fate fate = cell_fate(judge->cell, &number);
  bool is_slow = fate == FATE_HUNG || fate == FATE_OUTGREW;
  trier->lost += is_slow ? HANG_COSTS : fate != FATE_ALIVE;
  if (judgement == JUDGED_NO_MEMORY) return ORACLE_NO_MEMORY;
  return judgement == JUDGED_DEPARTED ? ORACLE_DIVERGED : ORACLE_SAME;
}

static void survey(void *context, const struct history *history, struct answered *answered)
{
  const struct trier *trier = context;
  size_t at;
  (void)play(trier, history, history->nops, &at, answered);
}

static const struct span_heap *spans_before(void *context, const struct history *history,
                                            size_t at)
{
  const struct trier *trier = context;
  struct judge *judge = trier->judge;
  size_t stopped;
  bool takes_over = cell_about(judge->cell)->has_add && !judge_is_pages(judge);
  if (!takes_over || play(trier, history, at, &stopped, NULL) != JUDGED_SAME) return NULL;
  return judge->reference.heap;
}

static enum oracle_outcome run_trace(struct trier *trier, const struct trace *trace, int *kind)
{
  struct history history = {*trace, trace->ops, trace->nops};
  size_t at;
  trier->lost = 0;
  return run(trier, &history, &at, kind);
}

/* Is the kind the same when spans are looked at more often? Only what is as short as that
 * is; of longer ones it shows when they get there. */
static bool is_seen_often(struct trier *trier, const struct trace *trace)
{
  int kind, often;
  trier->often = false;
  if (run_trace(trier, trace, &kind) != ORACLE_DIVERGED) return true;
  trier->often = true;
  return run_trace(trier, trace, &often) == ORACLE_DIVERGED && often == kind;
}

bool judge_shrink(struct judge *judge, struct trace *trace, struct shrink_counts *counts)
{
  struct trier trier = {.judge = judge};
  int last;
  const struct subject subject = {&trier, run, survey, spans_before, TRIES_MAX};
  struct judge counted = *judge;
  if (judge->departure.what != DEPARTS_OUTGREW) cell_hurry(judge->cell, CALL_SECONDS);
  trier.often = is_seen_often(&trier, trace);
  enum oracle_outcome outcome = shrink_on(&subject, trace, counts);
  if (trier.lost > LOST_MAX) outcome = run_trace(&trier, trace, &last);
  for (int level = 0; level < LEVELS; level++)
    for (int kind = 0; kind < OP_KINDS; kind++)
      judge->counts[level][kind] = counted.counts[level][kind];
  judge->compared = counted.compared;
  judge->waivers = counted.waivers;
  judge->list_every = counted.list_every;
  return outcome == ORACLE_DIVERGED;
}
