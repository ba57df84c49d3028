/* What the statistics count afresh from the table: free spans, and huge pages
 * inside retained ones. docs/semantics.md, "Invariants" 7. */
#ifndef SPANREF_SPEC_COUNTS_H
#define SPANREF_SPEC_COUNTS_H

#include "huge.h"

/*@
  logic integer free_count(struct span_heap h, integer hi) =
    hi <= 0 ? 0 : free_count(h, hi - 1) + (h.spans[hi - 1].free ? 1 : 0);
  logic integer huge_free_of(struct span s, integer huge_pages) =
    s.free && !s.scavenged ? huge_of(s, huge_pages) : 0;
  logic integer huge_free_sum(struct span_heap h, integer hi) =
    hi <= 0 ? 0 : huge_free_sum(h, hi - 1) +
                  huge_free_of(h.spans[hi - 1], h.geometry.huge_pages);
*/

#endif
