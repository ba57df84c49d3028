#include "coalesce.h"
#include "rounding.h"
#include "table.h"

/* Two scavenged spans that meet on a physical page are backed as the whole is. */
/*@ ghost
  /@ requires merged: merged(a, b, i);
     requires geometry: a.geometry == b.geometry;
     requires sound: sound(a);
     requires joins: joins_after(a, i);
     requires boundary: a.spans[i].scavenged ==>
       aligned(a.spans[i + 1].base, a.geometry.phys_pages);
     terminates \true; exits \false; assigns \nothing;
     ensures backing: same_backing(a, b); @/
  void lemma_merged_backing(struct span_heap a, struct span_heap b, uint64_t i)
  {
    /@ assert meets_up: a.spans[i].scavenged ==>
         up(a.spans[i + 1].base, a.geometry.phys_pages) == a.spans[i + 1].base; @/
    /@ assert meets_down: a.spans[i].scavenged ==>
         down(end_of(a.spans[i]), a.geometry.phys_pages) == a.spans[i + 1].base; @/
    /@ assert low: a.spans[i].scavenged ==>
         up(a.spans[i].base, a.geometry.phys_pages) < a.spans[i + 1].base; @/
    /@ assert high: a.spans[i].scavenged ==> a.spans[i + 1].base <
         down(end_of(a.spans[i + 1]), a.geometry.phys_pages); @/
    /@ assert forth: \forall integer page;
         backed_in(a.spans[i], page, a.geometry.phys_pages) ||
         backed_in(a.spans[i + 1], page, a.geometry.phys_pages) ==>
           backed_in(b.spans[i], page, a.geometry.phys_pages); @/
    /@ assert back: \forall integer page;
         backed_in(b.spans[i], page, a.geometry.phys_pages) ==>
           backed_in(a.spans[i], page, a.geometry.phys_pages) ||
           backed_in(a.spans[i + 1], page, a.geometry.phys_pages); @/
    /@ assert backs_here: \forall integer page;
         backed_in(a.spans[i], page, a.geometry.phys_pages) ||
         backed_in(a.spans[i + 1], page, a.geometry.phys_pages) ==> backed_at(b, page); @/
    /@ assert backs_below: \forall integer j, page; 0 <= j < i &&
         backed_in(a.spans[j], page, a.geometry.phys_pages) ==> backed_at(b, page); @/
    /@ assert shifted_down: \forall integer j; i + 1 < j < a.count ==>
         0 <= j - 1 < b.count && b.spans[j - 1] == a.spans[j]; @/
    /@ assert backs_above: \forall integer j, page; i + 1 < j < a.count &&
         backed_in(a.spans[j], page, a.geometry.phys_pages) ==> backed_at(b, page); @/
    /@ assert backs: backs(a, b); @/
    /@ assert backed_above: \forall integer j, page; i < j < b.count &&
         backed_in(b.spans[j], page, b.geometry.phys_pages) ==>
           backed_in(a.spans[j + 1], page, a.geometry.phys_pages); @/
    /@ assert backed: backs(b, a); @/
  }
*/

void span_merge(struct span_heap *h, uint64_t i)
{
  /*@ ghost struct span_heap before = *h; */
  h->spans[i].npages += h->spans[i + 1].npages;
  h->spans[i].needzero = h->spans[i].needzero || h->spans[i + 1].needzero;
  table_erase(h, i + 1);
  /*@ assert whole: h->spans[i].scavenged ==>
        holds_physical_page(h->spans[i], h->geometry.phys_pages); */
  /*@ assert releasable_below: \forall integer k; 0 <= k < i && h->spans[k].scavenged ==>
        holds_physical_page(h->spans[k], h->geometry.phys_pages); */
  /*@ assert releasable_above: \forall integer k; i < k < h->count &&
        h->spans[k].scavenged ==>
          holds_physical_page(h->spans[k], h->geometry.phys_pages); */
  /*@ assert releasable: releasable(*h); */
  /*@ assert pair: released_of(h->spans[i], h->geometry.phys_pages) ==
        released_in_two(before, i); */
  /*@ ghost lemma_sums_split(before, 0, i, before.count);
            lemma_sums_split(before, i, i + 2, before.count);
            lemma_sums_split(before, i, i + 1, i + 2);
            lemma_sums_frame(before, *h, 0, i);
            lemma_sums_shift(*h, before, i + 1, h->count);
            lemma_sums_split(*h, 0, i, h->count);
            lemma_sums_split(*h, i, i + 1, h->count); */
  /*@ assert idle: idle_sum(*h, 0, h->count) == idle_sum(before, 0, before.count); */
  /*@ assert in_use: in_use_sum(*h, 0, h->count) == in_use_sum(before, 0, before.count); */
  /*@ assert manual: manual_sum(*h, 0, h->count) == manual_sum(before, 0, before.count); */
  /*@ assert released: released_sum(*h, 0, h->count) ==
        released_sum(before, 0, before.count); */
  /*@ assert bounded: bounded(*h); */
  /*@ assert ordered: ordered(*h); */
  /*@ assert flagged: flagged(*h); */
  /*@ assert apart: apart(before, *h); */
  /*@ assert kept: kept(before, *h); */
  /*@ assert no_more: kept(*h, before); */
  /*@ assert dirty: stays_dirty(before, *h); */
  /*@ ghost struct span_heap now = *h;
            lemma_merged_backing(before, now, i); */
}

/* Spans i and i + 1, adjacent, meet at boundary from now on. */
/*@ requires valid: \valid(h);
    requires bounded: bounded(*h);
    requires ordered: ordered(*h);
    requires range: i + 1 < h->count;
    requires adjacent: end_of(h->spans[i]) == h->spans[i + 1].base;
    requires inside: h->spans[i].base < boundary < end_of(h->spans[i + 1]);
    terminates \true; exits \false;
    assigns h->spans[i].npages, h->spans[i + 1].base, h->spans[i + 1].npages;
    ensures moved: boundary_moved(\old(*h), *h, i, boundary);
    ensures bounded: bounded(*h);
    ensures ordered: ordered(*h);
    ensures apart: apart(\old(*h), *h);
*/
static void move_boundary(struct span_heap *h, uint64_t i, uint64_t boundary)
{
  uint64_t limit = h->spans[i + 1].base + h->spans[i + 1].npages;
  h->spans[i].npages = boundary - h->spans[i].base;
  h->spans[i + 1].base = boundary;
  h->spans[i + 1].npages = limit - boundary;
}

/* The retained one of two spans that meet takes over needzero (D2). */
/*@ requires valid: \valid(h);
    requires range: i + 1 < h->count <= SPAN_HEAP_CAPACITY;
    requires meets: meets(h->spans[i], h->spans[i + 1]);
    terminates \true; exits \false; assigns h->spans[i].needzero, h->spans[i + 1].needzero;
    ensures left: h->spans[i].needzero <==>
      \old(h->spans[i].needzero) ||
      (!\old(h->spans[i].scavenged) && \old(h->spans[i + 1].needzero));
    ensures right: h->spans[i + 1].needzero <==>
      \old(h->spans[i + 1].needzero) ||
      (!\old(h->spans[i + 1].scavenged) && \old(h->spans[i].needzero));
*/
static void taint(struct span_heap *h, uint64_t i)
{
  bool needzero = h->spans[i].needzero || h->spans[i + 1].needzero;
  if (h->spans[i].scavenged)
    h->spans[i + 1].needzero = needzero;
  else
    h->spans[i].needzero = needzero;
}

/* What the retained one of two spans gains was backed before. */
/*@ ghost
  /@ requires realigned: realigned(a, b, i);
     requires geometry: a.geometry == b.geometry;
     requires bounded: bounded(a) && bounded(b);
     requires releasable: releasable(a) && releasable(b);
     requires meets: meets_after(a, i);
     terminates \true; exits \false; assigns \nothing;
     ensures backing: same_backing(a, b); @/
  void lemma_realigned_backing(struct span_heap a, struct span_heap b, uint64_t i)
  {
    /@ assert moved: end_of(b.spans[i]) == b.spans[i + 1].base &&
         aligned(b.spans[i + 1].base, a.geometry.phys_pages); @/
    /@ assert meets_up: up(b.spans[i + 1].base, a.geometry.phys_pages) ==
         b.spans[i + 1].base; @/
    /@ assert forth: \forall integer page;
         backed_in(a.spans[i], page, a.geometry.phys_pages) ||
         backed_in(a.spans[i + 1], page, a.geometry.phys_pages) ==>
           backed_in(b.spans[i], page, b.geometry.phys_pages) ||
           backed_in(b.spans[i + 1], page, b.geometry.phys_pages); @/
    /@ assert back: \forall integer page;
         backed_in(b.spans[i], page, b.geometry.phys_pages) ||
         backed_in(b.spans[i + 1], page, b.geometry.phys_pages) ==>
           backed_in(a.spans[i], page, a.geometry.phys_pages) ||
           backed_in(a.spans[i + 1], page, a.geometry.phys_pages); @/
    /@ assert backs_others: \forall integer j, page; 0 <= j < a.count && j != i &&
         j != i + 1 && backed_in(a.spans[j], page, a.geometry.phys_pages) ==>
           backed_at(b, page); @/
    /@ assert backs_pair: \forall integer page;
         backed_in(b.spans[i], page, b.geometry.phys_pages) ||
         backed_in(b.spans[i + 1], page, b.geometry.phys_pages) ==> backed_at(b, page); @/
    /@ assert backs: backs(a, b); @/
    /@ assert backed_others: \forall integer j, page; 0 <= j < b.count && j != i &&
         j != i + 1 && backed_in(b.spans[j], page, b.geometry.phys_pages) ==>
           backed_at(a, page); @/
    /@ assert backed_pair: \forall integer page;
         backed_in(a.spans[i], page, a.geometry.phys_pages) ||
         backed_in(a.spans[i + 1], page, a.geometry.phys_pages) ==> backed_at(a, page); @/
    /@ assert backed: backs(b, a); @/
  }
*/

void span_realign(struct span_heap *h, uint64_t i)
{
  /*@ ghost struct span_heap before = *h; */
  uint64_t phys_pages = h->geometry.phys_pages, boundary = h->spans[i + 1].base;
  if (phys_pages == 1) return;
  if (h->spans[i].scavenged)
    boundary = round_down(boundary, phys_pages);
  else
    boundary = round_up(boundary, phys_pages);
  /*@ assert aligned: aligned(boundary, phys_pages); */
  /*@ assert inside: h->spans[i].base < boundary < end_of(h->spans[i + 1]); */
  taint(h, i);
  move_boundary(h, i, boundary);
  /*@ assert left_part: realigned_left(h->spans[i], before.spans[i], before.spans[i + 1],
        h->geometry.phys_pages); */
  /*@ assert right_part: realigned_right(h->spans[i + 1], before.spans[i],
        before.spans[i + 1], h->geometry.phys_pages); */
  /*@ assert realigned: realigned(before, *h, i); */
  /*@ assert left: h->spans[i].scavenged ==>
        holds_physical_page(h->spans[i], h->geometry.phys_pages); */
  /*@ assert right: h->spans[i + 1].scavenged ==>
        holds_physical_page(h->spans[i + 1], h->geometry.phys_pages); */
  /*@ assert others: releasable_except(*h, i, i + 1); */
  /*@ assert releasable: releasable(*h); */
  /*@ ghost lemma_sums_split(before, 0, i, before.count);
            lemma_sums_split(before, i, i + 2, before.count);
            lemma_sums_split(before, i, i + 1, i + 2);
            lemma_sums_frame(before, *h, 0, i);
            lemma_sums_frame(before, *h, i + 2, h->count);
            lemma_sums_split(*h, 0, i, h->count);
            lemma_sums_split(*h, i, i + 2, h->count);
            lemma_sums_split(*h, i, i + 1, i + 2); */
  /*@ assert bounded: bounded(*h); */
  /*@ assert ordered: ordered(*h); */
  /*@ assert flagged: flagged(*h); */
  /*@ assert apart: apart(before, *h); */
  /*@ assert kept: kept(before, *h); */
  /*@ assert no_more: kept(*h, before); */
  /*@ assert dirty: stays_dirty(before, *h); */
  /*@ assert undisturbed: undisturbed(before, *h); */
  /*@ ghost struct span_heap now = *h;
            lemma_realigned_backing(before, now, i); */
}

/* Whether span i and the next one are free and adjacent. */
/*@ requires valid: \valid(h);
    requires bounded: bounded(*h);
    requires range: i < h->count;
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==>
      i + 1 < h->count && adjacent_free(h->spans[i], h->spans[i + 1]);
*/
static bool next_is_adjacent_free(const struct span_heap *h, uint64_t i)
{
  return i + 1 < h->count && h->spans[i].free && h->spans[i + 1].free &&
         h->spans[i].base + h->spans[i].npages == h->spans[i + 1].base;
}

/* The seam of two settled halves around span i is a settled whole. */
/*@ ghost
  /@ requires range: i < h.count;
     requires below: \forall integer a, b; 0 <= a < b < i && b <= a + 1 ==>
       settled(h.spans[a], h.spans[b], h.geometry.phys_pages);
     requires before: settled_before(h, i);
     requires after: i + 1 < h.count ==>
       settled(h.spans[i], h.spans[i + 1], h.geometry.phys_pages);
     requires above: \forall integer a, b; i < a < b < h.count && b <= a + 1 ==>
       settled(h.spans[a], h.spans[b], h.geometry.phys_pages);
     terminates \true; exits \false; assigns \nothing;
     ensures coalesced: coalesced(h); @/
  void lemma_join(struct span_heap h, uint64_t i) { }
*/

/* coalesce, first half: span i and the one before it. Returns where span i is now. */
/*@ requires valid: \valid(h);
    requires sound: sound(*h);
    requires ready: may_coalesce(*h, i);
    terminates \true; exits \false; assigns h->spans[0 .. h->count - 1], h->count;
    ensures index: coalesced_index(\old(*h), i, \result);
    ensures next: boundary_settled(\old(*h), *h, i - 1);
    ensures settled: settled_before(*h, \result);
    ensures ready: may_coalesce(*h, \result);
    ensures sound: sound(*h);
    ensures undisturbed: undisturbed(\old(*h), *h);
    ensures backing: same_backing(\old(*h), *h);
    ensures sums: sums_stay(\old(*h), *h);
*/
static uint64_t coalesce_before(struct span_heap *h, uint64_t i)
{
  /*@ ghost struct span_heap first = *h; */
  /*@ assert itself: undisturbed(first, *h); */
  /*@ assert joins: joins_before(*h, i) <==> 0 <= i - 1 && joins_after(*h, i - 1); */
  /*@ assert meets: meets_before(*h, i) <==> 0 <= i - 1 && meets_after(*h, i - 1); */
  if (i == 0 || !next_is_adjacent_free(h, i - 1)) return i;
  if (h->spans[i - 1].scavenged == h->spans[i].scavenged) {
    span_merge(h, i - 1);
    i--;
    /*@ assert before: settled_before(*h, i); */
    /*@ assert below: \forall integer a, b; 0 <= a < b < i && b <= a + 1 ==>
          settled(h->spans[a], h->spans[b], h->geometry.phys_pages); */
    /*@ assert above: \forall integer a, b; i < a < b < h->count && b <= a + 1 ==>
          settled(h->spans[a], h->spans[b], h->geometry.phys_pages); */
    /*@ assert except: coalesced_except(*h, i); */
    /*@ assert on_page_before: aligned_before(*h, i); */
    /*@ assert on_page_after: aligned_after(*h, i); */
    /*@ assert ready: may_coalesce(*h, i); */
    /*@ assert undisturbed: undisturbed(first, *h); */
    return i;
  }
  span_realign(h, i - 1);
  /*@ assert below: \forall integer a, b; 0 <= a < b < i - 1 && b <= a + 1 ==>
        settled(h->spans[a], h->spans[b], h->geometry.phys_pages); */
  /*@ assert before: 1 < i ==>
        settled(h->spans[i - 2], h->spans[i - 1], h->geometry.phys_pages); */
  /*@ assert above: \forall integer a, b; i < a < b < h->count && b <= a + 1 ==>
        settled(h->spans[a], h->spans[b], h->geometry.phys_pages); */
  /*@ assert except: coalesced_except(*h, i); */
  /*@ assert on_page_before: aligned_before(*h, i); */
  /*@ assert on_page_after: aligned_after(*h, i); */
  /*@ assert ready: may_coalesce(*h, i); */
  /*@ assert undisturbed: undisturbed(first, *h); */
  return i;
}

/* coalesce, second half: span i, settled below, and the one behind it. */
/*@ requires valid: \valid(h);
    requires sound: sound(*h);
    requires ready: may_coalesce(*h, i);
    requires settled: settled_before(*h, i);
    terminates \true; exits \false; assigns h->spans[0 .. h->count - 1], h->count;
    ensures next: boundary_settled(\old(*h), *h, i);
    ensures sound: sound(*h);
    ensures coalesced: coalesced(*h);
    ensures undisturbed: undisturbed(\old(*h), *h);
    ensures backing: same_backing(\old(*h), *h);
    ensures sums: sums_stay(\old(*h), *h);
*/
static void coalesce_after(struct span_heap *h, uint64_t i)
{
  /*@ ghost struct span_heap before = *h; */
  /*@ assert was_below: \forall integer a, b; 0 <= a < b < i && b <= a + 1 ==>
        settled(h->spans[a], h->spans[b], h->geometry.phys_pages); */
  /*@ assert was_above: \forall integer a, b; i < a < b < h->count && b <= a + 1 ==>
        settled(h->spans[a], h->spans[b], h->geometry.phys_pages); */
  if (!next_is_adjacent_free(h, i)) {
    /*@ assert undisturbed: undisturbed(before, *h); */
    /*@ ghost lemma_join(*h, i); */
    return;
  }
  if (h->spans[i].scavenged == h->spans[i + 1].scavenged) {
    span_merge(h, i);
    /*@ assert undisturbed: undisturbed(before, *h); */
    /*@ assert moved: \forall integer j; i < j < h->count ==>
          h->spans[j] == before.spans[j + 1]; */
    /*@ assert were_settled: \forall integer a, b; i < a < b < h->count && b <= a + 1 ==>
          settled(before.spans[a + 1], before.spans[b + 1], h->geometry.phys_pages); */
    /*@ assert below: \forall integer a, b; 0 <= a < b < i && b <= a + 1 ==>
          settled(h->spans[a], h->spans[b], h->geometry.phys_pages); */
    /*@ assert before: settled_before(*h, i); */
    /*@ assert after: i + 1 < h->count ==>
          settled(h->spans[i], h->spans[i + 1], h->geometry.phys_pages); */
    /*@ assert above: \forall integer a, b; i < a < b < h->count && b <= a + 1 ==>
          settled(h->spans[a], h->spans[b], h->geometry.phys_pages); */
    /*@ ghost lemma_join(*h, i); */
  } else {
    span_realign(h, i);
    /*@ assert undisturbed: undisturbed(before, *h); */
    /*@ assert below: \forall integer a, b; 0 <= a < b < i && b <= a + 1 ==>
          settled(h->spans[a], h->spans[b], h->geometry.phys_pages); */
    /*@ assert before: settled_before(*h, i); */
    /*@ assert after: i + 1 < h->count ==>
          settled(h->spans[i], h->spans[i + 1], h->geometry.phys_pages); */
    /*@ assert above: \forall integer a, b; i < a < b < h->count && b <= a + 1 ==>
          settled(h->spans[a], h->spans[b], h->geometry.phys_pages); */
    /*@ ghost lemma_join(*h, i); */
  }
}

/*@ requires valid: \valid(h);
    requires bounded: bounded(*h);
    requires huge: h->geometry.huge_pages <= SPAN_LIMIT_PAGES;
    requires range: i < h->count;
    requires free: h->spans[i].free;
    terminates \true; exits \false; assigns \nothing;
    ensures huge: huge_around(*h, i, \result);
*/
static uint64_t huge_pages_around(const struct span_heap *h, uint64_t i)
{
  uint64_t huge_pages = h->geometry.huge_pages;
  uint64_t sum = huge_pages_in(h->spans[i], huge_pages);
  if (i > 0 && next_is_adjacent_free(h, i - 1) &&
      h->spans[i - 1].scavenged == h->spans[i].scavenged)
    sum += huge_pages_in(h->spans[i - 1], huge_pages);
  if (next_is_adjacent_free(h, i) && h->spans[i].scavenged == h->spans[i + 1].scavenged)
    sum += huge_pages_in(h->spans[i + 1], huge_pages);
  return sum;
}

struct coalesce_result span_coalesce(struct span_heap *h, uint64_t i)
{
  struct coalesce_result result = {0, {0, 0}};
  /*@ ghost struct span_heap before = *h; */
  uint64_t huge_before = huge_pages_around(h, i);
  uint64_t k = coalesce_before(h, i);
  /*@ ghost struct span_heap middle = *h; */
  /*@ assert joined: joins_before(before, i) ==> merged(before, middle, i - 1); */
  /*@ assert met: meets_before(before, i) ==> realigned(before, middle, i - 1); */
  /*@ assert alone: !joins_before(before, i) && !meets_before(before, i) ==>
        middle.count == before.count && unchanged(before, middle, 0, middle.count); */
  /*@ assert tail: joins_before(before, i) ?
        shifted(middle, before, k + 1, middle.count, 1) :
        unchanged(before, middle, i + 1, before.count); */
  /*@ assert next: i + 1 < before.count ==> middle.spans[k + 1] == before.spans[i + 1]; */
  /*@ assert joins: joins_after(middle, k) <==> joins_after(before, i); */
  /*@ assert meets: meets_after(middle, k) <==> meets_after(before, i); */
  /*@ assert needzero: middle.spans[k].needzero <==> needzero_from_before(before, i); */
  coalesce_after(h, k);
  /*@ ghost lemma_undisturbed(before, middle, *h);
            lemma_same_backing(before, middle, *h); */
  /*@ assert head: unchanged(middle, *h, 0, k); */
  /*@ assert count: joins_after(before, i) ? h->count == middle.count - 1 :
        h->count == middle.count; */
  /*@ assert rest: joins_after(before, i) ?
        shifted(*h, middle, k + 1, h->count, 1) :
        unchanged(middle, *h, k + 2, h->count); */
  /*@ assert far_below: unchanged(before, *h, 0, i - 1); */
  /*@ assert met_below: meets_before(before, i) ==> realigned_left(h->spans[i - 1],
        before.spans[i - 1], before.spans[i], before.geometry.phys_pages); */
  /*@ assert alone_below: 0 < i && !joins_before(before, i) && !meets_before(before, i) ==>
        h->spans[i - 1] == before.spans[i - 1]; */
  /*@ assert below: coalesced_below(before, *h, i); */
  /*@ assert base: coalesced_base(before, i, h->spans[k].base); */
  /*@ assert end: coalesced_end(before, i, end_of(h->spans[k])); */
  /*@ assert span: coalesced_span(h->spans[k], before, i); */
  /*@ assert next_met: meets_after(before, i) ==> coalesced_next(h->spans[k + 1], before, i); */
  /*@ assert both: joins_before(before, i) && joins_after(before, i) ==>
        shifted(*h, before, k + 1, h->count, 2); */
  /*@ assert shift_down: joins_before(before, i) && !joins_after(before, i) ==>
        \forall integer j; k + 2 <= j < h->count ==> h->spans[j] == before.spans[j + 1]; */
  /*@ assert shift_up: joins_before(before, i) && !joins_after(before, i) ==>
        \forall integer j; k + 3 <= j < h->count + 1 ==> before.spans[j] == h->spans[j - 1]; */
  /*@ assert only_before: joins_before(before, i) && !joins_after(before, i) ==>
        shifted(*h, before, k + 2, h->count, 1); */
  /*@ assert only_after: !joins_before(before, i) && joins_after(before, i) ==>
        shifted(*h, before, k + 1, h->count, 1); */
  /*@ assert neither: !joins_before(before, i) && !joins_after(before, i) ==>
        unchanged(before, *h, k + 2, h->count); */
  /*@ assert after: i + 1 < before.count && !joins_after(before, i) &&
        !meets_after(before, i) ==> h->spans[k + 1] == before.spans[i + 1]; */
  /*@ assert above: coalesced_above(before, *h, i, k); */
  result.index = k;
  if (!h->spans[k].scavenged &&
      huge_pages_in(h->spans[k], h->geometry.huge_pages) > huge_before) {
    result.advice.base = h->spans[k].base;
    result.advice.npages = h->spans[k].npages;
  }
  return result;
}
