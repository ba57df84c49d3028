/* alloc(n, kind): the low n pages of the lowest fit are given out.
 *
 * "s = find(n). If npages > n the low n pages become the result and the remainder
 * stays free with the same needzero and flag; a scavenged remainder without a whole
 * physical page becomes retained and is coalesced." docs/semantics.md,
 * "alloc(n, kind)".
 *
 *        i                                    i        i + 1
 *   +----+--------------------+          +----+--------+-----------+
 *   |used| free               |    ->    |used| in use | free      |
 *   +----+--------------------+          +----+--------+-----------+
 *        ^ the lowest fit                     ^ result.base, n pages
 *
 * Where the remainder is scavenged and holds no whole physical page (D1), it becomes
 * retained, and a retained neighbour above takes it in:
 *
 *        i                                    i        i + 1
 *   +----+--------------+-----+          +----+--------+-----------+
 *   |used| scavenged    | ret.|    ->    |used| in use | retained  |
 *   +----+--------------+-----+          +----+--------+-----------+
 *
 * Which relation holds when, and the answer; the first line that applies:
 *
 *   n is 0 or above 2^40                         bad size     the heap stays as it was
 *   something fits, no record for a remainder    table full   the heap stays as it was
 *   something fits                               ok           allocated
 *   nothing fits, fewer than 5 records left      table full   the heap stays as it was
 *   the current arena is enough                  ok           grown_and_allocated
 *   the OS is asked, and refuses                 no memory    the heap stays as it was
 *   the OS is asked, and its answer is bad       bad answer   the heap stays as it was
 *   the OS is asked, and its answer is good      ok           reserved_and_allocated
 *
 * ref/span_heap.h has these lines as the behaviors of span_heap_alloc. */
#ifndef SPANREF_SPEC_ALLOC_H
#define SPANREF_SPEC_ALLOC_H

#include "alloc_parts.h"
#include "backing.h"
#include "find.h"
#include "grow.h"

/*@
  predicate allocated(struct span_heap a, struct span_heap b, integer npages,
                      bool manual, struct span_alloc_result result) =
    \exists integer i; lowest_fit(a, npages, i) &&
      carved(a, b, i, npages, manual, result.advice) && result.base == a.spans[i].base &&
      (result.needzero <==> a.spans[i].needzero) && readied(a, b, result.ready);

  // An allocation for which the heap had to grow: from the current arena, or from what
  // the OS answered. Growth gave back what is in gone.
  predicate grown_and_allocated(struct span_heap a, struct span_heap b, integer npages,
                                bool manual, struct span_alloc_result given,
                                struct span_range_list gone) =
    \exists struct span_heap m; grown(a, m, npages) && gave(a, m, gone, 0) &&
      allocated(m, b, npages, manual, given);
  predicate reserved_and_allocated(struct span_heap a, struct span_heap b,
                                   struct span_os_answer answer, integer npages,
                                   bool manual, struct span_alloc_result given,
                                   struct span_range_list gone) =
    \exists struct span_heap m; reserved_and_grown(a, m, answer, npages) &&
      gave(a, m, gone, 0) && allocated(m, b, npages, manual, given);

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
    no_range(result.ready);
*/

#endif
