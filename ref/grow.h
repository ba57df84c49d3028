/* Growth: memory comes in, from the current arena, from the OS, by hand.
 * docs/semantics.md, "grow", "add_span", "OS". */
#ifndef SPANREF_REF_GROW_H
#define SPANREF_REF_GROW_H

#include "../spec/add.h"
#include "../spec/backing.h"
#include "../spec/grow.h"
#include "../spec/well_formed.h"

/* Bring in memory enough for npages, as a free span. Every failure leaves the
 * heap as it was: SPAN_TABLE_FULL (the OS is not asked then), SPAN_NO_MEMORY,
 * SPAN_BAD_ANSWER. What growth scavenges is put into *gone, which is empty before. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires list: gone->count == 0;
    requires well_formed: well_formed(*h);
    requires size: size_ok(npages);
    terminates \true; exits \false; assigns *h, span_os_log, *gone;
    ensures gave: gave(\old(*h), *h, *gone, 0);
    ensures list: gone->count <= 2 * SPAN_HEAP_CAPACITY;
    ensures none: \result != SPAN_OK ==> gone->count == 0;
    ensures well_formed: well_formed(*h);
    ensures geometry: h->geometry == \old(h->geometry);
    ensures unchanged: \result != SPAN_OK ==> *h == \old(*h);
    ensures contents: contents_stay(\old(*h), *h);
    ensures fits: \result == SPAN_OK ==> something_fits(*h, npages);
    ensures room: h->count <= \old(h->count) + GROW_HEADROOM;
    behavior full:
      assumes full: !room_to_grow(*h, 0);
      ensures status: \result == SPAN_TABLE_FULL;
      ensures not_asked: os_not_asked{Pre, Post};
    behavior carves:
      assumes room: room_to_grow(*h, 0);
      assumes enough: arena_enough(*h, npages);
      ensures status: \result == SPAN_OK;
      ensures next: grown(\old(*h), *h, npages);
      ensures not_asked: os_not_asked{Pre, Post};
    behavior asks:
      assumes room: room_to_grow(*h, 0);
      assumes short: !arena_enough(*h, npages);
      ensures asked: os_asked_once{Pre, Post}(os, reservation(\old(*h), npages));
      ensures status: answered(\old(*h), span_os_log.said, span_os_log.asked_pages, \result);
      ensures next: \result == SPAN_OK ==>
        reserved_and_grown(\old(*h), *h, span_os_log.said, npages);
    complete behaviors; disjoint behaviors;
*/
enum span_status span_grow(struct span_heap *h, struct span_os *os, uint64_t npages,
                           struct span_range_list *gone);

#endif
