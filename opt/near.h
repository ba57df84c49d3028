/* Most frees and allocations change one word of the tree: the span begins there, and so
 * does whatever it becomes part of, wherever that ends. Those are done here at once, on
 * the bits of that word; all others, and heaps of larger physical pages, are left to
 * opt_heap.c, which does the same step by step.
 *
 *   bits   0        8     12          24
 *   start  1        1      1           1        free 8:   0 is used and 12 is free,
 *   free   0        0      1           0                  so 12 goes, 8 is free up to 24
 *
 * The longest free span of the word is known afterwards without counting: what comes of a
 * free is longer than all that became part of it. At most one span that begins in a word
 * ends beyond it, and no other can hold a huge page, which is larger than a word. */
#ifndef SPANREF_OPT_NEAR_H
#define SPANREF_OPT_NEAR_H

#include "../spec/types.h"
#include "page_tree.h"

/* Whole huge pages in [base, end). */
static inline uint64_t near_huge(const struct page_tree *tree, uint64_t base, uint64_t end)
{
  if (tree->huge_pages == 0 || end - base < tree->huge_pages) return 0; /* mostly */
  uint64_t first = (base + tree->huge_pages - 1) >> tree->huge_shift;
  uint64_t last = end >> tree->huge_shift;
  return first < last ? last - first : 0;
}

/* What is retained and free in the word has changed: true if its block's mask is another
 * one, to its parents. */
static inline bool near_masks(struct tree_block *block, unsigned slot, bool huge)
{
  const struct tree_word *word = &block->words[slot];
  uint16_t *releasable = &block->head.mask[TREE_RELEASABLE];
  uint16_t *with_huge = &block->head.mask[TREE_HUGE];
  uint16_t was = *releasable, was_huge = *with_huge, bit = (uint16_t)(1u << slot);
  bool retained = (word->free & ~word->kind) != 0;
  if ((was >> slot & 1) == retained && (was_huge >> slot & 1) == huge) return false;
  *releasable = (uint16_t)((was & ~bit) | (retained ? bit : 0));
  *with_huge = (uint16_t)((was_huge & ~bit) | (huge ? bit : 0));
  return (was == 0) != (*releasable == 0) || (was_huge == 0) != (*with_huge == 0);
}

static inline uint32_t near_known(const struct tree_block *block)
{
  return block->head.parent->longest[tree_slot_in_parent(&block->head)];
}

/* End of the free span that begins at base and not in its word. Where it leaves the
 * block and is longer than that, the parent knows how long it is. */
static inline uint64_t near_far_end(struct page_tree *tree, const struct tree_block *block,
                                    uint64_t base)
{
  uint32_t known = near_known(block);
  bool leaves = block->head.mask[TREE_BOUNDARY] >> word_slot(base) == 1;
  if (leaves && known >= TREE_BLOCK_PAGES && known < NODE_LONGEST_MAX) return base + known;
  return page_tree_end(tree, base);
}

static inline void near_count_use(struct span_stats *stats, uint64_t npages, bool manual)
{
  stats->idle -= npages;
  stats->sys -= manual ? npages : 0;
  stats->manual += manual ? npages : 0;
  stats->in_use += manual ? 0 : npages;
}

/* Free the span in use at base. false: nothing is done; it isn't one, or not near. */
static inline bool near_free(struct page_tree *tree, struct span_stats *stats, uint64_t base,
                             struct span_advice *advice)
{
  struct tree_block *block = page_tree_block(tree, base);
  if (!block || !tree->is_plain) return false;
  unsigned slot = word_slot(base), at = (unsigned)base & 63;
  struct tree_word *word = &block->words[slot];
  uint64_t all = word_boundaries(word), below = all & ~bits_from(at), above = all >> at >> 1;
  uint64_t retained = word->free & ~word->kind, bit = UINT64_C(1) << at, gone = bit;
  if (!(word->start & ~word->free & bit)) return false;
  uint64_t from = base, end, to, other;
  if (below) {
    unsigned before = bits_last(below);
    if (retained >> before & 1) from = base - (at - before);
  } else if (base > 0 && page_tree_far_before(tree, base, &other) &&
             (page_tree_code(tree, other) & (CODE_FREE | CODE_KIND)) == CODE_FREE) {
    return false; /* that word changes, too */
  }
  if (above) {
    to = end = base + 1 + bits_first(above);
    if (retained >> (end & 63) & 1) {
      uint64_t behind = all >> (end & 63) >> 1;
      gone |= UINT64_C(1) << (end & 63);
      to = behind ? end + 1 + bits_first(behind) : near_far_end(tree, block, end);
    }
  } else {
    end = page_tree_end(tree, base);
    if ((page_tree_code(tree, end) & (CODE_FREE | CODE_KIND)) == CODE_FREE) return false;
    to = end;
  }

  bool manual = (word->kind & bit) != 0;
  uint64_t come = UINT64_C(1) << (from & 63);
  word->start = (word->start & ~gone) | come;
  word->free = (word->free & ~gone) | come;
  word->kind &= ~gone;
  word->dirty = (word->dirty & ~gone) | come;
  near_count_use(stats, base - end, manual); /* so many fewer */
  stats->nfree = stats->nfree + 1 - (from < base) - (end < to);
  uint64_t huge = near_huge(tree, from, to);
  if (huge > 0) {
    uint64_t gained = huge - near_huge(tree, from, base) - near_huge(tree, end, to);
    stats->huge_free += gained;
    if (gained > near_huge(tree, base, end)) *advice = (struct span_advice){from, to - from};
  }
  bool huge_before = block->head.mask[TREE_HUGE] >> slot & 1;
  bool changed = near_masks(block, slot, huge > 0 || huge_before);
  unsigned clipped = clip_to_block(to - from);
  if (clipped > block->longest[slot]) block->longest[slot] = (uint16_t)clipped;
  if (clip_to_node(to - from) > near_known(block))
    page_tree_tell_longest(block, clip_to_node(to - from));
  else if (changed)
    page_tree_tell(tree, block);
  return true;
}

/* Hand out npages of the free span at base, which has so many. false: nothing is done,
 * it isn't near. */
static inline bool near_take(struct page_tree *tree, struct span_stats *stats, uint64_t base,
                             uint64_t npages, bool manual, bool *needzero)
{
  struct tree_block *block = page_tree_block(tree, base);
  unsigned slot = word_slot(base), at = (unsigned)base & 63;
  struct tree_word *word = &block->words[slot];
  uint64_t above = word_boundaries(word) >> at >> 1;
  bool is_far = above == 0;
  if (!tree->is_plain) return false;
  if (is_far && at + npages >= TREE_WORD_PAGES) return false; /* the rest is elsewhere */
  uint64_t end = is_far ? near_far_end(tree, block, base) : base + 1 + bits_first(above);

  uint64_t bit = UINT64_C(1) << at, rest = 0, left = end - base - npages;
  bool scavenged = word->kind >> at & 1;
  if (left > 0) rest = bit << npages;
  *needzero = word->dirty >> at & 1;
  word->start |= rest;
  word->free = (word->free & ~bit) | rest;
  word->kind = (word->kind & ~bit) | (manual ? bit : 0) | (scavenged ? rest : 0);
  word->dirty |= *needzero ? rest : 0;
  near_count_use(stats, npages, manual);
  stats->released -= scavenged ? npages : 0;
  stats->nfree -= left == 0;
  bool huge = block->head.mask[TREE_HUGE] >> slot & 1;
  if (is_far && !scavenged) {
    uint64_t remains = near_huge(tree, base + npages, end);
    stats->huge_free -= near_huge(tree, base, end) - remains;
    huge = remains > 0;
  }
  bool changed = near_masks(block, slot, huge);
  unsigned was = block->longest[slot], longest = was;
  if (left >= TREE_WORD_PAGES)
    longest = clip_to_block(left); /* nothing else in the word is so long */
  else if (clip_to_block(end - base) == was)
    longest = page_tree_count(tree, block, slot);
  if (longest == was && was < BLOCK_LONGEST_MAX && !changed) return true;
  block->longest[slot] = (uint16_t)longest;
  if (left >= TREE_BLOCK_PAGES) /* nor in the block */
    page_tree_tell_longest(block, clip_to_node(left));
  else if (changed || clip_to_node(end - base) == near_known(block))
    page_tree_tell(tree, block);
  return true;
}

/* Nothing fits, and the current arena has npages and more: they are carved and handed out
 * in one, since nothing that is free would become part of them. They are clean. false:
 * nothing is done. The caller has reserved the end's boundary. */
static inline bool near_grow(struct page_tree *tree, struct span_stats *stats,
                             uint64_t npages, bool manual, uint64_t *placed)
{
  uint64_t base = stats->arena_base, end = base + npages, before;
  if (tree->phys_pages != 1 || end >= stats->arena_end) return false;
  if (base > 0 && page_tree_at_or_before(tree, base - 1, &before) &&
      (page_tree_code(tree, before) & CODE_FREE))
    return false;
  page_tree_put(tree, base, CODE_START | (manual ? CODE_KIND : 0));
  page_tree_put(tree, end, CODE_GAP);
  *placed = base;
  stats->arena_base = end;
  stats->released -= npages;
  near_count_use(stats, npages, manual);
  return true;
}

#endif
