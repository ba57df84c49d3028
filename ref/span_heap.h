/* The reference span heap: what an exact lowest-address first-fit page-run
 * allocator does, small enough to be read and proved.
 *
 * Every operation returns its outcome as a value; every error leaves the heap
 * exactly as it was. No allocation, no globals, no libc. The heap, its drawing
 * and its units: spec/model.h. Behaviour: docs/semantics.md. In every
 * contract below
 *   next         fixes the next heap to the last record;
 *   well_formed  says that all invariants hold;
 *   in_use       says that the spans in use are the same before and after.
 * Where an operation gives a span out or takes one back, `kept` says that no other
 * span in use is lost or changed, and `no_more` that no other one appears. All of
 * this holds whatever the OS answers. */
#ifndef SPANREF_REF_SPAN_HEAP_H
#define SPANREF_REF_SPAN_HEAP_H

#include "../spec/add.h"
#include "../spec/alloc.h"
#include "../spec/claim.h"
#include "../spec/counts.h"
#include "../spec/free.h"
#include "../spec/lookup.h"
#include "../spec/resize.h"
#include "../spec/well_formed.h"

/* An empty heap. SPAN_BAD_GEOMETRY leaves *h alone. */
/*@ requires valid: \valid(h);
    terminates \true; exits \false; assigns *h;
    behavior fits:
      assumes fits: geometry_ok(geometry);
      ensures status: \result == SPAN_OK;
      ensures geometry: h->geometry == geometry;
      ensures empty: h->count == 0 && h->arena_base == 0 && h->arena_end == 0;
      ensures zero: h->sys == 0 && h->idle == 0 && h->in_use == 0 && h->manual == 0 &&
        h->released == 0;
      ensures well_formed: well_formed(*h);
    behavior refused:
      assumes misfit: !geometry_ok(geometry);
      ensures status: \result == SPAN_BAD_GEOMETRY;
      ensures unchanged: *h == \old(*h);
    complete behaviors; disjoint behaviors;
*/
enum span_status span_heap_init(struct span_heap *h, struct span_geometry geometry);

/* Allocate what is asked for, growing only where there is no placement for it. `manual`
 * memory is counted apart. The result says which pages have to be made ready; *gone, what
 * growth gave back before. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h, span_os_log, *gone;
    ensures well_formed: well_formed(*h);
    ensures kept: kept(\old(*h), *h);
    ensures no_more: \result.status == SPAN_OK ==> kept_but(*h, \old(*h), \result.base);
    ensures dirty: stays_dirty(\old(*h), *h);
    ensures clean: \result.status == SPAN_OK && !\result.needzero ==>
      none_dirty(\old(*h), \result.base, \result.base + q.npages);
    ensures span: \result.status == SPAN_OK ==>
      has_allocation(*h, \result.base, q.npages, q.manual);
    ensures fresh: \result.status == SPAN_OK ==>
      nobodys(\old(*h), \result.base, \result.base + q.npages);
    ensures asked_for: \result.status == SPAN_OK ==>
      in_window(q, \result.base) && on_phase(q, \result.base);
    ensures unchanged: \result.status != SPAN_OK ==> *h == \old(*h);
    ensures backing: backing_follows(\old(*h), *h, *gone, \result.ready);
    ensures list: gone->count <= 2 * SPAN_HEAP_CAPACITY;
    ensures nothing: \result.status != SPAN_OK ==>
      nothing_given(\result) && gone->count == 0;
    behavior bad_request:
      assumes bad: !request_ok(q);
      ensures status: \result.status == SPAN_BAD_SIZE;
      ensures not_asked: os_not_asked{Pre, Post};
    behavior placed:
      assumes placed: request_ok(q) && has_placement(*h, q);
      assumes room: !no_room_to_take(*h, q);
      ensures status: \result.status == SPAN_OK;
      ensures next: allocated(\old(*h), *h, q, \result);
      ensures none_gone: gone->count == 0;
      ensures not_asked: os_not_asked{Pre, Post};
    behavior full:
      assumes placed: request_ok(q) && has_placement(*h, q);
      assumes full: no_room_to_take(*h, q);
      ensures status: \result.status == SPAN_TABLE_FULL;
      ensures not_asked: os_not_asked{Pre, Post};
    behavior nowhere:
      assumes none: request_ok(q) && !has_placement(*h, q);
      assumes stays: !may_grow(q);
      ensures status: \result.status == SPAN_NO_MEMORY;
      ensures not_asked: os_not_asked{Pre, Post};
    behavior full_to_grow:
      assumes none: must_grow(*h, q);
      assumes full: !room_for(*h, q);
      ensures status: \result.status == SPAN_TABLE_FULL;
      ensures not_asked: os_not_asked{Pre, Post};
    behavior grows:
      assumes none: must_grow(*h, q);
      assumes room: room_for(*h, q);
      assumes enough: arena_enough(*h, grown_pages(q));
      ensures status: \result.status == SPAN_OK;
      ensures next: grown_and_allocated(\old(*h), *h, q, \result, *gone);
      ensures not_asked: os_not_asked{Pre, Post};
    behavior asks:
      assumes none: must_grow(*h, q);
      assumes room: room_for(*h, q);
      assumes short: !arena_enough(*h, grown_pages(q));
      ensures asked: os_asked_once{Pre, Post}(os, reservation(\old(*h), grown_pages(q)));
      ensures status: answered(\old(*h), span_os_log.said, span_os_log.asked_pages, \result.status);
      ensures next: \result.status == SPAN_OK ==>
        reserved_and_allocated(\old(*h), *h, span_os_log.said, q, \result, *gone);
    complete behaviors; disjoint behaviors;
*/
struct span_alloc_result span_heap_alloc(struct span_heap *h, struct span_os *os,
                                         struct span_request q,
                                         struct span_range_list *gone);

/* Allocate [base, base + npages), and no other pages. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h;
    ensures well_formed: well_formed(*h);
    ensures kept: kept(\old(*h), *h);
    ensures no_more: kept_but(*h, \old(*h), base);
    ensures dirty: stays_dirty(\old(*h), *h);
    ensures clean: \result.status == SPAN_OK && !\result.needzero ==>
      none_dirty(\old(*h), base, base + npages);
    ensures span: \result.status == SPAN_OK ==> has_allocation(*h, base, npages, manual);
    ensures fresh: \result.status == SPAN_OK ==> nobodys(\old(*h), base, base + npages);
    ensures unchanged: \result.status != SPAN_OK ==> *h == \old(*h);
    ensures backing: readied(\old(*h), *h, \result.ready);
    ensures nothing: \result.status != SPAN_OK ==> nothing_given(\result);
    behavior bad_range:
      assumes bad: !range_ok(base, npages);
      ensures status: \result.status == SPAN_BAD_SIZE;
    behavior nowhere:
      assumes size: range_ok(base, npages);
      assumes none: !held_free(*h, base, base + npages);
      ensures status: \result.status == SPAN_NO_MEMORY;
    behavior full:
      assumes size: range_ok(base, npages);
      assumes full: no_room_to_claim(*h, base, npages);
      ensures status: \result.status == SPAN_TABLE_FULL;
    behavior claimed:
      assumes size: range_ok(base, npages);
      assumes free: held_free(*h, base, base + npages);
      assumes room: !no_room_to_claim(*h, base, npages);
      ensures status: \result.status == SPAN_OK;
      ensures next: claimed(\old(*h), *h, base, npages, manual, \result);
    complete behaviors; disjoint behaviors;
*/
struct span_alloc_result span_heap_claim(struct span_heap *h, uint64_t base,
                                         uint64_t npages, bool manual);

/* Give the span in use at base npages pages, where it is. The result is of the pages that
 * it gained. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h;
    ensures well_formed: well_formed(*h);
    ensures others: kept_but(\old(*h), *h, base);
    ensures no_more: kept_but(*h, \old(*h), base);
    ensures dirty: stays_dirty(\old(*h), *h);
    ensures clean: \result.status == SPAN_OK && !\result.needzero ==>
      clean_beyond(\old(*h), base, npages);
    ensures span: \result.status == SPAN_OK ==>
      \exists integer i; in_use_at(*h, base, i) && h->spans[i].npages == npages;
    ensures fresh: \result.status == SPAN_OK ==> nobodys_beyond(\old(*h), base, npages);
    ensures unchanged: \result.status != SPAN_OK ==> *h == \old(*h);
    ensures backing: readied(\old(*h), *h, \result.ready);
    ensures base: \result.status == SPAN_OK ==>
      \result.base == base && no_advice(\result.advice_below);
    ensures nothing: \result.status != SPAN_OK ==> nothing_given(\result);
    behavior refused:
      assumes wrong: !\exists integer i; in_use_at(*h, base, i);
      ensures status: \result.status == SPAN_NOT_IN_USE;
    behavior bad_size:
      assumes in_use: \exists integer i; in_use_at(*h, base, i);
      assumes bad: !size_ok(npages);
      ensures status: \result.status == SPAN_BAD_SIZE;
    behavior same:
      assumes same: to_same(*h, base, npages);
      ensures status: \result.status == SPAN_OK;
      ensures unchanged: *h == \old(*h);
      ensures nothing: no_range(\result.ready) && !\result.needzero && no_advice(\result.advice);
    behavior full:
      assumes other: to_less(*h, base, npages) || to_more(*h, base, npages);
      assumes full: resize_full(*h, base, npages);
      ensures status: \result.status == SPAN_TABLE_FULL;
    behavior less:
      assumes less: to_less(*h, base, npages);
      assumes room: !resize_full(*h, base, npages);
      ensures status: \result.status == SPAN_OK;
      ensures next: resized_to_less(\old(*h), *h, base, npages, \result);
    behavior more:
      assumes more: to_more(*h, base, npages);
      assumes room: !resize_full(*h, base, npages);
      ensures status: \result.status == SPAN_OK;
      ensures next: resized_to_more(\old(*h), *h, base, npages, \result);
    behavior nowhere:
      assumes more: to_too_much(*h, base, npages);
      ensures status: \result.status == SPAN_NO_MEMORY;
    complete behaviors; disjoint behaviors;
*/
struct span_alloc_result span_heap_resize(struct span_heap *h, uint64_t base,
                                          uint64_t npages);

/* Take back the span in use that begins at base. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h;
    ensures well_formed: well_formed(*h);
    ensures no_more: kept(*h, \old(*h));
    ensures others: kept_but(\old(*h), *h, base);
    ensures dirty: stays_dirty(\old(*h), *h);
    ensures backing: same_backing(\old(*h), *h);
    behavior freed:
      assumes in_use: \exists integer i; in_use_at(*h, base, i);
      ensures status: \result.status == SPAN_OK;
      ensures next: freed(\old(*h), *h, base, \result.advice);
    behavior refused:
      assumes wrong: !\exists integer i; in_use_at(*h, base, i);
      ensures status: \result.status == SPAN_NOT_IN_USE;
      ensures unchanged: *h == \old(*h);
      ensures advice: no_advice(\result.advice);
    complete behaviors; disjoint behaviors;
*/
struct span_free_result span_heap_free(struct span_heap *h, uint64_t base);

/* Give back want_pages or more to the OS, as far as there are any. *gone says which. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h, *gone;
    ensures gave: gave(\old(*h), *h, *gone, 0);
    ensures list: gone->count <= SPAN_HEAP_CAPACITY;
    ensures well_formed: well_formed(*h);
    ensures contents: contents_stay(\old(*h), *h);
    behavior full:
      assumes full: h->count == SPAN_HEAP_CAPACITY;
      ensures status: \result.status == SPAN_TABLE_FULL;
      ensures unchanged: *h == \old(*h);
      ensures nothing: \result.released_pages == 0;
    behavior scavenged:
      assumes room: h->count < SPAN_HEAP_CAPACITY;
      ensures status: \result.status == SPAN_OK;
      ensures next: scavenged(\old(*h), *h, want_pages);
      ensures released: \result.released_pages == h->released - \old(h->released);
      ensures none: \result.released_pages == 0 ==> same_heap(\old(*h), *h);
      ensures accounts: same_but_released(\old(*h), *h);
    complete behaviors; disjoint behaviors;
*/
struct span_scavenge_result span_heap_scavenge(struct span_heap *h, uint64_t want_pages,
                                               struct span_range_list *gone);

/* Hand npages pages at base to the heap, free and scavenged. *gone says what that gave
 * back, to stay at the goal. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns *h, *gone;
    ensures gave: gave(\old(*h), *h, *gone, 0);
    ensures list: gone->count <= SPAN_HEAP_CAPACITY;
    ensures well_formed: well_formed(*h);
    ensures contents: contents_stay(\old(*h), *h);
    behavior bad:
      assumes bad: !may_add(*h, base, npages);
      ensures status: \result == SPAN_BAD_RANGE;
      ensures unchanged: *h == \old(*h);
    behavior full:
      assumes good: may_add(*h, base, npages);
      assumes full: h->count > SPAN_HEAP_CAPACITY - 2;
      ensures status: \result == SPAN_TABLE_FULL;
      ensures unchanged: *h == \old(*h);
    behavior added:
      assumes good: may_add(*h, base, npages);
      assumes room: h->count <= SPAN_HEAP_CAPACITY - 2;
      ensures status: \result == SPAN_OK;
      ensures next: added(\old(*h), *h, base, npages);
      ensures accounts: counted_but_released(\old(*h), *h, npages);
      ensures held: held_free(*h, base, base + npages);
    complete behaviors; disjoint behaviors;
*/
enum span_status span_heap_add(struct span_heap *h, uint64_t base, uint64_t npages,
                               struct span_range_list *gone);

/* The span that holds the page, free or in use. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns \nothing;
    ensures looked_up: looked_up(*h, page, \result);
*/
struct span_lookup_result span_heap_lookup(const struct span_heap *h, uint64_t page);

/* The statistics; the two counts are taken from the table. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    terminates \true; exits \false; assigns \nothing;
    ensures sys: \result.sys == h->sys;
    ensures idle: \result.idle == h->idle;
    ensures in_use: \result.in_use == h->in_use;
    ensures manual: \result.manual == h->manual;
    ensures released: \result.released == h->released;
    ensures nfree: \result.nfree == free_count(*h, h->count);
    ensures huge_free: \result.huge_free == huge_free_sum(*h, h->count);
    ensures arena: \result.arena_base == h->arena_base && \result.arena_end == h->arena_end;
*/
struct span_stats span_heap_stats(const struct span_heap *h);

#endif
