/* A binary buddy. Every block is 2^order pages, at a multiple of that from the start of its
 * chunk, and may merge with one other block, its buddy. It rounds sizes up, and says so by `takes`
 * and `joins`: nothing of it has to be waived. */
#include <stdlib.h>
#include <string.h>

#include "spanref_candidate.h"

#define CHUNK_ORDER_MIN 8 /* the OS is asked for 2^8 pages at least */
#define ORDER_MAX 40

struct block {
  uint64_t base;
  uint64_t chunk; /* where its chunk begins */
  unsigned order, chunk_order;
  bool taken, manual;
};

struct buddy {
  struct block *blocks; /* by address */
  size_t count, room;
  const struct spanref_os *os;
  uint64_t phys_pages;
};

static void *create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  struct buddy *buddy = calloc(1, sizeof *buddy);
  if (buddy == NULL) return NULL;
  buddy->os = os;
  buddy->phys_pages = geometry->phys_pages;
  return buddy;
}

static void destroy(void *heap)
{
  struct buddy *buddy = heap;
  free(buddy->blocks);
  free(buddy);
}

static size_t place_of(const struct buddy *buddy, uint64_t base)
{
  size_t low = 0, high = buddy->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (buddy->blocks[middle].base < base)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static bool make_room(struct buddy *buddy, size_t more)
{
  if (buddy->count + more <= buddy->room) return true;
  size_t room = 2 * (buddy->room + more);
  struct block *blocks = realloc(buddy->blocks, room * sizeof *blocks);
  if (blocks == NULL) return false;
  buddy->blocks = blocks;
  buddy->room = room;
  return true;
}

static void insert(struct buddy *buddy, size_t at, struct block block)
{
  memmove(&buddy->blocks[at + 1], &buddy->blocks[at], (buddy->count - at) * sizeof block);
  buddy->blocks[at] = block;
  buddy->count++;
}

static unsigned order_of(uint64_t npages)
{
  unsigned order = 0;
  while (UINT64_C(1) << order < npages) order++;
  return order;
}

/* Of the smallest blocks that are large enough, the lowest; count if there is none. */
static size_t fit(const struct buddy *buddy, unsigned order)
{
  size_t found = buddy->count;
  for (size_t at = 0; at < buddy->count; at++) {
    const struct block *block = &buddy->blocks[at];
    if (block->taken || block->order < order) continue;
    if (found == buddy->count || block->order < buddy->blocks[found].order) found = at;
  }
  return found;
}

/* Is a page of [base, base + npages) held already? The OS may say anything. */
static bool is_held(const struct buddy *buddy, uint64_t base, uint64_t npages)
{
  size_t at = place_of(buddy, base);
  if (at < buddy->count && buddy->blocks[at].base - base < npages) return true;
  if (at == 0) return false;
  const struct block *before = &buddy->blocks[at - 1];
  return base - before->base < UINT64_C(1) << before->order;
}

static int grow(struct buddy *buddy, unsigned order)
{
  uint64_t base, granted_pages;
  if (order < CHUNK_ORDER_MIN) order = CHUNK_ORDER_MIN;
  if (!buddy->os->reserve(buddy->os->context, UINT64_C(1) << order, &base, &granted_pages))
    return SPANREF_NO_MEMORY;
  uint64_t npages = UINT64_C(1) << order;
  if (granted_pages < npages || base % buddy->phys_pages != 0 ||
      base > SPANREF_LIMIT_PAGES - npages || is_held(buddy, base, npages))
    return SPANREF_BAD_ANSWER;
  insert(buddy, place_of(buddy, base), (struct block){base, base, order, order, false, false});
  return SPANREF_OK;
}

static int alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  struct buddy *buddy = heap;
  if (npages == 0 || npages > SPANREF_LIMIT_PAGES) return SPANREF_BAD_SIZE;
  unsigned order = order_of(npages);
  if (!make_room(buddy, ORDER_MAX + 2)) return SPANREF_NO_MEMORY;
  size_t at = fit(buddy, order);
  if (at == buddy->count) {
    int status = grow(buddy, order);
    if (status != SPANREF_OK) return status;
    at = fit(buddy, order);
  }
  while (buddy->blocks[at].order > order) {
    struct block upper = buddy->blocks[at];
    buddy->blocks[at].order = --upper.order;
    upper.base += UINT64_C(1) << upper.order;
    insert(buddy, at + 1, upper);
  }
  buddy->blocks[at].taken = true;
  buddy->blocks[at].manual = manual;
  answer->base = buddy->blocks[at].base;
  answer->needzero = true;
  return SPANREF_OK;
}

/* The place of the free buddy of the same size, beside it; count: there is none. */
static size_t buddy_of(const struct buddy *buddy, size_t at)
{
  const struct block *block = &buddy->blocks[at];
  uint64_t size = UINT64_C(1) << block->order;
  bool is_upper = (block->base - block->chunk) & size;
  size_t other = is_upper ? at - 1 : at + 1;
  if (block->order == block->chunk_order || other >= buddy->count) return buddy->count;
  const struct block *candidate = &buddy->blocks[other];
  bool is_buddy = !candidate->taken && candidate->order == block->order &&
                  candidate->base == (is_upper ? block->base - size : block->base + size);
  return is_buddy ? other : buddy->count;
}

static int free_span(void *heap, uint64_t base, struct spanref_answer *answer)
{
  struct buddy *buddy = heap;
  size_t at = place_of(buddy, base), other;
  (void)answer;
  if (at == buddy->count || buddy->blocks[at].base != base || !buddy->blocks[at].taken)
    return SPANREF_NOT_IN_USE;
  buddy->blocks[at].taken = buddy->blocks[at].manual = false;
  while ((other = buddy_of(buddy, at)) != buddy->count) {
    if (other < at) at = other;
    buddy->blocks[at].order++;
    buddy->count--;
    memmove(&buddy->blocks[at + 1], &buddy->blocks[at + 2],
            (buddy->count - at - 1) * sizeof *buddy->blocks);
  }
  return SPANREF_OK;
}

static uint64_t takes(void *heap, uint64_t npages)
{
  (void)heap;
  return UINT64_C(1) << order_of(npages);
}

static void stats(void *heap, struct spanref_stats *stats)
{
  const struct buddy *buddy = heap;
  stats->idle = stats->in_use = stats->manual = stats->nfree = 0;
  for (size_t at = 0; at < buddy->count; at++) {
    const struct block *block = &buddy->blocks[at];
    *(!block->taken ? &stats->idle : block->manual ? &stats->manual : &stats->in_use) +=
        UINT64_C(1) << block->order;
    stats->nfree += !block->taken;
  }
  stats->sys = stats->idle + stats->in_use;
}

static void walk(void *heap, spanref_visit *visit, void *context)
{
  const struct buddy *buddy = heap;
  for (size_t at = 0; at < buddy->count; at++) {
    const struct block *block = &buddy->blocks[at];
    struct spanref_span span = {block->base, UINT64_C(1) << block->order, !block->taken,
                                block->manual, false, true};
    visit(context, &span);
  }
}

const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION,
    .size_bytes = sizeof spanref_candidate,
    .name = "buddy",
    .summary = "a binary buddy",
    .levels = SPANREF_SAFETY | SPANREF_ACCOUNTING | SPANREF_COALESCING,
    .memory = SPANREF_NUMBERS,
    .create = create,
    .destroy = destroy,
    .alloc = alloc,
    .free = free_span,
    .stats = stats,
    .walk = walk,
    .joins = SPANREF_JOINS_BUDDIES,
    .takes = takes,
    .promises = SPANREF_REFUSES_SECOND | SPANREF_REFUSES_INSIDE | SPANREF_REFUSES_FOREIGN,
    .says = SPANREF_SAYS_SYS | SPANREF_SAYS_IDLE | SPANREF_SAYS_IN_USE | SPANREF_SAYS_MANUAL |
            SPANREF_SAYS_NFREE | SPANREF_SAYS_SPAN_MANUAL,
};
