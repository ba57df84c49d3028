/* All spans of both sides. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../ref/decide.h"
#include "follow.h"
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

/* In order, without overlap. */
static enum judgement judge_order(struct judge *judge, const struct span_heap *shown)
{
  uint64_t end = 0;
  for (uint64_t i = 0; i < shown->count; i++) {
    uint64_t base = shown->spans[i].base, npages = shown->spans[i].npages;
    if (base < end || npages == 0)
      return judge_departs(judge, DEPARTS_SPANS, NO_CLAUSE, base, npages,
                           "span 0x%" PRIx64 " +%" PRIu64 " %s", base, npages,
                           npages == 0 ? "is empty" : "begins before the previous span ends");
    end = base + npages;
  }
  return JUDGED_SAME;
}

/* --- Is what it shows what it holds? */

static void append(struct span_heap *list, struct span span)
{
  struct span *last = list->count > 0 ? &list->spans[list->count - 1] : NULL;
  if (last != NULL && span.free && last->free && last->base + last->npages == span.base)
    last->npages += span.npages;
  else if (list->count < SPAN_HEAP_CAPACITY)
    list->spans[list->count++] = span;
}

/* The spans as the reference that follows has them: what is free and touches is one, and there
 * are no flags but manual. What is pending nobody shows. reserved: pages that are free and in none of the spans. Of bytes only
 * what is in use counts: what is free is the candidate's own affair. */
static void flatten(const struct judge *judge, struct span_heap *list,
                    const struct span_heap *shown, enum side side, struct span_range reserved)
{
  bool has_manual = judge_about(judge)->says_manual;
  const struct span extra = {.base = reserved.base, .npages = reserved.npages, .free = true};
  bool is_due = reserved.npages > 0;
  list->count = 0;
  for (uint64_t i = 0; i < shown->count; i++) {
    const struct span *span = &shown->spans[i];
    if (is_due && extra.base < span->base) append(list, extra);
    is_due = is_due && extra.base >= span->base;
    bool is_shown = side == SIDE_CANDIDATE || !follow_is_pending(judge, span->base);
    if (is_shown && (!span->free || !judge_is_in_bytes(judge)))
      append(list, (struct span){.base = span->base, .npages = span->npages,
                                 .free = span->free, .manual = span->manual && has_manual});
  }
  if (is_due) append(list, extra);
  span_heap_complete(list, &judge->holds, &follow_geometry);
}

/* The first span that ends behind the page; NULL: there is none. */
static const struct span *at_page(const struct span_heap *list, uint64_t page)
{
  for (uint64_t i = 0; i < list->count; i++)
    if (page < list->spans[i].base + list->spans[i].npages) return &list->spans[i];
  return NULL;
}

static enum judgement depart_in_use(struct judge *judge, const struct span *says,
                                    const struct span *is)
{
  bool is_same = is != NULL && !is->free && is->base == says->base;
  uint64_t npages = is_same ? is->npages : 0;
  if (is_same && npages == says->npages)
    return judge_departs(judge, DEPARTS_SPANS, NO_CLAUSE, says->base, npages,
                         "it shows 0x%" PRIx64 " +%" PRIu64 " with manual = %d, but it is in use "
                         "with manual = %d", says->base, npages, says->manual, is->manual);
  return judge_departs(judge, DEPARTS_SPANS, NO_CLAUSE, says->base, says->npages,
                       "it shows 0x%" PRIx64 " +%" PRIu64 " in use, but %" PRIu64
                       " pages are in use there", says->base, says->npages, npages);
}

static enum judgement depart_in_lost(struct judge *judge, const struct span_heap *theirs,
                                     uint64_t from, uint64_t end)
{
  const struct span *next = at_page(theirs, from);
  if (next != NULL && next->base < end) end = next->base;
  return judge_departs(judge, DEPARTS_SPANS, NO_CLAUSE, from, end - from,
                       "pages 0x%" PRIx64 " +%" PRIu64
                       " were obtained and aren't in use, but it shows them nowhere",
                       from, end - from);
}

/* The lists part where one of them has a span and the other has none, or another one. */
static enum judgement depart_in_list(struct judge *judge, const struct span_heap *ours,
                                     const struct span_heap *theirs)
{
  const struct span none = {.base = UINT64_MAX, .free = true};
  uint64_t i = 0;
  while (i < ours->count && i < theirs->count &&
         spans_are_equal(&ours->spans[i], &theirs->spans[i]))
    i++;
  const struct span *is = i < ours->count ? &ours->spans[i] : &none;
  const struct span *says = i < theirs->count ? &theirs->spans[i] : &none;
  if (says->base <= is->base && !says->free)
    return depart_in_use(judge, says, at_page(ours, says->base));
  if (is->base <= says->base && !is->free)
    return judge_departs(judge, DEPARTS_SPANS, NO_CLAUSE, is->base, is->npages,
                         "0x%" PRIx64 " +%" PRIu64 " is in use, and it doesn't show that",
                         is->base, is->npages);
  if (is->base < says->base)
    return depart_in_lost(judge, theirs, is->base, is->base + is->npages);
  if (is->base == says->base && is->npages > says->npages)
    return depart_in_lost(judge, theirs, is->base + says->npages, is->base + is->npages);
  return judge_departs(judge, DEPARTS_SPANS, NO_CLAUSE, says->base, says->npages,
                       "it shows 0x%" PRIx64 " +%" PRIu64
                       " free, not all of which was obtained and is free",
                       says->base, says->npages);
}

/* What was obtained is shown, page by page, in use or free as it is. That is decided by proof:
 * by the state of the reference that followed, and by ref/decide.h. */
static enum judgement judge_list(struct judge *judge, const struct span_heap *shown,
                                 const struct spanref_stats *stats)
{
  struct span_range reserved = {0, 0};
  enum judgement judgement = judge_order(judge, shown);
  if (judgement != JUDGED_SAME) return judgement;
  for (int side = 0; side < SIDES; side++)
    if (judge->lists[side] == NULL && (judge->lists[side] = malloc(sizeof *shown)) == NULL)
      return judge_fails(judge, "out of memory");
  struct span_heap *ours = judge->lists[SIDE_REFERENCE], *theirs = judge->lists[SIDE_CANDIDATE];
  flatten(judge, ours, judge->shown[SIDE_REFERENCE], SIDE_REFERENCE, reserved);
  if (judge_knows(judge, NUMBER_ARENA_BASE) && judge_knows(judge, NUMBER_ARENA_END) &&
      stats->arena_base < stats->arena_end)
    reserved = (struct span_range){stats->arena_base, stats->arena_end - stats->arena_base};
  flatten(judge, theirs, shown, SIDE_CANDIDATE, reserved);
  return span_heaps_are_same(ours, theirs) ? JUDGED_SAME : depart_in_list(judge, ours, theirs);
}

/* What was granted or handed in and has both of these, one after the other; NULL: they are of two
 * pieces. */
static const struct door_grant *piece_of(const struct judge *judge, const struct span *a,
                                         const struct span *b)
{
  const struct door *door = &judge->sides[SIDE_CANDIDATE]->door;
  for (size_t i = 0; i < door->ngrants; i++) {
    const struct door_grant *grant = &door->grants[i];
    if (a->base >= grant->base && b->base + b->npages <= grant->base + grant->npages) return grant;
  }
  return NULL;
}

/* Are these two blocks, one after the other, buddies in their piece? */
static bool are_buddies(const struct judge *judge, const struct span *a, const struct span *b)
{
  uint64_t size = a->npages;
  const struct door_grant *piece = piece_of(judge, a, b);
  return piece != NULL && size == b->npages && (size & (size - 1)) == 0 &&
         (a->base - piece->base) % (2 * size) == 0;
}

/* Must these two free neighbours be one span? */
static bool must_be_one(const struct judge *judge, const struct span *a, const struct span *b)
{
  switch (judge_about(judge)->joins) {
  case SPANREF_JOINS_AT_ONCE: return true;
  case SPANREF_JOINS_BUDDIES: return are_buddies(judge, a, b);
  case SPANREF_JOINS_WHEN_PURGED: return judge->kind == OP_SCAVENGE;
  case SPANREF_JOINS_IN_PIECES: return piece_of(judge, a, b) != NULL;
  default: return false;
  }
}

static enum judgement judge_coalesced(struct judge *judge, const struct span_heap *shown)
{
  for (uint64_t i = 1; i < shown->count; i++) {
    const struct span *a = &shown->spans[i - 1], *b = &shown->spans[i];
    bool is_one_kind = a->scavenged == b->scavenged || !judge_about(judge)->says_scavenged;
    if (!a->free || !b->free || a->base + a->npages != b->base || !is_one_kind ||
        !must_be_one(judge, a, b))
      continue;
    return judge_departs(judge, DEPARTS_UNCOALESCED, NO_CLAUSE, a->base,
                         a->npages + b->npages,
                         "0x%" PRIx64 " +%" PRIu64 " and 0x%" PRIx64 " +%" PRIu64
                         " are free, adjacent and of one kind, but two spans",
                         a->base, a->npages, b->base, b->npages);
  }
  return JUDGED_SAME;
}

/* No free span is clean that has a page which was given out, and wasn't cleared since. */
static enum judgement judge_clean_spans(struct judge *judge, const struct span_heap *shown)
{
  if (!judge_about(judge)->says_needzero || judge_is_in_bytes(judge)) return JUDGED_SAME;
  for (uint64_t i = 0; i < shown->count; i++) {
    const struct span *span = &shown->spans[i];
    if (!span->free || span->needzero || span->npages == 0 ||
        !page_set_meets(judge->given, span->base, span->base + span->npages))
      continue;
    return judge_complains(judge, DEPARTS_SPANS,
                           wrong_span(CLAUSE_INV_NEEDZERO, "a free span with needzero=0 holds a "
                                      "page that was given out", span));
  }
  return JUDGED_SAME;
}

/* Free pages and free spans, as it says and as its spans add up to. */
static enum judgement judge_sums(struct judge *judge, const struct span_heap *shown,
                                 const struct spanref_stats *stats)
{
  uint64_t idle = 0, nfree = 0;
  bool is_said = judge_knows(judge, NUMBER_IDLE) || judge_knows(judge, NUMBER_NFREE);
  if (!judge_counts_stats(judge)) judge_counts(judge, LEVEL_ACCOUNTING)->compared += is_said;
  for (uint64_t i = 0; i < shown->count; i++) {
    if (!shown->spans[i].free) continue;
    idle += shown->spans[i].npages;
    nfree++;
  }
  if (judge_knows(judge, NUMBER_ARENA_BASE) && judge_knows(judge, NUMBER_ARENA_END))
    idle += stats->arena_end - stats->arena_base;
  if (judge_knows(judge, NUMBER_IDLE) && stats->idle != idle)
    return judge_departs_in(judge, DEPARTS_STATS, CLAUSE_STATS_IDLE, FIELD_IDLE,
                         "idle: its spans add up to %" PRIu64
                         " pages, the candidate says %" PRIu64, idle, stats->idle);
  if (judge_knows(judge, NUMBER_NFREE) && stats->nfree != nfree)
    return judge_departs_in(judge, DEPARTS_STATS, CLAUSE_STATS_NFREE, FIELD_NFREE, "nfree: %" PRIu64
                         " of its spans are free, the candidate says %" PRIu64,
                         nfree, stats->nfree);
  return JUDGED_SAME;
}

static enum judgement judge_by_levels(struct judge *judge, const struct span_heap *shown,
                                      const struct spanref_stats *stats)
{
  enum judgement judgement = JUDGED_SAME;
  if (judge_declares(judge, LEVEL_COALESCING)) {
    judgement = judge_list(judge, shown, stats);
    if (judgement == JUDGED_SAME) judgement = judge_coalesced(judge, shown);
    if (judgement == JUDGED_SAME) judgement = judge_clean_spans(judge, shown);
  }
  if (judgement == JUDGED_SAME && judge_declares(judge, LEVEL_ACCOUNTING))
    judgement = judge_sums(judge, shown, stats);
  return judgement;
}

/* --- Beside the reference ------------------------------------------------------------------ */

/* What departs is the lookup, and not the operation before it. */
static enum judgement depart_in_lookup(struct judge *judge, const struct span *span)
{
  const struct complaint why = wrong_span(CLAUSE_INV_MAP, "lookup doesn't find this span", span);
  enum judgement judgement = judge_complains(judge, DEPARTS_STATE, why);
  if (judgement == JUDGED_DEPARTED) judge->departure.kind = OP_LOOKUP;
  return judgement;
}

/* Lookup on the first and the last page of so many spans, others each time. */
static enum judgement judge_lookups(struct judge *judge, const struct span_heap *shown,
                                    size_t lookups_max)
{
  struct transport *candidate = judge->sides[SIDE_CANDIDATE];
  if (!candidate->about.has_lookup) return JUDGED_SAME;
  uint64_t nspans = shown->count < lookups_max ? shown->count : lookups_max;
  for (uint64_t n = 0; n < nspans; n++) {
    judge_look_ahead(judge, false, nspans - n);
    const struct span *span = &shown->spans[judge->lookup_turn++ % shown->count];
    for (int last = 0; last < 2; last++) {
      struct observation said;
      uint64_t page = span->base + (last ? span->npages - 1 : 0);
      if (!transport_lookup(candidate, page, &said)) return judge_fate(judge);
      struct span found = span_of(&said.span);
      if (said.found && spans_are_equal(&found, span)) continue;
      return depart_in_lookup(judge, span);
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
  if (is_malformed(theirs, &stats, judge->given, &why))
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
  return depart_in_state(judge, theirs, stats, lookups_max);
}

/* --- What both show -------------------------------------------------------------------------- */

/* What is wrong with the reference itself nobody can waive. */
static enum judgement look_at_reference(struct judge *judge)
{
  struct departure *departure = &judge->departure;
  struct complaint why;
  struct span_heap *shown;
  const struct spanref_stats *stats =
      judge->follows ? &judge->led : &judge->said[SIDE_REFERENCE].stats;
  const struct page_set *given = judge->follows ? NULL : judge->given;
  (void)transport_walk(judge->sides[SIDE_REFERENCE], &shown, NULL, NULL);
  judge->shown[SIDE_REFERENCE] = shown;
  span_heap_complete(shown, stats, judge->follows ? &follow_geometry : &judge->geometry);
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
  judge_look_ahead(judge, true, lookups_max);
  if (!transport_walk(judge->sides[SIDE_CANDIDATE], &shown, &self_check, &said))
    return judge_fate(judge);
  if (self_check != NULL)
    return judge_departs(judge, DEPARTS_UNSOUND, NO_CLAUSE, 0, 0, "its self_check says: %s",
                         self_check);
  if (!about->has_walk) return JUDGED_SAME;
  judge->shown[SIDE_CANDIDATE] = shown;
  counts->compared += is_coalescing;
  enum judgement judgement = judge_bounds(judge, shown);
  if (judgement != JUDGED_SAME) return judgement;
  return judge->follows ? judge_by_levels(judge, shown, &said.stats)
                        : judge_state(judge, shown, &said.stats, lookups_max);
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

/* And all that was obtained is free. */
enum judgement judge_nothing_left(struct judge *judge)
{
  struct span_heap *shown;
  if (!judge_about(judge)->has_walk || !judge_declares(judge, LEVEL_COALESCING))
    return JUDGED_SAME;
  if (!transport_walk(judge->sides[SIDE_CANDIDATE], &shown, NULL, NULL))
    return judge_fate(judge);
  uint64_t i = 0;
  while (i < shown->count && i < SPAN_HEAP_CAPACITY && shown->spans[i].free) i++;
  if (i == shown->count || i == SPAN_HEAP_CAPACITY)
    return judge->follows ? judge_spans(judge, 0) : JUDGED_SAME;
  return judge_complains(
      judge, DEPARTS_SPANS,
      wrong_span(CLAUSE_FREE_BASE, "a span is still in use after everything was freed",
                      &shown->spans[i]));
}
