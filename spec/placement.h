/* Where a request could be placed, and which placement its fit takes.
 *
 * "A placement is a base b for which some one free span holds [b, b + n), and which meets
 * align and window." docs/semantics.md, "Requests".
 *
 *   span  0      1               2      3        4      5
 *      +------+---------------+------+--------+------+------------------+
 *      | used | free          | used | free   | used | free             |
 *      +------+---------------+------+--------+------+------------------+
 *              :   :   :   :          :   :          :   :   :   :        multiples of align
 *                  ^ first fit            ^ best fit             ^ last fit
 *
 * First fit takes the least placement, last fit the greatest, best fit the least one in
 * the shortest free span that has any. */
#ifndef SPANREF_SPEC_PLACEMENT_H
#define SPANREF_SPEC_PLACEMENT_H

#include "model.h"

/*@
  predicate request_ok(struct span_request q) =
    0 < q.npages <= SPAN_LIMIT_PAGES && 0 < q.align <= SPAN_LIMIT_PAGES &&
    q.phase < q.align;
  predicate windowed(struct span_request q) = 0 < q.from || q.below < SPAN_LIMIT_PAGES;
  // Nothing is asked for but pages.
  predicate plain(struct span_request q) =
    q.align == 1 && q.phase == 0 && q.fit == SPAN_FIRST_FIT && !windowed(q);
  // A free span of as many pages has a placement, wherever it lies, if there is no window.
  logic integer grown_pages(struct span_request q) = q.npages + q.align - 1;
  // Whether a free span has so many pages.
  predicate something_fits(struct span_heap h, integer npages) =
    \exists integer i; 0 <= i < h.count && fits(h.spans[i], npages);

  predicate on_phase(struct span_request q, integer base) = base % q.align == q.phase;
  predicate in_window(struct span_request q, integer base) =
    q.from <= base && base + q.npages <= q.below;
  predicate inside(struct span s, integer base, integer npages) =
    s.base <= base && base + npages <= end_of(s);
  predicate placed_in(struct span s, struct span_request q, integer base) =
    s.free && inside(s, base, q.npages) && in_window(q, base) && on_phase(q, base);
  predicate has_placement(struct span_heap h, struct span_request q) =
    \exists integer i, base; 0 <= i < h.count && placed_in(h.spans[i], q, base);

  // base in s comes before other in t, or is the same.
  predicate comes_first(struct span_request q, struct span s, integer base,
                        struct span t, integer other) =
    q.fit == SPAN_FIRST_FIT ? base <= other :
    q.fit == SPAN_LAST_FIT ? other <= base :
    s.npages < t.npages || (s.npages == t.npages && base <= other);
  // base, in span i, comes before every other placement; and no span below i holds it.
  predicate chosen(struct span_heap h, struct span_request q, integer i, integer base) =
    0 <= i < h.count && placed_in(h.spans[i], q, base) &&
    (\forall integer j; 0 <= j < i ==> !placed_in(h.spans[j], q, base)) &&
    \forall integer j, other; 0 <= j < h.count && placed_in(h.spans[j], q, other) ==>
      comes_first(q, h.spans[i], base, h.spans[j], other);

  // How many pieces of s are left over, and whether the table has room for them.
  logic integer remainders(struct span s, integer base, integer npages) =
    (s.base < base ? 1 : 0) + (base + npages < end_of(s) ? 1 : 0);
  predicate no_room_to_take(struct span_heap h, struct span_request q) =
    \exists integer i, base; chosen(h, q, i, base) &&
      h.count + remainders(h.spans[i], base, q.npages) > SPAN_HEAP_CAPACITY;
*/

#endif
