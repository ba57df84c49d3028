#include "page_set.h"

void page_set_clear(struct page_set *s) { s->count = 0; }

/* The first run that ends at page or above. */
static uint64_t first_reaching(const struct page_set *s, uint64_t page)
{
  uint64_t low = 0, high = s->count;
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    if (s->runs[middle].end < page)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* The first run that begins above page. */
static uint64_t first_above(const struct page_set *s, uint64_t page)
{
  uint64_t low = 0, high = s->count;
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    if (s->runs[middle].base <= page)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

bool page_set_meets(const struct page_set *s, uint64_t base, uint64_t end)
{
  uint64_t at = first_reaching(s, base + 1);
  return at < s->count && s->runs[at].base < end;
}

/* One run more, at `at`. */
static void open_gap(struct page_set *s, uint64_t at)
{
  for (uint64_t i = s->count; i > at; i--) s->runs[i] = s->runs[i - 1];
  s->count++;
}

/* The runs from `at` to `next` go. */
static void close_gap(struct page_set *s, uint64_t at, uint64_t next)
{
  uint64_t by = next - at;
  if (by == 0) return;
  s->count -= by;
  for (uint64_t i = at; i < s->count; i++) s->runs[i] = s->runs[i + by];
}

bool page_set_add(struct page_set *s, uint64_t base, uint64_t end)
{
  uint64_t at = first_reaching(s, base), next = first_above(s, end);
  struct page_run whole = {base, end};
  if (at == next) {
    if (s->count == PAGE_SET_CAPACITY) return false;
    open_gap(s, at);
  } else {
    if (s->runs[at].base < base) whole.base = s->runs[at].base;
    if (s->runs[next - 1].end > end) whole.end = s->runs[next - 1].end;
    close_gap(s, at + 1, next);
  }
  s->runs[at] = whole;
  return true;
}

bool page_set_remove(struct page_set *s, uint64_t base, uint64_t end)
{
  uint64_t at = first_reaching(s, base + 1), next = first_above(s, end - 1);
  if (at == next) return true;
  struct page_run low = {s->runs[at].base, base}, high = {end, s->runs[next - 1].end};
  uint64_t kept = (uint64_t)(low.base < low.end) + (uint64_t)(high.base < high.end);
  if (kept > next - at) {
    if (s->count == PAGE_SET_CAPACITY) return false;
    open_gap(s, at);
  } else {
    close_gap(s, at + kept, next);
  }
  if (low.base < low.end) s->runs[at++] = low;
  if (high.base < high.end) s->runs[at] = high;
  return true;
}

bool page_sets_are_same(const struct page_set *a, const struct page_set *b)
{
  if (a->count != b->count) return false;
  for (uint64_t i = 0; i < a->count; i++)
    if (a->runs[i].base != b->runs[i].base || a->runs[i].end != b->runs[i].end) return false;
  return true;
}
