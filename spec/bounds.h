/* How large the sums can get: spans are disjoint and lie below the limit. */
#ifndef SPANREF_SPEC_BOUNDS_H
#define SPANREF_SPEC_BOUNDS_H

#include "invariants.h"
#include "sums.h"

/* No statistic exceeds the limit, and released never exceeds idle. */
/*@ ghost
  /@ requires bounded: bounded(h);
     requires ordered: ordered(h);
     requires releasable: releasable(h);
     terminates \true; exits \false;
     assigns \nothing;
     ensures idle: 0 <= idle_sum(h, 0, h.count);
     ensures in_use: 0 <= in_use_sum(h, 0, h.count);
     ensures manual: 0 <= manual_sum(h, 0, h.count);
     ensures total: idle_sum(h, 0, h.count) + in_use_sum(h, 0, h.count) +
       manual_sum(h, 0, h.count) <= SPAN_LIMIT_PAGES;
     ensures released: 0 <= released_sum(h, 0, h.count) <= idle_sum(h, 0, h.count); @/
  void lemma_sums_bounded(struct span_heap h);
*/

#endif
