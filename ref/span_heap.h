/* The reference span heap: what an exact lowest-address first-fit page-run
 * allocator does, small enough to be read and proved.
 *
 * Every operation returns its outcome as a value; every error leaves the heap
 * exactly as it was. No allocation, no globals, no libc. The heap, its drawing
 * and its units: spec/model.h; behaviour: docs/semantics.md. */
#ifndef SPANREF_REF_SPAN_HEAP_H
#define SPANREF_REF_SPAN_HEAP_H

#include "../spec/model.h"
#include "../spec/os.h"

enum span_status span_heap_init(struct span_heap *h, struct span_geometry geometry);

struct span_alloc_result span_heap_alloc(struct span_heap *h, struct span_os *os,
                                         uint64_t npages, bool manual);

struct span_free_result span_heap_free(struct span_heap *h, uint64_t base);

struct span_scavenge_result span_heap_scavenge(struct span_heap *h, uint64_t want_pages);

enum span_status span_heap_add(struct span_heap *h, uint64_t base, uint64_t npages);

struct span_lookup_result span_heap_lookup(const struct span_heap *h, uint64_t page);

struct span_stats span_heap_stats(const struct span_heap *h);

#endif
