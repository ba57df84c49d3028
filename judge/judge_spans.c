/* All spans of both sides. What is right about a list the proved functions of shown.h, joined.h,
 * totals.h and ref/decide.h say. */
#include <inttypes.h>
#include <stdio.h>

#include "../ref/decide.h"
#include "follow.h"
#include "joined.h"
#include "judge_internal.h"
#include "totals.h"

/* --- By the levels that it declares ------------------------------------------------------- */

/* It departs so, in these words. */
static enum judgement depart(struct judge *judge, enum departs what, struct saying saying)
{
  return judge_departs(judge, what, saying.clause, saying.base, saying.npages, "%s", saying.text);
}

/* Is what it shows what it holds? What was obtained is shown, page by page, in use or free as it
 * is. Of bytes only what is in use counts: what is free is the candidate's own affair. */
static enum judgement judge_list(struct judge *judge, const struct span_heap *shown,
                                 const struct spanref_stats *stats)
{
  const struct span_heap *is = judge->shown[SIDE_REFERENCE];
  bool has_manual = judge_about(judge)->says_manual;
  struct span_range reserved = {0, 0};
  if (judge_knows(judge, NUMBER_ARENA_BASE) && judge_knows(judge, NUMBER_ARENA_END) &&
      stats->arena_base < stats->arena_end)
    reserved = (struct span_range){stats->arena_base, stats->arena_end - stats->arena_base};
  if (!shown_uses_are_same(is, judge->pending, shown, has_manual))
    return depart(judge, DEPARTS_SPANS, says_in_list(judge, shown, reserved));
  if (judge_is_in_bytes(judge))
    return shown_leaves(shown, reserved.base, reserved.npages)
               ? JUDGED_SAME
               : depart(judge, DEPARTS_SPANS, says_reserved(reserved));
  if (has_manual && !shown_free_is_plain(shown))
    return depart(judge, DEPARTS_SPANS, says_free_manual(judge, shown));
  return shown_free_is_same(is, shown, reserved, judge->free[SIDE_REFERENCE],
                            judge->free[SIDE_CANDIDATE])
             ? JUDGED_SAME
             : depart(judge, DEPARTS_SPANS, says_in_list(judge, shown, reserved));
}

/* What the candidate declares, and does now. */
static enum join_rule join_rule_of(const struct judge *judge)
{
  switch (judge_about(judge)->joins) {
  case SPANREF_JOINS_AT_ONCE: return JOIN_ALL;
  case SPANREF_JOINS_BUDDIES: return JOIN_BUDDIES;
  case SPANREF_JOINS_WHEN_PURGED: return judge->kind == OP_SCAVENGE ? JOIN_ALL : JOIN_NONE;
  case SPANREF_JOINS_IN_PIECES: return JOIN_IN_PIECES;
  default: return JOIN_NONE;
  }
}

/* What it got piece by piece, as far as that is of use. false: they are too many. */
static bool list_grants(struct judge *judge)
{
  const struct door *door = &judge->sides[SIDE_CANDIDATE]->door;
  struct span_range_list *grants = judge->grants;
  grants->count = 0;
  for (size_t i = 0; i < door->ngrants; i++) {
    if (door->grants[i].npages == 0) continue;
    if (grants->count == sizeof grants->ranges / sizeof *grants->ranges) return false;
    grants->ranges[grants->count++] =
        (struct span_range){door->grants[i].base, door->grants[i].npages};
  }
  return true;
}

static enum judgement judge_coalesced(struct judge *judge, const struct span_heap *shown)
{
  enum join_rule rule = join_rule_of(judge);
  bool by_flag = judge_about(judge)->says_scavenged;
  bool is_in_pieces = rule == JOIN_BUDDIES || rule == JOIN_IN_PIECES;
  judge->grants->count = 0;
  if (is_in_pieces && !list_grants(judge)) return judge_fails(judge, "it got too many pieces");
  return shown_is_joined(shown, judge->grants, rule, by_flag)
             ? JUDGED_SAME
             : depart(judge, DEPARTS_UNCOALESCED, says_uncoalesced(judge, shown, rule, by_flag));
}

/* No free span is clean that has a page which was given out, and wasn't cleared since. */
static enum judgement judge_clean_spans(struct judge *judge, const struct span_heap *shown)
{
  if (!judge_about(judge)->says_needzero || judge_is_in_bytes(judge)) return JUDGED_SAME;
  return shown_is_clean(shown, judge->given)
             ? JUDGED_SAME
             : depart(judge, DEPARTS_SPANS, says_unclean(judge, shown));
}

/* Free pages and free spans, as it says and as its spans add up to. Each may be waived. */
static enum judgement judge_sums(struct judge *judge, const struct span_heap *shown,
                                 const struct spanref_stats *stats)
{
  struct shown_totals totals = shown_totals(shown);
  bool says_idle = judge_knows(judge, NUMBER_IDLE), says_nfree = judge_knows(judge, NUMBER_NFREE);
  bool has_arena = judge_knows(judge, NUMBER_ARENA_BASE) && judge_knows(judge, NUMBER_ARENA_END);
  uint64_t base = has_arena ? stats->arena_base : 0, end = has_arena ? stats->arena_end : 0;
  enum judgement judgement = JUDGED_SAME;
  if (!judge_counts_stats(judge))
    judge_counts(judge, LEVEL_ACCOUNTING)->compared += says_idle || says_nfree;
  if (says_idle && !totals_are(stats->idle, totals.idle_pages, base, end))
    judgement = judge_departs_in(judge, DEPARTS_STATS, CLAUSE_STATS_IDLE, FIELD_IDLE,
                                 "idle: its spans add up to %" PRIu64 " pages, beside an arena from 0x%"
                                 PRIx64 " to 0x%" PRIx64 ", the candidate says %" PRIu64,
                                 totals.idle_pages, base, end, stats->idle);
  if (judgement == JUDGED_SAME && says_nfree && stats->nfree != totals.nfree)
    judgement = judge_departs_in(judge, DEPARTS_STATS, CLAUSE_STATS_NFREE, FIELD_NFREE,
                                 "nfree: %" PRIu64 " of its spans are free, the candidate says %"
                                 PRIu64, totals.nfree, stats->nfree);
  return judgement;
}

static enum judgement judge_by_levels(struct judge *judge, const struct span_heap *shown,
                                      const struct spanref_stats *stats)
{
  enum judgement judgement = JUDGED_SAME;
  if (judge_declares(judge, LEVEL_COALESCING)) {
    /* A list out of order has no neighbours; its sums it has. */
    bool is_in_order = shown_is_in_order(shown);
    judgement = is_in_order ? judge_list(judge, shown, stats)
                            : depart(judge, DEPARTS_SPANS, says_out_of_order(shown));
    if (judgement == JUDGED_SAME && is_in_order) judgement = judge_coalesced(judge, shown);
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
  enum judgement judgement = depart(judge, DEPARTS_STATE, says_not_found(judge, span));
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
  const struct saying saying = says_in_a_span(judge, judge->shown[SIDE_REFERENCE], theirs);
  judgement = depart(judge, DEPARTS_STATE, saying);
  if (judgement == JUDGED_DEPARTED) {
    judge->departure.fields = 1U << FIELD_SPANS;
    judge->departure.side = saying.side;
  }
  return judgement;
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
  /* Nothing that reaches past the limit is believed, nor are more spans than fit. */
  if (!shown_is_below_limit(shown)) return depart(judge, DEPARTS_SPANS, says_past_limit(shown));
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
  if (!shown_is_below_limit(shown)) return depart(judge, DEPARTS_SPANS, says_past_limit(shown));
  if (!shown_is_unused(shown)) return depart(judge, DEPARTS_SPANS, says_in_use_at_end(judge, shown));
  return judge->follows ? judge_spans(judge, 0) : JUDGED_SAME;
}
