/* Every operation leads to one next heap and one answer: two heaps that can't be
 * told apart stay so under the same operation. First the relations of
 * spec/, then, at the end, the functions by their contracts, bodies
 * unseen. Never compiled. */
#include "../ref/span_heap.h"
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
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, integer base, npages;
       same_heap(a, a2) && npages <= limit_pages && added(a, b, base, npages) &&
       added(a2, b2, base, npages) ==> same_heap(b, b2); @/
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

/* Whatever the size, up to limit_pages with what rounding adds. */
/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, integer npages;
       same_heap(a, a2) && grown_base(a, npages) - a.arena_base <= limit_pages &&
       grown(a, b, npages) && grown(a2, b2, npages) ==> same_heap(b, b2); @/
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
  /@ requires rounding: npages <= limit_pages - 32;
     terminates \true; exits \false; assigns \nothing;
     ensures few: \forall struct span_heap a; phys_ok(a.geometry.phys_pages) ==>
       grown_base(a, npages) - a.arena_base <= limit_pages; @/
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
  /@ requires rounding: npages <= limit_pages - 32;
     terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, struct span_os_answer answer;
       same_heap(a, a2) && phys_ok(a.geometry.phys_pages) &&
       a.arena_end - a.arena_base <= limit_pages &&
       reserved_and_grown(a, b, answer, npages) &&
       reserved_and_grown(a2, b2, answer, npages) ==> same_heap(b, b2); @/
  void reserving_and_growing_is_determined(uint64_t limit_pages, uint64_t npages)
  {
    reserving_is_determined(limit_pages);
    reserving_keeps_geometry(limit_pages);
    growing_is_determined(limit_pages);
    growth_is_rounded(limit_pages, npages);
    reserving_then_growing(limit_pages, npages);
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures remainder: \forall struct span s, s2, was, integer npages, r;
       remains(s, was, npages, r) && remains(s2, was, npages, r) ==> s == s2;
     ensures low: \forall struct span s, s2, was, integer npages, bool manual;
       given_out(s, was, npages, manual) && given_out(s2, was, npages, manual) ==>
         s == s2;
     ensures at: \forall struct span_heap a, a2, b, b2, integer i, npages, bool manual;
       same_heap(a, a2) && 0 <= i < a.count && taken_from(a, b, i, npages, manual) &&
       taken_from(a2, b2, i, npages, manual) ==>
         b.count == b2.count && b.spans[i] == b2.spans[i] && unchanged(b, b2, 0, i);
     ensures whole: \forall struct span_heap a, a2, b, b2, integer i, npages, bool manual;
       same_heap(a, a2) && 0 <= i < a.count && taken_from(a, b, i, npages, manual) &&
       taken_from(a2, b2, i, npages, manual) && a.spans[i].npages == npages ==>
         unchanged(b, b2, i + 1, b.count);
     ensures part: \forall struct span_heap a, a2, b, b2, integer i, npages, bool manual;
       same_heap(a, a2) && 0 <= i < a.count && taken_from(a, b, i, npages, manual) &&
       taken_from(a2, b2, i, npages, manual) && a.spans[i].npages != npages ==>
         b.spans[i + 1] == b2.spans[i + 1] && unchanged(b, b2, i + 2, b.count); @/
  void taking_is_determined(void) { }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures above: \forall struct span_heap a, a2, b, b2, integer i, npages, bool manual;
       same_heap(a, a2) && 0 <= i < a.count && taken_from(a, b, i, npages, manual) &&
       taken_from(a2, b2, i, npages, manual) ==> unchanged(b, b2, i + 1, b.count);
     ensures table: \forall struct span_heap a, a2, b, b2, integer i, npages, bool manual;
       same_heap(a, a2) && 0 <= i < a.count && taken_from(a, b, i, npages, manual) &&
       taken_from(a2, b2, i, npages, manual) && a.geometry == b.geometry &&
       a2.geometry == b2.geometry ==> same_table(b, b2); @/
  void taken_tables_are_determined(void)
  {
    taking_is_determined();
    /@ assert count: \forall struct span_heap a, a2, b, b2, integer i, npages, bool manual;
         same_heap(a, a2) && 0 <= i < a.count && taken_from(a, b, i, npages, manual) &&
         taken_from(a2, b2, i, npages, manual) ==> b.count == b2.count; @/
    /@ assert low: \forall struct span_heap a, a2, b, b2, integer i, npages, bool manual;
         same_heap(a, a2) && 0 <= i < a.count && taken_from(a, b, i, npages, manual) &&
         taken_from(a2, b2, i, npages, manual) ==>
           unchanged(b, b2, 0, i) && b.spans[i] == b2.spans[i]; @/
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures released: \forall struct span_heap a, a2, b, b2, integer i, npages;
       same_heap(a, a2) && same_table(b, b2) && 0 <= i < a.count &&
       (a.spans[i].npages == npages || i + 1 < b.count) &&
       released_after(a, b, i, npages) && released_after(a2, b2, i, npages) ==>
         b.released == b2.released;
     ensures counts: \forall struct span_heap a, a2, b, b2, integer npages, bool manual;
       same_heap(a, a2) && counted_out(a, b, npages, manual) &&
       counted_out(a2, b2, npages, manual) && b.released == b2.released ==>
         same_accounts(b, b2); @/
  void counting_out_is_determined(void) { }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, integer i, npages, bool manual;
       same_heap(a, a2) && 0 <= i < a.count && taken_from(a, b, i, npages, manual) &&
       counted_out(a, b, npages, manual) && released_after(a, b, i, npages) &&
       taken_from(a2, b2, i, npages, manual) && counted_out(a2, b2, npages, manual) &&
       released_after(a2, b2, i, npages) ==> same_heap(b, b2); @/
  void taking_and_counting_is_determined(void)
  {
    taken_tables_are_determined();
    counting_out_is_determined();
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_advice a, a2; no_advice(a) && no_advice(a2) ==> a == a2;
     ensures coalesced: \forall struct span_heap m, m2, b, b2, integer i, k, struct span_advice a, a2;
       same_heap(m, m2) && same_heap(b, b2) && 0 <= i < m.count && 0 <= k < b.count &&
       coalesce_advice(m, i, b.spans[k], a) && coalesce_advice(m2, i, b2.spans[k], a2) ==> a == a2; @/
  void advice_is_determined(void) { }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, integer i, npages, bool manual,
         struct span_advice advice, advice2;
       same_heap(a, a2) && 0 <= i < a.count && carved(a, b, i, npages, manual, advice) &&
       carved(a2, b2, i, npages, manual, advice2) ==> same_heap(b, b2) && advice == advice2; @/
  void carving_is_determined(void)
  {
    taking_and_counting_is_determined();
    coalesce_is_determined();
    advice_is_determined();
    /@ assert middle: \forall struct span_heap a, a2, m, m2, b, b2, integer i, npages,
           bool manual, struct span_advice advice, advice2;
         same_heap(a, a2) && 0 <= i < a.count &&
         carved_at(a, m, b, i, npages, manual, advice) &&
         carved_at(a2, m2, b2, i, npages, manual, advice2) ==> same_heap(m, m2); @/
    /@ assert at: \forall struct span_heap a, a2, m, m2, b, b2, integer i, npages,
           bool manual, struct span_advice advice, advice2;
         same_heap(a, a2) && 0 <= i < a.count &&
         carved_at(a, m, b, i, npages, manual, advice) &&
         carved_at(a2, m2, b2, i, npages, manual, advice2) ==>
           same_heap(b, b2) && advice == advice2; @/
  }
*/

/*@ predicate same_gift(struct span_alloc_result a, struct span_alloc_result b) =
      a.base == b.base && a.advice == b.advice && (a.needzero <==> b.needzero) &&
      a.ready == b.ready;
    // The same pages, in whatever ranges.
    predicate same_gone(struct span_range_list a, struct span_range_list b) =
      \forall integer page; in_list(a, 0, page) <==> in_list(b, 0, page); */
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
  void backing_is_determined(void)
  {
    /@ assert back: \forall struct span_heap a, a2, integer page;
         same_heap(a, a2) && backed_at(a2, page) ==> backed_at(a, page); @/
    /@ assert pages: \forall struct span_heap a, a2, b, b2, struct span_range r, r2,
           integer page;
         same_heap(a, a2) && same_heap(b, b2) && readied(a, b, r) && readied(a2, b2, r2) ==>
           (in_range(r, page) <==> in_range(r2, page)); @/
    /@ assert ends: \forall struct span_heap a, a2, b, b2, struct span_range r, r2;
         same_heap(a, a2) && same_heap(b, b2) && readied(a, b, r) && readied(a2, b2, r2) &&
         0 < r.npages ==> in_range(r2, r.base) && in_range(r2, r.base + r.npages - 1); @/
    /@ assert ends_too: \forall struct span_heap a, a2, b, b2, struct span_range r, r2;
         same_heap(a, a2) && same_heap(b, b2) && readied(a, b, r) && readied(a2, b2, r2) &&
         0 < r2.npages ==> in_range(r, r2.base) && in_range(r, r2.base + r2.npages - 1); @/
    /@ assert some: \forall struct span_heap a, a2, b, b2, struct span_range r, r2;
         same_heap(a, a2) && same_heap(b, b2) && readied(a, b, r) && readied(a2, b2, r2) &&
         0 < r.npages ==> r.base == r2.base && r.npages == r2.npages; @/
    /@ assert empty: \forall struct span_heap a, a2, b, b2, struct span_range r, r2;
         same_heap(a, a2) && same_heap(b, b2) && readied(a, b, r) && readied(a2, b2, r2) &&
         r.npages == 0 ==> r2.npages == 0; @/
  }
*/
/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures fit: \forall struct span_heap a, a2, integer want, i, i2;
       same_heap(a, a2) && lowest_fit(a, want, i) && lowest_fit(a2, want, i2) ==> i == i2;
     ensures same: \forall struct span_heap a, a2, b, b2, integer npages, bool manual,
         struct span_alloc_result given, given2;
       same_heap(a, a2) && allocated(a, b, npages, manual, given) &&
       allocated(a2, b2, npages, manual, given2) ==>
         same_heap(b, b2) && same_gift(given, given2); @/
  void allocating_is_determined(void)
  {
    carving_is_determined();
    backing_is_determined();
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures dropped: \forall struct span_heap a, a2, b, b2, integer i;
       same_heap(a, a2) && 0 <= i < a.count && dropped(a, b, i) && dropped(a2, b2, i) ==>
         same_heap(b, b2);
     ensures here: \forall struct span_heap a, a2, integer base, i, i2;
       ordered(a) && bounded(a) && same_heap(a, a2) && in_use_at(a, base, i) && in_use_at(a2, base, i2) ==>
         i == i2; @/
  void dropping_is_determined(void) { }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, integer base,
         struct span_advice advice, advice2;
       ordered(a) && bounded(a) && same_heap(a, a2) && freed(a, b, base, advice) &&
       freed(a2, b2, base, advice2) ==> same_heap(b, b2) && advice == advice2; @/
  void freeing_is_determined(void)
  {
    dropping_is_determined();
    coalesce_is_determined();
    advice_is_determined();
  }
*/

/* Allocated from what growth made, without an answer of the OS and with one. */
/*@ ghost
  /@ requires limit: npages <= SPAN_LIMIT_PAGES;
     terminates \true; exits \false; assigns \nothing;
     ensures grown: \forall struct span_heap a, a2, b, b2, bool manual,
         struct span_alloc_result given, given2, struct span_range_list gone, gone2;
       same_heap(a, a2) && phys_ok(a.geometry.phys_pages) &&
       grown_and_allocated(a, b, npages, manual, given, gone) &&
       grown_and_allocated(a2, b2, npages, manual, given2, gone2) ==>
         same_heap(b, b2) && same_gift(given, given2);
     ensures reserved: \forall struct span_heap a, a2, b, b2, bool manual,
         struct span_alloc_result given, given2, struct span_os_answer said,
         struct span_range_list gone, gone2;
       same_heap(a, a2) && phys_ok(a.geometry.phys_pages) &&
       a.arena_end - a.arena_base <= SPAN_LIMIT_PAGES &&
       reserved_and_allocated(a, b, said, npages, manual, given, gone) &&
       reserved_and_allocated(a2, b2, said, npages, manual, given2, gone2) ==>
         same_heap(b, b2) && same_gift(given, given2); @/
  void growing_to_allocate_is_determined(uint64_t npages)
  {
    allocating_is_determined();
    growing_is_determined(2 * SPAN_LIMIT_PAGES);
    growth_is_rounded(2 * SPAN_LIMIT_PAGES, npages);
    reserving_and_growing_is_determined(2 * SPAN_LIMIT_PAGES, npages);
  }
*/

/*@ ghost
  /@ requires limit: npages <= SPAN_LIMIT_PAGES;
     terminates \true; exits \false; assigns \nothing;
     ensures grown: \forall struct span_heap a, a2, b, b2, bool manual,
         struct span_alloc_result given, given2, struct span_range_list gone, gone2,
         integer page;
       same_heap(a, a2) && phys_ok(a.geometry.phys_pages) &&
       grown_and_allocated(a, b, npages, manual, given, gone) &&
       grown_and_allocated(a2, b2, npages, manual, given2, gone2) &&
       in_list(gone, 0, page) ==> in_list(gone2, 0, page);
     ensures reserved: \forall struct span_heap a, a2, b, b2, bool manual,
         struct span_alloc_result given, given2, struct span_os_answer said,
         struct span_range_list gone, gone2, integer page;
       same_heap(a, a2) && phys_ok(a.geometry.phys_pages) &&
       a.arena_end - a.arena_base <= SPAN_LIMIT_PAGES &&
       reserved_and_allocated(a, b, said, npages, manual, given, gone) &&
       reserved_and_allocated(a2, b2, said, npages, manual, given2, gone2) &&
       in_list(gone, 0, page) ==> in_list(gone2, 0, page); @/
  void giving_back_to_allocate_is_determined(uint64_t npages)
  {
    backing_is_determined();
    growing_is_determined(2 * SPAN_LIMIT_PAGES);
    growth_is_rounded(2 * SPAN_LIMIT_PAGES, npages);
    reserving_and_growing_is_determined(2 * SPAN_LIMIT_PAGES, npages);
  }
*/

/* What a behaviour assumes of one heap holds of the other. */
/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures in_use: \forall struct span_heap a, a2, integer base; same_heap(a, a2) &&
       (\exists integer i; in_use_at(a, base, i)) ==> \exists integer i; in_use_at(a2, base, i);
     ensures may_add: \forall struct span_heap a, a2, integer base, npages;
       same_heap(a, a2) && may_add(a, base, npages) ==> may_add(a2, base, npages);
     ensures fits: \forall struct span_heap a, a2, integer npages;
       same_heap(a, a2) && something_fits(a, npages) ==> something_fits(a2, npages);
     ensures room: \forall struct span_heap a, a2, integer npages;
       same_heap(a, a2) && no_room_to_split(a, npages) ==> no_room_to_split(a2, npages);
     ensures enough: \forall struct span_heap a, a2, integer npages;
       same_heap(a, a2) && arena_enough(a, npages) ==> arena_enough(a2, npages);
     ensures answer: \forall struct span_heap a, a2, struct span_os_answer said,
         integer asked, status;
       same_heap(a, a2) && answered(a, said, asked, status) ==>
         answered(a2, said, asked, status); @/
  void behaviours_are_alike(void) { }
*/

/* The functions, on two heaps at once. */

/*@ requires valid: \valid(h) && \valid(g);
    requires apart: \separated(h, g);
    terminates \true; exits \false; assigns *h, *g; */
void inits_are_alike(struct span_heap *h, struct span_heap *g, struct span_geometry geometry)
{
  enum span_status status = span_heap_init(h, geometry);
  enum span_status again = span_heap_init(g, geometry);
  /*@ assert same: status == again && (status == SPAN_OK ==> same_heap(*h, *g)); */
}

/*@ requires valid: \valid(h) && \valid(g);
    requires apart: \separated(h, g);
    requires well_formed: well_formed(*h) && well_formed(*g);
    requires same: same_heap(*h, *g);
    terminates \true; exits \false; assigns *h, *g; */
void frees_are_alike(struct span_heap *h, struct span_heap *g, uint64_t base)
{
  /*@ ghost behaviours_are_alike();
            freeing_is_determined(); */
  /*@ assert back: same_heap(*g, *h); */
  /*@ assert in_use: (\exists integer i; in_use_at(*h, base, i)) <==>
        (\exists integer i; in_use_at(*g, base, i)); */
  struct span_free_result freed = span_heap_free(h, base);
  struct span_free_result again = span_heap_free(g, base);
  /*@ assert status: freed.status == again.status; */
  /*@ assert same: freed.advice == again.advice && same_heap(*h, *g); */
}

/*@ requires valid: \valid(h) && \valid(g) && \valid(gone) && \valid(gone2);
    requires apart: \separated(h, g, gone, gone2);
    requires well_formed: well_formed(*h) && well_formed(*g);
    requires same: same_heap(*h, *g);
    terminates \true; exits \false; assigns *h, *g, *gone, *gone2; */
void scavenges_are_alike(struct span_heap *h, struct span_heap *g, uint64_t want_pages,
                         struct span_range_list *gone, struct span_range_list *gone2)
{
  /*@ ghost struct span_heap a = *h;
            struct span_heap a2 = *g;
            scavenging_is_determined(want_pages); */
  struct span_scavenge_result done = span_heap_scavenge(h, want_pages, gone);
  struct span_scavenge_result again = span_heap_scavenge(g, want_pages, gone2);
  /*@ assert same: done == again && same_heap(*h, *g); */
  /*@ ghost backing_is_determined(); */
  /*@ assert back: same_heap(a2, a) && same_heap(*g, *h); */
  /*@ assert gone: same_gone(*gone, *gone2); */
}

/*@ requires valid: \valid(h) && \valid(g) && \valid(gone) && \valid(gone2);
    requires apart: \separated(h, g, gone, gone2);
    requires well_formed: well_formed(*h) && well_formed(*g);
    requires same: same_heap(*h, *g);
    terminates \true; exits \false; assigns *h, *g, *gone, *gone2; */
void adds_are_alike(struct span_heap *h, struct span_heap *g, uint64_t base, uint64_t npages,
                    struct span_range_list *gone, struct span_range_list *gone2)
{
  /*@ ghost struct span_heap a = *h;
            struct span_heap a2 = *g;
            behaviours_are_alike();
            adding_is_determined(npages); */
  /*@ assert back: same_heap(*g, *h); */
  /*@ assert may: may_add(*h, base, npages) <==> may_add(*g, base, npages); */
  enum span_status status = span_heap_add(h, base, npages, gone);
  enum span_status again = span_heap_add(g, base, npages, gone2);
  /*@ assert status: status == again; */
  /*@ assert same: same_heap(*h, *g); */
  /*@ ghost backing_is_determined(); */
  /*@ assert back: same_heap(a2, a) && same_heap(*g, *h); */
  /*@ assert gone: same_gone(*gone, *gone2); */
}

/*@ requires valid: \valid(h) && \valid(g);
    requires apart: \separated(h, g);
    requires well_formed: well_formed(*h) && well_formed(*g);
    requires same: same_heap(*h, *g);
    terminates \true; exits \false; assigns \nothing; */
void lookups_are_alike(const struct span_heap *h, const struct span_heap *g, uint64_t page)
{
  struct span_lookup_result found = span_heap_lookup(h, page);
  struct span_lookup_result again = span_heap_lookup(g, page);
  /*@ assert same: found == again; */
}

/* As long as the OS, where it is asked, says the same. */
/*@ requires valid: \valid(h) && \valid(g) && \valid(gone) && \valid(gone2);
    requires apart: \separated(h, g, gone, gone2);
    requires well_formed: well_formed(*h) && well_formed(*g);
    requires same: same_heap(*h, *g);
    terminates \true; exits \false; assigns *h, *g, span_os_log, *gone, *gone2; */
void allocs_are_alike(struct span_heap *h, struct span_heap *g, struct span_os *os,
                      uint64_t npages, bool manual,
                      struct span_range_list *gone, struct span_range_list *gone2)
{
  /*@ ghost uint64_t size_pages = npages <= SPAN_LIMIT_PAGES ? npages : 0;
            struct span_heap a = *h;
            struct span_heap a2 = *g;
            behaviours_are_alike();
            allocating_is_determined();
            growing_to_allocate_is_determined(size_pages); */
  /*@ assert back: same_heap(*g, *h); */
  struct span_alloc_result given = span_heap_alloc(h, os, npages, manual, gone);
  /*@ ghost struct span_os_answer said = span_os_log.said; */
  /*@ assert fits: given.status == SPAN_OK && something_fits(a, npages) ==>
        allocated(a, *h, npages, manual, given); */
  /*@ assert grows: given.status == SPAN_OK && !something_fits(a, npages) &&
        arena_enough(a, npages) ==> grown_and_allocated(a, *h, npages, manual, given, *gone); */
  /*@ assert asks: given.status == SPAN_OK && !something_fits(a, npages) &&
        !arena_enough(a, npages) ==>
          reserved_and_allocated(a, *h, said, npages, manual, given, *gone); */
  struct span_alloc_result again = span_heap_alloc(g, os, npages, manual, gone2);
  /*@ assert status: said == span_os_log.said ==> given.status == again.status; */
  /*@ assert fits: again.status == SPAN_OK && something_fits(a, npages) ==>
        allocated(a2, *g, npages, manual, again); */
  /*@ assert grows: again.status == SPAN_OK && !something_fits(a, npages) &&
        arena_enough(a, npages) ==> grown_and_allocated(a2, *g, npages, manual, again, *gone2); */
  /*@ assert asks: again.status == SPAN_OK && !something_fits(a, npages) &&
        !arena_enough(a, npages) ==>
          reserved_and_allocated(a2, *g, span_os_log.said, npages, manual, again, *gone2); */
  /*@ assert refused: given.status != SPAN_OK && again.status != SPAN_OK ==>
        same_heap(*h, *g) && same_gift(given, again); */
  /*@ assert size: given.status == SPAN_OK ==> size_pages == npages; */
  /*@ assert same: said == span_os_log.said ==>
        same_heap(*h, *g) && same_gift(given, again); */
  /*@ ghost giving_back_to_allocate_is_determined(size_pages); */
  /*@ assert none: given.status != SPAN_OK || something_fits(a, npages) ==> gone->count == 0; */
  /*@ assert none: again.status != SPAN_OK || something_fits(a, npages) ==> gone2->count == 0; */
  /*@ assert grows: given.status == SPAN_OK && again.status == SPAN_OK &&
        !something_fits(a, npages) && arena_enough(a, npages) ==> same_gone(*gone, *gone2); */
  /*@ assert asks: given.status == SPAN_OK && said == span_os_log.said &&
        !something_fits(a, npages) && !arena_enough(a, npages) ==>
          \forall integer page; in_list(*gone, 0, page) ==> in_list(*gone2, 0, page); */
  /*@ assert asks: given.status == SPAN_OK && said == span_os_log.said &&
        !something_fits(a, npages) && !arena_enough(a, npages) ==>
          \forall integer page; in_list(*gone2, 0, page) ==> in_list(*gone, 0, page); */
  /*@ assert gone: said == span_os_log.said ==> same_gone(*gone, *gone2); */
}
