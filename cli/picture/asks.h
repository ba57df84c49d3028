/* What an operation asks for: in words, and where it could have been placed.
 *
 * The placements are those in the reference's free spans before the operation. Which of
 * them is right isn't decided here: the reference's answer says it. */
#ifndef SPANREF_ASKS_H
#define SPANREF_ASKS_H

#include "../../judge/judge.h"

enum asks { ASKS_NOTHING, ASKS_PLACE, ASKS_CLAIM, ASKS_RESIZE };

struct asked { /* {0}: nothing */
  enum asks what;
  bool is_plain; /* pages and nothing else */
  /* What has to be placed; of a resize to more, what it has to gain. */
  struct span_request request;
  struct span_range held; /* resize: what is in use; 0 pages: nothing is there */
  uint64_t npages;        /* resize: what it is to have */
};

/* Of the call that was judged last. spans: the reference's before it. */
struct asked asked_of(const struct judge *judge, const struct trace_op *op,
                      const struct span *spans, size_t count);

struct asked_words {
  char text[320];
};
/* "8 pages, aligned to 4, last fit" */
struct asked_words asked_words(const struct asked *asked, uint64_t page_bytes);

/* Placements low, low + align, ..., high. */
struct placements {
  uint64_t low, high;
};
/* Those in a span. false: there are none. */
bool asked_placements(const struct asked *asked, const struct span *span,
                      struct placements *placements);

#endif
