/* The maple tree, which keeps the mappings of each process: a B-tree by address, with the
 * longest gap of each child. */
#include <linux/maple_tree.h>

#include "peers.h"

static void *create(const struct workload *workload)
{
  static bool is_ready;
  if (!is_ready) maple_tree_init();
  is_ready = true;
  struct maple_tree *tree = malloc(sizeof *tree);
  mt_init_flags(tree, MT_FLAGS_ALLOC_RANGE);
  /* What lies around the region is in use. */
  MA_STATE(around, tree, 0, workload->region_base - 1);
  if (mas_store_gfp(&around, tree, GFP_KERNEL)) return NULL;
  mas_set_range(&around, workload->region_base + workload->region_pages, ULONG_MAX);
  if (mas_store_gfp(&around, tree, GFP_KERNEL)) return NULL;
  return tree;
}

static void destroy(void *heap)
{
  mtree_destroy(heap);
  free(heap);
}

/* The tree doesn't align: as the kernel's mmap does, so many pages are asked for that an
 * aligned place must be among them. */
static uint64_t alloc(void *heap, uint64_t slot, const struct span_request *request)
{
  MA_STATE(state, heap, 0, 0);
  uint64_t pages = request->npages + request->align - 1;
  int refused = request->fit == SPAN_LAST_FIT
                    ? mas_empty_area_rev(&state, request->from, request->below - 1, pages)
                    : mas_empty_area(&state, request->from, request->below - 1, pages);
  (void)slot;
  if (refused || request->fit == SPAN_BEST_FIT) return PEER_NO_MEMORY;
  state.index += -state.index & (request->align - 1);
  state.last = state.index + request->npages - 1;
  return mas_store_gfp(&state, heap, GFP_KERNEL) ? PEER_NO_MEMORY : state.index;
}

static void free_pages(void *heap, uint64_t slot, uint64_t base, uint64_t npages)
{
  MA_STATE(state, heap, base, base + npages - 1);
  (void)slot;
  BUG_ON(mas_store_gfp(&state, NULL, GFP_KERNEL));
}

const struct peer peer_maple = {.name = "maple",
                                .create = create,
                                .destroy = destroy,
                                .alloc_request = alloc,
                                .free_request = free_pages};
