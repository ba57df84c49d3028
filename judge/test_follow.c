/* The reference follows a candidate: judge/follow.h. */
#include "test_faulty.h"

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

/* --- What is given out ------------------------------------------------------------------------ */

/* It asks for nothing but pages. */
static int ignoring_request(void *heap, const struct spanref_request *request,
                            struct spanref_answer *answer)
{
  return alloc(heap, request->npages, request->manual, answer);
}

/* The second page is free next. Whatever is asked for, that is given. */
static void who_ignores_a_request_departs(void **state)
{
  static const struct {
    const char *request;
    enum judgement judgement;
  } asked[] = {
      {"align=4", JUDGED_DEPARTED},
      {"align=4 phase=1", JUDGED_SAME},
      {"from=0x1002000", JUDGED_DEPARTED},
      {"from=0x1001000", JUDGED_SAME},
      {"below=0x1002000", JUDGED_DEPARTED}, /* of its two pages one lies there */
      {"below=0x1003000", JUDGED_SAME},
  };
  struct spanref_candidate candidate = candidate_of(SAFETY);
  char text[300];
  (void)state;
  fault = FAULT_NONE;
  candidate.alloc_request = ignoring_request;
  for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
    snprintf(text, sizeof text, HEADER "region 0x1000000 up\na 0 1\na 1 2 %s\n",
             asked[i].request);
    struct outcome outcome = judged(&candidate, text);
    assert_int_equal(outcome.judgement, asked[i].judgement);
    if (outcome.judgement == JUDGED_DEPARTED)
      assert_departs(outcome, DEPARTS_ADDRESS, "placement", 9);
  }
}

/* Of what a resize gained it says that it is clean. */
static int clean_resize(void *heap, uint64_t base, uint64_t npages, struct spanref_answer *answer)
{
  int status = resize(heap, base, npages, answer);
  answer->needzero = false;
  return status;
}

static void what_a_resize_gains_may_be_dirty(void **state)
{
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  fault = FAULT_NONE;
  candidate.resize = clean_resize;
  assert_int_equal(judged(&candidate, HEADER "region 0x1000000 up\na 0 2\nr 0 4\n").judgement,
                   JUDGED_SAME);
  assert_departs(judged(&candidate, HEADER "region 0x1000000 up\na 0 2\na 1 2\nf 1\nr 0 4\n"),
                 DEPARTS_DIRTY, "inv.needzero", 11);
}

/* --- What is refused ---------------------------------------------------------------------------- */

static int refusing_alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  (void)heap;
  (void)npages;
  (void)manual;
  (void)answer;
  return SPANREF_NO_MEMORY;
}

/* Whoever doesn't even ask the OS, which would serve. */
static void who_never_asks_the_os_departs(void **state)
{
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  fault = FAULT_NONE;
  candidate.walk = NULL;
  candidate.alloc = refusing_alloc;
  assert_departs(judged(&candidate, HEADER "region 0x1000000 up\na 0 1\n"), DEPARTS_REFUSED,
                 "alloc.nomem", 8);
  assert_int_equal(judged(&candidate, HEADER "a 0 1\n").judgement, JUDGED_SAME);
  assert_int_equal(judged(&candidate, HEADER "region 0x1000000 up\nrefuse 1\na 0 1\n").judgement,
                   JUDGED_SAME);
}

/* Its list is asked, and nothing beyond the limit believed. Whoever joins nothing has less in one
 * piece than the reference. */
static void who_has_no_free_run_may_refuse(void **state)
{
  static const char text[] = HEADER "region 0x1000000 up\na 0 60\na 1 2\na 2 2\nf 1\nf 2\n"
                                    "refuse 9\na 3 4\n";
  static const char gone[] = HEADER "region 0x1000000 up\na 0 4\na 1 4\nf 0\nf 1\nrefuse 9\n"
                                    "a 2 4\n";
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  fault = FAULT_NONE;
  candidate.free = lonely_free;
  assert_int_equal(judged(&candidate, text).judgement, JUDGED_SAME);
  candidate = candidate_of(SAFETY);
  candidate.alloc = asking_alloc; /* the third time it refuses, and the OS does */
  fault = FAULT_BOGUS_FREE;
  assert_departs(judged(&candidate, HEADER "region 0x1000000 up\na 0 4\na 1 4\nrefuse 9\na 2 4\n"),
                 DEPARTS_SPANS, "limit", 11);
  fault = FAULT_NONE;
  candidate.walk = NULL; /* nothing is in use: then it has what it obtained */
  assert_departs(judged(&candidate, gone), DEPARTS_REFUSED, "alloc.nomem", 13);
}

/* A span that can't be stands behind all others. */
static void bogus_walk(void *heap, spanref_visit *visit, void *context)
{
  const struct spanref_span bogus = {.base = SPANREF_LIMIT_PAGES, .npages = 5, .free = true};
  walk(heap, visit, context);
  visit(context, &bogus);
}

static void a_span_past_the_limit_hides_no_free_run(void **state)
{
  static const char text[] = HEADER "region 0x1000000 up\na 0 4\na 1 4\nrefuse 9\na 2 4\n";
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  fault = FAULT_NONE;
  candidate.alloc = asking_alloc; /* the third time it refuses, and the OS does */
  candidate.walk = bogus_walk;
  list_every = 64;
  assert_departs(judged(&candidate, text), DEPARTS_REFUSED, "alloc.nomem", 11);
  list_every = 1;
}

/* --- What is obtained ----------------------------------------------------------------------------- */

#define LARGE "spanref-trace 1\npage 4096\nphys 16384\nhuge 0\narena 262144\ngoal none\n"

static void *believing_create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  struct list *list = faulty_create(geometry, os);
  list->phys_pages = 1;
  return list;
}

static void *cutting_create(const struct spanref_geometry *geometry, const struct spanref_os *os)
{
  struct list *list = believing_create(geometry, os);
  list->arena_pages = 1;
  return list;
}

/* Who knows that is right, who believes what the OS says isn't. */
static void a_grant_of_no_use_is_not_obtained(void **state)
{
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  fault = FAULT_NONE;
  assert_int_equal(judged(&candidate, LARGE "region 0x1004000 up\na 0 1\n").judgement,
                   JUDGED_SAME);
  assert_int_equal(judged(&candidate, LARGE "region 0x1001000 up\na 0 1\n").judgement,
                   JUDGED_SAME);
  candidate.create = believing_create;
  assert_departs(judged(&candidate, LARGE "region 0x1001000 up\na 0 1\n"), DEPARTS_OUTSIDE, NULL,
                 8);
  /* Whoever asks for single pages makes the OS begin within physical ones. */
  candidate.create = cutting_create;
  assert_int_equal(judged(&candidate, LARGE "region 0x1000000 up\na 0 1\na 1 1\na 2 4\n").judgement,
                   JUDGED_SAME);
}

/* The second region is where the first was. Who refuses what overlaps is right. */
static void who_was_granted_what_is_of_no_use_may_refuse(void **state)
{
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  fault = FAULT_NONE;
  candidate.walk = NULL;
  assert_int_equal(judged(&candidate, HEADER "region 0x1000000 up\na 0 64\nregion 0x1000000 up\n"
                                             "refuse 1\na 1 4\n").judgement,
                   JUDGED_SAME);
}

/* --- What is shown ---------------------------------------------------------------------------------- */

/* The last free span is kept in reserve: it is in no span, and statistics say where it is. */
static void reserving_walk(void *heap, spanref_visit *visit, void *context)
{
  const struct list *list = heap;
  for (size_t at = 0; at + 1 < list->count; at++) visit(context, &list->spans[at]);
}

static void reserving_stats(void *heap, struct spanref_stats *said)
{
  const struct list *list = heap;
  stats(heap, said);
  said->arena_base = said->arena_end = 0;
  if (list->count == 0) return;
  const struct spanref_span *last = &list->spans[list->count - 1];
  said->arena_base = last->base;
  said->arena_end = last->base + last->npages;
  said->nfree--;
}

static void what_is_reserved_is_not_lost(void **state)
{
  struct spanref_candidate candidate = candidate_of(ACCOUNTING | COALESCING);
  (void)state;
  fault = FAULT_NONE;
  candidate.walk = reserving_walk;
  assert_departs(judged(&candidate, USUAL), DEPARTS_SPANS, "spans", 8);
  candidate.stats = reserving_stats;
  assert_int_equal(judged(&candidate, HEADER "region 0x1000000 up\na 0 4\na 1 2\nf 0\n").judgement,
                   JUDGED_SAME);
}

/* What is said of the first difference: lost before a span in use, and behind the last one;
 * shown free though it is in use, and though it was never obtained. */
static void what_is_wrong_with_a_list_is_said(void **state)
{
  static const struct {
    enum fault fault;
    const char *text, *says;
  } lists[] = {
      {FAULT_LOSES, "a 0 3\na 1 1\na 2 2\nf 0\n", "pages 0x1000 +3 were obtained and aren't in use"},
      {FAULT_LOSES, "a 0 3\na 1 1\na 2 60\nf 2\n", "pages 0x1004 +60 were obtained and aren't in use"},
      {FAULT_LOSES_A_PAGE, "a 0 3\na 1 1\na 2 2\nf 0\n", "pages 0x1002 +1 were obtained and aren't in use"},
      {FAULT_NOT_SHOWN, "a 0 3\na 1 1\na 2 2\n", "0x1000 +3 is in use, and it doesn't show that"},
      {FAULT_SHOWN_TWICE, "a 0 3\na 1 1\na 2 2\n", "it shows 0x1006 +58 in use, but 0 pages are in use there"},
      {FAULT_FREES_MORE, "a 0 3\na 1 1\na 2 2\n", "it shows 0x1006 +59 free, not all of which was obtained"},
  };
  struct spanref_candidate candidate = candidate_of(COALESCING);
  char text[300];
  (void)state;
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    fault = lists[i].fault;
    snprintf(text, sizeof text, HEADER "region 0x1000000 up\n%s", lists[i].text);
    struct outcome outcome = judged(&candidate, text);
    assert_int_equal(outcome.judgement, JUDGED_DEPARTED);
    if (strstr(outcome.departure.text, lists[i].says) == NULL)
      fail_msg("%s", outcome.departure.text);
  }
}

/* The first span is shown as of the other kind. */
static void turning_walk(void *heap, spanref_visit *visit, void *context)
{
  const struct list *list = heap;
  for (size_t at = 0; at < list->count; at++) {
    struct spanref_span span = list->spans[at];
    span.manual ^= at == 0;
    visit(context, &span);
  }
}

static void a_span_of_the_other_kind_is_seen(void **state)
{
  struct spanref_candidate candidate = candidate_of(COALESCING);
  (void)state;
  fault = FAULT_NONE;
  candidate.walk = turning_walk;
  assert_departs(judged(&candidate, USUAL), DEPARTS_SPANS, "spans", 8);
}

/* A number that was said is missed. */
static void silent_stats(void *heap, struct spanref_stats *said)
{
  stats(heap, said);
  if (allocations >= 3) said->idle = SPANREF_UNKNOWN;
}

static void a_number_that_was_said_is_said_again(void **state)
{
  struct spanref_candidate candidate = candidate_of(ACCOUNTING);
  (void)state;
  fault = FAULT_NONE;
  candidate.stats = silent_stats;
  assert_departs(judged(&candidate, USUAL), DEPARTS_STATS, "stats.sys", 10);
}

/* --- After a departure that is waived ------------------------------------------------------------------ */

/* What the candidate refused the reference hasn't done. */
static void after_a_waived_resize_all_is_compared(void **state)
{
  struct spanref_candidate candidate = candidate_of(SAFETY | PLACEMENT);
  (void)state;
  fault = FAULT_RESIZES_NOTHING;
  waived = (struct waivers){{{.what = DEPARTS_REFUSED, .why = "known"}}, 1};
  struct outcome outcome =
      judged(&candidate, HEADER "a 0 4\nm 1 2\na 2 3\nr 2 5\nl 0x1006000\na 3 1\n");
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  assert_int_equal(outcome.tally.waivers.list[0].used, 1);
  assert_int_equal(outcome.tally.counts[LEVEL_PLACEMENT][OP_LOOKUP].compared, 1);
  waived.count = 0;
}

/* Nobody knows any more what is in use. */
static void a_waived_overlap_ends_its_history(void **state)
{
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  fault = FAULT_OVERLAPS;
  waived = (struct waivers){{{.what = DEPARTS_OVERLAP, .why = "known"}}, 1};
  struct outcome outcome = judged(&candidate, USUAL);
  assert_int_equal(outcome.judgement, JUDGED_OVER);
  assert_int_equal(outcome.tally.compared, 3);
  waived.count = 0;
}

/* The page is another name's by then. */
static void a_name_is_freed_once(void **state)
{
  struct spanref_candidate candidate = candidate_of(SAFETY);
  (void)state;
  fault = FAULT_NONE;
  struct outcome outcome =
      judged(&candidate, HEADER "region 0x1000000 up\na 0 1\nf 0\na 1 1\nf 0\nf 1\n");
  assert_int_equal(outcome.judgement, JUDGED_SAME);
  assert_int_equal(outcome.tally.counts[LEVEL_SAFETY][OP_FREE].skipped, 1);
  assert_int_equal(outcome.tally.counts[LEVEL_SAFETY][OP_FREE].compared, 2);
}

/* --- What is loaded ------------------------------------------------------------------------------------ */

/* What a table doesn't have it can't say, whatever lies behind it. */
static void tables_of_older_versions_are_read(void **state)
{
  struct spanref_candidate mine = candidate_of(SAFETY), table;
  (void)state;
  mine.can = SPANREF_CAN_ALIGN;
  mine.takes = as_many;
  assert_null(about_adopt(&mine, &table));
  assert_true(table.takes == as_many);
  mine.size_bytes = offsetof(struct spanref_candidate, joins);
  assert_null(about_adopt(&mine, &table));
  assert_int_equal(table.can, SPANREF_CAN_ALIGN);
  assert_true(table.takes == NULL);
  mine.version = 1;
  assert_non_null(about_adopt(&mine, &table));
  mine.size_bytes = offsetof(struct spanref_candidate, can);
  assert_null(about_adopt(&mine, &table));
  assert_int_equal(table.can, 0);
  mine.size_bytes += 8;
  assert_non_null(about_adopt(&mine, &table));
  mine = candidate_of(SAFETY);
  mine.align_max_pages = 8;
  mine.size_bytes = offsetof(struct spanref_candidate, align_max_pages);
  assert_null(about_adopt(&mine, &table));
  assert_int_equal(table.align_max_pages, 0);
  mine.size_bytes -= 4;
  assert_non_null(about_adopt(&mine, &table));
  mine = candidate_of(SAFETY);
  mine.version = SPANREF_CANDIDATE_VERSION + 1;
  assert_non_null(about_adopt(&mine, &table));
}

/* As in other languages. */
static void put_byte(bool *flag)
{
  unsigned char byte = *flag ? 2 : 0;
  memcpy(flag, &byte, 1);
}

static void foreign_walk(void *heap, spanref_visit *visit, void *context)
{
  const struct list *list = heap;
  for (size_t at = 0; at < list->count; at++) {
    struct spanref_span span = list->spans[at];
    put_byte(&span.free);
    put_byte(&span.manual);
    visit(context, &span);
  }
}

static void any_byte_but_0_is_true(void **state)
{
  struct spanref_candidate candidate = candidate_of(COALESCING);
  (void)state;
  fault = FAULT_NONE;
  candidate.walk = foreign_walk;
  assert_int_equal(judged(&candidate, USUAL).judgement, JUDGED_SAME);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(many_spans_are_followed_by_another_heap),
      cmocka_unit_test(who_ignores_a_request_departs),
      cmocka_unit_test(what_a_resize_gains_may_be_dirty),
      cmocka_unit_test(who_never_asks_the_os_departs),
      cmocka_unit_test(who_has_no_free_run_may_refuse),
      cmocka_unit_test(a_span_past_the_limit_hides_no_free_run),
      cmocka_unit_test(a_grant_of_no_use_is_not_obtained),
      cmocka_unit_test(who_was_granted_what_is_of_no_use_may_refuse),
      cmocka_unit_test(what_is_reserved_is_not_lost),
      cmocka_unit_test(what_is_wrong_with_a_list_is_said),
      cmocka_unit_test(a_span_of_the_other_kind_is_seen),
      cmocka_unit_test(a_number_that_was_said_is_said_again),
      cmocka_unit_test(after_a_waived_resize_all_is_compared),
      cmocka_unit_test(a_waived_overlap_ends_its_history),
      cmocka_unit_test(a_name_is_freed_once),
      cmocka_unit_test(tables_of_older_versions_are_read),
      cmocka_unit_test(any_byte_but_0_is_true),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
