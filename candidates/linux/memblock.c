/* memblock, which has the memory while the kernel boots: two sorted arrays of regions, what there is
 * and what is reserved. It searches upward, or with MEMBLOCK_DOWN downward. Its arrays are of a fixed
 * size here, as they are early in a boot: grown, they would take pages of the pool itself. */
#define INIT_MEMBLOCK_RESERVED_REGIONS 65536
#include "boot.h"

#include <mm/memblock.c>

#define RANGE_HAS_HOLES
#ifdef MEMBLOCK_DOWN
#define NAME "memblock_down"
#define SUMMARY LINUX_VERSION ", memblock: top-down"
#define RANGE_FIT SPANREF_LAST_FIT
#else
#define NAME "memblock"
#define SUMMARY LINUX_VERSION ", memblock: bottom-up"
#define RANGE_FIT SPANREF_FIRST_FIT
#endif
#include "../examples/range.h"

/* There is one memblock. */
static void *range_create(const struct range *pieces, size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (memblock_add(pieces[i].base << PAGE_SHIFT, pieces[i].npages << PAGE_SHIFT) != 0) abort();
  return &memblock;
}

static void range_destroy(void *heap)
{
  (void)heap;
  memblock_phys_free(0, PHYS_ADDR_MAX);
  memblock_remove(0, PHYS_ADDR_MAX);
}

static bool range_alloc(void *heap, const struct spanref_request *request, uint64_t *base,
                        void **node)
{
  (void)heap;
  (void)node;
  /* To free is to split a region first, which takes two more. And an end of 0 would mean: none. */
  if (memblock.reserved.cnt + 2 >= memblock.reserved.max || request->below == 0) return false;
  memblock_set_bottom_up(request->fit == SPANREF_FIRST_FIT);
  phys_addr_t address = memblock_phys_alloc_range(
      request->npages << PAGE_SHIFT, request->align << PAGE_SHIFT, request->from << PAGE_SHIFT,
      request->below << PAGE_SHIFT);
  *base = address >> PAGE_SHIFT;
  return address != 0;
}

static void range_free(void *heap, uint64_t base, uint64_t npages, void *node)
{
  (void)heap;
  (void)node;
  if (memblock_phys_free(base << PAGE_SHIFT, npages << PAGE_SHIFT) != 0) abort();
}

static void range_holes(void *heap, range_hole *hole, void *context)
{
  phys_addr_t start, end;
  u64 i;
  (void)heap;
  for_each_free_mem_range(i, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end, NULL)
    hole(context, start >> PAGE_SHIFT, (end - start) >> PAGE_SHIFT);
}

static void stats(void *of, struct spanref_stats *said)
{
  struct range_heap *range = of;
  said->idle = (memblock_phys_mem_size() - memblock_reserved_size()) >> PAGE_SHIFT;
  for (size_t i = 0; i < range->npieces && range->heap == NULL; i++)
    said->idle += range->pieces[i].npages;
}

static int add(void *of, uint64_t base, uint64_t npages)
{
  /* Address 0 is its answer where nothing fits. */
  return base == 0 ? SPANREF_BAD_RANGE : range_heap_add(of, base, npages);
}

__attribute__((visibility("default"))) const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION,
    .size_bytes = sizeof spanref_candidate,
    .name = NAME,
    .summary = SUMMARY,
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
    .can = SPANREF_CAN_ALIGN | SPANREF_CAN_WINDOW | SPANREF_CAN_LAST_FIT,
    .fit = RANGE_FIT,
    .alloc_request = range_heap_alloc_request,
    .pool = SPANREF_POOL_CLOSED,
    .alive_max = INIT_MEMBLOCK_RESERVED_REGIONS - 2,
    .says = SPANREF_SAYS_IDLE | SPANREF_SAYS_SPAN_MANUAL,
};
