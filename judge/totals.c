#include "totals.h"

struct shown_totals shown_totals(const struct span_heap *h)
{
  struct shown_totals totals = {0, 0};
  /*@ loop invariant range: 0 <= i <= h->count;
      loop invariant idle: totals.idle_pages == idle_sum(*h, 0, i);
      loop invariant nfree: totals.nfree == free_count(*h, i);
      loop invariant pages_max: totals.idle_pages <= i * SPAN_LIMIT_PAGES;
      loop invariant spans_max: totals.nfree <= i;
      loop assigns i, totals;
      loop variant h->count - i; */
  for (uint64_t i = 0; i < h->count; i++) {
    if (!h->spans[i].free) continue;
    totals.idle_pages += h->spans[i].npages;
    totals.nfree++;
  }
  return totals;
}

bool totals_are(uint64_t says_pages, uint64_t idle_pages, uint64_t arena_base,
                uint64_t arena_end)
{
  return arena_base <= arena_end && says_pages >= idle_pages &&
         says_pages - idle_pages == arena_end - arena_base;
}
