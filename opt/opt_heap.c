/* The heap. An operation that changes a word or two is done at once, by opt_heap_near.inc and
 * opt_heap_front.inc. All others go step by step, as docs/semantics.md tells them. */
#ifdef OPT_CHECK /* the operations of these names, at the end, call these and then check */
#define opt_heap_alloc opt_heap_alloc_unchecked
#define opt_heap_free opt_heap_free_unchecked
#endif
#include "opt_heap.h"

#include <assert.h>

#include "first_fit.h"
#include "page_tree.h"
#include "physical.h"

/* What statistics are made of (docs/semantics.md, "Invariants" 7): sys is held - used[true],
 * idle is held - used[false] - used[true]. */
struct heap_counts {
  uint64_t held;     /* pages of all spans and of the current arena */
  uint64_t used[2];  /* [manual]: pages in use; together not more than held */
  uint64_t released; /* pages; not more than idle, nor less than the current arena */
  uint64_t huge_free, nfree;
  uint64_t arena_base, arena_end; /* the current arena; none of its pages is in a span */
};

#include "opt_heap_near.inc"
#include "opt_heap_front.inc"

struct opt_heap {
  /* Constant between resets. */
  struct span_geometry geometry;
  /* Changes with every operation. */
  struct heap_counts counts;
  struct heap_front front; /* closed where tree.near_pages == 0 */
  struct page_tree tree;   /* settled between operations */
  /* Constant for life. The pools of the tree ask it. */
  struct opt_memory memory;
  /* Constant between calls of opt_heap_tell. release may be NULL. */
  opt_release *release;
  void *release_context;
};

/* Boundaries that an operation may set where there were none: it may need nodes for them.
 * Scavenging splits one span at most, the last that it releases. */
enum {
  SCAVENGE_BOUNDARIES = 1,
  ADD_BOUNDARIES = SCAVENGE_BOUNDARIES + 2,     /* base and end */
  SPLIT_BOUNDARIES = 1,                         /* the remainder's base */
  GROW_BOUNDARIES = 2 * ADD_BOUNDARIES,         /* old arena's rest, new span */
  FREE_BOUNDARIES = 2                           /* realigned on either side */
};

static uint64_t heap_sys(const struct opt_heap *heap)
{
  return heap->counts.held - heap->counts.used[true];
}

/* An operation that goes step by step does this first, and so does a search. */
static NEVER_INLINE void close_front(struct opt_heap *heap)
{
  front_close(&heap->tree, &heap->front);
}

#include "opt_heap_check.inc"

/* Spans, between their codes and struct span. */

static uint64_t span_end(struct span span)
{
  return span.base + span.npages;
}

static struct span span_from_code(uint64_t base, uint64_t npages, unsigned code)
{
  assert((code & CODE_START) && npages > 0 && "a span begins at base");
  bool is_free = (code & CODE_FREE) != 0;
  bool kind = (code & CODE_KIND) != 0;
  return (struct span){
      .base = base,
      .npages = npages,
      .free = is_free,
      .manual = !is_free && kind,
      .scavenged = is_free && kind,
      .needzero = (code & CODE_DIRTY) != 0,
  };
}

/* The span that begins at base, a boundary but no gap. */
static struct span span_read(struct opt_heap *heap, uint64_t base)
{
  uint64_t end = base;
  unsigned code = page_tree_read(&heap->tree, base, &end);
  return span_from_code(base, end - base, code);
}

static void span_write(struct opt_heap *heap, struct span span)
{
  bool kind = span.free ? span.scavenged : span.manual;
  page_tree_put(&heap->tree, span.base,
                CODE_START | (span.free ? CODE_FREE : 0) | (kind ? CODE_KIND : 0) |
                    (span.needzero ? CODE_DIRTY : 0));
}

static uint64_t span_whole_pages(const struct opt_heap *heap, struct span span)
{
  return whole_pages(span.base, span_end(span), heap->geometry.phys_pages);
}

static uint64_t span_released(const struct opt_heap *heap, struct span span)
{
  return span.scavenged ? span_whole_pages(heap, span) : 0;
}

static uint64_t span_huge(const struct opt_heap *heap, struct span span)
{
  return huge_count(span.base, span_end(span), heap->geometry.huge_pages);
}

/* The free set: the spans whose code says free, counted by nfree and huge_free. */

/* The span is a part of one that begins in the same word and was free until now. */
static void free_set_keep(struct opt_heap *heap, struct span span)
{
  assert(span.free && "only free spans are in the free set");
  assert(!heap->front.word && "step by step, no front is open");
  heap->counts.nfree++;
  span_write(heap, span);
  page_tree_gain(&heap->tree, span.base, span.npages);
  if (span.scavenged) return;
  heap->counts.huge_free += span_huge(heap, span);
  page_tree_retain(&heap->tree, span.base, span_end(span));
}

static void free_set_insert(struct opt_heap *heap, struct span span)
{
  free_set_keep(heap, span);
  page_tree_allow(&heap->tree, page_tree_block(&heap->tree, span.base), span.base, span.npages);
}

/* The span's code stays. The caller overwrites it or merges the span away. */
static void free_set_remove(struct opt_heap *heap, struct span span)
{
  assert(!heap->front.word && "step by step, no front is open");
  assert(span.free && heap->counts.nfree > 0 && "it was inserted");
  heap->counts.nfree--;
  if (!span.scavenged) heap->counts.huge_free -= span_huge(heap, span);
  page_tree_lose(&heap->tree, span.base, span.npages);
}

/* The free span that ends where `span` begins. */
static bool free_before(struct opt_heap *heap, struct span span, struct span *other)
{
  uint64_t base;
  if (span.base == 0 || !page_tree_at_or_before(&heap->tree, span.base - 1, &base))
    return false;
  unsigned code = page_tree_code(&heap->tree, base);
  if (!(code & CODE_FREE)) return false;
  /* span.base is a boundary, or becomes one: the other span ends here. */
  *other = span_from_code(base, span.base - base, code);
  return true;
}

/* The free span that begins where `span` ends. */
static bool free_after(struct opt_heap *heap, struct span span, struct span *other)
{
  uint64_t base = span_end(span), end = base;
  unsigned code = page_tree_read(&heap->tree, base, &end);
  if (!(code & CODE_FREE)) return false;
  *other = span_from_code(base, end - base, code);
  return true;
}

/* Coalescing. */

/* `span` takes in `other`, its free neighbour of the same kind. */
static void merge(struct opt_heap *heap, struct span *span, struct span other)
{
  bool before = other.base < span->base;
  assert(other.free && other.scavenged == span->scavenged && "of the same kind");
  assert((before ? span_end(other) == span->base : span_end(*span) == other.base) && "adjacent");
  free_set_remove(heap, other);
  page_tree_put(&heap->tree, before ? span->base : other.base, CODE_NONE);
  if (before) span->base = other.base;
  span->npages += other.npages;
  span->needzero |= other.needzero;
}

/* Two adjacent free spans, one of either kind: the boundary moves into the scavenged one, up to
 * a whole physical page. No physical page is then half given back. The scavenged span keeps all
 * its whole physical pages: it isn't used up, and `released` stays. */
static void realign(struct opt_heap *heap, struct span *low, struct span *high)
{
  uint64_t phys_pages = heap->geometry.phys_pages;
  uint64_t end = span_end(*high);
  assert(span_end(*low) == high->base && low->scavenged != high->scavenged && "adjacent");
  uint64_t boundary = low->scavenged ? phys_down(high->base, phys_pages)
                                     : phys_up(high->base, phys_pages);
  assert(low->base < boundary && boundary < end && "neither is used up");
  if (boundary != high->base) page_tree_put(&heap->tree, high->base, CODE_NONE);
  low->npages = boundary - low->base;
  high->base = boundary;
  high->npages = end - boundary;
  struct span *retained = low->scavenged ? high : low;
  /* Deviation D2. It seems never to matter where D1 holds: the retained span is dirty then,
   * since it was freed just now, or the scavenged one is clean. */
  retained->needzero = low->needzero || high->needzero;
}

/* Merge or realign `span`, which is free and not in the free set, with both neighbours. */
static struct span_advice coalesce(struct opt_heap *heap, struct span *span)
{
  assert(span->free && "only free spans merge");
  uint64_t huge_before = span_huge(heap, *span);
  bool realigns = heap->geometry.phys_pages > 1;
  struct span other;
  for (int after = 0; after < 2; after++) {
    if (!(after ? free_after(heap, *span, &other) : free_before(heap, *span, &other)))
      continue;
    if (other.scavenged == span->scavenged) {
      huge_before += span_huge(heap, other);
      merge(heap, span, other);
    } else if (realigns) {
      free_set_remove(heap, other);
      realign(heap, after ? span : &other, after ? &other : span);
      free_set_insert(heap, other);
    }
  }
  if (span->scavenged || span_huge(heap, *span) <= huge_before)
    return (struct span_advice){0, 0};
  return (struct span_advice){span->base, span->npages};
}

/* Scavenging. */

/* Only want_pages of the span are to be released: where to split it. Its low part, up to there,
 * stays. span.base: release all of it. */
static uint64_t scavenge_split(const struct opt_heap *heap, struct span span, uint64_t want_pages)
{
  uint64_t phys_pages = heap->geometry.phys_pages;
  uint64_t huge_pages = heap->geometry.huge_pages;
  if (span_whole_pages(heap, span) <= want_pages) return span.base;
  uint64_t low = phys_up(span.base, phys_pages);
  uint64_t high = phys_down(span_end(span), phys_pages);
  uint64_t split = phys_down(high - want_pages, phys_pages);
  if (huge_pages > phys_pages && round_down(split, huge_pages) >= low)
    split = round_down(split, huge_pages); /* break no huge page */
  return low < split ? split : span.base;
}

/* Release the retained free span, or its high end. Answers how many pages that were. */
static uint64_t scavenge_one(struct opt_heap *heap, struct span span, uint64_t want_pages)
{
  assert(span.free && !span.scavenged && "a retained free span");
  uint64_t split = scavenge_split(heap, span, want_pages);
  free_set_remove(heap, span);
  if (split > span.base) {
    struct span low = span;
    low.npages = split - span.base;
    free_set_insert(heap, low);
    span.npages = span_end(span) - split;
    span.base = split;
  }
  uint64_t pages = span_whole_pages(heap, span);
  assert(pages > 0 && "otherwise the search would find it again, for ever");
  heap->counts.released += pages;
  span.scavenged = true;
  if (heap->release)
    heap->release(heap->release_context, (struct span_range){
        phys_up(span.base, heap->geometry.phys_pages), pages});
  coalesce(heap, &span);
  free_set_insert(heap, span);
  page_tree_settle(&heap->tree);
  check_near(heap, span.base);
  return pages;
}

/* Release want_pages or more, or all there are. Requires SCAVENGE_BOUNDARIES reserved, and no
 * front. */
static uint64_t scavenge(struct opt_heap *heap, uint64_t want_pages)
{
  uint64_t released = 0, base;
  while (released < want_pages &&
         (page_tree_highest(&heap->tree, TREE_HUGE, &base) ||
          page_tree_highest(&heap->tree, TREE_RELEASABLE, &base)))
    released +=
        scavenge_one(heap, span_read(heap, base), want_pages - released);
  return released;
}

static void scavenge_if_needed(struct opt_heap *heap, uint64_t npages)
{
  if (!heap->geometry.has_goal) return;
  assert(heap->counts.released <= heap_sys(heap) && "invariant 7");
  uint64_t retained = heap_sys(heap) - heap->counts.released;
  uint64_t goal = heap->geometry.goal_pages;
  if (retained + npages <= goal) return;
  uint64_t excess = retained + npages - goal;
  scavenge(heap, excess < npages ? excess : npages);
}

/* Growing. */

/* These pages, which nobody holds, become a scavenged free span. Requires ADD_BOUNDARIES
 * reserved, and no front. */
static void add_span(struct opt_heap *heap, uint64_t base, uint64_t npages)
{
  assert(0 < npages && npages <= SPAN_LIMIT_PAGES && base <= SPAN_LIMIT_PAGES - npages && "below it");
  scavenge_if_needed(heap, npages);
  if (page_tree_code(&heap->tree, base + npages) == CODE_NONE)
    page_tree_put(&heap->tree, base + npages, CODE_GAP);
  struct span span = {.base = base, .npages = npages, .free = true, .scavenged = true};
  coalesce(heap, &span);
  free_set_insert(heap, span);
  page_tree_settle(&heap->tree);
}

/* Is [base, base + npages) below the limit, and no page of it in a span or in the current
 * arena? */
static bool is_unheld(struct opt_heap *heap, uint64_t base, uint64_t npages)
{
  if (npages == 0 || npages > SPAN_LIMIT_PAGES ||
      base > SPAN_LIMIT_PAGES - npages)
    return false;
  uint64_t end = base + npages, boundary;
  if (base < heap->counts.arena_end && heap->counts.arena_base < end &&
      heap->counts.arena_base < heap->counts.arena_end)
    return false;
  if (page_tree_at_or_before(&heap->tree, base, &boundary) &&
      (page_tree_code(&heap->tree, boundary) & CODE_START))
    return false; /* it holds base */
  return !page_tree_at_or_after(&heap->tree, base + 1, &boundary) ||
         boundary >= end;
}

static bool is_good_answer(struct opt_heap *heap, struct span_os_answer answer,
                           uint64_t asked_pages)
{
  uint64_t arena_pages = heap->geometry.arena_pages;
  return answer.npages >= asked_pages && answer.base % arena_pages == 0 &&
         answer.npages % arena_pages == 0 && is_unheld(heap, answer.base, answer.npages);
}

/* Ask the OS for npages more in the current arena. */
static enum span_status arena_refill(struct opt_heap *heap, struct span_os *os, uint64_t npages)
{
  struct heap_counts *counts = &heap->counts;
  uint64_t asked_pages = round_up(npages, heap->geometry.arena_pages);
  struct span_os_answer answer = span_os_reserve(os, asked_pages);
  if (!answer.granted) return SPAN_NO_MEMORY;
  if (!is_good_answer(heap, answer, asked_pages)) return SPAN_BAD_ANSWER;

  counts->held += answer.npages;
  if (answer.base != counts->arena_end) {
    if (counts->arena_base < counts->arena_end)
      add_span(heap, counts->arena_base, counts->arena_end - counts->arena_base);
    counts->arena_base = answer.base;
  }
  counts->arena_end = answer.base + answer.npages;
  /* Only now: the add_span above saw retained too high, as Go's does. */
  counts->released += answer.npages;
  return SPAN_OK;
}

static enum span_status grow(struct opt_heap *heap, struct span_os *os, uint64_t npages)
{
  struct heap_counts *counts = &heap->counts;
  uint64_t phys_pages = heap->geometry.phys_pages;
  if (phys_up(counts->arena_base + npages, phys_pages) > counts->arena_end) {
    enum span_status status = arena_refill(heap, os, npages);
    if (status != SPAN_OK) return status;
  }
  uint64_t base = counts->arena_base;
  counts->arena_base = phys_up(base + npages, phys_pages);
  assert(counts->arena_base <= counts->arena_end && "a refill is enough");
  add_span(heap, base, counts->arena_base - base);
  return SPAN_OK;
}

/* Allocation. */

/* The rest of the span at base, which an allocation takes from, stays free. */
static struct span_advice remainder_insert(struct opt_heap *heap, uint64_t base,
                                           struct span rest)
{
  struct span_advice advice = {0, 0};
  bool is_kept = base >> TREE_WORD_SHIFT == rest.base >> TREE_WORD_SHIFT;
  if (rest.scavenged && span_whole_pages(heap, rest) == 0) {
    rest.scavenged = false;
    advice = coalesce(heap, &rest); /* deviation D1 */
    is_kept = false;
  }
  heap->counts.released += span_released(heap, rest);
  if (is_kept)
    free_set_keep(heap, rest);
  else
    free_set_insert(heap, rest);
  return advice;
}

/* Hand out the low npages of a free span. */
static struct span_alloc_result carve(struct opt_heap *heap, struct span span,
                                      uint64_t npages, bool manual)
{
  assert(span.free && npages <= span.npages && "it fits");
  struct heap_counts *counts = &heap->counts;
  free_set_remove(heap, span);
  uint64_t released = counts->released, low = phys_up(span.base, heap->geometry.phys_pages);
  counts->released -= span_released(heap, span);
  counts->used[manual] += npages;
  struct span used = {.base = span.base,
                      .npages = npages,
                      .manual = manual,
                      .needzero = span.needzero};
  span_write(heap, used);
  struct span_advice advice = {0, 0};
  if (span.npages > npages) {
    span.base += npages;
    span.npages -= npages;
    advice = remainder_insert(heap, used.base, span);
  }
  page_tree_settle(&heap->tree);
  return (struct span_alloc_result){SPAN_OK, used.base, used.needzero, advice,
                                    pages_from(low, released - counts->released), {0, 0}};
}

/* Step by step. */
static NEVER_INLINE struct span_alloc_result alloc_far(struct opt_heap *heap, struct span_os *os,
                                                       uint64_t npages, bool manual)
{
  assert(!heap->front.word && "the longest spans are true");
  if (npages == 0 || npages > SPAN_LIMIT_PAGES)
    return (struct span_alloc_result){.status = SPAN_BAD_SIZE};
  uint64_t base = 0;
  bool fits = page_tree_first_fit(&heap->tree, npages, &base);
  if (!page_tree_reserve(&heap->tree, SPLIT_BOUNDARIES + (fits ? 0 : GROW_BOUNDARIES)))
    return (struct span_alloc_result){.status = SPAN_NO_MEMORY};
  if (!fits && !heap->geometry.has_goal &&
      near_grow(&heap->tree, &heap->counts, npages, manual, &base))
    return (struct span_alloc_result){SPAN_OK, base, false, {0, 0}, {base, npages}, {0, 0}};
  if (!fits) {
    enum span_status status = grow(heap, os, npages);
    if (status != SPAN_OK) return (struct span_alloc_result){.status = status};
    /* A fresh search: the new span may have merged with lower memory. */
    fits = page_tree_first_fit(&heap->tree, npages, &base);
    assert(fits && "growth is enough");
  }
  return carve(heap, span_read(heap, base), npages, manual);
}

/* From the front, where front_stays is false. */
static NEVER_INLINE struct span_alloc_result alloc_across(struct opt_heap *heap,
                                                          struct span_os *os,
                                                          uint64_t npages, bool manual)
{
  struct span_alloc_result result;
  if (front_take_across(&heap->tree, &heap->counts, &heap->front, npages, manual, &result))
    return result;
  close_front(heap);
  return alloc_far(heap, os, npages, manual);
}

/* From the lowest span that fits, at base, which becomes the front for the next allocation. */
static NEVER_INLINE struct span_alloc_result alloc_open(struct opt_heap *heap,
                                                        struct span_os *os, uint64_t base,
                                                        uint64_t npages, bool manual)
{
  front_open(&heap->tree, &heap->front, base, npages);
  if (!front_stays(&heap->front, npages)) return alloc_across(heap, os, npages, manual);
  return front_take(&heap->counts, &heap->front, npages, manual);
}

/* From the lowest span that fits, which leaves its word. */
static NEVER_INLINE struct span_alloc_result alloc_leaving(struct opt_heap *heap,
                                                           struct span_os *os,
                                                           struct tree_fit fit,
                                                           uint64_t npages, bool manual)
{
  struct span_alloc_result result;
  if (near_take_leaving(&heap->tree, &heap->counts, fit, npages, manual, &result))
    return result;
  return alloc_far(heap, os, npages, manual);
}

/* The front doesn't fit. If the last front served an allocation, the next one is likely to. */
static NEVER_INLINE struct span_alloc_result alloc_beside(struct opt_heap *heap,
                                                          struct span_os *os,
                                                          uint64_t npages, bool manual)
{
  uint64_t base;
  close_front(heap);
  if (heap->front.is_taken && npages - 1 < heap->tree.near_pages &&
      page_tree_first_fit(&heap->tree, npages, &base))
    return alloc_open(heap, os, base, npages, manual);
  return opt_heap_alloc(heap, os, npages, manual);
}

/* A search that finds the pages that the last one found, or those just behind, could have been
 * spared: the front is opened there. */
struct span_alloc_result opt_heap_alloc(struct opt_heap *heap, struct span_os *os,
                                        uint64_t npages, bool manual)
{
  struct heap_front *front = &heap->front;
  struct page_tree *tree = &heap->tree;
  struct tree_fit fit;
  if (front_fits(front, npages)) {
    front->is_taken = true;
    if (!front_stays(front, npages)) return alloc_across(heap, os, npages, manual);
    return front_take(&heap->counts, front, npages, manual);
  }
  if (front->word) return alloc_beside(heap, os, npages, manual);
  if (npages - 1 >= tree->near_pages || !tree_first_fit(tree, npages, &fit))
    return alloc_far(heap, os, npages, manual);
  if (fit.base == front->last || fit.base + npages == front->last)
    return alloc_open(heap, os, fit.base, npages, manual);
  front->last = fit.base + npages;
  if (fit_leaves(fit)) return alloc_leaving(heap, os, fit, npages, manual);
  return near_take(tree, &heap->counts, fit, npages, manual);
}

/* Freeing. */

/* Step by step. */
static NEVER_INLINE struct span_free_result free_far(struct opt_heap *heap, uint64_t base)
{
  struct heap_counts *counts = &heap->counts;
  if (!page_tree_reserve(&heap->tree, FREE_BOUNDARIES))
    return (struct span_free_result){.status = SPAN_NO_MEMORY};

  close_front(heap);
  struct span span = span_read(heap, base);
  counts->used[span.manual] -= span.npages;
  span.free = true;
  span.manual = false;
  span.needzero = true;
  struct span_advice advice = coalesce(heap, &span);
  free_set_insert(heap, span);
  page_tree_settle(&heap->tree);
  return (struct span_free_result){SPAN_OK, advice};
}

/* Where near_free can't. */
static NEVER_INLINE struct span_free_result free_leaving(struct opt_heap *heap,
                                                         struct tree_block *block,
                                                         uint64_t base)
{
  struct span_advice advice = {0, 0};
  if (front_give(&heap->tree, &heap->counts, &heap->front, base))
    return (struct span_free_result){SPAN_OK, advice};
  struct near_whole whole = front_whole(&heap->tree, &heap->front, block, base);
  uint64_t word = base >> TREE_WORD_SHIFT;
  if (whole.from >> TREE_WORD_SHIFT == word &&
      (whole.end == whole.to || whole.end >> TREE_WORD_SHIFT == word)) {
    near_free_leaving(&heap->tree, &heap->counts, block, base, whole, &advice);
    front_see(&heap->front, base, whole);
    return (struct span_free_result){SPAN_OK, advice};
  }
  close_front(heap);
  if (!near_free_across(&heap->tree, &heap->counts, block, base, whole, &advice))
    return free_far(heap, base);
  return (struct span_free_result){SPAN_OK, advice};
}

struct span_free_result opt_heap_free(struct opt_heap *heap, uint64_t base)
{
  struct near_whole whole;
  struct tree_block *block = base < SPAN_LIMIT_PAGES ? page_tree_block(&heap->tree, base) : NULL;
  if (!block || !is_used_at(block, base))
    return (struct span_free_result){.status = SPAN_NOT_IN_USE};
  if (heap->tree.near_pages == 0) return free_far(heap, base);
  if (!near_free(&heap->tree, &heap->counts, block, base, &whole)) return free_leaving(heap, block, base);
  front_see(&heap->front, base, whole);
  return (struct span_free_result){SPAN_OK, {0, 0}};
}

#include "opt_heap_request.inc"

/* Other changes. */

struct span_scavenge_result opt_heap_scavenge(struct opt_heap *heap, uint64_t want_pages)
{
  if (!page_tree_reserve(&heap->tree, SCAVENGE_BOUNDARIES))
    return (struct span_scavenge_result){SPAN_NO_MEMORY, 0};
  close_front(heap);
  return (struct span_scavenge_result){SPAN_OK, scavenge(heap, want_pages)};
}

enum span_status opt_heap_add(struct opt_heap *heap, uint64_t base, uint64_t npages)
{
  uint64_t phys_pages = heap->geometry.phys_pages;
  if (base % phys_pages != 0 || npages % phys_pages != 0 ||
      !is_unheld(heap, base, npages))
    return SPAN_BAD_RANGE;
  if (!page_tree_reserve(&heap->tree, ADD_BOUNDARIES)) return SPAN_NO_MEMORY;
  close_front(heap);
  heap->counts.held += npages;
  heap->counts.released += npages;
  add_span(heap, base, npages);
  check_near(heap, base);
  return SPAN_OK;
}

/* Questions. */

struct span_lookup_result opt_heap_lookup(struct opt_heap *heap, uint64_t page)
{
  uint64_t base;
  if (page >= SPAN_LIMIT_PAGES ||
      !page_tree_at_or_before(&heap->tree, page, &base) ||
      !(page_tree_code(&heap->tree, base) & CODE_START))
    return (struct span_lookup_result){.found = false};
  return (struct span_lookup_result){true, span_read(heap, base)};
}

struct span_stats opt_heap_stats(const struct opt_heap *heap)
{
  const struct heap_counts *counts = &heap->counts;
  return (struct span_stats){
      .sys = heap_sys(heap),
      .idle = counts->held - counts->used[false] - counts->used[true],
      .in_use = counts->used[false],
      .manual = counts->used[true],
      .released = counts->released,
      .huge_free = counts->huge_free,
      .nfree = counts->nfree,
      .arena_base = counts->arena_base,
      .arena_end = counts->arena_end,
  };
}

void opt_heap_walk(struct opt_heap *heap, opt_visit *visit, void *context)
{
  uint64_t base, end;
  bool more = page_tree_at_or_after(&heap->tree, 0, &base);
  while (more) {
    unsigned code = page_tree_read(&heap->tree, base, &end);
    if (code & CODE_START) {
      struct span span = span_from_code(base, end - base, code);
      visit(context, &span);
      base = end;
    } else { /* a gap */
      more = base < SPAN_LIMIT_PAGES && page_tree_at_or_after(&heap->tree, base + 1, &base);
    }
  }
}

/* Life and death. */

static bool is_valid_geometry(struct span_geometry geometry)
{
  uint64_t phys = geometry.phys_pages, huge = geometry.huge_pages;
  uint64_t arena = geometry.arena_pages;
  if (phys == 0 || phys > 16 || (phys & (phys - 1)) != 0) return false;
  if (huge > SPAN_LIMIT_PAGES) return false;
  if (huge >= phys && huge % phys != 0) return false;
  if (arena == 0 || arena > SPAN_LIMIT_PAGES || arena % phys != 0) return false;
  return geometry.has_goal || geometry.goal_pages == 0;
}

enum span_status opt_heap_reset(struct opt_heap *heap, struct span_geometry geometry)
{
  if (!is_valid_geometry(geometry)) return SPAN_BAD_GEOMETRY;
  heap->geometry = geometry;
  heap->counts = (struct heap_counts){0};
  heap->front = (struct heap_front){.least = UINT64_MAX};
  page_tree_reset(&heap->tree, geometry.phys_pages, geometry.huge_pages);
  return SPAN_OK;
}

struct opt_heap *opt_heap_create(const struct opt_memory *memory)
{
  if (!memory) memory = &opt_memory_malloc;
  struct opt_heap *heap = memory->get(memory->context, sizeof *heap);
  if (!heap) return NULL;
  heap->memory = *memory;
  opt_heap_tell(heap, NULL, NULL);
  page_tree_init(&heap->tree, &heap->memory);
  enum span_status status = opt_heap_reset(
      heap, (struct span_geometry){.phys_pages = 1, .arena_pages = 8192});
  assert(status == SPAN_OK && "these sizes fit together");
  (void)status;
  return heap;
}

void opt_heap_tell(struct opt_heap *heap, opt_release *release, void *context)
{
  heap->release = release;
  heap->release_context = context;
}

void opt_heap_destroy(struct opt_heap *heap)
{
  if (!heap) return;
  struct opt_memory memory = heap->memory; /* it goes with the heap */
  page_tree_release(&heap->tree);
  memory.give(memory.context, heap, sizeof *heap);
}

size_t opt_heap_metadata_bytes(const struct opt_heap *heap)
{
  return heap->tree.blocks.held_bytes + heap->tree.nodes.held_bytes +
         heap->tree.bounds.held_bytes;
}

#ifdef OPT_CHECK
#undef opt_heap_alloc
#undef opt_heap_free

struct span_alloc_result opt_heap_alloc(struct opt_heap *heap, struct span_os *os,
                                        uint64_t npages, bool manual)
{
  struct span_alloc_result result = opt_heap_alloc_unchecked(heap, os, npages, manual);
  check_near(heap, result.base);
  return result;
}

struct span_free_result opt_heap_free(struct opt_heap *heap, uint64_t base)
{
  struct span_lookup_result freed = opt_heap_lookup(heap, base);
  struct span_free_result result = opt_heap_free_unchecked(heap, base);
  check_near(heap, base);
  if (freed.found) check_near(heap, freed.span.base + freed.span.npages);
  return result;
}
#endif
