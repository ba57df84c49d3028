/* Most frees and allocations change one word of the tree, and all that they need to know is
 * in it. Those are done here at once, on the bits of that word:
 *
 *   bits   0        8     12          24
 *   start  1        1      1           1        free 8:   0 is used and 12 is free,
 *   free   0        0      1           0                  so 12 goes, 8 is free up to 24
 *
 * near_free and near_take are for spans that end in the word where they begin; the others,
 * ..._leaving and ..._across, for those that end elsewhere. Where a block comes or goes, and
 * in heaps of larger physical pages, opt_heap.c does it step by step.
 *
 * A huge page is longer than a word: only the last span that begins in one can hold any. */
#ifndef SPANREF_OPT_NEAR_H
#define SPANREF_OPT_NEAR_H

#include "../spec/types.h"
#include "first_fit.h"
#include "page_tree.h"

/* What statistics are made of: sys is all that is held and not manual, idle all that is
 * held and not in use (docs/semantics.md, "Invariants" 7). */
struct heap_counts {
  uint64_t held;
  uint64_t used[2]; /* in use, and manual */
  uint64_t released, huge_free, nfree;
  uint64_t arena_base, arena_end; /* the current arena */
};

/* What an allocation left of the free span it took from, [base, end), kept so that the next
 * may take from it without a search (front.h). No free span of `least` pages or more begins
 * before base.
 *
 * While it is open, its word's longest, its block's and what the nodes above have from these
 * may be untrue, more or less than it is, and nothing else. They are true again when it is
 * closed; until then a free asks no more of them than whether they know of so long a span. */
struct heap_front {
  struct tree_word *word;   /* what is left begins there; NULL: closed */
  struct tree_block *block; /* over the word */
  uint64_t word_end;        /* first page behind the word; closed: 0 */
  uint64_t base, end;       /* equal: nothing is left, and base may be in another word */
  uint64_t least;           /* UINT64_MAX: not known */
  uint64_t room;            /* it has least ... least + room - 1 pages to give */
  uint64_t last;            /* end of the last allocation by near_take or near_take_leaving */
  bool is_taken;            /* from, without a search */
};

/* Whole huge pages in [base, end). */
static inline uint64_t near_huge(const struct page_tree *tree, uint64_t base, uint64_t end)
{
  if (tree->huge_pages == 0 || end - base < tree->huge_pages) return 0; /* mostly */
  uint64_t first = (base + tree->huge_pages - 1) >> tree->huge_shift;
  uint64_t last = end >> tree->huge_shift;
  return first < last ? last - first : 0;
}

/* The boundary after base, where that has none behind it in its word. */
static inline uint64_t near_far_after(struct page_tree *tree, const struct tree_block *block,
                                      uint64_t base)
{
  unsigned beyond = block->head.mask[TREE_BOUNDARY] & ~1u << word_slot(base);
  if (!beyond) return page_tree_end(tree, base);
  unsigned slot = bits_first(beyond);
  return word_page(block, slot) + bits_first(word_boundaries(&block->words[slot]));
}

/* End of the free span that begins at base and not in its word. Where it leaves the
 * block and is longer than that, the parent knows how long it is. */
static inline uint64_t near_far_end(struct page_tree *tree, const struct tree_block *block,
                                    uint64_t base)
{
  uint32_t known = block->longest;
  bool leaves = block->head.mask[TREE_BOUNDARY] >> word_slot(base) == 1;
  if (leaves && known >= TREE_BLOCK_PAGES && known < NODE_LONGEST_MAX) return base + known;
  return near_far_after(tree, block, base);
}

/* End of the free span that begins at base. The longest of the front's block may be untrue,
 * but of the front the end is known. */
static inline uint64_t near_end(struct page_tree *tree, const struct heap_front *front,
                                const struct tree_block *block, uint64_t base)
{
  uint64_t above = word_boundaries(&block->words[word_slot(base)]) >> (base & 63) >> 1;
  if (above) return base + 1 + bits_first(above);
  if (!front->word || block != front->block) return near_far_end(tree, block, base);
  bool is_front = base == front->base && base < front->end;
  return is_front ? front->end : near_far_after(tree, block, base);
}

/* In the word, the span in use that has one of the bits of `gone` is now free, and with the
 * others, which begin no more, begins at `come`. */
static inline void near_put_free(struct tree_word *word, uint64_t gone, uint64_t come)
{
  word->start = (word->start & ~gone) | come;
  word->free = (word->free & ~gone) | come;
  word->kind &= ~gone;
  word->dirty = (word->dirty & ~gone) | come;
}

/* A retained span of so many pages begins in the word, longer than what became part of it. */
static inline void near_longer(struct tree_block *block, unsigned slot, uint32_t npages)
{
  unsigned clipped = clip_to_word(npages), was = block->word_longest[slot];
  block->word_longest[slot] = (uint16_t)(clipped > was ? clipped : was);
  page_tree_mark(&block->head, slot, TREE_RELEASABLE);
  if (npages > block->longest) page_tree_tell(block, npages);
}

static inline bool is_used_at(const struct tree_block *block, uint64_t base)
{
  const struct tree_word *word = &block->words[word_slot(base)];
  return (word->start & ~word->free) >> (base & 63) & 1;
}

/* Pages, lowest first and behind the last. */
struct near_run {
  uint64_t base, end;
};

/* Free the span in use at base, where it and all that it becomes part of, *whole, lie in one
 * word, base isn't the first to begin there, nor *whole the last. false: nothing is done, it
 * isn't so. */
static inline bool near_free(struct heap_counts *counts, struct tree_block *block,
                             uint64_t base, struct near_run *whole)
{
  unsigned at = (unsigned)base & 63;
  struct tree_word *word = &block->words[word_slot(base)];
  uint64_t bit = UINT64_C(1) << at, all = word_boundaries(word);
  uint64_t below = all & (bit - 1), above = all & ~(bit - 1) & ~bit;
  uint64_t retained = word->free & ~word->kind;
  uint64_t behind = retained & above & (0 - above); /* what begins at its end; 0: in use */
  above ^= behind;
  if (!below || !above) return false; /* the latter: it leaves the word */
  uint64_t before = retained & (UINT64_C(1) << bits_last(below)); /* or 0 */
  uint64_t come = before ? before : bit;
  unsigned from = bits_first(come), end = bits_first(above | behind), to = bits_first(above);
  counts->used[word->kind >> at & 1] -= end - at;
  counts->nfree = counts->nfree + 1 - (before != 0) - (behind != 0);
  near_put_free(word, bit | behind, come);
  near_longer(block, word_slot(base), to - from);
  *whole = (struct near_run){base - at + from, base - at + to};
  return true;
}

/* The longest free span in the word; the last one in it mostly ends there. */
static inline uint32_t near_count(struct page_tree *tree, struct tree_block *block,
                                  unsigned slot, const struct tree_word *word)
{
  uint64_t boundaries = word_boundaries(word);
  if (boundaries >> bits_last(word->free | 1) == 1) return page_tree_count(tree, block, slot);
  return word_longest_inside(word->free, boundaries);
}

/* A span of so many pages is gone from the word, of which what was left of it and all others
 * are no longer than that. NODE_LONGEST_MAX, since none is longer, if it isn't known. */
static inline void near_shorter(struct page_tree *tree, struct tree_block *block,
                                unsigned slot, uint64_t gone, uint32_t longest)
{
  bool is_elsewhere = clip_to_node(gone) < block->longest; /* the block's longest */
  unsigned others = is_elsewhere ? 0 : lanes16_largest_but(block->word_longest, slot);
  block->word_longest[slot] = (uint16_t)clip_to_word(longest);
  if (is_elsewhere) return;
  if (longest < TREE_BLOCK_PAGES) { /* or it leaves the block: no other is so long */
    longest = longest > others ? longest : others;
    if (longest == WORD_LONGEST_MAX) longest = page_tree_clipped_longest(tree, block);
  }
  if (longest != block->longest) page_tree_tell(block, longest);
}

static inline bool near_is_retained(const struct tree_block *block, uint64_t page)
{
  const struct tree_word *word = &block->words[word_slot(page)];
  return (word->free & ~word->kind) >> (page & 63) & 1;
}

/* Base of the retained free span that ends where a span in use begins; or its own. */
static inline uint64_t near_from(struct page_tree *tree, const struct tree_block *block,
                                 uint64_t base)
{
  unsigned slot = word_slot(base);
  uint64_t below = word_boundaries(&block->words[slot]) & ~bits_from((unsigned)base & 63);
  if (!below) { /* in the word before */
    uint64_t other;
    unsigned before = block->head.mask[TREE_BOUNDARY] & ((1u << slot) - 1);
    if (!before)
      return base > 0 && page_tree_far_before(tree, base, &other) &&
                     near_is_retained(page_tree_block(tree, other), other)
                 ? other
                 : base;
    slot = bits_last(before);
    below = word_boundaries(&block->words[slot]);
  }
  uint64_t other = word_page(block, slot) + bits_last(below);
  return near_is_retained(block, other) ? other : base;
}

/* What a span in use, [base, end), becomes part of when it is freed: [from, to). */
struct near_whole {
  uint64_t from, end, to;
};

static inline struct near_whole near_whole(struct page_tree *tree,
                                           const struct heap_front *front,
                                           const struct tree_block *block, uint64_t base)
{
  struct near_whole whole = {.from = near_from(tree, block, base)};
  uint64_t above = word_boundaries(&block->words[word_slot(base)]) >> (base & 63) >> 1;
  whole.end = whole.to =
      above ? base + 1 + bits_first(above) : near_far_after(tree, block, base);
  const struct tree_block *last = page_tree_block(tree, whole.end);
  if (near_is_retained(last, whole.end)) whole.to = near_end(tree, front, last, whole.end);
  return whole;
}

/* Huge pages of what became of [base, end) when it was freed. */
static inline void near_count_huge(struct page_tree *tree, struct heap_counts *counts,
                                   struct tree_block *first, uint64_t base,
                                   struct near_whole whole, struct span_advice *advice)
{
  uint64_t huge = near_huge(tree, whole.from, whole.to);
  if (huge == 0) return;
  uint64_t gained = huge - near_huge(tree, whole.from, base) -
                    near_huge(tree, whole.end, whole.to);
  counts->huge_free += gained;
  if (gained > near_huge(tree, base, whole.end))
    *advice = (struct span_advice){whole.from, whole.to - whole.from};
  page_tree_mark(&first->head, word_slot(whole.from), TREE_HUGE);
}

static inline void near_erase(struct tree_block *block, uint64_t page)
{
  struct tree_word *word = &block->words[word_slot(page)];
  word_put(word, (unsigned)page & 63, CODE_NONE);
  if (!word_boundaries(word))
    block->head.mask[TREE_BOUNDARY] &= (uint16_t)~(1u << word_slot(page));
}

/* Has the block boundaries in another word than those of these pages? */
static inline bool near_keeps(const struct tree_block *block, uint64_t one, uint64_t other)
{
  unsigned gone = 1u << word_slot(one) | 1u << word_slot(other);
  return (block->head.mask[TREE_BOUNDARY] & ~gone) != 0;
}

/* The same where what it becomes part of lies in several words. false: nothing is done; a
 * block might be left empty. */
static inline bool near_free_across(struct page_tree *tree, struct heap_counts *counts,
                                    struct tree_block *block, uint64_t base,
                                    struct near_whole whole, struct span_advice *advice)
{
  uint64_t from = whole.from, end = whole.end, to = whole.to;
  struct tree_block *first = from < base ? page_tree_block(tree, from) : block;
  struct tree_block *last = end < to ? page_tree_block(tree, end) : block;
  if ((from < base && !near_keeps(block, base, end)) ||
      (end < to && !near_keeps(last, base, end)))
    return false;
  counts->used[block->words[word_slot(base)].kind >> (base & 63) & 1] -= end - base;
  counts->nfree = counts->nfree + 1 - (from < base) - (end < to);
  if (from < base) near_erase(block, base);
  if (end < to) near_erase(last, end);
  word_put(&first->words[word_slot(from)], (unsigned)from & 63,
           CODE_START | CODE_FREE | CODE_DIRTY);
  near_longer(first, word_slot(from), clip_to_node(to - from));
  if (end < to)
    near_shorter(tree, last, word_slot(end), to - end,
                 near_count(tree, last, word_slot(end), &last->words[word_slot(end)]));
  near_count_huge(tree, counts, first, base, whole, advice);
  return true;
}

/* Free the span in use at base, where what it becomes part of begins in its word, and what
 * is behind it too if it takes that in. */
static inline void near_free_leaving(struct page_tree *tree, struct heap_counts *counts,
                                     struct tree_block *block, uint64_t base,
                                     struct near_whole whole, struct span_advice *advice)
{
  uint64_t from = whole.from, end = whole.end, to = whole.to;
  unsigned slot = word_slot(base), at = (unsigned)base & 63;
  struct tree_word *word = &block->words[slot];
  uint64_t gone = UINT64_C(1) << at;
  if (end < to) gone |= UINT64_C(1) << (end & 63);
  counts->used[word->kind >> at & 1] -= end - base;
  counts->nfree = counts->nfree + 1 - (from < base) - (end < to);
  near_put_free(word, gone, UINT64_C(1) << (from & 63));
  near_count_huge(tree, counts, block, base, whole, advice);
  near_longer(block, slot, clip_to_node(to - from));
}

/* The word when the free span that begins at its bit `at` is handed out, and what is left of
 * it begins at `rest`; 0: not here. */
static inline struct tree_word near_used(struct tree_word word, unsigned at, uint64_t rest,
                                         bool manual)
{
  uint64_t bit = UINT64_C(1) << at;
  return (struct tree_word){
      .start = word.start | rest,
      .free = (word.free ^ bit) | rest,
      .kind = (word.kind & ~bit) | (uint64_t)manual << at | (word.kind & bit ? rest : 0),
      .dirty = word.dirty | (word.dirty & bit ? rest : 0),
  };
}

/* Hand out npages of the free span that begins there and ends in its word; it has so many. */
static inline struct span_alloc_result near_take(struct page_tree *tree,
                                                 struct heap_counts *counts,
                                                 struct tree_fit fit, uint64_t npages,
                                                 bool manual)
{
  struct tree_word word = *fit.word; /* a copy, so that what is written isn't read again */
  unsigned at = (unsigned)fit.base & 63, slot = word_slot(fit.base);
  uint64_t above = word_boundaries(&word) >> at >> 1, whole = 1 + bits_first(above);
  uint64_t rest = (uint64_t)(whole > npages) << ((at + npages) & 63);
  bool is_scavenged = word.kind >> at & 1, is_dirty = word.dirty >> at & 1;
  word = near_used(word, at, rest, manual);
  *fit.word = word;
  counts->used[manual] += npages;
  counts->nfree -= whole == npages;
  if (is_scavenged) counts->released -= npages;
  near_shorter(tree, fit.block, slot, whole, near_count(tree, fit.block, slot, &word));
  return (struct span_alloc_result){SPAN_OK, fit.base, is_dirty, {0, 0}};
}

/* What is left of a free span, [base, end), in a block that is there. */
static inline void near_put_rest(struct page_tree *tree, struct tree_block *block,
                                 uint64_t base, uint64_t end, unsigned code)
{
  unsigned slot = word_slot(base), clipped = clip_to_word(end - base);
  word_put(&block->words[slot], (unsigned)base & 63, code);
  block->head.mask[TREE_BOUNDARY] |= (uint16_t)(1u << slot);
  if (clipped > block->word_longest[slot]) block->word_longest[slot] = (uint16_t)clipped;
  if (code & CODE_KIND) return;
  page_tree_mark(&block->head, slot, TREE_RELEASABLE);
  if (near_huge(tree, base, end) > 0) page_tree_mark(&block->head, slot, TREE_HUGE);
}

/* The same as near_take of one that leaves its word. false: nothing is done; no boundary is
 * near what would be left. */
static inline bool near_take_leaving(struct page_tree *tree, struct heap_counts *counts,
                                     struct tree_fit fit, uint64_t npages, bool manual,
                                     bool *needzero)
{
  struct tree_word *word = fit.word;
  unsigned at = (unsigned)fit.base & 63, slot = word_slot(fit.base);
  uint64_t base = fit.base, end = near_far_end(tree, fit.block, base);
  uint64_t rest = base + npages, left = end - rest, bit = UINT64_C(1) << at;
  bool is_here = at + npages < TREE_WORD_PAGES; /* what is left */
  struct tree_block *block = fit.block;
  if (!is_here && left > 0 && !(block = page_tree_block(tree, rest))) return false;

  uint64_t is_scavenged = word->kind & bit, is_dirty = word->dirty & bit;
  if (!is_here && left > 0)
    near_put_rest(tree, block, rest, end, word_code(word, at));
  uint64_t rest_bit = is_here ? bit << npages : 0;
  *word = near_used(*word, at, rest_bit, manual);
  counts->used[manual] += npages;
  counts->nfree -= left == 0;
  if (is_scavenged)
    counts->released -= npages;
  else
    counts->huge_free -= near_huge(tree, base, end) - near_huge(tree, rest, end);
  /* All others end in the word. */
  unsigned others = word_longest_inside(word->free & ~rest_bit, word_boundaries(word));
  uint32_t longest = rest_bit && left > others ? clip_to_node(left) : others;
  near_shorter(tree, fit.block, slot, end - base, longest);
  if (block != fit.block && clip_to_node(left) > block->longest)
    page_tree_tell(block, clip_to_node(left));
  *needzero = is_dirty != 0;
  return true;
}

/* Nothing fits, and the current arena has npages and more: they are carved and handed out
 * in one, since nothing that is free would become part of them. They are clean. false:
 * nothing is done. The caller has reserved the end's boundary. */
static inline bool near_grow(struct page_tree *tree, struct heap_counts *counts,
                             uint64_t npages, bool manual, uint64_t *placed)
{
  uint64_t base = counts->arena_base, end = base + npages, before;
  if (tree->phys_pages != 1 || end >= counts->arena_end) return false;
  if (base > 0 && page_tree_at_or_before(tree, base - 1, &before) &&
      (page_tree_code(tree, before) & CODE_FREE))
    return false;
  page_tree_put(tree, base, CODE_START | (manual ? CODE_KIND : 0));
  page_tree_put(tree, end, CODE_GAP);
  *placed = base;
  counts->arena_base = end;
  counts->released -= npages;
  counts->used[manual] += npages;
  return true;
}

#endif
