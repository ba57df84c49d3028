/* The table of functions; what is behind it is Go (main.go). */
#include "../spanref_candidate.h"
#include "_cgo_export.h"

#define TEXT_OF(word) #word
#define TEXT(macro) TEXT_OF(macro)

static int the_one_heap;

static void *create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  (void)geometry;
  (void)os;
  spanrefGoCreate();
  return &the_one_heap;
}

static void destroy(void *heap)
{
  (void)heap;
  spanrefGoDestroy();
}

static int alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  (void)heap;
  (void)manual;
  answer->needzero = true;
  return spanrefGoAlloc(npages, &answer->base);
}

static int free_span(void *heap, uint64_t base, struct spanref_answer *answer)
{
  (void)heap;
  (void)answer;
  return spanrefGoFree(base);
}

static int add(void *heap, uint64_t base, uint64_t npages)
{
  (void)heap;
  return spanrefGoAdd(base, npages);
}

const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION,
    .size_bytes = sizeof spanref_candidate,
    .name = "go",
    .summary = TEXT(GO_VERSION) ", runtime.pageAlloc, unmodified",
    .levels = SPANREF_SAFETY | SPANREF_PLACEMENT,
    .profile = SPANREF_PAGES,
    .memory = SPANREF_NUMBERS,
    .create = create,
    .destroy = destroy,
    .alloc = alloc,
    .free = free_span,
    .add = add,
    .pool = SPANREF_POOL_CLOSED,
    .pool_unit_pages = 512, /* a chunk */
};
