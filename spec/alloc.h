/* alloc(q): the placement that the request's fit chooses is taken.
 *
 * "choose(q), then take. If the request has no placement and no window the heap grows by
 * n + align - 1 and chooses afresh, among all placements." docs/semantics.md, "alloc(q)".
 *
 * Which relation holds when, and the answer; the first line that applies:
 *
 *   n or align is 0 or above 2^40, or phase isn't
 *     below align                                bad size     the heap stays as it was
 *   a placement, no records for its remainders   table full   the heap stays as it was
 *   a placement                                  ok           allocated
 *   a window, or n + align - 1 above 2^40        no memory    the heap stays as it was
 *   fewer than 5 records left, or 6 where align
 *     is above 1                                 table full   the heap stays as it was
 *   the current arena is enough                  ok           grown_and_allocated
 *   the OS is asked, and refuses                 no memory    the heap stays as it was
 *   the OS is asked, and its answer is bad       bad answer   the heap stays as it was
 *   the OS is asked, and its answer is good      ok           reserved_and_allocated
 *
 * ref/span_heap.h has these lines as the behaviors of span_heap_alloc. */
#ifndef SPANREF_SPEC_ALLOC_H
#define SPANREF_SPEC_ALLOC_H

#include "backing.h"
#include "grow.h"
#include "take.h"

/*@
  // What was taken out of span i of a, and the answer that says so.
  predicate given_from(struct span_heap a, struct span_heap b, integer i, integer npages,
                       bool manual, struct span_alloc_result result) =
    taken(a, b, i, result.base, npages, manual, result.advice_below, result.advice) &&
    (result.needzero <==> a.spans[i].needzero) && readied(a, b, result.ready);
  predicate allocated(struct span_heap a, struct span_heap b, struct span_request q,
                      struct span_alloc_result result) =
    \exists integer i; chosen(a, q, i, result.base) &&
      given_from(a, b, i, q.npages, q.manual, result);

  // There is no placement, and growth may give one.
  predicate may_grow(struct span_request q) =
    !windowed(q) && grown_pages(q) <= SPAN_LIMIT_PAGES;
  predicate must_grow(struct span_heap h, struct span_request q) =
    request_ok(q) && !has_placement(h, q) && may_grow(q);
  // The pages are cut out of what growth brings: one remainder, or two where they are aligned.
  predicate room_for(struct span_heap h, struct span_request q) =
    room_to_grow(h, 1 < q.align ? 2 : 1);

  // An allocation for which the heap had to grow: from the current arena, or from what
  // the OS answered. Growth gave back what is in gone.
  predicate grown_and_allocated(struct span_heap a, struct span_heap b,
                                struct span_request q, struct span_alloc_result given,
                                struct span_range_list gone) =
    \exists struct span_heap m; grown(a, m, grown_pages(q)) && gave(a, m, gone, 0) &&
      allocated(m, b, q, given);
  predicate reserved_and_allocated(struct span_heap a, struct span_heap b,
                                   struct span_os_answer answer, struct span_request q,
                                   struct span_alloc_result given,
                                   struct span_range_list gone) =
    \exists struct span_heap m; reserved_and_grown(a, m, answer, grown_pages(q)) &&
      gave(a, m, gone, 0) && allocated(m, b, q, given);

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
    result.base == 0 && !result.needzero && no_advice(result.advice) &&
    no_advice(result.advice_below) && no_range(result.ready);
*/

#endif
