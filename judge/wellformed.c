#include "wellformed.h"

#include "../ref/decide.h"
#include "../ref/span_heap.h"

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

static bool is_miscounted(const struct span_heap *heap, const struct span_stats *says,
                          struct complaint *why)
{
  struct span_stats is = span_heap_stats(heap);
  return differ(says->huge_free, is.huge_free, CLAUSE_STATS_HUGE_FREE,
                "huge_free isn't what the spans add up to", why) ||
         differ(says->nfree, is.nfree, CLAUSE_STATS_NFREE,
                "nfree isn't the number of free spans", why);
}

bool is_malformed(const struct span_heap *heap, const struct span_stats *stats,
                  const struct page_set *given, struct complaint *why)
{
  if (!span_heap_is_well_formed(heap)) {
    *why = explain_malformed(heap);
    return true;
  }
  return (given != NULL && is_unclean(heap, given, why)) ||
         is_miscounted(heap, stats, why);
}
