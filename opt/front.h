/* The front: what the last allocation left of its span (struct heap_front, near.h).
 *
 * Programs take pages where they took some before, from one long span, or take and give back
 * at one place. Then the next allocation takes from the front: it is the lowest span that
 * fits if it is long enough and at least `least` are asked for. Nothing is searched, and of
 * all that happens in its word the summaries above hear once, when the front is closed.
 *
 *        base   end                  alloc 2, least 1           free those 2
 *   U U U F F F F U U        U U U U U F F U U           U U U F F F F U U
 *
 * A free before it that leaves `least` pages or more is the front then, if it is in the same
 * word; elsewhere it is the end of what is known (front_see). */
#ifndef SPANREF_OPT_FRONT_H
#define SPANREF_OPT_FRONT_H

#include <assert.h>

#include "../spec/types.h"
#include "near.h"
#include "page_tree.h"

/* NULL, or what is wrong with the tree, whose summaries are true, or with it. For tests
 * (page_check.c). */
const char *front_why_invalid(struct page_tree *tree, const struct heap_front *front);

static inline unsigned front_slot(const struct heap_front *front)
{
  return word_slot(front->word_end - 1);
}

/* It begins at base, in this block, from now on. */
static inline void front_move(struct heap_front *front, struct tree_block *block, uint64_t base)
{
  front->word = &block->words[word_slot(base)];
  front->block = block;
  front->word_end = (base | (TREE_WORD_PAGES - 1)) + 1;
}

/* What is left of it is [base, end) now. */
static inline void front_set(struct heap_front *front, uint64_t base, uint64_t end)
{
  uint64_t npages = end - base;
  front->base = base;
  front->end = end;
  front->room = npages >= front->least ? npages - front->least + 1 : 0;
}

/* Something before it may be as long. */
static inline void front_forget(struct heap_front *front)
{
  front->least = UINT64_MAX;
  front->room = 0;
}

/* Is it the lowest of npages or more? One comparison, since either bound is anyone's guess. */
static inline bool front_fits(const struct heap_front *front, uint64_t npages)
{
  return npages - front->least < front->room;
}

/* What it hands out ends inside the word. Nor does it begin with the word, where huge pages
 * begin. */
static inline bool front_stays(const struct heap_front *front, uint64_t npages)
{
  uint64_t at = front->base & (TREE_WORD_PAGES - 1);
  return at > 0 && at + npages < TREE_WORD_PAGES;
}

/* From here on the summaries are true. */
static inline void front_close(struct page_tree *tree, struct heap_front *front)
{
  if (!front->word) return;
  unsigned slot = front_slot(front), was = front->block->word_longest[slot]; /* or less */
  uint64_t left = front->end - front->base;
  uint32_t longest = left >= TREE_WORD_PAGES ? clip_to_node(left) /* no other is so long */
                                             : near_count(tree, front->block, slot, front->word);
  near_shorter(tree, front->block, slot, was < WORD_LONGEST_MAX ? was : NODE_LONGEST_MAX,
               longest);
  front->word = NULL;
  front->word_end = 0;
  front_forget(front);
}

/* The lowest span of npages or more begins at base. It is closed. */
static inline void front_open(struct page_tree *tree, struct heap_front *front, uint64_t base,
                              uint64_t npages)
{
  struct tree_block *block = page_tree_block(tree, base);
  uint64_t above = word_boundaries(&block->words[word_slot(base)]) >> (base & 63) >> 1;
  front_move(front, block, base);
  front->least = npages;
  front->is_taken = false;
  front_set(front, base,
            above ? base + 1 + bits_first(above) : near_far_end(tree, block, base));
}

/* Hand out npages of it: front_fits and front_stays. */
static inline struct span_alloc_result front_take(struct heap_counts *counts,
                                                  struct heap_front *front, uint64_t npages,
                                                  bool manual)
{
  struct tree_word *word = front->word;
  uint64_t base = front->base, room = front->room, bit = UINT64_C(1) << (base & 63);
  bool is_all = npages == front->end - base;
  bool is_scavenged = (word->kind & bit) != 0, is_dirty = (word->dirty & bit) != 0;
  *word = near_used(*word, base & 63, is_all ? 0 : bit << npages, manual);
  counts->used[manual] += npages;
  counts->nfree -= is_all;
  if (is_scavenged) counts->released -= npages;
  front->base = base + npages;
  front->room = room > npages ? room - npages : 0;
  return (struct span_alloc_result){SPAN_OK, base, is_dirty, {0, 0}};
}

/* The same wherever it ends; the front moves to the word where what is left begins. false:
 * nothing is done; no boundary is near that. */
static inline bool front_take_across(struct page_tree *tree, struct heap_counts *counts,
                                     struct heap_front *front, uint64_t npages, bool manual,
                                     struct span_alloc_result *result)
{
  struct tree_block *block = front->block, *next = block;
  struct tree_word *word = front->word;
  uint64_t base = front->base, rest = base + npages, end = front->end, at = base & 63;
  uint64_t bit = UINT64_C(1) << at;
  bool is_here = at + npages < TREE_WORD_PAGES;
  if (!is_here && rest < end && !(next = page_tree_block(tree, rest))) return false;

  unsigned code = word_code(word, (unsigned)at);
  if (!is_here && rest < end) near_put_rest(tree, next, rest, end, code);
  *word = near_used(*word, (unsigned)at, is_here && rest < end ? bit << npages : 0, manual);
  counts->used[manual] += npages;
  counts->nfree -= rest == end;
  if (code & CODE_KIND)
    counts->released -= npages;
  else
    counts->huge_free -= near_huge(tree, base, end) - near_huge(tree, rest, end);
  front_set(front, rest, end);
  *result = (struct span_alloc_result){SPAN_OK, base, (code & CODE_DIRTY) != 0, {0, 0}};
  if (is_here || rest == end) return true;

  near_shorter(tree, block, front_slot(front), NODE_LONGEST_MAX,
               near_count(tree, block, front_slot(front), word));
  front_move(front, next, rest);
  return true;
}

/* Free the span in use at base, which becomes part of one that leaves its word (near_free
 * said so), where that is what is left. false: nothing is done, it isn't so. */
static inline bool front_give(struct heap_counts *counts, struct heap_front *front,
                              uint64_t base)
{
  if (front->word_end - 1 - base >= TREE_WORD_PAGES || base >= front->base) return false;
  struct tree_word *word = front->word;
  uint64_t bit = UINT64_C(1) << (base & 63), left = UINT64_C(1) << (front->base & 63);
  uint64_t all = word_boundaries(word), retained = word->free & ~word->kind;
  uint64_t below = all & (bit - 1);
  if (!below || front->base == front->end) return false;
  assert((retained & left) && !(all & (left - 1) & ~(bit | (bit - 1))) &&
         "or it would end in the word");
  uint64_t before = retained & (UINT64_C(1) << bits_last(below)), come = before ? before : bit;
  uint64_t from = base - (base & 63) + bits_first(come);
  if ((from & 63) == 0) return false; /* a huge page might begin there */
  counts->used[word->kind >> (base & 63) & 1] -= front->base - base;
  counts->nfree -= before != 0;
  near_put_free(word, bit | left, come);
  near_longer(front->block, front_slot(front), clip_to_node(front->end - from));
  front_set(front, from, front->end);
  return true;
}

/* This free span has come to be, when what begins at page was freed. */
static inline void front_see(struct heap_front *front, uint64_t page, struct near_run run)
{
  if (page >= front->word_end || run.base > front->base) return; /* mostly the former */
  bool is_enough = run.end - run.base >= front->least;
  bool is_here = run.base >= front->word_end - TREE_WORD_PAGES;
  if (is_here && (is_enough || run.end > front->base)) /* the latter: the front is part of it */
    front_set(front, run.base, run.end);
  else if (is_enough)
    front_forget(front);
}

#endif
