/* Is every summary what the codes say, and the front what the tree says? For tests. */
#include "front.h"
#include "page_tree.h"
#include "physical.h"

/* The longest free span and the masks of one word, the slow way. What isn't there may be
 * marked yet (enum tree_mask). */
static const char *word_check(struct page_tree *tree, struct tree_block *block,
                              unsigned slot)
{
  const struct tree_word *word = &block->words[slot];
  uint64_t longest = 0;
  bool has[TREE_MASKS] = {word_boundaries(word) != 0, false, false};
  if (word->free & ~word->start) return "free where no span begins";
  if (word->kind & ~word->start) return "a kind where no span begins";
  for (unsigned i = 0; i < 64; i++) {
    if (!(word->start >> i & 1)) continue;
    uint64_t base = word_page(block, slot) + i, end;
    if (!page_tree_at_or_after(tree, base + 1, &end))
      return "a span without an end";
    if (!(word->free >> i & 1)) continue;
    if (end - base > longest) longest = end - base;
    if (word->kind >> i & 1 || whole_pages(base, end, tree->phys_pages) == 0)
      continue;
    has[TREE_RELEASABLE] = true;
    if (huge_count(base, end, tree->huge_pages) > 0) has[TREE_HUGE] = true;
  }
  if (block->word_longest[slot] != clip_to_word(longest))
    return "a word's longest span";
  for (unsigned i = 0; i < TREE_MASKS; i++) {
    bool bit = block->head.mask[i] >> slot & 1;
    if (i == TREE_BOUNDARY ? bit != has[i] : !bit && has[i]) return "a word's masks";
  }
  return NULL;
}

static uint32_t longest_in_block(struct page_tree *tree,
                                 struct tree_block *block)
{
  uint64_t longest = 0;
  for (unsigned i = 0; i < TREE_FANOUT * 64; i++) {
    uint64_t base = word_page(block, 0) + i;
    if (!(page_tree_code(tree, base) & CODE_FREE)) continue;
    uint64_t npages = page_tree_end(tree, base) - base;
    if (npages > longest) longest = npages;
  }
  return clip_to_node(longest);
}

static uint32_t longest_in_node(const struct tree_node *node)
{
  uint32_t longest = 0;
  for (unsigned i = 0; i < TREE_FANOUT; i++)
    if (node->longest[i] > longest) longest = node->longest[i];
  return longest;
}

/* What a node says of one child. */
static const char *child_check(struct page_tree *tree, struct tree_node *node,
                               unsigned slot)
{
  struct tree_head *child = node->children[slot];
  bool bit[TREE_MASKS];
  for (unsigned i = 0; i < TREE_MASKS; i++)
    bit[i] = node->head.mask[i] >> slot & 1;
  if (bit[TREE_BOUNDARY] != (child != NULL)) return "a mask without a child";
  if (!child)
    return node->longest[slot] || bit[TREE_RELEASABLE] || bit[TREE_HUGE]
               ? "a summary of nothing"
               : NULL;
  if (child->parent != node || child->level + 1 != node->head.level ||
      child->number != node->head.number * TREE_FANOUT + slot)
    return "a child out of place";
  if (child->mask[TREE_BOUNDARY] == 0) return "an empty child";
  for (unsigned i = 0; i < TREE_MASKS; i++)
    if (bit[i] != (child->mask[i] != 0)) return "a child's masks";
  uint32_t longest = child->level == 0
                         ? longest_in_block(tree, tree_block(child))
                         : longest_in_node(tree_node(child));
  if (child->level == 0 && tree_block(child)->longest != longest) return "a block's longest span";
  return node->longest[slot] == longest ? NULL : "a child's longest span";
}

/* The one recursion in opt/. It goes TREE_LEVELS deep at most, below a root that is no
 * higher: child_check has seen that each child is a level lower, and a block has none. */
static const char *head_check(struct page_tree *tree, struct tree_head *head)
{
  for (unsigned slot = 0; slot < TREE_FANOUT; slot++) {
    const char *wrong = head->level == 0
                            ? word_check(tree, tree_block(head), slot)
                            : child_check(tree, tree_node(head), slot);
    if (wrong) return wrong;
    if (head->level > 0 && tree_node(head)->children[slot])
      wrong = head_check(tree, tree_node(head)->children[slot]);
    if (wrong) return wrong;
  }
  return NULL;
}

const char *page_tree_why_invalid(struct page_tree *tree)
{
  if (tree->npending != 0) return "not settled";
  if (!tree->root) return NULL;
  if (tree->root->head.parent) return "the root has a parent";
  if (tree->root->head.level == 0 || tree->root->head.level > TREE_LEVELS)
    return "the root's level";
  if (tree->root->head.mask[TREE_BOUNDARY] == 0) return "an empty root";
  return head_check(tree, &tree->root->head);
}

const char *front_why_invalid(struct page_tree *tree, const struct heap_front *front)
{
  const char *wrong = page_tree_why_invalid(tree);
  uint64_t lowest, end;
  if (wrong) return wrong;
  uint64_t npages = front->end - front->base;
  if (front->room != (npages >= front->least ? npages - front->least + 1 : 0))
    return "the front's room";
  if (front->word && npages > 0 &&
      (front->base >= front->word_end || front->word_end - front->base > TREE_WORD_PAGES ||
       !(page_tree_read(tree, front->base, &end) & CODE_FREE) || end != front->end))
    return "the front is no free span of its word";
  if (front->least <= SPAN_LIMIT_PAGES &&
      page_tree_first_fit(tree, front->least, &lowest) && lowest < front->base)
    return "a span before the front";
  return NULL;
}
