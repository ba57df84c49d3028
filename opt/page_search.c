/* page_tree: the searches. None changes a code or a longest span. What isn't true any more in
 * a mask goes while the highest is looked for, and where an aligned search finds nothing, that
 * is noted. */
#include <string.h>

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

/* The first boundary below a slot that has one. */
static ALWAYS_INLINE uint64_t boundary_toward(bool up, struct place place)
{
  while (place.head->level > 0) {
    place.head = tree_node(place.head)->children[place.slot];
    place.slot = bits_toward(up, place.head->mask[TREE_BOUNDARY]);
  }
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

/* The lowest free span that is long enough, of those behind the children that hold head. */
static bool fit_behind(const struct tree_head *head, uint32_t npages, struct tree_fit *fit)
{
  for (; head->parent; head = &head->parent->head) {
    unsigned behind = ~1u << tree_slot_in_parent(head);
    unsigned fits = lanes32_at_least(head->parent->longest, npages) & behind;
    if (!fits) continue;
    *fit = fit_below(head->parent, fits, npages);
    return true;
  }
  return false;
}

bool page_tree_first_fit(struct page_tree *tree, uint64_t npages, uint64_t *base)
{
  uint32_t clipped = clip_to_node(npages);
  struct tree_fit fit;
  if (!tree_first_fit(tree, clipped, &fit)) return false;
  /* Nodes can't tell lengths of NODE_LONGEST_MAX and more apart: try one span after the
   * other. A block has one such span at most, the address space 512. */
  while (npages > NODE_LONGEST_MAX &&
         page_tree_end(tree, fit.base) - fit.base < npages)
    if (!fit_behind(&fit.block->head, clipped, &fit)) return false;
  *base = fit.base;
  return true;
}

/* What is looked for. */
struct search {
  struct page_tree *tree;
  uint64_t npages;
  struct residue residue;
  uint64_t aligned; /* where align divides 64: the pages of every word that are aligned */
  /* It has bounds. Without alignment the longest spans are as good, and no bound is above
   * LANES16_MAX. */
  bool is_bounded;
  unsigned r; /* they are those of the tree's residues[r] */
};

/* Which of the tree's residues it is; it becomes one. */
static unsigned residue_number(struct page_tree *tree, struct residue residue)
{
  for (unsigned r = 0; r < page_tree_residues(tree); r++)
    if (tree->residues[r].of.align == residue.align && tree->residues[r].of.phase == residue.phase)
      return r;
  unsigned oldest = (unsigned)(tree->nresidues++ % TREE_RESIDUES);
  tree->residues[oldest] = (struct tree_residue){residue, tree->nresidues};
  return oldest;
}

static struct search search_for(struct page_tree *tree, const struct tree_wanted *wanted)
{
  struct search search = {.tree = tree, .npages = wanted->npages, .residue = wanted->residue};
  if (TREE_WORD_PAGES % search.residue.align == 0) /* every align-th bit */
    search.aligned = UINT64_MAX / (UINT64_MAX >> (TREE_WORD_PAGES - search.residue.align))
                     << search.residue.phase;
  search.is_bounded = search.residue.align > 1 && search.npages <= LANES16_MAX;
  if (search.is_bounded) search.r = residue_number(tree, search.residue);
  return search;
}

/* Has the block or node bounds for it? */
static inline bool has_bounds(const struct search *search, const struct tree_head *head)
{
  return search->is_bounded && head->bounds &&
         head->bounds->epoch[search->r] == search->tree->residues[search->r].epoch;
}

/* The slots of words or children that may have what is looked for. */
static inline unsigned slots_that_fit(const struct search *search, struct tree_head *head)
{
  uint64_t npages = search->npages;
  unsigned slots =
      head->level == 0
          ? lanes16_at_least(tree_block(head)->word_longest, clip_to_word(npages))
          : lanes32_at_least(tree_node(head)->longest, clip_to_node(npages));
  if (!has_bounds(search, head)) return slots;
  return slots & ~lanes16_at_least(head->bounds->ruled_out[search->r],
                                   (unsigned)(LANES16_MAX - npages + 1));
}

/* The pages of a word that are aligned. */
static uint64_t aligned_pages(struct residue residue, uint64_t word_page)
{
  uint64_t pages = 0;
  for (uint64_t at = residue_after(residue, word_page); at < TREE_WORD_PAGES; at += residue.align)
    pages |= UINT64_C(1) << at;
  return pages;
}

/* Does the free span at base, which leaves its word, have what is looked for? It isn't longer
 * than its word's longest. */
static inline bool span_fits(const struct search *search, uint64_t base, unsigned word_longest)
{
  uint64_t least = search->npages + residue_after(search->residue, base);
  if (word_longest < WORD_LONGEST_MAX && word_longest < least) return false;
  return page_tree_end(search->tree, base) - base >= least;
}

/* The first span of a word, of those that begin where `allowed` has a bit, that has what is
 * looked for. */
static ALWAYS_INLINE bool word_fit_toward(bool up, const struct search *search,
                                          const struct tree_block *block, unsigned slot,
                                          uint64_t allowed, uint64_t *base)
{
  const struct tree_word *word = &block->words[slot];
  uint64_t boundaries = word_boundaries(word), inside = word->free & allowed, places = 0;
  uint64_t first = word_page(block, slot);
  unsigned longest = block->word_longest[slot];
  if (!inside) return false;
  unsigned last = bits_last(inside);
  bool leaves = boundaries >> last == 1;
  inside &= ~((uint64_t)leaves << last);
  if (leaves && !up && span_fits(search, *base = first + last, longest)) return true;
  if (search->npages < TREE_WORD_PAGES && inside)
    places = word_places(inside, boundaries, (unsigned)search->npages) &
             (search->aligned ? search->aligned
                              : aligned_pages(search->residue, first));
  if (places) {
    *base = first + bits_last(inside & bits_upto(bits_toward(up, places)));
    return true;
  }
  return leaves && up && span_fits(search, *base = first + last, longest);
}

/* No free span that begins in this word or child has what is looked for. Without memory that is
 * forgotten. */
static NEVER_INLINE void rule_out(const struct search *search, struct tree_head *head,
                                  unsigned slot)
{
  unsigned r = search->r;
  if (!head->bounds) {
    if (!node_pool_reserve(&search->tree->bounds, 1)) return;
    head->bounds = node_pool_take(&search->tree->bounds);
  }
  if (!has_bounds(search, head)) {
    head->bounds->epoch[r] = search->tree->residues[r].epoch;
    memset(head->bounds->ruled_out[r], 0, sizeof head->bounds->ruled_out[r]);
  }
  head->bounds->ruled_out[r][slot] = (uint16_t)(LANES16_MAX - search->npages + 1);
}

/* The first such span below these slots. Children are a level lower, so that it goes no deeper
 * than TREE_LEVELS. */
static bool fit_under(bool up, const struct search *search, struct tree_head *head,
                      unsigned slots, uint64_t *base)
{
  for (unsigned slot; slots; slots &= ~(1u << slot)) {
    slot = bits_toward(up, slots);
    if (head->level == 0) {
      const struct tree_block *block = tree_block(head);
      if (up ? word_fit_toward(true, search, block, slot, ~UINT64_C(0), base)
             : word_fit_toward(false, search, block, slot, ~UINT64_C(0), base))
        return true;
    } else {
      struct tree_head *child = tree_node(head)->children[slot];
      if (fit_under(up, search, child, slots_that_fit(search, child), base)) return true;
    }
    if (search->is_bounded) rule_out(search, head, slot);
  }
  return false;
}

static bool fit_toward(bool up, const struct search *search, uint64_t page, uint64_t *base)
{
  struct page_tree *tree = search->tree;
  assert(search->npages > 0 && tree->npending == 0 && "the longest spans are true");
  if (!tree->root) return false;
  struct tree_head *root = &tree->root->head;
  uint64_t number = tree_number(root->level, page);
  if (number != root->number) /* the whole tree is on one side of page */
    return (number < root->number) == up &&
           fit_under(up, search, root, slots_that_fit(search, root), base);
  struct place place = place_of(tree, page);
  unsigned position = (unsigned)page & 63;
  if (place.head->level == 0 &&
      word_fit_toward(up, search, tree_block(place.head), place.slot,
                      up ? bits_from(position) : bits_upto(position), base))
    return true;
  for (;;) {
    uint64_t beyond = ~(up ? bits_upto(place.slot) : bits_from(place.slot));
    unsigned slots = slots_that_fit(search, place.head) & (unsigned)beyond;
    if (fit_under(up, search, place.head, slots, base)) return true;
    if (!place.head->parent) return false;
    place.slot = tree_slot_in_parent(place.head);
    place.head = &place.head->parent->head;
  }
}

bool page_tree_fit_from(struct page_tree *tree, const struct tree_wanted *wanted, uint64_t page,
                        uint64_t *base)
{
  struct search search = search_for(tree, wanted);
  return fit_toward(true, &search, page, base);
}

bool page_tree_fit_upto(struct page_tree *tree, const struct tree_wanted *wanted, uint64_t page,
                        uint64_t *base)
{
  struct search search = search_for(tree, wanted);
  return fit_toward(false, &search, page, base);
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
