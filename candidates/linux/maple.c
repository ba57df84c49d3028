/* The maple tree, which keeps the mappings of each process, by its search for an empty area:
 * upward, or with MAPLE_REVERSE downward. The tree holds what is in use and nothing else, so it is
 * empty where nothing is; each search is for a window within the pool, as mmap asks it. */
#include <linux/maple_tree.h>

#define RANGE_HAS_HOLES
#ifdef MAPLE_REVERSE
#define NAME "maple_reverse"
#define SUMMARY LINUX_VERSION ", maple tree: mas_empty_area_rev"
#define RANGE_FIT SPANREF_LAST_FIT
#else
#define NAME "maple"
#define SUMMARY LINUX_VERSION ", maple tree: mas_empty_area"
#define RANGE_FIT SPANREF_FIRST_FIT
#endif
#include "../examples/range.h"

struct heap {
  struct maple_tree tree;
  struct range piece;
};

static void store(struct maple_tree *tree, uint64_t first, uint64_t last, void *entry)
{
  MA_STATE(state, tree, first, last);
  if (first <= last && mas_store_gfp(&state, entry, GFP_KERNEL) != 0) abort();
}

static void *range_create(const struct range *pieces, size_t count)
{
  static bool is_ready;
  struct heap *heap = calloc(1, sizeof *heap);
  if (!is_ready) maple_tree_init();
  is_ready = true;
  if (heap == NULL || count != 1) abort();
  heap->piece = pieces[0];
  mt_init_flags(&heap->tree, MT_FLAGS_ALLOC_RANGE);
  return heap;
}

static void range_destroy(void *of)
{
  struct heap *heap = of;
  mtree_destroy(&heap->tree);
  free(heap);
}

static bool range_alloc(void *of, const struct spanref_request *request, uint64_t *base,
                        void **node)
{
  struct heap *heap = of;
  uint64_t from = max(request->from, heap->piece.base);
  uint64_t below = min(request->below, heap->piece.base + heap->piece.npages);
  MA_STATE(state, &heap->tree, 0, 0);
  (void)node;
  if (below <= from) return false;
  int refused = request->fit == SPANREF_LAST_FIT
                    ? mas_empty_area_rev(&state, from, below - 1, request->npages)
                    : mas_empty_area(&state, from, below - 1, request->npages);
  if (refused) return false;
  *base = state.index;
  store(&heap->tree, *base, *base + request->npages - 1, heap);
  return true;
}

static void range_free(void *of, uint64_t base, uint64_t npages, void *node)
{
  struct heap *heap = of;
  (void)node;
  store(&heap->tree, base, base + npages - 1, NULL);
}

static void range_holes(void *of, range_hole *hole, void *context)
{
  struct heap *heap = of;
  uint64_t at = heap->piece.base, end = at + heap->piece.npages;
  MA_STATE(state, &heap->tree, at, at);
  void *entry;
  mas_for_each(&state, entry, end - 1) {
    if (state.index > at) hole(context, at, state.index - at);
    at = state.last + 1;
  }
  if (at < end) hole(context, at, end - at);
}

__attribute__((visibility("default"))) const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION,
    .size_bytes = sizeof spanref_candidate,
    .name = NAME,
    .summary = SUMMARY,
    .levels = SPANREF_SAFETY | SPANREF_COALESCING | SPANREF_PLACEMENT,
    .profile = SPANREF_PAGES,
    .memory = SPANREF_NUMBERS,
    .create = range_heap_create,
    .destroy = range_heap_destroy,
    .alloc = range_heap_alloc,
    .free = range_heap_free,
    .add = range_heap_add,
    .walk = range_heap_walk,
    .can = SPANREF_CAN_WINDOW | SPANREF_CAN_LAST_FIT,
    .fit = RANGE_FIT,
    .alloc_request = range_heap_alloc_request,
    .pool = SPANREF_POOL_CLOSED,
    .pool_pieces_max = 1,
    .says = SPANREF_SAYS_SPAN_MANUAL,
};
