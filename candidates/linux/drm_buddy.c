/* drm_buddy, which manages the memory of graphics cards: a binary buddy, here with blocks of one
 * piece each. A window of just the size that is asked for is an exact range, of any blocks. Variants:
 * DRM_BUDDY_TRIM: what is too much of a block is given back at once.
 * DRM_BUDDY_CONTIGUOUS: it does so itself, and then several blocks may serve, too.
 * DRM_BUDDY_DOWN: the highest block first.
 * DRM_BUDDY_CLEAR: it knows which blocks were cleared, and keeps them apart. */

/* The cache of its blocks is made by an init function, which nobody else may call. */
#if __has_include(<linux/gpu_buddy.h>)
#include <linux/gpu_buddy.h>
#include <linux/overflow.h>

#include <drivers/gpu/buddy.c>
#else
#include <drm/drm_buddy.h>

#include <drivers/gpu/drm/drm_buddy.c>
#endif
#include "buddy_names.h"

#define RANGE_HAS_HOLES
#include "drm_buddy_variants.h"

#ifndef IS_CUT
#define RANGE_TAKES(npages) roundup_pow_of_two(npages)
#endif
#include "../examples/range.h"

struct heap {
  struct gpu_buddy mm;
  uint64_t first;  /* page */
  bool is_cleared; /* what was freed last */
};

static void *range_create(const struct range *pieces, size_t count)
{
  struct heap *heap = calloc(1, sizeof *heap);
  if (slab_blocks == NULL) gpu_buddy_module_init();
  if (heap == NULL || count != 1 ||
      gpu_buddy_init(&heap->mm, pieces[0].npages << PAGE_SHIFT, PAGE_SIZE) != 0)
    abort();
  heap->first = pieces[0].base;
  return heap;
}

static void collect(struct gpu_buddy_block *block, struct list_head *in_use)
{
  if (gpu_buddy_block_is_split(block)) {
    collect(block->left, in_use);
    collect(block->right, in_use);
  } else if (gpu_buddy_block_is_allocated(block)) {
    list_add_tail(&block->link, in_use);
  }
}

/* gpu_buddy_fini insists on an empty one. */
static void range_destroy(void *of)
{
  struct heap *heap = of;
  LIST_HEAD(in_use);
  for (unsigned i = 0; i < heap->mm.n_roots; i++) collect(heap->mm.roots[i], &in_use);
  FREE_BLOCKS(&heap->mm, &in_use, false);
  gpu_buddy_fini(&heap->mm);
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

/* Of a heap's blocks, as many as serve the request, in the order of their addresses. */
static bool take_blocks(struct heap *heap, const struct spanref_request *request,
                        struct list_head *blocks)
{
  uint64_t asked = request->npages << PAGE_SHIFT, start, end;
  uint64_t bytes = roundup_pow_of_two(request->npages) << PAGE_SHIFT, least = bytes;
  unsigned long flags = FLAGS;
  if (request->npages > heap->mm.size >> PAGE_SHIFT || !window_of(heap, request, &start, &end))
    return false;
#ifdef IS_CUT
  if (end - start == asked) bytes = asked;
#endif
#ifdef DRM_BUDDY_CONTIGUOUS
  bytes = asked;
  least = PAGE_SIZE;
#endif
  if (end - start == bytes) least = PAGE_SIZE;
  if (end - start < heap->mm.size) flags |= GPU_BUDDY_RANGE_ALLOCATION;
  if (gpu_buddy_alloc_blocks(&heap->mm, start, end, bytes, least, blocks, flags) != 0) return false;
#ifdef DRM_BUDDY_TRIM
  if (bytes > asked && !list_is_singular(blocks)) { /* an exact range of more than was asked for */
    FREE_BLOCKS(&heap->mm, blocks, false);
    return false;
  }
  if (bytes > asked && TRIM(&heap->mm, asked, blocks) != 0) abort();
#endif
  return true;
}

static bool range_alloc(void *of, const struct spanref_request *request, uint64_t *base,
                        void **node)
{
  struct heap *heap = of;
  struct list_head *blocks = malloc(sizeof *blocks);
  if (blocks == NULL) abort();
  INIT_LIST_HEAD(blocks);
  if (!take_blocks(heap, request, blocks)) {
    free(blocks);
    return false;
  }
  struct gpu_buddy_block *first = list_first_entry(blocks, struct gpu_buddy_block, link);
  *base = heap->first + (gpu_buddy_block_offset(first) >> PAGE_SHIFT);
  *node = blocks;
  return true;
}

static void range_free(void *of, uint64_t base, uint64_t npages, void *node)
{
  struct heap *heap = of;
  (void)base;
  (void)npages;
  FREE_BLOCKS(&heap->mm, node, heap->is_cleared);
  free(node);
}

static void show_holes(struct heap *heap, struct gpu_buddy_block *block, range_hole *hole,
                       void *context)
{
  if (gpu_buddy_block_is_free(block)) {
    hole(context, heap->first + (gpu_buddy_block_offset(block) >> PAGE_SHIFT),
         gpu_buddy_block_size(&heap->mm, block) >> PAGE_SHIFT);
  } else if (gpu_buddy_block_is_split(block)) {
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

#ifndef IS_CUT
static uint64_t takes(void *heap, uint64_t npages)
{
  (void)heap;
  return roundup_pow_of_two(npages);
}
#endif

/* A free run of so many has a block of that size, wherever it begins. */
static uint64_t needs(void *heap, uint64_t npages)
{
  (void)heap;
  return 2 * roundup_pow_of_two(npages) - 1;
}

#ifdef DRM_BUDDY_CLEAR
#include "drm_buddy_clear.h"
#endif

__attribute__((visibility("default"))) const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION,
    .size_bytes = sizeof spanref_candidate,
    .name = NAME,
    .summary = SUMMARY,
    .levels = SPANREF_SAFETY | SPANREF_ACCOUNTING | SPANREF_COALESCING,
    .memory = SPANREF_NUMBERS,
    .create = range_heap_create,
    .destroy = range_heap_destroy,
#ifdef DRM_BUDDY_CLEAR
    .alloc = clear_alloc,
    .free = clear_free,
    .alloc_request = clear_alloc_request,
    .clean = SPANREF_CLEAN_CLEARED,
    .joins = SPANREF_JOINS_NEVER,
#else
    .alloc = range_heap_alloc,
    .free = range_heap_free,
    .alloc_request = range_heap_alloc_request,
    .joins = SPANREF_JOINS_BUDDIES,
#endif
    .add = range_heap_add,
    .stats = stats,
    .walk = range_heap_walk,
    .can = SPANREF_CAN_WINDOW,
#ifndef IS_CUT
    .takes = takes,
#endif
    .needs = needs,
    .pool = SPANREF_POOL_CLOSED,
    .pool_pieces_max = 1,
    .says = SPANREF_SAYS_IDLE | SPANREF_SAYS_SPAN_MANUAL,
};
