/* claim(b, n, kind): [b, b + n) is taken, and no other pages.
 *
 * "claim takes [b, b + n) where one free span holds all of it; else the answer is no
 * memory, and the OS isn't asked." docs/semantics.md, "claim(b, n, kind)". */
#ifndef SPANREF_SPEC_CLAIM_H
#define SPANREF_SPEC_CLAIM_H

#include "alloc.h"

/*@
  predicate range_ok(integer base, integer npages) =
    0 < npages && base + npages <= SPAN_LIMIT_PAGES;
  predicate free_there(struct span_heap h, integer i, integer base, integer npages) =
    0 <= i < h.count && h.spans[i].free && inside(h.spans[i], base, npages);
  predicate no_room_to_claim(struct span_heap h, integer base, integer npages) =
    \exists integer i; free_there(h, i, base, npages) &&
      h.count + remainders(h.spans[i], base, npages) > SPAN_HEAP_CAPACITY;
  predicate claimed(struct span_heap a, struct span_heap b, integer base, integer npages,
                    bool manual, struct span_alloc_result result) =
    \exists integer i; free_there(a, i, base, npages) && result.base == base &&
      given_from(a, b, i, npages, manual, result);
*/

#endif
