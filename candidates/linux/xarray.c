/* The XArray's allocation of ids: the lowest one in a window that is free, or with XARRAY_CYCLIC the
 * next one after the last. A page is an id, so a request is for one page. */
#include <linux/xarray.h>

#define RANGE_HAS_HOLES
#ifdef XARRAY_CYCLIC
#define NAME "xarray_cyclic"
#define SUMMARY LINUX_VERSION ", XArray: xa_alloc_cyclic"
#define LEVELS (SPANREF_SAFETY | SPANREF_COALESCING) /* next fit begins where a free run begins */
#else
#define NAME "xarray"
#define SUMMARY LINUX_VERSION ", XArray: xa_alloc"
#define LEVELS (SPANREF_SAFETY | SPANREF_COALESCING | SPANREF_PLACEMENT)
#endif
#define IDS_MAX (UINT64_C(1) << 32)
#include "../examples/range.h"

struct heap {
  struct xarray ids;
  struct range piece;
  u32 next; /* for xa_alloc_cyclic */
};

static void *range_create(const struct range *pieces, size_t count)
{
  struct heap *heap = calloc(1, sizeof *heap);
  if (heap == NULL || count != 1) abort();
  xa_init_flags(&heap->ids, XA_FLAGS_ALLOC);
  heap->piece = pieces[0];
  return heap;
}

static void range_destroy(void *of)
{
  struct heap *heap = of;
  xa_destroy(&heap->ids);
  free(heap);
}

static bool range_alloc(void *of, const struct spanref_request *request, uint64_t *base,
                        void **node)
{
  struct heap *heap = of;
  uint64_t end = heap->piece.base + heap->piece.npages;
  uint64_t from = max(request->from, heap->piece.base), below = min(request->below, end);
  u32 id;
  (void)node;
  if (request->npages > 1 || from >= below) return false;
  struct xa_limit window = XA_LIMIT((u32)from, (u32)(below - 1));
#ifdef XARRAY_CYCLIC
  if (xa_alloc_cyclic(&heap->ids, &id, heap, window, &heap->next, GFP_KERNEL) < 0) return false;
#else
  if (xa_alloc(&heap->ids, &id, heap, window, GFP_KERNEL) != 0) return false;
#endif
  *base = id;
  return true;
}

static void range_free(void *of, uint64_t base, uint64_t npages, void *node)
{
  struct heap *heap = of;
  (void)npages;
  (void)node;
  if (xa_erase(&heap->ids, base) != heap) abort();
}

static void range_holes(void *of, range_hole *hole, void *context)
{
  struct heap *heap = of;
  unsigned long at = heap->piece.base, last = at + heap->piece.npages - 1, id;
  void *entry;
  xa_for_each_range(&heap->ids, id, entry, at, last) {
    if (id > at) hole(context, at, id - at);
    at = id + 1;
  }
  if (at <= last) hole(context, at, last + 1 - at);
}

static int add(void *of, uint64_t base, uint64_t npages)
{
  return base + npages > IDS_MAX ? SPANREF_BAD_RANGE : range_heap_add(of, base, npages);
}

__attribute__((visibility("default"))) const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION,
    .size_bytes = sizeof spanref_candidate,
    .name = NAME,
    .summary = SUMMARY,
    .levels = LEVELS,
    .profile = SPANREF_PAGES,
    .memory = SPANREF_NUMBERS,
    .create = range_heap_create,
    .destroy = range_heap_destroy,
    .alloc = range_heap_alloc,
    .free = range_heap_free,
    .add = add,
    .walk = range_heap_walk,
    .can = SPANREF_CAN_WINDOW,
    .fit = SPANREF_FIRST_FIT,
    .alloc_request = range_heap_alloc_request,
    .pool = SPANREF_POOL_CLOSED,
    .pool_max_pages = IDS_MAX,
    .pool_pieces_max = 1,
    .request_max_pages = 1,
    .says = SPANREF_SAYS_SPAN_MANUAL,
};
