/* grow(n): a new span is carved off the current arena.
 *
 * "Growth carves [cb, up(cb + n)) off the current arena; only where that exceeds ce
 * the OS is asked first, for n rounded up to a multiple of A, whatever is left of
 * the current arena." docs/semantics.md, "grow(n)".
 *
 *   cb                           ce             cb             ce
 *   +----------------------------+       +------+--------------+
 *   | current arena              |  ->   | span | current arena|
 *   +----------------------------+       +------+--------------+
 *                                        n pages, rounded up to a multiple of R
 *
 * cb and ce are arena_base and arena_end. The span is made by add_span.h, so that a free
 * neighbour may take it in. Where the arena is too short, the OS is asked for all of n,
 * even if a part of it would fit; reserved_and_grown says what its answer makes of the
 * current arena first. The steps: grow_parts.h. */
#ifndef SPANREF_SPEC_GROW_H
#define SPANREF_SPEC_GROW_H

#include "grow_parts.h"
#include "placement.h"

/* Records that growth may need: the remainder of the old arena and the new memory, each
 * with a split while scavenging for it. */
#define GROW_HEADROOM 4

/*@
  predicate reserved_and_grown(struct span_heap a, struct span_heap b,
                               struct span_os_answer answer, integer npages) =
    \exists struct span_heap m; reserved(a, m, answer) && grown(m, b, npages);

  predicate answered(struct span_heap h, struct span_os_answer said, integer asked,
                     integer status) =
    !said.granted ? status == SPAN_NO_MEMORY :
    good_answer(h, said, asked) ? status == SPAN_OK : status == SPAN_BAD_ANSWER;

  // A size that can be asked for.
  predicate size_ok(integer npages) = 0 < npages <= SPAN_LIMIT_PAGES;
  // The table has room for all records that growing may need, and for `more`.
  predicate room_to_grow(struct span_heap h, integer more) =
    h.count <= SPAN_HEAP_CAPACITY - GROW_HEADROOM - more;
*/

#endif
