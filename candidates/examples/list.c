/* A list of spans by address: the plainest page allocator there is, to be read. One
 * file, three candidates:
 *
 *   first_fit                        the lowest span that fits
 *   best_fit   -DLIST_BEST_FIT       the shortest, and among those the lowest
 *   merge_bug  -DLIST_MERGE_BUG      first fit that forgets one thing when it merges
 *                                    (docs/writing-a-candidate.md finds out what) */
#include <stdlib.h>
#include <string.h>

#include "spanref_candidate.h"

#if defined(LIST_BEST_FIT)
#define NAME "best_fit"
#define SUMMARY "a list by address, best fit"
#elif defined(LIST_MERGE_BUG)
#define NAME "merge_bug"
#define SUMMARY "a list by address, first fit, with a bug"
#else
#define NAME "first_fit"
#define SUMMARY "a list by address, first fit"
#endif

struct list {
  struct spanref_span *spans; /* by address, none empty */
  size_t count, room;
  const struct spanref_os *os;
  uint64_t arena_pages;
};

static void *create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  struct list *list = calloc(1, sizeof *list);
  if (list == NULL) return NULL;
  list->os = os;
  list->arena_pages = geometry->arena_pages;
  return list;
}

static void destroy(void *heap)
{
  struct list *list = heap;
  free(list->spans);
  free(list);
}

static bool insert(struct list *list, size_t at, struct spanref_span span)
{
  if (list->count == list->room) {
    size_t room = list->room > 0 ? 2 * list->room : 64;
    struct spanref_span *spans = realloc(list->spans, room * sizeof *spans);
    if (spans == NULL) return false;
    list->spans = spans;
    list->room = room;
  }
  memmove(&list->spans[at + 1], &list->spans[at], (list->count - at) * sizeof span);
  list->spans[at] = span;
  list->count++;
  return true;
}

static void take_out(struct list *list, size_t at)
{
  list->count--;
  memmove(&list->spans[at], &list->spans[at + 1],
          (list->count - at) * sizeof *list->spans);
}

static bool are_one(const struct spanref_span *a, const struct spanref_span *b)
{
  return a->free && b->free && a->base + a->npages == b->base;
}

/* The free span at this place becomes one with its free neighbours. */
static void merge(struct list *list, size_t at)
{
  struct spanref_span *spans = list->spans;
  bool before = at > 0 && are_one(&spans[at - 1], &spans[at]);
  if (at + 1 < list->count && are_one(&spans[at], &spans[at + 1])) {
    spans[at].npages += spans[at + 1].npages;
#ifdef LIST_MERGE_BUG
    if (!before) /* ... */
#endif
      take_out(list, at + 1);
  }
  if (!before) return;
  spans[at - 1].npages += spans[at].npages;
  take_out(list, at);
}

/* The place of the first span that ends after page. */
static size_t place_of(const struct list *list, uint64_t page)
{
  size_t at = 0;
  while (at < list->count && list->spans[at].base + list->spans[at].npages <= page) at++;
  return at;
}

static int add(void *heap, uint64_t base, uint64_t npages)
{
  struct list *list = heap;
  size_t at = place_of(list, base);
  struct spanref_span span = {base, npages, true, false, false, true};
  if (npages == 0 || npages > SPANREF_LIMIT_PAGES || base > SPANREF_LIMIT_PAGES - npages ||
      (at < list->count && list->spans[at].base < base + npages))
    return SPANREF_BAD_RANGE;
  if (!insert(list, at, span)) return SPANREF_NO_MEMORY;
  merge(list, at);
  return SPANREF_OK;
}

/* list->count: none fits. */
static size_t fit(const struct list *list, uint64_t npages)
{
  size_t found = list->count;
  for (size_t at = 0; at < list->count; at++) {
    const struct spanref_span *span = &list->spans[at];
    if (!span->free || span->npages < npages) continue;
#ifndef LIST_BEST_FIT
    return at;
#endif
    if (found == list->count || span->npages < list->spans[found].npages) found = at;
  }
  return found;
}

static int grow(struct list *list, uint64_t npages)
{
  uint64_t over = npages % list->arena_pages, base, granted_pages;
  uint64_t wanted = over == 0 ? npages : npages - over + list->arena_pages;
  if (!list->os->reserve(list->os->context, wanted, &base, &granted_pages))
    return SPANREF_NO_MEMORY;
  if (granted_pages < wanted || add(list, base, granted_pages) != SPANREF_OK)
    return SPANREF_BAD_ANSWER;
  return SPANREF_OK;
}

static int alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  struct list *list = heap;
  if (npages == 0 || npages > SPANREF_LIMIT_PAGES) return SPANREF_BAD_SIZE;
  size_t at = fit(list, npages);
  if (at == list->count) {
    int status = grow(list, npages);
    if (status != SPANREF_OK) return status;
    at = fit(list, npages);
  }
  struct spanref_span rest = list->spans[at];
  rest.base += npages;
  rest.npages -= npages;
  if (rest.npages > 0 && !insert(list, at + 1, rest)) return SPANREF_NO_MEMORY;
  struct spanref_span *span = &list->spans[at];
  span->npages = npages;
  span->free = false;
  span->manual = manual;
  answer->base = span->base;
  answer->needzero = true;
  return SPANREF_OK;
}

static int free_span(void *heap, uint64_t base, struct spanref_answer *answer)
{
  struct list *list = heap;
  size_t at = place_of(list, base);
  (void)answer;
  if (at == list->count || list->spans[at].base != base || list->spans[at].free)
    return SPANREF_NOT_IN_USE;
  list->spans[at].free = true;
  list->spans[at].manual = false;
  merge(list, at);
  return SPANREF_OK;
}

static bool lookup(void *heap, uint64_t page, struct spanref_span *span)
{
  const struct list *list = heap;
  size_t at = place_of(list, page);
  if (at == list->count || list->spans[at].base > page) return false;
  *span = list->spans[at];
  return true;
}

static void stats(void *heap, struct spanref_stats *stats)
{
  const struct list *list = heap;
  stats->idle = stats->in_use = stats->manual = stats->nfree = 0;
  for (size_t at = 0; at < list->count; at++) {
    const struct spanref_span *span = &list->spans[at];
    *(span->free ? &stats->idle : span->manual ? &stats->manual : &stats->in_use) +=
        span->npages;
    stats->nfree += span->free;
  }
  stats->sys = stats->idle + stats->in_use;
}

static void walk(void *heap, spanref_visit *visit, void *context)
{
  const struct list *list = heap;
  for (size_t at = 0; at < list->count; at++) visit(context, &list->spans[at]);
}

const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION,
    .size_bytes = sizeof spanref_candidate,
    .name = NAME,
    .summary = SUMMARY,
    .levels = SPANREF_SAFETY | SPANREF_ACCOUNTING | SPANREF_COALESCING | SPANREF_PLACEMENT,
    .profile = SPANREF_PAGES,
    .memory = SPANREF_NUMBERS,
    .create = create,
    .destroy = destroy,
    .alloc = alloc,
    .free = free_span,
    .add = add,
    .lookup = lookup,
    .stats = stats,
    .walk = walk,
};
