#include "shrink.h"

#include <stdlib.h>

#include "../trace/names.h"
#include "confirm.h"
#include "shrinker.h"

/* Histories tried by chance: in this process, and in a cell, where each call goes to
 * another process. */
#define TRIES_HERE_MAX 800000
#define TRIES_CELL_MAX 2000
/* Passes over all steps. Ten or so are enough as a rule. But where two numbers have to be near
 * each other, each pass lowers both a little, and without a bound that takes hours. */
#define PASSES_MAX 100
/* While a history is shortened, a call that takes so long hangs; growing takes longer. */
#define CALL_SECONDS 1
/* With a new process for each, which takes a millisecond and more, no more histories than so. */
#define FRESH_RUNS_MAX 4000
/* Only where a history stays longer than this other departures are passed over. */
#define LONG_OPS 24

/* Names 0, 1, 2 ... in the order of allocation. false: out of memory. */
static bool rename_all(struct trace_op *ops, size_t nops)
{
  struct names names = {0};
  bool ok = true;
  for (size_t i = 0; ok && i < nops; i++) {
    bool gives = op_gives(ops[i].kind);
    if (gives) ok = names_add(&names, ops[i].name);
    if (gives || op_takes_name(ops[i].kind)) ops[i].name = names_find(&names, ops[i].name);
  }
  names_free(&names);
  return ok;
}

/* Make *trace what was found; its header takes six lines. */
static bool write_back(struct trace *trace, struct trace *best)
{
  trace_clear(trace);
  trace_set_header(trace, best);
  if (!rename_all(best->ops, best->nops)) return false;
  for (size_t i = 0; i < best->nops; i++) {
    best->ops[i].line = (uint32_t)(1 + 5 + 1 + i);
    if (!trace_append(trace, best->ops[i])) return false;
  }
  return true;
}

/* The same operations, and room for one more. */
static bool copy_of(const struct trace *trace, struct trace *copy)
{
  copy->ops = calloc(trace->nops + 1, sizeof *copy->ops);
  copy->ops_room = trace->nops + 1;
  if (copy->ops != NULL) shrink_copy(copy, trace);
  return copy->ops != NULL;
}

static bool is_cell(const struct shrinker *shrinker)
{
  return shrinker->judge->sides[SIDE_CANDIDATE]->cell != NULL;
}

static bool begin(struct shrinker *shrinker, const struct trace *trace)
{
  size_t room = trace->nops + 1;
  shrinker->tries_max = is_cell(shrinker) ? TRIES_CELL_MAX : TRIES_HERE_MAX;
  shrinker->runs = shrinker->counts->runs > 0 ? shrinker->counts->runs : 1;
  if (shrinker->runs > 1) shrinker->replays_max = FRESH_RUNS_MAX / shrinker->runs;
  shrinker->counts->replays = 0;
  shrinker->counts->has_other = false;
  shrinker->counts->operations_before = shrinker->counts->operations_after = trace->nops;
  shrinker->doomed = calloc(room, sizeof *shrinker->doomed);
  shrinker->answered = calloc(room, sizeof *shrinker->answered);
  return shrinker->doomed != NULL && shrinker->answered != NULL &&
         copy_of(trace, &shrinker->best) && copy_of(trace, &shrinker->next) &&
         copy_of(trace, &shrinker->walk) && copy_of(trace, &shrinker->plain);
}

static void end(struct shrinker *shrinker)
{
  trace_free(&shrinker->best);
  trace_free(&shrinker->next);
  trace_free(&shrinker->walk);
  trace_free(&shrinker->plain);
  free(shrinker->doomed);
  free(shrinker->answered);
}

/* The first run that departs says what is looked for. */
static enum judgement find_sought(struct shrinker *shrinker)
{
  size_t at;
  struct judge *judge = shrinker->judge;
  enum judgement judgement = JUDGED_SAME;
  shrinker->is_fresh = true;
  for (int i = 0; i < CONFIRM_TRIES && judgement == JUDGED_SAME; i++)
    judgement = shrink_run(shrinker, &shrinker->best, &at);
  shrinker->is_fresh = shrinker->runs > 1;
  shrinker->is_at_end = shrink_is_at_end(judge, &shrinker->best, at);
  shrink_cut(shrinker, &shrinker->best, at);
  shrinker->nops = shrinker->best.nops;
  shrinker->sought = judge->departure;
  if (judge->departure.what != DEPARTS_OUTGREW)
    (void)transport_hurry(judge->sides[SIDE_CANDIDATE], CALL_SECONDS);
  return judgement;
}

static void shrink_best(struct shrinker *shrinker)
{
  bool any = true;
  for (int passes = 0; any && !shrinker->failed; passes++)
    any = (passes < PASSES_MAX && shrink_steps(shrinker)) || shrink_search(shrinker);
}

/* None is short unless others are passed over. What comes first then? */
static void take_past_others(struct shrinker *shrinker)
{
  struct judge *judge = shrinker->judge;
  size_t at;
  shrink_copy(&shrinker->best, &shrinker->plain);
  (void)shrink_run(shrinker, &shrinker->best, &at);
  shrinker->counts->has_other = judge->passes_others = true;
  shrinker->counts->other = judge->departure;
}

/* Where that isn't short, since too many histories depart otherwise before: the same with those
 * passed over. On the way there are shorter ones as a rule that need no passing over. */
static void shrink_past_others(struct shrinker *shrinker)
{
  struct judge *judge = shrinker->judge;
  if (shrinker->best.nops <= LONG_OPS || !shrinker->met_other) return;
  shrink_copy(&shrinker->plain, &shrinker->best);
  judge->sought = shrinker->sought.what;
  judge->passes_others = true;
  shrink_best(shrinker);
  judge->passes_others = false;
  struct trace past = shrinker->best;
  shrinker->best = shrinker->plain;
  shrinker->plain = past;
  shrinker->searched = 0;
  shrink_best(shrinker);
  bool is_shorter = past.nops < shrinker->best.nops;
  if (shrinker->best.nops > LONG_OPS && is_shorter) take_past_others(shrinker);
}

/* In how many new processes does the best depart so, and after its last operation? */
static void confirm_best(struct shrinker *shrinker)
{
  struct shrink_counts *counts = shrinker->counts;
  bool was_fresh = shrinker->is_fresh;
  bool is_slow = shrinker->sought.what == DEPARTS_HUNG || shrinker->sought.what == DEPARTS_OUTGREW;
  counts->tries = is_slow ? 1 : CONFIRM_TRIES;
  counts->shown = 0;
  shrinker->lost = 0;
  shrinker->replays_max = UINT64_MAX;
  shrinker->is_fresh = true;
  for (unsigned i = 0; i < counts->tries; i++) {
    size_t at;
    shrinker->asked = 0;
    if (shrink_run(shrinker, &shrinker->best, &at) != JUDGED_DEPARTED ||
        !shrink_is_sought(shrinker, &shrinker->best, at))
      continue;
    counts->shown++;
    shrinker->found = shrinker->judge->departure;
    counts->at = at;
  }
  shrinker->is_fresh = was_fresh;
}

/* From the beginning, without what was kept between histories. */
static void shrink_afresh(struct shrinker *shrinker, const struct trace *trace)
{
  shrink_copy(&shrinker->best, trace);
  shrinker->best.nops = shrinker->nops;
  shrinker->is_fresh = true;
  shrinker->replays_max = shrinker->counts->replays + FRESH_RUNS_MAX / shrinker->runs;
  shrinker->lost = shrinker->searched = 0;
  shrinker->asked = 0;
  shrinker->met_other = shrinker->counts->has_other = shrinker->judge->passes_others = false;
  shrink_best(shrinker);
  shrink_past_others(shrinker);
  confirm_best(shrinker);
}

static enum judgement shrink_further(struct shrinker *shrinker, struct trace *trace)
{
  struct shrink_counts *counts = shrinker->counts;
  shrink_best(shrinker);
  shrink_past_others(shrinker);
  confirm_best(shrinker);
  if (counts->shown == 0 && !shrinker->is_fresh && is_cell(shrinker))
    shrink_afresh(shrinker, trace);
  bool is_short = counts->shown > 0;
  counts->operations_after = is_short ? shrinker->best.nops : trace->nops;
  shrinker->judge->departure = is_short ? shrinker->found : shrinker->sought;
  if (shrinker->failed || (is_short && !write_back(trace, &shrinker->best)))
    return JUDGED_FAILED;
  return JUDGED_DEPARTED;
}

enum judgement shrink(struct judge *judge, struct trace *trace, struct shrink_counts *counts)
{
  struct shrinker shrinker = {.judge = judge, .counts = counts, .replays_max = UINT64_MAX};
  struct judge_tally tally = judge->tally;
  uint64_t list_every = judge->list_every;
  size_t lookups_max = judge->lookups_max;
  enum judgement judgement = begin(&shrinker, trace) ? find_sought(&shrinker) : JUDGED_FAILED;
  if (judgement == JUDGED_DEPARTED) judgement = shrink_further(&shrinker, trace);
  end(&shrinker);
  judge->passes_others = false;
  judge->tally = tally;
  judge->list_every = list_every;
  judge->lookups_max = lookups_max;
  return judgement;
}
