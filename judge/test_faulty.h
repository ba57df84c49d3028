/* Candidates that are wrong on purpose: the list to be read, candidates/examples/list.c, with one
 * fault each. For tests of the judge: each is a program of its own. */
#ifndef SPANREF_TEST_FAULTY_H
#define SPANREF_TEST_FAULTY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "../candidates/examples/list.c"
#include "../candidates/ours/ours.h"
#include "judge.h"

enum fault {
  FAULT_NONE,
  FAULT_OVERLAPS,
  FAULT_OUTSIDE,
  FAULT_PAST_LIMIT,
  FAULT_TAKES_ZERO,
  FAULT_REFUSES,
  FAULT_ASKS_AND_REFUSES, /* from the first allocation on, */
  FAULT_ASKS_TOO_MUCH,    /* and the OS does as well */
  FAULT_KEEPS,
  FAULT_HIGHER,
  FAULT_CLEAN,    /* it says that what it gives is clean */
  FAULT_SCRIBBLES,
  FAULT_UNSOUND,
  FAULT_IN_USE,
  FAULT_MANUAL,
  FAULT_SYS,
  FAULT_IDLE,
  FAULT_NFREE,
  FAULT_UNDERFLOWS,
  FAULT_SAYS_NOTHING,
  FAULT_WRONG_ORDER,
  FAULT_EMPTY_SPAN,
  FAULT_NOT_SHOWN,
  FAULT_SHOWN_LONGER,
  FAULT_SPLIT,
  FAULT_WRAPS,
  FAULT_PAST_LIMIT_SHOWN,
  FAULT_BOGUS_FREE, /* it shows a free span past the limit, and refuses */
  FAULT_LEAVES,     /* at the end one span is shown in use */
  FAULT_REFUSES_MEMORY,
  FAULT_CLAIMS_ELSEWHERE, /* pages are given out, but not those; it says so, */
  FAULT_CLAIMS_BESIDE,    /* or doesn't */
  FAULT_CLAIMS_NOTHING,
  FAULT_RESIZES_BY_ONE_MORE,
  FAULT_RESIZES_BY_ONE_LESS,
  FAULT_RESIZES_NOTHING,
  FAULT_FINDS_LONGER,
  FAULT_FINDS_MANUAL,
  FAULT_FINDS_NOTHING,
  FAULT_FINDS_USED,
  FAULT_LOSES,       /* what is freed is nowhere any more, */
  FAULT_LOSES_A_PAGE, /* or all but its last page is free, */
  FAULT_LOSES_GRANT, /* or the last page of what the OS grants isn't there, */
  FAULT_LOSES_TAIL,  /* or what is taken off a span in use */
  FAULT_FREES_MORE,  /* a page too much is free */
  FAULT_SHOWN_TWICE  /* a free page is shown in use */
};

/* What is wrong, from the third allocation on. */
static enum fault fault;
static unsigned allocations;
static uint64_t first_base;

static bool is_faulty(enum fault which) { return fault == which && allocations >= 3; }

/* --- The candidate ----------------------------------------------------------------------- */

static void *faulty_create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  allocations = 0;
  return create(geometry, os);
}

static int faulty_add(void *heap, uint64_t base, uint64_t npages)
{
  return fault == FAULT_REFUSES_MEMORY ? SPANREF_NO_MEMORY : add(heap, base, npages);
}

/* Not the lowest, since that is taken meanwhile. */
static int alloc_higher(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  struct spanref_answer lowest = {0}, freed = {0};
  assert_int_equal(alloc(heap, npages, manual, &lowest), SPANREF_OK);
  int status = alloc(heap, npages, manual, answer);
  assert_int_equal(free_span(heap, lowest.base, &freed), SPANREF_OK);
  return status;
}

static int faulty_alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  struct list *list = heap;
  uint64_t base, granted;
  allocations++;
  if (fault == FAULT_ASKS_AND_REFUSES || fault == FAULT_ASKS_TOO_MUCH) {
    uint64_t wanted = fault == FAULT_ASKS_TOO_MUCH ? UINT64_MAX : npages;
    list->os->reserve(list->os->context, wanted, &base, &granted);
    return SPANREF_NO_MEMORY;
  }
  if (is_faulty(FAULT_HIGHER)) return alloc_higher(heap, npages, manual, answer);
  if (is_faulty(FAULT_TAKES_ZERO) && npages == 0) return SPANREF_OK;
  if (is_faulty(FAULT_REFUSES) || is_faulty(FAULT_BOGUS_FREE)) return SPANREF_NO_MEMORY;
  int status = alloc(heap, npages, manual, answer);
  if (allocations == 1 && fault == FAULT_LOSES_GRANT) list->spans[list->count - 1].npages--;
  if (status != SPANREF_OK) return status;
  if (allocations == 1) first_base = answer->base;
  if (is_faulty(FAULT_OVERLAPS)) answer->base = first_base;
  if (is_faulty(FAULT_OUTSIDE)) answer->base += 1 << 20;
  if (is_faulty(FAULT_PAST_LIMIT)) answer->base = UINT64_MAX - 1;
  if (is_faulty(FAULT_CLEAN)) answer->needzero = false;
  return status;
}

/* The last pages of the span in use at base are in no span any more. */
static void lose(struct list *list, uint64_t base, uint64_t npages)
{
  size_t at = in_use_at(list, base);
  assert_true(at < list->count);
  list->spans[at].npages -= npages;
  if (list->spans[at].npages == 0) take_out(list, at);
}

static int faulty_free(void *heap, uint64_t base, struct spanref_answer *answer)
{
  struct list *list = heap;
  if (is_faulty(FAULT_LOSES)) {
    lose(list, base, list->spans[in_use_at(list, base)].npages);
    return SPANREF_OK;
  }
  if (is_faulty(FAULT_LOSES_A_PAGE)) lose(list, base, 1);
  return is_faulty(FAULT_KEEPS) ? SPANREF_NOT_IN_USE : free_span(heap, base, answer);
}

static int faulty_claim(void *heap, uint64_t base, uint64_t npages, bool manual,
                        struct spanref_answer *answer)
{
  if (is_faulty(FAULT_CLAIMS_NOTHING)) return SPANREF_NO_MEMORY;
  if (is_faulty(FAULT_CLAIMS_ELSEWHERE)) return alloc(heap, npages, manual, answer);
  bool is_beside = is_faulty(FAULT_CLAIMS_BESIDE);
  int status = claim(heap, base + is_beside, npages, manual, answer);
  answer->base = base;
  return status;
}

static int faulty_resize(void *heap, uint64_t base, uint64_t npages, struct spanref_answer *answer)
{
  if (is_faulty(FAULT_RESIZES_NOTHING)) return SPANREF_NO_MEMORY;
  if (is_faulty(FAULT_LOSES_TAIL)) {
    struct list *list = heap;
    uint64_t had_pages = list->spans[in_use_at(list, base)].npages;
    if (npages < had_pages) lose(list, base, had_pages - npages);
    if (npages < had_pages) return SPANREF_OK;
  }
  npages += is_faulty(FAULT_RESIZES_BY_ONE_MORE);
  npages -= is_faulty(FAULT_RESIZES_BY_ONE_LESS);
  return resize(heap, base, npages, answer);
}

static bool faulty_lookup(void *heap, uint64_t page, struct spanref_span *span)
{
  if (is_faulty(FAULT_FINDS_NOTHING) || !lookup(heap, page, span)) return false;
  span->npages += is_faulty(FAULT_FINDS_LONGER);
  span->manual |= is_faulty(FAULT_FINDS_MANUAL);
  span->free &= !is_faulty(FAULT_FINDS_USED);
  return true;
}

static void faulty_stats(void *heap, struct spanref_stats *said)
{
  if (fault == FAULT_SAYS_NOTHING) return;
  stats(heap, said);
  said->in_use += is_faulty(FAULT_IN_USE);
  said->manual += is_faulty(FAULT_MANUAL);
  said->sys += is_faulty(FAULT_SYS);
  said->idle -= is_faulty(FAULT_IDLE);
  said->sys -= is_faulty(FAULT_IDLE);
  said->nfree += is_faulty(FAULT_NFREE);
  if (is_faulty(FAULT_UNDERFLOWS)) said->in_use = (uint64_t)0 - 1;
}

static void show_faulty(spanref_visit *visit, void *context, struct spanref_span span, size_t at)
{
  struct spanref_span half = span;
  if (at == 0 && is_faulty(FAULT_NOT_SHOWN)) return;
  if (at == 0 && is_faulty(FAULT_SHOWN_LONGER)) span.npages--;
  if (at == 0 && is_faulty(FAULT_EMPTY_SPAN)) {
    half.npages = 0;
    half.free = true;
    visit(context, &half);
  }
  if (at == 1 && is_faulty(FAULT_WRONG_ORDER)) span.base = 0;
  if (span.free && is_faulty(FAULT_FREES_MORE)) span.npages++;
  if (span.free && is_faulty(FAULT_SHOWN_TWICE)) span.free = false;
  if (span.free && is_faulty(FAULT_WRAPS)) span.npages = UINT64_MAX;
  if (span.free && (is_faulty(FAULT_PAST_LIMIT_SHOWN) || is_faulty(FAULT_BOGUS_FREE)))
    span.npages = SPANREF_LIMIT_PAGES;
  if (span.free && is_faulty(FAULT_SPLIT) && span.npages > 1) {
    half.npages = 1;
    visit(context, &half);
    span.base++;
    span.npages--;
  }
  visit(context, &span);
}

static void faulty_walk(void *heap, spanref_visit *visit, void *context)
{
  const struct list *list = heap;
  for (size_t at = 0; at < list->count; at++) {
    struct spanref_span span = list->spans[at];
    if (list->count == 1 && is_faulty(FAULT_LEAVES)) span.free = false;
    show_faulty(visit, context, span, at);
  }
}

static const char *self_check(void *heap)
{
  (void)heap;
  return is_faulty(FAULT_UNSOUND) ? "something is wrong" : NULL;
}

/* At these levels, and as in that profile where placement is one. */
static struct spanref_candidate candidate_of(uint32_t levels)
{
  struct spanref_candidate candidate = spanref_candidate;
  candidate.levels = levels;
  candidate.says = candidate.promises = 0;
  candidate.needs = NULL;
  candidate.create = faulty_create;
  candidate.alloc = faulty_alloc;
  candidate.free = faulty_free;
  candidate.add = faulty_add;
  candidate.stats = faulty_stats;
  candidate.walk = faulty_walk;
  candidate.self_check = self_check;
  candidate.claim = faulty_claim;
  candidate.resize = faulty_resize;
  candidate.lookup = faulty_lookup;
  return candidate;
}

/* --- Parts of others ------------------------------------------------------------------------ */

static inline uint64_t as_many(void *heap, uint64_t npages)
{
  (void)heap;
  return npages;
}

/* Free, and nothing else. */
static inline int lonely_free(void *heap, uint64_t base, struct spanref_answer *answer)
{
  struct list *list = heap;
  size_t at = in_use_at(list, base);
  (void)answer;
  if (at == list->count) return SPANREF_NOT_IN_USE;
  list->spans[at].free = true;
  list->spans[at].manual = false;
  return SPANREF_OK;
}

/* It asks the OS, which refuses, though it has what fits. */
static inline int asking_alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  struct list *list = heap;
  uint64_t base, granted;
  if (++allocations < 3) return alloc(heap, npages, manual, answer);
  (void)list->os->reserve(list->os->context, npages, &base, &granted);
  return SPANREF_NO_MEMORY;
}

static uint64_t takes_pages; /* multiples of so many are taken up */

static inline uint64_t rounding_takes(void *heap, uint64_t npages)
{
  (void)heap;
  return (npages + takes_pages - 1) / takes_pages * takes_pages;
}

static inline int rounding_alloc(void *heap, uint64_t npages, bool manual,
                                 struct spanref_answer *answer)
{
  return alloc(heap, rounding_takes(heap, npages), manual, answer);
}

#define SAFETY SPANREF_SAFETY
#define ACCOUNTING SPANREF_ACCOUNTING
#define COALESCING SPANREF_COALESCING
#define PLACEMENT SPANREF_PLACEMENT

/* --- The histories -------------------------------------------------------------------------- */

#define HEADER "spanref-trace 1\npage 4096\nphys 4096\nhuge 0\narena 262144\ngoal none\n"
/* The third allocation is in line 10, the last free in line 13. */
#define USUAL HEADER "region 0x1000000 up\na 0 4\nm 1 2\na 2 3\nf 1\na 3 1\nf 0\n"

struct outcome {
  enum judgement judgement;
  struct departure departure;
  uint64_t line; /* of the operation; 0: at the end */
  struct judge_tally tally;
};

static struct waivers waived;
static uint64_t list_every = 1;

static struct outcome judged(const struct spanref_candidate *candidate, const char *text)
{
  static struct transport transport;
  static struct judge judge;
  struct trace trace;
  struct trace_error error;
  struct outcome outcome;
  size_t at;
  if (!trace_parse(text, strlen(text), &trace, &error)) fail_msg("%s", error.text);
  assert_true(transport_open_here(&transport, candidate));
  assert_true(judge_create(&judge, &transport, &candidate_ref));
  judge.list_every = list_every;
  judge.many = &candidate_opt;
  judge.tally.waivers = waived;
  outcome.judgement = judge_trace(&judge, &trace, &at);
  outcome.departure = judge.departure;
  outcome.line = at < trace.nops ? trace.ops[at].line : 0;
  outcome.tally = judge.tally;
  judge_destroy(&judge);
  transport_close(&transport);
  trace_free(&trace);
  return outcome;
}

static void assert_departs(struct outcome outcome, enum departs what, const char *label,
                           uint64_t line)
{
  const struct departure *departure = &outcome.departure;
  assert_int_equal(outcome.judgement, JUDGED_DEPARTED);
  assert_string_equal(departs_name(departure->what), departs_name(what));
  assert_int_equal(departure->has_clause, label != NULL);
  if (label != NULL) assert_string_equal(clause_label(departure->clause), label);
  assert_int_equal(outcome.line, line);
}

#endif
