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

/* Flag span i, which holds a whole physical page, and count what it releases. */
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
    ensures sums: only_released_moved(\old(*h), *h);
*/
static void mark_scavenged(struct span_heap *h, uint64_t i)
{
  /*@ ghost struct span_heap before = *h; */
  h->released += round_down(h->spans[i].base + h->spans[i].npages, h->geometry.phys_pages) -
                 round_up(h->spans[i].base, h->geometry.phys_pages);
  h->spans[i].scavenged = true;
  /*@ ghost lemma_sums_update(before, *h, i); */
  /*@ assert apart: apart(before, *h); */
  /*@ assert kept: kept(before, *h); */
  /*@ assert no_more: kept(*h, before); */
  /*@ assert dirty: stays_dirty(before, *h); */
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
    /*@ assert itself: undisturbed(before, *h); */
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

/* Scavenge span i, or as much of its high end as covers want. Returns the pages
 * released. */
/*@ requires valid: \valid(h);
    requires table: table_ok(*h);
    requires range: i < h->count < SPAN_HEAP_CAPACITY;
    requires candidate: can_scavenge(h->spans[i], h->geometry.phys_pages);
    requires want: 0 < want;
    requires released: h->released <= 8 * SPAN_LIMIT_PAGES;
    terminates \true; exits \false; assigns h->spans[0 .. h->count], h->count, h->released;
    ensures table: table_ok(*h);
    ensures next: scavenged_span(\old(*h), *h, i, want);
    ensures undisturbed: undisturbed(\old(*h), *h);
    ensures room: h->count <= \old(h->count) + 1;
    ensures room_more: \result < want ==> h->count <= \old(h->count);
    ensures sums: only_released_moved(\old(*h), *h);
    ensures result: \result == h->released - \old(h->released);
    ensures progress: 0 < \result <= SPAN_LIMIT_PAGES;
*/
static uint64_t scavenge_span(struct span_heap *h, uint64_t i, uint64_t want)
{
  /*@ ghost struct span_heap before = *h; */
  uint64_t lo = round_up(h->spans[i].base, h->geometry.phys_pages);
  uint64_t hi = round_down(h->spans[i].base + h->spans[i].npages, h->geometry.phys_pages);
  uint64_t boundary = scavenge_boundary(h->geometry, lo, hi, want);
  /*@ assert cut: cut_of(before, i, want, boundary); */
  uint64_t k = cut_high_part(h, i, boundary);
  /*@ ghost struct span_heap cut = *h; */
  mark_scavenged(h, k);
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
  span_coalesce(h, k);
  /*@ ghost lemma_undisturbed(before, marked, *h); */
  /*@ assert flagged: flagged_from(before, marked, i, boundary, k); */
  /*@ assert scavenged: scavenged_from(before, *h, i, boundary); */
  return hi - boundary;
}

uint64_t span_scavenge(struct span_heap *h, uint64_t want)
{
  uint64_t released = 0;
  /*@ ghost struct span_heap first = *h;
            uint64_t n = 0; */
  /*@ ghost lemma_sums_bounded(*h, 0, h->count); */
  /*@ loop invariant table: table_ok(*h);
      loop invariant steps: scavenge_steps(\at(*h, Pre), *h, want, n);
      loop invariant counted: n <= released && n <= want;
      loop invariant undisturbed: undisturbed(\at(*h, Pre), *h);
      loop invariant room: h->count <= \at(h->count, Pre) + 1;
      loop invariant room_more: released < want ==> h->count <= \at(h->count, Pre);
      loop invariant sums: only_released_moved(\at(*h, Pre), *h);
      loop invariant released: released == h->released - \at(h->released, Pre);
      loop assigns released, h->spans[0 .. \at(h->count, Pre)], h->count, h->released, n;
      loop variant want - released; */
  while (released < want) {
    /*@ ghost lemma_sums_bounded(*h, 0, h->count); */
    /*@ ghost struct span_heap before = *h; */
    uint64_t i = scavenge_candidate(h);
    if (i == h->count) break;
    released += scavenge_span(h, i, want - released);
    /*@ ghost lemma_undisturbed(first, before, *h); */
    /*@ assert step: scavenge_step(before, *h,
          want - (before.released - \at(h->released, Pre))); */
    /*@ ghost n++; */
  }
  /*@ assert ends: scavenge_ends(\at(*h, Pre), *h, want); */
  return released;
}

void span_scavenge_if_needed(struct span_heap *h, uint64_t npages)
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
  span_scavenge(h, want);
  /*@ assert next: scavenged_for_growth(before, *h, npages); */
}

struct span_scavenge_result span_heap_scavenge(struct span_heap *h, uint64_t want_pages)
{
  struct span_scavenge_result result = {SPAN_OK, 0};
  /*@ ghost lemma_sums_bounded(*h, 0, h->count); */
  if (h->count == SPAN_HEAP_CAPACITY)
    result.status = SPAN_TABLE_FULL;
  else
    result.released_pages = span_scavenge(h, want_pages);
  return result;
}
