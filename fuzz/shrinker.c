#include "shrinker.h"

#include <string.h>

/* Up to here all spans are looked at after each operation at once; a longer history runs
 * faster with a second look where it departs. */
#define SHORT_OPS 64
/* Where the candidate's process is lost it takes another; after so many no history shows
 * anything. */
#define LOST_MAX 250
#define HANG_COSTS 10
/* Who asks the OS without end makes each history long: after so many requests it is the same. Where
 * they are fewer in a history, it may have any number. */
#define ASKED_MAX 2000000
#define ASKED_FEW 1000

/* --- Running ---------------------------------------------------------------------- */

static void count_replay(struct shrink_counts *counts)
{
  counts->replays++;
  if (counts->watch != NULL) counts->watch(counts->watch_context, counts);
}

bool shrink_is_at_end(const struct judge *judge, const struct trace *history, size_t at)
{
  return at >= history->nops && judge->ran > 0; /* nothing ran: a geometry departs at once */
}

static void count_lost(struct shrinker *shrinker)
{
  int number;
  enum fate fate = transport_fate(shrinker->judge->sides[SIDE_CANDIDATE], &number);
  bool is_slow = fate == FATE_HUNG || fate == FATE_OUTGREW;
  shrinker->lost += is_slow ? HANG_COSTS : fate != FATE_ALIVE;
  uint64_t asked = shrinker->judge->sides[SIDE_CANDIDATE]->door.asked;
  if (asked > ASKED_FEW) shrinker->asked += asked;
  if (shrinker->asked > ASKED_MAX) shrinker->lost = LOST_MAX + 1;
}

/* Up to the first run that departs, or ends otherwise. */
static enum judgement run_in_a_row(struct shrinker *shrinker, const struct trace *history,
                                   size_t runs, size_t *at)
{
  enum judgement judgement = JUDGED_SAME;
  if (shrinker->is_fresh) judge_renew(shrinker->judge);
  for (size_t run = 0; run < runs && judgement == JUDGED_SAME; run++)
    judgement = judge_trace(shrinker->judge, history, at);
  return judgement;
}

/* Where it departs first: by another run, in a process like that of the one which departed. */
static void locate(struct shrinker *shrinker, const struct trace *history, size_t *at)
{
  struct judge *judge = shrinker->judge;
  uint64_t ran = judge->ran, listed = judge->listed;
  struct departure departure = judge->departure;
  size_t at_before;
  if (shrinker->is_fresh) (void)run_in_a_row(shrinker, history, shrinker->runs - 1, &at_before);
  judge->ran = ran;
  judge->listed = listed;
  judge->departure = departure;
  (void)judge_locate(judge, history, at);
}

enum judgement shrink_run(struct shrinker *shrinker, struct trace *history, size_t *at)
{
  struct judge *judge = shrinker->judge;
  struct trace_error error;
  bool is_short = history->nops <= SHORT_OPS;
  *at = 0;
  if (shrinker->lost > LOST_MAX || shrinker->counts->replays >= shrinker->replays_max)
    return JUDGED_SKIPPED;
  count_replay(shrinker->counts);
  if (!trace_fit(history, &error)) return JUDGED_SKIPPED;
  judge->list_every = is_short ? 1 : JUDGE_LIST_EVERY;
  judge->lookups_max = is_short ? SIZE_MAX : JUDGE_LOOKUPS_MAX;
  enum judgement judgement = run_in_a_row(shrinker, history, shrinker->runs, at);
  count_lost(shrinker);
  bool is_overlooked = judge->ran - judge->listed > (*at < history->nops);
  if (judgement == JUDGED_DEPARTED && is_overlooked) locate(shrinker, history, at);
  return judgement;
}

/* What a look at the spans shows, by itself or when all was given back, any operation may show as
 * well. But a crash in destroy is none elsewhere. */
bool shrink_is_sought(struct shrinker *shrinker, const struct trace *history, size_t at)
{
  struct departure found = shrinker->judge->departure;
  bool is_at_end = shrink_is_at_end(shrinker->judge, history, at);
  bool is_by_look = shrinker->sought.kind == OP_DUMP && !departs_by_fate(shrinker->sought.what);
  if (is_by_look) found.kind = OP_DUMP;
  return departures_are_alike(&found, &shrinker->sought) && (shrinker->is_at_end || !is_at_end);
}

/* Next shows it with others passed over. Does it without, and is it the shortest that does? */
static void keep_plain(struct shrinker *shrinker)
{
  struct judge *judge = shrinker->judge;
  struct trace *next = &shrinker->next;
  size_t at;
  if (next->nops >= shrinker->plain.nops) return;
  judge->passes_others = false;
  if (shrink_run(shrinker, next, &at) == JUDGED_DEPARTED &&
      shrink_is_sought(shrinker, next, at))
    shrink_copy(&shrinker->plain, next);
  judge->passes_others = true;
}

static bool is_over(const struct shrink_counts *counts)
{
  return (counts->has_limit && counts->replays > counts->limit) || /* the first sees it depart */
         (counts->is_over != NULL && counts->is_over());
}

bool shrink_shows(struct shrinker *shrinker)
{
  struct trace *next = &shrinker->next;
  size_t at;
  if (shrinker->failed) return false;
  if (is_over(shrinker->counts)) return false;
  enum judgement judgement = shrink_run(shrinker, next, &at);
  shrinker->failed = judgement == JUDGED_FAILED;
  if (judgement != JUDGED_DEPARTED) return false;
  if (!shrink_is_sought(shrinker, next, at)) {
    shrinker->met_other = true;
    return false;
  }
  shrink_cut(shrinker, next, at);
  if (shrinker->judge->passes_others) keep_plain(shrinker);
  return true;
}

void shrink_survey(struct shrinker *shrinker)
{
  const struct trace *best = &shrinker->best;
  struct judge *judge = shrinker->judge;
  memset(shrinker->answered, 0, best->nops * sizeof *shrinker->answered);
  count_replay(shrinker->counts);
  judge->list_every = UINT64_MAX;
  enum judgement judgement = judge_begin_trace(judge, best);
  for (size_t i = 0; i < best->nops && !judgement_ends(judgement); i++) {
    judgement = judge_step(judge, &best->ops[i]);
    const struct observation *said = &judge->said[SIDE_REFERENCE];
    if (judgement != JUDGED_SKIPPED)
      shrinker->answered[i] = (struct answered){true, said->status, said->answer.base};
  }
}

const struct span_heap *shrink_spans_before(struct shrinker *shrinker, size_t at)
{
  const struct trace *best = &shrinker->best;
  struct judge *judge = shrinker->judge;
  struct span_heap *shown;
  struct observation said;
  const char *self_check;
  size_t stopped;
  count_replay(shrinker->counts);
  if (!judge_about(judge)->has_add || judge->is_pages ||
      judge_begin_trace(judge, best) != JUDGED_SAME ||
      judge_steps(judge, best->ops, at, &stopped) != JUDGED_SAME)
    return NULL;
  (void)transport_walk(judge->sides[SIDE_REFERENCE], &shown, &self_check, &said);
  return shown;
}

/* --- Trying ------------------------------------------------------------------------- */

bool shrink_try(struct shrinker *shrinker)
{
  if (!shrink_shows(shrinker)) return false;
  struct trace was = shrinker->best;
  shrinker->best = shrinker->next;
  shrinker->next = was;
  shrinker->counts->operations_after = shrinker->best.nops;
  return true;
}

void shrink_cut(const struct shrinker *shrinker, struct trace *history, size_t at)
{
  if (shrinker->runs == 1 && at < history->nops) history->nops = at + 1;
}

void shrink_copy(struct trace *to, const struct trace *from)
{
  trace_set_header(to, from);
  to->nops = from->nops;
  if (from->nops > 0) memcpy(to->ops, from->ops, from->nops * sizeof *from->ops);
}

struct trace *shrink_draft(struct shrinker *shrinker)
{
  shrink_copy(&shrinker->next, &shrinker->best);
  return &shrinker->next;
}

/* What frees or resizes what is doomed is doomed with it. */
static void doom_frees(struct shrinker *shrinker)
{
  const struct trace *best = &shrinker->best;
  for (size_t i = 0; i < best->nops; i++) {
    if (!shrinker->doomed[i] || !op_gives(best->ops[i].kind)) continue;
    for (size_t j = i + 1; j < best->nops; j++)
      if (op_takes_name(best->ops[j].kind) && best->ops[j].name == best->ops[i].name)
        shrinker->doomed[j] = true;
  }
}

bool shrink_without_doomed(struct shrinker *shrinker)
{
  const struct trace *best = &shrinker->best;
  struct trace *next = &shrinker->next;
  doom_frees(shrinker);
  trace_set_header(next, best);
  next->nops = 0;
  for (size_t i = 0; i < best->nops; i++)
    if (!shrinker->doomed[i]) next->ops[next->nops++] = best->ops[i];
  memset(shrinker->doomed, 0, best->nops * sizeof *shrinker->doomed);
  return shrink_try(shrinker);
}
