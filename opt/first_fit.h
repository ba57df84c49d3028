/* The lowest free span of so many pages: down the tree to the first part whose longest is
 * enough, and along the bits of one word. */
#ifndef SPANREF_OPT_FIRST_FIT_H
#define SPANREF_OPT_FIRST_FIT_H

#include "page_tree.h"

/* Where a free span begins. */
struct tree_fit {
  struct tree_block *block;
  unsigned slot, at; /* which word; which bit of it */
};

static inline uint64_t fit_base(struct tree_fit fit)
{
  return word_page(fit.block, fit.slot) + fit.at;
}

static inline bool fit_leaves(struct tree_fit fit)
{
  return word_boundaries(&fit.block->words[fit.slot]) >> fit.at >> 1 == 0;
}

/* The first of 16 children from `slot` on that is long enough; TREE_FANOUT: none. */
static inline unsigned node_fit(const struct tree_node *node, unsigned slot, uint32_t npages)
{
  unsigned fits = lanes32_at_least(node->longest, npages) & ~0u << slot;
  return fits ? bits_first(fits) : TREE_FANOUT;
}

static inline unsigned block_fit(const struct tree_block *block, unsigned npages)
{
  unsigned fits = lanes16_at_least(block->word_longest, npages);
  assert(fits && "the parent said so");
  return bits_first(fits);
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

/* The lowest free span below a child of a node that is long enough, by the summary. */
static inline struct tree_fit fit_below(const struct tree_node *node, unsigned slot,
                                        uint64_t npages)
{
  while (node->head.level > 1) {
    node = tree_node(node->children[slot]);
    slot = node_fit(node, 0, clip_to_node(npages));
    assert(slot < TREE_FANOUT && "the parent said so");
  }
  struct tree_block *block = tree_block(node->children[slot]);
  /* A block's summary in its parent tells lengths beyond WORD_LONGEST_MAX
   * apart, and at most one word is so long: clipping loses nothing. */
  slot = block_fit(block, clip_to_word(npages));
  return (struct tree_fit){block, slot, fit_in_word(&block->words[slot], npages)};
}

/* The lowest free span of at least npages, NODE_LONGEST_MAX at most. false: none. */
static inline bool tree_first_fit(const struct page_tree *tree, uint64_t npages,
                                  struct tree_fit *fit)
{
  assert(tree->npending == 0 && "summaries must be settled");
  if (!tree->root) return false;
  unsigned slot = node_fit(tree->root, 0, clip_to_node(npages));
  if (slot == TREE_FANOUT) return false;
  *fit = fit_below(tree->root, slot, npages);
  return true;
}

#endif
