/* newlib's malloc, or with NEWLIB_NANO its small one: the files as newlib compiles them, all their
 * functions at once. */
#define INTERNAL_NEWLIB
#define DEFINE_MALLOC
#define DEFINE_FREE
#define DEFINE_REALLOC
#define DEFINE_CALLOC
#define DEFINE_MEMALIGN
#define DEFINE_MALLOC_USABLE_SIZE

#ifdef NEWLIB_NANO
#include <nano-mallocr.c>
#else
#define DEBUG 1 /* its own assertions */
#include <mallocr.c>
#endif

#include "its.h"
#include "region.h"

static struct _reent reent;

void *_sbrk_r(struct _reent *of, ptrdiff_t increment_bytes)
{
  (void)of;
  return region_sbrk(increment_bytes);
}

void __malloc_lock(struct _reent *of)
{
  (void)of;
}

void __malloc_unlock(struct _reent *of)
{
  (void)of;
}

void *its_malloc(size_t size_bytes)
{
  return _malloc_r(&reent, size_bytes);
}

void its_free(void *memory)
{
  _free_r(&reent, memory);
}

void *its_realloc(void *memory, size_t size_bytes)
{
  return _realloc_r(&reent, memory, size_bytes);
}

void *its_calloc(size_t count, size_t each_bytes)
{
  return _calloc_r(&reent, count, each_bytes);
}

void *its_memalign(size_t align_bytes, size_t size_bytes)
{
  return _memalign_r(&reent, align_bytes, size_bytes);
}

size_t its_usable_size(void *memory)
{
  return _malloc_usable_size_r(&reent, memory);
}

#ifndef NEWLIB_NANO
void its_trim(void)
{
  _malloc_trim_r(&reent, 0);
}
#endif
