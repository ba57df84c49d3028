/* The reference behind the interface. */
#include <stdlib.h>

#include "../../ref/span_heap.h"

#define HEAP struct span_heap
#define CALL(what) span_heap_##what
#define span_heap_reset span_heap_init

static HEAP *adapter_create(void) { return malloc(sizeof(HEAP)); }

static void adapter_destroy(HEAP *heap) { free(heap); }

static void adapter_walk(HEAP *heap, void (*visit)(void *, const struct span *), void *context)
{
  for (uint64_t i = 0; i < heap->count; i++) visit(context, &heap->spans[i]);
}

#include "adapter.h"

const struct spanref_candidate candidate_ref = {ADAPTER("ref", "the proved reference")};
