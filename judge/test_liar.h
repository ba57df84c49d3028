/* A wrong candidate on purpose: the reference, which lies once. For tests of what is to
 * catch it. */
#ifndef SPANREF_TEST_LIAR_H
#define SPANREF_TEST_LIAR_H

#include <stddef.h>

#include "../candidates/ours/ours.h"
#include "../spec/types.h"

enum lie {
  LIE_NONE,
  LIE_ALLOC_STATUS,
  LIE_ALLOC_BASE,
  LIE_ALLOC_NEEDZERO,
  LIE_ALLOC_ADVICE,
  LIE_FREE_STATUS,
  LIE_FREE_ADVICE,
  LIE_SCAVENGE_PAGES,
  LIE_ADD_STATUS,
  LIE_LOOKUP_SPAN,   /* lookups between that operation and the next */
  LIE_LOOKUP_ALWAYS, /* lookup never finds a page of a free span */
  LIE_STATS_SYS,
  LIE_STATS_IDLE,
  LIE_STATS_IN_USE,
  LIE_STATS_MANUAL,
  LIE_STATS_RELEASED,
  LIE_STATS_HUGE_FREE,
  LIE_STATS_NFREE,
  LIE_STATS_ARENA,
  LIE_WALK_NEEDZERO, /* from then on, of the last span */
  LIE_SPAN_NEEDZERO, /* of all spans from page liar_when on, and lookup agrees */
  LIE_WALK_MISSING,  /* from then on, the last span in use */
  LIE_CREATE,        /* it answers NULL */
  LIE_CREATE_ALWAYS, /* a geometry that doesn't fit is served, as another one */
  LIE_ALLOC_FULL,
  LIE_STATS_UNSAID,  /* from then on idle is 2^64 - 1, as where it isn't said */
  LIE_WALK_WRAPS,    /* from then on, of the last span: it wraps */
  LIE_BEGINS_DIRTY,  /* statistics of an empty heap aren't zero */
  LIE_USED_AT_END,   /* once nothing is in use, the first free span is shown in use */
  LIE_ALLOC_READY,
  LIE_GONE_UNTOLD,    /* what is released isn't told */
  LIE_GONE_ELSEWHERE, /* as many pages, a page higher */
  LIE_GONE_TWICE,
  LIE_GONE_TOO_FAR,   /* from the end on, less than nothing */
  LIE_GONE_IN_STATS,  /* a page that nobody gave back, while statistics are asked for */
  LIE_GONE_IN_PIECES, /* no lie: page by page, the last one first */
  LIE_REQUEST_IGNORED, /* a request is taken for one of pages and nothing else */
  LIE_CLAIM_ELSEWHERE, /* pages are given out, but not those */
  LIE_RESIZE_SAID,     /* it answers ok and does nothing */
  LIE_RESIZE_REFUSED,
  LIE_ADVICE_BELOW,
  LIE_ALLOC_FIRST      /* the base that it answered first */
};

/* What to lie about, and at which operation after create: 1 is the first. The operations
 * counted are alloc, free, scavenge and add; lookups, of which the judge does some of its
 * own, don't count. */
static enum lie liar_lie;
static uint64_t liar_when;
static uint64_t liar_operations;
static uint64_t liar_first_base;

static bool liar_lies(enum lie lie)
{
  return liar_lie == lie && liar_operations == liar_when;
}

/* liar_when is a page here. */
static bool liar_lies_about(const struct spanref_span *span)
{
  return liar_lie == LIE_SPAN_NEEDZERO && span->base >= liar_when;
}

static bool liar_lies_since(enum lie lie)
{
  return liar_lie == lie && liar_operations >= liar_when;
}

static const struct spanref_os *liar_os;

static void liar_tell(uint64_t base, uint64_t npages)
{
  liar_os->release(liar_os->context, base, npages);
}

/* In the midst of an operation, which isn't counted yet. */
static bool liar_lies_within(enum lie lie)
{
  return liar_lie == lie && liar_operations + 1 == liar_when;
}

static void liar_release(void *context, uint64_t base, uint64_t npages)
{
  (void)context;
  if (liar_lies_within(LIE_GONE_UNTOLD)) return;
  if (liar_lies_within(LIE_GONE_TWICE)) liar_tell(base, npages);
  if (liar_lies_within(LIE_GONE_ELSEWHERE)) base++;
  if (liar_lies_within(LIE_GONE_TOO_FAR)) { /* what the two add up to is right */
    liar_tell(base + npages + 8, UINT64_MAX - 7);
    npages += 8;
  }
  if (liar_lie == LIE_GONE_IN_PIECES)
    for (; npages > 1; npages--) liar_tell(base + npages - 1, 1);
  liar_tell(base, npages);
}

static bool liar_reserve(void *context, uint64_t npages, uint64_t *base,
                         uint64_t *granted_pages)
{
  (void)context;
  return liar_os->reserve(liar_os->context, npages, base, granted_pages);
}

static const struct spanref_os liar_door = {NULL, liar_reserve, liar_release};

static void *liar_create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  const struct spanref_geometry other = {geometry->page_bytes, 1, 0, 64, false, 0, 0};
  liar_operations = 0;
  liar_os = os;
  if (liar_lie == LIE_CREATE) return NULL;
  void *heap = candidate_ref.create(geometry, &liar_door);
  return heap == NULL && liar_lie == LIE_CREATE_ALWAYS ? candidate_ref.create(&other, &liar_door)
                                                       : heap;
}

static void liar_destroy(void *heap) { candidate_ref.destroy(heap); }

static int liar_other(int status, int otherwise)
{
  return status == SPANREF_OK ? otherwise : SPANREF_OK;
}

/* What is said of pages that were given out, or weren't. */
static int liar_says(int status, struct spanref_answer *answer)
{
  liar_operations++;
  if (liar_lies(LIE_ALLOC_STATUS)) status = liar_other(status, SPANREF_NO_MEMORY);
  if (liar_lies(LIE_ALLOC_FULL)) status = SPAN_TABLE_FULL;
  if (liar_lies(LIE_ALLOC_BASE)) answer->base++;
  if (liar_operations == 1) liar_first_base = answer->base;
  if (liar_lies(LIE_ALLOC_FIRST)) answer->base = liar_first_base;
  if (liar_lies(LIE_ALLOC_NEEDZERO)) answer->needzero = !answer->needzero;
  if (liar_lies(LIE_ALLOC_ADVICE)) answer->advice_pages++;
  if (liar_lies(LIE_ALLOC_READY)) answer->ready_pages++;
  if (liar_lies(LIE_ADVICE_BELOW)) answer->below_pages++;
  return status;
}

static int liar_alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  return liar_says(candidate_ref.alloc(heap, npages, manual, answer), answer);
}

static int liar_alloc_request(void *heap, const struct spanref_request *request,
                              struct spanref_answer *answer)
{
  if (liar_lies_within(LIE_REQUEST_IGNORED))
    return liar_alloc(heap, request->npages, request->manual, answer);
  return liar_says(candidate_ref.alloc_request(heap, request, answer), answer);
}

static int liar_claim(void *heap, uint64_t base, uint64_t npages, bool manual,
                      struct spanref_answer *answer)
{
  if (liar_lies_within(LIE_CLAIM_ELSEWHERE)) return liar_alloc(heap, npages, manual, answer);
  return liar_says(candidate_ref.claim(heap, base, npages, manual, answer), answer);
}

static int liar_resize(void *heap, uint64_t base, uint64_t npages, struct spanref_answer *answer)
{
  answer->base = liar_lies_within(LIE_RESIZE_SAID) ? base : 0;
  if (liar_lies_within(LIE_RESIZE_SAID)) return liar_says(SPANREF_OK, answer);
  if (liar_lies_within(LIE_RESIZE_REFUSED)) return liar_says(SPANREF_NO_MEMORY, answer);
  return liar_says(candidate_ref.resize(heap, base, npages, answer), answer);
}

static int liar_free_span(void *heap, uint64_t base, struct spanref_answer *answer)
{
  int status = candidate_ref.free(heap, base, answer);
  liar_operations++;
  if (liar_lies(LIE_FREE_STATUS)) status = liar_other(status, SPANREF_NOT_IN_USE);
  if (liar_lies(LIE_FREE_ADVICE)) answer->advice_base++;
  return status;
}

static int liar_scavenge(void *heap, uint64_t want_pages, struct spanref_answer *answer)
{
  int status = candidate_ref.scavenge(heap, want_pages, answer);
  liar_operations++;
  if (liar_lies(LIE_SCAVENGE_PAGES)) answer->released_pages++;
  return status;
}

static int liar_add(void *heap, uint64_t base, uint64_t npages)
{
  int status = candidate_ref.add(heap, base, npages);
  liar_operations++;
  return liar_lies(LIE_ADD_STATUS) ? liar_other(status, SPANREF_BAD_RANGE) : status;
}

static bool liar_lookup(void *heap, uint64_t page, struct spanref_span *span)
{
  bool found = candidate_ref.lookup(heap, page, span);
  if (liar_lies(LIE_LOOKUP_SPAN)) span->npages++;
  if (liar_lie == LIE_LOOKUP_ALWAYS && span->free) {
    *span = (struct spanref_span){0};
    found = false;
  }
  if (found && liar_lies_about(span)) span->needzero = !span->needzero;
  return found;
}

static void liar_stats(void *heap, struct spanref_stats *stats)
{
  candidate_ref.stats(heap, stats);
  if (liar_lies(LIE_GONE_IN_STATS)) liar_tell(1, 1);
  stats->sys += liar_lies(LIE_STATS_SYS);
  stats->idle += liar_lies(LIE_STATS_IDLE);
  stats->in_use += liar_lies(LIE_STATS_IN_USE);
  stats->manual += liar_lies(LIE_STATS_MANUAL);
  stats->released += liar_lies(LIE_STATS_RELEASED);
  stats->huge_free += liar_lies(LIE_STATS_HUGE_FREE);
  stats->nfree += liar_lies(LIE_STATS_NFREE);
  stats->arena_end += liar_lies(LIE_STATS_ARENA);
  if (liar_lies_since(LIE_STATS_UNSAID)) stats->idle = UINT64_MAX;
  if (liar_lie == LIE_BEGINS_DIRTY && liar_operations == 0) stats->nfree++;
}

struct liar_visitor {
  spanref_visit *visit;
  void *context;
  uint64_t left, used;
};

static void liar_visit_span(void *context, const struct spanref_span *true_span)
{
  struct liar_visitor *visitor = context;
  struct spanref_span span = *true_span;
  bool is_last = --visitor->left == 0;
  if (is_last && liar_lies_since(LIE_WALK_NEEDZERO)) span.needzero = !span.needzero;
  if (is_last && liar_lies_since(LIE_WALK_MISSING)) return;
  if (is_last && liar_lies_since(LIE_WALK_WRAPS)) span.npages = UINT64_MAX;
  if (liar_lie == LIE_USED_AT_END && visitor->used == 0 && liar_operations > 0)
    span.free = span.scavenged = false;
  if (liar_lies_about(&span)) span.needzero = !span.needzero;
  visitor->visit(visitor->context, &span);
}

static void liar_count(void *context, const struct spanref_span *span)
{
  struct liar_visitor *visitor = context;
  visitor->left++;
  visitor->used += !span->free;
}

static void liar_walk(void *heap, spanref_visit *visit, void *context)
{
  struct liar_visitor visitor = {visit, context, 0, 0};
  candidate_ref.walk(heap, liar_count, &visitor);
  candidate_ref.walk(heap, liar_visit_span, &visitor);
}

#define LIAR(name_, create_)                                                              \
  {                                                                                       \
    .version = SPANREF_CANDIDATE_VERSION, .size_bytes = sizeof(struct spanref_candidate), \
    .name = name_, .summary = "wrong on purpose",                                         \
    .levels = SPANREF_SAFETY | SPANREF_ACCOUNTING | SPANREF_COALESCING |                  \
              SPANREF_PLACEMENT | SPANREF_BACKING,                                        \
    .profile = SPANREF_GO113, .memory = SPANREF_NUMBERS, .create = create_,               \
    .destroy = liar_destroy, .alloc = liar_alloc, .free = liar_free_span,                 \
    .scavenge = liar_scavenge, .add = liar_add, .lookup = liar_lookup,                    \
    .stats = liar_stats, .walk = liar_walk,                                               \
    .can = SPANREF_CAN_ALIGN | SPANREF_CAN_ALIGN_ANY | SPANREF_CAN_WINDOW |               \
           SPANREF_CAN_LAST_FIT | SPANREF_CAN_BEST_FIT,                                   \
    .alloc_request = liar_alloc_request, .claim = liar_claim, .resize = liar_resize,      \
  }

#endif
