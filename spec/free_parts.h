/* The parts of free(base): which span it is, how its pages change their account, and
 * then coalesce. docs/semantics.md, "free(base)". */
#ifndef SPANREF_SPEC_FREE_PARTS_H
#define SPANREF_SPEC_FREE_PARTS_H

#include "advice.h"
#include "coalesce.h"

/*@
  predicate dropped(struct span_heap a, struct span_heap b, integer i) =
    a.geometry == b.geometry && same_arena(a, b) && b.released == a.released &&
    b.idle == a.idle + a.spans[i].npages &&
    (a.spans[i].manual ?
      b.manual == a.manual - a.spans[i].npages && b.in_use == a.in_use &&
        b.sys == a.sys + a.spans[i].npages :
      b.in_use == a.in_use - a.spans[i].npages && b.manual == a.manual && b.sys == a.sys) &&
    b.count == a.count && unchanged(a, b, 0, i) && unchanged(a, b, i + 1, a.count) &&
    b.spans[i].base == a.spans[i].base && b.spans[i].npages == a.spans[i].npages &&
    b.spans[i].free && !b.spans[i].manual && !b.spans[i].scavenged && b.spans[i].needzero;

  predicate freed_at(struct span_heap a, struct span_heap m, struct span_heap b, integer i,
                     integer k, struct span_advice advice) =
    dropped(a, m, i) && coalesced_at(m, b, i, k) && coalesce_advice(m, i, b.spans[k], advice);
*/

#endif
