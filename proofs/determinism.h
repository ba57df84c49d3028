/* Two heaps that can't be told apart stay so under the same step: what
 * proofs/determinism.c shows of the steps that operations are made of,
 * determinism_of_growth.c and determinism_of_taking.c of growth and of taking pages out,
 * and determinism_of_operations.c of the operations. Never compiled. */
#ifndef SPANREF_PROOFS_DETERMINISM_H
#define SPANREF_PROOFS_DETERMINISM_H

#include "../spec/add.h"
#include "../spec/alloc.h"
#include "../spec/claim.h"
#include "../spec/free.h"
#include "../spec/resize.h"
#include "../spec/well_formed.h"

/*@
  predicate same_gift(struct span_alloc_result a, struct span_alloc_result b) =
    a.base == b.base && a.advice == b.advice && a.advice_below == b.advice_below &&
    (a.needzero <==> b.needzero) && a.ready == b.ready;
  // The same pages, in whatever ranges.
  predicate same_gone(struct span_range_list a, struct span_range_list b) =
    \forall integer page; in_list(a, 0, page) <==> in_list(b, 0, page);
*/

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

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, integer base, npages;
       same_heap(a, a2) && npages <= limit_pages && added(a, b, base, npages) &&
       added(a2, b2, base, npages) ==> same_heap(b, b2); @/
  void adding_is_determined(uint64_t limit_pages);
*/

/* Whatever the size, up to limit_pages with what rounding adds. */
/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, integer npages;
       same_heap(a, a2) && grown_base(a, npages) - a.arena_base <= limit_pages &&
       grown(a, b, npages) && grown(a2, b2, npages) ==> same_heap(b, b2); @/
  void growing_is_determined(uint64_t limit_pages);
*/

/*@ ghost
  /@ requires rounding: npages <= limit_pages - 32;
     terminates \true; exits \false; assigns \nothing;
     ensures few: \forall struct span_heap a; phys_ok(a.geometry.phys_pages) ==>
       grown_base(a, npages) - a.arena_base <= limit_pages; @/
  void growth_is_rounded(uint64_t limit_pages, uint64_t npages);
*/

/*@ ghost
  /@ requires rounding: npages <= limit_pages - 32;
     terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, struct span_os_answer answer;
       same_heap(a, a2) && phys_ok(a.geometry.phys_pages) &&
       a.arena_end - a.arena_base <= limit_pages &&
       reserved_and_grown(a, b, answer, npages) &&
       reserved_and_grown(a2, b2, answer, npages) ==> same_heap(b, b2); @/
  void reserving_and_growing_is_determined(uint64_t limit_pages, uint64_t npages);
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_advice a, a2; no_advice(a) && no_advice(a2) ==> a == a2;
     ensures coalesced: \forall struct span_heap m, m2, b, b2, integer i, k, struct span_advice a, a2;
       same_heap(m, m2) && same_heap(b, b2) && 0 <= i < m.count && 0 <= k < b.count &&
       coalesce_advice(m, i, b.spans[k], a) && coalesce_advice(m2, i, b2.spans[k], a2) ==> a == a2; @/
  void advice_is_determined(void);
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, integer i, npages, bool manual,
         struct span_advice advice, advice2;
       same_heap(a, a2) && 0 <= i < a.count && carved(a, b, i, npages, manual, advice) &&
       carved(a2, b2, i, npages, manual, advice2) ==> same_heap(b, b2) && advice == advice2; @/
  void carving_is_determined(void);
*/

/* Which pages are made ready, and which are given back, in whatever order. */
/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures backed: \forall struct span_heap a, a2, integer page;
       same_heap(a, a2) && backed_at(a, page) ==> backed_at(a2, page);
     ensures ready: \forall struct span_heap a, a2, b, b2, struct span_range r, r2;
       same_heap(a, a2) && same_heap(b, b2) && readied(a, b, r) && readied(a2, b2, r2) ==>
         r == r2;
     ensures gone: \forall struct span_heap a, a2, b, b2, struct span_range_list list, list2,
         integer page;
       same_heap(a, a2) && same_heap(b, b2) && gave(a, b, list, 0) && gave(a2, b2, list2, 0) &&
       in_list(list, 0, page) ==> in_list(list2, 0, page); @/
  void backing_is_determined(void);
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, integer i, base, npages, bool manual,
         struct span_advice below, below2, above, above2;
       same_heap(a, a2) && 0 <= i < a.count &&
       taken(a, b, i, base, npages, manual, below, above) &&
       taken(a2, b2, i, base, npages, manual, below2, above2) ==>
         same_heap(b, b2) && below == below2 && above == above2; @/
  void taking_out_is_determined(void);
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures given: \forall struct span_heap a, a2, b, b2, integer i, npages, bool manual,
         struct span_alloc_result given, given2;
       same_heap(a, a2) && 0 <= i < a.count && given.base == given2.base &&
       given_from(a, b, i, npages, manual, given) &&
       given_from(a2, b2, i, npages, manual, given2) ==>
         same_heap(b, b2) && same_gift(given, given2);
     ensures same: \forall struct span_heap a, a2, b, b2, struct span_request q,
         struct span_alloc_result given, given2;
       same_heap(a, a2) && allocated(a, b, q, given) && allocated(a2, b2, q, given2) ==>
         same_heap(b, b2) && same_gift(given, given2); @/
  void allocating_is_determined(void);
*/

/* What is chosen depends on nothing but the table. */
/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures placed: \forall struct span_heap a, a2, struct span_request q;
       same_heap(a, a2) && has_placement(a, q) ==> has_placement(a2, q);
     ensures once: \forall struct span_heap a, a2, struct span_request q, integer i, i2,
         base, base2;
       same_heap(a, a2) && chosen(a, q, i, base) && chosen(a2, q, i2, base2) ==>
         i == i2 && base == base2;
     ensures also: \forall struct span_heap a, a2, struct span_request q, integer i, base;
       same_heap(a, a2) && chosen(a, q, i, base) ==> chosen(a2, q, i, base);
     ensures room: \forall struct span_heap a, a2, struct span_request q;
       same_heap(a, a2) && no_room_to_take(a, q) ==> no_room_to_take(a2, q); @/
  void choosing_is_determined(void);
*/

#endif
