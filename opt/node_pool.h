/* Nodes of one size, cache-line aligned, never given back before the end.
 *
 * An operation reserves the nodes it may need before it changes anything;
 * taking one then can't fail, so no operation stops half done. */
#ifndef SPANREF_OPT_NODE_POOL_H
#define SPANREF_OPT_NODE_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "opt_memory.h"

struct node_free;
struct node_slab;

struct node_pool {
  /* Constant after init. */
  size_t node_bytes; /* a multiple of NODE_ALIGN_BYTES */
  const struct opt_memory *memory;
  /* Changes with every node. */
  struct node_free *free;
  size_t nfree; /* == length of the list free */
  /* Changes with every slab. */
  struct node_slab *slabs;
  size_t held_bytes; /* of all slabs */
};

#define NODE_ALIGN_BYTES 64

/* A node takes node_bytes, rounded up to whole cache lines. *memory outlives the pool. */
void node_pool_init(struct node_pool *pool, size_t node_bytes,
                    const struct opt_memory *memory);
/* All memory goes back; the pool is as after init. */
void node_pool_release(struct node_pool *pool);
/* At least `count` nodes are free afterwards; false: no memory, and no change but that
 * some more may be free, for the next to ask. */
bool node_pool_reserve(struct node_pool *pool, size_t count);
/* All zero. The caller has reserved it. */
void *node_pool_take(struct node_pool *pool);
void node_pool_give(struct node_pool *pool, void *node);

#endif
