/* Most frees and allocations happen within one word of the tree: the span, the spans
 * beside it and their ends. Those are done here at once, on the bits of that word; all
 * others, and whatever has to do with physical or huge pages, are left to opt_heap.c,
 * which does the same step by step.
 *
 *   bits   0        8     12          24
 *   start  1        1      1           1        free 8:   0 and 12 are used,
 *   free   0        0      1           0                  12 goes, 8 is free up to 24
 *
 * The longest free span of the word is known afterwards without counting: what comes
 * of a free is longer than all that became part of it. */
#ifndef SPANREF_OPT_NEAR_H
#define SPANREF_OPT_NEAR_H

#include "../spec/types.h"
#include "page_tree.h"

/* Neither physical pages nor huge ones have a say in a span so long. */
static inline bool is_plain(const struct page_tree *tree, uint64_t npages)
{
  return tree->phys_pages == 1 && (tree->huge_pages == 0 || npages < tree->huge_pages);
}

/* Keep the block's summary of a word, and tell its parents where they can't know. */
static inline void near_settle(struct page_tree *tree, struct tree_block *block,
                               unsigned slot, unsigned longest)
{
  const struct tree_word *word = &block->words[slot];
  unsigned was = block->longest[slot], bit = 1u << slot;
  uint16_t *mask = &block->head.mask[TREE_RELEASABLE], before = *mask;
  *mask = (uint16_t)((before & ~bit) | ((word->free & ~word->kind) != 0 ? bit : 0));
  if (longest == was && (before == 0) == (*mask == 0)) return; /* mostly */
  block->longest[slot] = (uint16_t)longest;
  uint32_t known = block->head.parent->longest[tree_slot_in_parent(&block->head)];
  if (longest > known || (longest < was && was == known) || (before == 0) != (*mask == 0))
    page_tree_tell(tree, block);
}

/* Free the span in use at base. false: nothing is done; it isn't one, or not near. */
static inline bool near_free(struct page_tree *tree, struct span_stats *stats, uint64_t base)
{
  struct tree_block *block = page_tree_block(tree, base);
  if (!block) return false;
  unsigned slot = word_slot(base), at = (unsigned)base & 63;
  struct tree_word *word = &block->words[slot];
  uint64_t all = word_boundaries(word), below = all & ~bits_from(at), above = all >> at >> 1;
  if (!((word->start & ~word->free) >> at & 1) || !below || !above) return false;
  unsigned before = bits_last(below), end = at + 1 + bits_first(above), npages = end - at;
  uint64_t retained = word->free & ~word->kind, behind = all >> end >> 1;
  bool joins_before = retained >> before & 1, joins_after = retained >> end & 1;
  if (joins_after && !behind) return false;
  unsigned from = joins_before ? before : at;
  unsigned to = joins_after ? end + 1 + bits_first(behind) : end;
  if (!is_plain(tree, to - from)) return false;

  bool manual = word->kind >> at & 1;
  uint64_t gone = UINT64_C(1) << at | (uint64_t)joins_after << end;
  uint64_t come = UINT64_C(1) << from;
  word->start = (word->start & ~gone) | come;
  word->free = (word->free & ~gone) | come;
  word->kind &= ~gone;
  word->dirty = (word->dirty & ~gone) | come;
  stats->idle += npages;
  stats->sys += manual ? npages : 0;
  stats->manual -= manual ? npages : 0;
  stats->in_use -= manual ? 0 : npages;
  stats->nfree = stats->nfree + 1 - joins_before - joins_after;
  unsigned was = block->longest[slot];
  near_settle(tree, block, slot, to - from > was ? to - from : was);
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
  if (!above) return false;
  unsigned length = 1 + bits_first(above);
  if (!is_plain(tree, length)) return false;

  uint64_t bit = UINT64_C(1) << at, rest = 0;
  bool scavenged = word->kind >> at & 1;
  if (npages < length) rest = bit << npages;
  *needzero = word->dirty >> at & 1;
  word->start |= rest;
  word->free = (word->free & ~bit) | rest;
  word->kind = (word->kind & ~bit) | (manual ? bit : 0) | (scavenged ? rest : 0);
  word->dirty |= *needzero ? rest : 0;
  stats->idle -= npages;
  stats->sys -= manual ? npages : 0;
  stats->manual += manual ? npages : 0;
  stats->in_use += manual ? 0 : npages;
  stats->released -= scavenged ? npages : 0;
  stats->nfree -= npages == length;
  unsigned was = block->longest[slot];
  near_settle(tree, block, slot,
              length == was ? page_tree_count(tree, block, slot) : was);
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
  stats->idle -= npages;
  stats->released -= npages;
  stats->sys -= manual ? npages : 0;
  stats->manual += manual ? npages : 0;
  stats->in_use += manual ? 0 : npages;
  return true;
}

#endif
