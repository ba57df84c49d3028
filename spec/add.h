/* add(base, n): memory is handed in.
 *
 * "Memory handed in is refused with an error unless base and size are multiples of
 * R, the size is 1 or more, it ends at page 2^40 or below, and it is disjoint from
 * every span and from the current arena. sys, idle and released each rise by n
 * before add_span." docs/semantics.md, "add(base, n): memory handed in". */
#ifndef SPANREF_SPEC_ADD_H
#define SPANREF_SPEC_ADD_H

#include "accounts.h"
#include "add_span.h"
#include "new_range.h"

/*@
  predicate added(struct span_heap a, struct span_heap b, integer base, integer npages) =
    \exists struct span_heap m; counted_in(a, m, npages) && span_added(m, b, base, npages);

  predicate may_add(struct span_heap h, integer base, integer npages) =
    new_range(h, base, npages) && aligned(base, h.geometry.phys_pages) &&
    aligned(npages, h.geometry.phys_pages);

  // npages pages were added to what is counted; what is released may have moved, too.
  predicate counted_but_released(struct span_heap a, struct span_heap b, integer npages) =
    a.geometry == b.geometry && same_arena(a, b) && b.sys == a.sys + npages &&
    b.idle == a.idle + npages && b.in_use == a.in_use && b.manual == a.manual;
*/

#endif
