/* How large the sums can get: spans are disjoint and lie below the limit. */
#ifndef SPANREF_SPEC_BOUNDS_H
#define SPANREF_SPEC_BOUNDS_H

#include "invariants.h"
#include "sums.h"

/* Over any stretch no sum exceeds the limit, and released never exceeds idle. */
/*@ ghost
  /@ requires bounded: bounded(h);
     requires ordered: ordered(h);
     requires releasable: releasable(h);
     requires range: lo <= hi <= h.count;
     terminates \true; exits \false;
     assigns \nothing;
     ensures idle: 0 <= idle_sum(h, lo, hi);
     ensures in_use: 0 <= in_use_sum(h, lo, hi);
     ensures manual: 0 <= manual_sum(h, lo, hi);
     ensures total: idle_sum(h, lo, hi) + in_use_sum(h, lo, hi) + manual_sum(h, lo, hi) <=
       SPAN_LIMIT_PAGES;
     ensures released: 0 <= released_sum(h, lo, hi) <= idle_sum(h, lo, hi); @/
  void lemma_sums_bounded(struct span_heap h, uint64_t lo, uint64_t hi);
*/

/* Every sum over the table holds what span i counts, and more only. */
/*@ ghost
  /@ requires bounded: bounded(h);
     requires ordered: ordered(h);
     requires releasable: releasable(h);
     requires range: i < h.count;
     terminates \true; exits \false;
     assigns \nothing;
     ensures idle: 0 <= idle_of(h.spans[i]) <= idle_sum(h, 0, h.count);
     ensures in_use: 0 <= in_use_of(h.spans[i]) <= in_use_sum(h, 0, h.count);
     ensures manual: 0 <= manual_of(h.spans[i]) <= manual_sum(h, 0, h.count);
     ensures released: 0 <= released_of(h.spans[i], h.geometry.phys_pages) <=
       released_sum(h, 0, h.count);
     ensures rest: 0 <= released_sum(h, 0, h.count) -
       released_of(h.spans[i], h.geometry.phys_pages) <=
         idle_sum(h, 0, h.count) - idle_of(h.spans[i]); @/
  void lemma_sums_hold(struct span_heap h, uint64_t i);
*/

#endif
