/* One optimised heap for several threads: a mutex, held for the whole of each operation.
 * POSIX threads; not part of the library, build opt/locked.c with what needs it.
 *
 * It guards the heap and not the pages: a thread may use what alloc gave it until it
 * frees it, and what it wrote is seen by whoever gets the pages next.
 *
 * With the mutex held, so that they need no lock of their own, but must not call the
 * locked heap, which would wait for itself: the OS (as far as only this heap asks it), the
 * heap's memory door, and visit. Not for signal handlers, for the same reason. */
#ifndef SPANREF_OPT_LOCKED_H
#define SPANREF_OPT_LOCKED_H

#include <pthread.h>

#include "opt_heap.h"

struct locked_heap {
  pthread_mutex_t mutex;
  struct opt_heap *heap; /* touched with the mutex held */
};

/* The heap stays the caller's, who leaves it alone from here to locked_heap_destroy.
 * false: the system has no mutex. */
bool locked_heap_init(struct locked_heap *locked, struct opt_heap *heap);
/* No thread is in an operation, or begins one. */
void locked_heap_destroy(struct locked_heap *locked);

/* As in opt_heap.h. */
enum span_status locked_heap_reset(struct locked_heap *locked,
                                   struct span_geometry geometry);
struct span_alloc_result locked_heap_alloc(struct locked_heap *locked, struct span_os *os,
                                           uint64_t npages, bool manual);
struct span_free_result locked_heap_free(struct locked_heap *locked, uint64_t base);
struct span_scavenge_result locked_heap_scavenge(struct locked_heap *locked,
                                                 uint64_t want_pages);
enum span_status locked_heap_add(struct locked_heap *locked, uint64_t base,
                                 uint64_t npages);
struct span_lookup_result locked_heap_lookup(struct locked_heap *locked, uint64_t page);
struct span_stats locked_heap_stats(struct locked_heap *locked);
void locked_heap_walk(struct locked_heap *locked, opt_visit *visit, void *context);
size_t locked_heap_metadata_bytes(struct locked_heap *locked);
const char *locked_heap_why_invalid(struct locked_heap *locked);

#endif
