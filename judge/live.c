#include "live.h"

#include <stdlib.h>
#include <string.h>

#include "../trace/array.h"

/* The first that ends after page. */
static size_t ending_after(const struct live_set *live, uint64_t page)
{
  size_t low = 0, high = live->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (live->spans[middle].base + live->spans[middle].npages <= page)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

const struct live_span *live_at(const struct live_set *live, uint64_t base)
{
  size_t at = ending_after(live, base);
  return at < live->count && live->spans[at].base == base ? &live->spans[at] : NULL;
}

const struct live_span *live_meets(const struct live_set *live, uint64_t base, uint64_t end)
{
  size_t at = ending_after(live, base);
  return at < live->count && live->spans[at].base < end ? &live->spans[at] : NULL;
}

bool live_add(struct live_set *live, struct live_span span)
{
  size_t at = ending_after(live, span.base);
  if (!ARRAY_ROOM(live->spans, live->count, 1, &live->room)) return false;
  memmove(&live->spans[at + 1], &live->spans[at], (live->count - at) * sizeof span);
  live->spans[at] = span;
  live->count++;
  live->pages[span.manual] += span.npages;
  return true;
}

void live_resize(struct live_set *live, uint64_t base, uint64_t npages)
{
  struct live_span *span = &live->spans[ending_after(live, base)];
  live->pages[span->manual] += npages - span->npages;
  span->npages = npages;
}

void live_remove(struct live_set *live, uint64_t base)
{
  size_t at = ending_after(live, base);
  struct live_span span = live->spans[at];
  live->pages[span.manual] -= span.npages;
  live->count--;
  memmove(&live->spans[at], &live->spans[at + 1], (live->count - at) * sizeof span);
}

struct live_span *live_later(struct live_set *live)
{
  if (!ARRAY_ROOM(live->later, live->nlater, 1, &live->later_room)) return NULL;
  return &live->later[live->nlater++];
}

bool live_settle(struct live_set *live)
{
  bool ok = true;
  for (size_t i = 0; ok && i < live->nlater; i++) {
    struct live_span span = live->later[i];
    if (span.npages == 0)
      live_remove(live, span.base);
    else
      ok = live_add(live, span);
  }
  live->nlater = 0;
  return ok;
}

void live_clear(struct live_set *live)
{
  live->count = live->nlater = 0;
  live->pages[false] = live->pages[true] = 0;
}

void live_free(struct live_set *live)
{
  free(live->spans);
  free(live->later);
  *live = (struct live_set){0};
}
