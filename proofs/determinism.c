/* The steps that operations are made of each lead to one next heap. Lemma
 * functions, each about all heaps at once; a loop is an induction. Never
 * compiled. */
#include "determinism.h"

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, integer i, npages;
       same_heap(a, a2) && same_accounts(a, b) && same_accounts(a2, b2) &&
       0 <= i < a.count && split_at(a, b, i, npages) && split_at(a2, b2, i, npages) ==>
         same_heap(b, b2); @/
  void split_is_determined(void) { }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures index: \forall struct span_heap a, a2, b, b2, integer i, k, k2, boundary;
       same_heap(a, a2) && 0 <= i < a.count && cut_from(a, b, i, boundary, k) &&
       cut_from(a2, b2, i, boundary, k2) ==> k == k2 && 0 <= k < b.count;
     ensures same: \forall struct span_heap a, a2, b, b2, integer i, k, k2, boundary;
       same_heap(a, a2) && 0 <= i < a.count && cut_from(a, b, i, boundary, k) &&
       cut_from(a2, b2, i, boundary, k2) ==> same_heap(b, b2); @/
  void cut_is_determined(void)
  {
    split_is_determined();
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, integer k;
       same_heap(a, a2) && 0 <= k < a.count && gave_back(a, b, k) &&
       gave_back(a2, b2, k) ==> same_heap(b, b2); @/
  void giving_back_is_determined(void) { }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, integer i, k, k2, boundary;
       same_heap(a, a2) && 0 <= i < a.count && flagged_from(a, b, i, boundary, k) &&
       flagged_from(a2, b2, i, boundary, k2) ==>
         k == k2 && 0 <= k < b.count && same_heap(b, b2); @/
  void flagging_is_determined(void)
  {
    cut_is_determined();
    giving_back_is_determined();
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures index: \forall struct span_heap a, a2, b, b2, integer i, k, k2;
       same_heap(a, a2) && 0 <= i < a.count && coalesced_at(a, b, i, k) &&
       coalesced_at(a2, b2, i, k2) ==> k == k2;
     ensures count: \forall struct span_heap a, a2, b, b2, integer i, k, k2;
       same_heap(a, a2) && 0 <= i < a.count && coalesced_at(a, b, i, k) &&
       coalesced_at(a2, b2, i, k2) ==> b.count == b2.count;
     ensures span: \forall struct span_heap a, a2, b, b2, integer i, k, k2;
       same_heap(a, a2) && 0 <= i < a.count && coalesced_at(a, b, i, k) &&
       coalesced_at(a2, b2, i, k2) ==> b.spans[k] == b2.spans[k]; @/
  void coalesce_is_determined_at(void) { }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures below: \forall struct span_heap a, a2, b, b2, integer i, k, k2;
       same_heap(a, a2) && 0 <= i < a.count && coalesced_at(a, b, i, k) &&
       coalesced_at(a2, b2, i, k2) ==> unchanged(b, b2, 0, i - 1);
     ensures before: \forall struct span_heap a, a2, b, b2, integer i, k, k2;
       same_heap(a, a2) && 0 <= i < a.count && coalesced_at(a, b, i, k) &&
       coalesced_at(a2, b2, i, k2) && 0 < k && k == i ==>
         b.spans[k - 1] == b2.spans[k - 1]; @/
  void coalesce_is_determined_below(void) { }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures met: \forall struct span_heap a, a2, b, b2, integer i, k, k2;
       same_heap(a, a2) && 0 <= i < a.count && coalesced_at(a, b, i, k) &&
       coalesced_at(a2, b2, i, k2) && meets_after(a, i) ==>
         b.spans[k + 1] == b2.spans[k + 1] && unchanged(b, b2, k + 2, b.count);
     ensures both: \forall struct span_heap a, a2, b, b2, integer i, k, k2;
       same_heap(a, a2) && 0 <= i < a.count && coalesced_at(a, b, i, k) &&
       coalesced_at(a2, b2, i, k2) && joins_before(a, i) && joins_after(a, i) ==>
         unchanged(b, b2, k + 1, b.count);
     ensures only_before: \forall struct span_heap a, a2, b, b2, integer i, k, k2;
       same_heap(a, a2) && 0 <= i < a.count && coalesced_at(a, b, i, k) &&
       coalesced_at(a2, b2, i, k2) && joins_before(a, i) && !joins_after(a, i) &&
       !meets_after(a, i) ==> unchanged(b, b2, k + 1, b.count);
     ensures only_after: \forall struct span_heap a, a2, b, b2, integer i, k, k2;
       same_heap(a, a2) && 0 <= i < a.count && coalesced_at(a, b, i, k) &&
       coalesced_at(a2, b2, i, k2) && !joins_before(a, i) && joins_after(a, i) ==>
         unchanged(b, b2, k + 1, b.count);
     ensures neither: \forall struct span_heap a, a2, b, b2, integer i, k, k2;
       same_heap(a, a2) && 0 <= i < a.count && coalesced_at(a, b, i, k) &&
       coalesced_at(a2, b2, i, k2) && !joins_before(a, i) && !joins_after(a, i) &&
       !meets_after(a, i) ==> unchanged(b, b2, k + 1, b.count); @/
  void coalesce_is_determined_above(void) { }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures low: \forall struct span_heap a, a2, b, b2, integer i, k, k2;
       same_heap(a, a2) && 0 <= i < a.count && coalesced_at(a, b, i, k) &&
       coalesced_at(a2, b2, i, k2) ==> unchanged(b, b2, 0, k); @/
  void coalesce_is_determined_low(void)
  {
    coalesce_is_determined_at();
    coalesce_is_determined_below();
    /@ assert joined: \forall struct span_heap a, a2, b, b2, integer i, k, k2;
         same_heap(a, a2) && 0 <= i < a.count && coalesced_at(a, b, i, k) &&
           coalesced_at(a2, b2, i, k2) && k == i - 1 ==>
             unchanged(b, b2, 0, k); @/
    /@ assert alone: \forall struct span_heap a, a2, b, b2, integer i, k, k2;
         same_heap(a, a2) && 0 <= i < a.count && coalesced_at(a, b, i, k) &&
           coalesced_at(a2, b2, i, k2) && k == i ==>
             unchanged(b, b2, 0, k); @/
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures high: \forall struct span_heap a, a2, b, b2, integer i, k, k2;
       same_heap(a, a2) && 0 <= i < a.count && coalesced_at(a, b, i, k) &&
       coalesced_at(a2, b2, i, k2) ==> unchanged(b, b2, k + 1, b.count);
     ensures at: \forall struct span_heap a, a2, b, b2, integer i, k, k2;
       same_heap(a, a2) && 0 <= i < a.count && coalesced_at(a, b, i, k) &&
       coalesced_at(a2, b2, i, k2) ==> b.spans[k] == b2.spans[k];
     ensures rest: \forall struct span_heap a, a2, b, b2, integer i, k, k2;
       same_heap(a, a2) && 0 <= i < a.count && coalesced_at(a, b, i, k) &&
       coalesced_at(a2, b2, i, k2) ==>
         k == k2 && b.count == b2.count && same_accounts(b, b2); @/
  void coalesce_is_determined_high(void)
  {
    coalesce_is_determined_at();
    coalesce_is_determined_above();
  }
*/

/*@ ghost
  void coalesce_is_determined(void)
  {
    coalesce_is_determined_low();
    coalesce_is_determined_high();
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, integer i, boundary;
       same_heap(a, a2) && 0 <= i < a.count && scavenged_from(a, b, i, boundary) &&
       scavenged_from(a2, b2, i, boundary) ==> same_heap(b, b2); @/
  void scavenging_from_is_determined(void)
  {
    flagging_is_determined();
    coalesce_is_determined();
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures one: \forall struct span_geometry g, integer lo, hi, want, boundary, other;
       cut_boundary(g, lo, hi, want, boundary) && cut_boundary(g, lo, hi, want, other) ==>
         boundary == other;
     ensures here: \forall struct span_heap a, a2, integer i, want, boundary, other;
       same_heap(a, a2) && 0 <= i < a.count && cut_of(a, i, want, boundary) &&
       cut_of(a2, i, want, other) ==> boundary == other; @/
  void boundary_is_determined(void) { }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, integer i, want;
       same_heap(a, a2) && 0 <= i < a.count && scavenged_span(a, b, i, want) &&
       scavenged_span(a2, b2, i, want) ==> same_heap(b, b2); @/
  void scavenging_a_span_is_determined(void)
  {
    boundary_is_determined();
    scavenging_from_is_determined();
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures one: \forall struct span_heap a, a2, integer i, i2;
       same_heap(a, a2) && candidate(a, i) && candidate(a2, i2) ==> i == i2;
     ensures none: \forall struct span_heap a, a2, integer i;
       same_heap(a, a2) && no_candidate(a, 0, a.count) ==> !candidate(a2, i); @/
  void candidate_is_determined(void) { }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, integer want;
       same_heap(a, a2) && scavenge_step(a, b, want) && scavenge_step(a2, b2, want) ==>
         same_heap(b, b2);
     ensures none: \forall struct span_heap a, a2, b, integer want;
       same_heap(a, a2) && no_candidate(a, 0, a.count) ==> !scavenge_step(a2, b, want); @/
  void step_is_determined(void)
  {
    candidate_is_determined();
    scavenging_a_span_is_determined();
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, integer want, want2;
       same_heap(a, a2) && want <= want2 <= want && scavenge_step(a, b, want) &&
       scavenge_step(a2, b2, want2) ==> same_heap(b, b2); @/
  void step_towards_is_determined(void)
  {
    step_is_determined();
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, m, m2, b, b2, integer want;
       same_heap(a, a2) && same_heap(m, m2) && next_step(a, m, b, want) &&
       next_step(a2, m2, b2, want) ==> same_heap(b, b2); @/
  void next_step_is_determined(void)
  {
    step_towards_is_determined();
    /@ assert released: \forall struct span_heap a, a2; same_heap(a, a2) ==>
         a.released == a2.released; @/
  }
*/

/* n steps lead to one heap. What is wanted and how many steps it takes are integers
 * here; limit_pages is how far the inductions go. */
/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, integer want, n;
       same_heap(a, a2) && n <= limit_pages && scavenge_steps(a, b, want, n) &&
       scavenge_steps(a2, b2, want, n) ==> same_heap(b, b2); @/
  void steps_are_determined(uint64_t limit_pages)
  {
    next_step_is_determined();
    /@ loop invariant range: 0 <= i <= limit_pages;
       loop invariant same: \forall struct span_heap a, a2, b, b2, integer want, n;
         same_heap(a, a2) && n <= i && scavenge_steps(a, b, want, n) &&
         scavenge_steps(a2, b2, want, n) ==> same_heap(b, b2);
       loop assigns i;
       loop variant limit_pages - i; @/
    for (uint64_t i = 0; i < limit_pages; i++) ;
  }
*/

/*@ predicate goes_on(struct span_heap a, integer want, integer n) =
      \exists struct span_heap m, struct span_heap b;
        scavenge_steps(a, m, want, n) && next_step(a, m, b, want); */

/* Where more steps were taken, fewer were not the end. */
/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures on: \forall struct span_heap a, b, integer want, n, last;
       0 <= n < last <= limit_pages && scavenge_steps(a, b, want, last) ==>
         goes_on(a, want, n); @/
  void steps_go_on(uint64_t limit_pages)
  {
    /@ loop invariant range: 0 <= i <= limit_pages;
       loop invariant on: \forall struct span_heap a, b, integer want, n, last;
         0 <= n < last <= i && scavenge_steps(a, b, want, last) ==> goes_on(a, want, n);
       loop assigns i;
       loop variant limit_pages - i; @/
    for (uint64_t i = 0; i < limit_pages; i++) ;
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures no_step: \forall struct span_heap a, a2, m, m2, b, integer want;
       same_heap(a, a2) && same_heap(m, m2) && scavenge_ends(a, m, want) ==>
         !next_step(a2, m2, b, want); @/
  void ends_end(void)
  {
    step_is_determined();
    /@ assert released: \forall struct span_heap a, a2; same_heap(a, a2) ==>
         a.released == a2.released; @/
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures off: \forall struct span_heap a, a2, b, integer want, n;
       same_heap(a, a2) && n <= limit_pages && scavenge_steps(a, b, want, n) &&
       scavenge_ends(a, b, want) ==> !goes_on(a2, want, n); @/
  void ends_do_not_go_on(uint64_t limit_pages)
  {
    steps_are_determined(limit_pages);
    ends_end();
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures steps: \forall struct span_heap a, a2, b, b2, integer want, n, n2;
       same_heap(a, a2) && 0 <= n <= limit_pages && 0 <= n2 <= limit_pages &&
       scavenge_steps(a, b, want, n) && scavenge_ends(a, b, want) &&
       scavenge_steps(a2, b2, want, n2) && scavenge_ends(a2, b2, want) ==> n == n2; @/
  void steps_are_as_many(uint64_t limit_pages)
  {
    steps_go_on(limit_pages);
    ends_do_not_go_on(limit_pages);
    /@ assert both_ways: \forall struct span_heap a, a2; same_heap(a, a2) ==>
         same_heap(a2, a); @/
  }
*/

/*@ ghost
  void scavenging_is_determined(uint64_t limit_pages)
  {
    steps_are_as_many(limit_pages);
    steps_are_determined(limit_pages);
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures cut: \forall struct span_heap a, b, integer i, boundary, k;
       cut_from(a, b, i, boundary, k) ==> same_accounts(a, b);
     ensures kept: \forall struct span_heap a, b, integer i, boundary;
       scavenged_from(a, b, i, boundary) ==> same_but_released(a, b); @/
  void scavenging_from_keeps_accounts(void) { }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures kept: \forall struct span_heap a, b, integer want;
       scavenge_step(a, b, want) ==> same_but_released(a, b); @/
  void a_step_keeps_accounts(void)
  {
    scavenging_from_keeps_accounts();
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures kept: \forall struct span_heap a, b, integer want, n;
       n <= limit_pages && scavenge_steps(a, b, want, n) ==> same_but_released(a, b); @/
  void steps_keep_accounts(uint64_t limit_pages)
  {
    a_step_keeps_accounts();
    /@ loop invariant range: 0 <= i <= limit_pages;
       loop invariant kept: \forall struct span_heap a, b, integer want, n;
         n <= i && scavenge_steps(a, b, want, n) ==> same_but_released(a, b);
       loop assigns i;
       loop variant limit_pages - i; @/
    for (uint64_t i = 0; i < limit_pages; i++) ;
  }
*/

/*@ ghost
  void scavenging_keeps_accounts(uint64_t limit_pages)
  {
    steps_keep_accounts(limit_pages);
  }
*/
