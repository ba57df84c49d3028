#include "grow.h"
#include "placement.h"
#include "span_heap.h"
#include "table.h"
#include "take.h"

/* No two placements are chosen. */
/*@ ghost
  /@ requires chosen: chosen(h, q, i, base);
     terminates \true; exits \false; assigns \nothing;
     ensures once: \forall integer j, other; chosen(h, q, j, other) ==>
       j == i && other == base; @/
  void lemma_chosen_once(struct span_heap h, struct span_request q, uint64_t i, uint64_t base)
  {
    /@ assert base: \forall integer j, other; chosen(h, q, j, other) ==> other == base; @/
  }
*/

/* Where nothing has to be aligned, what is chosen lies at an end of its span. */
/*@ ghost
  /@ requires bounded: bounded(h);
     requires request: request_ok(q) && !windowed(q) && q.align == 1;
     requires chosen: chosen(h, q, i, base);
     requires range: i < h.count;
     terminates \true; exits \false; assigns \nothing;
     ensures one: remainders(h.spans[i], base, q.npages) <= 1; @/
  void lemma_at_an_end(struct span_heap h, struct span_request q, uint64_t i, uint64_t base)
  {
    /@ assert phase: \forall integer x; x % 1 == 0; @/
    /@ assert low: placed_in(h.spans[i], q, h.spans[i].base); @/
    /@ assert high: placed_in(h.spans[i], q, end_of(h.spans[i]) - q.npages); @/
  }
*/

/* Grow, so that there is a placement. */
/*@ requires valid: \valid(h) && \valid(gone);
    requires apart: \separated(h, gone);
    requires list: gone->count == 0;
    requires well_formed: well_formed(*h);
    requires request: request_ok(q);
    terminates \true; exits \false; assigns *h, span_os_log, *gone;
    ensures gave: gave(\old(*h), *h, *gone, 0);
    ensures list: gone->count <= 2 * SPAN_HEAP_CAPACITY;
    ensures none: \result != SPAN_OK ==> gone->count == 0;
    ensures well_formed: well_formed(*h);
    ensures unchanged: \result != SPAN_OK ==> *h == \old(*h);
    ensures contents: contents_stay(\old(*h), *h);
    ensures fits: \result == SPAN_OK ==>
      !windowed(q) && something_fits(*h, grown_pages(q));
    ensures room: \result == SPAN_OK ==>
      h->count <= SPAN_HEAP_CAPACITY - (1 < q.align ? 2 : 1);
    behavior stays:
      assumes stays: !may_grow(q);
      ensures status: \result == SPAN_NO_MEMORY;
      ensures not_asked: os_not_asked{Pre, Post};
    behavior full:
      assumes grows: may_grow(q);
      assumes full: !room_for(*h, q);
      ensures status: \result == SPAN_TABLE_FULL;
      ensures not_asked: os_not_asked{Pre, Post};
    behavior carves:
      assumes grows: may_grow(q);
      assumes room: room_for(*h, q);
      assumes enough: arena_enough(*h, grown_pages(q));
      ensures status: \result == SPAN_OK;
      ensures next: grown(\old(*h), *h, grown_pages(q));
      ensures not_asked: os_not_asked{Pre, Post};
    behavior asks:
      assumes grows: may_grow(q);
      assumes room: room_for(*h, q);
      assumes short: !arena_enough(*h, grown_pages(q));
      ensures asked: os_asked_once{Pre, Post}(os, reservation(\old(*h), grown_pages(q)));
      ensures status: answered(\old(*h), span_os_log.said, span_os_log.asked_pages, \result);
      ensures next: \result == SPAN_OK ==>
        reserved_and_grown(\old(*h), *h, span_os_log.said, grown_pages(q));
    complete behaviors; disjoint behaviors;
*/
static enum span_status grow_for(struct span_heap *h, struct span_os *os,
                                 struct span_request q, struct span_range_list *gone)
{
  /*@ ghost struct span_heap before = *h;
            struct span_range_list none = *gone;
            lemma_gave_nothing(before, before, none); */
  bool windowed = q.from > 0 || q.below < SPAN_LIMIT_PAGES;
  if (windowed || q.npages + q.align - 1 > SPAN_LIMIT_PAGES) return SPAN_NO_MEMORY;
  if (h->count > SPAN_HEAP_CAPACITY - GROW_HEADROOM - (q.align > 1 ? 2 : 1))
    return SPAN_TABLE_FULL;
  uint64_t npages = q.npages + q.align - 1;
  /*@ assert pages: npages == grown_pages(q); */
  enum span_status status = span_grow(h, os, npages, gone);
  /*@ assert next: status == SPAN_OK && !arena_enough(before, npages) ==>
        reserved_and_grown(before, *h, span_os_log.said, npages); */
  return status;
}

/* Whether the table has room for what is left of span s. */
/*@ requires range: h_count <= SPAN_HEAP_CAPACITY;
    requires inside: inside(s, base, npages) && end_of(s) <= SPAN_LIMIT_PAGES;
    terminates \true; exits \false; assigns \nothing;
    ensures decides: \result <==>
      h_count + remainders(s, base, npages) <= SPAN_HEAP_CAPACITY;
*/
static bool has_room(uint64_t h_count, struct span s, uint64_t base, uint64_t npages)
{
  uint64_t more = (uint64_t)(s.base < base) + (base + npages < s.base + s.npages);
  return h_count + more <= SPAN_HEAP_CAPACITY;
}

struct span_alloc_result span_heap_alloc(struct span_heap *h, struct span_os *os,
                                         struct span_request q,
                                         struct span_range_list *gone)
{
  struct span_alloc_result refused = {SPAN_BAD_SIZE, 0, false, {0, 0}, {0, 0}, {0, 0}};
  gone->count = 0;
  /*@ ghost struct span_heap before = *h;
            struct span_range_list none = *gone;
            struct span_range no_pages = refused.ready;
            lemma_gave_nothing(before, before, none);
            lemma_backing_follows(before, before, before, none, no_pages); */
  if (!request_is_ok(q)) return refused;
  struct placement at = span_choose(h, q);
  if (!at.found) {
    refused.status = grow_for(h, os, q, gone);
    if (refused.status != SPAN_OK) return refused;
    at = span_choose(h, q);
    /*@ ghost struct span_heap grown = *h;
              if (q.align == 1) lemma_at_an_end(grown, q, at.i, at.base); */
  } else {
    /*@ ghost lemma_chosen_once(before, q, at.i, at.base); */
    if (!has_room(h->count, h->spans[at.i], at.base, q.npages)) {
      refused.status = SPAN_TABLE_FULL;
      return refused;
    }
  }
  /*@ assert chosen: chosen(*h, q, at.i, at.base); */
  /*@ assert takes: can_take(*h, at.i, at.base, q.npages); */
  /*@ ghost struct span_heap found = *h; */
  /*@ assert kept: kept(before, found); */
  /*@ assert no_more: kept(found, before); */
  /*@ assert dirty: stays_dirty(before, found); */
  struct span_alloc_result result = span_take(h, at.i, at.base, q.npages, q.manual);
  /*@ ghost struct span_heap now = *h;
            struct span_range_list list = *gone;
            struct span_range ready = result.ready;
            lemma_backing_follows(before, found, now, list, ready); */
  /*@ assert given: given_from(found, *h, at.i, q.npages, q.manual, result); */
  /*@ assert next: allocated(found, *h, q, result); */
  /*@ assert fresh: nobodys(before, result.base, result.base + q.npages); */
  /*@ assert clean: !result.needzero ==>
        none_dirty(before, result.base, result.base + q.npages); */
  /*@ ghost lemma_kept(before, found, *h);
            lemma_stays_dirty(before, found, *h);
            lemma_but_kept(*h, found, before, result.base); */
  return result;
}

struct span_alloc_result span_heap_claim(struct span_heap *h, uint64_t base, uint64_t npages,
                                         bool manual)
{
  struct span_alloc_result refused = {SPAN_BAD_SIZE, 0, false, {0, 0}, {0, 0}, {0, 0}};
  /*@ ghost struct span_heap before = *h;
            struct span_range no_pages = refused.ready;
            lemma_same_table(before, before);
            lemma_readied_nothing(before, before, no_pages); */
  if (npages == 0 || base > SPAN_LIMIT_PAGES || npages > SPAN_LIMIT_PAGES - base)
    return refused;
  uint64_t i = table_holding(h, base);
  refused.status = SPAN_NO_MEMORY;
  if (i == h->count || !h->spans[i].free ||
      base + npages > h->spans[i].base + h->spans[i].npages)
    return refused;
  /*@ assert there: free_there(*h, i, base, npages); */
  /*@ assert only: \forall integer j; free_there(*h, j, base, npages) ==> j == i; */
  refused.status = SPAN_TABLE_FULL;
  if (!has_room(h->count, h->spans[i], base, npages)) return refused;
  struct span_alloc_result result = span_take(h, i, base, npages, manual);
  /*@ assert given: given_from(before, *h, i, npages, manual, result); */
  return result;
}
