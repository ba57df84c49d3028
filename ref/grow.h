/* Growth: memory comes in, from the current arena, from the OS, by hand.
 * docs/semantics.md, "grow", "add_span", "OS". */
#ifndef SPANREF_REF_GROW_H
#define SPANREF_REF_GROW_H

#include "../spec/os.h"
#include "../spec/well_formed.h"
#include "table.h"

/* Records an allocation may need once it has to grow: the remainder of the old
 * arena and the new memory, each with a split while scavenging for it, and the
 * split of what is found then. */
#define GROW_HEADROOM 5

/* Bring in memory enough for npages, as a free span. Every failure leaves the
 * heap as it was: SPAN_TABLE_FULL (the OS is not asked then), SPAN_NO_MEMORY,
 * SPAN_BAD_ANSWER. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    requires size: 0 < npages <= SPAN_LIMIT_PAGES;
    terminates \true; exits \false;
    assigns *h, span_os_world;
    ensures status: \result == SPAN_OK || \result == SPAN_TABLE_FULL ||
      \result == SPAN_NO_MEMORY || \result == SPAN_BAD_ANSWER;
    ensures well_formed: well_formed(*h);
    ensures fits: \result == SPAN_OK ==>
      \exists integer i; 0 <= i < h->count && fits(h->spans[i], npages);
    ensures room: \result == SPAN_OK ==> h->count < SPAN_HEAP_CAPACITY;
    ensures in_use: h->in_use == \old(h->in_use);
    ensures manual: h->manual == \old(h->manual);
    ensures unchanged: \result != SPAN_OK ==> *h == \old(*h);
    ensures full: \result == SPAN_TABLE_FULL <==>
      \old(h->count) > SPAN_HEAP_CAPACITY - GROW_HEADROOM;
*/
enum span_status span_grow(struct span_heap *h, struct span_os *os, uint64_t npages);

#endif
