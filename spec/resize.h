/* resize(b, n): the span in use at b, of m pages, gets n pages where it is.
 *
 * "Where n < m, [b + n, b + m) becomes free as by free. Where n > m, and a free span of
 * n - m pages or more begins at b + m, its low n - m pages are taken into the span in
 * use." docs/semantics.md, "resize(b, n)".
 *
 *        i                                    i        i + 1
 *   +----+--------------------+          +----+--------+-----------+
 *   |used| in use             |    ->    |used| in use | freed     |     less
 *   +----+--------------------+          +----+--------+-----------+
 *
 *        i        i + 1                       i              i + 1
 *   +----+--------+-----------+          +----+--------------+-----+
 *   |used| in use | free      |    ->    |used| in use       | free|     more
 *   +----+--------+-----------+          +----+--------------+-----+
 *
 * Both go through a heap in which the part stands as a span in use of its own. */
#ifndef SPANREF_SPEC_RESIZE_H
#define SPANREF_SPEC_RESIZE_H

#include "alloc.h"
#include "free.h"

/*@
  // Span i of a, in use, is spans i and i + 1 of b, the first of npages pages.
  predicate parted_in_use(struct span_heap a, struct span_heap b, integer i,
                          integer npages) =
    same_accounts(a, b) && b.count == a.count + 1 && unchanged(a, b, 0, i) &&
    b.spans[i].base == a.spans[i].base && b.spans[i].npages == npages &&
    same_flags(b.spans[i], a.spans[i]) &&
    b.spans[i + 1].base == a.spans[i].base + npages &&
    end_of(b.spans[i + 1]) == end_of(a.spans[i]) &&
    same_flags(b.spans[i + 1], a.spans[i]) && shifted(a, b, i + 1, a.count, 1);
  predicate shrunk(struct span_heap a, struct span_heap b, integer i, integer npages,
                   struct span_advice advice) =
    \exists struct span_heap m, struct span_heap d, integer k;
      parted_in_use(a, m, i, npages) && freed_at(m, d, b, i + 1, k, advice);

  // Spans i and i + 1 of a, in use, are span i of b.
  predicate joined_in_use(struct span_heap a, struct span_heap b, integer i) =
    same_accounts(a, b) && b.count == a.count - 1 && unchanged(a, b, 0, i) &&
    b.spans[i].base == a.spans[i].base && end_of(b.spans[i]) == end_of(a.spans[i + 1]) &&
    !b.spans[i].free && b.spans[i].manual == a.spans[i].manual && !b.spans[i].scavenged &&
    (b.spans[i].needzero <==> a.spans[i].needzero || a.spans[i + 1].needzero) &&
    shifted(b, a, i + 1, b.count, 1);
  predicate lengthened(struct span_heap a, struct span_heap b, integer i, integer npages,
                    struct span_advice advice) =
    \exists struct span_heap m;
      carved(a, m, i + 1, npages - a.spans[i].npages, a.spans[i].manual, advice) &&
      joined_in_use(m, b, i);

  // Free pages follow on span i, enough for npages pages in all.
  predicate can_lengthen(struct span_heap h, integer i, integer npages) =
    i + 1 < h.count && h.spans[i + 1].base == end_of(h.spans[i]) &&
    fits(h.spans[i + 1], npages - h.spans[i].npages);
  // No record for the pages that are freed, or for those that are left.
  predicate no_room_to_resize(struct span_heap h, integer i, integer npages) =
    h.count == SPAN_HEAP_CAPACITY &&
    (npages < h.spans[i].npages ||
     (i + 1 < h.count && npages < h.spans[i].npages + h.spans[i + 1].npages));

  predicate resizes(struct span_heap h, integer base, integer i, integer npages) =
    in_use_at(h, base, i) && 0 < npages <= SPAN_LIMIT_PAGES;
  predicate to_same(struct span_heap h, integer base, integer npages) =
    \exists integer i; resizes(h, base, i, npages) && npages == h.spans[i].npages;
  predicate to_less(struct span_heap h, integer base, integer npages) =
    \exists integer i; resizes(h, base, i, npages) && npages < h.spans[i].npages;
  predicate to_more(struct span_heap h, integer base, integer npages) =
    \exists integer i; resizes(h, base, i, npages) && h.spans[i].npages < npages &&
      can_lengthen(h, i, npages);
  predicate to_too_much(struct span_heap h, integer base, integer npages) =
    \exists integer i; resizes(h, base, i, npages) && h.spans[i].npages < npages &&
      !can_lengthen(h, i, npages);
  predicate resize_full(struct span_heap h, integer base, integer npages) =
    \exists integer i; in_use_at(h, base, i) && no_room_to_resize(h, i, npages);

  predicate resized_to_less(struct span_heap a, struct span_heap b, integer base,
                            integer npages, struct span_alloc_result result) =
    \exists integer i; in_use_at(a, base, i) && shrunk(a, b, i, npages, result.advice) &&
      !result.needzero && no_range(result.ready);
  predicate resized_to_more(struct span_heap a, struct span_heap b, integer base,
                            integer npages, struct span_alloc_result result) =
    \exists integer i; in_use_at(a, base, i) && lengthened(a, b, i, npages, result.advice) &&
      (result.needzero <==> a.spans[i + 1].needzero) && readied(a, b, result.ready);
  // What was in use at base and is no longer, and what is now and wasn't.
  predicate clean_beyond(struct span_heap a, integer base, integer npages) =
    \forall integer i; in_use_at(a, base, i) ==>
      none_dirty(a, end_of(a.spans[i]), base + npages);
  predicate nobodys_beyond(struct span_heap a, integer base, integer npages) =
    \forall integer i; in_use_at(a, base, i) ==>
      nobodys(a, end_of(a.spans[i]), base + npages);
*/

#endif
