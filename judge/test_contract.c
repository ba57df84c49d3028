/* What a candidate declares, it is held to, and no more: docs/writing-a-candidate.md. */
#include <unistd.h>

#include "test_faulty.h"

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

static int rounding_alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  return alloc(heap, rounding_takes(heap, npages), manual, answer);
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

/* --- Limits ---------------------------------------------------------------------------------- */

static uint64_t max_pages, alive, alive_max;

static int limited_alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  if (npages > max_pages || alive >= alive_max) return SPANREF_NO_MEMORY;
  int status = alloc(heap, npages, manual, answer);
  alive += status == SPANREF_OK;
  return status;
}

static int limited_free(void *heap, uint64_t base, struct spanref_answer *answer)
{
  alive--;
  return free_span(heap, base, answer);
}

static struct outcome judged_with_limits(const struct spanref_candidate *candidate, uint64_t pages,
                                         uint64_t allocations_max)
{
  max_pages = pages;
  alive_max = allocations_max;
  alive = 0;
  return judged(candidate, HEADER "region 0x1000000 up\na 0 7\na 1 8\na 2 9\na 3 1\nf 1\na 4 1\na 5 1\n");
}

/* At the limit, one less and one more. */
static void a_limit_is_exact(void **state)
{
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  fault = FAULT_NONE;
  candidate.alloc = limited_alloc;
  candidate.free = limited_free;
  candidate.request_max_pages = 8;
  assert_int_equal(judged_with_limits(&candidate, 8, 99).judgement, JUDGED_SAME);
  assert_departs(judged_with_limits(&candidate, 7, 99), DEPARTS_REFUSED, "alloc.nomem", 9);
  assert_departs(judged_with_limits(&candidate, 9, 99), DEPARTS_ACCEPTED, NULL, 10);
  candidate.request_max_pages = 0;
  candidate.alive_max = 3;
  assert_int_equal(judged_with_limits(&candidate, 99, 3).judgement, JUDGED_SAME);
  assert_int_equal(judged_with_limits(&candidate, 99, 4).judgement, JUDGED_SAME);
  assert_departs(judged_with_limits(&candidate, 99, 2), DEPARTS_REFUSED, "alloc.nomem", 10);
}

/* Less than four pages are never left. */
static int absorbing_alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  struct list *list = heap;
  int status = alloc(heap, npages, manual, answer);
  size_t at = status == SPANREF_OK ? in_use_at(list, answer->base) : list->count;
  if (at + 1 < list->count && list->spans[at + 1].free && list->spans[at + 1].npages < 4)
    (void)take_behind(list, at, list->spans[at + 1].npages);
  return status;
}

static void a_small_remainder_is_taken_up(void **state)
{
  static const char text[] = HEADER "region 0x1000000 up\na 0 56\na 1 4\nf 0\na 2 53\na 3 1\n"
                                    "f 2\na 4 52\n";
  struct spanref_candidate candidate = candidate_of(ACCOUNTING | COALESCING);
  (void)state;
  fault = FAULT_NONE;
  candidate.resize = NULL;
  candidate.alloc = absorbing_alloc;
  assert_departs(judged(&candidate, text), DEPARTS_STATS, "stats.in_use", 11);
  candidate.remainder_min_pages = 4;
  assert_int_equal(judged(&candidate, text).judgement, JUDGED_SAME);
  candidate.remainder_min_pages = 5; /* it leaves four */
  assert_departs(judged(&candidate, text), DEPARTS_STATS, "stats.in_use", 9);
  candidate.alloc = alloc;
  candidate.remainder_min_pages = 4;
  assert_departs(judged(&candidate, text), DEPARTS_STATS, "stats.in_use", 11);
}

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

/* --- Pools -------------------------------------------------------------------------------------- */

static uint64_t handed_in[8], nhanded_in, told_pages;

static int refusing_add(void *heap, uint64_t base, uint64_t npages)
{
  return base >= 0x40 ? SPANREF_BAD_RANGE : add(heap, base, npages);
}

static int noting_add(void *heap, uint64_t base, uint64_t npages)
{
  if (nhanded_in < 8) handed_in[nhanded_in++] = npages;
  return add(heap, base, npages);
}

static void *noting_create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  nhanded_in = 0;
  told_pages = geometry->pool_pages;
  return faulty_create(geometry, os);
}

/* What a history hands in to begin with is all there is. Pieces that overlap aren't. */
static void a_pool_is_what_its_history_hands_in(void **state)
{
  struct spanref_candidate candidate = candidate_of(SAFETY | PLACEMENT);
  (void)state;
  fault = FAULT_NONE;
  candidate.create = noting_create;
  candidate.add = noting_add;
  assert_int_equal(judged(&candidate, HEADER "g 0x10000 4\na 0 7\n").judgement, JUDGED_SAME);
  assert_int_equal(nhanded_in, 3);
  candidate.pool = SPANREF_POOL_CLOSED;
  assert_int_equal(judged(&candidate, HEADER "region 0x1000000 up\ng 0x10000 4\ng 0x12000 4\n"
                                             "g 0x20000 6\na 0 7\na 1 6\ng 0x80000 4\na 2 4\n"
                                             "a 3 1\n").judgement,
                   JUDGED_SAME);
  assert_int_equal(nhanded_in, 2);
  assert_int_equal(handed_in[0] + handed_in[1], 10);
  assert_int_equal(judged(&candidate, HEADER "a 0 7\ng 0x10000 4\n").judgement, JUDGED_SAME);
  assert_int_equal(nhanded_in, 3);
  assert_int_equal(judged(&candidate, HEADER).judgement, JUDGED_SAME);
  assert_int_equal(nhanded_in, 3);
  candidate.pool_max_pages = 1000;
  assert_int_equal(judged(&candidate, HEADER "a 0 7\n").judgement, JUDGED_SAME);
  assert_int_equal(nhanded_in, 2);
  assert_int_equal(handed_in[1], 1000 - 512);
  assert_int_equal(judged(&candidate, HEADER "g 0x10000 1001\ng 0x10000 1000\na 0 1000\n").judgement,
                   JUDGED_SAME);
  assert_int_equal(nhanded_in, 1);
  assert_int_equal(handed_in[0], 1000);
  candidate.pool_unit_pages = 100;
  assert_int_equal(judged(&candidate, HEADER "a 0 1\n").judgement, JUDGED_SAME);
  assert_int_equal(handed_in[0], 600);
  assert_int_equal(handed_in[1], 400);
  assert_int_equal(judged(&candidate, HEADER "g 0x10000 100\ng 0x64000 50\ng 0x64000 200\na 0 1\n")
                       .judgement, JUDGED_SAME);
  assert_int_equal(nhanded_in, 1);
  assert_int_equal(handed_in[0], 200);
  candidate.pool_unit_pages = 0;
  candidate.pool_max_pages = 0;
  candidate.pool_pieces_max = 1;
  assert_int_equal(judged(&candidate, HEADER "g 0x10000 100\ng 0x9000000 5\na 0 100\na 1 1\n")
                       .judgement, JUDGED_SAME);
  assert_int_equal(nhanded_in, 1);
  assert_int_equal(judged(&candidate, HEADER "a 0 5632\na 1 1\n").judgement, JUDGED_SAME);
  assert_int_equal(nhanded_in, 1);
  assert_int_equal(handed_in[0], 512 + 1024 + 4096);
  candidate.pool_min_pages = 10000;
  candidate.pool_pieces_max = 2;
  assert_int_equal(judged(&candidate, HEADER "a 0 9488\na 1 512\na 2 1\n").judgement, JUDGED_SAME);
  assert_int_equal(nhanded_in, 2);
  assert_int_equal(handed_in[1], 10000 - 512);
  assert_int_equal(judged(&candidate, HEADER "g 0x10000 100\na 0 10000\n").judgement, JUDGED_SAME);
  assert_int_equal(handed_in[0], 10000); /* no pool is smaller */
  candidate.pool_min_pages = candidate.pool_pieces_max = 0;
  candidate.add = refusing_add;
  assert_int_equal(judged(&candidate, HEADER "g 0x3f000 1\ng 0x40000 1\na 0 1\na 1 1\n").judgement,
                   JUDGED_SAME);
  assert_departs(judged(&candidate, HEADER "g 0x40000 1\na 0 1\n"), DEPARTS_REFUSED, "alloc.nomem",
                 8);
}

/* What begins at this page joins nothing below it. */
static uint64_t apart_page;

static void joined_but_there(struct list *list, size_t at)
{
  struct spanref_span *spans = list->spans;
  if (at + 1 < list->count && spans[at + 1].base != apart_page && are_one(&spans[at], &spans[at + 1])) {
    spans[at].npages += spans[at + 1].npages;
    take_out(list, at + 1);
  }
  if (at == 0 || spans[at].base == apart_page || !are_one(&spans[at - 1], &spans[at])) return;
  spans[at - 1].npages += spans[at].npages;
  take_out(list, at);
}

static int apart_free(void *heap, uint64_t base, struct spanref_answer *answer)
{
  struct list *list = heap;
  int status = lonely_free(heap, base, answer);
  if (status == SPANREF_OK) joined_but_there(list, place_of(list, base));
  return status;
}

static int apart_add(void *heap, uint64_t base, uint64_t npages)
{
  struct list *list = heap;
  nhanded_in++;
  if (!make_room(list)) return SPANREF_NO_MEMORY;
  insert(list, place_of(list, base), (struct spanref_span){base, npages, true, false, false, true});
  return SPANREF_OK;
}

/* Two regions that touch, each granted for itself; and two pieces of a pool that would. */
static void pieces_may_stay_apart(void **state)
{
  static const char text[] = HEADER "region 0x1000000 up\na 0 64\na 1 32\na 2 32\nf 0\nf 1\nf 2\n";
  struct spanref_candidate candidate = candidate_of(COALESCING);
  (void)state;
  fault = FAULT_NONE;
  apart_page = 0x1040;
  candidate.free = apart_free;
  assert_departs(judged(&candidate, text), DEPARTS_UNCOALESCED, "inv.coalesced", 12);
  candidate.joins = SPANREF_JOINS_IN_PIECES;
  assert_int_equal(judged(&candidate, text).judgement, JUDGED_SAME);
  candidate.free = lonely_free;
  assert_departs(judged(&candidate, text), DEPARTS_UNCOALESCED, "inv.coalesced", 13);
  candidate.free = apart_free;
  candidate.create = noting_create;
  candidate.add = apart_add;
  candidate.pool = SPANREF_POOL_CLOSED;
  assert_int_equal(judged(&candidate, HEADER "g 0x1000000 4\ng 0x1004000 4\ng 0x1009000 4\na 0 4\n")
                       .judgement, JUDGED_SAME);
  assert_int_equal(nhanded_in, 2);
}

/* In its own memory a candidate is told how much that shall be. */
static void a_pool_of_bytes_is_told_its_size(void **state)
{
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  fault = FAULT_NONE;
  candidate.create = noting_create;
  candidate.memory = SPANREF_BYTES;
  candidate.alloc = limited_alloc;
  max_pages = 0; /* so that no byte is touched */
  alive = alive_max = 0;
  (void)judged(&candidate, HEADER "g 0x10000 40\ng 0x80000 2\na 0 1\n");
  assert_int_equal(told_pages, 0);
  candidate.pool = SPANREF_POOL_CLOSED;
  (void)judged(&candidate, HEADER "g 0x10000 40\ng 0x80000 2\na 0 1\n");
  assert_int_equal(told_pages, 42);
  candidate.pool_min_pages = 50;
  (void)judged(&candidate, HEADER "g 0x10000 40\ng 0x80000 2\na 0 1\n");
  assert_int_equal(told_pages, 50);
  candidate.pool_max_pages = 60;
  (void)judged(&candidate, HEADER "g 0x10000 61\na 0 1\n");
  assert_int_equal(told_pages, 60);
  (void)judged(&candidate, HEADER "a 0 1\n");
  assert_int_equal(told_pages, 0);
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
      cmocka_unit_test(a_limit_is_exact),
      cmocka_unit_test(a_small_remainder_is_taken_up),
      cmocka_unit_test(what_was_cleared_is_clean),
      cmocka_unit_test(what_is_freed_is_pending_until_it_is_released),
      cmocka_unit_test(who_gives_out_what_is_pending_departs),
      cmocka_unit_test(what_is_pending_is_not_in_use),
      cmocka_unit_test(after_a_reload_all_is_as_it_was),
      cmocka_unit_test(who_grows_for_nothing_departs),
      cmocka_unit_test(a_free_says_how_much_was_asked_for),
      cmocka_unit_test(wrong_frees_are_asked_of_who_refuses_them),
      cmocka_unit_test(each_wrong_free_is_asked_around_a_right_one),
      cmocka_unit_test(what_is_rounded_up_is_not_written),
      cmocka_unit_test(what_a_resize_gives_was_given_out),
      cmocka_unit_test(a_free_by_address_takes_the_name),
      cmocka_unit_test(of_what_rounds_up_a_page_less_isnt_asked),
      cmocka_unit_test(an_accepted_size_of_0_ends_nothing),
      cmocka_unit_test(a_pool_is_what_its_history_hands_in),
      cmocka_unit_test(pieces_may_stay_apart),
      cmocka_unit_test(a_pool_of_bytes_is_told_its_size),
      cmocka_unit_test(what_is_said_is_a_mask),
      cmocka_unit_test(a_flag_that_is_not_said_is_not_looked_at),
      cmocka_unit_test(a_free_span_that_was_given_out_is_not_clean),
      cmocka_unit_test(a_waiver_may_be_of_one_number),
      cmocka_unit_test(waivers_are_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
