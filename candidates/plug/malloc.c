/* A malloc as an allocator of page runs: aligned_alloc of whole pages. One file, four
 * candidates, by -DMALLOC_NAME and -DMALLOC_LIBRARY; without a library it is the C
 * library's own. Each library is loaded beside the C library, and only asked through the
 * two functions found in it. */
#define _GNU_SOURCE /* RTLD_DEEPBIND */
#include <dlfcn.h>
#include <stdlib.h>

#include "spanref_candidate.h"

#ifdef MALLOC_LIBRARY
#define MALLOC_SUMMARY MALLOC_LIBRARY
#else
#define MALLOC_SUMMARY "the C library"
#endif

struct library {
  void *(*aligned_alloc)(size_t alignment, size_t size_bytes);
  void (*free)(void *memory);
  uint64_t page_bytes;
};

#ifdef MALLOC_LIBRARY
static bool find(struct library *library)
{
  void *object = dlopen(MALLOC_LIBRARY, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
  if (object == NULL) return false;
  *(void **)&library->aligned_alloc = dlsym(object, "aligned_alloc");
  *(void **)&library->free = dlsym(object, "free");
  return library->aligned_alloc != NULL && library->free != NULL;
}
#else
static bool find(struct library *library)
{
  library->aligned_alloc = aligned_alloc;
  library->free = free;
  return true;
}
#endif

static struct library library;

static void *create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  (void)os;
  if (library.free == NULL && !find(&library)) return NULL;
  library.page_bytes = geometry->page_bytes;
  return &library;
}

/* What is in use then is spanref's to free: it does. */
static void destroy(void *heap) { (void)heap; }

static int alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  const struct library *from = heap;
  (void)manual;
  if (npages == 0 || npages > SPANREF_LIMIT_PAGES) return SPANREF_BAD_SIZE;
  if (npages > SIZE_MAX / from->page_bytes) return SPANREF_NO_MEMORY;
  void *memory = from->aligned_alloc(from->page_bytes, npages * from->page_bytes);
  if (memory == NULL) return SPANREF_NO_MEMORY;
  answer->base = (uintptr_t)memory / from->page_bytes;
  answer->needzero = true;
  return SPANREF_OK;
}

static int free_span(void *heap, uint64_t base, struct spanref_answer *answer)
{
  const struct library *from = heap;
  (void)answer;
  from->free((void *)(uintptr_t)(base * from->page_bytes));
  return SPANREF_OK;
}

const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION,
    .size_bytes = sizeof spanref_candidate,
    .name = MALLOC_NAME,
    .summary = MALLOC_SUMMARY ": aligned_alloc and free",
    .levels = SPANREF_SAFETY,
    .memory = SPANREF_BYTES,
    .create = create,
    .destroy = destroy,
    .alloc = alloc,
    .free = free_span,
};
