/* page_tree: codes, summaries, and the coming and going of nodes. */
#include "page_tree.h"

#include <assert.h>

#include "bits.h"
#include "physical.h"

void page_tree_init(struct page_tree *tree, const struct opt_memory *memory)
{
  *tree = (struct page_tree){.phys_pages = 1};
  node_pool_init(&tree->blocks, sizeof(struct tree_block), memory);
  node_pool_init(&tree->nodes, sizeof(struct tree_node), memory);
}

void page_tree_release(struct page_tree *tree)
{
  node_pool_release(&tree->blocks);
  node_pool_release(&tree->nodes);
}

static void tree_give(struct page_tree *tree, struct tree_head *head)
{
  if (head->level > 0) {
    node_pool_give(&tree->nodes, head);
  } else {
    struct tree_block **known = tree_known(tree, head->number);
    if (*known == tree_block(head)) *known = NULL;
    node_pool_give(&tree->blocks, head);
  }
}

void page_tree_reset(struct page_tree *tree, uint64_t phys_pages,
                     uint64_t huge_pages)
{
  /* Children first, lowest first; a node without children goes too. */
  struct tree_head *head = tree->root ? &tree->root->head : NULL;
  while (head) {
    uint16_t left = head->mask[TREE_BOUNDARY];
    if (head->level > 0 && left) {
      head->mask[TREE_BOUNDARY] = (uint16_t)(left & (left - 1));
      head = tree_node(head)->children[bits_first(left)];
      continue;
    }
    struct tree_node *parent = head->parent;
    tree_give(tree, head);
    head = parent ? &parent->head : NULL;
  }
  tree->root = NULL;
  tree->npending = 0;
  tree->phys_pages = phys_pages;
  tree->huge_pages = huge_pages;
  tree->is_plain = phys_pages == 1 && (huge_pages & (huge_pages - 1)) == 0 &&
                   (huge_pages == 0 || huge_pages > TREE_WORD_PAGES);
  tree->huge_shift = huge_pages > 0 ? bits_first(huge_pages) : 0;
}

bool page_tree_reserve(struct page_tree *tree, size_t nboundaries)
{
  /* A boundary far from all others takes a block and a node on every level
   * below the root; raising the root takes TREE_LEVELS more at most, in all. */
  return node_pool_reserve(&tree->blocks, nboundaries) &&
         node_pool_reserve(&tree->nodes, (nboundaries + 1) * TREE_LEVELS);
}

/* Summaries. */

static uint32_t block_longest(struct page_tree *tree, struct tree_block *block)
{
  unsigned longest = lanes16_largest(block->longest);
  if (longest < BLOCK_LONGEST_MAX) return longest;
  /* Clipped. So long a span leaves the block, so it is the last to begin. */
  unsigned slot = bits_last(lanes16_at_least(block->longest, BLOCK_LONGEST_MAX));
  uint64_t base = word_page(block, slot) + bits_last(block->words[slot].free);
  return clip_to_node(page_tree_end(tree, base) - base);
}

static uint32_t node_longest(const struct tree_node *node)
{
  return lanes32_largest(node->longest);
}

static bool mask_set(uint16_t *mask, unsigned slot, bool bit)
{
  uint16_t before = *mask;
  *mask = (uint16_t)((before & ~(1u << slot)) | (unsigned)bit << slot);
  return *mask != before;
}

/* Write what a part's parent knows of it, of which longest is given. True if
 * the parent's own summary may change; *was is its longest for the part. */
static bool tell_parent(struct tree_head *head, uint32_t longest, uint32_t *was)
{
  struct tree_node *parent = head->parent;
  unsigned slot = tree_slot_in_parent(head);
  *was = parent->longest[slot];
  parent->longest[slot] = longest;
  bool changed = *was != longest;
  for (unsigned i = TREE_RELEASABLE; i < TREE_MASKS; i++) {
    bool bit = head->mask[i] != 0;
    if ((parent->head.mask[i] >> slot & 1) == bit) continue;
    parent->head.mask[i] ^= (uint16_t)(1u << slot);
    changed = true;
  }
  return changed;
}

/* Tell the ancestors what a part holds, up to the first that knew. */
static void propagate(struct tree_head *head, uint32_t longest)
{
  uint32_t was;
  while (head->parent && tell_parent(head, longest, &was)) {
    struct tree_node *node = head->parent;
    head = &node->head;
    if (!head->parent) return;
    uint32_t known = head->parent->longest[tree_slot_in_parent(head)];
    /* Look at all children only where the longest of them got shorter; not where it
     * still leaves the node, as at most one does. */
    if (longest >= tree_pages(head->level)) continue;
    if (longest < known) longest = was == known ? node_longest(node) : known;
  }
}

/* The longest free span that begins in the word. */
static uint64_t word_longest(struct page_tree *tree, const struct tree_word *word,
                             uint64_t first)
{
  uint64_t boundaries = word_boundaries(word), free = word->free, npages = 0;
  if (!free) return 0;
  unsigned last = bits_last(free);
  if (!(boundaries >> last >> 1)) { /* it leaves the word */
    npages = page_tree_end(tree, first + last) - (first + last);
    free &= ~(UINT64_C(1) << last);
    if (npages >= TREE_WORD_PAGES) return npages;
  }
  uint64_t inner = word_inner(free, boundaries);
  unsigned inside = free != 0;
  for (; inner; inner &= inner >> 1) inside++; /* a page less of each */
  return inside > npages ? inside : npages;
}

unsigned page_tree_count(struct page_tree *tree, struct tree_block *block, unsigned slot)
{
  return clip_to_block(word_longest(tree, &block->words[slot], word_page(block, slot)));
}

void page_tree_tell(struct page_tree *tree, struct tree_block *block)
{
  propagate(&block->head, block_longest(tree, block));
}

void page_tree_tell_longest(struct tree_block *block, uint32_t longest)
{
  propagate(&block->head, longest);
}

/* What its retained free spans answer to: bits 1 << enum tree_mask. */
static unsigned word_masks(struct page_tree *tree, const struct tree_word *word,
                           uint64_t first)
{
  unsigned masks = 0;
  uint64_t left = word->free & ~word->kind;
  if (tree->is_plain && left) { /* the last alone can hold a huge page */
    uint64_t last = first + bits_last(left);
    return page_tree_masks(tree, last, page_tree_end(tree, last));
  }
  for (; left; left &= left - 1) {
    uint64_t base = first + bits_first(left);
    masks |= page_tree_masks(tree, base, page_tree_end(tree, base));
  }
  return masks;
}

/* All that a word's codes say of its free spans. */
static unsigned word_recount(struct page_tree *tree, struct tree_block *block, unsigned slot,
                             unsigned *masks)
{
  const struct tree_word *word = &block->words[slot];
  uint64_t first = word_page(block, slot), longest = word_longest(tree, word, first);
  if (tree->is_plain && longest < TREE_WORD_PAGES)
    *masks = (unsigned)((word->free & ~word->kind) != 0) << TREE_RELEASABLE; /* mostly */
  else
    *masks = word_masks(tree, word, first);
  return clip_to_block(longest);
}

/* The same, by what came and went, where that says enough. */
static unsigned word_count(struct page_tree *tree, struct tree_block *block, unsigned slot,
                           const struct tree_change *change, unsigned *masks)
{
  unsigned was = block->longest[slot];
  bool shorter = change->lost >= was && change->gained < change->lost;
  if (change->recount || shorter || was == BLOCK_LONGEST_MAX ||
      (change->lost_masks & ~change->gained_masks) != 0)
    return word_recount(tree, block, slot, masks);
  *masks = change->gained_masks;
  for (unsigned i = TREE_RELEASABLE; i < TREE_MASKS; i++)
    *masks |= (unsigned)(block->head.mask[i] >> slot & 1) << i;
  return change->gained > was ? clip_to_block(change->gained) : was;
}

/* True if the block's own summary may change. */
static bool word_settle(struct page_tree *tree, struct tree_block *block,
                        const struct tree_change *change)
{
  unsigned slot = word_slot(change->word << TREE_WORD_SHIFT), masks;
  unsigned was = block->longest[slot];
  unsigned longest = word_count(tree, block, slot, change, &masks);
  block->longest[slot] = (uint16_t)longest;
  /* Clipped lengths that look the same may differ: the block must look. */
  bool clipped = longest == BLOCK_LONGEST_MAX || was == BLOCK_LONGEST_MAX;
  /* Neither the longest before nor now: what the parent knows still holds. */
  uint32_t known =
      block->head.parent->longest[tree_slot_in_parent(&block->head)];
  bool changed = clipped || longest > known || (was == known && longest < was);
  for (unsigned i = TREE_RELEASABLE; i < TREE_MASKS; i++)
    changed |= mask_set(&block->head.mask[i], slot, masks >> i & 1);
  return changed;
}

void page_tree_settle(struct page_tree *tree)
{
  /* All words first: a block is told of only once all its words are true. */
  struct tree_block *changed[TREE_PENDING_MAX];
  unsigned nchanged = 0;
  for (unsigned i = 0; i < tree->npending; i++) {
    const struct tree_change *change = &tree->pending[i];
    struct tree_block *block = page_tree_block(tree, change->word << TREE_WORD_SHIFT);
    /* A block that went away told its ancestors then. */
    if (block && word_settle(tree, block, change) &&
        (nchanged == 0 || changed[nchanged - 1] != block))
      changed[nchanged++] = block;
  }
  for (unsigned i = 0; i < nchanged; i++)
    propagate(&changed[i]->head, block_longest(tree, changed[i]));
  tree->npending = 0;
}

static struct tree_change *change_of(struct page_tree *tree, uint64_t page)
{
  uint64_t word = page >> TREE_WORD_SHIFT;
  for (unsigned i = 0; i < tree->npending; i++)
    if (tree->pending[i].word == word) return &tree->pending[i];
  assert(tree->npending < TREE_PENDING_MAX && "settle more often");
  tree->pending[tree->npending] = (struct tree_change){.word = word};
  return &tree->pending[tree->npending++];
}

void page_tree_gain(struct page_tree *tree, uint64_t page, uint64_t npages, unsigned masks)
{
  struct tree_change *change = change_of(tree, page);
  if (npages > change->gained) change->gained = npages;
  change->gained_masks |= masks;
}

void page_tree_lose(struct page_tree *tree, uint64_t page, uint64_t npages, unsigned masks)
{
  struct tree_change *change = change_of(tree, page);
  if (change->gained > 0) change->recount = true;
  if (npages > change->lost) change->lost = npages;
  change->lost_masks |= masks;
}

/* Nodes come and go. */

static void child_link(struct tree_node *parent, struct tree_head *child)
{
  unsigned slot = tree_slot_in_parent(child);
  assert(!parent->children[slot] && "the slot is free");
  parent->children[slot] = child;
  parent->head.mask[TREE_BOUNDARY] |= (uint16_t)(1u << slot);
  child->parent = parent;
}

static struct tree_head *head_new(struct page_tree *tree, unsigned level,
                                  uint64_t page)
{
  struct tree_head *head =
      node_pool_take(level > 0 ? &tree->nodes : &tree->blocks);
  head->level = (uint8_t)level;
  head->number = (uint32_t)tree_number(level, page);
  return head;
}

/* Make the root cover the page: one level more, until it does. */
static void root_raise(struct page_tree *tree, uint64_t page)
{
  if (!tree->root) tree->root = tree_node(head_new(tree, 1, page));
  for (;;) {
    struct tree_head *root = &tree->root->head;
    if (tree_number(root->level, page) == root->number) return;
    assert(root->level < TREE_LEVELS && "pages are below 2^42");
    struct tree_head *above = node_pool_take(&tree->nodes);
    above->level = (uint8_t)(root->level + 1);
    above->number = root->number >> TREE_FANOUT_SHIFT;
    child_link(tree_node(above), root);
    tree->root = tree_node(above);
    propagate(root, node_longest(tree_node(root)));
  }
}

static struct tree_block *block_make(struct page_tree *tree, uint64_t page)
{
  root_raise(tree, page);
  struct tree_head *head = &tree->root->head;
  while (head->level > 0) {
    struct tree_head *child = tree_node(head)->children[tree_slot(head, page)];
    if (!child) {
      child = head_new(tree, head->level - 1u, page);
      child_link(tree_node(head), child);
    }
    head = child;
  }
  *tree_known(tree, head->number) = tree_block(head);
  return tree_block(head);
}

/* Part with what holds no boundary any more, and with nodes left empty. */
static void prune(struct page_tree *tree, struct tree_head *head)
{
  while (!head->mask[TREE_BOUNDARY]) {
    struct tree_node *parent = head->parent;
    unsigned slot = tree_slot_in_parent(head);
    tree_give(tree, head);
    if (!parent) {
      tree->root = NULL;
      return;
    }
    parent->children[slot] = NULL;
    parent->longest[slot] = 0;
    for (unsigned i = 0; i < TREE_MASKS; i++)
      mask_set(&parent->head.mask[i], slot, false);
    head = &parent->head;
  }
  propagate(head, node_longest(tree_node(head)));
}

/* Codes. */

void page_tree_far_put(struct page_tree *tree, uint64_t page, unsigned code)
{
  struct tree_block *block = page_tree_block(tree, page);
  if (!block) {
    if (code == CODE_NONE) return;
    block = block_make(tree, page);
  }
  unsigned slot = word_slot(page);
  struct tree_word *word = &block->words[slot];
  word_put(word, (unsigned)page & 63, code);
  mask_set(&block->head.mask[TREE_BOUNDARY], slot, word_boundaries(word) != 0);
  if (!block->head.mask[TREE_BOUNDARY]) prune(tree, &block->head);
}
