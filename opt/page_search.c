/* page_tree: the searches. None changes a code or a longest span. What isn't true any more in
 * a mask goes while the highest is looked for. */
#include "first_fit.h"
#include "page_tree.h"

/* One word of a block, or one child of a node. */
struct place {
  struct tree_head *head;
  unsigned slot;
};

/* Of a page that the root covers: its word, or the slot of the lowest child that is missing. */
static struct place place_of(struct page_tree *tree, uint64_t page)
{
  struct tree_head *head = &tree->root->head;
  assert(tree_covers(head, page) && "the root covers page");
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

/* In this direction the first of some bits: the lowest on the way up, the highest on the way
 * down. */
static ALWAYS_INLINE unsigned bits_toward(bool up, uint64_t bits)
{
  return up ? bits_first(bits) : bits_last(bits);
}

/* Down from a slot that has a boundary to the word with the first one. */
static ALWAYS_INLINE struct place word_toward(bool up, struct place place)
{
  while (place.head->level > 0) {
    place.head = tree_node(place.head)->children[place.slot];
    place.slot = bits_toward(up, place.head->mask[TREE_BOUNDARY]);
  }
  return place;
}

static ALWAYS_INLINE uint64_t boundary_toward(bool up, struct place place)
{
  place = word_toward(up, place);
  struct tree_block *block = tree_block(place.head);
  return word_page(block, place.slot) +
         bits_toward(up, word_boundaries(&block->words[place.slot]));
}

/* Up the tree until a slot beyond the one below has a boundary. */
static ALWAYS_INLINE bool climb_toward(bool up, struct place *place)
{
  for (;;) {
    uint64_t mask = place->head->mask[TREE_BOUNDARY];
    uint64_t beyond = mask & ~(up ? bits_upto(place->slot) : bits_from(place->slot));
    if (beyond) {
      place->slot = bits_toward(up, beyond);
      return true;
    }
    if (!place->head->parent) return false;
    place->slot = tree_slot_in_parent(place->head);
    place->head = &place->head->parent->head;
  }
}

/* The first boundary in this direction that isn't in page's own word. */
static ALWAYS_INLINE bool far_toward(bool up, struct page_tree *tree, uint64_t page,
                              uint64_t *boundary)
{
  struct tree_block *block = page_tree_block(tree, page);
  struct place place;
  if (block) {
    place = (struct place){&block->head, word_slot(page)};
  } else {
    if (!tree->root) return false;
    struct tree_head *root = &tree->root->head;
    uint64_t number = tree_number(root->level, page);
    if (number != root->number) { /* the whole tree is on one side of page */
      if ((number < root->number) != up) return false;
      place = (struct place){root, bits_toward(up, root->mask[TREE_BOUNDARY])};
      *boundary = boundary_toward(up, place);
      return true;
    }
    place = place_of(tree, page);
  }
  if (!climb_toward(up, &place)) return false;
  *boundary = boundary_toward(up, place);
  return true;
}

bool page_tree_far_after(struct page_tree *tree, uint64_t page, uint64_t *boundary)
{
  return far_toward(true, tree, page, boundary);
}

bool page_tree_far_before(struct page_tree *tree, uint64_t page, uint64_t *boundary)
{
  return far_toward(false, tree, page, boundary);
}

static void walk_to(struct tree_walk *walk, struct place place)
{
  place = word_toward(true, place);
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
  if (climb_toward(true, &place))
    walk_to(walk, place);
  else
    walk->head = NULL;
  return true;
}

/* The first child from `slot` on with a long enough span; TREE_FANOUT: none. */
static unsigned node_fit(const struct tree_node *node, unsigned slot, uint32_t npages)
{
  unsigned fits = lanes32_at_least(node->longest, npages) & ~0u << slot;
  return fits ? bits_first(fits) : TREE_FANOUT;
}

/* Up the tree to the next child behind this place with a long enough span. */
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

/* Down to the lowest free span that is long enough, below a child that has one. */
static struct tree_fit fit_below(const struct tree_node *node, unsigned slot, uint32_t npages)
{
  while (node->head.level > 1) {
    node = tree_node(node->children[slot]);
    slot = node_fit(node, 0, npages);
  }
  return fit_in_block(tree_block(node->children[slot]), npages);
}

bool page_tree_first_fit(struct page_tree *tree, uint64_t npages, uint64_t *base)
{
  uint32_t clipped = clip_to_node(npages);
  struct tree_fit fit;
  if (!tree_first_fit(tree, clipped, &fit)) return false;
  /* Nodes can't tell lengths of NODE_LONGEST_MAX and more apart: try one span after the
   * other. A block has one such span at most, the address space 512. */
  while (npages > NODE_LONGEST_MAX &&
         page_tree_end(tree, fit.base) - fit.base < npages) {
    struct place place = {&fit.block->head, 0};
    if (!climb_to_fit(&place, clipped)) return false;
    fit = fit_below(tree_node(place.head), place.slot, clipped);
  }
  *base = fit.base;
  return true;
}

/* The last span of a word that the mask speaks of. false: none. */
static bool highest_in_word(struct page_tree *tree, const struct tree_block *block,
                            unsigned slot, enum tree_mask mask, uint64_t *base)
{
  const struct tree_word *word = &block->words[slot];
  for (uint64_t left = word->free & ~word->kind; left;) {
    unsigned position = bits_last(left);
    *base = word_page(block, slot) + position;
    uint64_t end = page_tree_end(tree, *base);
    if (whole_pages(*base, end, tree->phys_pages) > 0 &&
        (mask == TREE_RELEASABLE || huge_count(*base, end, tree->huge_pages) > 0))
      return true;
    left &= ~(UINT64_C(1) << position);
  }
  return false;
}

void page_tree_unmark(struct tree_head *head, unsigned slot, enum tree_mask mask)
{
  for (;;) {
    head->mask[mask] &= (uint16_t)~(1u << slot);
    if (head->mask[mask] || !head->parent) return;
    slot = tree_slot_in_parent(head);
    head = &head->parent->head;
  }
}

bool page_tree_highest(struct page_tree *tree, enum tree_mask mask, uint64_t *base)
{
  assert((mask == TREE_RELEASABLE || mask == TREE_HUGE) && "what can be released");
  while (tree->root && tree->root->head.mask[mask]) {
    struct tree_head *head = &tree->root->head;
    while (head->level > 0)
      head = tree_node(head)->children[bits_last(head->mask[mask])];
    unsigned slot = bits_last(head->mask[mask]);
    if (highest_in_word(tree, tree_block(head), slot, mask, base)) return true;
    page_tree_unmark(head, slot, mask); /* it was stale */
  }
  return false;
}
