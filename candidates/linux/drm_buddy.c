/* drm_buddy, which manages the memory of graphics cards: a binary buddy, here with blocks of one
 * piece each. With DRM_BUDDY_TRIM what is too much of a block is given back at once. */
#include <drm/drm_buddy.h>

/* The cache of its blocks is made by an init function, which nobody else may call. */
#include <drivers/gpu/drm/drm_buddy.c>

#include <stdint.h>

#define RANGE_HAS_HOLES
#ifdef DRM_BUDDY_TRIM
#define NAME "drm_buddy_trim"
#define SUMMARY "the Linux kernel's drm_buddy, contiguous and trimmed"
#else
#define NAME "drm_buddy"
#define SUMMARY "the Linux kernel's drm_buddy, blocks of one piece"
#endif
static uint64_t power_above(uint64_t npages)
{
  uint64_t power = 1;
  while (power < npages) power *= 2;
  return power;
}

#ifndef DRM_BUDDY_TRIM
#define RANGE_TAKES(npages) power_above(npages)
#endif
#include "../examples/range.h"

struct heap {
  struct drm_buddy mm;
  uint64_t first; /* page */
};

static void *range_create(const struct range *pieces, size_t count)
{
  struct heap *heap = calloc(1, sizeof *heap);
  if (slab_blocks == NULL) drm_buddy_module_init();
  if (heap == NULL || count != 1 ||
      drm_buddy_init(&heap->mm, pieces[0].npages << PAGE_SHIFT, PAGE_SIZE) != 0)
    abort();
  heap->first = pieces[0].base;
  return heap;
}

/* drm_buddy_fini insists on an empty one. */
static void free_all(struct drm_buddy *mm, struct drm_buddy_block *block)
{
  if (drm_buddy_block_is_split(block)) {
    free_all(mm, block->left);
    free_all(mm, block->right);
  } else if (drm_buddy_block_is_allocated(block)) {
    mark_free(mm, block);
    mm->avail += drm_buddy_block_size(mm, block);
  }
  if (drm_buddy_block_is_split(block)) {
    list_del(&block->left->link);
    drm_block_free(mm, block->left);
    list_del(&block->right->link);
    drm_block_free(mm, block->right);
    block->left = block->right = NULL;
    mark_free(mm, block);
  }
}

static void range_destroy(void *of)
{
  struct heap *heap = of;
  for (unsigned i = 0; i < heap->mm.n_roots; i++) free_all(&heap->mm, heap->mm.roots[i]);
  drm_buddy_fini(&heap->mm);
  free(heap);
}

/* The window in bytes from the first page on, as far as there is memory. false: there is none. */
static bool window_of(const struct heap *heap, const struct spanref_request *request,
                      uint64_t *start, uint64_t *end)
{
  uint64_t first = heap->first, last = first + (heap->mm.size >> PAGE_SHIFT);
  uint64_t from = request->from > first ? request->from : first;
  uint64_t below = request->below < last ? request->below : last;
  *start = (from - first) << PAGE_SHIFT;
  *end = (below - first) << PAGE_SHIFT;
  return from < below;
}

static bool range_alloc(void *of, const struct spanref_request *request, uint64_t *base,
                        void **node)
{
  struct heap *heap = of;
  struct list_head *blocks = malloc(sizeof *blocks);
  uint64_t bytes = power_above(request->npages) << PAGE_SHIFT, start, end;
  INIT_LIST_HEAD(blocks);
  if (request->npages > heap->mm.size >> PAGE_SHIFT || !window_of(heap, request, &start, &end) ||
      drm_buddy_alloc_blocks(&heap->mm, start, end, bytes, bytes, blocks,
                             end - start < heap->mm.size ? DRM_BUDDY_RANGE_ALLOCATION : 0) != 0) {
    free(blocks);
    return false;
  }
#ifdef DRM_BUDDY_TRIM
  /* A window of just that size may be served by several blocks, which can't be trimmed. */
  if (!list_is_singular(blocks) && bytes > request->npages << PAGE_SHIFT) {
    drm_buddy_free_list(&heap->mm, blocks);
    free(blocks);
    return false;
  }
  if (list_is_singular(blocks) && drm_buddy_block_trim(&heap->mm, request->npages << PAGE_SHIFT, blocks) != 0) abort();
#endif
  struct drm_buddy_block *first = list_first_entry(blocks, struct drm_buddy_block, link);
  *base = heap->first + (drm_buddy_block_offset(first) >> PAGE_SHIFT);
  *node = blocks;
  return true;
}

static void range_free(void *of, uint64_t base, uint64_t npages, void *node)
{
  struct heap *heap = of;
  (void)base;
  (void)npages;
  drm_buddy_free_list(&heap->mm, node);
  free(node);
}

static void show_holes(struct heap *heap, struct drm_buddy_block *block, range_hole *hole,
                       void *context)
{
  if (drm_buddy_block_is_free(block)) {
    hole(context, heap->first + (drm_buddy_block_offset(block) >> PAGE_SHIFT),
         drm_buddy_block_size(&heap->mm, block) >> PAGE_SHIFT);
  } else if (drm_buddy_block_is_split(block)) {
    show_holes(heap, block->left, hole, context);
    show_holes(heap, block->right, hole, context);
  }
}

static void range_holes(void *of, range_hole *hole, void *context)
{
  struct heap *heap = of;
  for (unsigned i = 0; i < heap->mm.n_roots; i++)
    show_holes(heap, heap->mm.roots[i], hole, context);
}

static void stats(void *of, struct spanref_stats *said)
{
  struct range_heap *range = of;
  struct heap *heap = range->heap;
  said->idle = 0;
  if (heap != NULL) said->idle = heap->mm.avail >> PAGE_SHIFT;
  for (size_t i = 0; i < range->npieces && heap == NULL; i++) said->idle += range->pieces[i].npages;
}

#ifndef DRM_BUDDY_TRIM
static uint64_t takes(void *heap, uint64_t npages)
{
  (void)heap;
  return power_above(npages);
}
#endif

/* A free run of so many has a block of that size, wherever it begins. */
static uint64_t needs(void *heap, uint64_t npages)
{
  (void)heap;
  return 2 * power_above(npages) - 1;
}

__attribute__((visibility("default"))) const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION,
    .size_bytes = sizeof spanref_candidate,
    .name = NAME,
    .summary = SUMMARY,
    .levels = SPANREF_SAFETY | SPANREF_ACCOUNTING | SPANREF_COALESCING,
    .memory = SPANREF_NUMBERS,
    .create = range_heap_create,
    .destroy = range_heap_destroy,
    .alloc = range_heap_alloc,
    .free = range_heap_free,
    .add = range_heap_add,
    .stats = stats,
    .walk = range_heap_walk,
    .can = SPANREF_CAN_WINDOW,
    .alloc_request = range_heap_alloc_request,
    .joins = SPANREF_JOINS_BUDDIES,
#ifndef DRM_BUDDY_TRIM
    .takes = takes,
#endif
    .needs = needs,
    .pool = SPANREF_POOL_CLOSED,
    .pool_pieces_max = 1,
    .says = SPANREF_SAYS_IDLE | SPANREF_SAYS_SPAN_MANUAL,
};
