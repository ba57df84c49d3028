#include "confirm.h"

struct confirming {
  struct judge *judge;
  struct departure sought;
  confirm_history *history;
  void *context;
};

enum judgement confirm_run(struct judge *judge, const struct trace *trace, size_t *at)
{
  judge->list_every = trace->nops <= JUDGE_LIST_EVERY ? 1 : JUDGE_LIST_EVERY;
  enum judgement judgement = judge_trace(judge, trace, at);
  if (judgement == JUDGED_DEPARTED) (void)judge_locate(judge, trace, at);
  return judgement;
}

static bool is_cell(const struct judge *judge)
{
  return judge->sides[SIDE_CANDIDATE]->cell != NULL;
}

size_t confirm_first(struct judge *judge, const struct trace *trace, enum judgement *judgement)
{
  size_t at, runs_max = is_cell(judge) ? CONFIRM_RUNS_MAX : 1;
  judge_renew(judge);
  for (size_t runs = 1; runs <= runs_max; runs++) {
    *judgement = confirm_run(judge, trace, &at);
    if (*judgement == JUDGED_DEPARTED) return runs;
    if (*judgement != JUDGED_SAME) return 0; /* it would end so each time */
  }
  return 0;
}

/* Does it depart now, in the process there is, and as was seen? */
static bool shows(struct confirming *confirming, size_t number)
{
  struct judge *judge = confirming->judge;
  size_t at;
  const struct trace *trace = confirming->history(confirming->context, number);
  return trace != NULL && confirm_run(judge, trace, &at) == JUDGED_DEPARTED &&
         departures_are_alike(&judge->departure, &confirming->sought);
}

/* In a new process, which of so many runs is the first that shows it? 0: none. */
static size_t first_run(struct confirming *confirming, size_t runs_max)
{
  judge_renew(confirming->judge);
  for (size_t runs = 1; runs <= runs_max; runs++)
    if (shows(confirming, 0)) return runs;
  return 0;
}

/* So many before it, and then the history itself. */
static bool shows_after(struct confirming *confirming, size_t before)
{
  judge_renew(confirming->judge);
  for (size_t i = before; i > 0; i--) (void)shows(confirming, i);
  return shows(confirming, 0);
}

/* What is seen once may be chance: it must be so every time. */
static size_t confirm_runs(struct confirming *confirming)
{
  size_t runs = first_run(confirming, CONFIRM_RUNS_MAX);
  for (int tries = 1; runs > 0 && tries < CONFIRM_TRIES; tries++)
    if (first_run(confirming, runs) != runs) return 0;
  return runs;
}

/* The last 1, 2, 4 ... before it; then the fewest between what doesn't do and what does. */
static size_t confirm_before(struct confirming *confirming, size_t nbefore)
{
  size_t fails = 0, does = 0;
  for (size_t before = 1; does == 0 && fails < nbefore; before *= 2) {
    if (before > nbefore) before = nbefore;
    *(shows_after(confirming, before) ? &does : &fails) = before;
  }
  while (does > fails + 1) {
    size_t before = fails + (does - fails) / 2;
    *(shows_after(confirming, before) ? &does : &fails) = before;
  }
  for (int tries = 1; does > 0 && tries < CONFIRM_TRIES; tries++)
    if (!shows_after(confirming, does)) return 0;
  return does;
}

/* In how many new processes does it depart alone? */
static unsigned count_shown(struct confirming *confirming, unsigned tries)
{
  unsigned shown = 0;
  for (unsigned i = 0; i < tries; i++) shown += first_run(confirming, 1) == 1;
  return shown;
}

/* Does it depart otherwise, alone and each time? */
static bool departs_otherwise(struct confirming *confirming, unsigned tries, size_t *at)
{
  struct judge *judge = confirming->judge;
  struct departure sought = confirming->sought;
  const struct trace *trace = confirming->history(confirming->context, 0);
  judge_renew(judge);
  if (trace != NULL && confirm_run(judge, trace, at) == JUDGED_DEPARTED) {
    confirming->sought = judge->departure;
    if (count_shown(confirming, tries) == tries) return true;
  }
  confirming->sought = sought;
  return false;
}

/* Waiting for it costs more than anything else. */
static bool is_slow(enum departs what)
{
  return what == DEPARTS_HUNG || what == DEPARTS_OUTGREW;
}

struct confirmation confirm(struct judge *judge, confirm_history *history, void *context,
                            size_t nbefore)
{
  struct confirming confirming = {judge, judge->departure, history, context};
  struct confirmation found = {.tries = is_slow(judge->departure.what) ? 1 : CONFIRM_TRIES};
  struct judge_tally tally = judge->tally;
  uint64_t list_every = judge->list_every;
  struct transport *candidate = judge->sides[SIDE_CANDIDATE];
  bool hung = judge->departure.what == DEPARTS_HUNG;
  uint64_t seconds = hung ? transport_hurry(candidate, CONFIRM_CALL_SECONDS) : 0;
  found.shown = count_shown(&confirming, found.tries);
  found.is_other = found.shown == 0 && departs_otherwise(&confirming, found.tries, &found.at);
  if (found.is_other) found.shown = found.tries;
  if (found.shown == 0 && is_cell(judge)) found.runs = confirm_runs(&confirming);
  if (found.shown == 0 && is_cell(judge) && found.runs == 0)
    found.before = confirm_before(&confirming, nbefore);
  if (hung) (void)transport_hurry(candidate, seconds);
  judge->tally = tally;
  judge->list_every = list_every;
  judge->departure = confirming.sought;
  judge_renew(judge);
  return found;
}
