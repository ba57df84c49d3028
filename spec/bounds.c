/* Proofs of the lemma functions of bounds.h. */
#include "bounds.h"

/*@ ghost
  void lemma_sums_bounded(struct span_heap h, uint64_t lo, uint64_t hi)
  {
    /@ loop invariant range: lo <= i <= hi;
       loop invariant idle: 0 <= idle_sum(h, lo, i);
       loop invariant in_use: 0 <= in_use_sum(h, lo, i);
       loop invariant manual: 0 <= manual_sum(h, lo, i);
       loop invariant none: i == lo ==>
         idle_sum(h, lo, i) + in_use_sum(h, lo, i) + manual_sum(h, lo, i) == 0;
       loop invariant total: lo < i ==>
         idle_sum(h, lo, i) + in_use_sum(h, lo, i) + manual_sum(h, lo, i) <=
           end_of(h.spans[i - 1]);
       loop invariant released: 0 <= released_sum(h, lo, i) <= idle_sum(h, lo, i);
       loop assigns i;
       loop variant hi - i; @/
    for (uint64_t i = lo; i < hi; i++) {
      /@ assert part: 0 <= released_of(h.spans[i], h.geometry.phys_pages) <=
           idle_of(h.spans[i]); @/
    }
  }
*/

/*@ ghost
  void lemma_sums_hold(struct span_heap h, uint64_t i)
  {
    lemma_sums_split(h, 0, i, h.count);
    lemma_sums_split(h, i, i + 1, h.count);
    lemma_sums_bounded(h, 0, i);
    lemma_sums_bounded(h, i, i + 1);
    lemma_sums_bounded(h, i + 1, h.count);
  }
*/
