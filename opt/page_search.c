/* page_tree: the searches. Nothing here changes a code or a longest. */
#include <assert.h>

#include "bits.h"
#include "first_fit.h"
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

/* The lowest free span below a child of a node that is long enough, by the summary. */
static struct tree_fit fit_below(const struct tree_node *node, unsigned slot, uint32_t npages)
{
  while (node->head.level > 1) {
    node = tree_node(node->children[slot]);
    slot = node_fit(node, 0, npages);
  }
  return fit_in_block(tree_block(node->children[slot]), npages);
}

bool page_tree_first_fit(struct page_tree *tree, uint64_t npages,
                         uint64_t *base)
{
  uint32_t clipped = clip_to_node(npages);
  struct tree_fit fit;
  if (!tree_first_fit(tree, clipped, &fit)) return false;
  /* Lengths of NODE_LONGEST_MAX and more all look alike to the nodes: try one
   * after the other. A block holds one at most, the address space 512. */
  while (npages > NODE_LONGEST_MAX &&
         page_tree_end(tree, fit.base) - fit.base < npages) {
    struct place place = {&fit.block->head, 0};
    if (!climb_to_fit(&place, clipped)) return false;
    fit = fit_below(tree_node(place.head), place.slot, clipped);
  }
  *base = fit.base;
  return true;
}

/* The last span that begins in a word and that the mask speaks of. false: none. */
static bool highest_in_word(struct page_tree *tree, const struct tree_block *block,
                            unsigned slot, enum tree_mask mask, uint64_t *base)
{
  const struct tree_word *word = &block->words[slot];
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
  return false;
}

bool page_tree_highest(struct page_tree *tree, enum tree_mask mask, uint64_t *base)
{
  while (tree->root && tree->root->head.mask[mask]) {
    struct tree_head *head = &tree->root->head;
    while (head->level > 0)
      head = tree_node(head)->children[bits_last(head->mask[mask])];
    unsigned slot = bits_last(head->mask[mask]);
    if (highest_in_word(tree, tree_block(head), slot, mask, base)) return true;
    page_tree_unmark(head, slot, mask); /* there was one */
  }
  return false;
}
