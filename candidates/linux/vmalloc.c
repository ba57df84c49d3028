/* vmalloc's free areas: a red-black tree by address, with the longest area of each subtree. Its
 * functions are static, so its file is included here. What else it does, page tables above all, is
 * compiled and left out by the linker. */
#include "pages.h"

#include <mm/vmalloc.c>

#define RANGE_HAS_HOLES
#include "../examples/range.h"

struct heap {
  struct rb_root root;
  struct list_head list;
};

static struct vmap_area *area_of(uint64_t base, uint64_t npages)
{
  struct vmap_area *area = kmem_cache_alloc(vmap_area_cachep, __GFP_ZERO);
  area->va_start = base << PAGE_SHIFT;
  area->va_end = (base + npages) << PAGE_SHIFT;
  return area;
}

static void *range_create(const struct range *pieces, size_t count)
{
  struct heap *heap = calloc(1, sizeof *heap);
  if (vmap_area_cachep == NULL)
    vmap_area_cachep = kmem_cache_create("", sizeof(struct vmap_area), 1, 0, NULL);
  INIT_LIST_HEAD(&heap->list);
  for (size_t i = 0; i < count; i++)
    merge_or_add_vmap_area_augment(area_of(pieces[i].base, pieces[i].npages), &heap->root,
                                   &heap->list);
  return heap;
}

/* The areas themselves stay in their cache. */
static void range_destroy(void *of)
{
  struct heap *heap = of;
  struct vmap_area *area, *next;
  list_for_each_entry_safe(area, next, &heap->list, list) kmem_cache_free(vmap_area_cachep, area);
  free(heap);
}

static bool range_alloc(void *of, const struct spanref_request *request, uint64_t *base,
                        void **node)
{
  struct heap *heap = of;
  uint64_t below = request->below << PAGE_SHIFT;
  (void)node;
  uint64_t address = __alloc_vmap_area(&heap->root, &heap->list, request->npages << PAGE_SHIFT,
                                       request->align << PAGE_SHIFT, request->from << PAGE_SHIFT,
                                       below);
  *base = address >> PAGE_SHIFT;
  return address != below && !IS_ERR_VALUE(address); /* either may say that there is none */
}

static void range_free(void *of, uint64_t base, uint64_t npages, void *node)
{
  struct heap *heap = of;
  (void)node;
  merge_or_add_vmap_area_augment(area_of(base, npages), &heap->root, &heap->list);
}

static void range_holes(void *of, range_hole *hole, void *context)
{
  struct heap *heap = of;
  struct vmap_area *area;
  list_for_each_entry(area, &heap->list, list)
    hole(context, area->va_start >> PAGE_SHIFT, (area->va_end - area->va_start) >> PAGE_SHIFT);
}

__attribute__((visibility("default"))) const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION,
    .size_bytes = sizeof spanref_candidate,
    .name = "vmalloc",
    .summary = LINUX_VERSION ", vmalloc: its free areas",
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
    .says = SPANREF_SAYS_SPAN_MANUAL,
};
