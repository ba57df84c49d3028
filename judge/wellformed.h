/* Is what a heap shows of itself well-formed? Decides the invariants of
 * docs/semantics.md on its spans, its statistics, and the pages it ever gave out.
 *
 * Invariants 1 to 5 and 7 are decided by ref/decide.h and by the reference's own
 * statistics; 8, which speaks of the past, by shown.h. All of these are proved. Invariant 6,
 * the page map, can't be seen in a list: the judge asks lookup. */
#ifndef SPANREF_WELLFORMED_H
#define SPANREF_WELLFORMED_H

#include "../spec/model.h"
#include "clauses.h"
#include "observation.h"
#include "page_set.h"

/* What is wrong with a heap, for people: the invariant of docs/semantics.md that is broken,
 * and the culprit. */
struct complaint {
  enum clause clause;   /* the invariant that is broken */
  const char *reason;   /* for people; NULL: none is */
  bool has_span;
  struct span span;     /* the culprit, or the first of two */
  bool has_numbers;
  /* A statistic and what the spans add up to; counts for huge_free and nfree. */
  uint64_t says_pages, is_pages;
};

struct complaint wrong_span(enum clause clause, const char *reason,
                            const struct span *span);

/* The spans it showed become the heap that has these statistics, as the proved functions
 * take it. */
void span_heap_complete(struct span_heap *shown, const struct spanref_stats *stats,
                        const struct span_geometry *geometry);
/* heap: so completed with these stats. given: every page ever given out, or NULL:
 * invariant 8 isn't decided. true: *why says why. */
bool is_malformed(const struct span_heap *heap, const struct spanref_stats *stats,
                  const struct page_set *given, struct complaint *why);

/* Of a heap in which a free span is said to be clean and has a page of the set: which one. */
struct complaint complaint_of_unclean(const struct span_heap *heap, const struct page_set *given);

/* Always with a reason. Of heaps that span_heap_is_well_formed refuses: this is not proved,
 * decides nothing, and whatever it overlooks is still malformed. */
struct complaint explain_malformed(const struct span_heap *heap);

/* What a complaint says, in the units of a trace. */
struct complaint_text {
  char text[240];
};
struct complaint_text complaint_print(const struct complaint *complaint,
                                      uint64_t page_bytes);

#endif
