#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "judge_internal.h"

/* Nobody is there any more, or it isn't known what is in use. */
static bool ends_history(enum departs what)
{
  return what == DEPARTS_CRASHED || what == DEPARTS_HUNG || what == DEPARTS_EXITED ||
         what == DEPARTS_OUTGREW || what == DEPARTS_OVERLAP || what == DEPARTS_OUTSIDE ||
         what == DEPARTS_ACCEPTED;
}

struct departs_where {
  uint64_t base, npages;
  enum field field;
};

static enum judgement departs(struct judge *judge, enum departs what, enum clause clause,
                              struct departs_where where, const char *format, va_list arguments)
{
  if (clause == NO_CLAUSE) clause = departs_clause(what);
  struct departure departure = {.what = what,
                                .has_clause = clause != NO_CLAUSE,
                                .clause = clause,
                                .side = SIDE_CANDIDATE,
                                .base = where.base,
                                .npages = where.npages,
                                .field = where.field,
                                .kind = judge->kind,
                                .page_bytes = judge->page_bytes};
  vsnprintf(departure.text, sizeof departure.text, format, arguments);
  memcpy(departure.said, judge->said, sizeof departure.said);
  judge_counts(judge, departs_level(what))->differed++;
  bool is_passed = judge->passes_others && what != judge->sought;
  if (waivers_use(&judge->tally.waivers, what, where.field) != NULL || is_passed)
    return ends_history(what) ? JUDGED_OVER : JUDGED_SAME;
  departure.last_words = transport_last_words(judge->sides[SIDE_CANDIDATE]);
  judge->departure = departure;
  return JUDGED_DEPARTED;
}

enum judgement judge_departs(struct judge *judge, enum departs what, enum clause clause,
                             uint64_t base, uint64_t npages, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  enum judgement judgement = departs(judge, what, clause,
                                     (struct departs_where){base, npages, FIELDS}, format, arguments);
  va_end(arguments);
  return judgement;
}

enum judgement judge_departs_in(struct judge *judge, enum departs what, enum clause clause,
                                enum field field, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  enum judgement judgement =
      departs(judge, what, clause, (struct departs_where){0, 0, field}, format, arguments);
  va_end(arguments);
  return judgement;
}

enum judgement judge_complains(struct judge *judge, enum departs what,
                               struct complaint why)
{
  return judge_departs(judge, what, why.clause, why.span.base, why.span.npages, "%s",
                       complaint_print(&why, judge->page_bytes).text);
}

enum judgement judge_fails(struct judge *judge, const char *why)
{
  judge->why = why;
  return JUDGED_FAILED;
}

enum judgement judge_fate(struct judge *judge)
{
  const struct transport *candidate = judge->sides[SIDE_CANDIDATE];
  int number;
  switch (transport_fate(candidate, &number)) {
  case FATE_NOT_STARTED:
  case FATE_UNLOADABLE: return judge_fails(judge, candidate->cell->why);
  case FATE_HUNG:
    return judge_departs(judge, DEPARTS_HUNG, NO_CLAUSE, 0, 0,
                         "no answer within %d s of its processor's time, or %d s by the clock",
                         number, CELL_PATIENCE * number);
  case FATE_EXITED:
    return judge_departs(judge, DEPARTS_EXITED, NO_CLAUSE, 0, 0,
                         "its process exited with status %d", number);
  case FATE_FORGED:
    return judge_departs(judge, DEPARTS_CRASHED, NO_CLAUSE, 0, 0,
                         "it has written over what the judge keeps in its process");
  case FATE_OUTGREW:
    return judge_departs(judge, DEPARTS_OUTGREW, NO_CLAUSE, 0, 0,
                         "its process has more than %d MiB in memory; %" PRIu64
                         " pages are in use", number,
                         judge_holds(judge)->in_use + judge_holds(judge)->manual);
  default:
    return judge_departs(judge, DEPARTS_CRASHED, NO_CLAUSE, 0, 0,
                         "its process was ended by signal %d (%s)", number, strsignal(number));
  }
}

enum judgement judge_skips(struct judge *judge)
{
  if (judge->kind == OP_REFUSE || judge->kind == OP_REGION)
    return JUDGED_SKIPPED; /* nobody is asked */
  for (int level = 0; level < LEVELS; level++)
    if (judge_declares(judge, (enum level)level))
      judge_counts(judge, (enum level)level)->skipped++;
  return JUDGED_SKIPPED;
}
