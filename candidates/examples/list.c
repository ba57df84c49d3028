/* A list of spans by address: the plainest page allocator there is, to be read. One
 * file, four candidates:
 *
 *   first_fit                        the lowest pages that fit
 *   last_fit   -DLIST_LAST_FIT       the highest
 *   best_fit   -DLIST_BEST_FIT       the lowest of the shortest span that fits
 *   merge_bug  -DLIST_MERGE_BUG      first fit that forgets one thing when it merges
 *                                    (docs/writing-a-candidate.md finds out what) */
#include <stdlib.h>
#include <string.h>

#include "spanref_candidate.h"

#if defined(LIST_LAST_FIT)
#define NAME "last_fit"
#define SUMMARY "a list by address, last fit"
#define FIT SPANREF_LAST_FIT
#elif defined(LIST_BEST_FIT)
#define NAME "best_fit"
#define SUMMARY "a list by address, best fit"
#define FIT SPANREF_BEST_FIT
#elif defined(LIST_MERGE_BUG)
#define NAME "merge_bug"
#define SUMMARY "a list by address, first fit, with a bug"
#define FIT SPANREF_FIRST_FIT
#define CAN 0 /* the documents show its bug with plain operations */
#else
#define NAME "first_fit"
#define SUMMARY "a list by address, first fit"
#define FIT SPANREF_FIRST_FIT
#endif

#ifndef CAN
#define CAN                                                               \
  (SPANREF_CAN_ALIGN | SPANREF_CAN_ALIGN_ANY | SPANREF_CAN_WINDOW |       \
   SPANREF_CAN_LAST_FIT | SPANREF_CAN_BEST_FIT)
#endif

struct list {
  struct spanref_span *spans; /* by address, none empty */
  size_t count, room;
  const struct spanref_os *os;
  uint64_t arena_pages, phys_pages;
};

static void *create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  struct list *list = calloc(1, sizeof *list);
  if (list == NULL) return NULL;
  list->os = os;
  list->arena_pages = geometry->arena_pages;
  list->phys_pages = geometry->phys_pages;
  return list;
}

static void destroy(void *heap)
{
  struct list *list = heap;
  free(list->spans);
  free(list);
}

/* Room for two spans more, which is as many as a call adds. */
static bool make_room(struct list *list)
{
  size_t room = list->room > 0 ? 2 * list->room : 64;
  if (list->count + 2 <= list->room) return true;
  struct spanref_span *spans = realloc(list->spans, room * sizeof *spans);
  if (spans == NULL) return false;
  list->spans = spans;
  list->room = room;
  return true;
}

static void insert(struct list *list, size_t at, struct spanref_span span)
{
  memmove(&list->spans[at + 1], &list->spans[at], (list->count - at) * sizeof span);
  list->spans[at] = span;
  list->count++;
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

/* The span at this place becomes two, if the page lies between its first and its last. */
static void split(struct list *list, size_t at, uint64_t page)
{
  struct spanref_span rest = list->spans[at];
  uint64_t low_pages = page - rest.base;
  if (low_pages == 0 || low_pages == rest.npages) return;
  list->spans[at].npages = low_pages;
  rest.base = page;
  rest.npages -= low_pages;
  insert(list, at + 1, rest);
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
  if (!make_room(list)) return SPANREF_NO_MEMORY;
  insert(list, at, span);
  merge(list, at);
  return SPANREF_OK;
}

/* Where in a free span a request finds its place: as high as it can, or as low. false: it
 * finds none. */
static bool place_in(const struct spanref_span *span, const struct spanref_request *request,
                     uint64_t *base)
{
  uint64_t from = span->base, end = span->base + span->npages, align = request->align;
  if (from < request->from) from = request->from;
  if (end > request->below) end = request->below;
  if (end < from || end - from < request->npages) return false;
  uint64_t last = end - request->npages; /* the base lies in [from, last] */
  uint64_t up = (align - from % align + request->phase) % align;
  uint64_t down = (align - request->phase + last % align) % align;
  *base = request->fit == SPANREF_LAST_FIT ? last - down : from + up;
  return up <= last - from;
}

/* The span that a request is served from, and where. list->count: none. */
static size_t find(const struct list *list, const struct spanref_request *request,
                   uint64_t *base)
{
  const struct spanref_span *spans = list->spans;
  size_t found = list->count;
  for (size_t at = 0; at < list->count; at++) {
    bool is_longer = found < list->count && spans[at].npages >= spans[found].npages;
    uint64_t page;
    if (!spans[at].free || spans[at].npages < request->npages) continue;
    if (request->fit == SPANREF_BEST_FIT && is_longer) continue;
    if (!place_in(&spans[at], request, &page)) continue;
    found = at;
    *base = page;
    if (request->fit == SPANREF_FIRST_FIT) break;
  }
  return found;
}

static int grow(struct list *list, uint64_t npages)
{
  uint64_t over = npages % list->arena_pages, base, granted_pages;
  uint64_t wanted = over == 0 ? npages : npages - over + list->arena_pages;
  if (!list->os->reserve(list->os->context, wanted, &base, &granted_pages))
    return SPANREF_NO_MEMORY;
  if (granted_pages < wanted || base % list->phys_pages != 0 ||
      add(list, base, granted_pages) != SPANREF_OK)
    return SPANREF_BAD_ANSWER;
  return SPANREF_OK;
}

/* Gives out pages of the free span at this place. */
static int take(struct list *list, size_t at, uint64_t base,
                const struct spanref_request *request, struct spanref_answer *answer)
{
  if (!make_room(list)) return SPANREF_NO_MEMORY;
  split(list, at, base + request->npages);
  split(list, at, base);
  if (list->spans[at].base < base) at++;
  list->spans[at].free = false;
  list->spans[at].manual = request->manual;
  answer->base = base;
  answer->needzero = true;
  return SPANREF_OK;
}

static bool is_size(uint64_t npages) { return npages > 0 && npages <= SPANREF_LIMIT_PAGES; }

static int alloc_request(void *heap, const struct spanref_request *request,
                         struct spanref_answer *answer)
{
  struct list *list = heap;
  uint64_t base, npages = request->npages, align = request->align;
  bool has_window = request->from > 0 || request->below < SPANREF_LIMIT_PAGES;
  if (!is_size(npages) || !is_size(align) || request->phase >= align) return SPANREF_BAD_SIZE;
  size_t at = find(list, request, &base);
  if (at == list->count && !has_window) {
    int status = grow(list, npages + align - 1);
    if (status != SPANREF_OK) return status;
    at = find(list, request, &base);
  }
  if (at == list->count) return SPANREF_NO_MEMORY;
  return take(list, at, base, request, answer);
}

/* Pages and nothing else. */
static int alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  const struct spanref_request request = {npages, 1, 0, 0, SPANREF_LIMIT_PAGES, FIT, manual};
  return alloc_request(heap, &request, answer);
}

/* These pages, that is, those that fit into a window of their size. */
static int claim(void *heap, uint64_t base, uint64_t npages, bool manual,
                 struct spanref_answer *answer)
{
  struct list *list = heap;
  if (!is_size(npages) || base > SPANREF_LIMIT_PAGES - npages) return SPANREF_BAD_SIZE;
  const struct spanref_request request = {
      npages, 1, 0, base, base + npages, SPANREF_FIRST_FIT, manual};
  size_t at = find(list, &request, &base);
  if (at == list->count) return SPANREF_NO_MEMORY;
  return take(list, at, base, &request, answer);
}

/* The span in use at base; list->count: there is none. */
static size_t in_use_at(const struct list *list, uint64_t base)
{
  size_t at = place_of(list, base);
  if (at == list->count || list->spans[at].base != base || list->spans[at].free)
    return list->count;
  return at;
}

static void set_free(struct list *list, size_t at)
{
  list->spans[at].free = true;
  list->spans[at].manual = false;
  merge(list, at);
}

static int free_span(void *heap, uint64_t base, struct spanref_answer *answer)
{
  struct list *list = heap;
  size_t at = in_use_at(list, base);
  (void)answer;
  if (at == list->count) return SPANREF_NOT_IN_USE;
  set_free(list, at);
  return SPANREF_OK;
}

/* The span in use at this place takes pages from the free span behind it. */
static int take_behind(struct list *list, size_t at, uint64_t more_pages)
{
  struct spanref_span *span = &list->spans[at], *next = span + 1;
  bool is_free = at + 1 < list->count && next->free && span->base + span->npages == next->base;
  if (!is_free || next->npages < more_pages) return SPANREF_NO_MEMORY;
  split(list, at + 1, next->base + more_pages);
  take_out(list, at + 1);
  span->npages += more_pages;
  return SPANREF_OK;
}

static int resize(void *heap, uint64_t base, uint64_t npages, struct spanref_answer *answer)
{
  struct list *list = heap;
  size_t at = in_use_at(list, base);
  if (at == list->count) return SPANREF_NOT_IN_USE;
  if (!is_size(npages)) return SPANREF_BAD_SIZE;
  if (!make_room(list)) return SPANREF_NO_MEMORY;
  uint64_t had_pages = list->spans[at].npages;
  answer->needzero = npages > had_pages;
  if (npages > had_pages) return take_behind(list, at, npages - had_pages);
  split(list, at, base + npages);
  if (npages < had_pages) set_free(list, at + 1);
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

/* Whatever the fit, any free run of so many pages will do. */
static uint64_t needs(void *heap, uint64_t npages)
{
  (void)heap;
  return npages;
}

#ifndef LIST_WITHOUT_TABLE /* cli/test_naughty_list.c has one of its own */
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
    .can = CAN,
    .fit = FIT,
    .alloc_request = alloc_request,
    .claim = CAN == 0 ? NULL : claim,
    .resize = CAN == 0 ? NULL : resize,
    .needs = needs,
    .promises = SPANREF_REFUSES_SECOND | SPANREF_REFUSES_INSIDE | SPANREF_REFUSES_FOREIGN,
    .says = SPANREF_SAYS_SYS | SPANREF_SAYS_IDLE | SPANREF_SAYS_IN_USE | SPANREF_SAYS_MANUAL |
            SPANREF_SAYS_NFREE | SPANREF_SAYS_SPAN_MANUAL,
};
#endif
