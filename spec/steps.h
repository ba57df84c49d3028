/* What the steps inside an operation ask of a table and make of it: the words that
 * their contracts in ref/ share. docs/semantics.md, "coalesce" and "scavenge". */
#ifndef SPANREF_SPEC_STEPS_H
#define SPANREF_SPEC_STEPS_H

#include "backing.h"
#include "coalesce.h"
#include "sums.h"

/*@
  // What two spans in a row have released.
  logic integer released_in_two(struct span_heap h, integer i) =
    released_of(h.spans[i], h.geometry.phys_pages) +
    released_of(h.spans[i + 1], h.geometry.phys_pages);

  // Span i may be coalesced: it is free, all other boundaries of the table are
  // settled, and where it is scavenged it meets free neighbours on physical pages.
  predicate may_coalesce(struct span_heap h, integer i) =
    0 <= i < h.count && h.spans[i].free && coalesced_except(h, i) &&
    aligned_before(h, i) && aligned_after(h, i);

  // Free neighbours meet span i on physical pages, whether or not it is scavenged.
  predicate meets_on_pages(struct span_heap h, integer i) =
    (0 < i && adjacent_free(h.spans[i - 1], h.spans[i]) ==>
      aligned(h.spans[i].base, h.geometry.phys_pages)) &&
    (i + 1 < h.count && adjacent_free(h.spans[i], h.spans[i + 1]) ==>
      aligned(h.spans[i + 1].base, h.geometry.phys_pages));
  // Span i may be flagged as scavenged, and then coalesced.
  predicate may_be_flagged(struct span_heap h, integer i) =
    0 <= i < h.count && h.spans[i].free && !h.spans[i].scavenged &&
    coalesced_except(h, i) && meets_on_pages(h, i);

  // What became of spans i and i + 1 of a: they were merged where they join,
  // realigned where they meet, and else left alone.
  predicate boundary_settled(struct span_heap a, struct span_heap b, integer i) =
    0 <= i && joins_after(a, i) ? merged(a, b, i) :
    0 <= i && meets_after(a, i) ? realigned(a, b, i) :
    b.count == a.count && unchanged(a, b, 0, a.count);

  // npages free pages are in use from now on, and released pages fewer are released.
  predicate sums_taken(struct span_heap a, struct span_heap b, integer npages,
                       bool manual, integer released) =
    sums_moved(a, b, -npages, manual ? 0 : npages, manual ? npages : 0, -released);

  // The boundary of spans i and i + 1 moved, and nothing else.
  predicate boundary_moved(struct span_heap a, struct span_heap b, integer i,
                           integer boundary) =
    b.spans[i].base == a.spans[i].base && end_of(b.spans[i]) == boundary &&
    b.spans[i + 1].base == boundary && end_of(b.spans[i + 1]) == end_of(a.spans[i + 1]) &&
    same_flags(b.spans[i], a.spans[i]) && same_flags(b.spans[i + 1], a.spans[i + 1]) &&
    unchanged(a, b, 0, i) && unchanged(a, b, i + 2, a.count);
*/

#endif
