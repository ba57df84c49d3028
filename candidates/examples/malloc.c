/* A malloc as an allocator of page runs. It is asked in three ways, by turns:
 *
 *   aligned_alloc   of whole pages
 *   calloc          of a page more than is wanted, so that whole pages lie inside
 *   realloc         of a smaller block, to a page more than is wanted
 *
 * With an alignment it is asked by aligned_alloc. A run may grow as far as malloc_usable_size
 * says that its block reaches.
 *
 * One file, four candidates: -DMALLOC_NAME says what it is called, and -DMALLOC_LIBRARY
 * which library to load beside the C library; without that it is the C library's malloc. */
#define _GNU_SOURCE /* RTLD_DEEPBIND */
#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "spanref_candidate.h"

#ifndef MALLOC_LIBRARY
#define MALLOC_LIBRARY NULL
#define MALLOC_SUMMARY "the C library"
#endif
#ifndef MALLOC_SUMMARY
#define MALLOC_SUMMARY MALLOC_LIBRARY
#endif

/* Longer runs aren't asked of calloc, because some mallocs write all of it. */
#define CALLOC_BYTES_MAX ((size_t)1 << 26)
/* The longest block that is handed to realloc: all of it is written before, and read after. */
#define SMALL_BYTES_MAX ((size_t)1 << 18)

/* Addresses are below 2^47. If pages were smaller, their numbers could exceed
 * SPANREF_LIMIT_PAGES. */
#define PAGE_BYTES_MIN 128
/* Larger alignments aren't asked for: some mallocs take as much memory. */
#define ALIGN_BYTES_MAX ((size_t)1 << 26)

/* --- The library --------------------------------------------------------------------- */

static struct library {
  void *(*aligned_alloc)(size_t alignment, size_t size_bytes);
  void *(*malloc)(size_t size_bytes);
  void *(*calloc)(size_t count, size_t each_bytes);
  void *(*realloc)(void *memory, size_t size_bytes);
  void (*free)(void *memory);
  size_t (*malloc_usable_size)(void *memory);
} library;

static void find(void)
{
  void *object = dlopen(MALLOC_LIBRARY, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
  if (object == NULL) return;
  *(void **)&library.aligned_alloc = dlsym(object, "aligned_alloc");
  *(void **)&library.malloc = dlsym(object, "malloc");
  *(void **)&library.calloc = dlsym(object, "calloc");
  *(void **)&library.realloc = dlsym(object, "realloc");
  *(void **)&library.free = dlsym(object, "free");
  *(void **)&library.malloc_usable_size = dlsym(object, "malloc_usable_size");
}

static bool is_found(void)
{
  return library.aligned_alloc != NULL && library.malloc != NULL && library.calloc != NULL &&
         library.realloc != NULL && library.free != NULL &&
         library.malloc_usable_size != NULL;
}

/* --- The heap ------------------------------------------------------------------------ */

/* A run of pages in use, and the block that it lies in. Once given out, the pages are
 * written by spanref only. */
struct run {
  uint64_t base;
  void *block;
};

struct heap {
  uint64_t page_bytes;
  uint64_t asked; /* whose turn it is */
  struct run *runs;
  size_t count, room;
  char wrong[64]; /* what it was seen to do; "": nothing */
};

static void *create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  (void)os;
  if (!is_found()) find();
  if (!is_found() || geometry->page_bytes < PAGE_BYTES_MIN) return NULL;
  struct heap *heap = calloc(1, sizeof *heap);
  if (heap != NULL) heap->page_bytes = geometry->page_bytes;
  return heap;
}

static void destroy(void *of)
{
  struct heap *heap = of;
  for (size_t i = 0; i < heap->count; i++) library.free(heap->runs[i].block);
  free(heap->runs);
  free(heap);
}

static bool make_room(struct heap *heap)
{
  if (heap->count < heap->room) return true;
  size_t room = heap->room > 0 ? 2 * heap->room : 64;
  struct run *runs = realloc(heap->runs, room * sizeof *runs);
  if (runs == NULL) return false;
  heap->runs = runs;
  heap->room = room;
  return true;
}

/* --- Three ways ---------------------------------------------------------------------- */

static void *align(struct heap *heap, uint64_t npages, uint64_t align_pages)
{
  uint64_t page_bytes = heap->page_bytes, align_bytes = align_pages * page_bytes;
  void *block = library.aligned_alloc(align_bytes, npages * page_bytes);
  if ((uintptr_t)block % align_bytes != 0)
    snprintf(heap->wrong, sizeof heap->wrong, "aligned_alloc's 0x%" PRIxPTR " isn't aligned",
             (uintptr_t)block);
  return block;
}

/* Differs from allocation to allocation, and from one page to the next. */
static unsigned char byte_at(const struct heap *heap, size_t i)
{
  return (unsigned char)((i + heap->asked) % 251 + 1);
}

/* If realloc refuses, it must leave the smaller block as it was. */
static void *grow(struct heap *heap, size_t size_bytes)
{
  size_t length = size_bytes / 2 < SMALL_BYTES_MAX ? size_bytes / 2 : SMALL_BYTES_MAX;
  unsigned char *small = library.malloc(length);
  if (small == NULL) return NULL;
  for (size_t i = 0; i < length; i++) small[i] = byte_at(heap, i);
  unsigned char *grown = library.realloc(small, size_bytes);
  const unsigned char *kept = grown != NULL ? grown : small;
  size_t same = 0;
  while (same < length && kept[same] == byte_at(heap, same)) same++;
  if (same < length)
    snprintf(heap->wrong, sizeof heap->wrong, "realloc lost byte %zu of %zu", same, length);
  if (grown == NULL) library.free(small);
  return grown;
}

/* *zero: whether it promises zeros. */
static void *take_block(struct heap *heap, uint64_t npages, bool *zero)
{
  uint64_t turn = heap->asked++ % 3, page_bytes = heap->page_bytes;
  *zero = turn == 1 && npages < CALLOC_BYTES_MAX / page_bytes;
  if (*zero) return library.calloc(npages + 1, page_bytes);
  return turn == 2 ? grow(heap, (npages + 1) * page_bytes) : align(heap, npages, 1);
}

/* --- The functions of the table ------------------------------------------------------ */

static int alloc(void *of, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  struct heap *heap = of;
  bool zero;
  (void)manual;
  if (npages == 0 || npages > SPANREF_LIMIT_PAGES) return SPANREF_BAD_SIZE;
  if (npages >= SIZE_MAX / heap->page_bytes || !make_room(heap)) return SPANREF_NO_MEMORY;
  void *block = take_block(heap, npages, &zero);
  if (block == NULL) return SPANREF_NO_MEMORY;
  answer->base = ((uintptr_t)block + heap->page_bytes - 1) / heap->page_bytes;
  answer->needzero = !zero;
  heap->runs[heap->count++] = (struct run){answer->base, block};
  return SPANREF_OK;
}

/* Alignments only. A size that isn't a multiple of the alignment is asked for all the same. */
static int alloc_request(void *of, const struct spanref_request *request,
                         struct spanref_answer *answer)
{
  struct heap *heap = of;
  uint64_t npages = request->npages, align_pages = request->align;
  if (npages == 0 || npages > SPANREF_LIMIT_PAGES) return SPANREF_BAD_SIZE;
  if (npages >= SIZE_MAX / heap->page_bytes || align_pages > ALIGN_BYTES_MAX / heap->page_bytes ||
      !make_room(heap))
    return SPANREF_NO_MEMORY;
  void *block = align(heap, npages, align_pages);
  if (block == NULL) return SPANREF_NO_MEMORY;
  answer->base = (uintptr_t)block / heap->page_bytes;
  answer->needzero = true;
  heap->runs[heap->count++] = (struct run){answer->base, block};
  return SPANREF_OK;
}

/* Searched from the end: mostly what was given lately is freed. NULL: not in use. */
static struct run *run_at(struct heap *heap, uint64_t base)
{
  for (size_t i = heap->count; i-- > 0;)
    if (heap->runs[i].base == base) return &heap->runs[i];
  return NULL;
}

static int free_run(void *of, uint64_t base, struct spanref_answer *answer)
{
  struct heap *heap = of;
  struct run *run = run_at(heap, base);
  (void)answer;
  if (run == NULL) return SPANREF_NOT_IN_USE;
  library.free(run->block);
  *run = heap->runs[--heap->count];
  return SPANREF_OK;
}

/* The block stays what it is: only more or less of it is used. */
static int resize(void *of, uint64_t base, uint64_t npages, struct spanref_answer *answer)
{
  struct heap *heap = of;
  const struct run *run = run_at(heap, base);
  if (run == NULL) return SPANREF_NOT_IN_USE;
  if (npages == 0 || npages > SPANREF_LIMIT_PAGES) return SPANREF_BAD_SIZE;
  size_t unused = base * heap->page_bytes - (uintptr_t)run->block;
  size_t usable = library.malloc_usable_size(run->block) - unused;
  answer->base = base;
  answer->needzero = true;
  return npages <= usable / heap->page_bytes ? SPANREF_OK : SPANREF_NO_MEMORY;
}

static const char *self_check(void *of)
{
  const struct heap *heap = of;
  return heap->wrong[0] != '\0' ? heap->wrong : NULL;
}

const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION,
    .size_bytes = sizeof spanref_candidate,
    .name = MALLOC_NAME,
    .summary = MALLOC_SUMMARY ": aligned_alloc, calloc, realloc, free, malloc_usable_size",
    .levels = SPANREF_SAFETY,
    .memory = SPANREF_BYTES,
    .create = create,
    .destroy = destroy,
    .alloc = alloc,
    .free = free_run,
    .self_check = self_check,
    .can = SPANREF_CAN_ALIGN,
    .alloc_request = alloc_request,
    .resize = resize,
};
