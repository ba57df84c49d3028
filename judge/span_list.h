/* What a heap shows of itself: all its spans, however many, in a buffer that is used
 * again; or with its statistics as the value that the proofs speak of. */
#ifndef SPANREF_SPAN_LIST_H
#define SPANREF_SPAN_LIST_H

#include <stddef.h>

#include "../candidates/ours/candidate.h"
#include "../spec/model.h"

struct span_list { /* {0} is empty */
  struct span *spans;
  size_t count, room;
  bool failed; /* memory ran out: spans are missing */
};

/* false: out of memory. */
bool span_list_collect(struct span_list *list, const struct candidate *candidate,
                       void *heap);
/* Spans that don't fit in the table are counted: no well-formed heap has so many. */
void span_heap_show(const struct candidate *candidate, void *heap,
                    const struct span_stats *stats, const struct span_geometry *geometry,
                    struct span_heap *shown);
bool spans_are_equal(const struct span *a, const struct span *b);
void span_list_free(struct span_list *list);

#endif
