/* All spans of both sides. */
#include <inttypes.h>
#include <stdio.h>

#include "../ref/decide.h"
#include "judge_internal.h"

/* Nothing that reaches past the limit is believed, nor are more spans than fit. */
static enum judgement judge_bounds(struct judge *judge, const struct span_heap *shown)
{
  if (shown->count > SPAN_HEAP_CAPACITY)
    return judge_departs(judge, DEPARTS_SPANS, NO_CLAUSE, 0, 0, "it shows %" PRIu64
                         " spans, more than the judge has room for", shown->count);
  for (uint64_t i = 0; i < shown->count; i++) {
    const struct span *span = &shown->spans[i];
    if (!pages_are_below_limit(span->base, span->npages))
      return judge_departs(judge, DEPARTS_SPANS, CLAUSE_LIMIT, span->base, span->npages,
                           "span 0x%" PRIx64 " +%" PRIu64 " reaches past page 2^40",
                           span->base, span->npages);
  }
  return JUDGED_SAME;
}

/* --- By the levels that it declares ------------------------------------------------------- */

/* In order, without overlap; in use what is in use, and nothing else. */
static enum judgement judge_list(struct judge *judge, const struct span_heap *shown)
{
  uint64_t end = 0;
  size_t in_use = 0;
  for (uint64_t i = 0; i < shown->count; i++) {
    uint64_t base = shown->spans[i].base, npages = shown->spans[i].npages;
    if (base < end || npages == 0)
      return judge_departs(judge, DEPARTS_SPANS, NO_CLAUSE, base, npages,
                           "span 0x%" PRIx64 " +%" PRIu64 " %s", base, npages,
                           npages == 0 ? "is empty" : "begins before the previous span ends");
    end = base + npages;
    if (shown->spans[i].free) continue;
    const struct live_span *live = live_at(&judge->live, base);
    in_use++;
    if (live == NULL || live->npages != npages || live->manual != shown->spans[i].manual)
      return judge_departs(judge, DEPARTS_SPANS, NO_CLAUSE, base, npages,
                           "it shows 0x%" PRIx64 " +%" PRIu64 " in use, but %" PRIu64
                           " pages are in use there", base, npages,
                           live == NULL ? 0 : live->npages);
  }
  if (in_use == judge->live.count) return JUDGED_SAME;
  return judge_departs(judge, DEPARTS_SPANS, NO_CLAUSE, 0, 0,
                       "it shows %zu of the %zu spans in use", in_use, judge->live.count);
}

static enum judgement judge_coalesced(struct judge *judge, const struct span_heap *shown)
{
  for (uint64_t i = 1; i < shown->count; i++) {
    const struct span *a = &shown->spans[i - 1], *b = &shown->spans[i];
    if (!a->free || !b->free || a->base + a->npages != b->base ||
        a->scavenged != b->scavenged)
      continue;
    return judge_departs(judge, DEPARTS_UNCOALESCED, NO_CLAUSE, a->base,
                         a->npages + b->npages,
                         "0x%" PRIx64 " +%" PRIu64 " and 0x%" PRIx64 " +%" PRIu64
                         " are free, adjacent and of one kind, but two spans",
                         a->base, a->npages, b->base, b->npages);
  }
  return JUDGED_SAME;
}

/* Free pages and free spans, as it says and as its spans add up to. */
static enum judgement judge_sums(struct judge *judge, const struct span_heap *shown,
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
    return judge_departs(judge, DEPARTS_STATS, CLAUSE_STATS_IDLE, 0, 0,
                         "idle: its spans add up to %" PRIu64
                         " pages, the candidate says %" PRIu64, idle, stats->idle);
  if (judge_knows(judge, NUMBER_NFREE) && stats->nfree != nfree)
    return judge_departs(judge, DEPARTS_STATS, CLAUSE_STATS_NFREE, 0, 0, "nfree: %" PRIu64
                         " of its spans are free, the candidate says %" PRIu64,
                         nfree, stats->nfree);
  return JUDGED_SAME;
}

static enum judgement judge_by_levels(struct judge *judge, const struct span_heap *shown,
                                      const struct spanref_stats *stats)
{
  enum judgement judgement = JUDGED_SAME;
  if (judge_declares(judge, LEVEL_COALESCING)) {
    judgement = judge_list(judge, shown);
    if (judgement == JUDGED_SAME) judgement = judge_coalesced(judge, shown);
  }
  if (judgement == JUDGED_SAME && judge_declares(judge, LEVEL_ACCOUNTING))
    judgement = judge_sums(judge, shown, stats);
  return judgement;
}

/* --- Beside the reference ------------------------------------------------------------------ */

/* Lookup on the first and the last page of so many spans, others each time. */
static enum judgement judge_lookups(struct judge *judge, const struct span_heap *shown,
                                    size_t lookups_max)
{
  struct transport *candidate = judge->sides[SIDE_CANDIDATE];
  if (!candidate->about.has_lookup) return JUDGED_SAME;
  for (uint64_t n = 0; n < shown->count && n < lookups_max; n++) {
    const struct span *span = &shown->spans[judge->lookup_turn++ % shown->count];
    for (int last = 0; last < 2; last++) {
      struct observation said;
      uint64_t page = span->base + (last ? span->npages - 1 : 0);
      if (!transport_lookup(candidate, page, &said)) return judge_fate(judge);
      struct span found = span_of(&said.span);
      if (said.found && spans_are_equal(&found, span)) continue;
      return judge_complains(
          judge, DEPARTS_STATE,
          wrong_span(CLAUSE_INV_MAP, "lookup doesn't find this span", span));
    }
  }
  return JUDGED_SAME;
}

static enum departs broken_kind(enum clause clause)
{
  if (clause == CLAUSE_INV_ORDER || clause == CLAUSE_LIMIT) return DEPARTS_SPANS;
  return clause == CLAUSE_INV_COALESCED ? DEPARTS_UNCOALESCED : DEPARTS_STATE;
}

static enum judgement depart_in_a_span(struct judge *judge, const struct span_heap *ours,
                                       const struct span_heap *theirs)
{
  uint64_t i = 0, count = theirs->count;
  while (i < ours->count && i < count && spans_are_equal(&ours->spans[i], &theirs->spans[i]))
    i++;
  const struct span *span = i < count ? &theirs->spans[i] : &ours->spans[i];
  enum judgement judgement = judge_departs(
      judge, DEPARTS_STATE, NO_CLAUSE, span->base, span->npages, "span number %" PRIu64
      ": the reference has %s, the candidate has %s",
      i + 1, i < ours->count ? span_print(&ours->spans[i], judge->page_bytes).text : "none",
      i < count ? span_print(&theirs->spans[i], judge->page_bytes).text : "none");
  if (judgement == JUDGED_DEPARTED) {
    judge->departure.fields = 1U << FIELD_SPANS;
    judge->departure.side = i < count ? SIDE_CANDIDATE : SIDE_REFERENCE;
  }
  return judgement;
}

/* A broken invariant, of which lookup is one, says more than a difference. */
static enum judgement depart_in_state(struct judge *judge, struct span_heap *theirs,
                                      const struct spanref_stats *says, size_t lookups_max)
{
  /* Its own statistics, as far as it says them. */
  struct spanref_stats stats = judge->said[SIDE_REFERENCE].stats;
  struct complaint why;
  for (unsigned i = 0; i < NUMBERS; i++)
    if (judge_knows(judge, (enum number)i)) (&stats.sys)[i] = stats_numbers(says)[i];
  span_heap_complete(theirs, &stats, &judge->geometry);
  if (is_malformed(theirs, &stats, &judge->given, &why))
    return judge_complains(judge, broken_kind(why.clause), why);
  enum judgement judgement = judge_lookups(judge, theirs, lookups_max);
  if (judgement != JUDGED_SAME) return judgement;
  return depart_in_a_span(judge, judge->shown[SIDE_REFERENCE], theirs);
}

/* Is it the heap that the reference is? That is decided by proof (ref/decide.h), and what
 * is the same as a well-formed heap is well-formed (proofs/laws.c). Statistics were
 * compared after each operation. */
static enum judgement judge_state(struct judge *judge, struct span_heap *theirs,
                                  const struct spanref_stats *stats, size_t lookups_max)
{
  const struct span_heap *ours = judge->shown[SIDE_REFERENCE];
  span_heap_complete(theirs, &judge->said[SIDE_REFERENCE].stats, &judge->geometry);
  if (span_heaps_are_same(ours, theirs)) return judge_lookups(judge, theirs, lookups_max);
  enum judgement judgement = depart_in_state(judge, theirs, stats, lookups_max);
  return judgement == JUDGED_SAME ? judge_lose_step(judge) : judgement;
}

/* --- What both show -------------------------------------------------------------------------- */

/* What is wrong with the reference itself nobody can waive. */
static enum judgement look_at_reference(struct judge *judge)
{
  struct departure *departure = &judge->departure;
  struct complaint why;
  struct span_heap *shown;
  const struct spanref_stats *stats = &judge->said[SIDE_REFERENCE].stats;
  const struct page_set *given = judge->is_exact && judge->in_step ? &judge->given : NULL;
  (void)transport_walk(judge->sides[SIDE_REFERENCE], &shown, NULL, NULL);
  judge->shown[SIDE_REFERENCE] = shown;
  span_heap_complete(shown, stats, &judge->geometry);
  if (!is_malformed(shown, stats, given, &why)) return JUDGED_SAME;
  *departure = (struct departure){.what = DEPARTS_STATE,
                                  .has_clause = true,
                                  .clause = why.clause,
                                  .side = SIDE_REFERENCE,
                                  .kind = judge->kind,
                                  .page_bytes = judge->page_bytes};
  snprintf(departure->text, sizeof departure->text, "the reference itself: %s",
           complaint_print(&why, judge->page_bytes).text);
  return JUDGED_DEPARTED;
}

static enum judgement look_at_candidate(struct judge *judge, size_t lookups_max)
{
  const struct about *about = judge_about(judge);
  struct observation said;
  struct span_heap *shown;
  const char *self_check;
  struct judge_counts *counts = judge_counts(judge, LEVEL_COALESCING);
  bool is_coalescing = judge_declares(judge, LEVEL_COALESCING);
  if (!about->has_walk) counts->skipped += is_coalescing;
  if (!about->has_walk && !about->has_self_check) return JUDGED_SAME;
  if (!transport_walk(judge->sides[SIDE_CANDIDATE], &shown, &self_check, &said))
    return judge_fate(judge);
  if (self_check != NULL)
    return judge_departs(judge, DEPARTS_UNSOUND, NO_CLAUSE, 0, 0, "its self_check says: %s",
                         self_check);
  if (!about->has_walk) return JUDGED_SAME;
  judge->shown[SIDE_CANDIDATE] = shown;
  counts->compared += is_coalescing;
  bool is_compared = judge->is_exact && !judge->placement_is_lost;
  enum judgement judgement = judge_bounds(judge, shown);
  if (judgement == JUDGED_SAME && !(is_compared && judge->in_step))
    judgement = judge_by_levels(judge, shown, &said.stats);
  if (judgement == JUDGED_SAME && is_compared)
    judgement = judge_state(judge, shown, &said.stats, lookups_max);
  return judgement;
}

enum judgement judge_spans(struct judge *judge, size_t lookups_max)
{
  bool late = judge->ran - judge->listed > 1;
  enum judgement judgement = look_at_reference(judge);
  if (judgement == JUDGED_SAME) judgement = look_at_candidate(judge, lookups_max);
  if (judgement == JUDGED_DEPARTED) judge->departure.late = late;
  if (judgement != JUDGED_SAME) return judgement;
  judge->listed = judge->ran;
  judge->tally.span_lists++;
  return JUDGED_SAME;
}

enum judgement judge_nothing_left(struct judge *judge)
{
  struct span_heap *shown;
  if (!judge_about(judge)->has_walk || !judge_declares(judge, LEVEL_COALESCING))
    return JUDGED_SAME;
  if (!transport_walk(judge->sides[SIDE_CANDIDATE], &shown, NULL, NULL))
    return judge_fate(judge);
  uint64_t i = 0;
  while (i < shown->count && i < SPAN_HEAP_CAPACITY && shown->spans[i].free) i++;
  if (i == shown->count || i == SPAN_HEAP_CAPACITY) return JUDGED_SAME;
  return judge_complains(
      judge, DEPARTS_SPANS,
      wrong_span(CLAUSE_FREE_BASE, "a span is still in use after everything was freed",
                      &shown->spans[i]));
}
