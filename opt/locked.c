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

/* These can't fail: it is a plain mutex, made by init. */

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

enum span_status locked_heap_reset(struct locked_heap *locked, struct span_geometry geometry)
{
  enum span_status status = opt_heap_reset(lock(locked), geometry);
  unlock(locked);
  return status;
}

struct span_alloc_result locked_heap_alloc(struct locked_heap *locked, struct span_os *os,
                                           uint64_t npages, bool manual)
{
  struct span_alloc_result result = opt_heap_alloc(lock(locked), os, npages, manual);
  unlock(locked);
  return result;
}

struct span_free_result locked_heap_free(struct locked_heap *locked, uint64_t base)
{
  struct span_free_result result = opt_heap_free(lock(locked), base);
  unlock(locked);
  return result;
}

struct span_scavenge_result locked_heap_scavenge(struct locked_heap *locked,
                                                 uint64_t want_pages)
{
  struct span_scavenge_result result = opt_heap_scavenge(lock(locked), want_pages);
  unlock(locked);
  return result;
}

enum span_status locked_heap_add(struct locked_heap *locked, uint64_t base, uint64_t npages)
{
  enum span_status status = opt_heap_add(lock(locked), base, npages);
  unlock(locked);
  return status;
}

struct span_lookup_result locked_heap_lookup(struct locked_heap *locked, uint64_t page)
{
  struct span_lookup_result result = opt_heap_lookup(lock(locked), page);
  unlock(locked);
  return result;
}

struct span_stats locked_heap_stats(struct locked_heap *locked)
{
  struct span_stats stats = opt_heap_stats(lock(locked));
  unlock(locked);
  return stats;
}

void locked_heap_walk(struct locked_heap *locked, opt_visit *visit, void *context)
{
  opt_heap_walk(lock(locked), visit, context);
  unlock(locked);
}

size_t locked_heap_metadata_bytes(struct locked_heap *locked)
{
  size_t bytes = opt_heap_metadata_bytes(lock(locked));
  unlock(locked);
  return bytes;
}

const char *locked_heap_why_invalid(struct locked_heap *locked)
{
  const char *wrong = opt_heap_why_invalid(lock(locked));
  unlock(locked);
  return wrong;
}
