/* The invariants that hold between operations, one predicate each.
 * docs/semantics.md, "Invariants". */
#ifndef SPANREF_SPEC_INVARIANTS_H
#define SPANREF_SPEC_INVARIANTS_H

#include "frame.h"

/*@
  predicate bounded(struct span_heap h) =
    phys_ok(h.geometry.phys_pages) && h.count <= SPAN_HEAP_CAPACITY &&
    \forall integer i; 0 <= i < h.count ==>
      0 < h.spans[i].npages && end_of(h.spans[i]) <= SPAN_LIMIT_PAGES;

  // 1. Spans are in address order and don't overlap.
  predicate ordered(struct span_heap h) =
    \forall integer i, j; 0 <= i < j < h.count ==>
      end_of(h.spans[i]) <= h.spans[j].base;

  // Flags that mean nothing for a span's state are not set.
  predicate plain_flags(struct span s) =
    s.free ? !s.manual : !s.scavenged;
  predicate flagged(struct span_heap h) =
    \forall integer i; 0 <= i < h.count ==> plain_flags(h.spans[i]);

  // 2, 3. Adjacent free spans differ in flag and meet on a physical page.
  predicate adjacent_free(struct span a, struct span b) =
    a.free && b.free && end_of(a) == b.base;
  predicate joins(struct span a, struct span b) =
    adjacent_free(a, b) && a.scavenged == b.scavenged;
  predicate meets(struct span a, struct span b) =
    adjacent_free(a, b) && a.scavenged != b.scavenged;
  predicate settled(struct span a, struct span b, integer r) =
    adjacent_free(a, b) ==> a.scavenged != b.scavenged && aligned(b.base, r);
  predicate coalesced(struct span_heap h) =
    \forall integer i, j; 0 <= i < j < h.count && j <= i + 1 ==>
      settled(h.spans[i], h.spans[j], h.geometry.phys_pages);
  // The same but for the two boundaries of span k.
  predicate coalesced_except(struct span_heap h, integer k) =
    \forall integer i, j; 0 <= i < j < h.count && j <= i + 1 && i != k - 1 && i != k ==>
      settled(h.spans[i], h.spans[j], h.geometry.phys_pages);

  // The same but for the boundary of spans k and k + 1.
  predicate coalesced_but_at(struct span_heap h, integer k) =
    \forall integer i, j; 0 <= i < j < h.count && j <= i + 1 && i != k ==>
      settled(h.spans[i], h.spans[j], h.geometry.phys_pages);

  // 4. A scavenged span holds a whole physical page.
  predicate holds_physical_page(struct span s, integer r) =
    page_inside(s.base, end_of(s), r);
  predicate releasable(struct span_heap h) =
    \forall integer i; 0 <= i < h.count && h.spans[i].scavenged ==>
      holds_physical_page(h.spans[i], h.geometry.phys_pages);

  // The same but for spans j and k.
  predicate releasable_except(struct span_heap h, integer j, integer k) =
    \forall integer i; 0 <= i < h.count && h.spans[i].scavenged && i != j && i != k ==>
      holds_physical_page(h.spans[i], h.geometry.phys_pages);

  // What every step inside an operation relies on, and leaves behind.
  predicate sound(struct span_heap h) =
    bounded(h) && ordered(h) && flagged(h) && releasable(h);
  // The same, but spans j and k may be flagged as scavenged and hold too little.
  predicate sound_except(struct span_heap h, integer j, integer k) =
    bounded(h) && ordered(h) && flagged(h) && releasable_except(h, j, k);

  // 1, 5. No span reaches into the current arena.
  predicate clear_of_arena(struct span_heap h) =
    h.arena_base < h.arena_end ==> nowhere(h, h.arena_base, h.arena_end);
*/

#endif
