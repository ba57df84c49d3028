#include "shrink.h"

#include <stdlib.h>

#include "../trace/names.h"
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

static bool begin(struct shrinker *shrinker, const struct trace *trace)
{
  size_t room = trace->nops + 1;
  bool is_cell = shrinker->judge->sides[SIDE_CANDIDATE]->cell != NULL;
  shrinker->tries_max = is_cell ? TRIES_CELL_MAX : TRIES_HERE_MAX;
  shrinker->counts->replays = 0;
  shrinker->counts->operations_before = shrinker->counts->operations_after = trace->nops;
  shrinker->doomed = calloc(room, sizeof *shrinker->doomed);
  shrinker->answered = calloc(room, sizeof *shrinker->answered);
  return shrinker->doomed != NULL && shrinker->answered != NULL &&
         copy_of(trace, &shrinker->best) && copy_of(trace, &shrinker->next) &&
         copy_of(trace, &shrinker->walk);
}

static void end(struct shrinker *shrinker)
{
  trace_free(&shrinker->best);
  trace_free(&shrinker->next);
  trace_free(&shrinker->walk);
  free(shrinker->doomed);
  free(shrinker->answered);
}

/* The first run says what is looked for. */
static enum judgement find_kind(struct shrinker *shrinker)
{
  size_t at;
  struct judge *judge = shrinker->judge;
  enum judgement judgement = shrink_run(shrinker, &shrinker->best, &at);
  shrinker->is_at_end = shrink_is_at_end(judge, &shrinker->best, at);
  if (at < shrinker->best.nops) shrinker->best.nops = at + 1;
  shrinker->kind = shrink_kind_of(&judge->departure);
  if (judge->departure.what != DEPARTS_OUTGREW)
    transport_hurry(judge->sides[SIDE_CANDIDATE], CALL_SECONDS);
  return judgement;
}

static enum judgement shrink_further(struct shrinker *shrinker, struct trace *trace)
{
  bool any = true;
  size_t at;
  for (int passes = 0; any && !shrinker->failed; passes++)
    any = (passes < PASSES_MAX && shrink_steps(shrinker)) || shrink_search(shrinker);
  shrinker->counts->operations_after = shrinker->best.nops;
  if (shrinker->failed || !write_back(trace, &shrinker->best)) return JUDGED_FAILED;
  shrinker->lost = 0;
  return shrink_run(shrinker, trace, &at); /* so that judge.departure is of what was found */
}

enum judgement shrink(struct judge *judge, struct trace *trace, struct shrink_counts *counts)
{
  struct shrinker shrinker = {.judge = judge, .counts = counts};
  struct judge_tally tally = judge->tally;
  uint64_t list_every = judge->list_every;
  size_t lookups_max = judge->lookups_max;
  enum judgement judgement = begin(&shrinker, trace) ? find_kind(&shrinker) : JUDGED_FAILED;
  if (judgement == JUDGED_DEPARTED) judgement = shrink_further(&shrinker, trace);
  end(&shrinker);
  judge->tally = tally;
  judge->list_every = list_every;
  judge->lookups_max = lookups_max;
  return judgement;
}
