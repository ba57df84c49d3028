#include "span_heap.h"
#include "coalesce.h"
#include "grow.h"
#include "rounding.h"
#include "table.h"

/*@ terminates \true; exits \false;
    assigns \nothing;
    ensures decides: \result <==> geometry_ok(g);
*/
static bool geometry_fits(struct span_geometry g)
{
  bool phys = g.phys_pages == 1 || g.phys_pages == 2 || g.phys_pages == 4 ||
              g.phys_pages == 8 || g.phys_pages == 16;
  return phys && g.arena_pages > 0 && g.arena_pages <= SPAN_LIMIT_PAGES &&
         g.arena_pages % g.phys_pages == 0 && g.huge_pages <= SPAN_LIMIT_PAGES &&
         (g.huge_pages < g.phys_pages || g.huge_pages % g.phys_pages == 0) &&
         (g.has_goal || g.goal_pages == 0);
}

enum span_status span_heap_init(struct span_heap *h, struct span_geometry geometry)
{
  if (!geometry_fits(geometry)) return SPAN_BAD_GEOMETRY;
  h->geometry = geometry;
  h->sys = h->idle = h->in_use = h->manual = h->released = 0;
  h->arena_base = h->arena_end = 0;
  h->count = 0;
  return SPAN_OK;
}

/* released(s) of span i. */
/*@ requires valid: \valid(h);
    requires bounded: bounded(*h);
    requires releasable: releasable(*h);
    requires range: i < h->count;
    terminates \true; exits \false;
    assigns \nothing;
    ensures released: h->spans[i].free ==>
      \result == released_of(h->spans[i], h->geometry.phys_pages);
*/
static uint64_t released_pages(const struct span_heap *h, uint64_t i)
{
  struct span s = h->spans[i];
  if (!s.scavenged) return 0;
  return round_down(s.base + s.npages, h->geometry.phys_pages) -
         round_up(s.base, h->geometry.phys_pages);
}

/* Span i is what an allocation left: its own whole physical pages stay released;
 * without any it becomes retained, and is merged with a retained neighbour (D1).
 * released does not count the span yet. */
/*@ requires valid: \valid(h);
    requires bounded: bounded(*h);
    requires ordered: ordered(*h);
    requires flagged: flagged(*h);
    requires clear: clear_of_arena(*h);
    requires huge: h->geometry.huge_pages <= SPAN_LIMIT_PAGES;
    requires range: 0 < i < h->count;
    requires free: h->spans[i].free && !h->spans[i - 1].free;
    requires releasable: releasable_except(*h, i, i);
    requires coalesced: coalesced(*h);
    requires released: h->released <= 8 * SPAN_LIMIT_PAGES;
    terminates \true; exits \false;
    assigns h->spans[0 .. h->count - 1], h->count, h->released;
    ensures bounded: bounded(*h);
    ensures ordered: ordered(*h);
    ensures flagged: flagged(*h);
    ensures clear: clear_of_arena(*h);
    ensures releasable: releasable(*h);
    ensures coalesced: coalesced(*h);
    ensures below: unchanged(\old(*h), *h, 0, i);
*/
static struct span_advice keep_remainder(struct span_heap *h, uint64_t i)
{
  struct span s = h->spans[i];
  struct span_advice none = {0, 0};
  uint64_t lo = round_up(s.base, h->geometry.phys_pages);
  uint64_t hi = round_down(s.base + s.npages, h->geometry.phys_pages);
  if (!s.scavenged) return none;
  if (lo < hi) {
    h->released += hi - lo;
    return none;
  }
  h->spans[i].scavenged = false;
  return span_coalesce(h, i).advice;
}

/* Give out the low npages pages of free span i. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    requires range: i < h->count;
    requires fits: fits(h->spans[i], npages) && 0 < npages;
    requires room: h->spans[i].npages == npages || h->count < SPAN_HEAP_CAPACITY;
    terminates \true; exits \false;
    assigns *h;
    ensures well_formed: well_formed(*h);
    ensures status: \result.status == SPAN_OK;
    ensures base: \result.base == \old(h->spans[i].base);
    ensures needzero: \result.needzero <==> \old(h->spans[i].needzero);
    ensures below: unchanged(\old(*h), *h, 0, i);
    ensures span: h->spans[i].base == \result.base && h->spans[i].npages == npages;
    ensures in_use: !h->spans[i].free && (h->spans[i].manual <==> manual);
    ensures idle: h->idle == \old(h->idle) - npages;
    ensures counted: manual ?
      h->manual == \old(h->manual) + npages && h->sys == \old(h->sys) - npages &&
        h->in_use == \old(h->in_use) :
      h->in_use == \old(h->in_use) + npages && h->sys == \old(h->sys) &&
        h->manual == \old(h->manual);
*/
static struct span_alloc_result carve(struct span_heap *h, uint64_t i, uint64_t npages,
                                      bool manual)
{
  struct span_alloc_result result = {SPAN_OK, h->spans[i].base, h->spans[i].needzero, {0, 0}};
  bool whole = h->spans[i].npages == npages;
  h->released -= released_pages(h, i);
  if (!whole) span_split(h, i, npages);
  h->spans[i].free = false;
  h->spans[i].manual = manual;
  h->spans[i].scavenged = false;
  if (!whole) result.advice = keep_remainder(h, i + 1);
  h->idle -= npages;
  if (manual) {
    h->manual += npages;
    h->sys -= npages;
  } else {
    h->in_use += npages;
  }
  return result;
}

struct span_alloc_result span_heap_alloc(struct span_heap *h, struct span_os *os,
                                         uint64_t npages, bool manual)
{
  struct span_alloc_result refused = {SPAN_BAD_SIZE, 0, false, {0, 0}};
  if (npages == 0 || npages > SPAN_LIMIT_PAGES) return refused;
  uint64_t i = table_find(h, npages);
  if (i == h->count) {
    refused.status = span_grow(h, os, npages);
    if (refused.status != SPAN_OK) return refused;
    i = table_find(h, npages);
  } else if (h->spans[i].npages > npages && h->count == SPAN_HEAP_CAPACITY) {
    refused.status = SPAN_TABLE_FULL;
    return refused;
  }
  return carve(h, i, npages, manual);
}

struct span_free_result span_heap_free(struct span_heap *h, uint64_t base)
{
  struct span_free_result result = {SPAN_NOT_IN_USE, {0, 0}};
  uint64_t i = table_position(h, base);
  if (i == h->count || h->spans[i].base != base || h->spans[i].free) return result;
  uint64_t npages = h->spans[i].npages;
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
  result.status = SPAN_OK;
  result.advice = span_coalesce(h, i).advice;
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
  /*@ loop invariant range: 0 <= i <= h->count;
      loop invariant nfree: stats.nfree <= i;
      loop invariant huge_free: stats.huge_free <= i * SPAN_LIMIT_PAGES;
      loop assigns i, stats.nfree, stats.huge_free;
      loop variant h->count - i; */
  for (uint64_t i = 0; i < h->count; i++) {
    if (!h->spans[i].free) continue;
    stats.nfree++;
    if (!h->spans[i].scavenged)
      stats.huge_free += huge_pages_in(h->spans[i], h->geometry.huge_pages);
  }
  return stats;
}
