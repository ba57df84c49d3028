/* Nodes of one size, cache-line aligned, never given back before the end.
 *
 * An operation reserves the nodes it may need before it changes anything;
 * taking one then can't fail, so no operation stops half done. */
#ifndef SPANREF_OPT_NODE_POOL_H
#define SPANREF_OPT_NODE_POOL_H

#include <stdbool.h>
#include <stddef.h>

struct node_free;
struct node_slab;

struct node_pool {
  /* Constant after init. */
  size_t node_bytes; /* a multiple of NODE_ALIGN_BYTES */
  /* Changes with every node. */
  struct node_free *free;
  size_t nfree; /* == length of the list free */
  /* Changes with every slab. */
  struct node_slab *slabs;
  size_t held_bytes;  /* of all slabs */
  size_t limit_bytes; /* held_bytes may not grow beyond it */
};

#define NODE_ALIGN_BYTES 64

/* A node takes node_bytes, rounded up to whole cache lines. */
void node_pool_init(struct node_pool *pool, size_t node_bytes);
void node_pool_release(struct node_pool *pool);
/* At least `count` nodes are free afterwards; false: no memory, no change that
 * anyone sees. */
bool node_pool_reserve(struct node_pool *pool, size_t count);
/* All zero. The caller has reserved it. */
void *node_pool_take(struct node_pool *pool);
void node_pool_give(struct node_pool *pool, void *node);

#endif
