/* A departure is seen again, and a history made short, in processes started anew. The candidates
 * are those of cli/test_naughty_twice.c: each is built here, since each has processes of its own. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistd.h>

#include "../candidates/ours/ours.h"
#include "confirm.h"
#include "shrink.h"

#define HEADER_OF(arena) \
  "spanref-trace 1\npage 8192\nphys 8192\nhuge 0\narena " arena "\ngoal none\nregion 0x0 up\n"
#define HEADER HEADER_OF("524288")

static char place[] = "/tmp/spanref-confirm-XXXXXX";
static struct transport candidate;
static struct judge judge;

static int begin_all(void **state)
{
  (void)state;
  return mkdtemp(place) == NULL;
}

static int end_all(void **state)
{
  char command[100];
  (void)state;
  snprintf(command, sizeof command, "rm -r %s", place);
  return system(command);
}

/* A process that was never started before. */
static void open_naughty(const char *how)
{
  const struct cell_limits limits = {10, UINT64_C(1) << 46, UINT64_C(1) << 31};
  char path[60], command[300];
  const char *why;
  signal(SIGSEGV, SIG_DFL); /* cmocka's handler would go on with the test, in the cell */
  snprintf(path, sizeof path, "%s/%s.so", place, how);
  snprintf(command, sizeof command,
           "cc -O1 -w -fPIC -shared -Icandidates -DNAUGHTY=%s -o %s cli/test_naughty_twice.c", how,
           path);
  assert_int_equal(system(command), 0);
  assert_true(transport_open_cell(&candidate, path, limits, &why));
  snprintf(path, sizeof path, "%s/%s.starts", place, how);
  (void)remove(path);
  setenv("NAUGHTY_STARTS", path, true);
  judge_renew(&(struct judge){.sides = {[SIDE_CANDIDATE] = &candidate}});
  assert_true(judge_create(&judge, &candidate, &candidate_ref));
}

static void close_naughty(void)
{
  judge_destroy(&judge);
  transport_close(&candidate);
}

static struct trace parsed(const char *text)
{
  struct trace trace;
  struct trace_error error;
  assert_true(trace_parse(text, strlen(text), &trace, &error));
  return trace;
}

static const struct trace *history_of(void *context, size_t number)
{
  const struct trace *histories = context;
  return &histories[number];
}

/* Runs so many histories, the last numbers first, and what departs is confirmed. */
static struct confirmation confirmed(struct trace *histories, size_t count)
{
  size_t at;
  for (size_t i = count; --i > 0;)
    assert_int_equal(confirm_run(&judge, &histories[i], &at), JUDGED_SAME);
  assert_int_equal(confirm_run(&judge, &histories[0], &at), JUDGED_DEPARTED);
  struct departure departure = judge.departure;
  struct confirmation found = confirm(&judge, history_of, histories, count - 1);
  assert_true(departures_are_alike(&departure, &judge.departure));
  assert_false(found.is_other);
  for (size_t i = 0; i < count; i++) trace_free(&histories[i]);
  close_naughty();
  return found;
}

#define LOSES HEADER "a 0 3\nf 0\n"

static void alone(void **state)
{
  struct trace histories[] = {parsed(LOSES)};
  (void)state;
  open_naughty("LOSES");
  struct confirmation found = confirmed(histories, 1);
  assert_true(confirmed_alone(&found));
  assert_int_equal(found.shown, CONFIRM_TRIES);
}

static void in_a_row(void **state)
{
  struct trace histories[] = {parsed(LOSES), parsed(LOSES), parsed(LOSES)};
  (void)state;
  open_naughty("THIRD");
  struct confirmation found = confirmed(histories, 3);
  assert_int_equal(found.shown, 0);
  assert_int_equal(found.runs, 3);
  assert_false(confirmed_by_chance(&found));
}

/* Of those before it the last three are needed: a process that began with another arena. */
static void after_others(void **state)
{
  const char *other = HEADER_OF("1048576") "a 0 1\n", *same = HEADER "a 0 1\n";
  struct trace histories[] = {parsed(LOSES),  parsed(same),  parsed(same), parsed(other),
                              parsed(other), parsed(other), parsed(other)};
  (void)state;
  open_naughty("FIRST");
  struct confirmation found = confirmed(histories, sizeof histories / sizeof *histories);
  assert_int_equal(found.shown, 0);
  assert_int_equal(found.runs, 0);
  assert_int_equal(found.before, 3);
  assert_false(confirmed_by_chance(&found));
}

static void now_and_then(void **state)
{
  struct trace histories[] = {parsed(LOSES)};
  (void)state;
  open_naughty("SOMETIMES");
  struct confirmation found = confirmed(histories, 1);
  assert_int_equal(found.shown, 1);
  assert_true(confirmed_by_chance(&found));
}

static void never_again(void **state)
{
  struct trace histories[] = {parsed(LOSES), parsed(HEADER)};
  (void)state;
  open_naughty("ONCE");
  struct confirmation found = confirmed(histories, 2);
  assert_int_equal(found.shown, 0);
  assert_true(confirmed_by_chance(&found));
}

/* Not in the three new processes in which it runs alone, nor in the next, but in the first in which
 * it would run over and over. */
static void seen_twice_is_chance_as_well(void **state)
{
  struct trace histories[] = {parsed(LOSES)};
  (void)state;
  open_naughty("RARELY");
  struct confirmation found = confirmed(histories, 1);
  assert_int_equal(found.shown, 0);
  assert_true(confirmed_by_chance(&found));
}

/* What the look at the end shows that didn't look after it. */
static void the_last_operation_is_to_blame(void **state)
{
  size_t at;
  struct trace trace = parsed(HEADER "a 0 1\nm 1 1\n");
  (void)state;
  open_naughty("TURNS");
  judge.list_every = 2;
  assert_int_equal(judge_trace(&judge, &trace, &at), JUDGED_DEPARTED);
  assert_int_equal(at, 3);
  assert_int_equal(judge_locate(&judge, &trace, &at), JUDGED_DEPARTED);
  assert_int_equal(at, 2);
  assert_int_equal(judge.departure.kind, OP_MANUAL);
  trace_free(&trace);
  close_naughty();
}

/* The free of b joins late, which a look every 64 operations doesn't see. */
static void otherwise_where_it_is_looked_at_closely(void **state)
{
  size_t at;
  struct trace trace = parsed(HEADER "a 0 1\na 1 1\nf 0\nf 1\na 2 1\na 3 7\na 4 1\na 5 1\n"
                                     "f 2\nf 4\nf 3\n");
  (void)state;
  open_naughty("TWO_FAULTS");
  judge.list_every = 64;
  assert_int_equal(judge_trace(&judge, &trace, &at), JUDGED_DEPARTED);
  assert_int_equal(judge.departure.what, DEPARTS_STATS);
  struct confirmation found = confirm(&judge, history_of, &trace, 0);
  assert_true(found.is_other);
  assert_true(confirmed_alone(&found));
  assert_int_equal(found.at, 4);
  assert_int_equal(judge.departure.what, DEPARTS_UNCOALESCED);
  trace_free(&trace);
  close_naughty();
}

static void what_comes_of_destroying_is_no_affair_of_the_next(void **state)
{
  size_t at;
  struct trace departs = parsed(LOSES), conforms = parsed(HEADER "a 0 1\nf 0\n");
  (void)state;
  open_naughty("FALLS_AND_LOSES");
  for (int i = 0; i < 3; i++) {
    assert_int_equal(judge_trace(&judge, &departs, &at), JUDGED_DEPARTED);
    assert_int_equal(judge.departure.what, DEPARTS_SPANS);
    assert_int_equal(judge_trace(&judge, &conforms, &at), JUDGED_SAME);
  }
  trace_free(&departs);
  trace_free(&conforms);
  close_naughty();
}

/* --- Made short ------------------------------------------------------------------------- */

/* Noise around it. */
#define LONG HEADER                                                                       \
  "a 9 5\na 8 2\nm 0 3\nf 9\na 1 3\na 2 1\nf 0\nf 8\na 3 3\nf 1\na 4 4\na 5 3\nf 3\nf 2\n" \
  "f 5\nf 4\n"

static struct shrink_counts shrunk(const char *how, const char *text, size_t runs,
                                   enum judgement judgement)
{
  struct shrink_counts counts = {.runs = runs};
  struct trace trace = parsed(text);
  open_naughty(how);
  assert_int_equal(shrink(&judge, &trace, &counts), judgement);
  if (judgement == JUDGED_DEPARTED) assert_int_equal(trace.nops, counts.operations_after);
  trace_free(&trace);
  close_naughty();
  return counts;
}

/* After three such frees every history departs that has one, but in a new process none. */
static void with_new_processes_where_something_is_kept(void **state)
{
  (void)state;
  struct shrink_counts counts = shrunk("ADDS_UP", LONG, 0, JUDGED_DEPARTED);
  assert_int_equal(counts.shown, CONFIRM_TRIES);
  assert_int_equal(counts.operations_after, 7);
}

static void as_often_in_a_row_as_it_takes(void **state)
{
  (void)state;
  struct shrink_counts counts = shrunk("THIRD", LONG, 3, JUDGED_DEPARTED);
  assert_int_equal(counts.shown, CONFIRM_TRIES);
  assert_int_equal(counts.operations_after, 3);
  (void)shrunk("THIRD", LONG, 0, JUDGED_SAME);
  /* In the second run it departs after its first free, and the first run needs the other one. */
  counts = shrunk("ADDS_UP", HEADER "a 0 3\nf 0\na 1 3\na 2 1\nf 1\nf 2\n", 2, JUDGED_DEPARTED);
  assert_int_equal(counts.shown, CONFIRM_TRIES);
  assert_int_equal(counts.operations_after, 4);
  assert_int_equal(counts.at, 2);
}

static void what_shows_only_now_and_then(void **state)
{
  (void)state;
  struct shrink_counts counts = shrunk("SOMETIMES", LONG, 0, JUDGED_DEPARTED);
  assert_int_equal(counts.shown, 1);
  assert_int_equal(counts.operations_after, 3);
}

static void a_crash_in_destroy(void **state)
{
  (void)state;
  struct shrink_counts counts = shrunk("FALLS_LATER", LONG, 0, JUDGED_DEPARTED);
  assert_int_equal(counts.shown, CONFIRM_TRIES);
  assert_int_equal(counts.at, 2);
  assert_int_equal(counts.operations_after, 2);
}

/* Late joins, a look at all spans that doesn't see them any more, and a wrong count. Of the joins
 * one is left whatever is deleted at once; and in up to 64 operations it is seen. */
static void past_another_departure(const char *how, struct shrink_counts *counts)
{
  char text[2000] = HEADER;
  for (unsigned i = 0; i < 30; i += 2)
    sprintf(text + strlen(text), "a %u 1\na %u 1\nf %u\nf %u\n", i, i + 1, i, i + 1);
  strcat(text, "a 70 1\na 71 7\na 72 1\na 73 1\nf 70\nf 72\nf 71\n");
  *counts = shrunk(how, text, 0, JUDGED_DEPARTED);
  assert_int_equal(counts->shown, CONFIRM_TRIES);
}

static void to_one_without_another_departure_on_the_way(void **state)
{
  struct shrink_counts counts;
  (void)state;
  past_another_departure("TWO_FAULTS", &counts);
  assert_in_range(counts.operations_after, 4, 8);
  assert_false(counts.has_other);
}

static void to_one_with_another_where_there_is_none_without(void **state)
{
  struct shrink_counts counts;
  (void)state;
  past_another_departure("FAULT_BY_FAULT", &counts);
  assert_in_range(counts.operations_after, 5, 8);
  assert_true(counts.has_other);
  assert_int_equal(counts.other.what, DEPARTS_UNCOALESCED);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(alone),
      cmocka_unit_test(in_a_row),
      cmocka_unit_test(after_others),
      cmocka_unit_test(now_and_then),
      cmocka_unit_test(never_again),
      cmocka_unit_test(seen_twice_is_chance_as_well),
      cmocka_unit_test(the_last_operation_is_to_blame),
      cmocka_unit_test(otherwise_where_it_is_looked_at_closely),
      cmocka_unit_test(what_comes_of_destroying_is_no_affair_of_the_next),
      cmocka_unit_test(with_new_processes_where_something_is_kept),
      cmocka_unit_test(as_often_in_a_row_as_it_takes),
      cmocka_unit_test(what_shows_only_now_and_then),
      cmocka_unit_test(a_crash_in_destroy),
      cmocka_unit_test(to_one_without_another_departure_on_the_way),
      cmocka_unit_test(to_one_with_another_where_there_is_none_without),
  };
  if (argc > 1) cmocka_set_test_filter(argv[1]); /* these take their time */
  return cmocka_run_group_tests(tests, begin_all, end_all);
}
