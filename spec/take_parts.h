/* The parts of taking [base, base + n) out of free span s: all of s up to the end of what
 * is wanted is given out (alloc_parts.h), and what of it lies below base is handed back,
 * as it was. docs/semantics.md, "Taking". */
#ifndef SPANREF_SPEC_TAKE_PARTS_H
#define SPANREF_SPEC_TAKE_PARTS_H

#include "alloc_parts.h"

/*@
  // The low npages pages of was are free as they were. They lose the flag where they hold
  // no whole physical page.
  predicate stays_below(struct span s, struct span was, integer npages, integer r) =
    s.base == was.base && s.npages == npages && s.free && !s.manual &&
    (s.scavenged <==> (was.scavenged && holds_physical_page(s, r))) &&
    s.needzero == was.needzero;
  // What span s has released from page `from` on, if what lies there is a span of its own.
  logic integer released_beyond(struct span s, integer from, integer r) =
    s.scavenged && up(from, r) < down(end_of(s), r) ? down(end_of(s), r) - up(from, r) : 0;
  predicate without_low_pages(struct span s, struct span was, integer npages) =
    s.base == was.base + npages && end_of(s) == end_of(was) && same_flags(s, was);
  predicate counted_back(struct span_heap a, struct span_heap b, integer npages,
                         bool manual, integer released) =
    a.geometry == b.geometry && same_arena(a, b) && b.idle == a.idle + npages &&
    b.released == a.released + released &&
    (manual ? b.manual == a.manual - npages && b.in_use == a.in_use &&
                b.sys == a.sys + npages :
              b.in_use == a.in_use - npages && b.manual == a.manual && b.sys == a.sys);
  // Span i, in use, begins npages later.
  predicate left_below(struct span_heap a, struct span_heap b, integer i, integer npages,
                       struct span was) =
    b.count == a.count + 1 && unchanged(a, b, 0, i) &&
    stays_below(b.spans[i], was, npages, a.geometry.phys_pages) &&
    without_low_pages(b.spans[i + 1], a.spans[i], npages) &&
    shifted(a, b, i + 1, a.count, 1) &&
    counted_back(a, b, npages, a.spans[i].manual,
                 released_of(b.spans[i], a.geometry.phys_pages));
*/

#endif
