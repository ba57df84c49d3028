/* drm_mm, the range manager of graphics drivers: red-black trees of holes, by address and by size.
 * DRM_MM_MODE says how `alloc` searches: LOW, HIGH, BEST or EVICT, the hole that was made last. */
#include <drm/drm_mm.h>

#define LOW 1
#define HIGH 2
#define BEST 3
#define EVICT 4

#if DRM_MM_MODE == HIGH
#define RANGE_FIT SPANREF_LAST_FIT
#define NAME "drm_mm_high"
#define HOW "last fit"
#elif DRM_MM_MODE == BEST
#define RANGE_FIT SPANREF_BEST_FIT_ANY
#define NAME "drm_mm_best"
#define HOW "best fit"
#elif DRM_MM_MODE == LOW
#define RANGE_FIT SPANREF_FIRST_FIT
#define NAME "drm_mm_low"
#define HOW "first fit"
#else
#define RANGE_FIT SPANREF_FIRST_FIT /* nobody holds it to that */
#define NAME "drm_mm_evict"
#define HOW "the hole made last"
#endif
#define IS_PLACED (DRM_MM_MODE != EVICT)
#define RANGE_HAS_HOLES
#include "../examples/range.h"

static void *range_create(const struct range *pieces, size_t count)
{
  struct drm_mm *mm = calloc(1, sizeof *mm);
  if (mm == NULL || count != 1) abort();
  drm_mm_init(mm, pieces[0].base, pieces[0].npages);
  return mm;
}

/* Whoever allocates brings the node. */
static void range_destroy(void *heap)
{
  struct drm_mm *mm = heap;
  struct drm_mm_node *node, *next;
  drm_mm_for_each_node_safe(node, next, mm)
  {
    drm_mm_remove_node(node);
    free(node);
  }
  drm_mm_takedown(mm);
  free(mm);
}

static bool range_alloc(void *heap, const struct spanref_request *request, uint64_t *base,
                        void **node)
{
  static const enum drm_mm_insert_mode modes[] = {[SPANREF_FIRST_FIT] = DRM_MM_INSERT_LOW,
                                                  [SPANREF_LAST_FIT] = DRM_MM_INSERT_HIGH,
                                                  [SPANREF_BEST_FIT] = DRM_MM_INSERT_BEST,
                                                  [SPANREF_BEST_FIT_ANY] = DRM_MM_INSERT_BEST};
  struct drm_mm_node *mine = calloc(1, sizeof *mine);
  enum drm_mm_insert_mode mode = IS_PLACED ? modes[request->fit] : DRM_MM_INSERT_EVICT;
  if (mine == NULL) abort();
  if (drm_mm_insert_node_in_range(heap, mine, request->npages, request->align, 0, request->from,
                                  request->below, mode) != 0) {
    free(mine);
    return false;
  }
  *base = mine->start;
  *node = mine;
  return true;
}

static void range_free(void *heap, uint64_t base, uint64_t npages, void *node)
{
  (void)heap;
  (void)base;
  (void)npages;
  drm_mm_remove_node(node);
  free(node);
}

/* Before the first node, and behind each. */
static void range_holes(void *heap, range_hole *hole, void *context)
{
  struct drm_mm *mm = heap;
  struct drm_mm_node *node = &mm->head_node;
  do {
    if (drm_mm_hole_follows(node))
      hole(context, drm_mm_hole_node_start(node),
           drm_mm_hole_node_end(node) - drm_mm_hole_node_start(node));
    node = list_next_entry(node, node_list);
  } while (node != &mm->head_node);
}

/* By its tree of intervals, which the search for holes doesn't use. */
static bool lookup(void *of, uint64_t page, struct spanref_span *span)
{
  struct range_heap *range = of;
  if (range->heap == NULL) return false;
  struct drm_mm *mm = range->heap;
  const struct drm_mm_node *node = __drm_mm_interval_first(mm, page, page);
  if (node == &mm->head_node) return false;
  size_t at = range_place(range, node->start);
  bool is_manual = at < range->count && range->used[at].manual;
  *span = (struct spanref_span){node->start, node->size, false, is_manual, false, true};
  return true;
}

__attribute__((visibility("default"))) const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION,
    .size_bytes = sizeof spanref_candidate,
    .name = NAME,
    .summary = LINUX_VERSION ", drm_mm: " HOW,
    .levels = SPANREF_SAFETY | SPANREF_COALESCING | (IS_PLACED ? SPANREF_PLACEMENT : 0),
    .profile = SPANREF_PAGES,
    .memory = SPANREF_NUMBERS,
    .create = range_heap_create,
    .destroy = range_heap_destroy,
    .alloc = range_heap_alloc,
    .free = range_heap_free,
    .add = range_heap_add,
    .walk = range_heap_walk,
    .lookup = lookup,
    .can = SPANREF_CAN_ALIGN | SPANREF_CAN_WINDOW |
           (IS_PLACED ? SPANREF_CAN_LAST_FIT : 0) |
           (DRM_MM_MODE == BEST ? SPANREF_CAN_BEST_FIT : 0),
    .fit = RANGE_FIT,
    .alloc_request = range_heap_alloc_request,
    .pool = SPANREF_POOL_CLOSED,
    .pool_pieces_max = 1,
    .says = SPANREF_SAYS_SPAN_MANUAL,
};
