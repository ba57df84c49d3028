#include "scavenge.h"
#include "coalesce.h"
#include "rounding.h"
#include "span_heap.h"
#include "table.h"

/*@ requires valid: \valid(h);
    requires bounded: bounded(*h);
    requires range: i < h->count;
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==> can_scavenge(h->spans[i], h->geometry.phys_pages);
*/
static bool is_scavengeable(const struct span_heap *h, uint64_t i)
{
  return h->spans[i].free && !h->spans[i].scavenged &&
         has_physical_page(h->spans[i], h->geometry.phys_pages);
}

/* What to scavenge next; h->count: nothing. Searched afresh each time, since
 * scavenging moves records (D5). */
/*@ requires valid: \valid(h);
    requires bounded: bounded(*h);
    requires huge: h->geometry.huge_pages <= SPAN_LIMIT_PAGES;
    terminates \true; exits \false; assigns \nothing;
    ensures range: \result <= h->count;
    ensures candidate: \result < h->count ==> candidate(*h, \result);
    ensures none: \result == h->count ==> no_candidate(*h, 0, h->count);
*/
static uint64_t scavenge_candidate(const struct span_heap *h)
{
  uint64_t plain = h->count;
  /*@ loop invariant range: i <= h->count && i <= plain <= h->count;
      loop invariant none: plain == h->count ==> no_candidate(*h, i, h->count);
      loop invariant candidate: plain < h->count ==>
        can_scavenge(h->spans[plain], h->geometry.phys_pages) &&
        !holds_huge(h->spans[plain], h->geometry.huge_pages) &&
        no_candidate(*h, plain + 1, h->count);
      loop invariant no_huge: no_huge_candidate(*h, i, h->count);
      loop assigns i, plain;
      loop variant i; */
  for (uint64_t i = h->count; i > 0; i--) {
    if (!is_scavengeable(h, i - 1)) continue;
    if (huge_pages_in(h->spans[i - 1], h->geometry.huge_pages) > 0) return i - 1;
    if (plain == h->count) plain = i - 1;
  }
  return plain;
}

/* Where [lo, hi), whole physical pages, is cut so that its high part covers
 * want; lo: not at all. A huge page is not broken where that can be helped. */
/*@ requires geometry: geometry_ok(geometry);
    requires range: lo < hi <= SPAN_LIMIT_PAGES && 0 < want;
    requires aligned_lo: aligned(lo, geometry.phys_pages);
    requires aligned_hi: aligned(hi, geometry.phys_pages);
    terminates \true; exits \false; assigns \nothing;
    ensures range: lo <= \result < hi;
    ensures aligned: aligned(\result, geometry.phys_pages);
    ensures boundary: cut_boundary(geometry, lo, hi, want, \result);
    ensures enough: want <= hi - lo ==> want <= hi - \result;
*/
static uint64_t scavenge_boundary(struct span_geometry geometry, uint64_t lo, uint64_t hi,
                                  uint64_t want)
{
  if (hi - lo <= want) return lo;
  uint64_t boundary = round_down(hi - want, geometry.phys_pages);
  if (geometry.huge_pages <= geometry.phys_pages) return boundary;
  uint64_t huge_boundary = round_down_to(boundary, geometry.huge_pages);
  /*@ ghost lemma_aligned_multiple(boundary, geometry.huge_pages, geometry.phys_pages); */
  return huge_boundary >= lo ? huge_boundary : boundary;
}

/* What a retained span gives back was backed, and isn't any more. */
/*@ ghost
  /@ requires gave_back: gave_back(a, b, i);
     requires bounded: bounded(a);
     requires ordered: ordered(a);
     requires range: i < a.count;
     requires candidate: can_scavenge(a.spans[i], a.geometry.phys_pages);
     requires base: range.base == up(a.spans[i].base, a.geometry.phys_pages);
     requires end: range.base + range.npages ==
       down(end_of(a.spans[i]), a.geometry.phys_pages);
     terminates \true; exits \false; assigns \nothing;
     ensures given: given_back(a, b, range); @/
  void lemma_marked(struct span_heap a, struct span_heap b, uint64_t i,
                    struct span_range range)
  {
    /@ assert others: \forall integer j; 0 <= j < a.count && j != i ==>
         a.spans[j] == b.spans[j]; @/
    /@ assert forth: \forall integer page;
         backed_in(a.spans[i], page, a.geometry.phys_pages) ==>
           in_range(range, page) || backed_in(b.spans[i], page, b.geometry.phys_pages); @/
    /@ assert back: \forall integer page;
         backed_in(b.spans[i], page, b.geometry.phys_pages) ==>
           backed_in(a.spans[i], page, a.geometry.phys_pages); @/
    /@ assert was: \forall integer page; in_range(range, page) ==>
         backed_in(a.spans[i], page, a.geometry.phys_pages); @/
    /@ assert gone: \forall integer page; in_range(range, page) ==>
         !backed_in(b.spans[i], page, b.geometry.phys_pages); @/
    /@ assert elsewhere: \forall integer j, page; in_range(range, page) &&
         0 <= j < b.count && j != i ==> !holds_page(b.spans[j], page); @/
    /@ assert backs: backs(b, a); @/
  }
*/

/* Flag span i, which holds a whole physical page, and count what it releases.
 * Returns those pages. */
/*@ requires valid: \valid(h);
    requires bounded: bounded(*h);
    requires range: i < h->count;
    requires ordered: ordered(*h);
    requires candidate: can_scavenge(h->spans[i], h->geometry.phys_pages);
    requires released: h->released <= 8 * SPAN_LIMIT_PAGES;
    terminates \true; exits \false; assigns h->spans[i].scavenged, h->released;
    ensures next: gave_back(\old(*h), *h, i);
    ensures ordered: ordered(*h);
    ensures undisturbed: undisturbed(\old(*h), *h);
    ensures base: \result.base == up(h->spans[i].base, h->geometry.phys_pages);
    ensures end: \result.base + \result.npages ==
      down(end_of(h->spans[i]), h->geometry.phys_pages);
    ensures given: given_back(\old(*h), *h, \result);
    ensures sums: only_released_moved(\old(*h), *h);
*/
static struct span_range mark_scavenged(struct span_heap *h, uint64_t i)
{
  /*@ ghost struct span_heap before = *h; */
  uint64_t lo = round_up(h->spans[i].base, h->geometry.phys_pages);
  uint64_t hi = round_down(h->spans[i].base + h->spans[i].npages, h->geometry.phys_pages);
  struct span_range range = {lo, hi - lo};
  h->released += hi - lo;
  h->spans[i].scavenged = true;
  /*@ ghost lemma_sums_update(before, *h, i); */
  /*@ assert apart: apart(before, *h); */
  /*@ assert kept: kept(before, *h); */
  /*@ assert no_more: kept(*h, before); */
  /*@ assert dirty: stays_dirty(before, *h); */
  /*@ ghost struct span_heap now = *h;
            lemma_marked(before, now, i, range); */
  return range;
}

/* Make the part of free, retained span i from boundary on a span of its own,
 * where boundary lies above its first whole physical page. Returns that span's
 * index; it and its neighbours are ready for scavenging. */
/*@ requires valid: \valid(h);
    requires table: table_ok(*h);
    requires range: i < h->count < SPAN_HEAP_CAPACITY;
    requires candidate: can_scavenge(h->spans[i], h->geometry.phys_pages);
    requires aligned: aligned(boundary, h->geometry.phys_pages);
    requires inside: up(h->spans[i].base, h->geometry.phys_pages) <= boundary <
      down(end_of(h->spans[i]), h->geometry.phys_pages);
    terminates \true; exits \false; assigns h->spans[i .. h->count], h->count;
    ensures next: cut_from(\old(*h), *h, i, boundary, \result);
    ensures room: h->count <= \old(h->count) + 1;
    ensures base: up(h->spans[\result].base, h->geometry.phys_pages) == boundary;
    ensures end: end_of(h->spans[\result]) == \old(end_of(h->spans[i]));
    ensures ready: may_be_flagged(*h, \result);
    ensures sound: sound(*h);
    ensures undisturbed: undisturbed(\old(*h), *h);
    ensures backing: same_backing(\old(*h), *h);
    ensures sums: sums_stay(\old(*h), *h);
*/
static uint64_t cut_high_part(struct span_heap *h, uint64_t i, uint64_t boundary)
{
  /*@ assert before: 0 < i ==>
        settled(h->spans[i - 1], h->spans[i], h->geometry.phys_pages); */
  /*@ assert after: i + 1 < h->count ==>
        settled(h->spans[i], h->spans[i + 1], h->geometry.phys_pages); */
  /*@ ghost struct span_heap before = *h; */
  if (boundary == round_up(h->spans[i].base, h->geometry.phys_pages)) {
    /*@ assert ready_whole: may_be_flagged(*h, i); */
    /*@ assert itself: undisturbed(before, *h) && same_backing(before, *h); */
    return i;
  }
  span_split(h, i, boundary - h->spans[i].base);
  /*@ assert others: releasable_except(*h, i, i + 1); */
  /*@ assert retained: !h->spans[i].scavenged && !h->spans[i + 1].scavenged; */
  /*@ assert next: i + 2 < h->count ==>
        settled(h->spans[i + 1], h->spans[i + 2], h->geometry.phys_pages); */
  /*@ assert releasable: releasable(*h); */
  /*@ assert except: coalesced_except(*h, i + 1); */
  /*@ assert on_pages: meets_on_pages(*h, i + 1); */
  /*@ assert ready: may_be_flagged(*h, i + 1); */
  return i + 1;
}

/* Coalescing a scavenged span that meets its neighbours on physical pages. */
/*@ ghost
  /@ requires range: i < a.count;
     requires scavenged: a.spans[i].free && a.spans[i].scavenged;
     requires bounded: bounded(a);
     requires pages: meets_on_pages(a, i);
     requires coalesced: coalesced_at(a, b, i, now);
     terminates \true; exits \false; assigns \nothing;
     ensures same: candidates(b, 0, b.count) == candidates(a, 0, a.count); @/
  void lemma_coalesced_candidates(struct span_heap a, struct span_heap b, uint64_t i,
                                  uint64_t now)
  {
    /@ assert itself: !is_candidate(a, i) && !is_candidate(b, now); @/
    /@ assert joined_before: joins_before(a, i) ==> !is_candidate(a, i - 1); @/
    /@ assert joined_after: joins_after(a, i) ==> !is_candidate(a, i + 1); @/
    /@ assert met_before: meets_before(a, i) ==> now == i &&
         up(a.spans[i].base, a.geometry.phys_pages) == a.spans[i].base &&
         b.spans[i - 1].base == a.spans[i - 1].base &&
         end_of(b.spans[i - 1]) == end_of(a.spans[i - 1]) && !b.spans[i - 1].scavenged &&
         b.spans[i - 1].free; @/
    /@ assert next_below: meets_before(a, i) ==>
         (is_candidate(a, i - 1) <==> is_candidate(b, i - 1)); @/
    /@ assert far_below: \forall integer j; 0 <= j < i - 1 ==> a.spans[j] == b.spans[j] &&
         (is_candidate(a, j) <==> is_candidate(b, j)); @/
    /@ assert near_below: 0 < i && !joins_before(a, i) && !meets_before(a, i) ==>
         a.spans[i - 1] == b.spans[i - 1]; @/
    /@ assert just_below: 0 < i && !joins_before(a, i) ==>
         (is_candidate(a, i - 1) <==> is_candidate(b, i - 1)); @/
    uint64_t low = 0 < i ? i - 1 : 0;
    lemma_candidates_down(a, b, 0, low, 0);
    lemma_candidates_split(a, 0, low, now);
    lemma_candidates_split(b, 0, low, now);
    /@ assert below: candidates(a, 0, now) == candidates(b, 0, now); @/
    /@ assert met_after: meets_after(a, i) ==>
         down(a.spans[i + 1].base, a.geometry.phys_pages) == a.spans[i + 1].base &&
         b.spans[now + 1].base == a.spans[i + 1].base &&
         end_of(b.spans[now + 1]) == end_of(a.spans[i + 1]) && b.spans[now + 1].free &&
         !b.spans[now + 1].scavenged; @/
    /@ assert next_above: meets_after(a, i) ==>
         (is_candidate(a, i + 1) <==> is_candidate(b, now + 1)); @/
    /@ assert near_above: i + 1 < a.count && !joins_after(a, i) && !meets_after(a, i) ==>
         a.spans[i + 1] == b.spans[now + 1]; @/
    uint64_t high = i + 1 + (b.count + i - now == a.count ? 0 : 1);
    /@ assert high: joins_after(a, i) ? high == i + 2 : high == i + 1; @/
    /@ assert by_two: joins_before(a, i) && joins_after(a, i) ==> high - now - 1 == 2 &&
         \forall integer j; i + 2 <= j < a.count ==> a.spans[j] == b.spans[j - 2] &&
           (is_candidate(a, j) <==> is_candidate(b, j - 2)); @/
    /@ assert by_one: joins_before(a, i) && !joins_after(a, i) ==> high - now - 1 == 1 &&
         \forall integer j; i + 2 <= j < a.count ==> a.spans[j] == b.spans[j - 1] &&
           (is_candidate(a, j) <==> is_candidate(b, j - 1)); @/
    /@ assert by_one_above: !joins_before(a, i) && joins_after(a, i) ==>
         high - now - 1 == 1 &&
         \forall integer j; i + 2 <= j < a.count ==> a.spans[j] == b.spans[j - 1] &&
           (is_candidate(a, j) <==> is_candidate(b, j - 1)); @/
    /@ assert by_none: !joins_before(a, i) && !joins_after(a, i) ==> high - now - 1 == 0 &&
         \forall integer j; i + 2 <= j < a.count ==> a.spans[j] == b.spans[j] &&
           (is_candidate(a, j) <==> is_candidate(b, j)); @/
    /@ assert count: b.count == a.count - (high - now - 1); @/
    /@ assert place: high - now == 3 || (high - now == 2 && high == i + 1) ==> now == i - 1; @/
    if (high - now == 3) {
      lemma_candidates_down(a, b, i + 2, a.count, 2);
      /@ assert above_two: candidates(a, i + 2, a.count) == candidates(b, i, b.count); @/
    } else if (high == i + 2) {
      lemma_candidates_down(a, b, i + 2, a.count, 1);
      /@ assert above_joined: candidates(a, i + 2, a.count) ==
           candidates(b, i + 1, b.count); @/
    } else if (i + 1 < a.count) {
      if (now < i) {
        lemma_candidates_down(a, b, i + 2, a.count, 1);
        /@ assert far_one: candidates(a, i + 2, a.count) ==
             candidates(b, i + 1, b.count); @/
      } else {
        lemma_candidates_down(a, b, i + 2, a.count, 0);
        /@ assert far_none: candidates(a, i + 2, a.count) ==
             candidates(b, i + 2, b.count); @/
      }
      /@ assert far: candidates(a, i + 2, a.count) == candidates(b, now + 2, b.count); @/
      lemma_candidates_split(a, i + 1, i + 2, a.count);
      lemma_candidates_split(b, now + 1, now + 2, b.count);
      /@ assert next: candidates(a, i + 1, i + 2) == candidates(b, now + 1, now + 2); @/
      /@ assert above_next: candidates(a, i + 1, a.count) ==
           candidates(b, now + 1, b.count); @/
    }
    /@ assert above: candidates(a, high, a.count) == candidates(b, now + 1, b.count); @/
    lemma_candidates_split(a, 0, now, a.count);
    lemma_candidates_split(a, now, high, a.count);
    lemma_candidates_split(b, 0, now, b.count);
    lemma_candidates_split(b, now, now + 1, b.count);
    lemma_candidates_split(a, now, i, high);
    lemma_candidates_split(a, i, i + 1, high);
    /@ assert middle: candidates(a, now, high) == 0; @/
    /@ assert one: candidates(b, now, now + 1) == 0; @/
  }
*/

/* A span that has been scavenged whole is one candidate less, and coalescing it makes
 * no new one: what it joins is scavenged, and what it meets stays as it is. */
/*@ ghost
  /@ requires marked: gave_back(a, m, i);
     requires range: i < a.count;
     requires candidate: is_candidate(a, i);
     requires bounded: bounded(m);
     requires pages: meets_on_pages(m, i);
     requires coalesced: coalesced_at(m, b, i, now);
     terminates \true; exits \false; assigns \nothing;
     ensures fewer: candidates(b, 0, b.count) < candidates(a, 0, a.count); @/
  void lemma_one_less(struct span_heap a, struct span_heap m, struct span_heap b,
                      uint64_t i, uint64_t now)
  {
    lemma_candidates_split(a, 0, i, a.count);
    lemma_candidates_split(a, i, i + 1, a.count);
    lemma_candidates_down(a, m, 0, i, 0);
    lemma_candidates_down(a, m, i + 1, a.count, 0);
    lemma_candidates_split(m, 0, i, m.count);
    lemma_candidates_split(m, i, i + 1, m.count);
    lemma_coalesced_candidates(m, b, i, now);
    /@ assert was: candidates(a, i, i + 1) == 1; @/
    /@ assert none: candidates(m, i, i + 1) == 0; @/
  }
*/

/* Scavenge span i, or as much of its high end as covers want, and put what it was at
 * the end of *gone. Returns the pages released. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires list: gone->count < 2 * SPAN_HEAP_CAPACITY;
    requires table: table_ok(*h);
    requires range: i < h->count < SPAN_HEAP_CAPACITY;
    requires candidate: can_scavenge(h->spans[i], h->geometry.phys_pages);
    requires want: 0 < want;
    requires released: h->released <= 8 * SPAN_LIMIT_PAGES;
    terminates \true; exits \false;
    assigns h->spans[0 .. h->count], h->count, h->released, *gone;
    ensures table: table_ok(*h);
    ensures next: scavenged_span(\old(*h), *h, i, want);
    ensures undisturbed: undisturbed(\old(*h), *h);
    ensures appended: appended(\old(*gone), *gone, gone->ranges[\old(gone->count)]);
    ensures given: given_back(\old(*h), *h, gone->ranges[\old(gone->count)]);
    ensures pages: 0 < gone->ranges[\old(gone->count)].npages;
    ensures fewer: \result < want ==>
      candidates(*h, 0, h->count) < candidates(\old(*h), 0, \old(h->count));
    ensures room: h->count <= \old(h->count) + 1;
    ensures room_more: \result < want ==> h->count <= \old(h->count);
    ensures sums: only_released_moved(\old(*h), *h);
    ensures result: \result == h->released - \old(h->released);
    ensures progress: 0 < \result <= SPAN_LIMIT_PAGES;
*/
static uint64_t scavenge_span(struct span_heap *h, uint64_t i, uint64_t want,
                              struct span_range_list *gone)
{
  /*@ ghost struct span_heap before = *h; */
  uint64_t lo = round_up(h->spans[i].base, h->geometry.phys_pages);
  uint64_t hi = round_down(h->spans[i].base + h->spans[i].npages, h->geometry.phys_pages);
  uint64_t boundary = scavenge_boundary(h->geometry, lo, hi, want);
  /*@ assert cut: cut_of(before, i, want, boundary); */
  uint64_t k = cut_high_part(h, i, boundary);
  /*@ ghost struct span_heap cut = *h; */
  struct span_range range = mark_scavenged(h, k);
  /*@ ghost struct span_heap marked = *h; */
  /*@ assert holds: holds_physical_page(h->spans[k], h->geometry.phys_pages); */
  /*@ assert from: up(h->spans[k].base, h->geometry.phys_pages) == boundary; */
  /*@ assert to: down(end_of(h->spans[k]), h->geometry.phys_pages) == hi; */
  /*@ assert amount: released_of(h->spans[k], h->geometry.phys_pages) == hi - boundary; */
  /*@ assert releasable: releasable(*h); */
  /*@ assert bounded: bounded(*h); */
  /*@ assert flags: flagged(*h); */
  /*@ assert settled_low: \forall integer a, b; 0 <= a < b < k && b <= a + 1 ==>
        settled(h->spans[a], h->spans[b], h->geometry.phys_pages); */
  /*@ assert settled_high: \forall integer a, b; k < a < b < h->count && b <= a + 1 ==>
        settled(h->spans[a], h->spans[b], h->geometry.phys_pages); */
  /*@ assert except: coalesced_except(*h, k); */
  /*@ assert ready: may_coalesce(*h, k); */
  /*@ ghost lemma_undisturbed(before, cut, marked); */
  /*@ assert on_pages: meets_on_pages(*h, k); */
  struct coalesce_result at = span_coalesce(h, k);
  (void)at; /* only the proof asks where */
  /*@ ghost struct span_heap now = *h;
            lemma_undisturbed(before, marked, now);
            lemma_given_back(before, cut, marked, now, range);
            if (k == i) lemma_one_less(cut, marked, now, k, at.index); */
  gone->ranges[gone->count] = range;
  gone->count++;
  /*@ assert flagged: flagged_from(before, marked, i, boundary, k); */
  /*@ assert scavenged: scavenged_from(before, *h, i, boundary); */
  /*@ assert whole: hi - boundary < want ==> k == i && same_heap(before, cut); */
  /*@ ghost if (k == i) lemma_candidates_down(before, cut, 0, before.count, 0); */
  return hi - boundary;
}

uint64_t span_scavenge(struct span_heap *h, uint64_t want, struct span_range_list *gone)
{
  uint64_t released = 0;
  /*@ ghost struct span_heap first = *h;
            struct span_range_list was = *gone;
            uint64_t n = 0; */
  /*@ ghost lemma_sums_bounded(*h, 0, h->count);
            lemma_candidates_bounded(first, 0, h->count); */
  /*@ loop invariant table: table_ok(*h);
      loop invariant steps: scavenge_steps(\at(*h, Pre), *h, want, n);
      loop invariant counted: n <= released && n <= want;
      loop invariant undisturbed: undisturbed(\at(*h, Pre), *h);
      loop invariant room: h->count <= \at(h->count, Pre) + 1;
      loop invariant room_more: released < want ==> h->count <= \at(h->count, Pre);
      loop invariant sums: only_released_moved(\at(*h, Pre), *h);
      loop invariant released: released == h->released - \at(h->released, Pre);
      loop invariant begins: begins_with(was, *gone);
      loop invariant gave: gave(first, *h, *gone, was.count);
      loop invariant fewer: released < want ==> gone->count + candidates(*h, 0, h->count) <=
        was.count + candidates(first, 0, first.count);
      loop invariant list: gone->count <= was.count + first.count;
      loop assigns released, h->spans[0 .. \at(h->count, Pre)], h->count, h->released, *gone,
        n;
      loop variant want - released; */
  while (released < want) {
    /*@ ghost lemma_sums_bounded(*h, 0, h->count); */
    /*@ ghost struct span_heap before = *h;
              struct span_range_list shorter = *gone; */
    uint64_t i = scavenge_candidate(h);
    if (i == h->count) break;
    /*@ ghost lemma_candidates_split(before, 0, i, before.count);
              lemma_candidates_split(before, i, i + 1, before.count);
              lemma_candidates_bounded(before, 0, i);
              lemma_candidates_bounded(before, i + 1, before.count); */
    /*@ assert some: 0 < candidates(*h, 0, h->count); */
    released += scavenge_span(h, i, want - released, gone);
    /*@ ghost struct span_heap now = *h;
              struct span_range_list longer = *gone;
              struct span_range range = gone->ranges[shorter.count];
              lemma_undisturbed(first, before, now);
              lemma_gave_one_more(first, before, now, shorter, longer, was.count, range); */
    /*@ assert step: scavenge_step(before, *h,
          want - (before.released - \at(h->released, Pre))); */
    /*@ ghost n++; */
  }
  /*@ assert ends: scavenge_ends(\at(*h, Pre), *h, want); */
  return released;
}

void span_scavenge_if_needed(struct span_heap *h, uint64_t npages,
                             struct span_range_list *gone)
{
  uint64_t retained = h->sys - h->released;
  /*@ ghost struct span_heap before = *h; */
  if (!h->geometry.has_goal || retained + npages <= h->geometry.goal_pages) {
    /*@ assert nothing: scavenge_steps(before, *h, 0, 0); */
    /*@ assert none: growth_want(before, npages) == 0; */
    /*@ assert next: scavenged_for_growth(before, *h, npages); */
    return;
  }
  uint64_t over = retained + npages - h->geometry.goal_pages;
  uint64_t want = over < npages ? over : npages;
  /*@ assert want: growth_want(before, npages) == want; */
  span_scavenge(h, want, gone);
  /*@ assert next: scavenged_for_growth(before, *h, npages); */
}

struct span_scavenge_result span_heap_scavenge(struct span_heap *h, uint64_t want_pages,
                                               struct span_range_list *gone)
{
  struct span_scavenge_result result = {SPAN_OK, 0};
  gone->count = 0;
  /*@ ghost lemma_sums_bounded(*h, 0, h->count); */
  if (h->count == SPAN_HEAP_CAPACITY)
    result.status = SPAN_TABLE_FULL;
  else
    result.released_pages = span_scavenge(h, want_pages, gone);
  return result;
}
