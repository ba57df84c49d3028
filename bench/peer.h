/* What is measured, behind one small table of functions. Pages are numbers; no memory is
 * touched. */
#ifndef SPANREF_BENCH_PEER_H
#define SPANREF_BENCH_PEER_H

#include <stddef.h>
#include <stdint.h>

#include "operations.h"

#define PEER_NO_MEMORY UINT64_MAX

struct peer {
  const char *name;
  /* An empty heap that holds the workload's region. NULL: it can't. */
  void *(*create)(const struct workload *workload);
  void (*destroy)(void *heap);
  uint64_t (*alloc)(void *heap, uint64_t npages);
  /* The length is told as well: whoever keeps none needs it, the others don't look. */
  void (*free)(void *heap, uint64_t base, uint64_t npages);
  void (*scavenge)(void *heap, uint64_t npages); /* NULL: can't */
  size_t (*metadata_bytes)(void *heap);          /* NULL: doesn't say */
};

extern const struct peer peer_opt, peer_ref, peer_treap, peer_bitmap, peer_glibc,
    peer_jemalloc, peer_mimalloc, peer_tcmalloc;

#endif
