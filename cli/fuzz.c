/* spanref fuzz: reference and candidate side by side on random histories. */
#include <inttypes.h>
#include <stdio.h>

#include "../fuzz/generate.h"
#include "../fuzz/reproduce.h"
#include "again.h"
#include "interrupt.h"
#include "output.h"
#include "session.h"
#include "shell.h"
#include "tally.h"
#include "traces.h"
#include "verbs.h"

static const char help[] =
    "Usage: spanref fuzz [OPTION]...\n"
    "Run random histories on the reference and on a candidate, and compare the two as\n"
    "\"spanref check\" does, until a history departs. Write that history as a trace, and\n"
    "shorten it. Geometry, regions and the mix of operations are drawn anew for each\n"
    "history. The same seed always draws the same histories.\n\n"
    "  -c, --candidate NAME  what to compare: ref, opt (the default), or ./FILE.so, as in\n"
    "                        \"spanref check\"\n"
    "  -t, --seconds N       stop after N seconds (default 10, unless --runs is given)\n"
    "  -r, --runs N          stop after N histories\n"
    "  -s, --seed N          which histories to draw (default 1)\n"
    "  -o, --output FILE     where to write the history that departs (default\n"
    "                        departure-SEED.trace); the short one goes beside it, to\n"
    "                        departure-SEED.short.trace, .short.bytes (for a fuzz target),\n"
    "                        .short.c (a C program) and .short.txt (drawn as text);\n"
    "                        histories that must run before it to .before-NN.trace;\n"
    "                        -: the short one goes to standard output, and no other\n"
    "  -j, --json FILE       write the verdict as JSON (docs/verdict-json.md)\n"
    "  -x, --junit FILE      write the verdict as JUnit XML, which CI systems show\n"
    "  -k, --ktap FILE       write the verdict as KTAP, as the kernel's tests are\n"
    "  -n, --replays N       look for a shorter history in at most N replays\n"
    "  -p, --html FILE       draw the short history, as one HTML file\n"
    "  -h, --help            print this text\n\n"
    EXIT_STATUS_HELP;

struct fuzz {
  struct session session;
  struct generator generator;
  struct tally tally;
  const char *output;
  uint64_t k;            /* number of the history that runs */
  struct trace *history; /* the same */
  /* It and the last ones before it, in turns: a candidate in a process of its own may keep
   * something of those. */
  struct trace histories[CONFIRM_BEFORE_MAX + 1];
};

/* Lines before the first operation: the version, five sizes, a comment. */
#define HEADER_LINES 7

static struct trace *history_number(struct fuzz *fuzz, uint64_t k)
{
  bool is_cell = fuzz->session.options->plugin != NULL;
  return &fuzz->histories[is_cell ? k % (CONFIRM_BEFORE_MAX + 1) : 0];
}

static bool history_begin(struct fuzz *fuzz, uint64_t k)
{
  char text[120];
  uint64_t seed = fuzz->session.options->seed;
  fuzz->k = k;
  fuzz->history = history_number(fuzz, k);
  trace_clear(fuzz->history);
  struct judge *judge = &fuzz->session.judge;
  generate_begin(&fuzz->generator, generate_may(judge), seed, k);
  judge->pool_pages = generate_pool_pages(&fuzz->generator);
  generate_header(&fuzz->generator, fuzz->history);
  int length = snprintf(text, sizeof text,
                        "# spanref fuzz --seed %" PRIu64 ", history %" PRIu64, seed, k);
  return trace_append_comment(fuzz->history, text, (size_t)length, false);
}

/* So many operations are drawn before the first of them is answered. Who is in this process is
 * asked one by one. A process of its own answers many for the price of one; but what was answered a
 * moment ago is worth aiming at, so now and then they are few. */
static uint64_t ahead_draw(struct fuzz *fuzz)
{
  struct draw *draw = &fuzz->generator.draw;
  if (fuzz->session.candidate.cell == NULL) return 1;
  uint64_t until_due = judge_until_due(&fuzz->session.judge);
  if (draw_once_in(draw, 16)) return draw_range(draw, 1, 8);
  return draw_once_in(draw, 8) ? draw_range(draw, 1, until_due) : until_due;
}

/* The next operations; *is_over: they are the last. false: out of memory. */
static bool draw_some(struct fuzz *fuzz, bool *is_over)
{
  const struct judge *judge = &fuzz->session.judge;
  struct trace *history = fuzz->history;
  /* Where bytes lie chance decides, and a seed shall give the same history again. */
  bool is_placed = judge_about(judge)->memory == SPANREF_NUMBERS;
  for (uint64_t n = ahead_draw(fuzz); n > 0; n--) {
    struct trace_op *op = trace_add_op(history);
    if (op == NULL) return false;
    *is_over = !generate_next(&fuzz->generator, is_placed ? judge->shown[SIDE_REFERENCE] : NULL,
                              &judge->said[SIDE_REFERENCE].stats, op);
    if (*is_over) {
      history->nops--;
      return true;
    }
    op->line = (uint32_t)(HEADER_LINES + history->nops);
  }
  return true;
}

/* What was drawn from number *at on; *at as in judge_steps. */
static enum judgement run_some(struct fuzz *fuzz, bool is_over, size_t *at)
{
  struct judge *judge = &fuzz->session.judge;
  const struct trace *history = fuzz->history;
  judge_expect(judge, history->ops + *at, history->nops - *at, is_over);
  for (; *at < history->nops; ++*at) {
    const struct trace_op *op = &history->ops[*at];
    enum judgement judgement = judge_step(judge, op);
    if (judgement_ends(judgement)) return judgement;
    tally_step(&fuzz->tally, judge, op, judgement);
    if (judgement == JUDGED_SAME)
      generate_learn(&fuzz->generator, op, &judge->said[SIDE_CANDIDATE]);
  }
  return JUDGED_SAME;
}

/* Draw and run one history; it stays in fuzz->history, *at as in judge_steps. */
static enum judgement history_run(struct fuzz *fuzz, uint64_t k, size_t *at)
{
  struct judge *judge = &fuzz->session.judge;
  bool is_over = false;
  *at = 0;
  if (!history_begin(fuzz, k)) return JUDGED_FAILED;
  const struct trace *history = fuzz->history;
  enum judgement judgement =
      judge_begin(judge, history->geometry, history->page_bytes);
  while (judgement == JUDGED_SAME && !is_over) {
    if (!draw_some(fuzz, &is_over)) return JUDGED_FAILED;
    judgement = run_some(fuzz, is_over, at);
  }
  return judgement == JUDGED_SAME ? judge_finish(judge) : judgement;
}

/* --- It departs ------------------------------------------------------------------------ */

struct path {
  char text[4096];
};

/* The output with another end. */
static struct path beside(const struct fuzz *fuzz, const char *end)
{
  struct path path;
  (void)path_with(path.text, sizeof path.text, fuzz->output, ".trace", end);
  return path;
}

/* Where the histories before it go; the one that runs first is number 1. */
static struct path path_before(const struct fuzz *fuzz, size_t number)
{
  char end[40];
  snprintf(end, sizeof end, ".before-%02zu.trace", number);
  return beside(fuzz, end);
}

/* They were of another departure. */
static void remove_older(const struct fuzz *fuzz)
{
  reproduce_remove(beside(fuzz, ".short").text);
  for (size_t i = 1; i <= CONFIRM_BEFORE_MAX; i++) (void)remove(path_before(fuzz, i).text);
}

static const struct trace *trace_before(void *context, size_t number)
{
  struct fuzz *fuzz = context;
  return history_number(fuzz, fuzz->k - number);
}

/* How many before it are kept. */
static size_t nbefore(const struct fuzz *fuzz)
{
  return fuzz->k < CONFIRM_BEFORE_MAX ? (size_t)fuzz->k : CONFIRM_BEFORE_MAX;
}

/* As spanref check will run it, which looks at all spans more often in a short history. So it may
 * depart earlier, after *at. */
static struct confirmation confirm_departure(struct fuzz *fuzz, size_t *at)
{
  struct trace *history = fuzz->history;
  struct confirmation found;
  do {
    if (*at < history->nops) history->nops = *at + 1;
    found = again_confirm(&fuzz->session, trace_before, fuzz, nbefore(fuzz));
    if (found.is_other) *at = found.at;
  } while (found.is_other && *at + 1 < history->nops);
  return found;
}

/* What departs since memory is short may need as little as there is here. From now on there is as
 * much as it needs. */
static struct confirmation confirm_with_memory(struct fuzz *fuzz, size_t *at)
{
  struct judge *judge = &fuzz->session.judge;
  uint64_t given_pages = judge->given_pages;
  judge->given_pages = SESSION_GIVEN_PAGES;
  struct confirmation found = confirm_departure(fuzz, at);
  if (!judge->is_given || !confirmed_by_chance(&found)) return found;
  judge->given_pages = given_pages;
  struct confirmation found_here = confirm_departure(fuzz, at);
  if (!confirmed_by_chance(&found_here)) return found_here;
  judge->given_pages = SESSION_GIVEN_PAGES;
  return found;
}

static bool write_before(struct fuzz *fuzz, size_t count)
{
  bool ok = true;
  for (size_t i = 0; i < count; i++)
    ok &= trace_write(path_before(fuzz, i + 1).text, trace_before(fuzz, count - i));
  return ok;
}

static void print_before(void *context)
{
  putchar(' ');
  shell_print(stdout, beside(context, ".before-").text);
  fputs("*.trace", stdout);
}

static bool say_again(struct fuzz *fuzz, const struct confirmation *found)
{
  if (found->before > 0 && !write_before(fuzz, found->before)) return false;
  printf("written to %s", fuzz->output);
  if (found->before > 0)
    printf(", the histories before it to %s", beside(fuzz, ".before-*.trace").text);
  if (found->shown == 0 && confirmed_by_chance(found)) {
    putchar('\n');
  } else if (session_is_short(&fuzz->session)) {
    printf("; to see it again: spanref fuzz -s %" PRIu64 " -r %" PRIu64,
           fuzz->session.options->seed, fuzz->k + 1);
    again_print_candidate(&fuzz->session);
    puts("\nit departs only where as little memory is handed in as fuzz does; check hands in more");
  } else {
    fputs("; to see it again: ", stdout);
    again_print_command(&fuzz->session, found, fuzz->output, print_before, fuzz);
  }
  again_print_why(found, nbefore(fuzz));
  return true;
}

/* The history made short, beside the whole one; in place of it on standard output. false: that
 * failed. */
static bool write_short(struct fuzz *fuzz, const struct confirmation *found)
{
  enum judgement judgement = JUDGED_DEPARTED;
  bool is_stdout = output_is_stdout(fuzz->output), ok = false;
  bool departs = found->shown > 0 || found->runs > 0;
  struct path path = beside(fuzz, is_stdout ? "" : ".short.trace");
  struct departure departure = fuzz->session.judge.departure;
  fflush(stdout); /* shortening takes its time */
  transport_mute(&fuzz->session.candidate, true);
  if (!departs)
    puts("it couldn't be shortened: alone the history doesn't depart");
  else
    ok = session_shrink(&fuzz->session, fuzz->history, path.text, found->runs, &judgement);
  if (judgement != JUDGED_DEPARTED)
    puts("it couldn't be shortened: it didn't depart when it was run again");
  transport_mute(&fuzz->session.candidate, false);
  fuzz->session.judge.departure = departure;
  if (ok || !is_stdout) return true;
  return (judgement != JUDGED_DEPARTED || !departs) && trace_write_stdout(fuzz->history);
}

/* The history says that it departs where it ends. NULL: when its operations are over. */
static const struct trace_op *end_history(struct fuzz *fuzz, bool is_at_end)
{
  char text[120];
  struct trace *history = fuzz->history;
  int length = snprintf(text, sizeof text, " # %s departs after this",
                        judge_about(&fuzz->session.judge)->name);
  (void)trace_append_comment(history, text, (size_t)length, true); /* it does without, too */
  return is_at_end ? NULL : trace_last_op(history);
}

/* Say in what it departs, and write the history up to there. */
static bool say_departure(struct fuzz *fuzz, size_t at)
{
  struct path path;
  struct session *session = &fuzz->session;
  const struct options *options = session->options;
  struct trace *history = fuzz->history;
  snprintf(path.text, sizeof path.text, "departure-%" PRIu64 ".trace", options->seed);
  fuzz->output = options->output != NULL ? options->output : path.text;
  if (at < history->nops) history->nops = at + 1; /* more was drawn */
  (void)session_locate(session, history, &at);
  if (!output_is_stdout(fuzz->output)) remove_older(fuzz);
  struct confirmation found = confirm_with_memory(fuzz, &at);
  const struct trace_op *op = end_history(fuzz, at >= history->nops);
  report_departure(stdout, fuzz->output, op, &session->judge.departure);
  if (!session_add(session, fuzz->output, JUDGED_DEPARTED, op)) return false;
  evidence_confirmed(&session->evidence, again_word(&found));
  if (output_is_stdout(fuzz->output)) return write_short(fuzz, &found);
  if (!trace_write(fuzz->output, history) || !say_again(fuzz, &found)) {
    trace_print(stdout, history); /* nowhere to put it, but not lost */
    return true;
  }
  return write_short(fuzz, &found);
}

/* Histories until the time or the number is up, or one departs. false: the judging
 * failed. */
static bool fuzz_loop(struct fuzz *fuzz, double started)
{
  struct session *session = &fuzz->session;
  const struct options *options = session->options;
  struct evidence *evidence = &session->evidence;
  struct progress progress = progress_begin();
  double end = started + (options->has_seconds ? (double)options->seconds : 10);
  bool timed = options->has_seconds || !options->has_runs;
  enum judgement judgement = JUDGED_SAME;
  size_t at = 0;
  session->waivers_must = !timed;
  for (;;) {
    if (options->has_runs && evidence->ran == options->runs) break;
    if (timed && clock_seconds() >= end) break;
    if (interrupt_signal() != 0) break;
    judgement = history_run(fuzz, evidence->ran, &at);
    if (judgement == JUDGED_DEPARTED || judgement == JUDGED_FAILED) break;
    evidence_count(evidence, judgement);
    progress_show(&progress, "%" PRIu64 " histories, %" PRIu64 " operations", evidence->ran,
                  session->judge.tally.compared);
  }
  progress_hide(&progress);
  if (judgement == JUDGED_DEPARTED) return say_departure(fuzz, at);
  return judgement != JUDGED_FAILED || session_add(session, "", judgement, NULL);
}

static int run(struct fuzz *fuzz)
{
  struct session *session = &fuzz->session;
  double started = clock_seconds();
  interrupt_begin();
  session->evidence.origin.has_seed = true;
  session->evidence.origin.seed = session->options->seed;
  if (!fuzz_loop(fuzz, started)) return EXIT_UNUSABLE;
  double seconds = clock_seconds() - started;
  printf("seed %" PRIu64 ", %s; the reference answered:\n", session->options->seed,
         counted(session->evidence.ran, "history", "histories").text);
  tally_print(&fuzz->tally);
  printf("  %10" PRIu64 "  span lists compared\n", session->judge.tally.span_lists);
  printf("speed: %.0f operations compared a second, for %.1f seconds\n",
         seconds > 0 ? (double)session->judge.tally.compared / seconds : 0, seconds);
  return session_verdict(session);
}

static int fuzz_histories(const struct options *options)
{
  static struct fuzz fuzz;
  bool ok = session_open(&fuzz.session, options, "fuzz", "random history", "random histories");
  int status = ok ? run(&fuzz) : EXIT_UNUSABLE;
  session_close(&fuzz.session);
  for (size_t i = 0; i <= CONFIRM_BEFORE_MAX; i++) trace_free(&fuzz.histories[i]);
  return status;
}

const struct verb fuzz_verb = {
    .name = "fuzz", .summary = "do the same with random histories", .help = help,
    .heap = &candidate_opt, .options = "ctrsnojxkp", .run = fuzz_histories};
