#include "node_pool.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#define SLAB_NODES 64

struct node_link {
  struct node_link *next;
};

void node_pool_init(struct node_pool *pool, size_t node_bytes, const struct opt_memory *memory)
{
  assert(node_bytes >= sizeof(struct node_link) && "a free node has a link");
  size_t lines = (node_bytes + NODE_ALIGN_BYTES - 1) / NODE_ALIGN_BYTES;
  *pool = (struct node_pool){.node_bytes = lines * NODE_ALIGN_BYTES, .memory = memory};
}

/* The link, up to NODE_ALIGN_BYTES - 1 bytes before the first cache line, the nodes. */
static size_t slab_bytes(const struct node_pool *pool)
{
  return sizeof(struct node_link) + NODE_ALIGN_BYTES - 1 + SLAB_NODES * pool->node_bytes;
}

void node_pool_release(struct node_pool *pool)
{
  while (pool->slabs) {
    struct node_link *slab = pool->slabs;
    pool->slabs = slab->next;
    pool->memory->give(pool->memory->context, slab, slab_bytes(pool));
  }
  node_pool_init(pool, pool->node_bytes, pool->memory);
}

static bool slab_add(struct node_pool *pool)
{
  struct node_link *slab = pool->memory->get(pool->memory->context, slab_bytes(pool));
  if (!slab) return false;
  slab->next = pool->slabs;
  pool->slabs = slab;
  pool->held_bytes += slab_bytes(pool);

  char *first = (char *)(slab + 1);
  size_t over = (size_t)((uintptr_t)first % NODE_ALIGN_BYTES);
  if (over) first += NODE_ALIGN_BYTES - over;
  for (size_t i = SLAB_NODES; i-- > 0;) /* the last one given is the first one taken */
    node_pool_give(pool, first + i * pool->node_bytes);
  return true;
}

bool node_pool_reserve(struct node_pool *pool, size_t count)
{
  while (pool->nfree < count)
    if (!slab_add(pool)) return false;
  return true;
}

void *node_pool_take(struct node_pool *pool)
{
  assert(pool->nfree > 0 && "the operation reserved too little");
  struct node_link *node = pool->free;
  pool->free = node->next;
  pool->nfree--;
  return memset(node, 0, pool->node_bytes);
}

void node_pool_give(struct node_pool *pool, void *node)
{
  struct node_link *free_node = node;
  free_node->next = pool->free;
  pool->free = free_node;
  pool->nfree++;
}
