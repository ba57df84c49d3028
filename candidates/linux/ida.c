/* The kernel's IDA, ids without a pointer behind each: an XArray of bitmaps, where the first ids of
 * 1024 may be bits in the entry itself. It gives out the lowest one in a window that is free. A page
 * is an id, so a request is for one page. The pool's first id is near the end of the first 1024, and
 * those before are in use: so small pools fill a bitmap, and go on in the next. */
#include <linux/idr.h>

#define RANGE_HAS_HOLES
#define FIRST 1000
#define IDS_MAX ((UINT64_C(1) << 31) - FIRST)
#include "../examples/range.h"

struct heap {
  struct ida ids;
  struct range piece;
};

static unsigned id_of(const struct heap *heap, uint64_t page)
{
  return (unsigned)(page - heap->piece.base) + FIRST;
}

static void *range_create(const struct range *pieces, size_t count)
{
  struct heap *heap = calloc(1, sizeof *heap);
  if (heap == NULL || count != 1) abort();
  ida_init(&heap->ids);
  for (unsigned id = 0; id < FIRST; id++)
    if (ida_alloc_range(&heap->ids, id, id, GFP_KERNEL) != (int)id) abort();
  heap->piece = pieces[0];
  return heap;
}

static void range_destroy(void *of)
{
  struct heap *heap = of;
  ida_destroy(&heap->ids);
  free(heap);
}

static bool range_alloc(void *of, const struct spanref_request *request, uint64_t *base,
                        void **node)
{
  struct heap *heap = of;
  uint64_t end = heap->piece.base + heap->piece.npages;
  uint64_t from = max(request->from, heap->piece.base), below = min(request->below, end);
  (void)node;
  if (request->npages > 1 || from >= below) return false;
  int id = ida_alloc_range(&heap->ids, id_of(heap, from), id_of(heap, below - 1), GFP_KERNEL);
  *base = heap->piece.base + (uint64_t)id - FIRST;
  return id >= 0;
}

static void range_free(void *of, uint64_t base, uint64_t npages, void *node)
{
  struct heap *heap = of;
  (void)npages;
  (void)node;
  ida_free(&heap->ids, id_of(heap, base));
}

/* The first id in use from id on, below end; or end. */
static uint64_t in_use_from(struct heap *heap, uint64_t id, uint64_t end)
{
  unsigned long chunk = id / IDA_BITMAP_BITS, bit = id % IDA_BITMAP_BITS;
  void *entry;
  for (entry = xa_find(&heap->ids.xa, &chunk, end / IDA_BITMAP_BITS, XA_PRESENT); entry != NULL;
       entry = xa_find_after(&heap->ids.xa, &chunk, end / IDA_BITMAP_BITS, XA_PRESENT)) {
    unsigned long bits = xa_is_value(entry) ? xa_to_value(entry) : 0;
    const unsigned long *map = xa_is_value(entry) ? &bits : ((struct ida_bitmap *)entry)->bitmap;
    unsigned long count = xa_is_value(entry) ? BITS_PER_XA_VALUE : IDA_BITMAP_BITS;
    if (chunk > id / IDA_BITMAP_BITS) bit = 0;
    bit = find_next_bit(map, count, bit);
    if (bit < count) return min(chunk * IDA_BITMAP_BITS + bit, end);
  }
  return end;
}

static void range_holes(void *of, range_hole *hole, void *context)
{
  struct heap *heap = of;
  uint64_t at = FIRST, end = at + heap->piece.npages;
  while (at < end) {
    uint64_t used = in_use_from(heap, at, end);
    if (used > at) hole(context, heap->piece.base + at - FIRST, used - at);
    at = used + 1;
  }
}

__attribute__((visibility("default"))) const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION,
    .size_bytes = sizeof spanref_candidate,
    .name = "ida",
    .summary = LINUX_VERSION ", IDA: ida_alloc_range",
    .levels = SPANREF_SAFETY | SPANREF_COALESCING | SPANREF_PLACEMENT,
    .profile = SPANREF_PAGES,
    .memory = SPANREF_NUMBERS,
    .create = range_heap_create,
    .destroy = range_heap_destroy,
    .alloc = range_heap_alloc,
    .free = range_heap_free,
    .add = range_heap_add,
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
