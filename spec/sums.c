/* Proofs of the lemma functions of sums.h: the loop is the induction. */
#include "sums.h"

/*@ ghost
  void lemma_sums_frame(struct span_heap a, struct span_heap b,
                        uint64_t lo, uint64_t hi)
  {
    /@ loop invariant range: lo <= i <= hi;
       loop invariant sums: same_sums(a, lo, i, b, lo, i);
       loop assigns i;
       loop variant hi - i; @/
    for (uint64_t i = lo; i < hi; i++) ;
  }
*/

/*@ ghost
  void lemma_sums_shift(struct span_heap a, struct span_heap b,
                        uint64_t lo, uint64_t hi)
  {
    /@ loop invariant range: lo <= i <= hi;
       loop invariant sums: same_sums(a, lo, i, b, lo + 1, i + 1);
       loop assigns i;
       loop variant hi - i; @/
    for (uint64_t i = lo; i < hi; i++) ;
  }
*/

/*@ ghost
  void lemma_sums_split(struct span_heap a, uint64_t lo, uint64_t mid, uint64_t hi)
  {
    /@ loop invariant range: mid <= i <= hi;
       loop invariant idle: idle_sum(a, lo, i) == idle_sum(a, lo, mid) + idle_sum(a, mid, i);
       loop invariant in_use:
         in_use_sum(a, lo, i) == in_use_sum(a, lo, mid) + in_use_sum(a, mid, i);
       loop invariant manual:
         manual_sum(a, lo, i) == manual_sum(a, lo, mid) + manual_sum(a, mid, i);
       loop invariant released:
         released_sum(a, lo, i) == released_sum(a, lo, mid) + released_sum(a, mid, i);
       loop assigns i;
       loop variant hi - i; @/
    for (uint64_t i = mid; i < hi; i++) ;
  }
*/

/*@ ghost
  void lemma_sums_update(struct span_heap a, struct span_heap b, uint64_t at)
  {
    lemma_sums_split(a, 0, at, a.count);
    lemma_sums_split(a, at, at + 1, a.count);
    lemma_sums_split(b, 0, at, b.count);
    lemma_sums_split(b, at, at + 1, b.count);
    lemma_sums_frame(a, b, 0, at);
    lemma_sums_frame(a, b, at + 1, a.count);
  }
*/

/*@ ghost
  void lemma_sums_insert(struct span_heap a, struct span_heap b, uint64_t at)
  {
    lemma_sums_split(a, 0, at, a.count);
    lemma_sums_split(b, 0, at, b.count);
    lemma_sums_split(b, at, at + 1, b.count);
    lemma_sums_frame(a, b, 0, at);
    lemma_sums_shift(a, b, at, a.count);
  }
*/
