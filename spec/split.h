/* split(s, n): one span becomes two. docs/semantics.md, "scavenge(want)".
 *
 *       i                                 i        i + 1
 *   +---+--------------------+        +---+--------+-----------+
 *   |   | free               |   ->   |   | n pages| the rest  |
 *   +---+--------------------+        +---+--------+-----------+
 *
 * Both keep all flags. What follows from a scavenged part that holds no whole
 * physical page is for the operation to settle. */
#ifndef SPANREF_SPEC_SPLIT_H
#define SPANREF_SPEC_SPLIT_H

#include "invariants.h"

/*@
  // Span i becomes its low npages pages and, behind it, the rest.
  predicate split_at(struct span_heap a, struct span_heap b, integer i, integer npages) =
    b.count == a.count + 1 && unchanged(a, b, 0, i) &&
    b.spans[i].base == a.spans[i].base && b.spans[i].npages == npages &&
    same_flags(b.spans[i], a.spans[i]) &&
    b.spans[i + 1].base == a.spans[i].base + npages &&
    end_of(b.spans[i + 1]) == end_of(a.spans[i]) &&
    same_flags(b.spans[i + 1], a.spans[i]) &&
    shifted(a, b, i + 1, a.count, 1);
*/

#endif
