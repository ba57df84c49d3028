/* A bitmap of pages that does one thing wrong, -DNAUGHTY=..., from its 20th allocation
 * on: each must be called by its name (test_plugin.sh). */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "spanref_candidate.h"

enum {
  NOTHING,
  CRASHES,
  HANGS,
  EXITS,
  REFUSES,
  SCRIBBLES,
  LIES,
  OVERLAPS,
  LEAKS,
  DIRTY,
  GROWS, /* in one call, without end */
  SWELLS, /* from call to call */
  SHOUTS, /* twelve lines, of which one isn't text, and crashes */
  FLOODS  /* writes more than any pipe holds: right */
};

#define POOL_PAGES 8192
#define MORE_BYTES ((size_t)1 << 26)
#define BEGINS_AFTER 20

struct bitmap {
  char *pool; /* POOL_PAGES */
  uint64_t page_bytes, allocations, pages[2]; /* in use, manual */
  uint64_t length[POOL_PAGES]; /* of the span that begins there; 0: none */
  bool taken[POOL_PAGES], manual[POOL_PAGES];
};

static bool misbehaves(const struct bitmap *map, int how)
{
  return NAUGHTY == how && map->allocations > BEGINS_AFTER;
}

static void *create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  struct bitmap *map = calloc(1, sizeof *map);
  (void)os;
  if (map == NULL) return NULL;
  map->page_bytes = geometry->page_bytes;
  map->pool = mmap(NULL, (POOL_PAGES + 1) * map->page_bytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  map->pool += map->page_bytes - (uintptr_t)map->pool % map->page_bytes;
  return map;
}

static void destroy(void *heap)
{
  struct bitmap *map = heap;
  munmap(map->pool, POOL_PAGES * map->page_bytes);
  if (!misbehaves(map, LEAKS)) free(map);
}

static uint64_t fit(const struct bitmap *map, uint64_t npages)
{
  uint64_t run = 0;
  for (uint64_t page = 0; page < POOL_PAGES; page++) {
    run = map->taken[page] ? 0 : run + 1;
    if (run == npages) return page + 1 - npages;
  }
  return POOL_PAGES;
}

static void grow(void)
{
  volatile char *more = malloc(MORE_BYTES);
  for (size_t i = 0; more != NULL && i < MORE_BYTES; i += 4096) more[i] = 1;
}

static void shout(void)
{
  for (int i = 1; i <= 11; i++) fprintf(stderr, "line %d\n", i);
  fputs("\033[1m<b> ]]> & \xff\xc3\n", stderr);
  fprintf(stderr, "the last\n");
  *(volatile int *)NULL = 1;
}

static void flood(void)
{
  for (int i = 0; i < 4096; i++) fputs("a line that nobody asked for\n", stderr);
}

static void misbehave(struct bitmap *map, uint64_t at, uint64_t npages)
{
  if (misbehaves(map, CRASHES)) *(volatile int *)NULL = 1;
  if (misbehaves(map, EXITS)) exit(3);
  while (misbehaves(map, HANGS)) {}
  while (misbehaves(map, GROWS)) grow();
  if (misbehaves(map, SWELLS)) grow();
  if (misbehaves(map, SHOUTS)) shout();
  if (misbehaves(map, FLOODS)) flood();
  if (misbehaves(map, SCRIBBLES)) memset(map->pool + (at + npages) * map->page_bytes, 1, 8);
  if (misbehaves(map, SCRIBBLES) && at > 0)
    memset(map->pool + at * map->page_bytes - 8, 1, 8);
}

static int alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  struct bitmap *map = heap;
  if (npages == 0 || npages > SPANREF_LIMIT_PAGES) return SPANREF_BAD_SIZE;
  map->allocations++;
  if (misbehaves(map, REFUSES) && map->allocations % 7 == 0) return SPANREF_NO_MEMORY;
  uint64_t at = fit(map, npages);
  if (misbehaves(map, OVERLAPS)) at = 0;
  if (at == POOL_PAGES) return SPANREF_NO_MEMORY;
  misbehave(map, at, npages);
  memset(map->taken + at, true, npages);
  map->length[at] = npages;
  map->manual[at] = manual;
  map->pages[manual] += npages;
  answer->base = (uintptr_t)map->pool / map->page_bytes + at;
  answer->needzero = !misbehaves(map, DIRTY);
  return SPANREF_OK;
}

static int free_span(void *heap, uint64_t base, struct spanref_answer *answer)
{
  struct bitmap *map = heap;
  uint64_t at = base - (uintptr_t)map->pool / map->page_bytes;
  (void)answer;
  if (at >= POOL_PAGES || map->length[at] == 0) return SPANREF_NOT_IN_USE;
  memset(map->taken + at, false, map->length[at]);
  map->pages[map->manual[at]] -= map->length[at];
  map->length[at] = 0;
  return SPANREF_OK;
}

static void stats(void *heap, struct spanref_stats *stats)
{
  const struct bitmap *map = heap;
  stats->in_use = map->pages[0] + misbehaves(map, LIES);
  stats->manual = map->pages[1];
}

const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION,
    .size_bytes = sizeof spanref_candidate,
    .name = "naughty",
    .summary = "wrong on purpose",
    .levels = SPANREF_SAFETY | SPANREF_ACCOUNTING,
    .memory = SPANREF_BYTES,
    .create = create,
    .destroy = destroy,
    .alloc = alloc,
    .free = free_span,
    .stats = stats,
};
