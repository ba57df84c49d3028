/* A baseline: the free spans in a treap by address, each with the longest of its subtree,
 * and a table of eight bytes a page that finds spans by their first and last page. As in
 * Go 1.13, but for the accounts. */
#include <stdbool.h>
#include <stdlib.h>

#include "peer.h"

struct node {
  struct node *left, *right, *parent;
  uint64_t base, npages, longest; /* longest: of the subtree */
  uint64_t priority;
};

struct treap {
  struct node *root;
  struct node *spare; /* linked by parent */
  uint64_t seed;
  uint64_t base, npages;
  size_t nnodes;
  /* Of a free span's first and last page: its node. Of the first page of one in use: its
   * length, odd. */
  uintptr_t map[];
};

static uint64_t longest(const struct node *node) { return node ? node->longest : 0; }

/* Returns whether it has changed. */
static bool refresh(struct node *node)
{
  uint64_t most = node->npages;
  if (longest(node->left) > most) most = longest(node->left);
  if (longest(node->right) > most) most = longest(node->right);
  bool changed = most != node->longest;
  node->longest = most;
  return changed;
}

static void refresh_upward(struct node *node)
{
  while (node != NULL && refresh(node)) node = node->parent;
}

static void hang(struct treap *treap, struct node *old, struct node *new)
{
  struct node *parent = old->parent;
  if (parent == NULL)
    treap->root = new;
  else if (parent->left == old)
    parent->left = new;
  else
    parent->right = new;
  if (new != NULL) new->parent = parent;
}

/* child goes where its parent is, and its parent below it. */
static void rotate_up(struct treap *treap, struct node *child)
{
  struct node *parent = child->parent;
  struct node *middle = parent->left == child ? child->right : child->left;
  hang(treap, parent, child);
  if (parent->left == child) {
    parent->left = middle;
    child->right = parent;
  } else {
    parent->right = middle;
    child->left = parent;
  }
  if (middle != NULL) middle->parent = parent;
  parent->parent = child;
  refresh(parent);
  refresh(child);
}

static struct node *node_new(struct treap *treap)
{
  struct node *node = treap->spare;
  if (node != NULL) {
    treap->spare = node->parent;
    return node;
  }
  treap->nnodes++;
  return malloc(sizeof *node);
}

static void map_free(struct treap *treap, struct node *node)
{
  uint64_t page = node->base - treap->base;
  treap->map[page] = treap->map[page + node->npages - 1] = (uintptr_t)node;
}

static void insert(struct treap *treap, uint64_t base, uint64_t npages)
{
  struct node *node = node_new(treap), *parent = NULL, **link = &treap->root;
  if (node == NULL) abort();
  while (*link != NULL) {
    parent = *link;
    link = base < parent->base ? &parent->left : &parent->right;
  }
  treap->seed = treap->seed * 6364136223846793005ULL + 1442695040888963407ULL;
  *node = (struct node){.parent = parent,
                        .base = base,
                        .npages = npages,
                        .longest = npages,
                        .priority = treap->seed >> 20};
  *link = node;
  map_free(treap, node);
  refresh_upward(parent);
  while (node->parent != NULL && node->parent->priority < node->priority)
    rotate_up(treap, node);
}

static void delete(struct treap *treap, struct node *node)
{
  while (node->left != NULL && node->right != NULL)
    rotate_up(treap, node->left->priority > node->right->priority ? node->left : node->right);
  hang(treap, node, node->left != NULL ? node->left : node->right);
  refresh_upward(node->parent);
  node->parent = treap->spare;
  treap->spare = node;
}

/* The node now has these pages; it stays in place among the others. */
static void resize(struct treap *treap, struct node *node, uint64_t base, uint64_t npages)
{
  node->base = base;
  node->npages = npages;
  refresh_upward(node);
  map_free(treap, node);
}

static struct node *first_fit(struct treap *treap, uint64_t npages)
{
  struct node *node = treap->root;
  if (longest(node) < npages) return NULL;
  for (;;) {
    if (longest(node->left) >= npages)
      node = node->left;
    else if (node->npages >= npages)
      return node;
    else
      node = node->right;
  }
}

static uint64_t alloc(void *heap, uint64_t npages)
{
  struct treap *treap = heap;
  struct node *node = first_fit(treap, npages);
  if (node == NULL) return PEER_NO_MEMORY;
  uint64_t base = node->base, page = base - treap->base;
  if (node->npages == npages)
    delete(treap, node);
  else
    resize(treap, node, base + npages, node->npages - npages);
  treap->map[page + npages - 1] = 1;
  treap->map[page] = npages << 1 | 1;
  return base;
}

/* The free span that holds the page, given that it begins or ends there. */
static struct node *free_at(const struct treap *treap, uint64_t page)
{
  uintptr_t entry = page < treap->npages ? treap->map[page] : 1;
  return entry & 1 ? NULL : (struct node *)entry;
}

static void free_span(void *heap, uint64_t base, uint64_t unused)
{
  struct treap *treap = heap;
  (void)unused;
  uint64_t page = base - treap->base, npages = treap->map[page] >> 1;
  struct node *before = free_at(treap, page - 1), *after = free_at(treap, page + npages);
  if (after != NULL && before != NULL) {
    npages += after->npages;
    delete(treap, after);
  }
  if (before != NULL) {
    resize(treap, before, before->base, before->npages + npages);
  } else if (after != NULL) {
    resize(treap, after, base, npages + after->npages);
  } else {
    insert(treap, base, npages);
  }
}

static void *create(const struct workload *workload)
{
  if (workload->region_pages == 0) return NULL;
  struct treap *treap =
      calloc(1, sizeof *treap + workload->region_pages * sizeof treap->map[0]);
  if (treap == NULL) return NULL;
  treap->base = workload->region_base;
  treap->npages = workload->region_pages;
  insert(treap, treap->base, treap->npages);
  return treap;
}

/* Subtrees are freed by turning the tree into a list on the way: no recursion. */
static void destroy(void *heap)
{
  struct treap *treap = heap;
  struct node *node;
  while ((node = treap->root) != NULL) {
    while (node->left != NULL) {
      rotate_up(treap, node->left);
      node = node->parent;
    }
    treap->root = node->right;
    if (node->right != NULL) node->right->parent = NULL;
    free(node);
  }
  while ((node = treap->spare) != NULL) {
    treap->spare = node->parent;
    free(node);
  }
  free(treap);
}

static size_t metadata_bytes(void *heap)
{
  struct treap *treap = heap;
  return sizeof *treap + treap->npages * sizeof treap->map[0] +
         treap->nnodes * sizeof(struct node);
}

const struct peer peer_treap = {.name = "treap",
                                .create = create,
                                .destroy = destroy,
                                .alloc = alloc,
                                .free = free_span,
                                .metadata_bytes = metadata_bytes};
