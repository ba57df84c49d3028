/* What is declared of frees and of what is freed: when it is free, whether it is clean, how much a
 * free says, and which frees are refused. */
#include "test_faulty.h"

/* --- What is clean ----------------------------------------------------------------------------- */

static bool clears;

static int clean_alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  int status = alloc(heap, npages, manual, answer);
  answer->needzero = false;
  return status;
}

static int clearing_free(void *heap, uint64_t base, struct spanref_answer *answer)
{
  answer->needzero = !clears;
  return free_span(heap, base, answer);
}

static void what_was_cleared_is_clean(void **state)
{
  static const char text[] = HEADER "region 0x1000000 up\na 0 8\na 1 8\nf 0\na 2 4\nf 2\nf 1\na 3 16\n";
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  fault = FAULT_NONE;
  candidate.alloc = clean_alloc;
  candidate.free = clearing_free;
  clears = true;
  assert_departs(judged(&candidate, text), DEPARTS_DIRTY, "inv.needzero", 11);
  candidate.clean = SPANREF_CLEAN_CLEARED;
  assert_int_equal(judged(&candidate, text).judgement, JUDGED_SAME);
  clears = false;
  assert_departs(judged(&candidate, text), DEPARTS_DIRTY, "inv.needzero", 11);
}

/* --- What is pending --------------------------------------------------------------------------- */

/* Bases that were freed and aren't released. A span that is pending is neither shown nor counted;
 * `early`: but given out. */
static uint64_t pending[64];
static size_t npending;
static bool early, forgets;

static void *pending_create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  npending = 0;
  return faulty_create(geometry, os);
}

static int pending_free(void *heap, uint64_t base, struct spanref_answer *answer)
{
  struct list *list = heap;
  if (early) return free_span(heap, base, answer);
  if (in_use_at(list, base) == list->count) return SPANREF_NOT_IN_USE;
  for (size_t i = 0; i < npending; i++)
    if (pending[i] == base) return SPANREF_NOT_IN_USE;
  pending[npending++] = base;
  return SPANREF_OK;
}

static int pending_release(void *heap)
{
  struct spanref_answer answer;
  while (npending > 0 && !early)
    if (free_span(heap, pending[--npending], &answer) != SPANREF_OK) return SPANREF_NOT_IN_USE;
    else if (forgets) npending = 0;
  return SPANREF_OK;
}

static bool is_shown(const struct spanref_span *span)
{
  for (size_t i = 0; i < npending; i++)
    if (pending[i] == span->base) return false;
  return true;
}

static void pending_walk(void *heap, spanref_visit *visit, void *context)
{
  const struct list *list = heap;
  for (size_t at = 0; at < list->count; at++)
    if (is_shown(&list->spans[at])) visit(context, &list->spans[at]);
}

static void pending_stats(void *heap, struct spanref_stats *said)
{
  const struct list *list = heap;
  stats(heap, said);
  for (size_t at = 0; at < list->count; at++) {
    const struct spanref_span *span = &list->spans[at];
    if (is_shown(span)) continue;
    *(span->manual ? &said->manual : &said->in_use) -= span->npages;
    if (!span->manual) said->sys -= span->npages;
  }
}

static bool used_lookup(void *heap, uint64_t page, struct spanref_span *span)
{
  return lookup(heap, page, span) && (span->free || is_shown(span));
}

static struct spanref_candidate pending_candidate(void)
{
  struct spanref_candidate candidate = candidate_of(ACCOUNTING | COALESCING);
  candidate.create = pending_create;
  candidate.free = pending_free;
  candidate.release = pending_release;
  candidate.walk = pending_walk;
  candidate.stats = pending_stats;
  return candidate;
}

static void what_is_freed_is_pending_until_it_is_released(void **state)
{
  static const char text[] = HEADER "region 0x1000000 up\na 0 8\nm 1 8\na 2 8\nf 0\nf 1\na 3 4\n"
                                    "release\na 4 16\nf 4\nrelease\nf 2\n";
  struct spanref_candidate candidate = pending_candidate();
  (void)state;
  fault = FAULT_NONE;
  early = forgets = false;
  struct outcome outcome = judged(&candidate, text);
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  assert_int_equal(outcome.tally.counts[LEVEL_SAFETY][OP_RELEASE].compared, 2);
  /* Whoever has no such thing skips a release. */
  candidate = candidate_of(ACCOUNTING | COALESCING);
  outcome = judged(&candidate, text);
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  assert_int_equal(outcome.tally.counts[LEVEL_SAFETY][OP_RELEASE].skipped, 2);
}

static void who_gives_out_what_is_pending_departs(void **state)
{
  static const char text[] = HEADER "region 0x1000000 up\na 0 8\na 1 8\nf 0\na 2 8\n";
  struct spanref_candidate candidate = pending_candidate();
  (void)state;
  fault = FAULT_NONE;
  early = true;
  candidate.levels = SAFETY;
  struct outcome outcome = judged(&candidate, text);
  assert_departs(outcome, DEPARTS_OVERLAP, "inv.order", 11);
  assert_non_null(strstr(outcome.departure.text, "which is pending"));
  early = false;
  forgets = true; /* all but the last that was freed */
  candidate = pending_candidate();
  assert_departs(judged(&candidate, HEADER "region 0x1000000 up\na 0 8\na 1 8\na 2 8\nf 0\nf 1\n"
                                           "release\n"),
                 DEPARTS_STATS, "stats.in_use", 13);
  forgets = false;
  candidate.promises = SPANREF_REFUSES_SECOND;
  assert_int_equal(judged(&candidate, text).judgement, JUDGED_SAME);
  assert_int_equal(judged(&candidate, HEADER "region 0x1000000 up\na 0 8\nf 0\nf 0x1000000\n").judgement,
                   JUDGED_SAME);
}

/* Its pages can't be resized, found or freed a second time. */
static void what_is_pending_is_not_in_use(void **state)
{
  struct spanref_candidate candidate = pending_candidate();
  (void)state;
  fault = FAULT_NONE;
  early = forgets = false;
  candidate.promises = SPANREF_REFUSES_INSIDE | SPANREF_REFUSES_FOREIGN;
  struct outcome outcome = judged(&candidate, HEADER "region 0x1000000 up\nm 0 8\nf 0x1000000\nr 0 1\n"
                                                     "f 0x1002000\na 1 2\n");
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  assert_int_equal(outcome.tally.counts[LEVEL_SAFETY][OP_RESIZE].compared, 0);
  assert_int_equal(outcome.tally.counts[LEVEL_SAFETY][OP_FREE_AT].compared, 1);
  candidate = pending_candidate();
  candidate.levels = PLACEMENT;
  candidate.lookup = NULL;
  assert_int_equal(judged(&candidate, HEADER "a 0 8\nf 0\na 1 2\n").judgement, JUDGED_SAME);
  candidate.lookup = used_lookup;
  outcome = judged(&candidate, HEADER "a 0 8\nf 0\nl 0x1001000\n");
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  assert_int_equal(outcome.tally.counts[LEVEL_PLACEMENT][OP_LOOKUP].compared, 1);
}

/* --- Reload ------------------------------------------------------------------------------------ */

static bool loses_at_reload;

static int list_reload(void *heap)
{
  struct list *list = heap;
  if (loses_at_reload)
    for (size_t at = list->count; at-- > 0;)
      if (list->spans[at].free) take_out(list, at);
  return SPANREF_OK;
}

static int refused_reload(void *heap)
{
  (void)heap;
  return SPANREF_NO_MEMORY;
}

static void after_a_reload_all_is_as_it_was(void **state)
{
  static const char text[] = HEADER "region 0x1000000 up\na 0 8\na 1 8\nf 0\nreload\na 2 4\nf 2\nf 1\n";
  struct spanref_candidate candidate = candidate_of(COALESCING);
  (void)state;
  fault = FAULT_NONE;
  candidate.reload = list_reload;
  loses_at_reload = false;
  struct outcome outcome = judged(&candidate, text);
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  assert_int_equal(outcome.tally.counts[LEVEL_SAFETY][OP_RELOAD].compared, 1);
  loses_at_reload = true;
  list_every = 64; /* all the same it is seen there */
  assert_departs(judged(&candidate, text), DEPARTS_SPANS, "spans", 11);
  list_every = 1;
  candidate.reload = refused_reload;
  assert_departs(judged(&candidate, text), DEPARTS_REFUSED, "alloc.nomem", 11);
  candidate = candidate_ref; /* our own, which has none: it is skipped; and with one */
  assert_int_equal(judged(&candidate, text).judgement, JUDGED_SAME);
  candidate.reload = refused_reload;
  assert_int_equal(judged(&candidate, text).judgement, JUDGED_DEPARTED);
}

/* --- Frees with a size, and wrong ones --------------------------------------------------------- */

/* How many pages each allocation was asked for. */
static struct { uint64_t base, npages; } asked[64];
static size_t nasked;
static uint32_t accepts; /* of enum spanref_promise: what it doesn't refuse */

static void *sized_create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  nasked = 0;
  return faulty_create(geometry, os);
}

static int sized_alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  int status = alloc(heap, rounding_takes(heap, npages), manual, answer);
  if (status != SPANREF_OK) return status;
  asked[nasked].base = answer->base;
  asked[nasked++].npages = npages;
  return status;
}

static int sized_resize(void *heap, uint64_t base, uint64_t npages, struct spanref_answer *answer)
{
  int status = resize(heap, base, rounding_takes(heap, npages), answer);
  for (size_t i = 0; i < nasked && status == SPANREF_OK; i++)
    if (asked[i].base == base) asked[i].npages = npages;
  return status;
}

/* What is wrong with a free is found out, and then refused or not. */
static uint32_t wrong_with(struct list *list, uint64_t base, uint64_t npages)
{
  size_t at = place_of(list, base), i = nasked;
  bool is_held = at < list->count && list->spans[at].base <= base;
  while (i > 0 && asked[i - 1].base != base) i--;
  if (!is_held) return SPANREF_REFUSES_FOREIGN;
  if (list->spans[at].free) return i > 0 ? SPANREF_REFUSES_SECOND : SPANREF_REFUSES_FOREIGN;
  if (list->spans[at].base != base) return SPANREF_REFUSES_INSIDE;
  if (npages == 0) return SPANREF_REFUSES_EMPTY;
  return asked[i - 1].npages == npages ? 0 : SPANREF_REFUSES_PARTIAL;
}

static int sized_free(void *heap, uint64_t base, uint64_t npages, struct spanref_answer *answer)
{
  uint32_t wrong = wrong_with(heap, base, npages);
  if (wrong != 0) return (accepts & wrong) != 0 ? SPANREF_OK : SPANREF_NOT_IN_USE;
  return free_span(heap, base, answer);
}

static struct spanref_candidate sized_candidate(void)
{
  struct spanref_candidate candidate = candidate_of(ACCOUNTING | COALESCING);
  candidate.create = sized_create;
  candidate.alloc = sized_alloc;
  candidate.resize = sized_resize;
  candidate.claim = NULL;
  candidate.free = NULL;
  candidate.free_sized = sized_free;
  candidate.takes = rounding_takes;
  takes_pages = 4;
  accepts = 0;
  return candidate;
}

/* In the history, and at its end. */
static void a_free_says_how_much_was_asked_for(void **state)
{
  struct spanref_candidate candidate = sized_candidate();
  (void)state;
  fault = FAULT_NONE;
  assert_int_equal(judged(&candidate, HEADER "region 0x1000000 up\na 0 5\na 1 3\nr 0 6\nf 0\na 2 7\n"
                                             "a 3 2\nr 3 1\n").judgement,
                   JUDGED_SAME);
  candidate.pool = SPANREF_POOL_CLOSED;
  assert_int_equal(judged(&candidate, HEADER "g 0x10000 20\na 0 5\na 1 3\n").judgement, JUDGED_SAME);
}

static void wrong_frees_are_asked_of_who_refuses_them(void **state)
{
  static const char text[] = HEADER "region 0x1000000 up\na 0 5\na 1 3\nf 0x1000000\nf 0x1000000\n"
                                    "f 0x1006000\nf 0x7000\na 2 8\nf 2\n";
  static const struct {
    uint32_t promise;
    uint64_t line;
  } wrong[] = {{SPANREF_REFUSES_SECOND, 11},  {SPANREF_REFUSES_INSIDE, 12},
               {SPANREF_REFUSES_FOREIGN, 13}, {SPANREF_REFUSES_EMPTY, 15},
               {SPANREF_REFUSES_PARTIAL, 15}};
  struct spanref_candidate candidate = sized_candidate();
  (void)state;
  fault = FAULT_NONE;
  candidate.takes = NULL;
  takes_pages = 1;
  struct outcome outcome = judged(&candidate, text);
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  assert_int_equal(outcome.tally.counts[LEVEL_SAFETY][OP_FREE_AT].compared, 0);
  candidate.promises = 31;
  outcome = judged(&candidate, text);
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  /* Four in the history; and around the last free all five kinds, of two sizes the last. */
  assert_int_equal(outcome.tally.counts[LEVEL_SAFETY][OP_FREE_AT].compared, 4 + 6);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    accepts = candidate.promises = wrong[i].promise;
    outcome = judged(&candidate, text);
    assert_int_equal(outcome.judgement, JUDGED_DEPARTED);
    assert_string_equal(departs_name(outcome.departure.what), "accepted");
    assert_int_equal(outcome.line, wrong[i].line);
    candidate.promises = 31 & ~wrong[i].promise; /* it doesn't say so: then nobody asks */
    assert_int_equal(judged(&candidate, text).judgement, JUDGED_SAME);
  }
}

/* Around a free, though the history has no wrong one. */
static void each_wrong_free_is_asked_around_a_right_one(void **state)
{
  struct spanref_candidate candidate = sized_candidate();
  (void)state;
  fault = FAULT_NONE;
  for (uint32_t promise = 1; promise <= SPANREF_REFUSES_PARTIAL; promise *= 2) {
    accepts = candidate.promises = promise;
    struct outcome outcome = judged(&candidate, HEADER "region 0x1000000 up\na 0 6\nf 0\n");
    assert_departs(outcome, DEPARTS_ACCEPTED, "free.base", 9);
  }
}

/* --- Bytes that are rounded up ------------------------------------------------------------------ */

#define PAGE_BYTES 4096
#define POOL_PAGES 64

/* Pages one after the other, four at a time. Behind what was asked for it keeps a note. */
static unsigned char *memory;
static uint64_t nused;

static void *bytes_create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  (void)geometry;
  (void)os;
  nused = 0;
  void *pages = NULL;
  if (posix_memalign(&pages, PAGE_BYTES, PAGE_BYTES * POOL_PAGES) != 0) return NULL;
  memory = pages;
  return memory;
}

static int bytes_alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  uint64_t takes = rounding_takes(heap, npages);
  (void)manual;
  if (!is_size(npages)) return SPANREF_BAD_SIZE;
  if (takes > POOL_PAGES - nused) return SPANREF_NO_MEMORY;
  unsigned char *at = memory + nused * PAGE_BYTES;
  answer->base = (uintptr_t)at / PAGE_BYTES;
  answer->needzero = true;
  if (takes > npages) at[npages * PAGE_BYTES] = 1;
  nused += takes;
  return SPANREF_OK;
}

static int bytes_free(void *heap, uint64_t base, struct spanref_answer *answer)
{
  (void)heap;
  (void)base;
  (void)answer;
  return SPANREF_OK;
}

/* Neither written nor looked at, whether it is freed by name or at the end. */
static void what_is_rounded_up_is_not_written(void **state)
{
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  fault = FAULT_NONE;
  takes_pages = 4;
  candidate.memory = SPANREF_BYTES;
  candidate.pool = SPANREF_POOL_CLOSED;
  candidate.create = bytes_create;
  candidate.destroy = free;
  candidate.takes = rounding_takes;
  candidate.alloc = bytes_alloc;
  candidate.free = bytes_free;
  candidate.walk = NULL;
  candidate.stats = NULL;
  candidate.joins = SPANREF_JOINS_NEVER;
  assert_int_equal(judged(&candidate, HEADER "a 0 1\na 1 7\nf 0\na 2 2\n").judgement, JUDGED_SAME);
  candidate.needs = as_many; /* of which nobody knows whether it is free */
  assert_int_equal(judged(&candidate, HEADER "a 0 60\na 1 8\n").judgement, JUDGED_SAME);
}

/* A resize within what it takes up gives pages to its user. */
static int within_resize(void *heap, uint64_t base, uint64_t npages, struct spanref_answer *answer)
{
  struct list *list = heap;
  size_t at = in_use_at(list, base);
  answer->needzero = true;
  return at < list->count && npages <= list->spans[at].npages ? SPANREF_OK : SPANREF_NO_MEMORY;
}

/* Whatever has a window is said to be clean. */
static int clean_request(void *heap, const struct spanref_request *request,
                         struct spanref_answer *answer)
{
  int status = alloc_request(heap, request, answer);
  answer->needzero = false;
  return status;
}

static void what_a_resize_gives_was_given_out(void **state)
{
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  fault = FAULT_NONE;
  takes_pages = 8;
  candidate.takes = rounding_takes;
  candidate.alloc = rounding_alloc;
  candidate.resize = within_resize;
  candidate.alloc_request = clean_request;
  assert_int_equal(judged(&candidate, HEADER "region 0x1000000 up\na 0 3\nf 0\na 1 3 from=0x1004000\n")
                       .judgement, JUDGED_SAME);
  assert_departs(judged(&candidate, HEADER "region 0x1000000 up\na 0 3\nr 0 8\nf 0\n"
                                           "a 1 3 from=0x1004000\n"),
                 DEPARTS_DIRTY, "inv.needzero", 11);
}

/* What is freed by its address no name has any more, and whoever gets it next is told of its own. */
static void a_free_by_address_takes_the_name(void **state)
{
  static const char text[] = HEADER "region 0x1000000 up\na 0 2\nf 0x1000000\na 1 1\nf 0x1000000\n"
                                    "a 2 1\nf 0\nf 1\nf 2\n";
  struct spanref_candidate candidate = sized_candidate();
  (void)state;
  fault = FAULT_NONE;
  candidate.takes = NULL;
  takes_pages = 1;
  candidate.promises = SPANREF_REFUSES_FOREIGN;
  struct outcome outcome = judged(&candidate, text);
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  assert_int_equal(outcome.tally.counts[LEVEL_SAFETY][OP_FREE].compared, 1);
  assert_int_equal(outcome.tally.counts[LEVEL_SAFETY][OP_FREE].skipped, 2);
}

/* A size that it rounds up to the same it can't tell. */
static void of_what_rounds_up_a_page_less_isnt_asked(void **state)
{
  struct spanref_candidate candidate = sized_candidate();
  (void)state;
  fault = FAULT_NONE;
  accepts = candidate.promises = SPANREF_REFUSES_PARTIAL;
  struct outcome outcome = judged(&candidate, HEADER "region 0x1000000 up\na 0 4\nf 0\n");
  assert_non_null(strstr(outcome.departure.text, "with a page more than it has"));
  candidate.takes = NULL;
  takes_pages = 1;
  outcome = judged(&candidate, HEADER "region 0x1000000 up\na 0 4\nf 0\n");
  assert_non_null(strstr(outcome.departure.text, "with a page less than it has"));
}

/* --- 0 pages ------------------------------------------------------------------------------------ */

static unsigned nothings_freed;

static int nothing_alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  answer->base = 0x77777;
  return npages == 0 ? SPANREF_OK : alloc(heap, npages, manual, answer);
}

static int nothing_free(void *heap, uint64_t base, struct spanref_answer *answer)
{
  nothings_freed += base == 0x77777;
  return base == 0x77777 ? SPANREF_OK : free_span(heap, base, answer);
}

/* If that is waived, what follows is compared; and what it got is freed, by name or at the end. */
static void an_accepted_size_of_0_ends_nothing(void **state)
{
  static const char text[] = HEADER "region 0x1000000 up\na 0 0\na 1 4\nf 0\na 2 0\nr 2 3\nf 1\n";
  struct spanref_candidate candidate = candidate_of(ACCOUNTING | COALESCING);
  (void)state;
  fault = FAULT_NONE;
  candidate.alloc = nothing_alloc;
  candidate.free = nothing_free;
  assert_departs(judged(&candidate, text), DEPARTS_ACCEPTED, "error.size", 8);
  waived = (struct waivers){{{.what = DEPARTS_ACCEPTED, .why = "known"}}, 1};
  nothings_freed = 0;
  struct outcome outcome = judged(&candidate, text);
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  assert_int_equal(outcome.tally.compared, 5);
  assert_int_equal(outcome.tally.waivers.list[0].used, 2);
  assert_int_equal(nothings_freed, 2);
  waived.count = 0;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_was_cleared_is_clean),
      cmocka_unit_test(what_is_freed_is_pending_until_it_is_released),
      cmocka_unit_test(who_gives_out_what_is_pending_departs),
      cmocka_unit_test(what_is_pending_is_not_in_use),
      cmocka_unit_test(after_a_reload_all_is_as_it_was),
      cmocka_unit_test(a_free_says_how_much_was_asked_for),
      cmocka_unit_test(wrong_frees_are_asked_of_who_refuses_them),
      cmocka_unit_test(each_wrong_free_is_asked_around_a_right_one),
      cmocka_unit_test(what_is_rounded_up_is_not_written),
      cmocka_unit_test(what_a_resize_gives_was_given_out),
      cmocka_unit_test(a_free_by_address_takes_the_name),
      cmocka_unit_test(of_what_rounds_up_a_page_less_isnt_asked),
      cmocka_unit_test(an_accepted_size_of_0_ends_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
