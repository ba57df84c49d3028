/* genalloc, the kernel's pools of device memory: one bit a page, chunk by chunk. Of several chunks
 * it searches the one first that was added last. */
#include <linux/bitmap.h>
#include <linux/genalloc.h>
#include <linux/list.h>
#include <linux/vmalloc.h>

#define RANGE_HAS_HOLES
/* The pool only computes with addresses. By pages of 2^24 bytes they reach up to the last one. */
#define ORDER 24
#define PIECES_MAX 0
#define RANGE_FIT SPANREF_FIRST_FIT
#define CAN 0
#define ALIGN_MAX 0
#if defined(GENALLOC_BEST_FIT)
#define NAME "genalloc_best_fit"
#define HOW "best fit"
#define ALGORITHM gen_pool_best_fit
#undef RANGE_FIT
#define RANGE_FIT SPANREF_BEST_FIT
#undef PIECES_MAX
#define PIECES_MAX 1 /* best fit is one in its piece */
#elif defined(GENALLOC_ALIGN)
#define NAME "genalloc_align"
#define HOW "aligned"
#define ALGORITHM gen_pool_first_fit
#undef CAN
#define CAN SPANREF_CAN_ALIGN
#undef ALIGN_MAX
#define ALIGN_MAX (UINT64_C(1) << (30 - ORDER)) /* in bytes it is an int */
#undef ORDER
#define ORDER 12
#else
#define NAME "genalloc"
#define HOW "first fit"
#define ALGORITHM gen_pool_first_fit
#endif
#define PAGES_MAX (UINT64_C(1) << 22)
#include "../examples/range.h"

static void *range_create(const struct range *pieces, size_t count)
{
  struct gen_pool *pool = gen_pool_create(ORDER, NUMA_NO_NODE);
  while (count-- > 0)
    if (gen_pool_add_virt(pool, pieces[count].base << ORDER, 0, pieces[count].npages << ORDER,
                          NUMA_NO_NODE) != 0)
      abort();
  gen_pool_set_algo(pool, ALGORITHM, NULL);
  return pool;
}

/* gen_pool_destroy insists on an empty pool. */
static void range_destroy(void *heap)
{
  struct gen_pool *pool = heap;
  struct gen_pool_chunk *chunk, *next;
  list_for_each_entry_safe(chunk, next, &pool->chunks, next_chunk) vfree(chunk);
  kfree(pool);
}

static bool range_alloc(void *heap, const struct spanref_request *request, uint64_t *base,
                        void **node)
{
  struct genpool_data_align align = {.align = (int)(request->align << ORDER)};
  (void)node;
  if (request->npages > PAGES_MAX) return false; /* the size in bytes could be 0 */
  uint64_t address = request->align > 1
                         ? gen_pool_alloc_algo(heap, request->npages << ORDER,
                                               gen_pool_first_fit_align, &align)
                         : gen_pool_alloc(heap, request->npages << ORDER);
  *base = address >> ORDER;
  return address != 0;
}

static void range_free(void *heap, uint64_t base, uint64_t npages, void *node)
{
  (void)node;
  gen_pool_free(heap, base << ORDER, npages << ORDER);
}

static void chunk_holes(const struct gen_pool_chunk *chunk, range_hole *hole, void *context)
{
  uint64_t first = chunk->start_addr >> ORDER;
  uint64_t nbits = (chunk->end_addr - chunk->start_addr + 1) >> ORDER;
  for (uint64_t at = 0; (at = find_next_zero_bit(chunk->bits, nbits, at)) < nbits;) {
    uint64_t end = find_next_bit(chunk->bits, nbits, at);
    hole(context, first + at, end - at);
    at = end;
  }
}

/* The chunks are in the list as they were added, the last one first. */
static void range_holes(void *heap, range_hole *hole, void *context)
{
  struct gen_pool *pool = heap;
  struct gen_pool_chunk *chunk;
  list_for_each_entry(chunk, &pool->chunks, next_chunk) chunk_holes(chunk, hole, context);
}

static void stats(void *of, struct spanref_stats *said)
{
  struct range_heap *range = of;
  said->idle = 0;
  if (range->heap != NULL) said->idle = gen_pool_avail(range->heap) >> ORDER;
  for (size_t i = 0; i < range->npieces && range->heap == NULL; i++)
    said->idle += range->pieces[i].npages;
}

static int add(void *of, uint64_t base, uint64_t npages)
{
  /* Address 0 is its answer where nothing fits; and an address has 64 bits. */
  if (base == 0 || base + npages > (UINT64_MAX >> ORDER) + 1) return SPANREF_BAD_RANGE;
  return range_heap_add(of, base, npages);
}

__attribute__((visibility("default"))) const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION,
    .size_bytes = sizeof spanref_candidate,
    .name = NAME,
    .summary = LINUX_VERSION ", genalloc: " HOW,
    .levels = SPANREF_SAFETY | SPANREF_ACCOUNTING | SPANREF_COALESCING | SPANREF_PLACEMENT,
    .profile = SPANREF_PAGES,
    .memory = SPANREF_NUMBERS,
    .create = range_heap_create,
    .destroy = range_heap_destroy,
    .alloc = range_heap_alloc,
    .free = range_heap_free,
    .add = add,
    .stats = stats,
    .walk = range_heap_walk,
    .can = CAN,
    .fit = RANGE_FIT,
    .alloc_request = range_heap_alloc_request,
    .joins = SPANREF_JOINS_IN_PIECES,
    .pool = SPANREF_POOL_CLOSED,
    .pool_max_pages = PAGES_MAX,
    .pool_pieces_max = PIECES_MAX,
    .says = SPANREF_SAYS_IDLE | SPANREF_SAYS_SPAN_MANUAL,
    .align_max_pages = ALIGN_MAX,
};
