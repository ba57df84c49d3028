#include "locked.h"

#include <assert.h>

bool locked_heap_init(struct locked_heap *locked, struct opt_heap *heap)
{
  locked->heap = heap;
  return pthread_mutex_init(&locked->mutex, NULL) == 0;
}

void locked_heap_destroy(struct locked_heap *locked)
{
  int status = pthread_mutex_destroy(&locked->mutex);
  assert(status == 0 && "no thread is in an operation");
  (void)status;
}

/* Locking and unlocking a plain mutex that init made can't fail. */

static struct opt_heap *lock(struct locked_heap *locked)
{
  int status = pthread_mutex_lock(&locked->mutex);
  assert(status == 0 && "init made it");
  (void)status;
  return locked->heap;
}

static void unlock(struct locked_heap *locked)
{
  int status = pthread_mutex_unlock(&locked->mutex);
  assert(status == 0 && "this thread holds it");
  (void)status;
}

/* locked_heap_NAME is opt_heap_NAME with the mutex held. */
#define WITH_MUTEX(type, name, parameters, arguments) \
  type locked_heap_##name parameters                  \
  {                                                   \
    type answer = opt_heap_##name arguments;          \
    unlock(locked);                                   \
    return answer;                                    \
  }

WITH_MUTEX(enum span_status, reset, (struct locked_heap *locked, struct span_geometry geometry),
           (lock(locked), geometry))
WITH_MUTEX(struct span_alloc_result, alloc,
           (struct locked_heap *locked, struct span_os *os, uint64_t npages, bool manual),
           (lock(locked), os, npages, manual))
WITH_MUTEX(struct span_free_result, free, (struct locked_heap *locked, uint64_t base),
           (lock(locked), base))
WITH_MUTEX(struct span_scavenge_result, scavenge,
           (struct locked_heap *locked, uint64_t want_pages), (lock(locked), want_pages))
WITH_MUTEX(enum span_status, add, (struct locked_heap *locked, uint64_t base, uint64_t npages),
           (lock(locked), base, npages))
WITH_MUTEX(struct span_lookup_result, lookup, (struct locked_heap *locked, uint64_t page),
           (lock(locked), page))
WITH_MUTEX(struct span_stats, stats, (struct locked_heap *locked), (lock(locked)))
WITH_MUTEX(size_t, metadata_bytes, (struct locked_heap *locked), (lock(locked)))
WITH_MUTEX(const char *, why_invalid, (struct locked_heap *locked), (lock(locked)))

void locked_heap_walk(struct locked_heap *locked, opt_visit *visit, void *context)
{
  opt_heap_walk(lock(locked), visit, context);
  unlock(locked);
}
