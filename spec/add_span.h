/* add_span(base, n): memory becomes a span.
 *
 * "add_span scavenges if needed, then makes one free span, scavenged, with
 * needzero = 0, and coalesces it." docs/semantics.md, "add_span(base, n)".
 *
 *   +--------+           +------+       +--------+-----------+------+
 *   | free   |  nobody's |in use|  ->   | free   | scavenged |in use|  ->  coalesce.h
 *   +--------+           +------+       +--------+-----------+------+
 *            ^ base, n pages
 *
 * First it scavenges (scavenge.h), if the new pages would leave more memory backed than
 * the goal allows. grow.h and add.h lead here. */
#ifndef SPANREF_SPEC_ADD_SPAN_H
#define SPANREF_SPEC_ADD_SPAN_H

#include "add_span_parts.h"

/*@
  predicate span_added(struct span_heap a, struct span_heap b, integer base,
                       integer npages) =
    \exists struct span_heap m; scavenged_for_growth(a, m, npages) &&
      placed(m, b, base, npages);
*/

#endif
