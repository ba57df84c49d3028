/* The reference behind the candidate interface. */
#include <stdlib.h>

#include "../../ref/span_heap.h"
#include "candidate.h"

static void *create(void) { return malloc(sizeof(struct span_heap)); }

static enum span_status reset(void *heap, struct span_geometry geometry)
{
  return span_heap_init(heap, geometry);
}

static struct span_alloc_result alloc(void *heap, struct span_os *os, uint64_t npages,
                                      bool manual)
{
  return span_heap_alloc(heap, os, npages, manual);
}

static struct span_free_result free_span(void *heap, uint64_t base)
{
  return span_heap_free(heap, base);
}

static struct span_scavenge_result scavenge(void *heap, uint64_t want_pages)
{
  return span_heap_scavenge(heap, want_pages);
}

static enum span_status add(void *heap, uint64_t base, uint64_t npages)
{
  return span_heap_add(heap, base, npages);
}

static struct span_lookup_result lookup(void *heap, uint64_t page)
{
  return span_heap_lookup(heap, page);
}

static struct span_stats stats(void *heap) { return span_heap_stats(heap); }

static void walk(void *heap, span_visit *visit, void *context)
{
  const struct span_heap *h = heap;
  for (uint64_t i = 0; i < h->count; i++) visit(context, &h->spans[i]);
}

const struct candidate candidate_ref = {
    "ref",    "the proved reference", create, free,   reset, alloc,
    free_span, scavenge,               add,    lookup, stats, walk,
};
