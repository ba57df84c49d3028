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
 * Codes and masks change at once and boundary searches see them; the longest follow in
 * page_tree_settle, so first fit may be asked of a settled tree only, and not while a front is
 * open (near.h). Whoever makes a free
 * span, takes it away or changes its length says so, by page_tree_gain and page_tree_lose:
 * that is what gets its word summed up anew, and mostly without looking at it. */
#ifndef SPANREF_OPT_PAGE_TREE_H
#define SPANREF_OPT_PAGE_TREE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bits.h"
#include "lanes.h"
#include "node_pool.h"
#include "physical.h"

#define CODE_NONE 0u
#define CODE_START 1u
#define CODE_FREE 2u
#define CODE_KIND 4u  /* free: scavenged; in use: manual */
#define CODE_DIRTY 8u /* needzero */
#define CODE_GAP CODE_DIRTY

enum {
  TREE_WORD_SHIFT = 6,   /* 64 pages a word */
  TREE_WORD_PAGES = 1 << TREE_WORD_SHIFT,
  TREE_FANOUT_SHIFT = 4, /* 16 words a block, 16 children a node */
  TREE_FANOUT = 1 << TREE_FANOUT_SHIFT,
  TREE_BLOCK_PAGES = TREE_WORD_PAGES * TREE_FANOUT,
  TREE_LEVELS = 8,      /* nodes above a block: 2^(6 + 4 + 8*4) pages > 2^40 */
  TREE_PENDING_MAX = 12, /* words that gain or lose between two settles */
  TREE_KNOWN_SHIFT = 13  /* blocks that are found without descending, at most */
};

/* What a mask's bit says of one word or child. Of the last two, one that isn't set says
 * that no such span begins there; one that is set, that one did: the search looks, and
 * clears it where there is none any more (page_tree_highest). Taking a span clears nothing. */
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
  uint32_t longest; /* free span that begins in the block, as its parent has it */
  uint32_t unused;  /* words begin on a cache line, two to a line */
  /* Longest free span starting in the word, in pages, but never more than
   * WORD_LONGEST_MAX. Only one word of a block can be so long. */
  uint16_t word_longest[TREE_FANOUT];
  struct tree_word words[TREE_FANOUT];
};
#define WORD_LONGEST_MAX LANES16_MAX

struct tree_node {
  struct tree_head head;
  uint64_t unused[5]; /* longest is one cache line */
  /* Longest free span starting in the child, never more than NODE_LONGEST_MAX.
   * 512 spans at most can be so long (SPAN_LIMIT_PAGES is 2^40). */
  uint32_t longest[TREE_FANOUT];
  struct tree_head *children[TREE_FANOUT]; /* NULL: no boundary there */
};
#define NODE_LONGEST_MAX LANES32_MAX

/* A word of which free spans came and went since the last settle. */
struct tree_change {
  uint64_t word;         /* page >> 6 */
  uint64_t lost, gained; /* the longest of each; 0: none */
  bool recount;          /* one may have come and gone again */
};

struct page_tree {
  /* Constant between resets. */
  uint64_t phys_pages; /* R */
  uint64_t huge_pages; /* H */
  /* The longest that near.h looks for: NODE_LONGEST_MAX where R is 1 and H is 0 or a power of
   * two of more than a word, else 0. */
  uint64_t near_pages;
  unsigned huge_shift; /* then H is 1 << huge_shift, if it isn't 0 */
  /* Changes when boundaries come where there were none. */
  struct tree_node *root;
  struct node_pool blocks, nodes;
  /* Changes with every operation. */
  /* Blocks met lately, by the low bits of their numbers, or NULL: a short cut only. */
  struct tree_block *known[1 << TREE_KNOWN_SHIFT];
  struct tree_change pending[TREE_PENDING_MAX];
  unsigned npending; /* 0: settled */
};

/* Empty; its nodes come from *memory, which outlives it. */
void page_tree_init(struct page_tree *tree, const struct opt_memory *memory);
/* All nodes go back to memory; the tree is gone. */
void page_tree_release(struct page_tree *tree);
/* No boundaries; costs the nodes there are. */
void page_tree_reset(struct page_tree *tree, uint64_t phys_pages,
                     uint64_t huge_pages);

/* Nodes for this many boundaries where there were none. false: no memory. */
bool page_tree_reserve(struct page_tree *tree, size_t nboundaries);

/* page <= SPAN_LIMIT_PAGES in all that follows. */
static inline unsigned page_tree_code(struct page_tree *tree, uint64_t page);
static inline void page_tree_put(struct page_tree *tree, uint64_t page, unsigned code);
/* The free span [base, end), whose code is put, is retained. */
void page_tree_retain(struct page_tree *tree, uint64_t base, uint64_t end);
/* A free span of npages begins at page, or does so no longer. */
void page_tree_gain(struct page_tree *tree, uint64_t page, uint64_t npages);
void page_tree_lose(struct page_tree *tree, uint64_t page, uint64_t npages);
void page_tree_settle(struct page_tree *tree);

/* The longest free span that begins in a word, by its codes. */
uint32_t page_tree_count(struct page_tree *tree, struct tree_block *block, unsigned slot);

/* In one word, of free spans that begin at `free` and end at a boundary in it: the first
 * page of each, and all of its pages but the last, so that no two touch.
 *
 *   boundaries  1 0 0 1 1 0 1     what follows a beginning, up to the next boundary:
 *   free        1 0 0 0 1 0 0     a carry runs there and stops
 *   ends        0 0 0 1 0 0 1
 *   inner       1 1 0 0 1 0 0 */
static inline uint64_t word_inner(uint64_t free, uint64_t boundaries)
{
  uint64_t ends = ((free << 1) + ~boundaries) & boundaries;
  return (ends - free) & ~(ends >> 1);
}

/* The longest of them; 0: none. */
static inline unsigned word_longest_inside(uint64_t free, uint64_t boundaries)
{
  /* One page less of each at every step, and few are left after three: no branch till then. */
  uint64_t one = word_inner(free, boundaries), two = one & one >> 1, left = two & two >> 1;
  unsigned longest = (unsigned)(free != 0) + (one != 0) + (two != 0);
  for (; left; left &= left >> 1) longest++;
  return longest;
}

/* The nearest boundary on one side, page itself included. false: none. */
static inline bool page_tree_at_or_after(struct page_tree *tree, uint64_t page,
                                         uint64_t *boundary);
static inline bool page_tree_at_or_before(struct page_tree *tree, uint64_t page,
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
/* Base of the highest free span that TREE_RELEASABLE or TREE_HUGE speaks of. O(d), and
 * O(d) for each bit it clears, which a free has set. */
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

/* Pages that a part of this level covers. */
static inline uint64_t tree_pages(unsigned level)
{
  return UINT64_C(1) << (TREE_WORD_SHIFT + TREE_FANOUT_SHIFT * (level + 1));
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

static inline unsigned clip_to_word(uint64_t npages)
{
  return npages < WORD_LONGEST_MAX ? (unsigned)npages : WORD_LONGEST_MAX;
}

static inline uint32_t clip_to_node(uint64_t npages)
{
  return npages < NODE_LONGEST_MAX ? (uint32_t)npages : NODE_LONGEST_MAX;
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

static inline struct tree_block **tree_known(struct page_tree *tree, uint64_t number)
{
  return &tree->known[number & ((1 << TREE_KNOWN_SHIFT) - 1)];
}

/* A child's longest has become another: so may the node's, and its parent's. */
void page_tree_tell_above(struct tree_node *node, uint32_t was, uint32_t longest);
/* The longest free span of a block that has one of WORD_LONGEST_MAX or more. */
uint32_t page_tree_clipped_longest(struct page_tree *tree, struct tree_block *block);

/* Tell a block's parents its longest free span. */
static inline void page_tree_tell(struct tree_block *block, uint32_t longest)
{
  struct tree_node *parent = block->head.parent;
  uint32_t was = block->longest;
  block->longest = longest;
  parent->longest[tree_slot_in_parent(&block->head)] = longest;
  if (parent->head.parent) page_tree_tell_above(parent, was, longest);
}

/* Set a part's bit in its parents' masks, up to the first that has it; and clear one, there
 * and in the parents of what has none left. */
void page_tree_tell_mask(struct tree_head *head, enum tree_mask mask);
void page_tree_unmark(struct tree_head *head, unsigned slot, enum tree_mask mask);

static inline void page_tree_mark(struct tree_head *head, unsigned slot, enum tree_mask mask)
{
  uint16_t was = head->mask[mask];
  head->mask[mask] = (uint16_t)(was | 1u << slot);
  if (was == 0) page_tree_tell_mask(head, mask);
}

/* The block over page, or NULL. */
struct tree_block *page_tree_descend(struct page_tree *tree, uint64_t page);

static inline struct tree_block *page_tree_block(struct page_tree *tree, uint64_t page)
{
  uint64_t number = tree_number(0, page);
  struct tree_block *block = *tree_known(tree, number);
  if (block && block->head.number == number) return block;
  return page_tree_descend(tree, page);
}

static inline unsigned word_slot(uint64_t page)
{
  return (unsigned)(page >> TREE_WORD_SHIFT) & (TREE_FANOUT - 1);
}

static inline unsigned word_code(const struct tree_word *word, unsigned position)
{
  return (unsigned)((word->start >> position & 1) | (word->free >> position & 1) << 1 |
                    (word->kind >> position & 1) << 2 | (word->dirty >> position & 1) << 3);
}

static inline unsigned page_tree_code(struct page_tree *tree, uint64_t page)
{
  struct tree_block *block = page_tree_block(tree, page);
  if (!block) return CODE_NONE;
  return word_code(&block->words[word_slot(page)], (unsigned)page & 63);
}

/* Where a word's first boundary comes, or its last goes. */
void page_tree_far_put(struct page_tree *tree, uint64_t page, unsigned code);

static inline uint64_t plane_put(uint64_t plane, unsigned position, unsigned bit)
{
  return (plane & ~(UINT64_C(1) << position)) | (uint64_t)(bit & 1) << position;
}

static inline void word_put(struct tree_word *word, unsigned position, unsigned code)
{
  word->start = plane_put(word->start, position, code);
  word->free = plane_put(word->free, position, code >> 1);
  word->kind = plane_put(word->kind, position, code >> 2);
  word->dirty = plane_put(word->dirty, position, code >> 3);
}

static inline void page_tree_put(struct page_tree *tree, uint64_t page, unsigned code)
{
  struct tree_block *block = page_tree_block(tree, page);
  unsigned position = (unsigned)page & 63;
  if (block) {
    struct tree_word *word = &block->words[word_slot(page)];
    if (word_boundaries(word) & ~(UINT64_C(1) << position)) { /* others stay */
      word_put(word, position, code);
      return;
    }
  }
  page_tree_far_put(tree, page, code);
}

/* The same where it isn't in the page's own word. */
bool page_tree_far_after(struct page_tree *tree, uint64_t page, uint64_t *boundary);
bool page_tree_far_before(struct page_tree *tree, uint64_t page, uint64_t *boundary);

static inline bool page_tree_at_or_after(struct page_tree *tree, uint64_t page,
                                         uint64_t *boundary)
{
  struct tree_block *block = page_tree_block(tree, page);
  uint64_t bits = 0;
  if (block) bits = word_boundaries(&block->words[word_slot(page)]) >> (page & 63);
  if (!bits) return page_tree_far_after(tree, page, boundary);
  *boundary = page + bits_first(bits);
  return true;
}

static inline bool page_tree_at_or_before(struct page_tree *tree, uint64_t page,
                                          uint64_t *boundary)
{
  struct tree_block *block = page_tree_block(tree, page);
  uint64_t bits = 0;
  if (block)
    bits = word_boundaries(&block->words[word_slot(page)]) << (63 - (page & 63));
  if (!bits) return page_tree_far_before(tree, page, boundary);
  *boundary = page - (63 - bits_last(bits));
  return true;
}

/* Code and end of what begins at base, a boundary; a gap has no end. */
static inline unsigned page_tree_read(struct page_tree *tree, uint64_t base, uint64_t *end)
{
  struct tree_block *block = page_tree_block(tree, base);
  assert(block && "a boundary has a block");
  const struct tree_word *word = &block->words[word_slot(base)];
  unsigned position = (unsigned)base & 63, code = word_code(word, position);
  uint64_t after = word_boundaries(word) >> position >> 1;
  if (after)
    *end = base + 1 + bits_first(after);
  else if (code & CODE_START)
    (void)page_tree_far_after(tree, base, end);
  return code;
}

/* End of the free or used span that begins at base. */
static inline uint64_t page_tree_end(struct page_tree *tree, uint64_t base)
{
  uint64_t end = base;
  bool ends = page_tree_at_or_after(tree, base + 1, &end);
  assert(ends && "every span ends at a boundary");
  (void)ends;
  return end;
}

#endif
