/* Nodes of one size, each beginning on a cache line, all kept until the end.
 *
 * An operation reserves the nodes that it may need before it changes anything. Taking one then
 * can't fail: no operation stops half done. */
#ifndef SPANREF_OPT_NODE_POOL_H
#define SPANREF_OPT_NODE_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "opt_memory.h"

struct node_link;

struct node_pool {
  /* Constant after init. */
  size_t node_bytes; /* a multiple of NODE_ALIGN_BYTES, and not 0 */
  const struct opt_memory *memory;
  /* Changes with every node. */
  struct node_link *free;
  size_t nfree; /* length of the list `free` */
  /* Changes with every slab. */
  struct node_link *slabs;
  size_t held_bytes; /* of all slabs together */
};

#define NODE_ALIGN_BYTES 64

/* Empty. A node takes node_bytes, rounded up to whole cache lines. *memory outlives the pool. */
void node_pool_init(struct node_pool *pool, size_t node_bytes, const struct opt_memory *memory);
/* All memory goes back; the pool is as after init. */
void node_pool_release(struct node_pool *pool);
/* `count` nodes or more are free afterwards. false: no memory; some of them may be free. */
bool node_pool_reserve(struct node_pool *pool, size_t count);
/* A node, all zero. Requires a reserved one. */
void *node_pool_take(struct node_pool *pool);
/* The pool's node is free again. */
void node_pool_give(struct node_pool *pool, void *node);

#endif
