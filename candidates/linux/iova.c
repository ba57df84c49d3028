/* iova, the addresses that devices see: a red-black tree of what is in use, searched from the top
 * down, from where the last search ended on. IOVA_ALIGNED: each allocation is aligned to its size,
 * rounded up to a power of two. IOVA_FAST: that, with the cache for each processor in front.
 *
 * IOVA_LIMITS: requests have a limit, as devices have. IOVA_BORDER: that, and half of the pool lies
 * above 4 GiB, since a domain has another place to search from for what is below. With IOVA_FAST,
 * too. */
#include <linux/list.h>

#include <drivers/iommu/iova.c>

#if defined(IOVA_FAST) && !defined(IOVA_BORDER)
#define IOVA_BORDER
#endif
#if defined(IOVA_BORDER) && !defined(IOVA_LIMITS)
#define IOVA_LIMITS
#endif

#ifdef IOVA_FAST
#define NAME "iova_fast"
#define SUMMARY LINUX_VERSION ", iova: with its cache"
#else
#define RANGE_HAS_HOLES
#ifdef IOVA_ALIGNED
#define NAME "iova_aligned"
#define SUMMARY LINUX_VERSION ", iova: size-aligned"
#elif defined(IOVA_BORDER)
#define NAME "iova_border"
#define SUMMARY LINUX_VERSION ", iova: around 4 GiB and with limits"
#elif defined(IOVA_LIMITS)
#define NAME "iova_limits"
#define SUMMARY LINUX_VERSION ", iova: with limits"
#else
#define NAME "iova"
#define SUMMARY LINUX_VERSION ", iova: from the top down"
#endif
#endif
#include "../examples/range.h"

struct heap {
  struct iova_domain domain;
  uint64_t base;  /* the first page, in the kernel's words ... */
  uint64_t first; /* ... this pfn */
  uint64_t last;  /* pfn */
};

static uint64_t pfn_of(const struct heap *heap, uint64_t page)
{
  return page - heap->base + heap->first;
}

static uint64_t page_of(const struct heap *heap, uint64_t pfn)
{
  return pfn - heap->first + heap->base;
}

static uint64_t first_pfn(const struct range *piece)
{
#ifdef IOVA_BORDER
  const uint64_t border = UINT64_C(1) << (32 - PAGE_SHIFT);
  return piece->npages / 2 < border ? border - piece->npages / 2 : 1;
#else
  return piece->base;
#endif
}

#ifdef IOVA_LIMITS
/* The last pfn that may be taken. 0: the request isn't one for iova, which has no lower bound. */
static uint64_t limit_of(const struct heap *heap, const struct spanref_request *request)
{
  uint64_t end = heap->base + (heap->last - heap->first) + 1;
  if (request->from > heap->base || request->below <= heap->base) return 0;
  return pfn_of(heap, request->below < end ? request->below : end) - 1;
}
#else
static uint64_t limit_of(const struct heap *heap, const struct spanref_request *request)
{
  (void)request;
  return heap->last;
}
#endif

static void *range_create(const struct range *pieces, size_t count)
{
  struct heap *heap = calloc(1, sizeof *heap);
  if (heap == NULL || count != 1 || iova_cache_get() != 0) abort();
  heap->base = pieces[0].base;
  heap->first = first_pfn(&pieces[0]);
  heap->last = heap->first + pieces[0].npages - 1;
  init_iova_domain(&heap->domain, PAGE_SIZE, heap->first);
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
  uint64_t limit = limit_of(heap, request);
  (void)node;
  uint64_t pfn = limit > 0 ? alloc_iova_fast(&heap->domain, request->npages, limit, true) : 0;
  *base = page_of(heap, pfn);
  return pfn != 0;
}

static void range_free(void *of, uint64_t base, uint64_t npages, void *node)
{
  struct heap *heap = of;
  (void)node;
  free_iova_fast(&heap->domain, pfn_of(heap, base), npages);
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
  uint64_t limit = limit_of(heap, request);
  struct iova *iova =
      limit > 0 ? alloc_iova(&heap->domain, request->npages, limit, is_aligned) : NULL;
  if (iova == NULL) return false;
  *base = page_of(heap, iova->pfn_lo);
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
    if (begin > end) hole(context, page_of(heap, end), begin - end);
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
#ifdef IOVA_LIMITS
    .can = SPANREF_CAN_WINDOW,
    .alloc_request = range_heap_alloc_request,
#endif
    .pool = SPANREF_POOL_CLOSED,
    .pool_max_pages = UINT64_C(1) << 30,
    .pool_pieces_max = 1,
    .says = SPANREF_SAYS_SPAN_MANUAL,
};
