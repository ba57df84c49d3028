/* opt as a plug-in, or ref with -DEXACT_IS_REF, to see that the interface says all there
 * is to say. */
#include <stdlib.h>
#include <string.h>

#include "../../opt/opt_heap.h"
#include "../../ref/span_heap.h"
#include "spanref_candidate.h"

#ifdef EXACT_IS_REF
#define NAME "ref"
#define SUMMARY "the proved reference, as a plug-in"
#define CALL(what) span_heap_##what
typedef struct span_heap exact_heap;
static exact_heap *exact_create(void) { return malloc(sizeof(struct span_heap)); }
static void exact_destroy(exact_heap *heap) { free(heap); }
static enum span_status exact_reset(exact_heap *heap, struct span_geometry geometry)
{
  return span_heap_init(heap, geometry);
}
#else
#define NAME "opt"
#define SUMMARY "the optimised heap, as a plug-in"
#define CALL(what) opt_heap_##what
typedef struct opt_heap exact_heap;
static exact_heap *exact_create(void) { return opt_heap_create(NULL); }
static void exact_destroy(exact_heap *heap) { opt_heap_destroy(heap); }
static enum span_status exact_reset(exact_heap *heap, struct span_geometry geometry)
{
  return opt_heap_reset(heap, geometry);
}
#endif

/* The heaps' own door to the OS: spec/os.h. */
struct span_os {
  const struct spanref_os *door;
};

struct span_os_answer span_os_reserve(struct span_os *os, uint64_t npages)
{
  struct span_os_answer answer = {.granted = false};
  answer.granted = os->door->reserve(os->door->context, npages, &answer.base, &answer.npages);
  return answer;
}

struct exact {
  exact_heap *heap;
  struct span_os os;
};

static void destroy(void *context)
{
  struct exact *exact = context;
  exact_destroy(exact->heap);
  free(exact);
}

static void *create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  struct span_geometry pages = {geometry->phys_pages, geometry->huge_pages,
                                geometry->arena_pages, geometry->has_goal,
                                geometry->goal_pages};
  struct exact *exact = malloc(sizeof *exact);
  if (exact == NULL) return NULL;
  exact->os.door = os;
  exact->heap = exact_create();
  if (exact->heap != NULL && exact_reset(exact->heap, pages) == SPAN_OK) return exact;
  if (exact->heap != NULL) exact_destroy(exact->heap);
  free(exact);
  return NULL;
}

static void say_advice(struct spanref_answer *answer, struct span_advice advice)
{
  answer->advice_base = advice.base;
  answer->advice_pages = advice.npages;
}

static int alloc(void *context, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  struct exact *exact = context;
  struct span_alloc_result got = CALL(alloc)(exact->heap, &exact->os, npages, manual);
  answer->base = got.base;
  answer->needzero = got.needzero;
  say_advice(answer, got.advice);
  return (int)got.status;
}

static int free_span(void *context, uint64_t base, struct spanref_answer *answer)
{
  struct exact *exact = context;
  struct span_free_result freed = CALL(free)(exact->heap, base);
  say_advice(answer, freed.advice);
  return (int)freed.status;
}

static int scavenge(void *context, uint64_t want_pages, struct spanref_answer *answer)
{
  struct exact *exact = context;
  struct span_scavenge_result result = CALL(scavenge)(exact->heap, want_pages);
  answer->released_pages = result.released_pages;
  return (int)result.status;
}

static int add(void *context, uint64_t base, uint64_t npages)
{
  struct exact *exact = context;
  return (int)CALL(add)(exact->heap, base, npages);
}

static struct spanref_span shown(const struct span *span)
{
  return (struct spanref_span){span->base,   span->npages,    span->free,
                               span->manual, span->scavenged, span->needzero};
}

static bool lookup(void *context, uint64_t page, struct spanref_span *span)
{
  struct exact *exact = context;
  struct span_lookup_result got = CALL(lookup)(exact->heap, page);
  *span = shown(&got.span);
  return got.found;
}

static void stats(void *context, struct spanref_stats *stats)
{
  struct exact *exact = context;
  struct span_stats is = CALL(stats)(exact->heap);
  *stats = (struct spanref_stats){is.sys,       is.idle,  is.in_use,     is.manual,  is.released,
                                  is.huge_free, is.nfree, is.arena_base, is.arena_end};
}

#ifdef EXACT_IS_REF
static void walk(void *context, spanref_visit *visit, void *to)
{
  struct exact *exact = context;
  for (uint64_t i = 0; i < exact->heap->count; i++) {
    struct spanref_span span = shown(&exact->heap->spans[i]);
    visit(to, &span);
  }
}

static const char *self_check(void *context)
{
  (void)context;
  return NULL;
}
#else
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
  struct exact *exact = context;
  struct visitor visitor = {visit, to};
  opt_heap_walk(exact->heap, visit_one, &visitor);
}

static const char *self_check(void *context)
{
  struct exact *exact = context;
  return opt_heap_why_invalid(exact->heap);
}
#endif

const struct spanref_candidate spanref_candidate = {
    .version = SPANREF_CANDIDATE_VERSION,
    .size_bytes = sizeof spanref_candidate,
    .name = NAME,
    .summary = SUMMARY,
    .levels = SPANREF_SAFETY | SPANREF_ACCOUNTING | SPANREF_COALESCING | SPANREF_PLACEMENT,
    .profile = SPANREF_GO113,
    .memory = SPANREF_NUMBERS,
    .create = create,
    .destroy = destroy,
    .alloc = alloc,
    .free = free_span,
    .scavenge = scavenge,
    .add = add,
    .lookup = lookup,
    .stats = stats,
    .walk = walk,
    .self_check = self_check,
};
