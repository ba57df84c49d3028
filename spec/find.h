/* find(n): "the free span of lowest base among those with npages >= n, whatever its
 * scavenged flag". docs/semantics.md, "find(n)".
 *
 *   span  0      1      2          3          4          5
 *      +------+------+------+--------------+------+-------------+
 *      | used | free | used | free         | used | free        |
 *      +------+------+------+--------------+------+-------------+
 *      pages   2                    7                     6
 *
 * find(5) is span 3: span 1 is too small, and span 5, which fits better, is higher. */
#ifndef SPANREF_SPEC_FIND_H
#define SPANREF_SPEC_FIND_H

#include "model.h"

/*@
  predicate lowest_fit(struct span_heap h, integer npages, integer i) =
    0 <= i < h.count && fits(h.spans[i], npages) &&
    \forall integer j; 0 <= j < i ==> !fits(h.spans[j], npages);

  // Whether there is one at all.
  predicate something_fits(struct span_heap h, integer npages) =
    \exists integer i; 0 <= i < h.count && fits(h.spans[i], npages);

  // The lowest fit is larger than npages and the table has no room for the rest.
  predicate no_room_to_split(struct span_heap h, integer npages) =
    h.count == SPAN_HEAP_CAPACITY &&
    \exists integer i; lowest_fit(h, npages, i) && h.spans[i].npages != npages;
*/

#endif
