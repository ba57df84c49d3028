/* The lowest free span of so many pages: down the tree to the first part whose longest span is
 * long enough, then along the bits of one word. */
#ifndef SPANREF_OPT_FIRST_FIT_H
#define SPANREF_OPT_FIRST_FIT_H

#include "page_tree.h"

/* Where a free span begins: base is in *word, which is in *block. */
struct tree_fit {
  struct tree_block *block;
  struct tree_word *word;
  uint64_t base;
};

/* Does it end outside its word? */
static inline bool fit_leaves(struct tree_fit fit)
{
  return word_boundaries(fit.word) >> (fit.base & 63) >> 1 == 0;
}

/* The first child with a long enough span. fits: a bit for each child that has one. */
static inline struct tree_head *node_child(const struct tree_node *node, unsigned fits)
{
  assert(fits && "the parent said so");
  return node->children[bits_first(fits)];
}

/* The free spans that begin at `free` end in the word. Where do npages pages of one begin? A
 * span of n pages has n - 1 inner pages, in a row (word_inner). When npages - 2 are taken off
 * the end of each row, the pages are left from which npages - 1 inner ones follow, and then the
 * span's last one at least. */
static inline uint64_t word_places(uint64_t free, uint64_t boundaries, unsigned npages)
{
  assert(0 < npages && npages < TREE_WORD_PAGES && "no other ends in its word");
  uint64_t inner = word_inner(free, boundaries);
  if (npages == 1) return free | inner << 1;
  for (unsigned eroded = 0, by; eroded < npages - 2; eroded += by) {
    by = npages - 2 - eroded < eroded + 1 ? npages - 2 - eroded : eroded + 1;
    inner &= inner >> by;
  }
  return inner;
}

/* Of these spans, those of npages or more. */
static inline uint64_t long_enough(uint64_t free, uint64_t boundaries, unsigned npages)
{
  return npages == 1 ? free : free & word_places(free, boundaries, npages);
}

/* The first free span of npages or more in a word that has one. */
static inline unsigned fit_in_word(const struct tree_word *word, uint64_t npages)
{
  uint64_t boundaries = word_boundaries(word), inside = word->free;
  assert(npages > 0 && inside && "the block said so");
  unsigned last = bits_last(inside);
  inside &= ~((uint64_t)(boundaries >> last == 1) << last); /* where it leaves the word */
  if (npages >= TREE_WORD_PAGES || !inside) return last;
  inside = long_enough(inside, boundaries, (unsigned)npages);
  return inside ? bits_first(inside) : last;
}

/* The lowest free span of npages or more in a block that has one. */
static inline struct tree_fit fit_in_block(struct tree_block *block, uint64_t npages)
{
  /* Clipping loses nothing: the block's longest tells longer spans apart, and one word at
   * most has a span so long. */
  unsigned fits = lanes16_at_least(block->word_longest, clip_to_word(npages));
  assert(fits && "the parent said so");
  unsigned slot = bits_first(fits);
  struct tree_word *word = &block->words[slot];
  return (struct tree_fit){block, word, word_page(block, slot) + fit_in_word(word, npages)};
}

/* The lowest below the first of these children of the node: a bit for each that has one. */
static inline struct tree_fit fit_below(const struct tree_node *node, unsigned fits,
                                        uint64_t npages)
{
  while (node->head.level > 1) {
    node = tree_node(node_child(node, fits));
    fits = lanes32_at_least(node->longest, (uint32_t)npages);
  }
  return fit_in_block(tree_block(node_child(node, fits)), npages);
}

/* The lowest free span of npages or more. false: none. */
static inline bool tree_first_fit(const struct page_tree *tree, uint64_t npages,
                                  struct tree_fit *fit)
{
  assert(0 < npages && npages <= NODE_LONGEST_MAX && "nodes tell no longer ones apart");
  assert(tree->npending == 0 && "the longest spans are true");
  const struct tree_node *node = tree->root;
  if (!node) return false;
  unsigned fits = lanes32_at_least(node->longest, (uint32_t)npages);
  if (!fits) return false;
  *fit = fit_below(node, fits, npages);
  return true;
}

#endif
