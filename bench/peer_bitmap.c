/* A baseline: one bit a page, set where free, searched from the lowest word that may have
 * one. */
#include <stdlib.h>

#include "peer.h"

struct bitmap {
  uint64_t base, nwords;
  uint64_t lowest; /* no word below has a free page */
  uint64_t words[];
};

static void *create(const struct workload *workload)
{
  uint64_t nwords = workload->region_pages / 64;
  if (nwords == 0) return NULL;
  struct bitmap *bitmap = malloc(sizeof *bitmap + nwords * sizeof bitmap->words[0]);
  if (bitmap == NULL) return NULL;
  bitmap->base = workload->region_base;
  bitmap->nwords = nwords;
  bitmap->lowest = 0;
  for (uint64_t i = 0; i < nwords; i++) bitmap->words[i] = UINT64_MAX;
  return bitmap;
}

/* Bits low ... low + n - 1 of a word, n > 0. */
static uint64_t mask(unsigned low, uint64_t n)
{
  return (n < 64 ? (1ULL << n) - 1 : UINT64_MAX) << low;
}

static void flip(struct bitmap *bitmap, uint64_t page, uint64_t npages)
{
  while (npages > 0) {
    unsigned low = page % 64;
    uint64_t n = npages < 64 - low ? npages : 64 - low;
    bitmap->words[page / 64] ^= mask(low, n);
    page += n;
    npages -= n;
  }
}

/* The lowest bit where `npages` bits in a row are set, 64 where there is none. */
static unsigned run_inside(uint64_t word, uint64_t npages)
{
  for (uint64_t have = 1; have < npages && word != 0;) {
    uint64_t step = npages - have < have ? npages - have : have;
    word &= word >> step;
    have += step;
  }
  return word == 0 ? 64 : (unsigned)__builtin_ctzll(word);
}

/* `run` free pages end where the word begins. */
static uint64_t find(const struct bitmap *bitmap, uint64_t npages)
{
  uint64_t run = 0;
  for (uint64_t i = bitmap->lowest; i < bitmap->nwords; i++) {
    uint64_t word = bitmap->words[i];
    unsigned head = word == UINT64_MAX ? 64 : (unsigned)__builtin_ctzll(~word);
    if (run + head >= npages) return i * 64 - run;
    if (head == 64) {
      run += 64;
      continue;
    }
    unsigned inside = npages < 64 ? run_inside(word, npages) : 64;
    if (inside < 64) return i * 64 + inside;
    run = (unsigned)__builtin_clzll(~word);
  }
  return PEER_NO_MEMORY;
}

static uint64_t alloc(void *heap, uint64_t npages)
{
  struct bitmap *bitmap = heap;
  while (bitmap->lowest + 1 < bitmap->nwords && bitmap->words[bitmap->lowest] == 0)
    bitmap->lowest++;
  uint64_t page = find(bitmap, npages);
  if (page == PEER_NO_MEMORY) return PEER_NO_MEMORY;
  flip(bitmap, page, npages);
  return bitmap->base + page;
}

static void free_pages(void *heap, uint64_t base, uint64_t npages)
{
  struct bitmap *bitmap = heap;
  uint64_t page = base - bitmap->base;
  flip(bitmap, page, npages);
  if (page / 64 < bitmap->lowest) bitmap->lowest = page / 64;
}

static size_t metadata_bytes(void *heap)
{
  struct bitmap *bitmap = heap;
  return sizeof *bitmap + bitmap->nwords * sizeof bitmap->words[0];
}

const struct peer peer_bitmap = {.name = "bitmap",
                                 .create = create,
                                 .destroy = free,
                                 .alloc = alloc,
                                 .free = free_pages,
                                 .metadata_bytes = metadata_bytes};
