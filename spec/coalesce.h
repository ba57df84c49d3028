/* coalesce(s): a free span s meets its two neighbours.
 *
 * "A neighbour that is free with the same flag is merged: the sizes add, needzero
 * is ORed, and the neighbour's record goes."
 * "Where R > 1, between a retained and a scavenged neighbour the boundary moves
 * into the scavenged one." docs/semantics.md, "coalesce(s)".
 *
 *          i - 1        i            i + 1
 *   +------+------------+------------+-----------+------+
 *   |in use| retained   | s, retained| scavenged |in use|     a, before
 *   +------+------------+------------+-----------+------+
 *   +------+---------------------------+---------+------+
 *   |in use| s, retained               |scavenged|in use|     b, afterwards
 *   +------+---------------------------+---------+------+
 *          k = i - 1                   ^ up(boundary): on a physical page
 *
 * The neighbour before is looked at first, then the one after; each once, since settled
 * spans beyond them stay settled. i is the number of s before, k afterwards:
 *
 *   joins before   joins after   k        records
 *   no             no            i        as many
 *   no             yes           i        one fewer
 *   yes            no            i - 1    one fewer
 *   yes            yes           i - 1    two fewer
 *
 * The names in the relation are those of coalesce_parts.h. */
#ifndef SPANREF_SPEC_COALESCE_H
#define SPANREF_SPEC_COALESCE_H

#include "coalesce_parts.h"

/*@
  predicate coalesced_at(struct span_heap a, struct span_heap b, integer i, integer k) =
    same_accounts(a, b) && coalesced_index(a, i, k) && k < b.count &&
    coalesced_count(a, i, b.count) && coalesced_below(a, b, i) &&
    coalesced_span(b.spans[k], a, i) && coalesced_above(a, b, i, k);
*/

#endif
