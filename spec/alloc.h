/* alloc(n, kind): the low n pages of the lowest fit are given out.
 *
 * "s = find(n). If npages > n the low n pages become the result and the remainder
 * stays free with the same needzero and flag; a scavenged remainder without a whole
 * physical page becomes retained and is coalesced." docs/semantics.md,
 * "alloc(n, kind)".
 *
 *        i                                i        i + 1
 *   +----+--------------------+       +---+--------+-----------+
 *   |    | free               |  ->   |   | in use | free      |
 *   +----+--------------------+       +---+--------+-----------+
 *        ^ lowest_fit                 result.base, n pages
 *
 * Where nothing fits, the heap grows first (grow.h) and then is asked the same.
 * The contract of span_heap_alloc (ref/span_heap.h) says when. What `carved` is:
 * alloc_parts.h. */
#ifndef SPANREF_SPEC_ALLOC_H
#define SPANREF_SPEC_ALLOC_H

#include "alloc_parts.h"
#include "find.h"

/*@
  predicate allocated(struct span_heap a, struct span_heap b, integer npages,
                      bool manual, struct span_alloc_result result) =
    \exists integer i; lowest_fit(a, npages, i) &&
      carved(a, b, i, npages, manual, result.advice) && result.base == a.spans[i].base &&
      (result.needzero <==> a.spans[i].needzero);
*/

#endif
