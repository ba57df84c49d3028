/* How many spans scavenging can still take. Each step but the last takes one whole, so
 * that the list of what it gave back has an end. docs/semantics.md, "scavenge(want)". */
#ifndef SPANREF_SPEC_CANDIDATES_H
#define SPANREF_SPEC_CANDIDATES_H

#include "scavenge.h"

/*@
  predicate is_candidate(struct span_heap h, integer i) =
    can_scavenge(h.spans[i], h.geometry.phys_pages);
  // 1 where it can be scavenged, else 0.
  logic integer candidate_of(struct span s, integer r) =
    s.free && !s.scavenged && up(s.base, r) < down(end_of(s), r) ? 1 : 0;
  logic integer candidates(struct span_heap h, integer lo, integer hi) =
    hi <= lo ? 0 : candidates(h, lo, hi - 1) +
                   candidate_of(h.spans[hi - 1], h.geometry.phys_pages);
*/

/*@ ghost
  /@ requires range: lo <= hi;
     terminates \true; exits \false;
     assigns \nothing;
     ensures bounded: 0 <= candidates(h, lo, hi) <= hi - lo; @/
  void lemma_candidates_bounded(struct span_heap h, uint64_t lo, uint64_t hi);
*/
/*@ ghost
  /@ requires range: lo <= mid <= hi;
     terminates \true; exits \false;
     assigns \nothing;
     ensures split: candidates(h, lo, hi) ==
       candidates(h, lo, mid) + candidates(h, mid, hi); @/
  void lemma_candidates_split(struct span_heap h, uint64_t lo, uint64_t mid, uint64_t hi);
*/
/* The candidates of a from lo to hi are those of b, down by as many places. */
/*@ ghost
  /@ requires range: by <= lo <= hi;
     requires same: \forall integer i; lo <= i < hi ==>
       (is_candidate(a, i) <==> is_candidate(b, i - by));
     terminates \true; exits \false;
     assigns \nothing;
     ensures same: candidates(a, lo, hi) == candidates(b, lo - by, hi - by); @/
  void lemma_candidates_down(struct span_heap a, struct span_heap b, uint64_t lo,
                             uint64_t hi, uint64_t by);
*/

#endif
