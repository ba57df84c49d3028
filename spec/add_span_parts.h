/* The parts of add_span(base, n): room is made in the table, the span is inserted at
 * its place, and coalesced. docs/semantics.md, "add_span(base, n)". */
#ifndef SPANREF_SPEC_ADD_SPAN_PARTS_H
#define SPANREF_SPEC_ADD_SPAN_PARTS_H

#include "scavenge.h"

/*@
  // The span is inserted where it belongs by address; `placed` coalesces it, too.
  predicate new_span(struct span s, integer base, integer npages) =
    s.base == base && s.npages == npages && s.free && !s.manual && s.scavenged &&
    !s.needzero;
  predicate inserted(struct span_heap a, struct span_heap b, integer at, integer base,
                     integer npages) =
    same_accounts(a, b) && 0 <= at <= a.count && b.count == a.count + 1 &&
    (\forall integer i; 0 <= i < at ==> a.spans[i].base < base) &&
    (\forall integer i; at <= i < a.count ==> base <= a.spans[i].base) &&
    unchanged(a, b, 0, at) && new_span(b.spans[at], base, npages) &&
    shifted(a, b, at, a.count, 1);
  predicate placed(struct span_heap a, struct span_heap b, integer base, integer npages) =
    \exists struct span_heap m, integer at, integer now;
      inserted(a, m, at, base, npages) && coalesced_at(m, b, at, now);
*/

#endif
