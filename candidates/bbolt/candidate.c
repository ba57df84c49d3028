/* The free lists of bbolt, a database in one file: BBOLT_ARRAY, page numbers in order, or a map of
 * spans by size. What is freed is pending until its transaction is released. */
#include <stdint.h>

#include "_cgo_export.h"

#define RANGE_HAS_HOLES
#include "../examples/range.h"

#define TEXT(word) TEXT_(word)
#define TEXT_(word) #word
#ifdef BBOLT_ARRAY
#define IS_ARRAY 1
#define NAME "bbolt_array"
#define SUMMARY "bbolt " TEXT(BBOLT_VERSION) ", free list: an array"
#else
#define IS_ARRAY 0
#define NAME "bbolt_hashmap"
#define SUMMARY "bbolt " TEXT(BBOLT_VERSION) ", free list: a map"
#endif

static uint64_t number_of(const void *heap) { return (uintptr_t)heap; }

static void *range_create(const struct range *pieces, size_t count)
{
  uint64_t list = spanrefBoltNew(IS_ARRAY);
  for (size_t i = 0; i < count; i++) spanrefBoltAdd(list, pieces[i].base, pieces[i].npages);
  return (void *)(uintptr_t)list;
}

static void range_destroy(void *heap) { spanrefBoltDelete(number_of(heap)); }

static bool range_alloc(void *heap, const struct spanref_request *request, uint64_t *base,
                        void **node)
{
  (void)node;
  *base = spanrefBoltAlloc(number_of(heap), request->npages);
  return *base != 0;
}

static void range_free(void *heap, uint64_t base, uint64_t npages, void *node)
{
  (void)node;
  spanrefBoltFree(number_of(heap), base, npages);
}

static void range_holes(void *heap, range_hole *hole, void *context)
{
  uint64_t count = spanrefBoltHoles(number_of(heap)), npages;
  for (uint64_t i = 0; i < count; i++) {
    uint64_t base = spanrefBoltHole(i, &npages);
    hole(context, base, npages);
  }
}

/* Pages 0 and 1 are the database's own. */
static int add(void *of, uint64_t base, uint64_t npages)
{
  return base < 2 ? SPANREF_BAD_RANGE : range_heap_add(of, base, npages);
}

static int release(void *of)
{
  void *heap = range_made(of);
  if (heap != NULL) spanrefBoltRelease(number_of(heap));
  return SPANREF_OK;
}

static int reload(void *of)
{
  void *heap = range_made(of);
  if (heap != NULL) spanrefBoltReload(number_of(heap));
  return SPANREF_OK;
}

static void stats(void *of, struct spanref_stats *said)
{
  struct range_heap *range = of;
  said->idle = 0;
  if (range->heap != NULL) said->idle = spanrefBoltFreeCount(number_of(range->heap));
  for (size_t i = 0; i < range->npieces && range->heap == NULL; i++)
    said->idle += range->pieces[i].npages;
}

static uint64_t needs(void *heap, uint64_t npages)
{
  (void)heap;
  return npages;
}

const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION,
    .size_bytes = sizeof spanref_candidate,
    .name = NAME,
    .summary = SUMMARY,
    .levels = SPANREF_SAFETY | SPANREF_ACCOUNTING | SPANREF_COALESCING |
              (IS_ARRAY ? SPANREF_PLACEMENT : 0),
    .profile = SPANREF_PAGES,
    .memory = SPANREF_NUMBERS,
    .create = range_heap_create,
    .destroy = range_heap_destroy,
    .alloc = range_heap_alloc,
    .free = range_heap_free,
    .add = add,
    .stats = stats,
    .walk = range_heap_walk,
    .needs = needs,
    .pool = SPANREF_POOL_CLOSED,
    .pool_max_pages = 1 << 16,
    .release = release,
    .reload = reload,
    .says = SPANREF_SAYS_IDLE | SPANREF_SAYS_SPAN_MANUAL,
};
