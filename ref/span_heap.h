/* The reference span heap: what an exact lowest-address first-fit page-run
 * allocator does, small enough to be read and proved.
 *
 * Every operation returns its outcome as a value; every error leaves the heap
 * exactly as it was. No allocation, no globals, no libc. The heap, its drawing
 * and its units: spec/model.h. Behaviour: docs/semantics.md. Which of these
 * contracts are proved so far: proofs/targets.txt. */
#ifndef SPANREF_REF_SPAN_HEAP_H
#define SPANREF_REF_SPAN_HEAP_H

#include "../spec/os.h"
#include "../spec/well_formed.h"
#include "table.h"

/* An empty heap. SPAN_BAD_GEOMETRY leaves *h alone. */
/*@ requires valid: \valid(h);
    terminates \true; exits \false;
    assigns *h;
    behavior fits:
      assumes fits: geometry_ok(geometry);
      ensures status: \result == SPAN_OK;
      ensures geometry: h->geometry == geometry;
      ensures empty: h->count == 0 && h->arena_base == 0 && h->arena_end == 0;
      ensures well_formed: well_formed(*h);
    behavior refused:
      assumes misfit: !geometry_ok(geometry);
      ensures status: \result == SPAN_BAD_GEOMETRY;
      ensures unchanged: *h == \old(*h);
    complete behaviors; disjoint behaviors;
*/
enum span_status span_heap_init(struct span_heap *h, struct span_geometry geometry);

/*@
  predicate alloc_refused(struct span_heap before, struct span_heap after,
                          struct span_alloc_result result) =
    after == before && result.base == 0 && !result.needzero &&
    result.advice.base == 0 && result.advice.npages == 0;
*/

/* Allocate npages: the lowest free span that fits, its low pages, growing only
 * where none fits. `manual` memory is counted apart. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false;
    assigns *h, span_os_world;
    ensures well_formed: well_formed(*h);
    ensures refused: \result.status != SPAN_OK ==> alloc_refused(\old(*h), *h, \result);
    ensures nomem: \result.status == SPAN_NO_MEMORY || \result.status == SPAN_BAD_ANSWER ==>
      \forall integer i; 0 <= i < \old(h->count) ==> !fits(\old(*h).spans[i], npages);
    ensures in_use: \result.status == SPAN_OK ==>
      \exists integer i; 0 <= i < h->count && h->spans[i].base == \result.base &&
        h->spans[i].npages == npages && !h->spans[i].free &&
        (h->spans[i].manual <==> manual);
    behavior bad_size:
      assumes size: npages == 0 || npages > SPAN_LIMIT_PAGES;
      ensures status: \result.status == SPAN_BAD_SIZE;
    behavior first_fit:
      assumes size: 0 < npages <= SPAN_LIMIT_PAGES;
      assumes fits: \exists integer i; 0 <= i < h->count && fits(h->spans[i], npages);
      ensures status: \result.status == SPAN_OK || \result.status == SPAN_TABLE_FULL;
      ensures lowest: \result.status == SPAN_OK ==>
        \exists integer i; 0 <= i < \old(h->count) && fits(\old(*h).spans[i], npages) &&
          \result.base == \old(*h).spans[i].base &&
          (\result.needzero <==> \old(*h).spans[i].needzero) &&
          \forall integer j; 0 <= j < i ==> !fits(\old(*h).spans[j], npages);
      ensures idle: \result.status == SPAN_OK ==> h->idle == \old(h->idle) - npages;
    behavior grown:
      assumes size: 0 < npages <= SPAN_LIMIT_PAGES;
      assumes none: \forall integer i; 0 <= i < h->count ==> !fits(h->spans[i], npages);
      ensures status: \result.status == SPAN_OK || \result.status == SPAN_TABLE_FULL ||
        \result.status == SPAN_NO_MEMORY || \result.status == SPAN_BAD_ANSWER;
    complete behaviors; disjoint behaviors;
*/
struct span_alloc_result span_heap_alloc(struct span_heap *h, struct span_os *os,
                                         uint64_t npages, bool manual);

/*@
  predicate in_use_at(struct span_heap h, integer base) =
    \exists integer i; 0 <= i < h.count && h.spans[i].base == base && !h.spans[i].free;
*/

/* Take back the span in use that begins at base. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false;
    assigns *h;
    ensures well_formed: well_formed(*h);
    behavior freed:
      assumes in_use: in_use_at(*h, base);
      ensures status: \result.status == SPAN_OK;
      ensures gone: !in_use_at(*h, base);
      ensures released: h->released == \old(h->released);
    behavior refused:
      assumes wrong: !in_use_at(*h, base);
      ensures status: \result.status == SPAN_NOT_IN_USE;
      ensures advice: \result.advice.base == 0 && \result.advice.npages == 0;
      ensures unchanged: *h == \old(*h);
    complete behaviors; disjoint behaviors;
*/
struct span_free_result span_heap_free(struct span_heap *h, uint64_t base);

/* Give back want_pages or more to the OS, as far as there are any. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false;
    assigns *h;
    ensures well_formed: well_formed(*h);
    behavior full:
      assumes full: h->count == SPAN_HEAP_CAPACITY;
      ensures status: \result.status == SPAN_TABLE_FULL && \result.released_pages == 0;
      ensures unchanged: *h == \old(*h);
    behavior scavenged:
      assumes room: h->count < SPAN_HEAP_CAPACITY;
      ensures status: \result.status == SPAN_OK;
      ensures released: h->released == \old(h->released) + \result.released_pages;
      ensures idle: h->idle == \old(h->idle);
      ensures in_use: h->in_use == \old(h->in_use);
      ensures manual: h->manual == \old(h->manual);
    complete behaviors; disjoint behaviors;
*/
struct span_scavenge_result span_heap_scavenge(struct span_heap *h, uint64_t want_pages);

/*@
  // Memory that may be handed in: in range, on physical pages, nobody's.
  predicate new_range(struct span_heap h, integer base, integer npages) =
    0 < npages && base + npages <= SPAN_LIMIT_PAGES &&
    (h.arena_base < h.arena_end ==>
      base + npages <= h.arena_base || h.arena_end <= base) &&
    \forall integer i; 0 <= i < h.count ==> !overlaps(h.spans[i], base, base + npages);
*/

/* Hand npages pages at base to the heap, free and scavenged. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false;
    assigns *h;
    ensures well_formed: well_formed(*h);
    ensures unchanged: \result != SPAN_OK ==> *h == \old(*h);
    behavior bad:
      assumes bad: !new_range(*h, base, npages) ||
        !aligned(base, h->geometry.phys_pages) ||
        !aligned(npages, h->geometry.phys_pages);
      ensures status: \result == SPAN_BAD_RANGE;
    behavior full:
      assumes good: new_range(*h, base, npages) &&
        aligned(base, h->geometry.phys_pages) &&
        aligned(npages, h->geometry.phys_pages);
      assumes full: h->count > SPAN_HEAP_CAPACITY - 2;
      ensures status: \result == SPAN_TABLE_FULL;
    behavior added:
      assumes good: new_range(*h, base, npages) &&
        aligned(base, h->geometry.phys_pages) &&
        aligned(npages, h->geometry.phys_pages);
      assumes room: h->count <= SPAN_HEAP_CAPACITY - 2;
      ensures status: \result == SPAN_OK;
      ensures sys: h->sys == \old(h->sys) + npages;
      ensures idle: h->idle == \old(h->idle) + npages;
    complete behaviors; disjoint behaviors;
*/
enum span_status span_heap_add(struct span_heap *h, uint64_t base, uint64_t npages);

/* The span that holds the page, free or in use. */
/*@ requires valid: \valid(h);
    requires bounded: bounded(*h);
    terminates \true; exits \false;
    assigns \nothing;
    behavior found:
      assumes held: \exists integer i; 0 <= i < h->count && holds_page(h->spans[i], page);
      ensures found: \result.found;
      ensures span: \exists integer i; 0 <= i < h->count &&
        holds_page(h->spans[i], page) && \result.span == h->spans[i];
    behavior none:
      assumes free: \forall integer i; 0 <= i < h->count ==> !holds_page(h->spans[i], page);
      ensures none: !\result.found;
    complete behaviors; disjoint behaviors;
*/
struct span_lookup_result span_heap_lookup(const struct span_heap *h, uint64_t page);

/* The statistics; the two counts are taken from the table. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false;
    assigns \nothing;
    ensures sys: \result.sys == h->sys;
    ensures idle: \result.idle == h->idle;
    ensures in_use: \result.in_use == h->in_use;
    ensures manual: \result.manual == h->manual;
    ensures released: \result.released == h->released;
    ensures arena: \result.arena_base == h->arena_base && \result.arena_end == h->arena_end;
    ensures nfree: \result.nfree <= h->count;
*/
struct span_stats span_heap_stats(const struct span_heap *h);

#endif
