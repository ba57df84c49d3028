/* The lowest free span of so many pages: down the tree to the first part whose longest is
 * enough, and along the bits of one word. */
#ifndef SPANREF_OPT_FIRST_FIT_H
#define SPANREF_OPT_FIRST_FIT_H

#include "page_tree.h"

/* Where a free span begins. */
struct tree_fit {
  struct tree_block *block;
  struct tree_word *word; /* of the block's */
  uint64_t base;
};

static inline struct tree_fit fit_at(struct tree_block *block, unsigned slot, unsigned at)
{
  return (struct tree_fit){block, &block->words[slot], word_page(block, slot) + at};
}

static inline bool fit_leaves(struct tree_fit fit)
{
  return word_boundaries(fit.word) >> (fit.base & 63) >> 1 == 0;
}

/* The first child that is long enough; there is one, as the parent said. */
static inline struct tree_head *node_child(const struct tree_node *node, unsigned fits)
{
  assert(fits && "the parent said so");
  return node->children[bits_first(fits)];
}

/* Of the free spans that begin at `free` and end in the word, those of at least npages:
 * eroded from above by all but one of these, their inner pages still begin there. */
static inline uint64_t long_enough(uint64_t free, uint64_t boundaries, unsigned npages)
{
  if (npages == 1) return free;
  uint64_t inner = word_inner(free, boundaries);
  for (unsigned eroded = 0, by; eroded < npages - 2; eroded += by) {
    by = npages - 2 - eroded < eroded + 1 ? npages - 2 - eroded : eroded + 1;
    inner &= inner >> by;
  }
  return free & inner;
}

/* The first free span in the word of at least npages; there is one. */
static inline unsigned fit_in_word(const struct tree_word *word, uint64_t npages)
{
  uint64_t boundaries = word_boundaries(word), inside = word->free;
  unsigned last = bits_last(inside);
  inside &= ~((uint64_t)(boundaries >> last == 1) << last); /* where it leaves the word */
  if (npages >= TREE_WORD_PAGES || !inside) return last;
  inside = long_enough(inside, boundaries, (unsigned)npages);
  return inside ? bits_first(inside) : last;
}

/* The lowest free span of at least npages in the block, by the summaries. */
static inline struct tree_fit fit_in_block(struct tree_block *block, uint64_t npages)
{
  /* A block's summary in its parent tells lengths beyond WORD_LONGEST_MAX
   * apart, and at most one word is so long: clipping loses nothing. */
  unsigned fits = lanes16_at_least(block->word_longest, clip_to_word(npages));
  assert(fits && "the parent said so");
  unsigned slot = bits_first(fits);
  return fit_at(block, slot, fit_in_word(&block->words[slot], npages));
}

/* The lowest free span of at least npages, 1 to NODE_LONGEST_MAX. false: none. */
static inline bool tree_first_fit(const struct page_tree *tree, uint64_t npages,
                                  struct tree_fit *fit)
{
  assert(tree->npending == 0 && "summaries must be settled");
  const struct tree_node *node = tree->root;
  if (!node) return false;
  unsigned fits = lanes32_at_least(node->longest, (uint32_t)npages);
  if (!fits) return false;
  while (node->head.level > 1) {
    node = tree_node(node_child(node, fits));
    fits = lanes32_at_least(node->longest, (uint32_t)npages);
  }
  *fit = fit_in_block(tree_block(node_child(node, fits)), npages);
  return true;
}

#endif
