/* The optimised heap behind the candidate interface. */
#include "../../opt/opt_heap.h"

#include "candidate.h"

static void *create(void) { return opt_heap_create(NULL); }

static void destroy(void *heap) { opt_heap_destroy(heap); }

static enum span_status reset(void *heap, struct span_geometry geometry)
{
  return opt_heap_reset(heap, geometry);
}

static struct span_alloc_result alloc(void *heap, struct span_os *os, uint64_t npages,
                                      bool manual)
{
  return opt_heap_alloc(heap, os, npages, manual);
}

static struct span_free_result free_span(void *heap, uint64_t base)
{
  return opt_heap_free(heap, base);
}

static struct span_scavenge_result scavenge(void *heap, uint64_t want_pages)
{
  return opt_heap_scavenge(heap, want_pages);
}

static enum span_status add(void *heap, uint64_t base, uint64_t npages)
{
  return opt_heap_add(heap, base, npages);
}

static struct span_lookup_result lookup(void *heap, uint64_t page)
{
  return opt_heap_lookup(heap, page);
}

static struct span_stats stats(void *heap) { return opt_heap_stats(heap); }

static void walk(void *heap, span_visit *visit, void *context)
{
  opt_heap_walk(heap, visit, context);
}

const struct candidate candidate_opt = {
    "opt",    "the optimised heap", create, destroy, reset, alloc,
    free_span, scavenge,             add,    lookup,  stats, walk,
};
