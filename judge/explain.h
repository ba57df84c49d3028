/* What is wrong with a malformed heap, for people: the invariant of
 * docs/semantics.md that is broken, and the culprit.
 *
 * Nothing is decided here. That a heap is malformed says ref/decide.h, which is
 * proved; this is not, and whatever it overlooks is still malformed. */
#ifndef SPANREF_EXPLAIN_H
#define SPANREF_EXPLAIN_H

#include "../spec/model.h"
#include "clauses.h"

struct complaint {
  enum clause clause;   /* the invariant that is broken */
  const char *reason;   /* for people; NULL: none is */
  bool has_span;
  struct span span;     /* the culprit, or the first of two */
  bool has_numbers;
  uint64_t says_pages, is_pages; /* a statistic and what the spans add up to;
                                    counts for huge_free and nfree */
};

/* Always with a reason. Of heaps that span_heap_is_well_formed refuses. */
struct complaint explain_malformed(const struct span_heap *heap);

#endif
