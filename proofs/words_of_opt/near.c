/* What near_free and near_take (opt/opt_heap_near.inc) do to one word, beside a plain table of its
 * pages: spans are found there page by page, merged and split. words.py proves that holds_NAME is true
 * wherever needs_NAME is, for all words and numbers and for each page of EACH.
 *
 * Claimed: the answer; the word after it, bit for bit; the counts; the word's longest free span, the
 * block's, and the parent's number for the block.
 *
 * Not claimed:
 * - what page_tree_tell_mask, page_tree_tell_above and page_tree_raise_bounds do to the tree above. Here
 *   the parent is the root, there are no bounds, and masks end in the block.
 * - near_take of a word with a free span that leaves it, or of a block with one that leaves the block.
 * - that the longest spans were true before: they may be any numbers, and the claim says what they become.
 * - words at other places. This one is in a certain block; places are only added to. */
#include "../../opt/opt_heap.c"

#define EACH(name, from, upto) \
  unsigned from_##name(void) { return from; } \
  unsigned upto_##name(void) { return upto; }

void page_tree_tell_mask(struct tree_head *head, enum tree_mask mask) {}
void page_tree_tell_above(struct tree_node *node, uint32_t was, uint32_t longest) { assert(0 && "there is a root"); }
void page_tree_raise_bounds(struct page_tree *tree, struct tree_block *block, uint64_t base, uint64_t npages)
{
  assert(0 && "there are no bounds");
}
uint32_t page_tree_count(struct page_tree *tree, struct tree_block *block, unsigned slot)
{
  assert(0 && "no free span leaves the word");
  return 0;
}
uint32_t page_tree_clipped_longest(struct page_tree *tree, struct tree_block *block)
{
  assert(0 && "no free span leaves the block");
  return 0;
}

enum { BLOCK = 2, SLOT = 3, WORD_PAGE = BLOCK * TREE_BLOCK_PAGES + SLOT * TREE_WORD_PAGES, USED = 1000, NFREE = 300 };

/* A block under a root, its word, and counts. */
struct around {
  struct page_tree tree;
  struct tree_node parent;
  struct tree_block block;
  struct heap_counts counts;
};

static inline void put_around(struct around *around, struct tree_word word, uint32_t longest)
{
  around->tree.nresidues = 0;
  around->parent.head.parent = NULL;
  around->parent.longest[BLOCK] = longest;
  around->block.head.parent = &around->parent;
  around->block.head.number = BLOCK;
  around->block.head.longest = longest;
  around->block.words[SLOT] = word;
  around->counts.used[0] = USED;
  around->counts.used[1] = 2 * USED;
  around->counts.released = 3 * USED;
  around->counts.nfree = NFREE;
}

/* The plain table. Everything is asked of one page after the other. */

static inline bool bit(uint64_t plane, unsigned page) { return page < 64 && (plane >> page & 1) != 0; }

static inline bool is_word(struct tree_word word) { return ((word.free | word.kind) & ~word.start) == 0; }

static inline bool is_boundary(struct tree_word word, unsigned page)
{
  return bit(word.start, page) | bit(word.dirty, page);
}

static inline bool is_retained(struct tree_word word, unsigned page)
{
  return bit(word.free, page) & !bit(word.kind, page);
}

/* 64: none. */
static inline unsigned boundary_from(struct tree_word word, unsigned page)
{
  unsigned found = 64;
  for (unsigned i = 64; i-- > 0;) found = (i >= page) & is_boundary(word, i) ? i : found;
  return found;
}

static inline unsigned boundary_below(struct tree_word word, unsigned page)
{
  unsigned found = 64;
  for (unsigned i = 0; i < 64; i++) found = (i < page) & is_boundary(word, i) ? i : found;
  return found;
}

/* The page has this code now. */
static inline bool has_code(const struct tree_word *word, unsigned page, bool start, bool free, bool kind, bool dirty)
{
  return (bit(word->start, page) == start) & (bit(word->free, page) == free) &
         (bit(word->kind, page) == kind) & (bit(word->dirty, page) == dirty);
}

static inline bool has_code_of(const struct tree_word *word, unsigned page, struct tree_word was)
{
  return has_code(word, page, bit(was.start, page), bit(was.free, page), bit(was.kind, page), bit(was.dirty, page));
}

static inline bool knows_longest(const struct around *around, uint32_t longest)
{
  return (around->block.head.longest == longest) & (around->parent.longest[BLOCK] == longest);
}

/* near_free, of what begins at the page `at` */
EACH(near_free, 0, 63)
bool needs_near_free(uint64_t start, uint64_t free, uint64_t kind, uint64_t dirty, uint32_t in_word,
                     uint32_t in_block, unsigned at)
{
  return is_word((struct tree_word){start, free, kind, dirty}) & bit(start & ~free, at) & (in_word <= WORD_LONGEST_MAX);
}

/* The span at `at` is [at, end). It is one with the retained ones beside it: [from, to). */
struct merged {
  unsigned from, end, to;
  bool is_before, is_behind, is_inside; /* inside: of the word, with boundaries on both sides */
};

static inline struct merged merged_at(struct tree_word word, unsigned at)
{
  struct merged m;
  unsigned below = boundary_below(word, at);
  m.end = boundary_from(word, at + 1);
  m.is_before = is_retained(word, below);
  m.is_behind = is_retained(word, m.end);
  m.from = m.is_before ? below : at;
  m.to = m.is_behind ? boundary_from(word, m.end + 1) : m.end;
  m.is_inside = (below < 64) & (m.to < 64);
  return m;
}

static inline bool is_merged(const struct tree_word *now, struct tree_word was, struct merged m, unsigned at)
{
  bool is_so = true;
  for (unsigned i = 0; i < 64; i++) {
    bool begins = i == m.from, gone = (i == at) | (m.is_behind & (i == m.end));
    is_so &= begins ? has_code(now, i, true, true, false, true)
                    : gone ? has_code(now, i, false, false, false, false) : has_code_of(now, i, was);
  }
  return is_so;
}

static inline bool is_same(const struct tree_word *now, struct tree_word was)
{
  bool is_so = true;
  for (unsigned i = 0; i < 64; i++) is_so &= has_code_of(now, i, was);
  return is_so;
}

bool holds_near_free(uint64_t start, uint64_t free, uint64_t kind, uint64_t dirty, uint32_t in_word,
                     uint32_t in_block, unsigned at)
{
  struct around around;
  struct near_whole whole;
  struct tree_word was = {start, free, kind, dirty}, *now = &around.block.words[SLOT];
  put_around(&around, was, in_block);
  around.block.word_longest[SLOT] = (uint16_t)in_word;
  around.block.head.mask[TREE_RELEASABLE] = (uint16_t)in_block;
  bool is_done = near_free(&around.tree, &around.counts, &around.block, WORD_PAGE + at, &whole);
  struct merged m = merged_at(was, at);
  bool manual = bit(kind, at);
  if (!is_done) return !m.is_inside & is_same(now, was) & knows_longest(&around, in_block);
  unsigned npages = m.to - m.from;
  return m.is_inside & is_merged(now, was, m, at) & (whole.from == WORD_PAGE + m.from) &
         (whole.end == WORD_PAGE + m.end) & (whole.to == WORD_PAGE + m.to) &
         (around.counts.used[0] == USED - (manual ? 0 : m.end - at)) &
         (around.counts.used[1] == 2 * USED - (manual ? m.end - at : 0)) &
         (around.counts.released == 3 * USED) & (around.counts.nfree == NFREE + 1 - m.is_before - m.is_behind) &
         (around.block.word_longest[SLOT] == (npages > in_word ? npages : in_word)) &
         (around.block.head.mask[TREE_RELEASABLE] == ((in_block & 0xffff) | 1u << SLOT)) &
         knows_longest(&around, npages > in_block ? npages : in_block);
}

/* near_take, from the free span that begins at the page `at` */
EACH(near_take, 0, 62)
bool needs_near_take(uint64_t start, uint64_t free, uint64_t kind, uint64_t dirty, uint32_t npages, uint32_t manual,
                     uint32_t in_block, const uint16_t *longest, unsigned at)
{
  struct tree_word word = {start, free, kind, dirty};
  unsigned last = boundary_below(word, 64), end = boundary_from(word, at + 1);
  return is_word(word) & bit(free, at) & (end < 64) & !bit(free, last) & (npages > 0) & (npages <= end - at);
}

static inline bool is_split(const struct tree_word *now, struct tree_word was, unsigned at, unsigned npages, bool manual)
{
  unsigned end = boundary_from(was, at + 1);
  bool is_scavenged = bit(was.kind, at), is_dirty = bit(was.dirty, at), is_so = true;
  for (unsigned i = 0; i < 64; i++) {
    bool is_rest = (i == at + npages) & (i < end);
    is_so &= i == at ? has_code(now, i, true, false, manual, is_dirty)
                     : is_rest ? has_code(now, i, true, true, is_scavenged, is_dirty) : has_code_of(now, i, was);
  }
  return is_so;
}

/* words.c says what word_longest_inside and lanes16_largest_but answer. Boundaries that are made dirty
 * are starts, so that was.dirty does as well; that is proved, too. */
static inline unsigned longest_in(const struct tree_word *now, struct tree_word was)
{
  return word_longest_inside(now->free, now->start | was.dirty);
}

static inline bool is_longest(const struct around *around, struct tree_word was, unsigned gone, uint32_t in_block)
{
  unsigned longest = longest_in(&around->block.words[SLOT], was);
  unsigned others = lanes16_largest_but(around->block.word_longest, SLOT);
  return knows_longest(around, gone < in_block ? in_block : longest > others ? longest : others);
}

bool holds_near_take(uint64_t start, uint64_t free, uint64_t kind, uint64_t dirty, uint32_t npages, uint32_t manual,
                     uint32_t in_block, const uint16_t *longest, unsigned at)
{
  struct around around;
  struct tree_word was = {start, free, kind, dirty}, *now = &around.block.words[SLOT];
  in_block &= NODE_LONGEST_MAX;
  put_around(&around, was, in_block);
  for (unsigned i = 0; i < TREE_FANOUT; i++) around.block.word_longest[i] = longest[i] & (LANES16_MAX >> 1);
  struct tree_fit fit = {&around.block, now, WORD_PAGE + at};
  struct span_alloc_result result = near_take(&around.tree, &around.counts, fit, npages, manual & 1);
  bool is_scavenged = bit(kind, at), is_whole = is_boundary(was, at + npages);
  unsigned gone = boundary_from(was, at + 1) - at;
  bool is_answer = (result.status == SPAN_OK) & (result.base == WORD_PAGE + at) & (result.needzero == bit(dirty, at)) &
                   (result.ready.base == (is_scavenged ? WORD_PAGE + at : 0)) &
                   (result.ready.npages == (is_scavenged ? npages : 0)) & (result.advice.npages == 0);
  bool is_counted = (around.counts.used[0] == USED + (manual & 1 ? 0 : npages)) &
                    (around.counts.used[1] == 2 * USED + (manual & 1 ? npages : 0)) &
                    (around.counts.released == 3 * USED - (is_scavenged ? npages : 0)) &
                    (around.counts.nfree == NFREE - is_whole);
  return is_split(now, was, at, npages, manual & 1) & is_answer & is_counted &
         (word_boundaries(now) == (now->start | dirty)) &
         (around.block.word_longest[SLOT] == (uint16_t)clip_to_word(longest_in(now, was))) &
         is_longest(&around, was, gone, in_block);
}
