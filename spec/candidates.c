/* Proofs of the lemma functions of candidates.h. */
#include "candidates.h"

/*@ ghost
  void lemma_candidates_bounded(struct span_heap h, uint64_t lo, uint64_t hi)
  {
    /@ loop invariant range: lo <= i <= hi;
       loop invariant bounded: 0 <= candidates(h, lo, i) <= i - lo;
       loop assigns i;
       loop variant hi - i; @/
    for (uint64_t i = lo; i < hi; i++)
      ;
  }
*/

/*@ ghost
  void lemma_candidates_split(struct span_heap h, uint64_t lo, uint64_t mid, uint64_t hi)
  {
    /@ loop invariant range: mid <= i <= hi;
       loop invariant split: candidates(h, lo, i) ==
         candidates(h, lo, mid) + candidates(h, mid, i);
       loop assigns i;
       loop variant hi - i; @/
    for (uint64_t i = mid; i < hi; i++)
      ;
  }
*/

/*@ ghost
  void lemma_candidates_down(struct span_heap a, struct span_heap b, uint64_t lo,
                             uint64_t hi, uint64_t by)
  {
    /@ loop invariant range: lo <= i <= hi;
       loop invariant same: candidates(a, lo, i) == candidates(b, lo - by, i - by);
       loop assigns i;
       loop variant hi - i; @/
    for (uint64_t i = lo; i < hi; i++)
      ;
  }
*/
