/* lookup(page): "the span, free or in use, that holds the page, or nothing".
 * docs/semantics.md, "lookup(page)". */
#ifndef SPANREF_SPEC_LOOKUP_H
#define SPANREF_SPEC_LOOKUP_H

#include "frame.h"

/*@
  predicate looked_up(struct span_heap h, integer page, struct span_lookup_result result) =
    nowhere(h, page, page + 1) ? !result.found && no_span(result.span) :
      result.found && \exists integer i; 0 <= i < h.count &&
        holds_page(h.spans[i], page) && result.span == h.spans[i];
*/

#endif
