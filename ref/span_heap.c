#include "span_heap.h"
#include "../spec/bounds.h"
#include "coalesce.h"
#include "decide.h"
#include "rounding.h"
#include "table.h"

enum span_status span_heap_init(struct span_heap *h, struct span_geometry geometry)
{
  if (!span_geometry_is_ok(geometry)) return SPAN_BAD_GEOMETRY;
  h->geometry = geometry;
  h->sys = h->idle = h->in_use = h->manual = h->released = 0;
  h->arena_base = h->arena_end = 0;
  h->count = 0;
  return SPAN_OK;
}

/* Span i, in use, is free, retained and dirty from now on, but not coalesced. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    requires range: i < h->count;
    requires in_use: !h->spans[i].free;
    terminates \true; exits \false;
    assigns h->spans[i], h->sys, h->idle, h->in_use, h->manual;
    ensures dropped: dropped(\old(*h), *h, i);
    ensures ready: may_coalesce(*h, i);
    ensures sound: sound(*h);
    ensures apart: apart(\old(*h), *h);
    ensures no_more: kept(*h, \old(*h));
    ensures dirty: stays_dirty(\old(*h), *h);
    ensures backing: same_backing(\old(*h), *h);
    ensures accounted: accounted(*h);
*/
static void drop(struct span_heap *h, uint64_t i)
{
  uint64_t npages = h->spans[i].npages;
  /*@ ghost struct span_heap before = *h;
            lemma_sums_bounded(*h, 0, h->count);
            lemma_sums_hold(*h, i); */
  if (h->spans[i].manual) {
    h->manual -= npages;
    h->sys += npages;
  } else {
    h->in_use -= npages;
  }
  h->idle += npages;
  h->spans[i].free = true;
  h->spans[i].manual = false;
  h->spans[i].needzero = true;
  /*@ ghost lemma_sums_update(before, *h, i); */
  /*@ assert bounded: bounded(*h); */
  /*@ assert ordered: ordered(*h); */
  /*@ assert flagged: flagged(*h); */
  /*@ assert releasable: releasable(*h); */
  /*@ assert except: coalesced_except(*h, i); */
  /*@ assert dirty: stays_dirty(before, *h); */
  /*@ assert backs: backs(before, *h); */
  /*@ assert backed: backs(*h, before); */
}

struct span_free_result span_heap_free(struct span_heap *h, uint64_t base)
{
  struct span_free_result result = {SPAN_NOT_IN_USE, {0, 0}};
  /*@ ghost struct span_heap before = *h; */
  uint64_t i = table_position(h, base);
  if (i == h->count || h->spans[i].base != base || h->spans[i].free) return result;
  /*@ assert in_use: in_use_at(before, base, i); */
  drop(h, i);
  /*@ ghost struct span_heap middle = *h; */
  /*@ assert others: kept_but(before, middle, base); */
  struct coalesce_result now = span_coalesce(h, i);
  /*@ ghost struct span_heap last = *h;
            lemma_stays_dirty(before, middle, last);
            lemma_same_backing(before, middle, last); */
  result.status = SPAN_OK;
  result.advice = now.advice;
  /*@ assert next: freed_at(before, middle, *h, i, now.index, result.advice); */
  return result;
}

struct span_lookup_result span_heap_lookup(const struct span_heap *h, uint64_t page)
{
  struct span_lookup_result result = {false, {0, 0, false, false, false, false}};
  uint64_t i = table_holding(h, page);
  if (i < h->count) {
    result.found = true;
    result.span = h->spans[i];
  }
  return result;
}

struct span_stats span_heap_stats(const struct span_heap *h)
{
  struct span_stats stats = {h->sys,      h->idle, h->in_use,     h->manual,
                             h->released, 0,       0,             h->arena_base,
                             h->arena_end};
  uint64_t huge_pages = h->geometry.huge_pages;
  /* A shorter span holds no huge page. Most spans are shorter: the processor guesses that
   * branch right, and it saves the two that it can't guess. */
  uint64_t least_pages = huge_pages > 0 ? huge_pages : UINT64_MAX;
  /*@ loop invariant range: 0 <= i <= h->count;
      loop invariant nfree: stats.nfree == free_count(*h, i) && stats.nfree <= i;
      loop invariant huge_free: stats.huge_free == huge_free_sum(*h, i);
      loop invariant none: i == 0 ==> stats.huge_free == 0;
      loop invariant bounded: 0 < i ==> stats.huge_free <= end_of(h->spans[i - 1]);
      loop assigns i, stats.nfree, stats.huge_free;
      loop variant h->count - i; */
  for (uint64_t i = 0; i < h->count; i++) {
    stats.nfree += h->spans[i].free;
    if (h->spans[i].npages < least_pages) continue;
    if (h->spans[i].free && !h->spans[i].scavenged)
      stats.huge_free += huge_pages_in(h->spans[i], huge_pages);
  }
  return stats;
}
