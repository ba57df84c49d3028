/* The shrinker keeps what it was given to keep, and leaves out all else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "shrink.h"
#include "../judge/test_liar.h"

static const char text[] = "spanref-trace 1\n"
                           "page 8192\n"
                           "phys 32768\n"
                           "huge 65536\n"
                           "arena 524288\n"
                           "goal 4096\n"
                           "# noise\n"
                           "region 0x100000 up\n"
                           "m 7 3\n"
                           "a 8 8 = 0x106000\n"
                           "a 5 70\n"
                           "l 0x100000\n"
                           "f 8\n"
                           "f 8\n"
                           "g 0x8000000 4\n"
                           "s 16384\n"
                           "refuse 9\n"
                           "a 4 9999\n"
                           "f 4\n"
                           "f 7\n"
                           "d\n"
                           "a 9 1\n";

static struct trace parsed(void)
{
  struct trace trace;
  struct trace_error error;
  assert_true(trace_parse(text, sizeof text - 1, &trace, &error));
  return trace;
}

/* As text; the caller frees it. */
static char *printed(const struct trace *trace)
{
  char *copy = calloc(1, 4096);
  FILE *to = tmpfile();
  assert_non_null(to);
  assert_non_null(copy);
  assert_true(trace_print(to, trace));
  rewind(to);
  assert_true(fread(copy, 1, 4095, to) < 4095);
  fclose(to);
  return copy;
}

static const struct spanref_candidate candidate_liar = LIAR("liar", liar_create);

/* What is left of the trace where the candidate tells this lie. */
static char *shrunk(enum lie lie, uint64_t when, enum judgement judgement,
                    struct shrink_counts *counts)
{
  static struct transport liar;
  static struct judge judge;
  struct trace trace = parsed();
  liar_lie = lie;
  liar_when = when;
  assert_true(transport_open_here(&liar, &candidate_liar));
  assert_true(judge_create(&judge, &liar, &candidate_ref));
  judge.must_serve = true;
  assert_int_equal(shrink(&judge, &trace, counts), judgement);
  char *left = printed(&trace);
  judge_destroy(&judge);
  transport_close(&liar);
  trace_free(&trace);
  return left;
}

#define HEADER_OF(arena) \
  "spanref-trace 1\npage 8192\nphys 8192\nhuge 0\narena " arena "\ngoal none\n"
#define HEADER HEADER_OF("524288")

static void shrinks_to(enum lie lie, uint64_t when, const char *expected)
{
  struct shrink_counts counts = {0};
  char *left = shrunk(lie, when, JUDGED_DEPARTED, &counts);
  size_t lines = 0;
  assert_string_equal(left, expected);
  for (const char *c = left; *c != '\0'; c++) lines += *c == '\n';
  assert_int_equal(counts.operations_before, 15);
  assert_int_equal(counts.operations_after, lines - 6);
  assert_true(counts.replays > 0);
  free(left);
}

static void what_conforms_stays_as_it_is(void **state)
{
  struct shrink_counts counts = {0};
  (void)state;
  char *left = shrunk(LIE_NONE, 0, JUDGED_SAME, &counts);
  assert_string_equal(left, text);
  free(left);
}

static void one_operation_is_enough(void **state)
{
  (void)state;
  shrinks_to(LIE_ALLOC_BASE, 1, HEADER "a 0 1\n");
}

/* Of what precedes the fourth operation only the number matters: memory handed in a
 * second time is refused, and counts. */
static void what_is_needed_stays(void **state)
{
  (void)state;
  shrinks_to(LIE_FREE_ADVICE, 4, HEADER_OF("1048576") "g 0x0 1\ng 0x0 1\na 0 1\nf 0\n");
}

/* Memory handed in would show it in one operation, but an allocation showed it first. */
static void the_operation_stays(void **state)
{
  (void)state;
  shrinks_to(LIE_STATS_NFREE, 1, HEADER "region 0x0 up\na 0 1\n");
}

/* Spans are looked up after each operation: which one that is doesn't matter. Memory handed in is
 * free at once, and growth beyond what was asked for isn't needed. */
static void a_lookup_departs_after_any_operation(void **state)
{
  (void)state;
  shrinks_to(LIE_LOOKUP_ALWAYS, 0, HEADER "g 0x0 1\n");
}

static void the_header_that_is_refused_is_kept(void **state)
{
  struct shrink_counts counts = {0};
  (void)state;
  char *left = shrunk(LIE_CREATE, 0, JUDGED_DEPARTED, &counts);
  assert_string_equal(left, HEADER);
  free(left);
}

static void the_same_trace_shrinks_to_the_same(void **state)
{
  struct shrink_counts first = {0}, second = {0};
  (void)state;
  char *a = shrunk(LIE_WALK_NEEDZERO, 6, JUDGED_DEPARTED, &first);
  char *b = shrunk(LIE_WALK_NEEDZERO, 6, JUDGED_DEPARTED, &second);
  assert_string_equal(a, b);
  assert_memory_equal(&first, &second, sizeof first);
  free(a);
  free(b);
}

/* Called after every replay, with what is true by then. */
static void watch(void *context, const struct shrink_counts *counts)
{
  struct shrink_counts *seen = context;
  assert_int_equal(counts->replays, seen->replays + 1);
  assert_true(counts->operations_after <= seen->operations_after);
  seen->replays = counts->replays;
  seen->operations_after = counts->operations_after;
}

static void who_watches_sees_it_get_shorter(void **state)
{
  struct shrink_counts seen = {.operations_after = 15};
  struct shrink_counts counts = {.watch = watch, .watch_context = &seen};
  (void)state;
  free(shrunk(LIE_ALLOC_BASE, 1, JUDGED_DEPARTED, &counts));
  assert_int_equal(seen.replays, counts.replays);
  assert_int_equal(seen.operations_after, 1);
}

static int replays_left;

static bool is_over(void) { return replays_left-- <= 0; }

static void it_can_be_ended_early(void **state)
{
  (void)state;
  for (int i = 0; i < 2; i++) {
    struct shrink_counts counts = {.is_over = is_over};
    replays_left = 1000 * i;
    free(shrunk(LIE_ALLOC_BASE, 1, JUDGED_DEPARTED, &counts));
    assert_int_equal(counts.operations_after == 1, i);
  }
}

/* It asks the OS twenty thousand times, and refuses. */
static int asking_alloc(void *heap, uint64_t npages, bool manual, struct spanref_answer *answer)
{
  uint64_t base, granted;
  for (int i = 0; i < 20000; i++)
    (void)liar_os->reserve(liar_os->context, UINT64_C(1) << 50, &base, &granted);
  return liar_alloc(heap, npages, manual, answer);
}

static void who_asks_without_end_is_not_replayed_without_end(void **state)
{
  static struct transport liar;
  static struct judge judge;
  struct spanref_candidate asking = candidate_liar;
  struct trace trace = parsed();
  struct shrink_counts counts = {0};
  (void)state;
  asking.alloc = asking_alloc;
  liar_lie = LIE_ALLOC_BASE;
  liar_when = 3;
  assert_true(transport_open_here(&liar, &asking));
  assert_true(judge_create(&judge, &liar, &candidate_ref));
  judge.must_serve = true;
  assert_int_equal(shrink(&judge, &trace, &counts), JUDGED_DEPARTED);
  assert_in_range(counts.replays, 1, 250);
  judge_destroy(&judge);
  transport_close(&liar);
  trace_free(&trace);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_conforms_stays_as_it_is),
      cmocka_unit_test(one_operation_is_enough),
      cmocka_unit_test(what_is_needed_stays),
      cmocka_unit_test(the_operation_stays),
      cmocka_unit_test(a_lookup_departs_after_any_operation),
      cmocka_unit_test(the_header_that_is_refused_is_kept),
      cmocka_unit_test(who_watches_sees_it_get_shorter),
      cmocka_unit_test(the_same_trace_shrinks_to_the_same),
      cmocka_unit_test(it_can_be_ended_early),
      cmocka_unit_test(who_asks_without_end_is_not_replayed_without_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
