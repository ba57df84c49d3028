/* Proof of the lemma function of bounds.h. */
#include "bounds.h"

/*@ ghost
  void lemma_sums_bounded(struct span_heap h)
  {
    /@ loop invariant range: 0 <= i <= h.count;
       loop invariant idle: 0 <= idle_sum(h, 0, i);
       loop invariant in_use: 0 <= in_use_sum(h, 0, i);
       loop invariant manual: 0 <= manual_sum(h, 0, i);
       loop invariant none: i == 0 ==>
         idle_sum(h, 0, i) + in_use_sum(h, 0, i) + manual_sum(h, 0, i) == 0;
       loop invariant total: 0 < i ==>
         idle_sum(h, 0, i) + in_use_sum(h, 0, i) + manual_sum(h, 0, i) <=
           end_of(h.spans[i - 1]);
       loop invariant released: 0 <= released_sum(h, 0, i) <= idle_sum(h, 0, i);
       loop assigns i;
       loop variant h.count - i; @/
    for (uint64_t i = 0; i < h.count; i++) {
      /@ assert part: 0 <= released_of(h.spans[i], h.geometry.phys_pages) <=
           idle_of(h.spans[i]); @/
    }
  }
*/
