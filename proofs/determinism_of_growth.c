/* Growth and memory handed in lead to one next heap. Never compiled. */
#include "determinism.h"

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures at: \forall struct span_heap a, a2, b, b2, integer at, at2, base, npages;
       same_heap(a, a2) && inserted(a, b, at, base, npages) &&
       inserted(a2, b2, at2, base, npages) ==> at == at2;
     ensures same: \forall struct span_heap a, a2, b, b2, integer at, base, npages;
       same_heap(a, a2) && inserted(a, b, at, base, npages) &&
       inserted(a2, b2, at, base, npages) ==> same_heap(b, b2); @/
  void inserting_is_determined(void) { }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, integer base, npages;
       same_heap(a, a2) && placed(a, b, base, npages) && placed(a2, b2, base, npages) ==>
         same_heap(b, b2); @/
  void placing_is_determined(void)
  {
    inserting_is_determined();
    coalesce_is_determined();
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures limit: \forall struct span_heap a, integer npages;
       growth_want(a, npages) <= (npages < 0 ? 0 : npages);
     ensures want: \forall struct span_heap a, a2, integer npages; same_heap(a, a2) ==>
       growth_want(a, npages) <= growth_want(a2, npages) <= growth_want(a, npages); @/
  void growth_want_is_determined(void) { }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, integer want, want2;
       same_heap(a, a2) && want <= want2 <= want && want <= limit_pages &&
       scavenged(a, b, want) && scavenged(a2, b2, want2) ==> same_heap(b, b2); @/
  void scavenging_towards_is_determined(uint64_t limit_pages)
  {
    scavenging_is_determined(limit_pages);
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, integer npages;
       same_heap(a, a2) && npages <= limit_pages &&
       scavenged_for_growth(a, b, npages) &&
       scavenged_for_growth(a2, b2, npages) ==> same_heap(b, b2); @/
  void scavenging_for_growth_is_determined(uint64_t limit_pages)
  {
    scavenging_towards_is_determined(limit_pages);
    growth_want_is_determined();
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, integer base, npages;
       same_heap(a, a2) && npages <= limit_pages && span_added(a, b, base, npages) &&
       span_added(a2, b2, base, npages) ==> same_heap(b, b2); @/
  void adding_a_span_is_determined(uint64_t limit_pages)
  {
    scavenging_for_growth_is_determined(limit_pages);
    placing_is_determined();
  }
*/

/*@ ghost
  void adding_is_determined(uint64_t limit_pages)
  {
    adding_a_span_is_determined(limit_pages);
    /@ assert counted: \forall struct span_heap a, a2, m, m2, integer npages;
         same_heap(a, a2) && counted_in(a, m, npages) && counted_in(a2, m2, npages) ==>
           same_heap(m, m2); @/
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, integer base, base2, npages, npages2;
       same_heap(a, a2) && base <= base2 <= base && npages <= npages2 <= npages &&
       npages <= limit_pages && span_added(a, b, base, npages) &&
       span_added(a2, b2, base2, npages2) ==> same_heap(b, b2); @/
  void adding_at_is_determined(uint64_t limit_pages)
  {
    adding_a_span_is_determined(limit_pages);
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures end: \forall struct span_heap a, a2, integer npages; same_heap(a, a2) ==>
       grown_base(a, npages) <= grown_base(a2, npages) <= grown_base(a, npages) &&
       a.arena_base <= a2.arena_base <= a.arena_base;
     ensures same: \forall struct span_heap a, a2, m, m2, integer npages;
       same_heap(a, a2) && arena_carved(a, m, npages) && arena_carved(a2, m2, npages) ==>
         same_heap(m, m2); @/
  void carving_the_arena_is_determined(void) { }
*/

/*@ ghost
  void growing_is_determined(uint64_t limit_pages)
  {
    adding_at_is_determined(limit_pages);
    carving_the_arena_is_determined();
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures opened: \forall struct span_heap a, a2, b, b2, struct span_os_answer answer;
       same_heap(a, a2) && arena_opened(a, b, answer) && arena_opened(a2, b2, answer) ==>
         same_heap(b, b2);
     ensures counted: \forall struct span_heap a, a2, b, b2, struct span_os_answer answer;
       same_heap(a, a2) && answer_counted(a, b, answer) &&
       answer_counted(a2, b2, answer) ==> same_heap(b, b2); @/
  void an_answer_is_determined(void) { }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, old, old2,
         struct span_os_answer answer;
       same_heap(a, a2) && same_heap(old, old2) &&
       old.arena_end - old.arena_base <= limit_pages && rest_added(a, b, old, answer) &&
       rest_added(a2, b2, old2, answer) ==> same_heap(b, b2); @/
  void adding_the_rest_is_determined(uint64_t limit_pages)
  {
    adding_at_is_determined(limit_pages);
    /@ assert arena: \forall struct span_heap a, a2; same_heap(a, a2) ==>
         a.arena_base <= a2.arena_base <= a.arena_base &&
         a.arena_end <= a2.arena_end <= a.arena_end; @/
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, struct span_os_answer answer;
       same_heap(a, a2) && a.arena_end - a.arena_base <= limit_pages &&
       reserved(a, b, answer) && reserved(a2, b2, answer) ==> same_heap(b, b2); @/
  void reserving_is_determined(uint64_t limit_pages)
  {
    an_answer_is_determined();
    adding_the_rest_is_determined(limit_pages);
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures placed: \forall struct span_heap a, b, integer base, npages;
       placed(a, b, base, npages) ==> same_accounts(a, b);
     ensures rest: \forall struct span_heap a, b, old, struct span_os_answer answer;
       old.arena_end - old.arena_base <= limit_pages && rest_added(a, b, old, answer) ==>
         a.geometry == b.geometry;
     ensures reserved: \forall struct span_heap a, b, struct span_os_answer answer;
       a.arena_end - a.arena_base <= limit_pages && reserved(a, b, answer) ==>
         a.geometry == b.geometry; @/
  void reserving_keeps_geometry(uint64_t limit_pages)
  {
    scavenging_keeps_accounts(limit_pages);
    growth_want_is_determined();
  }
*/

/*@ ghost
  void growth_is_rounded(uint64_t limit_pages, uint64_t npages) { }
*/

/* Two steps, each of which leads to one heap, lead to one heap. */
/*@ ghost
  /@ requires middle: \forall struct span_heap a, a2, m, m2, struct span_os_answer answer;
       same_heap(a, a2) && phys_ok(a.geometry.phys_pages) &&
       a.arena_end - a.arena_base <= limit_pages &&
       reserved(a, m, answer) && reserved(a2, m2, answer) ==>
         same_heap(m, m2) && phys_ok(m.geometry.phys_pages);
     requires grows: \forall struct span_heap m, m2, b, b2;
       same_heap(m, m2) && phys_ok(m.geometry.phys_pages) &&
       grown(m, b, npages) && grown(m2, b2, npages) ==> same_heap(b, b2);
     terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, struct span_os_answer answer;
       same_heap(a, a2) && phys_ok(a.geometry.phys_pages) &&
       a.arena_end - a.arena_base <= limit_pages &&
       reserved_and_grown(a, b, answer, npages) &&
       reserved_and_grown(a2, b2, answer, npages) ==> same_heap(b, b2); @/
  void reserving_then_growing(uint64_t limit_pages, uint64_t npages) { }
*/

/*@ ghost
  void reserving_and_growing_is_determined(uint64_t limit_pages, uint64_t npages)
  {
    reserving_is_determined(limit_pages);
    reserving_keeps_geometry(limit_pages);
    growing_is_determined(limit_pages);
    growth_is_rounded(limit_pages, npages);
    reserving_then_growing(limit_pages, npages);
  }
*/
