/* Is this list of spans a well-formed heap? Decides the invariants of
 * docs/semantics.md on what a heap shows of itself: its spans, its statistics,
 * and the pages it ever gave out.
 *
 * It doesn't tell whether it is the right heap: the oracle compares for that.
 * Invariant 6, the page map, can't be seen in a list: the oracle asks lookup. */
#ifndef SPANREF_WELLFORMED_H
#define SPANREF_WELLFORMED_H

#include "clauses.h"
#include "page_set.h"
#include "span_list.h"

struct complaint {
  enum clause clause;   /* the invariant that is broken */
  const char *reason;   /* for people; NULL: none is */
  bool has_span;
  struct span span;     /* the culprit, or the first of two */
  bool has_numbers;
  uint64_t says_pages, is_pages; /* a statistic and what the spans add up to;
                                    counts for huge_free and nfree */
};

/* given: every page ever given out, or NULL: invariant 8 isn't decided. */
struct complaint why_malformed(const struct span_list *list,
                               const struct span_stats *stats,
                               const struct span_geometry *geometry,
                               const struct page_set *given);

#endif
