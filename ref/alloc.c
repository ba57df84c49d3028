#include "grow.h"
#include "placement.h"
#include "span_heap.h"
#include "take.h"

/* What lies in a free span was nobody's before. */
/*@ ghost
  /@ requires kept: kept(a, b);
     requires ordered: ordered(b);
     requires range: i < b.count;
     requires free: b.spans[i].free;
     requires inside: npages <= b.spans[i].npages;
     terminates \true; exits \false; assigns \nothing;
     ensures fresh: nobodys(a, b.spans[i].base, b.spans[i].base + npages); @/
  void lemma_fresh(struct span_heap a, struct span_heap b, uint64_t i, uint64_t npages) { }
*/

/* What lies in a free span that is clean was never dirty before. */
/*@ ghost
  /@ requires dirty: stays_dirty(a, b);
     requires ordered: ordered(b);
     requires range: i < b.count;
     requires free: b.spans[i].free;
     terminates \true; exits \false; assigns \nothing;
     ensures clean: !b.spans[i].needzero ==>
       none_dirty(a, b.spans[i].base, end_of(b.spans[i])); @/
  void lemma_clean(struct span_heap a, struct span_heap b, uint64_t i) { }
*/

struct span_alloc_result span_heap_alloc(struct span_heap *h, struct span_os *os,
                                         uint64_t npages, bool manual,
                                         struct span_range_list *gone)
{
  struct span_alloc_result refused = {SPAN_BAD_SIZE, 0, false, {0, 0}, {0, 0}, {0, 0}};
  gone->count = 0;
  /*@ ghost struct span_heap before = *h;
            struct span_range_list none = *gone;
            struct span_range no_pages = refused.ready;
            lemma_gave_nothing(before, before, none);
            lemma_backing_follows(before, before, before, none, no_pages); */
  if (npages == 0 || npages > SPAN_LIMIT_PAGES) return refused;
  uint64_t i = table_find(h, npages);
  if (i == h->count) {
    refused.status = span_grow(h, os, npages, gone);
    if (refused.status != SPAN_OK) return refused;
    i = table_find(h, npages);
  } else if (h->spans[i].npages > npages && h->count == SPAN_HEAP_CAPACITY) {
    refused.status = SPAN_TABLE_FULL;
    return refused;
  }
  /*@ assert lowest: lowest_fit(*h, npages, i); */
  /*@ ghost struct span_heap found = *h; */
  /*@ assert kept: kept(before, found); */
  /*@ assert no_more: kept(found, before); */
  /*@ assert dirty: stays_dirty(before, found); */
  /*@ ghost lemma_fresh(before, found, i, npages);
            lemma_clean(before, found, i); */
  struct span_alloc_result result = carve(h, i, npages, manual);
  /*@ ghost struct span_heap now = *h;
            struct span_range_list list = *gone;
            struct span_range ready = result.ready;
            lemma_backing_follows(before, found, now, list, ready); */
  /*@ assert next: allocated(found, *h, npages, manual, result); */
  /*@ ghost lemma_kept(before, found, *h);
            lemma_stays_dirty(before, found, *h);
            lemma_but_kept(*h, found, before, result.base); */
  return result;
}
