/* A heap with the functions of opt/opt_heap.h behind the interface: the body of ref.c and
 * of opt.c, which say before they include it
 *
 *   HEAP          the type of the heap
 *   CALL(what)    its function for that
 *   adapter_create, adapter_destroy, adapter_walk, in this file's terms
 *   adapter_tell  (heap, release, context): it calls release as opt_heap_tell says */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "door.h"
#include "ours.h"

/* Heaps that were destroyed are kept for the next: making one costs more than many a
 * history. They are emptied at once, so that what this costs is their own history's. Two are
 * enough where a heap is held against one of its own kind. */
struct adapter {
  HEAP *heap;
  struct span_os door;
};

static struct adapter *spare[2];
static unsigned nspare;

static void unmake(struct adapter *adapter)
{
  adapter_destroy(adapter->heap);
  free(adapter);
}

static void unmake_spares(void)
{
  while (nspare > 0) unmake(spare[--nspare]);
}

static void destroy(void *context)
{
  static bool ends_clean;
  struct adapter *adapter = context;
  if (!ends_clean) ends_clean = atexit(unmake_spares) == 0;
  if (!ends_clean || nspare == sizeof spare / sizeof *spare) {
    unmake(adapter);
    return;
  }
  (void)CALL(reset)(adapter->heap, (struct span_geometry){.phys_pages = 1, .arena_pages = 1});
  spare[nspare++] = adapter;
}

/* What the heap gives back. */
static void released(void *context, struct span_range range)
{
  const struct span_os *door = context;
  door->os->release(door->os->context, range.base, range.npages);
}

static struct adapter *make(void)
{
  if (nspare > 0) return spare[--nspare];
  struct adapter *made = malloc(sizeof *made);
  if (made == NULL) return NULL;
  made->heap = adapter_create();
  if (made->heap != NULL) {
    adapter_tell(made->heap, released, &made->door);
    return made;
  }
  free(made);
  return NULL;
}

static void *create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  struct span_geometry pages = {geometry->phys_pages, geometry->huge_pages,
                                geometry->arena_pages, geometry->has_goal,
                                geometry->goal_pages};
  struct adapter *adapter = make();
  if (adapter == NULL) return NULL;
  adapter->door.os = os;
  if (CALL(reset)(adapter->heap, pages) == SPAN_OK) return adapter;
  destroy(adapter);
  return NULL;
}

static int given(struct span_alloc_result got, struct spanref_answer *answer)
{
  answer->base = got.base;
  answer->needzero = got.needzero;
  answer->advice_base = got.advice.base;
  answer->advice_pages = got.advice.npages;
  answer->ready_base = got.ready.base;
  answer->ready_pages = got.ready.npages;
  answer->below_base = got.advice_below.base;
  answer->below_pages = got.advice_below.npages;
  return (int)got.status;
}

static int alloc(void *context, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  struct adapter *adapter = context;
  return given(CALL(alloc)(adapter->heap, &adapter->door, npages, manual), answer);
}

#ifdef ADAPTER_REQUESTS
static int alloc_request(void *context, const struct spanref_request *request,
                         struct spanref_answer *answer)
{
  struct adapter *adapter = context;
  struct span_request asked = {request->npages, request->align, request->phase,
                               request->from,   request->below, (enum span_fit)request->fit,
                               request->manual};
  return given(CALL(alloc_request)(adapter->heap, &adapter->door, asked), answer);
}

static int claim(void *context, uint64_t base, uint64_t npages, bool manual,
                 struct spanref_answer *answer)
{
  struct adapter *adapter = context;
  return given(CALL(claim)(adapter->heap, base, npages, manual), answer);
}

static int resize(void *context, uint64_t base, uint64_t npages, struct spanref_answer *answer)
{
  struct adapter *adapter = context;
  return given(CALL(resize)(adapter->heap, base, npages), answer);
}

#define REQUESTS                                                                            \
  , .can = SPANREF_CAN_ALIGN | SPANREF_CAN_ALIGN_ANY | SPANREF_CAN_WINDOW |                 \
           SPANREF_CAN_LAST_FIT | SPANREF_CAN_BEST_FIT,                                     \
    .alloc_request = alloc_request, .claim = claim, .resize = resize
#else
#define REQUESTS
#endif

static int free_span(void *context, uint64_t base, struct spanref_answer *answer)
{
  struct adapter *adapter = context;
  struct span_free_result freed = CALL(free)(adapter->heap, base);
  answer->advice_base = freed.advice.base;
  answer->advice_pages = freed.advice.npages;
  return (int)freed.status;
}

static int scavenge(void *context, uint64_t want_pages, struct spanref_answer *answer)
{
  struct adapter *adapter = context;
  struct span_scavenge_result result = CALL(scavenge)(adapter->heap, want_pages);
  answer->released_pages = result.released_pages;
  return (int)result.status;
}

static int add(void *context, uint64_t base, uint64_t npages)
{
  struct adapter *adapter = context;
  return (int)CALL(add)(adapter->heap, base, npages);
}

static struct spanref_span shown(const struct span *span)
{
  return (struct spanref_span){span->base,   span->npages,    span->free,
                               span->manual, span->scavenged, span->needzero};
}

static bool lookup(void *context, uint64_t page, struct spanref_span *span)
{
  struct adapter *adapter = context;
  struct span_lookup_result got = CALL(lookup)(adapter->heap, page);
  *span = shown(&got.span);
  return got.found;
}

typedef char stats_are_alike[sizeof(struct span_stats) == sizeof(struct spanref_stats) &&
                                     offsetof(struct span_stats, arena_end) ==
                                         offsetof(struct spanref_stats, arena_end) &&
                                     offsetof(struct span_stats, huge_free) ==
                                         offsetof(struct spanref_stats, huge_free)
                                 ? 1
                                 : -1];

static void stats(void *context, struct spanref_stats *stats)
{
  struct adapter *adapter = context;
  struct span_stats is = CALL(stats)(adapter->heap);
  memcpy(stats, &is, sizeof is); /* the same numbers in the same order */
}

struct visitor {
  spanref_visit *visit;
  void *to;
};

static void visit_one(void *context, const struct span *span)
{
  const struct visitor *visitor = context;
  struct spanref_span out = shown(span);
  visitor->visit(visitor->to, &out);
}

static void walk(void *context, spanref_visit *visit, void *to)
{
  struct adapter *adapter = context;
  struct visitor visitor = {visit, to};
  adapter_walk(adapter->heap, visit_one, &visitor);
}

/* All that the interface has but self_check. */
#define ADAPTER(name_, summary_)                                                        \
  .version = SPANREF_CANDIDATE_VERSION, .size_bytes = sizeof(struct spanref_candidate), \
  .name = name_, .summary = summary_,                                                   \
  .levels = SPANREF_SAFETY | SPANREF_ACCOUNTING | SPANREF_COALESCING |                  \
            SPANREF_PLACEMENT | SPANREF_BACKING,                                        \
  .profile = SPANREF_GO113, .memory = SPANREF_NUMBERS, .create = create,                \
  .destroy = destroy, .alloc = alloc, .free = free_span, .scavenge = scavenge,          \
  .add = add, .lookup = lookup, .stats = stats, .walk = walk, .says = SPANREF_SAYS_ALL REQUESTS
