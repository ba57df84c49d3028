/* Below SPANREF_GO113: what departs is called by its name, at its operation; and what is
 * right conforms. */
#include "test_faulty.h"

/* --- With bytes ------------------------------------------------------------------------------- */

#define POOL_PAGES 64
#define POOL_PAGE_BYTES 4096
static char pool[(POOL_PAGES + 1) * POOL_PAGE_BYTES];

/* With bytes it has a pool of its own. */
static void *bytes_create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  void *heap = faulty_create(geometry, os);
  memset(pool, 0, sizeof pool);
  assert_int_equal(add(heap, (uintptr_t)pool / POOL_PAGE_BYTES + 1, POOL_PAGES), SPANREF_OK);
  return heap;
}

/* Into memory that it gave to somebody; so many bytes from its beginning. */
static size_t scribble_at;

static int scribbling_alloc(void *heap, uint64_t npages, bool manual,
                            struct spanref_answer *answer)
{
  int status = faulty_alloc(heap, npages, manual, answer);
  if (is_faulty(FAULT_SCRIBBLES)) ((char *)(uintptr_t)(first_base * POOL_PAGE_BYTES))[scribble_at]++;
  return status;
}

/* The page behind it comes in the place of the first. */
static int copying_alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  int status = faulty_alloc(heap, npages, manual, answer);
  char *first = (char *)(uintptr_t)(first_base * POOL_PAGE_BYTES);
  if (allocations == 3) memcpy(first, first + POOL_PAGE_BYTES, POOL_PAGE_BYTES);
  return status;
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

/* It says that this is an arena, and as many pages idle as that has. */
static uint64_t arena_base, arena_end;

static void arena_stats(void *heap, struct spanref_stats *said)
{
  stats(heap, said);
  said->arena_base = arena_base;
  said->arena_end = arena_end;
  said->idle += arena_end - arena_base;
  said->sys += arena_end - arena_base;
}

static void of_bytes_an_arena_lies_beside_all_spans(void **state)
{
  struct spanref_candidate candidate = candidate_of(ACCOUNTING | COALESCING);
  const uint64_t base = (uintptr_t)pool / POOL_PAGE_BYTES + 1;
  (void)state;
  fault = FAULT_NONE;
  candidate.memory = SPANREF_BYTES;
  candidate.create = bytes_create;
  candidate.add = NULL;
  candidate.stats = arena_stats;
  arena_base = base - 5;
  arena_end = base;
  assert_int_equal(judged(&candidate, USUAL).judgement, JUDGED_SAME);
  arena_end++;
  assert_departs(judged(&candidate, USUAL), DEPARTS_SPANS, "inv.arena", 7);
  arena_base = 0;
  arena_end = UINT64_C(1) << 50;
  assert_departs(judged(&candidate, USUAL), DEPARTS_SPANS, "inv.arena", 7);
}

/* Five free pages too many are no arena that ends before it begins. */
static void an_arena_does_not_end_before_it_begins(void **state)
{
  struct spanref_candidate candidate = candidate_of(ACCOUNTING);
  (void)state;
  fault = FAULT_NONE;
  candidate.stats = arena_stats;
  candidate.says = SPANREF_SAYS_IDLE | SPANREF_SAYS_ARENA;
  arena_base = 5;
  arena_end = 0;
  assert_departs(judged(&candidate, USUAL), DEPARTS_STATS, "stats.idle", 7);
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
      {FAULT_REFUSES_MEMORY, PLACEMENT, DEPARTS_REFUSED, "alloc.nomem", 8},
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
  for (scribble_at = 1; scribble_at < POOL_PAGE_BYTES; scribble_at += 1024)
    assert_departs(judged(&candidate, USUAL), DEPARTS_CHANGED, NULL, 13);
  candidate.alloc = copying_alloc;
  fault = FAULT_NONE;
  assert_departs(judged(&candidate, USUAL), DEPARTS_CHANGED, NULL, 13);
  candidate.alloc = scribbling_alloc;
  fault = FAULT_CLEAN;
  assert_departs(judged(&candidate, USUAL), DEPARTS_DIRTY, "inv.needzero", 12);
  fault = FAULT_KEEPS;
  assert_departs(judged(&candidate, HEADER "a 0 1\na 1 1\na 2 1\n"), DEPARTS_NOT_FREED,
                 "free.base", 0);
}

/* Of 64 pages; but what its list shows free it has to give. */
static void a_closed_pool_may_be_exhausted(void **state)
{
  static const char text[] = HEADER "a 0 60\na 1 1\na 2 65\na 3 4\n";
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  fault = FAULT_NONE;
  candidate.memory = SPANREF_BYTES;
  candidate.create = bytes_create;
  candidate.add = NULL;
  assert_departs(judged(&candidate, text), DEPARTS_REFUSED, "alloc.nomem", 9);
  candidate.pool = SPANREF_POOL_CLOSED;
  assert_int_equal(judged(&candidate, text).judgement, JUDGED_SAME);
  fault = FAULT_REFUSES;
  assert_departs(judged(&candidate, HEADER "a 0 60\na 1 1\na 2 2\n"), DEPARTS_REFUSED,
                 "alloc.nomem", 9);
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

/* --- Fits and requests --------------------------------------------------------------------- */

/* The reference, retained memory and all, as somebody else's heap. fit_given: which placement
 * it takes, whatever it is asked. */
static uint32_t fit_given, fit_declared;
static unsigned fit_since; /* which allocation is the first with fit_given; before, as declared */
static bool request_is_ignored, request_is_first_fit;

static int fit_alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  uint32_t fit = ++allocations < fit_since ? fit_declared : fit_given;
  const struct spanref_request request = {npages, 1, 0, 0, SPANREF_LIMIT_PAGES, fit, manual};
  return candidate_ref.alloc_request(heap, &request, answer);
}

static int fit_request(void *heap, const struct spanref_request *request,
                       struct spanref_answer *answer)
{
  struct spanref_request asked = *request;
  if (request_is_first_fit) asked.fit = SPANREF_FIRST_FIT;
  return request_is_ignored ? fit_alloc(heap, request->npages, request->manual, answer)
                            : candidate_ref.alloc_request(heap, &asked, answer);
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

/* Where no fit can be named, each request is by the candidate's own, and says so. */
static void a_request_without_a_fit_is_by_its_own(void **state)
{
  static const char text[] = HEADER "a 0 2\na 1 1 align=4\na 2 2 below=0x2000000\n";
  (void)state;
  struct spanref_candidate candidate = fitting(SPANREF_LAST_FIT, SPANREF_LAST_FIT);
  candidate.can = SPANREF_CAN_ALIGN | SPANREF_CAN_WINDOW;
  struct outcome outcome = judged(&candidate, text);
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  assert_int_equal(outcome.tally.counts[LEVEL_PLACEMENT][OP_HEAP].compared, 3);
  candidate.can |= SPANREF_CAN_BEST_FIT; /* then it is first fit, if no other is named */
  assert_int_equal(judged(&candidate, text).judgement, JUDGED_SAME);
  request_is_first_fit = true;
  candidate.can = SPANREF_CAN_ALIGN | SPANREF_CAN_WINDOW;
  assert_departs(judged(&candidate, text), DEPARTS_ADDRESS, "find.last", 8);
  request_is_first_fit = false;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_request_without_a_fit_is_by_its_own),
      cmocka_unit_test(what_has_no_fault_conforms),
      cmocka_unit_test(each_fault_is_called_by_its_name),
      cmocka_unit_test(of_bytes_an_arena_lies_beside_all_spans),
      cmocka_unit_test(an_arena_does_not_end_before_it_begins),
      cmocka_unit_test(what_is_lost_at_the_end_is_missed),
      cmocka_unit_test(faults_of_claims_resizing_and_lookups_have_their_names),
      cmocka_unit_test(claims_resizing_and_lookups_conform),
      cmocka_unit_test(a_level_that_is_not_declared_is_not_held),
      cmocka_unit_test(nobody_may_give_out_nothing),
      cmocka_unit_test(free_memory_must_be_given_where_the_os_gives_none),
      cmocka_unit_test(contents_are_looked_at),
      cmocka_unit_test(a_closed_pool_may_be_exhausted),
      cmocka_unit_test(who_never_allocates_departs_at_every_level),
      cmocka_unit_test(whom_the_os_refuses_may_refuse),
      cmocka_unit_test(whoever_has_bytes_is_given_none),
      cmocka_unit_test(statistics_that_say_nothing_are_skipped),
      cmocka_unit_test(a_span_past_the_limit_is_not_believed),
      cmocka_unit_test(a_grant_past_the_limit_is_not_obtained),
      cmocka_unit_test(what_is_waived_is_counted_and_goes_on),
      cmocka_unit_test(after_a_waived_address_placements_are_compared),
      cmocka_unit_test(after_a_waived_claim_all_is_compared),
      cmocka_unit_test(each_fit_is_held_to_its_own_placement),
      cmocka_unit_test(a_wrong_fit_is_explained),
      cmocka_unit_test(requests_are_held_to_what_they_ask),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
