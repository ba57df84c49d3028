/* Proofs of the lemma functions of backing.h. */
#include "backing.h"

/*@ ghost
  void lemma_gave_nothing(struct span_heap a, struct span_heap b,
                          struct span_range_list list) { }
*/

/*@ ghost
  void lemma_same_backing(struct span_heap a, struct span_heap b, struct span_heap c) { }
*/

/*@ ghost
  void lemma_readied_nothing(struct span_heap a, struct span_heap b,
                             struct span_range range) { }
*/

/*@ ghost
  void lemma_readied(struct span_heap a, struct span_heap b, struct span_heap c,
                     struct span_range range) { }
*/

/*@ ghost
  void lemma_given_back(struct span_heap a, struct span_heap b, struct span_heap c,
                        struct span_heap d, struct span_range range) { }
*/

/*@ ghost
  void lemma_gave_one_more(struct span_heap a, struct span_heap b, struct span_heap c,
                           struct span_range_list list, struct span_range_list longer,
                           uint64_t from, struct span_range range)
  {
    /@ assert one: \forall integer page; in_list(longer, list.count, page) <==>
         in_range(range, page); @/
    /@ assert gave: gave(b, c, longer, list.count); @/
    lemma_gave_twice(a, b, c, list, longer, from);
  }
*/

/*@ ghost
  void lemma_gave_twice(struct span_heap a, struct span_heap b, struct span_heap c,
                        struct span_range_list list, struct span_range_list longer,
                        uint64_t from)
  {
    /@ assert old: \forall integer page; in_list(list, from, page) ==>
         in_list(longer, from, page); @/
    /@ assert new: \forall integer page; in_list(longer, list.count, page) ==>
         in_list(longer, from, page); @/
    /@ assert back: backs(c, a); @/
    /@ assert forth: \forall integer i, page; 0 <= i < a.count &&
         backed_in(a.spans[i], page, a.geometry.phys_pages) ==>
           in_list(longer, from, page) || backed_at(c, page); @/
    /@ assert all: all_given_back(a, c, longer, from); @/
  }
*/

/*@ ghost
  void lemma_gave(struct span_heap a, struct span_heap b, struct span_heap c,
                  struct span_heap d, struct span_range_list list, uint64_t from) { }
*/

/*@ ghost
  void lemma_backing_follows(struct span_heap a, struct span_heap m, struct span_heap b,
                             struct span_range_list gone, struct span_range ready)
  {
    /@ assert given: \forall integer page; backed_at(m, page) <==>
         backed_at(a, page) && !in_list(gone, 0, page); @/
    /@ assert ready: \forall integer page; backed_at(b, page) <==>
         backed_at(m, page) || in_range(ready, page); @/
  }
*/
