/* What stands between an allocator of fixed ranges (a pool of device memory, a GPU's heap, a block
 * of addresses) and spanref, so that a plug-in is little more than calls of that allocator. To be
 * read and copied. Memory is handed in once, before the first allocation; then the allocator is
 * made, of all pieces at once. A table remembers what is in use, since such allocators want the size
 * or a node back when memory is freed, and don't say where allocations begin and end.
 *
 * Define these, and include this file:
 *
 *   void *range_create(const struct range *pieces, size_t count)   by address; NULL: not such pieces
 *   void range_destroy(void *heap)                                 whatever is in use
 *   bool range_alloc(void *heap, const struct spanref_request *request, uint64_t *base, void **node)
 *   void range_free(void *heap, uint64_t base, uint64_t npages, void *node)
 *
 * Then the functions of the table are range_heap_create, range_heap_destroy, range_heap_add,
 * range_heap_alloc, range_heap_alloc_request, range_heap_free. With RANGE_HAS_HOLES there is
 * range_heap_walk, which shows what is in use by that table, and what is free by the allocator:
 *
 *   void range_holes(void *heap, range_hole *hole, void *context)  calls it for each, by address
 *
 * RANGE_TAKES(npages) is how many pages an allocation of so many takes up, if that isn't npages. */
#ifndef RANGE_H
#define RANGE_H

#include <stdlib.h>
#include <string.h>

#include "spanref_candidate.h"

#define RANGE_PIECES_MAX 8

struct range {
  uint64_t base, npages;
};

typedef void range_hole(void *context, uint64_t base, uint64_t npages);

static void *range_create(const struct range *pieces, size_t count);
static void range_destroy(void *heap);
static bool range_alloc(void *heap, const struct spanref_request *request, uint64_t *base,
                        void **node);
static void range_free(void *heap, uint64_t base, uint64_t npages, void *node);

struct range_used {
  uint64_t base, npages;
  bool manual;
  void *node;
};

struct range_heap {
  struct range pieces[RANGE_PIECES_MAX]; /* by address */
  size_t npieces;
  void *heap;              /* the allocator; NULL: not made yet */
  struct range_used *used; /* by address */
  size_t count, room;
};

static void *range_heap_create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  (void)geometry;
  (void)os;
  return calloc(1, sizeof(struct range_heap));
}

static void range_heap_destroy(void *of)
{
  struct range_heap *range = of;
  if (range->heap != NULL) range_destroy(range->heap);
  free(range->used);
  free(range);
}

static int range_heap_add(void *of, uint64_t base, uint64_t npages)
{
  struct range_heap *range = of;
  size_t at = range->npieces;
  if (at == RANGE_PIECES_MAX || range->heap != NULL) return SPANREF_BAD_RANGE;
  for (; at > 0 && range->pieces[at - 1].base > base; at--) range->pieces[at] = range->pieces[at - 1];
  range->pieces[at] = (struct range){base, npages};
  range->npieces++;
  return SPANREF_OK;
}

/* The place of the first in use at base or above. */
static size_t range_place(const struct range_heap *range, uint64_t base)
{
  size_t low = 0, high = range->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (range->used[middle].base < base)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static bool range_note(struct range_heap *range, struct range_used used)
{
  if (range->count == range->room) {
    size_t room = range->room > 0 ? 2 * range->room : 64;
    struct range_used *more = realloc(range->used, room * sizeof *more);
    if (more == NULL) return false;
    range->used = more;
    range->room = room;
  }
  size_t at = range_place(range, used.base);
  memmove(&range->used[at + 1], &range->used[at], (range->count - at) * sizeof used);
  range->used[at] = used;
  range->count++;
  return true;
}

/* The allocator; once it is there, nothing more is handed in. */
static void *range_made(struct range_heap *range)
{
  if (range->heap == NULL && range->npieces > 0)
    range->heap = range_create(range->pieces, range->npieces);
  return range->heap;
}

static int range_heap_alloc_request(void *of, const struct spanref_request *request,
                                    struct spanref_answer *answer)
{
  struct range_heap *range = of;
  struct range_used used = {0, request->npages, request->manual, NULL};
  answer->needzero = true;
  if (request->npages == 0 || request->npages > SPANREF_LIMIT_PAGES) return SPANREF_BAD_SIZE;
  if (range_made(range) == NULL || !range_alloc(range->heap, request, &used.base, &used.node))
    return SPANREF_NO_MEMORY;
  if (!range_note(range, used)) abort();
  answer->base = used.base;
  return SPANREF_OK;
}

#ifndef RANGE_FIT
#define RANGE_FIT SPANREF_FIRST_FIT
#endif

static int range_heap_alloc(void *of, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  const struct spanref_request request = {npages, 1, 0, 0, SPANREF_LIMIT_PAGES, RANGE_FIT, manual};
  return range_heap_alloc_request(of, &request, answer);
}

static int range_heap_free(void *of, uint64_t base, struct spanref_answer *answer)
{
  struct range_heap *range = of;
  size_t at = range_place(range, base);
  (void)answer;
  if (at == range->count || range->used[at].base != base) return SPANREF_NOT_IN_USE;
  struct range_used used = range->used[at];
  range->count--;
  memmove(&range->used[at], &range->used[at + 1], (range->count - at) * sizeof used);
  range_free(range->heap, used.base, used.npages, used.node);
  return SPANREF_OK;
}

#ifdef RANGE_HAS_HOLES
#ifndef RANGE_TAKES
#define RANGE_TAKES(npages) (npages)
#endif

static void range_holes(void *heap, range_hole *hole, void *context);

struct range_view {
  const struct range_heap *range;
  size_t next; /* in use, to be shown */
  spanref_visit *visit;
  void *context;
};

/* What is in use below this page. */
static void range_show_used(struct range_view *view, uint64_t below)
{
  for (; view->next < view->range->count && view->range->used[view->next].base < below; view->next++) {
    const struct range_used *used = &view->range->used[view->next];
    const struct spanref_span span = {used->base,   RANGE_TAKES(used->npages), false,
                                      used->manual, false, true};
    view->visit(view->context, &span);
  }
}

static void range_show_hole(void *context, uint64_t base, uint64_t npages)
{
  struct range_view *view = context;
  const struct spanref_span span = {base, npages, true, false, false, true};
  range_show_used(view, base);
  view->visit(view->context, &span);
}

static void range_heap_walk(void *of, spanref_visit *visit, void *context)
{
  struct range_heap *range = of;
  struct range_view view = {range, 0, visit, context};
  if (range_made(range) != NULL) range_holes(range->heap, range_show_hole, &view);
  range_show_used(&view, UINT64_MAX);
}
#endif

#endif
