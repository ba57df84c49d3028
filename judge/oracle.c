#include "oracle.h"

#include <stdlib.h>

#include "../ref/decide.h"

bool oracle_create(struct oracle *oracle, const struct candidate *reference,
                   const struct candidate *candidate)
{
  *oracle = (struct oracle){.list_every = ORACLE_LIST_EVERY,
                             .lookups_max = ORACLE_LOOKUPS_MAX};
  oracle->shown = malloc(ORACLE_SIDES * sizeof *oracle->shown);
  if (oracle->shown != NULL &&
      machine_create(&oracle->machines[ORACLE_REFERENCE], reference) &&
      machine_create(&oracle->machines[ORACLE_CANDIDATE], candidate))
    return true;
  oracle_destroy(oracle);
  return false;
}

void oracle_destroy(struct oracle *oracle)
{
  for (int side = 0; side < ORACLE_SIDES; side++) {
    if (oracle->machines[side].candidate != NULL)
      machine_destroy(&oracle->machines[side]);
  }
  free(oracle->shown);
  holdings_free(&oracle->holdings);
  page_set_free(&oracle->given);
}

/* --- What is a divergence ----------------------------------------------------- */

/* Operations since all spans were compared. */
static uint64_t since_list(const struct oracle *oracle)
{
  return oracle->ran - oracle->listed;
}

static void record(struct oracle *oracle, field_set fields, bool late)
{
  oracle->divergence = (struct divergence){
      .fields = fields,
      .call = oracle->call,
      .said = {oracle->said[ORACLE_REFERENCE], oracle->said[ORACLE_CANDIDATE]},
      .late = late,
  };
}

static bool arena_moved(const struct span_stats *before, const struct span_stats *after)
{
  return before->arena_base != after->arena_base || before->arena_end != after->arena_end;
}

static enum oracle_outcome diverge(struct oracle *oracle, field_set fields, bool late)
{
  enum field first = FIELD_STATUS;
  const struct observation *said = oracle->said;
  record(oracle, fields, late);
  while (!field_in(fields, first)) first = (enum field)(first + 1);
  oracle->divergence.clause =
      clause_of(oracle->call.kind, first, said[ORACLE_REFERENCE].answer.status,
                said[ORACLE_CANDIDATE].answer.status,
                arena_moved(&oracle->before, &said[ORACLE_REFERENCE].stats));
  return ORACLE_DIVERGED;
}

static enum oracle_outcome diverge_malformed(struct oracle *oracle, int side,
                                             struct complaint complaint, bool late)
{
  record(oracle, 1U << FIELD_INVARIANT, late);
  oracle->divergence.side = side;
  oracle->divergence.complaint = complaint;
  oracle->divergence.clause = complaint.clause;
  return ORACLE_DIVERGED;
}

/* --- All spans ------------------------------------------------------------------ */

/* The first span that differs, of heaps that are not the same. */
static enum oracle_outcome diverge_spans(struct oracle *oracle, bool late)
{
  const struct span_heap *a = &oracle->shown[ORACLE_REFERENCE];
  const struct span_heap *b = &oracle->shown[ORACLE_CANDIDATE];
  struct divergence *divergence = &oracle->divergence;
  uint64_t i = 0;
  while (i < a->count && i < b->count && spans_are_equal(&a->spans[i], &b->spans[i])) i++;
  if (i == a->count && i == b->count) {
    struct complaint complaint = {.clause = CLAUSE_SPANS,
                                  .reason = "it isn't the heap that the reference is"};
    return diverge_malformed(oracle, ORACLE_CANDIDATE, complaint, late);
  }
  diverge(oracle, 1U << FIELD_SPANS, late);
  divergence->span_number = i;
  for (int side = 0; side < ORACLE_SIDES; side++) {
    divergence->has_span[side] = i < oracle->shown[side].count;
    if (divergence->has_span[side])
      divergence->span[side] = oracle->shown[side].spans[i];
  }
  return ORACLE_DIVERGED;
}

/* Lookup on the first and the last page of so many spans, others each time. */
static bool is_not_found(struct oracle *oracle, size_t spans_max, struct complaint *why)
{
  const struct span_heap *list = &oracle->shown[ORACLE_CANDIDATE];
  const struct machine *machine = &oracle->machines[ORACLE_CANDIDATE];
  for (size_t n = 0; n < list->count && n < spans_max; n++) {
    const struct span *span = &list->spans[oracle->lookup_turn++ % list->count];
    uint64_t pages[] = {span->base, span->base + span->npages - 1};
    for (size_t i = 0; i < 2; i++) {
      struct span_lookup_result got =
          machine->candidate->lookup(machine->heap, pages[i]);
      if (got.found && spans_are_equal(&got.span, span)) continue;
      *why = (struct complaint){.clause = CLAUSE_INV_MAP,
                                .reason = "lookup doesn't find this span",
                                .has_span = true,
                                .span = *span};
      return true;
    }
  }
  return false;
}

static bool side_is_malformed(const struct oracle *oracle, int side,
                              struct complaint *why)
{
  return is_malformed(&oracle->shown[side], &oracle->said[side].stats, &oracle->given, why);
}

/* A broken invariant says more than a difference; it is looked for first. Whether two
 * heaps are the same is decided by proof, and what is the same as a well-formed heap is
 * well-formed (proofs/laws.c; the statistics were compared before): the candidate's
 * invariants are looked at where it isn't. */
static enum oracle_outcome check_heaps(struct oracle *oracle, size_t lookups_max)
{
  bool late = since_list(oracle) > 1;
  const struct span_heap *shown = oracle->shown;
  struct complaint why;
  if (side_is_malformed(oracle, ORACLE_REFERENCE, &why))
    return diverge_malformed(oracle, ORACLE_REFERENCE, why, late);
  bool same = span_heaps_are_same(&shown[ORACLE_REFERENCE], &shown[ORACLE_CANDIDATE]);
  if ((!same && side_is_malformed(oracle, ORACLE_CANDIDATE, &why)) ||
      is_not_found(oracle, lookups_max, &why))
    return diverge_malformed(oracle, ORACLE_CANDIDATE, why, late);
  return same ? ORACLE_SAME : diverge_spans(oracle, late);
}

static enum oracle_outcome check_spans(struct oracle *oracle, size_t lookups_max)
{
  for (int side = 0; side < ORACLE_SIDES; side++) {
    struct machine *machine = &oracle->machines[side];
    span_heap_show(machine->candidate, machine->heap, &oracle->said[side].stats,
                   &oracle->geometry, &oracle->shown[side]);
  }
  enum oracle_outcome outcome = check_heaps(oracle, lookups_max);
  if (outcome != ORACLE_SAME) return outcome;
  oracle->listed = oracle->ran;
  oracle->counts.span_lists++;
  return ORACLE_SAME;
}

/* --- One operation ---------------------------------------------------------------- */

/* An allocation said to be clean holds nothing given out before. */
static enum oracle_outcome give(struct oracle *oracle)
{
  const struct answer *answer = &oracle->said[ORACLE_REFERENCE].answer;
  bool is_alloc = oracle->call.kind == OP_HEAP || oracle->call.kind == OP_MANUAL;
  if (!is_alloc || answer->status != SPAN_OK) return ORACLE_SAME;
  uint64_t end = answer->base + oracle->call.number;
  if (!answer->needzero && page_set_meets(&oracle->given, answer->base, end)) {
    struct complaint complaint = {
        .clause = CLAUSE_INV_NEEDZERO,
        .reason = "an allocation with needzero=0 holds a page that was given out before"};
    return diverge_malformed(oracle, ORACLE_REFERENCE, complaint, false);
  }
  return page_set_add(&oracle->given, answer->base, end) ? ORACLE_SAME
                                                         : ORACLE_NO_MEMORY;
}

static enum oracle_outcome compare_answers(struct oracle *oracle)
{
  const struct observation *said = oracle->said;
  field_set fields = answers_differ(&said[0].answer, &said[1].answer) |
                     stats_differ(&said[0].stats, &said[1].stats);
  if (said[ORACLE_REFERENCE].answer.status == SPAN_TABLE_FULL) return ORACLE_FULL;
  oracle->counts.answers++;
  oracle->counts.statistics += FIELD_STATS_COUNT;
  if (fields != 0) return diverge(oracle, fields, false);
  return give(oracle);
}

enum oracle_outcome oracle_step(struct oracle *oracle, const struct trace_op *op)
{
  enum oracle_outcome outcome = ORACLE_SAME;
  struct call resolved, *call = &oracle->call;
  if (!call_resolve(op, oracle->page_bytes, &oracle->holdings, &resolved))
    return ORACLE_SKIPPED;
  *call = resolved;
  oracle->before = oracle->said[ORACLE_REFERENCE].stats;
  oracle->counts.operations++;
  oracle->ran++;
  for (int side = 0; side < ORACLE_SIDES; side++)
    machine_run(&oracle->machines[side], call, &oracle->said[side].answer);
  if (call_is_answered(call)) {
    for (int side = 0; side < ORACLE_SIDES; side++)
      oracle->said[side].stats = machine_stats(&oracle->machines[side]);
    outcome = compare_answers(oracle);
    if (outcome == ORACLE_SAME &&
        !call_learn(op, &oracle->said[ORACLE_REFERENCE].answer, &oracle->holdings))
      return ORACLE_NO_MEMORY;
  }
  if (outcome == ORACLE_SAME &&
      (call->kind == OP_DUMP || since_list(oracle) >= oracle->list_every))
    outcome = check_spans(oracle, oracle->lookups_max);
  return outcome;
}

enum oracle_outcome oracle_finish(struct oracle *oracle)
{
  return check_spans(oracle, SIZE_MAX);
}

enum oracle_outcome oracle_drained(struct oracle *oracle)
{
  enum oracle_outcome outcome = oracle_finish(oracle);
  for (int side = 0; side < ORACLE_SIDES && outcome == ORACLE_SAME; side++) {
    const struct span_heap *list = &oracle->shown[side];
    for (uint64_t i = 0; i < list->count; i++) {
      if (list->spans[i].free) continue;
      struct complaint complaint = {.clause = CLAUSE_FREE_BASE,
                                    .reason = "still in use after all was freed",
                                    .has_span = true,
                                    .span = list->spans[i]};
      return diverge_malformed(oracle, side, complaint, true);
    }
  }
  return outcome;
}

enum oracle_outcome oracle_steps(struct oracle *oracle, const struct trace_op *ops,
                                 size_t nops, size_t *at)
{
  enum oracle_outcome outcome = ORACLE_SAME;
  for (*at = 0; *at < nops; (*at)++) {
    outcome = oracle_step(oracle, &ops[*at]);
    if (outcome != ORACLE_SAME && outcome != ORACLE_SKIPPED) return outcome;
  }
  return ORACLE_SAME;
}

static bool is_over(enum oracle_outcome outcome)
{
  return outcome != ORACLE_SAME && outcome != ORACLE_SKIPPED;
}

enum oracle_outcome oracle_locate(struct oracle *oracle, const struct trace_op *ops,
                                  size_t nops, size_t *at)
{
  struct oracle_counts counts = oracle->counts;
  uint64_t list_every = oracle->list_every, sound = oracle->listed;
  size_t lookups_max = oracle->lookups_max;
  oracle->list_every = UINT64_MAX;
  oracle->lookups_max = SIZE_MAX;
  enum oracle_outcome outcome =
      oracle_begin(oracle, oracle->geometry, oracle->page_bytes);
  for (*at = 0; *at < nops && !is_over(outcome); (*at)++) {
    if (oracle->ran >= sound && oracle->list_every != 1) {
      oracle->listed = oracle->ran; /* as it was found then */
      oracle->list_every = 1;
    }
    outcome = oracle_step(oracle, &ops[*at]);
  }
  if (is_over(outcome) && *at > 0)
    --*at; /* 0: the geometry */
  else if (!is_over(outcome))
    outcome = oracle_finish(oracle);
  oracle->list_every = list_every;
  oracle->lookups_max = lookups_max;
  oracle->counts = counts;
  return outcome;
}

enum oracle_outcome oracle_begin(struct oracle *oracle, struct span_geometry geometry,
                                 uint64_t page_bytes)
{
  oracle->geometry = geometry;
  oracle->page_bytes = page_bytes;
  oracle->ran = 0;
  oracle->listed = 0;
  oracle->lookup_turn = 0;
  oracle->call = (struct call){.kind = OP_KINDS};
  oracle->before = (struct span_stats){0};
  holdings_clear(&oracle->holdings);
  page_set_clear(&oracle->given);
  for (int side = 0; side < ORACLE_SIDES; side++) {
    oracle->shown[side].count = 0;
    oracle->said[side] = (struct observation){.answer.status = SPAN_OK};
    oracle->said[side].answer.status = machine_reset(&oracle->machines[side], geometry);
    if (oracle->said[side].answer.status == SPAN_OK)
      oracle->said[side].stats = machine_stats(&oracle->machines[side]);
  }
  const struct observation *said = oracle->said;
  field_set fields = answers_differ(&said[0].answer, &said[1].answer) |
                     stats_differ(&said[0].stats, &said[1].stats);
  if (fields == 0 && said[0].answer.status == SPAN_OK) return ORACLE_SAME;
  record(oracle, fields, false);
  oracle->divergence.clause = CLAUSE_GEOMETRY;
  return ORACLE_DIVERGED;
}
