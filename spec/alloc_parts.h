/* The parts of alloc(n, kind): free span i is taken, its pages move from one account
 * to another, and a remainder that lost its flag coalesces (D1). Below such a remainder
 * is the span just given out, so only the neighbour above can join it, and it stays span
 * i + 1. docs/semantics.md, "alloc(n, kind)" 2 to 5. */
#ifndef SPANREF_SPEC_ALLOC_PARTS_H
#define SPANREF_SPEC_ALLOC_PARTS_H

#include "accounts.h"
#include "advice.h"
#include "coalesce.h"
#include "sums.h"

/*@
  // The low pages of free span i become the result; what remains stays free.
  predicate given_out(struct span s, struct span was, integer npages, bool manual) =
    s.base == was.base && s.npages == npages && !s.free && (s.manual <==> manual) &&
    !s.scavenged && s.needzero == was.needzero;
  predicate remains(struct span s, struct span was, integer npages, integer r) =
    s.base == was.base + npages && end_of(s) == end_of(was) && s.free && !s.manual &&
    (s.scavenged <==> (was.scavenged && holds_physical_page(s, r))) &&
    s.needzero == was.needzero;
  predicate taken_from(struct span_heap a, struct span_heap b, integer i, integer npages,
                       bool manual) =
    unchanged(a, b, 0, i) && given_out(b.spans[i], a.spans[i], npages, manual) &&
    (a.spans[i].npages == npages ?
      b.count == a.count && unchanged(a, b, i + 1, a.count) :
      b.count == a.count + 1 && shifted(a, b, i + 1, a.count, 1) &&
      remains(b.spans[i + 1], a.spans[i], npages, a.geometry.phys_pages));

  predicate released_after(struct span_heap a, struct span_heap b, integer i,
                           integer npages) =
    a.spans[i].npages == npages ?
      b.released == a.released - released_of(a.spans[i], a.geometry.phys_pages) :
      b.released == a.released - released_of(a.spans[i], a.geometry.phys_pages) +
        released_of(b.spans[i + 1], a.geometry.phys_pages);

  predicate loses_its_flag(struct span s, integer npages, integer r) =
    s.scavenged && !page_inside(s.base + npages, end_of(s), r);
  predicate carved_at(struct span_heap a, struct span_heap m, struct span_heap b, integer i,
                      integer npages, bool manual, struct span_advice advice) =
    taken_from(a, m, i, npages, manual) && counted_out(a, m, npages, manual) &&
    released_after(a, m, i, npages) &&
    (a.spans[i].npages != npages &&
     loses_its_flag(a.spans[i], npages, a.geometry.phys_pages) ?
      coalesced_at(m, b, i + 1, i + 1) &&
        coalesce_advice(m, i + 1, b.spans[i + 1], advice) :
      same_heap(m, b) && no_advice(advice));
  predicate carved(struct span_heap a, struct span_heap b, integer i, integer npages,
                   bool manual, struct span_advice advice) =
    \exists struct span_heap m; carved_at(a, m, b, i, npages, manual, advice);

  // Free span i can give npages pages, and the table has room for what remains.
  predicate can_give(struct span_heap h, integer i, integer npages) =
    0 <= i < h.count && fits(h.spans[i], npages) && 0 < npages &&
    (h.spans[i].npages == npages || h.count < SPAN_HEAP_CAPACITY);
  // The low npages pages of free span i are a span of their own, and what remains is
  // the next one. It loses its flag where it holds no whole physical page (D1).
  predicate parted(struct span_heap a, struct span_heap b, integer i, integer npages) =
    b.count == a.count + 1 && unchanged(a, b, 0, i) &&
    b.spans[i].base == a.spans[i].base && b.spans[i].npages == npages &&
    same_flags(b.spans[i], a.spans[i]) &&
    remains(b.spans[i + 1], a.spans[i], npages, a.geometry.phys_pages) &&
    shifted(a, b, i + 1, a.count, 1);
*/

#endif
