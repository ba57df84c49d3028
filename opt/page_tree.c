/* page_tree: codes, summaries, and the coming and going of nodes. */
#include "page_tree.h"

void page_tree_init(struct page_tree *tree, const struct opt_memory *memory)
{
  *tree = (struct page_tree){.phys_pages = 1};
  node_pool_init(&tree->blocks, sizeof(struct tree_block), memory);
  node_pool_init(&tree->nodes, sizeof(struct tree_node), memory);
  node_pool_init(&tree->bounds, sizeof(struct tree_bounds), memory);
}

void page_tree_release(struct page_tree *tree)
{
  node_pool_release(&tree->blocks);
  node_pool_release(&tree->nodes);
  node_pool_release(&tree->bounds);
}

static void tree_give(struct page_tree *tree, struct tree_head *head)
{
  if (head->bounds) node_pool_give(&tree->bounds, head->bounds);
  if (head->level > 0) {
    node_pool_give(&tree->nodes, head);
  } else {
    struct tree_block **known = tree_known(tree, head->number);
    if (*known == tree_block(head)) *known = NULL;
    node_pool_give(&tree->blocks, head);
  }
}

void page_tree_reset(struct page_tree *tree, uint64_t phys_pages, uint64_t huge_pages)
{
  assert(phys_pages > 0 && (phys_pages & (phys_pages - 1)) == 0 && "R is a power of two");
  /* Children go before their parent, the lowest first. */
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
  tree->nresidues = 0;
  tree->phys_pages = phys_pages;
  tree->huge_pages = huge_pages;
  bool is_near = phys_pages == 1 && (huge_pages & (huge_pages - 1)) == 0 &&
                 (huge_pages == 0 || huge_pages > TREE_WORD_PAGES);
  tree->near_pages = is_near ? NODE_LONGEST_MAX : 0;
  tree->huge_shift = huge_pages > 0 ? bits_first(huge_pages) : 0;
}

bool page_tree_reserve(struct page_tree *tree, size_t nboundaries)
{
  /* A boundary far from all others takes a block, and a node on every level below the root.
   * All raises of the root together take TREE_LEVELS nodes at most. */
  return node_pool_reserve(&tree->blocks, nboundaries) &&
         node_pool_reserve(&tree->nodes, (nboundaries + 1) * TREE_LEVELS);
}

/* Bounds on aligned pages. */

void page_tree_raise_bounds(struct page_tree *tree, struct tree_block *block, uint64_t base,
                            uint64_t npages)
{
  uint16_t most[TREE_RESIDUES]; /* of ruled_out */
  unsigned n = page_tree_residues(tree);
  for (unsigned r = 0; r < n; r++) {
    uint64_t left = residue_left(tree->residues[r].of, base, npages);
    most[r] = (uint16_t)(LANES16_MAX - clip_to_word(left));
  }
  for (struct tree_head *head = &block->head;; head = &head->parent->head) {
    for (unsigned r = 0, slot = tree_slot(head, base); head->bounds && r < n; r++) {
      uint16_t *ruled_out = &head->bounds->ruled_out[r][slot]; /* whatever its epoch */
      *ruled_out = *ruled_out < most[r] ? *ruled_out : most[r];
    }
    if (!head->parent) return;
  }
}

/* Longest spans. */

uint32_t page_tree_clipped_longest(struct page_tree *tree, struct tree_block *block)
{
  /* So long a span leaves the block: no span of the block begins behind it. */
  unsigned clipped = lanes16_at_least(block->word_longest, WORD_LONGEST_MAX);
  assert(clipped && "the block has one");
  return page_tree_count(tree, block, bits_last(clipped));
}

/* A block's longest free span, by its words'. */
static uint32_t block_longest(struct page_tree *tree, struct tree_block *block)
{
  unsigned longest = lanes16_largest(block->word_longest);
  return longest < WORD_LONGEST_MAX ? longest : page_tree_clipped_longest(tree, block);
}

void page_tree_tell_above(struct tree_node *node, uint32_t was, uint32_t longest)
{
  while (node->head.parent && was != longest) {
    struct tree_head *head = &node->head;
    uint32_t known = head->parent->longest[tree_slot_in_parent(head)];
    /* Only where the longest child got shorter, all are looked at. Not even then where its
     * span still leaves the node: one span at most does that. */
    if (longest < known && longest < tree_pages(head->level))
      longest = was == known ? lanes32_largest(node->longest) : known;
    head->parent->longest[tree_slot_in_parent(head)] = longest;
    was = known;
    node = head->parent;
  }
}

uint32_t page_tree_count(struct page_tree *tree, struct tree_block *block, unsigned slot)
{
  assert(slot < TREE_FANOUT && "a block has sixteen words");
  const struct tree_word *word = &block->words[slot];
  uint64_t boundaries = word_boundaries(word), free = word->free, npages = 0;
  unsigned last = bits_last(free | 1);
  if (((boundaries >> last >> 1) | (free == 0)) == 0) { /* it leaves the word */
    uint64_t base = word_page(block, slot) + last;
    npages = page_tree_end(tree, base) - base;
    free &= ~(UINT64_C(1) << last);
    if (npages >= TREE_WORD_PAGES) return clip_to_node(npages);
  }
  unsigned inside = word_longest_inside(free, boundaries);
  return inside > npages ? inside : (unsigned)npages;
}

/* The word's longest becomes true: by its codes where the change doesn't say enough. Answers
 * if the block's own may have changed. */
static bool word_settle(struct page_tree *tree, struct tree_block *block,
                        const struct tree_change *change)
{
  unsigned slot = word_slot(change->word << TREE_WORD_SHIFT);
  unsigned was = block->word_longest[slot], longest = was;
  bool shorter = change->lost >= was && change->gained < change->lost;
  if (change->recount || shorter || was == WORD_LONGEST_MAX)
    longest = clip_to_word(page_tree_count(tree, block, slot));
  else if (change->gained > was)
    longest = clip_to_word(change->gained);
  block->word_longest[slot] = (uint16_t)longest;
  /* Two clipped lengths may differ. */
  if (longest == WORD_LONGEST_MAX || was == WORD_LONGEST_MAX) return true;
  return longest > block->head.longest || (was == block->head.longest && longest < was);
}

void page_tree_settle(struct page_tree *tree)
{
  /* All words first: a block's longest is taken once all its words are true. */
  struct tree_block *changed[TREE_PENDING_MAX];
  unsigned nchanged = 0;
  for (unsigned i = 0; i < tree->npending; i++) {
    const struct tree_change *change = &tree->pending[i];
    struct tree_block *block = page_tree_block(tree, change->word << TREE_WORD_SHIFT);
    /* A block that is gone told its parents when it went. */
    if (block && word_settle(tree, block, change) &&
        (nchanged == 0 || changed[nchanged - 1] != block))
      changed[nchanged++] = block;
  }
  for (unsigned i = 0; i < nchanged; i++)
    page_tree_tell(changed[i], block_longest(tree, changed[i]));
  tree->npending = 0;
}

static struct tree_change *change_of(struct page_tree *tree, uint64_t page)
{
  uint64_t word = page >> TREE_WORD_SHIFT;
  for (unsigned i = 0; i < tree->npending; i++)
    if (tree->pending[i].word == word) return &tree->pending[i];
  assert(tree->npending < TREE_PENDING_MAX && "an operation changes few words");
  tree->pending[tree->npending] = (struct tree_change){.word = word};
  return &tree->pending[tree->npending++];
}

void page_tree_gain(struct page_tree *tree, uint64_t page, uint64_t npages)
{
  CHECK(npages > 0 && (page_tree_code(tree, page) & CODE_FREE) && "it begins there");
  struct tree_change *change = change_of(tree, page);
  if (npages > change->gained) change->gained = npages;
}

void page_tree_lose(struct page_tree *tree, uint64_t page, uint64_t npages)
{
  CHECK(npages > 0 && (page_tree_code(tree, page) & CODE_FREE) && "it still begins there");
  struct tree_change *change = change_of(tree, page);
  if (change->gained > 0) change->recount = true;
  if (npages > change->lost) change->lost = npages;
}

/* Masks. */

void page_tree_tell_mask(struct tree_head *head, enum tree_mask mask)
{
  assert(head->mask[mask] && "it is news");
  for (; head->parent; head = &head->parent->head) {
    uint16_t *above = &head->parent->head.mask[mask];
    unsigned bit = 1u << tree_slot_in_parent(head);
    if (*above & bit) return;
    *above |= (uint16_t)bit;
  }
}

void page_tree_retain(struct page_tree *tree, uint64_t base, uint64_t end)
{
  struct tree_head *head = &page_tree_block(tree, base)->head;
  assert((page_tree_code(tree, base) & (CODE_FREE | CODE_KIND)) == CODE_FREE && "retained");
  if (whole_pages(base, end, tree->phys_pages) == 0) return;
  page_tree_mark(head, word_slot(base), TREE_RELEASABLE);
  if (huge_count(base, end, tree->huge_pages) > 0)
    page_tree_mark(head, word_slot(base), TREE_HUGE);
}

/* Nodes come and go. */

static void child_link(struct tree_node *parent, struct tree_head *child)
{
  unsigned slot = tree_slot_in_parent(child);
  assert(!parent->children[slot] && "the slot is free");
  parent->children[slot] = child;
  parent->head.mask[TREE_BOUNDARY] |= (uint16_t)(1u << slot);
  child->parent = parent;
  if (child->mask[TREE_RELEASABLE]) page_tree_tell_mask(child, TREE_RELEASABLE);
  if (child->mask[TREE_HUGE]) page_tree_tell_mask(child, TREE_HUGE);
}

static struct tree_head *head_new(struct page_tree *tree, unsigned level, uint64_t page)
{
  struct tree_head *head = node_pool_take(level > 0 ? &tree->nodes : &tree->blocks);
  head->level = (uint8_t)level;
  head->number = (uint32_t)tree_number(level, page);
  return head;
}

/* The root gets parents until it covers the page. */
static void root_raise(struct page_tree *tree, uint64_t page)
{
  if (!tree->root) tree->root = tree_node(head_new(tree, 1, page));
  for (;;) {
    struct tree_head *root = &tree->root->head;
    if (tree_covers(root, page)) return;
    assert(root->level < TREE_LEVELS && "so high a node covers all pages");
    uint64_t first = root->number * tree_pages(root->level);
    struct tree_head *above = head_new(tree, root->level + 1u, first);
    child_link(tree_node(above), root);
    tree->root = tree_node(above);
    tree->root->longest[tree_slot_in_parent(root)] =
        lanes32_largest(tree_node(root)->longest);
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

/* The block has no boundary left: it goes, and so do parents that this leaves without. */
static void prune(struct page_tree *tree, struct tree_head *head)
{
  uint32_t was = 0;
  while (!head->mask[TREE_BOUNDARY]) {
    struct tree_node *parent = head->parent;
    unsigned slot = tree_slot_in_parent(head);
    tree_give(tree, head);
    if (!parent) {
      tree->root = NULL;
      return;
    }
    parent->children[slot] = NULL;
    was = parent->longest[slot];
    parent->longest[slot] = 0;
    head = &parent->head;
    head->mask[TREE_BOUNDARY] &= (uint16_t)~(1u << slot);
    page_tree_unmark(head, slot, TREE_RELEASABLE);
    page_tree_unmark(head, slot, TREE_HUGE);
  }
  page_tree_tell_above(tree_node(head), was, 0);
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
  uint16_t *mask = &block->head.mask[TREE_BOUNDARY], bit = (uint16_t)(1u << slot);
  *mask = (uint16_t)(word_boundaries(word) ? *mask | bit : *mask & ~bit);
  if (!*mask) prune(tree, &block->head);
}
