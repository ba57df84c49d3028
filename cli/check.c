/* spanref check: reference and candidate side by side on traces. */
#include <stdio.h>

#include "again.h"
#include "interrupt.h"
#include "output.h"
#include "session.h"
#include "shell.h"
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
    "  -k, --ktap FILE       write the verdict as KTAP, as the kernel's tests are\n"
    "  -p, --html FILE       draw the first departure, as one HTML file\n"
    "  -h, --help            print this text\n\n"
    "A trace ends at its first departure; the other traces run all the same. Where the\n"
    "reference's table is full, the comparison of that trace ends with a note.\n\n"
    EXIT_STATUS_HELP;

/* Operations between two looks at the clock. */
#define STEPS_MAX 4096

struct check {
  struct tour tour;
  struct session session;
  struct table table;
  const struct trace *trace; /* the one that departed */
  struct trace before;       /* one that ran before it, read again */
  size_t nbefore;            /* in the same process */
  size_t nshown;             /* which of them are needed to see it again */
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
  print_place(stdout, path, op != NULL ? op->line : 0);
  puts("the reference has no room left, so this trace was compared up to here");
}

/* --- Does it depart again? */

static const char *path_before(const struct check *check, size_t number)
{
  const struct evidence *evidence = &check->session.evidence;
  return evidence->histories[evidence->count - number].path;
}

static const struct trace *trace_before(void *context, size_t number)
{
  struct check *check = context;
  struct trace_error error;
  if (number == 0) return check->trace;
  trace_free(&check->before);
  check->before = (struct trace){0};
  return trace_read(path_before(check, number), &check->before, &error) ? &check->before : NULL;
}

static void print_before(void *context)
{
  const struct check *check = context;
  for (size_t i = check->nshown; i > 0; i--) {
    putchar(' ');
    shell_print(stdout, path_before(check, i));
  }
}

/* In new processes; alone it may depart otherwise, after *at. */
static struct confirmation confirm_departure(struct check *check, const struct trace *trace,
                                             size_t *at)
{
  check->trace = trace;
  struct confirmation found = again_confirm(&check->session, trace_before, check, check->nbefore);
  check->nshown = found.before;
  if (found.is_other) *at = found.at;
  return found;
}

static void say_again(struct check *check, const char *path, const struct confirmation *found)
{
  if (!confirmed_alone(found) && !confirmed_by_chance(found)) {
    fputs("to see it again: ", stdout);
    again_print_command(&check->session, found, path, print_before, check);
  }
  again_print_why(found, check->nbefore);
}

static bool visit(void *context, const char *path, const struct trace *trace)
{
  struct check *check = context;
  struct session *session = &check->session;
  const struct judge_tally *tally = &session->judge.tally;
  uint64_t compared = tally->compared, span_lists = tally->span_lists;
  struct confirmation found;
  size_t at;
  enum judgement judgement = run_trace(check, path, trace, &at);
  bool departed = judgement == JUDGED_DEPARTED;
  if (departed) found = confirm_departure(check, trace, &at);
  const struct trace_op *op = at < trace->nops ? &trace->ops[at] : NULL;
  if (judgement != JUDGED_SAME) say(check, path, judgement, op);
  if (departed) say_again(check, path, &found);
  check->nbefore = departed ? 0 : check->nbefore + 1;
  if (!session_add(session, path, judgement, op)) return false;
  if (departed) evidence_confirmed(&session->evidence, again_word(&found));
  if (departed && !session_draw(session, path, trace, at)) return false;
  if (departed) judge_renew(&session->judge); /* for the next trace */
  const uint64_t cells[] = {tally->compared - compared, tally->span_lists - span_lists,
                            departed};
  return table_add(&check->table, path, cells) || say_no_memory();
}

static int run(struct check *check)
{
  struct session *session = &check->session;
  session->judge.given_pages = SESSION_GIVEN_PAGES;
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
  trace_free(&check.before);
  table_free(&check.table);
  return status;
}

const struct verb check_verb = {
    .name = "check",
    .summary = "run traces on the reference and on a candidate, and compare",
    .help = help, .heap = &candidate_opt, .options = "cjxkp", .takes_arguments = true,
    .run = check_traces};
