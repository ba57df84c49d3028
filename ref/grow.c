#include "grow.h"
#include "coalesce.h"
#include "rounding.h"
#include "scavenge.h"
#include "span_heap.h"
#include "table.h"

static void add_span(struct span_heap *h, uint64_t base, uint64_t npages)
{
  span_scavenge_if_needed(h, npages);
  struct span s = {base, npages, true, false, true, false};
  uint64_t at = table_position(h, base);
  table_insert(h, at, s);
  span_coalesce(h, at);
}

static bool is_new_memory(const struct span_heap *h, uint64_t base, uint64_t npages)
{
  if (npages == 0 || npages > SPAN_LIMIT_PAGES || base > SPAN_LIMIT_PAGES - npages)
    return false;
  bool in_arena = h->arena_base < h->arena_end && base < h->arena_end &&
                  h->arena_base < base + npages;
  return !in_arena && !table_overlaps(h, base, base + npages);
}

static enum span_status reserve(struct span_heap *h, struct span_os *os, uint64_t npages)
{
  uint64_t unit = h->geometry.arena_pages;
  uint64_t ask = round_up_to(npages, unit);
  struct span_os_answer answer = span_os_reserve(os, ask);
  if (!answer.granted) return SPAN_NO_MEMORY;
  if (answer.npages < ask || answer.base % unit != 0 || answer.npages % unit != 0 ||
      !is_new_memory(h, answer.base, answer.npages))
    return SPAN_BAD_ANSWER;
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
