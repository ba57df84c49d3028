/* Memory handed in in two parts is memory handed in whole, where no flag differs:
 * where the free spans that it touches are scavenged, and no goal makes growth
 * scavenge. From the contract of span_heap_add alone. Never compiled. */
#include "../ref/span_heap.h"
#include "../spec/well_formed.h"

/*@
  // Where a span that begins at base belongs, and the free spans beside it.
  predicate place_of(struct span_heap a, integer at, integer base) =
    0 <= at <= a.count && (\forall integer i; 0 <= i < at ==> a.spans[i].base < base) &&
    (\forall integer i; at <= i < a.count ==> base <= a.spans[i].base);
  predicate touches_below(struct span_heap a, integer at, integer base) =
    0 < at && a.spans[at - 1].free && end_of(a.spans[at - 1]) == base;
  predicate touches_above(struct span_heap a, integer at, integer end) =
    at < a.count && a.spans[at].free && a.spans[at].base == end;
  predicate no_flag_differs(struct span_heap a, integer base, integer end) =
    \forall integer i; 0 <= i < a.count && a.spans[i].free && !a.spans[i].scavenged ==>
      end_of(a.spans[i]) != base && a.spans[i].base != end;

  // Span k of b stands for those of a from k to top, and for nothing else.
  predicate taken_in(struct span_heap a, struct span_heap b, integer k, integer top) =
    b.count == a.count + (k + 1 - top) && unchanged(a, b, 0, k) &&
    shifted(a, b, top, a.count, k + 1 - top);
  predicate released_span(struct span s, integer base, integer end) =
    s.base == base && end_of(s) == end && s.free && !s.manual && s.scavenged;
  predicate alone_in(struct span_heap a, struct span_heap b, integer at, integer base,
                     integer end) =
    taken_in(a, b, at, at) && released_span(b.spans[at], base, end) &&
    !b.spans[at].needzero;
  predicate with_below(struct span_heap a, struct span_heap b, integer at, integer end) =
    taken_in(a, b, at - 1, at) &&
    released_span(b.spans[at - 1], a.spans[at - 1].base, end) &&
    (b.spans[at - 1].needzero <==> a.spans[at - 1].needzero);
  predicate with_above(struct span_heap a, struct span_heap b, integer at, integer base) =
    taken_in(a, b, at, at + 1) &&
    released_span(b.spans[at], base, end_of(a.spans[at])) &&
    (b.spans[at].needzero <==> a.spans[at].needzero);
  predicate with_both(struct span_heap a, struct span_heap b, integer at) =
    taken_in(a, b, at - 1, at + 1) &&
    released_span(b.spans[at - 1], a.spans[at - 1].base, end_of(a.spans[at])) &&
    (b.spans[at - 1].needzero <==> (a.spans[at - 1].needzero || a.spans[at].needzero));
  predicate widened_at(struct span_heap a, struct span_heap b, integer at, integer base,
                       integer end) =
    touches_below(a, at, base) ?
      (touches_above(a, at, end) ? with_both(a, b, at) : with_below(a, b, at, end)) :
      (touches_above(a, at, end) ? with_above(a, b, at, base) :
                                   alone_in(a, b, at, base, end));
  // What adding [base, end) makes of the table.
  predicate widened(struct span_heap a, struct span_heap b, integer base, integer end) =
    \exists integer at; place_of(a, at, base) && widened_at(a, b, at, base, end);
*/

/* One part. */
/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures alone: \forall struct span_heap a, m, b, integer at, now, base, npages;
       inserted(a, m, at, base, npages) && coalesced_at(m, b, at, now) &&
       no_flag_differs(a, base, base + npages) && !touches_below(a, at, base) &&
       !touches_above(a, at, base + npages) ==> alone_in(a, b, at, base, base + npages);
     ensures below: \forall struct span_heap a, m, b, integer at, now, base, npages;
       inserted(a, m, at, base, npages) && coalesced_at(m, b, at, now) &&
       no_flag_differs(a, base, base + npages) && touches_below(a, at, base) &&
       !touches_above(a, at, base + npages) ==> with_below(a, b, at, base + npages);
     ensures above: \forall struct span_heap a, m, b, integer at, now, base, npages;
       inserted(a, m, at, base, npages) && coalesced_at(m, b, at, now) &&
       no_flag_differs(a, base, base + npages) && !touches_below(a, at, base) &&
       touches_above(a, at, base + npages) ==> with_above(a, b, at, base);
     ensures both: \forall struct span_heap a, m, b, integer at, now, base, npages;
       inserted(a, m, at, base, npages) && coalesced_at(m, b, at, now) &&
       no_flag_differs(a, base, base + npages) && touches_below(a, at, base) &&
       touches_above(a, at, base + npages) ==> with_both(a, b, at); @/
  void placing_joins(void) { }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures placed: \forall struct span_heap a, b, integer base, npages;
       placed(a, b, base, npages) && no_flag_differs(a, base, base + npages) ==>
         widened(a, b, base, base + npages) && same_accounts(a, b); @/
  void placing_widens(void)
  {
    placing_joins();
    /@ assert place: \forall struct span_heap a, m, b, integer at, now, base, npages;
         inserted(a, m, at, base, npages) && coalesced_at(m, b, at, now) &&
         no_flag_differs(a, base, base + npages) ==>
           widened_at(a, b, at, base, base + npages); @/
  }
*/

/* Without a goal nothing is scavenged on the way; the rest looks at the table alone. */
/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures growth: \forall struct span_heap a, b, integer npages;
       !a.geometry.has_goal && scavenged_for_growth(a, b, npages) ==> same_heap(a, b);
     ensures table: \forall struct span_heap a, a2, b, integer base, end;
       same_table(a, a2) && widened(a2, b, base, end) ==> widened(a, b, base, end);
     ensures flags: \forall struct span_heap a, a2, integer base, end;
       same_table(a, a2) && no_flag_differs(a, base, end) ==> no_flag_differs(a2, base, end); @/
  void growth_without_a_goal(void)
  {
    /@ assert at: \forall struct span_heap a, a2, b, integer at, base, end;
         same_table(a, a2) && 0 <= at <= a.count && widened_at(a2, b, at, base, end) ==>
           widened_at(a, b, at, base, end); @/
    /@ assert place: \forall struct span_heap a, a2, integer at, base;
         same_table(a, a2) && place_of(a2, at, base) ==> place_of(a, at, base); @/
  }
*/

/*@
  predicate counted_more(struct span_heap a, struct span_heap b, integer npages) =
    a.geometry == b.geometry && same_arena(a, b) && b.sys == a.sys + npages &&
    b.idle == a.idle + npages && b.released == a.released + npages &&
    b.in_use == a.in_use && b.manual == a.manual;
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures widens: \forall struct span_heap a, b, integer base, npages;
       !a.geometry.has_goal && added(a, b, base, npages) &&
       no_flag_differs(a, base, base + npages) ==>
         widened(a, b, base, base + npages) && counted_more(a, b, npages); @/
  void adding_widens(void)
  {
    placing_widens();
    growth_without_a_goal();
    /@ assert span: \forall struct span_heap a, b, integer base, npages;
         !a.geometry.has_goal && span_added(a, b, base, npages) &&
         no_flag_differs(a, base, base + npages) ==>
           widened(a, b, base, base + npages) && same_accounts(a, b); @/
  }
*/

/* Two parts. */
/*@
  predicate free_of(struct span_heap a, integer at, integer base, integer end) =
    place_of(a, at, base) && (\forall integer i; 0 <= i < at ==> end_of(a.spans[i]) <= base) &&
    (\forall integer i; at <= i < a.count ==> end <= a.spans[i].base);
*/
/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures alone: \forall struct span_heap a, b, c, integer at, at2, base, mid, end;
       free_of(a, at, base, end) && base < mid < end && alone_in(a, b, at, base, mid) &&
       place_of(b, at2, mid) && !touches_above(a, at, end) &&
       widened_at(b, c, at2, mid, end) ==> alone_in(a, c, at, base, end);
     ensures above: \forall struct span_heap a, b, c, integer at, at2, base, mid, end;
       free_of(a, at, base, end) && base < mid < end && alone_in(a, b, at, base, mid) &&
       place_of(b, at2, mid) && touches_above(a, at, end) &&
       widened_at(b, c, at2, mid, end) ==> with_above(a, c, at, base);
     ensures below: \forall struct span_heap a, b, c, integer at, at2, base, mid, end;
       free_of(a, at, base, end) && base < mid < end && with_below(a, b, at, mid) &&
       touches_below(a, at, base) &&
       place_of(b, at2, mid) && !touches_above(a, at, end) &&
       widened_at(b, c, at2, mid, end) ==> with_below(a, c, at, end);
     ensures both: \forall struct span_heap a, b, c, integer at, at2, base, mid, end;
       free_of(a, at, base, end) && base < mid < end && with_below(a, b, at, mid) &&
       touches_below(a, at, base) &&
       place_of(b, at2, mid) && touches_above(a, at, end) &&
       widened_at(b, c, at2, mid, end) ==> with_both(a, c, at); @/
  void parts_join(void)
  {
    /@ assert place: \forall struct span_heap a, b, integer at, at2, base, mid, end;
         free_of(a, at, base, end) && base < mid < end && alone_in(a, b, at, base, mid) &&
         place_of(b, at2, mid) ==> at2 == at + 1 && touches_below(b, at2, mid) &&
           (touches_above(b, at2, end) <==> touches_above(a, at, end)); @/
    /@ assert place_below: \forall struct span_heap a, b, integer at, at2, base, mid, end;
         free_of(a, at, base, end) && base < mid < end && with_below(a, b, at, mid) &&
         touches_below(a, at, base) &&
         place_of(b, at2, mid) ==> at2 == at && touches_below(b, at2, mid) &&
           (touches_above(b, at2, end) <==> touches_above(a, at, end)); @/
  }
*/

/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures parts: \forall struct span_heap a, b, c, integer base, mid, end;
       ordered(a) && nowhere(a, base, end) && bounded(a) && base < mid < end &&
       widened(a, b, base, mid) && widened(b, c, mid, end) ==> widened(a, c, base, end); @/
  void parts_widen(void)
  {
    parts_join();
    /@ assert place: \forall struct span_heap a, integer at, base, end;
         bounded(a) && nowhere(a, base, end) && base < end && place_of(a, at, base) ==>
           free_of(a, at, base, end); @/
    /@ assert at: \forall struct span_heap a, b, c, integer at, at2, base, mid, end;
         free_of(a, at, base, end) && base < mid < end && widened_at(a, b, at, base, mid) &&
         place_of(b, at2, mid) && widened_at(b, c, at2, mid, end) ==>
           widened_at(a, c, at, base, end); @/
  }
*/

/* One table only. */
/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures one: \forall struct span_heap a, b, c, integer base, end;
       widened(a, b, base, end) && widened(a, c, base, end) ==>
         b.count == c.count && unchanged(b, c, 0, b.count); @/
  void widening_is_determined(void)
  {
    /@ assert spans: \forall struct span s, s2, integer base, end;
         released_span(s, base, end) && released_span(s2, base, end) &&
         (s.needzero <==> s2.needzero) ==> s == s2; @/
    /@ assert tables: \forall struct span_heap a, b, c, integer k, top;
         taken_in(a, b, k, top) && taken_in(a, c, k, top) && 0 <= k && k <= top <= a.count &&
         b.spans[k] == c.spans[k] ==> b.count == c.count && unchanged(b, c, 0, b.count); @/
    /@ assert from: \forall struct span_heap a, integer at, at2, base;
         place_of(a, at, base) && place_of(a, at2, base) && at < at2 ==>
           base <= a.spans[at].base; @/
    /@ assert below: \forall struct span_heap a, integer at, at2, base;
         place_of(a, at, base) && place_of(a, at2, base) && at < at2 ==>
           a.spans[at].base < base; @/
    /@ assert places: \forall struct span_heap a, integer at, at2, base;
         place_of(a, at, base) && place_of(a, at2, base) ==> at <= at2 <= at; @/
    /@ assert at: \forall struct span_heap a, b, c, integer at, base, end;
         place_of(a, at, base) && widened_at(a, b, at, base, end) &&
         widened_at(a, c, at, base, end) ==> b.count == c.count && unchanged(b, c, 0, b.count); @/
  }
*/

/* Between the parts there is no other flag either. */
/*@ ghost
  /@ terminates \true; exits \false; assigns \nothing;
     ensures first: \forall struct span_heap a, integer base, mid, end;
       bounded(a) && nowhere(a, base, end) && base < mid < end &&
       no_flag_differs(a, base, end) ==> no_flag_differs(a, base, mid);
     ensures second: \forall struct span_heap a, b, integer base, mid, end;
       bounded(a) && nowhere(a, base, end) && base < mid < end &&
       no_flag_differs(a, base, end) && widened(a, b, base, mid) ==>
         no_flag_differs(b, mid, end); @/
  void flags_are_kept(void)
  {
    /@ assert second: \forall struct span_heap a, b, integer at, base, mid, end;
         bounded(a) && nowhere(a, base, end) && base < mid < end && place_of(a, at, base) &&
         no_flag_differs(a, base, end) && widened_at(a, b, at, base, mid) ==>
           no_flag_differs(b, mid, end); @/
  }
*/

/*@ requires valid: \valid(h) && \valid(g) && \valid(gone) && \valid(gone2);
    requires apart: \separated(h, g, gone, gone2);
    requires well_formed: well_formed(*h) && well_formed(*g);
    requires same: same_heap(*h, *g);
    requires goal: !h->geometry.has_goal;
    requires sizes: base <= SPAN_LIMIT_PAGES && low_pages <= SPAN_LIMIT_PAGES &&
      high_pages <= SPAN_LIMIT_PAGES;
    requires flags: no_flag_differs(*h, base, base + (low_pages + high_pages));
    terminates \true; exits \false; assigns *h, *g, *gone, *gone2; */
void adding_in_parts_is_adding_the_whole(struct span_heap *h, struct span_heap *g,
                                         uint64_t base, uint64_t low_pages,
                                         uint64_t high_pages, struct span_range_list *gone,
                                         struct span_range_list *gone2)
{
  uint64_t mid = base + low_pages, end = base + (low_pages + high_pages);
  /*@ ghost struct span_heap before = *h;
            struct span_heap alike = *g;
            adding_widens();
            growth_without_a_goal();
            flags_are_kept();
            parts_widen();
            widening_is_determined(); */
  enum span_status whole = span_heap_add(g, base, low_pages + high_pages, gone2);
  enum span_status low = span_heap_add(h, base, low_pages, gone);
  /*@ ghost struct span_heap between = *h; */
  enum span_status high = span_heap_add(h, mid, high_pages, gone);
  if (whole != SPAN_OK || low != SPAN_OK || high != SPAN_OK) return;
  /*@ assert sizes: base < mid < end; */
  /*@ assert range: nowhere(alike, base, end); */
  /*@ assert nowhere: nowhere(before, base, end) && bounded(before) && ordered(before); */
  /*@ assert flags: no_flag_differs(before, base, mid) && no_flag_differs(alike, base, end); */
  /*@ assert added: added(before, between, base, low_pages) &&
        added(between, *h, mid, high_pages) &&
        added(alike, *g, base, low_pages + high_pages); */
  /*@ assert first: widened(before, between, base, mid) &&
        counted_more(before, between, low_pages); */
  /*@ assert flags_between: no_flag_differs(between, mid, end); */
  /*@ assert second: widened(between, *h, mid, end) &&
        counted_more(between, *h, high_pages); */
  /*@ assert parts: widened(before, *h, base, end); */
  /*@ assert whole: widened(alike, *g, base, end) &&
        counted_more(alike, *g, low_pages + high_pages); */
  /*@ assert one: widened(before, *g, base, end); */
  /*@ assert law: same_heap(*h, *g); */
}
