/* A wrong candidate on purpose: the reference, which lies once. For tests of the
 * machine that is to catch it. */
#ifndef SPANREF_TEST_LIAR_H
#define SPANREF_TEST_LIAR_H

#include "../candidates/ours/candidate.h"

enum lie {
  LIE_NONE,
  LIE_ALLOC_STATUS,
  LIE_ALLOC_BASE,
  LIE_ALLOC_NEEDZERO,
  LIE_ALLOC_ADVICE,
  LIE_FREE_STATUS,
  LIE_FREE_ADVICE,
  LIE_SCAVENGE_PAGES,
  LIE_ADD_STATUS,
  LIE_LOOKUP_SPAN,   /* lookups between that operation and the next */
  LIE_LOOKUP_ALWAYS, /* lookup never finds a page of a free span */
  LIE_STATS_SYS,
  LIE_STATS_IDLE,
  LIE_STATS_IN_USE,
  LIE_STATS_MANUAL,
  LIE_STATS_RELEASED,
  LIE_STATS_HUGE_FREE,
  LIE_STATS_NFREE,
  LIE_STATS_ARENA,
  LIE_WALK_NEEDZERO, /* from then on, of the last span */
  LIE_SPAN_NEEDZERO, /* of all spans from page liar_when on, and lookup agrees */
  LIE_WALK_MISSING,  /* from then on, the last span in use */
  LIE_RESET_STATUS,
  LIE_ALLOC_FULL
};

/* What to lie about, and at which operation after reset: 1 is the first. The
 * operations counted are alloc, free, scavenge and add; lookups, of which the
 * oracle does some of its own, don't count. */
static enum lie liar_lie;
static uint64_t liar_when;
static uint64_t liar_operations;

static bool liar_lies(enum lie lie)
{
  return liar_lie == lie && liar_operations == liar_when;
}

/* liar_when is a page here. */
static bool liar_lies_about(struct span span)
{
  return liar_lie == LIE_SPAN_NEEDZERO && span.base >= liar_when;
}

static bool liar_lies_since(enum lie lie)
{
  return liar_lie == lie && liar_operations >= liar_when;
}

static void *liar_create(void) { return candidate_ref.create(); }

static void liar_destroy(void *heap) { candidate_ref.destroy(heap); }

static enum span_status liar_reset(void *heap, struct span_geometry geometry)
{
  enum span_status status = candidate_ref.reset(heap, geometry);
  liar_operations = 0;
  return liar_lie == LIE_RESET_STATUS ? SPAN_BAD_GEOMETRY : status;
}

static struct span_alloc_result liar_alloc(void *heap, struct span_os *os,
                                           uint64_t npages, bool manual)
{
  struct span_alloc_result result = candidate_ref.alloc(heap, os, npages, manual);
  liar_operations++;
  if (liar_lies(LIE_ALLOC_STATUS))
    result.status = result.status == SPAN_OK ? SPAN_NO_MEMORY : SPAN_OK;
  if (liar_lies(LIE_ALLOC_FULL)) result.status = SPAN_TABLE_FULL;
  if (liar_lies(LIE_ALLOC_BASE)) result.base++;
  if (liar_lies(LIE_ALLOC_NEEDZERO)) result.needzero = !result.needzero;
  if (liar_lies(LIE_ALLOC_ADVICE)) result.advice.npages++;
  return result;
}

static struct span_free_result liar_free_span(void *heap, uint64_t base)
{
  struct span_free_result result = candidate_ref.free(heap, base);
  liar_operations++;
  if (liar_lies(LIE_FREE_STATUS))
    result.status = result.status == SPAN_OK ? SPAN_NOT_IN_USE : SPAN_OK;
  if (liar_lies(LIE_FREE_ADVICE)) result.advice.base++;
  return result;
}

static struct span_scavenge_result liar_scavenge(void *heap, uint64_t want_pages)
{
  struct span_scavenge_result result = candidate_ref.scavenge(heap, want_pages);
  liar_operations++;
  if (liar_lies(LIE_SCAVENGE_PAGES)) result.released_pages++;
  return result;
}

static enum span_status liar_add(void *heap, uint64_t base, uint64_t npages)
{
  enum span_status status = candidate_ref.add(heap, base, npages);
  liar_operations++;
  if (liar_lies(LIE_ADD_STATUS)) status = status == SPAN_OK ? SPAN_BAD_RANGE : SPAN_OK;
  return status;
}

static struct span_lookup_result liar_lookup(void *heap, uint64_t page)
{
  struct span_lookup_result result = candidate_ref.lookup(heap, page);
  if (liar_lies(LIE_LOOKUP_SPAN)) result.span.npages++;
  if (liar_lie == LIE_LOOKUP_ALWAYS && result.span.free)
    result = (struct span_lookup_result){.found = false};
  if (result.found && liar_lies_about(result.span))
    result.span.needzero = !result.span.needzero;
  return result;
}

static struct span_stats liar_stats(void *heap)
{
  struct span_stats stats = candidate_ref.stats(heap);
  stats.sys += liar_lies(LIE_STATS_SYS);
  stats.idle += liar_lies(LIE_STATS_IDLE);
  stats.in_use += liar_lies(LIE_STATS_IN_USE);
  stats.manual += liar_lies(LIE_STATS_MANUAL);
  stats.released += liar_lies(LIE_STATS_RELEASED);
  stats.huge_free += liar_lies(LIE_STATS_HUGE_FREE);
  stats.nfree += liar_lies(LIE_STATS_NFREE);
  stats.arena_end += liar_lies(LIE_STATS_ARENA);
  return stats;
}

struct liar_visitor {
  span_visit *visit;
  void *context;
  uint64_t left;
};

static void liar_visit_span(void *context, const struct span *true_span)
{
  struct liar_visitor *visitor = context;
  struct span span = *true_span;
  bool is_last = --visitor->left == 0;
  if (is_last && liar_lies_since(LIE_WALK_NEEDZERO)) span.needzero = !span.needzero;
  if (is_last && liar_lies_since(LIE_WALK_MISSING)) return;
  if (liar_lies_about(span)) span.needzero = !span.needzero;
  visitor->visit(visitor->context, &span);
}

static void liar_count(void *context, const struct span *span)
{
  (void)span;
  ++*(uint64_t *)context;
}

static void liar_walk(void *heap, span_visit *visit, void *context)
{
  struct liar_visitor visitor = {visit, context, 0};
  candidate_ref.walk(heap, liar_count, &visitor.left);
  candidate_ref.walk(heap, liar_visit_span, &visitor);
}

static const struct candidate candidate_liar = {
    "liar",         "wrong on purpose", liar_create,    liar_destroy,
    liar_reset,     liar_alloc,         liar_free_span, liar_scavenge,
    liar_add,       liar_lookup,        liar_stats,     liar_walk,
};

#endif
