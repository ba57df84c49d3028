/* Is what a heap shows of itself well-formed? Decides the invariants of
 * docs/semantics.md on its spans, its statistics, and the pages it ever gave
 * out. The verdict on 1 to 5 and 7 is that of ref/decide.h and of the
 * reference's own statistics, which are proved; only 8, which speaks of the past,
 * is decided here, unproved.
 *
 * It doesn't tell whether it is the right heap: the oracle compares for that.
 * Invariant 6, the page map, can't be seen in a list: the oracle asks lookup. */
#ifndef SPANREF_WELLFORMED_H
#define SPANREF_WELLFORMED_H

#include "explain.h"
#include "page_set.h"

/* heap: what span_heap_show made of the spans and of these stats. given: every
 * page ever given out, or NULL: invariant 8 isn't decided. true: *why says why. */
bool is_malformed(const struct span_heap *heap, const struct span_stats *stats,
                  const struct page_set *given, struct complaint *why);

#endif
