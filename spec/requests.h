/* What is asked of a heap: sizes, the room that growing takes, and what an allocation
 * gives. The words that the contracts of ref/grow, ref/alloc and ref/span_heap share.
 * docs/semantics.md, "alloc" and "grow". */
#ifndef SPANREF_SPEC_REQUESTS_H
#define SPANREF_SPEC_REQUESTS_H

#include "operations.h"

/*@
  // A size that can be asked for.
  predicate size_ok(integer npages) = 0 < npages <= SPAN_LIMIT_PAGES;
  // The size is right but nothing fits, so that the heap has to grow.
  predicate must_grow(struct span_heap h, integer npages) =
    size_ok(npages) && !something_fits(h, npages);
  // The table has room for all records that growing, and the allocation then, may need.
  predicate room_to_grow(struct span_heap h) = h.count <= SPAN_HEAP_CAPACITY - GROW_HEADROOM;

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
  // Span i is the allocation of npages pages at base.
  predicate is_allocation(struct span_heap h, integer i, integer base, integer npages,
                          bool manual) =
    in_use_at(h, base, i) && h.spans[i].npages == npages && (h.spans[i].manual <==> manual);
  predicate has_allocation(struct span_heap h, integer base, integer npages, bool manual) =
    \exists integer i; is_allocation(h, i, base, npages, manual);
  // No span in use has a page in [base, end).
  predicate nobodys(struct span_heap h, integer base, integer end) =
    \forall integer i; 0 <= i < h.count && !h.spans[i].free ==>
      !overlaps(h.spans[i], base, end);
  predicate nothing_given(struct span_alloc_result result) =
    result.base == 0 && !result.needzero && no_advice(result.advice);

  // An allocation for which the heap had to grow: from the current arena, or from what
  // the OS answered.
  predicate grown_and_allocated(struct span_heap a, struct span_heap b, integer npages,
                                bool manual, struct span_alloc_result given) =
    \exists struct span_heap m; grown(a, m, npages) &&
      allocated(m, b, npages, manual, given);
  predicate reserved_and_allocated(struct span_heap a, struct span_heap b,
                                   struct span_os_answer answer, integer npages,
                                   bool manual, struct span_alloc_result given) =
    \exists struct span_heap m; reserved_and_grown(a, m, answer, npages) &&
      allocated(m, b, npages, manual, given);

  // npages pages were added to what is counted; what is released may have moved, too.
  predicate counted_but_released(struct span_heap a, struct span_heap b, integer npages) =
    a.geometry == b.geometry && same_arena(a, b) && b.sys == a.sys + npages &&
    b.idle == a.idle + npages && b.in_use == a.in_use && b.manual == a.manual;
*/

#endif
