#include "page_set.h"

#include <stdlib.h>
#include <string.h>

#include "../trace/array.h"

/* The first run that ends at or after page. */
static size_t run_reaching(const struct page_set *set, uint64_t page)
{
  size_t low = 0, high = set->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (set->runs[middle].end < page)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

bool page_set_add(struct page_set *set, uint64_t base, uint64_t end)
{
  size_t at = run_reaching(set, base), next = at;
  if (at == set->count || set->runs[at].base > end) {
    if (!ARRAY_ROOM(set->runs, set->count, 1, &set->room)) return false;
    memmove(&set->runs[at + 1], &set->runs[at], (set->count - at) * sizeof *set->runs);
    set->runs[at] = (struct page_run){base, end};
    set->count++;
    return true;
  }
  struct page_run *run = &set->runs[at];
  if (run->base > base) run->base = base;
  for (; next < set->count && set->runs[next].base <= end; next++)
    if (set->runs[next].end > end) end = set->runs[next].end;
  run->end = end;
  memmove(&set->runs[at + 1], &set->runs[next], (set->count - next) * sizeof *run);
  set->count -= next - at - 1;
  return true;
}

bool page_set_remove(struct page_set *set, uint64_t base, uint64_t end)
{
  size_t at = run_reaching(set, base + 1), next = at;
  if (at == set->count || set->runs[at].base >= end) return true;
  if (!ARRAY_ROOM(set->runs, set->count, 1, &set->room)) return false;
  struct page_run low = {set->runs[at].base, base}, high = {end, end};
  while (next < set->count && set->runs[next].base < end) next++;
  high.end = set->runs[next - 1].end;
  size_t kept = (size_t)(low.base < low.end) + (size_t)(high.base < high.end);
  memmove(&set->runs[at + kept], &set->runs[next], (set->count - next) * sizeof low);
  set->count = set->count - (next - at) + kept;
  if (low.base < low.end) set->runs[at++] = low;
  if (high.base < high.end) set->runs[at] = high;
  return true;
}

bool page_set_meets(const struct page_set *set, uint64_t base, uint64_t end)
{
  size_t at = run_reaching(set, base + 1);
  return at < set->count && set->runs[at].base < end;
}

void page_set_clear(struct page_set *set) { set->count = 0; }

void page_set_free(struct page_set *set)
{
  free(set->runs);
  *set = (struct page_set){0};
}
