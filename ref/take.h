/* Taking pages out of a free span: from its low end, from its high end, or from between. */
#ifndef SPANREF_REF_TAKE_H
#define SPANREF_REF_TAKE_H

#include "../spec/alloc.h"
#include "../spec/bounds.h"
#include "../spec/take.h"
#include "../spec/well_formed.h"

/* Give out [base, base + npages) of free span i. What is left of it stays free.
 * semantics.md, "take(s, base, n)". */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    requires takes: can_take(*h, i, base, npages);
    terminates \true; exits \false; assigns *h;
    ensures well_formed: well_formed(*h);
    ensures kept: kept(\old(*h), *h);
    ensures dirty: stays_dirty(\old(*h), *h);
    ensures no_more: kept_but(*h, \old(*h), base);
    ensures next: taken(\old(*h), *h, i, base, npages, manual, \result.advice_below,
                        \result.advice);
    ensures status: \result.status == SPAN_OK;
    ensures span: has_allocation(*h, base, npages, manual);
    ensures base: \result.base == base;
    ensures needzero: \result.needzero <==> \old(h->spans[i].needzero);
    ensures ready: readied(\old(*h), *h, \result.ready);
    ensures fresh: nobodys(\old(*h), base, base + npages);
    ensures clean: !\result.needzero ==> none_dirty(\old(*h), base, base + npages);
*/
struct span_alloc_result span_take(struct span_heap *h, uint64_t i, uint64_t base,
                                   uint64_t npages, bool manual);

#endif
