/* find(n): "the free span of lowest base among those with npages >= n, whatever its
 * scavenged flag". docs/semantics.md, "find(n)".
 *
 *     0     1     2       3      4        5
 *   +-----+----+--------+------+--------+------------+
 *   |     |free|        | free |        | free       |    find(3) is span 3;
 *   +-----+----+--------+------+--------+------------+    span 1 is too small
 *          2             3               6 pages */
#ifndef SPANREF_SPEC_FIND_H
#define SPANREF_SPEC_FIND_H

#include "model.h"

/*@
  predicate lowest_fit(struct span_heap h, integer want, integer i) =
    0 <= i < h.count && fits(h.spans[i], want) &&
    \forall integer j; 0 <= j < i ==> !fits(h.spans[j], want);

  // find(n)
  predicate nothing_fits(struct span_heap h, integer want) =
    \forall integer i; 0 <= i < h.count ==> !fits(h.spans[i], want);
  predicate something_fits(struct span_heap h, integer want) =
    \exists integer i; 0 <= i < h.count && fits(h.spans[i], want);

  // The lowest fit is larger than npages and the table has no room for the rest.
  predicate no_room_to_split(struct span_heap h, integer npages) =
    h.count == SPAN_HEAP_CAPACITY &&
    \exists integer i; lowest_fit(h, npages, i) && h.spans[i].npages != npages;
*/

#endif
