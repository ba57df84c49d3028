/* Memory that is new to a heap: what may be handed in, and what the OS may answer. */
#ifndef SPANREF_SPEC_NEW_RANGE_H
#define SPANREF_SPEC_NEW_RANGE_H

#include "model.h"

/*@
  // Memory that may be handed in: in range and nobody's.
  predicate new_range(struct span_heap h, integer base, integer npages) =
    0 < npages && base + npages <= SPAN_LIMIT_PAGES &&
    (h.arena_base < h.arena_end ==>
      base + npages <= h.arena_base || h.arena_end <= base) &&
    \forall integer i; 0 <= i < h.count ==> !overlaps(h.spans[i], base, base + npages);
*/

#endif
