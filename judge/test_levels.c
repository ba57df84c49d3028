/* Below SPANREF_GO113: what departs is called by its name, at its operation; and what is
 * right conforms. The candidate is the list to be read, candidates/examples/list.c, with
 * one fault each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

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

#define POOL_PAGES 64
#define POOL_PAGE_BYTES 4096
static char pool[(POOL_PAGES + 1) * POOL_PAGE_BYTES];

static void *faulty_create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  allocations = 0;
  return create(geometry, os);
}

/* With bytes it has a pool of its own. */
static void *bytes_create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  void *heap = faulty_create(geometry, os);
  memset(pool, 0, sizeof pool);
  assert_int_equal(add(heap, (uintptr_t)pool / POOL_PAGE_BYTES + 1, POOL_PAGES), SPANREF_OK);
  return heap;
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

/* Into memory that it gave to somebody. */
static int scribbling_alloc(void *heap, uint64_t npages, bool manual,
                            struct spanref_answer *answer)
{
  int status = faulty_alloc(heap, npages, manual, answer);
  if (is_faulty(FAULT_SCRIBBLES)) ((char *)(uintptr_t)(first_base * POOL_PAGE_BYTES))[1]++;
  return status;
}

/* At these levels, and as in that profile where placement is one. */
static struct spanref_candidate candidate_of(uint32_t levels)
{
  struct spanref_candidate candidate = spanref_candidate;
  candidate.levels = levels;
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

/* --- The tests ------------------------------------------------------------------------------- */

static void what_has_no_fault_conforms(void **state)
{
  struct spanref_candidate candidate =
      candidate_of(SAFETY | ACCOUNTING | COALESCING | PLACEMENT);
  (void)state;
  fault = FAULT_NONE;
  struct outcome outcome = judged(&candidate, USUAL);
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  assert_int_equal(outcome.tally.compared, 6);
  assert_int_equal(outcome.tally.counts[LEVEL_PLACEMENT][OP_HEAP].compared, 3);
  assert_int_equal(outcome.tally.counts[LEVEL_PLACEMENT][OP_FREE].skipped, 2);
  assert_int_equal(outcome.tally.counts[LEVEL_ACCOUNTING][OP_FREE].compared, 2);
  candidate = candidate_of(SAFETY);
  assert_int_equal(judged(&candidate, USUAL).judgement, JUDGED_SAME);
  candidate.memory = SPANREF_BYTES;
  candidate.create = bytes_create;
  candidate.add = NULL;
  assert_int_equal(judged(&candidate, USUAL).judgement, JUDGED_SAME);
}

static void each_fault_is_called_by_its_name(void **state)
{
  static const struct {
    enum fault fault;
    uint32_t levels;
    enum departs what;
    const char *label; /* of the sentence, where one speaks of it */
    uint64_t line;     /* of the trace; 10: the third allocation; 0: at the end */
  } faults[] = {
      {FAULT_OVERLAPS, SAFETY, DEPARTS_OVERLAP, "inv.order", 10},
      {FAULT_OUTSIDE, SAFETY, DEPARTS_OUTSIDE, NULL, 10},
      {FAULT_PAST_LIMIT, SAFETY, DEPARTS_OUTSIDE, NULL, 10},
      {FAULT_REFUSES, SAFETY, DEPARTS_REFUSED, "alloc.nomem", 10},
      {FAULT_KEEPS, SAFETY, DEPARTS_NOT_FREED, "free.base", 11},
      {FAULT_CLEAN, SAFETY, DEPARTS_DIRTY, "inv.needzero", 12},
      {FAULT_UNSOUND, SAFETY, DEPARTS_UNSOUND, NULL, 10},
      {FAULT_IN_USE, ACCOUNTING, DEPARTS_STATS, "stats.in_use", 10},
      {FAULT_MANUAL, ACCOUNTING, DEPARTS_STATS, "stats.manual", 10},
      {FAULT_SYS, ACCOUNTING, DEPARTS_STATS, "stats.sys", 10},
      {FAULT_IDLE, ACCOUNTING, DEPARTS_STATS, "stats.idle", 10},
      {FAULT_NFREE, ACCOUNTING, DEPARTS_STATS, "stats.nfree", 10},
      {FAULT_UNDERFLOWS, ACCOUNTING, DEPARTS_STATS, "stats.in_use", 10},
      {FAULT_WRONG_ORDER, COALESCING, DEPARTS_SPANS, "spans", 10},
      {FAULT_EMPTY_SPAN, COALESCING, DEPARTS_SPANS, "spans", 10},
      {FAULT_NOT_SHOWN, COALESCING, DEPARTS_SPANS, "spans", 10},
      {FAULT_SHOWN_LONGER, COALESCING, DEPARTS_SPANS, "spans", 10},
      {FAULT_SPLIT, COALESCING, DEPARTS_UNCOALESCED, "inv.coalesced", 10},
      {FAULT_WRAPS, COALESCING, DEPARTS_SPANS, "limit", 10},
      {FAULT_PAST_LIMIT_SHOWN, ACCOUNTING, DEPARTS_SPANS, "limit", 10},
      {FAULT_LEAVES, COALESCING, DEPARTS_SPANS, "free.base", 0},
      {FAULT_LOSES, ACCOUNTING, DEPARTS_STATS, "stats.idle", 11},
      {FAULT_LOSES, COALESCING, DEPARTS_SPANS, "spans", 11},
      {FAULT_LOSES, PLACEMENT, DEPARTS_ADDRESS, "find", 12},
      {FAULT_LOSES_A_PAGE, ACCOUNTING, DEPARTS_STATS, "stats.idle", 11},
      {FAULT_LOSES_A_PAGE, COALESCING, DEPARTS_SPANS, "spans", 11},
      {FAULT_LOSES_GRANT, ACCOUNTING, DEPARTS_STATS, "stats.idle", 8},
      {FAULT_LOSES_GRANT, COALESCING, DEPARTS_SPANS, "spans", 8},
      {FAULT_FREES_MORE, COALESCING, DEPARTS_SPANS, "spans", 10},
      {FAULT_SHOWN_TWICE, COALESCING, DEPARTS_SPANS, "spans", 10},
      {FAULT_HIGHER, PLACEMENT, DEPARTS_ADDRESS, "find", 10},
      {FAULT_REFUSES_MEMORY, PLACEMENT, DEPARTS_REFUSED, "alloc.nomem", 7},
  };
  (void)state;
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
    struct spanref_candidate candidate = candidate_of(faults[i].levels);
    fault = faults[i].fault;
    assert_departs(judged(&candidate, USUAL), faults[i].what, faults[i].label,
                   faults[i].line);
  }
}

/* Three pages are in use at the end of the history. Only when they are given back they are lost. */
static void what_is_lost_at_the_end_is_missed(void **state)
{
  struct spanref_candidate candidate = candidate_of(COALESCING);
  (void)state;
  fault = FAULT_LOSES;
  assert_departs(judged(&candidate, HEADER "region 0x1000000 up\na 0 4\na 1 2\na 2 3\n"),
                 DEPARTS_SPANS, "spans", 0);
}

/* Claims, resizing and lookups, in SPANREF_PAGES. Line 10 frees pages 0x1004 and 0x1005; line
 * 11 claims 0x1010 and 0x1011; what begins at 0x1006 becomes longer in line 12, and shorter in
 * line 13. Then the lowest 4 pages together are from 0x100a on. */
#define IN_PLACE                                                                    \
  HEADER "a 0 4\nm 1 2\na 2 3\nf 1\nc 3 0x1010000 2\nr 2 5\nr 2 4\n"
#define PLACED IN_PLACE "a 4 4\n"
#define LOOKED IN_PLACE "l 0x1006000\nl 0x1004000\n"

static void faults_of_claims_resizing_and_lookups_have_their_names(void **state)
{
  static const struct {
    enum fault fault;
    uint32_t levels;
    const char *text;
    enum departs what;
    const char *label;
    uint64_t line;
  } faults[] = {
      {FAULT_CLAIMS_ELSEWHERE, PLACEMENT, PLACED, DEPARTS_ADDRESS, "claim", 11},
      {FAULT_CLAIMS_BESIDE, PLACEMENT, PLACED, DEPARTS_NOT_FREED, "free.base", 0},
      {FAULT_CLAIMS_BESIDE, COALESCING, PLACED, DEPARTS_SPANS, "spans", 11},
      {FAULT_CLAIMS_NOTHING, PLACEMENT, PLACED, DEPARTS_REFUSED, "claim", 11},
      {FAULT_RESIZES_BY_ONE_MORE, PLACEMENT, PLACED, DEPARTS_ADDRESS, "find", 14},
      {FAULT_RESIZES_BY_ONE_MORE, ACCOUNTING, PLACED, DEPARTS_STATS, "stats.in_use", 12},
      {FAULT_RESIZES_BY_ONE_MORE, COALESCING, PLACED, DEPARTS_SPANS, "spans", 12},
      {FAULT_RESIZES_BY_ONE_MORE, PLACEMENT, LOOKED, DEPARTS_ANSWER, "lookup", 14},
      {FAULT_RESIZES_BY_ONE_LESS, PLACEMENT, PLACED, DEPARTS_OVERLAP, "inv.order", 14},
      {FAULT_RESIZES_NOTHING, PLACEMENT, PLACED, DEPARTS_REFUSED, "resize.more", 12},
      {FAULT_RESIZES_NOTHING, PLACEMENT, HEADER "a 0 4\nm 1 2\na 2 3\nr 2 2\n",
       DEPARTS_REFUSED, "resize.less", 10},
      {FAULT_LOSES_TAIL, ACCOUNTING, PLACED, DEPARTS_STATS, "stats.idle", 13},
      {FAULT_LOSES_TAIL, COALESCING, PLACED, DEPARTS_SPANS, "spans", 13},
      {FAULT_FINDS_LONGER, PLACEMENT, LOOKED, DEPARTS_ANSWER, "lookup", 14},
      {FAULT_FINDS_MANUAL, PLACEMENT, LOOKED, DEPARTS_ANSWER, "lookup", 14},
      {FAULT_FINDS_NOTHING, PLACEMENT, LOOKED, DEPARTS_ANSWER, "lookup", 14},
      {FAULT_FINDS_USED, PLACEMENT, LOOKED, DEPARTS_ANSWER, "lookup", 15},
  };
  (void)state;
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
    struct spanref_candidate candidate = candidate_of(faults[i].levels | PLACEMENT);
    fault = faults[i].fault;
    assert_departs(judged(&candidate, faults[i].text), faults[i].what, faults[i].label,
                   faults[i].line);
  }
}

/* What is compared is counted. Neither may be done that the reference can't: what is claimed
 * is in use, there is too little behind. */
static void claims_resizing_and_lookups_conform(void **state)
{
  struct spanref_candidate candidate =
      candidate_of(SAFETY | ACCOUNTING | COALESCING | PLACEMENT);
  (void)state;
  fault = FAULT_NONE;
  struct outcome outcome =
      judged(&candidate, LOOKED "c 5 0x1005000 2\nr 2 11\nr 2 10\nf 3\nr 2 11\n");
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  assert_int_equal(outcome.tally.counts[LEVEL_PLACEMENT][OP_CLAIM].compared, 2);
  assert_int_equal(outcome.tally.counts[LEVEL_PLACEMENT][OP_RESIZE].compared, 5);
  assert_int_equal(outcome.tally.counts[LEVEL_PLACEMENT][OP_LOOKUP].compared, 2);
  candidate.claim = NULL;
  candidate.resize = NULL;
  candidate.lookup = NULL;
  outcome = judged(&candidate, LOOKED);
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  assert_int_equal(outcome.tally.counts[LEVEL_PLACEMENT][OP_CLAIM].skipped, 1);
  assert_int_equal(outcome.tally.counts[LEVEL_PLACEMENT][OP_RESIZE].skipped, 2);
  assert_int_equal(outcome.tally.counts[LEVEL_PLACEMENT][OP_LOOKUP].skipped, 2);
}

static void a_level_that_is_not_declared_is_not_held(void **state)
{
  static const enum fault faults[] = {FAULT_IN_USE,    FAULT_NFREE,  FAULT_SPLIT,
                                      FAULT_NOT_SHOWN, FAULT_LEAVES, FAULT_HIGHER};
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
    fault = faults[i];
    assert_int_equal(judged(&candidate, USUAL).judgement, JUDGED_SAME);
  }
}

static void nobody_may_give_out_nothing(void **state)
{
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  fault = FAULT_TAKES_ZERO;
  assert_departs(judged(&candidate, HEADER "region 0x1000000 up\na 0 1\na 1 1\na 2 0\n"),
                 DEPARTS_ACCEPTED, "error.size", 10);
}

/* The OS refuses, so that nobody has to have memory; but it shows some that is free. */
static void free_memory_must_be_given_where_the_os_gives_none(void **state)
{
  static const char text[] =
      HEADER "region 0x1000000 up\na 0 4\na 1 4\nf 0\nrefuse 9\na 2 4\n";
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  fault = FAULT_REFUSES;
  assert_departs(judged(&candidate, text), DEPARTS_REFUSED, "alloc.nomem", 12);
  candidate.walk = NULL; /* nothing in use shows it as well */
  assert_departs(judged(&candidate, HEADER "region 0x1000000 up\na 0 4\na 1 4\nf 0\nf 1\n"
                                           "refuse 9\na 2 4\n"),
                 DEPARTS_REFUSED, "alloc.nomem", 13);
  /* Where neither shows it, it may. */
  assert_int_equal(judged(&candidate, HEADER "region 0x1000000 up\na 0 60\na 1 4\nf 1\n"
                                             "refuse 9\na 2 9999\n")
                       .judgement,
                   JUDGED_SAME);
}

static void contents_are_looked_at(void **state)
{
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  candidate.memory = SPANREF_BYTES;
  candidate.create = bytes_create;
  candidate.add = NULL;
  candidate.alloc = scribbling_alloc;
  fault = FAULT_SCRIBBLES;
  assert_departs(judged(&candidate, USUAL), DEPARTS_CHANGED, NULL, 13);
  fault = FAULT_CLEAN;
  assert_departs(judged(&candidate, USUAL), DEPARTS_DIRTY, "inv.needzero", 12);
  fault = FAULT_KEEPS;
  assert_departs(judged(&candidate, HEADER "a 0 1\na 1 1\na 2 1\n"), DEPARTS_NOT_FREED,
                 "free.base", 0);
}

/* What was handed in before is all there is, so the OS that refuses is no excuse. */
static void who_never_allocates_departs_at_every_level(void **state)
{
  (void)state;
  fault = FAULT_ASKS_AND_REFUSES;
  struct spanref_candidate candidate = candidate_of(PLACEMENT);
  candidate.walk = NULL;
  assert_departs(judged(&candidate, USUAL), DEPARTS_REFUSED, "alloc.nomem", 8);
  candidate = candidate_of(SAFETY);
  candidate.walk = NULL;
  assert_departs(judged(&candidate, USUAL), DEPARTS_REFUSED, "alloc.nomem", 8);
}

/* But where memory comes from the OS, its refusal is one. */
static void whom_the_os_refuses_may_refuse(void **state)
{
  (void)state;
  fault = FAULT_ASKS_TOO_MUCH;
  struct spanref_candidate candidate = candidate_of(SAFETY);
  assert_int_equal(judged(&candidate, USUAL).judgement, JUDGED_SAME);
  candidate = candidate_of(PLACEMENT);
  candidate.walk = NULL;
  assert_departs(judged(&candidate, USUAL), DEPARTS_REFUSED, "alloc.nomem", 8);
}

/* Memory is handed in as numbers only. */
static void whoever_has_bytes_is_given_none(void **state)
{
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  fault = FAULT_NONE;
  candidate.memory = SPANREF_BYTES;
  candidate.create = bytes_create;
  struct outcome outcome = judged(&candidate, HEADER "g 0x10000000 16\na 0 1\n");
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  assert_int_equal(outcome.tally.exercised[OP_ADD], 0);
  assert_int_equal(outcome.tally.counts[LEVEL_SAFETY][OP_ADD].skipped, 1);
}

static void statistics_that_say_nothing_are_skipped(void **state)
{
  struct spanref_candidate candidate = candidate_of(ACCOUNTING);
  (void)state;
  fault = FAULT_SAYS_NOTHING;
  struct outcome outcome = judged(&candidate, USUAL);
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  for (int kind = 0; kind < OP_KINDS; kind++)
    assert_int_equal(outcome.tally.counts[LEVEL_ACCOUNTING][kind].compared, 0);
  assert_int_equal(outcome.tally.counts[LEVEL_ACCOUNTING][OP_FREE].skipped, 2);
}

/* Nor is a refusal accused of memory that only such a span has. */
static void a_span_past_the_limit_is_not_believed(void **state)
{
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  fault = FAULT_BOGUS_FREE;
  assert_departs(judged(&candidate, HEADER "region 0x1000000 up\na 0 4\na 1 4\n"
                                           "refuse 9\na 2 100\n"),
                 DEPARTS_SPANS, "limit", 11);
}

/* 32 pages below the limit the OS begins, and grants 64. Who refuses these, and shows
 * nothing, is right. */
static void a_grant_past_the_limit_is_not_obtained(void **state)
{
  static const char text[] = HEADER "region 0xfffffffffe0000 up\na 0 1\na 1 1\n";
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  fault = FAULT_NONE;
  candidate.walk = NULL;
  struct outcome outcome = judged(&candidate, text);
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  assert_int_equal(outcome.tally.compared, 2);
}

static void what_is_waived_is_counted_and_goes_on(void **state)
{
  struct spanref_candidate candidate = candidate_of(SAFETY | ACCOUNTING);
  (void)state;
  fault = FAULT_IN_USE;
  waived = (struct waivers){{{.what = DEPARTS_STATS, .why = "known"}}, 1};
  struct outcome outcome = judged(&candidate, USUAL);
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  assert_true(outcome.tally.waivers.list[0].used >= 4);
  assert_int_equal(outcome.tally.compared, 6);
  waived.count = 0;
}

/* The reference has gone where the candidate went: the next placement is judged from there. */
static void after_a_waived_address_placements_are_compared(void **state)
{
  struct spanref_candidate candidate = candidate_of(SAFETY | PLACEMENT);
  (void)state;
  fault = FAULT_HIGHER;
  waived = (struct waivers){{{.what = DEPARTS_ADDRESS, .why = "known"}}, 1};
  struct outcome outcome = judged(&candidate, USUAL);
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  assert_int_equal(outcome.tally.waivers.list[0].used, 2);
  assert_int_equal(outcome.tally.counts[LEVEL_PLACEMENT][OP_HEAP].compared, 3);
  assert_int_equal(outcome.tally.counts[LEVEL_PLACEMENT][OP_HEAP].skipped, 0);
  waived.count = 0;
}

/* So are claims, lookups and resizing. */
static void after_a_waived_claim_all_is_compared(void **state)
{
  struct spanref_candidate candidate = candidate_of(SAFETY | PLACEMENT);
  static const char text[] = LOOKED "c 5 0x1018000 2\nr 2 5\n";
  static const enum fault faults[] = {FAULT_CLAIMS_ELSEWHERE, FAULT_CLAIMS_NOTHING};
  static const enum departs kinds[] = {DEPARTS_ADDRESS, DEPARTS_REFUSED};
  (void)state;
  for (int i = 0; i < 2; i++) {
    fault = faults[i];
    waived = (struct waivers){{{.what = kinds[i], .why = "known"}}, 1};
    struct outcome outcome = judged(&candidate, text);
    assert_int_equal(outcome.judgement, JUDGED_SAME);
    assert_int_equal(outcome.tally.waivers.list[0].used, 2);
    assert_int_equal(outcome.tally.counts[LEVEL_PLACEMENT][OP_CLAIM].compared, 2);
    assert_int_equal(outcome.tally.counts[LEVEL_PLACEMENT][OP_LOOKUP].compared, 2);
    assert_int_equal(outcome.tally.counts[LEVEL_PLACEMENT][OP_RESIZE].compared, 3);
  }
  waived.count = 0;
}

/* --- Contracts ----------------------------------------------------------------------------- */

static uint64_t takes_pages; /* multiples of so many are taken up */

static uint64_t rounding_takes(void *heap, uint64_t npages)
{
  (void)heap;
  return (npages + takes_pages - 1) / takes_pages * takes_pages;
}

static uint64_t too_few(void *heap, uint64_t npages)
{
  (void)heap;
  return npages - 1;
}

static uint64_t as_many(void *heap, uint64_t npages)
{
  (void)heap;
  return npages;
}

static int rounding_alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  return alloc(heap, rounding_takes(heap, npages), manual, answer);
}

/* Free, and nothing else. */
static int lonely_free(void *heap, uint64_t base, struct spanref_answer *answer)
{
  struct list *list = heap;
  size_t at = in_use_at(list, base);
  (void)answer;
  if (at == list->count) return SPANREF_NOT_IN_USE;
  list->spans[at].free = true;
  list->spans[at].manual = false;
  return SPANREF_OK;
}

/* What is in use is what it takes, and not what was asked for. */
static void whoever_rounds_up_says_so(void **state)
{
  struct spanref_candidate candidate = candidate_of(ACCOUNTING | COALESCING);
  (void)state;
  fault = FAULT_NONE;
  takes_pages = 4;
  candidate.alloc = rounding_alloc;
  assert_departs(judged(&candidate, USUAL), DEPARTS_STATS, "stats.manual", 9);
  candidate.takes = rounding_takes;
  assert_int_equal(judged(&candidate, USUAL).judgement, JUDGED_SAME);
  candidate.alloc = alloc;
  assert_departs(judged(&candidate, USUAL), DEPARTS_STATS, "stats.manual", 9);
  candidate.takes = too_few;
  assert_departs(judged(&candidate, USUAL), DEPARTS_UNSOUND, NULL, 8);
  candidate = candidate_of(SAFETY);
  candidate.takes = rounding_takes; /* and gives the rest to somebody else */
  assert_departs(judged(&candidate, HEADER "region 0x1000000 up\na 0 3\na 1 1\n"),
                 DEPARTS_OVERLAP, "inv.order", 9);
}

static void whoever_joins_later_says_so(void **state)
{
  static const char text[] = HEADER "region 0x1000000 up\na 0 1\na 1 1\nf 0\nf 1\ns 0\n";
  struct spanref_candidate candidate = candidate_of(COALESCING);
  (void)state;
  fault = FAULT_NONE;
  candidate.free = lonely_free;
  assert_departs(judged(&candidate, text), DEPARTS_UNCOALESCED, "inv.coalesced", 11);
  candidate.joins = SPANREF_JOINS_NEVER;
  assert_int_equal(judged(&candidate, text).judgement, JUDGED_SAME);
  /* Two single pages at the beginning of a grant are buddies, the second and the third not. */
  candidate.joins = SPANREF_JOINS_BUDDIES;
  assert_departs(judged(&candidate, text), DEPARTS_UNCOALESCED, "inv.coalesced", 11);
  assert_departs(judged(&candidate, HEADER "region 0x1000000 up\na 0 1\na 1 1\na 2 1\na 3 61\n"
                                           "f 1\nf 2\nf 0\n"),
                 DEPARTS_UNCOALESCED, "inv.coalesced", 14);
}

/* It asks the OS, which refuses, though it has what fits. */
static int asking_alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  struct list *list = heap;
  uint64_t base, granted;
  if (++allocations < 3) return alloc(heap, npages, manual, answer);
  (void)list->os->reserve(list->os->context, npages, &base, &granted);
  return SPANREF_NO_MEMORY;
}

/* It shows nothing. */
static void whom_a_free_run_surely_serves_may_not_refuse(void **state)
{
  static const char text[] = HEADER "region 0x1000000 up\na 0 60\na 1 4\nf 1\nrefuse 9\na 2 4\n";
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  fault = FAULT_NONE;
  candidate.walk = NULL;
  candidate.alloc = asking_alloc;
  assert_int_equal(judged(&candidate, text).judgement, JUDGED_SAME);
  candidate.needs = as_many;
  assert_departs(judged(&candidate, text), DEPARTS_REFUSED, "alloc.nomem", 12);
  candidate.alloc = alloc;
  assert_int_equal(judged(&candidate, text).judgement, JUDGED_SAME);
}

/* --- Many spans ------------------------------------------------------------------------------ */

/* So many single pages; then what is behind. */
static const char *many_spans(uint64_t count, const char *then)
{
  static char text[256 + 16 * (JUDGE_MANY + 64)];
  int length = snprintf(text, sizeof text, "%s", HEADER "region 0x1000000 up\n");
  for (uint64_t i = 0; i < count; i++)
    length += snprintf(text + length, sizeof text - (size_t)length, "a %d 1\n", (int)i);
  snprintf(text + length, sizeof text - (size_t)length, "%s", then);
  return text;
}

/* It goes on where the reference was. */
static void many_spans_are_followed_by_another_heap(void **state)
{
  struct spanref_candidate candidate = candidate_of(SAFETY | ACCOUNTING | COALESCING);
  const char *text = many_spans(JUDGE_MANY + 10, "f 7\nf 8\na 9999 2\nf 9\n");
  (void)state;
  list_every = 1024;
  fault = FAULT_NONE;
  struct outcome outcome = judged(&candidate, text);
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  assert_int_equal(outcome.tally.many, 1);
  assert_int_equal(judged(&candidate, many_spans(JUDGE_MANY - 1, "f 1\n")).tally.many, 0);
  text = many_spans(JUDGE_MANY + 10, "f 7\nf 8\na 9999 2\nf 9\n");
  fault = FAULT_LOSES;
  assert_departs(judged(&candidate, text), DEPARTS_SPANS, "spans", 8 + JUDGE_MANY + 10);
  candidate = candidate_of(COALESCING);
  assert_departs(judged(&candidate, text), DEPARTS_SPANS, "spans", 0);
  fault = FAULT_OVERLAPS;
  candidate = candidate_of(SAFETY);
  assert_departs(judged(&candidate, text), DEPARTS_OVERLAP, "inv.order", 10);
  list_every = 1;
}

/* --- Fits and requests --------------------------------------------------------------------- */

/* The reference, retained memory and all, as somebody else's heap. fit_given: which placement
 * it takes, whatever it is asked. */
static uint32_t fit_given, fit_declared;
static unsigned fit_since; /* which allocation is the first with fit_given; before, as declared */
static bool request_is_ignored;

static int fit_alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  uint32_t fit = ++allocations < fit_since ? fit_declared : fit_given;
  const struct spanref_request request = {npages, 1, 0, 0, SPANREF_LIMIT_PAGES, fit, manual};
  return candidate_ref.alloc_request(heap, &request, answer);
}

static int fit_request(void *heap, const struct spanref_request *request,
                       struct spanref_answer *answer)
{
  return request_is_ignored ? fit_alloc(heap, request->npages, request->manual, answer)
                            : candidate_ref.alloc_request(heap, request, answer);
}

/* What is handed in is scavenged, and the judge's isn't: it makes no difference to pages. */
static struct spanref_candidate fitting(enum spanref_fit declared, enum spanref_fit given)
{
  struct spanref_candidate candidate = candidate_ref;
  candidate.levels = SPANREF_SAFETY | SPANREF_PLACEMENT;
  candidate.profile = SPANREF_PAGES;
  candidate.fit = declared;
  candidate.alloc = fit_alloc;
  candidate.alloc_request = fit_request;
  fit_declared = declared;
  fit_given = given;
  fit_since = 0;
  allocations = 0;
  request_is_ignored = false;
  return candidate;
}

#define HOLES                                                                             \
  HEADER "a 0 10\na 1 1\na 2 3\na 3 1\na 4 5\na 5 1\nf 0\nf 2\nf 4\na 6 3\na 7 4\na 8 1\n"

static void each_fit_is_held_to_its_own_placement(void **state)
{
  static const enum departs address = DEPARTS_ADDRESS;
  (void)state;
  for (int fit = SPANREF_FIRST_FIT; fit <= SPANREF_BEST_FIT; fit++) {
    struct spanref_candidate candidate = fitting((enum spanref_fit)fit, (enum spanref_fit)fit);
    struct outcome outcome = judged(&candidate, HOLES);
    assert_int_equal(outcome.judgement, JUDGED_SAME);
    assert_int_equal(outcome.tally.counts[LEVEL_PLACEMENT][OP_HEAP].compared, 9);
  }
  struct spanref_candidate candidate = fitting(SPANREF_FIRST_FIT, SPANREF_LAST_FIT);
  assert_departs(judged(&candidate, HOLES), address, "find", 7);
  candidate = fitting(SPANREF_LAST_FIT, SPANREF_FIRST_FIT);
  assert_departs(judged(&candidate, HOLES), address, "find.last", 7);
  candidate = fitting(SPANREF_BEST_FIT, SPANREF_FIRST_FIT);
  assert_departs(judged(&candidate, HOLES), address, "find.best", 16);
}

static struct outcome explained(enum spanref_fit declared, enum spanref_fit given,
                                unsigned since, const char *text, const char *explanation)
{
  struct spanref_candidate candidate = fitting(declared, given);
  fit_since = since;
  struct outcome outcome = judged(&candidate, text);
  assert_int_equal(outcome.judgement, JUDGED_DEPARTED);
  assert_string_equal(outcome.departure.explanation, explanation);
  return outcome;
}

static void a_wrong_fit_is_explained(void **state)
{
  static const char equal[] = HEADER "a 0 512\na 1 1024\na 2 3\na 3 1\na 4 3\na 5 1\n"
                                     "a 6 4088\nf 2\nf 4\na 7 3\n";
  (void)state;
  explained(SPANREF_FIRST_FIT, SPANREF_LAST_FIT, 0, HOLES,
            "lower, at 0x1000000, would have fitted");
  explained(SPANREF_LAST_FIT, SPANREF_FIRST_FIT, 0, HOLES,
            "higher, at 0x4ff6000, would have fitted");
  explained(SPANREF_BEST_FIT, SPANREF_FIRST_FIT, 0, HOLES,
            "a shorter free span, of 3 pages at 0x100b000, would have served");
  explained(SPANREF_BEST_FIT, SPANREF_LAST_FIT, 8, equal,
            "a free span of the same length, lower, at 0x4000000, would have served");
  explained(SPANREF_BEST_FIT, SPANREF_LAST_FIT, 3, equal,
            "lower in the same free span, at 0x4000000, would have fitted");
  /* Whoever isn't held to placement has memory of its own, of which nothing is known. */
  struct spanref_candidate candidate = candidate_of(SAFETY);
  fault = FAULT_OVERLAPS;
  assert_string_equal(judged(&candidate, USUAL).departure.explanation, "");
  candidate = candidate_of(PLACEMENT);
  assert_string_equal(judged(&candidate, USUAL).departure.explanation,
                      "at 0x1006000 it would have fitted");
  fault = FAULT_REFUSES;
  assert_string_equal(judged(&candidate, USUAL).departure.explanation,
                      "at 0x1006000 it would have fitted");
  fault = FAULT_NONE;
}

static void requests_are_held_to_what_they_ask(void **state)
{
  static const char text[] = HEADER "a 0 4 align=16 phase=3\na 1 2 fit=last\na 2 2 fit=best\n"
                                    "a 3 1 from=0x1003000 below=0x1005000\n"
                                    "a 4 4 from=0x1003000 below=0x1006000\n";
  (void)state;
  struct spanref_candidate candidate = fitting(SPANREF_FIRST_FIT, SPANREF_FIRST_FIT);
  struct outcome outcome = judged(&candidate, text);
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  assert_int_equal(outcome.tally.counts[LEVEL_PLACEMENT][OP_HEAP].compared, 5);
  request_is_ignored = true;
  assert_departs(judged(&candidate, text), DEPARTS_ADDRESS, "placement", 7);
  candidate.can &= ~(uint32_t)SPANREF_CAN_ALIGN_ANY;
  assert_departs(judged(&candidate, text), DEPARTS_ADDRESS, "find.last", 8);
  /* Who isn't held to placement is held to the request all the same. */
  candidate.levels = SPANREF_SAFETY;
  candidate.can |= SPANREF_CAN_ALIGN_ANY;
  assert_departs(judged(&candidate, HEADER "region 0x1000000 up\na 0 4 align=16 phase=3\n"),
                 DEPARTS_ADDRESS, "placement", 8);
  candidate.can = 0;
  outcome = judged(&candidate, HEADER "region 0x1000000 up\na 0 4 align=16 phase=3\n");
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  assert_int_equal(outcome.tally.counts[LEVEL_SAFETY][OP_HEAP].skipped, 1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_has_no_fault_conforms),
      cmocka_unit_test(each_fault_is_called_by_its_name),
      cmocka_unit_test(what_is_lost_at_the_end_is_missed),
      cmocka_unit_test(faults_of_claims_resizing_and_lookups_have_their_names),
      cmocka_unit_test(claims_resizing_and_lookups_conform),
      cmocka_unit_test(a_level_that_is_not_declared_is_not_held),
      cmocka_unit_test(nobody_may_give_out_nothing),
      cmocka_unit_test(free_memory_must_be_given_where_the_os_gives_none),
      cmocka_unit_test(contents_are_looked_at),
      cmocka_unit_test(who_never_allocates_departs_at_every_level),
      cmocka_unit_test(whom_the_os_refuses_may_refuse),
      cmocka_unit_test(whoever_has_bytes_is_given_none),
      cmocka_unit_test(statistics_that_say_nothing_are_skipped),
      cmocka_unit_test(a_span_past_the_limit_is_not_believed),
      cmocka_unit_test(a_grant_past_the_limit_is_not_obtained),
      cmocka_unit_test(what_is_waived_is_counted_and_goes_on),
      cmocka_unit_test(after_a_waived_address_placements_are_compared),
      cmocka_unit_test(after_a_waived_claim_all_is_compared),
      cmocka_unit_test(whoever_rounds_up_says_so),
      cmocka_unit_test(whoever_joins_later_says_so),
      cmocka_unit_test(whom_a_free_run_surely_serves_may_not_refuse),
      cmocka_unit_test(many_spans_are_followed_by_another_heap),
      cmocka_unit_test(each_fit_is_held_to_its_own_placement),
      cmocka_unit_test(a_wrong_fit_is_explained),
      cmocka_unit_test(requests_are_held_to_what_they_ask),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
