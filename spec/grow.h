/* grow(n): a new span is carved off the current arena.
 *
 * "Growth carves [cb, up(cb + n)) off the current arena; only where that exceeds ce
 * the OS is asked first, for n rounded up to a multiple of A, whatever is left of
 * the current arena." docs/semantics.md, "grow(n)".
 *
 *   cb                           ce            cb              ce
 *   +----------------------------+       +------+--------------+
 *   | current arena              |  ->   | span | current arena|
 *   +----------------------------+       +------+--------------+
 *                                          n pages, up to R
 *
 * Where the OS has to be asked, reserved_and_grown says what its answer makes of
 * the current arena first; grow_parts.h has the steps. */
#ifndef SPANREF_SPEC_GROW_H
#define SPANREF_SPEC_GROW_H

#include "grow_parts.h"

/* Records an allocation may need once it has to grow: the remainder of the old
 * arena and the new memory, each with a split while scavenging for it, and the
 * split of what is found then. */
#define GROW_HEADROOM 5

/*@
  predicate reserved_and_grown(struct span_heap a, struct span_heap b,
                               struct span_os_answer answer, integer npages) =
    \exists struct span_heap m; reserved(a, m, answer) && grown(m, b, npages);

  predicate answered(struct span_heap h, struct span_os_answer said, integer asked,
                     integer status) =
    !said.granted ? status == SPAN_NO_MEMORY :
    good_answer(h, said, asked) ? status == SPAN_OK : status == SPAN_BAD_ANSWER;
*/

#endif
