#include "wellformed.h"

#include <inttypes.h>
#include <stdio.h>

#include "../ref/decide.h"
#include "../ref/span_heap.h"

void span_heap_complete(struct span_heap *shown, const struct spanref_stats *stats,
                        const struct span_geometry *geometry)
{
  shown->geometry = *geometry;
  shown->sys = stats->sys;
  shown->idle = stats->idle;
  shown->in_use = stats->in_use;
  shown->manual = stats->manual;
  shown->released = stats->released;
  shown->arena_base = stats->arena_base;
  shown->arena_end = stats->arena_end;
}

static bool is_dirty(const struct span *span, const struct page_set *given)
{
  return span->free && !span->needzero &&
         page_set_meets(given, span->base, span->base + span->npages);
}

static bool is_unclean(const struct span_heap *heap, const struct page_set *given,
                       struct complaint *why)
{
  for (uint64_t i = 0; i < heap->count; i++) {
    if (!is_dirty(&heap->spans[i], given)) continue;
    *why = (struct complaint){
        .clause = CLAUSE_INV_NEEDZERO,
        .reason = "a free span with needzero=0 holds a page that was given out",
        .has_span = true,
        .span = heap->spans[i]};
    return true;
  }
  return false;
}

static bool differ(uint64_t says, uint64_t is, enum clause clause, const char *reason,
                   struct complaint *why)
{
  if (says == is) return false;
  *why = (struct complaint){.clause = clause,
                            .reason = reason,
                            .has_numbers = true,
                            .says_pages = says,
                            .is_pages = is};
  return true;
}

static bool is_miscounted(const struct span_heap *heap, const struct spanref_stats *says,
                          struct complaint *why)
{
  struct span_stats is = span_heap_stats(heap);
  return differ(says->huge_free, is.huge_free, CLAUSE_STATS_HUGE_FREE,
                "huge_free isn't what the spans add up to", why) ||
         differ(says->nfree, is.nfree, CLAUSE_STATS_NFREE,
                "nfree isn't the number of free spans", why);
}

bool is_malformed(const struct span_heap *heap, const struct spanref_stats *stats,
                  const struct page_set *given, struct complaint *why)
{
  if (!span_heap_is_well_formed(heap)) {
    *why = explain_malformed(heap);
    return true;
  }
  return (given != NULL && is_unclean(heap, given, why)) ||
         is_miscounted(heap, stats, why);
}

struct complaint_text complaint_print(const struct complaint *complaint,
                                      uint64_t page_bytes)
{
  struct complaint_text out;
  bool is_count = complaint->clause == CLAUSE_STATS_HUGE_FREE ||
                  complaint->clause == CLAUSE_STATS_NFREE;
  uint64_t unit = is_count ? 1 : page_bytes;
  if (complaint->has_numbers)
    snprintf(out.text, sizeof out.text, "%s: it is %" PRIu64 ", but should be %" PRIu64,
             complaint->reason, complaint->says_pages * unit, complaint->is_pages * unit);
  else
    snprintf(out.text, sizeof out.text, "%s%s%s", complaint->reason,
             complaint->has_span ? ": " : "",
             complaint->has_span ? span_print(&complaint->span, page_bytes).text : "");
  return out;
}
