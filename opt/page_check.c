/* Is the tree what the codes say it is? The slow way: for tests, and with -DOPT_CHECK. */
#include "page_tree.h"

#ifdef OPT_CHECK
#include <stdio.h>
#include <stdlib.h>

void opt_check_failed(const char *file, int line, const char *what)
{
  fprintf(stderr, "%s:%d: OPT_CHECK: %s\n", file, line, what);
  abort();
}
#endif

/* Does a bound say that this free span has fewer aligned pages than it has? */
static bool is_ruled_out(const struct page_tree *tree, const struct tree_block *block,
                         uint64_t base, uint64_t npages)
{
  for (unsigned r = 0; r < page_tree_residues(tree); r++) {
    uint64_t left = residue_left(tree->residues[r].of, base, npages);
    const struct tree_head *head = &block->head;
    for (; head; head = head->parent ? &head->parent->head : NULL) {
      const struct tree_bounds *bounds = head->bounds;
      if (bounds && bounds->epoch[r] == tree->residues[r].epoch &&
          clip_to_word(left) > LANES16_MAX - bounds->ruled_out[r][tree_slot(head, base)])
        return true;
    }
  }
  return false;
}

/* The codes and masks of one word; and its longest free span. */
static const char *word_check(struct page_tree *tree, struct tree_block *block, unsigned slot,
                              uint64_t *longest)
{
  const struct tree_word *word = &block->words[slot];
  bool has[TREE_MASKS] = {word_boundaries(word) != 0, false, false};
  *longest = 0;
  if (word->free & ~word->start) return "free where no span begins";
  if (word->kind & ~word->start) return "a kind where no span begins";
  for (uint64_t left = word->start; left; left &= left - 1) {
    unsigned at = bits_first(left);
    uint64_t base = word_page(block, slot) + at, end;
    if (!page_tree_at_or_after(tree, base + 1, &end)) return "a span without an end";
    if (!(word->free >> at & 1)) continue;
    if (end - base > *longest) *longest = end - base;
    if (is_ruled_out(tree, block, base, end - base)) return "a bound on aligned pages";
    if (word->kind >> at & 1 || whole_pages(base, end, tree->phys_pages) == 0) continue;
    has[TREE_RELEASABLE] = true;
    if (huge_count(base, end, tree->huge_pages) > 0) has[TREE_HUGE] = true;
  }
  for (unsigned i = 0; i < TREE_MASKS; i++) {
    bool bit = block->head.mask[i] >> slot & 1;
    if (i == TREE_BOUNDARY ? bit != has[i] : !bit && has[i]) return "a word's masks";
  }
  return NULL;
}

/* A block, of which these words are looked at. Of the others, and of the word of an open
 * front, the longest is believed. */
static const char *block_check(struct page_tree *tree, struct tree_block *block, unsigned slots,
                               const struct tree_word *open)
{
  uint64_t longest = 0;
  bool is_open = false;
  for (unsigned slot = 0; slot < TREE_FANOUT; slot++) {
    uint64_t npages = block->word_longest[slot];
    if (&block->words[slot] == open) is_open = true;
    if (slots >> slot & 1 || npages == WORD_LONGEST_MAX) {
      const char *wrong = word_check(tree, block, slot, &npages);
      if (wrong) return wrong;
      if (block->word_longest[slot] != clip_to_word(npages) && &block->words[slot] != open)
        return "a word's longest span";
    }
    if (npages > longest) longest = npages;
  }
  return is_open || block->head.longest == clip_to_node(longest) ? NULL : "a block's longest span";
}

/* What a node says of one child. */
static const char *child_check(const struct tree_node *node, unsigned slot)
{
  struct tree_head *child = node->children[slot];
  uint32_t longest = 0;
  for (unsigned i = 0; i < TREE_MASKS; i++)
    if ((node->head.mask[i] >> slot & 1) != (child && child->mask[i] != 0))
      return child ? "a child's masks" : "a mask without a child";
  if (!child) return node->longest[slot] ? "a longest span of no child" : NULL;
  if (child->parent != node || child->level + 1 != node->head.level ||
      child->number != node->head.number * TREE_FANOUT + slot)
    return "a child out of place";
  if (child->mask[TREE_BOUNDARY] == 0) return "an empty child";
  if (child->level == 0)
    longest = child->longest;
  else
    for (unsigned i = 0; i < TREE_FANOUT; i++)
      if (tree_node(child)->longest[i] > longest) longest = tree_node(child)->longest[i];
  return node->longest[slot] == longest ? NULL : "a child's longest span";
}

static const char *root_check(const struct page_tree *tree)
{
  if (tree->npending != 0) return "not settled";
  if (!tree->root) return NULL;
  if (tree->root->head.parent) return "the root has a parent";
  if (tree->root->head.level == 0 || tree->root->head.level > TREE_LEVELS)
    return "the root's level";
  return tree->root->head.mask[TREE_BOUNDARY] == 0 ? "an empty root" : NULL;
}

/* It recurses. Its depth is TREE_LEVELS at most: the root is no higher, and
 * child_check sees that each child is a level lower. */
static const char *head_check(struct page_tree *tree, struct tree_head *head,
                              const struct tree_word *open)
{
  if (head->level == 0) return block_check(tree, tree_block(head), UINT16_MAX, open);
  for (unsigned slot = 0; slot < TREE_FANOUT; slot++) {
    struct tree_node *node = tree_node(head);
    const char *wrong = child_check(node, slot);
    if (!wrong && node->children[slot]) wrong = head_check(tree, node->children[slot], open);
    if (wrong) return wrong;
  }
  return NULL;
}

const char *page_tree_why_invalid(struct page_tree *tree, const struct tree_word *open)
{
  const char *wrong = root_check(tree);
  return wrong || !tree->root ? wrong : head_check(tree, &tree->root->head, open);
}

const char *page_tree_why_invalid_near(struct page_tree *tree, uint64_t page,
                                       const struct tree_word *open)
{
  const char *wrong = root_check(tree);
  struct tree_block *block = page_tree_block(tree, page);
  if (wrong || !block) return wrong;
  wrong = block_check(tree, block, 1u << word_slot(page), open);
  for (struct tree_head *head = &block->head; !wrong && head->parent; head = &head->parent->head)
    wrong = child_check(head->parent, tree_slot_in_parent(head));
  return wrong;
}
