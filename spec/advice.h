/* Huge-page advice: "After coalesce, a retained s with huge(s) greater than huge(s)
 * before + huge of the neighbours merged into it gets "huge" advice for the whole of
 * s; nothing else gives advice." docs/semantics.md, "Huge-page advice".
 *
 *   huge page boundaries:
 *        |                |                |
 *   +-----------+-----------------+
 *   | free      | s               |             neither holds a whole huge page
 *   +-----------+-----------------+
 *   | s, merged                   |             holds one: advice for all of s
 *   +-----------------------------+ */
#ifndef SPANREF_SPEC_ADVICE_H
#define SPANREF_SPEC_ADVICE_H

#include "coalesce_parts.h"

/*@
  // Huge pages in span i and in the neighbours that will be merged into it.
  predicate huge_around(struct span_heap h, integer i, integer huge) =
    \let own = huge_of(h.spans[i], h.geometry.huge_pages);
    \let before = huge_of(h.spans[i - 1], h.geometry.huge_pages);
    \let after = huge_of(h.spans[i + 1], h.geometry.huge_pages);
    joins_before(h, i) ?
      (joins_after(h, i) ? huge == own + before + after : huge == own + before) :
      (joins_after(h, i) ? huge == own + after : huge == own);
  predicate no_advice(struct span_advice advice) = advice.base == 0 && advice.npages == 0;
  // "Huge" for the whole of s where it holds more than its parts did.
  predicate advised(struct span s, integer huge_pages, integer huge_before,
                    struct span_advice advice) =
    !s.scavenged && huge_of(s, huge_pages) > huge_before ?
      advice.base == s.base && advice.npages == s.npages : no_advice(advice);
  predicate coalesce_advice(struct span_heap a, integer i, struct span s,
                            struct span_advice advice) =
    \exists integer huge; huge_around(a, i, huge) &&
      advised(s, a.geometry.huge_pages, huge, advice);
*/

#endif
