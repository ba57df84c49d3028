/* page_tree: the searches. Nothing here changes a code or a summary. */
#include <assert.h>

#include "bits.h"
#include "page_tree.h"
#include "physical.h"

/* One word of a block, or one child of a node. */
struct place {
  struct tree_head *head;
  unsigned slot;
};

static bool tree_covers(const struct tree_head *head, uint64_t page)
{
  return tree_number(head->level, page) == head->number;
}

/* The smallest part of the tree over a page that the root covers: its word, or
 * the slot of the missing child. */
static struct place place_of(struct page_tree *tree, uint64_t page)
{
  struct tree_head *head = &tree->root->head;
  while (head->level > 0) {
    struct tree_head *child = tree_node(head)->children[tree_slot(head, page)];
    if (!child) return (struct place){head, tree_slot(head, page)};
    head = child;
  }
  *tree_known(tree, head->number) = tree_block(head);
  return (struct place){head, tree_slot(head, page)};
}

struct tree_block *page_tree_descend(struct page_tree *tree, uint64_t page)
{
  if (!tree->root || !tree_covers(&tree->root->head, page)) return NULL;
  struct tree_head *head = place_of(tree, page).head;
  return head->level == 0 ? tree_block(head) : NULL;
}

/* Lowest and highest boundary below a slot whose mask bit is set; and the word
 * that holds the lowest. */
static struct place word_first(struct place place)
{
  while (place.head->level > 0) {
    place.head = tree_node(place.head)->children[place.slot];
    place.slot = bits_first(place.head->mask[TREE_BOUNDARY]);
  }
  return place;
}

static uint64_t boundary_first(struct place place)
{
  place = word_first(place);
  struct tree_block *block = tree_block(place.head);
  return word_page(block, place.slot) +
         bits_first(word_boundaries(&block->words[place.slot]));
}

static uint64_t boundary_last(struct place place)
{
  while (place.head->level > 0) {
    place.head = tree_node(place.head)->children[place.slot];
    place.slot = bits_last(place.head->mask[TREE_BOUNDARY]);
  }
  struct tree_block *block = tree_block(place.head);
  return word_page(block, place.slot) +
         bits_last(word_boundaries(&block->words[place.slot]));
}

/* Up until some slot beyond the one we come from has a boundary. */
static bool climb_after(struct place *place)
{
  for (;;) {
    uint64_t mask = place->head->mask[TREE_BOUNDARY];
    uint64_t beyond = mask & ~bits_upto(place->slot);
    if (beyond) {
      place->slot = bits_first(beyond);
      return true;
    }
    if (!place->head->parent) return false;
    place->slot = tree_slot_in_parent(place->head);
    place->head = &place->head->parent->head;
  }
}

static bool climb_before(struct place *place)
{
  for (;;) {
    uint64_t mask = place->head->mask[TREE_BOUNDARY];
    uint64_t beyond = mask & ~bits_from(place->slot);
    if (beyond) {
      place->slot = bits_last(beyond);
      return true;
    }
    if (!place->head->parent) return false;
    place->slot = tree_slot_in_parent(place->head);
    place->head = &place->head->parent->head;
  }
}

bool page_tree_far_after(struct page_tree *tree, uint64_t page, uint64_t *boundary)
{
  struct tree_block *block = page_tree_block(tree, page);
  struct place place;
  if (block) {
    place = (struct place){&block->head, word_slot(page)};
  } else {
    if (!tree->root) return false;
    struct tree_head *root = &tree->root->head;
    if (tree_number(root->level, page) > root->number) return false;
    if (tree_number(root->level, page) < root->number) {
      place = (struct place){root, bits_first(root->mask[TREE_BOUNDARY])};
      *boundary = boundary_first(place);
      return true;
    }
    place = place_of(tree, page);
  }
  if (!climb_after(&place)) return false;
  *boundary = boundary_first(place);
  return true;
}

bool page_tree_far_before(struct page_tree *tree, uint64_t page, uint64_t *boundary)
{
  struct tree_block *block = page_tree_block(tree, page);
  struct place place;
  if (block) {
    place = (struct place){&block->head, word_slot(page)};
  } else {
    if (!tree->root) return false;
    struct tree_head *root = &tree->root->head;
    if (tree_number(root->level, page) < root->number) return false;
    if (tree_number(root->level, page) > root->number) {
      place = (struct place){root, bits_last(root->mask[TREE_BOUNDARY])};
      *boundary = boundary_last(place);
      return true;
    }
    place = place_of(tree, page);
  }
  if (!climb_before(&place)) return false;
  *boundary = boundary_last(place);
  return true;
}

static void walk_to(struct tree_walk *walk, struct place place)
{
  place = word_first(place);
  walk->head = place.head;
  walk->slot = place.slot;
  walk->left = word_boundaries(&tree_block(place.head)->words[place.slot]);
}

struct tree_walk page_tree_walk(struct page_tree *tree)
{
  struct tree_walk walk = {NULL, 0, 0};
  if (!tree->root) return walk;
  struct tree_head *root = &tree->root->head;
  walk_to(&walk, (struct place){root, bits_first(root->mask[TREE_BOUNDARY])});
  return walk;
}

bool page_tree_next(struct tree_walk *walk, uint64_t *page, unsigned *code)
{
  if (!walk->head) return false;
  struct tree_block *block = tree_block(walk->head);
  unsigned position = bits_first(walk->left);
  *page = word_page(block, walk->slot) + position;
  *code = word_code(&block->words[walk->slot], position);
  walk->left &= walk->left - 1;
  if (walk->left) return true;
  struct place place = {walk->head, walk->slot};
  if (climb_after(&place))
    walk_to(walk, place);
  else
    walk->head = NULL;
  return true;
}

/* The first of 16 children from `slot` on that is long enough; TREE_FANOUT: none. */
static unsigned node_fit(const struct tree_node *node, unsigned slot, uint32_t npages)
{
  unsigned fits = lanes32_at_least(node->longest, npages) & ~0u << slot;
  return fits ? bits_first(fits) : TREE_FANOUT;
}

static unsigned block_fit(const struct tree_block *block, unsigned npages)
{
  unsigned fits = lanes16_at_least(block->longest, npages);
  assert(fits && "the parent said so");
  return bits_first(fits);
}

/* Of the free spans that begin at `free` and end in the word, those of at least npages:
 * eroded from above by all but one of these, their inner pages still begin there. */
static uint64_t long_enough(uint64_t free, uint64_t boundaries, unsigned npages)
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
static unsigned fit_in_word(const struct tree_word *word, uint64_t npages)
{
  uint64_t boundaries = word_boundaries(word), inside = word->free;
  unsigned last = bits_last(inside);
  if (!(boundaries >> last >> 1)) inside &= ~(UINT64_C(1) << last); /* it leaves the word */
  if (npages >= TREE_WORD_PAGES || !inside) return last;
  inside = long_enough(inside, boundaries, (unsigned)npages);
  return inside ? bits_first(inside) : last;
}

/* The lowest free span below a slot that is long enough, by the summary. */
static uint64_t fit_below(struct page_tree *tree, struct place place, uint64_t npages)
{
  while (place.head->level > 1) {
    place.head = tree_node(place.head)->children[place.slot];
    place.slot = node_fit(tree_node(place.head), 0, clip_to_node(npages));
    assert(place.slot < TREE_FANOUT && "the parent said so");
  }
  struct tree_block *block =
      tree_block(tree_node(place.head)->children[place.slot]);
  /* A block's summary in its parent tells lengths beyond BLOCK_LONGEST_MAX
   * apart, and at most one word is so long: clipping loses nothing. */
  unsigned slot = block_fit(block, clip_to_block(npages));
  *tree_known(tree, block->head.number) = block; /* it is asked for next */
  return word_page(block, slot) + fit_in_word(&block->words[slot], npages);
}

/* The next place in the nodes above a block that is long enough. */
static bool climb_to_fit(struct place *place, uint32_t npages)
{
  while (place->head->parent) {
    unsigned slot = tree_slot_in_parent(place->head) + 1;
    place->head = &place->head->parent->head;
    place->slot = node_fit(tree_node(place->head), slot, npages);
    if (place->slot < TREE_FANOUT) return true;
  }
  return false;
}

bool page_tree_first_fit(struct page_tree *tree, uint64_t npages,
                         uint64_t *base)
{
  assert(tree->npending == 0 && "summaries must be settled");
  if (!tree->root) return false;
  uint32_t clipped = clip_to_node(npages);
  struct place place = {&tree->root->head, node_fit(tree->root, 0, clipped)};
  if (place.slot == TREE_FANOUT) return false;
  *base = fit_below(tree, place, npages);
  /* Lengths of NODE_LONGEST_MAX and more all look alike to the nodes: try one
   * after the other. A block holds one at most, the address space 512. */
  while (npages > NODE_LONGEST_MAX &&
         page_tree_end(tree, *base) - *base < npages) {
    place.head = &page_tree_block(tree, *base)->head;
    if (!climb_to_fit(&place, clipped)) return false;
    *base = fit_below(tree, place, npages);
  }
  return true;
}

bool page_tree_highest(struct page_tree *tree, enum tree_mask mask,
                       uint64_t *base)
{
  assert(tree->npending == 0 && "summaries must be settled");
  if (!tree->root || !tree->root->head.mask[mask]) return false;
  struct tree_head *head = &tree->root->head;
  while (head->level > 0)
    head = tree_node(head)->children[bits_last(head->mask[mask])];
  struct tree_block *block = tree_block(head);
  unsigned slot = bits_last(head->mask[mask]);
  struct tree_word *word = &block->words[slot];
  /* Some retained free span that starts here is it: the last that qualifies. */
  for (uint64_t left = word->free & ~word->kind; left;) {
    unsigned position = bits_last(left);
    *base = word_page(block, slot) + position;
    uint64_t end = page_tree_end(tree, *base);
    if (whole_pages(*base, end, tree->phys_pages) > 0 &&
        (mask == TREE_RELEASABLE ||
         huge_count(*base, end, tree->huge_pages) > 0))
      return true;
    left &= ~(UINT64_C(1) << position);
  }
  assert(false && "the masks said so");
  return false;
}
