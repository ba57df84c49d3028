/* The kernel's object caches, over the C library (shim.h). */
#include "shim.h"

#include <linux/xarray.h>

struct kmem_cache *kmem_cache_create_5(const char *name, size_t bytes, size_t align,
                                       unsigned flags, void (*make)(void *))
{
  struct kmem_cache *cache = calloc(1, sizeof *cache);
  if (cache == NULL) abort();
  cache->align = align > sizeof(void *) ? align : sizeof(void *);
  cache->bytes = (bytes + cache->align - 1) / cache->align * cache->align;
  (void)name, (void)flags, (void)make;
  return cache;
}

struct kmem_cache *kmem_cache_create_4(const char *name, size_t bytes,
                                       struct kmem_cache_args *args, unsigned flags)
{
  struct kmem_cache *cache = kmem_cache_create_5(name, bytes, args->align, flags, NULL);
  cache->is_single = true;
  return cache;
}

/* Some hundred objects at a time, linked in the order of their addresses. */
void *kmem_cache_refill(struct kmem_cache *cache)
{
  size_t count = cache->is_single ? 1 : 256;
  char *slab = aligned_alloc(cache->align, count * cache->bytes);
  if (slab == NULL) abort();
  for (size_t i = count; i-- > 0;) kmem_cache_free(cache, slab + i * cache->bytes);
  return slab;
}

struct slab_sheaf {
  unsigned count;
  void *objects[];
};

int kmem_cache_refill_sheaf(struct kmem_cache *cache, gfp_t flags, struct slab_sheaf **sheaf,
                            unsigned count)
{
  unsigned had = *sheaf != NULL ? (*sheaf)->count : 0;
  if (count <= had) return 0;
  *sheaf = realloc(*sheaf, sizeof **sheaf + count * sizeof(void *));
  if (*sheaf == NULL) abort();
  kmem_cache_alloc_bulk(cache, flags, count - had, (*sheaf)->objects + had);
  (*sheaf)->count = count;
  return 0;
}

struct slab_sheaf *kmem_cache_prefill_sheaf(struct kmem_cache *cache, gfp_t flags, unsigned count)
{
  struct slab_sheaf *sheaf = NULL;
  kmem_cache_refill_sheaf(cache, flags, &sheaf, count);
  return sheaf;
}

void *kmem_cache_alloc_from_sheaf(struct kmem_cache *cache, gfp_t flags, struct slab_sheaf *sheaf)
{
  (void)cache, (void)flags;
  return sheaf->count > 0 ? sheaf->objects[--sheaf->count] : NULL;
}

void kmem_cache_return_sheaf(struct kmem_cache *cache, gfp_t flags, struct slab_sheaf *sheaf)
{
  (void)flags;
  kmem_cache_free_bulk(cache, sheaf->count, sheaf->objects);
  free(sheaf);
}

unsigned kmem_cache_sheaf_size(struct slab_sheaf *sheaf) { return sheaf->count; }

void *vzalloc_node(unsigned long bytes, int node)
{
  (void)node;
  return calloc(1, bytes);
}

void *vzalloc_node_noprof(unsigned long bytes, int node) { return vzalloc_node(bytes, node); }

void vfree(const void *memory) { free((void *)memory); }

/* What the XArray's nodes come from, and how. The kernel has this in radix-tree.c. */
static struct kmem_cache nodes = {.bytes = sizeof(struct xa_node), .align = sizeof(void *)};
struct kmem_cache *radix_tree_node_cachep = &nodes;

void *kmem_cache_alloc_lru(struct kmem_cache *cache, void *lru, gfp_t flags)
{
  struct xa_node *node = kmem_cache_alloc(cache, flags | __GFP_ZERO);
  (void)lru;
  node->private_list.next = node->private_list.prev = &node->private_list;
  return node;
}

void radix_tree_node_rcu_free(struct rcu_head *head)
{
  kmem_cache_free(&nodes, container_of(head, struct xa_node, rcu_head));
}
