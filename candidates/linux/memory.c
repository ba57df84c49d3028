/* The kernel's object caches, over the C library (shim.h). */
#include "shim.h"

struct kmem_cache *kmem_cache_create(const char *name, size_t bytes, size_t align,
                                     unsigned flags, void (*make)(void *))
{
  struct kmem_cache *cache = calloc(1, sizeof *cache);
  if (cache == NULL) abort();
  cache->align = align > sizeof(void *) ? align : sizeof(void *);
  cache->bytes = (bytes + cache->align - 1) / cache->align * cache->align;
  (void)name, (void)flags, (void)make;
  return cache;
}

/* Some hundred objects at a time, linked in the order of their addresses. */
void *kmem_cache_refill(struct kmem_cache *cache)
{
  enum { COUNT = 256 };
  char *slab = aligned_alloc(cache->align, COUNT * cache->bytes);
  if (slab == NULL) abort();
  for (size_t i = COUNT; i-- > 0;) kmem_cache_free(cache, slab + i * cache->bytes);
  return slab;
}

void *vzalloc_node(unsigned long bytes, int node)
{
  (void)node;
  return calloc(1, bytes);
}

void vfree(const void *memory) { free((void *)memory); }
