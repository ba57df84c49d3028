/* The buddy allocator of the kernel's pages, with what moves blocks from one migrate type to another:
 * rmqueue_buddy and free_one_page. Movable pages are asked for, or unmovable ones where they are
 * manual. The lists of each processor, the watermarks and other zones aren't there. Its greatest block
 * is as great as the greatest pool, since two of them would stay apart. */
#include "zone.h"

#include <zone/mm/page_alloc.c>

struct pglist_data contig_page_data;
struct page *mem_map;

#define RANGE_HAS_HOLES
/* Newer versions look for themselves what type a page is that is freed. */
#ifdef MAX_PAGE_ORDER
#define FREE(zone, page, pfn, order, type) free_one_page(zone, page, pfn, order, FPI_NONE)
#else
#define MAX_PAGE_ORDER (MAX_ORDER - 1)
#define FREE(zone, page, pfn, order, type) free_one_page(zone, page, pfn, order, type, FPI_NONE)
#endif
#define POOL_MAX (UINT64_C(1) << MAX_PAGE_ORDER)
#define RANGE_TAKES(npages) roundup_pow_of_two(npages)
#include "../examples/range.h"

struct heap {
  struct zone *zone;
  uint64_t base, npages, nmapped;
};

static int migrate_type(bool manual) { return manual ? MIGRATE_UNMOVABLE : MIGRATE_MOVABLE; }

static void make_lists(struct zone *zone)
{
  unsigned order, type;
  for (order = 0; order <= MAX_PAGE_ORDER; order++)
    for (type = 0; type < MIGRATE_TYPES; type++)
      INIT_LIST_HEAD(&zone->free_area[order].free_list[type]);
}

static void make_pages(struct zone *zone, uint64_t count)
{
  mem_map = calloc(count, sizeof *mem_map);
  zone->pageblock_flags = calloc(count / BITS_PER_LONG + 1, sizeof(unsigned long));
  if (mem_map == NULL || zone->pageblock_flags == NULL) abort();
  for (uint64_t pfn = 0; pfn < count; pfn++) {
    page_mapcount_reset(&mem_map[pfn]);
    if (pfn % pageblock_nr_pages == 0) set_pageblock_migratetype(&mem_map[pfn], MIGRATE_MOVABLE);
  }
}

/* In the greatest blocks that fit, as at the end of the boot. */
static void free_all(struct zone *zone, uint64_t count)
{
  for (uint64_t pfn = 0; pfn < count;) {
    unsigned order = pfn > 0 ? (unsigned)__ffs(pfn) : MAX_PAGE_ORDER;
    while (pfn + (1ul << order) > count) order--;
    __free_one_page(&mem_map[pfn], pfn, zone, order, MIGRATE_MOVABLE, FPI_NONE);
    pfn += 1ul << order;
  }
}

static void *range_create(const struct range *pieces, size_t count)
{
  struct heap *heap = calloc(1, sizeof *heap);
  if (heap == NULL || count != 1) abort();
  heap->zone = &contig_page_data.node_zones[0];
  memset(heap->zone, 0, sizeof *heap->zone);
  heap->base = pieces[0].base;
  heap->npages = pieces[0].npages;
  heap->zone->spanned_pages = heap->zone->present_pages = heap->npages;
  make_lists(heap->zone);
  /* A buddy's page is looked at even where it is above the pool. */
  make_pages(heap->zone, 2 * roundup_pow_of_two(heap->npages));
  free_all(heap->zone, heap->npages);
  return heap;
}

static void range_destroy(void *of)
{
  struct heap *heap = of;
  free(heap->zone->pageblock_flags);
  free(mem_map);
  free(heap);
}

static bool range_alloc(void *of, const struct spanref_request *request, uint64_t *base,
                        void **node)
{
  struct heap *heap = of;
  (void)node;
  if (request->npages > POOL_MAX) return false;
  struct page *page = rmqueue_buddy(heap->zone, heap->zone, order_base_2(request->npages),
                                    ALLOC_WMARK_MIN, migrate_type(request->manual));
  if (page == NULL) return false;
  *base = heap->base + page_to_pfn(page);
  return true;
}

static void range_free(void *of, uint64_t base, uint64_t npages, void *node)
{
  struct heap *heap = of;
  uint64_t pfn = base - heap->base;
  (void)node;
  FREE(heap->zone, &mem_map[pfn], pfn, order_base_2(npages), get_pageblock_migratetype(&mem_map[pfn]));
}

static void range_holes(void *of, range_hole *hole, void *context)
{
  struct heap *heap = of;
  for (uint64_t pfn = 0; pfn < heap->npages;) {
    bool is_free = PageBuddy(&mem_map[pfn]);
    uint64_t count = is_free ? 1ul << buddy_order(&mem_map[pfn]) : 1;
    if (is_free) hole(context, heap->base + pfn, count);
    pfn += count;
  }
}

static void stats(void *of, struct spanref_stats *said)
{
  struct range_heap *range = of;
  struct heap *heap = range->heap;
  said->idle = 0;
  if (heap != NULL) said->idle = (uint64_t)atomic_long_read(&heap->zone->vm_stat[NR_FREE_PAGES]);
  for (size_t i = 0; i < range->npieces && heap == NULL; i++) said->idle += range->pieces[i].npages;
}

static uint64_t takes(void *heap, uint64_t npages)
{
  (void)heap;
  return roundup_pow_of_two(npages);
}

/* A free run of so many has a block of that size, wherever it begins. */
static uint64_t needs(void *heap, uint64_t npages) { return 2 * takes(heap, npages) - 1; }

__attribute__((visibility("default"))) const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION,
    .size_bytes = sizeof spanref_candidate,
    .name = "page_alloc",
    .summary = LINUX_VERSION ", buddy allocator of pages",
    .levels = SPANREF_SAFETY | SPANREF_ACCOUNTING | SPANREF_COALESCING,
    .memory = SPANREF_NUMBERS,
    .create = range_heap_create,
    .destroy = range_heap_destroy,
    .alloc = range_heap_alloc,
    .free = range_heap_free,
    .add = range_heap_add,
    .stats = stats,
    .walk = range_heap_walk,
    .joins = SPANREF_JOINS_BUDDIES,
    .takes = takes,
    .needs = needs,
    .pool = SPANREF_POOL_CLOSED,
    .pool_max_pages = POOL_MAX,
    .pool_pieces_max = 1,
    .request_max_pages = POOL_MAX,
    .says = SPANREF_SAYS_IDLE | SPANREF_SAYS_SPAN_MANUAL,
};
