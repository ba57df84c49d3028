/* The reference behind the interface. */
#include <stdlib.h>

#include "../../ref/span_heap.h"
#include "../../spec/request.h"

/* The heap, and what its last operation gave back. */
struct ref_heap {
  struct span_heap heap;
  struct span_range_list gone;
  void (*release)(void *context, struct span_range range);
  void *context;
};

#define HEAP struct ref_heap
#define CALL(what) ref_heap_##what
#define ADAPTER_REQUESTS

static enum span_status ref_heap_reset(HEAP *ref, struct span_geometry geometry)
{
  return span_heap_init(&ref->heap, geometry);
}

static void tell(const HEAP *ref)
{
  for (uint64_t i = 0; i < ref->gone.count; i++) ref->release(ref->context, ref->gone.ranges[i]);
}

static struct span_alloc_result ref_heap_alloc_request(HEAP *ref, struct span_os *os,
                                                       struct span_request request)
{
  struct span_alloc_result result = span_heap_alloc(&ref->heap, os, request, &ref->gone);
  tell(ref);
  return result;
}

static struct span_alloc_result ref_heap_alloc(HEAP *ref, struct span_os *os, uint64_t npages,
                                               bool manual)
{
  return ref_heap_alloc_request(ref, os, span_plain_request(npages, manual));
}

static struct span_alloc_result ref_heap_claim(HEAP *ref, uint64_t base, uint64_t npages,
                                               bool manual)
{
  return span_heap_claim(&ref->heap, base, npages, manual);
}

static struct span_alloc_result ref_heap_resize(HEAP *ref, uint64_t base, uint64_t npages)
{
  return span_heap_resize(&ref->heap, base, npages);
}

static struct span_free_result ref_heap_free(HEAP *ref, uint64_t base)
{
  return span_heap_free(&ref->heap, base);
}

static struct span_scavenge_result ref_heap_scavenge(HEAP *ref, uint64_t want_pages)
{
  struct span_scavenge_result result = span_heap_scavenge(&ref->heap, want_pages, &ref->gone);
  tell(ref);
  return result;
}

static enum span_status ref_heap_add(HEAP *ref, uint64_t base, uint64_t npages)
{
  enum span_status status = span_heap_add(&ref->heap, base, npages, &ref->gone);
  tell(ref);
  return status;
}

static struct span_lookup_result ref_heap_lookup(const HEAP *ref, uint64_t page)
{
  return span_heap_lookup(&ref->heap, page);
}

static struct span_stats ref_heap_stats(const HEAP *ref) { return span_heap_stats(&ref->heap); }

static HEAP *adapter_create(void) { return malloc(sizeof(HEAP)); }

static void adapter_destroy(HEAP *heap) { free(heap); }

static void adapter_tell(HEAP *ref, void (*release)(void *, struct span_range), void *context)
{
  ref->release = release;
  ref->context = context;
}

static void adapter_walk(HEAP *ref, void (*visit)(void *, const struct span *), void *context)
{
  for (uint64_t i = 0; i < ref->heap.count; i++) visit(context, &ref->heap.spans[i]);
}

#include "adapter.h"

const struct spanref_candidate candidate_ref = {ADAPTER("ref", "the proved reference")};
