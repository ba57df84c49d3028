/* genalloc, the pools of device memory: one bit a page, searched from the pool's begin. */
#include <linux/genalloc.h>
#include <linux/list.h>
#include <linux/vmalloc.h>

#include "peers.h"

static void *create(const struct workload *workload)
{
  struct gen_pool *pool = gen_pool_create(PAGE_SHIFT, NUMA_NO_NODE);
  int failed = gen_pool_add_virt(pool, workload->region_base << PAGE_SHIFT, 0,
                                 workload->region_pages << PAGE_SHIFT, NUMA_NO_NODE);
  return failed ? NULL : pool;
}

/* gen_pool_destroy insists on an empty pool. */
static void destroy(void *heap)
{
  struct gen_pool *pool = heap;
  vfree(list_first_entry(&pool->chunks, struct gen_pool_chunk, next_chunk));
  kfree(pool);
}

/* It has no windows and no last fit, and by best fit it doesn't align. */
static uint64_t alloc(void *heap, uint64_t slot, const struct span_request *request)
{
  struct genpool_data_align align = {.align = (int)(request->align << PAGE_SHIFT)};
  genpool_algo_t fit =
      request->fit == SPAN_BEST_FIT ? gen_pool_best_fit : gen_pool_first_fit_align;
  (void)slot;
  if (request->from > 0 || request->fit == SPAN_LAST_FIT ||
      (request->fit == SPAN_BEST_FIT && request->align > 1))
    return PEER_NO_MEMORY;
  uint64_t address =
      gen_pool_alloc_algo(heap, request->npages << PAGE_SHIFT, fit, &align);
  return address == 0 ? PEER_NO_MEMORY : address >> PAGE_SHIFT;
}

static void free_pages(void *heap, uint64_t slot, uint64_t base, uint64_t npages)
{
  (void)slot;
  gen_pool_free(heap, base << PAGE_SHIFT, npages << PAGE_SHIFT);
}

const struct peer peer_genalloc = {.name = "genalloc",
                                   .create = create,
                                   .destroy = destroy,
                                   .alloc_request = alloc,
                                   .free_request = free_pages};
