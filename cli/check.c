/* spanref check: reference and candidate side by side on traces. */
#include <stdio.h>

#include "interrupt.h"
#include "output.h"
#include "session.h"
#include "table.h"
#include "traces.h"
#include "verbs.h"

static const char help[] =
    "Usage: spanref check [OPTION]... TRACE|DIRECTORY...\n"
    "Run every trace on the reference and on a candidate, and compare the two at the\n"
    "levels that the candidate declares: answers and statistics after every operation,\n"
    "all spans every 64 operations and at the end. The answers that are written in the\n"
    "traces are ignored here; \"spanref replay\" compares those.\n\n"
    "  -c, --candidate NAME  what to compare: ref, opt (the default), or ./FILE.so, a\n"
    "                        shared object that exports the table of spanref_candidate.h;\n"
    "                        it runs in a process of its own\n"
    "  -j, --json FILE       write the verdict as JSON (docs/verdict-json.md)\n"
    "  -x, --junit FILE      write the verdict as JUnit XML, which CI systems show\n"
    "  -p, --html FILE       draw the first departure, as one HTML file\n"
    "  -h, --help            print this text\n\n"
    "A trace ends at its first departure; the other traces run all the same. Where the\n"
    "reference's table is full, the comparison of that trace ends with a note.\n\n"
    EXIT_STATUS_HELP;

/* What a recorded program may use of memory given beforehand: 2 GiB of 8 KiB pages. */
#define GIVEN_PAGES (UINT64_C(1) << 18)
/* Operations between two looks at the clock. */
#define STEPS_MAX 4096

struct check {
  struct tour tour;
  struct session session;
  struct table table;
};

/* *at: the operation after which it departed; nops: at the end. */
static enum judgement run_trace(struct check *check, const char *path,
                                const struct trace *trace, size_t *at)
{
  struct judge *judge = &check->session.judge;
  *at = 0;
  judge->list_every = trace->nops <= JUDGE_LIST_EVERY ? 1 : JUDGE_LIST_EVERY;
  enum judgement judgement = judge_begin_trace(judge, trace);
  for (size_t begin = 0; judgement == JUDGED_SAME && begin < trace->nops; begin += STEPS_MAX) {
    size_t left = trace->nops - begin;
    judgement = judge_steps(judge, trace->ops + begin, left < STEPS_MAX ? left : STEPS_MAX, at);
    *at += begin;
    if (judgement == JUDGED_SAME)
      progress_show(&check->tour.progress, "%s: operation %zu of %zu", path, *at,
                    trace->nops);
  }
  if (judgement == JUDGED_SAME) judgement = judge_finish(judge);
  if (judgement == JUDGED_DEPARTED) (void)session_locate(&check->session, trace, at);
  return judgement;
}

static void say(struct check *check, const char *path, enum judgement judgement,
                const struct trace_op *op)
{
  progress_hide(&check->tour.progress);
  if (judgement == JUDGED_DEPARTED)
    report_departure(stdout, path, op, &check->session.judge.departure);
  if (judgement != JUDGED_FULL) return;
  print_place(stdout, path, op->line);
  puts("the reference's table is full, so this trace was compared up to here");
}

static bool visit(void *context, const char *path, const struct trace *trace)
{
  struct check *check = context;
  struct session *session = &check->session;
  const struct judge_tally *tally = &session->judge.tally;
  uint64_t compared = tally->compared, span_lists = tally->span_lists;
  size_t at;
  enum judgement judgement = run_trace(check, path, trace, &at);
  const struct trace_op *op = at < trace->nops ? &trace->ops[at] : NULL;
  if (judgement != JUDGED_SAME) say(check, path, judgement, op);
  if (!session_add(session, path, judgement, op) ||
      (judgement == JUDGED_DEPARTED && !session_draw(session, path, trace, at)))
    return false;
  const uint64_t cells[] = {tally->compared - compared, tally->span_lists - span_lists,
                            judgement == JUDGED_DEPARTED};
  return table_add(&check->table, path, cells) || say_no_memory();
}

static int run(struct check *check)
{
  struct session *session = &check->session;
  session->judge.given_pages = GIVEN_PAGES;
  session->waivers_must = true;
  interrupt_begin();
  if (!traces_visit(&check->tour, session->options, visit, check)) return EXIT_UNUSABLE;
  if (check->tour.traces == 0 && check->tour.unreadable > 0) return EXIT_UNUSABLE; /* said */
  table_print(&check->table);
  int status = session_verdict(session);
  print_unreadable(&check->tour);
  return check->tour.unreadable > 0 ? EXIT_UNUSABLE : status;
}

static int check_traces(const struct options *options)
{
  static const char *const columns[] = {"compared", "span lists", "departures"};
  static struct check check = {.table = {.columns = columns, .ncolumns = 3}};
  bool ok = session_open(&check.session, options, "check", "trace", "traces");
  int status = ok ? run(&check) : EXIT_UNUSABLE;
  session_close(&check.session);
  table_free(&check.table);
  return status;
}

const struct verb check_verb = {
    .name = "check",
    .summary = "run traces on the reference and on a candidate, and compare",
    .help = help, .heap = &candidate_opt, .options = "cjxp", .takes_arguments = true,
    .run = check_traces};
