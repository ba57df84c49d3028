/* spanref fuzz: reference and candidate side by side on random histories. */
#include <inttypes.h>
#include <stdio.h>

#include "../fuzz/generate.h"
#include "../fuzz/reproduce.h"
#include "interrupt.h"
#include "output.h"
#include "session.h"
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
    "                        -: the short one goes to standard output, and no other\n"
    "  -j, --json FILE       write the verdict as JSON (docs/verdict-json.md)\n"
    "  -x, --junit FILE      write the verdict as JUnit XML, which CI systems show\n"
    "  -p, --html FILE       draw the short history, as one HTML file\n"
    "  -h, --help            print this text\n\n"
    EXIT_STATUS_HELP;

struct fuzz {
  struct session session;
  struct generator generator;
  struct tally tally;
  struct trace history; /* the one that runs */
};

/* Lines before the first operation: the version, five sizes, two comments. */
#define HEADER_LINES 8

static bool history_begin(struct fuzz *fuzz, uint64_t k)
{
  char text[120];
  uint64_t seed = fuzz->session.options->seed;
  trace_clear(&fuzz->history);
  struct judge *judge = &fuzz->session.judge;
  generate_begin(&fuzz->generator, generate_may(judge), seed, k);
  judge->pool_pages = generate_pool_pages(&fuzz->generator);
  generate_header(&fuzz->generator, &fuzz->history);
  int length = snprintf(text, sizeof text,
                        "# spanref fuzz --seed %" PRIu64 ", history %" PRIu64, seed, k);
  if (!trace_append_comment(&fuzz->history, text, (size_t)length, false)) return false;
  length = snprintf(text, sizeof text, "# %s departs after the last line",
                    judge_about(&fuzz->session.judge)->name);
  return trace_append_comment(&fuzz->history, text, (size_t)length, false);
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
  struct trace *history = &fuzz->history;
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
  const struct trace *history = &fuzz->history;
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
  const struct trace *history = &fuzz->history;
  bool is_over = false;
  *at = 0;
  if (!history_begin(fuzz, k)) return JUDGED_FAILED;
  enum judgement judgement =
      judge_begin(judge, history->geometry, history->page_bytes);
  while (judgement == JUDGED_SAME && !is_over) {
    if (!draw_some(fuzz, &is_over)) return JUDGED_FAILED;
    judgement = run_some(fuzz, is_over, at);
  }
  return judgement == JUDGED_SAME ? judge_finish(judge) : judgement;
}

/* The history made short, beside the whole one; in place of it on standard output. */
static bool write_short(struct fuzz *fuzz, const char *output)
{
  char path[4096];
  enum judgement judgement;
  bool is_stdout = output_is_stdout(output);
  struct departure departure = fuzz->session.judge.departure;
  if (!path_with(path, sizeof path, output, ".trace", is_stdout ? "" : ".short.trace")) return true;
  transport_mute(&fuzz->session.candidate, true);
  bool ok = session_shrink(&fuzz->session, &fuzz->history, path, &judgement);
  transport_mute(&fuzz->session.candidate, false);
  fuzz->session.judge.departure = departure;
  if (ok || !is_stdout) return true;
  return judgement != JUDGED_DEPARTED && trace_write_stdout(&fuzz->history);
}

/* Say in what it departs, and write the history up to there. */
static bool say_departure(struct fuzz *fuzz, size_t at)
{
  char path[64];
  struct session *session = &fuzz->session;
  const struct options *options = session->options;
  const char *output = options->output != NULL ? options->output : path;
  struct trace *history = &fuzz->history;
  snprintf(path, sizeof path, "departure-%" PRIu64 ".trace", options->seed);
  if (at < history->nops) history->nops = at + 1; /* more was drawn */
  if (session_locate(session, history, &at) != JUDGED_DEPARTED)
    fputs("spanref: the candidate did not depart when the history was run again\n", stderr);
  if (at < history->nops) history->nops = at + 1;
  const struct trace_op *op = trace_last_op(history);
  report_departure(stdout, output, op, &session->judge.departure);
  if (!session_add(session, output, JUDGED_DEPARTED, op)) return false;
  if (output_is_stdout(output)) return write_short(fuzz, output);
  if (!trace_write(output, history)) {
    trace_print(stdout, history); /* nowhere to put it, but not lost */
    return true;
  }
  printf("written to %s; to see it again: ", output);
  session_print_check(session, output);
  return write_short(fuzz, output);
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
  trace_free(&fuzz.history);
  return status;
}

const struct verb fuzz_verb = {
    .name = "fuzz", .summary = "do the same with random histories", .help = help,
    .heap = &candidate_opt, .options = "ctrsojxp", .run = fuzz_histories};
