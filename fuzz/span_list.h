/* All spans of a heap, in a buffer that is used again. */
#ifndef SPANREF_SPAN_LIST_H
#define SPANREF_SPAN_LIST_H

#include <stddef.h>

#include "../candidates/candidate.h"

struct span_list { /* {0} is empty */
  struct span *spans;
  size_t count, room;
  bool failed; /* memory ran out: spans are missing */
};

/* false: out of memory. */
bool span_list_collect(struct span_list *list, const struct candidate *candidate,
                       void *heap);
bool spans_are_equal(const struct span *a, const struct span *b);
void span_list_free(struct span_list *list);

#endif
