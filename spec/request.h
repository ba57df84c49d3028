/* Requests as a caller writes them. docs/semantics.md, "Requests". */
#ifndef SPANREF_SPEC_REQUEST_H
#define SPANREF_SPEC_REQUEST_H

#include "types.h"

/* npages pages and nothing else: the lowest there are. */
static inline struct span_request span_plain_request(uint64_t npages, bool manual)
{
  struct span_request request = {npages, 1, 0, 0, SPAN_LIMIT_PAGES, SPAN_FIRST_FIT, manual};
  return request;
}

#endif
