#include "scavenge.h"
#include "coalesce.h"
#include "rounding.h"
#include "span_heap.h"
#include "table.h"

/*@
  predicate same_but_flag(struct span a, struct span b) =
    a.base == b.base && a.npages == b.npages && a.free == b.free &&
    a.manual == b.manual && a.needzero == b.needzero;
  predicate settled_after(struct span_heap h, integer i) =
    i + 1 < h.count ==>
      settled(h.spans[i], h.spans[i + 1], h.geometry.phys_pages);
  // A free span that still holds a whole physical page to give back.
  predicate can_scavenge(struct span s, integer r) =
    s.free && !s.scavenged && up(s.base, r) < down(end_of(s), r);
  predicate holds_huge(struct span s, integer huge_pages) =
    huge_of(s, huge_pages) > 0;
  // Candidate i of h: the highest with huge pages, else the highest.
  predicate no_candidate(struct span_heap h, integer lo, integer hi) =
    \forall integer i; lo <= i < hi ==>
      !can_scavenge(h.spans[i], h.geometry.phys_pages);
  predicate no_huge_candidate(struct span_heap h, integer lo, integer hi) =
    \forall integer i; lo <= i < hi ==>
      !(can_scavenge(h.spans[i], h.geometry.phys_pages) &&
        holds_huge(h.spans[i], h.geometry.huge_pages));
*/

/*@ requires valid: \valid(h);
    requires bounded: bounded(*h);
    requires range: i < h->count;
    terminates \true; exits \false;
    assigns \nothing;
    ensures decides: \result <==> can_scavenge(h->spans[i], h->geometry.phys_pages);
*/
static bool is_scavengeable(const struct span_heap *h, uint64_t i)
{
  return h->spans[i].free && !h->spans[i].scavenged &&
         round_up(h->spans[i].base, h->geometry.phys_pages) <
             round_down(h->spans[i].base + h->spans[i].npages, h->geometry.phys_pages);
}

/* What to scavenge next; h->count: nothing. Searched afresh each time, since
 * scavenging moves records (D5). */
/*@ requires valid: \valid(h);
    requires bounded: bounded(*h);
    requires huge: h->geometry.huge_pages <= SPAN_LIMIT_PAGES;
    terminates \true; exits \false;
    assigns \nothing;
    ensures range: \result <= h->count;
    ensures candidate: \result < h->count ==>
      can_scavenge(h->spans[\result], h->geometry.phys_pages);
    ensures none: \result == h->count ==> no_candidate(*h, 0, h->count);
    ensures highest: \result < h->count ==>
      holds_huge(h->spans[\result], h->geometry.huge_pages) ?
        no_huge_candidate(*h, \result + 1, h->count) :
        no_huge_candidate(*h, 0, h->count) && no_candidate(*h, \result + 1, h->count);
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

/*@
  lemma aligned_sum: \forall integer a, b, r;
    phys_ok(r) && 0 <= a && 0 <= b && aligned(a, r) && aligned(b, r) ==>
      aligned(a + b, r);
*/

/* Multiples of a multiple of r are multiples of r. */
/*@ ghost
  /@ requires phys: phys_ok(r);
     requires unit: 0 < unit && aligned(unit, r);
     terminates \true; exits \false;
     assigns \nothing;
     ensures aligned: aligned(x - x % unit, r); @/
  void lemma_aligned_multiple(uint64_t x, uint64_t unit, uint64_t r)
  {
    uint64_t sum = 0;
    uint64_t n = x / unit;
    /@ assert whole: x == n * unit + x % unit; @/
    /@ loop invariant range: 0 <= i <= n;
       loop invariant sum: sum == i * unit && sum <= n * unit;
       loop invariant aligned: aligned(sum, r);
       loop assigns i, sum;
       loop variant n - i; @/
    for (uint64_t i = 0; i < n; i++) {
      /@ assert step: i * unit + unit == (i + 1) * unit; @/
      /@ assert most: (i + 1) * unit <= n * unit; @/
      sum += unit;
    }
  }
*/

/* Where [lo, hi), whole physical pages, is cut so that its high part covers
 * want; lo: not at all. A huge page is not broken where that can be helped. */
/*@ requires geometry: geometry_ok(geometry);
    requires range: lo < hi <= SPAN_LIMIT_PAGES && 0 < want;
    requires aligned_lo: aligned(lo, geometry.phys_pages);
    requires aligned_hi: aligned(hi, geometry.phys_pages);
    terminates \true; exits \false;
    assigns \nothing;
    ensures range: lo <= \result < hi;
    ensures aligned: aligned(\result, geometry.phys_pages);
    ensures whole: hi - lo <= want ==> \result == lo;
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
    requires candidate: can_scavenge(h->spans[i], h->geometry.phys_pages);
    requires released: h->released <= 8 * SPAN_LIMIT_PAGES;
    terminates \true; exits \false;
    assigns h->spans[i].scavenged, h->released;
    ensures flag: h->spans[i].scavenged;
    ensures released: h->released == \old(h->released) +
      released_of(h->spans[i], h->geometry.phys_pages);
    ensures released_sum: h->released - released_sum(*h, 0, h->count) ==
      \old(h->released) - released_sum(\old(*h), 0, h->count);
    ensures idle: idle_sum(*h, 0, h->count) == idle_sum(\old(*h), 0, h->count);
    ensures in_use: in_use_sum(*h, 0, h->count) == in_use_sum(\old(*h), 0, h->count);
    ensures manual: manual_sum(*h, 0, h->count) == manual_sum(\old(*h), 0, h->count);
*/
static void mark_scavenged(struct span_heap *h, uint64_t i)
{
  /*@ ghost struct span_heap before = *h; */
  h->released += round_down(h->spans[i].base + h->spans[i].npages, h->geometry.phys_pages) -
                 round_up(h->spans[i].base, h->geometry.phys_pages);
  h->spans[i].scavenged = true;
  /*@ ghost lemma_sums_split(before, 0, i, before.count);
            lemma_sums_split(before, i, i + 1, before.count);
            lemma_sums_frame(before, *h, 0, i);
            lemma_sums_frame(before, *h, i + 1, h->count);
            lemma_sums_split(*h, 0, i, h->count);
            lemma_sums_split(*h, i, i + 1, h->count); */
}

/* Scavenge span i, or as much of its high end as covers want. Returns the pages
 * released. */
/*@ requires valid: \valid(h);
    requires table: table_ok(*h);
    requires range: i < h->count < SPAN_HEAP_CAPACITY;
    requires candidate: can_scavenge(h->spans[i], h->geometry.phys_pages);
    requires want: 0 < want;
    requires released: h->released <= 8 * SPAN_LIMIT_PAGES;
    terminates \true; exits \false;
    assigns h->spans[0 .. h->count], h->count, h->released;
    ensures table: table_ok(*h);
    ensures room: h->count <= \old(h->count) + (\result < want ? 0 : 1);
    ensures idle: idle_sum(*h, 0, h->count) == idle_sum(\old(*h), 0, \old(h->count));
    ensures in_use: in_use_sum(*h, 0, h->count) == in_use_sum(\old(*h), 0, \old(h->count));
    ensures manual: manual_sum(*h, 0, h->count) == manual_sum(\old(*h), 0, \old(h->count));
    ensures released: h->released - released_sum(*h, 0, h->count) ==
      \old(h->released) - released_sum(\old(*h), 0, \old(h->count));
    ensures result: \result == h->released - \old(h->released);
    ensures progress: 0 < \result <= SPAN_LIMIT_PAGES;
*/
static uint64_t scavenge_span(struct span_heap *h, uint64_t i, uint64_t want)
{
  uint64_t lo = round_up(h->spans[i].base, h->geometry.phys_pages);
  uint64_t hi = round_down(h->spans[i].base + h->spans[i].npages, h->geometry.phys_pages);
  uint64_t boundary = scavenge_boundary(h->geometry, lo, hi, want);
  if (lo < boundary) {
    span_split(h, i, boundary - h->spans[i].base);
    i++;
    /*@ assert table: releasable(*h) && flagged(*h) && clear_of_arena(*h); */
    /*@ assert except: coalesced_except(*h, i); */
    /*@ assert after: settled_after(*h, i); */
  }
  /*@ assert candidate: can_scavenge(h->spans[i], h->geometry.phys_pages); */
  /*@ assert low: up(h->spans[i].base, h->geometry.phys_pages) == boundary; */
  /*@ assert high: down(end_of(h->spans[i]), h->geometry.phys_pages) == hi; */
  /*@ assert aligned_before: 0 < i && adjacent_free(h->spans[i - 1], h->spans[i]) ==>
        aligned(h->spans[i].base, h->geometry.phys_pages); */
  /*@ assert aligned_after: i + 1 < h->count &&
        adjacent_free(h->spans[i], h->spans[i + 1]) ==>
        aligned(h->spans[i + 1].base, h->geometry.phys_pages); */
  /*@ ghost struct span_heap middle = *h; */
  mark_scavenged(h, i);
  /*@ assert holds: holds_physical_page(h->spans[i], h->geometry.phys_pages); */
  /*@ assert below: unchanged(middle, *h, 0, i); */
  /*@ assert above: unchanged(middle, *h, i + 1, h->count); */
  /*@ assert other: same_but_flag(h->spans[i], middle.spans[i]); */
  span_coalesce(h, i);
  return hi - boundary;
}

uint64_t span_scavenge(struct span_heap *h, uint64_t want)
{
  uint64_t released = 0;
  /*@ loop invariant table: table_ok(*h);
      loop invariant room: h->count <= \at(h->count, Pre) + (released < want ? 0 : 1);
      loop invariant idle: idle_sum(*h, 0, h->count) ==
        idle_sum(\at(*h, Pre), 0, \at(h->count, Pre));
      loop invariant in_use: in_use_sum(*h, 0, h->count) ==
        in_use_sum(\at(*h, Pre), 0, \at(h->count, Pre));
      loop invariant manual: manual_sum(*h, 0, h->count) ==
        manual_sum(\at(*h, Pre), 0, \at(h->count, Pre));
      loop invariant sums: h->released - released_sum(*h, 0, h->count) ==
        \at(h->released, Pre) - released_sum(\at(*h, Pre), 0, \at(h->count, Pre));
      loop invariant released: released == h->released - \at(h->released, Pre);
      loop assigns released, h->spans[0 .. \at(h->count, Pre)], h->count, h->released;
      loop variant want - released; */
  while (released < want) {
    uint64_t i = scavenge_candidate(h);
    if (i == h->count) break;
    released += scavenge_span(h, i, want - released);
  }
  return released;
}

void span_scavenge_if_needed(struct span_heap *h, uint64_t npages)
{
  uint64_t retained = h->sys - h->released;
  if (!h->geometry.has_goal || retained + npages <= h->geometry.goal_pages) return;
  uint64_t over = retained + npages - h->geometry.goal_pages;
  span_scavenge(h, over < npages ? over : npages);
}

struct span_scavenge_result span_heap_scavenge(struct span_heap *h, uint64_t want_pages)
{
  struct span_scavenge_result result = {SPAN_OK, 0};
  if (h->count == SPAN_HEAP_CAPACITY)
    result.status = SPAN_TABLE_FULL;
  else
    result.released_pages = span_scavenge(h, want_pages);
  return result;
}
