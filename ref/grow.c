#include "grow.h"
#include "coalesce.h"
#include "rounding.h"
#include "scavenge.h"
#include "span_heap.h"
#include "table.h"

/* [base, base + npages), reserved and accounted for, becomes a free span that
 * holds no memory yet. */
/*@ requires valid: \valid(h);
    requires table: table_ok(*h);
    requires room: h->count <= SPAN_HEAP_CAPACITY - 2;
    requires range: 0 < npages && base + npages <= SPAN_LIMIT_PAGES;
    requires aligned: aligned(base, h->geometry.phys_pages) &&
      aligned(npages, h->geometry.phys_pages);
    requires new: \forall integer i; 0 <= i < h->count ==>
      !overlaps(h->spans[i], base, base + npages);
    requires clear: h->arena_base < h->arena_end ==>
      base + npages <= h->arena_base || h->arena_end <= base;
    requires released: h->released <= h->sys <= 4 * SPAN_LIMIT_PAGES;
    terminates \true; exits \false;
    assigns h->spans[0 .. h->count + 1], h->count, h->released;
    ensures table: table_ok(*h);
    ensures room: h->count <= \old(h->count) + 2;
    ensures idle: idle_sum(*h, 0, h->count) ==
      idle_sum(\old(*h), 0, \old(h->count)) + npages;
    ensures in_use: in_use_sum(*h, 0, h->count) == in_use_sum(\old(*h), 0, \old(h->count));
    ensures manual: manual_sum(*h, 0, h->count) == manual_sum(\old(*h), 0, \old(h->count));
    ensures released: h->released - released_sum(*h, 0, h->count) ==
      \old(h->released) - released_sum(\old(*h), 0, \old(h->count)) - npages;
    ensures fits: \exists integer i; 0 <= i < h->count && fits(h->spans[i], npages);
*/
static void add_span(struct span_heap *h, uint64_t base, uint64_t npages)
{
  span_scavenge_if_needed(h, npages);
  struct span s = {base, npages, true, false, true, false};
  uint64_t at = table_position(h, base);
  table_insert(h, at, s);
  span_coalesce(h, at);
}

/* Whether [base, base + npages) is in range and nobody's. */
/*@ requires valid: \valid(h);
    requires bounded: bounded(*h);
    terminates \true; exits \false;
    assigns \nothing;
    ensures decides: \result <==> new_range(*h, base, npages);
*/
static bool is_new_memory(const struct span_heap *h, uint64_t base, uint64_t npages)
{
  if (npages == 0 || npages > SPAN_LIMIT_PAGES || base > SPAN_LIMIT_PAGES - npages)
    return false;
  bool in_arena = h->arena_base < h->arena_end && base < h->arena_end &&
                  h->arena_base < base + npages;
  return !in_arena && !table_overlaps(h, base, base + npages);
}

/* Whether what the OS answered can become the current arena. */
/*@ requires valid: \valid(h);
    requires bounded: bounded(*h);
    requires unit: 0 < h->geometry.arena_pages;
    terminates \true; exits \false;
    assigns \nothing;
    ensures decides: \result <==>
      ask <= answer.npages && answer.base % h->geometry.arena_pages == 0 &&
      answer.npages % h->geometry.arena_pages == 0 &&
      new_range(*h, answer.base, answer.npages);
*/
static bool answer_is_good(const struct span_heap *h, struct span_os_answer answer,
                           uint64_t ask)
{
  uint64_t unit = h->geometry.arena_pages;
  return answer.npages >= ask && answer.base % unit == 0 && answer.npages % unit == 0 &&
         is_new_memory(h, answer.base, answer.npages);
}

/* Ask the OS for npages and make the answer the current arena, or part of it.
 * sys knows of the new memory before the old remainder is added, idle and
 * released only afterwards: Go 1.13's order, seen by scavenge_if_needed. */
/*@ requires valid: \valid(h);
    requires well_formed: well_formed(*h);
    requires room: h->count <= SPAN_HEAP_CAPACITY - GROW_HEADROOM;
    requires size: 0 < npages <= SPAN_LIMIT_PAGES;
    terminates \true; exits \false;
    assigns *h, span_os_world;
    ensures well_formed: well_formed(*h);
    ensures unchanged: \result != SPAN_OK ==> *h == \old(*h);
    ensures status: \result == SPAN_OK || \result == SPAN_NO_MEMORY ||
      \result == SPAN_BAD_ANSWER;
    ensures enough: \result == SPAN_OK ==>
      up(h->arena_base + npages, h->geometry.phys_pages) <= h->arena_end;
    ensures room: h->count <= \old(h->count) + 2;
*/
static enum span_status reserve(struct span_heap *h, struct span_os *os, uint64_t npages)
{
  uint64_t ask = round_up_to(npages, h->geometry.arena_pages);
  struct span_os_answer answer = span_os_reserve(os, ask);
  if (!answer.granted) return SPAN_NO_MEMORY;
  if (!answer_is_good(h, answer, ask)) return SPAN_BAD_ANSWER;
  h->sys += answer.npages;
  if (answer.base != h->arena_end) {
    uint64_t rest_base = h->arena_base, rest_pages = h->arena_end - h->arena_base;
    h->arena_base = answer.base;
    h->arena_end = answer.base;
    if (rest_pages > 0) add_span(h, rest_base, rest_pages);
  }
  h->arena_end = answer.base + answer.npages;
  h->released += answer.npages;
  h->idle += answer.npages;
  return SPAN_OK;
}

enum span_status span_grow(struct span_heap *h, struct span_os *os, uint64_t npages)
{
  uint64_t phys_pages = h->geometry.phys_pages;
  if (h->count > SPAN_HEAP_CAPACITY - GROW_HEADROOM) return SPAN_TABLE_FULL;
  if (round_up(h->arena_base + npages, phys_pages) > h->arena_end) {
    enum span_status status = reserve(h, os, npages);
    if (status != SPAN_OK) return status;
  }
  uint64_t base = h->arena_base;
  h->arena_base = round_up(base + npages, phys_pages);
  add_span(h, base, h->arena_base - base);
  return SPAN_OK;
}

enum span_status span_heap_add(struct span_heap *h, uint64_t base, uint64_t npages)
{
  uint64_t phys_pages = h->geometry.phys_pages;
  if (!is_new_memory(h, base, npages) || base % phys_pages != 0 || npages % phys_pages != 0)
    return SPAN_BAD_RANGE;
  if (h->count > SPAN_HEAP_CAPACITY - 2) return SPAN_TABLE_FULL;
  h->sys += npages;
  h->idle += npages;
  h->released += npages;
  add_span(h, base, npages);
  return SPAN_OK;
}
