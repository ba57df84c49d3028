/* All spans of both sides. */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "../ref/decide.h"
#include "judge_internal.h"
#include "wellformed.h"

/* Nothing that reaches past the limit is believed, nor are more spans than fit. */
static enum judgement judge_bounds(struct judge *judge, enum op_kind kind,
                                   const struct span_heap *shown)
{
  if (shown->count > SPAN_HEAP_CAPACITY)
    return judge_departs(judge, kind, DEPARTS_SPANS, "it shows %" PRIu64
                         " spans, more than the judge has room for", shown->count);
  for (uint64_t i = 0; i < shown->count; i++) {
    const struct span *span = &shown->spans[i];
    if (span->npages <= SPAN_LIMIT_PAGES && span->base <= SPAN_LIMIT_PAGES - span->npages)
      continue;
    return judge_places(
        judge,
        judge_cites(judge,
                    judge_departs(judge, kind, DEPARTS_SPANS,
                                  "span 0x%" PRIx64 " +%" PRIu64 " reaches past page 2^40",
                                  span->base, span->npages),
                    CLAUSE_LIMIT),
        span->base, span->npages);
  }
  return JUDGED_SAME;
}

/* --- By the levels that it declares ------------------------------------------------------- */

/* In order, without overlap; in use what is in use, and nothing else. */
static enum judgement judge_list(struct judge *judge, enum op_kind kind,
                                 const struct span_heap *shown)
{
  uint64_t end = 0;
  size_t in_use = 0;
  for (uint64_t i = 0; i < shown->count; i++) {
    const struct span *span = &shown->spans[i];
    if (span->base < end || span->npages == 0)
      return judge_places(
          judge,
          judge_departs(judge, kind, DEPARTS_SPANS,
                        "span 0x%" PRIx64 " +%" PRIu64 " %s", span->base, span->npages,
                        span->npages == 0 ? "is empty"
                                          : "begins before the previous span ends"),
          span->base, span->npages);
    end = span->base + span->npages;
    if (span->free) continue;
    const struct live_span *live = live_at(&judge->live, span->base);
    in_use++;
    if (live == NULL || live->npages != span->npages || live->manual != span->manual)
      return judge_places(
          judge,
          judge_departs(judge, kind, DEPARTS_SPANS,
                        "it shows 0x%" PRIx64 " +%" PRIu64 " in use, but %" PRIu64
                        " pages are in use there", span->base, span->npages,
                        live == NULL ? 0 : live->npages),
          span->base, span->npages);
  }
  if (in_use == judge->live.count) return JUDGED_SAME;
  return judge_departs(judge, kind, DEPARTS_SPANS, "it shows %zu of the %zu spans in use",
                       in_use, judge->live.count);
}

static enum judgement judge_coalesced(struct judge *judge, enum op_kind kind,
                                      const struct span_heap *shown)
{
  for (uint64_t i = 1; i < shown->count; i++) {
    const struct span *a = &shown->spans[i - 1], *b = &shown->spans[i];
    if (!a->free || !b->free || a->base + a->npages != b->base ||
        a->scavenged != b->scavenged)
      continue;
    return judge_places(
        judge,
        judge_departs(judge, kind, DEPARTS_UNCOALESCED,
                      "0x%" PRIx64 " +%" PRIu64 " and 0x%" PRIx64 " +%" PRIu64
                      " are free, adjacent and of one kind, but two spans",
                      a->base, a->npages, b->base, b->npages),
        a->base, a->npages + b->npages);
  }
  return JUDGED_SAME;
}

/* Free pages and free spans, as it says and as its spans add up to. */
static enum judgement judge_sums(struct judge *judge, enum op_kind kind,
                                 const struct span_heap *shown,
                                 const struct spanref_stats *stats)
{
  uint64_t idle = 0, nfree = 0;
  for (uint64_t i = 0; i < shown->count; i++) {
    if (!shown->spans[i].free) continue;
    idle += shown->spans[i].npages;
    nfree++;
  }
  if (judge_knows(judge, NUMBER_ARENA_BASE) && judge_knows(judge, NUMBER_ARENA_END))
    idle += stats->arena_end - stats->arena_base;
  if (judge_knows(judge, NUMBER_IDLE) && stats->idle != idle)
    return judge_cites(judge,
                       judge_departs(judge, kind, DEPARTS_STATS,
                                     "idle: its spans add up to %" PRIu64
                                     " pages, the candidate says %" PRIu64, idle,
                                     stats->idle),
                       CLAUSE_STATS_IDLE);
  if (judge_knows(judge, NUMBER_NFREE) && stats->nfree != nfree)
    return judge_cites(judge,
                       judge_departs(judge, kind, DEPARTS_STATS,
                                     "nfree: %" PRIu64
                                     " of its spans are free, the candidate says %" PRIu64,
                                     nfree, stats->nfree),
                       CLAUSE_STATS_NFREE);
  return JUDGED_SAME;
}

static enum judgement judge_by_levels(struct judge *judge, enum op_kind kind,
                                      const struct span_heap *shown,
                                      const struct spanref_stats *stats)
{
  enum judgement judgement = JUDGED_SAME;
  if (about_declares(judge_about(judge), LEVEL_COALESCING)) {
    judgement = judge_list(judge, kind, shown);
    if (judgement == JUDGED_SAME) judgement = judge_coalesced(judge, kind, shown);
  }
  if (judgement == JUDGED_SAME && about_declares(judge_about(judge), LEVEL_ACCOUNTING))
    judgement = judge_sums(judge, kind, shown, stats);
  return judgement;
}

/* --- Beside the reference ------------------------------------------------------------------ */

/* Lookup on the first and the last page of so many spans, others each time. */
static enum judgement judge_lookups(struct judge *judge, enum op_kind kind,
                                    const struct span_heap *shown, size_t lookups_max)
{
  struct transport *candidate = judge->sides[SIDE_CANDIDATE];
  if (!candidate->about.has_lookup) return JUDGED_SAME;
  for (uint64_t n = 0; n < shown->count && n < lookups_max; n++) {
    const struct span *span = &shown->spans[judge->lookup_turn++ % shown->count];
    for (int last = 0; last < 2; last++) {
      struct observation said;
      uint64_t page = span->base + (last ? span->npages - 1 : 0);
      if (!transport_lookup(candidate, page, &said)) return judge_fate(judge, kind);
      struct span found = span_of(&said.span);
      if (said.found && spans_are_equal(&found, span)) continue;
      struct complaint why = {.reason = "lookup doesn't find this span",
                              .has_span = true,
                              .span = *span};
      enum judgement judgement = judge_departs(judge, kind, DEPARTS_STATE, "%s",
                                               complaint_print(&why, judge->page_bytes).text);
      judgement = judge_places(judge, judgement, span->base, span->npages);
      return judge_cites(judge, judgement, CLAUSE_INV_MAP);
    }
  }
  return JUDGED_SAME;
}

static enum departs broken_kind(enum clause clause)
{
  if (clause == CLAUSE_INV_ORDER || clause == CLAUSE_LIMIT) return DEPARTS_SPANS;
  return clause == CLAUSE_INV_COALESCED ? DEPARTS_UNCOALESCED : DEPARTS_STATE;
}

/* The candidate's spans with its own statistics, as far as it says them. */
static void complete_with(struct judge *judge, struct span_heap *theirs,
                          const struct spanref_stats *says, struct spanref_stats *stats)
{
  uint64_t *numbers = &stats->sys;
  *stats = judge->said[SIDE_REFERENCE].stats;
  for (unsigned i = 0; i < NUMBERS; i++)
    if (judge_knows(judge, (enum number)i)) numbers[i] = stats_numbers(says)[i];
  span_heap_complete(theirs, stats, &judge->geometry);
}

static enum judgement depart_in_a_span(struct judge *judge, enum op_kind kind,
                                       const struct span_heap *ours,
                                       const struct span_heap *theirs)
{
  uint64_t i = 0, count = theirs->count;
  while (i < ours->count && i < count && spans_are_equal(&ours->spans[i], &theirs->spans[i]))
    i++;
  enum judgement judgement = judge_departs(
      judge, kind, DEPARTS_STATE, "span number %" PRIu64
      ": the reference has %s, the candidate has %s",
      i + 1, i < ours->count ? span_print(&ours->spans[i], judge->page_bytes).text : "none",
      i < count ? span_print(&theirs->spans[i], judge->page_bytes).text : "none");
  const struct span *span = i < count ? &theirs->spans[i] : &ours->spans[i];
  if (judgement == JUDGED_DEPARTED) {
    judge->departure.fields = 1U << FIELD_SPANS;
    judge->departure.side = i < count ? SIDE_CANDIDATE : SIDE_REFERENCE;
  }
  judgement = judge_places(judge, judgement, span->base, span->npages);
  return judge_cites(judge, judgement, CLAUSE_SPANS);
}

/* A broken invariant, of which lookup is one, says more than a difference. */
static enum judgement depart_in_state(struct judge *judge, enum op_kind kind,
                                      struct span_heap *theirs,
                                      const struct spanref_stats *says, size_t lookups_max)
{
  struct spanref_stats stats;
  struct complaint why;
  complete_with(judge, theirs, says, &stats);
  if (is_malformed(theirs, &stats, &judge->given, &why)) {
    enum judgement judgement =
        judge_departs(judge, kind, broken_kind(why.clause), "%s",
                      complaint_print(&why, judge->page_bytes).text);
    if (why.has_span)
      judgement = judge_places(judge, judgement, why.span.base, why.span.npages);
    return judge_cites(judge, judgement, why.clause);
  }
  enum judgement judgement = judge_lookups(judge, kind, theirs, lookups_max);
  if (judgement != JUDGED_SAME) return judgement;
  return depart_in_a_span(judge, kind, judge->shown[SIDE_REFERENCE], theirs);
}

/* Is it the heap that the reference is? That is decided by proof (ref/decide.h), and what
 * is the same as a well-formed heap is well-formed (proofs/laws.c). Statistics were
 * compared after each operation. */
static enum judgement judge_state(struct judge *judge, enum op_kind kind,
                                  struct span_heap *theirs, const struct spanref_stats *stats,
                                  size_t lookups_max)
{
  const struct span_heap *ours = judge->shown[SIDE_REFERENCE];
  struct spanref_stats as_ours = judge->said[SIDE_REFERENCE].stats;
  span_heap_complete(theirs, &as_ours, &judge->geometry);
  if (!span_heaps_are_same(ours, theirs)) {
    enum judgement judgement = depart_in_state(judge, kind, theirs, stats, lookups_max);
    return judgement == JUDGED_SAME ? judge_lose_step(judge) : judgement;
  }
  return judge_lookups(judge, kind, theirs, lookups_max);
}

/* --- What both show -------------------------------------------------------------------------- */

static enum judgement look_at_reference(struct judge *judge, enum op_kind kind)
{
  struct observation said;
  struct complaint why;
  struct span_heap *shown;
  const char *self_check;
  const struct spanref_stats *stats = &judge->said[SIDE_REFERENCE].stats;
  const struct page_set *given = judge->is_exact && judge->in_step ? &judge->given : NULL;
  (void)transport_walk(judge->sides[SIDE_REFERENCE], &shown, &self_check, &said);
  judge->shown[SIDE_REFERENCE] = shown;
  span_heap_complete(shown, stats, &judge->geometry);
  if (!is_malformed(shown, stats, given, &why)) return JUDGED_SAME;
  return judge_blames_reference(judge, kind, why.clause,
                                complaint_print(&why, judge->page_bytes).text);
}

static enum judgement look_at_candidate(struct judge *judge, enum op_kind kind,
                                        size_t lookups_max)
{
  const struct about *about = judge_about(judge);
  struct observation said;
  struct span_heap *shown;
  const char *self_check;
  struct judge_counts *counts = judge_counts(judge, LEVEL_COALESCING, kind);
  bool is_coalescing = about_declares(about, LEVEL_COALESCING);
  if (!about->has_walk) counts->skipped += is_coalescing;
  if (!about->has_walk && !about->has_self_check) return JUDGED_SAME;
  if (!transport_walk(judge->sides[SIDE_CANDIDATE], &shown, &self_check, &said))
    return judge_fate(judge, kind);
  if (self_check != NULL)
    return judge_departs(judge, kind, DEPARTS_UNSOUND, "its self_check says: %s", self_check);
  if (!about->has_walk) return JUDGED_SAME;
  judge->shown[SIDE_CANDIDATE] = shown;
  counts->compared += is_coalescing;
  bool is_compared = judge->is_exact && !judge->placement_is_lost;
  enum judgement judgement = judge_bounds(judge, kind, shown);
  if (judgement == JUDGED_SAME && !(is_compared && judge->in_step))
    judgement = judge_by_levels(judge, kind, shown, &said.stats);
  if (judgement == JUDGED_SAME && is_compared)
    judgement = judge_state(judge, kind, shown, &said.stats, lookups_max);
  return judgement;
}

enum judgement judge_spans(struct judge *judge, enum op_kind kind, size_t lookups_max)
{
  bool late = judge->ran - judge->listed > 1;
  enum judgement judgement = look_at_reference(judge, kind);
  if (judgement == JUDGED_SAME) judgement = look_at_candidate(judge, kind, lookups_max);
  if (judgement == JUDGED_DEPARTED) judge->departure.late = late;
  if (judgement != JUDGED_SAME) return judgement;
  judge->listed = judge->ran;
  judge->tally.span_lists++;
  return JUDGED_SAME;
}

enum judgement judge_nothing_left(struct judge *judge)
{
  const struct about *about = judge_about(judge);
  struct observation said;
  struct span_heap *shown;
  const char *self_check;
  if (!about->has_walk || !about_declares(about, LEVEL_COALESCING)) return JUDGED_SAME;
  if (!transport_walk(judge->sides[SIDE_CANDIDATE], &shown, &self_check, &said))
    return judge_fate(judge, OP_DUMP);
  for (uint64_t i = 0; i < shown->count && i < SPAN_HEAP_CAPACITY; i++) {
    const struct span *span = &shown->spans[i];
    if (span->free) continue;
    struct complaint why = {
        .reason = "a span is still in use after everything was freed",
        .has_span = true,
        .span = *span};
    enum judgement judgement = judge_departs(judge, OP_DUMP, DEPARTS_SPANS, "%s",
                                             complaint_print(&why, judge->page_bytes).text);
    judgement = judge_places(judge, judgement, span->base, span->npages);
    return judge_cites(judge, judgement, CLAUSE_FREE_BASE);
  }
  return JUDGED_SAME;
}
