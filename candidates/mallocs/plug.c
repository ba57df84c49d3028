/* A malloc as an allocator of page runs: whole pages that lie inside of its blocks. How a block is
 * asked for (ways.h) is a matter of its size, so that the same request is the same again.
 *
 * With MALLOC_CLOSED the malloc takes its memory by sbrk, from a region (region.h) that is no greater
 * than a history says, and each heap begins as if it had just been loaded. Without, it takes it from
 * the OS, and is left as the history before has left it. With MALLOC_SHARED someone else moves the
 * break, too, at each allocation of so many. With MALLOC_ROUNDS what is free below the break doesn't
 * count when the break is moved, and what it is moved by is rounded up. Then what was granted at first
 * is granted again when all was freed, if the malloc is trimmed, and has so many bytes more. */
#include <stdlib.h>

#include "../spanref_candidate.h"
#include "its.h"
#include "region.h"
#include "runs.h"
#include "state.h"
#include "ways.h"

#define POOL_BYTES ((size_t)1 << 26) /* if the history says nothing */
/* A pool has some bytes more than its pages, for headers; and so it ends anywhere in a page. */
#define MORE_BYTES 4657 /* prime */
/* Addresses are below 2^47. If pages were smaller, their numbers could exceed the limit. */
#define PAGE_BYTES_MIN 128
#ifndef MALLOC_ALIGN_BYTES_MAX
#define MALLOC_ALIGN_BYTES_MAX ((size_t)1 << 26)
#endif
/* Longer runs aren't asked of calloc, because some mallocs write all of it. */
#define CALLOC_BYTES_MAX ((size_t)1 << 26)

struct heap {
  uint64_t page_bytes, pool_pages;
  struct runs runs;
#ifdef MALLOC_SHARED
  uint64_t asked;
#endif
  struct asker asker;
};

static bool start(const struct spanref_geometry *geometry)
{
#ifdef MALLOC_CLOSED
  size_t pool_bytes = geometry->pool_pages > REGION_BYTES_MAX / geometry->page_bytes
                          ? REGION_BYTES_MAX
                          : geometry->pool_pages * geometry->page_bytes;
  size_t more_bytes = geometry->pool_pages * MORE_BYTES % geometry->page_bytes;
  size_t limit_bytes = pool_bytes > 0 ? pool_bytes + more_bytes : POOL_BYTES;
  if (!region_start(limit_bytes) || !state_reset()) return false;
  if (its_start != NULL) its_start();
#else
  (void)geometry;
#endif
  return true;
}

static void *create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  (void)os;
  if (geometry->page_bytes < PAGE_BYTES_MIN || !start(geometry)) return NULL;
  struct heap *heap = calloc(1, sizeof *heap);
  if (heap == NULL) return NULL;
  heap->page_bytes = geometry->page_bytes;
  heap->pool_pages = geometry->pool_pages;
  return heap;
}

static void destroy(void *of)
{
  struct heap *heap = of;
  for (size_t i = 0; i < heap->runs.count; i++) its_free(heap->runs.all[i].block);
  if (its_end != NULL) its_end();
  free(heap->runs.all);
  free(heap);
}

/* Differs from size to size, and from pool to pool. */
static enum way way_of(const struct heap *heap, uint64_t npages, bool manual)
{
  enum way way = (npages + heap->pool_pages + (manual ? WAY_COUNT / 2 : 0)) % WAY_COUNT;
  if (way == WAY_CALLOC && (its_calloc == NULL || npages >= CALLOC_BYTES_MAX / heap->page_bytes))
    return WAY_GROW;
  bool aligns = its_memalign != NULL && heap->page_bytes <= MALLOC_ALIGN_BYTES_MAX;
  return !aligns && (way == WAY_MEMALIGN || way == WAY_MEMALIGN_GROW) ? WAY_GROW : way;
}

/* The pages from the first whole one on. */
static int note(struct heap *heap, void *block, bool zero, struct spanref_answer *answer)
{
  if (block == NULL) return SPANREF_NO_MEMORY;
  answer->base = ((uintptr_t)block + heap->page_bytes - 1) / heap->page_bytes;
  answer->needzero = !zero;
  runs_add(&heap->runs, (struct run){answer->base, block});
  return SPANREF_OK;
}

static int alloc(void *of, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  struct heap *heap = of;
  if (npages == 0) return SPANREF_BAD_SIZE;
  if (!runs_make_room(&heap->runs)) return SPANREF_NO_MEMORY;
#ifdef MALLOC_SHARED
  if (++heap->asked % MALLOC_SHARED == 0) region_share();
#endif
  if (npages > SPANREF_LIMIT_PAGES)
    return note(heap, way_ask_too_much(&heap->asker, heap->page_bytes), false, answer);
  enum way way = way_of(heap, npages, manual);
  size_t pages = way == WAY_MEMALIGN ? npages : npages + 1;
  if (pages > SIZE_MAX / 2 / heap->page_bytes) return SPANREF_NO_MEMORY;
  void *block = way_ask(&heap->asker, way, heap->page_bytes, pages * heap->page_bytes);
  return note(heap, block, way == WAY_CALLOC, answer);
}

/* Alignments only. A size that isn't a multiple of the alignment is asked for all the same. */
static int alloc_request(void *of, const struct spanref_request *request,
                         struct spanref_answer *answer)
{
  struct heap *heap = of;
  uint64_t npages = request->npages;
  if (npages == 0 || npages > SPANREF_LIMIT_PAGES) return SPANREF_BAD_SIZE;
  if (its_memalign == NULL || npages > SIZE_MAX / 2 / heap->page_bytes ||
      request->align > MALLOC_ALIGN_BYTES_MAX / heap->page_bytes || !runs_make_room(&heap->runs))
    return SPANREF_NO_MEMORY;
  void *block = way_ask(&heap->asker, WAY_MEMALIGN, request->align * heap->page_bytes,
                        npages * heap->page_bytes);
  return note(heap, block, false, answer);
}

static int free_run(void *of, uint64_t base, struct spanref_answer *answer)
{
  struct heap *heap = of;
  struct run *run = runs_at(&heap->runs, base);
  (void)answer;
  if (run == NULL) return SPANREF_NOT_IN_USE;
  its_free(run->block);
  runs_remove(&heap->runs, run);
#ifdef MALLOC_ROUNDS
  if (heap->runs.count == 0) {
    its_trim();
    region_lengthen(MALLOC_ROUNDS);
  }
#endif
  return SPANREF_OK;
}

/* The block is made longer or shorter where it is, or more or less of it is used. */
static int resize(void *of, uint64_t base, uint64_t npages, struct spanref_answer *answer)
{
  struct heap *heap = of;
  const struct run *run = runs_at(&heap->runs, base);
  if (run == NULL) return SPANREF_NOT_IN_USE;
  if (npages == 0 || npages > SPANREF_LIMIT_PAGES) return SPANREF_BAD_SIZE;
  size_t unused_bytes = base * heap->page_bytes - (uintptr_t)run->block;
  size_t size_bytes = unused_bytes + npages * heap->page_bytes;
  answer->base = base;
  answer->needzero = true;
  if (its_realloc_in_place != NULL && its_realloc_in_place(run->block, size_bytes) != NULL)
    return SPANREF_OK;
  bool fits = its_usable_size != NULL && size_bytes <= its_usable_size(run->block);
  return fits ? SPANREF_OK : SPANREF_NO_MEMORY;
}

/* Everything it can: how much isn't known. */
static int scavenge(void *of, uint64_t want_pages, struct spanref_answer *answer)
{
  (void)of, (void)want_pages, (void)answer;
  if (its_trim != NULL) its_trim();
  return SPANREF_OK;
}

static const char *self_check(void *of)
{
  const struct heap *heap = of;
  if (heap->asker.wrong[0] != '\0') return heap->asker.wrong;
  const char *wrong = region_check();
  return wrong == NULL && its_check != NULL ? its_check() : wrong;
}

const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION,
    .size_bytes = sizeof spanref_candidate,
    .name = MALLOC_NAME,
    .summary = MALLOC_SUMMARY,
    .levels = SPANREF_SAFETY,
    .memory = SPANREF_BYTES,
    .create = create,
    .destroy = destroy,
    .alloc = alloc,
    .free = free_run,
    .scavenge = scavenge,
    .self_check = self_check,
    .can = SPANREF_CAN_ALIGN,
    .alloc_request = alloc_request,
    .resize = resize,
#ifdef MALLOC_CLOSED
    .pool = SPANREF_POOL_CLOSED,
    .pool_min_pages = MALLOC_CLOSED,
    .pool_max_pages = REGION_BYTES_MAX / PAGE_BYTES_MIN,
#endif
#ifdef MALLOC_JOINS
    .joins = MALLOC_JOINS,
#endif
};
