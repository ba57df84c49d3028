/* A candidate in a cell is asked many calls at once: what is judged is the same as one by one, and
 * who crashes, hangs or grows in the midst of them does so in the right one. */
#define _DEFAULT_SOURCE
#include <inttypes.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "../candidates/ours/ours.h"
#include "../trace/draw.h"
#include "judge.h"
#include "test_cell_heap.c"

#define HEADER                                                                                 \
  "spanref-trace 1\npage 8192\nphys 8192\nhuge 0\narena 524288\ngoal none\nregion 0x10000000 " \
  "up\n"
#define CALLS 40 /* of `usual`; call n is operation n, since the region is number 0 */
#define MINUTE_MILLISECONDS 60000

static char so_path[4096]; /* test_cell_heap.so, beside this program */
static struct test_cell *cell;
static char usual[1024];

static struct run {
  struct transport transport;
  struct judge judge;
  enum judgement judgement;
  size_t at;
} in_cell, here;

static void judge_text(struct run *run, const char *text)
{
  struct trace trace;
  struct trace_error error;
  if (!trace_parse(text, strlen(text), &trace, &error)) fail_msg("%s", error.text);
  cell->calls = 0;
  run->judgement = judge_trace(&run->judge, &trace, &run->at);
  trace_free(&trace);
}

static void open_cell(enum test_cell_does does, unsigned at, uint64_t seconds)
{
  const struct cell_limits limits = {.seconds = seconds, .resident_bytes = UINT64_C(1) << 28};
  const char *why;
  cell->does = does;
  cell->at = at;
  if (!transport_open_cell(&in_cell.transport, so_path, limits, &why)) fail_msg("%s", why);
  assert_true(judge_create(&in_cell.judge, &in_cell.transport, &candidate_ref));
}

static void close_run(struct run *run)
{
  judge_destroy(&run->judge);
  transport_close(&run->transport);
}

/* It is asked once, and not again to find out. */
static void assert_departs(enum departs what, unsigned at, const char *words)
{
  const struct departure *departure = &in_cell.judge.departure;
  assert_int_equal(in_cell.judgement, JUDGED_DEPARTED);
  assert_string_equal(departs_name(departure->what), departs_name(what));
  if (strstr(departure->text, words) == NULL) fail_msg("%s", departure->text);
  assert_int_equal(in_cell.at, at);
}

/* --- Fates --------------------------------------------------------------------------------- */

static void a_crash_is_that_of_its_call(void **state)
{
  static const unsigned calls[] = {1, 2, 17, CALLS};
  (void)state;
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
    open_cell(DOES_CRASH, calls[i], 60);
    judge_text(&in_cell, usual);
    assert_departs(DEPARTS_CRASHED, calls[i], "was ended by signal 6");
    assert_int_equal(cell->calls, calls[i]);
    assert_int_equal(in_cell.judge.tally.compared, calls[i] - 1);
    close_run(&in_cell);
  }
}

static void each_fate_is_that_of_its_call(void **state)
{
  static const struct {
    enum test_cell_does does;
    enum departs what;
    uint64_t seconds;
    const char *words;
  } fates[] = {
      {DOES_EXIT, DEPARTS_EXITED, 60, "exited with status 3"},
      {DOES_HANG, DEPARTS_HUNG, 1, "no answer within 1 s"},
      {DOES_SLEEP, DEPARTS_HUNG, 1, "6 s by the clock"},
      {DOES_GROW, DEPARTS_OUTGREW, 60, "more than 256 MiB"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof fates / sizeof *fates; i++) {
    open_cell(fates[i].does, 23, fates[i].seconds);
    judge_text(&in_cell, usual);
    assert_departs(fates[i].what, 23, fates[i].words);
    assert_int_equal(cell->calls, 23);
    close_run(&in_cell);
  }
}

/* Five that take half a second each. */
static void the_limit_is_for_one_call(void **state)
{
  (void)state;
  open_cell(DOES_WORK, CALLS - 4, 2);
  judge_text(&in_cell, usual);
  assert_int_equal(in_cell.judgement, JUDGED_SAME);
  close_run(&in_cell);
}

static void who_is_gone_is_started_anew(void **state)
{
  (void)state;
  open_cell(DOES_CRASH, 9, 60);
  for (int i = 0; i < 3; i++) {
    judge_text(&in_cell, usual);
    assert_departs(DEPARTS_CRASHED, 9, "signal 6");
  }
  cell->does = DOES_NOTHING;
  judge_text(&in_cell, usual);
  assert_int_equal(in_cell.judgement, JUDGED_SAME);
  assert_int_equal(in_cell.judge.tally.compared, 3 * 8 + CALLS);
  close_run(&in_cell);
}

static void a_crash_is_seen_where_sigchld_is_ignored(void **state)
{
  (void)state;
  signal(SIGCHLD, SIG_IGN);
  open_cell(DOES_CRASH, 9, 2);
  judge_text(&in_cell, usual);
  assert_departs(DEPARTS_CRASHED, 9, "signal 6");
  close_run(&in_cell);
}

/* Who holds the other end of a pipe is gone. */
static void what_it_started_ends_with_it(void **state)
{
  int ends[2];
  (void)state;
  assert_int_equal(pipe(ends), 0);
  open_cell(DOES_BEGET, 9, 60);
  close(ends[1]);
  judge_text(&in_cell, usual);
  assert_departs(DEPARTS_CRASHED, 9, "signal 6");
  struct pollfd from = {.fd = ends[0], .events = POLLIN};
  assert_int_equal(poll(&from, 1, MINUTE_MILLISECONDS), 1);
  assert_true((from.revents & POLLHUP) != 0);
  close(ends[0]);
  close_run(&in_cell);
}

/* --- The OS ---------------------------------------------------------------------------------- */

static void run_here(const char *text)
{
  assert_true(transport_open_here(&here.transport, &spanref_candidate));
  assert_true(judge_create(&here.judge, &here.transport, &candidate_ref));
  judge_text(&here, text);
}

/* More than is noted at once. */
static void what_it_asks_the_os_is_asked_here_too(void **state)
{
  (void)state;
  open_cell(DOES_ASK, 5, 60);
  judge_text(&in_cell, usual);
  run_here(usual);
  assert_int_equal(in_cell.judgement, JUDGED_SAME);
  assert_int_equal(here.judgement, JUDGED_SAME);
  const struct door *door = &in_cell.transport.door, *other = &here.transport.door;
  assert_int_equal(door->ngrants, ASKS + 1);
  assert_int_equal(other->ngrants, ASKS + 1);
  assert_memory_equal(door->grants, other->grants, door->ngrants * sizeof *door->grants);
  close_run(&here);
  close_run(&in_cell);
}

static void who_asks_the_os_without_end_hangs(void **state)
{
  (void)state;
  open_cell(DOES_ASK_ON, 5, 1);
  judge_text(&in_cell, usual);
  assert_departs(DEPARTS_HUNG, 5, "no answer within 1 s");
  close_run(&in_cell);
}

/* --- What both processes share is written over ------------------------------------------------ */

static void forge(volatile uint64_t *victim)
{
  cell->victim = victim;
  judge_text(&in_cell, usual);
  assert_int_equal(in_cell.judgement, JUDGED_DEPARTED);
  assert_string_equal(in_cell.judge.departure.text,
                      "it has written over what the judge keeps in its process");
}

static void who_writes_over_the_notes_is_found_out(void **state)
{
  (void)state;
  open_cell(DOES_FORGE, 10, 60);
  forge(&in_cell.transport.cell->channel->notes[0].answer.base);
  forge(&in_cell.transport.cell->channel->notes[0].wanted_pages);
  close_run(&in_cell);
}

static void who_writes_over_the_calls_is_found_out(void **state)
{
  (void)state;
  open_cell(DOES_FORGE, 10, 60);
  forge(&in_cell.transport.cell->channel->calls[6].call.page);
  forge(&in_cell.transport.cell->channel->calls[6].call.number);
  forge(&in_cell.transport.cell->channel->calls[6].call.request.below);
  close_run(&in_cell);
}

/* --- Many at once, and one by one ------------------------------------------------------------- */

/* The last allocation is refused, though its size is free. Thereafter it isn't. */
static void what_is_refused_is_looked_at_then(void **state)
{
  (void)state;
  open_cell(DOES_NOTHING, 0, 60);
  judge_text(&in_cell, HEADER "a 0 64\na 1 64\nf 0\nrefuse 9\na 2 64\na 3 1\nf 1\na 4 64\n");
  assert_departs(DEPARTS_REFUSED, 5, "it holds a free run that is long enough");
  close_run(&in_cell);
}

/* One line. What was given lately is freed, and freed again, wherever it is among those before. */
static int draw_line(struct draw *draw, bool refuses, int *names, char *text, size_t size)
{
  uint64_t kind = draw_below(draw, 64);
  if (kind == 0) return snprintf(text, size, "d\n");
  if (kind == 1 && refuses)
    return snprintf(text, size, "refuse %d\nregion 0x%" PRIx64 "0000000 up\n",
                    (int)draw_below(draw, 3), draw_range(draw, 2, 99));
  if (kind < 6) /* any page of some */
    return snprintf(text, size, "f 0x%" PRIx64 "\n", 0x10000000 + 8192 * draw_below(draw, 200));
  if (kind < 34 && *names > 0)
    return snprintf(text, size, "f %d\n",
                    *names - 1 - (int)draw_below(draw, *names < 12 ? (uint64_t)*names : 12));
  return snprintf(text, size, "%c %d %d\n", kind < 40 ? 'm' : 'a', (*names)++,
                  (int)draw_below(draw, 10));
}

static void draw_history(struct draw *draw, char *text, size_t size)
{
  size_t length = (size_t)snprintf(text, size, HEADER);
  bool refuses = draw_once_in(draw, 2);
  int names = 0;
  for (int i = 0; i < 200; i++)
    length += (size_t)draw_line(draw, refuses, &names, text + length, size - length);
}

static void assert_same_judgement(const char *text)
{
  const struct departure *a = &in_cell.judge.departure, *b = &here.judge.departure;
  judge_text(&in_cell, text);
  run_here(text);
  assert_int_equal(in_cell.judgement, here.judgement);
  assert_int_equal(in_cell.at, here.at);
  if (here.judgement == JUDGED_DEPARTED) assert_string_equal(a->text, b->text);
  close_run(&here);
}

static void many_are_judged_as_one_by_one(void **state)
{
  static char text[8192];
  struct draw draw = {1};
  struct judge_tally sum = {.compared = 0};
  unsigned departed = 0;
  (void)state;
  open_cell(DOES_NOTHING, 0, 60);
  for (int i = 0; i < 200; i++) {
    draw_history(&draw, text, sizeof text);
    struct judge_tally was = in_cell.judge.tally;
    assert_same_judgement(text);
    departed += here.judgement == JUDGED_DEPARTED;
    struct judge_tally is = in_cell.judge.tally;
    assert_int_equal(is.compared - was.compared, here.judge.tally.compared);
    assert_int_equal(is.span_lists - was.span_lists, here.judge.tally.span_lists);
    for (int kind = 0; kind < OP_KINDS; kind++) {
      uint64_t skipped = is.counts[LEVEL_SAFETY][kind].skipped;
      assert_int_equal(skipped - was.counts[LEVEL_SAFETY][kind].skipped,
                       here.judge.tally.counts[LEVEL_SAFETY][kind].skipped);
    }
    sum.compared += here.judge.tally.compared;
  }
  close_run(&in_cell);
  assert_true(departed > 10 && departed < 190 && sum.compared > 10000);
}

/* --- All of it -------------------------------------------------------------------------------- */

static void begin(const char *program)
{
  char address[32];
  size_t length = (size_t)snprintf(usual, sizeof usual, HEADER);
  const char *slash = strrchr(program, '/');
  snprintf(so_path, sizeof so_path, "%.*s/test_cell_heap.so",
           slash != NULL ? (int)(slash - program) : 1, slash != NULL ? program : ".");
  for (int i = 0; i < CALLS / 2; i++)
    length += (size_t)snprintf(usual + length, sizeof usual - length, "a %d 2\nf %d\n", i, i);
  cell = mmap(NULL, sizeof *cell, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  snprintf(address, sizeof address, "%p", (void *)cell);
  setenv("TEST_CELL", address, 1);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_crash_is_that_of_its_call),
      cmocka_unit_test(each_fate_is_that_of_its_call),
      cmocka_unit_test(the_limit_is_for_one_call),
      cmocka_unit_test(who_is_gone_is_started_anew),
      cmocka_unit_test(a_crash_is_seen_where_sigchld_is_ignored),
      cmocka_unit_test(what_it_started_ends_with_it),
      cmocka_unit_test(what_it_asks_the_os_is_asked_here_too),
      cmocka_unit_test(who_asks_the_os_without_end_hangs),
      cmocka_unit_test(who_writes_over_the_notes_is_found_out),
      cmocka_unit_test(who_writes_over_the_calls_is_found_out),
      cmocka_unit_test(what_is_refused_is_looked_at_then),
      cmocka_unit_test(many_are_judged_as_one_by_one),
  };
  if (argc > 1) cmocka_set_test_filter(argv[1]);
  begin(argv[0]);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
