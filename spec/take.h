/* Taking [base, base + n) out of free span i: "what is left below and what is left above
 * stay free and keep flag and needzero". docs/semantics.md, "take(s, base, n)".
 *
 *        i                                    i        i + 1    i + 2
 *   +----+----------------------+        +----+--------+--------+------+
 *   |used| free                 |   ->   |used| free   | in use | free |
 *   +----+----------------------+        +----+--------+--------+------+
 *                 ^ base, n pages                      ^ base
 *
 * Each remainder that loses its flag, since it holds no whole physical page, coalesces:
 * the one below with the span before, the one above with the span behind. In the
 * relation, m is the heap in which all of span i up to base + n is given out, and l the
 * one in which what lies below base is free again. */
#ifndef SPANREF_SPEC_TAKE_H
#define SPANREF_SPEC_TAKE_H

#include "take_parts.h"

/*@
  predicate below_settled(struct span_heap a, struct span_heap b, integer i,
                          struct span was, struct span_advice advice) =
    a.spans[i].scavenged == was.scavenged ?
      same_heap(a, b) && no_advice(advice) :
      \exists integer k; coalesced_at(a, b, i, k) &&
        coalesce_advice(a, i, b.spans[k], advice);
  predicate taken_above(struct span_heap a, struct span_heap b, integer i, integer base,
                        integer npages, bool manual, struct span_advice below,
                        struct span_advice above) =
    \exists struct span_heap m, l;
      carved(a, m, i, base + npages - a.spans[i].base, manual, above) &&
      left_below(m, l, i, base - a.spans[i].base, a.spans[i]) &&
      below_settled(l, b, i, a.spans[i], below);
  predicate taken(struct span_heap a, struct span_heap b, integer i, integer base,
                  integer npages, bool manual, struct span_advice below,
                  struct span_advice above) =
    base == a.spans[i].base ?
      carved(a, b, i, npages, manual, above) && no_advice(below) :
      taken_above(a, b, i, base, npages, manual, below, above);

  // The table has room for what is left of free span i.
  predicate can_take(struct span_heap h, integer i, integer base, integer npages) =
    0 <= i < h.count && h.spans[i].free && 0 < npages && h.spans[i].base <= base &&
    base + npages <= end_of(h.spans[i]) &&
    h.count + remainders(h.spans[i], base, npages) <= SPAN_HEAP_CAPACITY;
*/

#endif
