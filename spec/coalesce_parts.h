/* The parts of coalesce(s): merge, realign, and then each part of the next table.
 * coalesce.h puts them together. docs/semantics.md, "coalesce(s)". */
#ifndef SPANREF_SPEC_COALESCE_PARTS_H
#define SPANREF_SPEC_COALESCE_PARTS_H

#include "huge.h"
#include "split.h"

/*@
  // s is what a and b become when they are merged.
  predicate merge_of(struct span s, struct span a, struct span b) =
    s.base == a.base && end_of(s) == end_of(b) && s.free && !s.manual &&
    s.scavenged == a.scavenged && (s.needzero <==> (a.needzero || b.needzero));
  predicate merged(struct span_heap a, struct span_heap b, integer i) =
    b.count == a.count - 1 && unchanged(a, b, 0, i) &&
    merge_of(b.spans[i], a.spans[i], a.spans[i + 1]) &&
    shifted(b, a, i + 1, b.count, 1);

  // Where two free spans of different flags meet: the boundary moves into the
  // scavenged one, to the nearest multiple of R.
  logic integer boundary_of(struct span a, struct span b, integer r) =
    a.scavenged ? down(b.base, r) : up(b.base, r);
  // The retained one gains the pages up to there, and with them needzero (D2).
  predicate taints(struct span from, struct span to, integer r) =
    r > 1 && !to.scavenged && from.needzero;
  predicate realigned_left(struct span s, struct span a, struct span b, integer r) =
    s.base == a.base && end_of(s) == boundary_of(a, b, r) &&
    s.free == a.free && s.manual == a.manual && s.scavenged == a.scavenged &&
    (s.needzero <==> (a.needzero || taints(b, a, r)));
  predicate realigned_right(struct span s, struct span a, struct span b, integer r) =
    s.base == boundary_of(a, b, r) && end_of(s) == end_of(b) &&
    s.free == b.free && s.manual == b.manual && s.scavenged == b.scavenged &&
    (s.needzero <==> (b.needzero || taints(a, b, r)));
  predicate realigned(struct span_heap a, struct span_heap b, integer i) =
    b.count == a.count && unchanged(a, b, 0, i) &&
    realigned_left(b.spans[i], a.spans[i], a.spans[i + 1], a.geometry.phys_pages) &&
    realigned_right(b.spans[i + 1], a.spans[i], a.spans[i + 1], a.geometry.phys_pages) &&
    unchanged(a, b, i + 2, a.count);

  // Span i and its neighbours in the table.
  predicate joins_before(struct span_heap h, integer i) =
    0 < i && joins(h.spans[i - 1], h.spans[i]);
  predicate meets_before(struct span_heap h, integer i) =
    0 < i && meets(h.spans[i - 1], h.spans[i]);
  predicate joins_after(struct span_heap h, integer i) =
    i + 1 < h.count && joins(h.spans[i], h.spans[i + 1]);
  predicate meets_after(struct span_heap h, integer i) =
    i + 1 < h.count && meets(h.spans[i], h.spans[i + 1]);

  // Where scavenged span i touches a free neighbour, they meet at a multiple of R. If
  // they met inside a physical page, released_of would leave that page out for both
  // of them, and count it once they are merged.
  //
  //   | physical page | physical page | physical page |
  //   | scavenged             | scavenged             |    2 pages are released here,
  //   | scavenged                                     |    and 3 here
  predicate aligned_before(struct span_heap h, integer i) =
    h.spans[i].scavenged && 0 < i && adjacent_free(h.spans[i - 1], h.spans[i]) ==>
      aligned(h.spans[i].base, h.geometry.phys_pages);
  predicate aligned_after(struct span_heap h, integer i) =
    h.spans[i].scavenged && i + 1 < h.count &&
    adjacent_free(h.spans[i], h.spans[i + 1]) ==>
      aligned(h.spans[i + 1].base, h.geometry.phys_pages);
  predicate settled_before(struct span_heap h, integer i) =
    0 < i ==> settled(h.spans[i - 1], h.spans[i], h.geometry.phys_pages);

  // What becomes of s, span i of a: its next number k, how many records there are
  // then, its next base and end, and its needzero.
  predicate coalesced_index(struct span_heap a, integer i, integer k) =
    joins_before(a, i) ? k == i - 1 : k == i;
  predicate coalesced_count(struct span_heap a, integer i, integer count) =
    joins_before(a, i) ?
      (joins_after(a, i) ? count == a.count - 2 : count == a.count - 1) :
      (joins_after(a, i) ? count == a.count - 1 : count == a.count);
  predicate coalesced_base(struct span_heap a, integer i, integer base) =
    joins_before(a, i) ? base == a.spans[i - 1].base :
    meets_before(a, i) ?
      base == boundary_of(a.spans[i - 1], a.spans[i], a.geometry.phys_pages) :
    base == a.spans[i].base;
  predicate coalesced_end(struct span_heap a, integer i, integer end) =
    joins_after(a, i) ? end == end_of(a.spans[i + 1]) :
    meets_after(a, i) ?
      end == boundary_of(a.spans[i], a.spans[i + 1], a.geometry.phys_pages) :
    end == end_of(a.spans[i]);
  predicate needzero_from_before(struct span_heap a, integer i) =
    a.spans[i].needzero || (joins_before(a, i) && a.spans[i - 1].needzero) ||
    (meets_before(a, i) && taints(a.spans[i - 1], a.spans[i], a.geometry.phys_pages));
  predicate coalesced_needzero(struct span_heap a, integer i) =
    needzero_from_before(a, i) || (joins_after(a, i) && a.spans[i + 1].needzero) ||
    (meets_after(a, i) && taints(a.spans[i + 1], a.spans[i], a.geometry.phys_pages));
  // The neighbour after, where it meets span i. Its end stays; its base moves, up if
  // it is the scavenged one, down if span i is. If it is the retained one, it takes
  // over needzero.
  predicate coalesced_next(struct span s, struct span_heap a, integer i) =
    coalesced_end(a, i, s.base) && end_of(s) == end_of(a.spans[i + 1]) &&
    s.free && !s.manual && s.scavenged == a.spans[i + 1].scavenged &&
    (s.needzero <==>
      (a.spans[i + 1].needzero ||
       (a.geometry.phys_pages > 1 && !s.scavenged && needzero_from_before(a, i))));

  // The table afterwards, from below to above. Above, records move down by as many as
  // were merged.
  predicate coalesced_below(struct span_heap a, struct span_heap b, integer i) =
    unchanged(a, b, 0, i - 1) &&
    (meets_before(a, i) ==>
      realigned_left(b.spans[i - 1], a.spans[i - 1], a.spans[i], a.geometry.phys_pages)) &&
    (0 < i && !joins_before(a, i) && !meets_before(a, i) ==>
      b.spans[i - 1] == a.spans[i - 1]);
  predicate coalesced_span(struct span s, struct span_heap a, integer i) =
    coalesced_base(a, i, s.base) && coalesced_end(a, i, end_of(s)) && s.free && !s.manual &&
    s.scavenged == a.spans[i].scavenged && (s.needzero <==> coalesced_needzero(a, i));
  predicate coalesced_above(struct span_heap a, struct span_heap b, integer i, integer k) =
    (meets_after(a, i) ==> coalesced_next(b.spans[k + 1], a, i)) &&
    (i + 1 < a.count && !joins_after(a, i) && !meets_after(a, i) ==>
      b.spans[k + 1] == a.spans[i + 1]) &&
    (joins_before(a, i) ?
      (joins_after(a, i) ? shifted(b, a, k + 1, b.count, 2) :
                           shifted(b, a, k + 2, b.count, 1)) :
      (joins_after(a, i) ? shifted(b, a, k + 1, b.count, 1) :
                           unchanged(a, b, k + 2, b.count)));
*/

#endif
