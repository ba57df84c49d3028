/* iova, the addresses that devices see: a red-black tree of what is in use, searched from the top
 * down, from where the last search ended on. IOVA_ALIGNED: each allocation is aligned to its size,
 * rounded up to a power of two. IOVA_FAST: that, with the cache for each processor in front. */
#include <linux/list.h>

#include <drivers/iommu/iova.c>

#ifdef IOVA_FAST
#define NAME "iova_fast"
#define SUMMARY "the Linux kernel's iova, with its cache"
#else
#define RANGE_HAS_HOLES
#ifdef IOVA_ALIGNED
#define NAME "iova_aligned"
#define SUMMARY "the Linux kernel's iova, size-aligned"
#else
#define NAME "iova"
#define SUMMARY "the Linux kernel's iova, from the top down"
#endif
#endif
#include "../examples/range.h"

struct heap {
  struct iova_domain domain;
  uint64_t last; /* page */
};

static void *range_create(const struct range *pieces, size_t count)
{
  struct heap *heap = calloc(1, sizeof *heap);
  if (heap == NULL || count != 1 || iova_cache_get() != 0) abort();
  init_iova_domain(&heap->domain, PAGE_SIZE, pieces[0].base);
  heap->last = pieces[0].base + pieces[0].npages - 1;
#ifdef IOVA_FAST
  if (iova_domain_init_rcaches(&heap->domain) != 0) abort();
#endif
  return heap;
}

static void range_destroy(void *of)
{
  struct heap *heap = of;
  put_iova_domain(&heap->domain);
  free(heap);
}

#ifdef IOVA_FAST

static bool range_alloc(void *of, const struct spanref_request *request, uint64_t *base,
                        void **node)
{
  struct heap *heap = of;
  (void)node;
  *base = alloc_iova_fast(&heap->domain, request->npages, heap->last, true);
  return *base != 0;
}

static void range_free(void *of, uint64_t base, uint64_t npages, void *node)
{
  struct heap *heap = of;
  (void)node;
  free_iova_fast(&heap->domain, base, npages);
}

/* What its cache may have. */
static uint64_t takes(void *heap, uint64_t npages)
{
  (void)heap;
  return npages < 1 << (IOVA_RANGE_CACHE_MAX_SIZE - 1) ? roundup_pow_of_two(npages) : npages;
}

#else

static bool range_alloc(void *of, const struct spanref_request *request, uint64_t *base,
                        void **node)
{
  struct heap *heap = of;
#ifdef IOVA_ALIGNED
  const bool is_aligned = true;
#else
  const bool is_aligned = false;
#endif
  struct iova *iova = alloc_iova(&heap->domain, request->npages, heap->last, is_aligned);
  if (iova == NULL) return false;
  *base = iova->pfn_lo;
  *node = iova;
  return true;
}

static void range_free(void *of, uint64_t base, uint64_t npages, void *node)
{
  struct heap *heap = of;
  (void)base;
  (void)npages;
  __free_iova(&heap->domain, node);
}

static void range_holes(void *of, range_hole *hole, void *context)
{
  struct heap *heap = of;
  uint64_t end = heap->domain.start_pfn;
  for (struct rb_node *node = rb_first(&heap->domain.rbroot); node != NULL; node = rb_next(node)) {
    const struct iova *iova = to_iova(node);
    bool is_anchor = iova == &heap->domain.anchor;
    uint64_t begin = is_anchor ? heap->last + 1 : iova->pfn_lo;
    if (begin > end) hole(context, end, begin - end);
    end = iova->pfn_hi + 1;
  }
}
#endif

/* It is found, sooner or later. */
static uint64_t needs(void *heap, uint64_t npages)
{
  (void)heap;
#ifdef IOVA_FAST
  npages = takes(heap, npages);
#endif
#if defined(IOVA_FAST) || defined(IOVA_ALIGNED)
  return npages + roundup_pow_of_two(npages) - 1;
#else
  return npages;
#endif
}

static int add(void *of, uint64_t base, uint64_t npages)
{
  /* Page 0 isn't an address for a device. */
  return base == 0 ? SPANREF_BAD_RANGE : range_heap_add(of, base, npages);
}

__attribute__((visibility("default"))) const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION,
    .size_bytes = sizeof spanref_candidate,
    .name = NAME,
    .summary = SUMMARY,
    .memory = SPANREF_NUMBERS,
    .create = range_heap_create,
    .destroy = range_heap_destroy,
    .alloc = range_heap_alloc,
    .free = range_heap_free,
    .add = add,
#ifdef IOVA_FAST
    .levels = SPANREF_SAFETY,
    .takes = takes,
#else
    .levels = SPANREF_SAFETY | SPANREF_COALESCING,
    .walk = range_heap_walk,
#endif
    .needs = needs,
    .pool = SPANREF_POOL_CLOSED,
    .pool_max_pages = UINT64_C(1) << 30,
    .pool_pieces_max = 1,
    .says = SPANREF_SAYS_SPAN_MANUAL,
};
