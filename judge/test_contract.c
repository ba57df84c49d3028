/* What a candidate declares, it is held to, and no more: docs/writing-a-candidate.md. */
#include <unistd.h>

#include "test_faulty.h"

/* --- Contracts ----------------------------------------------------------------------------- */

static uint64_t too_few(void *heap, uint64_t npages)
{
  (void)heap;
  return npages - 1;
}

static int joining_scavenge(void *heap, uint64_t want_pages, struct spanref_answer *answer)
{
  struct list *list = heap;
  (void)want_pages;
  (void)answer;
  for (size_t at = 0; at < list->count; at++)
    if (list->spans[at].free) merge(list, at);
  return SPANREF_OK;
}

static int idle_scavenge(void *heap, uint64_t want_pages, struct spanref_answer *answer)
{
  (void)heap;
  (void)want_pages;
  (void)answer;
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
  /* Until it scavenges; but then. */
  candidate.joins = SPANREF_JOINS_WHEN_PURGED;
  candidate.scavenge = joining_scavenge;
  assert_int_equal(judged(&candidate, text).judgement, JUDGED_SAME);
  candidate.scavenge = idle_scavenge;
  assert_departs(judged(&candidate, text), DEPARTS_UNCOALESCED, "inv.coalesced", 12);
  /* Two single pages at the beginning of a grant are buddies, the second and the third not. */
  candidate.joins = SPANREF_JOINS_BUDDIES;
  assert_departs(judged(&candidate, text), DEPARTS_UNCOALESCED, "inv.coalesced", 11);
  assert_departs(judged(&candidate, HEADER "region 0x1000000 up\na 0 1\na 1 1\na 2 1\na 3 61\n"
                                           "f 1\nf 2\nf 0\n"),
                 DEPARTS_UNCOALESCED, "inv.coalesced", 14);
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

/* It finds nothing shorter than twice as long. */
static uint64_t twice(void *heap, uint64_t npages)
{
  (void)heap;
  return 2 * npages;
}

static int good_alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  struct list *list = heap;
  const struct spanref_request request = {2 * npages, 1, 0, 0, SPANREF_LIMIT_PAGES, FIT, manual};
  uint64_t base;
  if (!is_size(npages)) return SPANREF_BAD_SIZE;
  return find(list, &request, &base) < list->count ? alloc(heap, npages, manual, answer)
                                                   : SPANREF_NO_MEMORY;
}

/* Its list shows a free span that would do; but not for sure. */
static void good_fit_may_refuse_what_would_fit(void **state)
{
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  fault = FAULT_NONE;
  candidate.pool = SPANREF_POOL_CLOSED;
  candidate.alloc = good_alloc;
  assert_departs(judged(&candidate, HEADER "g 0x10000 10\na 0 6\n"), DEPARTS_REFUSED, "alloc.nomem", 8);
  candidate.needs = twice;
  assert_int_equal(judged(&candidate, HEADER "g 0x10000 10\na 0 6\na 1 5\n").judgement, JUDGED_SAME);
  candidate.needs = as_many;
  assert_departs(judged(&candidate, HEADER "g 0x10000 10\na 0 6\n"), DEPARTS_REFUSED, "alloc.nomem", 8);
}

/* Whoever takes up four pages has none in three; nor in twice two, which it doesn't join. */
static void what_is_too_short_for_what_it_takes_may_be_refused(void **state)
{
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  fault = FAULT_NONE;
  takes_pages = 2;
  candidate.pool = SPANREF_POOL_CLOSED;
  candidate.takes = rounding_takes;
  candidate.alloc = rounding_alloc;
  candidate.free = lonely_free;
  candidate.joins = SPANREF_JOINS_NEVER;
  assert_int_equal(judged(&candidate, HEADER "g 0x10000 4\ng 0x20000 3\na 0 2\na 1 2\nf 0\nf 1\n"
                                             "a 2 3\n").judgement, JUDGED_SAME);
}

/* A closed pool of three pieces. Once each has lost a page, they don't serve again. */
static void what_is_drained_is_filled_again(void **state)
{
  static const char text[] = HEADER "a 0 512\na 1 1024\na 2 4096\na 3 1\nf 0\nf 1\nf 2\n";
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  candidate.pool = SPANREF_POOL_CLOSED;
  candidate.walk = NULL;
  fault = FAULT_NONE;
  struct outcome outcome = judged(&candidate, text);
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  fault = FAULT_LOSES_A_PAGE;
  outcome = judged(&candidate, text);
  assert_departs(outcome, DEPARTS_REFUSED, "alloc.nomem", 0);
  assert_non_null(strstr(outcome.departure.text, "the empty pool refuses 4096 pages"));
  candidate.pool = SPANREF_POOL_GROWS;
  fault = FAULT_NONE;
  assert_int_equal(judged(&candidate, HEADER "region 0x1000000 up\na 0 512\nf 0\n").judgement,
                   JUDGED_SAME);
}

/* Best fit: the highest of the shortest spans; `higher` pages above its beginning. */
static uint64_t higher;

static int highest_best_alloc(void *heap, uint64_t npages, bool manual,
                              struct spanref_answer *answer)
{
  struct list *list = heap;
  struct spanref_request request = {npages, 1, 0, 0, SPANREF_LIMIT_PAGES, SPANREF_BEST_FIT, manual};
  uint64_t base;
  size_t best = find(list, &request, &base);
  if (!is_size(npages)) return SPANREF_BAD_SIZE;
  if (best == list->count) return SPANREF_NO_MEMORY;
  for (size_t at = best + 1; at < list->count; at++)
    if (list->spans[at].free && list->spans[at].npages == list->spans[best].npages) best = at;
  base = list->spans[best].base;
  if (list->spans[best].npages >= npages + higher) base += higher;
  return take(list, best, base, &request, answer);
}

/* Two holes of three pages; the second is taken first, then the first. */
static void of_spans_that_fit_best_it_may_take_any(void **state)
{
  static const char text[] = HEADER "a 0 512\na 1 1024\na 2 3\na 3 1\na 4 3\na 5 1\nf 2\nf 4\n"
                                    "a 6 2\na 7 3\na 8 1 fit=best\na 9 7\n";
  struct spanref_candidate candidate = candidate_of(PLACEMENT);
  (void)state;
  fault = FAULT_NONE;
  higher = 0;
  candidate.alloc = highest_best_alloc;
  candidate.fit = SPANREF_BEST_FIT;
  assert_departs(judged(&candidate, text), DEPARTS_ADDRESS, "find.best", 15);
  candidate.fit = SPANREF_BEST_FIT_ANY;
  struct outcome outcome = judged(&candidate, text);
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  assert_int_equal(outcome.tally.counts[LEVEL_PLACEMENT][OP_HEAP].compared, 10);
  higher = 1; /* not the first place in the span */
  assert_departs(judged(&candidate, text), DEPARTS_ADDRESS, "find.best", 9);
  candidate.alloc = alloc; /* nor by first fit in a longer one */
  assert_departs(judged(&candidate, HEADER "a 0 512\na 1 1024\na 2 5\na 3 1\na 4 3\na 5 1\nf 2\nf 4\n"
                                           "a 6 3\n"),
                 DEPARTS_ADDRESS, "find.best", 15);
}

/* --- Next fit ------------------------------------------------------------------------------ */

static uint64_t rover; /* where the last allocation ended */

static void *roving_create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  rover = 0;
  return faulty_create(geometry, os);
}

/* From the rover on; or from the beginning of the free span that it lies in. */
static int next_alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer,
                      bool is_joined)
{
  struct list *list = heap;
  struct spanref_request request = {npages, 1, 0, rover, SPANREF_LIMIT_PAGES, SPANREF_FIRST_FIT,
                                    manual};
  size_t at = place_of(list, rover);
  uint64_t base;
  if (!is_size(npages)) return SPANREF_BAD_SIZE;
  if (is_joined && at < list->count && list->spans[at].free) request.from = list->spans[at].base;
  at = find(list, &request, &base);
  request.from = 0;
  if (at == list->count) at = find(list, &request, &base);
  if (at == list->count) return SPANREF_NO_MEMORY;
  rover = base + npages;
  return take(list, at, base, &request, answer);
}

static int from_the_rover(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  return next_alloc(heap, npages, manual, answer, false);
}

static int from_its_span(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  return next_alloc(heap, npages, manual, answer, true);
}

static int from_the_rover_absorbing(void *heap, uint64_t npages, bool manual,
                                    struct spanref_answer *answer)
{
  struct list *list = heap;
  int status = from_the_rover(heap, npages, manual, answer);
  size_t at = status == SPANREF_OK ? in_use_at(list, answer->base) : list->count;
  if (at + 1 < list->count && list->spans[at + 1].free && list->spans[at + 1].npages < 4)
    (void)take_behind(list, at, list->spans[at + 1].npages);
  if (at < list->count) rover = list->spans[at].base + list->spans[at].npages;
  return status;
}

/* Where it begins again, the highest. */
static int to_the_top(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  struct list *list = heap;
  struct spanref_request request = {npages, 1, 0, rover, SPANREF_LIMIT_PAGES, SPANREF_LAST_FIT,
                                    manual};
  uint64_t base;
  if (find(list, &request, &base) < list->count) return from_the_rover(heap, npages, manual, answer);
  request.from = 0;
  size_t at = find(list, &request, &base);
  return at < list->count ? take(list, at, base, &request, answer) : SPANREF_NO_MEMORY;
}

/* A pool of ten pages. The last allocation has to begin again at the lowest address. */
static void next_fit_goes_on_where_it_was(void **state)
{
  static const char text[] = HEADER "g 0x10000 10\na 0 2\na 1 2\nf 0\na 2 2\na 3 2\na 4 2\na 5 1\n";
  static const char joined[] = HEADER "g 0x10000 10\na 0 2\na 1 2\nf 1\na 2 2\n";
  struct spanref_candidate candidate = candidate_of(PLACEMENT);
  (void)state;
  fault = FAULT_NONE;
  candidate.fit = SPANREF_NEXT_FIT;
  candidate.pool = SPANREF_POOL_CLOSED;
  candidate.create = roving_create;
  candidate.alloc = from_the_rover;
  struct outcome outcome = judged(&candidate, text);
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  assert_int_equal(outcome.tally.counts[LEVEL_PLACEMENT][OP_HEAP].compared, 6);
  assert_int_equal(judged(&candidate, joined).judgement, JUDGED_SAME);
  candidate.remainder_min_pages = 4; /* it goes on behind what it took up */
  candidate.resize = NULL;
  candidate.alloc = from_the_rover_absorbing;
  assert_int_equal(judged(&candidate, HEADER "g 0x10000 20\na 0 2\na 1 2\na 2 13\nf 0\nf 2\na 3 1\n").judgement,
                   JUDGED_SAME);
  candidate.remainder_min_pages = 0;
  candidate.alloc = from_its_span;
  assert_int_equal(judged(&candidate, joined).judgement, JUDGED_SAME);
  candidate.alloc = to_the_top;
  assert_departs(judged(&candidate, text), DEPARTS_ADDRESS, "find", 14);
  candidate.alloc = alloc; /* first fit */
  outcome = judged(&candidate, text);
  assert_departs(outcome, DEPARTS_ADDRESS, "find", 11);
  assert_non_null(strstr(outcome.departure.text, "next address that fits is 0x14000"));
  assert_string_equal(outcome.departure.explanation, "the last allocation ended at 0x14000");
}

/* --- Growth ------------------------------------------------------------------------------------ */

/* It asks the OS first, every time. */
static int greedy_alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  if (is_size(npages) && npages < 64) (void)grow(heap, npages);
  return alloc(heap, npages, manual, answer);
}

static void who_grows_for_nothing_departs(void **state)
{
  static const char text[] = HEADER "region 0x1000000 up\na 0 60\na 1 4\na 2 5\n";
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  fault = FAULT_NONE;
  candidate.needs = as_many;
  assert_int_equal(judged(&candidate, text).judgement, JUDGED_SAME);
  candidate.alloc = greedy_alloc;
  assert_departs(judged(&candidate, text), DEPARTS_GREW, NULL, 9);
  assert_departs(judged(&candidate, HEADER "region 0x1000000 up\na 0 60\nrefuse 9\na 1 4\n"),
                 DEPARTS_GREW, NULL, 10);
  candidate.promises = SPANREF_MAY_GROW;
  assert_int_equal(judged(&candidate, text).judgement, JUDGED_SAME);
  candidate.promises = 0;
  candidate.needs = NULL; /* it doesn't say what surely serves */
  assert_int_equal(judged(&candidate, text).judgement, JUDGED_SAME);
}

/* --- What is said -------------------------------------------------------------------------------- */

/* Nothing but in_use, and that wrongly from the third allocation on. */
static void odd_stats(void *heap, struct spanref_stats *said)
{
  struct spanref_stats is;
  stats(heap, &is);
  said->in_use = allocations >= 3 ? SPANREF_UNKNOWN : is.in_use;
  said->idle = 12345;
}

static void turned_walk(void *heap, spanref_visit *visit, void *context)
{
  const struct list *list = heap;
  for (size_t at = 0; at < list->count; at++) {
    struct spanref_span span = list->spans[at];
    span.manual = span.free;
    span.scavenged = at % 2 == 0;
    visit(context, &span);
  }
}

/* A number like any other; and what isn't said isn't looked at. */
static void what_is_said_is_a_mask(void **state)
{
  struct spanref_candidate candidate = candidate_of(ACCOUNTING);
  (void)state;
  fault = FAULT_NONE;
  candidate.stats = odd_stats;
  assert_departs(judged(&candidate, USUAL), DEPARTS_STATS, "stats.idle", 7);
  candidate.says = SPANREF_SAYS_IN_USE;
  assert_departs(judged(&candidate, USUAL), DEPARTS_STATS, "stats.in_use", 10);
  candidate.says = SPANREF_SAYS_MANUAL; /* which it never sets */
  assert_departs(judged(&candidate, USUAL), DEPARTS_STATS, "stats.manual", 8);
  candidate.says = SPANREF_SAYS_IDLE; /* alone; of spans, and without them */
  assert_departs(judged(&candidate, USUAL), DEPARTS_STATS, "stats.idle", 7);
  candidate.walk = NULL;
  assert_departs(judged(&candidate, USUAL), DEPARTS_STATS, "stats.idle", 8);
  candidate = candidate_of(ACCOUNTING);
  candidate.says = SPANREF_SAYS_NFREE; /* compared, when all spans are looked at */
  assert_true(judged(&candidate, USUAL).tally.counts[LEVEL_ACCOUNTING][OP_HEAP].compared > 0);
  candidate.says = SPANREF_SAYS_SPAN_MANUAL;
  struct outcome outcome = judged(&candidate, USUAL);
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  assert_int_equal(outcome.tally.counts[LEVEL_ACCOUNTING][OP_HEAP].compared, 0);
}

static void a_flag_that_is_not_said_is_not_looked_at(void **state)
{
  struct spanref_candidate candidate = candidate_of(COALESCING);
  (void)state;
  fault = FAULT_NONE;
  candidate.walk = turned_walk;
  assert_departs(judged(&candidate, USUAL), DEPARTS_SPANS, "spans", 8);
  candidate.says = SPANREF_SAYS_IN_USE;
  assert_int_equal(judged(&candidate, USUAL).judgement, JUDGED_SAME);
  /* Two free neighbours that are said to be of two kinds must be one span all the same. */
  candidate.free = lonely_free;
  assert_departs(judged(&candidate, USUAL), DEPARTS_UNCOALESCED, "inv.coalesced", 0);
}

/* What is free is shown clean. */
static void clean_walk(void *heap, spanref_visit *visit, void *context)
{
  const struct list *list = heap;
  for (size_t at = 0; at < list->count; at++) {
    struct spanref_span span = list->spans[at];
    span.needzero = false;
    visit(context, &span);
  }
}

static void a_free_span_that_was_given_out_is_not_clean(void **state)
{
  struct spanref_candidate candidate = candidate_of(COALESCING);
  (void)state;
  fault = FAULT_NONE;
  candidate.walk = clean_walk;
  assert_int_equal(judged(&candidate, USUAL).judgement, JUDGED_SAME);
  candidate.says = SPANREF_SAYS_SPAN_NEEDZERO;
  assert_departs(judged(&candidate, USUAL), DEPARTS_SPANS, "inv.needzero", 11);
  candidate.walk = walk;
  assert_int_equal(judged(&candidate, USUAL).judgement, JUDGED_SAME);
}

/* --- Waivers by field ---------------------------------------------------------------------------- */

static void a_waiver_may_be_of_one_number(void **state)
{
  struct spanref_candidate candidate = candidate_of(ACCOUNTING);
  (void)state;
  fault = FAULT_NFREE;
  waived = (struct waivers){
      {{.what = DEPARTS_STATS, .is_of_field = true, .field = FIELD_NFREE, .why = "known"}}, 1};
  assert_int_equal(judged(&candidate, USUAL).judgement, JUDGED_SAME);
  fault = FAULT_MANUAL;
  assert_departs(judged(&candidate, USUAL), DEPARTS_STATS, "stats.manual", 10);
  waived.list[0].is_of_field = false;
  assert_int_equal(judged(&candidate, USUAL).judgement, JUDGED_SAME);
  waived.count = 0;
}

/* NULL: it is read. Otherwise what was expected. */
/* Its last two spans the wrong way round. */
static void swapped_walk(void *heap, spanref_visit *visit, void *context)
{
  const struct list *list = heap;
  for (size_t at = 0; at < list->count; at++) {
    bool is_late = list->count > 1 && at + 2 >= list->count;
    visit(context, &list->spans[is_late ? 2 * list->count - 3 - at : at]);
  }
}

/* One free page and two free spans too many. */
static void two_wrong_stats(void *heap, struct spanref_stats *said)
{
  const struct list *list = heap;
  stats(heap, said);
  if (list->count < 2) return;
  said->idle++;
  said->nfree += 2;
}

/* What else is wrong at the same time is seen. */
static void what_is_waived_hides_nothing_else(void **state)
{
  struct spanref_candidate candidate = candidate_of(COALESCING | SPANREF_ACCOUNTING);
  (void)state;
  fault = FAULT_NONE;
  candidate.stats = two_wrong_stats;
  candidate.says = SPANREF_SAYS_NFREE;
  candidate.walk = swapped_walk;
  assert_departs(judged(&candidate, USUAL), DEPARTS_SPANS, "spans", 8);
  waived = (struct waivers){.count = 1, .list = {{.what = DEPARTS_SPANS}}};
  assert_departs(judged(&candidate, USUAL), DEPARTS_STATS, "stats.nfree", 8);
  candidate.walk = walk;
  candidate.says = SPANREF_SAYS_NFREE | SPANREF_SAYS_IDLE;
  waived = (struct waivers){
      .count = 1, .list = {{.what = DEPARTS_STATS, .is_of_field = true, .field = FIELD_IDLE}}};
  assert_departs(judged(&candidate, USUAL), DEPARTS_STATS, "stats.nfree", 8);
  waived.count = 0;
}

static const char *waivers_of(const char *text, const char *verb, struct waivers *waivers)
{
  char path[] = "/tmp/spanref-waivers-XXXXXX";
  const char *expected;
  uint64_t line;
  int file = mkstemp(path);
  assert_true(file >= 0);
  assert_int_equal(write(file, text, strlen(text)), strlen(text));
  close(file);
  (void)waivers_read(waivers, path, verb, &line, &expected);
  unlink(path);
  return expected;
}

static void waivers_are_read(void **state)
{
  static const char text[] = "# a comment\nwaive stats.nfree: one\nwaive answer.advice_below: two\n"
                             "waive refused in fuzz: three\nwaive stats in check: four\n";
  static const char *const wrong[] = {"waive stats.nonsense: x\n", "waive overlap.nfree: x\n",
                                      "waive stats.base: x\n",     "waive stats in shrink: x\n",
                                      "waive : x\n",               "waive stats.: x\n"};
  struct waivers waivers;
  (void)state;
  assert_null(waivers_of(text, NULL, &waivers));
  assert_int_equal(waivers.count, 4);
  assert_string_equal(waiver_name(&waivers.list[0]).text, "stats.nfree");
  assert_string_equal(waiver_name(&waivers.list[1]).text, "answer.advice_below");
  assert_string_equal(waiver_name(&waivers.list[3]).text, "stats");
  assert_null(waivers_of(text, "fuzz", &waivers));
  assert_int_equal(waivers.count, 3);
  assert_string_equal(waivers.list[2].why, "three");
  assert_null(waivers_of(text, "check", &waivers));
  assert_int_equal(waivers.count, 3);
  assert_string_equal(waivers.list[2].why, "four");
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    assert_non_null(waivers_of(wrong[i], NULL, &waivers));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(whoever_rounds_up_says_so),
      cmocka_unit_test(whoever_joins_later_says_so),
      cmocka_unit_test(whom_a_free_run_surely_serves_may_not_refuse),
      cmocka_unit_test(good_fit_may_refuse_what_would_fit),
      cmocka_unit_test(what_is_too_short_for_what_it_takes_may_be_refused),
      cmocka_unit_test(what_is_drained_is_filled_again),
      cmocka_unit_test(of_spans_that_fit_best_it_may_take_any),
      cmocka_unit_test(next_fit_goes_on_where_it_was),
      cmocka_unit_test(who_grows_for_nothing_departs),
      cmocka_unit_test(what_is_said_is_a_mask),
      cmocka_unit_test(a_flag_that_is_not_said_is_not_looked_at),
      cmocka_unit_test(a_free_span_that_was_given_out_is_not_clean),
      cmocka_unit_test(a_waiver_may_be_of_one_number),
      cmocka_unit_test(what_is_waived_hides_nothing_else),
      cmocka_unit_test(waivers_are_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
