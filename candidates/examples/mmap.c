/* The kernel's mmap and munmap as an allocator of page runs: what it gives is zero. */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include <stdlib.h>
#include <sys/mman.h>

#include "spanref_candidate.h"

/* Addresses are below 2^47. If pages were smaller, their numbers could exceed
 * SPANREF_LIMIT_PAGES. */
#define PAGE_BYTES_MIN 128

/* Kept by address, because munmap must be told the length. */
struct mapping {
  uint64_t base, npages;
};

struct mappings {
  uint64_t page_bytes;
  struct mapping *list;
  size_t count, room;
};

static void *create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  (void)os;
  if (geometry->page_bytes < PAGE_BYTES_MIN) return NULL;
  struct mappings *mappings = calloc(1, sizeof *mappings);
  if (mappings != NULL) mappings->page_bytes = geometry->page_bytes;
  return mappings;
}

static void *address_of(uint64_t base, uint64_t page_bytes)
{
  return (void *)(uintptr_t)(base * page_bytes);
}

static void destroy(void *heap)
{
  struct mappings *mappings = heap;
  for (size_t i = 0; i < mappings->count; i++)
    munmap(address_of(mappings->list[i].base, mappings->page_bytes),
           mappings->list[i].npages * mappings->page_bytes);
  free(mappings->list);
  free(mappings);
}

static bool make_room(struct mappings *mappings)
{
  if (mappings->count < mappings->room) return true;
  size_t room = mappings->room > 0 ? 2 * mappings->room : 64;
  struct mapping *list = realloc(mappings->list, room * sizeof *list);
  if (list == NULL) return false;
  mappings->list = list;
  mappings->room = room;
  return true;
}

/* The kernel's pages may be smaller than ours. So it maps one page more than is wanted, and
 * gives back what lies before and after. */
static char *map_aligned(uint64_t size_bytes, uint64_t page_bytes)
{
  char *all = mmap(NULL, size_bytes + page_bytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (all == MAP_FAILED) return NULL;
  uint64_t before = (page_bytes - (uintptr_t)all % page_bytes) % page_bytes;
  if (before > 0) munmap(all, before);
  munmap(all + before + size_bytes, page_bytes - before);
  return all + before;
}

static int alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  struct mappings *mappings = heap;
  (void)manual;
  if (npages == 0 || npages > SPANREF_LIMIT_PAGES) return SPANREF_BAD_SIZE;
  if (npages >= SIZE_MAX / mappings->page_bytes || !make_room(mappings))
    return SPANREF_NO_MEMORY;
  char *memory = map_aligned(npages * mappings->page_bytes, mappings->page_bytes);
  if (memory == NULL) return SPANREF_NO_MEMORY;
  answer->base = (uintptr_t)memory / mappings->page_bytes;
  mappings->list[mappings->count++] = (struct mapping){answer->base, npages};
  return SPANREF_OK;
}

static int free_span(void *heap, uint64_t base, struct spanref_answer *answer)
{
  struct mappings *mappings = heap;
  (void)answer;
  for (size_t i = mappings->count; i-- > 0;) {
    if (mappings->list[i].base != base) continue;
    munmap(address_of(base, mappings->page_bytes),
           mappings->list[i].npages * mappings->page_bytes);
    mappings->list[i] = mappings->list[--mappings->count];
    return SPANREF_OK;
  }
  return SPANREF_NOT_IN_USE;
}

const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION,
    .size_bytes = sizeof spanref_candidate,
    .name = "mmap",
    .summary = "the kernel's mmap and munmap",
    .levels = SPANREF_SAFETY,
    .memory = SPANREF_BYTES,
    .create = create,
    .destroy = destroy,
    .alloc = alloc,
    .free = free_span,
};
