#include "wellformed.h"

#include "../ref/decide.h"
#include "../ref/span_heap.h"

static const struct complaint none;

static bool is_dirty(const struct span *span, const struct page_set *given)
{
  return span->free && !span->needzero &&
         page_set_meets(given, span->base, span->base + span->npages);
}

static struct complaint why_not_clean(const struct span_heap *heap,
                                      const struct page_set *given)
{
  for (uint64_t i = 0; i < heap->count; i++)
    if (is_dirty(&heap->spans[i], given))
      return (struct complaint){
          .clause = CLAUSE_INV_NEEDZERO,
          .reason = "a free span with needzero=0 holds a page that was given out",
          .has_span = true,
          .span = heap->spans[i]};
  return none;
}

static struct complaint miscounted(enum clause clause, const char *reason, uint64_t says,
                                   uint64_t is)
{
  return (struct complaint){.clause = clause,
                            .reason = reason,
                            .has_numbers = true,
                            .says_pages = says,
                            .is_pages = is};
}

static struct complaint why_miscounted(const struct span_heap *heap,
                                       const struct span_stats *says)
{
  struct span_stats is = span_heap_stats(heap);
  if (says->huge_free != is.huge_free)
    return miscounted(CLAUSE_STATS_HUGE_FREE,
                      "huge_free isn't what the spans add up to", says->huge_free,
                      is.huge_free);
  if (says->nfree != is.nfree)
    return miscounted(CLAUSE_STATS_NFREE, "nfree isn't the number of free spans",
                      says->nfree, is.nfree);
  return none;
}

struct complaint why_malformed(const struct span_heap *heap,
                               const struct span_stats *stats,
                               const struct page_set *given)
{
  struct complaint complaint = none;
  if (!span_heap_is_well_formed(heap)) return explain_malformed(heap);
  if (given != NULL) complaint = why_not_clean(heap, given);
  return complaint.reason != NULL ? complaint : why_miscounted(heap, stats);
}
