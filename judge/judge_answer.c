/* One answer, and the statistics after it. */
#include <string.h>

#include "follow.h"
#include "judge_internal.h"

/* --- Accounting ---------------------------------------------------------------------------- */

static enum judgement judge_stats(struct judge *judge)
{
  struct judge_counts *counts = judge_counts(judge, LEVEL_ACCOUNTING);
  if (!judge_counts_stats(judge)) {
    counts->skipped++;
    return JUDGED_SAME;
  }
  counts->compared++;
  struct wrong_stats wrong =
      rule_stats(stats_of(&judge->said[SIDE_CANDIDATE].stats), stats_of(&judge->holds),
                 judge->known, !judge_is_in_bytes(judge));
  /* Each may be waived. */
  enum judgement judgement = JUDGED_SAME;
  if (wrong.in_use) judgement = judge_finds(judge, FAULT_IN_USE, 0, 0);
  if (wrong.manual && judgement == JUDGED_SAME) judgement = judge_finds(judge, FAULT_MANUAL, 0, 0);
  if (wrong.sys && judgement == JUDGED_SAME) judgement = judge_finds(judge, FAULT_SYS, 0, 0);
  if (!wrong.idle || judgement != JUDGED_SAME) return judgement;
  /* All that was obtained is in use or idle. Which pages are lost its spans say. */
  if (!judge_is_hasty(judge)) judgement = judge_spans(judge, 0);
  return judgement == JUDGED_SAME ? judge_finds(judge, FAULT_IDLE, 0, 0) : judgement;
}

/* --- Placement ------------------------------------------------------------------------------ */

/* The sentence that speaks of the first of these fields. */
static enum clause clause_of_fields(const struct judge *judge, field_set fields,
                                    enum field *first)
{
  const struct observation *said = judge->said;
  for (*first = FIELD_STATUS; !field_in(fields, *first);) *first = (enum field)(*first + 1);
  return clause_of(&judge->call, *first, status_of(said[SIDE_REFERENCE].status),
                   status_of(said[SIDE_CANDIDATE].status), judge_grew(judge));
}

static enum departs departs_in(enum field field)
{
  if (field_in(FIELDS_OF_BACKING, field)) return DEPARTS_MEMORY;
  return field == FIELD_BASE ? DEPARTS_ADDRESS : DEPARTS_ANSWER;
}

/* In the first of these fields. */
static enum judgement depart_in_field(struct judge *judge, field_set fields, enum field *which)
{
  const struct observation *said = judge->said;
  enum field field;
  enum clause clause = clause_of_fields(judge, fields, &field);
  *which = field;
  enum judgement judgement = judge_departs_in(
      judge, departs_in(field), clause, field,
      "%s: the reference says %s, the candidate says %s", field_name(field),
      field_print(field, judge->kind, &said[SIDE_REFERENCE], judge->page_bytes).text,
      field_print(field, judge->kind, &said[SIDE_CANDIDATE], judge->page_bytes).text);
  if (judgement == JUDGED_DEPARTED) judge->departure.fields = fields;
  return judgement;
}

/* Each may be waived. But where the place is another, so is what goes with it. */
static enum judgement depart_exactly(struct judge *judge, field_set fields)
{
  const field_set place = 1U << FIELD_STATUS | 1U << FIELD_BASE;
  bool is_elsewhere = (fields & place) != 0;
  enum judgement judgement = JUDGED_SAME;
  while (judgement == JUDGED_SAME && fields != 0) {
    enum field field;
    judgement = depart_in_field(judge, fields, &field);
    fields = is_elsewhere ? 0 : fields & ~(1U << field);
  }
  return judgement;
}

/* An allocation in the memory there is: at the same address. What was claimed is there. */
static enum judgement judge_address(struct judge *judge)
{
  uint64_t theirs = judge->said[SIDE_CANDIDATE].answer.base;
  bool is_as_good = judge->is_as_good || judge->kind == OP_CLAIM;
  return judge_finds(
      judge, rule_place(judge->said[SIDE_REFERENCE].answer.base, theirs, is_as_good), theirs, 1);
}

/* Who has this page in use is the same for both. What is free may be in other pieces. */
static enum judgement judge_lookup(struct judge *judge)
{
  const struct observation *ours = &judge->said[SIDE_REFERENCE],
                           *theirs = &judge->said[SIDE_CANDIDATE];
  bool is_used =
      ours->found && !ours->span.free && !follow_is_pending(judge, ours->span.base);
  bool says_used = theirs->found && !theirs->span.free;
  return judge_finds(judge, rule_lookup(is_used, span_of(&ours->span), says_used,
                                        span_of(&theirs->span), judge_about(judge)->says_manual),
                     judge->call.page, 1);
}

/* In SPANREF_PAGES. */
static enum judgement judge_in_place(struct judge *judge)
{
  bool we_did = judge->said[SIDE_REFERENCE].status == SPAN_OK;
  bool they_did = judge->said[SIDE_CANDIDATE].status == SPANREF_OK;
  if (judge->kind == OP_LOOKUP) return judge_lookup(judge);
  return we_did && they_did && op_gives(judge->kind) ? judge_address(judge) : JUDGED_SAME;
}

/* --- All of it --------------------------------------------------------------------------------- */

/* It said what the reference said, which is proved: that is safe, and accounted for. */
static enum judgement agree(struct judge *judge)
{
  const struct observation *said = &judge->said[SIDE_CANDIDATE];
  const struct call *call = &judge->call;
  bool needzero = said->answer.needzero;
  judge->carried_out = true;
  if (said->status != SPANREF_OK) return JUDGED_SAME;
  if (op_gives(call->kind)) return judge_clean(judge, said->answer.base, call->number, needzero);
  const struct spanref_stats *was = &judge->before, *is = &judge->said[SIDE_REFERENCE].stats;
  uint64_t was_pages = was->in_use + was->manual, is_pages = is->in_use + is->manual;
  if (call->kind != OP_RESIZE || is_pages <= was_pages) return JUDGED_SAME;
  uint64_t more_pages = is_pages - was_pages, end = call->page + call->number;
  return judge_clean(judge, end - more_pages, more_pages, needzero);
}

/* Where it declares to be the reference in all it answers. */
static enum judgement judge_exactly(struct judge *judge)
{
  const struct observation *ours = &judge->said[SIDE_REFERENCE],
                           *theirs = &judge->said[SIDE_CANDIDATE];
  const field_set place = 1U << FIELD_STATUS | 1U << FIELD_BASE;
  enum field field;
  bool is_accounting = judge_declares(judge, LEVEL_ACCOUNTING);
  field_set fields = observations_differ(ours, theirs, judge->known);
  if (judge_declares(judge, LEVEL_BACKING))
    judge_counts(judge, LEVEL_BACKING)->compared++;
  else
    fields &= ~FIELDS_OF_BACKING;
  judge_counts(judge, LEVEL_PLACEMENT)->compared++;
  if (fields == 0) {
    if (is_accounting && judge->known != 0) judge_counts(judge, LEVEL_ACCOUNTING)->compared++;
    return agree(judge);
  }
  judge->holds = ours->stats;
  if ((fields & place) != 0 && !follow_from_here(judge))
    return judge_fails(judge, "out of memory");
  enum judgement judgement = judge->follows ? judge_safety(judge) : agree(judge);
  if (judgement == JUDGED_DEPARTED) { /* its sentence stays the first's */
    struct departure *departure = &judge->departure;
    departure->fields = fields;
    if (!departure->has_clause || departure->clause != CLAUSE_PLACEMENT) /* it says more */
      departure->clause = clause_of_fields(judge, fields, &field);
    departure->has_clause = true;
  }
  if (judgement == JUDGED_SAME) judgement = depart_exactly(judge, fields);
  return judgement == JUDGED_SAME && is_accounting ? judge_stats(judge) : judgement;
}

static enum judgement judge_by_levels(struct judge *judge)
{
  enum judgement judgement = judge_safety(judge);
  bool is_placed = judge->is_pages && judge->kind != OP_FREE;
  if (judgement == JUDGED_SAME && judge_declares(judge, LEVEL_PLACEMENT)) {
    struct judge_counts *counts = judge_counts(judge, LEVEL_PLACEMENT);
    *(is_placed ? &counts->compared : &counts->skipped) += 1;
    if (is_placed) judgement = judge_in_place(judge);
  }
  if (judge_declares(judge, LEVEL_BACKING)) judge_counts(judge, LEVEL_BACKING)->skipped++;
  bool is_accounting = judge_declares(judge, LEVEL_ACCOUNTING);
  return judgement == JUDGED_SAME && is_accounting ? judge_stats(judge) : judgement;
}

void judge_learns_numbers(struct judge *judge)
{
  const uint64_t *numbers = stats_numbers(&judge->said[SIDE_CANDIDATE].stats);
  if (judge_about(judge)->is_mask) {
    judge->known = judge_about(judge)->numbers;
    return;
  }
  if (judge->known == NUMBERS_ALL) return;
  for (unsigned i = 0; i < NUMBERS; i++)
    judge->known |= (uint32_t)(numbers[i] != SPANREF_UNKNOWN) << i;
}

enum judgement judge_answer(struct judge *judge)
{
  judge_learns_numbers(judge);
  judge->tally.compared++;
  judge->tally.exercised[judge->kind]++;
  judge_counts(judge, LEVEL_SAFETY)->compared++;
  enum judgement judgement = judge->chose ? judge_exactly(judge) : judge_by_levels(judge);
  if (judgement == JUDGED_DEPARTED && (judge->chose || judge->is_pages)) judge_explain(judge);
  return judgement;
}
