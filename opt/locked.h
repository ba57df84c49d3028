/* One optimised heap for several threads: a mutex, held for the whole of each operation. It needs
 * POSIX threads and isn't part of the library: build opt/locked.c with what needs it.
 *
 * The mutex guards the heap, not the pages. A thread may use what alloc gave it until it frees
 * that; whoever gets the pages next sees what the thread wrote.
 *
 * The OS, the heap's memory door and visit are called with the mutex held. They need no lock of
 * their own, as far as this heap alone calls them. They must not call the locked heap, which
 * would wait for itself; nor must a signal handler. */
#ifndef SPANREF_OPT_LOCKED_H
#define SPANREF_OPT_LOCKED_H

#include <pthread.h>

#include "opt_heap.h"

struct locked_heap {
  pthread_mutex_t mutex;
  struct opt_heap *heap; /* touched with the mutex held */
};

/* The heap stays the caller's. Nobody uses it directly from here to locked_heap_destroy. false:
 * the system has no mutex. */
bool locked_heap_init(struct locked_heap *locked, struct opt_heap *heap);
/* Requires that no thread is in an operation, or will be. */
void locked_heap_destroy(struct locked_heap *locked);

/* As in opt_heap.h. */
enum span_status locked_heap_reset(struct locked_heap *locked, struct span_geometry geometry);
struct span_alloc_result locked_heap_alloc(struct locked_heap *locked, struct span_os *os,
                                           uint64_t npages, bool manual);
struct span_free_result locked_heap_free(struct locked_heap *locked, uint64_t base);
struct span_scavenge_result locked_heap_scavenge(struct locked_heap *locked, uint64_t want_pages);
enum span_status locked_heap_add(struct locked_heap *locked, uint64_t base, uint64_t npages);
struct span_lookup_result locked_heap_lookup(struct locked_heap *locked, uint64_t page);
struct span_stats locked_heap_stats(struct locked_heap *locked);
void locked_heap_walk(struct locked_heap *locked, opt_visit *visit, void *context);
size_t locked_heap_metadata_bytes(struct locked_heap *locked);
const char *locked_heap_why_invalid(struct locked_heap *locked);

#endif
