/* Where spans begin, and how long the free ones are: a 16-ary tree over pages.
 *
 * The picture and the costs are in opt_heap.h; here are the parts.
 *
 * A *boundary* is a page where a span starts, or where owned memory stops (a
 * gap). Every page has a code of four bits, one in each plane of its word:
 *
 *   start free kind dirty
 *     0    0    0    0    nothing begins here
 *     0    0    0    1    a gap: the span before ends, nobody owns what follows
 *     1    0  manual nz   a span in use begins
 *     1    1  scav.  nz   a free span begins
 *
 * A span reaches to the next boundary: there is no record of it elsewhere.
 * Nodes exist only over boundaries; the inside of a big span costs nothing.
 *
 * Codes change at once and boundary searches see them; the summaries (longest
 * and the other two masks) follow in page_tree_settle, so first fit and
 * highest may be asked of a settled tree only. Whoever changes the length of a
 * free span puts its code again, changed or not: that is what gets its word
 * summed up anew. */
#ifndef SPANREF_OPT_PAGE_TREE_H
#define SPANREF_OPT_PAGE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "node_pool.h"

#define CODE_NONE 0u
#define CODE_START 1u
#define CODE_FREE 2u
#define CODE_KIND 4u  /* free: scavenged; in use: manual */
#define CODE_DIRTY 8u /* needzero */
#define CODE_GAP CODE_DIRTY

enum {
  TREE_WORD_SHIFT = 6,   /* 64 pages a word */
  TREE_FANOUT_SHIFT = 4, /* 16 words a block, 16 children a node */
  TREE_FANOUT = 1 << TREE_FANOUT_SHIFT,
  TREE_LEVELS = 8,      /* nodes above a block: 2^(6 + 4 + 8*4) pages > 2^40 */
  TREE_PENDING_MAX = 12 /* words put between two settles: see page_tree_put */
};

/* What a mask's bit says of one word or child. */
enum tree_mask {
  TREE_BOUNDARY,   /* some boundary */
  TREE_RELEASABLE, /* a retained free span with a whole physical page begins */
  TREE_HUGE,       /* ... and with a whole huge page */
  TREE_MASKS
};

/* Common to blocks and nodes. */
struct tree_head {
  struct tree_node *parent; /* NULL: this is the root */
  uint32_t number;          /* first page, in units of what this covers */
  uint16_t mask[TREE_MASKS]; /* mask[TREE_BOUNDARY] != 0: never empty */
  uint8_t level;            /* 0: a block; else a node, TREE_LEVELS at most */
};

struct tree_word {
  uint64_t start, free, kind, dirty;
};

struct tree_block {
  struct tree_head head;
  /* Longest free span starting in the word, in pages, but never more than
   * BLOCK_LONGEST_MAX. Only one word of a block can be so long. */
  uint16_t longest[TREE_FANOUT];
  uint64_t unused; /* words begin on a cache line, two to a line */
  struct tree_word words[TREE_FANOUT];
};
#define BLOCK_LONGEST_MAX UINT16_MAX

struct tree_node {
  struct tree_head head;
  uint64_t unused[5]; /* longest is one cache line */
  /* Longest free span starting in the child, never more than NODE_LONGEST_MAX.
   * 256 spans at most can be so long (SPAN_LIMIT_PAGES is 2^40). */
  uint32_t longest[TREE_FANOUT];
  struct tree_head *children[TREE_FANOUT]; /* NULL: no boundary there */
};
#define NODE_LONGEST_MAX UINT32_MAX

struct page_tree {
  /* Constant between resets. */
  uint64_t phys_pages; /* R */
  uint64_t huge_pages; /* H */
  /* Changes when boundaries come where there were none. */
  struct tree_node *root;
  struct node_pool blocks, nodes;
  /* Changes with every operation. */
  struct tree_block *recent; /* last block met, or NULL: a short cut only */
  uint64_t pending[TREE_PENDING_MAX]; /* words to sum up: page >> 6 */
  unsigned npending;                  /* 0: settled */
};

void page_tree_init(struct page_tree *tree);
void page_tree_release(struct page_tree *tree);
/* No boundaries; costs the nodes there are. */
void page_tree_reset(struct page_tree *tree, uint64_t phys_pages,
                     uint64_t huge_pages);

/* Nodes for this many boundaries where there were none. false: no memory. */
bool page_tree_reserve(struct page_tree *tree, size_t nboundaries);

/* page <= SPAN_LIMIT_PAGES in all that follows. */
static inline unsigned page_tree_code(struct page_tree *tree, uint64_t page);
void page_tree_put(struct page_tree *tree, uint64_t page, unsigned code);
void page_tree_settle(struct page_tree *tree);

/* The nearest boundary on one side, page itself included. false: none. */
bool page_tree_at_or_after(struct page_tree *tree, uint64_t page,
                           uint64_t *boundary);
bool page_tree_at_or_before(struct page_tree *tree, uint64_t page,
                            uint64_t *boundary);

/* All boundaries and their codes, lowest first: a loop of page_tree_next, in
 * which the tree must not change. */
struct tree_walk {
  struct tree_head *head; /* of the next word's block; NULL: at the end */
  unsigned slot;
  uint64_t left; /* that word's boundaries still to come */
};
struct tree_walk page_tree_walk(struct page_tree *tree);
bool page_tree_next(struct tree_walk *walk, uint64_t *page, unsigned *code);

/* Base of the lowest free span of at least npages >= 1. false: none. */
bool page_tree_first_fit(struct page_tree *tree, uint64_t npages,
                         uint64_t *base);
/* Base of the highest free span that TREE_RELEASABLE or TREE_HUGE speaks of. */
bool page_tree_highest(struct page_tree *tree, enum tree_mask mask,
                       uint64_t *base);

/* NULL, or what is wrong with a settled tree. Looks at every node. */
const char *page_tree_why_invalid(struct page_tree *tree);

/* Shared by page_tree.c, page_search.c and page_check.c: the tree's shape. */

static inline unsigned tree_slot(const struct tree_head *head, uint64_t page)
{
  unsigned shift = TREE_WORD_SHIFT + TREE_FANOUT_SHIFT * (unsigned)head->level;
  return (unsigned)(page >> shift) & (TREE_FANOUT - 1);
}

/* The number that a part of the tree has, at this level, that covers page. */
static inline uint64_t tree_number(unsigned level, uint64_t page)
{
  return page >> (TREE_WORD_SHIFT + TREE_FANOUT_SHIFT * (level + 1));
}

static inline unsigned tree_slot_in_parent(const struct tree_head *head)
{
  return head->number & (TREE_FANOUT - 1);
}

/* A head is the first member of what it heads. */
static inline struct tree_block *tree_block(struct tree_head *head)
{
  return (struct tree_block *)(void *)head;
}

static inline struct tree_node *tree_node(struct tree_head *head)
{
  return (struct tree_node *)(void *)head;
}

static inline uint32_t clip_to_node(uint64_t npages)
{
  return npages < NODE_LONGEST_MAX ? (uint32_t)npages : NODE_LONGEST_MAX;
}

static inline uint16_t clip_to_block(uint64_t npages)
{
  return npages < BLOCK_LONGEST_MAX ? (uint16_t)npages : BLOCK_LONGEST_MAX;
}

static inline uint64_t word_boundaries(const struct tree_word *word)
{
  return word->start | word->dirty; /* a gap is dirty without start */
}

/* First page of a word. */
static inline uint64_t word_page(const struct tree_block *block, unsigned slot)
{
  return ((uint64_t)block->head.number * TREE_FANOUT + slot) << TREE_WORD_SHIFT;
}

/* The block over page, or NULL. Operations stay in one block, mostly. */
struct tree_block *page_tree_descend(struct page_tree *tree, uint64_t page);

static inline struct tree_block *page_tree_block(struct page_tree *tree,
                                                 uint64_t page)
{
  if (tree->recent && tree_number(0, page) == tree->recent->head.number)
    return tree->recent;
  return page_tree_descend(tree, page);
}

static inline unsigned word_code(const struct tree_word *word, unsigned position)
{
  return (word->start >> position & 1 ? CODE_START : 0) |
         (word->free >> position & 1 ? CODE_FREE : 0) |
         (word->kind >> position & 1 ? CODE_KIND : 0) |
         (word->dirty >> position & 1 ? CODE_DIRTY : 0);
}

static inline unsigned page_tree_code(struct page_tree *tree, uint64_t page)
{
  struct tree_block *block = page_tree_block(tree, page);
  if (!block) return CODE_NONE;
  return word_code(&block->words[tree_slot(&block->head, page)],
                   (unsigned)page & 63);
}

/* End of the free or used span that begins at base. */
uint64_t page_tree_end(struct page_tree *tree, uint64_t base);

#endif
