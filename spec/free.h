/* free(base): the span in use that begins at base becomes free, retained and dirty
 * (needzero is set), and coalesces.
 *
 * "The argument of free must be the base of a span in use; anything else is an
 * error. Of its n pages, idle gains n, in_use or manual loses n, and where the kind
 * was manual sys gains n." docs/semantics.md, "free(base)".
 *
 *        i                                    k
 *   +----+--------+-----------+          +----+--------------------+
 *   |    | in use | retained  |    ->    |    | retained, needzero |
 *   +----+--------+-----------+          +----+--------------------+
 *        ^ base
 *
 * In the relation, i is the number of the span before, k afterwards, and m the heap in
 * between: freed, not yet coalesced. */
#ifndef SPANREF_SPEC_FREE_H
#define SPANREF_SPEC_FREE_H

#include "free_parts.h"

/*@
  predicate freed(struct span_heap a, struct span_heap b, integer base,
                  struct span_advice advice) =
    \exists struct span_heap m, integer i, integer k; in_use_at(a, base, i) &&
      freed_at(a, m, b, i, k, advice);
*/

#endif
