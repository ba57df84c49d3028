/* A heap that is measured, behind a small table of functions. Pages are numbers; no memory
 * is touched. */
#ifndef SPANREF_BENCH_PEER_H
#define SPANREF_BENCH_PEER_H

#include <stddef.h>
#include <stdint.h>

#include "operations.h"

#define PEER_NO_MEMORY UINT64_MAX

struct peer {
  const char *name;
  /* A heap that holds the workload's region, all of it free. NULL: it can't. */
  void *(*create)(const struct workload *workload);
  void (*destroy)(void *heap);
  uint64_t (*alloc)(void *heap, uint64_t npages);
  /* npages is the span's length, for heaps that don't keep it. */
  void (*free)(void *heap, uint64_t base, uint64_t npages);
  void (*scavenge)(void *heap, uint64_t npages); /* NULL: it can't */
  size_t (*metadata_bytes)(void *heap);          /* NULL: it can't say */
  /* For workloads of requests. NULL: it can't. Nothing else is live in the slot. */
  uint64_t (*alloc_request)(void *heap, uint64_t slot, const struct span_request *request);
  void (*free_request)(void *heap, uint64_t slot, uint64_t base, uint64_t npages);
};

extern const struct peer peer_opt, peer_ref, peer_treap, peer_bitmap, peer_glibc,
    peer_jemalloc, peer_mimalloc, peer_tcmalloc;

/* One of the kernel's allocators (kernel/). NULL: there is none of this name, or they
 * weren't built beside the program. */
const struct peer *peer_kernel(const char *program, const char *name);

#endif
