/* Choosing a placement, and taking it out of a free span, lead to one next heap and one
 * answer. Never compiled. */
#include "determinism.h"

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
  void advice_is_determined(void) { }
*/

/*@ ghost
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

/*@ ghost
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

/* What lies below is left. */
/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures below: \forall struct span s, s2, was, integer npages, r;
       stays_below(s, was, npages, r) && stays_below(s2, was, npages, r) ==> s == s2;
     ensures itself: \forall struct span s, s2, was, integer npages;
       without_low_pages(s, was, npages) && without_low_pages(s2, was, npages) ==> s == s2;
     ensures same: \forall struct span_heap a, a2, b, b2, integer i, npages, struct span was;
       same_heap(a, a2) && 0 <= i < a.count && left_below(a, b, i, npages, was) &&
       left_below(a2, b2, i, npages, was) ==> same_heap(b, b2); @/
  void leaving_is_determined(void)
  {
    /@ assert parts: \forall struct span_heap a, a2, b, b2, integer i, npages, struct span was;
         same_heap(a, a2) && 0 <= i < a.count && left_below(a, b, i, npages, was) &&
         left_below(a2, b2, i, npages, was) ==> b.spans[i] == b2.spans[i] &&
           b.spans[i + 1] == b2.spans[i + 1] && unchanged(b, b2, 0, i) &&
           unchanged(b, b2, i + 2, b.count); @/
    /@ assert table: \forall struct span_heap a, a2, b, b2, integer i, npages, struct span was;
         same_heap(a, a2) && 0 <= i < a.count && left_below(a, b, i, npages, was) &&
         left_below(a2, b2, i, npages, was) ==>
           b.count == b2.count && unchanged(b, b2, 0, b.count); @/
    /@ assert accounts: \forall struct span_heap a, a2, b, b2, integer i, npages,
           struct span was;
         same_heap(a, a2) && 0 <= i < a.count && left_below(a, b, i, npages, was) &&
         left_below(a2, b2, i, npages, was) ==> same_accounts(b, b2); @/
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures same: \forall struct span_heap a, a2, b, b2, integer i, struct span was,
         struct span_advice advice, advice2;
       same_heap(a, a2) && 0 <= i < a.count && below_settled(a, b, i, was, advice) &&
       below_settled(a2, b2, i, was, advice2) ==> same_heap(b, b2) && advice == advice2; @/
  void settling_is_determined(void)
  {
    coalesce_is_determined();
    advice_is_determined();
    /@ assert stays: \forall struct span_heap a, a2, b, b2;
         same_heap(a, a2) && same_heap(a, b) && same_heap(a2, b2) ==> same_heap(b, b2); @/
    /@ assert flag: \forall struct span_heap a, a2, integer i;
         same_heap(a, a2) && 0 <= i < a.count ==>
           a.spans[i].scavenged == a2.spans[i].scavenged; @/
    /@ assert kept: \forall struct span_heap a, a2, b, b2, integer i, struct span was,
           struct span_advice advice, advice2;
         same_heap(a, a2) && 0 <= i < a.count && a.spans[i].scavenged == was.scavenged &&
         below_settled(a, b, i, was, advice) && below_settled(a2, b2, i, was, advice2) ==>
           same_heap(b, b2) && advice == advice2; @/
    /@ assert lost: \forall struct span_heap a, a2, b, b2, integer i, struct span was,
           struct span_advice advice, advice2;
         same_heap(a, a2) && 0 <= i < a.count && a.spans[i].scavenged != was.scavenged &&
         below_settled(a, b, i, was, advice) && below_settled(a2, b2, i, was, advice2) ==>
           same_heap(b, b2) && advice == advice2; @/
  }
*/

/*@ ghost
  void taking_out_is_determined(void)
  {
    carving_is_determined();
    leaving_is_determined();
    settling_is_determined();
    /@ assert above: \forall struct span_heap a, a2, m, m2, l, l2, b, b2, integer i, base,
           npages, bool manual, struct span_advice below, below2, above, above2;
         same_heap(a, a2) && 0 <= i < a.count &&
         carved(a, m, i, base + npages - a.spans[i].base, manual, above) &&
         left_below(m, l, i, base - a.spans[i].base, a.spans[i]) &&
         below_settled(l, b, i, a.spans[i], below) &&
         carved(a2, m2, i, base + npages - a2.spans[i].base, manual, above2) &&
         left_below(m2, l2, i, base - a2.spans[i].base, a2.spans[i]) &&
         below_settled(l2, b2, i, a2.spans[i], below2) ==>
           same_heap(m, m2) && same_heap(l, l2) && same_heap(b, b2) &&
           below == below2 && above == above2; @/
  }
*/

/*@ ghost
  void choosing_is_determined(void)
  {
    /@ assert base: \forall struct span_heap a, a2, struct span_request q, integer i, i2,
           base, base2;
         same_heap(a, a2) && chosen(a, q, i, base) && chosen(a2, q, i2, base2) ==>
           base == base2; @/
  }
*/

/*@ ghost
  void allocating_is_determined(void)
  {
    taking_out_is_determined();
    backing_is_determined();
    choosing_is_determined();
  }
*/
