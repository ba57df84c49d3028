/* Where spans begin, and how long the free ones are: a 16-ary tree over pages.
 *
 * Nothing is kept per span. A *boundary* is a page where a span begins, or where owned memory
 * ends (a gap). Each page has a code of four bits, one in each plane of its word. A span
 * reaches from its beginning to the next boundary.
 *
 *                  node       children's longest free span       16 x 4 bytes
 *                   |         which has a boundary               16 bits
 *                   |         which may have something to release 2 x 16 bits
 *                   |
 *     +-------+-----+-+-------+
 *     |       |       |      ...     16 children: nodes, or at the bottom blocks
 *   block  (nothing) block
 *     |
 *     |   1024 pages: words' longest free span   16 x 2 bytes
 *     |               the same three masks
 *     +-----+-----+-- 16 words of 64 pages
 *     |
 *   word   start  1 0 0 1 0 0 0 1 0 1 ..   a span begins here
 *          free   0 0 0 1 0 0 0 0 0 1 ..   ... and is free
 *          kind   0 0 0 0 0 0 0 1 0 1 ..   ... free: scavenged; in use: manual
 *          dirty  1 0 0 1 0 0 0 0 0 0 ..   ... needs zeroing; without start: a gap
 *                 |     |       |   |
 *                 used  free    |   free, scavenged, to the next boundary
 *                 3     4       used, manual
 *
 * Nodes and blocks exist only over boundaries: the inside of a long span costs nothing, nor
 * does memory that nobody holds. The root is as high as the held addresses need.
 *
 * Two kinds of facts are kept, and they become true at different times:
 *
 *   codes and masks    at once; a search for a boundary needs these alone
 *   longest spans      when page_tree_settle returns, and while no front is open
 *                      (opt_heap_front.inc); first fit needs these
 *
 * Whoever begins, ends or shortens a free span step by step says so with page_tree_gain and
 * page_tree_lose. page_tree_settle then sums up the words that changed. */
#ifndef SPANREF_OPT_PAGE_TREE_H
#define SPANREF_OPT_PAGE_TREE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../spec/types.h"
#include "bits.h"
#include "lanes.h"
#include "node_pool.h"
#include "physical.h"
#include "residue.h"

/* A page's code. What CODE_KIND and CODE_DIRTY say depends on the other bits: the picture. */
#define CODE_NONE 0u  /* no boundary */
#define CODE_START 1u
#define CODE_FREE 2u  /* with CODE_START only */
#define CODE_KIND 4u  /* with CODE_START only */
#define CODE_DIRTY 8u /* needzero */
#define CODE_GAP CODE_DIRTY

enum {
  TREE_WORD_SHIFT = 6,
  TREE_WORD_PAGES = 1 << TREE_WORD_SHIFT,
  TREE_FANOUT_SHIFT = 4,
  TREE_FANOUT = 1 << TREE_FANOUT_SHIFT, /* words of a block, children of a node */
  TREE_BLOCK_PAGES = TREE_WORD_PAGES * TREE_FANOUT,
  TREE_LEVELS = 8,       /* of nodes, at most */
  TREE_PENDING_MAX = 12, /* words that gain or lose between two settles */
  TREE_RESIDUES = 8,     /* alignments that bounds are known for */
  TREE_KNOWN_SHIFT = 13  /* log2 of the blocks that are found without a descent */
};

/* Longer spans count as so long: in a word, and in a block or node. */
#define WORD_LONGEST_MAX LANES16_MAX
#define NODE_LONGEST_MAX LANES32_MAX

/* What bit i of a mask says of word or child i. TREE_RELEASABLE and TREE_HUGE are upper
 * bounds: clear means that there is none, set means that there may be one. A free sets a bit
 * at once, an allocation leaves it, page_tree_highest clears it where it finds none. */
enum tree_mask {
  TREE_BOUNDARY,   /* a boundary. Exact. */
  TREE_RELEASABLE, /* a retained free span with a whole physical page begins */
  TREE_HUGE,       /* ... and with a whole huge page */
  TREE_MASKS
};

/* What blocks and nodes have in common. It is the first member of both. */
struct tree_head {
  /* NULL: this is the root. Otherwise parent->children[number % TREE_FANOUT] is this. */
  struct tree_node *parent;
  struct tree_bounds *bounds; /* NULL: there are none */
  uint32_t number; /* first page, in units of tree_pages(level) */
  /* Of a block, the longest free span that begins in it; clipped, see NODE_LONGEST_MAX. The
   * parent has the same number: parent->longest[number % TREE_FANOUT]. Of a node 0. */
  uint32_t longest;
  /* mask[TREE_BOUNDARY] != 0: a part without boundaries goes at once.
   * In a node, bit i of mask[m] is 1 if and only if children[i] is there and its mask[m] isn't
   * 0. */
  uint16_t mask[TREE_MASKS];
  uint8_t level; /* 0: a block. Otherwise a node; its children's level is one less. */
};

/* Bit i of each is about page i. free and kind are 0 where start is 0. */
struct tree_word {
  uint64_t start, free, kind, dirty;
};

struct tree_block {
  struct tree_head head; /* level 0 */
  /* The longest free span that begins in the word; clipped, see WORD_LONGEST_MAX. A clipped
   * one leaves the block, so that only the last word with a boundary can have it. */
  uint16_t word_longest[TREE_FANOUT];
  struct tree_word words[TREE_FANOUT];
};

struct tree_node {
  struct tree_head head; /* level 1 ... TREE_LEVELS */
  uint64_t unused[4];
  /* The longest free span that begins in the child: a block's longest, or the largest of a
   * node's sixteen. 0 where there is no child. 512 spans at most are as long as
   * NODE_LONGEST_MAX. */
  uint32_t longest[TREE_FANOUT];
  struct tree_head *children[TREE_FANOUT]; /* NULL: no boundary there */
};

LAYOUT(heads_come_first,
       offsetof(struct tree_block, head) == 0 && offsetof(struct tree_node, head) == 0);
/* Words lie two to a cache line, a node's longest are one; nodes begin on one (node_pool.h). */
LAYOUT(cache_lines, sizeof(void *) != 8 || (offsetof(struct tree_block, words) == 64 &&
                                            sizeof(struct tree_word) == 32 &&
                                            offsetof(struct tree_node, longest) == 64));
LAYOUT(a_block_costs_576_bytes, sizeof(void *) != 8 || sizeof(struct tree_block) == 576);
LAYOUT(a_word_is_64_pages, TREE_WORD_PAGES == 64);
LAYOUT(sixteen_lanes_and_mask_bits, TREE_FANOUT == LANES && TREE_FANOUT == 8 * sizeof(uint16_t));
LAYOUT(one_clipped_word, WORD_LONGEST_MAX >= TREE_BLOCK_PAGES);
LAYOUT(clipped_spans, SPAN_LIMIT_PAGES / NODE_LONGEST_MAX <= 512);
LAYOUT(levels_are_enough,
       UINT64_C(1) << (TREE_WORD_SHIFT + TREE_FANOUT_SHIFT * (TREE_LEVELS + 1)) > SPAN_LIMIT_PAGES);
LAYOUT(block_numbers_fit, SPAN_LIMIT_PAGES / TREE_BLOCK_PAGES <= UINT32_MAX);

/* What a block or node remembers of searches for aligned pages that found nothing. Where
 * epoch[r] is the tree's residues[r].epoch: no free span that begins in word or child i has more
 * than LANES16_MAX - ruled_out[r][i] pages from its first page of that residue on, or
 * ruled_out[r][i] is 0.
 *
 * An allocation makes no bound untrue: the rest of a free span has no more aligned pages than
 * the span had. A free span that comes or grows raises the bounds above it (page_tree_allow). */
struct tree_bounds {
  uint64_t epoch[TREE_RESIDUES];
  uint16_t ruled_out[TREE_RESIDUES][TREE_FANOUT];
};

/* An alignment that bounds are for. */
struct tree_residue {
  struct residue of;
  uint64_t epoch; /* not 0. No other residue that the tree has or had has the same. */
};

/* A word in which free spans came and went since the last settle. */
struct tree_change {
  uint64_t word;         /* page >> TREE_WORD_SHIFT; no two changes have the same */
  uint64_t lost, gained; /* the longest of those that went, and of those that came; 0: none */
  bool recount;          /* a span that came may have gone again */
};

struct page_tree {
  /* Constant between resets. */
  uint64_t phys_pages; /* R, a power of two */
  uint64_t huge_pages; /* H */
  /* The longest request that opt_heap_near.inc serves. NODE_LONGEST_MAX where R is 1, and H is
   * 0 or a power of two above TREE_WORD_PAGES; otherwise 0: it serves none. */
  uint64_t near_pages;
  unsigned huge_shift; /* H == 1 << huge_shift where near_pages > 0 and H > 0 */
  /* Changes when boundaries come where there were none. */
  struct tree_node *root; /* NULL: there is no boundary */
  struct node_pool blocks, nodes, bounds;
  /* Changes with an alignment that isn't among them: it takes the place of the oldest. */
  struct tree_residue residues[TREE_RESIDUES];
  uint64_t nresidues; /* since the last reset, with those that lost their place; 0: no bounds */
  /* Changes with every operation. */
  /* A short cut: known[i] is NULL, or a block of the tree whose number ends in the bits of i. */
  struct tree_block *known[1 << TREE_KNOWN_SHIFT];
  struct tree_change pending[TREE_PENDING_MAX];
  unsigned npending; /* 0: settled; TREE_PENDING_MAX at most */
};

/* Life. */

/* Empty. The nodes come from *memory, which outlives the tree. */
void page_tree_init(struct page_tree *tree, const struct opt_memory *memory);
/* All nodes go back to memory; the tree is gone. */
void page_tree_release(struct page_tree *tree);
/* No boundaries. Costs as much as there are nodes. */
void page_tree_reset(struct page_tree *tree, uint64_t phys_pages, uint64_t huge_pages);
/* Nodes for so many boundaries where there were none. false: no memory. */
bool page_tree_reserve(struct page_tree *tree, size_t nboundaries);

/* Shape: numbers and slots. */

static inline unsigned word_slot(uint64_t page)
{
  return (unsigned)(page >> TREE_WORD_SHIFT) & (TREE_FANOUT - 1);
}

static inline unsigned tree_slot(const struct tree_head *head, uint64_t page)
{
  unsigned shift = TREE_WORD_SHIFT + TREE_FANOUT_SHIFT * (unsigned)head->level;
  return (unsigned)(page >> shift) & (TREE_FANOUT - 1);
}

static inline unsigned tree_slot_in_parent(const struct tree_head *head)
{
  return head->number & (TREE_FANOUT - 1);
}

/* Pages that a block or node of this level covers. */
static inline uint64_t tree_pages(unsigned level)
{
  assert(level <= TREE_LEVELS && "no node is higher");
  return UINT64_C(1) << (TREE_WORD_SHIFT + TREE_FANOUT_SHIFT * (level + 1));
}

/* The number of the block or node of this level that covers page. */
static inline uint64_t tree_number(unsigned level, uint64_t page)
{
  CHECK(page <= SPAN_LIMIT_PAGES && "no boundary is higher");
  return page >> (TREE_WORD_SHIFT + TREE_FANOUT_SHIFT * (level + 1));
}

static inline bool tree_covers(const struct tree_head *head, uint64_t page)
{
  return tree_number(head->level, page) == head->number;
}

static inline struct tree_block *tree_block(struct tree_head *head)
{
  CHECK(head->level == 0 && "it heads a block");
  return (struct tree_block *)(void *)head;
}

static inline struct tree_node *tree_node(struct tree_head *head)
{
  CHECK(head->level > 0 && "it heads a node");
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

/* First page of a word. */
static inline uint64_t word_page(const struct tree_block *block, unsigned slot)
{
  return ((uint64_t)block->head.number * TREE_FANOUT + slot) << TREE_WORD_SHIFT;
}

/* Blocks and words. */

static inline struct tree_block **tree_known(struct page_tree *tree, uint64_t number)
{
  return &tree->known[number & ((1 << TREE_KNOWN_SHIFT) - 1)];
}

/* page_tree_block where the short cut doesn't know it. */
struct tree_block *page_tree_descend(struct page_tree *tree, uint64_t page);

/* The block over page, or NULL. */
static inline struct tree_block *page_tree_block(struct page_tree *tree, uint64_t page)
{
  uint64_t number = tree_number(0, page);
  struct tree_block *block = *tree_known(tree, number);
  if (block && block->head.number == number) return block;
  return page_tree_descend(tree, page);
}

static inline uint64_t word_boundaries(const struct tree_word *word)
{
  return word->start | word->dirty; /* a gap is dirty without start */
}

/* The boundaries behind page in its word, at the place of the first page behind it. */
static inline uint64_t word_beyond(const struct tree_block *block, uint64_t page)
{
  CHECK(tree_covers(&block->head, page) && "the word is the block's");
  return word_boundaries(&block->words[word_slot(page)]) >> (page & 63) >> 1;
}

/* Codes. */

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

static inline uint64_t plane_put(uint64_t plane, unsigned position, unsigned bit)
{
  return (plane & ~(UINT64_C(1) << position)) | (uint64_t)(bit & 1) << position;
}

static inline void word_put(struct tree_word *word, unsigned position, unsigned code)
{
  assert((code & CODE_START || code == CODE_NONE || code == CODE_GAP) && "the picture's codes");
  word->start = plane_put(word->start, position, code);
  word->free = plane_put(word->free, position, code >> 1);
  word->kind = plane_put(word->kind, position, code >> 2);
  word->dirty = plane_put(word->dirty, position, code >> 3);
}

/* page_tree_put where a word's first boundary comes, or its last goes. */
void page_tree_far_put(struct page_tree *tree, uint64_t page, unsigned code);

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

/* Boundaries. */

/* page_tree_at_or_after and ..._before where no boundary of the page's own word will do. */
bool page_tree_far_after(struct page_tree *tree, uint64_t page, uint64_t *boundary);
bool page_tree_far_before(struct page_tree *tree, uint64_t page, uint64_t *boundary);

/* The nearest boundary on one side; page counts too. false: none. */
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

/* Code and end of what begins at base, a boundary. *end is written unless a gap begins there. */
static inline unsigned page_tree_read(struct page_tree *tree, uint64_t base, uint64_t *end)
{
  struct tree_block *block = page_tree_block(tree, base);
  assert(block && "a boundary has a block");
  unsigned code = word_code(&block->words[word_slot(base)], (unsigned)base & 63);
  CHECK(code != CODE_NONE && "base is a boundary");
  uint64_t beyond = word_beyond(block, base);
  if (beyond)
    *end = base + 1 + bits_first(beyond);
  else if (code & CODE_START)
    (void)page_tree_far_after(tree, base, end);
  return code;
}

/* End of the span that begins at base. */
static inline uint64_t page_tree_end(struct page_tree *tree, uint64_t base)
{
  uint64_t end = base;
  bool ends = page_tree_at_or_after(tree, base + 1, &end);
  assert(ends && "every span ends at a boundary");
  (void)ends;
  return end;
}

/* Bounds on aligned pages. */

/* How many of tree->residues there are. */
static inline unsigned page_tree_residues(const struct page_tree *tree)
{
  return tree->nresidues < TREE_RESIDUES ? (unsigned)tree->nresidues : TREE_RESIDUES;
}

/* page_tree_allow where there are bounds. */
void page_tree_raise_bounds(struct page_tree *tree, struct tree_block *block, uint64_t base,
                            uint64_t npages);

/* A free span of npages begins at base, in the block: no bound is below what it has. */
static inline void page_tree_allow(struct page_tree *tree, struct tree_block *block,
                                   uint64_t base, uint64_t npages)
{
  CHECK(tree_covers(&block->head, base) && "it begins in the block");
  if (tree->nresidues > 0) page_tree_raise_bounds(tree, block, base, npages);
}

/* Longest spans. */

/* For some free spans of one word that end in it: `free` has their first pages, boundaries is
 * the word's. The answer has all their pages but the last of each, so that no two touch.
 *
 *   boundaries  1 0 0 1 1 0 1     a carry runs from each beginning
 *   free        1 0 0 0 1 0 0     to the next boundary and stops
 *   ends        0 0 0 1 0 0 1
 *   inner       1 1 0 0 1 0 0 */
static inline uint64_t word_inner(uint64_t free, uint64_t boundaries)
{
  assert((free & ~boundaries) == 0 && "spans begin at boundaries");
  assert((free == 0 || (boundaries & ~free) > free) && "the last one ends in the word");
  uint64_t ends = ((free << 1) + ~boundaries) & boundaries;
  return (ends - free) & ~(ends >> 1);
}

/* The longest of these spans; 0: there is none. */
static inline unsigned word_longest_inside(uint64_t free, uint64_t boundaries)
{
  /* Each step takes a page off each span. Few are left after three: no branch till then. */
  uint64_t one = word_inner(free, boundaries), two = one & one >> 1, left = two & two >> 1;
  unsigned longest = (unsigned)(free != 0) + (one != 0) + (two != 0);
  for (; left; left &= left >> 1) longest++;
  return longest;
}

/* The longest free span that begins in the word, by its codes; clipped. */
uint32_t page_tree_count(struct page_tree *tree, struct tree_block *block, unsigned slot);
/* The longest free span of a block that has one of WORD_LONGEST_MAX pages or more. */
uint32_t page_tree_clipped_longest(struct page_tree *tree, struct tree_block *block);

/* A free span of npages begins at page; its code is put. */
void page_tree_gain(struct page_tree *tree, uint64_t page, uint64_t npages);
/* The free span of npages that begins at page is no more, or will be when the code there
 * changes. */
void page_tree_lose(struct page_tree *tree, uint64_t page, uint64_t npages);
/* The longest spans become what gains and losses have made them. */
void page_tree_settle(struct page_tree *tree);

/* The longest span of a node's child was `was` and is `longest` now: tell the node's parents. */
void page_tree_tell_above(struct tree_node *node, uint32_t was, uint32_t longest);

/* The block's longest free span is `longest` now: the block and its parents hear of it. */
static inline void page_tree_tell(struct tree_block *block, uint32_t longest)
{
  struct tree_node *parent = block->head.parent;
  uint32_t was = block->head.longest;
  assert(parent && "no block is the root");
  block->head.longest = longest;
  parent->longest[tree_slot_in_parent(&block->head)] = longest;
  if (parent->head.parent) page_tree_tell_above(parent, was, longest);
}

/* Masks. */

/* The free span [base, end), whose code is put, is retained. */
void page_tree_retain(struct page_tree *tree, uint64_t base, uint64_t end);

/* A mask of head isn't 0 any more: set head's bit in its parents, up to the first that has
 * it. */
void page_tree_tell_mask(struct tree_head *head, enum tree_mask mask);

/* Set a bit of a mask. */
static inline void page_tree_mark(struct tree_head *head, unsigned slot, enum tree_mask mask)
{
  uint16_t was = head->mask[mask];
  head->mask[mask] = (uint16_t)(was | 1u << slot);
  if (was == 0) page_tree_tell_mask(head, mask);
}

/* Clear a bit of a mask; where that leaves none, head's bit in the parent too, and so on. */
void page_tree_unmark(struct tree_head *head, unsigned slot, enum tree_mask mask);

/* Searches. They need a settled tree, see above. */

/* Base of the lowest free span of at least npages, which is not 0. false: none. */
bool page_tree_first_fit(struct page_tree *tree, uint64_t npages, uint64_t *base);
/* So many pages, which is not 0, from an aligned one. */
struct tree_wanted {
  uint64_t npages;
  struct residue residue;
};
/* Base of the lowest free span with such pages that begins at page or above; of the highest that
 * begins at page or below. O(d) as a rule. Spans longer than NODE_LONGEST_MAX are tried one by
 * one, and so are, with an alignment, blocks of which nothing is known: each that has nothing
 * is ruled out then, for so many pages and more, until a free span comes there. */
bool page_tree_fit_from(struct page_tree *tree, const struct tree_wanted *wanted, uint64_t page,
                        uint64_t *base);
bool page_tree_fit_upto(struct page_tree *tree, const struct tree_wanted *wanted, uint64_t page,
                        uint64_t *base);
/* Base of the highest free span that TREE_RELEASABLE or TREE_HUGE speaks of. false: none.
 * O(d), and O(d) for each bit that it clears; a free has set that bit. */
bool page_tree_highest(struct page_tree *tree, enum tree_mask mask, uint64_t *base);

/* Doubts (page_check.c). NULL, or what is wrong. open: the word of an open front, whose longest
 * spans may be untrue; or NULL. */

/* Of the whole tree: every node is looked at. */
const char *page_tree_why_invalid(struct page_tree *tree, const struct tree_word *open);
/* Of page's word and all parts above it. */
const char *page_tree_why_invalid_near(struct page_tree *tree, uint64_t page,
                                       const struct tree_word *open);

#endif
