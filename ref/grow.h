/* Growth: memory comes in, from the current arena, from the OS, by hand.
 * docs/semantics.md, "grow", "add_span", "OS". */
#ifndef SPANREF_REF_GROW_H
#define SPANREF_REF_GROW_H

#include "../spec/find.h"
#include "../spec/grow.h"
#include "../spec/well_formed.h"

/* Bring in memory enough for npages, as a free span. Every failure leaves the
 * heap as it was: SPAN_TABLE_FULL (the OS is not asked then), SPAN_NO_MEMORY,
 * SPAN_BAD_ANSWER. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    requires size: 0 < npages <= SPAN_LIMIT_PAGES;
    terminates \true; exits \false;
    assigns *h, span_os_asked, span_os_said;
    ensures well_formed: well_formed(*h);
    ensures geometry: h->geometry == \old(h->geometry);
    ensures unchanged: \result != SPAN_OK ==> *h == \old(*h);
    ensures kept: kept(\old(*h), *h);
    ensures no_more: kept(*h, \old(*h));
    ensures fits: \result == SPAN_OK ==> something_fits(*h, npages);
    ensures room: \result == SPAN_OK ==> h->count < SPAN_HEAP_CAPACITY;
    behavior full:
      assumes full: h->count > SPAN_HEAP_CAPACITY - GROW_HEADROOM;
      ensures status: \result == SPAN_TABLE_FULL;
      ensures not_asked: span_os_said == \old(span_os_said) &&
        span_os_asked == \old(span_os_asked);
    behavior carves:
      assumes room: h->count <= SPAN_HEAP_CAPACITY - GROW_HEADROOM;
      assumes enough: arena_enough(*h, npages);
      ensures status: \result == SPAN_OK;
      ensures next: grown(\old(*h), *h, npages);
      ensures not_asked: span_os_said == \old(span_os_said) &&
        span_os_asked == \old(span_os_asked);
    behavior asks:
      assumes room: h->count <= SPAN_HEAP_CAPACITY - GROW_HEADROOM;
      assumes short: !arena_enough(*h, npages);
      ensures asked: span_os_asked == reservation(\old(*h), npages);
      ensures status: answered(\old(*h), span_os_said, span_os_asked, \result);
      ensures next: \result == SPAN_OK ==>
        reserved_and_grown(\old(*h), *h, span_os_said, npages);
    complete behaviors; disjoint behaviors;
*/
enum span_status span_grow(struct span_heap *h, struct span_os *os, uint64_t npages);

#endif
