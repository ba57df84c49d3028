/* Two heaps that can't be told apart stay so under the same step: what
 * proofs/determinism.c shows of the steps that operations are made of, and
 * proofs/determinism_of_operations.c of the operations. Never compiled. */
#ifndef SPANREF_PROOFS_DETERMINISM_H
#define SPANREF_PROOFS_DETERMINISM_H

#include "../spec/add.h"
#include "../spec/alloc.h"
#include "../spec/free.h"
#include "../spec/well_formed.h"

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, integer i, k, k2;
       same_heap(a, a2) && 0 <= i < a.count && coalesced_at(a, b, i, k) &&
       coalesced_at(a2, b2, i, k2) ==> k == k2 && same_heap(b, b2); @/
  void coalesce_is_determined(void);
*/

/* Towards any want up to limit_pages. */
/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, integer want;
       same_heap(a, a2) && want <= limit_pages && scavenged(a, b, want) &&
       scavenged(a2, b2, want) ==> same_heap(b, b2); @/
  void scavenging_is_determined(uint64_t limit_pages);
*/

/* Scavenging moves no statistic but released, and neither geometry nor arena. */
/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures kept: \forall struct span_heap a, b, integer want;
       want <= limit_pages && scavenged(a, b, want) ==> same_but_released(a, b); @/
  void scavenging_keeps_accounts(uint64_t limit_pages);
*/

#endif
